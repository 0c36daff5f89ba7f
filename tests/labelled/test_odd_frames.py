"""Labelled frames with odd columns, indexes and values: a result or one of our errors, and
nothing shown that steers a terminal.
"""

import datetime
import io
import json
import re

import numpy as np
import pandas as pd
import pytest
from rich.console import Console

import givesell
from givesell.datasets import load_posts
from givesell.estimators.vectorizer import PostVectorizer
from givesell.show.words import visible

# Models are measured on posts that they were trained on: here that is not the point.
pytestmark = pytest.mark.filterwarnings("ignore::givesell.errors.TrainedOnWarning")

HIDDEN = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ufeff\ud800-\udfff]")
NAME = "n\ud83d\x1b[31m\u202e"


class Odd:
    """Fails whatever it is asked for."""

    def __repr__(self):
        raise ZeroDivisionError

    __str__ = __hash__ = __eq__ = __repr__


def named(frame, *names):
    """Return a frame with more columns, called whatever."""
    more = pd.DataFrame(1, index=frame.index, columns=range(len(names)))
    return pd.concat([frame, more], axis=1).set_axis(
        pd.Index([*frame.columns, *names], dtype=object), axis=1
    )


def marked(column):
    """Return posts or groups with half an emoji in each."""
    values = [f"{value} \ud83d" if column.name in ("text", "topic") else value for value in column]
    return pd.Series(values, column.index, dtype=object)


VALUES = {
    "surrogate": "a \ud83d b \x1b[31m",
    "bytes": b"\xff",
    "list": ["a"],
    "dict": {"a": 1},
    "huge": 2**70,
    "number": 5,
    "nan": np.nan,
    "none": None,
    "NA": pd.NA,
    "time": pd.Timestamp("2020-01-01"),
    "date": datetime.date(2020, 1, 1),
    "complex": 1j,
    "odd": Odd(),
}
SHAPES = {
    "two of text": lambda posts: pd.concat([posts, posts[["text"]]], axis=1),
    "two of label": lambda posts: pd.concat([posts, posts[["label"]]], axis=1),
    "two of the groups": lambda posts: pd.concat([posts, posts[["topic"]]], axis=1),
    "two of certainty": lambda posts: pd.concat([posts, posts[["certainty"]]], axis=1),
    "levels": lambda posts: posts.set_axis(
        pd.MultiIndex.from_product([posts.columns, ["x"]]), axis=1
    ),
    "numbers for names": lambda posts: posts.set_axis(range(posts.shape[1]), axis=1),
    "odd names": (
        lambda posts: posts.assign(a=1, b=2, c=3).set_axis(
            pd.Index([*posts.columns, ("t", 1), np.nan, None], dtype=object), axis=1
        )
    ),
    "hostile names": (
        lambda posts: posts.assign(x=1).set_axis(
            pd.Index([*posts.columns, NAME], dtype=object), axis=1
        )
    ),
    "one row name": lambda posts: posts.set_axis([0] * len(posts)),
    "row names in levels": lambda posts: posts.set_axis(
        pd.MultiIndex.from_product([range(len(posts)), ["a"]])
    ),
    "hostile row names": lambda posts: posts.set_axis(
        pd.Index([f"{NAME}{row}" for row in range(len(posts))], dtype=object)
    ),
    "categories": lambda posts: posts.astype("category"),
    "strings": lambda posts: posts.astype("string"),
    "nothing": lambda posts: posts.iloc[:0],
    "no columns": lambda posts: posts[[]],
    "surrogates all over": lambda posts: posts.apply(marked),
}


@pytest.fixture(scope="module")
def posts():
    """Some labelled posts."""
    return (
        load_posts()
        .head(240)[["text", "label", "topic"]]
        .assign(certainty="clear", platform="x")
        .astype(object)
    )


@pytest.fixture(scope="module")
def small():
    """A small model."""
    return givesell.train(
        load_posts().tail(300), features=PostVectorizer(n_features=2**12), name=NAME
    )


def outcome(call):
    """Return what a call returns, or the error of ours that it raises; its words are harmless."""
    try:
        found = call()
    except givesell.GivesellError as error:
        found = error
    if isinstance(found, givesell.GivesellError):
        assert not HIDDEN.search(str(found))
        assert "\n" not in str(found)
        return found
    if hasattr(found, "_repr_html_") and not isinstance(found, pd.DataFrame):
        output = io.StringIO()
        Console(file=output, width=100, markup=False).print(found)
        for shown in (output.getvalue(), found._repr_html_()):
            assert not HIDDEN.search(shown)
    return found


def measured(frame, small):
    """Evaluate and compare with a frame."""
    found = outcome(
        lambda: givesell.evaluate(small, frame, groups="topic", slices="platform", rounds=100)
    )
    other = outcome(
        lambda: givesell.compare(small, givesell.load(), frame, groups="topic", rounds=100)
    )
    for result in (found, other):
        if not isinstance(result, givesell.GivesellError):
            json.dumps(result.to_dict(), default=str)
    return found, other


@pytest.mark.filterwarnings("ignore::givesell.errors.GivesellWarning")
@pytest.mark.parametrize("column", ["text", "label", "topic", "certainty", "platform"])
@pytest.mark.parametrize("value", VALUES)
def test_one_odd_value(posts, small, column, value):
    """One odd value in a column stops nothing, but for a label, which is refused by name."""
    frame = posts.copy()
    frame.iat[3, frame.columns.get_loc(column)] = VALUES[value]
    for found in measured(frame, small):
        if column == "label" and value not in ("nan", "none", "NA"):
            assert found.code in ("E302", "E309")
        else:
            assert not isinstance(found, Exception), found


@pytest.mark.parametrize("shape", SHAPES)
def test_odd_frames(posts, small, shape):
    """Odd names, indexes and types end in figures or in an error that says what to do."""
    found, other = measured(SHAPES[shape](posts), small)
    refused = {
        "two of": "E362",
        "levels": "E362",
        "numbers for names": "E301",
        "no columns": "E301",
        "nothing": "E334",
    }
    code = next((code for begin, code in refused.items() if shape.startswith(begin)), None)
    assert getattr(found, "code", None) == getattr(other, "code", None) == code


@pytest.mark.parametrize(
    "shape",
    [
        "odd names",
        "hostile names",
        "hostile row names",
        "surrogates all over",
        "row names in levels",
    ],
)
def test_training_and_review(posts, small, shape, tmp_path):
    """A model can be trained on such a frame and saved, and the frame reviewed and picked from."""
    frame = SHAPES[shape](posts)
    model = outcome(
        lambda: givesell.train(
            frame,
            groups="topic",
            features=PostVectorizer(n_features=2**12),
            name=NAME,
            licence=NAME,
        )
    )
    outcome(lambda: model.report)
    model.save(tmp_path / "mine")
    assert givesell.load(tmp_path / "mine").info["name"] == visible(NAME)
    reviewed = outcome(
        lambda: givesell.review(model, frame, groups="topic", extra=["platform", "topic"], top=3)
    )
    assert len(reviewed)
    assert set(reviewed.index) <= set(frame.index)
    picked = outcome(lambda: givesell.suggest(small, frame, 3, text="text", label=None))
    assert len(picked) == 3


def test_drift_of_odd_posts(posts, small):
    """Lone surrogates and control characters do not stop drift, and are not shown."""
    texts = [f"{text} \ud83d\x1b[31m" for text in posts["text"]]
    assert not isinstance(outcome(lambda: givesell.drift(small, texts)), Exception)


def test_mathematics_in_names_is_none(posts, small):
    """A name with dollar signs is drawn as it stands."""
    frame = posts.assign(
        platform=[("$\\frac{$", "$x^", "c$d$")[row % 3] for row in range(len(posts))]
    )
    figure = givesell.evaluate(small, frame, slices="platform", rounds=100).plot("slices")
    figure.savefig(io.BytesIO())
