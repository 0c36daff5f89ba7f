"""The fields of a scored file as a report can count them, whatever types and values the file
holds.
"""

import json
from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.types as pat
from numpy.typing import NDArray

from givesell.archives.base.columns import as_text, is_json, is_text, to_json
from givesell.archives.shapes.table_parts import parts_of
from givesell.show.words import cut_end

MOST_NAME = 200  # characters of an author, platform or kind


def words_of(column: pa.Array, field: pa.Field) -> pa.StringArray:
    r"""Return a column as text: bytes as UTF-8, nested values as JSON.

    Parameters
    ----------
    column : pyarrow.Array, shape (n,)
    field : pyarrow.Field
        The field of the column.

    Returns
    -------
    pyarrow.StringArray, shape (n,)

    Examples
    --------
    >>> words_of(pa.array([b"jo", b"caf\xe9", None]), pa.field("author", pa.binary())).to_pylist()
    ['jo', 'caf�', None]
    """
    if is_json(field):
        return pa.array(
            [None if value is None else _from_json(value) for value in column.to_pylist()],
            pa.string(),
        )
    if is_text(column.type):
        return column.cast(pa.string())
    if pat.is_dictionary(column.type):
        column = column.dictionary_decode()
    kind = column.type
    if (
        pat.is_binary(kind)
        or pat.is_large_binary(kind)
        or pat.is_fixed_size_binary(kind)
        or pat.is_binary_view(kind)
    ):
        return pa.array(
            [
                None if value is None else value.decode("utf-8", "replace")
                for value in column.to_pylist()
            ],
            pa.string(),
        )
    try:
        return column.cast(pa.string())
    except pa.ArrowException:
        return as_text(column)


def names_of(column: pa.Array, field: pa.Field) -> pa.StringArray:
    """Return a column as names to group by: `words_of`, cut at `MOST_NAME` characters."""
    return cut_names(words_of(column, field))


def cut_names(words: pa.StringArray) -> pa.StringArray:
    """Return names cut at `MOST_NAME` characters."""
    if (pc.max(pc.utf8_length(words)).as_py() or 0) <= MOST_NAME:
        return words
    # By Python's own characters: Arrow would walk a long text for each.
    return pa.array(
        [None if value is None else cut_end(value, MOST_NAME) for value in words.to_pylist()]
    )


def read_parts(batch: pa.RecordBatch, roles: Mapping[str, str]) -> dict[str, pa.StringArray]:
    """Return author, platform, kind and address of posts as a report groups and shows them, those
    that are known.

    Parameters
    ----------
    batch : pyarrow.RecordBatch, n rows
    roles : mapping of str to str
        See `givesell.archives.shapes.roles.find_roles`.

    Returns
    -------
    dict of str to pyarrow.StringArray, each of shape (n,)
    """
    text = {
        name: words_of(batch.column(name), batch.schema.field(name))
        for name in batch.schema.names
        if name in roles.values()
    }
    readable = batch
    for name, words in text.items():
        readable = readable.set_column(readable.schema.get_field_index(name), name, words)
    parts = parts_of(readable, roles)
    return {
        role: column if role == "url" else cut_names(column)
        for role, column in parts.items()
        if role != "id"
    }


def shares_of(column: pa.Array, field: pa.Field) -> NDArray[np.float64]:
    """Return a column as probabilities, shape (n,): NaN for what is not a number from 0 to 1."""
    if pat.is_dictionary(column.type):
        column = column.dictionary_decode()
    try:
        if pat.is_boolean(column.type) or pat.is_temporal(column.type):
            raise pa.ArrowInvalid("no number")
        text = is_text(column.type)
        numbers = (
            (pc.if_else(pc.equal(column, ""), None, column) if text else column)
            .cast(pa.float64())
            .to_numpy(zero_copy_only=False)
        )
    except pa.ArrowException:
        numbers = pd.to_numeric(
            pd.Series(words_of(column, field).to_pylist(), dtype=object), errors="coerce"
        ).to_numpy(np.float64)
    numbers = np.asarray(numbers, np.float64)
    with np.errstate(invalid="ignore"):
        return np.where((numbers >= 0) & (numbers <= 1), numbers, np.nan)


def flags_of(column: pa.Array, field: pa.Field) -> NDArray[np.bool_]:
    """Return a column as what is true, shape (n,)."""
    if not pat.is_boolean(column.type):
        column = pc.is_in(pc.utf8_lower(words_of(column, field)), pa.array(["true", "1", "1.0"]))
    return np.asarray(column.fill_null(False).to_numpy(zero_copy_only=False), bool)


def _from_json(text: str) -> Any:
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return text
    return value if isinstance(value, str | None) else to_json(value)
