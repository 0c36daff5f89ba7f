"""Spreadsheets: .xlsx, .xlsm, .xlsb and .xls of Excel and .ods of LibreOffice, read with
python-calamine.

- The only sheet that is not empty is read; of several the only one that has a column of posts, or
  the one that ``--query`` names.
- The first row that is not empty names the columns.
- Numbers, booleans and dates keep their types where all cells of a column have them; dates without
  an hour stay dates. Any other column is text. Of formulas the value counts that was saved with
  them.
- A sheet is held whole while it is read, by a process of its own that may take `SHEET_MEMORY`; a
  larger workbook than `MAX_WORKBOOK` is refused before.
"""

import datetime as dt
import math
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO, Any

import pyarrow as pa

from givesell.archives.base.columns import unique_names
from givesell.archives.base.format_reader import Evidence, FormatReader
from givesell.archives.base.head import Head
from givesell.archives.base.objects_reader import EXACT
from givesell.archives.base.reader import BATCH_BYTES, BATCH_CELLS, BATCH_ROWS
from givesell.archives.base.rejects import Rejected, Rejects
from givesell.archives.parsing.sheet_cells import Row
from givesell.archives.parsing.sheet_process import told_of
from givesell.archives.shapes.roles import TEXT_NAMES
from givesell.archives.streams.files import Files
from givesell.archives.streams.limits import (
    MAX_COLUMNS,
    MAX_POST,
    MAX_WORKBOOK,
    SHEET_MEMORY,
    TOO_LONG,
)
from givesell.archives.streams.zip_file import Zip
from givesell.errors import FileError
from givesell.show.words import encodable

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ZIP = b"PK\x03\x04"
_PARTS = ("xl/workbook.xml", "xl/workbook.bin")
_OPEN_DOCUMENT = b"application/vnd.oasis.opendocument.spreadsheet"
_NAMES = ("Workbook".encode("utf-16-le"), "Book".encode("utf-16-le"))
_STEP = 1 << 20


class ExcelReader(FormatReader):
    """A sheet of a spreadsheet; see `givesell.archives.formats.excel_file` for the rules."""

    name = "excel"
    is_text = False
    seeks = True
    takes_query = True

    @classmethod
    def evidence(cls, head: Head) -> Evidence:
        """Return whether a file begins like a workbook; see `FormatReader.evidence`.

        Its name says nothing: programs call tables of text ``.xls``. Of zips only workbooks are
        taken for single files (see `is_zip_of`).
        """
        is_old = head.data.startswith(OLE) and any(name in head.data for name in _NAMES)
        return Evidence.CONTENT if head.data.startswith(_ZIP) or is_old else Evidence.NONE

    @classmethod
    def is_zip_of(cls, files: Files) -> bool:
        """Say whether a zip is a workbook; see `FormatReader.is_zip_of`."""
        names = files.names()
        if any(part in names for part in _PARTS):
            return True
        return (
            "mimetype" in names
            and "content.xml" in names
            and files.head("mimetype", 128).startswith(_OPEN_DOCUMENT)
        )

    def _find_schema(self) -> pa.Schema:
        self._check_size()
        with self._sheet() as (name, rows):
            self._chosen = name
            _, header = next(rows, (0, []))
            if not header:
                raise FileError("E403", path=self.shown)
            if len(header) > MAX_COLUMNS:
                raise FileError(
                    "E406", path=self.shown, reason=f"it has more than {MAX_COLUMNS:,} columns"
                )
            self._names = unique_names(encodable(_as_text(cell) or "") for cell in header)
            kinds: list[set[type]] = [set() for _ in header]
            for _, row in rows:
                for kind, cell in zip(kinds, row, strict=False):
                    kind.add(_kind(cell))
        return pa.schema(
            [(name, _type(kind)) for name, kind in zip(self._names, kinds, strict=True)]
        )

    def use_text(self, column: str) -> None:
        """Say which column holds the posts; it becomes one of strings.

        Parameters
        ----------
        column : str
        """
        super().use_text(column)
        self.schema = self.schema.set(
            self.schema.get_field_index(column), pa.field(column, pa.string())
        )

    def _batches(self, rejects: Rejects) -> Iterator[pa.RecordBatch]:
        most = max(1, min(BATCH_ROWS, BATCH_CELLS // len(self.schema)))
        text = self.schema.get_field_index(self.text) if self.text else None
        with self._sheet() as (_, rows):
            next(rows, None)
            held: list[list[Any]] = []
            size = 0
            for number, row in rows:
                if text is not None and isinstance(row[text], str) and len(row[text]) > MAX_POST:
                    rejects.add(Rejected(self.shown, number, TOO_LONG, b""))
                    continue
                held.append(row)
                size += sum(len(cell) for cell in row if isinstance(cell, str))
                if len(held) == most or size >= BATCH_BYTES:
                    yield self._batch(held)
                    held, size = [], 0
            if held:
                yield self._batch(held)
        self.bytes_read = self.size

    def _batch(self, rows: list[list[Any]]) -> pa.RecordBatch:
        columns = zip(*rows, strict=True)
        arrays = [
            pa.array(list(map(_CASTS[field.type], column)), field.type)
            for column, field in zip(columns, self.schema, strict=True)
        ]
        return pa.RecordBatch.from_arrays(arrays, schema=self.schema)

    def _check_size(self) -> None:
        """Refuse a workbook that takes more memory than there may be; what is packed in it may
        unpack to anything.
        """
        total = self.size
        with self.path.open("rb") as raw:
            packed = raw.read(2) == b"PK"
        if packed:
            files, total = Zip(self.path), 0
            for member in files.names():
                if member.endswith((".xml", ".bin", ".rels")):
                    with files.open(member) as stream:
                        total += _length(stream, MAX_WORKBOOK - total)
            files.close()
        if total > MAX_WORKBOOK:
            raise FileError("E541", path=self.shown, most=MAX_WORKBOOK >> 20, what="unpacked")

    @contextmanager
    def _sheet(self) -> Iterator[tuple[str, Iterator[Row]]]:
        """Open the workbook and choose a sheet."""
        try:
            import python_calamine  # noqa: F401
        except ImportError as error:
            raise FileError("E540", path=self.shown) from error
        wanted = self.options.query or getattr(self, "_chosen", None)
        with told_of(self.path, wanted or "") as told:
            what, value = self._checked(*next(told))
            if what != "heads":
                yield value, self._rows(told)
                return
        with told_of(self.path, self._choice(value)) as told:
            _, value = self._checked(*next(told))
            yield value, self._rows(told)

    def _rows(self, told: Iterator[tuple[str, Any]]) -> Iterator[Row]:
        for what, value in told:
            if self._checked(what, value)[0] == "rows":
                yield from value

    def _checked(self, what: str, value: Any) -> tuple[str, Any]:
        """Return what was told of the workbook, unless it is that it cannot be read."""
        if what == "memory":
            raise FileError("E541", path=self.shown, most=SHEET_MEMORY >> 20, what="of memory")
        if what == "locked":
            raise FileError(
                "E406",
                path=self.shown,
                reason="it is protected with a password; save it without one",
            )
        if what == "damaged":
            reason = next(iter(value.strip().splitlines()), "").rstrip(".")
            raise FileError(
                "E406",
                path=self.shown,
                reason=f"it is damaged or no spreadsheet{reason and f': {reason}'}",
            )
        return what, value

    def _choice(self, heads: dict[str, list[Any]]) -> str:
        """Return the sheet with the posts."""
        filled = [name for name, head in heads.items() if head]
        told = [
            name
            for name in filled
            if {str(cell).strip().lower() for cell in heads[name]} & set(TEXT_NAMES)
        ]
        if self.options.query is None and (len(filled) == 1 or len(told) == 1):
            return told[0] if len(told) == 1 else filled[0]
        if self.options.query is None and not filled:
            raise FileError("E403", path=self.shown)
        raise FileError("E542", path=self.shown, sheets=", ".join(map(repr, list(heads)[:20])))


def _length(stream: IO[bytes], most: int) -> int:
    """Return how many bytes a stream has, or a few more than `most`."""
    size = 0
    while size <= most and (data := stream.read(_STEP)):
        size += len(data)
    return size


def _kind(cell: Any) -> type:
    """Return what a column may be of that has such a cell."""
    if isinstance(cell, float):
        return int if cell.is_integer() and abs(cell) < EXACT else float
    if isinstance(cell, str):
        return str if cell else type(None)
    return type(cell)


def _type(kinds: set[type]) -> pa.DataType:
    kinds = kinds - {type(None)}
    for own, found in _TYPES:
        if kinds and kinds <= own:
            return found
    return pa.string()


_TYPES = (
    ({bool}, pa.bool_()),
    ({int}, pa.int64()),
    ({int, float}, pa.float64()),
    ({dt.date}, pa.date32()),
    ({dt.date, dt.datetime}, pa.timestamp("us")),
    ({dt.time}, pa.time64("us")),
)


def _as_text(cell: Any) -> str | None:
    """Return a cell as it reads."""
    if isinstance(cell, str):
        return encodable(cell) if cell else None
    if isinstance(cell, bool):
        return str(cell).upper()
    if isinstance(cell, float):
        if not math.isfinite(cell):
            return None
        return str(int(cell)) if cell.is_integer() and abs(cell) < 1e16 else repr(cell)
    return cell.isoformat(" ") if isinstance(cell, dt.datetime) else str(cell)


def _moment(cell: Any) -> dt.datetime | None:
    if cell == "":
        return None
    return cell if isinstance(cell, dt.datetime) else dt.datetime.combine(cell, dt.time())


def _same(cell: Any) -> Any:
    return None if cell == "" else cell


_CASTS: dict[pa.DataType, Any] = {
    pa.string(): _as_text,
    pa.bool_(): _same,
    pa.int64(): lambda cell: None if cell == "" else int(cell),
    pa.float64(): _same,
    pa.date32(): _same,
    pa.timestamp("us"): _moment,
    pa.time64("us"): _same,
}
