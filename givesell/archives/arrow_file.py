"""Arrow IPC files (also called Feather) and streams, read a batch at a time."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pyarrow as pa
import pyarrow.ipc as ipc

from givesell.archives.parquet_file import ArrowTableReader
from givesell.archives.reader import Rejects

MAGIC = b"ARROW1"


class ArrowReader(ArrowTableReader):
    """An Arrow file or stream."""

    name = "arrow"

    def _find_schema(self) -> pa.Schema:
        with self._opened() as (source, _):
            return self._unique(source.schema)

    def _batches(self, rejects: Rejects) -> Iterator[pa.RecordBatch]:
        done = 0
        with self._opened() as (source, file):
            for batch in _each(source):
                self.bytes_read = min(self.size, file.tell())
                yield from self._good(batch, done, rejects)
                done += len(batch)

    @contextmanager
    def _opened(self) -> Iterator[tuple[Any, Any]]:
        with pa.memory_map(str(self.path)) as file:
            whole = file.read(len(MAGIC)) == MAGIC
            file.seek(0)
            with ipc.open_file(file) if whole else ipc.open_stream(file) as source:
                yield source, file


def _each(source: Any) -> Iterator[pa.RecordBatch]:
    if isinstance(source, ipc.RecordBatchFileReader):
        for number in range(source.num_record_batches):
            yield source.get_batch(number)
    else:
        yield from source
