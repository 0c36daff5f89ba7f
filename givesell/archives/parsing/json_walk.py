"""A walk through a large JSON file, a bracket at a time, down to the values that are looked for.

What lies beside the way is passed over. A value is looked over before it is read (see
`givesell.archives.parsing.json_scan`), and one that is too large is let go of while it is read.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from typing import IO

from givesell.archives.parsing.json_bytes import advance
from givesell.archives.parsing.json_scan import DEPTH, as_bytes, fresh, reason_against
from givesell.archives.parsing.json_values import read_value
from givesell.archives.streams.limits import MAX_DEPTH, MAX_LINE, MAX_PATH

CHUNK = 1 << 18
RAW = 4_000
_START = 1_000  # the beginning that is looked at as a whole
_BLANK = re.compile(rb"[ \t\r\n]*+")
_SCALAR = re.compile(rb"[^ \t\r\n,\]}\[{\":]*+")
# Texts and numbers of a list that holds nothing looked for.
_DULL = re.compile(
    rb'(?:[ \t\r\n]*+(?:"(?:[^"\\]++|\\.)*+"|[^ \t\r\n,\]}\[{\":]++)[ \t\r\n]*+,)++', re.DOTALL
)
_BRACKETS = {ord("["): ord("]"), ord("{"): ord("}")}
_QUOTE, _COMMA, _COLON = b'",:'


class ItemError(ValueError):
    """Stands where a value should that cannot be read.

    Parameters
    ----------
    reason : str
        As a reject says it.
    raw : bytes, optional
        Its beginning.

    Attributes
    ----------
    raw : bytes
    """

    def __init__(self, reason: str, raw: bytes = b"") -> None:
        super().__init__(reason)
        self.raw = raw[:RAW]


class _BrokenError(Exception):
    """The file is no JSON from here on."""


class Walk:
    """A way through a stream of JSON.

    Attributes
    ----------
    steps : int
        Counts values that were met, so that a test can bound the work.
    """

    def __init__(self, stream: IO[bytes], skip: bytes | tuple[bytes, ...] = ()) -> None:
        self.steps = 0
        self._stream = stream
        self._data, self._at = b"", 0
        self._view = as_bytes(b"")
        self._skip = skip
        while len(self._data) < _START and self._more():
            pass
        self._start()

    def values(
        self,
        wanted: Callable[[str], bool],
        leads: Callable[[str], bool],
        *,
        showing: Mapping[int, int] | None = None,
    ) -> Iterator[tuple[str, bytes | ItemError]]:
        """Yield the path and bytes of the values that are wanted; what does not lead to one is
        passed over.

        With `showing` only so many values are met between the brackets that a key closes.
        """
        try:
            yield from self._values(wanted, leads, showing)
            if self._peek_or_end() is not None:
                raise _BrokenError("more after the end of the JSON")
        except _BrokenError as broken:
            yield "", ItemError(str(broken), self._data[self._at : self._at + RAW])

    def _values(
        self,
        wanted: Callable[[str], bool],
        leads: Callable[[str], bool],
        showing: Mapping[int, int] | None,
    ) -> Iterator[tuple[str, bytes | ItemError]]:
        # What closes each bracket that is open, and its path; and how many values of it were met.
        stack: list[tuple[int, str]] = []
        counts: list[int] = []
        path: str | None = ""
        while True:
            self.steps += 1
            sign = self._peek()
            closer = _BRACKETS.get(sign)
            if path is not None and wanted(path):
                yield path, self._take()
            elif closer is not None and path is not None and len(stack) < MAX_DEPTH and leads(path):
                self._at += 1
                if self._peek() != closer:
                    stack.append((closer, path))
                    counts.append(1)
                    path = self._child(closer, path, wanted)
                    continue
                self._at += 1
            else:
                self._take(keep=False)
            while stack:
                closer, above = stack[-1]
                sign = self._peek()
                if showing is not None and sign == _COMMA:
                    counts[-1] += 1
                    if counts[-1] > showing[closer]:
                        self._leave()
                        sign = closer
                if sign == _COMMA:
                    self._at += 1
                    path = self._child(closer, above, wanted)
                    break
                if sign != closer:
                    raise _BrokenError("not JSON: a comma or closing bracket is missing")
                self._at += 1
                stack.pop()
                counts.pop()
            else:
                return

    def _child(self, closer: int, above: str, wanted: Callable[[str], bool]) -> str | None:
        """Go to the next value within brackets, past its name; return its path, None where it is
        too long to be looked for.
        """
        if closer == ord("]"):
            path = f"{above}.item" if above else "item"
            if not wanted(path):
                dull = _DULL.match(self._data, self._at)
                self._at = dull.end() if dull else self._at
        else:
            if self._peek() != _QUOTE:
                raise _BrokenError("not JSON: the name of a value is missing")
            raw = self._take()
            try:
                name = "" if isinstance(raw, ItemError) or len(raw) > MAX_PATH else read_value(raw)
            except ValueError:
                name = ""
            if self._peek() != _COLON:
                raise _BrokenError("not JSON: a colon is missing")
            self._at += 1
            if not name:
                return None
            path = f"{above}.{name}" if above else name
        return path if len(path) <= MAX_PATH else None

    def _take(self, *, keep: bool = True) -> bytes | ItemError:
        """Take a value of any kind; without `keep` only its beginning is held."""
        state = fresh()
        most = MAX_LINE if keep else RAW
        pieces: list[bytes] = []
        size = 0
        nested = self._data[self._at] in b'{["'
        while True:
            if nested:
                end = advance(self._view, self._at, state, True)
            else:
                end = _SCALAR.match(self._data, self._at).end()  # type: ignore[union-attr]
                end = end if end < len(self._data) else -1
            stop = len(self._data) if end < 0 else end
            if size < most:
                pieces.append(self._data[self._at : stop])
            elif len(pieces) > 1:
                pieces = [b"".join(pieces)[:RAW]]
            size += stop - self._at
            self._at = stop
            if end >= 0:
                break
            if not self._more():
                if nested:
                    self._data, self._at = b"".join(pieces)[:RAW], 0
                    raise _BrokenError("the file breaks off within this value")
                break
        if not size:
            raise _BrokenError("not JSON: a value is missing")
        data = b"".join(pieces)
        if not keep:
            return data
        if size >= MAX_LINE:
            return ItemError("item of 16 MiB or more", data)
        reason = reason_against(state)
        return data if reason is None else ItemError(reason, data)

    def _leave(self) -> None:
        """Go to the bracket that closes the one that is open."""
        state = fresh()
        state[DEPTH] = 1
        while (end := advance(self._view, self._at, state, True)) < 0:
            self._at = len(self._data)
            if not self._more():
                raise _BrokenError("the file breaks off here")
        self._at = end - 1

    def _peek(self) -> int:
        sign = self._peek_or_end()
        if sign is None:
            raise _BrokenError("the file breaks off here")
        return sign

    def _peek_or_end(self) -> int | None:
        """Return the next byte that is no blank."""
        while True:
            self._at = _BLANK.match(self._data, self._at).end()  # type: ignore[union-attr]
            if self._at < len(self._data):
                return self._data[self._at]
            if not self._more():
                return None

    def _start(self) -> None:
        data = self._data.lstrip()
        if self._skip and data.startswith(self._skip):
            data = data[data.find(b"=") + 1 :]
        self._data, self._view = data, as_bytes(data)

    def _more(self) -> bool:
        chunk = self._stream.read(CHUNK)
        if chunk:
            self._data, self._at = self._data[self._at :] + chunk, 0
            self._view = as_bytes(self._data)
        return bool(chunk)
