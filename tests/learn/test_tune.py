"""Tests of `givesell.learn.tune`, and of what a model records of a search."""

import json

import pytest

import givesell
from givesell.datasets import load_posts
from givesell.errors import ArgumentError, TrainedOnWarning
from givesell.learn.tune import tune

GRID = {"classifier__C": [1.0, 10.0], "features__ngram_range": [(1, 1), (1, 2)]}


@pytest.fixture(scope="module")
def frame():
    """Some of the bundled posts."""
    return load_posts().head(200)


def test_settings_come_best_first(frame):
    """Each setting of a grid is a row, the least log loss first, and training with the search
    takes the first.
    """
    said = []
    table = tune(frame, grid=GRID, progress=said.append)
    assert len(table) == 4
    assert table["log_loss"].is_monotonic_increasing
    assert said[-1] == "tuning, fit 20 of 20" or said[-1].startswith("tuning, fit ")
    model = givesell.train(frame, tune=GRID)
    best = model.info["training"]["tuned"]
    assert best == {
        "classifier__C": table["classifier__C"][0],
        "features__ngram_range": list(table["features__ngram_range"][0]),
    }


def test_the_search_is_recorded(frame, tmp_path):
    """What was tried stands in the model's info with its figures, also after saving."""
    model = givesell.train(frame, tune=GRID)
    model.save(tmp_path / "tuned")
    for found in (model, givesell.load(tmp_path / "tuned")):
        rows = found.info["training"]["tuning"]
        assert len(rows) == 4
        assert rows[0] == json.loads(json.dumps(rows[0]))
        assert set(rows[0]) == {*GRID, "log_loss", "macro_f1", "average_precision"}
        assert rows[0]["classifier__C"] == found.info["training"]["tuned"]["classifier__C"]
    assert "tuning" not in givesell.train(frame).info["training"]


def test_a_base_is_tuned(frame):
    """With a base its strength is searched, and a base that has seen the posts is named."""
    base = givesell.train(
        load_posts().tail(300), features=givesell.PostVectorizer(n_features=2**12), name="base"
    )
    assert "classifier__strength" in tune(frame.head(60), base=base)
    with pytest.warns(TrainedOnWarning, match="base was trained on 60 of these 60 posts") as caught:
        tune(load_posts().tail(60), base=base, grid={"classifier__strength": [1.0]})
    assert caught[0].filename == __file__


def test_unknown_parameters_are_refused(frame):
    """A parameter of the grid that there is not is named."""
    with pytest.raises(ArgumentError, match="classifier__D"):
        tune(frame, grid={"classifier__D": [1.0]})
