"""CSV and TSV: every column a string, exactly as it stands in the file.

The rules, where files differ:

- UTF-8, with or without a byte order mark; a row with other bytes is rejected alone.
- A row with too few or too many fields is rejected. Blank lines are not rows.
- Lines end in LF or CR LF; a file whose header ends in a lone CR is read with CR.
- A ``.csv`` whose header has no comma but semicolons or tabs is read with those.
- A stray opening quote would swallow the rows after it. So of a broken record only the first line
  is rejected, and reading starts again at its second line. While such lines are being read again,
  a row with an odd number of quotes is the tail of something broken and is rejected too.
- A record spans at most 1,000 lines and 4 MiB (one line alone: 16 MiB), and the lines of a
  broken stretch are read again at most about five times, which keeps the time linear.
- Further limits stand in `givesell.archives.limits`.
"""

import csv
import io
import re
from collections import deque
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager, suppress
from typing import IO, cast

import pyarrow as pa

from givesell.archives.columns import unique_names
from givesell.archives.limits import MAX_COLUMNS, MAX_FIELDS, MAX_LINE, MAX_POST, MAX_RECORD_CHARS, MAX_RECORD_LINES, TOO_LONG
from givesell.archives.loose_rows import are_loose, fitted
from givesell.archives.reader import BATCH_BYTES, BATCH_CELLS, BATCH_ROWS, Reader, Rejects, bounded_lines
from givesell.archives.recoding import hinted
from givesell.delimited import long_fields
from givesell.errors import FileError

# How many lines may be read again in a broken stretch, as a multiple of its first record.
AGAIN = 4

_QUOTED = re.compile(r'(?:^|(?<=[,;\t\r\n]))"(?:[^"]|"")*(?:"|$)')
_MOST_HEAD = 1 << 16

Reject = Callable[[int, str, str], None]
Record = tuple[int, str, list[str]]


class Records:
    """The records of a delimited text, each with the physical lines it spans.

    Parameters
    ----------
    lines : iterator of str
        With their ends.
    delimiter : str
    reject : callable
        Takes the number of a bad line (from 1), the reason and the line.

    Attributes
    ----------
    width : int or None
        How many fields a record must have; None for any.
    loose : bool
        Whether it may have fewer or more; see `givesell.archives.loose_rows`.
    text : int or None
        Which of them is the post, if known.
    lines_read : int
        Counts each reading of a line, so that a test can bound the work.
    """

    def __init__(self, lines: Iterator[str], delimiter: str, reject: Reject) -> None:
        self.width: int | None = None
        self.loose = False
        self.text: int | None = None
        self.lines_read = 0
        self._lines = lines
        self._delimiter = delimiter
        self._reject = reject
        self._again: deque[str] = deque()
        self._span: list[str] = []
        self._chars = 0
        self._number = 0
        self._broken_until = 0
        self._credit = 0
        # From here on a line is looked at more closely.
        self._long = MAX_LINE // 16

    def __iter__(self) -> Iterator[Record]:
        """Yield the number of the first line, the raw text and the fields of each record; of a rejected line no fields."""
        while True:
            reader = csv.reader(self._feed(), delimiter=self._delimiter, strict=True)
            try:
                for fields in reader:
                    first = self._number - len(self._span) + 1
                    raw = self._span[0] if len(self._span) == 1 else "".join(self._span)
                    if self.width is not None and len(fields) != self.width and fields:
                        if not self.loose:
                            raise csv.Error(f"{len(fields)} field{'s' * (len(fields) != 1)} where the header has {self.width}")
                        fields = fitted(fields, self.width)
                    if first <= self._broken_until and raw.count('"') % 2:
                        raise csv.Error("looks like the rest of a broken row")
                    self._span = []
                    if fields:
                        if (len(raw) > MAX_POST or not raw.isascii()) and (reason := self._against(raw, fields)) is not None:
                            self._reject(first, reason, raw)
                            fields = []
                        yield first, raw, fields
            except csv.Error as error:
                yield (*self._drop_first(_plainly(str(error))), [])
            else:
                return

    def _against(self, raw: str, fields: list[str]) -> str | None:
        """Return what is wrong with a record whose shape is right."""
        if not _decodes(raw):
            return "not UTF-8"
        return TOO_LONG if self.text is not None and len(raw) > MAX_POST and len(fields[self.text]) > MAX_POST else None

    def _feed(self) -> Iterator[str]:
        while True:
            if self._again:
                line = self._again.popleft()
            elif (line := next(self._lines, "")) == "":
                return
            self._number += 1
            self.lines_read += 1
            self._span.append(line)
            if len(line) >= self._long:
                self._check_line(line)
            self._chars = len(line) if len(self._span) == 1 else self._chars + len(line)
            if len(self._span) > 1:
                self._check_span()
            yield line

    def _check_line(self, line: str) -> None:
        if len(line) >= MAX_LINE or (not line.isascii() and len(line.encode("utf-8", "surrogateescape")) >= MAX_LINE):
            raise csv.Error("line of 16 MiB or more")
        if line.count(self._delimiter) > MAX_FIELDS:
            raise csv.Error(f"more than {MAX_FIELDS:,} fields")

    def _check_span(self) -> None:
        exhausted = self._credit <= 0 and self._number - len(self._span) + 1 <= self._broken_until
        if exhausted or len(self._span) > MAX_RECORD_LINES or self._chars > MAX_RECORD_CHARS:
            raise csv.Error("a quote opened here is not closed")

    def _drop_first(self, reason: str) -> tuple[int, str]:
        span, self._span = self._span, []
        first = self._number - len(span) + 1
        self._reject(first, reason, span[0])
        if len(span) == 1:
            return first, span[0]
        self._credit = self._credit - len(span) if first <= self._broken_until else AGAIN * len(span)
        self._broken_until = max(self._broken_until, self._number)
        self._again.extendleft(reversed(span[1:]))
        self._number = first
        return first, span[0]


def _plainly(error: str) -> str:
    if "expected after" in error:
        return "a quote opened here is not closed before the next delimiter"
    if "unexpected end of data" in error:
        return "a quote opened here is not closed"
    if "new-line character" in error:
        return "a carriage return outside quotes"
    return error


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


class CsvReader(Reader):
    """Comma-separated values; see `givesell.archives.csv_file` for the rules."""

    name = "csv"
    delimiter = ","

    def _find_schema(self) -> pa.Schema:
        self._newline, self._delimiter = "\n", self.delimiter
        self._sniff()
        with self._records(self._refuse_header) as records:
            header = _some(iter(records), 1)
        if not header:
            raise FileError("E403", path=self.shown)
        _, _, names = header[0]
        if len(names) > MAX_COLUMNS:
            raise FileError("E406", path=self.shown, reason=f"it has more than {MAX_COLUMNS:,} columns")
        return pa.schema([(name, pa.string()) for name in unique_names(names)])

    def _batches(self, rejects: Rejects) -> Iterator[pa.RecordBatch]:
        def reject(line: int, reason: str, raw: str) -> None:
            rejects.add(self.shown, line, reason, raw)

        with self._records(reject) as records:
            iterator = iter(records)
            _some(iterator, 1)
            records.width, records.loose = len(self.schema), are_loose(self.schema.names)
            records.text = self.schema.get_field_index(self.text) if self.text else None
            # A batch also where all is rejected, so that the rejects need not be held.
            most = max(1, min(BATCH_ROWS, BATCH_CELLS // len(self.schema)))
            more = True
            while more:
                rows, more = _next_rows(iterator, most)
                self.bytes_read = self.files.position
                if rows or more:
                    yield self._batch(rows)

    def _batch(self, rows: list[list[str]]) -> pa.RecordBatch:
        columns = [pa.array(column, pa.string()) for column in (zip(*rows, strict=True) if rows else [()] * len(self.schema))]
        return pa.RecordBatch.from_arrays(columns, schema=self.schema)

    @contextmanager
    def _records(self, reject: Reject) -> Iterator[Records]:
        with self.files.open(self.members[0]) as stream, _text(stream, self._newline) as text:
            lines = bounded_lines(text.readline, self._newline)
            yield Records(_without_mark(lines), self._delimiter, reject)

    def _sniff(self) -> None:
        """Find what ends a line, and what stands between the fields."""
        with self.files.open(self.members[0]) as stream, _text(stream, "\n") as text:
            head = _header(bounded_lines(text.readline, "\n"))
        if head.encode("utf-8", "surrogateescape")[:2] in (b"\xff\xfe", b"\xfe\xff"):
            raise FileError("E406", path=self.shown, reason="it is UTF-16; save it as UTF-8")
        # What stands in quotes is a part of a name.
        head = _QUOTED.sub("", head)
        if "\r" in head.rstrip("\r\n"):
            self._newline = "\r"
            head = head[: head.index("\r")]
        if self._delimiter == "," and "," not in head:
            self._delimiter = next((sign for sign in ";\t" if sign in head), ",")

    def _refuse_header(self, line: int, reason: str, raw: str) -> None:
        raise FileError("E406", path=self.shown, reason=f"its header {raw.strip()[:60]!r} in line {line}: {hinted(reason)}")


class TsvReader(CsvReader):
    """The same with tabs."""

    name = "tsv"
    delimiter = "\t"


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


def _next_rows(records: Iterator[Record], most: int) -> tuple[list[list[str]], bool]:
    """Return the fields of as many records as `_some` would, and whether there may be more."""
    rows: list[list[str]] = []
    count = size = 0
    with long_fields:
        for _, raw, fields in records:
            if fields:
                rows.append(fields)
            count += 1
            size += len(raw)
            if count == most or size >= BATCH_BYTES:
                return rows, True
    return rows, False


@contextmanager
def _text(stream: IO[bytes], newline: str) -> Iterator[io.TextIOWrapper]:
    text = io.TextIOWrapper(cast(io.BufferedReader, stream), encoding="utf-8", errors="surrogateescape", newline=newline)
    try:
        yield text
    finally:
        # A generator that is let go of late finds its file closed.
        with suppress(ValueError):
            text.detach()


def _header(lines: Iterator[str]) -> str:
    """Return the first line that is not blank, with those that a quote in it takes along."""
    head = ""
    for line in lines:
        if head or line.strip():
            head += line
        if head and (head.count('"') % 2 == 0 or len(head) >= _MOST_HEAD):
            break
    return head[:_MOST_HEAD]


def _decodes(raw: str) -> bool:
    try:
        raw.encode()
    except UnicodeEncodeError:
        return False
    return True


def _without_mark(lines: Iterator[str]) -> Iterator[str]:
    first = next(lines, "").removeprefix("\ufeff")
    if first:
        yield first
    yield from lines
