"""`Learner`: what `train` asks of anything that learns from labelled posts."""

import copy
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Self

import numpy as np
from numpy.typing import NDArray
from sklearn.base import clone
from sklearn.pipeline import Pipeline

from givesell.estimators.network.classifier import NetworkClassifier
from givesell.estimators.vectorizer import PostVectorizer
from givesell.labelled.finding import Finding
from givesell.labelled.posts import Labelled
from givesell.labelled.request import FEWEST
from givesell.learn.calibrate import PRIOR, Calibration, fit_calibration
from givesell.learn.fit import Fit, fit_pipeline
from givesell.measure.thresholds import sure_thresholds
from givesell.model.model import Model

Grid = Mapping[str, Sequence[Any]]


@dataclass(frozen=True, slots=True)
class Part:
    """One of the estimators of a learner, whose scores are added up.

    Attributes
    ----------
    estimator : estimator
        Over posts, with ``decision_function``; unfitted.
    fit : callable
        How it is fitted.
    """

    estimator: Any
    fit: Fit


@dataclass(frozen=True, slots=True)
class LearnerOptions:
    """The arguments of `givesell.train` that say how to learn."""

    base: Any = None
    classifier: Any = None
    network: NetworkClassifier | None = None
    teacher: Any = None
    features: PostVectorizer | None = None
    C: float = 10.0
    strength: float = 10.0
    prior: float | None = None
    random_state: int = 0


class Learner(ABC):
    """A way to learn a model from labelled posts.

    A learner of another kind is a subclass of this and an entry in
    `givesell.learn.learners.LEARNERS`. What is not abstract is right for most that start from
    scratch.

    Parameters
    ----------
    pipeline : sklearn.pipeline.Pipeline
        What `givesell.tune` tunes, unfitted; its last step is named ``classifier``.
    prior : float, default 0.3
        Share of selling posts in the stream that labels are decided for.

    Attributes
    ----------
    argument : str or None
        The argument of `givesell.train` that asks for such a learner.
    excludes : tuple of str
        The arguments that it cannot be combined with.
    fewest : int
        How many posts of each label it needs.
    fixed_features : bool
        Whether its n-grams are those of another model, whatever the posts are.
    builds_on : sequence of Model
        The models that it starts from. Their figures are recorded beside its own, and posts that
        they were trained on are reported.
    """

    argument: ClassVar[str | None] = None
    excludes: ClassVar[tuple[str, ...]] = ()
    fewest: ClassVar[int] = FEWEST
    fixed_features: ClassVar[bool] = False
    takes_weights: bool = True
    builds_on: Sequence[Model] = ()

    def __init__(self, pipeline: Pipeline, *, prior: float | None = None) -> None:
        self.pipeline = pipeline
        self.prior = PRIOR if prior is None else prior

    @classmethod
    def asked_for(cls, options: LearnerOptions) -> bool:
        """Whether the arguments of `givesell.train` ask for such a learner: by its `argument`."""
        return cls.argument is None or getattr(options, cls.argument) is not None

    @classmethod
    @abstractmethod
    def of(cls, options: LearnerOptions) -> Self:
        """Make one as the arguments of `givesell.train` say."""

    @property
    def parts(self) -> list[Part]:
        """The estimators to fit; the first is `pipeline`."""
        return [Part(self.pipeline, fit_pipeline)]

    @abstractmethod
    def assemble(self, fitted: Sequence[Any], calibration: Calibration) -> Any:
        """Return the fitted parts as one estimator with calibrated log-odds, of a make that
        `givesell.model.model.Model.from_pipeline` takes.
        """

    @abstractmethod
    def settings(self) -> dict[str, Any]:
        """Return what the manifest records of how it learns."""

    @property
    @abstractmethod
    def grid(self) -> Grid:
        """The settings of `pipeline` that ``tune=True`` tries."""

    @property
    def features(self) -> PostVectorizer:
        """How it counts n-grams; fitted only where `fixed_features` says so."""
        features: PostVectorizer = self.pipeline.named_steps["features"]
        return features

    def fitted_features(self, fitted: Sequence[Any]) -> PostVectorizer:
        """Return how the fitted parts count n-grams."""
        features: PostVectorizer = fitted[0].named_steps["features"]
        return features

    def with_settings(self, settings: Mapping[str, Any]) -> Self:
        """Return the same learner with other parameters of its pipeline."""
        learner = copy.copy(self)
        learner.pipeline = clone(self.pipeline).set_params(**settings)
        return learner

    def sparing_memory(self) -> Self:
        """Return a learner of the same kind that needs less memory, for very many posts."""
        return self

    def check(self, data: Labelled) -> list[Finding]:  # noqa: ARG002
        """Return what to say of the posts before it learns from them."""
        return []

    def describe(self, fitted: Sequence[Any], count: int) -> list[Finding]:  # noqa: ARG002
        """Return what to say of the fitted parts, which learned from ``count`` posts."""
        return []

    def uncalibrated(self) -> Calibration:
        """Return the calibration that leaves scores as they are."""
        return Calibration(np.ones(len(self.parts)))

    def calibrate(self, scores: Sequence[NDArray[np.float64]], data: Labelled) -> Calibration:
        """Fit a calibration to out-of-fold scores.

        Parameters
        ----------
        scores : sequence of ndarray of float64, shape (n, n_parts)
            Of each way to make folds, the headline's first; NaN where a post was not measured.
        data : Labelled

        Returns
        -------
        Calibration
        """
        return fit_calibration(scores, data.selling, self.prior)

    def thresholds(
        self, p: NDArray[np.float64], selling: NDArray[np.bool_], precision: float
    ) -> tuple[float, float]:
        """Choose the probabilities beyond which verdicts are sure, from out-of-fold ones."""
        return sure_thresholds(p, selling, precision)
