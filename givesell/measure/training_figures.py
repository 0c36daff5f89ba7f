"""The figures that training records of out-of-fold probabilities, with the interval of macro-F1
that resampling whole groups gives.
"""

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from givesell.measure.bootstrap import Draws, estimate
from givesell.metrics import CELLS, METRICS, Predictions, figures, macro_f1, of_cells, unit_sums
from givesell.verdict import is_sure

ROUNDS = 500


def macro_f1_interval(
    selling: NDArray[np.bool_], p: NDArray[np.float64], groups: NDArray[Any], seed: int
) -> tuple[float, float]:
    """Return the 95% bootstrap interval of macro-F1, drawing whole groups.

    Parameters
    ----------
    selling : ndarray of bool, shape (n,)
    p : ndarray of float64, shape (n,)
    groups : ndarray, shape (n,)
    seed : int

    Returns
    -------
    low, high : float
    """
    units = np.unique(groups, return_inverse=True)[1].astype(np.int64)
    cells = unit_sums(CELLS, Predictions(selling, p), units)
    drawn = np.concatenate([counts @ cells for counts in Draws(units, ROUNDS, seed)])
    _, low, high = estimate(0.0, of_cells(drawn)["macro_f1"])
    return low, high


def measure(
    selling: NDArray[np.bool_],
    p: NDArray[np.float64],
    *,
    clear: NDArray[np.bool_],
    groups: NDArray[Any],
    thresholds: tuple[float, float],
    may_be_sure: NDArray[np.bool_] | None = None,
    seed: int = 0,
) -> dict[str, Any]:
    """Measure out-of-fold probabilities against labels.

    Parameters
    ----------
    selling : ndarray of bool, shape (n,)
        The labels.
    p : ndarray of float64, shape (n,)
        Probability of ``selling``.
    clear : ndarray of bool, shape (n,)
        Whether the label is certain.
    groups : ndarray, shape (n,)
        What the bootstrap draws: the group of each post, or a number for each.
    thresholds : tuple of float
        Beyond which a verdict is sure.
    may_be_sure : ndarray of bool, shape (n,), optional
        Which verdicts may be sure at all; by default each. Which posts can be read depends on the
        words that a model knows: take it from the model that is fitted on all posts, since none of
        the folds' is the one that users get.
    seed : int

    Returns
    -------
    dict
        Rounded to four decimals, ready for a manifest; None for what is not defined.
    """
    sure = np.asarray(is_sure(p, thresholds)) & (True if may_be_sure is None else may_be_sure)
    posts = Predictions(selling, p, sure)
    values = figures(posts)
    low, high = macro_f1_interval(selling, p, groups, seed)
    return {
        "posts": len(p),
        "groups": len(np.unique(groups)),
        "share_selling": _rounded(float(selling.mean())),
        "macro_f1": _rounded(values["macro_f1"]),
        "macro_f1_interval": [round(low, 4), round(high, 4)],
        "macro_f1_clear": _rounded(macro_f1(selling[clear], posts.predicted[clear])),
        "macro_f1_borderline": _rounded(macro_f1(selling[~clear], posts.predicted[~clear])),
        **{
            name: _rounded(values[name])
            for name, metric in METRICS.items()
            if metric.recorded and name != "macro_f1"
        },
    }


def _rounded(value: float) -> float | None:
    return None if math.isnan(value) else round(value, 4)
