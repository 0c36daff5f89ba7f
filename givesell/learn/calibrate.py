"""Calibration: how out-of-fold scores become log-odds and probabilities."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression

from givesell.core.calibration import UNCALIBRATED, Slopes, calibrate, probabilities

PRIOR = 0.3  # share of selling posts in a stream, where nobody says another
FEWEST_ON_A_SIDE = 20  # of either label


@dataclass(frozen=True, slots=True)
class Calibration:
    """How the scores of a learner's parts become log-odds.

    Attributes
    ----------
    scales : ndarray of float64, shape (n_parts,)
        What the score of each part is multiplied by before they are added up.
    offset : float
        What is added to the sum.
    slopes : Slopes
        What log-odds below 0, and the others, are then multiplied by.

    Examples
    --------
    >>> calibration = Calibration(np.array([2.0]), -1.0, Slopes(1.0, 0.5))
    >>> calibration.log_odds(np.array([[0.0], [1.0]])).tolist()
    [-1.0, 0.5]
    """

    scales: NDArray[np.float64]
    offset: float = 0.0
    slopes: Slopes = UNCALIBRATED

    def log_odds(self, scores: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return calibrated log-odds, shape (n,), of scores of shape (n, n_parts)."""
        return calibrate(self._uncalibrated(scores), self.slopes)

    def probabilities(self, scores: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return calibrated probabilities, shape (n,), of scores of shape (n, n_parts)."""
        return probabilities(self._uncalibrated(scores), self.slopes)

    def _uncalibrated(self, scores: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.asarray(_columns(scores) @ self.scales + self.offset)


def fit_calibration(
    scores: Sequence[NDArray[np.float64]], selling: NDArray[np.bool_], prior: float
) -> Calibration:
    """Fit a sigmoid, then a slope for each side of the decision.

    The first scores decide what is selling. How sure to be of it is learned from the first and the
    last, which are from folds drawn at random: a stream holds sources that the model knows as well
    as others.

    Parameters
    ----------
    scores : sequence of ndarray of float64, shape (n, n_parts)
        Out-of-fold scores of each way to make folds; NaN where a post was not measured.
    selling : ndarray of bool, shape (n,)
    prior : float
        The share of selling posts in the stream that labels are decided for.

    Returns
    -------
    Calibration
    """
    measured = [~np.isnan(part[:, 0]) for part in scores]
    scales, offset = fit_sigmoid(scores[0][measured[0]], selling[measured[0]], prior)
    ends = sorted({0, len(scores) - 1})
    slopes = fit_slopes(
        *[(scores[end][measured[end]] @ scales + offset, selling[measured[end]]) for end in ends]
    )
    return Calibration(scales, offset, slopes)


def fit_sigmoid(
    scores: NDArray[np.float64], selling: NDArray[np.bool_], prior: float
) -> tuple[NDArray[np.float64], float]:
    """Fit ``p = 1 / (1 + exp(-(scores @ scales + offset)))``.

    Parameters
    ----------
    scores : ndarray of float64, shape (n,) or (n, n_models)
        Out-of-fold log-odds, of one model or of several that are to be added up.
    selling : ndarray of bool, shape (n,)
    prior : float
        The share of selling posts in the stream that the probabilities are for.

    Returns
    -------
    scales : ndarray of float64, shape (n_models,)
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
    scores: NDArray[np.float64], scales: NDArray[np.float64], offset: float
) -> NDArray[np.float64]:
    """Return calibrated probabilities, shape (n,)."""
    return np.asarray(1 / (1 + np.exp(-(_columns(scores) @ scales + offset))))


def _columns(scores: NDArray[np.float64]) -> NDArray[np.float64]:
    return scores.reshape(len(scores), -1)


def fit_slopes(*measured: tuple[NDArray[np.float64], NDArray[np.bool_]]) -> Slopes:
    """Fit a slope for log-odds below 0 and one for the others, so that probabilities hold in the
    mix of the posts.

    Parameters
    ----------
    *measured : tuple of ndarray of float64, shape (n,), and ndarray of bool, shape (n,)
        Out-of-fold log-odds, whose sign stays, and which posts are selling. Several such pairs, as
        from several ways to make folds, count alike.

    Returns
    -------
    Slopes
        1 on a side with too few posts of either label.

    Examples
    --------
    >>> draw = np.random.default_rng(0)
    >>> odds = draw.normal(0, 2, 50_000)
    >>> selling = draw.random(50_000) < sigmoid(
    ...     np.where(odds < 0, 1.5 * odds, 0.5 * odds), np.ones(1), 0
    ... )
    >>> below, above = fit_slopes((odds, selling))
    >>> round(below, 1), round(above, 1)
    (1.5, 0.5)
    """
    odds, selling = (np.concatenate(parts) for parts in zip(*measured, strict=True))
    weight = np.concatenate(
        [np.full(len(part), len(odds) / (len(measured) * len(part))) for part, _ in measured]
    )
    slopes = []
    for side in (odds < 0, odds >= 0):
        slope = 0.0
        if min(selling[side].sum(), (~selling[side]).sum()) >= FEWEST_ON_A_SIDE:
            classifier = LogisticRegression(C=1e6, fit_intercept=False)
            slope = float(
                classifier.fit(
                    odds[side][:, None], selling[side], sample_weight=weight[side]
                ).coef_[0, 0]
            )
        slopes.append(round(slope, 6) if slope > 0 else 1.0)
    return Slopes(*slopes)
