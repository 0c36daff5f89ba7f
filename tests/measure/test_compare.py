"""Tests of `givesell.measure.compare`."""

import io
import json

import numpy as np
import pytest
from matplotlib.figure import Figure
from rich.console import Console

import givesell
from givesell.core.linear import LinearKind
from givesell.datasets import load_posts
from givesell.errors import ArgumentTypeError, DataError
from givesell.estimators.vectorizer import PostVectorizer
from givesell.model.model import Model

# Models are measured on posts that they were trained on: here that is not the point.
pytestmark = pytest.mark.filterwarnings("ignore::givesell.errors.TrainedOnWarning")


@pytest.fixture(scope="module")
def frame():
    """Bundled posts that the small model was not trained on."""
    return load_posts().tail(600)


@pytest.fixture(scope="module")
def small():
    """A model that is worse than the shipped one."""
    return givesell.train(
        load_posts().head(300), features=PostVectorizer(n_features=2**12), name="small"
    )


@pytest.fixture(scope="module")
def comparison(small, frame):
    """The small model against the shipped one."""
    return givesell.compare(small, givesell.load(), frame, groups="topic", rounds=200)


def test_differences_are_those_of_two_evaluations(comparison, small, frame):
    """Each figure is that of `evaluate`, and the difference that of the figures."""
    for column, model in (("a", small), ("b", givesell.load())):
        found = givesell.evaluate(model, frame, groups="topic", rounds=200)
        for name, figure in found.metrics.items():
            assert comparison.metrics.loc[name, column] == pytest.approx(figure.value, nan_ok=True)
    table = comparison.metrics
    np.testing.assert_allclose(table["difference"], table["b"] - table["a"])
    assert table.loc["macro_f1", "low"] > 0
    assert table.loc["macro_f1", "b_better"] > 0.99
    assert table.loc["brier", "difference"] < 0
    assert table.loc["brier", "b_better"] > 0.99
    assert "givesell-en is better than small" in comparison.sentence


def test_resampled_together(small, frame):
    """Two models that hardly differ have a narrow interval of the difference, though each alone
    has a wide one.
    """
    moved = small.linear._replace(intercept=small.linear.intercept + 0.02)
    near = Model(
        LinearKind(moved, small.kind.features), thresholds=(0.3, 0.7), info={"name": small.name}
    )
    found = givesell.compare(small, near, frame, rounds=200)
    alone = givesell.evaluate(small, frame, rounds=200).metrics["auc"]
    row = found.metrics.loc["brier"]
    assert found.names == ("small (a)", "small (b)")
    assert row["high"] - row["low"] < 0.1 * (alone.high - alone.low)


def test_flipped_posts(comparison, small, frame):
    """The flipped posts are those that get two labels, on the caller's index, the furthest
    first; the counts agree.
    """
    labels = [model.classify(frame["text"])["label"] for model in (small, givesell.load())]
    flipped = comparison.flipped
    assert set(flipped.index) == set(frame.index[labels[0] != labels[1]])
    assert flipped["moved"].abs().is_monotonic_decreasing
    assert (flipped["text"] == frame.loc[flipped.index, "text"]).all()
    assert (flipped["right"] == "b").sum() == comparison.counts["only_b"]
    assert sum(comparison.counts.values()) == comparison.posts == 600


def test_swapping_the_models_turns_the_signs(comparison, small, frame):
    """B against a is a against b, turned."""
    other = givesell.compare(givesell.load(), small, frame, groups="topic", rounds=200)
    np.testing.assert_allclose(other.metrics["difference"], -comparison.metrics["difference"])
    np.testing.assert_allclose(other.metrics["low"], -comparison.metrics["high"])
    np.testing.assert_allclose(other.metrics["b_better"], 1 - comparison.metrics["b_better"])
    assert "is worse than" in other.sentence


def test_shown(comparison, frame, small):
    """JSON has no NaN, the terminal's form fits 80 columns, HTML escapes posts, and the plot
    draws where told.
    """
    figures = json.loads(json.dumps(comparison.to_dict(), allow_nan=False))
    assert len(figures["flipped"]) == len(comparison.flipped)
    console = Console(file=io.StringIO(), width=80)
    console.print(comparison)
    shown = console.file.getvalue()
    assert "only b is right" in shown
    assert max(map(len, shown.splitlines())) <= 80
    hostile = givesell.compare(
        small, givesell.load(), frame.assign(text="<script>x</script> " + frame["text"]), rounds=100
    )
    assert "<script" not in hostile._repr_html_()
    axes = Figure().subplots()
    assert comparison.plot(axes) is axes.figure


def test_the_same_model_twice(small, frame):
    """A model against itself, or against one that says the same of all posts, is a mistake."""
    for other in (small, small.with_thresholds((0.3, 0.7))):
        with pytest.raises(DataError, match="the same probability"):
            givesell.compare(small, other, frame)


def test_no_model(small, frame):
    """What is no model is named by its argument."""
    with pytest.raises(ArgumentTypeError, match="model_b must be a model"):
        givesell.compare(small, 7, frame)
