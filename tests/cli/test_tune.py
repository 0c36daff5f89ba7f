"""Tests of `givesell tune` and `givesell export`, and of how the commands for labelled files
read them.
"""

import json
import sqlite3
from contextlib import closing

import pytest
from typer.testing import CliRunner

import givesell
from givesell.cli import app
from givesell.datasets import load_posts


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A folder with labelled posts as a spreadsheet writes them, other posts, a database, and a
    model of the first.
    """
    place = tmp_path_factory.mktemp("tune")
    names, posts = {"text": "Text", "label": "Label"}, load_posts()
    for name, part in (("own.csv", posts.head(200)), ("other.csv", posts.tail(200))):
        (place / name).write_bytes(
            b"\xef\xbb\xbf" + part.rename(columns=names).to_csv(index=False, sep=";").encode()
        )
    with closing(sqlite3.connect(place / "posts.sqlite")) as database:
        posts.head(200).to_sql("posts", database, index=False)
        posts.tail(200).to_sql("others", database, index=False)
    givesell.train(
        posts.head(200), features=givesell.PostVectorizer(n_features=2**12), name="mine"
    ).save(place / "mine")
    return place


def call(*arguments):
    """Run a command line."""
    return CliRunner().invoke(app, [str(argument) for argument in arguments])


def test_settings_are_shown_with_the_command_that_takes_them(folder):
    """The table comes best first, then the options for givesell train; progress goes to the
    error stream.
    """
    result = call("tune", folder / "own.csv", "--try", "C=1,10", "--try", "words=1,2")
    assert result.exit_code == 0, result.output
    assert "log loss" in result.stdout
    line = result.stdout.strip().splitlines()[-1]
    assert line.startswith("Train with the best: givesell train ... --C ")
    assert "--words" in line
    said = [line for line in result.stderr.splitlines() if line.startswith("tuning, fit ")]
    assert 0 < len(said) <= 12
    assert said[-1].split()[2] == said[-1].split()[4]  # the last is said
    options = line.split("... ")[1].split()
    trained = call(
        "train", folder / "own.csv", "-o", folder / "best", "-q", "--buckets", 4096, *options
    )
    assert trained.exit_code == 0, trained.output


def test_the_table_is_written_and_printed_for_scripts(folder, tmp_path):
    """The table goes into a file or comes as JSON, and a file that is there stays."""
    out = tmp_path / "table.csv"
    result = call("tune", folder / "own.csv", "--try", "min-df=1,2", "-q", "-o", out, "--json")
    assert result.exit_code == 0, result.output
    rows = json.loads(result.stdout)
    assert [set(row) >= {"min-df", "log_loss", "macro_f1"} for row in rows] == [True, True]
    assert out.read_text().startswith("min-df,log_loss,")
    again = call("tune", folder / "own.csv", "--try", "min-df=1,2", "-q", "-o", out)
    assert (again.exit_code, "E409" in again.stderr) == (1, True)


def test_a_base_has_a_strength(folder):
    """With a base its strength is tried, and one that has seen the posts is named without
    failing.
    """
    result = call(
        "tune", folder / "own.csv", "--base", folder / "mine", "--try", "strength=1,10", "-q"
    )
    assert result.exit_code == 0, result.output
    assert result.stderr.startswith("warning: mine was trained on 200 of these 200 posts")
    taken = call(
        "train",
        folder / "other.csv",
        "--base",
        folder / "mine",
        "--strength",
        1,
        "-o",
        folder / "adapted",
        "-q",
    )
    assert taken.exit_code == 0, taken.output
    assert givesell.load(folder / "adapted").info["training"]["strength"] == 1


@pytest.mark.parametrize("entry", ["C", "D=1", "C=x", "words=1.5"])
def test_a_setting_of_another_form_is_wrong_usage(folder, entry):
    """An unknown setting and a value that is no number end with 2 and the form."""
    result = call("tune", folder / "own.csv", "--try", entry)
    assert result.exit_code == 2
    assert entry in result.stderr


@pytest.mark.parametrize("suffix", [".joblib", ".skops"])
def test_a_model_is_exported(folder, tmp_path, suffix):
    """A model becomes one file that scores alike; it is replaced only when asked."""
    out = tmp_path / f"mine{suffix}"
    result = call("export", folder / "mine", out)
    assert result.exit_code == 0, result.output
    assert result.stderr.strip() == f"exported to {out}"
    posts = load_posts()["text"].head(20)
    assert (
        givesell.load(out, trusted=True).score(posts) == givesell.load(folder / "mine").score(posts)
    ).all()
    before = out.read_bytes()
    refused = call("export", folder / "mine", out)
    assert (refused.exit_code, "E409" in refused.stderr) == (1, True)
    assert out.read_bytes() == before
    assert call("export", folder / "mine", out, "--overwrite", "-q").exit_code == 0


def test_what_cannot_be_exported_is_said_before_the_work(folder, tmp_path):
    """Another extension is refused before the model is looked for, and a model that is not there
    named.
    """
    assert "E323" in call("export", "nowhere", tmp_path / "mine.pkl").stderr
    assert "E201" in call("export", "nowhere", tmp_path / "mine.joblib").stderr


def test_a_model_is_never_replaced_silently(folder):
    """Training into a model that is there is refused before the work, and goes on with
    --overwrite.
    """
    before = (folder / "mine" / "manifest.json").read_bytes()
    refused = call("train", folder / "own.csv", "-o", folder / "mine", "-q")
    assert (refused.exit_code, "E409" in refused.stderr) == (1, True)
    assert (folder / "mine" / "manifest.json").read_bytes() == before


def test_commands_read_spreadsheets_alike(folder, tmp_path):
    """Evaluating, comparing, reviewing and suggesting read a semicolon CSV with a mark and other
    capitals.
    """
    own, other, mine = folder / "own.csv", folder / "other.csv", folder / "mine"
    for command in (
        ("evaluate", other, "-m", mine, "--json"),
        ("compare", mine, "givesell-en", other, "--json", "--rounds", 100),
        ("review", other, "-m", mine, "-o", tmp_path / "review.csv"),
        ("drift", other, "-m", mine, "--json"),
    ):
        result = call(*command)
        assert result.exit_code == 0, result.output
    result = call(
        "suggest",
        other,
        "-m",
        mine,
        "--label-column",
        "none",
        "--labelled",
        own,
        "-n",
        3,
        "-o",
        tmp_path / "next.csv",
    )
    assert result.exit_code == 0, result.output


def test_evaluating_on_trained_on_posts_warns_and_ends_with_0(folder):
    """What a model was trained on is a warning on the error stream and a figure in the JSON, and
    no failure.
    """
    result = call("evaluate", folder / "own.csv", "-m", folder / "mine", "--json")
    assert result.exit_code == 0
    assert result.stderr.startswith("warning: mine was trained on 200 of these 200 posts")
    assert json.loads(result.stdout)["trained_on"] == 200


def test_a_database_is_asked_with_a_query(folder):
    """Of several tables the query says which rows are the posts; without it the error names the
    option.
    """
    asked = call(
        "evaluate",
        folder / "posts.sqlite",
        "-m",
        folder / "mine",
        "--query",
        "SELECT * FROM others",
        "--json",
    )
    assert json.loads(asked.stdout)["posts"] == 200
    refused = call("train", folder / "posts.sqlite", "-o", folder / "never")
    assert (refused.exit_code, "--query" in refused.stderr) == (1, True)


def test_fingerprints_may_be_left_out(folder):
    """A model trained with --no-fingerprints remembers no post."""
    result = call(
        "train",
        folder / "own.csv",
        "-o",
        folder / "quiet",
        "--buckets",
        4096,
        "--no-fingerprints",
        "-q",
    )
    assert result.exit_code == 0, result.output
    assert givesell.load(folder / "quiet").fingerprints is None
