"""`--careful`: a second look from the command line."""

import json

import pandas as pd
import pytest
from typer.testing import CliRunner

import givesell
from givesell.cli import app
from givesell.datasets import load_posts
from givesell.learn.second_look import simple_rule
from givesell.model import careful as careful_module

POST = "Thanks for coming, new mugs are up!"


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A folder with posts, where the deep model with a rule takes the place of the encoder."""
    rule = simple_rule(givesell.load(), between=(0.05, 0.95))
    givesell.load("givesell-en-deep").holding_rule(rule).save(tmp_path / "second")
    monkeypatch.setattr(careful_module, "SECOND", tmp_path / "second")
    monkeypatch.chdir(tmp_path)
    load_posts().head(200).to_csv("posts.csv", index=False)
    return tmp_path


def call(*arguments, code=0):
    """Run a command line, and return its result."""
    result = CliRunner().invoke(app, [str(one) for one in arguments])
    assert result.exit_code == code, result.output
    return result


def test_score_tells_who_has_spoken(folder):
    """The summary counts posts that were read again, in words and as JSON; the file names them."""
    posts = pd.read_csv("posts.csv")[["text"]]
    posts.to_csv("plain.csv", index=False)
    said = call("score", "plain.csv", "-o", "out.csv", "--careful").stdout
    assert "read again" in said
    assert "changed" in said
    counted = (pd.read_csv(folder / "out.csv")["read_by"] == "givesell-en-deep").sum()
    summary = json.loads(
        call("score", "plain.csv", "-o", "again.csv", "--careful", "--json").stdout
    )
    assert summary["read_again"] == counted > 0
    assert "read again" not in call("score", "plain.csv", "-o", "once.csv").stdout


@pytest.mark.usefixtures("folder")
def test_classify_names_the_model_in_json():
    """The field is there after a second look only."""
    (line,) = call("classify", "--careful", "--json", POST).stdout.splitlines()
    assert json.loads(line)["read_by"] == "givesell-en-deep"
    assert "read_by" not in call("classify", "--json", POST).stdout
    assert call("classify", "--careful", POST).stdout.startswith("giving")


@pytest.mark.usefixtures("folder")
def test_a_model_can_be_measured_with_its_second_look():
    """`evaluate --careful` measures both models together."""
    options = ("posts.csv", "--rounds", 100, "--json")
    plain, careful = (
        json.loads(call("evaluate", *options, *more).stdout) for more in ((), ("--careful",))
    )
    assert plain != careful


def test_what_cannot_be_careful_says_so(folder, monkeypatch):
    """A second model that reads first, one without a rule, and one that is not there."""
    line = call("classify", "--careful", "--model", folder / "second", POST, code=1).stderr
    assert "E238" in line
    monkeypatch.setattr(careful_module, "SECOND", "givesell-en-deep")
    assert "E237" in call("classify", "--careful", POST, code=1).stderr
    monkeypatch.setattr(careful_module, "SECOND", "givesell-en-nowhere")
    said = call("score", "posts.csv", "-o", "out.csv", "--careful", code=1).stderr
    assert "E201" in said
    assert len(said.splitlines()) == 1
    assert not (folder / "out.csv").exists()
