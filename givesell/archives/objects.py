"""Rows that are objects, of JSON or of a query: every value kept.

The input is read twice: first for its keys and their types, then for its rows. A key becomes a
column of bool, int64, double or string when all its values are that (null aside; whole numbers
below 2**53 pass for double), and else a column of JSON text, marked so that JSON lines written
from it hold the value as it was.

- A row whose post is neither a string nor null is rejected.
- A missing key reads as null.
- Half a surrogate pair, which no file can hold as UTF-8, becomes U+FFFD.
"""

import re
from abc import abstractmethod
from collections.abc import Iterator
from typing import Any, ClassVar

import pyarrow as pa

from givesell.archives.columns import JSON_TEXT, is_json, to_json, unique_names
from givesell.archives.reader import BATCH_BYTES, BATCH_ROWS, Reader, Rejects
from givesell.errors import FileError

MAX_COLUMNS = 2_000
BATCH_CELLS = 1 << 20
_TICK_LINES = 20_000
_BOOL, _INT, _FLOAT, _STRING, _OTHER, _WIDE = 1, 2, 4, 8, 16, 32
# Whole numbers up to here are exact as double.
_EXACT = 2**53
_SURROGATE = re.compile("[\ud800-\udfff]")
_KINDS: dict[type, int] = {type(None): 0, bool: _BOOL, int: _INT, float: _FLOAT, str: _STRING, dict: _OTHER, list: _OTHER}
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


class ObjectsReader(Reader):
    """An input whose rows are objects; see `givesell.archives.objects` for the rules."""

    passes = 2
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
        self.schema = self.schema.set(self.schema.get_field_index(column), pa.field(column, pa.string()))

    def _find_schema(self) -> pa.Schema:
        kinds: dict[str, int] = self._find_kinds() if self.found is None else self.found
        self.found = kinds
        self._keys = list(kinds)
        names = unique_names(map(_encodable, self._keys))
        return pa.schema([_field(name, flags) for name, flags in zip(names, kinds.values(), strict=True)])

    def _find_kinds(self) -> dict[str, int]:
        kinds: dict[str, int] = {}
        seen: dict[tuple[str, type], None] = {}
        whole: list[str] = []
        lines = rows = 0
        for lines, (_, _, row) in enumerate(self._records(), 1):
            if lines % 1024 == 1:
                self.bytes_read = max(self.bytes_read, self.files.position)
            if isinstance(row, ValueError):
                continue
            rows += 1
            before = len(seen)
            seen.update(dict.fromkeys(zip(row, map(type, row.values()), strict=True)))
            if len(seen) > before:
                for key, kind in seen:
                    kinds[key] = kinds.get(key, 0) | _KINDS[kind]
                whole = [key for key, kind in seen if kind is int]
            for key in whole:
                value = row.get(key)
                if type(value) is int and not -_EXACT <= value <= _EXACT:
                    kinds[key] |= _WIDE if -(2**63) <= value < 2**63 else _OTHER
            if len(kinds) > MAX_COLUMNS:
                raise FileError("E406", path=self.shown, reason=f"its objects have more than {MAX_COLUMNS:,} different keys")
            if lines % _TICK_LINES == 0:
                self._tick(self.bytes_read)
        if not lines:
            raise FileError("E403", path=self.shown)
        if not rows:
            raise FileError("E406", path=self.shown, reason=f"none of its {self.unit} is {self.wanted}")
        return kinds

    def _batches(self, rejects: Rejects) -> Iterator[pa.RecordBatch]:
        text = self._keys[self.schema.get_field_index(self.text)]
        as_json = [key for key, field in zip(self._keys, self.schema, strict=True) if is_json(field)]
        rows: list[dict[str, Any]] = []
        size, before = 0, self.size
        most = max(64, min(BATCH_ROWS, BATCH_CELLS // len(self._keys)))
        for number, raw, row in self._records():
            try:
                if isinstance(row, ValueError):
                    raise row
                if not isinstance(row.get(text), (str, type(None))):
                    raise ValueError(f"the post is {kind_name(row[text])}, not a string")
                for key in as_json:
                    if row.get(key) is not None:
                        row[key] = _dump(row[key])
            except ValueError as error:
                rejects.add(self.shown, number, str(error), raw)
                continue
            rows.append(row)
            size += len(raw)
            if len(rows) == most or size >= BATCH_BYTES:
                self.bytes_read = before + self.files.position
                yield self._batch(rows)
                rows, size = [], 0
        if rows:
            yield self._batch(rows)

    def _batch(self, rows: list[dict[str, Any]]) -> pa.RecordBatch:
        try:
            columns = [_array([row.get(key) for row in rows], field.type) for key, field in zip(self._keys, self.schema, strict=True)]
        except (pa.ArrowException, OverflowError) as error:
            raise FileError("E406", path=self.shown, reason="it changed while being read") from error
        return pa.RecordBatch.from_arrays(columns, schema=self.schema)


def _field(name: str, flags: int) -> pa.Field:
    kind = _TYPES.get(flags)
    return pa.field(name, pa.string(), metadata=JSON_TEXT) if kind is None else pa.field(name, kind)


def kind_name(value: object) -> str:
    """Return what JSON calls a value: "an object", "a number"."""
    names = {dict: "an object", list: "an array", str: "a string", bool: "true or false", type(None): "null"}
    return names.get(type(value), "a number")


def _dump(value: object) -> str:
    try:
        return to_json(value)
    except RecursionError:
        raise ValueError("nested too deeply") from None


def _encodable(text: str) -> str:
    return _SURROGATE.sub("\ufffd", text)


def _array(values: list[Any], kind: pa.DataType) -> pa.Array:
    try:
        return pa.array(values, kind)
    except UnicodeEncodeError:
        return pa.array([value if value is None else _encodable(value) for value in values], kind)
