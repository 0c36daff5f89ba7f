"""Models as scikit-learn pipelines, and pipelines as kinds of models."""

from typing import Any, NamedTuple, Protocol

from givesell.extras import require

require("train", "A scikit-learn pipeline")

import numpy as np
from numpy.typing import NDArray
from sklearn.base import BaseEstimator
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import Pipeline

from givesell.core.calibration import Slopes
from givesell.core.deep import DeepKind
from givesell.core.kind import Kind
from givesell.core.known_ngrams import buckets_of
from givesell.core.linear import LinearKind
from givesell.core.weights import linear_of
from givesell.errors import ArgumentError, ArgumentTypeError
from givesell.estimators.calibrated import CalibratedScores, TwoSlopes, fitted_logistic
from givesell.estimators.deep import DeepClassifier
from givesell.estimators.network.classifier import NetworkClassifier
from givesell.estimators.pipelined import ScikitLearnKind
from givesell.estimators.vectorizer import PostVectorizer
from givesell.verdict import LABELS


class PostClassifier(Protocol):
    """A classifier that reads posts by itself and becomes a kind of model of its own.

    ``givesell.train(classifier=)`` and `givesell.Model.from_pipeline` take it as they take
    pipelines. It is a scikit-learn estimator with a parameter ``features``, the `PostVectorizer` to
    learn with which n-grams the training posts have, or None for the usual one.

    Attributes
    ----------
    features_ : PostVectorizer
        Fitted to the training posts: n-grams that it does not know make a post unsure.
    """

    features_: PostVectorizer

    def fit(self, posts: Any, labels: Any, sample_weight: Any = None) -> "PostClassifier":
        """Fit it to posts, shape (n,), and their labels."""

    def decision_function(self, posts: Any) -> NDArray[np.float64]:
        """Return the log-odds of selling, shape (n,)."""

    def calibrate(self, scale: float, offset: float, slopes: Slopes) -> Any:
        """Take over a calibration of the log-odds."""

    def as_kind(self) -> Kind:
        """Return the fitted classifier as a kind of model."""


class Converted(NamedTuple):
    """A pipeline as a kind of model.

    ``shown`` is the pipeline that `givesell.Model.pipeline` returns as it was given; None if one
    made from the kind is the same.
    """

    kind: Kind
    shown: BaseEstimator | None


class Parts(NamedTuple):
    """A fitted pipeline taken apart.

    ``classifier`` is a `LogisticRegression`, or a `CalibratedScores` of the caller's classifier;
    ``network`` is None except in a deep model.
    """

    features: PostVectorizer
    classifier: Any
    network: NetworkClassifier | None

    @property
    def logistic(self) -> LogisticRegression | None:
        """The classifier as a logistic regression; None if it is not a weighted sum of features."""
        if isinstance(self.classifier, CalibratedScores):
            return self.classifier.linear()
        return self.classifier


def parts_of(pipeline: Any) -> Parts:
    """Take a fitted pipeline apart.

    Parameters
    ----------
    pipeline : sklearn.pipeline.Pipeline or DeepClassifier
        As `givesell.Model.pipeline` and `givesell.Model.from_pipeline` know it.

    Returns
    -------
    Parts

    Raises
    ------
    ArgumentTypeError
        E207 if the pipeline has other steps.

    Examples
    --------
    >>> import givesell
    >>> parts_of(givesell.load().pipeline).features
    PostVectorizer()
    """
    deep = pipeline if isinstance(pipeline, DeepClassifier) and _is_fitted(pipeline) else None
    linear = pipeline if deep is None else deep.linear_
    steps = [step for _, step in getattr(linear, "steps", [])]
    if (
        len(steps) != 2
        or not isinstance(steps[0], PostVectorizer)
        or not isinstance(steps[1], (LogisticRegression, CalibratedScores))
    ):
        given = " → ".join(type(step).__name__ for step in steps) or type(linear).__name__
        raise ArgumentTypeError(
            "E207",
            given=given,
            expected="a fitted Pipeline of PostVectorizer and LogisticRegression is needed",
        )
    return Parts(steps[0], steps[1], None if deep is None else deep.network_)


def kind_of(pipeline: Any) -> Converted:
    """Return a fitted pipeline as a kind of model: one with weights where the classifier has them,
    else one that scores through scikit-learn.

    Parameters
    ----------
    pipeline : sklearn.pipeline.Pipeline, DeepClassifier or PostClassifier

    Returns
    -------
    Converted

    Raises
    ------
    ArgumentTypeError
        E207 if the pipeline has other steps, or is not fitted.
    ArgumentError
        E211 if weights are not finite or too large.
    """
    if reads_posts(pipeline):
        return Converted(pipeline.as_kind(), pipeline)
    parts = parts_of(pipeline)
    logistic = parts.logistic
    if logistic is None:
        return Converted(ScikitLearnKind(pipeline), None)
    classes = list(getattr(logistic, "classes_", []))
    if classes != list(LABELS):
        raise ArgumentTypeError(
            "E207",
            given=f"classes {classes}",
            expected="the labels must be 'giving' and 'selling'",
        )
    idf = np.asarray(getattr(parts.features, "idf_", ()), np.float64)
    weights = np.asarray(logistic.coef_[0], np.float64)
    if not len(idf) or weights.shape != idf.shape:
        raise ArgumentTypeError(
            "E207",
            given=f"{len(idf):,} features and {weights.size:,} weights",
            expected="a fitted Pipeline has a weight for each feature",
        )
    with np.errstate(over="ignore", invalid="ignore"):  # what is too large is refused later
        table = np.column_stack([weights * idf, idf * idf]).astype(np.float32)
    features, buckets = parts.features.get_params(), parts.features.buckets_
    intercept, network = float(logistic.intercept_[0]), parts.network
    if network is None:
        slopes: TwoSlopes = getattr(logistic, "sides_", (1.0, 1.0))
        kind = LinearKind(linear_of(features, buckets, table, intercept, slopes), features)
        return Converted(kind, None if logistic is parts.classifier else pipeline)
    intercept += network.intercept_
    linear = linear_of(features, buckets, table, intercept, pipeline.sides_)
    return Converted(DeepKind(linear, features, network.parameters_), None)


def reads_posts(classifier: Any) -> bool:
    """Whether a classifier is a `PostClassifier`, rather than one over the counts of n-grams.

    Examples
    --------
    >>> reads_posts(LogisticRegression())
    False
    """
    return hasattr(classifier, "as_kind")


def pipeline_of(kind: Kind, *, posts: int = 0) -> Pipeline | DeepClassifier:
    """Return a kind of model as a fitted pipeline; see `givesell.Model.pipeline`.

    Parameters
    ----------
    kind : Kind
    posts : int
        How many the model was trained on.

    Returns
    -------
    sklearn.pipeline.Pipeline or DeepClassifier

    Raises
    ------
    ArgumentError
        E223 for a kind that has no scikit-learn equivalent.
    """
    if isinstance(kind, ScikitLearnKind):
        return kind.pipeline
    if not isinstance(kind, LinearKind):
        raise ArgumentError("E223", kind=kind.name, classifier=kind.classifier)
    linear, _ = kind.weights
    vectorizer = PostVectorizer(**kind.features)
    idf = np.sqrt(linear.table[:, 1])
    vectorizer.buckets_, vectorizer.idf_ = buckets_of(linear.vocabulary), idf
    vectorizer.n_posts_ = posts
    weights = linear.table[:, 0].astype(np.float64) / idf
    if not isinstance(kind, DeepKind):
        classifier = fitted_logistic(weights, linear.intercept, kind.slopes)
        return Pipeline([("features", vectorizer), ("classifier", classifier)])
    classifier = fitted_logistic(weights, linear.intercept)
    plain = Pipeline([("features", vectorizer), ("classifier", classifier)])
    network = NetworkClassifier.of(kind.parameters)
    return DeepClassifier(plain, network).with_fitted(plain, network, kind.slopes)


def _is_fitted(deep: DeepClassifier) -> bool:
    return hasattr(deep, "network_")
