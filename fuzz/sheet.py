"""Spreadsheets: an .xlsx as XlsxWriter makes it, or an .ods put together by hand."""

import datetime as dt
import io
import random
import zipfile
from dataclasses import dataclass, replace
from typing import Any
from xml.sax.saxutils import escape

import xlsxwriter

from fuzz.damage import damaged
from fuzz.members import CELLS, NAMES, Change, Member
from fuzz.values import Grade, odd, python_value

LAST_ROW, LAST_COLUMN = 1_048_575, 16_383
_OPEN = "urn:oasis:names:tc:opendocument:xmlns"
_DOCUMENT = (
    '<?xml version="1.0" encoding="UTF-8"?><office:document-content'
    f' xmlns:office="{_OPEN}:office:1.0" xmlns:table="{_OPEN}:table:1.0" '
    f'xmlns:text="{_OPEN}:text:1.0"><office:body><office:spreadsheet>{{}}</office:spreadsheet></office:body></office:document-content>'
)
# Attributes of XML by which a few bytes may claim a lot.
CLAIMS = (
    ('r="A2"', 'r="XFD1048576"'), ('r="A2"', 'r="A99999999999999999999"'), ('r="A2"',
    'r="ZZZZZZZZ1"'), ('r="2"', 'r="4294967295"'),
    ("<v>", "<v>99999999999"), ("<v>", "<v>-"), ('t="s"', 't="b"'), ('t="s"', 't="e"'), ('t="s"',
    't="inlineStr"'), ('s="1"', 's="70000"'),
    ("<sheetData>", "<!DOCTYPE a [<!ENTITY b 'ccc'>]><sheetData>"), ("<sheetData>",
    "<sheetData>" * 600), ("</row>", ""),
    ("<table:table-row>", '<table:table-row table:number-rows-repeated="4000000000">'),
    ("<table:table-row>", '<table:table-row table:number-rows-repeated="-1">'),
    ("<table:table-cell ", '<table:table-cell table:number-columns-repeated="4000000000" '),
)  # fmt: skip


@dataclass(frozen=True)
class Sheet(Member):
    """A workbook whose first sheet holds posts.

    Attributes
    ----------
    header : tuple of str
    rows : tuple of tuple
    known : tuple of str or None
    form : str
        ``"xlsx"`` or ``"ods"``.
    name : str
        Of the sheet.
    far : (int, int) or None
        Where a further cell stands.
    more : tuple of tuple or None
        The cells of a second sheet.
    claim : int or None
        Which of `CLAIMS` is made in the XML.
    damage : int or None
        The seed of damage to one of the files within.
    """

    header: tuple[str, ...]
    rows: tuple[tuple[Any, ...], ...]
    known: tuple[str | None, ...]
    form: str = "xlsx"
    name: str = "posts"
    far: tuple[int, int] | None = None
    more: tuple[tuple[Any, ...], ...] | None = None
    claim: int | None = None
    damage: int | None = None

    def write(self) -> bytes:
        """Return the bytes."""
        data = self._xlsx() if self.form == "xlsx" else self._ods()
        if self.claim is not None:
            data = _within(
                data,
                {name: _claimed(part, *CLAIMS[self.claim]) for name, part in _parts(data).items()},
            )
        if self.damage is not None:
            rng, parts = random.Random(self.damage), _parts(data)
            name = rng.choice(list(parts))
            data = _within(data, {**parts, name: damaged(rng, parts[name])[0]})
        return data

    @property
    def markers(self) -> list[str | None]:
        """The items' markers."""
        return list(self.known)

    def changed(self, rng: random.Random, seed: int) -> tuple[Member, Change]:
        """Return the same with one place made odd."""
        way, item, column = (
            rng.random(),
            rng.randrange(len(self.rows)),
            rng.randrange(len(self.header)),
        )
        if way < 0.4:
            value = rng.choice((
                python_value(odd(rng, seed, Grade.HARD)), rng.choice(CELLS), float("nan"),
                float("-inf"), True, 1e300, -0.0, 2**53 + 1,
                dt.datetime(1900, 1, 1), dt.datetime(9999, 12, 31, 23, 59, 59), dt.date(2024, 2,
                29), dt.time(23, 59, 59), None,
                dt.timedelta(days=40_000, seconds=1),
            ))  # fmt: skip
            rows = (
                *self.rows[:item],
                (*self.rows[item][:column], value, *self.rows[item][column + 1 :]),
                *self.rows[item + 1 :],
            )
            return replace(self, rows=rows), Change(
                f"{item}/{self.header[column]} = {str(value)[:20]!a}", True, item
            )
        if way < 0.5:
            far = rng.choice(
                (
                    (LAST_ROW, LAST_COLUMN),
                    (LAST_ROW, 0),
                    (0, LAST_COLUMN),
                    (50_000, 2_000),
                    (3_000, 2),
                )
            )
            return replace(self, far=far), Change(f"a cell at {far}", False)
        if way < 0.6:
            name = rng.choice(("a" * 31, "\u202ename", "ａ", "{0.__class__}", " ", "<b>", "posts"))
            more = rng.choice((None, (("a", "b"), (1, 2)), (("text",), ("buy",))))
            return replace(self, name=name, more=more), Change(
                f"sheet {name!a} beside {more}", more is None or more[0] != ("text",)
            )
        if way < 0.7:
            fresh = rng.choice((*NAMES, self.header[0]))
            header = (*self.header[:column], fresh, *self.header[column + 1 :])
            return replace(self, header=header), Change(
                f"{self.header[column]} renamed {fresh[:20]!a}", False
            )
        if way < 0.85:
            claim = rng.randrange(len(CLAIMS))
            return replace(self, claim=claim), Change(f"{CLAIMS[claim][1][:40]!a} within", False)
        return replace(self, damage=rng.randrange(1 << 30)), Change("damage within", False)

    def _xlsx(self) -> bytes:
        out = io.BytesIO()
        with xlsxwriter.Workbook(
            out,
            {
                "in_memory": True,
                "nan_inf_to_errors": True,
                "default_date_format": "yyyy-mm-dd hh:mm:ss",
            },
        ) as book:
            book.set_properties({"created": dt.datetime(2024, 1, 1)})
            sheet = book.add_worksheet(self.name)
            for number, row in enumerate((self.header, *self.rows)):
                for column, cell in enumerate(row):
                    _put(sheet, number, column, cell)
            if self.far is not None:
                sheet.write_string(*self.far, "far")
            if self.more is not None:
                other = book.add_worksheet("other")
                for number, row in enumerate(self.more):
                    other.write_row(number, 0, row)
        return out.getvalue()

    def _ods(self) -> bytes:
        sheets = {
            self.name: (self.header, *self.rows),
            **({"other": self.more} if self.more is not None else {}),
        }
        text = "".join(
            "<table:table"
            f' table:name="{escape(_plain(name), {chr(34): "&quot;"})}">'
            f"{''.join(map(_row, rows))}</table:table>"
            for name, rows in sheets.items()
        )
        manifest = f'<manifest:manifest xmlns:manifest="{_OPEN}:manifest:1.0"/>'
        kind = b"application/vnd.oasis.opendocument.spreadsheet"
        return _zipped(
            {
                "mimetype": kind,
                "content.xml": _DOCUMENT.format(text).encode(),
                "META-INF/manifest.xml": manifest.encode(),
            }
        )


def _put(sheet: Any, row: int, column: int, cell: Any) -> None:
    if isinstance(cell, (str, list, dict)) or cell is None:
        sheet.write_string(row, column, _plain(str("" if cell is None else cell)))
    elif isinstance(cell, int) and not isinstance(cell, bool) and abs(cell) > 1 << 1000:
        sheet.write_string(row, column, str(cell)[:100])
    else:
        sheet.write(row, column, cell)


def _row(cells: tuple[Any, ...]) -> str:
    return f"<table:table-row>{''.join(map(_cell, cells))}</table:table-row>"


def _cell(cell: Any) -> str:
    if isinstance(cell, float) or (isinstance(cell, int) and not isinstance(cell, bool)):
        return f'<table:table-cell office:value-type="float" office:value="{str(cell)[:400]}"/>'
    if isinstance(cell, (dt.date, dt.datetime)):
        return (
            f'<table:table-cell office:value-type="date" office:date-value="{cell.isoformat()}"/>'
        )
    return (
        "<table:table-cell"
        f' office:value-type="string"><text:p>{escape(_plain(str(cell)))}</text:p>'
        "</table:table-cell>"
    )


def _plain(text: str) -> str:
    return text.encode("utf-8", "replace").decode()


def _claimed(part: bytes, old: str, new: str) -> bytes:
    return part.replace(old.encode(), new.encode(), 1)


def _parts(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as files:
        return {name: files.read(name) for name in files.namelist()}


def _within(data: bytes, parts: dict[str, bytes]) -> bytes:
    return _zipped({**_parts(data), **parts})


def _zipped(parts: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as files:
        for name, part in parts.items():
            files.writestr(
                zipfile.ZipInfo(name),
                part,
                zipfile.ZIP_STORED if name == "mimetype" else zipfile.ZIP_DEFLATED,
            )
    return out.getvalue()
