"""Tests of `givesell.labelled.posts`: the posts of several sources as one."""

from givesell.datasets import load_posts
from givesell.labelled.posts import concatenate
from givesell.labelled.read import read_labelled
from givesell.labelled.request import Request


def test_a_column_that_one_source_lacks_is_empty_there():
    """Of an extra column that one table has, and another has not, the posts of the other have
    none; groups that are missing from posts to train on only are none too.
    """
    frame = load_posts().head(40)
    other = frame.drop(columns=["platform", "topic"])
    data = read_labelled(
        Request(frame, groups="topic", also=[(other, 0.5)], extra=["platform", "nowhere"])
    )
    assert list(data.extra) == ["platform"]
    assert data.extra["platform"].tolist() == [*frame["platform"], *[None] * 40]
    assert data.groups["topic"].tolist() == [*frame["topic"], *[None] * 40]
    assert data.measured.tolist() == [True] * 40 + [False] * 40
    assert data.weight.tolist() == [1.0] * 40 + [0.5] * 40
    assert [entry["measured"] for entry in data.ledger] == [True, False]


def test_one_source_stays_as_it_is():
    """Posts of one source are not copied, and stay on the caller's index."""
    frame = load_posts().head(40).set_index("id")
    data = read_labelled(Request(frame))
    assert concatenate([data]) is data
    assert data.index.equals(frame.index)
