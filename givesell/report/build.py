"""A scored file in, its report out: figures for scripts, one HTML page for people."""

import json
import os
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from givesell.archives import open_reader
from givesell.archives.base.objects_reader import ObjectsReader
from givesell.archives.parsing.lines import bounded_lines
from givesell.archives.shapes.roles import check_columns, columns_of, find_roles, find_text_column
from givesell.archives.streams.file_errors import named
from givesell.batch.encoders import METADATA
from givesell.batch.rejects import Collected
from givesell.batch.run_folder import rejects_path
from givesell.batch.stream import about_model
from givesell.core.load import ModelLike, as_model
from givesell.core.model import Model
from givesell.errors import ArgumentError, ArgumentTypeError, DataError, FileError
from givesell.files.writing import write_file
from givesell.measure.drift_comparison import held_against
from givesell.measure.drift_measures import drift_facts
from givesell.measure.drift_tally import SAMPLE, Tally
from givesell.metrics import REPORTED
from givesell.reasons.explain import explain_posts
from givesell.report.estimate import (
    Rates,
    corrected_share,
    counted_share,
    error_rates,
    giving_until,
)
from givesell.report.fields import MOST_NAME
from givesell.report.figures import MOST_STATUSES, Columns, Figures
from givesell.report.page import page
from givesell.report.wording import summary
from givesell.report_options import TARGET, check_options
from givesell.show.words import cut, encodable, one_line
from givesell.verdict import COLUMNS, added_columns

MOST_REASONS = 6  # those that speak for the label are marked
_TOPS = ("most_selling", "most_giving", "most_unsure")


@dataclass(frozen=True, slots=True)
class Report:
    """What a scored file holds.

    Attributes
    ----------
    figures : dict
        All numbers and the posts that stand out, as JSON can hold them.
    sources : tuple of Path
        What it was made from, which `save` never writes to.
    """

    figures: dict[str, Any]
    sources: tuple[Path, ...] = field(default=(), repr=False, compare=False)

    @property
    def html(self) -> str:
        """The page: one file that needs no network."""
        return page(self.figures)

    def save(self, path: str | os.PathLike[str], *, overwrite: bool = False) -> None:
        """Write the page.

        Parameters
        ----------
        path : path
        overwrite : bool, default False
            Whether a file that is there may be replaced.

        Raises
        ------
        FileError
            E405 if it cannot be written, E408 if it is the scored file, E409 if it is there and may
            not be replaced.
        """
        write_file(path, self.html.encode(), inputs=self.sources, overwrite=overwrite)

    def _repr_html_(self) -> str:
        """Show the page in a notebook, closed off from the notebook's own styles."""
        from markupsafe import escape

        return (
            f'<iframe srcdoc="{escape(self.html)}"'
            ' style="width:100%;height:40em;border:0"></iframe>'
        )


def make_report(
    scored: str | os.PathLike[str],
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
    top: int = 8,
) -> Report:
    """Gather the figures of a scored file.

    Parameters
    ----------
    scored : path
        Written by `givesell score`, in any of its formats.
    model : Model, str or path
        The one that scored it: its measured errors correct the count, and it says which words
        decided.
    target : float, default 0.8
        The share of giving to hold the archive against.
    timezone : str, default "UTC"
        Where hours and days are counted, such as ``"Europe/Paris"``; the whole page is in it.
    text_column : str, optional
        By default as `givesell score` finds it.
    columns : mapping of str to str, optional
        The column of each part of the posts that its name does not tell; see
        `givesell.read_archive`.
    title : str, optional
        By default the file's name.
    skipped : mapping of str to int, optional
        What the readers left out; Parquet and Arrow files know it themselves.
    unread : sequence of str, optional
        The names of files that no reader took, or some of them; Parquet and Arrow files know them
        themselves.
    n_unread : int, optional
        How many there are.
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
    if isinstance(top, bool) or not isinstance(top, (int, np.integer)) or top < 0:
        raise ArgumentError("E206", argument="top", expected="a count", type=repr(top))
    if skipped is not None and not isinstance(skipped, Mapping):
        raise ArgumentTypeError(
            "E206",
            argument="skipped",
            expected="a mapping of reasons to counts",
            type=type(skipped).__name__,
        )
    if unread is not None and not _is_list(unread):
        raise ArgumentTypeError(
            "E206", argument="unread", expected="a list of names", type=type(unread).__name__
        )
    reader = _open(path, empty=skipped is not None or rejects_path(path).is_file())
    names = reader.schema.names
    prefix = _prefix(names, path)
    told = columns_of(columns)
    check_columns(names, told, path)
    added = added_columns(names, prefix)
    roles = find_roles([name for name in names if name not in added], told)
    facet = prefix + "facet" if prefix + "facet" in names else None
    where = Columns(_text_column(names, text_column, path), prefix, roles, facet)
    tally = Tally(model, sample=SAMPLE)
    figures = _gathered(reader, where, Figures(where, zone=zone, top=int(top), tally=tally))
    if not figures.settled:
        # Only the whole column tells how its times are to be read.
        tally = Tally(model, sample=SAMPLE)
        figures = _gathered(
            _open(path, empty=True),
            where,
            Figures(where, zone=zone, top=int(top), times=figures.times, tally=tally),
        )
    found = figures.as_dict()
    about = _recorded(reader.schema.metadata)
    low, high = model.thresholds
    rates = error_rates(model.info)
    judged = found["giving"], found["selling"]
    checked = held_against(
        tally.told(figures.statuses, found["histogram"], sum(judged) - found["sure"])
    )
    counted = counted_share(*judged)
    corrected = None if checked.doubts else corrected_share(*judged, rates)
    rejected, reasons = _rejects(path)
    found |= {
        "title": cut(encodable(str(title or path.name))),
        "target": target,
        "counted": counted and counted._asdict(),
        "corrected": corrected and corrected._asdict(),
        "to_target": giving_until(*judged, target),
        "drift": drift_facts(checked),
        "thresholds": [low, high],
        "skipped": _counts(skipped if skipped is not None else about.get("skipped")),
        "unread": (
            _unread(unread, n_unread)
            if unread is not None
            else _unread(about.get("unread"), about.get("n_unread"))
        ),
        "rejected": rejected,
        "reject_reasons": reasons,
        "model": _model_facts(model, rates[0] if rates else None, _maker(about.get("model"))),
    }
    _explain(found, model)
    found["summary"] = summary(found)
    return Report(found, (path, rejects_path(path)))


def _open(path: Path, *, empty: bool) -> Any:
    """Return the reader of a scored file; of one without rows where it may be empty."""
    try:
        return open_reader(path, plain=True)
    except FileError as error:
        # All rows of a run were rejected or left out, and JSON lines without rows are an empty
        # file.
        if error.code != "E403" or not empty:
            raise
        return _NoRows()


def _gathered(reader: Any, columns: Columns, figures: Figures) -> Figures:
    """Count all batches of a scored file."""
    if isinstance(reader, ObjectsReader):
        # A row whose post is no text has figures all the same.
        reader.use_text(columns.prefix + "label")
    taken = Collected(strict=False)
    for batch in reader.batches(taken):
        figures.add(batch)
        figures.unreadable(len(taken.take()))
    figures.unreadable(len(taken.take()))
    return figures


class _NoRows:
    """What stands in for the reader of a file without rows."""

    schema = pa.schema([pa.field(name, pa.string()) for name in ("text", *COLUMNS)])

    def batches(self, _: Collected) -> Iterator[pa.RecordBatch]:
        return iter(())


def _text_column(names: Sequence[str], wanted: str | None, path: Path) -> str | None:
    try:
        return find_text_column(names, wanted, path)
    except DataError:
        if wanted is not None:
            raise
        # Without posts there are still figures.
        return None


def _prefix(names: Sequence[str], path: Path) -> str:
    for name in reversed(names):
        prefix = name.removesuffix(COLUMNS[-1])
        if name.endswith(COLUMNS[-1]) and added_columns(names, prefix):
            return prefix
    raise FileError("E413", path=path)


def _rejects(path: Path) -> tuple[int, dict[str, int]]:
    """Count the rows that could not be read, which lie beside the scored file."""
    reasons: Counter[str] = Counter()
    place = rejects_path(path)
    if place.is_file():
        with named(place, "E406", OSError), place.open("rb") as lines:
            for line in bounded_lines(lines.readline, b"\n"):
                try:
                    reason = cut(one_line(str(json.loads(line)["reason"])), MOST_NAME)
                except (ValueError, KeyError, TypeError, RecursionError):
                    continue
                reasons[
                    reason if reason in reasons or len(reasons) < MOST_STATUSES else "other reasons"
                ] += 1
    return sum(reasons.values()), dict(reasons.most_common(8))


def _recorded(metadata: Mapping[bytes, bytes] | None) -> dict[str, Any]:
    """Return what `givesell score` has recorded in a Parquet or Arrow file; nothing where it is
    not of that shape.
    """
    try:
        found = json.loads((metadata or {}).get(METADATA, b"{}"))
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


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
        for reason, count in known[:MOST_STATUSES]
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
    return {"names": known[:MOST_STATUSES], "count": more}


def _is_list(value: Any) -> bool:
    return isinstance(value, Sequence) and not isinstance(value, (str, bytes))


def _maker(recorded: Any) -> dict[str, Any] | None:
    """Return name and digest of the model that a file was scored with, as it says itself."""
    if not isinstance(recorded, dict):
        return None
    told = {name: recorded.get(name) for name in ("name", "digest")}
    return {
        name: value if value is None else cut(one_line(str(value)), MOST_NAME)
        for name, value in told.items()
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
        "finds_selling": rates and rates.found,
        "mistakes_giving": rates and rates.mistaken,
        **{name: metrics[name] for name in wanted if name in metrics},
    }


def _explain(found: dict[str, Any], model: "Model") -> None:
    posts = [post for name in _TOPS for post in found[name]]
    for post, why in zip(
        posts, explain_posts(model, [post["text"] for post in posts], MOST_REASONS), strict=True
    ):
        spans = sorted(
            (reason.start, reason.end, round(abs(reason.weight), 3))
            for reason in why.reasons
            if reason.leans == why.label
        )
        post["words"] = [list(span) for span in spans]
