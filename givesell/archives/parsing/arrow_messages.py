"""What the messages of an Arrow file claim, looked at before Arrow acts on it: how many rows, and
how large they unpack.

The metadata of a message is a flatbuffer: tables that begin with the offset of a list of where
their fields lie.
"""

import struct
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.ipc as ipc

from givesell.archives.streams import limits
from givesell.archives.streams.compression import BombError, check_growth
from givesell.archives.streams.file_errors import reason_of
from givesell.archives.streams.magic import ARROW
from givesell.errors import FileError

_DICTIONARIES, _BATCHES = 2, 3  # in the footer
_DICTIONARY, _BATCH = 2, 3  # kinds of messages
_DAMAGE = (pa.ArrowException, OSError, ValueError, EOFError, struct.error)
_BLOCK, _BUFFER = 24, 16  # bytes of their structs


class Message(NamedTuple):
    """A message that holds rows or a dictionary.

    Attributes
    ----------
    is_dictionary, is_delta : bool
        A delta goes on with a dictionary.
    rows : int
    packed, unpacked : int
        Bytes of its body in the file, and of its buffers in memory.
    """

    is_dictionary: bool
    is_delta: bool
    rows: int
    packed: int
    unpacked: int


class _Table:
    """A table of a flatbuffer."""

    def __init__(self, data: bytes, at: int) -> None:
        self._data = data
        self._at = at
        self._fields = at - self._number("<i", at)

    @classmethod
    def root(cls, data: bytes) -> "_Table":
        return cls(data, cls._in(data, "<I", 0))

    def number(self, field: int, form: str) -> int:
        """Return a number, 0 by default."""
        place = self._place(field)
        return self._number(form, place) if place else 0

    def table(self, field: int) -> "_Table | None":
        place = self._place(field)
        return _Table(self._data, place + self._number("<I", place)) if place else None

    def structs(self, field: int, size: int) -> bytes:
        """Return a list of structs as it lies there."""
        place = self._place(field)
        if not place:
            return b""
        start = place + self._number("<I", place)
        end = start + 4 + size * self._number("<I", start)
        if end > len(self._data):
            raise ValueError("a list ends behind its message")
        return self._data[start + 4 : end]

    def _place(self, field: int) -> int:
        if 4 + 2 * field >= self._number("<H", self._fields):
            return 0
        offset = self._number("<H", self._fields + 4 + 2 * field)
        return self._at + offset if offset else 0

    def _number(self, form: str, at: int) -> int:
        return self._in(self._data, form, at)

    @staticmethod
    def _in(data: bytes, form: str, at: int) -> int:
        if at < 0:
            raise ValueError("an offset points before its message")
        number: int = struct.unpack_from(form, data, at)[0]
        return number


def check(path: Path, file: pa.MemoryMappedFile, size: int) -> list[int | None]:
    """Refuse a file whose messages claim more than it can hold.

    Parameters
    ----------
    path : Path
        For the error.
    file : pyarrow.MemoryMappedFile
        A stream stands behind its schema.
    size : int
        Its bytes.

    Returns
    -------
    list of int or None
        The rows of each batch up to where a stream is damaged; None for a damaged batch of a file.

    Raises
    ------
    FileError
        E406, also for a damaged list of batches.
    """
    batches: list[int | None] = []
    dictionaries = deltas = 0
    try:
        for message in _messages(file, size):
            if message is None or not message.is_dictionary:
                batches.append(None if message is None else message.rows)
            if message is not None:
                dictionaries += message.unpacked if message.is_dictionary else 0
                deltas += message.is_delta
                check_growth(message.unpacked, partial(int, message.packed))
                check_growth(dictionaries, partial(int, size))
    except BombError as error:
        raise FileError("E406", path=path, reason=str(error)) from error
    except _DAMAGE as error:
        raise FileError(
            "E406", path=path, reason=f"its list of batches is damaged: {reason_of(error)}"
        ) from error
    check_rows(path, sum(rows or 0 for rows in batches), size)
    if deltas * dictionaries > limits.DELTA_BYTES:
        raise FileError("E406", path=path, reason=f"its dictionaries come in {deltas:,} pieces")
    return batches


def check_rows(path: Path, rows: int, size: int) -> None:
    """Refuse a table that claims more rows than its file has bits.

    Parameters
    ----------
    path : Path
    rows, size : int

    Raises
    ------
    FileError
        E406.
    """
    if rows > max(limits.FREE_ROWS, limits.ROWS_A_BYTE * size):
        raise FileError("E406", path=path, reason=f"it claims {rows:,} rows in {size:,} bytes")


def _messages(file: pa.MemoryMappedFile, size: int) -> Iterator[Message | None]:
    """Yield the messages of a file or a stream; None for a batch that is damaged, with which a
    stream ends.
    """
    if file.read_at(len(ARROW), 0) != ARROW:
        reader = ipc.MessageReader.open_stream(file)
        while True:
            try:
                found = _read(reader.read_next_message())
            except (StopIteration, *_DAMAGE):
                return
            if found is not None:
                yield found
    (length,) = struct.unpack("<i", file.read_at(4, size - len(ARROW) - 4))
    footer = _Table.root(file.read_at(length, size - len(ARROW) - 4 - length))
    for field in (_DICTIONARIES, _BATCHES):
        for offset, _, _ in struct.iter_unpack("<qi4xq", footer.structs(field, _BLOCK)):
            try:
                file.seek(offset)
                yield _read(ipc.read_message(file))
            except _DAMAGE:
                if field == _DICTIONARIES:
                    raise
                yield None


def _read(message: Any) -> Message | None:
    head = _Table.root(message.metadata.to_pybytes())
    kind, body = head.number(1, "<B"), head.table(2)
    if kind not in (_DICTIONARY, _BATCH) or body is None:
        return None
    is_delta = kind == _DICTIONARY and bool(body.number(2, "<B"))
    batch = body.table(1) if kind == _DICTIONARY else body
    if batch is None:
        return None
    packed = 0 if message.body is None else message.body.size
    buffers = np.frombuffer(batch.structs(2, _BUFFER), np.int64).reshape(-1, 2)
    lengths = buffers[:, 1]
    if batch.table(3) is not None and packed:
        body_bytes = memoryview(message.body)
        # Before each packed buffer stands how large it is.
        starts = buffers[lengths > 0, 0].tolist()
        unpacked = [
            struct.unpack_from("<q", body_bytes, at)[0] if 0 <= at <= packed - 8 else 0
            for at in starts
        ]
        lengths = np.maximum(lengths[lengths > 0], np.array(unpacked, np.int64))
    rows = batch.number(0, "<q")
    if rows < 0:
        raise ValueError("a batch has less than no rows")
    return Message(kind == _DICTIONARY, is_delta, rows, packed, int(lengths.astype(float).sum()))
