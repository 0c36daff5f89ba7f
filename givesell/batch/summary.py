"""The result of a run: counts, and the most selling, giving and unsure posts."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np

from givesell.archives.base.rejects import Rejected
from givesell.archives.times.time_column import TimeColumn
from givesell.batch.rejects import hint_of
from givesell.best import Best
from givesell.measure.drift_comparison import drift_of
from givesell.measure.drift_measures import drift_facts
from givesell.measure.drift_tally import SAMPLE, DriftTally
from givesell.model.model import Model
from givesell.show.numbers import counted
from givesell.verdict import GIVING, SELLING, Again, Scores, Status

TOP = 3
TOP_CHARS = 500
REJECTS = TOLD = 5

Post = tuple[float, str]


@dataclass(frozen=True, slots=True)
class Summary:
    """The result of a run: counts, and the most selling, giving and unsure posts.

    Attributes
    ----------
    rows : int
        Rows scored.
    written : int
        Rows in the output: all of them, unless fewer were asked for.
    rejected : int
        Rows that could not be read.
    giving, selling : int
        Rows with that label.
    sure : int
        Rows with a sure label.
    unlabelled : dict of str to int
        Rows without a label by status, those that occurred.
    seconds : float
    out : Path or None
        The output; None if there is none.
    rejects : Path or None
        The file of rejected rows, if there are any.
    times_unread : int
        Times in the columns of tables that were not understood.
    times_told : tuple of str
        How the times were read where that is not obvious, and which were not, in at most five
        sentences.
    rejected_first : tuple of str
        File, line and reason of the first rejected rows, at most five.
    most_selling, most_giving : tuple of (float, str)
        The posts with that label and the highest and lowest probability of selling, at most three,
        each text once.
    most_unsure : tuple of (float, str)
        The unsure posts with the probability nearest to one half.
    report : Path or None
        The report on the output, if one was asked for.
    findings : tuple of str
        What it says first.
    drift : dict or None
        Whether the posts look like those that the model was measured on: ``level``, ``sentence``,
        ``doubts`` and ``measures``.
    skipped : dict of str to int
        Posts that the readers left out on purpose (removed ones, say), by reason.
    unread : tuple of str
        The names of files in exports and folders that nothing reads, media apart; at most 100.
    n_unread : int
        How many there are.
    resumed : int
        Rows that an earlier, interrupted run had scored already.
    read_again : int or None
        Rows that a second model has read too; None without a second look.
    relabelled : int or None
        How many of these have another label for it.
    """

    rows: int
    rejected: int
    giving: int
    selling: int
    sure: int
    unlabelled: dict[str, int]
    seconds: float
    out: Path | None
    rejects: Path | None
    most_selling: tuple[Post, ...]
    most_giving: tuple[Post, ...]
    most_unsure: tuple[Post, ...]
    skipped: dict[str, int] = field(default_factory=dict)
    unread: tuple[str, ...] = ()
    n_unread: int = 0
    resumed: int = 0
    report: Path | None = None
    findings: tuple[str, ...] = ()
    written: int = 0
    rejected_first: tuple[str, ...] = ()
    times_unread: int = 0
    times_told: tuple[str, ...] = ()
    drift: dict[str, Any] | None = None
    read_again: int | None = None
    relabelled: int | None = None

    def __repr__(self) -> str:
        where = "" if self.out is None else f", in {str(self.out)!r}"
        return (
            f"<Summary: {counted(self.rows, 'post')}, {self.giving:,} giving,"
            f" {self.selling:,} selling{where}>"
        )

    @property
    def reject_hint(self) -> str:
        """What may be done about the rejected rows, as a sentence that follows another; empty where
        no rule is known.
        """
        return "" if self.rejects is None else hint_of(self.rejects)

    def as_dict(self) -> dict[str, Any]:
        """Return the summary as JSON can hold it.

        Returns
        -------
        dict
        """
        values = asdict(self)
        if self.read_again is None:
            del values["read_again"], values["relabelled"]
        for name in ("out", "rejects", "report"):
            values[name] = None if values[name] is None else str(values[name])
        values["seconds"] = round(self.seconds, 3)
        for name in ("most_selling", "most_giving", "most_unsure"):
            values[name] = [
                {"selling": round(number, 6), "text": text} for number, text in getattr(self, name)
            ]
        return values


class Tally:
    """Counts scores batch by batch and keeps the most selling, giving and unsure posts.

    Parameters
    ----------
    state : mapping, optional
        Go on from there: what `state` returned.
    model : Model, optional
        The one that scores, to say how far the posts are from what it was measured on.

    Attributes
    ----------
    rows : int
    written : int
    """

    def __init__(
        self, state: Mapping[str, Any] | None = None, *, model: Model | None = None
    ) -> None:
        self._drift = (
            None if model is None else DriftTally(model, (state or {}).get("drift"), sample=SAMPLE)
        )
        self.rows = self.written = 0
        self._rejected: list[str] = []
        self._times: dict[int, TimeColumn] = {}
        self._labels: Counter[str | None] = Counter()
        self._statuses: Counter[str] = Counter()
        self._sure = 0
        self._again: list[int] | None = None  # rows by how they were read: see `Again`
        self._selling, self._giving, self._unsure = (Best[Post](TOP) for _ in range(3))
        if state:
            self._restore(state)

    def add(self, texts: Sequence[str | None], scores: Scores) -> None:
        """Count a batch.

        Parameters
        ----------
        texts : sequence of str or None
        scores : Scores
            One row each.
        """
        self.rows += len(scores)
        self._labels.update(scores.label.tolist())
        self._statuses.update(scores.status.tolist())
        if scores.again is not None:
            counts = np.bincount(scores.again, minlength=len(Again))
            self._again = (counts + (self._again or 0)).tolist()
        labelled = ~np.isnan(scores.selling)
        self._sure += int(np.count_nonzero(scores.sure & labelled))
        if self._drift is not None:
            self._drift.add_probabilities(scores.selling)
            rows, weights = self._drift.next_rows(len(scores))
            self._drift.count_ngrams([texts[row] for row in rows.tolist()], labelled[rows], weights)
        for best, worth in (
            (self._selling, np.where(scores.label == SELLING, scores.selling, np.nan)),
            (self._giving, np.where(scores.label == GIVING, -scores.selling, np.nan)),
            (self._unsure, np.where(scores.sure, np.nan, -np.abs(scores.selling - 0.5))),
        ):
            for at in best.candidates(worth).tolist():
                if worth[at] <= best.floor:
                    break
                text = (texts[at] or "")[:TOP_CHARS]
                best.offer(float(worth[at]), text, (float(scores.selling[at]), text))

    def times_of(self, source: int) -> TimeColumn:
        """Return what the times of an input, by its number, have in common."""
        return self._times.setdefault(source, TimeColumn())

    def reject(self, rows: Iterable[Rejected]) -> None:
        """Keep the first rows that could not be read.

        Parameters
        ----------
        rows : iterable of Rejected
        """
        for row in islice(rows, REJECTS - len(self._rejected)):
            self._rejected.append(f"{row.file}: line {row.line}: {row.reason}")

    def state(self) -> dict[str, Any]:
        """Return what has been counted as JSON can hold it."""
        tops = [
            [(worth, *post) for worth, post in best.items()]
            for best in (self._selling, self._giving, self._unsure)
        ]
        labels = {str(label): count for label, count in self._labels.items()}
        counts = {
            "rows": self.rows,
            "written": self.written,
            "labels": labels,
            "statuses": dict(self._statuses),
            "sure": self._sure,
        }
        drift = {} if self._drift is None else {"drift": self._drift.state()}
        again = {} if self._again is None else {"again": self._again}
        times = {str(source): column.state() for source, column in self._times.items()}
        return {
            **counts,
            "tops": tops,
            "rejected": self._rejected,
            "times": times,
            **drift,
            **again,
        }

    def _restore(self, state: Mapping[str, Any]) -> None:
        self.rows, self.written, self._sure = state["rows"], state["written"], state["sure"]
        self._rejected, self._again = list(state["rejected"]), state.get("again")
        self._times = {int(source): TimeColumn(column) for source, column in state["times"].items()}
        self._labels.update(
            {None if label == "None" else label: count for label, count in state["labels"].items()}
        )
        self._statuses.update(state["statuses"])
        for best, posts in zip(
            (self._selling, self._giving, self._unsure), state["tops"], strict=True
        ):
            for worth, number, text in posts:
                best.offer(worth, text, (number, text))

    def summary(
        self,
        *,
        rejected: int,
        seconds: float,
        out: Path | None,
        rejects: Path | None,
        report: Path | None,
        skipped: Mapping[str, int],
        unread: Sequence[str],
        n_unread: int,
        resumed: int,
    ) -> Summary:
        """Return what has been counted.

        Parameters
        ----------
        rejected : int
        seconds : float
        out, rejects, report : Path or None
        skipped : mapping of str to int
        unread : sequence of str
        n_unread : int
        resumed : int

        Returns
        -------
        Summary
        """
        unlabelled = {
            name: count for name, count in sorted(self._statuses.items()) if name != Status.OK.text
        }
        drift = None
        if self._drift is not None:
            unsure = self._labels[GIVING] + self._labels[SELLING] - self._sure
            drift = drift_facts(
                drift_of(self._drift.with_verdicts(self._statuses, self._drift.histogram, unsure))
            )
        return Summary(
            rows=self.rows,
            written=self.written,
            rejected_first=tuple(self._rejected),
            times_unread=sum(column.unread for column in self._times.values()),
            times_told=tuple(
                dict.fromkeys(line for column in self._times.values() for line in column.remarks())
            )[:TOLD],
            rejected=rejected,
            giving=self._labels[GIVING],
            selling=self._labels[SELLING],
            sure=self._sure,
            unlabelled=unlabelled,
            seconds=seconds,
            out=out,
            rejects=rejects,
            report=report,
            most_selling=_posts(self._selling),
            most_giving=_posts(self._giving),
            most_unsure=_posts(self._unsure),
            skipped=dict(sorted(skipped.items())),
            unread=tuple(unread),
            n_unread=n_unread,
            resumed=resumed,
            drift=drift,
            read_again=None if self._again is None else sum(self._again[Again.SAME_LABEL :]),
            relabelled=None if self._again is None else self._again[Again.OTHER_LABEL],
        )


def _posts(best: Best[Post]) -> tuple[Post, ...]:
    return tuple(post for _, post in best.items())
