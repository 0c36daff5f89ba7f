"""JSON lines: one object a line, every value kept.

The rules, where files differ:

- UTF-8, with or without a byte order mark. Blank lines are not rows.
- A line that is not UTF-8, not JSON or not an object is rejected, and so is one that holds a
  number too large for a double.
- NaN and Infinity, which are not JSON but are found in it, read as null.
"""

from collections.abc import Iterator
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.json as pj

from givesell.archives.columns import is_json
from givesell.archives.json_values import read_value
from givesell.archives.objects import EXACT, Kinds, ObjectsReader, Record, blocks, kind_name
from givesell.archives.reader import MAX_LINE, Rejects, bounded_lines

Line = tuple[int, bytes]
_TRIAL_ROWS = 16_384
_OPEN = ord("{")


class JsonlReader(ObjectsReader):
    """A file of JSON lines.

    A block of lines is read by Arrow where that gives the same as reading them one by one, and else one by one.
    """

    name = "jsonl"
    unit = "lines"

    def _records(self) -> Iterator[Record]:
        return map(_record, self._lines())

    def _find_kinds(self) -> dict[str, int]:
        kinds = Kinds()
        for block in blocks(self._lines(), _TRIAL_ROWS):
            table = _table(block, kinds.schema(), "infer")
            if table is None:
                for number, line in block:
                    kinds.add(_record((number, line))[2])
            else:
                kinds.add_table(table)
            self._check_kinds(kinds)
        return self._checked(kinds)

    def _batches(self, rejects: Rejects) -> Iterator[pa.RecordBatch]:
        plain = self._keys == self.schema.names and not any(map(is_json, self.schema))
        for block in blocks(self._lines(), self._most):
            self.bytes_read = max(self.bytes_read, self.size + self.files.position)
            table = _table(block, self.schema, "ignore") if plain else None
            if table is None:
                yield self._to_batch(map(_record, block), rejects)
            else:
                yield table.select(self._keys).cast(self.schema).combine_chunks().to_batches()[0]

    def _lines(self) -> Iterator[Line]:
        with self.files.open(self.members[0]) as stream:
            for number, line in enumerate(bounded_lines(stream.readline, b"\n"), 1):
                if number == 1:
                    line = line.removeprefix(b"\xef\xbb\xbf")
                if line.strip():
                    yield number, line


def _record(numbered: Line) -> Record:
    number, line = numbered
    try:
        return number, line, parse(line)
    except ValueError as error:
        return number, line, error


def _table(lines: list[Line], schema: pa.Schema, unknown: str) -> pa.Table | None:
    """Read lines with Arrow; None where it would refuse or change something that `parse` does not."""
    # Each line from one bracket to the other: with that, as many rows as lines means a row a line.
    if not all(line[0] == _OPEN and line[-3:].rstrip().endswith(b"}") and len(line) < MAX_LINE for _, line in lines):
        return None
    data = b"".join([line if line.endswith(b"\n") else line + b"\n" for _, line in lines])
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
        See `givesell.archives.json_values.read_value`.

    Returns
    -------
    dict

    Raises
    ------
    ValueError
        With the reason to show.
    """
    row = read_value(line, looked_over=looked_over)
    if not isinstance(row, dict):
        raise ValueError(f"not an object but {kind_name(row)}")
    return row
