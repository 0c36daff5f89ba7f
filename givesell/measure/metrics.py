"""Metrics of probabilities against labels, with the interval that resampling whole groups gives."""

from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.metrics import (
    average_precision_score,
    brier_score_loss,
    f1_score,
    precision_score,
    recall_score,
    roc_auc_score,
)

from givesell.verdict import is_selling, is_sure

BINS = 15
ROUNDS = 500


def calibration_error(
    selling: NDArray[np.bool_], p: NDArray[np.float64], bins: int = BINS
) -> float:
    """Return the expected calibration error: the mean gap between probability and share, over bins
    of equal width.

    References
    ----------
    Naeini, Cooper and Hauskrecht, "Obtaining Well Calibrated Probabilities Using Bayesian Binning",
    AAAI 2015.

    Examples
    --------
    >>> calibration_error(np.array([False, True]), np.array([0.0, 1.0]))
    0.0
    """
    which = np.minimum((p * bins).astype(int), bins - 1)
    sizes = np.bincount(which, minlength=bins)
    gaps = np.abs(np.bincount(which, p, bins) - np.bincount(which, selling, bins))
    return float(gaps.sum() / sizes.sum())


def macro_f1_interval(
    selling: NDArray[np.bool_], p: NDArray[np.float64], groups: NDArray[Any], seed: int
) -> tuple[float, float]:
    """Return the 95 % bootstrap interval of macro-F1, drawing whole groups.

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
    _, which = np.unique(groups, return_inverse=True)
    cells = np.zeros(
        (which.max() + 1, 4)
    )  # of each group: giving and selling posts, called giving and selling
    np.add.at(cells, (which, 2 * selling.astype(int) + is_selling(p)), 1)
    draw, size = np.random.default_rng(seed), len(cells)
    # One round at a time: all at once would take gigabytes for a million posts.
    sums = np.array(
        [np.bincount(draw.integers(0, size, size), minlength=size) @ cells for _ in range(ROUNDS)]
    )
    true_giving, false_selling, false_giving, true_selling = sums.T
    wrong = false_selling + false_giving
    scores = (
        2 * true_giving / np.maximum(2 * true_giving + wrong, 1)
        + 2 * true_selling / np.maximum(2 * true_selling + wrong, 1)
    ) / 2
    low, high = np.quantile(scores, [0.025, 0.975])
    return float(low), float(high)


def measure(
    selling: NDArray[np.bool_],
    p: NDArray[np.float64],
    *,
    clear: NDArray[np.bool_],
    groups: NDArray[Any],
    thresholds: tuple[float, float],
    seed: int = 0,
) -> dict[str, Any]:
    """Measure probabilities against labels.

    Parameters
    ----------
    selling : ndarray of bool, shape (n,)
        The labels.
    p : ndarray of float64, shape (n,)
        Probability of ``selling``.
    clear : ndarray of bool, shape (n,)
    groups : ndarray, shape (n,)
        What the bootstrap draws; each post its own where there are none.
    thresholds : tuple of float
        Beyond which a verdict is sure.
    seed : int

    Returns
    -------
    dict
        Rounded to four decimals, ready for a manifest.
    """
    called, sure = is_selling(p), is_sure(p, thresholds)
    low, high = macro_f1_interval(selling, p, groups, seed)
    figures: dict[str, Any] = {
        "posts": len(p),
        "groups": len(np.unique(groups)),
        "share_selling": selling.mean(),
        "macro_f1": f1_score(selling, called, average="macro"),
        "macro_f1_interval": [round(low, 4), round(high, 4)],
        "macro_f1_clear": (
            f1_score(selling[clear], called[clear], average="macro") if clear.any() else None
        ),
        "macro_f1_borderline": (
            f1_score(selling[~clear], called[~clear], average="macro") if not clear.all() else None
        ),
        "precision_selling": precision_score(selling, called, zero_division=0),
        "recall_selling": recall_score(selling, called),
        "auc": roc_auc_score(selling, p),
        "average_precision": average_precision_score(selling, p),
        "brier": brier_score_loss(selling, p),
        "calibration_error": calibration_error(selling, p),
        "share_sure": sure.mean(),
        "accuracy_sure": (called == selling)[sure].mean() if sure.any() else None,
    }
    return {
        name: round(float(value), 4) if isinstance(value, (float, np.floating)) else value
        for name, value in figures.items()
    }
