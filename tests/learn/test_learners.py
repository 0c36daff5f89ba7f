"""Tests of `givesell.learn.learners`: the ways to learn, and what another one must bring."""

from dataclasses import replace

import numpy as np
import pytest
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.linear_model import LogisticRegression
from sklearn.naive_bayes import ComplementNB
from sklearn.pipeline import Pipeline

import givesell
from givesell.core.calibration import UNCALIBRATED, Slopes, calibrate, probabilities
from givesell.core.kinds import KINDS
from givesell.core.known_ngrams import buckets_of, known_ngrams
from givesell.core.linear import features_of
from givesell.core.model_arrays import Scored
from givesell.core.scoring import read_posts
from givesell.datasets import load_posts
from givesell.errors import ArgumentError, ArtifactError
from givesell.estimators.calibrated import SidedLogisticRegression
from givesell.estimators.network.classifier import NetworkClassifier
from givesell.estimators.vectorizer import PostVectorizer
from givesell.labelled.read import read_labelled
from givesell.labelled.request import Request
from givesell.learn.checks import check
from givesell.learn.learner import Learner, LearnerOptions
from givesell.learn.learners import (
    LEARNERS,
    AdaptingLearner,
    DeepLearner,
    LinearLearner,
    PostClassifierLearner,
    ScikitLearnLearner,
    learner_for,
    learner_of,
)
from givesell.learn.protocol import TrainingProtocol
from givesell.learn.train import Plan, train_with

# Models are measured on posts that they were trained on: here that is not the point.
pytestmark = pytest.mark.filterwarnings("ignore::givesell.errors.TrainedOnWarning")

SMALL = PostVectorizer(n_features=2**12)
NETWORK = NetworkClassifier(size=16, channels=16, hidden=8, epochs=2)


class ToyLearner(Learner):
    """The least that a learner of another kind brings: here a logistic regression on words."""

    @classmethod
    def of(cls, options):
        """Make one."""
        classifier = LogisticRegression(C=options.C)
        return cls(Pipeline([("features", SMALL), ("classifier", classifier)]))

    def assemble(self, fitted, calibration):
        """Return a calibrated pipeline."""
        classifier = fitted[0].named_steps["classifier"]
        classifier.coef_ = classifier.coef_ * calibration.scales[0]
        classifier.intercept_ = classifier.intercept_ * calibration.scales[0] + calibration.offset
        calibrated = SidedLogisticRegression.of(classifier, calibration.slopes)
        return Pipeline([fitted[0].steps[0], ("classifier", calibrated)])

    def settings(self):
        """Return what is recorded."""
        return {"toy": True}

    @property
    def grid(self):
        """Regularisation."""
        return {"classifier__C": [1.0, 10.0]}


def signs(posts):
    """Return how many signs of money and of percent each post has."""
    return np.array([sum(map(str(post or "").count, "$£€%")) for post in posts], float)


class SignKind:
    """A kind of model of its own: signs of money sell."""

    name, classifier, weights, settings = "signs", "signs of money", None, {}
    can_explain, can_be_adapted, can_be_saved = False, False, True
    facet_names, own_facets, close = (), False, 1e-5
    layout = {  # noqa: RUF012
        "buckets": ("I32", "<i4", 1),
        "squares": ("F32", "<f4", 1),
        "slope": ("F32", "<f4", 1),
    }

    def __init__(self, features, known, slope, intercept, slopes):
        self.features, self.known, self.slope = features, known, slope
        self.intercept, self.slopes = intercept, slopes

    @classmethod
    def from_tensors(cls, manifest, tensors):
        """Make it of an artifact."""
        features = features_of(manifest)
        known = known_ngrams(features, tensors["buckets"], tensors["squares"])
        slopes = Slopes(manifest.slopes.giving, manifest.slopes.selling)
        return cls(features, known, tensors["slope"], manifest.intercept, slopes)

    def tensors(self):
        """Return the arrays."""
        buckets = buckets_of(self.known.vocabulary)
        return {"buckets": buckets, "squares": self.known.squares, "slope": self.slope}

    def score(self, posts, n_jobs, *, facets):
        """Score posts."""
        status, may_be_sure = read_posts(self.known, posts, n_jobs)
        p = probabilities(self.slope[0] * signs(posts) + self.intercept, self.slopes)
        return Scored(
            np.where(status == 0, p, np.nan).astype(np.float32), status, may_be_sure, None
        )

    def __str__(self):
        return self.classifier


class SignClassifier(ClassifierMixin, BaseEstimator):
    """A classifier that reads posts by itself and becomes a `SignKind`."""

    def __init__(self, features=None):
        self.features = features

    def fit(self, posts, labels, sample_weight=None):
        """Fit."""
        self.features_ = PostVectorizer(**(self.features or SMALL).get_params()).fit(posts)
        logistic = LogisticRegression().fit(
            signs(posts)[:, None], np.asarray(labels, str), sample_weight
        )
        self.classes_, self.slopes_ = logistic.classes_, UNCALIBRATED
        self.slope_, self.intercept_ = logistic.coef_[0], logistic.intercept_[0]
        return self

    def decision_function(self, posts):
        """Return the log-odds."""
        return calibrate(self.slope_[0] * signs(posts) + self.intercept_, self.slopes_)

    def calibrate(self, scale, offset, slopes):
        """Take over a calibration."""
        self.slope_, self.intercept_ = scale * self.slope_, scale * self.intercept_ + offset
        self.slopes_ = slopes

    def as_kind(self):
        """Return the kind."""
        features, squares = self.features_.get_params(), (self.features_.idf_**2).astype("f4")
        known = known_ngrams(features, self.features_.buckets_, squares)
        return SignKind(features, known, self.slope_.astype("f4"), self.intercept_, self.slopes_)


@pytest.fixture(scope="module")
def frame():
    """Some of the bundled posts."""
    return load_posts().head(400)


@pytest.fixture(scope="module")
def data(frame):
    """The same, checked."""
    return check(read_labelled(Request(frame, groups="topic", facet="facet")))


def protocol(data):
    """Return a protocol on some posts that keeps what it says."""
    said = []
    return TrainingProtocol(data, None, 0, 1, said.append), said


def test_a_learner_of_another_kind_trains_through_the_same_path(data, frame):
    """What is abstract in `Learner` is all that another kind must bring to be tuned, calibrated,
    measured and recorded with facets, drift and a report.
    """
    how, said = protocol(data)
    plan = Plan(tune=True, facets=True, name="toy", command="toy()")
    model = train_with(ToyLearner.of(LearnerOptions(C=1.0)), how, plan)
    assert model.info["training"]["toy"] is True
    assert model.info["training"]["tuned"]["classifier__C"] in (1.0, 10.0)
    assert list(model.info["metrics"]) == ["split by topic", "drawn at random"]
    assert model.info["metrics"]["split by topic"]["macro_f1"] > 0.6
    assert model.classify(frame["text"][0]).facet is not None
    assert model.report.out_of_fold.index.equals(data.index)
    assert model.trained_on(frame["text"]).all()
    assert said[-1] == "fitting on all posts"
    p = model.pipeline.predict_proba(frame["text"])[:, 1]
    np.testing.assert_allclose(p, model.score(frame["text"]), atol=1e-6)


def test_a_classifier_that_reads_posts_becomes_a_kind_of_its_own(frame, tmp_path, monkeypatch):
    """`train` takes a classifier of a further kind of model as it takes scikit-learn's: the model
    is calibrated, measured, saved and loaded, and what it cannot do is refused by its name.
    """
    monkeypatch.setitem(KINDS, "signs", SignKind)
    features = PostVectorizer(n_features=2**11)
    model = givesell.train(
        frame, groups="topic", classifier=SignClassifier(), features=features, name="mine"
    )
    assert model.kind.name == "signs"
    assert model.kind.features["n_features"] == 2**11
    assert model.info["metrics"]["split by topic"]["auc"] > 0.55
    assert "SignClassifier" in model.info["training"]["classifier"]
    np.testing.assert_allclose(
        probabilities(model.pipeline.decision_function(frame["text"])),
        model.score(frame["text"]),
        atol=1e-6,
    )
    model.save(tmp_path / "mine")
    again = givesell.load(tmp_path / "mine")
    assert again.score(frame["text"]).tobytes() == model.score(frame["text"]).tobytes()
    assert repr(again) == repr(model)
    with pytest.raises(ArtifactError, match=r"E320.*signs of money"):
        _ = again.weights
    assert givesell.explain("20% off all mugs", model=again).method == "occlusion"
    with pytest.raises(ArgumentError, match="E224"):
        learner_of(again)
    with pytest.raises(ArgumentError, match=r"E206.*grid"):
        givesell.train(frame, classifier=SignClassifier(), tune=True)
    learner = learner_of(model)
    assert isinstance(learner, PostClassifierLearner)
    assert learner.settings() == {"classifier": model.info["training"]["classifier"]}


def test_only_what_differs_is_abstract():
    """A learner of another kind has four things to say: how it is made, what it becomes, what is
    recorded and what is tuned.
    """
    assert Learner.__abstractmethods__ == {"of", "assemble", "settings", "grid"}


@pytest.mark.parametrize(
    ("options", "kind"),
    [
        ({}, LinearLearner),
        ({"teacher": "views"}, LinearLearner),
        ({"features": SMALL, "network": NETWORK}, DeepLearner),
        ({"classifier": ComplementNB(), "features": SMALL}, ScikitLearnLearner),
        ({"classifier": SignClassifier()}, PostClassifierLearner),
        ({"base": "givesell-en"}, AdaptingLearner),
    ],
)
def test_arguments_choose_the_learner(options, kind):
    """The argument that asks for a learner makes it, with all that goes with it."""
    assert type(learner_for(LearnerOptions(**options))) is kind


@pytest.mark.parametrize(
    ("one", "other"), [(kind.argument, other) for kind in LEARNERS for other in kind.excludes]
)
def test_arguments_that_exclude_each_other(one, other):
    """Each pair of arguments that no learner can serve is refused by name."""
    options = replace(LearnerOptions(), **{one: "a", other: "b"})
    with pytest.raises(ArgumentError, match=f"{one} and {other} cannot be combined"):
        learner_for(options)


def test_the_learner_of_a_model_has_its_settings(frame):
    """A model says how to learn another like it: its regularisation, classifier and features, or
    how far it may leave a base.
    """
    plain = givesell.train(frame, features=SMALL, C=3.0, prior=0.4)
    again = learner_of(plain)
    assert (again.settings(), again.prior) == ({"C": 3.0}, 0.4)
    assert again.features.get_params() == SMALL.get_params()
    other = givesell.train(frame, features=SMALL, classifier=ComplementNB(alpha=0.5))
    assert learner_of(other).settings() == {"classifier": "ComplementNB(alpha=0.5)"}
    adapted = givesell.train(frame, base=plain, strength=2.0)
    assert learner_of(adapted, plain).settings()["strength"] == 2.0


def test_calibration_of_a_learner_is_that_of_its_model(data, frame):
    """What a learner assembles gives the scores of its parts, calibrated."""
    learner = DeepLearner.of(LearnerOptions(features=SMALL, network=NETWORK))
    how, _ = protocol(data)
    calibration = learner.calibrate(list(how.scores(learner).values()), data)
    fitted = how.fit(learner)
    scores = np.column_stack([part.decision_function(frame["text"]) for part in fitted])
    expected = calibration.probabilities(scores)
    found = learner.assemble(fitted, calibration).predict_proba(frame["text"])[:, 1]
    np.testing.assert_allclose(found, expected, atol=1e-6)
