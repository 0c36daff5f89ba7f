"""The rows that could not be read, kept aside in a file of their own."""

import json
import os
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

from givesell.errors import FileError
from givesell.words import encodable

RAW_CHARS = 1_000


def rejects_path(out: Path) -> Path:
    """Return where the rejects of an output go.

    Parameters
    ----------
    out : Path

    Returns
    -------
    Path
    """
    return out.with_name(out.name + ".rejects.jsonl")


class Rejected(NamedTuple):
    """A row that could not be read."""

    file: Path
    line: int
    reason: str
    raw: str | bytes


class Collected:
    """Takes rejects while a batch is being read; see `givesell.archives.reader.Rejects`.

    Parameters
    ----------
    strict : bool
        Whether the first is an error.

    Attributes
    ----------
    rows : list of Rejected
    """

    def __init__(self, strict: bool) -> None:
        self._strict = strict
        self.rows: list[Rejected] = []

    def add(self, file: Path, line: int, reason: str, raw: str | bytes) -> None:
        """Take one.

        Parameters
        ----------
        file : Path
        line : int
        reason : str
        raw : str or bytes

        Raises
        ------
        FileError
            E411 if none is allowed.
        """
        if self._strict:
            raise FileError("E411", path=file, line=line, reason=reason)
        self.rows.append(Rejected(file, line, reason, raw[: 4 * RAW_CHARS]))

    def take(self) -> list[Rejected]:
        """Return those taken since the last time."""
        rows, self.rows = self.rows, []
        return rows


class RejectsFile:
    r"""A file of rejected rows, which exists only if there are any.

    Each is one JSON object a line: ``file``, ``line`` (the physical line from 1, or the number of
    the record), ``reason`` and ``raw``, the bytes as text, undecodable ones as ``\xff``, cut at 1,000
    characters.

    Parameters
    ----------
    out : Path
        The output that the rows are missing from.
    offset : int, default 0
        Go on after so many bytes of it.
    count : int, default 0
        How many rows these hold.

    Attributes
    ----------
    offset : int
    count : int
    """

    def __init__(self, out: Path, offset: int = 0, count: int = 0) -> None:
        self.path = rejects_path(out)
        self.count = count
        self.offset = offset
        self._partial = self.path.with_name(self.path.name + ".partial")
        if not offset:
            self._partial.unlink(missing_ok=True)
        elif self._partial.exists():
            if self._partial.stat().st_size < offset:
                raise ValueError("the file is shorter than it was")
            os.truncate(self._partial, offset)
        elif not self.path.exists():
            raise ValueError("the file is gone")

    def write(self, rows: Iterable[Rejected]) -> None:
        """Write rows down.

        Parameters
        ----------
        rows : iterable of Rejected
        """
        lines = [_line(row) for row in rows]
        if not lines:
            return
        self.count += len(lines)
        try:
            with self._partial.open("ab") as file:
                self.offset += file.write("".join(lines).encode())
        except OSError as error:
            raise FileError("E405", path=self.path, reason=error.strerror or error) from error

    def publish(self) -> Path | None:
        """Put the file under its own name, or remove an earlier one if there is nothing to say.

        Returns
        -------
        Path or None
        """
        if not self.count:
            self.path.unlink(missing_ok=True)
            return None
        # After a kill between the two it is there already.
        if self._partial.exists():
            self._partial.replace(self.path)
        return self.path


def _line(row: Rejected) -> str:
    # Four bytes a character at most, so this loses nothing that would be shown. A str holds undecodable bytes as lone surrogates.
    raw = row.raw[: 4 * RAW_CHARS]
    data = raw.encode("utf-8", "surrogateescape") if isinstance(raw, str) else raw
    shown = data.rstrip(b"\r\n").decode("utf-8", "backslashreplace")[:RAW_CHARS]
    record = {"file": str(row.file), "line": row.line, "reason": row.reason, "raw": shown}
    # A name of a file may hold bytes that are no UTF-8.
    return encodable(json.dumps(record, ensure_ascii=False)) + "\n"
