"""`read_labelled`: labelled posts from files, tables and values, as checked arrays."""

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from givesell.errors import ArgumentTypeError, DataError
from givesell.labelled.columns import text_column
from givesell.labelled.files import BadLine, unreadable
from givesell.labelled.frames import is_table
from givesell.labelled.groups import cut_at
from givesell.labelled.labels import UNUSED, read_labels
from givesell.labelled.posts import Labelled, concatenate
from givesell.labelled.ranges import check_ranges
from givesell.labelled.request import Request
from givesell.labelled.source import EXPECTED, Source, keys_of, storable, weights_of
from givesell.labelled.texts import rows_with_text
from givesell.labelled.values import LABEL, TEXT, Column, Columns, columns_of
from givesell.show.numbers import counted
from givesell.verdict import CLEAR, FACETS, GIVING, SELLING


def read_labelled(request: Request) -> Labelled:
    """Read labelled posts, check them and bring them together.

    Parameters
    ----------
    request : Request
        The posts, and where their labels and the rest are.

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
    >>> from givesell.datasets import load_posts
    >>> data = read_labelled(Request(load_posts(), groups="topic"))
    >>> data.posts.shape == data.selling.shape == data.groups["topic"].shape
    True
    """
    _check_group_until(request)
    data, columns = columns_of(request)
    measured = list(data) if isinstance(data, (list, tuple)) else [data]
    if not measured:
        raise ArgumentTypeError(
            "E206", argument="data", expected=EXPECTED, given=f"an empty {type(data).__name__}"
        )
    wanted = [_Wanted(each, columns) for each in measured]
    others = columns.of_other_data(request.text, request.label)
    wanted += [_Wanted(each, others, weight, measured=False) for each, weight in request.also]
    numbered = sum(is_table(each.data) for each in wanted) > 1
    parts: list[Labelled] = []
    n_rows = 0
    for number, each in enumerate(wanted, 1):
        check_ranges(weight=each.weight)
        bad: list[BadLine] = []
        source = Source.opened(each.data, each.columns.text, bad, number if numbered else None)
        index = source.frame.index
        if len(measured) > 1 and each.measured:
            index = pd.RangeIndex(n_rows, n_rows + len(index))
            n_rows += len(index)
        part = _read(source, each, request)
        findings = [*unreadable(bad, source.name), *part.findings]
        if len(wanted) > 1:  # what one file lacks another may have
            findings = [finding for finding in findings if finding.check != UNUSED]
        parts.append(replace(part, index=index[part.index], findings=findings))
    posts = concatenate(parts, request.extra)
    _check_counts(posts, request.fewest)
    return posts


@dataclass(frozen=True, slots=True)
class _Wanted:
    """A table or file to read, where its values are, and what its posts are for."""

    data: Any
    columns: Columns
    weight: float = 1.0
    measured: bool = True

    def series(self, source: Source, column: Column) -> pd.Series | None:
        """Return a column that posts to measure on must have, and others may."""
        return source.series(column) if self.measured else source.series_if_there(column)


def _read(source: Source, wanted: _Wanted, request: Request) -> Labelled:
    """Return the posts of one source that have a text and a label; its index numbers their rows."""
    columns, frame = wanted.columns, source.frame
    text = columns.text
    if not isinstance(text, np.ndarray):
        text = text_column(frame.columns, text, source.place)
    posts, label = source.objects(text), source.objects(columns.label, LABEL)
    clear, weight = _weights(source, wanted, request.borderline_weight)
    facets = None if request.facet is None else source.objects(request.facet)
    groups = {}
    for name, column in columns.groups.items():
        values = wanted.series(source, column)
        groups[name] = np.full(len(posts), None, object) if values is None else keys_of(values)
    subgroups, mark = None, request.group_until
    if mark is not None:
        subgroups = next(iter(groups.values()), None)
        groups = {name: cut_at(keys, mark) for name, keys in groups.items()}
    extra = {}
    for name in request.extra:
        values = source.series_if_there(name)
        if values is not None:
            extra[name] = storable(values.astype(object).where(values.notna(), None))
    has_text, empty, findings = rows_with_text(
        posts,
        frame.index,
        column=TEXT if isinstance(text, np.ndarray) else text,
        columns=frame.columns,
        where=source.where,
    )
    labels, of_labels = read_labels(
        pd.Series(label[has_text], frame.index[has_text], dtype=object),
        request.label_mapping,
        column=request.label if isinstance(request.label, str) else LABEL,
        where=source.where,
    )
    has_label = pd.notna(labels)
    rows, labels = np.flatnonzero(has_text)[has_label], labels[has_label]
    if facets is not None:
        _check_facets(facets[rows], labels, frame.index[rows])
    selling = np.asarray(labels == SELLING, bool)
    entry = {
        **source.entry,
        "posts": len(rows),
        "selling": int(selling.sum()),
        "empty": empty,
        "weight": wanted.weight,
        "measured": wanted.measured,
    }
    return Labelled(
        posts=posts[rows],
        selling=selling,
        clear=clear[rows],
        weight=weight[rows],
        measured=np.full(len(rows), wanted.measured),
        groups={name: keys[rows] for name, keys in groups.items()},
        subgroups=None if subgroups is None else subgroups[rows],
        ledger=[entry],
        facets=None if facets is None else facets[rows],
        index=pd.Index(rows),
        extra={name: values[rows] for name, values in extra.items()},
        findings=findings + of_labels,
    )


def _weights(
    source: Source, wanted: _Wanted, borderline_weight: float
) -> tuple[NDArray[np.bool_], NDArray[np.float64]]:
    """Return which posts are clear, and what each weighs."""
    count = len(source.frame)
    certainty = source.series_if_there(wanted.columns.certainty)
    clear = np.ones(count, bool)
    if certainty is not None:
        clear = (certainty == CLEAR).to_numpy(bool, na_value=False)
    weight = wanted.weight * np.where(clear, 1.0, borderline_weight)
    if wanted.columns.weight is not None:
        given = wanted.series(source, wanted.columns.weight)
        if given is not None:
            weight = weight * weights_of(given, source.where)
    return clear, weight


def _check_group_until(request: Request) -> None:
    mark: Any = request.group_until
    if mark is None:
        return
    if not isinstance(mark, str) or not mark:
        raise ArgumentTypeError(
            "E206", argument="group_until", expected="a mark, such as '#'", given=repr(mark)
        )
    if request.groups is None:
        expected = "given too, with group_until"
        raise ArgumentTypeError("E206", argument="groups", expected=expected, given="None")


def _check_counts(posts: Labelled, fewest: int) -> None:
    for name, is_label in ((GIVING, ~posts.selling), (SELLING, posts.selling)):
        count = int((is_label & posts.measured).sum())
        if count < fewest:
            few = f"{counted(count, 'post is', 'posts are')} labelled {name!r}"
            raise DataError("E303", problem=few, needed=f"{fewest} of each label")


def _check_facets(
    facets: NDArray[np.object_], labels: NDArray[np.object_], index: pd.Index
) -> None:
    """Refuse unknown facets, and those of the other label, naming the row."""
    for name, known in FACETS.items():
        strange = np.flatnonzero((labels == name) & ~pd.Series(facets).isin(known).to_numpy())
        if len(strange):
            raise DataError(
                "E307",
                facet=facets[strange[0]],
                row=index[strange[0]],
                label=name,
                known=", ".join(known),
            )
