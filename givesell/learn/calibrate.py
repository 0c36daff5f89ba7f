"""Calibration from out-of-fold scores."""

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression

from givesell.estimators.calibrated import Sides

PRIOR = 0.3  # share of selling posts in a stream, where nobody says another
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
