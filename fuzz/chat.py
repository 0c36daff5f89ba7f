"""Chats of WhatsApp as text: each line that begins with a time is a message."""

import random
from dataclasses import dataclass, replace

from fuzz.members import CELLS, Change, Member
from fuzz.values import Grade, odd, python_value

# What stands in the place of a line: other notes, broken beginnings, and lines that belong to the
# message before.
LINES = (
    "", " ", "[", "[1/", "1/3/24, 09:05 -", "1/3/24, 09:05 - ", "[01/03/2024, 09:05:00]",
    "[01/03/2024, 09:05:00] :",
    "99/99/9999, 99:99 - Jo: x", "[01/03/2024, 09:05:00] Jo",
    "01/03/2024, 09:05 - Messages are end-to-end encrypted.", "\u200e", "\ufeff",
    "\x00", "\u2028", "1" * 300, "0/0/0 0:00 - Jo: x", "[1/1/1, 1:11 " + "x" * 300 + "] Jo: x",
    "01/03/2024, 09:05 - " + "\u200e" * 300 + "Jo: x", "1. 1. 1. " * 100,
)  # fmt: skip
SAID = (
    "<Media omitted>",
    "\u200eimage omitted",
    "This message was deleted",
    "IMG-1.jpg (file attached)",
    "a \u200e<attached: 1.jpg>",
    "<" * 500,
)


@dataclass(frozen=True)
class Chat(Member):
    """A chat.

    Attributes
    ----------
    rows : tuple of (str, str, str)
        Times, who speaks and what is said.
    known : tuple of str or None
    form : str
        How a line is put together, with ``{0}`` to ``{2}`` for these.
    raw : str or None
        What stands in the place of one line, whose number is ``at``.
    end : str
    """

    rows: tuple[tuple[str, str, str], ...]
    known: tuple[str | None, ...]
    form: str
    end: str = "\n"
    raw: str | None = None
    at: int = 0

    def write(self) -> bytes:
        """Return the bytes."""
        lines = [
            self.raw if self.raw is not None and self.at == number else self.form.format(*row)
            for number, row in enumerate(self.rows)
        ]
        return "".join(line + self.end for line in lines).encode("utf-8", "replace")

    @property
    def markers(self) -> list[str | None]:
        """The items' markers."""
        return list(self.known)

    def changed(self, rng: random.Random, seed: int) -> tuple[Member, Change]:
        """Return the same with one place made odd."""
        # By its first line a chat is told.
        item, way = rng.randrange(1, len(self.rows)), rng.random()
        if way < 0.25:
            line = rng.choice(LINES)
            # It may belong to the message before.
            return replace(self, raw=line, at=item), Change(
                f"{item} is {line[:30]!a}", True, item, -1
            )
        part = rng.randrange(3)
        cell = str(
            rng.choice(
                (rng.choice(CELLS), rng.choice(SAID), python_value(odd(rng, seed, Grade.HARD)))
            )
        )
        when, who, what = (
            cell if number == part else old for number, old in enumerate(self.rows[item])
        )
        rows = (*self.rows[:item], (when, who, what), *self.rows[item + 1 :])
        if way < 0.9:
            return replace(self, rows=rows), Change(
                f"{item}/{part} = {cell[:20]!a}", True, item, 0 if part == 2 else -1
            )
        return replace(self, end=rng.choice(("\r\n", "\r", "\n\n"))), Change(
            "other line ends", False
        )
