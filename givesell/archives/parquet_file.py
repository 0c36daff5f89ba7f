"""Parquet: types kept, read a slice at a time."""

from collections.abc import Iterator

import pyarrow as pa
import pyarrow.parquet as pq

from givesell.archives.columns import is_text, unique_names
from givesell.archives.packing import BUFFER_BYTES
from givesell.archives.reader import BATCH_BYTES, BATCH_ROWS, Reader, Rejects
from givesell.errors import FileError


class ArrowTableReader(Reader):
    """What Parquet and Arrow files share. A row with text that is not UTF-8 is rejected alone."""

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
        if not (is_text(kind) or pa.types.is_null(kind)):
            raise FileError("E406", path=self.path, reason=f"column {column!r} holds {kind}, not text")

    def _unique(self, schema: pa.Schema) -> pa.Schema:
        names = unique_names(schema.names)
        return pa.schema([field.with_name(name) for name, field in zip(names, schema, strict=True)], metadata=schema.metadata)

    def _good(self, batch: pa.RecordBatch, done: int, rejects: Rejects) -> Iterator[pa.RecordBatch]:
        """Yield the valid rows of a batch, in pieces of bounded size."""
        batch = pa.RecordBatch.from_arrays(batch.columns, schema=self.schema)
        good = self._valid(batch, done, rejects)
        # Repeated text is small in the file and may be large here.
        step = max(1, min(BATCH_ROWS, len(good) * BATCH_BYTES // max(BATCH_BYTES, good.nbytes)))
        for start in range(0, len(good), step):
            yield good.slice(start, step)

    def _valid(self, batch: pa.RecordBatch, start: int, rejects: Rejects) -> pa.RecordBatch:
        try:
            batch.validate(full=True)
            return batch
        except pa.ArrowInvalid:
            good = [self._row_is_valid(batch, start, row, rejects) for row in range(len(batch))]
            return batch.filter(pa.array(good, pa.bool_()))

    def _row_is_valid(self, batch: pa.RecordBatch, start: int, row: int, rejects: Rejects) -> bool:
        for name, column in zip(batch.schema.names, batch.columns, strict=True):
            one = column.slice(row, 1)
            try:
                one.validate(full=True)
            except pa.ArrowInvalid:
                raw = one.cast(pa.binary())[0].as_py() if is_text(one.type) else b""
                rejects.add(self.path, start + row + 1, f"column {name!r} is not UTF-8", raw or b"")
                return False
        return True


class ParquetReader(ArrowTableReader):
    """A Parquet file."""

    name = "parquet"

    def _find_schema(self) -> pa.Schema:
        with pq.ParquetFile(self.path) as file:
            return self._unique(file.schema_arrow)

    def _batches(self, rejects: Rejects) -> Iterator[pa.RecordBatch]:
        done = 0
        # Column chunks are read through a small buffer instead of whole.
        with pq.ParquetFile(self.path, buffer_size=BUFFER_BYTES, pre_buffer=False) as file:
            meta = file.metadata
            packed = sum(meta.row_group(i).total_byte_size for i in range(meta.num_row_groups))
            rows = max(1, min(BATCH_ROWS, BATCH_BYTES * meta.num_rows // max(1, packed)))
            for batch in file.iter_batches(batch_size=rows):
                self.bytes_read = self.size * (done + len(batch)) // max(1, meta.num_rows)
                yield from self._good(batch, done, rejects)
                done += len(batch)
