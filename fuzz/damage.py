"""Damage to bytes, whatever they are: flips, cuts, insertions, copies, splices, and words with
borderline numbers.
"""

import random
from collections.abc import Callable

MOST = 400_000
TOKENS = (
    b'"', b"'", b",", b";", b"\t", b"\r", b"\n", b"\r\n", b"\x00", b"\x1b[2J", b"\x85", b"\xff",
    b"\xfe\xff", b"\xef\xbb\xbf",
    b"\xed\xa0\x80", b"\xc3",
    b"{", b"}", b"[", b"]", b":", b"\\", b"\\u", b"\\ud800", b"null", b"NaN", b"1e999", b"-1",
    b"9" * 25, b"[" * 600, b"<", b"</p>", b"&#",
    b"=",
    b"PK\x03\x04", b"\x1f\x8b", b"PAR1", b"ARROW1", b"\xff\xff\xff\xff", b"(a+)+$", b"\xe2\x80\xa8",
)  # fmt: skip
WORDS = (
    0,
    1,
    2,
    -1,
    -2,
    127,
    128,
    255,
    256,
    1 << 15,
    1 << 16,
    1 << 20,
    1 << 30,
    (1 << 31) - 1,
    -(1 << 31),
    1 << 32,
    (1 << 63) - 1,
    -(1 << 63),
    7,
    1000,
)
Damage = Callable[[random.Random, bytearray, bytes], None]


def flip(rng: random.Random, data: bytearray, _: bytes) -> None:
    """Flip a bit in a few places."""
    for _number in range(rng.choice((1, 1, 2, 8))):
        data[rng.randrange(len(data))] ^= 1 << rng.randrange(8)


def overwrite(rng: random.Random, data: bytearray, _: bytes) -> None:
    """Put other bytes in the place of some."""
    at = rng.randrange(len(data))
    data[at : at + rng.randrange(1, 9)] = rng.randbytes(rng.randrange(1, 9))


def word(rng: random.Random, data: bytearray, _: bytes) -> None:
    """Put a borderline number where a number of 2, 4 or 8 bytes may stand."""
    size = rng.choice((2, 4, 4, 8))
    at = rng.randrange(max(1, len(data) - size)) & ~(size - 1)
    value = rng.choice(WORDS) + rng.choice((0, 0, 0, 1, -1))
    data[at : at + size] = (value & ((1 << 8 * size) - 1)).to_bytes(
        size, rng.choice(("little", "little", "big"))
    )


def cut(rng: random.Random, data: bytearray, _: bytes) -> None:
    """Take bytes out."""
    at = rng.randrange(len(data))
    del data[at : at + rng.choice((1, 2, 4, 16, 200))]


def truncate(rng: random.Random, data: bytearray, _: bytes) -> None:
    """Break off."""
    del data[rng.choice((rng.randrange(len(data)), max(1, len(data) - rng.randrange(1, 40)))) :]


def insert(rng: random.Random, data: bytearray, _: bytes) -> None:
    """Put something between."""
    at = rng.randrange(len(data) + 1)
    data[at:at] = rng.choice(
        (rng.choice(TOKENS), rng.choice(TOKENS), rng.randbytes(rng.randrange(1, 20)))
    )


def copy(rng: random.Random, data: bytearray, _: bytes) -> None:
    """Write a piece again, now and then many times."""
    at = rng.randrange(len(data))
    piece = bytes(data[at : at + rng.choice((1, 4, 30, 300, 3000))])
    data[at:at] = piece * rng.choice((1, 1, 2, 10, min(2_000, MOST // max(1, len(piece)))))


def splice(rng: random.Random, data: bytearray, other: bytes) -> None:
    """Go on with another file from somewhere."""
    if other:
        data[rng.randrange(len(data)) :] = other[rng.randrange(len(other)) :]


def garbage(rng: random.Random, data: bytearray, _: bytes) -> None:
    """Put something behind the end."""
    data += rng.choice(
        (b"\x00" * 512, b"GARBAGE" * 10, rng.randbytes(64), b"\n", bytes(data[:200]))
    )


DAMAGES: tuple[Damage, ...] = (
    flip,
    flip,
    overwrite,
    word,
    word,
    cut,
    truncate,
    insert,
    insert,
    copy,
    splice,
    garbage,
)


def damaged(rng: random.Random, data: bytes, other: bytes = b"") -> tuple[bytes, tuple[str, ...]]:
    """Return bytes with one to four damages, and their names.

    Parameters
    ----------
    rng : random.Random
    data : bytes
    other : bytes
        What `splice` goes on with.
    """
    mutable, names = bytearray(data), []
    for _ in range(rng.choice((1, 1, 1, 2, 3, 4))):
        if not mutable:
            break
        damage = rng.choice(DAMAGES)
        damage(rng, mutable, other)
        names.append(damage.__name__)
        del mutable[MOST:]
    return bytes(mutable), tuple(names)
