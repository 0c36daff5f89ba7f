"""Tests of `givesell.learn.adapt` and of `train` with a base: a model adapted to a few posts."""

import numpy as np
import pytest
from scipy.special import expit
from sklearn.base import clone
from sklearn.metrics import log_loss
from sklearn.svm import LinearSVC

import givesell
from givesell.datasets import load_posts
from givesell.errors import ArgumentError, DataError, TrainedOnWarning
from givesell.estimators.network.classifier import NetworkClassifier
from givesell.estimators.vectorizer import PostVectorizer
from givesell.learn.adapt import (
    AdaptedClassifier,
    Base,
    calibrate_towards,
    fit_deviation,
    fit_slopes_towards,
    label_weights,
)

# Models are measured on posts that they were trained on: here that is not the point.
pytestmark = pytest.mark.filterwarnings("ignore::givesell.errors.TrainedOnWarning")

SMALL = PostVectorizer(n_features=2**14)


@pytest.fixture(scope="module")
def frame():
    """The bundled posts."""
    return load_posts()


@pytest.fixture(scope="module")
def base(frame):
    """A model of the first thousand."""
    return givesell.train(frame.head(1000), features=SMALL, name="base")


@pytest.fixture(scope="module")
def turned(frame):
    """Posts of someone who calls all talk of bread selling, and nothing else."""
    posts = [*(f"{text} Bread." for text in frame["text"][1000:1100]), *frame["text"][1100:1200]]
    return frame.iloc[1000:1200].assign(text=posts, label=["selling"] * 100 + ["giving"] * 100)


def test_no_strength_and_no_posts_leave_the_base(base, frame):
    """With no room to leave it the adapted model ranks posts as its base does; a little room
    changes it a little.
    """
    parts = Base.of(base)
    posts, labels = frame["text"][:200].to_numpy(object), frame["label"][:200]
    _, odds = parts.features_and_log_odds(posts)
    still = AdaptedClassifier(parts, strength=0.0).fit(posts, labels)
    assert np.corrcoef(still.decision_function(posts), odds)[0, 1] == pytest.approx(1)
    tight, loose = (
        AdaptedClassifier(parts, strength=strength).fit(posts, labels).deviation_.weights
        for strength in (0.01, 10)
    )
    assert 0 < np.abs(tight).max() < 0.1 * np.abs(loose).max()


def test_the_fit_is_the_best_there_is(base, frame):
    """No small step away from the fitted deviation lowers the penalised loss."""
    parts = Base.of(base)
    matrix, odds = parts.features_and_log_odds(frame["text"][1000:1100].to_numpy(object))
    selling = (frame["label"][1000:1100] == "selling").to_numpy()
    change = fit_deviation(matrix, odds, selling, np.ones(100), 10.0)

    def loss(weights):
        p = expit(change.slope * odds + change.shift + matrix[:, change.columns] @ weights)
        return log_loss(selling, p, normalize=False) + weights @ weights / 20

    random = np.random.default_rng(0)
    best = loss(change.weights)
    assert all(
        loss(change.weights + 0.05 * random.normal(size=len(change.columns))) > best
        for _ in range(10)
    )


def test_own_posts_count(base, turned):
    """A model adapted to posts that its base gets wrong gets them right, and says how its base
    did.
    """
    model = givesell.train(turned, base=base, name="mine")
    metrics = model.info["metrics"]
    assert (
        metrics["drawn at random"]["macro_f1"] > 0.9 > 0.65 > metrics["base as it is"]["macro_f1"]
    )
    assert (
        model.score("What a day it has been. Bread.")
        > base.score("What a day it has been. Bread.") + 0.3
    )
    assert model.thresholds == base.thresholds
    assert model.report.findings[-1].check == "base"
    assert model.info["training"]["base"] == {"name": "base", "posts": 1000}


def test_twenty_posts_are_enough(base, frame, tmp_path):
    """Twenty posts train, the same bytes each time, and the artifact is like any other and names
    its base.
    """
    few = frame.iloc[1000:].groupby("label").head(10)
    for name in ("a", "b"):
        givesell.train(few, base=base, name="mine").save(tmp_path / name / "mine")
    for name in ("manifest.json", "weights.safetensors", "README.md"):
        assert (tmp_path / "a" / "mine" / name).read_bytes() == (
            tmp_path / "b" / "mine" / name
        ).read_bytes()
    again = givesell.load(tmp_path / "a" / "mine")
    assert again.report is None
    assert again.linear.ngrams == base.linear.ngrams
    assert "started from **base**" in (tmp_path / "a" / "mine" / "README.md").read_text()
    with pytest.raises(DataError, match="at least 3 of each label"):
        givesell.train(few.sort_values("label").head(12), base=base)


def test_a_deep_base_keeps_its_network(frame):
    """The linear part of a deep model is adapted, its network goes along, and the pipeline
    agrees with the scorer.
    """
    network = NetworkClassifier(size=16, channels=16, hidden=8, epochs=2)
    deep = givesell.train(frame.head(600), features=SMALL, network=network, name="deep")
    model = givesell.train(frame.iloc[1000:1100], base=deep)
    posts = list(frame["text"][1200:1300])
    assert np.abs(model.network_log_odds(posts)).max() > 0
    assert np.corrcoef(model.network_log_odds(posts), deep.network_log_odds(posts))[
        0, 1
    ] == pytest.approx(1, abs=1e-6)
    np.testing.assert_allclose(
        model.pipeline.predict_proba(posts)[:, 1], model.score(posts), atol=1e-6
    )


def test_the_prior_is_that_of_the_base(frame, base):
    """Labels are decided for the stream that the base's were, unless another is named; without
    any, for one with 30% selling.
    """
    other = givesell.train(frame.head(600), features=SMALL, prior=0.45)
    few = frame.iloc[1000:1060]
    priors = [
        givesell.train(few, base=start, prior=own).info["calibration"]["prior"]
        for start, own in ((other, None), (other, 0.2))
    ]
    assert [*priors, base.info["calibration"]["prior"]] == [0.45, 0.2, 0.3]
    uncalibrated = givesell.train(frame.head(600), features=SMALL, calibrate=False)
    assert givesell.train(few, base=uncalibrated).info["calibration"]["prior"] == 0.3


def test_a_base_by_name_keeps_its_facets(frame):
    """The shipped model is found by its name; what it tells of facets stays."""
    model = givesell.train(frame.iloc[:60], base="givesell-en")
    assert model.classify("DM me to order, 20% off all mugs").facet is not None
    quality = model.manifest.facets
    assert (quality.of, quality.each, quality.folds) == ("givesell-en", None, None)


def test_a_base_may_hold_a_classifier_of_ones_own(frame, tmp_path):
    """A model that still holds the classifier it was trained with is as good a start as the same
    model from its folder.
    """
    base = givesell.train(frame.head(300), features=SMALL, classifier=LinearSVC())
    base.save(tmp_path / "base")
    fresh, saved = (
        givesell.train(frame.iloc[300:360], base=one)
        for one in (base, givesell.load(tmp_path / "base"))
    )
    assert np.allclose(
        fresh.score(frame["text"][400:500]), saved.score(frame["text"][400:500]), atol=1e-4
    )


def test_calibration_is_drawn_to_the_base():
    """A few posts hardly move scale, offset and slopes; many move them to where they belong."""
    random = np.random.default_rng(0)
    odds = random.normal(0, 2, 20_000)
    selling = random.random(20_000) < expit(2 * odds)
    weight = np.ones(20_000)
    few = calibrate_towards(odds[:12], selling[:12], weight[:12], selling[:12].mean(), (1.2, 0.7))
    many = calibrate_towards(odds, selling, weight, selling.mean(), (1.0, 1.0))
    assert few.scales[0] == pytest.approx(1, abs=0.3)
    assert many.scales[0] == pytest.approx(2, abs=0.1)
    assert few.slopes == pytest.approx((1.2, 0.7), abs=0.25)
    assert fit_slopes_towards(
        odds, random.random(20_000) < expit(1.5 * odds), (1.0, 1.0)
    ) == pytest.approx((1.5, 1.5), abs=0.1)


def test_labels_stand_as_in_the_stream():
    """Weights give labels the shares that the base's decisions are for, and keep their sum."""
    weight = label_weights(np.array([True, False, False]), np.array([1.0, 2.0, 1.0]), 0.3)
    assert weight.sum() == pytest.approx(4)
    assert weight[0] == pytest.approx(1.2)


def test_clones_share_the_base(base):
    """Cloning for a fold copies no weights."""
    estimator = AdaptedClassifier(Base.of(base))
    assert clone(estimator).base is estimator.base


@pytest.mark.parametrize(
    "other", [{"features": SMALL}, {"network": NetworkClassifier()}, {"teacher": "x"}]
)
def test_arguments_that_exclude_a_base(base, frame, other):
    """A base brings its own features, and none of what would change them goes with it."""
    with pytest.raises(ArgumentError, match="cannot be combined"):
        givesell.train(frame, base=base, **other)


def test_a_base_that_has_seen_the_posts_is_warned_of_where_train_is_called(base, frame):
    """The warning names the base and points at the caller's line."""
    with pytest.warns(TrainedOnWarning, match="base was trained on 60 of these 60 posts") as caught:
        givesell.train(frame.head(60), base=base)
    assert caught[0].filename == __file__
