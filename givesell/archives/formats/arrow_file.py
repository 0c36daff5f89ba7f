"""Arrow IPC files (also called Feather) and streams, read a batch at a time.

A batch of a file that cannot be read is rejected, row by row without content, and the next is read;
a stream ends there. What the file claims is looked at first, see
`givesell.archives.parsing.arrow_messages`.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pyarrow as pa
import pyarrow.ipc as ipc

from givesell.archives.base.rejects import Rejects
from givesell.archives.formats.arrow_table import ArrowTableReader
from givesell.archives.parsing.arrow_messages import check
from givesell.archives.streams.file_errors import reason_of
from givesell.archives.streams.magic import ARROW
from givesell.errors import FileError


class ArrowReader(ArrowTableReader):
    """An Arrow file or stream."""

    name = "arrow"
    magic = (ARROW, b"\xff\xff\xff\xff")  # of a file and of a stream
    begins = "ARROW1"

    def _find_schema(self) -> pa.Schema:
        with self._opened() as (source, file):
            schema = self._unique(source.schema)
            self._rows = check(self.shown, file, self.size)
            if isinstance(source, ipc.RecordBatchFileReader) and source.num_record_batches != len(
                self._rows
            ):
                raise FileError("E406", path=self.shown, reason="its list of batches is damaged")
            return schema

    def _batches(self, rejects: Rejects) -> Iterator[pa.RecordBatch]:
        self._given = 0.0
        done, error, given = 0, None, False
        with self._opened() as (source, file):
            for number, rows in enumerate(self._rows):
                reason: Exception = pa.ArrowInvalid("its metadata cannot be read")
                try:
                    batch = None if rows is None else self._read(source, number)
                except (pa.ArrowException, OSError, StopIteration) as failure:
                    batch, reason = None, failure
                self.bytes_read = min(self.size, file.tell())
                if batch is None:
                    error = reason
                    self._reject_all(
                        done,
                        rows or 1,
                        f"it is in a damaged batch: {reason_of(reason)}",
                        rejects,
                    )
                else:
                    given = True
                    yield from self._good(batch, done, rejects)
                done += rows or 1
            if isinstance(source, ipc.RecordBatchStreamReader):
                try:
                    source.read_next_batch()
                except StopIteration:
                    pass
                except (pa.ArrowException, OSError) as failure:
                    error = failure
                    self.files.flaws[self.shown] = (
                        f"it breaks off or is damaged: {reason_of(failure)}"
                    )
        if error is not None and not given:
            raise FileError(
                "E406", path=self.shown, reason=f"it breaks off or is damaged: {reason_of(error)}"
            )

    @staticmethod
    def _read(source: Any, number: int) -> pa.RecordBatch:
        return (
            source.get_batch(number)
            if isinstance(source, ipc.RecordBatchFileReader)
            else source.read_next_batch()
        )

    @contextmanager
    def _opened(self) -> Iterator[tuple[Any, Any]]:
        with pa.memory_map(str(self.path)) as file:
            is_file = file.read(len(ARROW)) == ARROW
            file.seek(0)
            with ipc.open_file(file) if is_file else ipc.open_stream(file) as source:
                yield source, file
