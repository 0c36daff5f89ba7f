"""The commands that measure a model: `givesell evaluate`, `compare` and `drift`."""

import json

import pandas as pd
import pytest
from typer.testing import CliRunner

import givesell
from givesell.cli import app
from givesell.datasets import demo_archive, load_posts
from givesell.estimators.vectorizer import PostVectorizer


def call(*arguments):
    """Run a command line and return its result."""
    return CliRunner().invoke(app, [str(argument) for argument in arguments])


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A saved model, and posts that it was not trained on."""
    place = tmp_path_factory.mktemp("measure")
    posts = load_posts()
    givesell.train(
        posts.head(1000), groups="topic", features=PostVectorizer(n_features=2**14), name="mine"
    ).save(place / "mine")
    posts.tail(600).to_csv(place / "posts.csv", index=False)
    return place


def test_evaluate(folder):
    """`evaluate` prints a table or JSON, draws plots, and slices by a column that is asked for."""
    result = call(
        "evaluate",
        folder / "posts.csv",
        "-m",
        folder / "mine",
        "--groups",
        "topic",
        "--plot",
        folder / "plots.png",
    )
    assert result.exit_code == 0
    assert "macro-F1" in result.stdout
    assert (folder / "plots.png").read_bytes()[:4] == b"\x89PNG"
    result = call(
        "evaluate",
        folder / "posts.csv",
        "-m",
        folder / "mine",
        "--slice",
        "facet",
        "--rounds",
        100,
        "--json",
    )
    figures = json.loads(result.stdout)
    assert figures["posts"] == 600
    assert "facet" in {row["slice"] for row in figures["slices"]}


def test_lines_that_cannot_be_read_are_told_in_one_line(folder, tmp_path):
    """A file with a broken line is measured without it, and standard error says which line that
    is.
    """
    whole = (folder / "posts.csv").read_bytes()
    (tmp_path / "posts.csv").write_bytes(whole + b"x,\xff" + 5 * b",x" + b"\n")
    result = call(
        "evaluate", tmp_path / "posts.csv", "-m", folder / "mine", "--rounds", 100, "--json"
    )
    assert json.loads(result.stdout)["posts"] == 600
    assert result.stderr.startswith("warning: 1 line of posts.csv cannot be read (line ")
    assert "not UTF-8" in result.stderr
    assert result.exit_code == 3


def test_a_plot_is_checked_before_the_work(folder):
    """A file into which no figure can be drawn is refused before a post is read."""
    result = call("evaluate", folder / "nothing.csv", "--plot", "plots.xyz")
    assert result.exit_code == 1
    assert "plots.xyz: unknown extension" in result.stderr


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--slice", "nothing"], "No column 'nothing'"),
        (["--plot", "plots.xyz"], "unknown extension"),
        (["--groups", "nothing"], "No column 'nothing'"),
    ],
)
def test_evaluate_refuses(folder, arguments, message):
    """What cannot be done is one line and exit code 1."""
    result = call(
        "evaluate", folder / "posts.csv", "-m", folder / "mine", "--rounds", 100, *arguments
    )
    assert result.exit_code == 1
    assert message in result.stderr


def test_compare(folder):
    """`compare` prints which model is better or JSON, and writes the posts that flipped."""
    arguments = ["compare", folder / "mine", "givesell-en", folder / "posts.csv", "--rounds", 100]
    result = call(*arguments, "--flipped", folder / "flipped.csv")
    assert result.exit_code == 0
    assert "givesell-en is better than mine" in result.stdout
    figures = json.loads(call(*arguments, "--json").stdout)
    flipped = pd.read_csv(folder / "flipped.csv")
    assert len(flipped) == len(figures["flipped"])
    assert flipped["row"].tolist() == [row["row"] for row in figures["flipped"]]


def test_compare_refuses_the_same_model(folder):
    """Naming one model twice is an error."""
    result = call("compare", folder / "mine", folder / "mine", folder / "posts.csv")
    assert (result.exit_code, "same probability" in result.stderr) == (1, True)


def test_drift(folder):
    """`drift` reads archives of any format, reports on each, and gives one JSON object per file."""
    result = call("drift", demo_archive(), folder / "posts.csv", "-m", folder / "mine")
    assert result.exit_code == 0
    assert result.stdout.count("alarm above") == 2
    lines = call(
        "drift", demo_archive(), folder / "posts.csv", "-m", folder / "mine", "--json"
    ).stdout.splitlines()
    assert [json.loads(line)["posts"] for line in lines] == [400, 600]


def test_drift_tells_of_rows_it_cannot_read(folder):
    """Broken rows are counted and give exit code 3, as in givesell score."""
    (folder / "broken.csv").write_text((folder / "posts.csv").read_text() + "only one field\n")
    result = call("drift", folder / "broken.csv", "-m", folder / "mine")
    assert result.exit_code == 3
    assert "1 row could not be read" in result.stderr
