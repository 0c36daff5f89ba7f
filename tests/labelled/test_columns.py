"""Tests of `givesell.labelled.columns`: columns that are named a little otherwise, and
errors that say what there is.
"""

import pandas as pd
import pytest

import givesell
from givesell.datasets import load_posts
from givesell.errors import DataError
from givesell.labelled.read import read_labelled
from givesell.labelled.request import Request


@pytest.fixture(scope="module")
def frame():
    """Some of the bundled posts."""
    return load_posts().head(100)


def renamed(frame, **names):
    """Return a table with other names."""
    return frame.rename(columns=names)


@pytest.mark.parametrize("text", ["Text", " text", "Body", "message", "Post "])
@pytest.mark.parametrize("label", ["Label", "LABEL "])
def test_spaces_and_capitals_are_passed_over(frame, text, label):
    """A column named as posts are is found whatever its capitals, as are labels, groups, weights
    and certainty.
    """
    table = renamed(frame, text=text, label=label, topic="Topic ", certainty="CERTAINTY").assign(
        Heft=2.0
    )
    found = read_labelled(Request(table, groups="topic", weight="heft", extra=["Platform"]))
    want = read_labelled(Request(frame, groups="topic", extra=["platform"]))
    assert found.posts.tolist() == want.posts.tolist()
    assert found.selling.tolist() == want.selling.tolist()
    assert found.clear.tolist() == want.clear.tolist()
    assert set(found.weight) == {2.0}
    assert found.extra["Platform"].tolist() == want.extra["platform"].tolist()


def test_the_exact_name_wins(frame):
    """Of two columns that differ in capitals the one named exactly is taken."""
    table = frame.assign(Text="another", LABEL="neither")
    assert read_labelled(Request(table)).posts.tolist() == frame["text"].tolist()


@pytest.mark.parametrize(
    ("change", "options", "message"),
    [
        (
            {"label": "kind"},
            {},
            (
                "No column 'label' in a DataFrame.*Column 'kind' holds giving and selling: pass"
                " label='kind'"
            ),
        ),
        ({}, {"label": "lable"}, "No column 'lable'.*Column 'label' holds giving and selling"),
        (
            {"text": "words"},
            {},
            (
                "No column 'text' in a DataFrame.*Name the column of posts with --text-column. In"
                " Python pass text="
            ),
        ),
        ({}, {"text": "txt"}, "No column 'txt'.*Did you mean 'text'"),
        ({}, {"groups": "topics"}, "No column 'topics'.*Did you mean 'topic'"),
        ({}, {"weight": "certanty"}, "Did you mean 'certainty'"),
    ],
)
def test_a_missing_column_says_what_may_be_meant(frame, change, options, message):
    """An error of a column names the others, the nearest, and the one that holds labels."""
    with pytest.raises(DataError, match=message):
        read_labelled(Request(renamed(frame, **change), **options))


def test_without_any_labels_the_option_is_named(frame):
    """Where no column holds labels the error says how to name one, and lists no column of ours."""
    with pytest.raises(
        DataError,
        match=(
            r"There are: id, text. Name the column of labels: label=, on the command line"
            r" --label-column."
        ),
    ) as error:
        read_labelled(Request(frame[["id", "text"]], weight=[1.0] * 100))
    assert "given" not in str(error.value)


def test_several_that_may_hold_posts_are_named(frame):
    """Of several columns named as posts are none is guessed."""
    table = renamed(frame, text="body").assign(message="x")
    with pytest.raises(DataError, match=r"'body', 'message'"):
        read_labelled(Request(table))
    assert read_labelled(Request(table, text="body")).posts.tolist() == frame["text"].tolist()


def test_columns_in_levels_and_twice_are_refused(frame):
    """A name that stands for several columns is refused."""
    with pytest.raises(DataError, match="Column 'text' in a DataFrame occurs 2 times"):
        read_labelled(Request(pd.concat([frame, frame[["text"]]], axis=1)))


def test_all_functions_find_columns_alike(frame):
    """Evaluating, comparing, reviewing and suggesting find the same columns as training."""
    table = renamed(frame, text="Text", label="Label")
    small, other = (
        givesell.train(load_posts().tail(n), features=givesell.PostVectorizer(n_features=2**12))
        for n in (200, 300)
    )
    assert givesell.evaluate(small, table, rounds=100)["posts"] == 100
    assert givesell.compare(small, other, table, rounds=100).posts == 100
    assert len(givesell.review(small, table, kinds=["unsure"], top=2)) == 2
    with pytest.raises(DataError, match="100 are already labelled"):
        givesell.suggest(small, table)
