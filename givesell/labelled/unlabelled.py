"""A pool of unlabelled posts as a stream."""

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
