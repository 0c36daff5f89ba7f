"""Unlabelled posts: as a stream, or at once with their groups."""

import operator
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
import pyarrow as pa
from numpy.typing import NDArray

from givesell.archives.read import Archive, read_archive
from givesell.archives.shapes.roles import find_roles
from givesell.errors import ArgumentTypeError, PostTypeError
from givesell.labelled.columns import match, need, text_column
from givesell.labelled.frames import materialized
from givesell.labelled.source import Source
from givesell.text.posts import as_sequence
from givesell.verdict import added_columns

ROWS = 16_384


class Part(NamedTuple):
    """Consecutive posts: their texts, the labels that they have already, and a function that
    returns the row of one of them.
    """

    texts: Sequence[Any]
    labels: Sequence[Any] | None
    row: Callable[[int], Any]


def read_unlabelled(
    data: Any, text: str | None = None, label: str | None = "label"
) -> Iterator[Part]:
    """Read posts in parts.

    Parameters
    ----------
    data : table, sequence or column of str, list of dicts, path, Archive, or list of paths and
    archives
    text, label : str, optional
        Columns; without `text` the one named as posts are, such as ``text`` or ``body``. The
        columns that `givesell score` has written are no labels.

    Yields
    ------
    Part
        Its rows are positions for posts in memory, else dicts with ``text`` first.

    Raises
    ------
    ArgumentTypeError
        E342 for anything else.
    DataError
        If there is no such column.
    FileError
        If a file cannot be read.

    Examples
    --------
    >>> [part.texts for part in read_unlabelled(["Thanks!", "Buy now"])]
    [['Thanks!', 'Buy now']]
    """
    data = materialized(data)
    if isinstance(data, pd.DataFrame):
        place = " in the DataFrame"
        posts = data[need(data, text_column(data.columns, text, place), place)]
        label = (
            None
            if label is None or added_columns(map(str, data.columns))
            else match(data.columns, label)
        )
        yield from _in_memory(posts, None if label is None else data[label].to_numpy(object))
        return
    sources = data if _are_files(data) else [data]
    if all(isinstance(source, (str, Path, Archive)) for source in sources):
        for source in sources:
            is_open = isinstance(source, Archive)
            yield from _of_archive(
                source if is_open else read_archive(source, text_column=text), label
            )
        return
    try:
        column = as_sequence(data)
    except ArgumentTypeError as error:
        if error.code != "E102":
            raise
        raise ArgumentTypeError("E342", type=type(data).__name__) from None
    yield from _in_memory(column, None)


def posts_of(
    data: Any, text: str | None = None, groups: str | None = None, *, strict: bool = True
) -> tuple[NDArray[np.object_], NDArray[np.object_]]:
    """Return the posts of an unlabelled table or file, and their groups.

    Parameters
    ----------
    data : table, path or Archive
    text : str, optional
        As for `givesell.labelled.request.Request`.
    groups : str, optional
        A column.
    strict : bool, default True
        Whether a post that is missing or no text is an error.

    Returns
    -------
    posts, groups : ndarray of object, shape (n,)

    Raises
    ------
    DataError
        If a column is missing.
    PostTypeError
        If a post is not text.
    FileError
        If the file cannot be read.

    Examples
    --------
    >>> posts, _ = posts_of({"body": ["Thanks!", "Buy now"]})
    >>> posts.tolist()
    ['Thanks!', 'Buy now']
    """
    source = Source.opened(data, text)
    column = text_column(source.frame.columns, text, source.place)
    posts = source.series(column).to_numpy(object)
    for position, post in enumerate(posts if strict else ()):
        if not isinstance(post, str):
            raise PostTypeError("E101", position=position, type=type(post).__name__)
    if groups is None:
        return posts, np.full(len(posts), None, object)
    return posts, source.series(groups).to_numpy(object)


def _are_files(data: Any) -> bool:
    return (
        isinstance(data, (list, tuple))
        and len(data) > 0
        and all(isinstance(source, (Path, Archive)) for source in data)
    )


def _in_memory(posts: Any, labels: NDArray[np.object_] | None) -> Iterator[Part]:
    values = as_sequence(posts)
    for start in range(0, len(values), ROWS):
        stop = min(len(values), start + ROWS)
        of_part = None if labels is None else labels[start:stop].tolist()
        yield Part(values[start:stop], of_part, partial(operator.add, start))


def _of_archive(archive: Archive, label: str | None) -> Iterator[Part]:
    for batch in archive.tables():
        names = batch.schema.names
        texts = archive.posts_of(batch).cast("string").to_pylist()
        dropped = added_columns(names)  # a model's guesses are no labels of people
        label_column = None if label is None else match(names, label)
        labels = None
        if label_column is not None and label_column not in dropped:
            labels = batch.column(label_column).to_pylist()
        columns = {"id": find_roles(names).get("id"), "text": archive.text_column}
        taken = {*columns.values(), *columns, *dropped}
        columns |= {name: name for name in names if name not in taken}
        yield Part(texts, labels, partial(_row, batch, columns))


def _row(batch: pa.RecordBatch, columns: Mapping[str, str | None], at: int) -> dict[str, Any]:
    """Return a row of a batch, each value by the name that it gets."""
    return {
        name: None if column is None else batch.column(column)[at].as_py()
        for name, column in columns.items()
    }
