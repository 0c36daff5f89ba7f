"""The rows that could not be read, written to a file beside the output."""

import codecs
import itertools
import json
import os
import zlib
from collections.abc import Iterable
from pathlib import Path

from givesell.archives.base.rejects import Rejected
from givesell.archives.streams.recoding import NOT_UTF8, hinted
from givesell.batch.output import check_start
from givesell.errors import FileError
from givesell.show.words import encodable

RAW_CHARS = 1_000
_SLICE = 250
_LOOKED_AT = 1_000


def hint_of(path: Path) -> str:
    """Return a sentence on what may be done about rejected rows, to follow another one; empty if
    there is no such rule.

    Parameters
    ----------
    path : Path
        A file of rejects.

    Returns
    -------
    str
    """
    with path.open(encoding="utf-8") as file:
        rows = (json.loads(line)["reason"] for line in itertools.islice(file, _LOOKED_AT))
        not_utf8 = hinted(NOT_UTF8) in rows
    return (
        " Some are not UTF-8: say how the file was saved, such as --encoding cp1252."
        if not_utf8
        else ""
    )


class Collected:
    """Collects rejects while a batch is being read; see `givesell.archives.base.rejects.Rejects`.

    Parameters
    ----------
    strict : bool
        Whether the first reject is an error.

    Attributes
    ----------
    rows : list of Rejected
    """

    def __init__(self, strict: bool) -> None:
        self._strict = strict
        self.rows: list[Rejected] = []

    def add(self, row: Rejected) -> None:
        """Take one.

        Parameters
        ----------
        row : Rejected

        Raises
        ------
        FileError
            E411 if none is allowed.
        """
        if self._strict:
            raise FileError("E411", path=row.file, line=row.line, reason=row.reason)
        self.rows.append(row._replace(raw=row.raw[: 4 * RAW_CHARS]))

    def take(self) -> list[Rejected]:
        """Return those taken since the last time."""
        rows, self.rows = self.rows, []
        return rows


class RejectsFile:
    r"""A file of rejected rows, which exists only if there are any.

    Each is one JSON object a line: ``file``, ``line`` (the physical line from 1, or the number of
    the record), ``reason`` and ``raw``, the bytes as text, undecodable ones as ``\xff``, cut at
    1,000 characters.

    Parameters
    ----------
    path : Path
        Where they are written until the run is complete.
    offset : int, default 0
        Go on after so many bytes of it.
    count : int, default 0
        How many rows these hold.
    crc : int, default 0
        CRC-32 of those bytes: what a power cut left of them is not trusted unseen.

    Attributes
    ----------
    path : Path
    offset, count, crc : int

    Raises
    ------
    ValueError
        If the file does not hold what it should.
    """

    def __init__(self, path: Path, offset: int = 0, count: int = 0, crc: int = 0) -> None:
        self.path = path
        self.offset, self.count, self.crc = offset, count, crc
        if not offset:
            path.unlink(missing_ok=True)
            return
        check_start(path, offset, crc)
        os.truncate(path, offset)

    def write(self, rows: Iterable[Rejected]) -> None:
        """Write rows down.

        Parameters
        ----------
        rows : iterable of Rejected
        """
        lines = [_line(row) for row in rows]
        if not lines:
            return
        data = "".join(lines).encode()
        with self.path.open("ab") as file:
            file.write(data)
        self.count += len(lines)
        self.offset += len(data)
        self.crc = zlib.crc32(data, self.crc)


def _line(row: Rejected) -> str:
    # Four bytes a character at most, so this loses nothing that would be shown. A str holds
    # undecodable bytes as lone surrogates.
    raw = row.raw[: 4 * RAW_CHARS]
    data = raw.encode("utf-8", "surrogateescape") if isinstance(raw, str) else raw
    record = {
        "file": str(row.file),
        "line": row.line,
        "reason": row.reason,
        "raw": _shown(data.rstrip(b"\r\n")),
    }
    # A name of a file may hold bytes that are no UTF-8.
    return encodable(json.dumps(record, ensure_ascii=False)) + "\n"


def _shown(data: bytes) -> str:
    try:
        return data.decode()[:RAW_CHARS]
    except UnicodeDecodeError:
        pass
    # A byte at a time is slow: no more of them are escaped than are shown.
    decoder, shown = codecs.getincrementaldecoder("utf-8")("backslashreplace"), ""
    for start in range(0, len(data), _SLICE):
        shown += decoder.decode(data[start : start + _SLICE])
        if len(shown) >= RAW_CHARS:
            return shown[:RAW_CHARS]
    return (shown + decoder.decode(b"", final=True))[:RAW_CHARS]
