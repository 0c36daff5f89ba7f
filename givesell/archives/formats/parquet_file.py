"""Parquet: with its types, read a slice at a time.

Of a row group that is damaged the rows that can be read are given, the others rejected without
content. What its pages claim is looked at first, see `givesell.archives.parsing.parquet_pages`.
"""

from collections.abc import Iterator
from contextlib import contextmanager

import pyarrow as pa
import pyarrow.parquet as pq

from givesell.archives.base.reader import BATCH_BYTES, BATCH_ROWS
from givesell.archives.base.rejects import Rejects
from givesell.archives.formats.arrow_table import ArrowTableReader
from givesell.archives.parsing.arrow_messages import check_rows
from givesell.archives.parsing.parquet_pages import read_groups, rows_at_once
from givesell.archives.streams import limits
from givesell.archives.streams.compression import BUFFER_BYTES, BombError
from givesell.archives.streams.file_errors import reason_of
from givesell.errors import FileError

_DAMAGE = (pa.ArrowException, OSError, ValueError)


class ParquetReader(ArrowTableReader):
    """A Parquet file."""

    name = "parquet"
    magic = (b"PAR1",)
    begins = "PAR1"

    def _find_schema(self) -> pa.Schema:
        with self.path.open("rb") as raw:
            raw.seek(max(0, self.size - 8))
            if limits.FOOTER_BYTES < int.from_bytes(raw.read(4), "little") < self.size:
                raise FileError(
                    "E406",
                    path=self.shown,
                    reason=f"the list at its end is larger than {limits.FOOTER_BYTES >> 20} MiB",
                )
        with self._opened() as file:
            schema = self._unique(file.schema_arrow)
        try:
            self._groups = read_groups(self.path, self.size)
        except ValueError as error:
            raise FileError("E406", path=self.shown, reason=str(error)) from error
        self._rows = sum(group.rows for group in self._groups)
        check_rows(self.shown, self._rows, self.size)
        return schema

    def _batches(self, rejects: Rejects) -> Iterator[pa.RecordBatch]:
        self._given = 0.0
        done = 0
        with self._opened() as file:
            try:
                most = rows_at_once(self.path, file.metadata, self._groups, self._most())
            except BombError as error:
                raise FileError("E406", path=self.shown, reason=str(error)) from error
            # Batches reach over row groups, as long as all can be read.
            undamaged = (
                []
                if any(group.damage for group in self._groups)
                else list(range(len(self._groups)))
            )
            batches = file.iter_batches(batch_size=most, row_groups=undamaged)
            while True:
                try:
                    batch = next(batches, None)
                except _DAMAGE:
                    break
                if batch is None:
                    break
                yield from self._good(batch, done, rejects)
                done += len(batch)
                self.bytes_read = self.size * done // max(1, self._rows)
            if done < self._rows:
                yield from self._one_by_one(file, most, done, rejects)

    def _one_by_one(
        self, file: pq.ParquetFile, most: int, done: int, rejects: Rejects
    ) -> Iterator[pa.RecordBatch]:
        """Read the row groups by themselves, each as far as it can be, from a row on."""
        reason, given, end = "", done > 0, 0
        for number, group in enumerate(self._groups):
            seen, end = end, end + group.rows
            if done >= end:
                continue
            reason = group.damage or "it has fewer rows than it claims"
            batches = file.iter_batches(
                batch_size=most, row_groups=[] if group.damage else [number]
            )
            while True:
                try:
                    batch = next(batches, None)
                except _DAMAGE as error:
                    reason = reason_of(error)
                    break
                if batch is None:
                    break
                again = min(len(batch), max(0, done - seen))
                seen += len(batch)
                yield from self._good(batch.slice(again), done, rejects)
                done += len(batch) - again
                given = True
            if done < end:
                if not given and end == self._rows:
                    break
                self._reject_all(
                    done, end - done, f"it is in a damaged row group: {reason}", rejects
                )
                done = end
        if not given:
            raise FileError(
                "E406", path=self.shown, reason=f"it breaks off or is damaged: {reason}"
            )

    def _most(self) -> int:
        unpacked = sum(group.unpacked for group in self._groups)
        return max(1, min(BATCH_ROWS, BATCH_BYTES * self._rows // max(1, unpacked)))

    @contextmanager
    def _opened(self) -> Iterator[pq.ParquetFile]:
        # Column chunks are read through a small buffer instead of whole.
        with pq.ParquetFile(self.path, buffer_size=BUFFER_BYTES, pre_buffer=False) as file:
            yield file
