"""CSV and TSV written so that Python, pandas, Arrow, spreadsheets and the readers of this library
all read the same rows.

- A field is quoted where it holds a delimiter, a quote or a line end. All fields of a row are
  quoted where one holds a lone carriage return, or where the row begins with a byte order mark,
  which at the head of a file would be taken for that of the file.
- A lone surrogate, which UTF-8 cannot hold, becomes U+FFFD.
- A missing value is an empty field, and so is an empty text.

For spreadsheets there is more: a byte order mark, without which they guess the encoding; an
apostrophe before what they would run as a formula
(https://owasp.org/www-community/attacks/CSV_Injection); and U+FFFD for NUL, at which they would end
the cell. Numbers, negative ones too, stay numbers. Where such a file is read again the apostrophe
is a part of the cell.
"""

import csv
import io
import re
import threading
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from functools import partial

import pyarrow as pa
import pyarrow.compute as pc

from givesell.show.words import encodable

MARK = "\ufeff"
_FORMULA = tuple("=+-@＝＋－＠")
_LEADS = ("\t", "\r", "\n")
_NUMBER = re.compile(r"[+-]?\d+(?:[.,]\d+)*(?:e[+-]?\d+)?\s?%?", re.ASCII | re.IGNORECASE)

_LONGEST = 2**31 - 1

Row = Sequence[str | None]


def guarded(cell: str) -> str:
    """Return a cell that no spreadsheet runs as a formula.

    Examples
    --------
    >>> guarded("=1+1"), guarded("-5.2"), guarded("thanks = great")
    ("'=1+1", '-5.2', 'thanks = great')
    """
    stripped = cell.strip()
    harmful = cell.startswith(_LEADS) or (
        stripped.startswith(_FORMULA) and not _NUMBER.fullmatch(stripped)
    )
    return "'" + cell if harmful else cell


def delimited(rows: Callable[[], Iterable[Row]], delimiter: str, *, excel: bool = False) -> bytes:
    r"""Return rows as delimited text in UTF-8, without a byte order mark.

    Parameters
    ----------
    rows : callable
        Returns the rows; called a second time if a first try shows that rows need special care.
    delimiter : str
    excel : bool, default False
        Whether to guard cells against being run as formulas.

    Returns
    -------
    bytes

    Examples
    --------
    >>> delimited(lambda: [["1", "one, two"], ["2", "a\rb"]], ",")
    b'1,"one, two"\n"2","a\rb"\n'
    """
    if not excel:
        text = io.StringIO(newline="")
        csv.writer(text, delimiter=delimiter, lineterminator="\n").writerows(rows())
        written = text.getvalue()
        if "\r" not in written and MARK not in written:
            try:
                return written.encode()
            except UnicodeEncodeError:
                pass
    return _carefully(rows(), delimiter, excel).encode()


def delimited_columns(columns: Sequence[pa.Array], delimiter: str) -> bytes:
    r"""Return columns as `delimited` would return their rows, all at once if none of them needs
    more than quotes.

    Parameters
    ----------
    columns : sequence of pyarrow.StringArray
        Two or more, of one length.
    delimiter : str

    Returns
    -------
    bytes

    Examples
    --------
    >>> delimited_columns([pa.array(["1", None]), pa.array(["one, two", 'a "b" c'])], ",")
    b'1,"one, two"\n,"a ""b"" c"\n'
    """
    if not len(columns[0]):
        return b""
    held = [memoryview(buffer) for column in columns if (buffer := column.buffers()[2]) is not None]
    if not any(b"\r" in data or MARK.encode() in data for data in map(bytes, held)):
        *first, last = (_quoted(pc.fill_null(column, ""), delimiter) for column in columns)
        last = pc.binary_join_element_wise(last, "\n", "")
        with suppress(pa.ArrowException):  # more than such a column can hold
            return _all_bytes(pc.binary_join_element_wise(*first, last, delimiter))
    values = [column.to_pylist() for column in columns]
    return delimited(partial(zip, *values, strict=True), delimiter)


def _quoted(column: pa.StringArray, delimiter: str) -> pa.StringArray:
    """Return fields, in quotes where they must be."""
    needs = pc.match_substring_regex(column, f'["\n{re.escape(delimiter)}]')
    if not pc.any(needs).as_py():
        return column
    return pc.if_else(
        needs,
        pc.binary_join_element_wise('"', pc.replace_substring(column, '"', '""'), '"', ""),
        column,
    )


def _all_bytes(texts: pa.StringArray) -> bytes:
    _, ends, data = texts.buffers()
    bounds = memoryview(ends).cast("i")
    return bytes(memoryview(data)[bounds[texts.offset] : bounds[texts.offset + len(texts)]])


def read_delimited(
    lines: Iterable[str], delimiter: str, *, strict: bool = False
) -> list[list[str]]:
    """Read delimited text as it is written here, with fields of any length.

    Parameters
    ----------
    lines : iterable of str
        Such as a file that was opened with ``newline=""``.
    delimiter : str
    strict : bool, default False
        Whether what breaks the rules of quotes is an error.

    Returns
    -------
    list of list of str
        A row without a field for an empty line.

    Raises
    ------
    csv.Error

    Examples
    --------
    >>> read_delimited(['1,"one, two"'], ",")
    [['1', 'one, two']]
    """
    with long_fields:
        return list(csv.reader(lines, delimiter=delimiter, strict=strict))


def _carefully(rows: Iterable[Row], delimiter: str, excel: bool) -> str:
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=delimiter, lineterminator="\n")
    # The csv module leaves a lone carriage return unquoted, and no reader would take that back.
    quoting = csv.writer(text, delimiter=delimiter, lineterminator="\n", quoting=csv.QUOTE_ALL)
    for row in rows:
        fields = [encodable(field) if field else "" for field in row]
        if excel:
            fields = [guarded(field.replace("\0", "\ufffd")) for field in fields]
        careful = any("\r" in field for field in fields) or (fields and fields[0].startswith(MARK))
        (quoting if careful else writer).writerow(fields)
    return text.getvalue()


class _LongFields:
    """While it is entered, from whatever threads, the csv module takes fields of any length; its
    limit applies to the whole process.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._inside = 0
        self._before = 0

    def __enter__(self) -> None:
        with self._lock:
            if not self._inside:
                self._before = csv.field_size_limit()
                csv.field_size_limit(max(self._before, _LONGEST))
            self._inside += 1

    def __exit__(self, *_: object) -> None:
        with self._lock:
            self._inside -= 1
            if not self._inside:
                csv.field_size_limit(self._before)


long_fields = _LongFields()
