"""Tests of `givesell.metrics`: one row a metric, and figures that are scikit-learn's."""

import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import (
    accuracy_score,
    average_precision_score,
    brier_score_loss,
    f1_score,
    log_loss,
    precision_score,
    recall_score,
    roc_auc_score,
)

import givesell
from givesell.metrics import (
    CARD,
    METRICS,
    REPORTED,
    SLICED,
    Predictions,
    calibration_error,
    figures,
    macro_f1,
    of_cells,
)
from givesell.ranking import rank_rounds

POSTS = st.lists(
    st.tuples(st.booleans(), st.integers(0, 20), st.integers(0, 3)), min_size=2, max_size=40
).filter(lambda posts: len({selling for selling, _, weight in posts if weight}) == 2)


def predictions(posts):
    """Return predictions that are sure up to 0.2 and from 0.8 on, and weights."""
    selling, p, weights = (np.array(column) for column in zip(*posts, strict=True))
    p = p / 20
    return Predictions(selling, p, (p <= 0.2) | (p >= 0.8)), weights.astype(float)


@given(POSTS)
def test_figures_are_those_of_scikit_learn(posts):
    """Each metric of weighted posts is scikit-learn's of the same posts and weights."""
    made, weights = predictions(posts)
    y, p, found = made.selling, made.p, figures(made, weights)
    options = {"sample_weight": weights}
    seen = weights > 0
    expected = {
        "macro_f1": f1_score(
            y[seen], made.predicted[seen], average="macro", sample_weight=weights[seen]
        ),
        "accuracy": accuracy_score(y, made.predicted, **options),
        "recall_selling": recall_score(y, made.predicted, **options),
        "f1_selling": f1_score(y, made.predicted, **options),
        "auc": roc_auc_score(y, p, **options),
        "average_precision": average_precision_score(y, p, **options),
        "brier": brier_score_loss(y, p, **options),
        "log_loss": log_loss(y, p.astype(np.float32), **options),
        "share_sure": np.average(made.sure, weights=weights),
    }
    if made.predicted[seen].any():
        expected["precision_selling"] = precision_score(y, made.predicted, **options)
    for name, value in expected.items():
        assert found[name] == pytest.approx(value, abs=1e-6), name


@given(POSTS)
def test_a_weight_is_a_number_of_times(posts):
    """A post of weight 2 counts as two posts do, in every metric."""
    made, weights = predictions(posts)
    rows = np.repeat(np.arange(len(weights)), weights.astype(int))
    written_out = Predictions(made.selling[rows], made.p[rows], made.sure[rows])
    for name, value in figures(written_out).items():
        assert figures(made, weights)[name] == pytest.approx(value, abs=1e-12, nan_ok=True), name


def test_a_share_of_nothing_is_not_defined():
    """Where a figure would divide by nothing it is NaN, by whichever way it is asked for; macro-F1
    is the mean over the labels that are there.
    """
    giving = Predictions(np.zeros(3, bool), np.full(3, 0.1), np.zeros(3, bool))
    found = figures(giving)
    for name in ("precision_selling", "recall_selling", "f1_selling", "auc", "accuracy_sure"):
        assert np.isnan(found[name]), name
    assert found["macro_f1"] == macro_f1(giving.selling, giving.predicted) == 1
    assert found["share_sure"] == 0
    assert np.isnan(of_cells([3, 0, 0, 0])["precision_selling"]).all()
    assert np.isnan(macro_f1(np.empty(0, bool), np.empty(0, bool)))


def test_without_verdicts_nothing_is_said_of_the_sure():
    """Predictions that do not say which verdicts are sure have no share of them."""
    found = figures(Predictions(np.array([False, True]), np.array([0.2, 0.9])))
    assert np.isnan([found["share_sure"], found["accuracy_sure"]]).all()


def test_calibration_error_is_the_same_alone():
    """The function for one figure and the row of the registry agree."""
    draw = np.random.default_rng(0)
    p = draw.random(500)
    selling = draw.random(500) < p**2
    found = figures(Predictions(selling, p))["calibration_error"]
    assert calibration_error(selling, p) == pytest.approx(found, abs=1e-15)


def test_rows_are_whole():
    """Each metric has a title and one sentence, is under its name, and what a card or a report
    says of it is recorded in training.
    """
    for name, metric in METRICS.items():
        assert metric.name == name
        assert metric.title
        assert metric.description.endswith(".")
        assert metric.recorded or not (metric.card or metric.reported)
    titles = [metric.title for metric in METRICS.values()]
    assert len(set(titles)) == len(titles)
    assert set(REPORTED) <= set(CARD)
    assert set(SLICED) <= set(of_cells([1, 1, 1, 1]))


def test_a_card_leaves_out_what_a_manifest_lacks():
    """A model that was trained before a metric was has a card all the same, without its row."""
    model = givesell.load()
    assert all("log_loss" not in row for row in model.info["metrics"].values())
    assert "| AUC | " in model.card()
    assert "log loss" not in model.card()


def test_imported_without_scikit_learn():
    """The registry needs neither scikit-learn nor pandas, so that a card can be made without."""
    code = (
        "import sys, givesell.metrics;"
        "print(sorted({'sklearn', 'pandas', 'scipy'} & set(sys.modules)))"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == "[]"


@pytest.mark.parametrize(
    "change",
    [
        {"units": np.array([0, 1, 3])},
        {"units": np.array([0, -1, 2])},
        {"selling": np.array([1, 0], np.uint8)},
        {"last": np.array([1, 0], np.uint8)},
        {"out": np.empty((2, 3))},
        {"out": np.empty((1, 2))},
    ],
)
def test_units_without_a_count_are_refused(change):
    """Posts of units that no round counts, and arrays of other sizes, are refused, not read."""
    given = {
        "counts": np.ones((2, 3)),
        "units": np.array([0, 1, 2]),
        "selling": np.array([1, 0, 1], np.uint8),
        "last": np.array([1, 1, 1], np.uint8),
        "out": np.empty((2, 2)),
    }
    rank_rounds(**given)
    assert given["out"][1].tolist() == given["out"][0].tolist()
    with pytest.raises(ValueError, match="do not fit the counts"):
        rank_rounds(**{**given, **change})
