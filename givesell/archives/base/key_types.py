"""The types of the values that rows have at their keys, so that each key becomes a column."""

import itertools
from typing import Any

import pyarrow as pa
import pyarrow.types as pat

from givesell.archives.base.columns import JSON_TEXT

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


class KeyTypes:
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
        self._integers: set[str] = set()

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
                self._integers.add(key)
        for key in self._integers if len(self._integers) < len(row) else row:
            value = row.get(key)
            if type(value) is int and not -EXACT <= value <= EXACT:
                self.flags[key] |= _WIDE if -(2**63) <= value < 2**63 else _OTHER

    @property
    def are_plain(self) -> bool:
        """Whether all columns have a type that Arrow can be given, so that it need not guess."""
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


def field_of(name: str, flags: int) -> pa.Field:
    """Return the column of a key: of the one type of its values, else of JSON text."""
    kind = _TYPES.get(flags)
    return pa.field(name, pa.string(), metadata=JSON_TEXT) if kind is None else pa.field(name, kind)


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
