"""The structure of a JSON file: whether bytes begin one, and the paths of its values, without
reading these.
"""

import io
import re
from typing import IO, cast

from givesell.archives.parsing.json_bytes import advance
from givesell.archives.parsing.json_scan import as_bytes, fresh
from givesell.archives.parsing.json_walk import Walk
from givesell.archives.streams.limits import HEAD_FURTHER

HEAD_DEPTH = 40
# What comes first within the outer brackets: text in brackets begins otherwise.
_NESTED = re.compile(rb"[ \t\r\n\[]*+")
_OBJECT = re.compile(rb'\{[ \t\r\n]*+(["}]|$)')
_VALUE = re.compile(
    rb'(?:"(?:[^"\\]++|\\.)*+(?:"|$)|-?\d[\d.eE+-]*+|true|false|null|NaN|(?=[\],]))['
    rb" \t\r\n]*+(?:[,\]]|$)",
    re.DOTALL,
)
# Of each list and object so many values show the structure; what looks through it gives up after so
# many steps.
_SHOWING, _MOST_STEPS = {ord("]"): 50, ord("}"): 1_000}, 100_000


def paths_of(data: bytes) -> frozenset[str]:
    """Return the paths of all values in the beginning of a JSON file.

    Parameters
    ----------
    data : bytes

    Returns
    -------
    frozenset of str
        Of those that nest at most 40 deep, which is deeper than any export does.

    Examples
    --------
    >>> sorted(paths_of(b'{"posts": [{"id": 1}, {"id'))
    ['posts', 'posts.item', 'posts.item.id']
    """
    paths: set[str] = set()

    def note(path: str) -> bool:
        paths.add(path)
        return False

    for _ in Walk(io.BytesIO(data)).values(note, lambda path: path.count(".") < HEAD_DEPTH):
        pass
    return frozenset(paths - {""})


def begins_json(data: bytes) -> bool:
    """Whether bytes are the beginning of a JSON array or object, and not of text in brackets.

    Parameters
    ----------
    data : bytes

    Returns
    -------
    bool

    Examples
    --------
    >>> (
    ...     begins_json(b'[{"text": "hi'),
    ...     begins_json(b"[Friday] two mugs, ask me"),
    ...     begins_json(b"[2] mugs, ask me"),
    ... )
    (True, False, False)
    """
    data = data.lstrip()
    if data[:1] not in (b"[", b"{"):
        return False
    at = _NESTED.match(data).end()  # type: ignore[union-attr]
    if at == len(data) or data[at : at + 1] == b"{":
        return at == len(data) or _OBJECT.match(data, at) is not None
    if _VALUE.match(data, at) is None:
        return False
    # A list of plain values may be a number or a word in brackets, with text behind.
    end = advance(as_bytes(data), 0, fresh(), True)
    return end < 0 or data[end:].lstrip()[:1] in (b"", b"[", b"{")


def paths_further(stream: IO[bytes]) -> frozenset[str]:
    """Return the paths of the values of a JSON file, as far as its structure is looked through.

    Of each list only the first values are entered, and the others passed over at once.

    Parameters
    ----------
    stream : file

    Returns
    -------
    frozenset of str
        Of those in the first `givesell.archives.streams.limits.HEAD_FURTHER` bytes.

    Examples
    --------
    >>> data = b'{"seen": [' + b'{"id": 1}, ' * 1000 + b'{"other": 1}], "posts": [{"text": "hi"}]}'
    >>> sorted(paths_further(io.BytesIO(data)))
    ['posts', 'posts.item', 'posts.item.text', 'seen', 'seen.item', 'seen.item.id']
    """
    paths: set[str] = set()
    walk = Walk(cast(IO[bytes], _Bounded(stream, HEAD_FURTHER)))

    def note(path: str) -> bool:
        paths.add(path)
        return False

    for _ in walk.values(
        note,
        lambda path: path.count(".") < HEAD_DEPTH and walk.steps < _MOST_STEPS,
        showing=_SHOWING,
    ):
        pass
    return frozenset(paths - {""})


class _Bounded:
    """The beginning of a stream."""

    def __init__(self, stream: IO[bytes], most: int) -> None:
        self._stream, self._left = stream, most

    def read(self, size: int) -> bytes:
        data = self._stream.read(min(size, self._left))
        self._left -= len(data)
        return data
