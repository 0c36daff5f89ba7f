"""Tests of `givesell.measure.evaluate` and of the `Evaluation` it makes."""

import io
import json
from types import GenericAlias
from typing import get_args, get_origin, get_overloads

import numpy as np
import pandas as pd
import pytest
from matplotlib.figure import Figure
from rich.console import Console
from sklearn.metrics import f1_score, roc_auc_score

import givesell
from givesell.datasets import load_posts
from givesell.errors import ArgumentError, ArgumentTypeError, DataError
from givesell.estimators.vectorizer import PostVectorizer
from givesell.measure.evaluation import PlotKind
from givesell.measure.plots import PLOTS
from givesell.metrics import METRICS

FOREIGN = "Danke, das hat mir sehr geholfen und ich bin froh"


@pytest.fixture(scope="module")
def frame():
    """Bundled posts that the model below was not trained on."""
    return load_posts().tail(600)


@pytest.fixture(scope="module")
def model():
    """A small model."""
    return givesell.train(
        load_posts().head(1000),
        groups="topic",
        features=PostVectorizer(n_features=2**14),
        name="small",
    )


@pytest.fixture(scope="module")
def evaluation(model, frame):
    """Its evaluation."""
    return givesell.evaluate(model, frame, groups="topic", slices=["facet"], rounds=200)


def render(thing, width=80):
    """Return what a terminal shows."""
    console = Console(file=io.StringIO(), width=width)
    console.print(thing)
    return console.file.getvalue()


def test_figures_are_those_of_the_verdicts(evaluation, model, frame):
    """The figures equal scikit-learn's, lie inside their intervals, and are there by name as
    before.
    """
    verdicts = model.classify(frame["text"])
    assert evaluation["macro_f1"] == pytest.approx(
        f1_score(frame["label"], verdicts["label"], average="macro"), abs=1e-4
    )
    assert evaluation["auc"] == pytest.approx(
        roc_auc_score(frame["label"] == "selling", verdicts["selling"]), abs=1e-4
    )
    assert list(evaluation.metrics) == list(METRICS)
    for name, figure in evaluation.metrics.items():
        assert figure.low <= figure.high, name
        assert figure.low <= figure.value <= figure.high or name == "calibration_error", (
            name
        )  # resampling adds to that error
    assert evaluation["groups"] == frame["topic"].nunique()
    assert evaluation.confusion.sum() == 600
    assert evaluation.scores.index.equals(frame.index)
    with pytest.raises(KeyError):
        evaluation["nothing"]


@pytest.mark.filterwarnings("ignore::givesell.errors.TrainedOnWarning")
def test_every_metric_of_the_registry_is_shown(evaluation, model, frame):
    """A row of the registry is a metric with an interval, a line in the terminal, a figure in
    JSON, a row of a comparison and, where it says so, one of the card of a model that is trained.
    """
    shown, figures = render(evaluation), evaluation.to_dict()
    compared = givesell.compare(model, givesell.load(), frame, rounds=100)
    for name, metric in METRICS.items():
        assert metric.title in shown
        assert figures[name] == round(evaluation.metrics[name].value, 4)
        assert figures["intervals"][name] == pytest.approx(evaluation.metrics[name][1:], abs=1e-4)
        assert compared.metrics.loc[name, ["a", "b", "low", "high"]].notna().all()
        assert metric.title in render(compared)
        for title in metric.card.values():
            assert f"| {title} |" in model.card()
    assert "Of Brier score, log loss and calibration error, lower is better" in render(
        evaluation, 200
    )


def test_the_same_seed_gives_the_same_intervals(evaluation, model, frame):
    """Evaluating twice gives the same figures, and another seed other intervals."""
    again = givesell.evaluate(model, frame, groups="topic", slices="facet", rounds=200)
    assert again.to_dict() == evaluation.to_dict()
    other = givesell.evaluate(model, frame, groups="topic", rounds=200, random_state=1)
    assert other["intervals"] != evaluation["intervals"]
    assert other["macro_f1"] == evaluation["macro_f1"]


def test_json_and_tables(evaluation):
    """All figures go through JSON; the tables have their rows; nothing in them is NaN."""
    figures = json.loads(json.dumps(evaluation.to_dict(), allow_nan=False))
    assert figures["confusion"]["giving"]["called_giving"] == evaluation.confusion[0, 0]
    assert {row["slice"] for row in figures["slices"]} == {
        "platform",
        "topic",
        "length",
        "certainty",
        "facet",
    }
    assert evaluation.to_frame().loc["macro_f1", "low"] == evaluation.metrics["macro_f1"].low
    assert evaluation.prevalence["selling"].tolist() == [0.05, 0.15, 0.3, 0.5]


def test_prevalence_table_follows_from_recall_and_false_positive_rate(evaluation):
    """At the share of selling that the posts have, the table gives their own precision; fewer
    selling posts lower it.
    """
    (true_giving, false_selling), (false_giving, true_selling) = evaluation.confusion
    recall, false = (
        true_selling / (true_selling + false_giving),
        false_selling / (true_giving + false_selling),
    )
    row = evaluation.prevalence.set_index("selling").loc[0.3]
    assert row["precision"] == pytest.approx(0.3 * recall / (0.3 * recall + 0.7 * false))
    assert row["called"] == pytest.approx(0.3 * recall + 0.7 * false)
    assert row["precision_low"] < row["precision"] < row["precision_high"]
    assert evaluation.prevalence["precision"].is_monotonic_increasing


def test_coverage_falls_as_the_band_widens(evaluation):
    """A band of nothing covers all posts; a wider one covers fewer."""
    table = evaluation.coverage
    assert table["coverage"].iloc[0] == 1
    assert table["accuracy"].iloc[0] == pytest.approx(evaluation.metrics["accuracy"].value)
    assert table["coverage"].is_monotonic_decreasing


def test_posts_without_a_label_are_counted_and_in_no_figure(model, frame):
    """What the model does not judge changes no figure and is told."""
    posts = ["🎉🎉", FOREIGN, "https://x.io", None, " "]
    strange = pd.DataFrame({"text": posts, "label": "selling", "topic": "x", "certainty": "clear"})
    found = givesell.evaluate(model, pd.concat([frame, strange]), rounds=100)
    assert found.unjudged == {"empty": 2, "no_words": 2, "not_english": 1}
    assert (found["posts"], found["unjudged"], found.confusion.sum()) == (605, 5, 600)
    assert found["macro_f1"] == givesell.evaluate(model, frame, rounds=100)["macro_f1"]
    assert "5 posts got no label" in render(found, 200)


def test_lists_and_mappings(model, frame):
    """Posts and labels may be lists, with labels of one's own and groups a value a post."""
    kinds = frame["label"].map({"giving": "chat", "selling": "promo"}).tolist()
    mapping = {"chat": "giving", "promo": "selling"}
    found = givesell.evaluate(
        model,
        frame["text"].tolist(),
        kinds,
        label_mapping=mapping,
        groups=frame["topic"].to_numpy(),
        rounds=100,
    )
    assert found.groups == frame["topic"].nunique()
    assert found["macro_f1"] == givesell.evaluate(model, frame, rounds=100)["macro_f1"]


def test_shown_in_a_terminal(evaluation):
    """The rich form fits 80 columns and tells all parts."""
    shown = render(evaluation)
    assert max(map(len, shown.splitlines())) <= 80
    for part in (
        "small on 600 posts",
        "macro-F1",
        "Confusion matrix",
        "unsure band widens",
        "Slices, worst first",
        "If more or fewer",
    ):
        assert part in shown


def test_shown_in_a_notebook(model, frame):
    """The HTML form escapes what comes from the posts and holds no script."""
    hostile = frame.assign(
        platform=np.where(np.arange(600) % 2, "<script>alert(1)</script>", "b\x1b[31m")
    )
    page = givesell.evaluate(model, hostile, rounds=100)._repr_html_()
    assert "&lt;script&gt;" in page
    assert "<script" not in page
    assert "\x1b" not in page


def test_plots(evaluation):
    """Each kind and all together give a figure; axes that are passed are drawn on; an unknown
    kind is refused.
    """
    whole = evaluation.plot()
    assert [axes.get_title() for axes in whole.axes[:2]] == ["Confusion matrix", "ROC, selling"]
    assert len(whole.axes) == 6
    whole.savefig(io.BytesIO(), format="png", dpi=40)
    own = Figure().subplots()
    assert evaluation.plot("coverage", ax=own) is own.figure
    assert own.get_xlabel() == "percent of the posts called sure"
    with pytest.raises(ArgumentError, match="kind must be one of 'confusion'"):
        evaluation.plot("pie")


def test_checkers_know_the_kinds_of_plots():
    """The kinds that the signature of `plot` names are those that there are."""
    assert get_args(PlotKind) == tuple(PLOTS)


def test_checkers_know_the_types_of_figures(evaluation):
    """A figure has the type that an overload of its name says; those that none names are float or
    None.
    """
    known = {}
    for overload in get_overloads(givesell.Evaluation.__getitem__):
        hints = overload.__annotations__
        known |= dict.fromkeys(get_args(hints["name"]), hints["return"])
    for name, value in evaluation.to_dict().items():
        kind = known.pop(name, float | None)
        assert isinstance(value, get_origin(kind) if isinstance(kind, GenericAlias) else kind), name
    assert not known


def test_thresholds_do_what_was_asked(evaluation):
    """The thresholds for a precision, a recall or a cost reach it on these posts."""
    at = evaluation.at(evaluation.thresholds(precision=0.95))
    assert min(at["precision_selling"], at["precision_giving"]) >= 0.95
    low, high = evaluation.thresholds(recall=0.6)
    assert evaluation.at((low, high))["recall_selling"] >= 0.6
    assert evaluation.at((low, min(high + 0.02, 1)))["recall_selling"] < 0.65
    dear, cheap = evaluation.thresholds(cost=(50, 50, 1)), evaluation.thresholds(cost=(1, 1, 0.9))
    assert evaluation.at(dear)["share_sure"] < evaluation.at(cheap)["share_sure"]
    assert evaluation.thresholds(cost=(1, 1, 10)) == pytest.approx((0.5, 0.5), abs=0.05)


def test_the_cheapest_thresholds_are_the_cheapest(evaluation):
    """No other thresholds cost less on these posts than those chosen."""
    p, selling = (
        evaluation.scores["selling"].to_numpy(float),
        (evaluation.scores["label"] == "selling").to_numpy(),
    )

    def cost(low, high):
        sells, gives = p >= high, p <= low
        return (
            5 * (sells & ~selling).sum()
            + 2 * (gives & selling).sum()
            + 0.4 * (~sells & ~gives).sum()
        )

    chosen = cost(*evaluation.thresholds(cost=(5, 2, 0.4)))
    assert (
        chosen
        <= min(
            cost(low, high) for low in np.linspace(0, 0.499, 60) for high in np.linspace(0.5, 1, 60)
        )
        + 1e-9
    )


@pytest.mark.parametrize(
    "asked",
    [
        {},
        {"precision": 0.9, "recall": 0.9},
        {"precision": 0},
        {"recall": 2},
        {"cost": 3},
        {"cost": (1, -1, 1)},
    ],
)
def test_thresholds_asked_for_in_no_usable_way(evaluation, asked):
    """Not exactly one argument, or one out of range, is refused."""
    with pytest.raises(ArgumentError):
        evaluation.thresholds(**asked)


@pytest.mark.parametrize(
    ("change", "options", "message"),
    [
        (
            lambda f: f[f["label"] == "giving"],
            {},
            "0 of the .* judged posts are labelled 'selling'",
        ),
        (lambda f: f.head(0), {}, "0 of the 0"),
        (lambda f: f, {"slices": ["plattform"]}, "No column 'plattform' to slice by"),
        (lambda f: f, {"groups": "autor"}, "No column 'autor'"),
        (lambda f: f.assign(topic="one"), {"groups": "topic"}, "one group of 'topic'"),
        (lambda f: f, {"rounds": 3}, "rounds must be a whole number from 100 on"),
        (lambda f: f.assign(text=FOREIGN), {}, r"0 of the 0 .*\(600 more got no label"),
    ],
)
def test_what_cannot_be_measured_is_refused(model, frame, change, options, message):
    """Data and arguments that give no honest figure are refused with what is wrong."""
    with pytest.raises((DataError, ArgumentError), match=message):
        givesell.evaluate(model, change(frame), **options)


def test_no_model(frame):
    """What is no model, nor the name or folder of one, is refused."""
    with pytest.raises(ArgumentTypeError, match="model must be a model"):
        givesell.evaluate(7, frame)


def test_a_notebook_shows_a_plot(evaluation):
    """A plot is a PNG where it is the value of a cell, without pyplot."""
    assert evaluation.plot("confusion")._repr_png_().startswith(b"\x89PNG")


# Mostly strings of letters: the shipped model is certain of them by probability, and cannot read
# them.
UNREADABLE = ["xqv wrrk zlop", "thanks vrrk zxqw plumb", "glorb thanks zorp", "Thanks qwrtzx"]


@pytest.fixture(scope="module")
def with_unreadable(frame):
    """Posts of which some have words that no model knows."""
    texts = [f"{post} {end}" for post in UNREADABLE for end in ("", "qw", "zx", "vbn", "krr")]
    rows = {"text": texts, "label": ["giving", "selling"] * (len(texts) // 2), "topic": "letters"}
    return pd.concat([frame, pd.DataFrame(rows)], ignore_index=True)


@pytest.mark.filterwarnings("ignore::givesell.errors.TrainedOnWarning")
def test_sure_is_what_verdicts_say(with_unreadable, frame):
    """A post that cannot be read is in no share of sure verdicts, whatever its probability: in
    figures, in `at`, and in a comparison, as in the verdicts themselves.
    """
    model = givesell.load()
    verdicts = model.classify(with_unreadable["text"])
    sure = verdicts["sure"].to_numpy()
    right = (verdicts["label"] == with_unreadable["label"]).to_numpy()
    found = givesell.evaluate(model, with_unreadable, rounds=100)
    unreadable = found.scores.tail(20)
    assert not unreadable["may_be_sure"].any()
    assert (unreadable["selling"] < model.thresholds[0]).all()
    assert found.scores["may_be_sure"].head(len(frame)).mean() > 0.99
    assert found.scores["sure"].tolist() == sure.tolist()
    assert found.metrics["share_sure"].value == pytest.approx(sure.mean())
    assert found.metrics["accuracy_sure"].value == pytest.approx(right[sure].mean())
    at = found.at(model.thresholds)
    assert at["share_sure"] == found["share_sure"]
    assert at["accuracy"] == found["accuracy_sure"]
    compared = givesell.compare(
        model, givesell.load("givesell-en-deep"), with_unreadable, rounds=100
    )
    assert compared.metrics.loc["share_sure", "a"] == found.metrics["share_sure"].value


@pytest.mark.filterwarnings("ignore::givesell.errors.TrainedOnWarning")
@pytest.mark.parametrize("asked", [{"precision": 0.9}, {"cost": (5, 2, 0.4)}])
def test_thresholds_are_chosen_without_posts_that_are_never_sure(with_unreadable, frame, asked):
    """Posts that cannot be read move no threshold; a recall that they make impossible is not
    promised.
    """
    model = givesell.load()
    found = givesell.evaluate(model, with_unreadable, rounds=100)
    alone = givesell.evaluate(model, frame, rounds=100)
    assert found.thresholds(**asked) == alone.thresholds(**asked)
    assert found.thresholds(recall=1) == (0.5, 0.5)
