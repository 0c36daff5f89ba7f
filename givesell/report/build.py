"""A scored file in, its report out: figures for scripts, one HTML page for people."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeGuard
from zoneinfo import ZoneInfo

import numpy as np

from givesell.archives.times.time_column import TimeColumn
from givesell.batch.scoring import about_model
from givesell.errors import ArgumentError, ArgumentTypeError, FileError
from givesell.files.writing import write_file
from givesell.measure.drift_comparison import drift_of
from givesell.measure.drift_measures import drift_facts
from givesell.measure.drift_tally import SAMPLE, DriftTally
from givesell.metrics import REPORTED
from givesell.model.load import ModelLike, as_model
from givesell.model.model import Model
from givesell.reasons.explain import explain_posts
from givesell.report.estimate import (
    Rates,
    corrected_share,
    counted_share,
    error_rates,
    giving_until,
)
from givesell.report.fields import MOST_NAME
from givesell.report.figures import Figures
from givesell.report.page import page
from givesell.report.scored_file import ScoredFile
from givesell.report.summary import summary
from givesell.report_options import TARGET, check_options
from givesell.show.markup import element
from givesell.show.words import cut, encodable, one_line
from givesell.types import PathLike
from givesell.verdict import Again

MOST_REASONS = 6  # those that speak for the label are marked
_MOST_NAMES = 100  # of reasons and of files
_QUOTED = ("most_selling", "most_giving", "most_unsure")


@dataclass(frozen=True, slots=True)
class Report:
    """What a scored file holds.

    Attributes
    ----------
    figures : dict
        All numbers and the posts that are quoted, as JSON can hold them.
    sources : tuple of Path
        What it was made from, which `save` never overwrites.
    """

    figures: dict[str, Any]
    sources: tuple[Path, ...] = field(default=(), repr=False, compare=False)

    @property
    def html(self) -> str:
        """The page: one file that needs no network."""
        return page(self.figures)

    def save(self, path: PathLike, *, overwrite: bool = False) -> None:
        """Write the page.

        Parameters
        ----------
        path : path
        overwrite : bool, default False
            Whether to replace an existing file.

        Raises
        ------
        FileError
            E405 if it cannot be written, E408 if it is the scored file, E409 if it exists and may
            not be replaced.
        """
        write_file(path, self.html.encode(), inputs=self.sources, overwrite=overwrite)

    def _repr_html_(self) -> str:
        """Show the page in a notebook, apart from the styles of the notebook."""
        return element("iframe", srcdoc=self.html, style="width:100%;height:40em;border:0")


def make_report(
    scored: PathLike,
    *,
    model: "ModelLike",
    target: float = TARGET,
    timezone: str = "UTC",
    text_column: str | None = None,
    columns: Mapping[str, str] | None = None,
    title: str | None = None,
    skipped: Mapping[str, int] | None = None,
    unread: Sequence[str] | None = None,
    n_unread: int | None = None,
    relabelled: int | None = None,
    top: int = 8,
) -> Report:
    """Gather the figures of a scored file.

    Parameters
    ----------
    scored : path
        Written by `givesell score`, in any of its formats.
    model : Model, str or path
        The one that scored it: its measured errors correct the count, and it marks the words that
        decided.
    target : float, default 0.8
        The share of giving that the archive should have.
    timezone : str, default "UTC"
        Time zone of all hours and days on the page, such as ``"Europe/Paris"``.
    text_column : str, optional
        By default as `givesell score` finds it.
    columns : mapping of str to str, optional
        The columns that hold parts of the posts under unusual names; see `givesell.read_archive`.
    title : str, optional
        By default the file's name.
    skipped : mapping of str to int, optional
        What the readers left out; Parquet and Arrow files record it.
    unread : sequence of str, optional
        The names of files that no reader knows, at least the first ones; Parquet and Arrow files
        record them.
    n_unread : int, optional
        How many there are.
    relabelled : int, optional
        Of how many posts a second look has changed the label; Parquet and Arrow files record it.
    top : int, default 8
        How many posts of each kind to show.

    Returns
    -------
    Report

    Raises
    ------
    FileError
        E401 or E406 if the file cannot be read; E413 if it was not written by `givesell score`.
    ArgumentError
        E206 for a target that is no share or an unknown time zone.
    DataError
        E301 if a column that was named is not there.
    """
    path = Path(scored)
    if not path.is_file():
        raise FileError("E401", path=path)
    model = as_model(model)
    zone = check_options(target=target, timezone=timezone)
    _check(top, skipped, unread)
    source = ScoredFile(
        path, text_column=text_column, columns=columns, may_be_empty=skipped is not None
    )
    counted, tally = _count(source, model, zone, int(top))
    figures = counted.as_dict()
    judged = figures["giving"], figures["selling"]
    drift = drift_of(
        tally.with_verdicts(counted.statuses, figures["histogram"], sum(judged) - figures["sure"])
    )
    rates = error_rates(model.info)
    shares = counted_share(*judged), None if drift.doubts else corrected_share(*judged, rates)
    rejected, reasons = source.rejected()
    recorded = source.metadata
    figures |= {
        "title": cut(encodable(str(title or path.name))),
        "target": target,
        "counted": shares[0] and shares[0]._asdict(),
        "corrected": shares[1] and shares[1]._asdict(),
        "to_target": giving_until(*judged, target),
        "drift": drift_facts(drift),
        "thresholds": list(model.thresholds),
        "skipped": _counts(skipped if skipped is not None else recorded.get("skipped")),
        "unread": (
            _unread(unread, n_unread)
            if unread is not None
            else _unread(recorded.get("unread"), recorded.get("n_unread"))
        ),
        "rejected": rejected,
        "reject_reasons": reasons,
        "model": _model_facts(model, rates[0] if rates else None, _maker(recorded.get("model"))),
    }
    if "read_by" in figures:
        figures["relabelled"] = _relabelled(recorded) if relabelled is None else int(relabelled)
    _mark_words(figures, model)
    figures["summary"] = summary(figures)
    return Report(figures, (path, source.rejects))


def _check(top: Any, skipped: Any, unread: Any) -> None:
    if isinstance(top, bool) or not isinstance(top, (int, np.integer)) or top < 0:
        raise ArgumentError("E206", argument="top", expected="a count", given=repr(top))
    if skipped is not None and not isinstance(skipped, Mapping):
        raise ArgumentTypeError(
            "E206",
            argument="skipped",
            expected="a mapping of reasons to counts",
            given=type(skipped).__name__,
        )
    if unread is not None and not _is_list(unread):
        raise ArgumentTypeError(
            "E206", argument="unread", expected="a list of names", given=type(unread).__name__
        )


def _count(
    source: ScoredFile, model: Model, zone: ZoneInfo, top: int
) -> tuple[Figures, DriftTally]:
    """Count all batches of a scored file; again if only the end of its column of times shows how
    the times are to be read.
    """
    times: TimeColumn | None = None
    while True:
        tally = DriftTally(model, sample=SAMPLE)
        figures = Figures(source.columns, zone=zone, top=top, times=times, tally=tally)
        for batch, unreadable in source.batches():
            if batch is not None:
                figures.add(batch)
            figures.unreadable(unreadable)
        if figures.times.settled or times is not None:
            return figures, tally
        times = figures.times.column


def _counts(skipped: Any) -> dict[str, int]:
    """Return reasons and counts, without what is neither."""
    pairs = skipped.items() if isinstance(skipped, Mapping) else ()
    known = [
        (reason, count)
        for reason, count in pairs
        if isinstance(count, (int, np.integer)) and 0 < count < 2**63
    ]
    return {
        cut(one_line(encodable(str(reason))), MOST_NAME): int(count)
        for reason, count in known[:_MOST_NAMES]
    }


def _unread(names: Any, count: Any) -> dict[str, Any]:
    """Return the names of files that were not read, and how many there are, without what is
    neither.
    """
    known = (
        [cut(one_line(encodable(name)), MOST_NAME) for name in names or () if isinstance(name, str)]
        if _is_list(names)
        else []
    )
    more = (
        count
        if isinstance(count, int) and not isinstance(count, bool) and len(known) <= count < 2**63
        else len(known)
    )
    return {"names": known[:_MOST_NAMES], "count": more}


def _is_list(value: Any) -> TypeGuard[Sequence[Any]]:
    return isinstance(value, Sequence) and not isinstance(value, (str, bytes))


def _relabelled(recorded: Mapping[str, Any]) -> int | None:
    """Return of how many posts a second look has changed the label, as a file says itself."""
    counts, of = recorded.get("again"), Again.OTHER_LABEL
    if _is_list(counts) and len(counts) > of and isinstance(counts[of], int):
        return int(counts[of])
    return None


def _maker(recorded: Any) -> dict[str, Any] | None:
    """Return name and digest of the model that a file was scored with, as it says itself."""
    if not isinstance(recorded, dict):
        return None
    facts = {name: recorded.get(name) for name in ("name", "digest")}
    return {
        name: value if value is None else cut(one_line(str(value)), MOST_NAME)
        for name, value in facts.items()
    }


def _model_facts(
    model: "Model", rates: Rates | None, scored_with: Mapping[str, Any] | None
) -> dict[str, Any]:
    info = model.info
    metrics = (info.get("metrics") or {}).get(rates.measured, {}) if rates else {}
    wanted = ("posts", "groups", *REPORTED)
    return {
        **about_model(model),
        "scored_with": scored_with,
        "measured": rates.measured if rates else None,
        "finds_selling": rates and rates.recall,
        "mistakes_giving": rates and rates.false_positive_rate,
        **{name: metrics[name] for name in wanted if name in metrics},
    }


def _mark_words(figures: dict[str, Any], model: Model) -> None:
    """Add to each post that is quoted which of its words speak for its label."""
    posts = [post for name in _QUOTED for post in figures[name]]
    for post, why in zip(
        posts, explain_posts(model, [post["text"] for post in posts], MOST_REASONS), strict=True
    ):
        spans = sorted(
            (reason.start, reason.end, round(abs(reason.weight), 3))
            for reason in why.reasons
            if reason.leans == why.label
        )
        post["words"] = [list(span) for span in spans]
