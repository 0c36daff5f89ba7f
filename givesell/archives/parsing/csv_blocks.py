"""Delimited text in blocks: many records at once, where each of them is as it should be."""

from typing import IO

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from givesell.archives.streams.limits import MAX_POST, MAX_RECORD_LINES

BLOCK_BYTES = 256 << 10
_QUOTE, _LINE, _RETURN = b'"\n\r'
# At the beginning of a block Arrow would leave it out.
_MARK = b"\xef\xbb\xbf"


class Lines:
    """The bytes of a stream, by the line or by the block.

    Parameters
    ----------
    stream : file

    Attributes
    ----------
    position : int
        How many bytes were taken.
    """

    def __init__(self, stream: IO[bytes]) -> None:
        self._stream = stream
        self._held = b""
        self._at = 0
        self.position = 0

    def readline(self, most: int = -1) -> bytes:
        """Return the next line with its end, or as much of it as asked for; see
        `io.IOBase.readline`.
        """
        end = self._held.find(b"\n", self._at) + 1 or len(self._held)
        if 0 <= most < end - self._at:
            end = self._at + most
        line = self._held[self._at : end]
        self._at = end
        if not line.endswith(b"\n") and len(line) != most:
            line += self._stream.readline(most - len(line) if most >= 0 else -1)
        self.position += len(line)
        return line

    def block(self, size: int = BLOCK_BYTES) -> bytes:
        """Return about so many bytes of what comes next, without going on; nothing at the end."""
        held = self._held[self._at :]
        if len(held) < size:
            held += self._stream.read(size)
        self._held, self._at = held, 0
        return held

    def skip(self, size: int) -> None:
        """Go on by so many bytes of the `block`."""
        self._at += size
        self.position += size


def parsed(
    block: bytes, delimiter: str, names: list[str]
) -> tuple[pa.RecordBatch, int, int] | None:
    r"""Return the whole records of a block, if `Records` would read each of them without a word,
    and as the same.

    That is so where every quote opens or closes a field or is one of a pair in it, each record has
    as many fields as the header, and neither carriage returns nor NULs stand alone.

    Parameters
    ----------
    block : bytes
        Begins with a record.
    delimiter : str
    names : list of str
        Of the columns.

    Returns
    -------
    batch : pyarrow.RecordBatch
        All strings.
    size : int
        The bytes of the records; what comes after them has no end in the block.
    lines : int
        How many lines these are.

    Examples
    --------
    >>> batch, size, lines = parsed(b'1,"a\nb"\n2,c\n3,"d', ",", ["id", "text"])
    >>> batch.to_pydict(), size, lines
    ({'id': ['1', '2'], 'text': ['a\nb', 'c']}, 12, 3)
    >>> parsed(b'1,"a"b\n', ",", ["id", "text"]) is None
    True
    """
    measured = _measured(block, ord(delimiter), len(names))
    if measured is None:
        return None
    from pyarrow import csv

    size, lines, records = measured
    try:
        table = csv.read_csv(
            pa.py_buffer(memoryview(block)[:size]),
            csv.ReadOptions(column_names=names, use_threads=False, block_size=size + 1),
            csv.ParseOptions(delimiter=delimiter, newlines_in_values=True),
            csv.ConvertOptions(
                column_types=dict.fromkeys(names, pa.string()), strings_can_be_null=False
            ),
        )
    except pa.ArrowException:  # such as bytes that are not UTF-8
        return None
    if len(table) != records:
        return None
    columns = [column.combine_chunks() for column in table.columns]
    return pa.RecordBatch.from_arrays(columns, names), size, lines


def _measured(block: bytes, sign: int, width: int) -> tuple[int, int, int] | None:
    """Return the bytes, lines and rows of the whole records of a block; None where not all of
    them are as they should be.
    """
    if b"\0" in block or block.count(b"\r") != block.count(b"\r\n") or block.startswith(_MARK):
        return None
    signs = np.frombuffer(block, np.uint8)
    lines = np.flatnonzero(signs == _LINE)
    between = np.flatnonzero(signs == sign)
    ends = np.arange(len(lines))
    if b'"' in block:
        quotes = np.flatnonzero(signs == _QUOTE)
        ends = np.flatnonzero(_outside(quotes, lines))
        if not len(ends):
            return None
        quotes = quotes[: np.searchsorted(quotes, lines[ends[-1]])]
        if not _regular(signs, quotes, sign):
            return None
        between = between[_outside(quotes, between)]
    if not len(ends):
        return None
    places = lines[ends]
    fields = np.diff(np.searchsorted(between, places), prepend=0)
    sizes = np.diff(places, prepend=-1)
    if (
        (fields != width - 1).any()
        or sizes.max() > MAX_POST
        or np.diff(ends, prepend=-1).max() > MAX_RECORD_LINES
    ):
        return None
    blank = sizes == 1 + (signs[places - 1] == _RETURN)
    return int(places[-1]) + 1, int(ends[-1]) + 1, len(ends) - int(blank.sum())


def _outside(quotes: NDArray[np.int64], places: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Tell which places have an even number of quotes before them."""
    outside: NDArray[np.bool_] = np.searchsorted(quotes, places) % 2 == 0
    return outside


def _regular(signs: NDArray[np.uint8], quotes: NDArray[np.int64], sign: int) -> bool:
    """Whether quotes open and close fields, or stand in pairs."""
    before, after = signs[quotes[::2] - 1], signs[quotes[1::2] + 1]
    opens = (before == sign) | (before == _LINE) | (before == _QUOTE) | (quotes[::2] == 0)
    closes = (after == sign) | (after == _LINE) | (after == _QUOTE) | (after == _RETURN)
    return bool(opens.all() and closes.all())
