"""Labelled posts: from files or a DataFrame to checked arrays."""

import difflib
import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from givesell.archives.columns import encodable
from givesell.errors import ArgumentTypeError, DataError, PostTypeError
from givesell.text.columns import is_missing
from givesell.training.findings import Finding, posts, some
from givesell.training.given import Columns, as_columns, own_columns
from givesell.training.labels import UNUSED, read_labels
from givesell.training.tables import BadLine, read_frame, unreadable
from givesell.verdict import FACETS, GIVING, SELLING

CLEAR = "clear"
FEWEST = 10
MOST_STRANGE = 0.1  # the share of values that are no text at which a column is not one of posts
SAMPLE = 1000
MOST_NUMBERS = 0.5
_GROUP, _EXTRA = "group ", "extra "


@dataclass(frozen=True, slots=True)
class Labelled:
    """Checked labelled posts.

    Attributes
    ----------
    posts : ndarray of object, shape (n,)
    selling : ndarray of bool, shape (n,)
    clear : ndarray of bool, shape (n,)
        False where the annotator called the post borderline.
    weight : ndarray of float64, shape (n,)
    measured : ndarray of bool, shape (n,)
        False for posts that train but are never measured on.
    groups : dict of str to ndarray of object, shape (n,)
        Group columns; None where a post has no group.
    ledger : list of dict
        What was read, and what was left out and why.
    facets : ndarray of object, shape (n,), optional
        Which kind of its label each post is, one of `givesell.verdict.FACETS`; None where the column was not asked for.
    index : pandas.Index, shape (n,)
        The rows as the caller's index names them; where posts come from several files, their number over all rows of these.
    extra : dict of str to ndarray of object, shape (n,)
        Further columns that were asked for and found.
    findings : list of Finding
        What reading them found, and what was done about it.
    copies : ndarray of int64, shape (n,), optional
        The same number for near copies; no fold trains on a copy of a post that it is measured on.
    """

    posts: NDArray[np.object_]
    selling: NDArray[np.bool_]
    clear: NDArray[np.bool_]
    weight: NDArray[np.float64]
    measured: NDArray[np.bool_]
    groups: dict[str, NDArray[np.object_]] = field(default_factory=dict)
    ledger: list[dict[str, Any]] = field(default_factory=list)
    facets: NDArray[np.object_] | None = None
    index: pd.Index = field(default_factory=lambda: pd.RangeIndex(0))
    extra: dict[str, NDArray[np.object_]] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)
    copies: NDArray[np.int64] | None = None

    @property
    def labels(self) -> NDArray[np.object_]:
        """Labels as scikit-learn takes them, shape (n,)."""
        return np.where(self.selling, SELLING, GIVING).astype(object)


def labelled(
    data: Any,
    labels: Any = None,
    *,
    text: str = "text",
    label: str = "label",
    groups: Any = None,
    weight: Any = None,
    certainty: Any = "certainty",
    label_mapping: Mapping[Any, str | None] | None = None,
    borderline_weight: float = 1.0,
    also: Iterable[tuple[Any, float]] = (),
    facet: str | None = None,
    extra: Iterable[str] = (),
    fewest: int = FEWEST,
) -> Labelled:
    """Check labelled posts and bring them together.

    Parameters
    ----------
    data : pandas.DataFrame, path, list of paths; or a sequence or column of posts, with ``labels``
        Posts to train on and to measure on.
    labels : sequence, shape (n,), optional
        Labels of the posts, where they are not a column.
    text, label : str
        Columns.
    groups : str or sequence of str, optional
        Columns whose values keep related posts together, such as source or author. Beside ``labels`` also the values themselves,
        or a dict of name to values; a NumPy array or Series is always taken for values.
    weight : str, or a sequence of float of shape (n,), optional
        How much each post counts in training; a column or values.
    certainty : str, or a sequence of shape (n,), optional
        Column that says ``clear`` or not, where there is one, or values.
    label_mapping : mapping, optional
        From other labels to ``"giving"`` or ``"selling"``, or to None for posts to leave out.
    borderline_weight : float
        Weight of the posts that are not clear, in times their own.
    also : iterable of (DataFrame or path, weight)
        Posts to train on only.
    facet : str, optional
        Column of facets.
    extra : iterable of str
        Further columns to keep, where there are such.
    fewest : int, default 10
        How many measured posts of each label there must be.

    Returns
    -------
    Labelled

    Raises
    ------
    DataError
        If a column is missing, a label unknown, posts are not text, or there are too few of a label.
    FileError
        If a file cannot be read.

    Examples
    --------
    >>> posts = 10 * ["Thanks for the help", "Buy it now, 20% off"]
    >>> labelled(posts, 10 * ["kind", "promo"], label_mapping={"kind": "giving", "promo": "selling"}).selling.sum()
    np.int64(10)
    """
    data, columns = as_columns(data, labels, text=text, label=label, groups=groups, weight=weight, certainty=certainty)
    sources = [(source, 1.0, True) for source in (data if isinstance(data, (list, tuple)) else [data])]
    sources += [(source, factor, False) for source, factor in also]
    parts, ledger, findings = [], [], list[Finding]()
    several = sum(measured for _, _, measured in sources) > 1
    row = 0
    for source, factor, measured in sources:
        bad: list[BadLine] = []
        frame, entry = _frame(source, bad)
        where = "" if isinstance(source, pd.DataFrame) else f" in {entry['name']}"
        findings += unreadable(bad, entry["name"])
        own = columns if measured else replace(columns, text=text, label=label)
        kept = _columns(frame, own, f" in {entry['name']}", where, measured, factor, borderline_weight, facet, extra)
        if several and measured:
            kept["index"] = np.arange(row, row + len(kept))
            row += len(kept)
        kept, empty, found = _posts_alone(kept, own.text, frame, where)
        findings += found
        kept["label"], found = read_labels(kept["label"], label_mapping, column=label, where=where)
        findings += [finding for finding in found if finding.check != UNUSED or len(sources) == 1]
        kept = kept[kept["label"].notna()]
        if facet is not None:
            _check_facets(kept)
        selling = int((kept["label"] == SELLING).sum())
        ledger.append({**entry, "posts": len(kept), "selling": selling, "empty": empty, "weight": factor, "measured": measured})
        parts.append(kept)
    index = pd.Index(parts[0].index if len(parts) == 1 else np.concatenate([part["index"].to_numpy(object) for part in parts]))
    table = pd.concat(parts, ignore_index=True) if len(parts) > 1 else parts[0]
    for name in (GIVING, SELLING):
        count = int(((table["label"] == name) & table["measured"]).sum())
        if count < fewest:
            found_few = f"{posts(count)} {'is' if count == 1 else 'are'} labelled {name!r}"
            raise DataError("E303", found=found_few, needed=f"{fewest} of each label")
    return Labelled(
        table["post"].to_numpy(object),
        (table["label"] == SELLING).to_numpy(bool),
        table["clear"].to_numpy(bool),
        table["weight"].to_numpy(np.float64),
        table["measured"].to_numpy(bool),
        {name: table[f"{_GROUP}{name}"].to_numpy(object) for name in columns.groups},
        ledger,
        None if facet is None else table["facet"].to_numpy(object),
        index,
        {name: table[f"{_EXTRA}{name}"].to_numpy(object) for name in extra if f"{_EXTRA}{name}" in table},
        findings,
    )


def _columns(
    frame: pd.DataFrame,
    columns: Columns,
    told: str,
    where: str,
    measured: bool,
    factor: float,
    borderline_weight: float,
    facet: str | None,
    extra: Iterable[str],
) -> pd.DataFrame:
    """Return what is needed of one source under names of our own."""
    needed = [columns.text, columns.label, *([] if facet is None else [facet])]
    needed += [*columns.groups.values(), *([] if columns.weight is None else [columns.weight])] if measured else []
    for column in needed:
        _need(frame, column, told)
    kept = pd.DataFrame({"post": frame[columns.text].astype(object), "label": frame[columns.label].astype(object)})
    kept["clear"] = (frame[columns.certainty] == CLEAR).to_numpy() if columns.certainty in frame else True
    kept["weight"] = factor * np.where(kept["clear"], 1.0, borderline_weight)
    if columns.weight in frame:
        kept["weight"] *= _weights(frame[columns.weight], where)
    kept["measured"] = measured
    kept["index"] = frame.index.to_numpy(object)
    if facet is not None:
        kept["facet"] = frame[facet].astype(object)
    for name, column in columns.groups.items():
        kept[f"{_GROUP}{name}"] = frame[column].astype(object).where(frame[column].notna(), None) if column in frame else None
    for name in extra:
        if name in frame:
            kept[f"{_EXTRA}{name}"] = frame[name].astype(object).where(frame[name].notna(), None)
    for key, values in kept.items():
        if values.dtype == object and key != "index":
            kept[key] = pd.Series(list(map(encodable, values)), kept.index, dtype=object)
    return kept


def _weights(values: pd.Series, where: str) -> NDArray[np.float64]:
    """Return weights as numbers, refusing those that are none, negative or infinite."""
    found = pd.to_numeric(values, errors="coerce").to_numpy(np.float64)
    wrong = np.flatnonzero(~(np.isfinite(found) & (found >= 0)))
    if len(wrong):
        raise DataError("E312", weight=values.iloc[wrong[0]], row=values.index[wrong[0]], where=where)
    return found


def _posts_alone(kept: pd.DataFrame, text: str, frame: pd.DataFrame, where: str) -> tuple[pd.DataFrame, int, list[Finding]]:
    """Leave out rows without a post, or with something that is none; refuse a column that is hardly text."""
    is_text = np.fromiter((isinstance(post, str) for post in kept["post"]), bool, len(kept))
    empty = np.fromiter((is_missing(post) or (isinstance(post, str) and not post.strip()) for post in kept["post"]), bool, len(kept))
    strange = ~is_text & ~empty
    # Read as text are also numbers in quotes; a column of them is no column of posts.
    sample = np.flatnonzero(is_text & ~empty)[:SAMPLE]
    numbers = sample[[_is_number(kept["post"].iloc[row]) for row in sample]] if len(sample) else sample
    if strange.sum() > MOST_STRANGE * max((~empty).sum(), 1):
        wrong, count = np.flatnonzero(strange), posts(int(strange.sum()))
    else:
        wrong, count = (numbers if len(numbers) > 1 + MOST_NUMBERS * len(sample) else numbers[:0]), "most"
    if len(wrong):
        kind, first = "number" if count == "most" else type(kept["post"].iloc[wrong[0]]).__name__, kept.index[wrong[0]]
        raise DataError("E313", column=text, where=where, kind=kind, row=first, count=count, columns=", ".join(own_columns(frame)))
    findings = []
    for check, rows, found in (("empty posts", empty, "no text"), ("not text", strange, "a number or another value that is no text")):
        if rows.any():
            many = int(rows.sum())
            told = f"{posts(many)}{where} held {found}."
            findings.append(Finding(check, many, told, "Left out.", some(kept.index[rows]), rows is strange))
    return kept[~empty & ~strange], int(empty.sum()), findings


def _is_number(post: str) -> bool:
    try:
        float(post)
    except ValueError:
        return False
    return True


def posts_of(source: Any, text: str = "text", groups: str | None = None) -> tuple[NDArray[np.object_], NDArray[np.object_]]:
    """Return the posts of an unlabelled file or frame, and their groups.

    Parameters
    ----------
    source : DataFrame or path
    text : str
    groups : str, optional
        Columns.

    Returns
    -------
    posts, groups : ndarray of object, shape (n,)

    Raises
    ------
    DataError
        If a column is missing, or a post is not text.
    FileError
        If the file cannot be read.
    """
    frame, entry = _frame(source)
    where = f" in {entry['name']}"
    for column in (text, groups):
        if column is not None:
            _need(frame, column, where)
    posts = frame[text].to_numpy(object)
    for row, post in enumerate(posts):
        if not isinstance(post, str):
            raise PostTypeError("E101", position=row, type=type(post).__name__)
    return posts, frame[groups].to_numpy(object) if groups else np.full(len(posts), None, object)


def _frame(source: Any, bad: list[BadLine] | None = None) -> tuple[pd.DataFrame, dict[str, Any]]:
    if isinstance(source, pd.DataFrame):
        return source, {"name": "a DataFrame"}
    if not isinstance(source, (str, Path)):
        raise ArgumentTypeError("E206", argument="data", expected="a DataFrame or the path of a labelled file", type=type(source).__name__)
    frame = read_frame(source, bad)
    return frame, {"name": Path(source).name, "sha256": hashlib.sha256(Path(source).read_bytes()).hexdigest()}


def _need(frame: pd.DataFrame, column: str, where: str) -> None:
    if column not in frame:
        near = difflib.get_close_matches(column, list(map(str, frame.columns)), 1)
        hint = f" Did you mean {near[0]!r}?" if near else ""
        raise DataError("E301", column=column, where=where, columns=", ".join(map(str, frame.columns)), hint=hint)


def _check_facets(frame: pd.DataFrame) -> None:
    """Refuse unknown facets, and those of the other label, naming the row."""
    for name, known in FACETS.items():
        strange = frame.index[(frame["label"] == name) & ~frame["facet"].isin(known)]
        if len(strange):
            raise DataError("E307", facet=frame.loc[strange[0], "facet"], row=strange[0], label=name, known=", ".join(known))
