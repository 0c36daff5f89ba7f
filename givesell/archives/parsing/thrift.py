"""Thrift's compact protocol, as the headers of Parquet are written in it: the whole numbers,
structs and lists of structs.

pyarrow has no view of the headers of pages, and its view of a damaged list of row groups ends the
process.
"""

import mmap
from collections.abc import Iterator
from typing import Any

Fields = dict[int, Any]
_DEEPEST = 20
# The kinds of values. In a list a truth value takes a byte, as those of kind 3 do.
_TRUE_FALSE, _BYTE, _INTEGERS, _DOUBLE, _BINARY, _LISTS, _STRUCT = (
    (1, 2),
    3,
    (4, 5, 6),
    7,
    8,
    (9, 10),
    12,
)


class Compact:
    """Reads values one after the other.

    Parameters
    ----------
    data : mmap
    at, end : int
        Where they begin, and where they must have ended.

    Attributes
    ----------
    at : int
        How far it has come.

    Raises
    ------
    ValueError
        While reading, where they are damaged.
    """

    def __init__(self, data: mmap.mmap, at: int, end: int) -> None:
        self.at = at
        self._data = data
        self._end = end

    def struct(self, depth: int = 0) -> Fields:
        """Return the values of a struct by field; None for those that are no whole numbers,
        structs or lists of structs.
        """
        return dict(self._fields(depth))

    def items(self, wanted: int) -> Iterator[Fields]:
        """Yield the structs in a list that is a field of a struct, one at a time."""
        for field, kind in self._headers():
            if field == wanted and kind in _LISTS:
                for _ in range(self._list_head()[0]):
                    yield self.struct(1)
            else:
                self._value(kind, 1)

    def _fields(self, depth: int) -> Iterator[tuple[int, Any]]:
        for field, kind in self._headers():
            yield field, self._value(kind, depth + 1)

    def _headers(self) -> Iterator[tuple[int, int]]:
        """Yield the number and the kind of each field, at whose value the reader is then."""
        field = 0
        while head := self._byte():
            field = field + (head >> 4) if head >> 4 else self._signed()
            yield field, head & 15

    def _value(self, kind: int, depth: int) -> Any:
        if depth > _DEEPEST:
            raise ValueError("a header nests too deeply")
        if kind in _INTEGERS:
            return self._signed()
        if kind == _STRUCT:
            return self.struct(depth)
        if kind in _LISTS:
            count, kind = self._list_head()
            values = [
                self._value(_BYTE if kind in _TRUE_FALSE else kind, depth + 1) for _ in range(count)
            ]
            return [value for value in values if isinstance(value, dict)]
        if kind == _BINARY:
            size = self._unsigned()
            self.at += size
        elif kind == _BYTE:
            self.at += 1
        elif kind == _DOUBLE:
            self.at += 8
        elif kind not in _TRUE_FALSE:
            raise ValueError("a header is damaged")
        return None

    def _list_head(self) -> tuple[int, int]:
        """Return how many values a list has, and their kind."""
        head = self._byte()
        count = head >> 4 if head >> 4 < 15 else self._unsigned()
        if count > self._end - self.at:
            raise ValueError("a list is longer than the file")
        return count, head & 15

    def _signed(self) -> int:
        number = self._unsigned()
        return (number >> 1) ^ -(number & 1)

    def _unsigned(self) -> int:
        number = 0
        for shift in range(0, 70, 7):
            part = self._byte()
            number |= (part & 127) << shift
            if part < 128:
                return number
        raise ValueError("a header is damaged")

    def _byte(self) -> int:
        if not 0 <= self.at < self._end:
            raise ValueError("a header ends outside its column")
        self.at += 1
        return self._data[self.at - 1]


def number_of(fields: Fields, field: int) -> int:
    """Return a field that must be a whole number.

    Parameters
    ----------
    fields : dict
        Of a struct.
    field : int

    Returns
    -------
    int

    Raises
    ------
    ValueError
        If it is none.
    """
    number = fields.get(field)
    if not isinstance(number, int):
        raise ValueError("a header is damaged")
    return number
