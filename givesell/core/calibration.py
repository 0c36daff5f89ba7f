"""Two-sided calibration: log-odds below 0 are multiplied by one slope, others by another, and a
sigmoid makes probabilities of them.

A sigmoid has one slope. Out of fold, posts called giving were giving more often, and posts called
selling were selling less often, than any one slope says; a slope for each side of the decision
keeps the decision where it is and halves the calibration error.

References
----------
Kull, Silva Filho and Flach, "Beta Calibration", AISTATS 2017, bends a sigmoid in the same way.
"""

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray


class Slopes(NamedTuple):
    """What log-odds are multiplied by: those below 0 (giving), and the others (selling)."""

    below: float = 1.0
    above: float = 1.0


UNCALIBRATED = Slopes()


def slopes_at(log_odds: Any, slopes: tuple[float, float]) -> NDArray[np.float64]:
    """Return the slope by which each log-odds is multiplied.

    Parameters
    ----------
    log_odds : array-like of float, shape (n,)
        Before calibration.
    slopes : Slopes, or another pair of float

    Returns
    -------
    ndarray of float64, shape (n,)

    Examples
    --------
    >>> slopes_at([-1.0, 0.0, 2.0], Slopes(below=1.5, above=0.5)).tolist()
    [1.5, 0.5, 0.5]
    """
    below, above = slopes
    return np.where(np.asarray(log_odds, np.float64) < 0, below, above)


def calibrate(log_odds: Any, slopes: tuple[float, float]) -> NDArray[np.float64]:
    """Calibrate log-odds.

    Parameters
    ----------
    log_odds : array-like of float, shape (n,)
    slopes : Slopes, or another pair of float

    Returns
    -------
    ndarray of float64, shape (n,)

    Examples
    --------
    >>> calibrate([-1.0, 2.0], Slopes(below=1.5, above=0.5)).tolist()
    [-1.5, 1.0]
    """
    return np.asarray(log_odds, np.float64) * slopes_at(log_odds, slopes)


def probabilities(log_odds: Any, slopes: tuple[float, float] = UNCALIBRATED) -> NDArray[np.float64]:
    """Return the probabilities of calibrated log-odds.

    Parameters
    ----------
    log_odds : array-like of float, shape (n,)
        Before calibration.
    slopes : Slopes, or another pair of float, optional

    Returns
    -------
    ndarray of float64, shape (n,)
        From 0 to 1.

    Examples
    --------
    >>> probabilities([-1.0, 0.0, 2.0], Slopes(below=1.5, above=0.5)).round(3).tolist()
    [0.182, 0.5, 0.731]
    """
    with np.errstate(over="ignore"):  # far below 0 the exponential is infinite and the result 0
        return np.asarray(1.0 / (1.0 + np.exp(-calibrate(log_odds, slopes))))
