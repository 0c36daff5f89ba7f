"""Tests of `tools.encoder`: the artifact of an encoder whose views are done."""

import numpy as np
import pytest

import givesell
from givesell.datasets import load_posts
from givesell.estimators.vectorizer import PostVectorizer
from givesell.labelled.read import read_labelled
from givesell.labelled.request import Request
from givesell.learn.checks import check
from givesell.learn.protocol import silent
from givesell.learn.train import Plan, train_with
from tests.core.tiny_encoder import FACETS, quantised_arrays
from tools.encoder.assembled import EncoderLearner, FinishedEncoder, FinishedViews
from tools.out_of_fold import OutOfFold, out_of_fold_of

pytest.importorskip("onnxruntime")


@pytest.fixture(scope="module")
def data():
    """Some of the bundled posts, in groups."""
    frame = load_posts().head(400)
    frame["facet"] = np.where(frame["label"] == "giving", "help", "offer")
    return check(read_labelled(Request(frame, groups="topic", facet="facet")), act=False)


@pytest.fixture(scope="module")
def protocol(data):
    """Views that know the labels but for noise; half the posts are in the random fold."""
    noise = np.random.default_rng(0).normal(0, 1, (len(data.posts), 1 + len(FACETS)))
    values = noise + 2 * np.where(data.selling, 1, -1)[:, None]
    known = np.where(np.arange(len(values))[:, None] < 200, values, np.nan)
    return FinishedViews(
        data, None, 0, 1, silent, values={"topic": values, None: known}, facet_names=FACETS
    )


@pytest.fixture(scope="module")
def learner():
    """A tiny encoder that is finished."""
    features = PostVectorizer(n_features=2**12, min_df=2)
    encoder = FinishedEncoder(quantised_arrays(), 1e-5, FACETS, features)
    return EncoderLearner(encoder, "a tiny one", prior=0.3)


@pytest.fixture(scope="module")
def model(protocol, learner):
    """The model of it."""
    return train_with(learner, protocol, Plan(facets=True, name="tiny"))


def test_figures_are_those_of_the_views(model, data):
    """Metrics, calibration and facets are of the views, recorded as training records them."""
    info = model.info
    assert info["metrics"]["split by topic"]["posts"] == len(data.posts)
    assert info["metrics"]["drawn at random"]["posts"] == 200
    assert info["metrics"]["split by topic"]["auc"] > 0.9
    assert info["calibration"]["folds"] == "split by topic"
    assert info["facets"]["each"]["help"]["posts"] == (~data.selling).sum()
    assert model.has_facets
    assert model.trained_on(data.posts).all()


def test_the_calibration_is_in_the_model(model, protocol, learner):
    """Probabilities are those of the bare encoder after the sigmoid and the two slopes."""
    posts = ["Thanks for the help!", "buy now, 20% off"]
    calibration = learner.calibrate(list(protocol.scores(learner).values()), protocol.data)
    bare = FinishedEncoder(quantised_arrays(), 1e-5, FACETS).know(learner.classifier.features_)
    odds = bare.as_kind().values(posts)[:, :1]
    assert model.score(posts) == pytest.approx(calibration.probabilities(odds), abs=1e-5)


def test_the_artifact_loads(model, tmp_path):
    """It is saved with golden predictions and a card, and gives the same verdicts again."""
    model.save(tmp_path / "tiny")
    again = givesell.load(tmp_path / "tiny")
    assert again.classify("buy now, 20% off") == model.classify("buy now, 20% off")
    assert "a tiny one" in (tmp_path / "tiny" / "README.md").read_text()


def test_out_of_fold_verdicts_are_kept(model, protocol, learner, data, tmp_path):
    """What the protocol reads are the probabilities that the figures are of."""
    out_of_fold_of(protocol, learner, model).write(tmp_path / "kept" / "tiny.npz")
    kept = OutOfFold.read(tmp_path / "kept" / "tiny.npz")
    figures = model.info["metrics"]["split by topic"]
    right = (kept.p >= 0.5) == data.selling
    assert right[kept.sure].mean() == pytest.approx(figures["accuracy_sure"], abs=1e-4)
    assert kept.sure.mean() == pytest.approx(figures["share_sure"], abs=1e-4)
    assert np.isnan(kept.known).sum() == len(data.posts) - 200
