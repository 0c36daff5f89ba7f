"""Posts as callers hold them (lists, pandas, Polars and Arrow columns): opened as a `Column`,
passed to the compiled code as chunks of code points, with verdicts as a table of the caller's
library.

What a caller's object says of itself is not believed: how many posts there are and how long each
is, is what was read.
"""

import os
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import islice
from math import isnan
from pathlib import PurePath
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from givesell.errors import ArgumentError, ArgumentTypeError, GivesellError, PostTypeError
from givesell.text.scanner import write_code_points, write_offsets
from givesell.verdict import Scores

MOST_POSTS = 4096
MOST_CHARS = 1 << 20
# Code points of a post: their places are counted in 32 bits, and the room for them in gigabytes.
LONGEST = 1 << 27
_COLUMNS_NAMED = 20  # in errors
_KEYS_NAMED = 3
_NONE = np.empty(0, np.int64)  # no missing posts, as in most chunks


class Chunk(NamedTuple):
    """Consecutive posts as one array of code points, as the compiled code takes them.

    ``offsets`` (n + 1,) says where each post begins, ``longest`` how many code points the longest
    has; ``missing`` holds the positions of those that are None or NaN.
    """

    codes: NDArray[np.uint32]
    offsets: NDArray[np.int64]
    longest: int
    missing: NDArray[np.int64]


def as_sequence(posts: Any) -> Sequence[Any]:
    """Return posts as something with a length whose slices are lists.

    Parameters
    ----------
    posts : sequence of str, or a pandas, Polars, NumPy or Arrow column

    Returns
    -------
    sequence
        Its length is fixed: what turns out to hold more or fewer posts raises an error when it is
        read.

    Raises
    ------
    ArgumentTypeError
        If it is no sequence of posts: a number, a dict, a whole table.
    ArgumentError
        If it is an Arrow column whose parts do not fit together.
    """
    if type(posts) is tuple or isinstance(posts, Column):
        return posts
    if type(posts) is list:
        return Column(posts, _as_it_is)
    try:
        column = _open_column(posts)
    except (GivesellError, MemoryError):
        raise
    except Exception as error:  # an object that has some of a column's attributes
        raise ArgumentTypeError("E112", type=type(posts).__name__, reason=_reason(error)) from error
    if column is not None:
        return column
    try:
        one_by_one = iter(posts)
    except TypeError:
        raise ArgumentTypeError("E102", type=type(posts).__name__) from None
    # list() would first make room for as many as its length hint says
    return [post for post in one_by_one]  # noqa: C416


def _open_column(posts: Any) -> "Column | None":
    """Open a sequence or a column of another library.

    None for what can only be iterated over.
    """
    _refuse_others(posts)
    _refuse_tables(posts)
    library = type(posts).__module__.partition(".")[0]
    if hasattr(posts, "to_pylist"):
        _check_arrow(posts)
        to_table = Scores.table if library == "pyarrow" else None
        return Column(posts, lambda part: part.to_pylist(), to_table)
    if hasattr(posts, "iloc"):
        _check_arrow(posts.array)
        return Column(
            posts.array, lambda part: part.tolist(), lambda scores: scores.frame(posts.index)
        )
    if isinstance(posts, np.ndarray):
        if posts.ndim != 1:
            instead = "posts.ravel(), or one column of it" if posts.ndim else "posts.item()"
            raise ArgumentTypeError(
                "E117", type=f"An array of shape {posts.shape}", instead=instead
            )
        return Column(posts, lambda part: part.tolist())
    _check_arrow(getattr(posts, "array", posts))
    if hasattr(posts, "to_list") and hasattr(posts, "__len__"):
        to_table = Scores.polars_frame if library == "polars" else None
        return Column(posts, lambda part: part.to_list(), to_table)
    if isinstance(posts, Sequence) and _has_slices(posts):
        return Column(posts, _as_it_is)
    return None


def table_like(posts: Sequence[Any], scores: Scores) -> Any:
    """Return the verdicts on a column of posts as a table of the same library.

    Parameters
    ----------
    posts : sequence
        The posts that were scored, as `as_sequence` returned them.
    scores : Scores, shape (n,)

    Returns
    -------
    pandas.DataFrame, polars.DataFrame, pyarrow.Table or None
        Shape (n, 4), or (n, 5) with facets; on the index of a pandas Series. None where the posts
        came as a column of none of these libraries.

    Examples
    --------
    >>> import givesell, pandas as pd
    >>> posts = as_sequence(pd.Series(["Thanks!"], index=["a"]))
    >>> table_like(posts, givesell.load().verdicts(posts))["label"].to_dict()
    {'a': 'giving'}
    """
    return posts.table(scores) if isinstance(posts, Column) else None


class Column(Sequence[Any]):
    """Posts whose slices become lists only when they are read, so that a large column is never
    copied whole; `as_sequence` makes it.

    Its length is asked for once. A slice that holds more or fewer posts than it should is an error,
    as is a column that is of another length by then: results would be put beside the wrong posts.

    Parameters
    ----------
    column : object
        What holds the posts.
    to_list : callable
        Makes a list of a slice of it.
    to_table : callable, optional
        Makes a table of the column's library of a `Scores`.
    """

    def __init__(
        self,
        column: Any,
        to_list: Callable[[Any], Any],
        to_table: Callable[[Scores], Any] | None = None,
    ) -> None:
        self._column, self._to_list, self._to_table = column, to_list, to_table
        self._length = _length(column)

    def table(self, scores: Scores) -> Any:
        """Return verdicts as a table of the column's library; see `table_like`."""
        return None if self._to_table is None else self._to_table(scores)

    def __len__(self) -> int:
        return self._length

    def __getitem__(self, index: Any) -> Any:
        if not isinstance(index, slice):
            at = range(self._length)[index]
            return self[at : at + 1][0]
        expected = range(self._length)[index]
        try:
            part = self._list(index, len(expected))
        except (GivesellError, MemoryError):
            raise
        except Exception as error:
            raise ArgumentError(
                "E106", position=self._first_unreadable(expected), reason=_reason(error)
            ) from error
        if len(part) != len(expected) or _length(self._column) != self._length:
            raise ArgumentError("E104", expected=self._length, type=type(self._column).__name__)
        return part

    def __iter__(self) -> Iterator[Any]:
        for first in range(0, self._length, MOST_POSTS):
            yield from self[first : first + MOST_POSTS]

    def _list(self, index: slice, expected: int) -> list[Any]:
        part = self._to_list(self._column[index])
        # A list that somebody else holds could change yet, and what is no list might never end.
        return part if type(self._column) is list else list(islice(iter(part), expected + 1))

    def _first_unreadable(self, rows: range) -> int:
        for row in rows:
            try:
                self._list(slice(row, row + 1), 1)
            except Exception:
                return row
        return rows.start


def is_text(post: object) -> bool:
    """Whether a value is a str, or of a kind of str; what only says that it is one is not."""
    return issubclass(type(post), str)


def is_missing(post: object) -> bool:
    """Whether a value is a missing post: None, NaN, ``pandas.NA`` or ``NaT``."""
    kind = type(post)
    if post is None or (issubclass(kind, (float, np.floating)) and isnan(post)):  # type: ignore[arg-type]
        return True
    return kind.__name__ in ("NAType", "NaTType") and str(kind.__module__).startswith("pandas")


def _as_it_is(part: Any) -> Any:
    return part


def _refuse_others(posts: Any) -> None:
    """Refuse values that are often passed instead of posts, and say what to pass."""
    name = type(posts).__name__
    if isinstance(posts, (set, frozenset)):
        raise ArgumentTypeError("E113", type=name)
    if isinstance(posts, Mapping):
        keys = ", ".join(map(repr, islice(posts, _KEYS_NAMED)))
        raise ArgumentTypeError("E114", type=name, keys=keys or "none")
    if isinstance(posts, (bytes, bytearray, memoryview)):
        raise ArgumentTypeError("E115", type=name)
    if isinstance(posts, (PurePath, os.DirEntry)):
        raise ArgumentTypeError("E116", path=os.fspath(posts))
    if name in ("LazyFrame", "Expr") and type(posts).__module__.startswith("polars"):
        raise ArgumentTypeError(
            "E117",
            type=name,
            instead="a column of what is collected, such as frame.collect()['text']",
        )
    if hasattr(posts, "__dask_graph__"):
        raise ArgumentTypeError(
            "E117",
            type=f"A Dask {name}",
            instead="givesell.Scorer() to its map_partitions, or posts.compute()",
        )
    if isinstance(posts, str) or posts is None:
        raise ArgumentTypeError("E102", type=name)


def _refuse_tables(posts: Any) -> None:
    columns = getattr(posts, "columns", None)
    if columns is None:
        return
    try:
        names = list(islice(iter(getattr(posts, "column_names", None) or columns), _COLUMNS_NAMED))
    except TypeError:
        return  # something else that is named so
    listed = ", ".join(map(repr, names))
    shown = [str(name) for name in names] or ["text"]
    first = next((name for name in shown if name.strip().casefold() == "text"), shown[0])
    raise ArgumentTypeError("E103", type=type(posts).__name__, columns=listed, first=first)


def _check_arrow(column: Any) -> None:
    """Refuse Arrow data whose offsets lead out of its buffers: reading it would read other
    memory of the process, or end it.
    """
    pyarrow = sys.modules.get("pyarrow")
    if pyarrow is None:
        return
    dtype = getattr(column, "dtype", None)
    if getattr(dtype, "storage", None) == "pyarrow" or hasattr(dtype, "pyarrow_dtype"):  # of pandas
        column = column.__arrow_array__()
    if isinstance(column, (pyarrow.Array, pyarrow.ChunkedArray)):
        try:
            column.validate(full=True)
        except pyarrow.ArrowException as error:
            raise ArgumentError("E110", type=type(column).__name__, reason=error) from error


def _has_slices(posts: Any) -> bool:
    try:
        posts[:0]
    except TypeError:  # such as a deque
        return False
    return True


def _length(column: Any) -> int:
    try:
        return len(column)
    except Exception as error:
        raise ArgumentTypeError(
            "E105", type=type(column).__name__, reason=_reason(error)
        ) from error


def _reason(error: Exception) -> str:
    from traceback import format_exception_only

    return format_exception_only(error)[-1].strip()


def chunks(
    posts: Sequence[Any], start: int = 0, stop: int | None = None
) -> Iterator[tuple[int, Chunk]]:
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
        Of the chunk's first post.
    chunk : Chunk

    Raises
    ------
    PostTypeError
        If one is neither text nor missing.
    ArgumentError
        If there are other posts than there should be, or one is too long.
    """
    stop = len(posts) if stop is None else stop
    for first in range(start, stop, MOST_POSTS):
        last = min(stop, first + MOST_POSTS)
        part = posts[first:last]
        if type(part) is not list:
            part = list(part)
        if len(part) != last - first:
            raise ArgumentError("E104", expected=stop, type=type(posts).__name__)
        absent: list[int] = []
        offsets = np.empty(last - first + 1, np.int64)
        if not write_offsets(part, offsets):
            part = _fill(part, first, absent)
            write_offsets(part, offsets)
        lengths, missing = np.diff(offsets), np.array(absent, np.int64)
        low = 0
        while low < len(part):
            high = len(part)
            if offsets[high] - offsets[low] > MOST_CHARS:
                reach = np.searchsorted(offsets, offsets[low] + MOST_CHARS, side="right")
                high = max(low + 1, int(reach) - 1)
            here = slice(low, high)
            longest = int(lengths[here].max())
            if longest > LONGEST:
                raise ArgumentError(
                    "E109",
                    position=first + low + int(lengths[here].argmax()),
                    length=longest,
                    most=LONGEST,
                )
            codes = np.empty(offsets[high] - offsets[low], np.uint32)
            if write_code_points(part, low, codes) != len(codes):
                raise ArgumentError("E104", expected=stop, type=type(posts).__name__)
            yield (
                first + low,
                Chunk(
                    codes,
                    offsets[low : high + 1] - offsets[low],
                    longest,
                    missing[(missing >= low) & (missing < high)] - low if absent else _NONE,
                ),
            )
            low = high


def _fill(part: Sequence[Any], first: int, missing: list[int]) -> list[str]:
    """Return posts with an empty text for each missing one, whose positions are noted."""
    filled = []
    for i, post in enumerate(part):
        if is_text(post):
            filled.append(post)
        elif is_missing(post):
            missing.append(i)
            filled.append("")
        else:
            raise PostTypeError("E101", position=first + i, type=type(post).__name__)
    return filled
