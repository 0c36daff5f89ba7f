"""Columns: their names and values, and the union of those of several files. For what they mean see
`givesell.archives.shapes.roles`.
"""

import base64
import json
import math
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.types as pat

from givesell.show.words import keepable

# Marks a column of strings each of which is a JSON value, so that JSON lines can be written as they
# were.
JSON_TEXT = {b"givesell": b"json"}
# What Arrow raises for a value that Python has no type for.
_BEYOND = (pa.ArrowException, ValueError, OverflowError)
# Made once: json.dumps would make an encoder a call.
to_json = json.JSONEncoder(ensure_ascii=False).encode


def array_of(values: Sequence[Any], kind: pa.DataType) -> pa.Array:
    """Return values as a column; half a surrogate pair, which no column can hold, becomes
    U+FFFD.
    """
    try:
        return pa.array(values, kind)
    except UnicodeEncodeError:
        return pa.array(list(map(keepable, values)), kind)


def is_json(field: pa.Field) -> bool:
    """Whether a column holds JSON values as text."""
    return (field.metadata or {}).get(b"givesell") == b"json" and is_text(field.type)


def is_text(kind: pa.DataType) -> bool:
    """Whether a type holds text, whatever its layout."""
    return (
        pat.is_string(kind)
        or pat.is_large_string(kind)
        or pat.is_string_view(kind)
        or (pat.is_dictionary(kind) and is_text(kind.value_type))
    )


def unique_names(names: Iterable[str]) -> list[str]:
    """Make the names of columns unique: the second ``a`` becomes ``a_2``.

    Parameters
    ----------
    names : iterable of str

    Returns
    -------
    list of str

    Examples
    --------
    >>> unique_names(["a", "b", "a"])
    ['a', 'b', 'a_2']
    """
    names = list(names)
    taken, unique = set(names), list[str]()
    # How often each name was met, or the number that its last one got.
    last: dict[str, int] = {}
    for name in names:
        fresh, number = name, last.get(name, 0) + 1
        while number > 1 and (fresh := f"{name}_{number}") in taken:
            number += 1
        last[name] = number
        taken.add(fresh)
        unique.append(fresh)
    return unique


def union(schemas: Sequence[pa.Schema], *, exact: bool = False) -> pa.Schema:
    """Return the columns of several files together, in order of first appearance.

    A column whose types differ becomes text; between types that only differ in width, the wider.

    Parameters
    ----------
    schemas : sequence of pyarrow.Schema
    exact : bool, default False
        Whether a column whose types differ becomes JSON text instead, so that no value changes its
        type.

    Returns
    -------
    pyarrow.Schema
    """
    fields: dict[str, pa.Field] = {}
    for schema in schemas:
        for field in schema:
            fields[field.name] = (
                _wider(fields[field.name], field, exact) if field.name in fields else field
            )
    # A column of nulls alone has no type to write.
    known = [
        field.with_type(pa.string()) if pat.is_null(field.type) else field.with_nullable(True)
        for field in fields.values()
    ]
    return pa.schema(known, metadata=schemas[0].metadata if len(schemas) == 1 else None)


def _wider(one: pa.Field, other: pa.Field, exact: bool) -> pa.Field:
    if pat.is_null(one.type) or (one.type == other.type and is_json(one) == is_json(other)):
        return other
    if pat.is_null(other.type):
        return one
    if exact:
        return pa.field(one.name, pa.string(), metadata=JSON_TEXT)
    if is_text(one.type) and is_text(other.type):
        return pa.field(one.name, pa.string())
    alike = (pat.is_integer, pat.is_floating, pat.is_timestamp)
    if any(kind(one.type) and kind(other.type) for kind in alike):
        try:
            return pa.unify_schemas(
                [pa.schema([one]), pa.schema([other])], promote_options="permissive"
            ).field(0)
        except pa.ArrowException:
            pass
    return pa.field(one.name, pa.string())


def align(batch: pa.RecordBatch, schema: pa.Schema) -> pa.RecordBatch:
    """Bring a batch to a schema that holds its columns, with nulls where it lacks one.

    Parameters
    ----------
    batch : pyarrow.RecordBatch
    schema : pyarrow.Schema
        From `union`.

    Returns
    -------
    pyarrow.RecordBatch
    """
    if batch.schema.equals(schema):
        return batch
    have = set(batch.schema.names)
    columns = []
    for field in schema:
        if field.name not in have:
            columns.append(pa.nulls(len(batch), field.type))
            continue
        column = batch.column(field.name)
        if is_json(field) and not is_json(batch.schema.field(field.name)):
            column = pa.array(
                [None if value is None else to_json(value) for value in plain_values(column)],
                pa.string(),
            )
        elif column.type != field.type:
            column = as_text(column) if pat.is_string(field.type) else column.cast(field.type)
        columns.append(column)
    return pa.RecordBatch.from_arrays(columns, schema=schema)


def as_text(column: pa.Array) -> pa.Array:
    """Return a column as strings: numbers as they print, dates in ISO 8601, nested values as JSON.

    Parameters
    ----------
    column : pyarrow.Array

    Returns
    -------
    pyarrow.StringArray
        Null where the column is null or not a number.
    """
    kind = column.type
    if pat.is_string(kind):
        return column
    if is_text(kind) or pat.is_boolean(kind) or pat.is_integer(kind) or pat.is_null(kind):
        return column.cast(pa.string())
    values = plain_values(column)
    return pa.array(
        [value if value is None or isinstance(value, str) else to_json(value) for value in values],
        pa.string(),
    )


def plain_values(column: pa.Array) -> list[Any]:
    """Return the values of a column as JSON can hold them.

    Parameters
    ----------
    column : pyarrow.Array

    Returns
    -------
    list
        See `plain`.
    """
    kind = column.type
    if is_text(kind) or pat.is_integer(kind) or pat.is_boolean(kind):
        values: list[Any] = column.to_pylist()
        return values
    if pat.is_float32(kind):
        # Digits beyond its precision mean nothing.
        return [
            None if value is None else plain(float(str(np.float32(value))))
            for value in column.to_pylist()
        ]
    try:
        return list(map(plain, column.to_pylist()))
    except _BEYOND:
        return [plain(_python_value(value)) for value in column]


def _python_value(value: pa.Scalar) -> Any:
    """Return what Python cannot hold, such as a time in the year 100,000 or in no known zone, as
    Arrow prints it.
    """
    try:
        return value.as_py()
    except _BEYOND:
        if pat.is_struct(value.type):
            # Two fields of one name, or one that holds such a value.
            names = unique_names(field.name for field in value.type)
            return {name: _python_value(value[number]) for number, name in enumerate(names)}
        if pat.is_nested(value.type):
            return [_python_value(item) if isinstance(item, pa.Scalar) else item for item in value]
    for kind in (pa.string(), pa.int64()):
        try:
            shown = str(value.cast(kind).as_py())
        except _BEYOND:
            continue
        if not shown.startswith("<"):  # Arrow's own words for a value that it cannot print
            return shown
    return None


def plain(value: Any) -> Any:
    """Return a value as JSON can hold it.

    Parameters
    ----------
    value : object
        As pyarrow gives it.

    Returns
    -------
    None, bool, int, float, str, list or dict
        Null for NaN and infinities, ISO 8601 for dates and times, base64 for bytes.
    """
    if value is None or isinstance(value, (str, bool, int)):
        return value
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, dict):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    if isinstance(value, bytes):
        return base64.b64encode(value).decode("ascii")
    return (
        value.isoformat()
        if hasattr(value, "isoformat") and not hasattr(value, "total_seconds")
        else str(value)
    )
