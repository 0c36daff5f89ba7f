"""Tests of `benchmarks/weak_spots.py`."""

import importlib.util
import json
import sys
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

import givesell

SPEC = importlib.util.spec_from_file_location(
    "weak_spots", Path(__file__).parents[1] / "benchmarks" / "weak_spots.py"
)
weak_spots = importlib.util.module_from_spec(SPEC)
sys.modules[SPEC.name] = weak_spots
SPEC.loader.exec_module(weak_spots)

POSTS = [
    {"text": "Thanks for the help!", "label": "giving", "family": "b", "pair": "b-1"},
    {"text": "Buy now, 20% off, link in bio", "label": "selling", "family": "b", "pair": "b-1"},
    {"text": "Buy now, 20% off, link in bio", "label": "giving", "family": "a", "pair": ""},
]


def write(path, rows):
    """Write rows as lines of JSON."""
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return path


def test_figures_count_right_sure_and_pairs():
    """Right and wrong verdicts, sure ones among them, and pairs of which both are right are told
    apart; a pair of which one post is missing is none.
    """
    posts = [
        {"label": "giving", "pair": "1"},
        {"label": "selling", "pair": "1"},
        {"label": "selling", "pair": "2"},
        {"label": "giving", "pair": "2"},
        {"label": "giving", "pair": "3"},
    ]
    labels = np.array(["giving", "selling", "giving", "giving", "giving"], dtype=object)
    scores = SimpleNamespace(label=labels, sure=np.array([True, False, True, False, False]))
    found = weak_spots.figures(posts, scores)
    assert found == weak_spots.Figures(5, 0.8, 0.4, 0.5, 0.5)


def test_a_verdict_without_a_label_is_wrong():
    """A post that a model does not judge counts as wrong, and nothing is sure in it."""
    scores = SimpleNamespace(label=np.array([None], dtype=object), sure=np.array([False]))
    found = weak_spots.figures([{"label": "giving"}], scores)
    assert (found.right, found.sure) == (0.0, 0.0)
    assert np.isnan(found.wrong_sure)
    assert np.isnan(found.pairs)


def test_families_in_order_and_all():
    """Each family has a row, in order of names, and all posts one at the end."""
    found = weak_spots.by_family(givesell.load(), POSTS)
    assert list(found) == ["a", "b", "all"]
    assert [row.posts for row in found.values()] == [1, 2, 3]
    assert [row.right for row in found.values()] == [0.0, 1.0, pytest.approx(2 / 3)]
    assert found["b"].pairs == 1.0
    assert found["a"].wrong_sure == 1.0
    lines = weak_spots.table({"one": found, "two": found})
    assert len({line.count("|") for line in lines}) == 1
    assert "nan" not in "".join(lines)


def test_only_the_measuring_half_is_read(tmp_path):
    """Posts of the half that models are trained on are left out; without halves all are read."""
    halves = [
        {**post, "half": half}
        for post, half in zip(POSTS, ("train", "measure", "measure"), strict=True)
    ]
    path = write(tmp_path / "posts.jsonl", halves)
    assert [post["label"] for post in weak_spots.read_posts(path)] == ["selling", "giving"]
    assert len(weak_spots.read_posts(write(path, POSTS))) == 3


def test_a_bad_line_is_named(tmp_path):
    """A post with an unknown label is refused with file and line."""
    path = write(tmp_path / "posts.jsonl", [POSTS[0], {"text": "Hi", "label": "spam"}])
    with pytest.raises(ValueError, match=r"posts\.jsonl:2"):
        weak_spots.read_posts(path)
