"""Tests of `givesell.estimators.calibrated` and of models that have it."""

import numpy as np
import pytest
from scipy.special import logit

import givesell
from givesell.core.calibration import calibrate
from givesell.datasets import load_posts
from givesell.errors import ArtifactError
from givesell.estimators.calibrated import SidedLogisticRegression
from givesell.estimators.pipelines import make_pipeline
from givesell.estimators.vectorizer import PostVectorizer
from givesell.learn.calibrate import fit_slopes
from givesell.metrics import calibration_error
from givesell.model.model import Model

SLOPES = (1.4, 0.6)


@pytest.fixture(scope="module")
def posts():
    """The bundled posts."""
    return load_posts()


@pytest.fixture(scope="module")
def pipelines(posts):
    """A fitted pipeline, and the same with two-sided calibration."""
    plain = make_pipeline(PostVectorizer(n_features=2**14)).fit(posts["text"], posts["label"])
    bent = make_pipeline(PostVectorizer(n_features=2**14)).fit(posts["text"], posts["label"])
    bent.steps[-1] = ("classifier", SidedLogisticRegression.of(bent.steps[-1][1], SLOPES))
    return plain, bent


def test_labels_stay_and_odds_bend(pipelines, posts):
    """The slope of each side multiplies its log-odds and changes no label."""
    plain, bent = (pipeline.decision_function(posts["text"]) for pipeline in pipelines)
    np.testing.assert_allclose(bent, np.where(plain < 0, SLOPES[0], SLOPES[1]) * plain)
    np.testing.assert_allclose(
        pipelines[1].predict_proba(posts["text"])[:, 1], 1 / (1 + np.exp(-calibrate(plain, SLOPES)))
    )
    assert (pipelines[0].predict(posts["text"]) == pipelines[1].predict(posts["text"])).all()


def test_scorer_and_artifact_keep_them(pipelines, posts, tmp_path):
    """The scorer gives the bent probabilities to 1e-6, and they come back with the artifact and
    from its pipeline.
    """
    model = Model.from_pipeline(pipelines[1])
    expected = pipelines[1].predict_proba(posts["text"])[:, 1]
    model.save(tmp_path / "bent")
    for found in (model, givesell.load(tmp_path / "bent")):
        assert np.abs(found.score(posts["text"]) - expected).max() < 1e-6
        assert np.abs(found.pipeline.predict_proba(posts["text"])[:, 1] - expected).max() < 1e-6
    assert np.abs(expected - pipelines[0].predict_proba(posts["text"])[:, 1]).max() > 0.01


def test_explanations_are_of_the_bent_odds(pipelines):
    """What an explanation adds up to is the calibrated log-odds, on either side."""
    model = Model.from_pipeline(pipelines[1])
    for post in ("Thanks so much, that fixed it!", "Shop now, 20% off with code MAY"):
        why = givesell.explain(post, model=model)
        assert sum(part.weight for part in why.contributions) + why.intercept == pytest.approx(
            why.log_odds, abs=1e-6
        )
        assert why.log_odds == pytest.approx(logit(why.selling), abs=1e-4)


def test_fitted_sides_mend_the_calibration():
    """Slopes fitted on some posts lower the calibration error on others of the same make."""
    draw = np.random.default_rng(0)
    odds = draw.normal(-1, 2, 40_000)
    selling = draw.random(40_000) < 1 / (1 + np.exp(-np.where(odds < 0, 1.5, 0.6) * odds))
    half = np.arange(40_000) < 20_000
    slopes = fit_slopes((odds[half], selling[half]))
    assert slopes == pytest.approx((1.5, 0.6), abs=0.1)
    before, after = (
        calibration_error(selling[~half], 1 / (1 + np.exp(-calibrate(odds[~half], pair))))
        for pair in ((1.0, 1.0), slopes)
    )
    assert after < 0.5 * before


def test_sides_of_two_measurements():
    """Each way of making folds counts the same, however many posts it measures."""
    draw = np.random.default_rng(0)

    def measured(n: int, factor: float):
        odds = draw.normal(0, 2, n)
        return odds, draw.random(n) < 1 / (1 + np.exp(-factor * odds))

    many, few = measured(40_000, 1.0), measured(8_000, 3.0)
    both, five_times = (
        fit_slopes(many, few),
        fit_slopes(many, (np.tile(few[0], 5), np.tile(few[1], 5))),
    )
    assert both == pytest.approx(five_times, abs=1e-3)
    assert all(fit_slopes(many)[side] < both[side] < fit_slopes(few)[side] for side in (0, 1))


def test_few_posts_are_left_alone():
    """A side with hardly a post of one label, or one that points the wrong way, keeps its
    log-odds.
    """
    odds = np.array([-1.0] * 100 + [1.0] * 100)
    assert fit_slopes((odds, np.arange(200) >= 100)) == (1.0, 1.0)
    assert fit_slopes((odds, np.arange(200) % 100 < 60))[0] == 1.0


def test_sides_that_are_none(pipelines, tmp_path):
    """A manifest with a factor of 0 or below is refused."""
    import hashlib
    import json

    Model.from_pipeline(pipelines[1]).save(tmp_path / "bent")
    path = tmp_path / "bent" / "manifest.json"
    manifest = json.loads(path.read_text())
    manifest["slopes"]["selling"] = 0.0
    fields = {name: value for name, value in manifest.items() if name != "sha256"}
    manifest["sha256"] = hashlib.sha256(json.dumps(fields, sort_keys=True).encode()).hexdigest()
    path.write_text(json.dumps(manifest))
    with pytest.raises(ArtifactError, match="slopes"):
        givesell.load(tmp_path / "bent")
