"""The figures of a report, gathered in one pass over a scored file."""

from collections import Counter
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from givesell.archives.base.post import REPOST
from givesell.archives.times.times import TimeColumn
from givesell.measure.drift_tally import DriftTally
from givesell.report.fields import flags_of, names_of, read_parts, shares_of, words_of
from givesell.report.groups import Groups
from givesell.report.over_time import OverTime
from givesell.report.post_times import PostTimes
from givesell.report.runs import Runs
from givesell.report.scored_file import Columns
from givesell.report.top_posts import TopPosts
from givesell.verdict import FACETS, GIVING, SELLING, Status

BINS = 50
MOST_STATUSES = 100
_GROUPED = ("author", "platform", "kind", "facet", "read_by")
_ADDED = ("facet", "read_by")  # by scoring, not by the input


class Figures:
    """Counts a scored file batch by batch, in memory that does not grow with it.

    Parameters
    ----------
    columns : Columns
    zone : ZoneInfo
        The time zone in which hours and days are counted.
    top : int, default 8
        How many posts of each kind to keep.
    times : TimeColumn, optional
        What an earlier pass over the file has learned of its times.
    tally : DriftTally, optional
        Counts what is new to the model, for `givesell.measure.drift`.

    Attributes
    ----------
    rows : int
    statuses : Counter of str
    times : PostTimes
    """

    def __init__(
        self,
        columns: Columns,
        *,
        zone: ZoneInfo,
        top: int = 8,
        times: TimeColumn | None = None,
        tally: DriftTally | None = None,
    ) -> None:
        self._columns = columns
        self._zone = zone
        self.times = PostTimes(columns.roles, times)
        self._tally = tally
        self.rows = 0
        self._labels: Counter[str] = Counter()
        self._sure = 0
        self.statuses: Counter[str] = Counter()
        self._bins = np.zeros(BINS, np.int64)
        self._over_time = OverTime(zone)
        self._groups = {role: Groups() for role in _GROUPED}
        self._unused: Counter[str] = Counter()
        self._top_posts = TopPosts(top)
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
        self._unused["probabilities that are not numbers from 0 to 1"] += int(
            (labelled & np.isnan(numbers)).sum()
        )
        times = self.times.read(batch)
        self._over_time.add(times, giving, selling)
        roles = read_parts(batch, self._columns.roles)
        for role in _ADDED:
            name = getattr(self._columns, role)
            if name is not None:
                roles[role] = names_of(batch.column(name), batch.schema.field(name))
        for role in self._groups.keys() & roles.keys():
            self._groups[role].add(roles[role], giving, selling)
        self._top_posts.add(batch, self._columns.text, roles, numbers, giving, selling, sure, times)
        self._runs.add(roles.get("author"), times, giving, selling)
        if self._tally is not None and self._columns.text is not None:
            rows, weights = self._tally.next_rows(len(batch))
            sample = batch.column(self._columns.text).take(pa.array(rows))
            self._tally.count_ngrams(
                words_of(sample, batch.schema.field(self._columns.text)).to_pylist(),
                labelled[rows],
                weights,
            )

    def unreadable(self, count: int) -> None:
        """Count rows of the scored file itself that cannot be read."""
        self._unused["rows that cannot be read"] += count

    def _column(self, batch: pa.RecordBatch, name: str) -> tuple[pa.Array, pa.Field]:
        name = self._columns.prefix + name
        return batch.column(name), batch.schema.field(name)

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
                "column": self.times.name,
                "missing": self.rows - seen.given,
                "unread": seen.unread,
                "days_only": seen.day_only,
                "read_as": self.times.column.remarks(),
            },
            **seen.as_dict(),
            "groups": {
                role: group.largest()
                for role, group in groups.items()
                if len(group) > 1 and role not in _ADDED
            },
            "group_counts": {
                role: len(group) for role, group in groups.items() if role not in _ADDED
            },
            "no_author": (
                self.rows - groups["author"].named if "author" in self._columns.roles else None
            ),
            "sellers": groups["author"].sellers() if len(groups["author"]) > 1 else [],
            **self._without_reposts(),
            "facets": self._facets(),
            **self._read_by(),
            "longest_runs": self._runs.longest(),
            "runs_complete": self._runs.complete,
            **self._top_posts.as_dict(),
            **(
                {"not_used": unused}
                if (unused := {name: count for name, count in self._unused.items() if count})
                else {}
            ),
        }

    def _without_reposts(self) -> dict[str, dict[str, int] | None]:
        """Return the counts of original posts apart from those of reposts."""
        reposts = self._groups["kind"].of([REPOST])
        if not reposts["posts"] or reposts["posts"] == self.rows:
            return {"own": None, "reposts": None}
        every = {GIVING: self._labels[GIVING], SELLING: self._labels[SELLING], "posts": self.rows}
        return {"own": {name: every[name] - reposts[name] for name in every}, "reposts": reposts}

    def _read_by(self) -> dict[str, dict[str, int]]:
        """Return of how many judged posts which model has spoken, if there was a second look."""
        if self._columns.read_by is None:
            return {}
        rows = self._groups["read_by"].largest()
        counts = {row["name"]: row["giving"] + row["selling"] for row in rows if row["name"]}
        return {"read_by": counts}

    def _facets(self) -> dict[str, dict[str, int]] | None:
        """Return how many posts are of which kind of giving and selling, the most frequent
        first; None without a column of facets.
        """
        if self._columns.facet is None:
            return None
        counts = {
            label: {name: self._groups["facet"].of([name])[label] for name in names}
            for label, names in FACETS.items()
        }
        return {
            label: dict(sorted(((n, c) for n, c in by_name.items() if c), key=lambda one: -one[1]))
            for label, by_name in counts.items()
        }
