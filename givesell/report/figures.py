"""The figures of a report, gathered in one pass over a scored file."""

from collections import Counter
from collections.abc import Mapping
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from givesell.archives.base.post import REPOST
from givesell.archives.times.times import TimeColumn, Times, read_times, zoned
from givesell.measure.drift_tally import Tally
from givesell.report.fields import flags_of, names_of, read_parts, shares_of, words_of
from givesell.report.groups import Groups
from givesell.report.over_time import OverTime
from givesell.report.runs import Runs
from givesell.report.top_posts import TopPosts
from givesell.verdict import FACETS, GIVING, SELLING, Status

BINS = 50
MOST_STATUSES = 100
_GROUPED = ("author", "platform", "kind", "facet")


class Columns:
    """Which columns of a scored file hold what.

    Parameters
    ----------
    text : str or None
    prefix : str
        Of label, selling, sure and status.
    roles : mapping of str to str
        See `givesell.archives.shapes.roles.find_roles`.
    facet : str, optional
    """

    def __init__(
        self, text: str | None, prefix: str, roles: Mapping[str, str], facet: str | None = None
    ) -> None:
        self.text = text
        self.prefix = prefix
        self.roles = dict(roles)
        self.facet = facet


class Figures:
    """Counts a scored file batch by batch, in memory that does not grow with it.

    Parameters
    ----------
    columns : Columns
    zone : ZoneInfo
        Where hours and days are counted.
    top : int, default 8
        How many posts of each kind to keep.
    times : TimeColumn, optional
        What an earlier pass over the file has told of its times; without it, it is gathered.
    tally : Tally, optional
        Counts what is new to the model, for `givesell.measure.drift`.
    """

    def __init__(
        self,
        columns: Columns,
        *,
        zone: ZoneInfo,
        top: int = 8,
        times: TimeColumn | None = None,
        tally: Tally | None = None,
    ) -> None:
        self._columns = columns
        self._zone = zone
        self._gathers, self.times = times is None, times or TimeColumn()
        self._read_as: Any = None
        self.settled = True
        self._tally = tally
        self.rows = 0
        self._labels: Counter[str] = Counter()
        self._sure = 0
        self.statuses: Counter[str] = Counter()
        self._bins = np.zeros(BINS, np.int64)
        self._over_time = OverTime(zone)
        self._groups = {role: Groups() for role in _GROUPED}
        self._unused: Counter[str] = Counter()
        self._tops = TopPosts(top)
        self._runs = Runs()

    def add(self, batch: pa.RecordBatch) -> None:
        """Count a batch.

        Parameters
        ----------
        batch : pyarrow.RecordBatch
        """
        label, status = (names_of(*self._column(batch, name)) for name in ("label", "status"))
        numbers, sure = (
            shares_of(*self._column(batch, "selling")),
            flags_of(*self._column(batch, "sure")),
        )
        giving, selling = (
            pc.equal(label, name).fill_null(False).to_numpy(zero_copy_only=False)
            for name in (GIVING, SELLING)
        )
        labelled = giving | selling
        self.rows += len(batch)
        self._labels.update({GIVING: int(giving.sum()), SELLING: int(selling.sum())})
        self._sure += int((sure & labelled).sum())
        for entry in status.value_counts().to_pylist():
            name = entry["values"] or "missing"
            self.statuses[
                name if name in self.statuses or len(self.statuses) < MOST_STATUSES else "other"
            ] += entry["counts"]
        known = labelled & np.isfinite(numbers)
        self._bins += np.histogram(numbers[known], BINS, (0, 1))[0]
        judged = pc.equal(status, Status.OK.text).fill_null(False).to_numpy(zero_copy_only=False)
        self._unused["labels other than giving and selling"] += int((judged & ~labelled).sum())
        self._unused["probabilities that are no number from 0 to 1"] += int(
            (labelled & np.isnan(numbers)).sum()
        )
        times = self._times(batch)
        self._over_time.add(times, giving, selling)
        roles = read_parts(batch, self._columns.roles)
        if self._columns.facet is not None:
            roles["facet"] = names_of(
                batch.column(self._columns.facet), batch.schema.field(self._columns.facet)
            )
        for role in self._groups.keys() & roles.keys():
            self._groups[role].add(roles[role], giving, selling)
        self._tops.add(batch, self._columns.text, roles, numbers, giving, selling, sure, times)
        self._runs.add(roles.get("author"), times, giving, selling)
        if self._tally is not None and self._columns.text is not None:
            rows, weights = self._tally.next_rows(len(batch))
            some = batch.column(self._columns.text).take(pa.array(rows))
            self._tally.look(
                words_of(some, batch.schema.field(self._columns.text)).to_pylist(),
                labelled[rows],
                weights,
            )

    def unreadable(self, count: int) -> None:
        """Count rows of the scored file itself that cannot be read."""
        self._unused["rows that cannot be read"] += count

    def _column(self, batch: pa.RecordBatch, name: str) -> tuple[pa.Array, pa.Field]:
        name = self._columns.prefix + name
        return batch.column(name), batch.schema.field(name)

    def _times(self, batch: pa.RecordBatch) -> Times:
        """Return when posts were written, and where what is said of that is not understood."""
        name, clock, zone = (self._columns.roles.get(role) for role in ("created", "clock", "zone"))
        if name is None:
            nothing = np.zeros(len(batch), bool)
            return Times(np.full(len(batch), np.datetime64("NaT", "s")), nothing, nothing)
        column = _plain(batch, name)
        beside = zoned(
            *(None if other is None else _plain(batch, other) for other in (clock, zone))
        )
        if self._gathers:
            self.times.add(column, beside)
        read_as = (
            [self.times.order(sign) for sign in "/-."] if self.times.asks else None,
            self.times.days_alone,
        )
        # A later batch may tell how an earlier one is to be read.
        self.settled &= self._read_as in (None, read_as)
        self._read_as = read_as
        return read_times(column, beside, order=self.times)

    def as_dict(self) -> dict[str, Any]:
        """Return the figures as JSON can hold them.

        Returns
        -------
        dict
        """
        giving, selling = self._labels[GIVING], self._labels[SELLING]
        groups, seen = self._groups, self._over_time
        return {
            "rows": self.rows,
            "giving": giving,
            "selling": selling,
            "sure": self._sure,
            "unlabelled": {
                name: count
                for name, count in sorted(self.statuses.items())
                if name != Status.OK.text
            },
            "histogram": self._bins.tolist(),
            "timezone": self._zone.key,
            "times": {
                "column": self._columns.roles.get("created"),
                "missing": self.rows - seen.given,
                "unread": seen.unread,
                "days_only": seen.day_only,
                "read_as": self.times.told(),
            },
            **seen.as_dict(),
            "groups": {
                role: group.largest()
                for role, group in groups.items()
                if len(group) > 1 and role != "facet"
            },
            "group_counts": {role: len(group) for role, group in groups.items() if role != "facet"},
            "no_author": (
                self.rows - groups["author"].named if "author" in self._columns.roles else None
            ),
            "sellers": groups["author"].sellers() if len(groups["author"]) > 1 else [],
            **self._own(),
            "facets": self._facets(),
            "longest_runs": self._runs.longest(),
            "runs_complete": self._runs.complete,
            **self._tops.as_dict(),
            **(
                {"not_used": unused}
                if (unused := {name: count for name, count in self._unused.items() if count})
                else {}
            ),
        }

    def _own(self) -> dict[str, dict[str, int] | None]:
        """Return what was written here apart from what was passed on."""
        reposts = self._groups["kind"].of([REPOST])
        if not reposts["posts"] or reposts["posts"] == self.rows:
            return {"own": None, "reposts": None}
        whole = {GIVING: self._labels[GIVING], SELLING: self._labels[SELLING], "posts": self.rows}
        return {"own": {name: whole[name] - reposts[name] for name in whole}, "reposts": reposts}

    def _facets(self) -> dict[str, dict[str, int]] | None:
        """Return how many posts are of which kind of giving and selling, the most frequent
        first; None where the file does not tell.
        """
        if self._columns.facet is None:
            return None
        counts = {
            label: {name: self._groups["facet"].of([name])[label] for name in names}
            for label, names in FACETS.items()
        }
        return {
            label: dict(sorted(((n, c) for n, c in found.items() if c), key=lambda one: -one[1]))
            for label, found in counts.items()
        }


def _plain(batch: pa.RecordBatch, name: str) -> pa.Array:
    """Return a column as times can be read from it."""
    column = batch.column(name)
    if (
        pa.types.is_timestamp(column.type)
        or pa.types.is_date(column.type)
        or pa.types.is_primitive(column.type)
    ):
        return column
    return words_of(column, batch.schema.field(name))
