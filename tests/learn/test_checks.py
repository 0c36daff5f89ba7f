"""Tests of `givesell.learn.checks`: what is looked at before training."""

import numpy as np
import pandas as pd
import pytest

import givesell
from givesell.datasets import load_posts
from givesell.errors import DataError
from givesell.labelled.read import read_labelled
from givesell.labelled.request import Request
from givesell.learn.checks import another_prior, check
from givesell.learn.crossval import splits


@pytest.fixture(scope="module")
def frame():
    """Some of the bundled posts."""
    return load_posts().head(300)


@pytest.fixture(scope="module")
def leaky(frame):
    """The same with ten posts again, nearly as they were, in other groups; two of them under the
    other label.
    """
    again = frame.head(10).assign(topic="elsewhere", text=frame["text"].head(10).str.upper() + " !")
    turned = frame.head(2).assign(
        topic="elsewhere",
        label=frame["label"].head(2).map({"giving": "selling", "selling": "giving"}),
    )
    return pd.concat([frame, again, turned], ignore_index=True)


def found(data):
    """Return the findings by their check."""
    return {finding.check: finding for finding in data.findings}


def test_clean_posts_have_nothing_to_look_at(frame):
    """Posts without faults are counted, and nothing more is said."""
    data = check(read_labelled(Request(frame, groups="topic")))
    assert list(found(data)) == ["labels", "groups of topic", "copies"]
    assert not any(finding.warning for finding in data.findings)
    assert data.copies is None


def test_near_copies_across_groups_are_kept_apart(leaky):
    """No fold trains on a near copy of what it is measured on, whatever the groups say."""
    plain = read_labelled(Request(leaky, groups="topic"))
    data = check(plain)
    across = found(data)["copies across groups of topic"]
    assert across.warning
    assert across.count >= 20
    assert "no fold trains on a copy" in across.done
    leaks = [
        set(data.copies[train]) & set(data.copies[test])
        for train, test in splits(plain, "topic", 0)
    ]
    assert any(leaks)
    for groups in ("topic", None):
        assert not any(
            set(data.copies[train]) & set(data.copies[test])
            for train, test in splits(data, groups, 0)
        )
    assert found(data)["contradicting labels"].count == 4


def test_checks_can_only_report(leaky):
    """Where a teacher's views are tied to the folds, findings are told and the posts stay as
    they are.
    """
    plain = read_labelled(Request(leaky, groups="topic"))
    data = check(plain, act=False)
    assert data.copies is None
    assert data.posts.tolist() == plain.posts.tolist()
    assert "slightly too good" in found(data)["copies across groups of topic"].done


@pytest.mark.parametrize(
    ("change", "name", "message"),
    [
        (lambda f: f.groupby("label").head(60), "few posts", "120 posts are few"),
        (
            lambda f: pd.concat([f[f["label"] == "giving"], f[f["label"] == "selling"].head(12)]),
            "labels",
            "12 selling",
        ),
        (
            lambda f: f.assign(topic=(np.arange(len(f)) % 3).astype(str)),
            "groups of topic",
            "3 groups .*Fewer than 10",
        ),
        (
            lambda f: f.assign(topic=["all" if row % 5 else str(row) for row in range(len(f))]),
            "large group of topic",
            "80%",
        ),
        (lambda f: f.assign(topic=range(len(f))), "small groups of topic", "300 of the 300 groups"),
    ],
)
def test_weak_data_is_said(frame, change, name, message):
    """Few posts, a rare label and groups that keep little together are worth a warning."""
    finding = found(check(read_labelled(Request(change(frame), groups="topic"))))[name]
    assert finding.warning
    assert pd.Series([finding.found]).str.contains(message).all()


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda f: f.assign(topic="one"), "holds 1 group, 'one'"),
        (
            lambda f: f.assign(topic=f["label"]),
            "All posts labelled 'giving' are in one group of 'topic', 'giving'",
        ),
        (lambda f: f.assign(w=0.0), "All posts have weight 0"),
    ],
)
def test_data_that_cannot_be_measured_on(frame, change, message):
    """One group, a label in one group and no weight at all are refused with what to do."""
    data = change(frame)
    with pytest.raises(DataError, match=message):
        check(read_labelled(Request(data, groups="topic", weight="w" if "w" in data else None)))


def test_a_fold_with_one_label_left_is_refused():
    """Where the posts of a label are all copies of each other no fold can learn of it, and that
    is said.
    """
    frame = load_posts().head(100)
    selling = frame["label"] == "selling"
    frame = frame.assign(
        text=frame["text"].where(
            ~selling, "Fresh bread every Friday from our shop, order by Thursday noon"
        )
    )
    with pytest.raises(
        DataError, match=r"no post labelled 'selling' is left .* Label posts that differ more\."
    ):
        list(splits(check(read_labelled(Request(frame))), None, 0))


def test_a_stream_of_another_mix_is_told():
    """Posts with far more selling than labels are decided for are reported with the prior to
    pass; a small gap is not.
    """
    data = read_labelled(Request(load_posts()))
    (finding,) = another_prior(data, 0.3)
    assert "prior=0.43" in str(finding)
    assert another_prior(data, 0.4) == []
    assert "prior" in [
        found.check for found in givesell.train(load_posts(), groups="topic").report.findings
    ]
