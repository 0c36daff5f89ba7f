"""An artifact of encoders whose views are done: measured, calibrated and recorded as
`givesell.train` does it, only that the scores of each fold come from the view that has not seen its
sources.
"""

from dataclasses import dataclass, field
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray
from sklearn.base import BaseEstimator, ClassifierMixin, clone
from sklearn.pipeline import Pipeline

from givesell.core.calibration import UNCALIBRATED, Slopes
from givesell.core.encoder import EncoderKind
from givesell.core.known_ngrams import known_ngrams
from givesell.estimators.vectorizer import PostVectorizer
from givesell.learn.facets import facet_figures
from givesell.learn.fit import fit_features
from givesell.learn.learners import PostClassifierLearner
from givesell.learn.protocol import Scheme, TrainingProtocol, describe
from givesell.verdict import FACETS, SELLING, is_selling

Arrays = dict[str, NDArray[Any]]


def encoder_kind(
    arrays: Arrays, epsilon: float, features: PostVectorizer, facets: list[str], scale: float
) -> EncoderKind:
    """Return a kind of model whose log-odds are multiplied by ``scale``.

    Parameters
    ----------
    arrays, epsilon
        See `tools.encoder.quantised.encoder_of`.
    features : PostVectorizer
        Fitted to the training posts.
    facets : list of str
    scale : float
    """
    head, bias = arrays["head"].copy(), arrays["head_bias"].copy()
    head[:, 0] *= scale
    bias[0] *= scale
    settings = features.get_params()
    return EncoderKind(
        arrays | {"head": head, "head_bias": bias},
        settings,
        known_ngrams(settings, features.buckets_, features.idf_**2),
        facets,
        epsilon=epsilon,
    )


class FinishedEncoder(ClassifierMixin, BaseEstimator):
    """An encoder that has learned already, as `givesell.estimators.convert.PostClassifier` says."""

    def __init__(
        self,
        arrays: Arrays | None = None,
        epsilon: float = 1e-5,
        facets: tuple[str, ...] = (),
        features: PostVectorizer | None = None,
    ) -> None:
        self.arrays = arrays
        self.epsilon = epsilon
        self.facets = facets
        self.features = features

    def fit(self, posts: Any, labels: Any, sample_weight: Any = None) -> Self:
        """Learn nothing but which n-grams posts have."""
        raise NotImplementedError("tools.teacher fits encoders")

    def know(self, features: PostVectorizer) -> Self:
        """Take the n-grams of the training posts."""
        self.features_ = features
        self.calibration_: tuple[float, float, Slopes] = (1.0, 0.0, UNCALIBRATED)
        return self

    def calibrate(self, scale: float, offset: float, slopes: Slopes) -> Self:
        """Take over a calibration of the log-odds."""
        self.calibration_ = (float(scale), float(offset), slopes)
        return self

    def as_kind(self) -> EncoderKind:
        """Return it as a kind of model."""
        scale, offset, slopes = self.calibration_
        kind = encoder_kind(self.arrays, self.epsilon, self.features_, list(self.facets), scale)
        return kind.with_calibration(offset, slopes)


class EncoderLearner(PostClassifierLearner):
    """What `givesell.learn.train.train_with` asks of a finished encoder."""

    def __init__(self, encoder: FinishedEncoder, about: str, *, prior: float) -> None:
        super().__init__(Pipeline([("classifier", encoder)]), prior=prior)
        self.about = about

    def settings(self) -> dict[str, Any]:
        """Return what it is, in words."""
        return {"classifier": self.about}


@dataclass(frozen=True)
class FinishedViews(TrainingProtocol):
    """Cross-validation by views that are done.

    Attributes
    ----------
    values : dict
        For each way to make folds the values of each post, (n, 1 + n_facets), from the view that
        has not seen it; NaN where there is none.
    facet_names : tuple of str
    """

    values: dict[Scheme, Any] = field(default_factory=dict)
    facet_names: tuple[str, ...] = ()

    @property
    def schemes(self) -> list[Scheme]:
        """The ways to make folds that there are views for."""
        return list(self.values)

    def scores_of(self, learner: Any, scheme: Scheme) -> Any:  # noqa: ARG002
        """Return the log-odds of selling from the views."""
        return self.values[scheme][:, :1].astype(np.float64)

    def fit(self, learner: Any) -> list[Any]:
        """Take the n-grams of all posts."""
        self.say("counting n-grams")
        every = np.arange(len(self.data.posts))
        features = fit_features(clone(learner.features), self.data, every, self.teacher)
        learner.classifier.know(features)
        return [learner.pipeline]

    def facet_figures(self, features: Any, p: Any) -> dict[str, Any]:  # noqa: ARG002
        """Measure the facets of the views, under the labels that ``p`` decides."""
        values = self.values[self.schemes[0]]
        rows = ~np.isnan(p)
        sells = is_selling(p[rows])
        of_selling = np.array([name in FACETS[SELLING] for name in self.facet_names])
        odds = np.where(of_selling == sells[:, None], values[rows, 1:], -np.inf)
        predicted = np.array(self.facet_names)[odds.argmax(axis=1)]
        truth, right = self.data.facets[rows].astype(str), sells == self.data.selling[rows]
        folds = describe(self.schemes[0])
        return {"folds": folds, **facet_figures(truth, predicted, right)}

    def facet_head(self, fitted: Any) -> Any:  # noqa: ARG002
        """Return None: the encoder tells facets itself."""
        return None
