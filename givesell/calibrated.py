"""Log-odds that rise at another pace on one side of the decision than on the other, and the classifier that has them.

A sigmoid has one slope. Out of fold the posts called giving were more often so, and those called selling less often, than any one
slope says; a slope for each side keeps the decision where it is and halves the calibration error.

References
----------
Kull, Silva Filho and Flach, "Beta Calibration", AISTATS 2017, bends a sigmoid in the same way.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit
from sklearn.linear_model import LogisticRegression

Sides = tuple[float, float]


def sided(odds: Any, sides: Sides) -> NDArray[np.float64]:
    """Multiply log-odds below 0 by the first factor and others by the second.

    Parameters
    ----------
    odds : array-like of float, shape (n,)
    sides : tuple of float
        ``(below, above)``.

    Returns
    -------
    ndarray of float64, shape (n,)

    Examples
    --------
    >>> sided([-1.0, 2.0], (1.5, 0.5)).tolist()
    [-1.5, 1.0]
    """
    values = np.asarray(odds, np.float64)
    return values * np.where(values < 0, *sides)


class SidedLogisticRegression(LogisticRegression):  # type: ignore[misc]
    """A fitted binary `LogisticRegression` whose log-odds are `sided`.

    Attributes
    ----------
    sides_ : tuple of float
        ``(below, above)``.
    """

    sides_: Sides = (1.0, 1.0)

    @classmethod
    def of(cls, fitted: LogisticRegression, sides: Sides) -> "SidedLogisticRegression":
        """Return a fitted classifier with sides."""
        sided_one = cls(**fitted.get_params())
        sided_one.__dict__.update(fitted.__dict__, sides_=(float(sides[0]), float(sides[1])))
        return sided_one

    def decision_function(self, X: Any) -> NDArray[np.float64]:
        """Return the log-odds of the second class, shape (n,)."""
        return sided(super().decision_function(X), self.sides_)

    def predict_proba(self, X: Any) -> NDArray[np.float64]:
        """Return the probabilities of both classes, shape (n, 2)."""
        second = expit(self.decision_function(X))
        return np.column_stack([1 - second, second])
