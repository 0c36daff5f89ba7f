"""The figures of a report, gathered in one pass over a scored file."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from givesell.archives.times import FIRST, LAST, as_times
from givesell.report.fields import flags_of, names_of, read_parts, shares_of, words_of
from givesell.report.runs import Runs
from givesell.report.tops import Tops
from givesell.verdict import GIVING, SELLING, Status

BINS = 50
MOST_GROUPS = 50_000
MOST_STATUSES = 100
SHOWN_GROUPS = 12
_DAY = np.timedelta64(1, "D")
_MONDAY = np.datetime64("1970-01-05")
# Days in a step of time, and how many steps and posts a step a chart takes.
_STEPS = (("day", 1), ("week", 7), ("month", 30.5), ("quarter", 91.5))
_MOST_STEPS, _POSTS_A_STEP, _FEWEST_STEPS = 45, 15, 4


class Columns:
    """Which columns of a scored file hold what.

    Parameters
    ----------
    text : str or None
    prefix : str
        Of label, selling, sure and status.
    roles : mapping of str to str
        See `givesell.archives.columns.find_roles`.
    """

    def __init__(self, text: str | None, prefix: str, roles: Mapping[str, str]) -> None:
        self.text = text
        self.prefix = prefix
        self.roles = dict(roles)


class Figures:
    """Counts a scored file batch by batch, in memory that does not grow with it.

    Parameters
    ----------
    columns : Columns
    timezone : str, default "UTC"
        Where hours and days are counted.
    top : int, default 8
        How many posts of each kind to keep.
    """

    def __init__(self, columns: Columns, *, timezone: str = "UTC", top: int = 8) -> None:
        self._columns = columns
        self._zone = ZoneInfo(timezone)
        self.timezone = timezone
        self.rows = 0
        self._labels: Counter[str] = Counter()
        self._sure = 0
        self._statuses: Counter[str] = Counter()
        self._bins = np.zeros(BINS, np.int64)
        self._days: defaultdict[int, NDArray[np.int64]] = defaultdict(lambda: np.zeros(2, np.int64))
        self._hours = np.zeros((7, 24, 2), np.int64)
        self._groups: dict[str, dict[str, list[int]]] = {role: {} for role in ("author", "platform", "kind")}
        self._unused: Counter[str] = Counter()
        self._tops = Tops(top)
        self._runs = Runs()

    def add(self, batch: pa.RecordBatch) -> None:
        """Count a batch.

        Parameters
        ----------
        batch : pyarrow.RecordBatch
        """
        label, status = (names_of(*self._column(batch, name)) for name in ("label", "status"))
        numbers, sure = shares_of(*self._column(batch, "selling")), flags_of(*self._column(batch, "sure"))
        giving, selling = (pc.equal(label, name).fill_null(False).to_numpy(zero_copy_only=False) for name in (GIVING, SELLING))
        labelled = giving | selling
        self.rows += len(batch)
        self._labels.update({GIVING: int(giving.sum()), SELLING: int(selling.sum())})
        self._sure += int((sure & labelled).sum())
        for entry in status.value_counts().to_pylist():
            name = entry["values"] or "missing"
            self._statuses[name if name in self._statuses or len(self._statuses) < MOST_STATUSES else "other"] += entry["counts"]
        known = labelled & np.isfinite(numbers)
        self._bins += np.histogram(numbers[known], BINS, (0, 1))[0]
        times, given = self._times(batch)
        judged = pc.equal(status, Status.OK.text).fill_null(False).to_numpy(zero_copy_only=False)
        self._unused["labels other than giving and selling"] += int((judged & ~labelled).sum())
        self._unused["probabilities that are no number from 0 to 1"] += int((labelled & np.isnan(numbers)).sum())
        self._unused["times that cannot be told"] += int((given & np.isnat(times)).sum())
        self._count_times(times, giving, selling)
        roles = read_parts(batch, self._columns.roles)
        for role in self._groups.keys() & roles.keys():
            self._count_groups(role, roles[role], giving, selling)
        self._tops.add(batch, self._columns.text, roles, numbers, giving, selling, sure, times)
        self._runs.add(roles.get("author"), times, giving, selling)

    def unreadable(self, count: int) -> None:
        """Count rows of the scored file itself that cannot be read."""
        self._unused["rows that cannot be read"] += count

    def _column(self, batch: pa.RecordBatch, name: str) -> tuple[pa.Array, pa.Field]:
        name = self._columns.prefix + name
        return batch.column(name), batch.schema.field(name)

    def _times(self, batch: pa.RecordBatch) -> tuple[NDArray[np.datetime64], NDArray[np.bool_]]:
        """Return when posts were written, and where anything is said of that."""
        name = self._columns.roles.get("created")
        if name is None:
            return np.full(len(batch), np.datetime64("NaT", "s")), np.zeros(len(batch), bool)
        column = batch.column(name)
        if not (pa.types.is_timestamp(column.type) or pa.types.is_date(column.type) or pa.types.is_primitive(column.type)):
            column = words_of(column, batch.schema.field(name))
        given = column.is_valid()
        if pa.types.is_string(column.type):
            given = pc.and_(given, pc.fill_null(pc.not_equal(pc.utf8_trim_whitespace(column), ""), False))
        return as_times(column), given.to_numpy(zero_copy_only=False)

    def _count_times(self, times: NDArray[np.datetime64], giving: NDArray[np.bool_], selling: NDArray[np.bool_]) -> None:
        known = ~np.isnat(times) & (giving | selling)
        if not known.any():
            return
        local = self._local(times[known])
        sells = selling[known].astype(np.int64)
        days = local.astype("datetime64[D]")
        which, place = np.unique(days.astype(np.int64), return_inverse=True)
        counts = np.zeros((len(which), 2), np.int64)
        np.add.at(counts, (place, sells), 1)
        for day, pair in zip(which.tolist(), counts, strict=True):
            self._days[day] += pair
        weekday = ((days - _MONDAY) // _DAY).astype(np.int64) % 7
        hour = (local - days).astype("timedelta64[h]").astype(np.int64)
        np.add.at(self._hours, (weekday, hour, sells), 1)

    def _local(self, times: NDArray[np.datetime64]) -> NDArray[np.datetime64]:
        if self.timezone == "UTC":
            return times
        import pandas as pd

        # A day less at either end of the calendar, so that no zone leads out of it.
        times = np.clip(times, FIRST + _DAY, LAST - _DAY)
        local = pd.DatetimeIndex(times).tz_localize("UTC").tz_convert(self._zone).tz_localize(None)
        return local.to_numpy().astype("datetime64[s]")

    def _count_groups(self, role: str, names: pa.StringArray, giving: NDArray[np.bool_], selling: NDArray[np.bool_]) -> None:
        values = names.dictionary_encode()
        groups = self._groups[role]
        codes = values.indices.fill_null(len(values.dictionary)).to_numpy(False)
        size = len(values.dictionary) + 1
        gives, sells = (np.bincount(codes[mask], minlength=size) for mask in (giving, selling))
        total = np.bincount(codes, minlength=size)
        for value, *counts in zip([*values.dictionary.to_pylist(), None], gives.tolist(), sells.tolist(), total.tolist(), strict=True):
            if not counts[2] or not value:
                continue
            key = value if value in groups or len(groups) < MOST_GROUPS else ""
            entry = groups.setdefault(key, [0, 0, 0])
            for i, count in enumerate(counts):
                entry[i] += count

    def as_dict(self) -> dict[str, Any]:
        """Return the figures as JSON can hold them.

        Returns
        -------
        dict
        """
        giving, selling = self._labels[GIVING], self._labels[SELLING]
        return {
            "rows": self.rows,
            "giving": giving,
            "selling": selling,
            "sure": self._sure,
            "unlabelled": {name: count for name, count in sorted(self._statuses.items()) if name != Status.OK.text},
            "histogram": self._bins.tolist(),
            "timezone": self.timezone,
            "time": self._series(),
            "trend": self._trend(),
            "hours": self._hours.tolist() if self._days else None,
            "groups": {role: self._shown(groups) for role, groups in self._groups.items() if len(groups) > 1},
            "group_counts": {role: len(groups) for role, groups in self._groups.items()},
            "longest_runs": self._runs.longest(),
            "runs_complete": self._runs.complete,
            **self._tops.as_dict(),
            **({"not_used": unused} if (unused := {name: count for name, count in self._unused.items() if count}) else {}),
        }

    def _series(self) -> dict[str, Any] | None:
        """Return the counts over time, in steps that are neither too many nor hold too few posts to tell a share."""
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
            point = points[_start(date.fromordinal(date(1970, 1, 1).toordinal() + day), step).isoformat()]
            point[0] += int(gives)
            point[1] += int(sells)
        rows = [{"start": start, "giving": gives, "selling": sells} for start, (gives, sells) in points.items()]
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
        error = float(np.sqrt(sum(share * (1 - share) / half.sum() for share, half in zip(shares, halves, strict=True))))
        change = float(shares[1] - shares[0])
        return {
            "since": _iso(days[middle][0]),
            "before": float(shares[0]),
            "after": float(shares[1]),
            "change": change,
            "interval": [change - 1.96 * error, change + 1.96 * error],
        }

    @staticmethod
    def _shown(groups: Mapping[str, list[int]]) -> list[dict[str, Any]]:
        order = sorted(groups.items(), key=lambda item: (item[0] == "", -item[1][2], item[0]))
        shown = [{"name": name, "giving": gives, "selling": sells, "posts": total} for name, (gives, sells, total) in order[:SHOWN_GROUPS]]
        rest = [counts for _, counts in order[SHOWN_GROUPS:]]
        if rest:
            gives, sells, total = (sum(counts[i] for counts in rest) for i in range(3))
            shown.append({"name": None, "others": len(rest), "giving": gives, "selling": sells, "posts": total})
        return shown


def gather(batches: Iterable[pa.RecordBatch], figures: Figures) -> Figures:
    """Count all batches of a scored file.

    Parameters
    ----------
    batches : iterable of pyarrow.RecordBatch
    figures : Figures

    Returns
    -------
    Figures
    """
    for batch in batches:
        figures.add(batch)
    return figures


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
