"""CSV and TSV: every column a string, exactly as it stands in the file.

The rules, where files differ:

- UTF-8, with or without a byte order mark; a row with other bytes is rejected alone.
- Lines end in LF or CR LF; a file whose header ends in a lone CR is read with CR.
- Commas, semicolons, tabs and bars are told by the header, and by a first line ``sep=;``; see
  `givesell.archives.parsing.csv_dialect`.
- What becomes of ragged rows and stray quotes stands in `givesell.archives.parsing.csv_records`.
  Where all is as it should be, blocks of rows are read at once
  (`givesell.archives.parsing.csv_blocks`), to the same effect.
- Further limits stand in `givesell.archives.streams.limits`.
"""

import codecs
import io
from collections.abc import Callable, Generator, Iterable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from functools import partial
from itertools import chain
from typing import IO, cast

import pyarrow as pa

from givesell.archives.base.columns import unique_names
from givesell.archives.base.format_reader import Evidence, FormatReader
from givesell.archives.base.head import Head
from givesell.archives.base.reader import BATCH_BYTES, BATCH_CELLS, BATCH_ROWS, Reader
from givesell.archives.base.rejects import Rejected, Rejects
from givesell.archives.parsing.csv_blocks import BLOCK_BYTES, Lines, parsed
from givesell.archives.parsing.csv_dialect import dialect_of
from givesell.archives.parsing.csv_records import Record, Records, Reject
from givesell.archives.parsing.lines import bounded_lines
from givesell.archives.parsing.loose_rows import are_loose
from givesell.archives.shapes.roles import TEXT_NAMES
from givesell.archives.streams.limits import MAX_COLUMNS
from givesell.archives.streams.recoding import hinted
from givesell.errors import FileError
from givesell.files.delimited import long_fields


def read_dicts(
    stream: IO[bytes],
    reject: Reject,
    fix: Callable[[str], str] = str,
    *,
    name: Callable[[str], str] = str.strip,
    delimiter: str = ",",
    loose: bool = False,
) -> Generator[tuple[int, dict[str, str]]]:
    """Read a comma-separated file with a header, as platforms write them.

    Parameters
    ----------
    stream : file
    reject : callable
        See `Records`; a broken header too.
    fix : callable, optional
        Puts each line right before it is read.
    name : callable, optional
        What a column is called, of what the header says.
    delimiter : str, default ","
    loose : bool, default False
        See `Records`.

    Yields
    ------
    line : int
    row : dict of str to str
    """
    with _text(stream, "\n") as text:
        lines = _without_mark(bounded_lines(text.readline, "\n"))
        records = Records(map(fix, lines), delimiter, reject)
        records.loose = loose
        header: list[str] = []
        iterator = iter(records)
        while some := _some(iterator, BATCH_ROWS if header else 1):
            for number, _, fields in some:
                if not header:
                    header = [name(field) for field in fields]
                    records.width = len(header) or None
                elif fields:
                    yield number, dict(zip(header, fields, strict=True))


class CsvReader(FormatReader):
    """Comma-separated values; see `givesell.archives.formats.csv_file` for the rules.

    Attributes
    ----------
    dialect : Dialect
        How the file is written.
    """

    name = "csv"
    takes_any_text = True
    delimiter = ","

    @classmethod
    def evidence(cls, head: Head) -> Evidence:
        """Return what speaks for a table of this kind; see `FormatReader.evidence`."""
        of_header = Evidence.HEADER if _delimiter_of(head) == cls.delimiter else Evidence.NONE
        return max(super().evidence(head), of_header)

    def _find_schema(self) -> pa.Schema:
        with self.files.open(self.members[0]) as stream, _text(stream, "\n") as text:
            lines = _without_mark(bounded_lines(text.readline, "\n"))
            first = next(lines, "")
            self.dialect = dialect_of(chain([first], lines), self.delimiter)
        with self._opened(self._refuse_header) as (_, header, _):
            if not header:
                raise FileError("E403", path=self.shown)
        if len(header) > MAX_COLUMNS:
            raise FileError(
                "E406", path=self.shown, reason=f"it has more than {MAX_COLUMNS:,} columns"
            )
        return pa.schema([(name, pa.string()) for name in unique_names(header)])

    def _batches(self, rejects: Rejects) -> Iterator[pa.RecordBatch]:
        def reject(line: int, reason: str, raw: str) -> None:
            rejects.add(Rejected(self.shown, line, reason, raw))

        with self._opened(reject) as (records, header, lines):
            records.width, records.loose = len(self.schema), are_loose(self.schema.names)
            records.text = self.schema.get_field_index(self.text) if self.text else None
            records.named = max(
                (number for number, name in enumerate(header, 1) if name.strip()), default=0
            )
            most = max(1, min(BATCH_ROWS, BATCH_CELLS // len(self.schema)))
            for batch in _in_batches(self._pieces(records, lines, most), most):
                self.bytes_read = self.files.position
                yield batch

    def _pieces(
        self, records: Records, lines: Lines | None, most: int
    ) -> Iterator[tuple[pa.RecordBatch, int]]:
        """Yield rows, and how many records they were, good and bad, in pieces of some size."""
        iterator = iter(records)
        names = self.schema.names
        more = True
        while more:
            end = None
            if lines is not None and records.at_rest:
                block = lines.block(min(BLOCK_BYTES, BATCH_BYTES))
                found = parsed(block, self.dialect.delimiter, names) if block else None
                if found is not None:
                    batch, size, count = found
                    lines.skip(size)
                    records.skip(count)
                    yield batch, len(batch)
                    continue
                end = lines.position + len(block)
            rows, taken, more = _next_rows(iterator, most, partial(_is_done, records, lines, end))
            yield self._batch(rows), taken

    def _batch(self, rows: list[list[str]]) -> pa.RecordBatch:
        columns = [
            pa.array(column, pa.string())
            for column in (zip(*rows, strict=True) if rows else [()] * len(self.schema))
        ]
        return pa.RecordBatch.from_arrays(columns, schema=self.schema)

    @contextmanager
    def _opened(self, reject: Reject) -> Iterator[tuple[Records, list[str], Lines | None]]:
        """Open the file and read its header: give the records after it, its names, and the lines
        where blocks can be taken from them.
        """
        delimiter, newline, said = self.dialect
        with ExitStack() as stack:
            stream = stack.enter_context(self.files.open(self.members[0]))
            lines = Lines(stream) if newline == "\n" else None
            if lines is None:
                read = bounded_lines(stack.enter_context(_text(stream, newline)).readline, newline)
            else:
                read = map(_decoded, bounded_lines(lines.readline, b"\n"))
            records = Records(_without_mark(read), delimiter, reject)
            header = _some(iter(records), 2 if said else 1)
            yield records, header[-1][2] if len(header) > said else [], lines

    def _refuse_header(self, line: int, reason: str, raw: str) -> None:
        raise FileError(
            "E406",
            path=self.shown,
            reason=f"its header {raw.strip()[:60]!r} in line {line}: {hinted(reason)}",
        )


def common_dialect(readers: Iterable[Reader]) -> tuple[str, bool] | None:
    """Return the delimiter of several files of delimited text, and whether they begin with a byte
    order mark.

    Parameters
    ----------
    readers : iterable of Reader

    Returns
    -------
    (str, bool) or None
        None where one of the files is something else, or they differ.
    """
    inner = [getattr(reader, "inner", reader) for reader in readers]
    found = {
        (reader.dialect.delimiter, _is_marked(reader)) if isinstance(reader, CsvReader) else None
        for reader in inner
    }
    return found.pop() if len(found) == 1 else None


def _is_marked(reader: Reader) -> bool:
    """Whether a file that lies by itself begins with a byte order mark."""
    if not reader.path.is_file():
        return False
    with reader.path.open("rb") as raw:
        return raw.read(3).startswith((codecs.BOM_UTF8, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))


class TsvReader(CsvReader):
    """The same with tabs."""

    name = "tsv"
    delimiter = "\t"


def _delimiter_of(head: Head) -> str | None:
    """Return what stands between the names of columns, one of which is known to hold posts: a tab,
    or a comma, for which a semicolon passes too; None where there is no such name.
    """
    first = head.data.split(b"\n", 1)[0].decode("utf-8", "replace").strip()
    for sign, delimiter in (("\t", "\t"), (",", ","), (";", ",")):
        if {name.strip().strip('"').lower() for name in first.split(sign)} & set(TEXT_NAMES):
            return delimiter
    return None


def _in_batches(
    pieces: Iterator[tuple[pa.RecordBatch, int]], most: int
) -> Iterator[pa.RecordBatch]:
    """Put pieces together to batches of bounded size; one may be empty where all its rows are
    rejected, so that these need not be held.
    """
    held: list[pa.RecordBatch] = []
    rows = size = taken = 0
    for piece, count in pieces:
        held.append(piece)
        rows, size, taken = rows + len(piece), size + piece.nbytes, taken + count
        while taken >= most or size >= BATCH_BYTES:
            whole = pa.concat_batches(held) if len(held) > 1 else held[0]
            batch, rest = whole.slice(0, most), whole.slice(most)
            yield batch
            held = [rest] if len(rest) else []
            rows, size = len(rest), rest.nbytes
            taken = rows
    if rows:
        yield pa.concat_batches(held)


def _is_done(records: Records, lines: Lines | None, end: int | None) -> bool:
    """Whether a block that had to be read with care is done with."""
    return lines is not None and end is not None and lines.position >= end and records.at_rest


def _decoded(line: bytes) -> str:
    return line.decode("utf-8", "surrogateescape")


def _some(records: Iterator[Record], most: int) -> list[Record]:
    """Return the next records, of a bounded size together; none at the end."""
    taken: list[Record] = []
    size = 0
    with long_fields:
        for record in records:
            taken.append(record)
            size += len(record[1])
            if len(taken) >= most or size >= BATCH_BYTES:
                break
    return taken


def _next_rows(
    records: Iterator[Record], most: int, is_enough: Callable[[], bool]
) -> tuple[list[list[str]], int, bool]:
    """Return the fields of as many records as `_some` would or are enough, how many records that
    took, and whether there may be more.
    """
    rows: list[list[str]] = []
    count = size = 0
    with long_fields:
        for _, raw, fields in records:
            if fields:
                rows.append(fields)
            count += 1
            size += len(raw)
            if count == most or size >= BATCH_BYTES or is_enough():
                return rows, count, True
    return rows, count, False


@contextmanager
def _text(stream: IO[bytes], newline: str) -> Iterator[io.TextIOWrapper]:
    text = io.TextIOWrapper(
        cast(io.BufferedReader, stream), encoding="utf-8", errors="surrogateescape", newline=newline
    )
    try:
        yield text
    finally:
        # A generator that is let go of late finds its file closed.
        with suppress(ValueError):
            text.detach()


def _without_mark(lines: Iterator[str]) -> Iterator[str]:
    first = next(lines, "").removeprefix("\ufeff")
    if first:
        yield first
    yield from lines
