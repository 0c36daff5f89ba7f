"""Rows that are objects, of JSON or of a query: every value kept.

The input is read twice: first for its keys and their types, then for its rows. A key becomes a
column of bool, int64, double or string when all its values are that (null aside; whole numbers
below 2**53 pass for double), and else a column of JSON text, marked so that JSON lines written
from it hold the value as it was.

- A row whose post is neither a string nor null is rejected, and so is one of more than 2,000 keys.
- A missing key reads as null.
- Half a surrogate pair, which no file can hold as UTF-8, becomes U+FFFD.
"""

import itertools
from abc import abstractmethod
from collections.abc import Iterable, Iterator
from typing import Any, ClassVar

import pyarrow as pa
import pyarrow.types as pat

from givesell.archives.base.columns import JSON_TEXT, array_of, is_json, to_json, unique_names
from givesell.archives.base.format_reader import FormatReader
from givesell.archives.base.reader import BATCH_BYTES, BATCH_CELLS, BATCH_ROWS
from givesell.archives.base.rejects import Rejected, Rejects
from givesell.archives.streams.limits import MAX_KEYS, MAX_POST, TOO_LONG
from givesell.errors import FileError
from givesell.show.words import encodable

_TICK_ROWS = 10_000
_BOOL, _INT, _FLOAT, _STRING, _OTHER, _WIDE = 1, 2, 4, 8, 16, 32
# Whole numbers up to here are exact as double.
EXACT = 2**53
_KINDS: dict[type, int] = {
    type(None): 0,
    bool: _BOOL,
    int: _INT,
    float: _FLOAT,
    str: _STRING,
    dict: _OTHER,
    list: _OTHER,
}
_TYPES = {
    0: pa.null(),
    _BOOL: pa.bool_(),
    _FLOAT: pa.float64(),
    _STRING: pa.string(),
    _INT: pa.int64(),
    _INT | _WIDE: pa.int64(),
    _INT | _FLOAT: pa.float64(),
}


# Number from 1, raw bytes, and the row or why there is none.
Record = tuple[int, bytes, dict[str, Any] | ValueError]


class ObjectsReader(FormatReader):
    """A file whose rows are objects; see `givesell.archives.base.objects_reader` for the rules."""

    passes = 2
    exact = True
    unit: ClassVar[str]
    wanted: ClassVar[str] = "a JSON object"

    @abstractmethod
    def _records(self) -> Iterator[Record]: ...

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

    def _find_schema(self) -> pa.Schema:
        kinds: dict[str, int] = self._find_kinds() if self.found is None else self.found
        self.found = kinds
        self._keys = list(kinds)
        names = unique_names(map(encodable, self._keys))
        return pa.schema(
            [_field(name, flags) for name, flags in zip(names, kinds.values(), strict=True)]
        )

    def _find_kinds(self) -> dict[str, int]:
        kinds = Kinds()
        for number, (_, _, row) in enumerate(self._records(), 1):
            kinds.add(row)
            if number % _TICK_ROWS == 0 or len(kinds.flags) > MAX_KEYS:
                self._check_kinds(kinds)
        return self._checked(kinds)

    def _check_kinds(self, kinds: "Kinds") -> None:
        """Report how far the first reading has come, and stop where keys have no end."""
        self.bytes_read = max(self.bytes_read, self.files.position)
        self._tick(self.bytes_read)
        if len(kinds.flags) > MAX_KEYS:
            raise FileError(
                "E406",
                path=self.shown,
                reason=f"its objects have more than {MAX_KEYS:,} different keys",
            )

    def _checked(self, kinds: "Kinds") -> dict[str, int]:
        self._check_kinds(kinds)
        if not kinds.records:
            raise FileError("E403", path=self.shown)
        if not kinds.rows:
            raise FileError(
                "E406", path=self.shown, reason=f"none of its {self.unit} is {self.wanted}"
            )
        return kinds.flags

    def _batches(self, rejects: Rejects) -> Iterator[pa.RecordBatch]:
        for block in blocks(self._records(), self._most):
            self.bytes_read = max(self.bytes_read, self.size + self.files.position)
            yield self._to_batch(block, rejects)

    @property
    def _most(self) -> int:
        """How many rows a batch may hold."""
        return max(64, min(BATCH_ROWS, BATCH_CELLS // len(self._keys)))

    def _to_batch(self, records: Iterable[Record], rejects: Rejects) -> pa.RecordBatch:
        text = self._keys[self.schema.get_field_index(self.text)] if self.text else None
        as_json = [
            key for key, field in zip(self._keys, self.schema, strict=True) if is_json(field)
        ]
        rows: list[dict[str, Any]] = []
        for number, raw, row in records:
            try:
                if isinstance(row, ValueError):
                    raise row
                if text is not None:
                    _check_post(row.get(text))
                for key in as_json:
                    if row.get(key) is not None:
                        row[key] = _dump(row[key])
            except ValueError as error:
                rejects.add(Rejected(self.shown, number, str(error), raw))
                continue
            rows.append(row)
        return self._batch(rows)

    def _batch(self, rows: list[dict[str, Any]]) -> pa.RecordBatch:
        try:
            columns = [
                array_of([row.get(key) for row in rows], field.type)
                for key, field in zip(self._keys, self.schema, strict=True)
            ]
        except (pa.ArrowException, OverflowError) as error:
            raise FileError(
                "E406", path=self.shown, reason="it changed while being read"
            ) from error
        return pa.RecordBatch.from_arrays(columns, schema=self.schema)


class Kinds:
    """Gathers the keys of rows and what their values are.

    Attributes
    ----------
    flags : dict of str to int
        In order of first appearance.
    records, rows : int
        How many there were, and how many were rows.
    """

    def __init__(self) -> None:
        self.flags: dict[str, int] = {}
        self.records = self.rows = 0
        self._seen: dict[tuple[str, type], None] = {}
        self._whole: set[str] = set()

    def add(self, row: dict[str, Any] | ValueError) -> None:
        """Look at a row."""
        self.records += 1
        if isinstance(row, ValueError):
            return
        self.rows += 1
        before = len(self._seen)
        self._seen.update(dict.fromkeys(zip(row, map(type, row.values()), strict=True)))
        for key, kind in list(itertools.islice(reversed(self._seen), len(self._seen) - before))[
            ::-1
        ]:
            self.flags[key] = self.flags.get(key, 0) | _KINDS[kind]
            if kind is int:
                self._whole.add(key)
        for key in self._whole if len(self._whole) < len(row) else row:
            value = row.get(key)
            if type(value) is int and not -EXACT <= value <= EXACT:
                self.flags[key] |= _WIDE if -(2**63) <= value < 2**63 else _OTHER

    @property
    def are_plain(self) -> bool:
        """Whether all columns have a type that Arrow can be told, so that it need not guess."""
        return self.rows > 0 and all(flags and flags in _TYPES for flags in self.flags.values())

    def schema(self) -> pa.Schema:
        """Return the columns whose type is known so far: what Arrow need not guess."""
        return pa.schema(
            [(key, _TYPES[flags]) for key, flags in self.flags.items() if flags and flags in _TYPES]
        )

    def add_table(self, table: pa.Table) -> None:
        """Look at rows that Arrow has read; its whole numbers must lie within 2**53."""
        self.records += len(table)
        self.rows += len(table)
        for field in table.schema:
            self.flags[field.name] = self.flags.get(field.name, 0) | _flag(field.type)


def blocks(records: Iterable[Any], most: int) -> Iterator[list[Any]]:
    """Group records, whose second part is their raw bytes, to blocks of bounded size.

    Parameters
    ----------
    records : iterable of tuple
    most : int

    Yields
    ------
    list of tuple
    """
    block: list[Any] = []
    size = 0
    for record in records:
        block.append(record)
        size += len(record[1])
        if len(block) == most or size >= BATCH_BYTES:
            yield block
            block, size = [], 0
    if block:
        yield block


def _flag(kind: pa.DataType) -> int:
    known = (
        (pat.is_null, 0),
        (pat.is_boolean, _BOOL),
        (pat.is_integer, _INT),
        (pat.is_floating, _FLOAT),
    )
    # Arrow takes text that looks like a time for one.
    texts = ((pat.is_string, _STRING), (pat.is_timestamp, _STRING))
    return next((flag for test, flag in (*known, *texts) if test(kind)), _OTHER)


def _field(name: str, flags: int) -> pa.Field:
    kind = _TYPES.get(flags)
    return pa.field(name, pa.string(), metadata=JSON_TEXT) if kind is None else pa.field(name, kind)


def row_of(value: object) -> dict[str, Any]:
    """Return a value that is a row.

    Parameters
    ----------
    value : object

    Returns
    -------
    dict

    Raises
    ------
    ValueError
        With the reason to show.
    """
    if isinstance(value, dict) and len(value) <= MAX_KEYS:
        return value
    raise ValueError(
        f"more than {MAX_KEYS:,} keys"
        if isinstance(value, dict)
        else f"not an object but {kind_name(value)}"
    )


def kind_name(value: object) -> str:
    """Return what JSON calls a value: "an object", "a number"."""
    names = {
        dict: "an object",
        list: "an array",
        str: "a string",
        bool: "true or false",
        type(None): "null",
    }
    return names.get(type(value), "a number")


def _check_post(post: object) -> None:
    if not isinstance(post, (str, type(None))):
        raise ValueError(f"the post is {kind_name(post)}, not a string")
    if len(post or "") > MAX_POST:
        raise ValueError(TOO_LONG)


def _dump(value: object) -> str:
    try:
        return to_json(value)
    except RecursionError:
        raise ValueError("nested too deeply") from None
