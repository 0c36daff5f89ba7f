"""Tests of facets: the head, its measurement, and what verdicts tell of it."""

import numpy as np
import pandas as pd
import polars as pl
import pytest
from sklearn.naive_bayes import ComplementNB
from typer.testing import CliRunner

import givesell
from givesell.cli import app
from givesell.core.artifact import FACET_LAYOUT
from givesell.datasets import load_posts
from givesell.errors import ArgumentError, ArtifactError, DataError
from givesell.estimators.network.classifier import NetworkClassifier
from givesell.estimators.pipelines import make_pipeline
from givesell.estimators.vectorizer import PostVectorizer
from givesell.labelled.read import read_labelled
from givesell.labelled.request import Request
from givesell.learn.facets import facet_quality, fit_head
from givesell.model.model import FacetHead, Model
from givesell.verdict import FACETS, Verdict

SMALL = PostVectorizer(n_features=2**14)


@pytest.fixture(scope="module")
def frame():
    """The bundled posts."""
    return load_posts()


@pytest.fixture(scope="module")
def model(frame):
    """A model that tells facets."""
    return givesell.train(frame, groups="topic", facet="facet", features=SMALL, name="small")


def test_facet_is_of_the_label(model, frame):
    """Every judged post has a facet of its own label; a post without a label has none."""
    scores = model.verdicts([*frame["text"], None, "😀"])
    assert all(
        facet in FACETS[label]
        for label, facet in zip(scores.label[:-2], scores.facet[:-2], strict=True)
    )
    assert scores.facet[-2:].tolist() == [None, None]
    assert len(set(scores.facet[:-2])) > 6


def test_facet_is_the_likeliest_of_the_head(model, frame):
    """The scorer's facet is the one that the head's own weights make likeliest among those of
    the label.
    """
    vectorizer = model.pipeline.named_steps["features"]
    head = model.facet_head
    at = np.searchsorted(vectorizer.buckets_, head.buckets)
    matrix = vectorizer.transform(frame["text"])[:, at]
    odds = matrix @ (head.weights.astype(float) / vectorizer.idf_[at][:, None]) + head.intercepts
    scores = model.verdicts(frame["text"])
    for row, (label, facet) in enumerate(zip(scores.label, scores.facet, strict=True)):
        own = {
            name: odds[row, number]
            for number, name in enumerate(head.names)
            if name in FACETS[label]
        }
        assert own[facet] == pytest.approx(max(own.values()), abs=1e-4)


def test_head_learns(frame, model):
    """On the posts that it learned from the facet is right far more often than the commonest
    would be.
    """
    scores = model.verdicts(frame["text"])
    assert (
        (scores.facet == frame["facet"]).mean()
        > 0.8
        > 2 * frame["facet"].value_counts(normalize=True).iloc[0]
    )


def test_everywhere_or_nowhere(model, frame):
    """Verdicts, DataFrames and tables tell the facet, and only of models that know facets;
    scores stay as they were.
    """
    verdict = model.classify("DM me to order, 20% off all mugs")
    assert verdict.facet in FACETS["selling"]
    assert f"facet={verdict.facet!r}" in repr(verdict)
    assert model.classify(["Thanks so much!"])[0].facet in FACETS["giving"]
    posts = pd.Series(["Thanks so much!"], index=["a"])
    assert list(model.classify(posts).columns) == ["label", "selling", "sure", "status", "facet"]
    assert model.classify(pl.Series(["Thanks so much!"])).columns[-1] == "facet"
    plain = Model.from_pipeline(model.pipeline, thresholds=model.thresholds)
    assert plain.classify(posts).shape == (1, 4)
    assert plain.classify("Thanks so much!").facet is None
    assert plain.score(frame["text"]).tobytes() == model.score(frame["text"]).tobytes()
    assert Verdict("giving", 0.1, True).facet is None


def test_facets_can_be_left_out(model, frame):
    """Without facets the verdicts are the same bytes and tell none; so are the scores of many
    posts, which never need them.
    """
    posts = list(frame["text"]) * 8
    with_them, without = model.verdicts(posts), model.verdicts(posts, facets=False)
    assert without.facet is None
    assert without.selling.tobytes() == with_them.selling.tobytes() == model.score(posts).tobytes()
    assert model.score(posts[:9]).tobytes() == without.selling[:9].tobytes()
    assert without.frame().shape == (len(posts), 4)


def test_artifact_keeps_facets(model, frame, tmp_path):
    """Facets come back with the artifact, saved again it is the same bytes, and the card shows
    how good they are.
    """
    model.save(tmp_path / "small")
    again = givesell.load(tmp_path / "small")
    assert (
        again.verdicts(frame["text"]).facet.tolist() == model.verdicts(frame["text"]).facet.tolist()
    )
    again.save(tmp_path / "twice" / "small")
    for name in ("manifest.json", "weights.safetensors"):
        assert (tmp_path / "twice" / "small" / name).read_bytes() == (
            tmp_path / "small" / name
        ).read_bytes()
    card = again.card()
    assert "## Facets" in card
    assert f"{model.info['facets']['accuracy']:.1%}" in card


def test_quality_is_out_of_fold(model, frame):
    """The quality is measured on groups that the head has not seen: well below that on its own
    posts, above the commonest facet's share.
    """
    quality = model.info["facets"]
    own = (model.verdicts(frame["text"]).facet == frame["facet"]).mean()
    assert frame["facet"].value_counts(normalize=True).iloc[0] < quality["accuracy"] < own - 0.1
    assert quality["accuracy"] < quality["accuracy_label_right"]
    assert sum(row["posts"] for row in quality["each"].values()) == len(frame)


def test_quality_under_right_and_wrong_labels(frame):
    """Where the label is wrong the facet is never right."""
    data = read_labelled(Request(frame, groups="topic", facet="facet"))
    options = {"seed": 0, "n_jobs": 1, "teacher": None}
    right = facet_quality(SMALL, data, "topic", data.selling.astype(float), **options)
    half = np.arange(len(data.posts)) % 2 == 0
    wrong = facet_quality(
        SMALL, data, "topic", np.where(half, data.selling, ~data.selling).astype(float), **options
    )
    assert right["accuracy"] == right["accuracy_label_right"] > 0.4
    assert wrong["accuracy"] == pytest.approx(wrong["accuracy_label_right"] / 2, abs=1e-4)


def test_deep_models_have_facets(frame):
    """A deep model tells facets too, of the label that its network helped to decide."""
    network = NetworkClassifier(size=8, channels=8, hidden=4, epochs=4)
    deep = givesell.train(
        frame.iloc[:800],
        groups="topic",
        facet="facet",
        features=SMALL,
        network=network,
        name="deep",
    )
    scores = deep.verdicts(frame["text"])
    assert all(
        facet in FACETS[label] for label, facet in zip(scores.label, scores.facet, strict=True)
    )


def test_threads_do_not_matter(model, frame):
    """Facets are the same for one thread and two."""
    posts = list(frame["text"]) * 8
    one, two = (model.verdicts(posts, n_jobs=jobs).facet.tolist() for jobs in (1, 2))
    assert one == two


def test_facets_of_the_wrong_label_are_refused(frame):
    """A facet that is unknown or of the other label stops training and is named with its row."""
    for facet in ("offer", "advert"):
        strange = frame.assign(
            facet=frame["facet"].where(frame.index != 7, facet),
            label=frame["label"].where(frame.index != 7, "giving"),
        )
        with pytest.raises(DataError, match=rf"E307.*'{facet}' in row 7"):
            read_labelled(Request(strange, facet="facet"))
    with pytest.raises(DataError, match="facette"):
        read_labelled(Request(frame, facet="facette"))


def test_two_facets_are_enough(frame):
    """A head of one facet a label works, though scikit-learn keeps one row of weights for two
    classes.
    """
    data = read_labelled(
        Request(
            frame.assign(facet=np.where(frame["label"] == "selling", "offer", "talk")),
            facet="facet",
        )
    )
    pipeline = make_pipeline(SMALL).fit(data.posts, data.labels)
    head = fit_head(pipeline.named_steps["features"], data, np.arange(len(data.posts)))
    assert head.names == ("offer", "talk")
    assert set(Model.from_pipeline(pipeline, facets=head).verdicts(data.posts).facet) == {
        "offer",
        "talk",
    }


def test_heads_that_do_not_fit(model, tmp_path):
    """A head with unknown facets or for other features is refused, in memory and in an artifact."""
    head = model.facet_head
    for bad in (
        head._replace(names=("advert", *head.names[1:])),
        head._replace(weights=head.weights[:-1]),
        FacetHead(head.names, head.buckets + 1, head.weights, head.intercepts),
    ):
        with pytest.raises(ArgumentError, match="facets"):
            Model.from_pipeline(model.pipeline, facets=bad)
    assert set(FACET_LAYOUT) == {f"facets.{name}" for name in FacetHead._fields[1:]}
    model.save(tmp_path / "small")
    text = (tmp_path / "small" / "manifest.json").read_text()
    (tmp_path / "small" / "manifest.json").write_text(text.replace('"talk"', '"walk"', 1))
    with pytest.raises(ArtifactError):
        givesell.load(tmp_path / "small")


def test_command_line(frame, tmp_path):
    """`givesell train --facet-column` makes such a model."""
    frame.to_csv(tmp_path / "posts.csv", index=False)
    arguments = [
        "train",
        tmp_path / "posts.csv",
        "--groups",
        "topic",
        "--facet-column",
        "facet",
        "--buckets",
        2**14,
        "-o",
        tmp_path / "m",
        "-q",
    ]
    assert CliRunner().invoke(app, list(map(str, arguments))).exit_code == 0
    assert givesell.load(tmp_path / "m").classify("Thanks a lot!").facet in FACETS["giving"]


def test_facets_change_no_other_measurement(frame, model):
    """The folds and the labels are those of a model without facets."""
    plain = givesell.train(frame, groups="topic", features=SMALL, name="small")
    assert plain.info["metrics"] == model.info["metrics"]


def test_a_kind_that_recognises_no_facets_says_so():
    """Facets that were asked for and cannot be had are a warning of training, not a silence."""
    model = givesell.train(load_posts().head(300), classifier=ComplementNB(), facet="facet")
    assert not model.has_facets
    assert "facets" not in model.info
    (finding,) = [finding for finding in model.report.findings if finding.check == "facets"]
    assert finding.warning
    assert "ComplementNB" in finding.found
