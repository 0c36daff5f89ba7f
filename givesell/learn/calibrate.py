"""Calibration and the thresholds of "sure", both from out-of-fold scores."""

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression

from givesell.estimators.calibrated import Sides
from givesell.verdict import THRESHOLD, is_selling

PRIOR = 0.3  # share of selling posts in a stream, where nobody says another
FEWEST_SURE = 50
FEWEST_ON_A_SIDE = 20  # of either label


def fit_sigmoid(
    scores: NDArray[np.float64], selling: NDArray[np.bool_], prior: float
) -> tuple[NDArray[np.float64], float]:
    """Fit ``p = 1 / (1 + exp(-(scores @ slopes + offset)))``.

    Parameters
    ----------
    scores : ndarray of float64, shape (n,) or (n, n_models)
        Out-of-fold log-odds, of one model or of several that are to be added up.
    selling : ndarray of bool, shape (n,)
    prior : float
        The share of selling posts in the stream that the probabilities are for.

    Returns
    -------
    slopes : ndarray of float64, shape (n_models,)
    offset : float

    References
    ----------
    Platt, "Probabilistic Outputs for Support Vector Machines", 1999.
    """
    share = selling.mean()
    weight = np.where(selling, prior / share, (1 - prior) / (1 - share))
    fitted = LogisticRegression(C=1e6).fit(_columns(scores), selling, sample_weight=weight)
    return fitted.coef_[0].astype(np.float64), float(fitted.intercept_[0])


def sigmoid(
    scores: NDArray[np.float64], slopes: NDArray[np.float64], offset: float
) -> NDArray[np.float64]:
    """Return calibrated probabilities, shape (n,)."""
    return np.asarray(1 / (1 + np.exp(-(_columns(scores) @ slopes + offset))))


def _columns(scores: NDArray[np.float64]) -> NDArray[np.float64]:
    return scores.reshape(len(scores), -1)


def fit_sides(*measured: tuple[NDArray[np.float64], NDArray[np.bool_]]) -> Sides:
    """Fit a factor for log-odds below 0 and one for the others, so that probabilities hold in the
    posts' own mix.

    Parameters
    ----------
    *measured : tuple of ndarray of float64, shape (n,), and ndarray of bool, shape (n,)
        Out-of-fold log-odds, which keep their sign, and which posts are selling. Of several such
        pairs, as from several ways to make folds, each counts the same.

    Returns
    -------
    below, above : float
        1 on a side with too few posts of either label.

    Examples
    --------
    >>> draw = np.random.default_rng(0)
    >>> odds = draw.normal(0, 2, 50_000)
    >>> selling = draw.random(50_000) < sigmoid(
    ...     np.where(odds < 0, 1.5 * odds, 0.5 * odds), np.ones(1), 0
    ... )
    >>> below, above = fit_sides((odds, selling))
    >>> round(below, 1), round(above, 1)
    (1.5, 0.5)
    """
    odds, selling = (np.concatenate(parts) for parts in zip(*measured, strict=True))
    weight = np.concatenate(
        [np.full(len(part), len(odds) / (len(measured) * len(part))) for part, _ in measured]
    )
    found = []
    for side in (odds < 0, odds >= 0):
        factor = 0.0
        if min(selling[side].sum(), (~selling[side]).sum()) >= FEWEST_ON_A_SIDE:
            classifier = LogisticRegression(C=1e6, fit_intercept=False)
            factor = float(
                classifier.fit(
                    odds[side][:, None], selling[side], sample_weight=weight[side]
                ).coef_[0, 0]
            )
        found.append(round(factor, 6) if factor > 0 else 1.0)
    return found[0], found[1]


def sure_thresholds(
    p: NDArray[np.float64], selling: NDArray[np.bool_], precision: float
) -> tuple[float, float]:
    """Return the widest thresholds beyond which verdicts reach a precision.

    Where no post lies between the last that counts and the next, nothing measured says where in the
    gap to stop: then at the probability that is itself the precision, if it lies there, so that
    scores which separate the labels wholly give ``(1 - precision, precision)``.

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

    Examples
    --------
    >>> sure_thresholds(np.repeat([0.001, 0.9995], 60), np.repeat([False, True], 60), 0.92)
    (0.08, 0.92)
    """
    high = _lowest(p, selling, precision)
    low = 1 - _lowest(1 - p, ~selling, precision)
    return round(low, 4), round(high, 4)


def _lowest(p: NDArray[np.float64], right: NDArray[np.bool_], precision: float) -> float:
    """Return the lowest threshold from 0.5 on at which the posts above reach the precision."""
    order = np.argsort(-p, kind="stable")
    falling = p[order]
    reached = np.cumsum(right[order]) / np.arange(1, len(p) + 1)
    ends = np.append(
        falling[1:] < falling[:-1], True
    )  # of posts with one probability all or none are sure
    good = np.flatnonzero(
        (reached >= precision) & ends & is_selling(falling) & (np.arange(len(p)) >= FEWEST_SURE - 1)
    )
    if not len(good):
        return 1.0
    last, following = (
        float(falling[at]) if at < len(p) else 0.0 for at in (good[-1], good[-1] + 1)
    )
    return (
        max(min(last, precision), (last + max(following, THRESHOLD)) / 2)
        if last > precision
        else last
    )
