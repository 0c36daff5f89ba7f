"""Labelled posts: from files or a DataFrame to checked arrays."""

import difflib
import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from givesell.errors import ArgumentTypeError, DataError, FileError, PostTypeError
from givesell.text.columns import is_missing
from givesell.verdict import FACETS, GIVING, SELLING

CLEAR = "clear"
FEWEST = 10
_READERS: dict[str, Any] = {
    ".csv": pd.read_csv,
    ".tsv": pd.read_table,
    ".jsonl": pd.read_json,
    ".ndjson": pd.read_json,
    ".parquet": pd.read_parquet,
}
_PACKED = (".gz", ".zst", ".bz2", ".xz")


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
    facets : ndarray of object, shape (n,), optional
        Which kind of its label each post is, one of `givesell.verdict.FACETS`; None where the column was not asked for.
    ledger : list of dict
        What was read, and what was left out and why.
    """

    posts: NDArray[np.object_]
    selling: NDArray[np.bool_]
    clear: NDArray[np.bool_]
    weight: NDArray[np.float64]
    measured: NDArray[np.bool_]
    groups: dict[str, NDArray[np.object_]] = field(default_factory=dict)
    ledger: list[dict[str, Any]] = field(default_factory=list)
    facets: NDArray[np.object_] | None = None

    @property
    def labels(self) -> NDArray[np.object_]:
        """Labels as scikit-learn takes them, shape (n,)."""
        return np.where(self.selling, SELLING, GIVING).astype(object)


def read_frame(path: Any) -> pd.DataFrame:
    """Read a labelled file.

    Parameters
    ----------
    path : str or path
        CSV, TSV, JSONL or Parquet; text formats also packed (gz, zst, bz2, xz).

    Returns
    -------
    pandas.DataFrame

    Raises
    ------
    FileError
        If the file is missing, unknown or cannot be read.
    """
    path = Path(path)
    suffixes = [suffix for suffix in path.suffixes if suffix not in _PACKED]
    reader = _READERS.get(suffixes[-1]) if suffixes else None
    if path.is_dir():
        raise FileError("E402", path=path)
    if not path.exists():
        raise FileError("E401", path=path)
    if reader is None:
        raise FileError("E404", path=path, known=", ".join(_READERS))
    try:
        frame: pd.DataFrame = reader(path, lines=True, dtype=False) if reader is pd.read_json else reader(path)
    except (ValueError, OSError, UnicodeError) as error:
        raise FileError("E406", path=path, reason=" ".join(str(error).split())[:200]) from error
    return frame


def labelled(
    data: Any,
    *,
    text: str = "text",
    label: str = "label",
    groups: str | Sequence[str] | None = None,
    certainty: str | None = "certainty",
    borderline_weight: float = 1.0,
    also: Iterable[tuple[Any, float]] = (),
    facet: str | None = None,
) -> Labelled:
    """Check labelled posts and bring them together.

    Parameters
    ----------
    data : pandas.DataFrame, path, or list of paths
        Posts to train on and to measure on.
    text, label : str
        Columns.
    groups : str or sequence of str, optional
        Columns whose values keep related posts together, such as source or author.
    certainty : str, optional
        Column that says ``clear`` or not, where there is one.
    borderline_weight : float
        Weight of the posts that are not clear.
    also : iterable of (DataFrame or path, weight)
        Posts to train on only.
    facet : str, optional
        Column of facets.

    Returns
    -------
    Labelled

    Raises
    ------
    DataError
        If a column is missing, a label unknown, or there are too few posts of a label.
    FileError
        If a file cannot be read.
    """
    names = [groups] if isinstance(groups, str) else list(groups or [])
    sources = [(source, 1.0, True) for source in (data if isinstance(data, (list, tuple)) else [data])]
    sources += [(source, weight, False) for source, weight in also]
    parts, ledger = [], []
    for source, weight, measured in sources:
        frame, entry = _frame(source)
        where = f" in {entry['name']}"
        for column in (text, label, *(names if measured else []), *([] if facet is None else [facet])):
            _need(frame, column, where)
        kept = pd.DataFrame({"post": frame[text].astype(object), "label": frame[label].astype(object)})
        kept["clear"] = (frame[certainty] == CLEAR).to_numpy() if certainty in frame else True
        kept["weight"] = weight * np.where(kept["clear"], 1.0, borderline_weight)
        kept["measured"] = measured
        if facet is not None:
            kept["facet"] = frame[facet].astype(object)
        for name in names:
            kept[name] = frame[name].astype(object).where(frame[name].notna(), None) if name in frame else None
        empty = np.array([is_missing(post) or (isinstance(post, str) and not post.strip()) for post in kept["post"]], dtype=bool)
        kept = kept[~empty]
        _check(kept)
        if facet is not None:
            _check_facets(kept)
        selling = int((kept["label"] == SELLING).sum())
        ledger.append({**entry, "posts": len(kept), "selling": selling, "empty": int(empty.sum()), "weight": weight, "measured": measured})
        parts.append(kept)
    table = pd.concat(parts, ignore_index=True)
    for name in (GIVING, SELLING):
        count = int(((table["label"] == name) & table["measured"]).sum())
        if count < FEWEST:
            raise DataError("E303", found=f"{count} posts are labelled {name!r}", needed=f"{FEWEST} of each label")
    return Labelled(
        table["post"].to_numpy(object),
        (table["label"] == SELLING).to_numpy(bool),
        table["clear"].to_numpy(bool),
        table["weight"].to_numpy(np.float64),
        table["measured"].to_numpy(bool),
        {name: table[name].to_numpy(object) for name in names},
        ledger,
        None if facet is None else table["facet"].to_numpy(object),
    )


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


def _frame(source: Any) -> tuple[pd.DataFrame, dict[str, Any]]:
    if isinstance(source, pd.DataFrame):
        return source, {"name": "a DataFrame"}
    if not isinstance(source, (str, Path)):
        raise ArgumentTypeError("E206", argument="data", expected="a DataFrame or the path of a labelled file", type=type(source).__name__)
    frame = read_frame(source)
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


def _check(frame: pd.DataFrame) -> None:
    """Refuse unknown labels and posts that are not text, naming the row."""
    unknown = frame.index[~frame["label"].isin([GIVING, SELLING])]
    if len(unknown):
        raise DataError("E302", label=frame.loc[unknown[0], "label"], row=unknown[0])
    for row, post in frame["post"].items():
        if not isinstance(post, str):
            raise DataError("E101", position=row, type=type(post).__name__)
