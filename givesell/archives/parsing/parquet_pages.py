"""What the pages of a Parquet file claim, looked at before they are read: how large they unpack,
and how large rows may become.

A page begins with a header in Thrift's compact protocol. What the list at the end of the file says
of a column is not taken for true; the headers are what the reader acts on.
"""

import mmap
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from givesell.archives.parsing.thrift import Compact, Fields, number_of
from givesell.archives.streams import limits
from givesell.archives.streams.compression import BombError, check_growth

_DATA, _DICTIONARY, _DATA_2 = 0, 2, 3
_DICTIONARIES = (2, 8)  # encodings
_DELTA_BYTES = 7
_FIXED = 16  # bytes of a value that is no text, levels included
_ROW_GROUPS = 4


@dataclass(slots=True)
class Column:
    """A column in a row group.

    Attributes
    ----------
    packed : int
        Bytes in the file.
    page : int
        Bytes of its largest page, unpacked.
    dictionary : int
        Bytes of its dictionary, unpacked.
    values : int
        How many there are, those in lists included.
    dense : float
        Bytes of a value in the page where they are largest on average.
    fronts : bool
        Whether a value may repeat the beginning of the one before it.
    """

    packed: int
    page: int = 0
    dictionary: int = 0
    values: int = 0
    dense: float = 0.0
    fronts: bool = False


class Group(NamedTuple):
    """A row group.

    Attributes
    ----------
    rows : int
    unpacked : int
        Bytes, as the file says.
    columns : list of Column
    damage : str
        What is wrong with its pages, or nothing.
    """

    rows: int
    unpacked: int
    columns: list[Column]
    damage: str


def read_groups(path: Path, size: int) -> list[Group]:
    """Look at the row groups of a file.

    Parameters
    ----------
    path : Path
    size : int
        Its bytes.

    Returns
    -------
    list of Group

    Raises
    ------
    ValueError
        If the list of them is damaged.
    """
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
        end = size - 8
        start = end - int.from_bytes(data[end : end + 4], "little")
        return [_group(data, fields) for fields in Compact(data, start, end).items(_ROW_GROUPS)]


def _group(data: mmap.mmap, fields: Fields) -> Group:
    columns, damage = list[Column](), ""
    try:
        columns = [_column(data, chunk.get(3)) for chunk in fields.get(1) or ()]
    except ValueError as error:
        damage = str(error)
    return Group(max(0, number_of(fields, 3)), max(0, number_of(fields, 2)), columns, damage)


def rows_at_once(path: Path, meta: pq.FileMetaData, groups: list[Group], most: int) -> int:
    """Return how many rows may be read at once.

    Parameters
    ----------
    path : Path
    meta : pyarrow.parquet.FileMetaData
    groups : list of Group
    most : int

    Returns
    -------
    int
        At least 1 and at most `most`.

    Raises
    ------
    BombError
        If even one row could be too large.
    """
    for number, group in enumerate(groups):
        if not group.damage:
            most = _rows(path, meta, number, group, most)
    return most


def _rows(path: Path, meta: pq.FileMetaData, number: int, group: Group, most: int) -> int:
    columns = group.columns[: meta.num_columns]
    packed = sum(column.packed for column in columns)
    check_growth(sum(column.page + column.dictionary for column in columns), lambda: packed)
    # A page is held packed and unpacked while a batch is read.
    fixed = sum(2 * column.page + column.dictionary for column in columns)
    a_row = 0.0
    for place, column in enumerate(columns):
        schema = meta.schema.column(place)
        in_lists = schema.max_repetition_level > 0
        value = float(_FIXED + max(0, schema.length or 0))
        if in_lists:
            _check_lists(column, value)
        if schema.physical_type == "BYTE_ARRAY":
            repeated: float = column.dictionary
            if repeated * most > limits.BATCH_MEMORY // 16:
                repeated = _longest(path, meta, number, schema.path, column)
            value += max(repeated, column.page if column.fronts else column.dense)
        if in_lists:
            _check_lists(column, value)
            value *= column.values / max(1, group.rows)
        a_row += value
    return max(1, min(most, int(max(0, limits.BATCH_MEMORY - fixed) / max(1.0, a_row))))


def _longest(path: Path, meta: pq.FileMetaData, group: int, name: str, column: Column) -> int:
    """Return the length of the longest entry in the dictionary of a column."""
    try:
        with pq.ParquetFile(
            path, metadata=meta, read_dictionary=[name], pre_buffer=False, buffer_size=1 << 16
        ) as file:
            batch = next(
                file.iter_batches(1, row_groups=[group], columns=[name], use_threads=False)
            )
        values = _dictionary(batch.column(0))
        values.validate(full=True)
        return int(pc.max(pc.binary_length(values)).as_py() or 0)
    except (pa.ArrowException, OSError, StopIteration, LookupError, TypeError, AttributeError):
        return column.dictionary


def _check_lists(column: Column, value: float) -> None:
    """Refuse lists that may all be in one row and were not written out."""
    size = column.values * value
    if size > limits.BATCH_MEMORY and size > limits.LIST_RATIO * column.packed:
        raise BombError(f"its lists hold {column.values:,} values in {column.packed:,} bytes")


def _dictionary(array: pa.Array) -> pa.Array:
    """Return the dictionary that lies in a nested array."""
    while not pa.types.is_dictionary(array.type):
        if pa.types.is_struct(array.type):
            array = array.field(0)
        elif pa.types.is_map(array.type):
            array = array.items if pa.types.is_dictionary(array.type.item_type) else array.keys
        else:
            array = array.values
    return array.dictionary


def _column(data: mmap.mmap, meta: Any) -> Column:
    if not isinstance(meta, dict):
        raise ValueError("a column has no place in the file")
    claimed, at = number_of(meta, 5), number_of(meta, 9)
    if isinstance(meta.get(11), int) and 0 < meta[11] < at:
        at = meta[11]
    end = at + number_of(meta, 7)
    if not 0 <= at <= end <= len(data):
        raise ValueError("a column lies outside the file")
    column = Column(packed=end - at)
    while at < end and column.values < claimed:
        reader = Compact(data, at, end)
        header, at = reader.struct(), reader.at
        kind, unpacked, packed = (number_of(header, field) for field in (1, 2, 3))
        if packed < 0 or unpacked < 0 or at + packed > end:
            raise ValueError("a page lies outside its column")
        at += packed
        if kind == _DICTIONARY:
            column.dictionary = max(column.dictionary, unpacked)
        elif kind in (_DATA, _DATA_2):
            inner = header.get(5 if kind == _DATA else 8)
            if not isinstance(inner, dict):
                raise ValueError("a header is damaged")
            values, encoding = number_of(inner, 1), number_of(inner, 2 if kind == _DATA else 4)
            if values < 0:
                raise ValueError("a page has less than no values")
            column.values += values
            if encoding not in _DICTIONARIES:
                column.dense = max(column.dense, unpacked / max(1, values))
            column.fronts |= encoding == _DELTA_BYTES
        column.page = max(column.page, unpacked)
    return column
