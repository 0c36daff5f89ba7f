"""Tests of `givesell.curate.review`."""

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from sklearn.naive_bayes import ComplementNB

import givesell
from givesell.curate.kinds import KINDS
from givesell.curate.probabilities import recorded_out_of_fold
from givesell.datasets import load_posts
from givesell.errors import ArgumentError
from givesell.estimators.pipelines import make_pipeline
from givesell.estimators.vectorizer import PostVectorizer
from givesell.labelled.read import read_labelled
from givesell.labelled.request import Request
from givesell.measure.sure import may_be_sure
from givesell.model.load import shipped_start


@pytest.fixture(scope="module")
def model():
    """A small model, trained on the bundled posts."""
    posts = load_posts()
    return givesell.Model.from_pipeline(
        make_pipeline(PostVectorizer(n_features=2**14)).fit(posts["text"], posts["label"])
    )


@pytest.fixture(scope="module")
def flipped():
    """The bundled posts on an index of their ids, the labels of 5% of them turned, and which."""
    posts = load_posts().set_index("id")
    at = np.random.default_rng(0).choice(len(posts), len(posts) // 20, replace=False)
    posts.iloc[at, posts.columns.get_loc("label")] = np.where(
        posts["label"].iloc[at] == "giving", "selling", "giving"
    )
    return posts, set(posts.index[at])


@pytest.fixture(scope="module")
def table(model, flipped):
    """What there is to review among them."""
    return givesell.review(model, flipped[0], groups="topic", top=None, n_jobs=1)


def test_planted_errors_come_first(table, flipped):
    """Of the posts listed as likely wrong labels many times more are planted than by chance, and
    most of the first are.
    """
    wrong = table[table["kind"] == "label"]
    assert wrong.index[:20].isin(flipped[1]).mean() > 0.6
    assert wrong.index.isin(flipped[1]).mean() > 4 * 0.05
    assert table.index.isin(flipped[1])[: len(wrong)].sum() > 0.6 * len(flipped[1])


def test_table_is_on_the_callers_index_and_sorted(table, flipped):
    """Each post stands once, under its first kind; kinds come in order and within one the
    strongest first.
    """
    assert table.index.is_unique
    assert table.index.isin(flipped[0].index).all()
    assert (flipped[0].loc[table.index, "text"] == table["text"]).all()
    assert list(table["kind"].unique()) == [kind for kind in KINDS if (table["kind"] == kind).any()]
    for _, part in table.groupby("kind"):
        assert part["score"].is_monotonic_decreasing
        assert part["score"].between(0, 1).all()


def test_suggested_label_is_the_other(table):
    """A label is suggested only where it is doubted, and it is the other one; probabilities are
    on its side.
    """
    doubted = table[table["kind"].isin(["label", "disagreement"])]
    assert (doubted["suggested"] != doubted["label"]).all()
    assert table.loc[~table.index.isin(doubted.index), "suggested"].isna().all()
    wrong = table[table["kind"] == "label"]
    assert ((wrong["selling"] >= 0.5) == (wrong["suggested"] == "selling")).all()


def test_reasons_are_sentences(model):
    """The reason names the label, the probability and the words that speak against it."""
    posts = pd.DataFrame({"text": load_posts()["text"], "label": load_posts()["label"]})
    row = posts.index[posts["text"].str.contains("2 slots left sat")][0]
    posts.loc[row, "label"] = "giving"
    found = givesell.review(model, posts, kinds=["label"], top=None, n_jobs=1)
    assert found.loc[row, "reason"].startswith("labelled giving, but ")
    assert "% selling out of fold: '" in found.loc[row, "reason"]


def test_kinds_and_counts_can_be_chosen(model, flipped):
    """Only the kinds asked for come, each at most as often as asked; a post that was not listed
    for one may be for another.
    """
    found = givesell.review(
        model, flipped[0], kinds=["novel", "unsure"], top={"novel": 3, "unsure": 5}, n_jobs=1
    )
    assert found["kind"].tolist() == ["unsure"] * 5 + ["novel"] * 3
    assert (
        found["reason"]
        .iloc[-1]
        .split("% ")[1]
        .startswith("of its n-grams are unknown to the model")
    )


def test_lists_and_mapped_labels(model):
    """Posts and labels may be lists, with names of their own."""
    posts = load_posts()
    names = posts["label"].map({"giving": "kind", "selling": "promo"}).tolist()
    found = givesell.review(
        model,
        posts["text"].tolist(),
        names,
        label_mapping={"kind": "giving", "promo": "selling"},
        kinds=["label"],
        top=2,
        n_jobs=1,
    )
    assert set(found["label"]) <= {"giving", "selling"}
    assert len(found) == 2


def test_other_reference(model, flipped):
    """Another model than the one shipped can be compared with, and the reason says so."""
    found = givesell.review(model, flipped[0], kinds=["disagreement"], reference=model, n_jobs=1)
    assert found["reason"].str.contains("the other model is").all()


def test_own_out_of_fold_is_taken(model, flipped):
    """Probabilities that the model kept are used for just the posts that they are of."""
    posts = read_labelled(Request(flipped[0]))
    kept = pd.DataFrame(
        {"selling": model.score(posts.posts), "label": posts.labels}, index=posts.index
    )

    def found(kept, posts=posts):
        return recorded_out_of_fold(
            SimpleNamespace(report=SimpleNamespace(out_of_fold=kept), score=model.score), posts
        )

    assert found(kept) is not None
    assert found(kept.iloc[::-1]) is None
    assert found(kept.assign(label=kept["label"].iloc[::-1].to_numpy())) is None
    order = np.argsort(posts.selling, kind="stable")
    sorted_posts, shuffled = (
        read_labelled(Request(flipped[0].iloc[order])),
        np.concatenate([order[: (~posts.selling).sum()][::-1], order[(~posts.selling).sum() :]]),
    )
    other = kept.iloc[shuffled].set_index(sorted_posts.index)
    assert found(kept.iloc[order], sorted_posts) is not None
    assert found(other, sorted_posts) is None
    assert recorded_out_of_fold(model, posts) is None


@pytest.mark.parametrize(
    ("options", "what"),
    [({"kinds": ["labels"]}, "no kind 'labels'"), ({"top": -1}, "top must be a count")],
)
def test_wrong_arguments(model, flipped, options, what):
    """A kind that is none and a count below 0 are refused."""
    with pytest.raises(ArgumentError, match=what):
        givesell.review(model, flipped[0], **options)


def test_any_model_can_be_reviewed_with(flipped):
    """A shipped model is adapted to the posts; one of another classifier is fitted anew, and
    reasons do without its words.
    """
    posts = flipped[0].head(400)
    shipped = givesell.review(givesell.load(), posts, kinds=["label"], n_jobs=1)
    assert shipped.index[:10].isin(flipped[1]).mean() > 0.6
    bayes = givesell.train(posts, classifier=ComplementNB(), n_jobs=1)
    found = givesell.review(bayes, posts.iloc[::-1], top=3, n_jobs=1)
    assert found["kind"].value_counts().max() == 3
    assert found["reason"].str.contains("% ").all()


def test_a_model_just_trained_is_taken_at_its_word(flipped, monkeypatch):
    """Probabilities that training kept of these posts are used: nothing is cross-validated
    again.
    """
    posts = flipped[0].head(400)
    model = givesell.train(posts, groups="topic", n_jobs=1)
    monkeypatch.setattr("givesell.curate.review.cross_fitted", None)
    found = givesell.review(model, posts, groups="topic", kinds=["unsure"], n_jobs=1)
    np.testing.assert_allclose(
        found["selling"], model.report.out_of_fold.loc[found.index, "selling"]
    )


def test_a_name_makes_no_shipped_model(flipped):
    """A model is taken for the shipped one by its weights, never by its name: one of few posts
    that bears that name is fitted anew, as under any other name.
    """
    posts = flipped[0].head(300)
    named, other = (
        givesell.train(posts, name=name, random_state=0, n_jobs=1) for name in ("givesell-en", "x")
    )
    assert shipped_start(named) is None
    assert shipped_start(givesell.load()) is not None
    tables = [
        givesell.review(model, posts.iloc[::-1], kinds=["label"], n_jobs=1)
        for model in (named, other)
    ]
    pd.testing.assert_frame_equal(*tables)


def test_kinds_that_found_nothing_are_told(model, flipped):
    """The table says how many posts each kind found, those with none too."""
    sure = model.with_thresholds((0.4999, 0.5))
    found = givesell.review(sure, flipped[0], kinds=["label", "unsure"], top=3, n_jobs=1).attrs[
        "found"
    ]
    assert found["label"] > 3
    unreadable = ~may_be_sure(model, flipped[0]["text"])  # unsure whatever the thresholds
    assert found["unsure"] == unreadable.sum() < 3
