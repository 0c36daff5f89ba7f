"""How good a model is on parts of the posts: by platform, group, length, certainty, or any
column. Small parts get wide intervals.
"""

import numbers
from collections.abc import Mapping
from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.stats import binomtest

from givesell.measure.bootstrap import Estimate, estimate
from givesell.metrics import CELLS, METRICS, SLICED, of_cells
from givesell.show.words import encodable, text_of
from givesell.text.posts import is_missing
from givesell.verdict import is_selling

SMALLEST = 20  # posts of a slice that gets figures
FEWEST_OF_LABEL = 5  # posts of either label for a figure that needs both
FEWEST_GROUPS = 10  # with fewer, an interval from drawing whole groups means nothing
LENGTHS = (0, 50, 140, 280, 500)
_UNIT = " characters"
_MOST_NUMBERS = 12  # distinct numbers that are slices one by one; more are put into bands
COLUMNS = ("slice", "value", "posts", "groups", "selling", *SLICED, "drawn")


def length_bands(posts: NDArray[np.object_]) -> NDArray[np.object_]:
    """Return the band of length of each post, in characters.

    Examples
    --------
    >>> length_bands(np.array(["short", 60 * "long"], dtype=object)).tolist()
    ['1 to 50 characters', '141 to 280 characters']
    """
    names = [f"{low + 1} to {high}{_UNIT}" for low, high in pairwise(LENGTHS)]
    names.append(f"over {LENGTHS[-1]}{_UNIT}")
    sizes = np.fromiter(map(len, posts), np.int64, len(posts))
    return np.array(names, object)[np.searchsorted(LENGTHS[1:], sizes, side="left")]


def name_of(column: str, value: str) -> str:
    """Return what tables and plots call a slice, short enough for a column of a table.

    Examples
    --------
    >>> name_of("platform", "reddit"), name_of("length", "141 to 280 characters")
    ('platform: reddit', 'chars: 141 to 280')
    """
    band = value.removesuffix(_UNIT)
    if column == "length" and band != value:
        return f"chars: {band}"
    return f"{column}: {value}"


def as_values(column: NDArray[np.object_]) -> NDArray[np.object_]:
    """Return a column as names of slices: many distinct numbers as four bands with as many posts
    each, what is missing as ``(none)``.
    """
    plain = [
        value if isinstance(value, (str, numbers.Number)) or is_missing(value) else text_of(value)
        for value in column
    ]
    values = pd.Series(plain, dtype=object)
    there = values.notna()
    as_numbers = pd.to_numeric(values[there], errors="coerce")
    if there.any() and as_numbers.notna().all() and as_numbers.nunique() > _MOST_NUMBERS:
        bands = pd.qcut(as_numbers.astype(np.float64), 4, duplicates="drop", precision=3)
        values[there] = bands.map(lambda band: f"{band.left:g} to {band.right:g}").astype(object)
    return np.array([encodable(text_of(value)) for value in values.where(there, "(none)")], object)


def slice_table(
    columns: Mapping[str, NDArray[np.object_]],
    selling: NDArray[np.bool_],
    p: NDArray[np.float64],
    groups: NDArray[np.int64] | None,
    *,
    rounds: int,
    seed: int,
) -> pd.DataFrame:
    """Measure each value of each column.

    Where a slice has ten groups or more, whole groups are drawn; else posts, from the posterior of
    its confusion matrix, so that three posts, all right, do not look like certainty. The interval
    of accuracy is then Wilson's.

    Parameters
    ----------
    columns : dict of str to ndarray of object, shape (n,)
        Name of a slicing to the value of each post.
    selling : ndarray of bool, shape (n,)
    p : ndarray of float64, shape (n,)
    groups : ndarray of int, shape (n,), optional
    rounds, seed : int

    Returns
    -------
    pandas.DataFrame
        A row for each value, the worst first: by the upper end of the interval of macro-F1, or of
        accuracy where the slice has only one label. Columns ``slice``, ``value``, ``posts``,
        ``groups``, ``selling`` (share), then ``accuracy``, ``macro_f1``, ``precision_selling`` and
        ``recall_selling``, each with ``_low`` and ``_high``, and what was ``drawn``. Figures are
        NaN in slices of fewer than 20 posts, and those that need both labels where there are fewer
        than 5 posts of one. A value that all posts have is no slice.
    """
    draw = np.random.default_rng(seed)
    cell = 2 * selling.astype(np.int64) + is_selling(p)
    rows = []
    for name, values in columns.items():
        for value, at in (
            pd.Series(np.arange(len(values))).groupby(pd.Series(values), sort=True).indices.items()
        ):
            if len(at) == len(values):
                continue
            rows.append(
                {
                    "slice": name,
                    "value": value,
                    **_measure(cell[at], None if groups is None else groups[at], rounds, draw),
                }
            )
    table = pd.DataFrame(rows, columns=None if rows else list(COLUMNS))
    if not rows:
        return table
    small = table["accuracy"].isna()
    worst = table["macro_f1_high"].where(table["macro_f1"].notna(), table["accuracy_high"])
    order = pd.DataFrame({"small": small, "worst": worst, "posts": -table["posts"]}).sort_values(
        ["small", "worst", "posts"], kind="stable"
    )
    return table.loc[order.index].reset_index(drop=True)


def _measure(
    cell: NDArray[np.int64],
    groups: NDArray[np.int64] | None,
    rounds: int,
    draw: np.random.Generator,
) -> dict[str, Any]:
    cells = np.bincount(cell, minlength=CELLS.width).astype(np.float64)
    posts, giving, selling = len(cell), cells[0] + cells[1], cells[2] + cells[3]
    unit = np.empty(0, np.int64) if groups is None else np.unique(groups, return_inverse=True)[1]
    count = int(unit.max(initial=-1)) + 1
    by_group = count >= FEWEST_GROUPS
    measured: dict[str, Any] = {
        "posts": posts,
        "groups": count or None,
        "selling": float(selling / posts),
    }
    if by_group:
        tables = np.zeros((count, CELLS.width))
        np.add.at(tables, (unit, cell), 1)
        drawn = tables[draw.integers(0, len(tables), (rounds, len(tables)))].sum(axis=1)
    else:
        drawn = draw.dirichlet(cells + 0.5, rounds)
    values, spread = of_cells(cells), of_cells(drawn)
    both = min(giving, selling) >= FEWEST_OF_LABEL
    for name in SLICED:
        measurable = posts >= SMALLEST and (both or not METRICS[name].needs_both)
        figure = (
            estimate(float(values[name][0]), spread[name])
            if measurable
            else Estimate(np.nan, np.nan, np.nan)
        )
        if measurable and name == "accuracy" and not by_group:
            interval = binomtest(int(cells[0] + cells[3]), posts).proportion_ci(method="wilson")
            figure = Estimate(figure.value, float(interval.low), float(interval.high))
        measured |= {name: figure.value, f"{name}_low": figure.low, f"{name}_high": figure.high}
    return {**measured, "drawn": "groups" if by_group else "posts"}
