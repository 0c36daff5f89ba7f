"""How large the rows of an Arrow column are once they are written out, which may be far more
than what holds them.
"""

from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.types as pat
from numpy.typing import NDArray

Sizes = NDArray[np.float64]


def largest(column: pa.Array) -> float:
    """Return the bytes of the largest value of a column in which one that is held once may be in
    many rows.

    Parameters
    ----------
    column : pyarrow.Array

    Returns
    -------
    float
        0 for a column that holds each row by itself.
    """
    if not _multiplies(column.type):
        return 0.0
    sizes = row_sizes(column.dictionary if pat.is_dictionary(column.type) else column)
    return float(sizes.max(initial=0.0))


def _multiplies(kind: pa.DataType) -> bool:
    tests = (
        pat.is_dictionary,
        pat.is_string_view,
        pat.is_binary_view,
        pat.is_list_view,
        pat.is_large_list_view,
    )
    if any(test(kind) for test in (*tests, pat.is_run_end_encoded, pat.is_union)):
        return True
    if isinstance(kind, pa.BaseExtensionType):
        return _multiplies(kind.storage_type)
    return any(_multiplies(kind.field(number).type) for number in range(kind.num_fields))


def row_sizes(column: pa.Array) -> Sizes:
    """Return the bytes of each row.

    Parameters
    ----------
    column : pyarrow.Array
        One that is valid.

    Returns
    -------
    ndarray of float64, shape (n,)
        Of what nulls stand for, too; those may be counted as the values behind them.
    """
    kind, n = column.type, len(column)
    if not n:
        return np.zeros(0)
    if isinstance(column, pa.ExtensionArray):
        return row_sizes(column.storage)
    if pat.is_dictionary(kind):
        return _taken(row_sizes(column.dictionary), column.indices)
    if pat.is_run_end_encoded(kind):
        values = row_sizes(column.values)
        ends = column.run_ends.to_numpy()
        return (
            values[np.searchsorted(ends, np.arange(column.offset, column.offset + n), side="right")]
            if len(values)
            else np.zeros(n)
        )
    if pat.is_string_view(kind) or pat.is_binary_view(kind):
        views = np.frombuffer(column.buffers()[1], np.int32, 4 * (column.offset + n)).reshape(-1, 4)
        return views[column.offset :, 0].astype(np.float64)
    if pat.is_string(kind) or pat.is_binary(kind):
        return _lengths(column, np.int32)
    if pat.is_large_string(kind) or pat.is_large_binary(kind):
        return _lengths(column, np.int64)
    if pat.is_struct(kind):
        return np.asarray(
            sum((row_sizes(column.field(number)) for number in range(kind.num_fields)), np.zeros(n))
        )
    if pat.is_union(kind):
        return _union_sizes(column)
    if pat.is_fixed_size_list(kind):
        below = row_sizes(column.values)[
            column.offset * kind.list_size : (column.offset + n) * kind.list_size
        ]
        return np.asarray(below.reshape(n, kind.list_size).sum(axis=1))
    if pat.is_list(kind) or pat.is_large_list(kind) or pat.is_map(kind):
        starts = column.offsets.to_numpy()
        return _between(column, starts[:-1], starts[1:])
    if pat.is_list_view(kind) or pat.is_large_list_view(kind):
        starts = column.offsets.to_numpy()
        return _between(column, starts, starts + column.sizes.to_numpy())
    return np.full(n, 8.0)


def _lengths(column: pa.Array, kind: type[np.signedinteger[Any]]) -> Sizes:
    offsets = np.frombuffer(column.buffers()[1], kind, column.offset + len(column) + 1)
    return np.diff(offsets[column.offset :]).astype(np.float64)


def _between(column: pa.Array, starts: NDArray[np.int64], ends: NDArray[np.int64]) -> Sizes:
    values = (
        pa.StructArray.from_arrays([column.keys, column.items], names=["k", "v"])
        if pat.is_map(column.type)
        else column.values
    )
    sums = np.concatenate([[0.0], np.cumsum(row_sizes(values))])
    sizes: Sizes = sums[ends] - sums[starts]
    return sizes


def _taken(sizes: Sizes, indices: pa.Array) -> Sizes:
    if not len(sizes):
        return np.zeros(len(indices))
    where = indices.fill_null(0).to_numpy(zero_copy_only=False).astype(np.int64)
    return np.where(indices.is_null().to_numpy(zero_copy_only=False), 0.0, sizes[where])


def _union_sizes(column: pa.Array) -> Sizes:
    """A row of a union is at most as large as all the members side by side; that of a dense one
    is looked up.
    """
    sizes = np.zeros(len(column))
    codes = column.type_codes.to_numpy()
    dense = column.type.mode == "dense"
    for number, code in enumerate(column.type.type_codes):
        chosen = codes == code
        member = row_sizes(column.field(number))
        sizes[chosen] = member[column.offsets.to_numpy()[chosen]] if dense else member[chosen]
    return sizes
