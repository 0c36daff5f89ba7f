"""The bootstrap of all metrics at once: what resampling posts, or whole groups of them, does to
each.

A round is a number of times that each unit (post or group) is drawn. Sums over posts are then a
matrix product, and the two metrics that need an order, AUC and average precision, one pass over the
posts sorted once.
"""

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from givesell.measure.metrics import BINS
from givesell.text.compiled import compiled
from givesell.verdict import is_selling, is_sure

ROUNDS = 1000
LEVEL = 0.95
_MOST_COUNTS = 2_000_000  # numbers of draws in memory at a time
CELLS = ("true_giving", "false_selling", "false_giving", "true_selling")
Values = dict[str, NDArray[np.float64]]


class Estimate(NamedTuple):
    """A figure and its 95 % interval; NaN where it is not defined."""

    value: float
    low: float
    high: float

    @property
    def defined(self) -> bool:
        """Whether there is a figure."""
        return not np.isnan(self.value)


class Draws:
    """Rounds of units drawn with replacement; iterating gives the same rounds each time.

    Parameters
    ----------
    units : ndarray of int, shape (n,)
        The unit of each post, from 0 on.
    rounds : int
    seed : int

    Examples
    --------
    >>> draws = Draws(np.array([0, 0, 1]), 4, 0)
    >>> [counts.shape for counts in draws], [counts.sum(axis=1).tolist() for counts in draws]
    ([(4, 2)], [[2.0, 2.0, 2.0, 2.0]])
    """

    def __init__(self, units: NDArray[np.int64], rounds: int, seed: int) -> None:
        self.units, self.rounds, self._seed = units, rounds, seed
        self.count = int(units.max()) + 1

    def __iter__(self) -> Iterator[NDArray[np.float64]]:
        """Yield how many times each unit is drawn, some rounds at a time, shape (some, n_units)."""
        draw = np.random.default_rng(self._seed)
        size = max(1, _MOST_COUNTS // self.count)
        for start in range(0, self.rounds, size):
            rows = range(min(size, self.rounds - start))
            yield np.array(
                [
                    np.bincount(draw.integers(0, self.count, self.count), minlength=self.count)
                    for _ in rows
                ],
                np.float64,
            )

    def once(self) -> list[NDArray[np.float64]]:
        """Return one round in which each unit is drawn once: the posts as they are."""
        return [np.ones((1, self.count))]


class Scored:
    """Labels and probabilities, laid out for resampling.

    Parameters
    ----------
    selling : ndarray of bool, shape (n,)
        The labels.
    p : ndarray of float64, shape (n,)
        Probability of ``selling``.
    units : ndarray of int, shape (n,)
        What is drawn.
    thresholds : tuple of float
        Beyond which a verdict is sure.
    bands : ndarray of float, shape (n_bands,)
        Half widths of unsure bands around one half.
    """

    def __init__(
        self,
        selling: NDArray[np.bool_],
        p: NDArray[np.float64],
        units: NDArray[np.int64],
        *,
        thresholds: tuple[float, float],
        bands: NDArray[np.float64] | None = None,
    ) -> None:
        self.bands = np.empty(0) if bands is None else bands
        count = int(units.max()) + 1
        called = is_selling(p)
        right, sure = called == selling, is_sure(p, thresholds)
        beyond = np.abs(p - 0.5)[:, None] >= self.bands[None, :]
        bins = np.minimum((p * BINS).astype(int), BINS - 1)
        self._sums = np.zeros((count, 4 + 1 + 2 + BINS + 2 * len(self.bands)))
        np.add.at(self._sums, (units, 2 * selling.astype(int) + called), 1)
        np.add.at(self._sums, (units, 7 + bins), p - selling)
        columns = [(p - selling) ** 2, sure, sure & right]
        for column, values in enumerate(columns, 4):
            self._sums[:, column] = np.bincount(units, values, count)
        for band in range(len(self.bands)):
            self._sums[:, 7 + BINS + band] = np.bincount(units, beyond[:, band], count)
            self._sums[:, 7 + BINS + len(self.bands) + band] = np.bincount(
                units, beyond[:, band] & right, count
            )
        order = np.argsort(-p, kind="stable")
        self._units, self._selling = units[order].astype(np.int64), selling[order]
        # The last post of each run of equal probabilities: only there can a threshold lie.
        self._last = np.append(np.diff(p[order]) != 0, True)

    def values(self, draws: Any) -> Values:
        """Return all metrics of each round.

        Parameters
        ----------
        draws : iterable of ndarray, shape (some, n_units)
            `Draws`, or its ``once``.

        Returns
        -------
        dict of str to ndarray of float64, shape (rounds,)
            NaN where a round leaves a metric undefined. ``coverage`` and ``accuracy_beyond`` have
            shape (rounds, n_bands).
        """
        sums, ranked = [], []
        for counts in draws:
            sums.append(counts @ self._sums)
            out = np.empty((len(counts), 2))
            _rank(counts, self._units, self._selling, self._last, out)
            ranked.append(out)
        return self._metrics(np.concatenate(sums), np.concatenate(ranked))

    def _metrics(self, sums: NDArray[np.float64], ranked: NDArray[np.float64]) -> Values:
        found = cell_metrics(sums[:, :4])
        total = sums[:, :4].sum(axis=1)
        squares, sure, sure_right = sums[:, 4], sums[:, 5], sums[:, 6]
        found["average_precision"], found["auc"] = ranked[:, 1], ranked[:, 0]
        found["brier"] = squares / total
        found["calibration_error"] = np.abs(sums[:, 7 : 7 + BINS]).sum(axis=1) / total
        found["share_sure"], found["accuracy_sure"] = sure / total, ratio(sure_right, sure)
        beyond, right = np.split(sums[:, 7 + BINS :], 2, axis=1)
        found["coverage"], found["accuracy_beyond"] = beyond / total[:, None], ratio(right, beyond)
        return found


def ratio(above: Any, below: Any) -> NDArray[np.float64]:
    """Divide; NaN where the divisor is 0."""
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray(np.where(np.asarray(below) > 0, np.divide(above, below), np.nan))


def cell_metrics(cells: NDArray[np.float64]) -> Values:
    """Return the metrics that follow from confusion tables.

    Parameters
    ----------
    cells : ndarray of float64, shape (rounds, 4)
        In the order of `CELLS`.

    Returns
    -------
    dict of str to ndarray of float64, shape (rounds,)
        A label that neither stands nor is called has no F1, and macro-F1 is then that of the other,
        as in scikit-learn.
    """
    giving, false_selling, false_giving, selling = cells.T
    wrong = false_selling + false_giving
    f1_giving, f1_selling = (
        ratio(2 * giving, 2 * giving + wrong),
        ratio(2 * selling, 2 * selling + wrong),
    )
    macro = np.where(
        np.isnan(f1_selling),
        f1_giving,
        np.where(np.isnan(f1_giving), f1_selling, (f1_giving + f1_selling) / 2),
    )
    return {
        "accuracy": ratio(giving + selling, giving + selling + wrong),
        "macro_f1": macro,
        "f1_selling": f1_selling,
        "precision_selling": ratio(selling, selling + false_selling),
        "recall_selling": ratio(selling, selling + false_giving),
        "false_positive_rate": ratio(false_selling, giving + false_selling),
    }


def estimates(
    values: Mapping[str, NDArray[np.float64]], rounds: Mapping[str, NDArray[np.float64]]
) -> dict[str, Estimate]:
    """Return each figure with the interval of its rounds.

    Parameters
    ----------
    values : dict of str to ndarray, shape (1,)
        The figures themselves.
    rounds : dict of str to ndarray, shape (rounds,)

    Returns
    -------
    dict of str to Estimate
    """
    return {
        name: estimate(float(values[name][0]), found)
        for name, found in rounds.items()
        if found.ndim == 1
    }


def estimate(value: float, rounds: NDArray[np.float64]) -> Estimate:
    """Return a figure with the interval of its rounds, those left out in which it is not
    defined.
    """
    kept = rounds[~np.isnan(rounds)]
    if np.isnan(value) or not len(kept):
        return Estimate(float("nan"), float("nan"), float("nan"))
    low, high = np.quantile(kept, [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
    return Estimate(value, float(low), float(high))


@compiled
def _rank(counts: Any, units: Any, selling: Any, last: Any, out: Any) -> None:
    """Write AUC and average precision of each round, over posts in descending order of
    probability.
    """
    for row in range(counts.shape[0]):
        positives, negatives = 0.0, 0.0
        for i in range(len(units)):
            weight = counts[row, units[i]]
            if selling[i]:
                positives += weight
            else:
                negatives += weight
        if positives == 0 or negatives == 0:
            out[row, 0] = np.nan
            out[row, 1] = np.nan if positives == 0 else 1.0
            continue
        above, false, area, precise = 0.0, 0.0, 0.0, 0.0
        new, new_false = 0.0, 0.0
        for i in range(len(units)):
            weight = counts[row, units[i]]
            if selling[i]:
                new += weight
            else:
                new_false += weight
            if last[i]:
                area += new_false * (above + new / 2)
                above += new
                false += new_false
                if new > 0:
                    precise += new * above / (above + false)
                new, new_false = 0.0, 0.0
        out[row, 0] = area / (positives * negatives)
        out[row, 1] = precise / positives
