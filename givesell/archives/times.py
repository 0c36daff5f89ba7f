"""Columns of times, in whatever form files hold them."""

from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.types as pat
from numpy.typing import NDArray

_MILLIS = 1e11  # seconds beyond this would lie after the year 5000
_UNITS = {"s": 1, "ms": 1e3, "us": 1e6, "ns": 1e9}
_DAY = 86_400
# The years 1 to 9999, which is what Python's times can tell.
_FIRST, _LAST = np.array(["0001-01-01T00:00:00", "9999-12-31T23:59:59"], "datetime64[s]").astype(np.float64)


def as_times(column: pa.Array) -> NDArray[np.datetime64]:
    """Return a column as times in UTC.

    Parameters
    ----------
    column : pyarrow.Array
        Timestamps, dates, seconds or milliseconds since 1970, or text that tells either; without a zone it is taken as UTC.

    Returns
    -------
    ndarray of datetime64[s], shape (n,)
        NaT where there is no time, or none of the years 1 to 9999.

    Examples
    --------
    >>> as_times(pa.array(["2025-01-07 18:28:00 UTC", "1700000000", None])).astype(str).tolist()
    ['2025-01-07T18:28:00', '2023-11-14T22:13:20', 'NaT']
    """
    kind = column.type
    if pat.is_timestamp(kind):
        return _seconds(_floats(column) / _UNITS[kind.unit])
    if pat.is_date64(kind):
        return _seconds(_floats(column) / _UNITS["ms"])
    if pat.is_date32(kind):
        return _seconds(_floats(column.cast(pa.int32())) * _DAY)
    if pat.is_integer(kind) or pat.is_floating(kind):
        return _seconds(_without_millis(column.cast(pa.float64(), safe=False).to_numpy(False)))
    try:
        texts = pd.Series(column.cast(pa.string()).to_pylist(), dtype="object")
    except pa.ArrowException:
        return np.full(len(column), np.datetime64("NaT", "s"))
    numbers = pd.to_numeric(texts, errors="coerce").to_numpy(np.float64)
    found = _seconds(_without_millis(numbers))
    rest = np.isnan(numbers) & texts.notna().to_numpy()
    if rest.any():
        found[rest] = _parsed(texts[rest])
    return found


def _parsed(texts: "pd.Series[Any]") -> NDArray[np.datetime64]:
    plain = texts.str.strip().str.removesuffix(" UTC")
    times = pd.to_datetime(plain, errors="coerce", utc=True, format="ISO8601")
    for pattern in ("%a %b %d %H:%M:%S %z %Y", "%a, %d %b %Y %H:%M:%S %z"):
        left = times.isna()
        if left.any():
            times = times.where(~left, pd.to_datetime(plain.where(left), errors="coerce", utc=True, format=pattern))
    seconds = times.dt.tz_localize(None).to_numpy().astype("datetime64[s]").astype(np.int64)
    return _seconds(seconds.astype(np.float64))


def _floats(column: pa.Array) -> NDArray[np.float64]:
    return np.asarray(column.cast(pa.int64()).to_numpy(False), np.float64)


def _without_millis(numbers: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.where(np.abs(numbers) > _MILLIS, numbers / 1000, numbers)


def _seconds(numbers: NDArray[np.float64]) -> NDArray[np.datetime64]:
    known = (numbers >= _FIRST) & (numbers <= _LAST)
    found = np.full(len(numbers), np.datetime64("NaT", "s"))
    found[known] = np.floor(numbers[known]).astype(np.int64).astype("datetime64[s]")
    return found
