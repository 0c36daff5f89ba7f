"""JSON lines: one object a line, every value kept.

The rules, where files differ:

- UTF-8, with or without a byte order mark. Blank lines are not rows.
- A line that is not UTF-8, not JSON or not an object is rejected, and so is one that holds a
  number too large for a double, or goes beyond a limit of `givesell.archives.streams.limits`.
- NaN and Infinity, which are not JSON but are found in it, read as null.
"""

import math
from collections.abc import Iterator
from functools import cached_property
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.json as pj

from givesell.archives.base.columns import is_json
from givesell.archives.base.format_reader import Evidence
from givesell.archives.base.head import Head
from givesell.archives.base.objects_reader import (
    EXACT,
    Kinds,
    ObjectsReader,
    Record,
    blocks,
    row_of,
)
from givesell.archives.base.reader import BATCH_ROWS
from givesell.archives.base.rejects import Rejects
from givesell.archives.parsing.json_scan import as_bytes, why_not_lines
from givesell.archives.parsing.json_values import read_value
from givesell.archives.parsing.lines import bounded_lines
from givesell.archives.streams.limits import MAX_KEYS, MAX_LINE, MAX_POST
from givesell.files.endings import endings_of

Line = tuple[int, bytes]
_MOST_NAMES, _MOST_CELLS = 1 << 16, 1 << 24
_LEAST_EMPTY, _MOST_EMPTY = 1 << 20, 8
_OPEN, _COLON = b"{:"


class JsonlReader(ObjectsReader):
    """A file of JSON lines.

    A block of lines is read by Arrow where that gives the same as reading them one by one, and else
    one by one.
    """

    name = "jsonl"
    unit = "lines"

    @classmethod
    def evidence(cls, head: Head) -> Evidence:
        """Return what speaks for an object a line; see `FormatReader.evidence`."""
        if not holds_json(head):
            return super().evidence(head)
        one_a_line = head.is_json_lines or head.name.endswith(endings_of(cls.name))
        return Evidence.CONTENT if one_a_line else Evidence.NONE

    def _records(self) -> Iterator[Record]:
        for block in blocks(self._lines(), BATCH_ROWS):
            yield from _Block(block).records()

    def _find_kinds(self) -> dict[str, int]:
        kinds = Kinds()
        self._guess = True
        for lines in blocks(self._lines(), BATCH_ROWS):
            block = _Block(lines)
            # Nothing that is not known of yet, or little at a time.
            table = block.table(kinds.schema(), "error") if kinds.are_plain else None
            if table is None:
                for part in block.parts():
                    self._add(part, kinds)
            else:
                kinds.add_table(table)
            self._check_kinds(kinds)
        return self._checked(kinds)

    def _add(self, part: "_Block", kinds: Kinds) -> None:
        table = part.table(kinds.schema(), "infer") if self._guess and part.is_narrow else None
        # Where hardly a column is filled, guessing on costs more than reading line by line.
        self._guess = self._guess and (
            table is None or table.nbytes <= _LEAST_EMPTY + _MOST_EMPTY * part.size
        )
        if table is None or table.num_columns > MAX_KEYS:
            for _, _, row in part.records():
                kinds.add(row)
                if len(kinds.flags) > MAX_KEYS:
                    self._check_kinds(kinds)
        else:
            kinds.add_table(table)
            self._check_kinds(kinds)

    def _batches(self, rejects: Rejects) -> Iterator[pa.RecordBatch]:
        plain = self._keys == self.schema.names and not any(map(is_json, self.schema))
        for lines in blocks(self._lines(), self._most):
            self.bytes_read = max(self.bytes_read, self.size + self.files.position)
            block = _Block(lines)
            table = block.table(self.schema, "error") if plain else None
            if table is None or (
                self.text
                and (pc.max(pc.binary_length(table.column(self.text))).as_py() or 0) > MAX_POST
            ):
                yield self._to_batch(block.records(), rejects)
            else:
                yield table.select(self._keys).cast(self.schema).combine_chunks().to_batches()[0]

    def _lines(self) -> Iterator[Line]:
        with self.files.open(self.members[0]) as stream:
            for number, line in enumerate(bounded_lines(stream.readline, b"\n"), 1):
                if line.strip():
                    yield number, line


def holds_json(head: Head) -> bool:
    """Say whether a file is JSON, be it a document or lines, rather than a table that begins with
    a bracket.

    Parameters
    ----------
    head : Head

    Returns
    -------
    bool
    """
    return head.is_json and not head.name.endswith(endings_of("csv", "tsv"))


class _Block:
    """Some lines, looked over before they are read, at once or one by one."""

    def __init__(self, lines: list[Line], *, looked_over: bool = False) -> None:
        self._lines = lines
        self._data = b"".join([line for _, line in lines])
        self._wrong = (
            {} if looked_over else why_not_lines(self._data, [len(line) for _, line in lines])
        )

    @property
    def size(self) -> int:
        """Bytes of the lines."""
        return len(self._data)

    @cached_property
    def _names(self) -> int:
        """At most so many names stand in them."""
        return int(np.count_nonzero(as_bytes(self._data) == _COLON))

    @property
    def is_narrow(self) -> bool:
        """Whether Arrow, which makes a column of each name within each other, of all lines,
        would not make too many.
        """
        return self._names <= _MOST_NAMES and self._names * len(self._lines) <= _MOST_CELLS

    def parts(self) -> Iterator["_Block"]:
        """Yield them in parts that are narrow, if the lines are alike."""
        most = max(1, math.isqrt(_MOST_CELLS * len(self._lines) // max(1, self._names)))
        for start in range(0, len(self._lines), most):
            yield _Block(self._lines[start : start + most], looked_over=not self._wrong)

    def records(self) -> Iterator[Record]:
        """Read them one by one."""
        for place, (number, line) in enumerate(self._lines):
            if self._wrong and place in self._wrong:
                yield number, line, ValueError(self._wrong[place])
                continue
            try:
                yield number, line, parse(line, looked_over=True)
            except ValueError as error:
                yield number, line, error

    def table(self, schema: pa.Schema, unknown: str) -> pa.Table | None:
        """Read them with Arrow; None where it would refuse or change something that `parse` does
        not, or take much memory.
        """
        lines, data = self._lines, self._data
        # Each line from one bracket to the other: with that, as many rows as lines means a row a
        # line.
        if self._wrong or not all(
            line[0] == _OPEN and line[-3:].rstrip().endswith(b"}") and len(line) < MAX_LINE
            for _, line in lines
        ):
            return None
        data = data if data.endswith(b"\n") else data + b"\n"
        read = pj.ReadOptions(use_threads=False, block_size=len(data) + 1)
        rules = pj.ParseOptions(explicit_schema=schema, unexpected_field_behavior=unknown)
        try:
            table = pj.read_json(pa.py_buffer(data), read_options=read, parse_options=rules)
            table.validate(full=True)
        except (pa.ArrowException, UnicodeDecodeError):
            return None
        if len(table) != len(lines) or not all(map(_exact, table.columns)):
            return None
        return table


def _exact(column: pa.ChunkedArray) -> bool:
    """Whether no number of a column may have lost digits, and none is NaN, which is null here."""
    if not (pa.types.is_floating(column.type) or pa.types.is_integer(column.type)):
        return True
    most = pc.min_max(column).as_py()
    values = [value for value in most.values() if value is not None]
    if pa.types.is_floating(column.type) and not pc.all(pc.is_finite(column)).as_py():
        return False
    return all(abs(value) < EXACT for value in values)


def parse(line: bytes, *, looked_over: bool = False) -> dict[str, Any]:
    """Read one JSON object.

    Parameters
    ----------
    line : bytes
    looked_over : bool, default False
        See `givesell.archives.parsing.json_values.read_value`.

    Returns
    -------
    dict

    Raises
    ------
    ValueError
        With the reason to show.
    """
    row = read_value(line, looked_over=looked_over)
    return row_of(row)
