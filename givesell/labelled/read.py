"""Labelled posts: from files or a DataFrame to checked arrays."""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from givesell.archives.read import Archive
from givesell.errors import ArgumentTypeError, DataError, PostTypeError
from givesell.labelled.columns import match, need, text_column
from givesell.labelled.files import BadLine, read_frame, unreadable
from givesell.labelled.finding import Finding, posts, some
from givesell.labelled.frames import as_frame, is_table
from givesell.labelled.labels import UNUSED, read_labels
from givesell.labelled.ranges import MOST_WEIGHT, check_ranges
from givesell.labelled.separate import LABEL, Columns, as_columns, own_names
from givesell.show.words import keepable, quoted
from givesell.text.posts import is_missing
from givesell.verdict import FACETS, GIVING, SELLING

CLEAR = "clear"
FEWEST = 10
MOST_STRANGE = 0.1  # the share of values that are no text at which a column is not one of posts
SAMPLE = 1000
MOST_NUMBERS = 0.5
_EXPECTED = "a table, such as a DataFrame, or the path of a labelled file"
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
        Which kind of its label each post is, one of `givesell.verdict.FACETS`; None where the
        column was not asked for.
    index : pandas.Index, shape (n,)
        The rows as the caller's index names them; where posts come from several files, their number
        over all rows of these.
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
    text: Any = None,
    label: Any = "label",
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
    data : table, path, Archive, list of these; or a sequence or column of posts, with ``labels``
        Posts to train on and to measure on. Tables are those of pandas, Polars, Arrow and others,
        dicts of columns and lists of dicts; see `givesell.labelled.frames`. Files are read as
        `givesell.read_archive` does.
    labels : sequence, shape (n,), optional
        Labels of the posts, where they are not a column.
    text : str, optional
        The column of posts; by default ``text``, or the one that is named as posts are, such as
        ``Body``.
    label : str, or a sequence of shape (n,)
        The column of labels; values are taken as ``labels``.
    groups : str or sequence of str, optional
        Columns whose values keep related posts together, such as source or author. Beside
        ``labels`` also the values themselves, or a dict of name to values; a NumPy array or Series
        is always taken for values.
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
        If a column is missing, a label unknown, posts are not text, or there are too few of a
        label.
    FileError
        If a file cannot be read.

    Examples
    --------
    >>> posts = 10 * ["Thanks for the help", "Buy it now, 20% off"]
    >>> labelled(
    ...     posts, 10 * ["kind", "promo"], label_mapping={"kind": "giving", "promo": "selling"}
    ... ).selling.sum()
    np.int64(10)
    """
    named_text, named_label = (
        name if isinstance(name, str) else usual for name, usual in ((text, None), (label, LABEL))
    )
    data, columns = as_columns(
        data, labels, text=text, label=label, groups=groups, weight=weight, certainty=certainty
    )
    sources = [
        (source, 1.0, True) for source in (data if isinstance(data, (list, tuple)) else [data])
    ]
    if not sources:
        raise ArgumentTypeError(
            "E206", argument="data", expected=_EXPECTED, type=f"an empty {type(data).__name__}"
        )
    sources += [(source, factor, False) for source, factor in also]
    parts, ledger, findings = [], [], list[Finding]()
    several = sum(measured for _, _, measured in sources) > 1
    row = 0
    for source, factor, measured in sources:
        check_ranges(weight=factor)
        bad: list[BadLine] = []
        own = columns if measured else replace(columns, text=named_text, label=named_label)
        frame, entry = _frame(source, bad, own.text)
        where = "" if is_table(source) else f" in {entry['name']}"
        findings += unreadable(bad, entry["name"])
        own = replace(own, text=text_column(frame.columns, own.text, f" in {entry['name']}"))
        kept = _columns(
            frame,
            own,
            f" in {entry['name']}",
            where,
            measured,
            factor,
            borderline_weight,
            facet,
            extra,
        )
        if several and measured:
            kept["index"] = np.arange(row, row + len(kept))
            row += len(kept)
        kept, empty, found = _posts_alone(kept, own.text, frame, where)
        findings += found
        kept["label"], found = read_labels(
            kept["label"], label_mapping, column=named_label or LABEL, where=where
        )
        findings += [finding for finding in found if finding.check != UNUSED or len(sources) == 1]
        kept = kept[kept["label"].notna()]
        if facet is not None:
            _check_facets(kept)
        selling = int((kept["label"] == SELLING).sum())
        ledger.append(
            {
                **entry,
                "posts": len(kept),
                "selling": selling,
                "empty": empty,
                "weight": factor,
                "measured": measured,
            }
        )
        parts.append(kept)
    index = pd.Index(
        parts[0].index
        if len(parts) == 1
        else np.concatenate([part["index"].to_numpy(object) for part in parts])
    )
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
        {
            name: table[f"{_EXTRA}{name}"].to_numpy(object)
            for name in extra
            if f"{_EXTRA}{name}" in table
        },
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

    def there(name: Any) -> Any:
        """Return a column that may be there; None where it is not."""
        found = None if name is None else match(frame.columns, name)
        return None if found is None else frame[need(frame, found, told)]

    def wanted(name: Any, role: str = "") -> Any:
        """Return a column that posts to measure on must have."""
        return frame[need(frame, name, told, role)] if measured else there(name)

    posts, label = (
        frame[need(frame, columns.text, told)],
        frame[need(frame, columns.label, told, LABEL)],
    )
    kept = pd.DataFrame({"post": posts.astype(object), "label": label.astype(object)})
    certainty, weight = (
        there(columns.certainty),
        (None if columns.weight is None else wanted(columns.weight)),
    )
    kept["clear"] = (
        True if certainty is None else (certainty == CLEAR).to_numpy(bool, na_value=False)
    )
    kept["weight"] = factor * np.where(kept["clear"], 1.0, borderline_weight)
    if weight is not None:
        kept["weight"] *= _weights(weight, where)
    kept["measured"] = measured
    kept["index"] = pd.Series(frame.index.to_numpy(object), kept.index, dtype=object)
    if facet is not None:
        kept["facet"] = frame[need(frame, facet, told)].astype(object)
    for name, column in columns.groups.items():
        values = wanted(column)
        kept[f"{_GROUP}{name}"] = None if values is None else _keys(values)
    for name in extra:
        values = there(name)
        if values is not None:
            kept[f"{_EXTRA}{name}"] = values.astype(object).where(values.notna(), None)
    for key, values in kept.items():
        if values.dtype == object and key != "index":
            kept[key] = pd.Series(list(map(keepable, values)), kept.index, dtype=object)
    return kept


def _keys(values: pd.Series) -> pd.Series:
    """Return what tells groups apart: words for values that are no keys, such as lists; None
    where there is none.
    """
    found = values.astype(object).where(values.notna(), None)
    try:
        pd.factorize(found)
    except Exception:  # that of the value
        words = [
            value if value is None or isinstance(value, str) else quoted(value) for value in found
        ]
        return pd.Series(words, found.index, dtype=object)
    return found


def _weights(values: pd.Series, where: str) -> NDArray[np.float64]:
    """Return weights as numbers, refusing those that are none, negative or too large."""
    found = pd.to_numeric(values, errors="coerce").to_numpy(np.float64)
    wrong = np.flatnonzero(~((found >= 0) & (found <= MOST_WEIGHT)))
    if len(wrong):
        raise DataError(
            "E312", weight=values.iloc[wrong[0]], row=values.index[wrong[0]], where=where
        )
    return found


def _posts_alone(
    kept: pd.DataFrame, text: str, frame: pd.DataFrame, where: str
) -> tuple[pd.DataFrame, int, list[Finding]]:
    """Leave out rows without a post, or with something that is none; refuse a column that is
    hardly text.
    """
    is_text = np.fromiter((isinstance(post, str) for post in kept["post"]), bool, len(kept))
    empty = np.fromiter(
        (is_missing(post) or (isinstance(post, str) and not post.strip()) for post in kept["post"]),
        bool,
        len(kept),
    )
    strange = ~is_text & ~empty
    # Read as text are also numbers in quotes; a column of them is no column of posts.
    sample = np.flatnonzero(is_text & ~empty)[:SAMPLE]
    numbers = (
        sample[[_is_number(kept["post"].iloc[row]) for row in sample]] if len(sample) else sample
    )
    if strange.sum() > MOST_STRANGE * max((~empty).sum(), 1):
        wrong, count = np.flatnonzero(strange), posts(int(strange.sum()))
    else:
        wrong, count = (
            (numbers if len(numbers) > 1 + MOST_NUMBERS * len(sample) else numbers[:0]),
            "most",
        )
    if len(wrong):
        kind, first = (
            ("number" if count == "most" else type(kept["post"].iloc[wrong[0]]).__name__),
            kept.index[wrong[0]],
        )
        raise DataError(
            "E313",
            column=text,
            where=where,
            kind=kind,
            row=first,
            count=count,
            columns=", ".join(own_names(frame.columns)),
        )
    findings = []
    for check, rows, found in (
        ("empty posts", empty, "no text"),
        ("not text", strange, "a number or another value that is no text"),
    ):
        if rows.any():
            many = int(rows.sum())
            told = f"{posts(many)}{where} held {found}."
            findings.append(
                Finding(check, many, told, "Left out.", some(kept.index[rows]), rows is strange)
            )
    return kept[~empty & ~strange], int(empty.sum()), findings


def _is_number(post: str) -> bool:
    try:
        float(post)
    except ValueError:
        return False
    return True


def posts_of(
    source: Any, text: str | None = None, groups: str | None = None, *, strict: bool = True
) -> tuple[NDArray[np.object_], NDArray[np.object_]]:
    """Return the posts of an unlabelled file or frame, and their groups.

    Parameters
    ----------
    source : table, path or Archive
    text : str, optional
        As for `labelled`.
    groups : str, optional
        A column.
    strict : bool, default True
        Whether a post that is missing or no text is an error.

    Returns
    -------
    posts, groups : ndarray of object, shape (n,)

    Raises
    ------
    DataError
        If a column is missing.
    PostTypeError
        If a post is not text.
    FileError
        If the file cannot be read.
    """
    frame, entry = _frame(source, None, text)
    where = f" in {entry['name']}"
    posts = frame[need(frame, text_column(frame.columns, text, where), where)].to_numpy(object)
    for row, post in enumerate(posts if strict else ()):
        if not isinstance(post, str):
            raise PostTypeError("E101", position=row, type=type(post).__name__)
    keys = None if groups is None else frame[need(frame, groups, where)].to_numpy(object)
    return posts, np.full(len(posts), None, object) if keys is None else keys


def _frame(
    source: Any, bad: list[BadLine] | None, text: Any
) -> tuple[pd.DataFrame, dict[str, Any]]:
    if is_table(source):
        return as_frame(source), {"name": "a DataFrame"}
    if not isinstance(source, (str, Path, Archive)):
        raise ArgumentTypeError(
            "E206", argument="data", expected=_EXPECTED, type=type(source).__name__
        )
    frame = read_frame(source, bad, text=text)
    place = source.path if isinstance(source, Archive) else Path(source)
    digest = {"sha256": hashlib.sha256(place.read_bytes()).hexdigest()} if place.is_file() else {}
    return frame, {"name": place.name, **digest}


def _check_facets(frame: pd.DataFrame) -> None:
    """Refuse unknown facets, and those of the other label, naming the row."""
    for name, known in FACETS.items():
        strange = frame.index[(frame["label"] == name) & ~frame["facet"].isin(known)]
        if len(strange):
            raise DataError(
                "E307",
                facet=frame.loc[strange[0], "facet"],
                row=strange[0],
                label=name,
                known=", ".join(known),
            )
