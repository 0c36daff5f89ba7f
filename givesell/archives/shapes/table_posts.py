"""The posts of a table: which column holds them, and what must be done that a post stands in one.

Where a scraper has put the title of a post beside its text, as Reddit has them, the table gets a
further column ``post_text`` with both. Where one is known to keep its text as HTML or with its
entities, that column holds plain text.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from givesell.archives.base.columns import as_text
from givesell.archives.base.reader import Reader
from givesell.archives.base.rejects import Gate, Rejects
from givesell.archives.shapes.all_shapes import column_of, shape_of_table
from givesell.archives.shapes.roles import COMPOSED, check_columns, find_text_column
from givesell.archives.shapes.shape import Shape, fold
from givesell.archives.shapes.table_parts import where_holds


def with_posts(reader: Reader, text_column: str | None, path: Path) -> Reader:
    """Tell a reader where its posts are.

    Parameters
    ----------
    reader : Reader
    text_column : str or None
        The column asked for; see `givesell.archives.shapes.roles.find_text_column`.
    path : Path
        The file, for errors.

    Returns
    -------
    Reader
        The same, or one around it whose batches hold plain, whole posts.

    Raises
    ------
    DataError
        See `givesell.archives.shapes.roles.find_text_column` and
        `givesell.archives.shapes.roles.check_columns`.
    """
    if reader.is_export:
        reader.use_text("text")
        return reader
    names = reader.schema.names
    check_columns(names, reader.options.columns, path)
    column = find_text_column(names, text_column, path)
    shape = shape_of_table(names) if text_column is None else None
    reader.use_text(column)
    if shape is None or column == COMPOSED:
        return reader
    title = column_of(shape.title, {fold(name): name for name in reversed(names)})
    return (
        _Around(reader, shape, title)
        if title is not None or shape.clean is not None or shape.skips
        else reader
    )


class _Around(Reader):
    """A reader of a table whose posts are made plain or put together.

    Parameters
    ----------
    reader : Reader
        With its text told.
    shape : Shape
    title : str or None
        The column that stands above the text.

    Attributes
    ----------
    inner : Reader
    """

    def __init__(self, reader: Reader, shape: Shape, title: str | None) -> None:
        self.inner = reader
        self._shape = shape
        self._title = title
        self.exact = reader.exact
        self.passes = reader.passes
        self.name = reader.name
        self.text = reader.text
        self.schema = reader.schema
        if title is not None:
            folded = {fold(name): name for name in reversed(reader.schema.names)}
            self._texts = [folded[name] for name in map(fold, shape.text) if name in folded]
            self.text = COMPOSED
            self.schema = reader.schema.append(pa.field(COMPOSED, pa.string()))

    def __getattr__(self, name: str) -> Any:
        # What is not its own is the other's: files, members, what was found and skipped.
        return getattr(self.inner, name)

    @property
    def bytes_read(self) -> int:
        """How far the reader has come."""
        return self.inner.bytes_read

    @bytes_read.setter
    def bytes_read(self, count: int) -> None:
        self.inner.bytes_read = count

    @property
    def shown(self) -> Path:
        """How errors name the file that is being read."""
        return self.inner.shown

    def use_text(self, column: str) -> None:
        """Say which column holds the posts; see `Reader.use_text`."""
        self.text = column

    def batches(self, rejects: Rejects, skip: int = 0) -> Iterator[pa.RecordBatch]:
        """Read the input; see `Reader.batches`."""
        self.skipped.clear()
        # All batches are looked at, so that what is left out is counted whole.
        gate = Gate(rejects, skip == 0)
        for number, batch in enumerate(self.inner.batches(gate), 1):
            whole = self._whole(self._without(batch))
            if number > skip:
                yield whole
            gate.open = number >= skip

    def _without(self, batch: pa.RecordBatch) -> pa.RecordBatch:
        """Leave out what is no post, or none for everyone, and count it."""
        for rule in self._shape.skips:
            reason = rule[0]
            out = (
                None
                if reason == "not public" and self.options.visibility == "all"
                else where_holds(batch, rule)
            )
            if out is not None and pc.any(out).as_py():
                self.skipped[reason] += pc.sum(out).as_py()
                batch = batch.filter(pc.invert(out))
        return batch

    def _whole(self, batch: pa.RecordBatch) -> pa.RecordBatch:
        if self._title is None:
            place = batch.schema.get_field_index(self.text)
            return batch.set_column(
                place, self.schema.field(place), self._plain(batch.column(place))
            )
        texts = (
            pc.coalesce(*(_or_null(as_text(batch.column(name))) for name in self._texts))
            if self._texts
            else pa.nulls(len(batch))
        )
        title, text = _or_null(as_text(batch.column(self._title))), texts.cast(pa.string())
        joined = pc.coalesce(pc.binary_join_element_wise(title, text, "\n\n"), title, text)
        return batch.append_column(self.schema.field(COMPOSED), self._plain(joined))

    def _plain(self, column: pa.StringArray) -> pa.StringArray:
        clean = self._shape.clean
        if clean is None or not pc.any(pc.match_substring_regex(column, "[&<]")).as_py():
            return column
        values = column.to_pylist()
        return pa.array(
            [
                clean(value) if value and ("&" in value or "<" in value) else value
                for value in values
            ],
            pa.string(),
        )

    def _find_schema(self) -> pa.Schema:
        return self.schema

    def _batches(self, rejects: Rejects) -> Iterator[pa.RecordBatch]:
        raise NotImplementedError


def _or_null(column: pa.StringArray) -> pa.StringArray:
    """Return texts with null for what is empty."""
    return pc.if_else(pc.equal(column, ""), None, column)
