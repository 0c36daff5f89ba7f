"""The counts of posts over time as a series of steps, and whether the later half of the posts gives
more.
"""

from collections import defaultdict
from collections.abc import Mapping
from datetime import date
from typing import Any

import numpy as np
from numpy.typing import NDArray

# Days in a step of time, and how many steps a chart takes, and posts a step.
_STEPS = (("day", 1), ("week", 7), ("month", 30.5), ("quarter", 91.5))
_MOST_STEPS, _POSTS_A_STEP, _FEWEST_STEPS = 45, 15, 4

# By day, in days since 1970: giving and selling posts.
Days = Mapping[int, NDArray[np.int64]]


def time_series(days: Days) -> dict[str, Any] | None:
    """Return the counts over time, in steps that are neither too many nor hold too few posts to
    show a share.

    Parameters
    ----------
    days : mapping of int to ndarray, shape (2,)
        Giving and selling posts by day, in days since 1970.

    Returns
    -------
    dict or None
        ``step``, ``first`` and ``last`` day, and ``points``; None without days.

    Examples
    --------
    >>> series = time_series({20089: np.array([3, 1]), 20100: np.array([1, 0])})
    >>> series["step"], series["points"][0]
    ('day', {'start': '2025-01-01', 'giving': 3, 'selling': 1})
    """
    if not days:
        return None
    first, last = min(days), max(days)
    step = _step(last - first + 1, sum(int(pair.sum()) for pair in days.values()))
    points: defaultdict[str, list[int]] = defaultdict(lambda: [0, 0])
    for day, (giving, selling) in sorted(days.items()):
        point = points[_start(_date(day), step).isoformat()]
        point[0] += int(giving)
        point[1] += int(selling)
    rows = [
        {"start": start, "giving": giving, "selling": selling}
        for start, (giving, selling) in points.items()
    ]
    return {"step": step, "first": _iso(first), "last": _iso(last), "points": rows}


def change_over_time(days: Days) -> dict[str, Any] | None:
    """Compare the share of giving in the earlier half of the posts with that in the later one.

    Parameters
    ----------
    days : mapping of int to ndarray, shape (2,)

    Returns
    -------
    dict or None
        ``since`` (the first day of the later half), the shares ``before`` and ``after``, their
        difference ``change`` and its 95% ``interval``; None with fewer than two days.
    """
    ordered = sorted(days.items())
    if len(ordered) < 2:
        return None
    counts = np.array([pair for _, pair in ordered])
    total = counts.sum(axis=1).cumsum()
    middle = min(int(np.searchsorted(total, total[-1] / 2)) + 1, len(ordered) - 1)
    halves = [counts[:middle].sum(axis=0), counts[middle:].sum(axis=0)]
    before, after = (half[0] / half.sum() for half in halves)
    error = float(
        np.sqrt(
            sum(
                share * (1 - share) / half.sum()
                for share, half in zip((before, after), halves, strict=True)
            )
        )
    )
    change = float(after - before)
    return {
        "since": _iso(ordered[middle][0]),
        "before": float(before),
        "after": float(after),
        "change": change,
        "interval": [change - 1.96 * error, change + 1.96 * error],
    }


def _step(span: int, posts: int) -> str:
    """Return the step for so many days and posts: of those that fit a chart, the first that gives
    each step enough posts.
    """
    fitting = [(name, span / days) for name, days in _STEPS if span / days <= _MOST_STEPS]
    long_enough = [(name, steps) for name, steps in fitting if steps >= _FEWEST_STEPS]
    full_enough = [name for name, steps in long_enough if steps <= posts / _POSTS_A_STEP]
    return next(iter(full_enough or [name for name, _ in long_enough[-1:] or fitting[:1]]), "year")


def _start(day: date, step: str) -> date:
    if step == "day":
        return day
    if step == "week":
        return date.fromordinal(day.toordinal() - day.weekday())
    if step == "month":
        return day.replace(day=1)
    return day.replace(month=(day.month - 1) // 3 * 3 + 1 if step == "quarter" else 1, day=1)


def _date(day: int) -> date:
    return date.fromordinal(date(1970, 1, 1).toordinal() + day)


def _iso(day: int) -> str:
    return _date(day).isoformat()
