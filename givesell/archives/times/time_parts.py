"""The parts of a time that each value of a column gives by itself."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from givesell.archives.times.time_numbers import DAY, of_numbers

SIGNS = "/-."
FIRST, LAST = (
    np.datetime64("0001-01-01T00:00:00", "s"),
    np.datetime64("9999-12-31T23:59:59", "s"),
)  # that Python's dates can hold


class Parts(NamedTuple):
    """What each value of a column says by itself, in arrays of shape (n,).

    Attributes
    ----------
    given : ndarray of bool
        Whether anything is there.
    known : ndarray of bool
        Whether there is a day, or one of two.
    days : ndarray of int64
        Since 1970; where there are two, with the day first.
    others : ndarray of int64
        The same with the month first.
    open : ndarray of bool
        Whether there are two.
    sign : ndarray of int8
        What comes between day and month, by its place in `SIGNS`; -1 where their order is known.
    first : ndarray of int8
        1 where the day comes first for certain, -1 where the month does.
    american : ndarray of bool
        Whether only Americans would write it so.
    clock : ndarray of int64
        Seconds since midnight; -1 without an hour.
    offset : ndarray of int64
        Seconds east of Greenwich.
    """

    given: NDArray[np.bool_]
    known: NDArray[np.bool_]
    days: NDArray[np.int64]
    others: NDArray[np.int64]
    open: NDArray[np.bool_]
    sign: NDArray[np.int8]
    first: NDArray[np.int8]
    american: NDArray[np.bool_]
    clock: NDArray[np.int64]
    offset: NDArray[np.int64]


def no_parts(size: int) -> Parts:
    """Return the parts of as many values as `size`, none of them known."""
    return Parts(
        given=np.zeros(size, np.bool_),
        known=np.zeros(size, np.bool_),
        days=np.zeros(size, np.int64),
        others=np.zeros(size, np.int64),
        open=np.zeros(size, np.bool_),
        sign=np.full(size, -1, np.int8),
        first=np.zeros(size, np.int8),
        american=np.zeros(size, np.bool_),
        clock=np.full(size, -1, np.int64),
        offset=np.zeros(size, np.int64),
    )


def take_numbers(parts: Parts, rows: NDArray[np.int64], numbers: NDArray[np.float64]) -> None:
    """Set the parts of rows from numbers, such as seconds since 1970 or days of spreadsheets."""
    parts.days[rows], parts.clock[rows], known = of_numbers(numbers)
    parts.known[rows] = known & parts.given[rows]


def take_parts_of_days(parts: Parts, rows: NDArray[np.int64], numbers: NDArray[np.float64]) -> None:
    """Set the clock of rows from parts of a day, as spreadsheets hold them."""
    known = (numbers >= 0) & (numbers < 1)
    parts.known[rows] = known
    parts.clock[rows] = np.rint(np.where(known, numbers, 0) * DAY).astype(np.int64) % DAY
