"""When posts give and sell: counts by day and by weekday and hour, all in one time zone."""

from collections import defaultdict
from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from givesell.archives.times.times import FIRST, LAST, Times

_DAY = np.timedelta64(1, "D")
_MONDAY = np.datetime64("1970-01-05")
# Days in a step of time, and how many steps and posts a step a chart takes.
_STEPS = (("day", 1), ("week", 7), ("month", 30.5), ("quarter", 91.5))
_MOST_STEPS, _POSTS_A_STEP, _FEWEST_STEPS = 45, 15, 4
_MOST_OUTSIDE = 0.05  # of the times may not be read where a change, or that there is none, is told


class OverTime:
    """Counts the labelled posts over time.

    Parameters
    ----------
    zone : ZoneInfo
        Where hours and days are counted. A day without an hour is that day in every zone, and has
        no place among the hours.
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
        return {
            "time": self._series(),
            "trend": self._trend(),
            "weekdays": self._weekdays.tolist() if self._days else None,
            "hours": self._hours.tolist() if timed else None,
        }

    def _series(self) -> dict[str, Any] | None:
        """Return the counts over time, in steps that are neither too many nor hold too few posts
        to tell a share.
        """
        if not self._days:
            return None
        first, last = min(self._days), max(self._days)
        span = last - first + 1
        few = sum(int(pair.sum()) for pair in self._days.values()) / _POSTS_A_STEP
        fitting = [(name, span / days) for name, days in _STEPS if span / days <= _MOST_STEPS]
        some = [(name, steps) for name, steps in fitting if steps >= _FEWEST_STEPS]
        telling = [name for name, steps in some if steps <= few]
        step = next(iter(telling or [name for name, _ in some[-1:] or fitting[:1]]), "year")
        points: defaultdict[str, list[int]] = defaultdict(lambda: [0, 0])
        for day, (gives, sells) in sorted(self._days.items()):
            point = points[
                _start(date.fromordinal(date(1970, 1, 1).toordinal() + day), step).isoformat()
            ]
            point[0] += int(gives)
            point[1] += int(sells)
        rows = [
            {"start": start, "giving": gives, "selling": sells}
            for start, (gives, sells) in points.items()
        ]
        return {"step": step, "first": _iso(first), "last": _iso(last), "points": rows}

    def _trend(self) -> dict[str, Any] | None:
        """Compare the earlier half of the posts with the later one."""
        days = sorted(self._days.items())
        if len(days) < 2:
            return None
        counts = np.array([pair for _, pair in days])
        total = counts.sum(axis=1).cumsum()
        middle = min(int(np.searchsorted(total, total[-1] / 2)) + 1, len(days) - 1)
        halves = [counts[:middle].sum(axis=0), counts[middle:].sum(axis=0)]
        shares = [half[0] / half.sum() for half in halves]
        error = float(
            np.sqrt(
                sum(
                    share * (1 - share) / half.sum()
                    for share, half in zip(shares, halves, strict=True)
                )
            )
        )
        change = float(shares[1] - shares[0])
        return {
            "since": _iso(days[middle][0]),
            "before": float(shares[0]),
            "after": float(shares[1]),
            "change": change,
            "interval": [change - 1.96 * error, change + 1.96 * error],
            "known": self.unread <= _MOST_OUTSIDE * self.given,
        }


def _start(day: date, step: str) -> date:
    if step == "day":
        return day
    if step == "week":
        return date.fromordinal(day.toordinal() - day.weekday())
    if step == "month":
        return day.replace(day=1)
    return day.replace(month=(day.month - 1) // 3 * 3 + 1 if step == "quarter" else 1, day=1)


def _iso(day: int) -> str:
    return datetime.fromtimestamp(day * 86_400, UTC).date().isoformat()
