"""The bootstrap of all metrics at once: what resampling posts, or whole groups of them, does to
each.

A round is a number of times that each unit (post or group) is drawn. Sums over posts are then a
matrix product, and the metrics that need an order, AUC and average precision, one pass over the
posts sorted once.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from givesell.metrics import (
    CELLS,
    METRICS,
    TERMS,
    Predictions,
    Sums,
    Term,
    of_cells,
    ratio,
    unit_sums,
)
from givesell.ranking import rank_rounds

ROUNDS = 1000
LEVEL = 0.95
_MOST_COUNTS = 2_000_000  # numbers of draws in memory at a time
Values = dict[str, NDArray[np.float64]]


class Estimate(NamedTuple):
    """A figure and its 95% interval; NaN where it is not defined."""

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
        """Yield how many times each unit is drawn, a few rounds at a time, shape
        (n_rounds, n_units).
        """
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


class Resampled:
    """Predictions, laid out for resampling.

    Parameters
    ----------
    posts : Predictions
    units : ndarray of int, shape (n,)
        What is drawn: the unit of each post, from 0 on.
    bands : ndarray of float, shape (n_bands,), optional
        Half widths of unsure bands around one half, ascending.
    """

    def __init__(
        self,
        posts: Predictions,
        units: NDArray[np.int64],
        *,
        bands: NDArray[np.float64] | None = None,
    ) -> None:
        self._bands = _beyond(np.empty(0) if bands is None else bands)
        self._terms: tuple[Term, ...] = (*TERMS, *self._bands)
        self._sums = np.hstack([unit_sums(term, posts, units) for term in self._terms])
        order = posts.falling
        self._units = units[order].astype(np.int64)
        self._selling = posts.selling[order].view(np.uint8)
        self._last = posts.last.view(np.uint8)

    def values(self, draws: Iterable[NDArray[np.float64]]) -> Values:
        """Return all metrics of each round.

        Parameters
        ----------
        draws : iterable of ndarray, shape (n_rounds, n_units)
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
            rank_rounds(counts, self._units, self._selling, self._last, out)
            ranked.append(out)
        ends = np.cumsum([term.width for term in self._terms])[:-1]
        parts = np.split(np.concatenate(sums), ends, axis=1)
        all_sums = Sums(dict(zip(self._terms, parts, strict=True)), np.concatenate(ranked))
        values = {name: metric.of(all_sums) for name, metric in METRICS.items()}
        values["false_positive_rate"] = of_cells(all_sums[CELLS])["false_positive_rate"]
        beyond, right = (_at_least(all_sums[term]) for term in self._bands)
        values["coverage"] = beyond / all_sums.total[:, None]
        values["accuracy_beyond"] = ratio(right, beyond)
        return values


def _beyond(bands: NDArray[np.float64]) -> tuple[Term, Term]:
    """Return the posts, and the posts predicted right, by how many bands they lie beyond."""

    def beyond(posts: Predictions) -> NDArray[np.int64]:
        return np.searchsorted(bands, np.abs(posts.p - 0.5), side="right")

    return (
        Term(len(bands) + 1, lambda posts: (beyond(posts), np.ones(len(posts.p)))),
        Term(
            len(bands) + 1,
            lambda posts: (beyond(posts), (posts.predicted == posts.selling).astype(np.float64)),
        ),
    )


def _at_least(sums: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the sums beyond each band, shape (rounds, n_bands), from those between bands."""
    return sums[:, :0:-1].cumsum(axis=1)[:, ::-1]


def estimates(
    values: Mapping[str, NDArray[np.float64]], rounds: Mapping[str, NDArray[np.float64]]
) -> dict[str, Estimate]:
    """Return each metric with the interval of its rounds.

    Parameters
    ----------
    values : dict of str to ndarray, shape (1,)
        The figures themselves.
    rounds : dict of str to ndarray, shape (rounds,)

    Returns
    -------
    dict of str to Estimate
    """
    return {name: estimate(float(values[name][0]), rounds[name]) for name in METRICS}


def estimate(value: float, rounds: NDArray[np.float64]) -> Estimate:
    """Return a figure with the interval of its rounds, without those in which it is not defined."""
    defined = rounds[~np.isnan(rounds)]
    if np.isnan(value) or not len(defined):
        return Estimate(float("nan"), float("nan"), float("nan"))
    low, high = np.quantile(defined, [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
    return Estimate(value, float(low), float(high))
