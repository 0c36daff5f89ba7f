"""The ways to learn that `train` knows: linear, deep, with a scikit-learn classifier, and adapting
another model.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray
from sklearn.base import clone
from sklearn.pipeline import Pipeline

from givesell.errors import ArgumentError
from givesell.estimators.calibrated import (
    SidedLogisticRegression,
    weight_parameter,
)
from givesell.estimators.convert import parts_of, reads_posts
from givesell.estimators.deep import DeepClassifier
from givesell.estimators.network.classifier import NetworkClassifier
from givesell.estimators.pipelines import make_pipeline
from givesell.estimators.vectorizer import PostVectorizer
from givesell.labelled.finding import Finding
from givesell.labelled.posts import Labelled
from givesell.learn.adapt import (
    FEWEST_TO_ADAPT,
    STRENGTH,
    AdaptedClassifier,
    Base,
    calibrate_towards,
)
from givesell.learn.calibrate import PRIOR, Calibration
from givesell.learn.checks import adapted, from_scratch, unweighted
from givesell.learn.fit import fit_network
from givesell.learn.grid_search import GRIDS
from givesell.learn.learner import Grid, Learner, LearnerOptions, Part
from givesell.model.model import Model

ENOUGH_FOR_THRESHOLDS = 1000  # posts; an adapted model of fewer keeps its base's thresholds


class LinearLearner(Learner):
    """Learns a logistic regression over hashed n-grams.

    Examples
    --------
    >>> LinearLearner(make_pipeline(C=3.0)).settings()
    {'C': 3.0}
    """

    @classmethod
    def of(cls, options: LearnerOptions) -> Self:
        """Make one with the caller's features and regularisation."""
        pipeline = make_pipeline(options.features, C=options.C, random_state=options.random_state)
        return cls(pipeline, prior=options.prior)

    def sparing_memory(self) -> Self:
        """Return one whose solver copies no features."""
        classifier = self.pipeline.named_steps["classifier"]
        thrifty = make_pipeline(
            C=classifier.C, random_state=classifier.random_state, solver="lbfgs"
        )
        return self.with_settings({"classifier": thrifty.named_steps["classifier"]})

    def check(self, data: Labelled) -> list[Finding]:
        """Say that few posts make a better model with a base."""
        return from_scratch(len(data.posts))

    def assemble(self, fitted: Sequence[Any], calibration: Calibration) -> Any:
        """Return the pipeline with the calibration folded into its weights."""
        (pipeline,) = fitted
        classifier = _rescaled(pipeline, calibration)
        pipeline.steps[-1] = (
            "classifier",
            SidedLogisticRegression.of(classifier, calibration.slopes),
        )
        return pipeline

    def settings(self) -> dict[str, Any]:
        """Return the strength of regularisation."""
        return {"C": self.pipeline.named_steps["classifier"].C}

    @property
    def grid(self) -> Grid:
        """N-grams and regularisation."""
        return GRIDS["linear"]


class DeepLearner(LinearLearner):
    """Learns a network beside the logistic regression; their log-odds are added."""

    argument = "network"

    def __init__(
        self, pipeline: Pipeline, network: NetworkClassifier, *, prior: float | None = None
    ) -> None:
        super().__init__(pipeline, prior=prior)
        self.network = network

    @classmethod
    def of(cls, options: LearnerOptions) -> Self:
        """Make one with the caller's network."""
        linear = LinearLearner.of(options)
        network = clone(options.network).set_params(random_state=options.random_state)
        return cls(linear.pipeline, network, prior=options.prior)

    @property
    def parts(self) -> list[Part]:
        """The pipeline and the network."""
        return [*super().parts, Part(self.network, fit_network)]

    def check(self, data: Labelled) -> list[Finding]:  # noqa: ARG002
        """Say nothing: a base has no network to train."""
        return []

    def assemble(self, fitted: Sequence[Any], calibration: Calibration) -> Any:
        """Return both as a `DeepClassifier`, each scaled as the calibration says."""
        pipeline, network = fitted
        _rescaled(pipeline, calibration)
        network.rescale(calibration.scales[1])
        return DeepClassifier(self.pipeline, self.network).with_fitted(
            pipeline, network, calibration.slopes
        )

    def settings(self) -> dict[str, Any]:
        """Return the regularisation and the parameters of the network."""
        network = self.network.get_params()
        network.pop("vectors")
        return {**super().settings(), "network": network}


class ScikitLearnLearner(Learner):
    """Learns with any scikit-learn classifier over hashed n-grams."""

    argument = "classifier"
    excludes = ("network", "teacher")

    @classmethod
    def of(cls, options: LearnerOptions) -> Self:
        """Make one with the caller's classifier."""
        pipeline = make_pipeline(
            options.features, random_state=options.random_state, classifier=options.classifier
        )
        return cls(pipeline, prior=options.prior)

    @property
    def classifier(self) -> Any:
        """The caller's classifier, unfitted."""
        return self.pipeline.named_steps["classifier"].classifier

    @property
    def takes_weights(self) -> bool:  # type: ignore[override]
        """Whether the classifier supports weights of posts."""
        return weight_parameter(self.classifier) is not None

    def check(self, data: Labelled) -> list[Finding]:
        """Say that few posts make a better model with a base, and that weights have no effect."""
        findings = from_scratch(len(data.posts))
        if not self.takes_weights and len(np.unique(data.weight)) > 1:
            findings.append(unweighted(self.classifier, data))
        return findings

    def assemble(self, fitted: Sequence[Any], calibration: Calibration) -> Any:
        """Return the pipeline, whose classifier calibrates its scores."""
        (pipeline,) = fitted
        pipeline.named_steps["classifier"].calibrate(
            calibration.scales[0], calibration.offset, calibration.slopes
        )
        return pipeline

    def settings(self) -> dict[str, Any]:
        """Return the classifier as code."""
        return {"classifier": " ".join(repr(self.classifier).split())}

    @property
    def grid(self) -> Grid:
        """Values of the classifier's regularisation, if it has a parameter for it that is known."""
        known = self.classifier.get_params()
        for name in ("C", "alpha"):
            if name in known:
                return GRIDS[name]
        expected = (
            "a grid for this classifier, such as {'classifier__classifier__max_depth': [3, 6]}"
        )
        raise ArgumentError("E206", argument="tune", expected=expected, given="True")


class PostClassifierLearner(Learner):
    """Learns with a classifier that reads posts by itself and becomes a kind of model of its own;
    see `givesell.estimators.convert.PostClassifier`.
    """

    argument = "classifier"
    excludes = ("network", "teacher")

    @classmethod
    def asked_for(cls, options: LearnerOptions) -> bool:
        """Whether the caller's classifier is one."""
        return reads_posts(options.classifier)

    @classmethod
    def of(cls, options: LearnerOptions) -> Self:
        """Make one with the caller's classifier."""
        classifier = clone(options.classifier)
        if options.features is not None:
            classifier.set_params(features=options.features)
        return cls(Pipeline([("classifier", classifier)]), prior=options.prior)

    @property
    def classifier(self) -> Any:
        """The caller's classifier, unfitted."""
        return self.pipeline.named_steps["classifier"]

    @property
    def features(self) -> PostVectorizer:
        """Those of the classifier, unfitted."""
        features = self.classifier.get_params()["features"]
        return PostVectorizer() if features is None else features

    def fitted_features(self, fitted: Sequence[Any]) -> PostVectorizer:
        """Return those that the classifier has fitted."""
        features: PostVectorizer = fitted[0].named_steps["classifier"].features_
        return features

    def assemble(self, fitted: Sequence[Any], calibration: Calibration) -> Any:
        """Return the classifier, which calibrates its scores."""
        classifier = fitted[0].named_steps["classifier"]
        classifier.calibrate(calibration.scales[0], calibration.offset, calibration.slopes)
        return classifier

    def settings(self) -> dict[str, Any]:
        """Return the classifier as code."""
        return {"classifier": " ".join(repr(self.classifier).split())}

    @property
    def grid(self) -> Grid:
        """None is known: the caller names one."""
        expected = "a grid for this classifier, such as {'classifier__depth': [3, 6]}"
        raise ArgumentError("E206", argument="tune", expected=expected, given="True")


class AdaptingLearner(Learner):
    """Adapts a model to posts: the fit starts at its weights and is drawn back towards them."""

    argument = "base"
    excludes = ("classifier", "network", "teacher", "features")
    fewest = FEWEST_TO_ADAPT
    fixed_features = True

    def __init__(
        self, base: Base, strength: float = STRENGTH, *, prior: float | None = None
    ) -> None:
        prior = base.prior if prior is None else prior
        adapted = AdaptedClassifier(base, strength, prior)
        super().__init__(Pipeline([("classifier", adapted)]), prior=prior)
        self.base = base
        self.builds_on = (base.model,)

    @classmethod
    def of(cls, options: LearnerOptions) -> Self:
        """Make one with the caller's base."""
        return cls(Base.named(options.base), options.strength, prior=options.prior)

    @property
    def features(self) -> PostVectorizer:
        """Those of the base, fitted."""
        return self.base.features

    def fitted_features(self, fitted: Sequence[Any]) -> PostVectorizer:  # noqa: ARG002
        """Return those of the base."""
        return self.base.features

    def describe(self, fitted: Sequence[Any], count: int) -> list[Finding]:
        """Return a finding on how far the model is from its base."""
        change = fitted[0].named_steps["classifier"].deviation_
        return [adapted(self.base.model.name, change, count)]

    def uncalibrated(self) -> Calibration:
        """Return the calibration of the base."""
        return Calibration(np.ones(1), 0.0, self.base.slopes)

    def calibrate(self, scores: Sequence[NDArray[np.float64]], data: Labelled) -> Calibration:
        """Fit a calibration drawn towards the base's."""
        measured = ~np.isnan(scores[0][:, 0])
        return calibrate_towards(
            scores[0][measured, 0],
            data.selling[measured],
            data.weight[measured],
            self.prior,
            self.base.slopes,
        )

    def thresholds(
        self, p: NDArray[np.float64], selling: NDArray[np.bool_], precision: float
    ) -> tuple[float, float]:
        """Choose thresholds where there are posts enough for it; else keep the base's."""
        if len(p) < ENOUGH_FOR_THRESHOLDS:
            return self.base.model.thresholds
        return super().thresholds(p, selling, precision)

    def assemble(self, fitted: Sequence[Any], calibration: Calibration) -> Any:
        """Return base and deviation as one estimator."""
        return fitted[0].named_steps["classifier"].assemble(calibration)

    def settings(self) -> dict[str, Any]:
        """Return which base it starts from, and how far weights may move from it."""
        model = self.base.model
        base: dict[str, Any] = {"name": model.name, "posts": self.base.features.n_posts_}
        if model.digest is not None:
            base["sha256"] = model.digest
        return {"base": base, "strength": self.pipeline.named_steps["classifier"].strength}

    @property
    def grid(self) -> Grid:
        """How far weights may move from those of the base."""
        return GRIDS["base"]


# The first that is asked for is taken.
LEARNERS: tuple[type[Learner], ...] = (
    AdaptingLearner,
    PostClassifierLearner,
    ScikitLearnLearner,
    DeepLearner,
    LinearLearner,
)


def learner_for(options: LearnerOptions) -> Learner:
    """Return the learner that the arguments of `givesell.train` ask for.

    Raises
    ------
    ArgumentError
        E317 where arguments exclude each other.

    Examples
    --------
    >>> type(learner_for(LearnerOptions(C=3.0))).__name__
    'LinearLearner'
    """
    kind = next(kind for kind in LEARNERS if kind.asked_for(options))
    for other in kind.excludes:
        if getattr(options, other) is not None:
            raise ArgumentError("E317", one=kind.argument, other=other)
    return kind.of(options)


def learner_of(model: Model, start: Model | None = None, *, random_state: int = 0) -> Learner:
    """Return a learner with the settings that a model was trained with.

    Parameters
    ----------
    model : Model
        The network of a deep one is left out.
    start : Model, optional
        The model to adapt instead of starting from scratch.
    random_state : int

    Raises
    ------
    ArgumentError
        E224 for a model of a kind that keeps no settings to train another with.

    Examples
    --------
    >>> import givesell
    >>> from givesell.datasets import load_posts
    >>> learner_of(givesell.train(load_posts(), C=3.0)).settings()
    {'C': 3.0}
    """
    training, calibration = model.manifest.training, model.manifest.calibration
    prior = PRIOR if calibration is None else calibration.prior
    if start is not None:
        strength = STRENGTH if training.strength is None else training.strength
        return AdaptingLearner(Base.of(start), strength, prior=prior)
    try:
        pipeline = model.pipeline
    except ArgumentError as error:
        raise ArgumentError(
            "E224", name=model.name, kind=model.kind.name, classifier=model.kind.classifier
        ) from error
    if reads_posts(pipeline):
        return PostClassifierLearner.of(
            LearnerOptions(classifier=pipeline, prior=prior, random_state=random_state)
        )
    parts = parts_of(pipeline)
    options = LearnerOptions(
        features=clone(parts.features),
        classifier=getattr(parts.classifier, "classifier", None),
        prior=prior,
        random_state=random_state,
    )
    return learner_for(options if training.C is None else replace(options, C=training.C))


def _rescaled(pipeline: Any, calibration: Calibration) -> Any:
    """Calibrate the linear classifier of a fitted pipeline but for the two slopes; return it."""
    classifier = pipeline.named_steps["classifier"]
    scale = calibration.scales[0]
    classifier.coef_ = classifier.coef_ * scale
    classifier.intercept_ = classifier.intercept_ * scale + calibration.offset
    return classifier
