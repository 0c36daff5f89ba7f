"""Columns of times, in whatever form files hold them."""

from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.types as pat
from numpy.typing import NDArray

from givesell.archives.columns import as_text

_MILLIS = 1e11  # seconds beyond this would lie after the year 5000
FIRST, LAST = np.datetime64("0001-01-01T00:00:00", "s"), np.datetime64("9999-12-31T23:59:59", "s")  # that Python's dates can hold
_UNITS = {"s": 1, "ms": 1_000, "us": 1_000_000, "ns": 1_000_000_000}


def as_times(column: pa.Array) -> NDArray[np.datetime64]:
    """Return a column as times in UTC.

    Parameters
    ----------
    column : pyarrow.Array
        Timestamps, dates, seconds or milliseconds since 1970, or text that tells either; without a zone it is taken as UTC.

    Returns
    -------
    ndarray of datetime64[s], shape (n,)
        NaT where there is no time, or one outside of the years 1 to 9999.

    Examples
    --------
    >>> as_times(pa.array(["2025-01-07 18:28:00 UTC", "1700000000", None])).astype(str).tolist()
    ['2025-01-07T18:28:00', '2023-11-14T22:13:20', 'NaT']
    """
    if pat.is_dictionary(column.type):
        column = column.dictionary_decode()
    kind = column.type
    if pat.is_timestamp(kind) or pat.is_date(kind):
        return _of_arrow(column)
    if pat.is_integer(kind) or pat.is_floating(kind):
        return _seconds(column.cast(pa.float64(), safe=False).to_numpy(False))
    texts = pd.Series(as_text(column).to_pylist(), dtype="object")
    numbers = pd.to_numeric(texts, errors="coerce").to_numpy(np.float64)
    found = _seconds(numbers)
    rest = np.isnan(numbers) & texts.notna().to_numpy()
    if rest.any():
        found[rest] = _parsed(texts[rest])
    return found


def _of_arrow(column: pa.Array) -> NDArray[np.datetime64]:
    kind = column.type
    numbers = (column.cast(pa.int32()) if pat.is_date32(kind) else column).cast(pa.int64())
    known = numbers.is_valid().to_numpy(zero_copy_only=False)
    whole = numbers.fill_null(0).to_numpy(zero_copy_only=False)
    per = 1 if pat.is_date32(kind) else _UNITS["ms" if pat.is_date64(kind) else kind.unit]
    first, last = FIRST.astype(np.int64), LAST.astype(np.int64)
    days = 86_400 if pat.is_date32(kind) else 1
    seconds = whole // per
    known &= (seconds >= first // days) & (seconds <= last // days)
    found = np.full(len(column), np.datetime64("NaT", "s"))
    found[known] = (seconds[known] * days).astype("datetime64[s]")
    return found


def _parsed(texts: "pd.Series[Any]") -> NDArray[np.datetime64]:
    plain = texts.str.strip().str.removesuffix(" UTC")
    times = pd.to_datetime(plain, errors="coerce", utc=True, format="ISO8601")
    for pattern in ("%a %b %d %H:%M:%S %z %Y", "%a, %d %b %Y %H:%M:%S %z"):
        left = times.isna()
        if left.any():
            times = times.where(~left, pd.to_datetime(plain.where(left), errors="coerce", utc=True, format=pattern))
    return _in_calendar(times.dt.tz_localize(None).to_numpy().astype("datetime64[s]"))


def _seconds(numbers: NDArray[np.float64]) -> NDArray[np.datetime64]:
    numbers = np.where(np.abs(numbers) > _MILLIS, numbers / 1000, numbers)
    known = np.isfinite(numbers) & (np.abs(numbers) < _MILLIS)
    found = np.full(len(numbers), np.datetime64("NaT", "s"))
    found[known] = np.floor(numbers[known]).astype(np.int64).astype("datetime64[s]")
    return _in_calendar(found)


def _in_calendar(times: NDArray[np.datetime64]) -> NDArray[np.datetime64]:
    return np.where((times >= FIRST) & (times <= LAST), times, np.datetime64("NaT", "s"))
