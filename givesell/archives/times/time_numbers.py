"""Numbers that stand for times: days written together, serial days of spreadsheets, and what has
passed since 1970.
"""

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

DAY = 86_400
# Days since the last of 1899, as spreadsheets count: 1970 to 2100.
_FIRST_SERIAL, _LAST_SERIAL, _EPOCH_SERIAL = 25_569, 73_415, 25_569
# What has passed since 1970, in units of a second: from 1973 to 2100, as nobody posted earlier, and
# other numbers are something else.
_UNITS = (1, 10**3, 10**6, 10**9)
_FIRST_SECOND, _LAST_SECOND = 100_000_000, 4_133_980_800
# YYYYMMDD, YYYYMMDDHHMM and YYYYMMDDHHMMSS, by how many digits follow the day.
_WRITTEN = (0, 4, 6)
_FIRST_DAY, _LAST_DAY = 19_000_101, 21_001_231
_LAST_YEAR = 9_999
_FIRST_MONTH = 13  # of the year 1, in months of the year 0


def of_numbers(
    numbers: NDArray[np.float64],
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.bool_]]:
    """Return the times that numbers stand for, each by itself: no number can be two of the forms.

    Parameters
    ----------
    numbers : ndarray of float64, shape (n,)

    Returns
    -------
    days : ndarray of int64, shape (n,)
        Since 1970.
    clock : ndarray of int64, shape (n,)
        Seconds since midnight; -1 for a day without an hour.
    known : ndarray of bool, shape (n,)

    Examples
    --------
    >>> days, clock, known = of_numbers(np.array([20250106, 45352.5, 1709284000, 7]))
    >>> days.astype("datetime64[D]").astype(str).tolist()[:3], clock.tolist()[:3], known.tolist()
    (['2025-01-06', '2024-03-01', '2024-03-01'], [-1, 43200, 32800], [True, True, True, False])
    """
    days, clock = np.zeros(len(numbers), np.int64), np.full(len(numbers), -1, np.int64)
    known = np.zeros(len(numbers), bool)
    finite = np.where(np.isfinite(numbers), numbers, 0.0)
    floors = np.floor(finite)
    serial = (finite >= _FIRST_SERIAL) & (finite < _LAST_SERIAL + 1)
    if serial.any():
        part = finite[serial] - floors[serial]
        days[serial] = floors[serial].astype(np.int64) - _EPOCH_SERIAL
        seconds = np.rint(part * DAY).astype(np.int64)
        days[serial] += seconds // DAY
        clock[serial] = np.where(part == 0, -1, seconds % DAY)
        known |= serial
    for more in _WRITTEN:
        fits = (
            (floors >= _FIRST_DAY * 10.0**more)
            & (floors < (_LAST_DAY + 1) * 10.0**more)
            & (floors == finite)
        )
        if fits.any():
            written, seconds, right = _written(floors[fits].astype(np.int64), more)
            days[fits], clock[fits], known[fits] = written, seconds, right
    for per in _UNITS:
        passed = ~known & (finite >= _FIRST_SECOND * per) & (finite < _LAST_SECOND * per)
        if passed.any():
            since = np.floor(finite[passed] / per).astype(np.int64)
            days[passed], clock[passed] = since // DAY, since % DAY
            known |= passed
    return days, clock, known


def _written(
    numbers: NDArray[np.int64], more: int
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.bool_]]:
    """Take YYYYMMDD apart, with so many digits of a clock after it."""
    date, time = np.divmod(numbers, 10**more)
    days, right = day_of(date // 10_000, date // 100 % 100, date % 100)
    if not more:
        return days, np.full(len(numbers), -1, np.int64), right
    time = time * 10 ** (6 - more)
    hour, minute, second = time // 10_000, time // 100 % 100, time % 100
    right &= (hour < 24) & (minute < 60) & (second < 60)
    return days, hour * 3_600 + minute * 60 + second, right


def day_of(
    year: NDArray[np.int64], month: NDArray[np.int64], day: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    """Return days since 1970, and whether the calendar has them.

    Examples
    --------
    >>> day_of(np.array([1970, 2023]), np.array([1, 2]), np.array([2, 29]))[1].tolist()
    [True, False]
    """
    right = (year >= 1) & (year <= _LAST_YEAR) & (month >= 1) & (month <= 12) & (day >= 1)
    months = np.where(right, year * 12 + month, _FIRST_MONTH) - _FIRST_MONTH
    starts = _month_starts()
    first = starts[months]
    return first + day - 1, right & (day <= starts[months + 1] - first)


@lru_cache(maxsize=1)
def _month_starts() -> NDArray[np.int64]:
    """Return the first day of each month from the year 1 to 10,000, since 1970."""
    return (
        np.arange("0001-01", f"{_LAST_YEAR + 1}-02", dtype="datetime64[M]")
        .astype("datetime64[D]")
        .astype(np.int64)
    )
