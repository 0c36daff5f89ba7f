"""Tests of `givesell.learn.learners`: the ways to learn, and what another one must bring."""

from dataclasses import replace

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression
from sklearn.naive_bayes import ComplementNB
from sklearn.pipeline import Pipeline

import givesell
from givesell.datasets import load_posts
from givesell.errors import ArgumentError
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
    with pytest.raises(ArgumentError, match=f"{one} and {other} do not go together"):
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
