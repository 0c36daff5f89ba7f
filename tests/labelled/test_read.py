"""Tests of `givesell.labelled.read`, `given` and `labels`: posts as people bring them."""

import numpy as np
import pandas as pd
import pytest

from givesell.datasets import load_posts
from givesell.errors import ArgumentError, ArgumentTypeError, DataError
from givesell.labelled.labels import read_labels
from givesell.labelled.read import read_labelled
from givesell.labelled.request import Request


@pytest.fixture(scope="module")
def frame():
    """Some of the bundled posts, on an index of their own."""
    return load_posts().head(200).set_index("id")


def test_tables_and_values_give_the_same_posts(frame):
    """A table, a Series and plain lists are read alike."""
    table = read_labelled(Request(frame, groups="topic"))
    column = read_labelled(
        Request(frame["text"], frame["label"], groups=frame["topic"], certainty=frame["certainty"])
    )
    values = read_labelled(
        Request(
            list(frame["text"]),
            list(frame["label"]),
            groups=list(frame["topic"]),
            certainty=list(frame["certainty"]),
        )
    )
    for other in (column, values):
        assert other.posts.tolist() == table.posts.tolist()
        assert other.selling.tolist() == table.selling.tolist()
        assert other.clear.tolist() == table.clear.tolist()
        assert next(iter(other.groups.values())).tolist() == table.groups["topic"].tolist()
    assert list(column.groups) == ["topic"]
    assert list(values.groups) == ["group"]
    assert table.index.equals(frame.index)
    assert column.index.equals(frame.index)
    assert values.index.tolist() == list(range(200))


def test_a_series_in_another_order_is_put_in_order(frame):
    """Labels on the same index are matched by it, not by their position; those of other rows are
    refused.
    """
    shuffled = frame["label"].sample(frac=1, random_state=0)
    assert (
        read_labelled(Request(frame["text"], shuffled)).selling.tolist()
        == read_labelled(Request(frame)).selling.tolist()
    )
    with pytest.raises(DataError, match="labels is a Series whose index is not that of data"):
        read_labelled(Request(frame["text"], shuffled.set_axis(range(200))))


def test_the_index_and_extra_columns_survive_what_is_left_out(frame):
    """Posts that are left out leave the index, the extra columns and the findings right."""
    text, label = frame["text"].copy(), frame["label"].astype(object).copy()
    text.iloc[3], label.iloc[5] = " ", None
    data = read_labelled(
        Request(frame.assign(text=text, label=label), extra=["platform", "nowhere"])
    )
    kept = frame.drop(frame.index[[3, 5]])
    assert data.index.equals(kept.index)
    assert data.extra["platform"].tolist() == kept["platform"].tolist()
    assert list(data.extra) == ["platform"]
    assert {finding.check: finding.examples for finding in data.findings} == {
        "empty posts": (frame.index[3],),
        "missing labels": (frame.index[5],),
    }


def test_several_files_number_their_rows(frame, tmp_path):
    """Rows of several files are numbered one after the other, and messages name the file."""
    frame.head(100).to_csv(tmp_path / "a.csv")
    frame.tail(100).assign(label=frame["label"].tail(100).str.upper()).to_csv(tmp_path / "b.csv")
    data = read_labelled(Request([tmp_path / "a.csv", tmp_path / "b.csv"]))
    assert data.index.tolist() == list(range(200))
    assert "100 posts in b.csv carry labels with stray spaces or capitals" in data.findings[0].found


def test_weights_multiply(frame):
    """A weight column, and borderline posts, weigh together; a weight that is none is named."""
    data = read_labelled(Request(frame.assign(w=2.0), weight="w", borderline_weight=0.5))
    assert data.weight.tolist() == np.where(frame["certainty"] == "clear", 2.0, 1.0).tolist()
    assert read_labelled(Request(frame, weight=np.arange(200))).weight[7] == 7
    with pytest.raises(DataError, match=f"Weight -1 in row {frame.index[4]}"):
        read_labelled(Request(frame, weight=[-1 if row == 4 else 1 for row in range(200)]))
    with pytest.raises(DataError, match="No column 'w'"):
        read_labelled(Request(frame, weight="w"))


def test_mapped_labels():
    """A mapping reads other labels and leaves some out; capitals, spaces and numbers as text
    find their entry.
    """
    values = pd.Series(["Promo ", "chat", "?", "giving", 1, None])
    labels, findings = read_labels(
        values, {"promo": "selling", "chat": "giving", "?": None, "1": "selling", "spam": "selling"}
    )
    assert labels.tolist() == ["selling", "giving", None, "giving", "selling", None]
    assert [(finding.check, finding.count) for finding in findings] == [
        ("missing labels", 1),
        ("labels left out", 1),
        ("mapped labels", 3),
        ("unused mapping", 1),
    ]


@pytest.mark.parametrize(
    ("values", "mapping", "error", "message"),
    [
        (
            [0, 1, 1],
            None,
            DataError,
            (
                r"are numbers: 1 \(2 posts\), 0 \(1 post\).*label_mapping=\{0: 'giving', 1:"
                r" 'selling'\}"
            ),
        ),
        ([True, False], None, DataError, "are numbers"),
        (
            ["giving", "promo", "ad", "promo"],
            None,
            DataError,
            r"Label 'promo' in row 1 .*3 posts in all, also 'ad'",
        ),
        (["promo"], {"promo": "sell"}, ArgumentError, "maps 'promo' to 'sell'"),
        (["promo"], "promo=selling", ArgumentTypeError, "label_mapping must be a mapping"),
        ([["selling"]], None, DataError, "row 0"),
    ],
)
def test_labels_that_say_nothing(values, mapping, error, message):
    """Numbers, unknown labels and mappings to something else are refused with what to do."""
    with pytest.raises(error, match=message):
        read_labels(pd.Series(values), mapping)


def test_a_few_numbers_among_posts_are_left_out(frame):
    """A stray number costs its row; a column of numbers, in quotes or not, is no column of
    posts.
    """
    text = frame["text"].astype(object).copy()
    text.iloc[9] = 7
    data = read_labelled(Request(frame.assign(text=text)))
    assert len(data.posts) == 199
    assert [(finding.check, finding.examples) for finding in data.findings] == [
        ("not text", (frame.index[9],))
    ]
    for numbers in (range(200), [str(number) for number in range(200)]):
        with pytest.raises(DataError, match=r"Column 'text' holds no posts.*topic"):
            read_labelled(Request(frame.assign(text=numbers)))


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"labels": ["giving"]}, "labels has 1 values for 200 posts"),
        ({"labels": "giving"}, "labels must be a sequence"),
        ({"groups": 3}, "groups must be"),
        ({"groups": np.arange(3)}, "group has 3 values"),
        ({"fewest": 150}, "at least 150 of each label"),
    ],
)
def test_values_that_do_not_fit(frame, arguments, message):
    """Values that are too few, or none, are named."""
    with pytest.raises((DataError, ArgumentTypeError), match=message):
        read_labelled(Request(frame, **arguments))


def test_posts_without_labels(frame, tmp_path):
    """A column of posts needs labels, and values cannot stand beside a file."""
    with pytest.raises(ArgumentTypeError, match="labels must be given too"):
        read_labelled(Request(frame["text"]))
    frame.to_csv(tmp_path / "a.csv")
    for arguments in ({"labels": frame["label"]}, {"groups": np.arange(200)}):
        with pytest.raises(ArgumentTypeError, match="file"):
            read_labelled(Request(str(tmp_path / "a.csv"), **arguments))


def test_errors_on_one_of_several_tables_say_which(frame):
    """An unknown label or a missing column in the second of two tables names that table."""
    good, bad = frame.head(100), frame.tail(100).copy()
    bad.loc[bad.index[7], "label"] = "promo"
    with pytest.raises(DataError, match=f"'promo' in row {bad.index[7]} in table 2"):
        read_labelled(Request([good, bad]))
    with pytest.raises(DataError, match="No column 'topic' in table 2"):
        read_labelled(Request([good, frame.tail(100).drop(columns="topic")], groups="topic"))
    assert [entry["name"] for entry in read_labelled(Request([good, good])).ledger] == [
        "table 1",
        "table 2",
    ]


def test_groups_up_to_a_mark(frame):
    """Accounts of one source are one group, their names are kept, and a mark without groups, or
    that is none, is refused.
    """
    several = frame.assign(source=[f"shop#{row % 5}" if row % 2 else "forum" for row in range(200)])
    data = read_labelled(Request(several, groups="source", group_until="#"))
    assert set(data.groups["source"]) == {"shop", "forum"}
    assert data.subgroups.tolist() == several["source"].tolist()
    both = read_labelled(Request(frame, groups="topic", also=[(several, 1.0)], group_until="#"))
    assert len(both.subgroups) == 400
    with pytest.raises(ArgumentTypeError, match="groups must be given too, with group_until"):
        read_labelled(Request(several, group_until="#"))
    with pytest.raises(ArgumentTypeError, match="group_until must be a mark, such as '#', not ''"):
        read_labelled(Request(several, groups="source", group_until=""))
