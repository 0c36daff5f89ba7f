"""The values of a large JSON file one at a time, each read by itself: one that cannot be read costs
no other.
"""

import re
from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import IO, Any

from givesell.archives.parsing.json_values import read_value
from givesell.archives.parsing.json_walk import ItemError, Walk
from givesell.archives.streams.limits import MAX_PATH


def _anywhere(_: str) -> bool:
    return True


def items(stream: IO[bytes], path: str, *, skip: bytes | tuple[bytes, ...] = ()) -> Iterator[Any]:
    """Yield the values at a path of a JSON file without holding the file.

    Parameters
    ----------
    stream : file
    path : str
        ``"item"`` for the items of the outer array, ``"orderedItems.item"`` for those of an array
        within.
    skip : bytes or tuple of bytes, optional
        What to leave out at the start: where the file begins so, the JSON begins behind the first
        ``=``.

    Yields
    ------
    object
        A `ItemError` for one that cannot be read, and at last where the file is no JSON any more or
        breaks off.

    Examples
    --------
    >>> import io
    >>> list(items(io.BytesIO(b'{"posts": [{"n": 1}, {"n": 1e999}, {"n": 2}]}'), "posts.item"))
    [{'n': 1}, ItemError('a number too large'), {'n': 2}]
    """
    for _, _, value in raw_items(stream, path, skip=skip):
        yield value


def items_at(
    stream: IO[bytes], wanted: re.Pattern[str], *, leads: Callable[[str], bool] = _anywhere
) -> Iterator[tuple[str, Any]]:
    """Yield the values at all paths that a pattern matches in full.

    Parameters
    ----------
    stream : file
    wanted : re.Pattern
    leads : callable, optional
        Whether the value at a path may hold one; by default any may, which is slow
        where much lies beside the way.

    Yields
    ------
    path : str
        Empty for a `ItemError` that is about the file as a whole.
    value : object
        See `items`.
    """
    for path, _, value in raw_items(stream, wanted, leads=leads):
        yield path, value


def raw_items(
    stream: IO[bytes],
    wanted: str | re.Pattern[str],
    *,
    skip: bytes | tuple[bytes, ...] = (),
    leads: Callable[[str], bool] = _anywhere,
) -> Iterator[tuple[str, bytes, Any]]:
    """Yield the values at a path, or at all that a pattern matches in full, with their bytes.

    Parameters
    ----------
    stream : file
    wanted : str or re.Pattern
    skip : bytes or tuple of bytes, optional
    leads : callable, optional
        For a pattern; see `items_at`.

    Yields
    ------
    path : str
    raw : bytes
        Of a `ItemError` the beginning.
    value : object
        See `items`.
    """
    walk = Walk(stream, skip)
    if isinstance(wanted, str):
        # The outermost value has the empty path; all on the way to the path begin it.
        way = {wanted[: dot.start()] for dot in re.finditer(r"\.|$", wanted)} - {wanted} | {""}
        values = walk.values(wanted.__eq__, way.__contains__)
    else:
        matches = wanted.fullmatch
        values = walk.values(lru_cache(MAX_PATH)(lambda path: matches(path) is not None), leads)
    for path, value in values:
        if isinstance(value, ItemError):
            yield path, value.raw, value
            continue
        try:
            yield path, value, read_value(value, looked_over=True)
        except ValueError as error:
            bad = ItemError(str(error), value)
            yield path, bad.raw, bad
