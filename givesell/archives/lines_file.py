"""Plain text: each line that is not blank is a post."""

from collections.abc import Iterator

import pyarrow as pa

from givesell.archives.reader import BATCH_BYTES, BATCH_ROWS, MAX_LINE, Reader, Rejects, bounded_lines


class LinesReader(Reader):
    """A text file in UTF-8; the one column is ``text``."""

    name = "lines"

    def _find_schema(self) -> pa.Schema:
        return pa.schema([("text", pa.string())])

    def _batches(self, rejects: Rejects) -> Iterator[pa.RecordBatch]:
        held: list[str] = []
        size = 0
        with self.files.open(self.members[0]) as stream:
            for number, line in enumerate(bounded_lines(stream.readline, b"\n"), 1):
                if number == 1:
                    line = line.removeprefix(b"\xef\xbb\xbf")
                if len(line) >= MAX_LINE:
                    rejects.add(self.shown, number, "line of 16 MiB or more", line)
                    continue
                try:
                    text = line.decode().strip("\r\n")
                except UnicodeDecodeError:
                    rejects.add(self.shown, number, "not UTF-8", line)
                    continue
                if not text.strip():
                    continue
                held.append(text)
                size += len(line)
                if len(held) == BATCH_ROWS or size >= BATCH_BYTES:
                    self.bytes_read = self.files.position
                    yield self._batch(held)
                    held, size = [], 0
        if held:
            yield self._batch(held)

    def _batch(self, texts: list[str]) -> pa.RecordBatch:
        return pa.RecordBatch.from_arrays([pa.array(texts, pa.string())], schema=self.schema)
