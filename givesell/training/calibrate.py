"""Calibration and the thresholds of "sure", both from out-of-fold scores."""

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression

from givesell.verdict import is_selling

FEWEST_SURE = 50


def fit_sigmoid(scores: NDArray[np.float64], selling: NDArray[np.bool_], prior: float) -> tuple[float, float]:
    """Fit ``p = 1 / (1 + exp(-(slope * score + offset)))``.

    Parameters
    ----------
    scores : ndarray of float64, shape (n,)
        Out-of-fold log-odds.
    selling : ndarray of bool, shape (n,)
    prior : float
        The share of selling posts in the stream that the probabilities are for.

    Returns
    -------
    slope, offset : float

    References
    ----------
    Platt, "Probabilistic Outputs for Support Vector Machines", 1999.
    """
    share = selling.mean()
    weight = np.where(selling, prior / share, (1 - prior) / (1 - share))
    fitted = LogisticRegression(C=1e6).fit(scores[:, None], selling, sample_weight=weight)
    return float(fitted.coef_[0, 0]), float(fitted.intercept_[0])


def sigmoid(scores: NDArray[np.float64], slope: float, offset: float) -> NDArray[np.float64]:
    """Return calibrated probabilities, shape (n,)."""
    return np.asarray(1 / (1 + np.exp(-(slope * scores + offset))))


def sure_thresholds(p: NDArray[np.float64], selling: NDArray[np.bool_], precision: float) -> tuple[float, float]:
    """Return the widest thresholds beyond which verdicts reach a precision.

    Parameters
    ----------
    p : ndarray of float64, shape (n,)
        Out-of-fold probabilities.
    selling : ndarray of bool, shape (n,)
    precision : float

    Returns
    -------
    low, high : float
        At most ``low`` or at least ``high``; 0 or 1 where the precision is never reached.
    """
    high = _lowest(p, selling, precision)
    low = 1 - _lowest(1 - p, ~selling, precision)
    return round(low, 4), round(high, 4)


def _lowest(p: NDArray[np.float64], right: NDArray[np.bool_], precision: float) -> float:
    """Return the lowest threshold from 0.5 on at which the posts above reach the precision."""
    order = np.argsort(-p, kind="stable")
    reached = np.cumsum(right[order]) / np.arange(1, len(p) + 1)
    good = np.flatnonzero((reached >= precision) & is_selling(p[order]) & (np.arange(len(p)) >= FEWEST_SURE - 1))
    return float(p[order][good[-1]]) if len(good) else 1.0
