"""Tests of what is known of a shipped model: by its weights, never by its name."""

import numpy as np
import pytest

import givesell
from givesell.core.card import known_limits
from givesell.core.shipped import shipped_models, shipped_name
from givesell.datasets import load_posts
from givesell.model.load import is_shipped, shipped_start

pytestmark = pytest.mark.filterwarnings("ignore::givesell.errors.TrainedOnWarning")


@pytest.fixture(scope="module")
def namesake():
    """A model of 300 posts with the name of the shipped one."""
    return givesell.train(load_posts().head(300), groups="topic", name="givesell-en")


def test_a_shipped_model_is_known_by_its_weights(tmp_path):
    """A shipped model stays one under another name and with other thresholds."""
    for name in shipped_models():
        model = givesell.load(name)
        assert shipped_name(model.digest) == name
        model.with_thresholds((0.1, 0.9)).save(tmp_path / name / "other")
        assert is_shipped(givesell.load(tmp_path / name / "other"))
        assert shipped_start(model) is model


def test_a_namesake_is_not_the_shipped_model(namesake, tmp_path):
    """A model of 300 posts named as the shipped one has none of its limits in its card, and a
    review fits it anew instead of adapting the shipped one.
    """
    namesake.save(tmp_path / "givesell-en")
    for model in (namesake, givesell.load(tmp_path / "givesell-en")):
        assert model.name == "givesell-en"
        assert "Weak spots" not in model.card()
        assert not is_shipped(model)
        assert shipped_start(model) is None
    assert "Weak spots" in givesell.load().card()
    assert known_limits(givesell.load().digest)


def test_a_review_of_a_namesake_does_not_start_from_the_shipped_model(
    namesake, tmp_path, monkeypatch
):
    """`review` cross-validates the namesake with its own settings."""
    namesake.save(tmp_path / "givesell-en")
    model = givesell.load(tmp_path / "givesell-en")
    monkeypatch.setattr(
        "givesell.learn.adapt.AdaptedClassifier.__init__", lambda *_: pytest.fail("adapted")
    )
    givesell.review(model, load_posts().tail(300), kinds=["unsure"])


def test_an_adapted_model_knows_its_base(namesake, tmp_path):
    """An adapted model records the digest of its base; of one that recorded the name alone the
    n-grams are compared.
    """
    few = load_posts().tail(60)
    adapted = givesell.train(few, base="givesell-en")
    assert adapted.manifest.training.base.sha256 == givesell.load().digest
    assert is_shipped(shipped_start(adapted))
    info = adapted.info
    del info["training"]["base"]["sha256"]
    pipeline = adapted.pipeline
    assert shipped_start(givesell.Model.from_pipeline(pipeline, info=info)) is not None
    namesake.save(tmp_path / "givesell-en")
    other = givesell.train(few, base=tmp_path / "givesell-en")
    assert other.manifest.training.base.name == "givesell-en"
    assert shipped_start(other) is None
    assert np.isfinite(other.score(["Thanks!"])).all()
