"""Tests of `givesell.training`: data, cross-validation, calibration, metrics and `train`."""

import gzip
import re

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import f1_score
from sklearn.model_selection import GroupKFold
from threadpoolctl import threadpool_limits

import givesell
from givesell.datasets import load_posts
from givesell.errors import ArgumentTypeError, DataError, FileError
from givesell.estimators.network.classifier import NetworkClassifier
from givesell.estimators.pipelines import make_pipeline
from givesell.estimators.vectorizer import PostVectorizer
from givesell.labelled.groups import group_keys
from givesell.labelled.read import read_labelled
from givesell.labelled.request import Request
from givesell.learn.calibrate import fit_sigmoid, fit_slopes, sigmoid
from givesell.learn.crossval import out_of_fold, splits
from givesell.learn.fit import fit_network, fit_pipeline
from givesell.measure.thresholds import sure_thresholds
from givesell.measure.training_figures import macro_f1_interval
from givesell.metrics import calibration_error

# Models are measured on posts that they were trained on: here that is not the point.
pytestmark = pytest.mark.filterwarnings("ignore::givesell.errors.TrainedOnWarning")

SMALL = PostVectorizer(n_features=2**14)


@pytest.fixture(scope="module")
def frame():
    """The bundled posts."""
    return load_posts()


@pytest.fixture(scope="module")
def model(frame):
    """A small model trained on them."""
    return givesell.train(frame, groups="topic", features=SMALL, name="small")


def test_trained_model_is_calibrated_and_measured(model):
    """Training records honest metrics for both ways to split, and thresholds around one half."""
    metrics = model.info["metrics"]
    assert list(metrics) == ["split by topic", "drawn at random"]
    assert 0.7 < metrics["split by topic"]["macro_f1"] < 1
    low, high = metrics["split by topic"]["macro_f1_interval"]
    assert low < metrics["split by topic"]["macro_f1"] < high
    assert metrics["split by topic"]["posts"] == 1600
    assert model.thresholds[0] <= 0.5 <= model.thresholds[1]
    assert model.info["training"]["files"][0]["posts"] == 1600


def test_same_seed_same_bytes(frame, model, tmp_path):
    """Training twice with one seed writes the same bytes, but for the folder that the card
    names, whatever the number of threads.
    """
    givesell.train(frame, groups="topic", features=SMALL, name="small", n_jobs=1).save(
        tmp_path / "a"
    )
    model.save(tmp_path / "b")
    for name in ("manifest.json", "weights.safetensors"):
        assert (tmp_path / "a" / name).read_bytes() == (tmp_path / "b" / name).read_bytes()
    cards = [
        re.sub(r"load\(.*\)", "", (tmp_path / name / "README.md").read_text()) for name in "ab"
    ]
    assert cards[0] == cards[1]


def test_weights_are_those_of_the_plain_recipe(frame, model):
    """Checks change neither the posts trained on nor their order: the weights are those of a
    pipeline fitted to the table as it is.
    """
    data = read_labelled(Request(frame, groups="topic", borderline_weight=0.4))
    with threadpool_limits(
        1, user_api="blas"
    ):  # as `train` does: more threads change the last digits
        plain = make_pipeline(SMALL).fit(
            data.posts, data.labels, classifier__sample_weight=data.weight
        )
    slopes, offset = fit_sigmoid(
        out_of_fold(make_pipeline(SMALL), data, "topic", seed=0), data.selling, 0.3
    )
    classifier = plain.named_steps["classifier"]
    expected = (classifier.coef_[0] * slopes[0]) * plain.named_steps["features"].idf_.astype(
        np.float64
    )
    assert model.linear.table[:, 0].tobytes() == expected.astype(np.float32).tobytes()
    assert model.linear.intercept == float(classifier.intercept_[0] * slopes[0] + offset)


def test_very_many_posts_are_fitted_by_the_thrifty_solver(frame, model, monkeypatch):
    """The solver for very many posts gives nearly the same model, and the same bytes twice."""
    monkeypatch.setattr("givesell.learn.train.MANY", 1000)
    first, second = (givesell.train(frame, groups="topic", features=SMALL) for _ in range(2))
    assert (
        first.linear.table.tobytes()
        == second.linear.table.tobytes()
        != model.linear.table.tobytes()
    )
    assert np.corrcoef(first.score(frame["text"]), model.score(frame["text"]))[0, 1] > 0.99
    figures = [one.info["metrics"]["split by topic"]["macro_f1"] for one in (first, model)]
    assert figures[0] == pytest.approx(figures[1], abs=0.02)


def test_deep_model(frame, tmp_path):
    """A network beside the linear model is measured with it, weighs as the calibration says, and
    gives the same bytes twice.
    """
    network = NetworkClassifier(size=16, channels=16, hidden=8, epochs=8)
    models = [
        givesell.train(
            frame, groups="topic", features=SMALL, network=network, name="deep", n_jobs=jobs
        )
        for jobs in (1, 2)
    ]
    for number, deep in enumerate(models):
        deep.save(tmp_path / str(number))
    assert (tmp_path / "0" / "weights.safetensors").read_bytes() == (
        tmp_path / "1" / "weights.safetensors"
    ).read_bytes()
    assert models[0].info["metrics"] == models[1].info["metrics"]
    data = read_labelled(Request(frame, groups="topic", borderline_weight=0.4))
    scores = np.column_stack(
        [
            out_of_fold(estimator, data, "topic", seed=0, fit=fit)
            for estimator, fit in ((make_pipeline(SMALL), fit_pipeline), (network, fit_network))
        ]
    )
    calibration = models[0].info["calibration"]
    p = sigmoid(scores, np.array(calibration["slopes"]), calibration["offset"])
    expected = models[0].info["metrics"]["split by topic"]["macro_f1"]
    assert f1_score(data.selling, p >= 0.5, average="macro") == pytest.approx(expected, abs=1e-4)
    card = (tmp_path / "0" / "README.md").read_text()
    assert "- `channels`: 16" in card
    assert "The factors were fitted to random folds and to these in equal parts." in card
    parts = models[0].pipeline
    assert parts.network_.decision_function(frame["text"][:50]).std() > 0
    np.testing.assert_allclose(
        parts.predict_proba(frame["text"][:50])[:, 1],
        models[0].score(frame["text"][:50]),
        atol=1e-6,
    )


def test_metrics_are_those_of_the_saved_probabilities(frame, model):
    """The reported macro-F1 is that of the out-of-fold scores under the model's own calibration."""
    data = read_labelled(Request(frame, groups="topic", borderline_weight=0.4))
    scores = out_of_fold(make_pipeline(SMALL), data, "topic", seed=0)
    calibration = model.info["calibration"]
    p = sigmoid(scores, np.array(calibration["slopes"]), calibration["offset"])
    expected = model.info["metrics"]["split by topic"]["macro_f1"]
    assert f1_score(data.selling, p >= 0.5, average="macro") == pytest.approx(expected, abs=1e-4)


def test_slopes_are_of_unseen_and_known_groups(frame, model):
    """How sure to be is learned from folds split by the first group and from random ones, in
    equal parts.
    """
    data, calibration = (
        read_labelled(Request(frame, groups="topic", borderline_weight=0.4)),
        model.info["calibration"],
    )
    slope, offset = calibration["slopes"][0], calibration["offset"]
    odds = [
        slope * out_of_fold(make_pipeline(SMALL), data, scheme, seed=0) + offset
        for scheme in ("topic", None)
    ]
    assert tuple(model.slopes) == pytest.approx(
        fit_slopes(*[(found, data.selling) for found in odds]), abs=1e-4
    )
    assert tuple(model.slopes) != pytest.approx(fit_slopes((odds[0], data.selling)), abs=1e-3)


@pytest.mark.parametrize(
    ("change", "error", "message"),
    [
        (
            lambda f: f.rename(columns={"text": "txt"}),
            DataError,
            "No column 'text'.*Did you mean 'txt'",
        ),
        (lambda f: f.drop(columns="label"), DataError, "No column 'label'"),
        (
            lambda f: f.assign(label=f["label"].replace("selling", "promo")),
            DataError,
            "Label 'promo' in row 1 ",
        ),
        (lambda f: f[f["label"] == "giving"], DataError, "0 posts are labelled 'selling'"),
        (lambda f: f.head(4), DataError, "at least 10 of each label"),
        (
            lambda f: f.assign(text=range(len(f))),
            DataError,
            "holds no posts: 1,600 posts are of type int, first in row 0",
        ),
        (lambda f: f.assign(topic="one"), DataError, "1 group"),
    ],
)
def test_unusable_data(frame, change, error, message):
    """Data that cannot be trained on is refused with the column, row or count that is wrong."""
    with pytest.raises(error, match=message):
        givesell.train(change(frame), groups="topic", features=SMALL)


def test_files_that_cannot_be_read(tmp_path):
    """A missing or broken file and a directory are named, and one of plain text says that it has
    no labels.
    """
    (tmp_path / "a.xyz").write_text("x")
    with pytest.raises(
        DataError,
        match=r"No column 'label' in a.xyz. There are: text. Name the column of labels: label=",
    ):
        givesell.train(tmp_path / "a.xyz")
    (tmp_path / "a.jsonl").write_text("{broken")
    for name, message in {
        "b.csv": "no such file",
        "a.jsonl": "cannot be read",
        ".": "directory",
    }.items():
        with pytest.raises(FileError, match=message):
            givesell.train(tmp_path / name)
    with pytest.raises(ArgumentTypeError, match="data must be"):
        givesell.train(7)


def test_empty_posts_are_left_out_and_counted(frame):
    """Posts without text are left out of training, and the ledger says how many."""
    posts = pd.concat([frame, frame.head(3).assign(text=[None, "", "  "])], ignore_index=True)
    data = read_labelled(Request(posts))
    assert len(data.posts) == 1600
    assert data.ledger[0]["empty"] == 3


@pytest.mark.parametrize("groups", ["topic", None])
def test_folds_are_disjoint_and_complete(frame, groups):
    """Each measured post is tested once, never trained on in that fold, and no group stands on
    both sides.
    """
    data = read_labelled(Request(frame.head(1000), groups="topic", also=[(frame.tail(600), 0.5)]))
    tested = []
    for train, test in splits(data, groups, 0):
        assert not set(train) & set(test)
        tested.extend(test.tolist())
        if groups:
            assert not set(data.groups["topic"][train]) & set(data.groups["topic"][test])
    assert sorted(tested) == list(range(1000))


def test_folds_are_those_of_scikit_learn(frame):
    """Folds by group are those that `GroupKFold` makes of the column as it is, so that others
    can make them again.
    """
    data = read_labelled(Request(frame, groups="topic"))
    expected = GroupKFold(10, shuffle=True, random_state=0).split(frame, groups=frame["topic"])
    for (_, test), (_, found) in zip(expected, splits(data, "topic", 0), strict=True):
        assert test.tolist() == found.tolist()


def test_posts_without_a_group_stand_alone():
    """None is no group: such posts are not kept together."""
    assert group_keys(np.array(["a", None, "a", None], object)).tolist() == [0, 2, 0, 4]


def test_also_posts_train_but_are_not_measured(frame):
    """Further posts train the model with their weight and never enter the metrics."""
    model = givesell.train(
        frame.head(1200), groups="topic", also=[(frame.tail(400), 0.5)], features=SMALL
    )
    assert model.info["metrics"]["split by topic"]["posts"] == 1200
    assert model.info["training"]["posts"] == 1600


def test_sigmoid_recovers_a_known_calibration():
    """Platt scaling finds the slope and offset that made the labels, and shifts with the prior."""
    draw = np.random.default_rng(0)
    scores = draw.normal(size=20_000)
    selling = draw.random(20_000) < 1 / (1 + np.exp(-(2 * scores - 1)))
    (slope,), offset = fit_sigmoid(scores, selling, selling.mean())
    assert slope == pytest.approx(2, abs=0.1)
    assert offset == pytest.approx(-1, abs=0.1)
    assert fit_sigmoid(scores, selling, 0.6)[1] > offset


def test_sure_thresholds_reach_their_precision():
    """Beyond each threshold the label is right as often as asked, and not needlessly far out."""
    draw = np.random.default_rng(0)
    p = draw.random(20_000)
    selling = draw.random(20_000) < p
    low, high = sure_thresholds(p, selling, 0.9)
    assert selling[p >= high].mean() == pytest.approx(0.9, abs=0.005)
    assert (~selling[p <= low]).mean() == pytest.approx(0.9, abs=0.005)
    assert sure_thresholds(p, draw.random(20_000) < 0.5, 0.9) == (0.0, 1.0)


def test_calibration_error_of_known_cases():
    """Perfect probabilities have no calibration error, ones off by a fifth have a fifth."""
    selling = np.array([True] * 8 + [False] * 2)
    assert calibration_error(selling, np.full(10, 0.8)) == pytest.approx(0)
    assert calibration_error(selling, np.full(10, 0.6)) == pytest.approx(0.2)


def test_interval_is_wider_for_few_groups():
    """Posts that come in groups say less: drawing whole groups widens the interval."""
    draw = np.random.default_rng(0)
    skill = np.repeat(draw.random(20), 50)
    selling = draw.random(1000) < 0.5
    p = np.where(draw.random(1000) < skill, selling, ~selling) * 1.0
    alone = macro_f1_interval(selling, p, np.arange(1000), 0)
    grouped = macro_f1_interval(selling, p, np.repeat(np.arange(20), 50), 0)
    assert grouped[1] - grouped[0] > 2 * (alone[1] - alone[0])


def test_evaluate(frame, model, tmp_path):
    """Evaluating on a file gives the metrics of the model's own verdicts and counts what it
    could not judge.
    """
    posts = pd.concat(
        [
            frame.head(500),
            pd.DataFrame({"text": ["😀", "https://x.io"], "label": "giving", "certainty": "clear"}),
        ]
    )
    with gzip.open(tmp_path / "posts.jsonl.gz", "wt", encoding="utf-8") as file:
        file.write(posts.to_json(orient="records", lines=True))
    figures = givesell.evaluate(model, tmp_path / "posts.jsonl.gz")
    labels = model.verdicts(frame["text"].head(500)).label
    assert (figures["posts"], figures["unjudged"]) == (502, 2)
    assert figures["macro_f1"] == pytest.approx(
        f1_score(frame["label"].head(500), labels, average="macro"), abs=0.01
    )
