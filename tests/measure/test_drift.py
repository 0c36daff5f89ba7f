"""Tests of `givesell.measure.drift`, `reference` and `unseen`."""

import io
import json
import math

import numpy as np
import pandas as pd
import pytest
from matplotlib.figure import Figure
from rich.console import Console

import givesell
from givesell.datasets import demo_archive, load_posts
from givesell.errors import ArgumentTypeError, DataError
from givesell.estimators.vectorizer import PostVectorizer
from givesell.labelled.read import read_labelled
from givesell.labelled.request import Request
from givesell.learn.drift_baseline import SIZES, drift_baseline
from givesell.measure.drift_comparison import drift_of
from givesell.measure.drift_tally import DriftTally
from givesell.measure.histograms import MEASURES, distance
from givesell.measure.unseen_ngrams import Seen

# Models are measured on posts that they were trained on: here that is not the point.
pytestmark = pytest.mark.filterwarnings("ignore::givesell.errors.TrainedOnWarning")

FOREIGN = "Danke, das hat mir sehr geholfen und ich bin froh"
SMALL = PostVectorizer(n_features=2**16)


@pytest.fixture(scope="module")
def frame():
    """The bundled posts."""
    return load_posts()


@pytest.fixture(scope="module")
def model(frame):
    """A model of most of them."""
    return givesell.train(frame.head(1200), groups="topic", features=SMALL, name="mine")


def test_posts_like_those_of_training_raise_no_alarm(model, frame):
    """Held-out posts of the same make are no drift, and the sentence says so."""
    found = givesell.drift(model, frame["text"].tail(400))
    assert (found.level, found.alarm, found.posts) == ("none", False, 400)
    assert found.sentence.startswith("No drift")
    assert found.histogram.sum() == 400


@pytest.mark.parametrize(
    ("posts", "measure"),
    [
        (lambda f: 200 * ["zxq vrrk sh0pp fl1ck gr4b brnd nw drp"], "unseen"),
        (
            lambda f: f["text"].tolist()[:300] + 100 * ["zxq vrrk sh0pp fl1ck gr4b brnd nw drp"],
            "strange",
        ),
        (lambda f: f["text"][f["label"] == "selling"], "distance"),
        (lambda f: f["text"].tolist()[:100] + 50 * [FOREIGN], "not_english"),
    ],
)
def test_drift_is_told_with_its_measure(model, frame, posts, measure):
    """Strange words, strange posts among others, another mix and another language each set off
    their measure.
    """
    found = givesell.drift(model, posts(frame))
    assert found.alarm
    assert found.to_frame().loc[measure, "level"] != "none"
    assert "drift: " in found.sentence


def test_unseen_is_counted_as_the_features_are(frame):
    """What is new to fitted features is what they give no column to."""
    features = PostVectorizer(
        n_features=2**16, ngram_range=(1, 1), norm=None, sublinear_tf=False
    ).fit(frame["text"].head(800))
    posts = frame["text"].tail(200).tolist()
    found = Seen.by(features).count(posts)
    every = PostVectorizer(
        n_features=2**16, ngram_range=(1, 1), norm=None, sublinear_tf=False, use_idf=False, min_df=1
    ).fit(posts)
    total = np.asarray(every.transform(posts).sum(axis=1)).ravel()
    known = np.asarray((features.transform(posts) > 0).astype(int).multiply(1).sum(axis=1)).ravel()
    np.testing.assert_array_equal(found.ngrams, total)
    assert ((found.ngrams - found.new_ngrams) >= known).all()
    assert (found.new_words <= found.words).all()
    assert 0 < found.new_ngrams.sum() < found.ngrams.sum()


def test_without_is_as_if_never_seen(frame):
    """Taking posts away and counting them gives what features fitted to the others give."""
    posts, rest = (
        frame["text"].head(50).to_numpy(object),
        frame["text"].iloc[50:400].to_numpy(object),
    )
    features = PostVectorizer(n_features=2**16)
    seen = Seen(features.ngrams(), least=features.min_df)
    seen.add(np.concatenate([posts, rest]))
    before = seen.count(posts)
    found = seen.count_without(posts)
    for one, other in zip(found, Seen.by(features.fit(rest)).count(posts), strict=True):
        np.testing.assert_array_equal(one, other)
    for one, other in zip(seen.count(posts), before, strict=True):
        np.testing.assert_array_equal(one, other)


def test_reference_is_recorded_and_the_same_twice(model, frame):
    """Training records limits for each measure and size, the same for the same seed, ready for
    JSON.
    """
    known = model.info["drift"]
    again = givesell.train(frame.head(1200), groups="topic", features=SMALL, name="mine").info[
        "drift"
    ]
    assert json.dumps(known) == json.dumps(again)
    assert known["measured"] == "split by topic"
    assert sum(known["histogram"]) == 1200
    for limits in known["limits"].values():
        assert list(limits) == list(MEASURES)
        assert all(len(values) == len(SIZES) for values in limits.values())
    for name in MEASURES:
        assert known["limits"]["mixture"][name][-1] <= known["limits"]["source"][name][-1]


def test_reference_without_groups(frame):
    """Without groups posts are held against posts, limits close in on the usual as archives
    grow, and there is no strong drift.
    """
    data = read_labelled(Request(frame))
    known = drift_baseline(SMALL, data, np.random.default_rng(0).random(len(data.posts)))
    assert (known["measured"], known["sources"], known["spread"]) == ("drawn at random", 0, None)
    assert list(known["limits"]) == ["mixture"]
    gaps = [limit - known["unseen"] for limit in known["limits"]["mixture"]["unseen"]]
    assert gaps == sorted(gaps, reverse=True)
    assert gaps[-1] < 0.01


def test_false_alarms_are_as_rare_as_set(frame):
    """Of archives drawn as the reference draws them, few raise an alarm."""
    model = givesell.train(frame, groups="topic", features=SMALL)
    data, draw = read_labelled(Request(frame, groups="topic")), np.random.default_rng(1)
    p = model.score(data.posts).astype(float)
    known = drift_baseline(SMALL, data, p, groups="topic")
    seen = Seen(SMALL.ngrams(), least=2)
    seen.add(data.posts)
    groups = [
        np.array(at)
        for at in frame.reset_index(drop=True).groupby("topic").indices.values()
        if len(at) >= 5
    ]
    new = {tuple(at): seen.count_without(data.posts[at]) for at in groups}
    alarms = 0
    for _ in range(300):
        chosen = [groups[i] for i in draw.integers(0, len(groups), 10)]
        share = sum(new[tuple(at)].new_ngrams.sum() for at in chosen) / sum(
            new[tuple(at)].ngrams.sum() for at in chosen
        )
        histogram = np.histogram(p[np.concatenate(chosen)], 50, (0, 1))[0]
        limits = known["limits"]["mixture"]
        alarms += (
            share > limits["unseen"][-1]
            or distance(histogram, np.array(known["histogram"])) > limits["distance"][-1]
        )
    assert alarms <= 15


def test_parts_add_up(model, frame):
    """Counting in parts, or adding two counts, is counting the whole."""
    posts = frame["text"].tolist()
    whole, first, second = DriftTally(model), DriftTally(model), DriftTally(model)
    whole.add(posts)
    first.add(posts[:700])
    second.add(posts[700:])
    assert drift_of(first + second).to_dict() == drift_of(whole).to_dict()


def test_archives_missing_and_blank_posts(model, frame):
    """An archive is read as a stream; missing and blank posts are counted and change nothing."""
    archive = givesell.read_archive(demo_archive())
    assert (
        givesell.drift(model, archive).to_dict()
        == givesell.drift(model, archive.frame()["text"]).to_dict()
    )
    posts = frame["text"].tolist()
    found = givesell.drift(model, [None, "", " ", *posts])
    assert found.posts == len(posts)
    assert (found.statuses["missing"], found.statuses["empty"]) == (1, 2)
    assert found.to_frame().equals(givesell.drift(model, posts).to_frame())


def test_nothing_that_can_be_judged(model):
    """An archive in another language has no distance, is strong drift, and JSON and repr bear
    it.
    """
    found = givesell.drift(model, 100 * [FOREIGN])
    assert math.isnan(found.to_frame().loc["distance", "value"])
    assert found.level == "strong"
    assert "not English" in found.sentence
    assert json.loads(json.dumps(found.to_dict(), allow_nan=False))["unsure"] is None


def test_shown(model, frame):
    """The terminal's form fits 80 columns, HTML has no script, the plot draws where told."""
    found = givesell.drift(model, frame["text"].tail(400))
    console = Console(file=io.StringIO(), width=80)
    console.print(found)
    assert max(map(len, console.file.getvalue().splitlines())) <= 80
    assert "alarm above" in found._repr_html_()
    axes = Figure().subplots()
    assert found.plot(axes) is axes.figure
    assert found.plot().axes[0].get_xlabel() == "probability of selling"


def test_models_adapted_or_scored_through_scikit_learn(frame):
    """Drift works for a model adapted from another, and for one of any classifier."""
    from sklearn.naive_bayes import ComplementNB

    some = frame.head(600)
    for options in ({"base": "givesell-en"}, {"classifier": ComplementNB(), "features": SMALL}):
        model = givesell.train(some, groups="topic", **options)
        assert givesell.drift(model, frame["text"].tail(400)).posts == 400


def test_what_cannot_be_told(model, frame):
    """A model that recorded nothing, too few posts, no posts and no model are refused with what
    to do.
    """
    older = givesell.Model.from_pipeline(model.pipeline)
    with pytest.raises(DataError, match="Train it again"):
        givesell.drift(older, frame["text"])
    with pytest.raises(DataError, match="7 posts have text"):
        givesell.drift(model, [*frame["text"].head(7), None, ""])
    with pytest.raises(DataError, match="0 posts have text"):
        givesell.drift(model, pd.Series([], dtype=object))
    with pytest.raises(DataError, match="No column 'text' in the DataFrame"):
        givesell.drift(model, frame[["topic"]])
    with pytest.raises(ArgumentTypeError, match="E342"):
        givesell.drift(model, 7)
    with pytest.raises(ArgumentTypeError, match="model must be a model"):
        givesell.drift(7, frame["text"])


def test_nothing_to_judge_is_said(model):
    """Posts without words, and too few of any, are no sign that there is no drift."""
    found = givesell.drift(model, [f"https://x.example/{i}" for i in range(60)])
    assert (found.level, found.alarm, found.judged) == ("unknown", True, 0)
    assert found.sentence.startswith(
        "Drift is not known: none of the 60 posts could be judged (60 without words)."
    )
    assert (
        "Not measured, as no post could be judged: distance of the probabilities."
        in found._repr_html_()
    )
    assert found.to_dict()["measures"]["distance"]["level"] == "unknown"
    some = [f"https://x.example/{i}" for i in range(55)] + 5 * ["Thanks, that helped a lot"]
    assert givesell.drift(model, some).sentence.startswith(
        "Drift is not known: only 5 of 60 posts could be judged"
    )


def test_measures_that_found_nothing_are_named(model, frame):
    """Beside an alarm of one measure the others are said to have found nothing."""
    found = givesell.drift(model, frame["text"].tolist()[:100] + 50 * [FOREIGN])
    assert found.alarm
    assert "Nothing found: " in found._repr_html_()


def test_doubts_are_of_errors_not_of_the_mix(model, frame):
    """Another mix of labels is drift, and no reason to doubt the measured errors; unknown words
    are.
    """
    mix = givesell.drift(model, frame["text"][frame["label"] == "selling"])
    assert mix.alarm
    assert mix.to_dict()["doubts"] == list(mix.doubts)
    strange = givesell.drift(model, 100 * ["zxq vrrk sh0pp fl1ck gr4b brnd nw drp"])
    assert any("of the words are new to the model" in doubt for doubt in strange.doubts)
    assert any("not English" in doubt for doubt in givesell.drift(model, 100 * [FOREIGN]).doubts)


def test_a_sample_does_not_depend_on_how_posts_come(model, frame):
    """The posts that are sampled do not depend on the parts, each weighs as much as it represents,
    and a stored state can be continued.
    """
    posts = frame["text"].tolist() * 3
    whole, parts = DriftTally(model, sample=200), DriftTally(model, sample=200)
    whole.add(posts)
    for start in range(0, len(posts), 700):
        parts = DriftTally(model, json.loads(json.dumps(parts.state())), sample=200)
        parts.add(posts[start : start + 700])
    assert whole.state() == parts.state()
    assert abs(whole.looked / len(posts) - 1) < 0.05
    every = DriftTally(model)
    every.add(posts)
    assert abs(whole.features[1] / whole.features[0] - every.features[1] / every.features[0]) < 0.02
    rows, weights = DriftTally(model, sample=200).next_rows(1_000_000)
    assert len(rows) < 2_000
    assert abs(weights.sum() / 1_000_000 - 1) < 0.05
