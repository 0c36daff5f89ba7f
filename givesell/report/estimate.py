"""The share of giving posts, with what the model's errors and the number of posts leave open.

The count of labels is not the truth: a model that finds 70% of the selling posts and takes 11% of
the giving ones for selling misleads by a known amount, which Rogan and Gladen (1978) take out of
the count. How much is known of that amount decides the interval. Here an archive is one source
more, with error rates of its own: they are drawn around the measured ones as far apart as the
model's measured interval says that sources are, as in the hierarchical model of Gelman and
Carpenter (2020). The interval holds each true share under which the count would not be among the
most extreme 2% on either side (a test turned round, as in Reiczigel, Földi and Ózsvári, 2010), so
that it holds the truth as often at 0 or 100% as in between, however few or many the posts are. It
does so for sources that the model has never seen, for those it knows, and for an archive whose
labels are all right: which of them an archive is like is not known. benchmarks/share.md has how
often it holds the truth.

References
----------
Rogan, W. J., and Gladen, B. (1978). Estimating prevalence from the results of a screening test.
Reiczigel, J., Földi, J., and Ózsvári, L. (2010). Exact confidence limits for prevalence of a
disease with an imperfect diagnostic test. Lang, Z., and Reiczigel, J. (2014). Confidence limits for
prevalence of disease adjusted for estimated sensitivity and specificity. Gelman, A., and Carpenter,
B. (2020). Bayesian analysis of tests with unknown specificity and sensitivity.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import brentq
from scipy.special import bdtr, betaincinv, ndtr
from scipy.stats import binomtest, qmc

from givesell.metrics import of_cells

# between sources, where a model has recorded none; measured on the corpus: see benchmarks/share.md
SPREAD = 0.1
# correlation of both rates between sources, measured there too: with higher recall come more false
# positives
TOGETHER = 0.6
# on either side of the interval: less than 2.5%, as how far sources are apart is an estimate too
_OUTSIDE = 0.02
_POINTS = 10  # as a power of two: error rates to average over
_FEWEST = 0.2  # with less between the two rates the share cannot be estimated
_FEWEST_GROUPS = 10  # that say how far apart sources are
# groups differ in size: those of the corpus have the effect of even ones so many times as large
_UNEVEN = 1.3
# From selling posts labelled selling and giving, giving posts labelled selling and giving, to the
# order of `givesell.metrics.CELLS`.
_CELLS = [3, 2, 1, 0]


class Share(NamedTuple):
    """A share and its 95% interval."""

    value: float
    low: float
    high: float


class Rates(NamedTuple):
    """What is known of a model's errors.

    Attributes
    ----------
    measured : str
        How, such as ``"split by group"``.
    recall : float
        Share of the selling posts that the model labels selling.
    false_positive_rate : float
        Share of the giving posts that it labels selling.
    draws : ndarray, shape (n, 2)
        Both as they might be in one source.
    """

    measured: str
    recall: float
    false_positive_rate: float
    draws: NDArray[np.float64]


def counted_share(giving: int, selling: int) -> Share | None:
    """Return the share of giving among the labels, with a Wilson interval.

    Parameters
    ----------
    giving, selling : int

    Returns
    -------
    Share or None
        None without a label.

    Examples
    --------
    >>> counted_share(8, 2).value
    0.8
    """
    total = giving + selling
    if not total:
        return None
    interval = binomtest(giving, total).proportion_ci(method="wilson")
    return Share(giving / total, float(interval.low), float(interval.high))


def error_rates(info: Mapping[str, Any]) -> list[Rates]:
    """Read a model's error rates from its manifest.

    Parameters
    ----------
    info : mapping
        `givesell.Model.info`.

    Returns
    -------
    list of Rates
        One for each way they were measured, those on groups never seen first.
    """
    metrics = info.get("metrics") or {}
    measured = []
    for name in sorted(metrics, key=lambda name: not name.startswith("split")):
        values = metrics[name]
        try:
            share, recall, precision = (
                float(values[key])
                for key in ("share_selling", "recall_selling", "precision_selling")
            )
            posts, groups = int(values["posts"]), int(values.get("groups") or 0)
            low, high = (
                float(edge) for edge in values.get("macro_f1_interval") or (np.nan, np.nan)
            )
        except (KeyError, TypeError, ValueError, OverflowError):
            continue
        if not (0 < share < 1 and precision > 0 and posts > 0):
            continue
        hit, false = share * recall, share * recall * (1 / precision - 1)
        cells = np.array([hit, share - hit, false, 1 - share - false])
        if (cells >= 0).all():
            effect = _effect(cells, posts, high - low) if high > low else 1.0
            measured.append(
                (
                    name,
                    recall,
                    false / (1 - share),
                    cells,
                    posts,
                    groups if high > low else 0,
                    effect,
                )
            )
    # How far apart sources are is known from folds of whole groups; it is taken for the other
    # measurements too.
    spreads = [_spread(effect, posts, groups) for *_, posts, groups, effect in measured]
    spread = next((one for one in spreads if one is not None), SPREAD)
    return [
        Rates(name, recall, false_positive_rate, _draws(cells, posts / effect, spread))
        for name, recall, false_positive_rate, cells, posts, _, effect in measured
    ]


def corrected_share(giving: int, selling: int, rates: Sequence[Rates]) -> Share | None:
    """Estimate the true share of giving posts.

    Parameters
    ----------
    giving, selling : int
        Posts with that label.
    rates : sequence of Rates
        Of `error_rates`: an archive may be like the sources that the model knows or unlike them, or
        be labelled without an error, so the interval holds those of all.

    Returns
    -------
    Share or None
        None without a label, or where the model's two rates are too close together.

    Examples
    --------
    A shop whose 180 pitches and 20 thanks are all labelled right:

    >>> measured = {
    ...     "posts": 18_602,
    ...     "groups": 128,
    ...     "share_selling": 0.24,
    ...     "recall_selling": 0.7,
    ...     "precision_selling": 0.68,
    ... }
    >>> share = corrected_share(20, 180, error_rates({"metrics": {"split by group": measured}}))
    >>> share.low <= 0.1 <= share.high
    True
    """
    if not giving + selling:
        return None
    able = [one for one in rates if one.recall - one.false_positive_rate >= _FEWEST]
    if not able:
        return None
    posts = giving + selling
    limits = [
        _limits(selling, posts, np.array([[1.0, 0.0]])),
        *(_limits(selling, posts, one.draws) for one in able),
    ]
    low, high = 1 - max(high for _, high in limits), 1 - min(low for low, _ in limits)
    middle = _where(
        lambda share: (
            _at_most(selling - 1, posts, share, able[0].draws)
            + _at_most(selling, posts, share, able[0].draws)
            - 1
        )
    )
    return Share(float(np.clip(1 - middle, low, high)), low, high)


def giving_until(giving: int, selling: int, target: float) -> int | None:
    """Return how many more giving posts, without a selling one, bring the labels to a share of
    giving.

    Parameters
    ----------
    giving, selling : int
    target : float
        Above 0, at most 1.

    Returns
    -------
    int or None
        None if no number of posts does.

    Examples
    --------
    >>> giving_until(10, 10, 0.8), giving_until(90, 10, 0.8), giving_until(1, 1, 1.0)
    (30, 0, None)
    """
    if target >= 1:
        return None if selling else 0
    share = Fraction(str(float(target)))
    return max(0, math.ceil(selling * share / (1 - share)) - giving)


def _limits(selling: int, posts: int, draws: NDArray[np.float64]) -> tuple[float, float]:
    """Return the shares of selling between which a count is not extreme."""
    low = _where(lambda share: _at_most(selling - 1, posts, share, draws) - (1 - _OUTSIDE))
    high = _where(lambda share: _at_most(selling, posts, share, draws) - _OUTSIDE)
    return low, high


def _where(falling: Callable[[float], float]) -> float:
    """Return where from 0 to 1 a falling function meets 0, or the end that it meets it beyond."""
    if falling(0.0) <= 0:
        return 0.0
    return 1.0 if falling(1.0) >= 0 else float(brentq(falling, 0.0, 1.0, xtol=1e-6))


def _at_most(count: int, posts: int, share: float, draws: NDArray[np.float64]) -> float:
    """Return how often so many posts or fewer are labelled selling where this share of them is."""
    if count < 0:
        return 0.0
    recall, false_positive_rate = draws.T
    labelled = share * recall + (1 - share) * false_positive_rate
    return float(bdtr(float(count), posts, np.clip(labelled, 0, 1)).mean())


def _effect(cells: NDArray[np.float64], posts: int, width: float) -> float:
    """Return how many posts say as much as one that is drawn at random: the design effect, from
    the width of the interval of macro-F1.
    """
    tables = np.random.default_rng(0).dirichlet(cells * posts + 0.5, 4_000)
    low, high = np.quantile(of_cells(tables[:, _CELLS])["macro_f1"], [0.025, 0.975])
    return float(max(1.0, (width / (high - low)) ** 2))


def _spread(effect: float, posts: int, groups: int) -> float | None:
    """Return the correlation of errors within a source, 0 to 1, that makes such an effect; None
    where it is not known.
    """
    if not _FEWEST_GROUPS <= groups <= posts / 2:
        return None
    return float(min(1.0, (effect - 1) / (_UNEVEN * posts / groups - 1)))


def _draws(cells: NDArray[np.float64], posts: float, spread: float) -> NDArray[np.float64]:
    """Draw the rates of sources around the measured ones: beta distributions around means that
    known as well as so many posts say.
    """
    points = _points()
    hit, missed, false, right = cells * posts + 0.5
    means = betaincinv(hit, missed, points[:, 0]), betaincinv(false, right, points[:, 1])
    if not spread:
        return np.column_stack(means)
    size = max(1 / spread - 1, 1e-3)
    recall, false_positive_rate = (
        betaincinv(mean * size, (1 - mean) * size, points[:, i])
        for i, mean in zip((2, 3), means, strict=True)
    )
    # No source in which a model does worse than chance.
    return np.column_stack([np.maximum(recall, false_positive_rate), false_positive_rate])


@lru_cache(maxsize=1)
def _points() -> NDArray[np.float64]:
    """Return points that fill the unit cube evenly, shape (n, 4), the last two of them
    correlated.
    """
    normal = qmc.MultivariateNormalQMC(
        np.zeros(4), _CORRELATION, rng=np.random.default_rng(0)
    ).random(2**_POINTS)
    return np.asarray(ndtr(normal))


_CORRELATION = np.array([[1, 0, 0, 0], [0, 1, 0, 0], [0, 0, 1, TOGETHER], [0, 0, TOGETHER, 1]])
