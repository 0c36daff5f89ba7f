"""Plain text: each line that is not blank is a post."""

from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa

from givesell.archives.base.format_reader import Evidence, FormatReader
from givesell.archives.base.head import Head
from givesell.archives.base.reader import BATCH_BYTES, BATCH_ROWS
from givesell.archives.base.rejects import Rejected, Rejects
from givesell.archives.parsing.lines import bounded_lines
from givesell.archives.recognition.refusals import refuse
from givesell.archives.recognition.text_shapes import shape_of
from givesell.archives.streams.limits import MAX_LINE, MAX_POST, TOO_LONG


class LinesReader(FormatReader):
    """A text file in UTF-8; the one column is ``text``."""

    name = "lines"
    cells = False
    takes_any_text = True

    @classmethod
    def evidence(cls, head: Head) -> Evidence:
        """Return at least that any text has lines; see `FormatReader.evidence`."""
        return max(super().evidence(head), Evidence.ANY_TEXT)

    @classmethod
    def check(cls, head: Head, path: Path) -> None:
        """Refuse text that is known to hold no posts; see `FormatReader.check`."""
        refuse(shape_of(head.data, head.name), path)

    def _find_schema(self) -> pa.Schema:
        return pa.schema([("text", pa.string())])

    def _batches(self, rejects: Rejects) -> Iterator[pa.RecordBatch]:
        held: list[str] = []
        rows = size = 0
        with self.files.open(self.members[0]) as stream:
            for number, line in enumerate(bounded_lines(stream.readline, b"\n"), 1):
                try:
                    text = _post(line)
                    if text.strip():
                        held.append(text)
                except ValueError as error:
                    rejects.add(Rejected(self.shown, number, str(error), line))
                rows += 1
                size += len(line)
                # Lines that are rejected count too, so that the rejects need not be held.
                if rows == BATCH_ROWS or size >= BATCH_BYTES:
                    self.bytes_read = self.files.position
                    yield self._batch(held)
                    held, rows, size = [], 0, 0
        if rows:
            yield self._batch(held)

    def _batch(self, texts: list[str]) -> pa.RecordBatch:
        return pa.RecordBatch.from_arrays([pa.array(texts, pa.string())], schema=self.schema)


def _post(line: bytes) -> str:
    if len(line) >= MAX_LINE:
        raise ValueError("line of 16 MiB or more")
    try:
        text = line.decode().strip("\r\n")
    except UnicodeDecodeError:
        raise ValueError("not UTF-8") from None
    if len(text) > MAX_POST:
        raise ValueError(TOO_LONG)
    return text
