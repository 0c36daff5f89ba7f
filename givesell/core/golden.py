"""Posts whose predictions every artifact records, so that loading can tell that the text core
still agrees with it.
"""

POSTS = (
    "Thanks so much, that fixed it!",
    "Orders open! 20% off all mugs until Friday, DM me",
    "Does anyone know a good bike shop near the station?",
    "𝗕𝗨𝗬 now at https://shop.example.com/deal and use code SAVE10 #ad #sponsored",
    "Soooo happy for you both 🎉🎉🎉 congratulations!!!",
    "New video is up, subscribe and hit the bell ▶️ youtu.be/example",
    "If the pump leaks, check the seal first: mine cost £3 and took 10 minutes.",
    "LIMITED STOCK!! £15 each or 2 for £25, link in bio 👇🏽",
    "I'm sick of sales pitches in my DMs. Please stop.",
    "Doors at 7pm, tickets from $12.50 — call 555-010-9999 or mail box@example.com",
    "@jo you were right, it’s the cable.\n\nSwapped it and everything works.",
    "We are proud to announce that our agency won Best Of 2024 #BlackFriday #SmallBusiness",
    "Ѕаlе еnds tоnight",
    "ok",
)
