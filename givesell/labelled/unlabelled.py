"""A pool of unlabelled posts as a stream, and the best of it in bounded memory."""

import heapq
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd

from givesell.archives.read import Archive, read_archive
from givesell.archives.shapes.roles import find_roles
from givesell.errors import ArgumentTypeError
from givesell.labelled.columns import match, need, text_column
from givesell.labelled.frames import in_hand
from givesell.text.posts import as_sequence
from givesell.verdict import added_columns

ROWS = 16_384
# A file that a model has scored holds its guesses, not labels of people.


class Part(NamedTuple):
    """Some posts in a row: their texts, the labels that they have already, and how to get a row
    of them as a dict.
    """

    texts: Sequence[Any]
    labels: Sequence[Any] | None
    row: Callable[[int], Any]


def read_pool(pool: Any, text: str | None = None, label: str | None = "label") -> Iterator[Part]:
    """Read a pool in parts.

    Parameters
    ----------
    pool : table, sequence or column of str, list of dicts, path, Archive, or list of paths and
    archives
    text, label : str, optional
        Columns; without `text` the one named as posts are, such as ``text`` or ``body``.

    Yields
    ------
    Part
        Its rows are positions for what lies in memory, else dicts with ``text`` first.

    Raises
    ------
    ArgumentTypeError
        E342 for what is no pool.
    DataError
        If there is no such column.
    FileError
        If a file cannot be read.
    """
    pool = in_hand(pool)
    if isinstance(pool, pd.DataFrame):
        frame = pool
        names = frame.columns
        posts = frame[
            need(frame, text_column(names, text, " in the DataFrame"), " in the DataFrame")
        ]
        label = None if label is None or added_columns(names) else match(names, label)
        yield from _in_memory(posts, None if label is None else frame[label].to_numpy(object))
    elif isinstance(pool, (str, Path, Archive)) or _is_files(pool):
        for source in [pool] if isinstance(pool, (str, Path, Archive)) else pool:
            yield from _of_archive(
                source if isinstance(source, Archive) else read_archive(source, text_column=text),
                label,
            )
    else:
        try:
            posts = as_sequence(pool)
        except ArgumentTypeError as error:
            if error.code != "E102":
                raise
            raise ArgumentTypeError("E342", type=type(pool).__name__) from None
        yield from _in_memory(posts, None)


class Best:
    """Keeps the items with the highest scores, each key once; the first of equals.

    Parameters
    ----------
    most : int

    Examples
    --------
    >>> best = Best(2)
    >>> for number, score in enumerate([0.1, 0.5, 0.5, 0.9]):
    ...     best.offer(score, key=number % 3, item=str(number))
    >>> best.items()
    [(0.9, '3'), (0.5, '1')]
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._heap: list[tuple[float, int, int, Any]] = []
        self._keys: set[int] = set()
        self._count = 0

    @property
    def floor(self) -> float:
        """What a score must exceed to be kept."""
        return self._heap[0][0] if len(self._heap) == self._most else -1.0

    def offer(self, score: float, key: int, item: Any) -> None:
        """Take an item, unless there are enough better ones or one of its key."""
        if score <= self.floor or key in self._keys:
            return
        self._count += 1
        entry = (score, -self._count, key, item)
        self._keys.add(key)
        if len(self._heap) < self._most:
            heapq.heappush(self._heap, entry)
        else:
            self._keys.discard(heapq.heapreplace(self._heap, entry)[2])

    def items(self) -> list[tuple[float, Any]]:
        """Return scores and items, the best first."""
        return [
            (score, item)
            for score, _, _, item in sorted(self._heap, key=lambda entry: (-entry[0], -entry[1]))
        ]


def _is_files(pool: Any) -> bool:
    return (
        isinstance(pool, (list, tuple))
        and len(pool) > 0
        and all(isinstance(source, (Path, Archive)) for source in pool)
    )


def _in_memory(posts: Any, labels: Any) -> Iterator[Part]:
    values = as_sequence(posts)
    for start in range(0, len(values), ROWS):
        stop = min(len(values), start + ROWS)
        own = None if labels is None else labels[start:stop].tolist()
        yield Part(values[start:stop], own, lambda at, start=start: start + at)  # type: ignore[misc]


def _of_archive(archive: Archive, label: str | None) -> Iterator[Part]:
    for batch in archive.tables():
        names = batch.schema.names
        texts = archive.posts_of(batch).cast("string").to_pylist()
        dropped = added_columns(names)
        found = None if label is None else match(names, label)
        labels = (
            batch.column(found).to_pylist() if found is not None and found not in dropped else None
        )
        name_of_id = find_roles(names).get("id")
        first = {"id": name_of_id, "text": archive.text_column}
        rest = [name for name in names if name not in (*first.values(), *first, *dropped)]

        def row(
            at: int, batch: Any = batch, first: Any = first, rest: Any = rest
        ) -> dict[str, Any]:
            told = {
                name: None if column is None else batch.column(column)[at].as_py()
                for name, column in first.items()
            }
            return {**told, **{name: batch.column(name)[at].as_py() for name in rest}}

        yield Part(texts, labels, row)
