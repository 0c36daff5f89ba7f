"""Generated posts: words and cue phrases, signs of every kind, what text cores stumble over, and
pieces of the bundled posts.
"""

import random
from collections.abc import Callable
from functools import cache

from fuzz.values import drawn_texts
from givesell.datasets import load_posts

WORDS = (
    "the a and to of in is it you that for on with this was are we I my me your so thanks thank"
    " love help please share anyone know how what why free sale buy order shop discount new link"
    " bio now today DM off code drop limited sold book ticket price ship deal offer gift join class"
    " mug print kiln paint happy sorry cable bike shop fixed works great best SALE FREE NOW ok"
    " don't it's y'all rock'n'roll soooo yesss Acme mp3 2nd iPhone15 nicht und für gracias está los"
    " para que les merci pour dans спасибо очень хороший магазин привет שלום 谢谢 ありがとう"
    " 감사합니다 شكرا"
).split()
PHRASES = (
    "DM me", "link in bio", "does anyone know", "20% off", "buy one get one free", "orders open",
    "thank you so much", "use code SAVE10",
    "sign up today",
    "tickets on sale", "check out our", "how do I", "I made this", "proud to announce",
    "doors at 7pm", "click the link",
    "paid partnership", "not selling",
)  # fmt: skip
SIGNS = (
    "$20 £1.5k €99 ₹500 ¥100 50¢ $1,200.50 $.99 20% 0.5% 7pm 10am 19:30 7-9pm 555-010-9999"
    " (555)010-9999 +15550109999 01632960123 jo@example.com https://x.io/a?b=c#d http://a.com"
    " www.example.com x.co.uk youtu.be/a1 amzn.to/3x wa.me/44 http://пример.рф @jo @jo_1"
    " @jo.bsky.social #BlackFriday #a #été #日本 #aB #50off $ACME $a 😀 ❤️ 👩🏽‍🚒 👨‍👩‍👧‍👦 🇬🇧"
    " 1️⃣ #️⃣ 👍🏽 🏴󠁧󠁢󠁥󠁮󠁧󠁿 → ★ ℹ️ !!! ?! ‼️ … — - -- . , ; ' \" ( ) * _ / # @ $ % + | ™ © ━━━ • ° 5"
    " 1,200 24/7 3.14 ½ ❶ ⑩ ٣ 2023-10-11 𝗕𝗨𝗬 ＦＲＥＥ sаle Ѕаlе ﬁ ſ ⒝⒰⒴ 🅱️uy Cafe\u0301 a\u200bb"
    " don’t"
).split()
HOSTILE = (
    *"\x00 \x01 \x1b \x7f \x85 \xa0 \xad \u034f \u061c \u180e \u200b \u200c".split(" "),
    *"\u200d \u200e \u200f \u2028 \u2029".split(" "),
    *"\u202a \u202e \u2060 \u2066 \u2069".split(" "),
    *"\u20e3 \ufe0e \ufe0f \ufeff \ufffd \ufffe \ud800 \udbff \udc00 \udfff".split(" "),
    *"\U0001f1e6 \U0001f3fb \U000e0067".split(" "),
    *"\U000e007f \U0010ffff".split(" "),
    *"\u0300 \u0301 \u0336 \u20dd \u0e33 \u0f71 \U0001f468 \u0130 \u0131".split(" "),
    *"\u1e9e ß \u01c5".split(" "),
    *"\u0345 \u1fb3 ㎏ ﷺ \ufb03 \u2126 \u212a k K 。 ︒ 〜".split(" "),
    " ", "  ", "\t", "\n", "\r\n", "\r", "\n\n", "a", "1", "#", "@", "http://", "www.", ".com", "k",
    "m", "99", "&amp;", "<b>", "%", "$",
    "€", "'", "’", "-", "x",
)  # fmt: skip
MISSING = (None, float("nan"), "", " \n", "\u200b")
SEPARATORS = (" ", " ", " ", " ", "\n", ", ", ". ", "! ", "", " - ", "\n\n", "… ")
LONGEST = 30_000


@cache
def _bundled() -> tuple[str, ...]:
    return tuple(load_posts()["text"])


def _sentence(rng: random.Random, _: int) -> str:
    found = []
    for word in rng.choices(WORDS, k=rng.randrange(1, 16)):
        found.append(
            word
            if rng.random() < 0.85
            else rng.choice(
                (rng.choice(PHRASES), rng.choice(SIGNS), word.upper(), word + word[-1] * 3)
            )
        )
        found.append(rng.choice(SEPARATORS) if rng.random() < 0.3 else " ")
    return "".join(found)


def _signs(rng: random.Random, _: int) -> str:
    separator = rng.choice(SEPARATORS)
    return separator.join(
        rng.choices(SIGNS, k=rng.randrange(1, 12)) + rng.choices(WORDS, k=rng.randrange(4))
    )


def _hostile(rng: random.Random, _: int) -> str:
    units = (
        rng.choices(HOSTILE, k=rng.randrange(1, 20))
        + rng.choices(SIGNS, k=rng.randrange(4))
        + rng.choices(WORDS, k=rng.randrange(4))
    )
    rng.shuffle(units)
    return "".join(units)


def _points(rng: random.Random, seed: int) -> str:
    if rng.random() < 0.5:
        return "".join(rng.choices(drawn_texts(seed), k=rng.randrange(1, 6)))
    top = rng.choice((0x250, 0x3000, 0x10000, 0x110000))
    return "".join([chr(rng.randrange(top)) for _ in range(rng.randrange(1, 40))])


def _numbers(rng: random.Random, _: int) -> str:
    digits = "".join(rng.choices("0123456789.,-:/() +%$£€kmap", k=rng.randrange(1, 40)))
    return f"{rng.choice(WORDS)} {digits} {rng.choice(WORDS)}"


def _repeat(rng: random.Random, _: int) -> str:
    unit = rng.choice(
        (
            rng.choice(HOSTILE),
            rng.choice(SIGNS),
            rng.choice(PHRASES) + " ",
            rng.choice(WORDS),
            rng.choice(WORDS) + " ",
        )
    )
    longest = LONGEST if rng.random() < 0.01 else 1_500
    return unit * rng.randrange(1, 1 + longest // len(unit))


def _piece(rng: random.Random, _: int) -> str:
    post = rng.choice(_bundled())
    start = rng.randrange(len(post))
    text = post[start : start + rng.randrange(5, 200)]
    way = rng.random()
    if way < 0.4:
        other = rng.choice(_bundled())
        return text + other[: rng.randrange(60)]
    if way < 0.8:
        at = rng.randrange(len(text) + 1)
        return (
            text[:at]
            + rng.choice((rng.choice(HOSTILE), rng.choice(SIGNS), ""))
            + text[at + rng.randrange(3) :]
        )
    return "".join(
        [
            (
                chr(min(0x10FFFF, ord(letter) ^ (1 << rng.randrange(5))))
                if rng.random() < 0.05
                else letter
            )
            for letter in text
        ]
    )


_WAYS: tuple[Callable[[random.Random, int], str], ...] = (
    _sentence,
    _signs,
    _hostile,
    _points,
    _numbers,
    _repeat,
    _piece,
)
_SHARES = (30, 15, 15, 8, 6, 4, 22)


def make_posts(seed: int, block: int, count: int) -> list[str | float | None]:
    """Return the posts of a block: the same for the same seed.

    Parameters
    ----------
    seed, block, count : int
    """
    rng = random.Random(f"{seed}/{block}")
    ways = rng.choices(_WAYS, _SHARES, k=count)
    return [way(rng, seed) if rng.random() > 0.01 else rng.choice(MISSING) for way in ways]
