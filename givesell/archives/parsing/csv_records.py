"""The records of delimited text, one at a time and with care: what is broken is reported with its
line, and costs no good row after it.

- A row with too few or too many fields is rejected, but for empty ones at the end of the row or
  without a name.
- Blank lines are not rows.
- A stray opening quote would swallow the rows after it. So of a broken record only the first line
  is rejected, and reading starts again at its second line. While such lines are being read again,
  a row with an odd number of quotes is the tail of something broken and is rejected too.
- A record spans at most 1,000 lines and 4 MiB (one line alone: 16 MiB), and the lines of a
  broken stretch are read again at most about five times, which keeps the time linear.
"""

import csv
from collections import deque
from collections.abc import Callable, Iterator

from givesell.archives.parsing.loose_rows import fitted
from givesell.archives.streams.limits import (
    MAX_FIELDS,
    MAX_LINE,
    MAX_POST,
    MAX_RECORD_CHARS,
    MAX_RECORD_LINES,
    TOO_LONG,
)
from givesell.show.numbers import counted

# How many lines may be read again in a broken stretch, as a multiple of its first record.
AGAIN = 4

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
        Whether a record may have fewer or more; see `givesell.archives.parsing.loose_rows`.
    named : int
        How many of them have a name and all after them none: those may be left out.
    text : int or None
        Which of them is the post, if known.
    lines_read : int
        Counts each reading of a line, so that a test can bound the work.
    """

    def __init__(self, lines: Iterator[str], delimiter: str, reject: Reject) -> None:
        self.width: int | None = None
        self.loose = False
        self.named = 0
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
        """Yield the number of the first line, the raw text and the fields of each record; of a
        rejected line no fields.
        """
        while True:
            reader = csv.reader(self._feed(), delimiter=self._delimiter, strict=True)
            try:
                for fields in reader:
                    first = self._number - len(self._span) + 1
                    raw = self._span[0] if len(self._span) == 1 else "".join(self._span)
                    if self.width is not None and len(fields) != self.width and fields:
                        fields = self._fitted(fields, self.width)
                    if first <= self._broken_until and raw.count('"') % 2:
                        raise csv.Error("looks like the rest of a broken row")
                    self._span = []
                    if fields:
                        if (len(raw) > MAX_POST or not raw.isascii()) and (
                            reason := self._against(raw, fields)
                        ) is not None:
                            self._reject(first, reason, raw)
                            fields = []
                        yield first, raw, fields
            except csv.Error as error:
                yield (*self._drop_first(_plainly(str(error))), [])
            else:
                return

    @property
    def at_rest(self) -> bool:
        """Whether all that was handed out so far is done with, so that reading could start anew
        here.
        """
        return not self._again and not self._span and self._number >= self._broken_until

    def skip(self, lines: int) -> None:
        """Count lines that somebody else has read."""
        self._number += lines

    def _fitted(self, fields: list[str], width: int) -> list[str]:
        """Return a record without empty fields beyond the header, as spreadsheets write them, or
        with those that have no name.
        """
        if self.loose:
            return fitted(fields, width)
        if len(fields) > width and not any(fields[width:]):
            return fields[:width]
        if self.named and self.named <= len(fields) < width:
            return fields + [""] * (width - len(fields))
        raise csv.Error(f"{counted(len(fields), 'field')} where the header has {width:,}")

    def _against(self, raw: str, fields: list[str]) -> str | None:
        """Return what is wrong with a record whose shape is right."""
        if not decodes(raw):
            return "not UTF-8"
        return (
            TOO_LONG
            if self.text is not None and len(raw) > MAX_POST and len(fields[self.text]) > MAX_POST
            else None
        )

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
        if len(line) >= MAX_LINE or (
            not line.isascii() and len(line.encode("utf-8", "surrogateescape")) >= MAX_LINE
        ):
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
        self._credit = (
            self._credit - len(span) if first <= self._broken_until else AGAIN * len(span)
        )
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


def decodes(raw: str) -> bool:
    """Whether a text that was read with ``surrogateescape`` was UTF-8."""
    try:
        raw.encode()
    except UnicodeEncodeError:
        return False
    return True
