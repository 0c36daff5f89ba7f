"""`read_archive`: the posts of an archive in Python, one by one or as a DataFrame."""

import os
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc

from givesell.archives.base.columns import as_text
from givesell.archives.base.post import KINDS, POST, SCHEMA, Post
from givesell.archives.base.reader import Options, Reader
from givesell.archives.base.rejects import Rejected, RejectedRows
from givesell.archives.opening import open_posts
from givesell.archives.shapes.roles import columns_of, find_roles
from givesell.archives.shapes.table_parts import parts_of
from givesell.archives.streams.file_errors import named
from givesell.archives.streams.files import printable
from givesell.archives.times.times import TimeColumn, read_times, zoned
from givesell.errors import ArgumentTypeError, FileError
from givesell.types import PathLike, Visibility

if TYPE_CHECKING:
    import pandas as pd

_MOST_REJECTED = 1_000


class Archive:
    """The posts of an archive. Iterating reads them as a stream; it may be done again.

    Attributes
    ----------
    format : str
        The format of the archive, such as ``"x"`` or ``"csv"``.
    skipped : dict of str to int
        Posts that were left out on purpose in the last reading, by reason.
    rejected : list of Rejected
        The file, line, reason and raw bytes of the rows that could not be read in the last reading;
        at most 1,000.
    n_rejected : int
        How many there were.
    unread : list of str
        The names of the files in an export that no reader takes, media apart.
    """

    def __init__(self, reader: Reader, again: Callable[[], Reader] | None = None) -> None:
        self._reader = reader
        self._again = again or (lambda: reader)
        self.format = reader.name
        self._rejects = RejectedRows(_MOST_REJECTED)

    @property
    def skipped(self) -> dict[str, int]:
        """Posts that were left out on purpose in the last reading, by reason."""
        return dict(self._reader.skipped)

    @property
    def rejected(self) -> list[Rejected]:
        """The first rows that could not be read in the last reading."""
        return self._rejects.rows

    @property
    def n_rejected(self) -> int:
        """How many rows could not be read in the last reading."""
        return self._rejects.count

    @property
    def unread(self) -> list[str]:
        """The names of the files in an export that no reader takes, media apart."""
        return self._reader.unread

    def __iter__(self) -> Iterator[Post]:
        """Read the posts."""
        for batch in self._batches():
            yield from map(
                Post._make, zip(*(column.to_pylist() for column in batch.columns), strict=True)
            )

    def frame(self) -> "pd.DataFrame":
        """Return all posts at once.

        Returns
        -------
        pandas.DataFrame, shape (n, 7)
            The fields of `Post`; ``created`` in UTC.
        """
        frame: pd.DataFrame = pa.Table.from_batches(self._batches(), SCHEMA).to_pandas()
        return frame

    @property
    def path(self) -> Path:
        """Where the archive lies."""
        return self._reader.path

    @property
    def columns(self) -> list[str]:
        """The columns of `tables`."""
        return list(self._reader.schema.names)

    @property
    def text_column(self) -> str:
        """The column of posts in `tables`."""
        return self._reader.text

    def tables(self) -> Iterator[pa.RecordBatch]:
        """Read the posts as Arrow batches with all columns that a table has; an export has the
        fields of `Post`.

        Yields
        ------
        pyarrow.RecordBatch
        """
        self._rejects = RejectedRows(_MOST_REJECTED)
        yield from self._reader.batches(self._rejects)

    def posts_of(self, batch: pa.RecordBatch) -> pa.Array:
        """Return the posts of one of `tables`, null where a cell says that there is none, such
        as ``nan`` or ``[removed]``.
        """
        return self._reader.posts_of(batch)

    def _batches(self) -> Iterator[pa.RecordBatch]:
        batches = self.tables()
        return batches if self._reader.is_export else self._table_posts(batches)

    def _table_posts(self, batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        """Bring the batches of a table to the fields of a post."""
        roles = find_roles(self._reader.schema.names, self._reader.options.columns)
        times, is_complete = TimeColumn(), False
        for batch in batches:
            if not is_complete:
                times.add(*_times_of(batch, roles))
                if times.asks:
                    # Only all times of the table show what comes first, day or month.
                    times, is_complete = self._all_times(roles), True
            yield self._as_posts(batch, roles, times)

    def _all_times(self, roles: Mapping[str, str]) -> TimeColumn:
        times = TimeColumn()
        for batch in self._again().batches(RejectedRows(0)):
            times.add(*_times_of(batch, roles))
        return times

    def _as_posts(
        self, batch: pa.RecordBatch, roles: Mapping[str, str], order: TimeColumn
    ) -> pa.RecordBatch:
        """Bring a table to the fields of a post."""
        parts = {**parts_of(batch, roles), "text": as_text(self._reader.posts_of(batch))}
        if "kind" in parts:
            parts["kind"] = pc.if_else(
                pc.is_in(parts["kind"], pa.array(KINDS)), parts["kind"], POST
            )
        columns = []
        for field in SCHEMA:
            fill = {"kind": POST, "platform": ""}.get(field.name)
            if field.name == "created":
                times = read_times(*_times_of(batch, roles), order=order).utc
                columns.append(
                    pa.array(times.astype("datetime64[us]"), pa.timestamp("us")).cast(field.type)
                )
            elif field.name in parts:
                columns.append(
                    parts[field.name] if fill is None else pc.fill_null(parts[field.name], fill)
                )
            else:
                columns.append(pa.array([fill] * len(batch), pa.string()))
        return pa.RecordBatch.from_arrays(columns, schema=SCHEMA)

    def __repr__(self) -> str:
        return f"<Archive {str(self._reader.path)!r}: {self.format}>"


def _times_of(batch: pa.RecordBatch, roles: Mapping[str, str]) -> tuple[pa.Array, pa.Array | None]:
    """Return the columns that say when posts were written: the day or all of it, and the hour
    where it is by itself.
    """
    created, clock, zone = (
        batch.column(roles[role]) if role in roles else None
        for role in ("created", "clock", "zone")
    )
    return pa.nulls(len(batch)) if created is None else created, zoned(clock, zone)


def read_archive(
    path: PathLike,
    *,
    format: str | None = None,  # noqa: A002
    text_column: str | None = None,
    query: str | None = None,
    visibility: Visibility = "public",
    encoding: str | None = None,
    columns: Mapping[str, str] | None = None,
) -> Archive:
    """Read the posts of an archive.

    Parameters
    ----------
    path : path
        The export of a platform (a file of it, the zip or tar, or the unpacked folder) or a plain
        file of posts: CSV, TSV, JSON, JSONL, Parquet, Arrow, SQLite or text, packed or not, or a
        spreadsheet.
    format : str, optional
        A name in `givesell.archives.FORMATS`; by default the content decides.
    text_column : str, optional
        For tables: the column of posts.
    query : str, optional
        For SQLite: the SELECT whose rows are the posts. For a spreadsheet: the name of the sheet.
    visibility : str, default "public"
        ``"all"`` reads followers-only and direct posts of exports too.
    encoding : str, optional
        The encoding of text that does not declare it, such as ``"cp1252"``; by default UTF-8, or
        UTF-16 where it looks like that.
    columns : mapping of str to str, optional
        For tables: the column of each part of the posts whose name does not say so, such as
        ``{"created": "When", "author": "Who"}``; the parts are ``id``, ``author``, ``created``,
        ``platform``, ``url`` and ``kind``.

    Returns
    -------
    Archive
        Iterates over `givesell.archives.Post`; its ``frame`` gives a DataFrame.

    Raises
    ------
    FileError
        If there is no such file, or it cannot be read.

    Examples
    --------
    >>> from givesell.datasets import demo_archive
    >>> archive = read_archive(demo_archive())
    >>> archive.format, next(iter(archive)).kind
    ('reddit', 'comment')
    >>> archive.frame().shape
    (400, 7)
    """
    if not isinstance(path, (str, os.PathLike)):
        raise ArgumentTypeError(
            "E206", argument="path", expected="a path", given=type(path).__name__
        )
    place = Path(path)
    # A name may be too long for any file, or hold what no name can.
    with named(printable(place), "E406", OSError, ValueError):
        if not place.exists():
            raise FileError("E401", path=printable(place))
        if place.is_file() and not place.stat().st_size:
            raise FileError("E403", path=printable(place))
    options = Options(
        query=query, visibility=visibility, encoding=encoding, columns=columns_of(columns)
    )

    def reader() -> Reader:
        return open_posts(place, text_column=text_column, format=format, options=options)

    return Archive(reader(), reader)
