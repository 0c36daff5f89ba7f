"""Columns of times, in whatever form files hold them."""

from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.types as pat
from numpy.typing import NDArray

_MILLIS = 1e11  # seconds beyond this would lie after the year 5000


def as_times(column: pa.Array) -> NDArray[np.datetime64]:
    """Return a column as times in UTC.

    Parameters
    ----------
    column : pyarrow.Array
        Timestamps, dates, seconds or milliseconds since 1970, or text that tells either; without a zone it is taken as UTC.

    Returns
    -------
    ndarray of datetime64[s], shape (n,)
        NaT where there is no time.

    Examples
    --------
    >>> as_times(pa.array(["2025-01-07 18:28:00 UTC", "1700000000", None])).astype(str).tolist()
    ['2025-01-07T18:28:00', '2023-11-14T22:13:20', 'NaT']
    """
    kind = column.type
    if pat.is_temporal(kind) and not pat.is_time(kind) and not pat.is_duration(kind):
        return _seconds(column.cast(pa.timestamp("us", getattr(kind, "tz", None))).cast(pa.int64()).to_numpy(False) / 1e6)
    if pat.is_integer(kind) or pat.is_floating(kind):
        return _seconds(column.cast(pa.float64(), safe=False).to_numpy(False))
    texts = pd.Series(column.cast(pa.string()).to_pylist() if not pat.is_null(kind) else [None] * len(column), dtype="object")
    numbers = pd.to_numeric(texts, errors="coerce").to_numpy(np.float64)
    found = _seconds(numbers)
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
    return times.dt.tz_localize(None).to_numpy().astype("datetime64[s]")


def _seconds(numbers: NDArray[np.float64]) -> NDArray[np.datetime64]:
    numbers = np.where(np.abs(numbers) > _MILLIS, numbers / 1000, numbers)
    known = np.isfinite(numbers) & (np.abs(numbers) < _MILLIS)
    found = np.full(len(numbers), np.datetime64("NaT", "s"))
    found[known] = np.floor(numbers[known]).astype(np.int64).astype("datetime64[s]")
    return found
