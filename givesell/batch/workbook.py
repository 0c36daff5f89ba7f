"""A scored file as a spreadsheet, written with XlsxWriter.

Text is written as text, so that no cell runs as a formula; one that looks like a formula is marked
as text, and stays text when it is edited. Numbers of more than fifteen digits, which a spreadsheet
would round, are text too. A cell holds 32,767 characters: a longer text is cut, with … at its end.
Times are in UTC.
"""

import datetime as dt
import json
import math
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.types as pat

from givesell.archives.base.columns import as_text
from givesell.errors import ArgumentError, FileError
from givesell.files.delimited import guarded
from givesell.show.words import cut_end

MOST_ROWS, MOST_COLUMNS, MOST_CHARS = 1_048_575, 16_384, 32_767
_MOST_WHOLE = 10**15
_FIRST, _LAST = dt.datetime(1900, 3, 1), dt.datetime(9999, 12, 31, 23, 59, 59)
# The same posts give the same bytes.
_CREATED = dt.datetime(2000, 1, 1)


def check_installed(path: Path) -> None:
    """Refuse to write a spreadsheet where XlsxWriter is missing.

    Raises
    ------
    FileError
        E540.
    """
    try:
        import xlsxwriter  # noqa: F401
    except ImportError as error:
        raise FileError("E540", path=path) from error


def check_fits(rows: int, columns: int) -> None:
    """Refuse more than a sheet holds.

    Raises
    ------
    ArgumentError
        E543.
    """
    if rows > MOST_ROWS or columns > MOST_COLUMNS:
        raise ArgumentError("E543", most=MOST_ROWS, columns=MOST_COLUMNS)


def write_workbook(
    tables: Iterable[pa.Table], schema: pa.Schema, target: Path, about: Mapping[str, Any]
) -> None:
    """Write tables one after the other as one sheet.

    Parameters
    ----------
    tables : iterable of pyarrow.Table
    schema : pyarrow.Schema
        Of each of them.
    target : Path
    about : mapping
        What to record in the file's properties.

    Raises
    ------
    ArgumentError
        E543.
    """
    import xlsxwriter

    options = {"constant_memory": True, "tmpdir": str(target.parent)}
    with xlsxwriter.Workbook(str(target), options) as book:
        book.set_properties(
            {"created": _CREATED, "comments": json.dumps(about, sort_keys=True)[:MOST_CHARS]}
        )
        text = book.add_format({"quote_prefix": True})
        day, moment = (
            book.add_format({"num_format": form}) for form in ("yyyy-mm-dd", "yyyy-mm-dd hh:mm:ss")
        )
        sheet = book.add_worksheet("scored")
        sheet.freeze_panes(1, 0)
        for number, name in enumerate(schema.names):
            sheet.write_string(0, number, name[:MOST_CHARS])

        def put_text(row: int, column: int, value: str) -> None:
            cell = cut_end(value, MOST_CHARS)
            sheet.write_string(row, column, cell, text if guarded(cell) != cell else None)

        def put_number(row: int, column: int, value: float) -> None:
            if isinstance(value, int) and abs(value) >= _MOST_WHOLE:
                put_text(row, column, str(value))
            elif math.isfinite(value):
                sheet.write_number(row, column, value)

        def put_time(row: int, column: int, value: Any) -> None:
            plain = (
                value.replace(tzinfo=None)
                if isinstance(value, dt.datetime)
                else dt.datetime.combine(value, dt.time())
            )
            if _FIRST <= plain <= _LAST:
                sheet.write_datetime(
                    row, column, plain, moment if isinstance(value, dt.datetime) else day
                )
            else:
                put_text(row, column, value.isoformat())

        row = 1
        for table in tables:
            check_fits(row - 1 + len(table), len(schema))
            columns = [
                _cells(column.combine_chunks(), put_text, put_number, put_time, sheet.write_boolean)
                for column in table.columns
            ]
            for values in zip(*(cells for cells, _ in columns), strict=True):
                for number, (value, (_, put)) in enumerate(zip(values, columns, strict=True)):
                    if value is not None:
                        put(row, number, value)
                row += 1


Put = Callable[[int, int, Any], Any]


def _cells(
    column: pa.Array, text: Put, number: Put, time: Put, boolean: Put
) -> tuple[list[Any], Put]:
    """Return the values of a column, and what writes one."""
    kind = column.type
    if pat.is_boolean(kind):
        return column.to_pylist(), boolean
    if pat.is_integer(kind) or pat.is_float64(kind):
        return column.to_pylist(), number
    if pat.is_float32(kind):
        # Digits beyond its precision mean nothing.
        return [
            None if value is None else float(f"{value:.6g}") for value in column.to_pylist()
        ], number
    if pat.is_date(kind) or pat.is_timestamp(kind):
        try:
            # In UTC, and in microseconds, which Python's times hold.
            plain = (
                column.cast(pa.timestamp("us", kind.tz), safe=False).cast(pa.timestamp("us"))
                if pat.is_timestamp(kind)
                else column
            )
            return plain.to_pylist(), time
        except (pa.ArrowException, ValueError, OverflowError):
            pass
    return as_text(column).to_pylist(), text
