"""The parts of the times in a column of any type: timestamps, dates, numbers or text."""

import numpy as np
import pyarrow as pa
import pyarrow.types as pat

from givesell.archives.base.columns import as_text, is_text
from givesell.archives.times.time_numbers import DAY
from givesell.archives.times.time_parts import (
    FIRST,
    LAST,
    Parts,
    no_parts,
    take_numbers,
    take_parts_of_days,
)
from givesell.archives.times.time_texts import take_texts

_FIRST_DAY, _LAST_DAY = FIRST.astype(np.int64) // DAY, LAST.astype(np.int64) // DAY
_UNITS = {"s": 1, "ms": 1_000, "us": 1_000_000, "ns": 1_000_000_000}


def parts_of(column: pa.Array, clock: pa.Array | None) -> Parts:
    """Return what each value of a column says by itself.

    Parameters
    ----------
    column : pyarrow.Array
    clock : pyarrow.Array or None
        The hours beside dates.

    Returns
    -------
    Parts
    """
    parts = _parts_of(column)
    if clock is not None and (parts.clock < 0).any():
        beside = _clocks_of(clock)
        fill = parts.known & (parts.clock < 0) & beside.known
        parts.clock[fill], parts.offset[fill] = beside.clock[fill], beside.offset[fill]
    return parts


def _parts_of(column: pa.Array) -> Parts:
    column, kind = _plain(column)
    parts = no_parts(len(column))
    if pat.is_null(kind):
        return parts
    if pat.is_timestamp(kind) or pat.is_date(kind):
        _take_arrow(parts, column)
    elif pat.is_integer(kind) or pat.is_floating(kind):
        numbers = column.cast(pa.float64(), safe=False).to_numpy(zero_copy_only=False)
        parts.given[:] = column.is_valid().to_numpy(zero_copy_only=False) & ~np.isnan(numbers)
        take_numbers(parts, np.arange(len(column)), numbers)
    else:
        take_texts(parts, _texts_of(column), clock=False)
    return parts


def _clocks_of(column: pa.Array) -> Parts:
    """Return the times of day in a column."""
    column, kind = _plain(column)
    parts = no_parts(len(column))
    if pat.is_time(kind):
        units = (
            column.cast(pa.time64("ns"))
            .cast(pa.int64())
            .fill_null(-1)
            .to_numpy(zero_copy_only=False)
        )
        parts.known[:] = units >= 0
        parts.clock[:] = units // _UNITS["ns"]
    elif pat.is_floating(kind):
        take_parts_of_days(
            parts, np.arange(len(column)), column.cast(pa.float64()).to_numpy(zero_copy_only=False)
        )
    elif pat.is_timestamp(kind):
        _take_arrow(parts, column)
    elif not pat.is_null(kind):
        take_texts(parts, _texts_of(column), clock=True)
    return parts


def _plain(column: pa.Array) -> tuple[pa.Array, pa.DataType]:
    if isinstance(column, pa.ChunkedArray):
        column = column.combine_chunks()
    if pat.is_dictionary(column.type):
        column = column.dictionary_decode()
    return column, column.type


def _texts_of(column: pa.Array) -> pa.Array:
    """Return a column as texts of a layout that can be looked into."""
    return (
        column
        if pat.is_string(column.type)
        else (column.cast(pa.string()) if is_text(column.type) else as_text(column))
    )


def _take_arrow(parts: Parts, column: pa.Array) -> None:
    kind = column.type
    numbers = (column.cast(pa.int32()) if pat.is_date32(kind) else column).cast(pa.int64())
    parts.given[:] = numbers.is_valid().to_numpy(zero_copy_only=False)
    units = numbers.fill_null(0).to_numpy(zero_copy_only=False)
    if pat.is_date32(kind):
        parts.days[:] = units
    else:
        per = _UNITS["ms" if pat.is_date64(kind) else kind.unit]
        parts.days[:] = units // (per * DAY)
        if not pat.is_date(kind):
            parts.clock[:] = units // per % DAY
    parts.known[:] = parts.given & (parts.days >= _FIRST_DAY) & (parts.days <= _LAST_DAY)
