"""`DeepClassifier`: the linear model and the network side by side, as a scikit-learn estimator
over posts.
"""

from typing import Any, Self

import numpy as np
from numpy.typing import ArrayLike, NDArray
from sklearn.base import BaseEstimator, ClassifierMixin, clone
from sklearn.pipeline import Pipeline
from sklearn.utils.validation import check_is_fitted

from givesell.core.calibration import UNCALIBRATED, calibrate, probabilities
from givesell.estimators.calibrated import TwoSlopes
from givesell.estimators.network.classifier import NetworkClassifier
from givesell.types import PostsLike
from givesell.verdict import GIVING, SELLING


class DeepClassifier(ClassifierMixin, BaseEstimator):  # type: ignore[misc]
    """Classify posts by the sum of the log-odds of a linear model and a network.

    Parameters
    ----------
    linear : sklearn.pipeline.Pipeline
        Of a `givesell.estimators.vectorizer.PostVectorizer` and a linear classifier.
    network : NetworkClassifier

    Attributes
    ----------
    classes_ : ndarray of object, shape (2,)
    linear_, network_
        The fitted parts.
    sides_ : tuple of float
        See `givesell.core.calibration.Slopes`.

    Examples
    --------
    >>> from givesell.datasets import load_posts
    >>> from givesell.estimators.network.classifier import NetworkClassifier
    >>> from givesell.estimators.pipelines import make_pipeline
    >>> posts = load_posts()
    >>> deep = DeepClassifier(
    ...     make_pipeline(), NetworkClassifier(size=16, channels=16, epochs=4)
    ... ).fit(posts["text"], posts["label"])
    >>> deep.predict(["Shop now, 20% off with code MAY"]).tolist()
    ['selling']
    """

    def __init__(self, linear: Pipeline, network: NetworkClassifier) -> None:
        self.linear = linear
        self.network = network

    def fit(self, X: PostsLike, y: ArrayLike, sample_weight: ArrayLike | None = None) -> Self:
        """Fit the linear model and the network.

        Parameters
        ----------
        X : sequence or column of str, shape (n,)
        y : array-like of str, shape (n,)
            Labels.
        sample_weight : array-like of float, shape (n,), optional

        Returns
        -------
        DeepClassifier
        """
        linear = clone(self.linear).fit(X, y, classifier__sample_weight=sample_weight)
        return self.with_fitted(linear, clone(self.network).fit(X, y, sample_weight))

    def with_fitted(
        self, linear: Pipeline, network: NetworkClassifier, slopes: TwoSlopes = UNCALIBRATED
    ) -> Self:
        """Use a linear model and a network that are fitted already."""
        self.linear_, self.network_, self.sides_ = linear, network, slopes
        self.classes_ = np.array([GIVING, SELLING], object)
        return self

    def decision_function(self, X: PostsLike) -> NDArray[np.float64]:
        """Return the log-odds of ``selling``, shape (n,), of posts."""
        check_is_fitted(self, "linear_")
        return calibrate(
            self.linear_.decision_function(X) + self.network_.decision_function(X), self.sides_
        )

    def predict_proba(self, X: PostsLike) -> NDArray[np.float64]:
        """Return the probabilities of both labels, shape (n, 2), of posts."""
        selling = probabilities(self.decision_function(X))
        return np.column_stack([1 - selling, selling])

    def predict(self, X: PostsLike) -> NDArray[np.object_]:
        """Return the labels, shape (n,), of posts."""
        return np.asarray(self.classes_[(self.decision_function(X) >= 0).astype(int)])

    def __sklearn_tags__(self) -> Any:
        return self.network.__sklearn_tags__()
