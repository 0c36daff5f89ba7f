"""Tests of `givesell.core.fingerprints`, and of models that remember by them what they were trained
on.
"""

import json

import numpy as np
import pytest

import givesell
from givesell.core.fingerprints import among, fingerprints_of
from givesell.datasets import load_posts
from givesell.errors import ArgumentError, ArtifactError
from givesell.estimators.vectorizer import PostVectorizer
from givesell.model.load import shipped_models


@pytest.fixture(scope="module")
def frame():
    """Some of the bundled posts."""
    return load_posts().head(240)


@pytest.fixture(scope="module")
def model(frame):
    """A small model of them."""
    return givesell.train(frame, features=PostVectorizer(n_features=2**12), name="small")


def test_words_decide():
    """Capitals, spaces, links and handles make no other post; another word does, and what is no
    text is never known.
    """
    known = fingerprints_of(["Buy  now https://a.example/1 @jo", "Thanks \ud83d a lot"])
    posts = [
        "buy NOW https://b.example/2 @may",
        "Thanks \ud83d a lot",
        "Buy later",
        None,
        float("nan"),
        7,
        "",
    ]
    assert among(posts, known).tolist() == [True, True, False, False, False, False, False]
    assert among(posts, fingerprints_of([])).tolist() == 7 * [False]
    assert (known[1:] > known[:-1]).all()


def test_a_model_knows_its_posts_and_no_others(model, frame):
    """A trained model knows each post that it learned from, and hardly another."""
    posts = load_posts()["text"]
    assert model.trained_on(posts).tolist() == posts.isin(frame["text"]).tolist()
    assert model.info["fingerprints"]["posts"] == frame["text"].nunique()


def test_they_are_saved_in_eight_bytes_a_post(model, frame, tmp_path):
    """An artifact keeps them beside its weights, in 8 bytes each, and saving it again gives the
    same bytes.
    """
    model.save(tmp_path / "with")
    model.with_fingerprints(None).save(tmp_path / "without")
    sizes = [
        (tmp_path / name / "weights.safetensors").stat().st_size for name in ("with", "without")
    ]
    assert 0 < sizes[0] - sizes[1] - 8 * frame["text"].nunique() < 200
    loaded = givesell.load(tmp_path / "with")
    assert loaded.trained_on(frame["text"]).all()
    loaded.save(tmp_path / "again")
    for name in ("manifest.json", "weights.safetensors"):
        assert (tmp_path / "with" / name).read_bytes() == (tmp_path / "again" / name).read_bytes()


def test_a_model_without_them_knows_nothing(model, frame, tmp_path):
    """An artifact without fingerprints loads, knows no post, and scores as the one with them
    does.
    """
    model.with_fingerprints(None).save(tmp_path / "old")
    old = givesell.load(tmp_path / "old")
    assert old.fingerprints is None
    assert not old.trained_on(frame["text"]).any()
    assert "fingerprints" not in old.info
    assert np.array_equal(old.score(frame["text"]), model.score(frame["text"]))


def test_nobody_needs_to_keep_them(frame):
    """Training with fingerprints=False records no fingerprints."""
    quiet = givesell.train(frame, features=PostVectorizer(n_features=2**12), fingerprints=False)
    assert quiet.fingerprints is None


def test_an_adapted_model_knows_the_posts_of_its_base_too(model, frame):
    """What the base was trained on, an adapted model was trained on."""
    own = load_posts().tail(60)
    adapted = givesell.train(own, base=model)
    assert adapted.trained_on(frame["text"]).all()
    assert adapted.trained_on(own["text"]).all()


@pytest.mark.parametrize("suffix", [".joblib", ".skops"])
def test_an_exported_pipeline_keeps_them(model, frame, tmp_path, suffix):
    """A pipeline that comes back from a file knows its posts."""
    model.export(tmp_path / f"mine{suffix}")
    assert givesell.load(tmp_path / f"mine{suffix}", trusted=True).trained_on(frame["text"]).all()


@pytest.fixture(scope="module")
def folder(model, tmp_path_factory):
    """The folder of the small model."""
    path = tmp_path_factory.mktemp("models") / "small"
    model.save(path)
    return path


@pytest.mark.parametrize(
    ("keys", "recorded", "message"),
    [
        (np.array([1, 2, 3], np.uint64), {"posts": 2}, "as many as the manifest says"),
        (np.array([3, 2], np.uint64), {"posts": 2}, "ascending"),
        (np.array([2, 2], np.uint64), {"posts": 2}, "ascending"),
        (np.array([2], np.uint64), {"posts": 1, "method": "MD5"}, "of a kind that is not known"),
        (np.array([2], np.uint64), {"posts": 0}, "fingerprints.posts"),
        (np.array([2], np.float32), {"posts": 1}, "F32 tensor"),
        (None, {"posts": 1}, "does not hold the tensors"),
    ],
)
def test_forged_ones_are_refused(folder, tmp_path, keys, recorded, message):
    """Fingerprints that are not what the manifest says, or not in order, are an error of the
    artifact.
    """
    from tests.conftest import Forgery

    forged = Forgery.of(folder)
    del forged.tensors["fingerprints"]
    if keys is not None:
        forged.tensors["fingerprints"] = keys
    forged.manifest["fingerprints"] = {**forged.manifest["fingerprints"], **recorded}
    with pytest.raises(ArtifactError, match=message):
        givesell.load(forged.write(tmp_path / "forged"))


def test_unordered_ones_are_refused(model):
    """A model takes fingerprints only as they can be searched."""
    for keys in (np.array([2, 1], np.uint64), np.array([], np.uint64)):
        with pytest.raises(ArgumentError, match="ascending"):
            model.with_fingerprints(keys)


@pytest.mark.parametrize("name", shipped_models())
def test_shipped_models_know_the_bundled_posts(name):
    """The models that come with the library were trained on the posts that come with it, and
    know it.
    """
    shipped = givesell.load(name)
    assert shipped.trained_on(load_posts()["text"]).all()
    assert not shipped.trained_on(
        ["An otter ate my umbrella on the way to the lighthouse today"]
    ).any()
    counted = sum(entry["posts"] for entry in shipped.info["training"]["files"])
    assert 0.99 * counted < shipped.info["fingerprints"]["posts"] <= counted


def test_a_record_of_them_alone_makes_none(model):
    """A model made anew with another's info has no fingerprints, and says that it has none."""
    made = givesell.Model.from_pipeline(model.pipeline, info=json.loads(json.dumps(model.info)))
    assert made.fingerprints is None
    assert "fingerprints" not in made.info
