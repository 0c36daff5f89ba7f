"""Tests of `givesell.learn.made_posts`, `distill` and `fit`: learning from a teacher."""

from dataclasses import replace

import numpy as np
import pytest
from scipy.special import expit
from typer.testing import CliRunner

import givesell
from givesell.cli import app
from givesell.datasets import load_posts
from givesell.errors import ArgumentTypeError, DataError, FileError
from givesell.estimators.pipelines import make_pipeline
from givesell.estimators.vectorizer import PostVectorizer
from givesell.labelled.read import read_labelled
from givesell.labelled.request import Request
from givesell.labelled.unlabelled import posts_of
from givesell.learn.crossval import out_of_fold, splits
from givesell.learn.fit import fit_pipeline
from givesell.learn.made_posts import recombine
from givesell.learn.teacher import (
    MADE_WEIGHT,
    STEPS,
    UNLABELLED_WEIGHT,
    TeacherViews,
    pool,
    write_views,
)

MADE = 300
SMALL = PostVectorizer(n_features=2**14)


@pytest.fixture(scope="module")
def frame():
    """Half of the bundled posts, labelled."""
    return load_posts().iloc[::2].reset_index(drop=True)


@pytest.fixture(scope="module")
def unlabelled():
    """The other half."""
    return load_posts().iloc[1::2].reset_index(drop=True)


@pytest.fixture(scope="module")
def data(frame):
    """The labelled half, checked."""
    return read_labelled(Request(frame, groups="topic"))


@pytest.fixture(scope="module")
def teacher(data, unlabelled, tmp_path_factory):
    """A file of a teacher that knows the words "order" and "thanks"; a view for each two folds,
    one for random posts, one for all.
    """
    posts, real, names = pool(data, unlabelled, MADE, groups="topic")
    folds = [test for _, test in splits(data, "topic", 0)]
    unseen = [
        sorted(set(data.groups["topic"][np.concatenate(folds[at : at + 2])]))
        for at in range(0, len(folds), 2)
    ]
    unseen.append(list(data.posts[next(splits(data, None, 0))[1]]))
    odds = np.array(
        [3.0 * ("order" in post.lower()) - 2.0 * ("thank" in post.lower()) - 0.5 for post in posts]
    )
    views = np.tile(odds, (len(unseen) + 1, 1))
    for view, groups in zip(views, unseen[:-1], strict=False):
        view[:real][np.isin(names, groups)] = np.nan
    path = tmp_path_factory.mktemp("teacher") / "teacher.safetensors"
    write_views(
        path, views, np.linspace(-2, 2, len(data.posts)), posts, unseen=unseen, made=MADE, seed=0
    )
    return path


@pytest.fixture(scope="module")
def judged(teacher, unlabelled, data):
    """What the file holds."""
    return TeacherViews.read(teacher, unlabelled, data, groups="topic")


def test_made_posts_hold_words_of_others_alone(frame):
    """A made post has no word that is in no post, and the same seed makes the same posts."""
    posts, groups = frame["text"].to_numpy(object), frame["topic"].to_numpy(str)
    made, parents = recombine(posts, groups, 200, seed=3)
    again, _ = recombine(posts, groups, 200, seed=3)
    known = {word.rstrip(".") for post in posts for word in post.split()}
    assert {word.rstrip(".") for post in made for word in post.split()} <= known
    assert made.tolist() == again.tolist() != recombine(posts, groups, 200, seed=4)[0].tolist()
    assert parents.shape == (200, 2)
    assert 0.6 < (parents[:, 0] == parents[:, 1]).mean() < 0.95


def test_made_posts_come_from_small_groups_too():
    """A group of a hundred times the posts of another is drawn from ten times as often."""
    posts = np.array(["a b c d"] * 1000 + ["e f g h"] * 10, object)
    _, parents = recombine(posts, np.array(["big"] * 1000 + ["small"] * 10), 4000)
    assert (parents[:, 0] >= 1000).mean() == pytest.approx(1 / 11, abs=0.02)


def test_strange_words_are_words_of_several_groups():
    """Words that fewer than three groups use are never put into another post."""
    posts = np.array(
        [
            f"common shared text number{group} of group{group}"
            for group in range(6)
            for _ in range(5)
        ],
        object,
    )
    made, parents = recombine(posts, np.repeat([f"g{group}" for group in range(6)], 5), 500)
    for post, (first, second) in zip(made, parents, strict=True):
        assert {word for word in post.replace(".", "").split() if word[-1].isdigit()} <= set(
            posts[first].split()
        ) | set(posts[second].split())


def test_views_survive_the_file(judged, unlabelled):
    """Log-odds come back to a thirty-second, posts that a view has not judged stay out, and
    weights add up.
    """
    kept, selling, share = judged.soft_targets()
    assert len(kept) == len(judged.posts) == len(unlabelled) + MADE
    odds = np.array(
        [
            3.0 * ("order" in post.lower()) - 2.0 * ("thank" in post.lower()) - 0.5
            for post in judged.posts
        ]
    )
    assert selling == pytest.approx(expit(odds), abs=0.25 / STEPS)
    assert share[: judged.real].sum() == pytest.approx(UNLABELLED_WEIGHT)
    assert share[judged.real :].sum() == pytest.approx(MADE_WEIGHT)
    assert judged.labelled == pytest.approx(
        np.linspace(-2, 2, len(judged.labelled)), abs=0.6 / STEPS
    )
    kept, _, _ = judged.soft_targets(0)
    assert len(unlabelled) + MADE > len(kept)


def test_a_fold_never_learns_from_a_view_that_has_seen_its_groups(data, judged):
    """The view of a fold says it has not seen the fold's groups, and judges no unlabelled post
    of theirs.
    """
    for _, test in splits(data, "topic", 0):
        hidden = set(data.groups["topic"][test])
        view = judged.view_without(hidden)
        assert view is not None
        kept, _, _ = judged.soft_targets(view)
        assert not hidden & set(judged.groups[kept[kept < judged.real]])
    assert judged.view_without(set(data.groups["topic"])) is None
    with pytest.raises(DataError, match="has seen values of 'topic'"):
        out_of_fold(make_pipeline(SMALL), data, "topic", seed=1, teacher=judged)
    with pytest.raises(DataError, match="has seen posts"):
        out_of_fold(make_pipeline(SMALL), data, None, seed=1, teacher=judged)


def test_a_view_that_has_seen_no_labels_is_fair_to_all(data, judged):
    """A teacher that never saw the labels teaches every fold, random ones too."""
    anyone = replace(judged, views=judged.views[-1:].repeat(2, axis=0), unseen=[{"*"}])
    for scheme in ("topic", None):
        assert not np.isnan(
            out_of_fold(make_pipeline(SMALL), data, scheme, seed=1, teacher=anyone)
        ).any()


def test_soft_targets_are_those_of_the_teacher(data, judged):
    """A student of a confident teacher and few labels says what the teacher says."""
    rows = np.arange(40)
    alone = fit_pipeline(make_pipeline(PostVectorizer(n_features=2**14)), data, rows)
    taught = fit_pipeline(make_pipeline(PostVectorizer(n_features=2**14)), data, rows, judged)
    posts = ["Order yours", "Thank you all"]
    assert (
        np.diff(taught.decision_function(posts))[0] < np.diff(alone.decision_function(posts))[0] - 1
    )


def test_training_with_a_teacher(frame, unlabelled, teacher):
    """`train` measures folds with fair views, random posts on the one fold that has a view, and
    records the teacher.
    """
    model = givesell.train(
        frame, groups="topic", unlabelled=unlabelled, teacher=teacher, features=SMALL, name="taught"
    )
    assert model.info["metrics"]["split by topic"]["posts"] == len(frame)
    assert model.info["metrics"]["drawn at random"]["posts"] == len(frame) // 5
    assert model.info["training"]["judged"]["unlabelled"] == len(unlabelled)
    assert model.info["training"]["judged"]["made"] == MADE
    assert f"{len(unlabelled):,} unlabelled posts and {MADE:,} posts made" in model.card()
    assert model.classify("Thanks so much for the help").label == "giving"


def test_a_teacher_of_other_posts_is_refused(frame, unlabelled, teacher, tmp_path):
    """Views that do not belong to the posts at hand, a file of another kind and a missing one
    are named.
    """
    data = read_labelled(Request(frame, groups="topic"))
    with pytest.raises(DataError, match="scored other posts"):
        TeacherViews.read(teacher, unlabelled.iloc[::-1], data, groups="topic")
    (tmp_path / "a.safetensors").write_bytes(b"no")
    with pytest.raises(FileError, match="cannot be read"):
        TeacherViews.read(tmp_path / "a.safetensors", unlabelled, data, groups="topic")
    with pytest.raises(FileError, match="no such file"):
        TeacherViews.read(tmp_path / "b.safetensors", unlabelled, data, groups="topic")
    with pytest.raises(ArgumentTypeError, match="unlabelled must be"):
        givesell.train(frame, groups="topic", teacher=teacher)
    with pytest.raises(ArgumentTypeError, match="teacher must be"):
        givesell.train(frame, groups="topic", unlabelled=unlabelled)


def test_groups_up_to_a_mark_are_those_of_the_teacher(frame, unlabelled, teacher, judged):
    """With ``group_until`` the labelled and the unlabelled groups of a teacher are cut alike."""
    accounts = [each.assign(topic=each["topic"] + "#ana") for each in (frame, unlabelled)]
    data = read_labelled(Request(accounts[0], groups="topic", group_until="#"))
    again = TeacherViews.read(teacher, accounts[1], data, groups="topic", group_until="#")
    assert again.groups.tolist() == judged.groups.tolist()
    uncut = read_labelled(Request(accounts[0], groups="topic"))
    assert judged.view_without(set(uncut.groups["topic"])) is None


def test_unlabelled_posts_are_checked(unlabelled):
    """A missing column and a post that is no text are named."""
    with pytest.raises(DataError, match="No column 'group'"):
        posts_of(unlabelled, groups="group")
    with pytest.raises(TypeError, match="Post 2 "):
        posts_of(unlabelled.assign(text=unlabelled["text"].where(unlabelled.index != 2, None)))


def test_command_line(frame, unlabelled, teacher, tmp_path):
    """`givesell train` takes the teacher's file, and says in one line what is missing beside it."""
    for name, posts in (("labelled.jsonl", frame), ("unlabelled.jsonl", unlabelled)):
        posts.to_json(tmp_path / name, orient="records", lines=True)
    command = [
        "train",
        str(tmp_path / "labelled.jsonl"),
        "--groups",
        "topic",
        "--buckets",
        str(2**14),
        "--out",
        str(tmp_path / "taught"),
    ]
    taught = CliRunner().invoke(
        app,
        [*command, "--teacher", str(teacher), "--unlabelled", str(tmp_path / "unlabelled.jsonl")],
    )
    assert taught.exit_code == 0, taught.output
    assert givesell.load(tmp_path / "taught").info["training"]["judged"]["made"] == MADE
    refused = CliRunner().invoke(app, [*command, "--overwrite", "--teacher", str(teacher)])
    assert refused.exit_code == 1
    assert "unlabelled must be the posts that the teacher judged" in " ".join(
        refused.output.split()
    )
