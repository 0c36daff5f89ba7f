"""Tests of `givesell.learn.report` and `tune`: what training has to say."""

import io

import numpy as np
import pandas as pd
import pytest
from rich.console import Console
from sklearn.linear_model import RidgeClassifier
from sklearn.naive_bayes import GaussianNB

import givesell
from givesell.datasets import load_posts
from givesell.errors import ArgumentError
from givesell.estimators.vectorizer import PostVectorizer

# Models are measured on posts that they were trained on: here that is not the point.
pytestmark = pytest.mark.filterwarnings("ignore::givesell.errors.TrainedOnWarning")

SMALL = PostVectorizer(n_features=2**12)


@pytest.fixture(scope="module")
def frame():
    """Some of the bundled posts on an index of their own, one without a label, with a hostile
    group.
    """
    frame = load_posts().head(300).set_index("id")
    return frame.assign(
        label=frame["label"].astype(object).where(np.arange(300) != 3, None),
        topic=frame["topic"] + " <script>",
    )


@pytest.fixture(scope="module")
def model(frame):
    """A model trained on them."""
    return givesell.train(
        frame.rename(columns={"topic": "<b>topic"}),
        groups="<b>topic",
        features=SMALL,
        name="a<b",
        licence="CC0 | mine",
    )


def test_out_of_fold_probabilities_come_back_on_the_index(model, frame):
    """The measured posts are there with fold, label and group; the unlabelled one is not, and a
    group has one fold.
    """
    table = model.report.out_of_fold
    assert table.index.equals(frame.index.delete(3))
    assert table["label"].tolist() == frame["label"].drop(frame.index[3]).tolist()
    assert table.groupby("group")["fold"].nunique().max() == 1
    assert sorted(table["fold"].unique()) == list(range(10))
    called = np.where(table["selling"] >= 0.5, "selling", "giving") == table["label"]
    assert 0.6 < called.mean() < 1


def test_reports_are_shown(model):
    """The report shows in a terminal and a notebook, in one line as a repr, and as a table;
    nothing of the data is markup.
    """
    report = model.report
    assert [finding.check for finding in report.warnings] == ["missing labels", "from scratch"]
    console = Console(width=120, record=True, file=io.StringIO())
    console.print(report)
    text = console.export_text()
    assert "1 post had no label." in text
    assert "macro-F1" in text
    page = report._repr_html_()
    assert "<b>topic" not in page
    assert "&lt;b&gt;topic" in page
    assert "<script" not in page
    assert repr(report).startswith("<TrainingReport 'a<b': ")
    assert report.to_frame()["check"].tolist() == [finding.check for finding in report.findings]


def test_the_card_shows_the_checks(model):
    """Checks and licence go into the manifest and onto the card, safe for a Markdown table."""
    assert [check["check"] for check in model.info["training"]["checks"]] == [
        finding.check for finding in model.report.findings
    ]
    card = model.card()
    assert "## Checks" in card
    assert "| ⚠ | 1 post had no label. | Left out. |" in card
    assert r"CC0 \| mine" in card


def test_the_card_says_how_to_make_the_model_again(model):
    """The call is recorded with what was said, and without data, threads or defaults."""
    assert (
        model.info["command"]
        == "givesell.train(data, groups='<b>topic', features=PostVectorizer(n_features=4096),"
        " name='a<b', licence='CC0 | mine')"
    )


def test_tuning(frame):
    """The search takes the setting of the lowest log loss, tells how far it is, and its table
    holds every setting.
    """
    said = []
    grid = {"classifier__C": [0.01, 10.0], "features__min_df": [2]}
    model = givesell.train(
        frame, groups="topic", features=SMALL, tune=grid, progress=said.append, n_jobs=1
    )
    table = model.report.tuning
    assert isinstance(table, pd.DataFrame)
    assert table["log_loss"].is_monotonic_increasing
    assert len(table) == 2
    assert sum(line.startswith("tuning, fit ") for line in said) == 20
    assert model.info["training"]["tuned"] == {
        "classifier__C": table["classifier__C"][0],
        "features__min_df": 2,
    }
    assert model.info["training"]["C"] == table["classifier__C"][0]
    assert "flatters" in model.card()


def test_tuning_a_base_and_a_classifier(frame):
    """A base's strength and a classifier's own parameter are tuned; without a grid to take that
    is said.
    """
    adapted = givesell.train(
        frame, base=givesell.train(frame, features=SMALL), tune={"classifier__strength": [0.1, 1.0]}
    )
    assert adapted.info["training"]["strength"] in (0.1, 1.0)
    ridge = givesell.train(frame, classifier=RidgeClassifier(), features=SMALL, tune=True)
    assert "classifier__classifier__alpha" in ridge.report.tuning
    with pytest.raises(ArgumentError, match="a grid for this classifier"):
        givesell.train(frame, classifier=GaussianNB(), features=SMALL, tune=True)
    with pytest.raises(ArgumentError, match="tune must be a grid of parameters"):
        givesell.train(frame, features=SMALL, tune={"C": [1.0]})


def test_without_calibration(frame):
    """Scores can be left as the classifier gives them; the card then speaks of no calibration."""
    model = givesell.train(frame, features=SMALL, calibrate=False)
    assert "calibration" not in model.info
    assert model.slopes == (1.0, 1.0)
    assert "## Calibration" not in model.card()
