"""Columns of times, in whatever form files hold them.

- Each text and each number is read by itself (`time_shapes`, `time_numbers`), but for one thing:
  whether day or month comes first in ``01/02/2024`` the other times of the column show, and where
  they do not, such times are not read. With dots the day comes first.
- A date without an hour stays one: no hour is invented for it, and no zone moves it. The same holds
  where all times of a column are midnight.
- Without a zone a time is taken as UTC. The short name of a zone counts where it means one zone
  only.
- What is not understood is counted, and so is known.
"""

from dataclasses import dataclass
from datetime import UTC, datetime

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from givesell.archives.base.columns import as_text
from givesell.archives.streams.limits import MAX_TIME
from givesell.archives.times.time_column import Order, TimeColumn
from givesell.archives.times.time_numbers import DAY
from givesell.archives.times.time_parts import FIRST, LAST, SIGNS
from givesell.archives.times.time_values import parts_of
from givesell.archives.times.time_words import ZONES
from givesell.show.words import keepable

__all__ = [
    "FIRST",
    "LAST",
    "Order",
    "TimeColumn",
    "Times",
    "as_times",
    "read_times",
    "time_of",
    "zoned",
]

_ZONE = rf"(?i)^\s*(?:[-+]\d\d:?\d\d|{'|'.join(ZONES)})\s*$"
_FIRST, _LAST = FIRST.astype(np.int64), LAST.astype(np.int64)


@dataclass(frozen=True, slots=True)
class Times:
    """The times of a column.

    Attributes
    ----------
    utc : ndarray of datetime64[s], shape (n,)
        NaT where there is none; midnight of a day without an hour, as it is written.
    day_only : ndarray of bool, shape (n,)
        Where there is a day but no hour: `utc` is then that day in every zone.
    unread : ndarray of bool, shape (n,)
        Where there is something that was not understood.
    """

    utc: NDArray[np.datetime64]
    day_only: NDArray[np.bool_]
    unread: NDArray[np.bool_]


def read_times(
    column: pa.Array, clock: pa.Array | None = None, *, order: TimeColumn | Order | None = None
) -> Times:
    """Return a column as times in UTC, with what could not be read.

    Parameters
    ----------
    column : pyarrow.Array
        Timestamps, dates, numbers or text.
    clock : pyarrow.Array, optional
        The hours, where another column than that of the dates holds them.
    order : TimeColumn or str, optional
        What is known of the whole column, or ``"day"`` or ``"month"`` for what comes first in
        ``01/02/2024``; by default these values decide.

    Returns
    -------
    Times

    Examples
    --------
    >>> times = read_times(pa.array(["3/13/24 9:05 PM", "2024-03-01", "soon", None]))
    >>> times.utc.astype(str).tolist()
    ['2024-03-13T21:05:00', '2024-03-01T00:00:00', 'NaT', 'NaT']
    >>> times.day_only.tolist(), times.unread.tolist()
    ([False, True, False, False], [False, False, True, False])
    >>> read_times(pa.array(["01/02/2024"]), pa.array(["9:30"]), order="day").utc.astype(
    ...     str
    ... ).tolist()
    ['2024-02-01T09:30:00']
    """
    parts = parts_of(column, clock)
    if not isinstance(order, TimeColumn):
        given, order = order, TimeColumn()
        order.add_parts(column, parts)
        orders = [given or order.order(sign) for sign in SIGNS]
    else:
        orders = [order.order(sign) for sign in SIGNS]
    days, known = parts.days, parts.known
    if parts.open.any():
        ways = np.array([{"day": 1, "month": -1}.get(way, 0) for way in orders])[parts.sign]
        days = np.where(parts.open & (ways < 0), parts.others, days)
        known = known & ~(parts.open & (ways == 0))
    alone = known & ((parts.clock < 0) | ((parts.clock == 0) & order.days_alone))
    seconds = days * DAY + np.where(alone, 0, np.maximum(parts.clock, 0) - parts.offset)
    known &= (seconds >= _FIRST) & (seconds <= _LAST)
    utc = np.full(len(column), np.datetime64("NaT", "s"))
    utc[known] = seconds[known].astype("datetime64[s]")
    return Times(utc, alone & known, parts.given & ~known)


def time_of(text: str) -> datetime | None:
    """Return the time that one text gives by itself, in UTC; see `read_times`.

    Parameters
    ----------
    text : str

    Returns
    -------
    datetime or None
        None for what is no time, and where it may be one of two.

    Examples
    --------
    >>> (
    ...     time_of("Friday, 1 March 2024 at 09:05").isoformat(),
    ...     time_of("01/02/2024"),
    ...     time_of("2 hours ago"),
    ... )
    ('2024-03-01T09:05:00+00:00', None, None)
    """
    if len(text) > MAX_TIME:
        return None
    time: datetime | None = as_times(pa.array([keepable(text)]))[0].item()
    return time and time.replace(tzinfo=UTC)


def zoned(clock: pa.Array | None, zone: pa.Array | None) -> pa.Array | None:
    """Return hours with their zones, which another column holds.

    Parameters
    ----------
    clock, zone : pyarrow.Array or None

    Returns
    -------
    pyarrow.Array or None
        `clock` as it is where no zone is beside it, or none that is a number of hours or a
        short name.

    Examples
    --------
    >>> zoned(pa.array(["09:05:00", "10:00:00"]), pa.array(["+0530", "Mumbai"])).to_pylist()
    ['09:05:00 +0530', '10:00:00']
    """
    if clock is None or zone is None:
        return clock
    hours, zones = as_text(clock), as_text(zone)
    known = pc.fill_null(pc.match_substring_regex(zones, _ZONE), False)
    return pc.if_else(
        known, pc.binary_join_element_wise(hours, pc.utf8_trim_whitespace(zones), " "), hours
    )


def as_times(column: pa.Array) -> NDArray[np.datetime64]:
    """Return a column as times in UTC; see `read_times`.

    Parameters
    ----------
    column : pyarrow.Array

    Returns
    -------
    ndarray of datetime64[s], shape (n,)
        NaT where there is no time, or one outside of the years 1 to 9999.

    Examples
    --------
    >>> as_times(pa.array(["2025-01-07 18:28:00 UTC", "1700000000", None])).astype(str).tolist()
    ['2025-01-07T18:28:00', '2023-11-14T22:13:20', 'NaT']
    """
    return read_times(column).utc
