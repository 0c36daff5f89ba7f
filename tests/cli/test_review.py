"""`givesell review` and `givesell suggest` on the command line."""

import json

import numpy as np
import pandas as pd
import pytest
from typer.testing import CliRunner

from givesell.cli import app
from givesell.cli.review import show
from givesell.datasets import demo_archive, load_posts
from givesell.labelled.files import read_frame


def run(*arguments):
    """Run a command line and return its result."""
    return CliRunner().invoke(app, [str(argument) for argument in arguments], env={"COLUMNS": "80"})


@pytest.fixture(scope="module")
def flipped(tmp_path_factory):
    """A file of 400 of the bundled posts with some labels turned."""
    path = tmp_path_factory.mktemp("review") / "posts.csv"
    posts = load_posts().head(400)
    posts.loc[::20, "label"] = np.where(posts.loc[::20, "label"] == "giving", "selling", "giving")
    posts.to_csv(path, index=False)
    return path


def test_review_writes_a_table(flipped, tmp_path):
    """All that was found is written, ids first; the first of each kind are shown, no line wider
    than the terminal.
    """
    out = tmp_path / "review.csv"
    result = run("review", flipped, "-o", out, "--groups", "topic", "--top", 5)
    assert result.exit_code == 0, result.output
    table = read_frame(out)
    assert list(table.columns) == [
        "id",
        "kind",
        "score",
        "selling",
        "label",
        "suggested",
        "reason",
        "text",
        "platform",
        "topic",
    ]
    assert table["kind"].value_counts().max() == 5
    assert "5 likely wrong labels" in result.stdout
    assert "labelled " in result.stdout
    assert max(map(len, result.stdout.replace(str(out), "").splitlines())) <= 80
    assert run("review", flipped, "-o", out).stderr.startswith("error: [E409]")


def test_review_kinds(flipped):
    """Without a file to write, ten of a kind are shown and how many more there are."""
    result = run("review", flipped, "--kind", "unsure", "--top", 0)
    assert "unsure" in result.stdout.splitlines()[0]
    assert "… and" in result.stdout
    assert "wrong labels" not in result.stdout


def test_review_of_other_names(flipped, tmp_path):
    """`review` takes labels and columns of other names by its options."""
    path = tmp_path / "named.csv"
    posts = read_frame(flipped)
    posts.assign(label=posts["label"].map({"giving": "chat", "selling": "promo"})).to_csv(
        path, index=False
    )
    result = run(
        "review", path, "--label-map", "chat=giving", "--label-map", "promo=selling", "-k", "label"
    )
    assert result.exit_code == 0, result.output
    assert "likely wrong labels" in result.stdout


def test_suggest_from_an_archive(tmp_path):
    """An export gives a file that can be labelled, and says what was picked of how many."""
    out = tmp_path / "to_label.jsonl"
    result = run("suggest", demo_archive(), "-n", 6, "-o", out)
    assert result.exit_code == 0, result.output
    assert result.stdout.startswith("Picked 6 of 400 posts.")
    rows = [json.loads(line) for line in out.read_text(encoding="utf-8").splitlines()]
    assert len(rows) == 6
    assert list(rows[0])[:2] == ["id", "text"]
    assert list(rows[0])[-2:] == ["selling", "reason"]


def test_suggest_leaves_out_what_is_labelled(tmp_path):
    """Posts of --labelled are not picked; too few to pick are said, rows that cannot be read
    too, with exit code 3.
    """
    pool, done, out = tmp_path / "pool.csv", tmp_path / "done.csv", tmp_path / "out.csv"
    pool.write_text("id,text\n1,Thanks for the help\n2,Buy now and save\n3\n")
    done.write_text("id,text,label\n1,thanks for the  HELP,giving\n")
    result = run("suggest", pool, "-n", 5, "-o", out, "--labelled", done)
    assert result.exit_code == 3
    assert pd.read_csv(out)["id"].tolist() == [2]
    assert "Left out: 1 already labelled" in result.stdout
    assert "only 1 different post to pick from; 5 were asked for" in result.stderr
    assert "1 row could not be read, the first in" in result.stderr


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["suggest", "nowhere.csv", "-o", "out.csv"], "E401"),
        (["suggest", "pool.csv", "-o", "out.txt"], "E404"),
        (["suggest", "pool.csv", "-o", "nowhere/out.csv"], "E405"),
        (["review", "pool.csv"], "E301"),
    ],
)
def test_errors(arguments, code, tmp_path, monkeypatch):
    """What cannot be read or written is told before there is work to lose."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "pool.csv").write_text("id,text\n1,Thanks\n")
    result = run(*arguments)
    assert result.exit_code == 1
    assert f"[{code}]" in result.stderr


def test_kinds_that_found_nothing_are_said(capsys):
    """A check that found nothing is named, beside others and where nothing stands out at all."""
    table = pd.DataFrame({"kind": ["label"], "reason": ["labelled giving"], "text": ["buy"]})
    table.attrs["found"] = {"label": 1, "unsure": 0, "novel": 0}
    show(table, None)
    assert (
        "Looked for and not found: unsure posts; posts most unlike the training data."
        in capsys.readouterr().out.replace("\n", " ")
    )
    nothing = table.iloc[:0]
    nothing.attrs["found"] = {"label": 0}
    show(nothing, None)
    assert (
        "Nothing stands out. Looked for and not found: likely wrong labels."
        in capsys.readouterr().out.replace("\n", " ")
    )
