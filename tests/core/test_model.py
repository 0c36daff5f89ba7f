"""Tests of `givesell.model.model`."""

import copy
import pickle

import numpy as np
import pytest
from sklearn.base import clone
from sklearn.linear_model import LogisticRegression, RidgeClassifier
from sklearn.metrics import accuracy_score
from sklearn.model_selection import cross_val_score
from sklearn.pipeline import make_pipeline

import givesell
from givesell.datasets import load_posts
from givesell.errors import ArgumentError, ArgumentTypeError
from givesell.estimators.vectorizer import PostVectorizer
from givesell.measure.sure import may_be_sure
from givesell.model.model import Model


@pytest.fixture(scope="module")
def model():
    """The shipped model."""
    return givesell.load()


@pytest.fixture(scope="module")
def posts():
    """The bundled posts."""
    return load_posts()


def test_label_and_probability_agree(model, posts):
    """The label is selling exactly where the probability is at least one half."""
    scores = model.verdicts(posts["text"])
    assert ((scores.label == "selling") == (scores.selling >= 0.5)).all()


def test_sure_lies_beyond_the_thresholds(model, posts):
    """A verdict is sure exactly at or beyond the two thresholds, where the words are known."""
    low, high = model.thresholds
    scores = model.verdicts(posts["text"])
    beyond = (scores.selling <= np.float32(low)) | (scores.selling >= np.float32(high))
    known = may_be_sure(model, posts["text"])
    assert (scores.sure == (beyond & known)).all()
    assert known.mean() > 0.99
    assert 0 < scores.sure.mean() < 1


def test_score_equals_classify(model, posts):
    """Score and classify give the same probabilities, for a batch and one by one."""
    texts = posts["text"].tolist()[:50]
    batch = model.score(texts)
    assert [verdict.selling for verdict in model.classify(texts)] == batch.tolist()
    assert [model.classify(text).selling for text in texts] == batch.tolist()
    assert [model.score(text) for text in texts] == batch.tolist()


def test_shipped_model_knows_the_invented_posts(model, posts):
    """The shipped model labels nearly all clear invented posts as annotated; they were in its
    training data.
    """
    clear = posts[posts["certainty"] == "clear"]
    assert accuracy_score(clear["label"], model.verdicts(clear["text"]).label) > 0.95


def test_pipeline_is_scikit_learns(model, posts):
    """The pipeline predicts, scores, clones and cross-validates in scikit-learn."""
    texts, labels = posts["text"], posts["label"]
    assert (model.pipeline.predict(texts) == model.verdicts(texts).label).all()
    assert model.pipeline.score(texts, labels) > 0.9
    assert cross_val_score(clone(model.pipeline), texts, labels, cv=2).mean() > 0.7


def test_from_pipeline_round_trip(model):
    """A model made of a model's own pipeline scores alike."""
    again = Model.from_pipeline(model.pipeline, thresholds=model.thresholds)
    np.testing.assert_allclose(
        again.score(["Buy now!", "Thanks!"]), model.score(["Buy now!", "Thanks!"]), atol=1e-6
    )


@pytest.mark.parametrize(
    "pipeline",
    [
        LogisticRegression(),
        make_pipeline(PostVectorizer()),
        make_pipeline(PostVectorizer(), RidgeClassifier()),
        None,
    ],
)
def test_from_pipeline_refuses_other_makes(pipeline):
    """A pipeline that cannot be scored by the fused scorer is refused by name."""
    with pytest.raises(ArgumentTypeError, match="PostVectorizer and LogisticRegression"):
        Model.from_pipeline(pipeline)


def test_from_pipeline_refuses_other_labels(posts):
    """Labels other than giving and selling are refused."""
    pipeline = make_pipeline(PostVectorizer(), LogisticRegression()).fit(
        posts["text"], posts["label"] == "selling"
    )
    with pytest.raises(ArgumentTypeError, match="labels must be"):
        Model.from_pipeline(pipeline)


@pytest.mark.parametrize(
    "thresholds", [(0.6, 0.8), (0.2, 0.4), (-0.1, 0.8), (0.2, 1.1), (0.8, 0.2)]
)
def test_thresholds_lie_on_either_side_of_one_half(model, thresholds):
    """Thresholds that would contradict the label are refused."""
    with pytest.raises(ArgumentError, match="thresholds"):
        Model.from_pipeline(model.pipeline, thresholds=thresholds)


@pytest.mark.parametrize(
    "duplicate", [copy.copy, copy.deepcopy, lambda model: pickle.loads(pickle.dumps(model))]
)
def test_copies(model, duplicate):
    """Copies and pickles score the same bytes."""
    assert (
        duplicate(model).score(["Buy now!", "Thanks!"]).tobytes()
        == model.score(["Buy now!", "Thanks!"]).tobytes()
    )


def test_info_is_plain_data(model):
    """The record of a model is data that JSON can hold, and a copy."""
    import json

    assert json.loads(json.dumps(model.info)) == model.info
    model.info["name"] = "other"
    assert model.info["name"] == "givesell-en"


def test_repr(model):
    """A model says its name and where it is sure."""
    assert repr(model).startswith("<Model 'givesell-en': ")


def test_other_thresholds(tmp_path):
    """Other thresholds change what is sure and nothing else; what was measured of the old ones
    is no longer told.
    """
    model = givesell.load()
    other = model.with_thresholds((0.5, 0.5))
    posts = ["Thanks!", "New mugs are up, come and see", "Does anyone know a good bike shop?"]
    np.testing.assert_array_equal(other.score(posts), model.score(posts))
    assert [verdict.sure for verdict in other.classify(posts)] == [True, True, True]
    assert model.thresholds != (0.5, 0.5)
    other.save(tmp_path / "other")
    assert givesell.load(tmp_path / "other").thresholds == (0.5, 0.5)
    assert not any("share_sure" in row for row in other.info["metrics"].values())
    assert "chosen by hand" in (tmp_path / "other" / "README.md").read_text()
    for wrong in ((0.6, 0.9), (0.1,), 0.5, ("a", "b")):
        with pytest.raises(ArgumentError, match="thresholds must be a pair"):
            model.with_thresholds(wrong)


def test_a_model_that_is_in_use_can_be_pickled():
    """What another thread computes of a model while it is pickled does not end the pickling."""

    class Other:
        """Stands for a thread that uses the model meanwhile."""

        def __reduce__(self):
            assert model.classify("Thanks!").label == "giving"
            assert model._kind.buckets.size
            return str, ()

    model = pickle.loads(pickle.dumps(givesell.load()))
    kind = model._kind
    for thing, computed in ((model, ("_edges", "manifest")), (kind, ("buckets",))):
        thing.__dict__["first"] = Other()
        for name in computed:
            thing.__dict__.pop(name, None)
    assert pickle.loads(pickle.dumps(model)).classify("Thanks!").label == "giving"
    assert "_edges" in model.__dict__
    assert "buckets" in kind.__dict__
