"""What Parquet and Arrow files share: batches that are checked before anything reads their rows.

Offsets, lengths and indices of a file are numbers that may point anywhere, into the memory of the
process too. So each batch is validated, and one that fails is not read: each of its rows is
rejected without content. Only where nothing but text is wrong, which shows when it passes as bytes,
are the rows looked at one by one, and those that are not UTF-8 rejected.
"""

from collections.abc import Iterator

import numpy as np
import pyarrow as pa
import pyarrow.types as pat
from numpy.typing import NDArray

from givesell.archives.base.columns import is_text, unique_names
from givesell.archives.base.format_reader import FormatReader
from givesell.archives.base.reader import BATCH_BYTES, BATCH_ROWS
from givesell.archives.base.rejects import Rejected, Rejects
from givesell.archives.parsing.row_sizes import Sizes, largest, row_sizes
from givesell.archives.streams import limits
from givesell.archives.streams.compression import BombError, check_growth
from givesell.archives.streams.file_errors import reason_of
from givesell.errors import FileError

_BYTES = {
    pa.string(): pa.binary(),
    pa.large_string(): pa.large_binary(),
    pa.string_view(): pa.binary_view(),
}


class ArrowTableReader(FormatReader):
    """What Parquet and Arrow files share; see `givesell.archives.formats.arrow_table` for the
    rules.
    """

    is_text = False
    seeks = True
    _given = 0.0

    def use_text(self, column: str) -> None:
        """Say which column holds the posts.

        Parameters
        ----------
        column : str

        Raises
        ------
        FileError
            E406 if it holds something else than text.
        """
        super().use_text(column)
        kind = self.schema.field(column).type
        if not (is_text(kind) or pat.is_null(kind)):
            raise FileError(
                "E406", path=self.shown, reason=f"column {column!r} holds {kind}, not text"
            )

    def _unique(self, schema: pa.Schema) -> pa.Schema:
        if len(schema) > limits.MAX_COLUMNS:
            raise FileError(
                "E406", path=self.shown, reason=f"it has more than {limits.MAX_COLUMNS:,} columns"
            )
        names = unique_names(schema.names)
        return pa.schema(
            [field.with_name(name) for name, field in zip(names, schema, strict=True)],
            metadata=schema.metadata,
        )

    def _good(self, batch: pa.RecordBatch, done: int, rejects: Rejects) -> Iterator[pa.RecordBatch]:
        """Yield the valid rows of a batch, in pieces of bounded size."""
        batch = pa.RecordBatch.from_arrays(batch.columns, schema=self.schema)
        rows: NDArray[np.intp] | None = None
        try:
            batch.validate(full=True)
        except pa.ArrowInvalid as error:
            decoded = self._decoding(batch, done, rejects, error)
            if decoded is None:
                return
            batch, rows = decoded
        for piece in self._watch(_pieces(batch)):
            if isinstance(piece, int):
                row = piece if rows is None else int(rows[piece])
                rejects.add(
                    Rejected(
                        self.shown,
                        done + row + 1,
                        f"a row of more than {limits.MAX_LINE >> 20} MiB",
                        b"",
                    )
                )
            else:
                yield piece

    def _watch(
        self, pieces: Iterator[tuple[pa.RecordBatch | int, float]]
    ) -> Iterator[pa.RecordBatch | int]:
        """Give up a file of which far more comes than is in it, such as a long text that is
        in every row.
        """
        for piece, size in pieces:
            self._given += size
            try:
                check_growth(int(self._given), lambda: self.size)
            except BombError as error:
                raise FileError("E406", path=self.shown, reason=str(error)) from error
            yield piece

    def _reject_all(self, start: int, count: int, reason: str, rejects: Rejects) -> None:
        """Reject rows that were not looked at."""
        for row in range(start, start + count):
            rejects.add(Rejected(self.shown, row + 1, reason, b""))

    def _decoding(
        self, batch: pa.RecordBatch, done: int, rejects: Rejects, error: pa.ArrowInvalid
    ) -> tuple[pa.RecordBatch, NDArray[np.intp]] | None:
        """Return the rows whose text is UTF-8, and their numbers; None for a batch in which more
        is wrong than that.
        """
        try:
            for column in batch.columns:
                kind = as_bytes(column.type)
                (column if kind == column.type else column.view(kind)).validate(full=True)
            good = np.ones(len(batch), bool)
            for name, column in zip(batch.schema.names, batch.columns, strict=True):
                if as_bytes(column.type) == column.type or _is_valid(column):
                    continue
                for row in np.flatnonzero(good).tolist():
                    if not _decodes(column, row):
                        good[row] = False
                        raw = (
                            column.view(as_bytes(column.type))[row].as_py()
                            if is_text(column.type)
                            else b""
                        )
                        rejects.add(
                            Rejected(
                                self.shown,
                                done + row + 1,
                                f"column {name!r} is not UTF-8",
                                raw or b"",
                            )
                        )
            rows = np.flatnonzero(good)
            return (
                pa.RecordBatch.from_arrays(
                    [_rows_of(column, rows) for column in batch.columns], schema=self.schema
                ),
                rows,
            )
        except (pa.ArrowException, ValueError, OverflowError):
            self._reject_all(
                done, len(batch), f"it is in a damaged batch: {reason_of(error)}", rejects
            )
            return None


def as_bytes(kind: pa.DataType) -> pa.DataType:
    """Return a type with bytes where it has text, laid out alike.

    Parameters
    ----------
    kind : pyarrow.DataType

    Returns
    -------
    pyarrow.DataType

    Examples
    --------
    >>> as_bytes(pa.list_(pa.string())).value_type
    DataType(binary)
    """
    if kind in _BYTES:
        return _BYTES[kind]
    if pat.is_dictionary(kind):
        return pa.dictionary(kind.index_type, as_bytes(kind.value_type), kind.ordered)
    if pat.is_struct(kind):
        return pa.struct([field.with_type(as_bytes(field.type)) for field in kind])
    if pat.is_map(kind):
        return pa.map_(as_bytes(kind.key_type), as_bytes(kind.item_type), kind.keys_sorted)
    if pat.is_fixed_size_list(kind):
        return pa.list_(kind.value_field.with_type(as_bytes(kind.value_type)), kind.list_size)
    for test, make in (
        (pat.is_list, pa.list_),
        (pat.is_large_list, pa.large_list),
        (pat.is_list_view, pa.list_view),
        (pat.is_large_list_view, pa.large_list_view),
    ):
        if test(kind):
            return make(kind.value_field.with_type(as_bytes(kind.value_type)))
    return kind


def _rows_of(column: pa.Array, rows: NDArray[np.intp]) -> pa.Array:
    """Return rows of a column, and nothing else that it holds."""
    try:
        taken = column.take(pa.array(rows))
    except pa.ArrowNotImplementedError:
        pass
    else:
        # A dictionary still holds what none of the rows does.
        if _is_valid(taken):
            return taken
    return pa.array([column[row].as_py() for row in rows.tolist()], column.type)


def _is_valid(column: pa.Array) -> bool:
    try:
        column.validate(full=True)
    except pa.ArrowInvalid:
        return False
    return True


def _decodes(column: pa.Array, row: int) -> bool:
    try:
        column[row].as_py()
    except UnicodeDecodeError:
        return False
    except (pa.ArrowException, ValueError, OverflowError):
        # A time, say, that Python cannot hold: it is no text.
        return True
    return True


def _pieces(batch: pa.RecordBatch) -> Iterator[tuple[pa.RecordBatch | int, float]]:
    """Yield slices of bounded size, and the numbers of rows that are larger than any may be,
    each with its bytes.
    """
    # Text that the file holds once may be that of many rows: no harm where even the longest is
    # short.
    harmful = sum(map(largest, batch.columns)) * BATCH_ROWS > BATCH_BYTES
    sizes = _sizes(batch) if harmful else None
    total = batch.nbytes if sizes is None else int(sizes.sum())
    step = max(1, min(BATCH_ROWS, len(batch) * BATCH_BYTES // max(BATCH_BYTES, total)))
    slices = [batch.slice(start, step) for start in range(0, len(batch), step)]
    if sizes is None or not len(sizes):
        held = [piece.nbytes for piece in slices]
    else:
        held = np.add.reduceat(sizes, range(0, len(sizes), step)).tolist()
    if all(size <= limits.MAX_LINE for size in held):
        yield from zip(slices, held, strict=True)
        return
    # A few rows are larger than all others.
    start, size = 0, 0.0
    for row, more in enumerate((_sizes(batch) if sizes is None else sizes).tolist()):
        too_large = more > limits.MAX_LINE
        if start < row and (too_large or size + more > BATCH_BYTES or row - start == BATCH_ROWS):
            yield batch.slice(start, row - start), size
            start, size = row, 0.0
        size += more
        if too_large:
            yield row, 0.0
            start, size = row + 1, 0.0
    if start < len(batch):
        yield batch.slice(start), size


def _sizes(batch: pa.RecordBatch) -> Sizes:
    return np.asarray(sum((row_sizes(column) for column in batch.columns), np.zeros(len(batch))))
