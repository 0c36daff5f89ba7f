"""Tests of `givesell.core.kind`: what every kind of model does, and that another one is one class
and a row.
"""

from typing import ClassVar

import numpy as np
import pytest
from sklearn.naive_bayes import ComplementNB

import givesell
from givesell.core.calibration import UNCALIBRATED
from givesell.core.kinds import KINDS
from givesell.core.known_ngrams import buckets_of, known_ngrams
from givesell.core.linear import features_of
from givesell.core.model_arrays import Scored
from givesell.core.scoring import read_posts
from givesell.datasets import load_posts
from givesell.errors import ArgumentError, ArtifactError
from givesell.estimators.vectorizer import PostVectorizer
from givesell.model.model import Model

POSTS = ["Thanks so much, that fixed it!", "Buy now, 20% off, link in bio", "ok", None, ""]


class LengthKind:
    """A kind of model of its own: long posts sell."""

    name: ClassVar = "length"
    can_explain: ClassVar = False
    can_be_adapted: ClassVar = False
    can_be_saved: ClassVar = True
    layout: ClassVar = {
        "buckets": ("I32", "<i4", 1),
        "squares": ("F32", "<f4", 1),
        "length": ("F32", "<f4", 1),
    }
    own_facets: ClassVar = False
    close: ClassVar = 1e-5
    classifier = "length"
    facet_names = ()
    intercept, slopes, weights = 0.0, UNCALIBRATED, None

    def __init__(self, features, known, length, unit):
        self.features, self.known, self.length = features, known, length
        self.settings = {"unit": unit}

    def score(self, posts, n_jobs, *, facets):
        """Score posts by their length."""
        status, may_be_sure = read_posts(self.known, posts, n_jobs)
        lengths = np.array([len(post or "") for post in posts[:]], np.float32)
        selling = (1 / (1 + np.exp(self.length[0] - lengths))).astype(np.float32)
        return Scored(np.where(status == 0, selling, np.nan), status, may_be_sure, None)

    def tensors(self):
        """Return the arrays."""
        buckets = buckets_of(self.known.vocabulary)
        return {"buckets": buckets, "squares": self.known.squares, "length": self.length}

    @classmethod
    def from_tensors(cls, manifest, tensors):
        """Make it of an artifact."""
        features = features_of(manifest)
        known = known_ngrams(features, tensors["buckets"], tensors["squares"])
        return cls(features, known, tensors["length"], manifest.settings["unit"])

    def __str__(self):
        return "the length of a post"


@pytest.fixture(scope="module")
def models(saved):
    """A model of each kind."""
    frame = load_posts().head(300)
    found = {name: givesell.load(saved[name]) for name in ("linear", "deep")}
    found["scikit-learn"] = givesell.train(
        frame, classifier=ComplementNB(), features=PostVectorizer(n_features=2**10)
    )
    linear = found["linear"]
    kind = LengthKind(linear.kind.features, linear.known, np.float32([30]), "code points")
    found["length"] = Model(kind, thresholds=(0.2, 0.8), info={"name": "long"})
    return found


@pytest.mark.parametrize("name", ["linear", "deep", "scikit-learn", "length"])
def test_what_a_kind_says_it_can_do_it_can(models, name, tmp_path, monkeypatch):
    """A kind's abilities are those that its model has: explaining exactly, being saved, being
    adapted; what it cannot do is refused by its name.
    """
    monkeypatch.setitem(KINDS, "length", LengthKind)
    model = models[name]
    kind = model.kind
    assert kind.name == model.manifest.kind == name
    assert kind.can_explain == (kind.weights is not None)
    assert kind.can_be_saved == (kind.tensors() is not None) == (name in KINDS)
    why = givesell.explain(POSTS[1], model=model)
    assert why.method == ("exact" if kind.can_explain else "occlusion")
    assert why.reasons
    if not kind.can_explain:
        with pytest.raises(ArtifactError, match="E320"):
            _ = model.weights
    if not kind.can_be_adapted:
        with pytest.raises(ArgumentError, match="E321"):
            givesell.train(load_posts().head(100), base=model)
    if kind.can_be_saved:
        model.save(tmp_path / "mine")
        again = givesell.load(tmp_path / "mine")
        assert again.score(POSTS).tobytes() == model.score(POSTS).tobytes()
        assert again.kind.settings == kind.settings
        card = again.card()
        assert f"of the kind `{name}`" in card
        assert ("- `unit`: code points" in card) == bool(kind.settings)
        assert again.info["settings" if kind.settings else "kind"] == (kind.settings or name)
    else:
        with pytest.raises(ArtifactError, match="E319"):
            model.save(tmp_path / "mine")


@pytest.mark.parametrize("name", ["linear", "deep", "scikit-learn", "length"])
def test_every_kind_judges_the_same_posts(models, name):
    """Which posts can be judged is no matter of the kind, and drift can be measured with each."""
    scores = models[name].verdicts(POSTS)
    assert scores.status.tolist() == ["ok", "ok", "ok", "missing", "empty"]
    assert (np.isnan(scores.selling) == (scores.status != "ok")).all()
    assert str(models[name].kind) in repr(models[name])
    assert len(buckets_of(models[name].known.vocabulary)) == len(models[name].known.squares)


def test_a_kind_without_a_pipeline(models):
    """A kind that scikit-learn has nothing of says so where a pipeline is asked for."""
    with pytest.raises(ArgumentError, match="E223"):
        _ = models["length"].pipeline
