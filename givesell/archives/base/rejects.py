"""Rows that cannot be read: what is said of one, and who takes it."""

from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple, Protocol


class Rejected(NamedTuple):
    """A row that could not be read.

    Attributes
    ----------
    file : Path
    line : int
        The line or the record, from 1; 0 for the file as a whole.
    reason : str
    raw : str or bytes
        A str holds undecodable bytes as lone surrogates (``surrogateescape``).
    """

    file: Path
    line: int
    reason: str
    raw: str | bytes


class Rejects(Protocol):
    """Takes the rows that cannot be read."""

    def add(self, row: Rejected) -> None:
        """Take one.

        Parameters
        ----------
        row : Rejected
        """


class RejectedRows:
    """Counts the rows that cannot be read, and holds the first of them.

    Parameters
    ----------
    most : int
        How many are held.

    Attributes
    ----------
    rows : list of Rejected
    count : int
        How many there were, held or not.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self.rows: list[Rejected] = []
        self.count = 0

    def add(self, row: Rejected) -> None:
        """Take one; see `Rejects.add`."""
        self.count += 1
        if len(self.rows) < self._most:
            self.rows.append(row)


class Gate:
    """Passes rejects on once it is open.

    Parameters
    ----------
    rejects : Rejects
        Takes what passes.
    is_open : bool
    in_words : callable, optional
        Returns a reason as it is shown.
    """

    def __init__(
        self, rejects: Rejects, is_open: bool, in_words: Callable[[str], str] = str
    ) -> None:
        self._rejects = rejects
        self._in_words = in_words
        self.open = is_open

    def add(self, row: Rejected) -> None:
        """Take one; see `Rejects.add`."""
        if self.open:
            self._rejects.add(row._replace(reason=self._in_words(row.reason)))
