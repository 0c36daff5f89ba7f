"""The objects of a large JSON file one at a time, with a limit on how deep they nest."""

import itertools
import re
from collections.abc import Iterator
from typing import IO, Any

import ijson

DEEPEST = 500
LONGEST = 16 << 20
_STRING = re.compile(rb'"(?:[^"\\]++|\\.)*+"', re.DOTALL)
_OTHERS = bytes(set(range(256)) - set(b"[]{}"))
_STEP = {ord("["): 1, ord("{"): 1, ord("]"): -1, ord("}"): -1}


class Shallow:
    """A stream of JSON that ends in an error where it nests too deeply or a text has no end.

    ijson names each value by its whole path, so that 100,000 brackets would need gigabytes, and looks at a text from
    its start again with each piece that is read.

    Parameters
    ----------
    stream : file
    skip : bytes, default b""
        What to leave out at the start: the stream begins at the first bracket after it.
    """

    def __init__(self, stream: IO[bytes], skip: bytes = b"") -> None:
        self._stream = stream
        self._skip = skip
        self._depth = 0
        self._open = b""
        self._length = 0

    def read(self, size: int = -1) -> bytes:
        """Read on; see `io.RawIOBase.read`."""
        data = self._stream.read(size)
        # The first read of ijson asks for nothing.
        if self._skip and data:
            data = data.removeprefix(b"\xef\xbb\xbf").lstrip()
            if data.startswith(self._skip):
                data = data[data.find(b"=") + 1 :]
            self._skip = b""
        self._check(data)
        return data

    def _check(self, data: bytes) -> None:
        bare, quote, cut = _STRING.sub(b"", self._open + data).partition(b'"')
        # A string that goes on in the next piece is opened there again, behind a backslash if it was cut there.
        self._length = self._length + len(data) if quote else 0
        if self._length > LONGEST:
            raise ijson.JSONError(f"a text of more than {LONGEST >> 20} MiB")
        self._open = quote + b"\\" * ((len(cut) - len(cut.rstrip(b"\\"))) % 2)
        steps = [_STEP[sign] for sign in bare.translate(None, _OTHERS)]
        if self._depth + len(steps) > DEEPEST and max(itertools.accumulate(steps, initial=self._depth)) > DEEPEST:
            raise ijson.JSONError(f"nested more than {DEEPEST} deep")
        self._depth += sum(steps)


def items(stream: IO[bytes], path: str, *, skip: bytes = b"") -> Iterator[Any]:
    """Yield the values at a path of a JSON file without holding the file.

    Parameters
    ----------
    stream : file
    path : str
        As ijson takes it: ``"item"`` for the items of the outer array, ``"orderedItems.item"`` for those of an array within.
    skip : bytes, optional
        See `Shallow`.

    Yields
    ------
    object

    Raises
    ------
    ijson.JSONError
        Where the file breaks off, is no JSON or nests too deeply.

    Examples
    --------
    >>> import io
    >>> list(items(io.BytesIO(b'{"posts": [{"n": 1}, {"n": 2}]}'), "posts.item"))
    [{'n': 1}, {'n': 2}]
    """
    yield from ijson.items(Shallow(stream, skip), path, use_float=True)


def items_at(stream: IO[bytes], wanted: re.Pattern[str]) -> Iterator[tuple[str, Any]]:
    """Yield the objects at all paths that a pattern matches whole.

    Parameters
    ----------
    stream : file
    wanted : re.Pattern

    Yields
    ------
    path : str
    object : dict

    Raises
    ------
    ijson.JSONError
        See `items`.
    """
    builder: ijson.ObjectBuilder | None = None
    root = ""
    for path, event, value in ijson.parse(Shallow(stream), use_float=True):
        if builder is None:
            if event == "start_map" and wanted.fullmatch(path):
                builder, root = ijson.ObjectBuilder(), path
                builder.event(event, value)
            continue
        builder.event(event, value)
        if event == "end_map" and path == root:
            yield root, builder.value
            builder = None
