"""Classifiers with two-sided calibration; see `givesell.core.calibration`."""

from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import issparse
from scipy.special import logit
from sklearn.base import BaseEstimator, ClassifierMixin, clone
from sklearn.linear_model import LogisticRegression
from sklearn.utils import get_tags
from sklearn.utils.validation import has_fit_parameter

from givesell.core.calibration import UNCALIBRATED, calibrate, probabilities
from givesell.errors import ArgumentError
from givesell.verdict import GIVING, SELLING

TwoSlopes = tuple[float, float]  # as `givesell.core.calibration.Slopes`
CLIP = 1e-4  # probabilities of 0 and 1, as trees give them, have no log-odds
MOST_DENSE = 2**28  # bytes


class SidedLogisticRegression(LogisticRegression):  # type: ignore[misc]
    """A fitted binary `LogisticRegression` with two-sided calibration.

    Exported pipelines name the class and its attribute, so that both keep their names.

    Attributes
    ----------
    sides_ : tuple of float
        The slopes ``(below, above)``; see `givesell.core.calibration.Slopes`.
    """

    sides_: TwoSlopes = (1.0, 1.0)

    @classmethod
    def of(cls, fitted: LogisticRegression, slopes: TwoSlopes) -> "SidedLogisticRegression":
        """Return a fitted classifier with two-sided calibration."""
        below, above = slopes
        calibrated = cls(**fitted.get_params())
        calibrated.__dict__.update(fitted.__dict__, sides_=(float(below), float(above)))
        return calibrated

    def decision_function(self, X: Any) -> NDArray[np.float64]:
        """Return the log-odds of the second class, shape (n,)."""
        return calibrate(super().decision_function(X), self.sides_)

    def predict_proba(self, X: Any) -> NDArray[np.float64]:
        """Return the probabilities of both classes, shape (n, 2)."""
        second = probabilities(self.decision_function(X))
        return np.column_stack([1 - second, second])


def fitted_logistic(
    coef: NDArray[np.float64], intercept: float, slopes: TwoSlopes = UNCALIBRATED
) -> LogisticRegression:
    """Return a fitted binary logistic regression over giving and selling with given weights.

    Parameters
    ----------
    coef : ndarray of float64, shape (n_features,)
    intercept : float
    slopes : Slopes, or another pair of float
        Of the two-sided calibration; with any but (1, 1) a `SidedLogisticRegression` is returned.

    Returns
    -------
    LogisticRegression

    Examples
    --------
    >>> fitted_logistic(np.array([2.0]), -1.0).predict([[1.0], [0.0]]).tolist()
    ['selling', 'giving']
    """
    classifier = LogisticRegression()
    classifier.classes_ = np.array([GIVING, SELLING], object)
    classifier.n_features_in_ = len(coef)
    classifier.n_iter_ = np.array([0], np.int32)
    classifier.coef_ = np.asarray(coef, np.float64)[None, :]
    classifier.intercept_ = np.array([intercept], np.float64)
    if tuple(slopes) == UNCALIBRATED:
        return classifier
    return SidedLogisticRegression.of(classifier, slopes)


class CalibratedScores(ClassifierMixin, BaseEstimator):  # type: ignore[misc]
    """Any scikit-learn classifier, with calibrated log-odds.

    Parameters
    ----------
    classifier : estimator
        With ``decision_function`` or ``predict_proba``; or a pipeline that ends in one. If it
        takes no sparse features it gets dense ones, as far as these fit into memory.

    Attributes
    ----------
    classifier_ : estimator
        Fitted.
    classes_ : ndarray of object, shape (2,)
    slope_, offset_ : float
        From its scores to log-odds.
    sides_ : tuple of float
        See `givesell.core.calibration.Slopes`.

    Examples
    --------
    >>> import numpy as np
    >>> from scipy.sparse import csr_matrix
    >>> from sklearn.svm import LinearSVC
    >>> scores = CalibratedScores(LinearSVC()).fit(
    ...     csr_matrix([[0.0], [1.0]]), ["giving", "selling"]
    ... )
    >>> scores.predict(csr_matrix([[2.0]])).tolist()
    ['selling']
    """

    def __init__(self, classifier: Any) -> None:
        self.classifier = classifier

    def fit(self, X: Any, y: Any, sample_weight: Any = None) -> "CalibratedScores":
        """Fit the classifier; until `calibrate` is called its scores are taken as log-odds."""
        self.classifier_ = clone(self.classifier)
        name = weight_parameter(self.classifier)
        weights = {} if sample_weight is None or name is None else {name: sample_weight}
        self.classifier_.fit(self._accepted(X), np.asarray(y).astype(str), **weights)
        self.classes_ = np.array([str(name) for name in self.classifier_.classes_], object)
        return self.calibrate(1.0, 0.0, (1.0, 1.0))

    def calibrate(self, slope: float, offset: float, slopes: TwoSlopes) -> "CalibratedScores":
        """Set how scores become log-odds: times a slope plus an offset, then two-sided."""
        below, above = slopes
        self.slope_, self.offset_ = float(slope), float(offset)
        self.sides_ = float(below), float(above)
        return self

    def decision_function(self, X: Any) -> NDArray[np.float64]:
        """Return the log-odds of the second class, shape (n,)."""
        return calibrate(self.slope_ * self._scores(self._accepted(X)) + self.offset_, self.sides_)

    def predict_proba(self, X: Any) -> NDArray[np.float64]:
        """Return the probabilities of both classes, shape (n, 2)."""
        second = probabilities(self.decision_function(X))
        return np.column_stack([1 - second, second])

    def predict(self, X: Any) -> NDArray[np.object_]:
        """Return the classes, shape (n,)."""
        return np.asarray(self.classes_[(self.decision_function(X) >= 0).astype(int)])

    def linear(self) -> LogisticRegression | None:
        """Return an equal logistic regression; None if the scores are not a weighted sum of the
        features.
        """
        try:
            weights, intercept = self.classifier_.coef_, self.classifier_.intercept_
        except AttributeError:
            return None
        weights = weights.toarray() if hasattr(weights, "toarray") else np.asarray(weights)
        width = getattr(self.classifier_, "n_features_in_", None)
        if weights.size != width or not hasattr(self.classifier_, "decision_function"):
            return None
        return fitted_logistic(
            weights.reshape(-1).astype(np.float64) * self.slope_,
            float(np.asarray(intercept, np.float64).reshape(-1)[0]) * self.slope_ + self.offset_,
            self.sides_,
        )

    def _scores(self, X: Any) -> NDArray[np.float64]:
        if hasattr(self.classifier_, "decision_function"):
            return np.asarray(self.classifier_.decision_function(X), np.float64).reshape(X.shape[0])
        p = np.asarray(self.classifier_.predict_proba(X), np.float64)[:, 1]
        return np.asarray(logit(np.clip(p, CLIP, 1 - CLIP)))

    def _accepted(self, X: Any) -> Any:
        """Return features in a form that the classifier accepts."""
        sparse: bool = issparse(X)
        if not sparse or get_tags(self.classifier).input_tags.sparse:
            return X
        size = X.shape[0] * X.shape[1] * X.dtype.itemsize
        if size > MOST_DENSE:
            name, gigabytes = type(self.classifier).__name__, size / 2**30
            raise ArgumentError(
                "E318",
                name=name,
                gigabytes=f"{gigabytes:,.0f}",
                posts=f"{X.shape[0]:,}",
                columns=f"{X.shape[1]:,}",
            )
        return X.toarray()

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.input_tags.sparse = True
        return tags


def weight_parameter(classifier: Any) -> str | None:
    """Return the name of the fit parameter for the weights of posts; None if there is none.

    Examples
    --------
    >>> from sklearn.neighbors import KNeighborsClassifier
    >>> weight_parameter(LogisticRegression()), weight_parameter(KNeighborsClassifier())
    ('sample_weight', None)
    """
    steps = getattr(classifier, "steps", None)
    last = classifier if steps is None else steps[-1][1]
    if not has_fit_parameter(last, "sample_weight"):
        return None
    return "sample_weight" if steps is None else f"{steps[-1][0]}__sample_weight"
