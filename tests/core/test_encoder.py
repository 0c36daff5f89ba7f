"""Tests of `givesell.core.encoder`: a model with an encoder does what every model does."""

import numpy as np
import pytest

import givesell
from givesell.core.calibration import Slopes, probabilities
from givesell.core.weights import FacetHead
from givesell.datasets import load_posts
from givesell.errors import ArgumentError, ArtifactError
from givesell.model.model import Model
from givesell.verdict import FACETS
from tests.conftest import Forgery
from tests.core.tiny_encoder import tiny_kind, tiny_model

POSTS = ["Thanks so much, that fixed it!", "Buy now, 20% off, link in bio", "ok", None, ""]


@pytest.fixture(scope="module")
def model():
    """A model with a tiny encoder."""
    return tiny_model()


@pytest.fixture(scope="module")
def folder(model, tmp_path_factory):
    """The same model, saved."""
    folder = tmp_path_factory.mktemp("encoder") / "tiny"
    model.save(folder)
    return folder


@pytest.fixture
def forgery(folder):
    """The saved model, taken apart."""
    return Forgery.of(folder)


def test_probabilities_are_calibrated(model):
    """A probability is what the intercept and the slopes make of the head's log-odds; posts that
    cannot be judged have none.
    """
    kind = model.kind.with_calibration(0.5, Slopes(0.7, 1.3))
    changed = Model(kind, thresholds=(0.2, 0.8))
    wanted = probabilities(kind.values(POSTS[:3])[:, 0] + 0.5, Slopes(0.7, 1.3))
    assert changed.score(POSTS[:3]).tolist() == wanted.astype(np.float32).tolist()
    assert changed.score(POSTS[:3]).tolist() != model.score(POSTS[:3]).tolist()
    assert changed.verdicts(POSTS).status.tolist() == ["ok", "ok", "ok", "missing", "empty"]
    assert np.isnan(changed.score(POSTS)[3:]).all()


def halved(model, posts):
    """Return a model to which half of the posts are selling."""
    middle = float(np.median(model.kind.values(list(posts))[:, 0]))
    return Model(model.kind.with_calibration(-middle, Slopes(1.0, 1.0)), thresholds=(0.2, 0.8))


def test_facets_are_those_of_the_label(model):
    """The facet of a post is the likeliest of its label, by the head's own values."""
    posts = load_posts()["text"].head(200)
    model = halved(model, posts)
    scores, values = model.verdicts(posts), model.kind.values(list(posts))[:, 1:]
    names = model.kind.facet_names
    assert model.has_facets
    assert {"giving", "selling"} == set(scores.label)
    for label, facet, row in zip(scores.label, scores.facet, values, strict=True):
        of_label = [at for at, name in enumerate(names) if name in FACETS[label]]
        assert facet == names[max(of_label, key=lambda at: row[at])]
    assert model.classify(posts[0]).facet == scores.facet[0]
    assert model.verdicts(posts, facets=False).facet is None


@pytest.mark.parametrize("facets", [(), ("help", "talk")])
def test_a_label_without_facets(facets):
    """Where the head knows no facet, or none of a label, posts have none."""
    posts = load_posts()["text"].head(200)
    model = halved(tiny_model(facets=facets), posts)
    scores = model.verdicts(posts)
    assert model.has_facets == bool(facets)
    if facets:
        assert set(scores.facet[scores.label == "selling"]) == {None}
        assert set(scores.facet[scores.label == "giving"]) == set(facets)
    else:
        assert scores.facet is None
        assert "facets" not in model.info


def test_saved_and_loaded(model, folder):
    """A loaded model gives the same bits, and its manifest says what it is."""
    again = givesell.load(folder)
    assert again.score(POSTS).tobytes() == model.score(POSTS).tobytes()
    assert again.classify(POSTS[1]) == model.classify(POSTS[1])
    assert again.info["kind"] == "encoder"
    assert tuple(again.info["facets"]["names"]) == model.kind.facet_names
    assert again.info["settings"] == {
        "epsilon": 1e-5,
        "layers": 2,
        "width": 16,
        "heads": 2,
        "inner": 32,
        "pieces": model.kind.settings["pieces"],
    }
    assert "A small transformer" in again.card()
    assert "encoder of 2 layers, 16 wide" in repr(again)


def test_it_cannot_be_explained_by_weights(model):
    """There are no weights; what needs them says so."""
    with pytest.raises(ArtifactError, match="E320"):
        _ = model.weights


def test_a_head_beside_its_own_is_refused():
    """Facets come from one head."""
    head = FacetHead(
        ("help",), np.array([1], np.int32), np.ones((1, 1), np.float16), np.zeros(1, np.float32)
    )
    with pytest.raises(ArgumentError, match="tells them itself"):
        Model(tiny_kind(), thresholds=(0.2, 0.8), facets=head)


def test_a_processor_that_rounds_otherwise(forgery, tmp_path):
    """Golden predictions may differ by what another processor's rounding makes of whole numbers,
    and by no more.
    """
    golden = forgery.manifest["golden"]
    golden[0][1] = abs(golden[0][1] - 0.01)
    givesell.load(forgery.write(tmp_path / "near"))
    golden[0][1] = abs(golden[0][1] - 0.1)
    with pytest.raises(ArtifactError, match="E205"):
        givesell.load(forgery.write(tmp_path / "far"))


@pytest.mark.parametrize(
    "change",
    [
        {"settings": {}},
        {"settings": {"epsilon": "small"}},
        {"settings": {"epsilon": 0.0}},
        {"facets": {"names": ["help"]}},
        {"kind": "linear"},
    ],
)
def test_a_manifest_that_does_not_fit_is_refused(forgery, tmp_path, change):
    """Settings and names that do not go with the arrays are refused as damage."""
    forgery.manifest |= change
    with pytest.raises(ArtifactError, match="E202"):
        givesell.load(forgery.write(tmp_path / "changed"))


@pytest.mark.parametrize(
    "name",
    [
        "encoder.words",
        "encoder.relative",
        "encoder.qkv",
        "encoder.down_scales",
        "encoder.head",
        "known.buckets",
        "known.squares",
    ],
)
def test_damaged_arrays_are_refused(forgery, tmp_path, name):
    """An array that is cut short, empty or of other numbers ends in an error, never in a crash."""
    kept = forgery.tensors[name]
    for at, array in enumerate((kept[:-1], kept[:0], kept[::-1] * 0 - 1)):
        forgery.tensors[name] = np.ascontiguousarray(array, kept.dtype)
        if np.array_equal(forgery.tensors[name], kept):
            continue
        with pytest.raises(ArtifactError, match=r"E2(02|05|15)"):
            givesell.load(forgery.write(tmp_path / str(at)))


def test_numbers_that_overflow_end_in_an_error(forgery, tmp_path):
    """Weights that are each allowed and too large together give no verdict."""
    for name in ("qkv", "out", "up", "down"):
        forgery.tensors[f"encoder.{name}_scales"] += np.float32(9e5)
    forgery.tensors["encoder.norms"] += np.float32(9e5)
    with pytest.raises(ArtifactError, match=r"E2(05|15)"):
        givesell.load(forgery.write(tmp_path / "large"))
