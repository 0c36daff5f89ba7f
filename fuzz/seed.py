"""What a seed is, and the texts of its posts. Each post holds a marker by which it is known in
the output.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from fuzz.members import Member

ITEMS = 5
TEXTS = (
    "buy one get one free, DM me", "does anyone know a good bike shop?",
    "thanks so much, that fixed it", "orders open: 20% off https://shop.example/x",
    "new video is up 🎉 #BlackFriday @jo", "£15 each or 2 for £25, link in bio",
    "if the pump leaks check the seal",
)  # fmt: skip


@dataclass(frozen=True)
class Seed:
    """A valid input.

    Attributes
    ----------
    kind : str
        Its format.
    members : dict of str to Member
    lone : tuple of str
        Members that are an input by themselves too, with all that holds for the whole.
    folder : bool
        Whether it may come as a zip, a tar or a folder.
    """

    kind: str
    members: Mapping[str, Member]
    lone: tuple[str, ...] = ()
    folder: bool = True


def marker(kind: str, number: int) -> str:
    """Return a word that stands nowhere else."""
    return f"mk{''.join(filter(str.isalpha, kind))}{number}q"


def said(kind: str, number: int) -> str:
    """Return the text of a post, with its marker."""
    return f"{marker(kind, number)} {TEXTS[number % len(TEXTS)]}"


def marks(kind: str, start: int = 0, count: int = ITEMS) -> tuple[str, ...]:
    """Return the markers of some posts."""
    return tuple(marker(kind, number) for number in range(start, start + count))
