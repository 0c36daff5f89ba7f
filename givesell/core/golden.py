"""Posts whose predictions every artifact records, so that loading can check that this machine and
this version of the library still give them.
"""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from givesell.errors import ArtifactError

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


def golden_predictions(score: Callable[[list[str]], Any]) -> list[list[str | float]]:
    """Return the golden posts with their probabilities, as a manifest records them."""
    posts = list(POSTS)
    return [[post, round(float(p), 8)] for post, p in zip(posts, score(posts), strict=True)]


def check_golden(
    place: Path,
    golden: Sequence[tuple[str, float]],
    score: Callable[[list[str]], Any],
    *,
    close: float,
) -> None:
    """Refuse a model that does not give the predictions it recorded, to ``close``.

    Raises
    ------
    ArtifactError
        E205, with the first post that differs.
    """
    scores = score([post for post, _ in golden])
    for position, ((_, expected), p) in enumerate(zip(golden, scores, strict=True)):
        if not abs(p - expected) < close:
            raise ArtifactError(
                "E205", path=place, predicted=p, expected=expected, position=position
            )
