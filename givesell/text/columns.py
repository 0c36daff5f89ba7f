"""Posts as callers hold them (str, lists, pandas, Polars and Arrow columns) to code points for the compiled code."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from givesell.errors import ArgumentTypeError, PostTypeError
from givesell.text.fold import code_points

MOST_POSTS = 4096
MOST_CHARS = 1 << 20


class Chunk(NamedTuple):
    """Some posts in a row as one array of code points.

    ``offsets`` (n + 1,) says where each begins; ``missing`` holds the positions of those that are None or NaN.
    """

    codes: NDArray[np.uint32]
    offsets: NDArray[np.int64]
    longest: int
    missing: list[int]


def as_sequence(posts: Any) -> Sequence[Any]:
    """Return posts as something with a length whose slices are lists.

    Parameters
    ----------
    posts : sequence of str, or a pandas, Polars, NumPy or Arrow column

    Returns
    -------
    sequence

    Raises
    ------
    ArgumentTypeError
        If it is no sequence of posts: a number, a dict, a whole table.
    """
    if isinstance(posts, (list, tuple)):
        return posts
    if isinstance(posts, (str, bytes, bytearray, dict, set, frozenset)) or posts is None:
        raise ArgumentTypeError("E102", type=type(posts).__name__)
    columns = getattr(posts, "columns", None)
    if columns is not None:
        names = getattr(posts, "column_names", None) or list(columns)
        raise ArgumentTypeError(
            "E103", type=type(posts).__name__, columns=", ".join(map(repr, names)), first=str(names[0]) if len(names) else "text"
        )
    if hasattr(posts, "to_pylist"):
        return _Column(posts, lambda part: part.to_pylist())
    if hasattr(posts, "iloc"):
        return _Column(posts.array, lambda part: part.tolist())
    if isinstance(posts, np.ndarray):
        if posts.ndim != 1:
            raise ArgumentTypeError("E102", type=f"an array of shape {posts.shape}")
        return _Column(posts, lambda part: part.tolist())
    if hasattr(posts, "to_list") and hasattr(posts, "__len__"):
        return _Column(posts, lambda part: part.to_list())
    if isinstance(posts, Sequence):
        return _Column(posts, list)
    if hasattr(posts, "__iter__"):
        return list(posts)
    raise ArgumentTypeError("E102", type=type(posts).__name__)


class _Column(Sequence[Any]):
    """A column whose slices become lists only when they are read, so that a large one is never copied whole."""

    def __init__(self, column: Any, to_list: Callable[[Any], list[Any]]) -> None:
        self._column, self._to_list = column, to_list

    def __len__(self) -> int:
        return len(self._column)

    def __getitem__(self, index: Any) -> Any:
        if isinstance(index, slice):
            return self._to_list(self._column[index])
        return self._to_list(self._column[index : index + 1])[0]


def is_missing(post: object) -> bool:
    """Whether a value stands for a post that is not there: None, NaN, ``pandas.NA`` or ``NaT``."""
    return post is None or (isinstance(post, (float, np.floating)) and post != post) or type(post).__name__ in ("NAType", "NaTType")


def chunks(posts: Sequence[Any], start: int = 0, stop: int | None = None) -> Iterator[tuple[int, Chunk]]:
    """Iterate over posts as chunks of bounded size.

    Parameters
    ----------
    posts : sequence
        What `as_sequence` returned.
    start, stop : int
        Which of them.

    Yields
    ------
    position : int
        Where the chunk's first post stands.
    chunk : Chunk

    Raises
    ------
    PostTypeError
        If one is neither text nor missing.
    """
    stop = len(posts) if stop is None else min(stop, len(posts))
    for first in range(start, stop, MOST_POSTS):
        part = posts[first : min(stop, first + MOST_POSTS)]
        missing: list[int] = []
        try:
            lengths = np.fromiter(map(str.__len__, part), np.int64, len(part))
        except TypeError:
            part = _fill(part, first, missing)
            lengths = np.fromiter(map(len, part), np.int64, len(part))
        ends = np.cumsum(lengths)
        low = 0
        while low < len(part):
            reach = (ends[low - 1] if low else 0) + MOST_CHARS
            high = max(low + 1, int(np.searchsorted(ends, reach, side="right")))
            offsets = np.zeros(high - low + 1, np.int64)
            np.cumsum(lengths[low:high], out=offsets[1:])
            codes = code_points("".join(part[low:high]))
            yield first + low, Chunk(codes, offsets, int(lengths[low:high].max()), [i - low for i in missing if low <= i < high])
            low = high


def _fill(part: Sequence[Any], first: int, missing: list[int]) -> list[str]:
    """Put an empty text for each missing post and note its place."""
    filled = []
    for i, post in enumerate(part):
        if isinstance(post, str):
            filled.append(post)
        elif is_missing(post):
            missing.append(i)
            filled.append("")
        else:
            raise PostTypeError("E101", position=first + i, type=type(post).__name__)
    return filled
