"""When posts give and sell: counts by day, by weekday and by hour, all in one time zone."""

from collections import defaultdict
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from givesell.archives.times.times import FIRST, LAST, Times
from givesell.report.time_series import change_over_time, time_series

_DAY = np.timedelta64(1, "D")
_MONDAY = np.datetime64("1970-01-05")
_MOST_OUTSIDE = 0.05  # of the times may be unread where a change, or that there is none, is known


class OverTime:
    """Counts the labelled posts over time.

    Parameters
    ----------
    zone : ZoneInfo
        The time zone of hours and days. A day without an hour is the same in every zone, and is not
        among the hours.
    """

    def __init__(self, zone: ZoneInfo) -> None:
        self._zone = zone
        self._days: defaultdict[int, NDArray[np.int64]] = defaultdict(lambda: np.zeros(2, np.int64))
        self._hours = np.zeros((7, 24, 2), np.int64)
        self._weekdays = np.zeros((7, 2), np.int64)
        self.given = self.unread = self.day_only = 0

    def add(self, times: Times, giving: NDArray[np.bool_], selling: NDArray[np.bool_]) -> None:
        """Count a batch.

        Parameters
        ----------
        times : Times
        giving, selling : ndarray of bool, shape (n,)
        """
        there = ~np.isnat(times.utc)
        self.given += int((there | times.unread).sum())
        self.unread += int(times.unread.sum())
        self.day_only += int(times.day_only.sum())
        known = there & (giving | selling)
        if not known.any():
            return
        day_only = times.day_only[known]
        local = np.where(day_only, times.utc[known], self._local(times.utc[known]))
        sells = selling[known].astype(np.int64)
        days = local.astype("datetime64[D]")
        which, place = np.unique(days.astype(np.int64), return_inverse=True)
        counts = np.zeros((len(which), 2), np.int64)
        np.add.at(counts, (place, sells), 1)
        for day, pair in zip(which.tolist(), counts, strict=True):
            self._days[day] += pair
        weekday = ((days - _MONDAY) // _DAY).astype(np.int64) % 7
        hour = (local - days).astype("timedelta64[h]").astype(np.int64)
        np.add.at(self._weekdays, (weekday, sells), 1)
        np.add.at(self._hours, (weekday[~day_only], hour[~day_only], sells[~day_only]), 1)

    def _local(self, times: NDArray[np.datetime64]) -> NDArray[np.datetime64]:
        if self._zone.key == "UTC":
            return times
        import pandas as pd

        # A day less at either end of the calendar, so that no zone leads out of it.
        times = np.clip(times, FIRST + _DAY, LAST - _DAY)
        local = pd.DatetimeIndex(times).tz_localize("UTC").tz_convert(self._zone).tz_localize(None)
        return local.to_numpy().astype("datetime64[s]")

    def as_dict(self) -> dict[str, Any]:
        """Return the figures as JSON can hold them.

        Returns
        -------
        dict
            ``time`` (the series), ``trend``, ``weekdays`` and ``hours``; None where nothing is
            known.
        """
        timed = self._hours.any()
        trend = change_over_time(self._days)
        return {
            "time": time_series(self._days),
            "trend": trend and {**trend, "known": self.unread <= _MOST_OUTSIDE * self.given},
            "weekdays": self._weekdays.tolist() if self._days else None,
            "hours": self._hours.tolist() if timed else None,
        }
