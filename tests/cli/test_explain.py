"""`givesell explain` and `givesell score --why`, with the shipped model."""

import csv
import io
import json
import re
from types import SimpleNamespace

import pyarrow.parquet as pq
import pytest
from typer.testing import CliRunner

import givesell
from givesell.cli import app
from givesell.reasons.explain import reason_lines

PITCH = "Orders open! 20% off all mugs until Friday, DM me"


def run(*arguments, **options):
    """Run a command line and return its result."""
    return CliRunner().invoke(app, [str(argument) for argument in arguments], **options)


def test_explain_shows_the_reasons():
    """Posts come out in order with their verdicts, reasons, cues and what would turn them."""
    result = run("explain", PITCH, "Thanks so much, that fixed it!", "😀")
    assert result.exit_code == 0
    first, second, third = result.stdout.split("\n\n")
    assert first.startswith("selling  0.9")
    assert "▲20% off all" in first
    assert "asks for a message" in first
    assert "Without" in first
    assert second.startswith("giving")
    assert third.startswith("no label  no words")


def test_explain_reads_lines(monkeypatch):
    """Without arguments each line of the input is a post."""
    monkeypatch.setattr(
        "sys.stdin",
        SimpleNamespace(buffer=io.BytesIO(b"Thanks a lot\nBuy now\n"), isatty=lambda: False),
    )
    result = CliRunner().invoke(app, ["explain", "--json"], input="Thanks a lot\nBuy now\n")
    assert [json.loads(line)["label"] for line in result.stdout.splitlines()] == [
        "giving",
        "selling",
    ]


def test_explain_json_is_to_dict():
    """JSON lines hold what `Explanation.to_dict` gives; --top cuts the reasons."""
    result = run("explain", "--json", "--top", 2, PITCH, "caf\udce9")
    first, second = map(json.loads, result.stdout.splitlines())
    assert first == json.loads(json.dumps(givesell.explain(PITCH, top=2).to_dict()))
    assert len(first["reasons"]) == 2
    assert second["text"] == "caf\ufffd"


@pytest.fixture
def posts(tmp_path):
    """A CSV file with a pitch, thanks, an empty and a broken row."""
    path = tmp_path / "posts.csv"
    path.write_text(f'id,text\n1,"{PITCH}"\n2,"Thanks so much, that fixed it!"\n3,\n4\n')
    return path


def test_score_why_adds_a_column(posts, tmp_path):
    """--why adds the top reasons before the label, nothing else changes, and posts without a
    label have none.
    """
    assert run("score", posts, "-o", tmp_path / "plain.csv", "-q").exit_code == 3
    assert run("score", posts, "-o", tmp_path / "why.csv", "-q", "--why", 2).exit_code == 3
    plain, why = (
        list(csv.DictReader((tmp_path / name).read_text().splitlines()))
        for name in ("plain.csv", "why.csv")
    )
    assert list(why[0]) == ["id", "text", "why", "label", "selling", "sure", "status"]
    assert re.fullmatch(r"20% off all \(\+\d\.\d\d\); DM me \(\+\d\.\d\d\)", why[0]["why"])
    assert re.fullmatch(r"Thanks \(-\d\.\d\d\); that fixed[ a-z]* \(-\d\.\d\d\)", why[1]["why"])
    assert why[2]["why"] == ""
    assert [{name: value for name, value in row.items() if name != "why"} for row in why] == plain


def test_score_why_in_every_format(posts, tmp_path):
    """The column is there in JSON lines and Parquet too, with null where there is no label, and
    takes the prefix.
    """
    run("score", posts, "-o", tmp_path / "a.jsonl", "-q", "--why", 1)
    expected = [
        *reason_lines(givesell.load(), [PITCH, "Thanks so much, that fixed it!"], top=1),
        None,
    ]
    assert [
        json.loads(line)["why"] for line in (tmp_path / "a.jsonl").read_text().splitlines()
    ] == expected
    run("score", posts, "-o", tmp_path / "a.parquet", "-q", "--why", 1, "--prefix", "gs_")
    assert pq.read_table(tmp_path / "a.parquet")["gs_why"].to_pylist()[2] is None


def test_score_why_keeps_an_own_column(tmp_path):
    """A file that has a column `why` is refused with the way out."""
    path = tmp_path / "posts.csv"
    path.write_text("text,why\nhello there,x\n")
    result = run("score", path, "-o", tmp_path / "out.csv", "--why", 3)
    assert result.exit_code == 1
    assert "already has a column 'why'. Pass --prefix" in result.stderr
    assert run("score", path, "-o", tmp_path / "out.csv", "-q").exit_code == 0


def test_score_facet_adds_a_column(posts, tmp_path):
    """--facet adds the kind of each label from the same pass, beside the reasons if both are
    asked for.
    """
    assert (
        run("score", posts, "-o", tmp_path / "out.csv", "-q", "--facet", "--why", 1).exit_code == 3
    )
    rows = list(csv.DictReader((tmp_path / "out.csv").read_text().splitlines()))
    assert list(rows[0]) == ["id", "text", "facet", "why", "label", "selling", "sure", "status"]
    assert [row["facet"] for row in rows] == [
        verdict.facet or "" for verdict in givesell.classify([row["text"] for row in rows])
    ]
    assert rows[1]["facet"] == "thanks"
    assert rows[2]["facet"] == ""


def test_score_facet_needs_a_model_that_tells_them(posts, tmp_path):
    """A model without facets is refused in a line that says what to do."""
    plain = givesell.Model.from_pipeline(givesell.load().pipeline, info={"name": "plain"})
    plain.save(tmp_path / "plain")
    result = run(
        "score", posts, "-o", tmp_path / "out.csv", "--facet", "--model", tmp_path / "plain"
    )
    assert result.exit_code == 1
    assert "has no facets" in result.stderr
