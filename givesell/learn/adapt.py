"""Adapting a model to a few labelled posts: the fit starts at its weights, and is penalised for
moving away from them.

The log-odds of the adapted model are ``slope * base + shift + deviation @ features``. The deviation
is penalised as weights are in logistic regression, the slope and the shift for leaving 1 and 0, so
that no posts at all give the base model back, and many posts a model that owes the base little.

References
----------
Chelba and Acero, "Adaptation of Maximum Entropy Capitalizer: Little Data Can Help a Lot", EMNLP
2004.
"""

from dataclasses import dataclass
from typing import Any, Self

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.special import expit
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.pipeline import Pipeline
from sklearn.utils.validation import check_is_fitted

from givesell.core.calibration import UNCALIBRATED, Slopes, calibrate
from givesell.errors import ArgumentError
from givesell.estimators.calibrated import fitted_logistic
from givesell.estimators.convert import parts_of
from givesell.estimators.deep import DeepClassifier
from givesell.estimators.vectorizer import PostVectorizer
from givesell.learn.calibrate import PRIOR, Calibration
from givesell.model.load import as_model
from givesell.model.model import Model
from givesell.verdict import GIVING, SELLING

STRENGTH = 10.0  # how far weights may move from the base's; benchmarks/adapt.md compares others
SLOPE_SPREAD, SHIFT_SPREAD = 0.3, 0.7  # standard deviations of the prior
TWO_SLOPES_SPREAD = 0.3
FEWEST_TO_ADAPT = 3  # posts of each label


@dataclass(frozen=True, slots=True, repr=False)
class Base:
    """A model to start from, taken apart.

    Attributes
    ----------
    model : Model
    features : PostVectorizer
        Fitted.
    weights : ndarray of float64, shape (n_columns,)
    intercept : float
    """

    model: Model
    features: PostVectorizer
    weights: NDArray[np.float64]
    intercept: float

    def __repr__(self) -> str:
        return f"Base({self.model.name!r})"

    @classmethod
    def named(cls, base: Any) -> "Base":
        """Take a model apart that is given as such or by its folder or name.

        Raises
        ------
        ArgumentError
            E321 where it has no weights.
        """
        model = as_model(base, "base")
        if not model.kind.can_be_adapted:
            raise ArgumentError("E321", name=model.name, classifier=str(model.kind))
        return cls.of(model)

    @classmethod
    def of(cls, model: Model) -> "Base":
        """Take a model apart."""
        parts = parts_of(model.pipeline)
        logistic = parts.logistic
        if logistic is None:
            raise ArgumentError("E321", name=model.name, classifier=str(model.kind))
        return cls(model, parts.features, logistic.coef_[0], float(logistic.intercept_[0]))

    @property
    def prior(self) -> float:
        """Share of selling posts in the stream that its labels are decided for."""
        calibration = self.model.manifest.calibration
        return PRIOR if calibration is None else calibration.prior

    @property
    def slopes(self) -> Slopes:
        """What its log-odds below 0, and the others, are multiplied by."""
        return self.model.slopes

    def features_and_log_odds(
        self, posts: NDArray[np.object_]
    ) -> tuple[sp.csr_matrix, NDArray[np.float64]]:
        """Return the features of posts, and the base's log-odds before its two slopes, shape
        (n,).
        """
        matrix = self.features.transform(posts)
        odds: NDArray[np.float64] = np.asarray(matrix @ self.weights) + self.intercept
        return matrix, odds + self.model.network_log_odds(list(posts))


@dataclass(frozen=True, slots=True)
class Deviation:
    """How an adapted model differs from its base.

    Attributes
    ----------
    slope, shift : float
    columns : ndarray of intp, shape (m,)
    weights : ndarray of float64, shape (m,)
        What is added to the base's, times the slope.
    """

    slope: float
    shift: float
    columns: NDArray[np.intp]
    weights: NDArray[np.float64]

    def log_odds(self, matrix: Any, base: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the adapted log-odds of posts, shape (n,)."""
        return np.asarray(self.slope * base + self.shift + matrix[:, self.columns] @ self.weights)


def label_weights(
    selling: NDArray[np.bool_], weight: NDArray[np.float64], prior: float
) -> NDArray[np.float64]:
    """Reweight posts so that labels have the shares of a stream that is ``prior`` selling; the sum
    of the weights stays.

    Examples
    --------
    >>> label_weights(np.array([True, False]), np.ones(2), 0.3).tolist()
    [0.6, 1.4]
    """
    sums = np.where(selling, weight[selling].sum(), weight[~selling].sum())
    return np.asarray(weight * weight.sum() * np.where(selling, prior, 1 - prior) / sums)


def fit_deviation(
    matrix: Any,
    base: NDArray[np.float64],
    selling: NDArray[np.bool_],
    weight: NDArray[np.float64],
    strength: float,
) -> Deviation:
    """Fit an adapted model.

    Parameters
    ----------
    matrix : scipy.sparse.csr_matrix, shape (n, n_columns)
    base : ndarray of float64, shape (n,)
        The base's log-odds.
    selling : ndarray of bool, shape (n,)
    weight : ndarray of float64, shape (n,)
    strength : float
        Variance of the prior of each weight's deviation; 0 leaves the weights as they are.

    Returns
    -------
    Deviation
    """
    columns = np.unique(matrix.indices) if strength > 0 else np.empty(0, np.intp)
    part = sp.csr_matrix(matrix[:, columns], dtype=np.float64)
    across = part.T.tocsr()
    sign = np.where(selling, 1.0, -1.0)
    scale = np.r_[
        SLOPE_SPREAD, SHIFT_SPREAD, np.full(len(columns), strength**0.5)
    ]  # the search is over what has a unit prior

    def loss(values: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        scaled = values * scale
        margin = sign * ((1 + scaled[0]) * base + scaled[1] + part @ scaled[2:])
        slack = -weight * sign * expit(-margin)
        gradient = np.r_[slack @ base, slack.sum(), across @ slack] * scale + values
        return float(weight @ np.logaddexp(0, -margin) + values @ values / 2), gradient

    best = (
        minimize(
            loss,
            np.zeros(len(scale)),
            jac=True,
            method="L-BFGS-B",
            options={"maxiter": 300, "gtol": 1e-4},
        ).x
        * scale
    )
    return Deviation(float(1 + best[0]), float(best[1]), columns, best[2:])


def fit_slopes_towards(
    log_odds: NDArray[np.float64], selling: NDArray[np.bool_], slopes: Slopes
) -> Slopes:
    """Fit the slopes of log-odds below 0 and of the others, drawn towards those of the base.

    Examples
    --------
    >>> fit_slopes_towards(np.empty(0), np.empty(0, bool), Slopes(1.2, 0.7))
    Slopes(below=1.2, above=0.7)
    """
    sign = np.where(selling, 1.0, -1.0)

    def loss(values: NDArray[np.float64]) -> float:
        below, above = np.asarray(slopes) * np.exp(values * TWO_SLOPES_SPREAD)
        return float(
            np.logaddexp(0, -sign * calibrate(log_odds, (below, above))).sum() + values @ values / 2
        )

    below, above = np.asarray(slopes) * np.exp(
        minimize(loss, np.zeros(2), method="L-BFGS-B").x * TWO_SLOPES_SPREAD
    )
    return Slopes(round(float(below), 6), round(float(above), 6))


def calibrate_towards(
    log_odds: NDArray[np.float64],
    selling: NDArray[np.bool_],
    weight: NDArray[np.float64],
    prior: float,
    slopes: Slopes,
) -> Calibration:
    """Fit a calibration of an adapted model, drawn towards leaving its log-odds as they are.

    Parameters
    ----------
    log_odds : ndarray of float64, shape (n,)
        Out of fold.
    selling : ndarray of bool, shape (n,)
    weight : ndarray of float64, shape (n,)
    prior : float
    slopes : Slopes
        Those of the base.

    Returns
    -------
    Calibration
    """
    change = fit_deviation(
        sp.csr_matrix((len(log_odds), 1)),
        log_odds,
        selling,
        label_weights(selling, weight, prior),
        0.0,
    )
    scale = max(change.slope, 0.1)
    fitted = fit_slopes_towards(scale * log_odds + change.shift, selling, slopes)
    return Calibration(np.array([scale]), change.shift, fitted)


class AdaptedClassifier(ClassifierMixin, BaseEstimator):  # type: ignore[misc]
    """A model adapted to labelled posts, as a scikit-learn estimator over posts.

    Parameters
    ----------
    base : Base
    strength : float, default 10
        Variance of the prior of each weight's deviation: how far the model may move from its base.
    prior : float, default 0.3
        Share of selling posts in the stream that labels are decided for.

    Attributes
    ----------
    classes_ : ndarray of object, shape (2,)
    deviation_ : Deviation
    """

    def __init__(self, base: Base, strength: float = STRENGTH, prior: float = PRIOR) -> None:
        self.base = base
        self.strength = strength
        self.prior = prior

    def __sklearn_clone__(self) -> Self:
        return type(self)(
            **self.get_params(deep=False)
        )  # a base is never changed, so that clones may share it

    def fit(self, X: Any, y: Any, sample_weight: Any = None) -> Self:
        """Learn how the weights deviate from those of the base.

        Parameters
        ----------
        X : ndarray of str, shape (n,)
        y : array-like of str, shape (n,)
        sample_weight : array-like of float, shape (n,), optional

        Returns
        -------
        AdaptedClassifier
        """
        matrix, odds = self.base.features_and_log_odds(X)
        selling = np.asarray(y) == SELLING
        weight = (
            np.ones(len(selling))
            if sample_weight is None
            else np.asarray(sample_weight, np.float64)
        )
        self.deviation_ = fit_deviation(
            matrix, odds, selling, label_weights(selling, weight, self.prior), self.strength
        )
        self.classes_ = np.array([GIVING, SELLING], object)
        return self

    def decision_function(self, X: Any) -> NDArray[np.float64]:
        """Return the log-odds of ``selling`` before the two slopes, shape (n,)."""
        check_is_fitted(self, "deviation_")
        return self.deviation_.log_odds(*self.base.features_and_log_odds(X))

    def predict(self, X: Any) -> NDArray[np.object_]:
        """Return the labels, shape (n,), of posts."""
        return np.asarray(self.classes_[(self.decision_function(X) >= 0).astype(int)])

    def assemble(self, calibration: Calibration) -> Pipeline | DeepClassifier:
        """Return base and deviation as one fitted pipeline, or `DeepClassifier`, with calibrated
        log-odds.
        """
        check_is_fitted(self, "deviation_")
        change, base, scale = self.deviation_, self.base, calibration.scales[0]
        weights = change.slope * base.weights
        weights[change.columns] += change.weights
        intercept = scale * (change.slope * base.intercept + change.shift) + calibration.offset
        network = parts_of(base.model.pipeline).network
        slopes = calibration.slopes if network is None else UNCALIBRATED
        classifier = fitted_logistic(scale * weights, float(intercept), slopes)
        linear = Pipeline([("features", base.features), ("classifier", classifier)])
        if network is None:
            return linear
        rescaled = type(network).of(network.parameters_).rescale(scale * change.slope)
        return DeepClassifier(linear, rescaled).with_fitted(linear, rescaled, calibration.slopes)
