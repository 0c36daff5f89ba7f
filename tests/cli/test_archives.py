"""The command line on archives: what `score` can be told, `report` and `formats`."""

import json
import re
import sqlite3
import zipfile

import pytest
from typer.testing import CliRunner

from givesell.cli import app
from givesell.datasets import demo_archive


@pytest.fixture
def call(tmp_path, monkeypatch):
    """Run a command line in the test's folder with the shipped model."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "200")

    def run(*arguments, **options):
        return CliRunner().invoke(app, [str(argument) for argument in arguments], **options)

    return run


def test_an_export_with_a_report(call, tmp_path):
    """The summary, the sentences of the report and its place are printed; the page stands beside
    the output.
    """
    result = call(
        "score", demo_archive(), "-o", "scored.parquet", "--report", "--timezone", "Europe/Paris"
    )
    assert result.exit_code == 0
    assert "give : sell" in result.stdout
    assert "- As labelled, of 400 posts that could be judged" in result.stdout
    assert result.stdout.endswith("Report: scored.parquet.report.html\n")
    share, odds = re.search(
        r"\d+ sell: (\d+%) giving, a ratio of ([\d.]+ : 1)", " ".join(result.stdout.split())
    ).groups()
    table = [" ".join(line.split()) for line in result.stdout.splitlines()[:3]]
    assert table[0].endswith(f" {share}"), "the table and the report disagree on a share"
    assert table[2] == f"give : sell {odds}"
    page = (tmp_path / "scored.parquet.report.html").read_text()
    assert "Giving and selling in comments.csv" in page
    assert "All times on this page are Europe/Paris" in page


def test_what_the_model_cannot_read_is_said_first(call, tmp_path):
    """Without a report too, score says above the counts that posts are unlike those that the
    model was measured on; JSON has it.
    """
    (tmp_path / "posts.csv").write_text("text\n" + 30 * "zzqx vrrk plonk\nJetzt kaufen!\n谢谢\n")
    result = call("score", "posts.csv", "-o", "scored.csv")
    assert result.exit_code == 0
    assert result.stdout.startswith("Strong drift: ")
    drift = json.loads(call("score", "posts.csv", "-o", "again.csv", "--json").stdout)["drift"]
    assert drift["level"] == "strong"
    report = json.loads(call("report", "scored.csv", "--json").stdout)["drift"]
    assert report == drift


def test_a_time_zone_is_checked_before_the_work(call, tmp_path):
    """A mistyped zone or target costs no run: nothing is written."""
    (tmp_path / "posts.csv").write_text("text\nhi\n")
    for option in (("--timezone", "Mars"), ("--target", "80")):
        for report in ((), ("--report",)):
            result = call("score", "posts.csv", "-o", "scored.csv", *report, *option)
            assert result.exit_code == 1
            assert "E206" in result.stderr
    assert sorted(path.name for path in tmp_path.iterdir()) == ["posts.csv"]


def test_report_from_a_scored_file(call, tmp_path):
    """The page goes where it is told; --json prints the figures; both name the target."""
    call("score", demo_archive(), "-o", "scored.csv", "-q")
    result = call("report", "scored.csv", "-o", "page.html", "--target", "0.9", "--title", "Mine")
    assert (result.exit_code, "Report: page.html" in result.stdout) == (0, True)
    assert "Giving and selling in Mine" in (tmp_path / "page.html").read_text()
    figures = json.loads(call("report", "scored.csv", "--json").stdout)
    assert (figures["rows"], figures["target"], figures["title"]) == (400, 0.8, "scored.csv")
    assert not (tmp_path / "scored.csv.report.html").exists()
    call("report", "scored.csv")
    assert (tmp_path / "scored.csv.report.html").exists()


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["report", "no.csv"], "[E401] no.csv: no such file."),
        (
            ["report", "posts.csv"],
            "[E413] posts.csv: has no columns label, selling, sure and status.",
        ),
        (
            ["score", "posts.csv", "-o", "o.csv", "--strict"],
            "[E411] posts.csv: line 3 cannot be read (1 field where the header has 2).",
        ),
        (["score", "posts.csv", "-o", "o.csv", "--format", "cvs"], "[E507] Unknown format 'cvs'."),
        (
            ["score", "posts.csv", "-o", "o.csv", "--query", "SELECT 1"],
            "[E504] posts.csv: the query failed",
        ),
    ],
)
def test_mistakes_are_one_line(call, tmp_path, arguments, words):
    """Each is told on one line with exit code 1."""
    (tmp_path / "posts.csv").write_text("id,text\n1,hi\n2\n")
    result = call(*arguments)
    assert (result.exit_code, result.stdout) == (1, "")
    assert words in result.stderr
    assert result.stderr.count("\n") == 1


def test_visibility_and_skipped_posts(call, tmp_path):
    """What is not public is skipped and counted, unless all is asked for."""
    note = {"type": "Note", "id": "1", "content": "<p>thanks for all the help</p>"}
    activity = {
        "type": "Create",
        "actor": "https://s.example/users/ana",
        "published": "2025-01-01T00:00:00Z",
        "to": ["x"],
        "object": note,
    }
    box = {
        "@context": "https://www.w3.org/ns/activitystreams",
        "type": "OrderedCollection",
        "orderedItems": [activity],
    }
    (tmp_path / "outbox.json").write_text(json.dumps(box))
    assert (
        "not public (--visibility all reads them)"
        in call("score", "outbox.json", "-o", "a.jsonl").stdout
    )
    summary = json.loads(
        call("score", "outbox.json", "-o", "b.jsonl", "--visibility", "all", "--json").stdout
    )
    assert (summary["rows"], summary["skipped"]) == (1, {})


def test_files_that_nothing_reads_are_named(call, tmp_path):
    """In the summary and in its JSON, cut to a few, on one line each whatever they are called."""
    with zipfile.ZipFile(tmp_path / "x.zip", "w") as archive:
        archive.writestr(
            "data/tweets.js",
            'window.YTD.tweets.part0 = [{"tweet": {"id_str": "1", "full_text": "thanks for the'
            ' help"}}]',
        )
        for number in range(8):
            archive.writestr(f"data/{number}\x1b.js", "x")
    shown = " ".join(call("score", "x.zip", "-o", "a.jsonl").stdout.split())
    assert "not read 8 files data/0" in shown
    assert "and 2 more" in shown
    assert "\x1b" not in shown
    summary = json.loads(call("score", "x.zip", "-o", "b.jsonl", "--json").stdout)
    assert (summary["n_unread"], len(summary["unread"])) == (8, 8)


def test_standard_input_query_and_restart(call, tmp_path):
    """Posts can come by a pipe or from a database; --restart starts anew."""
    assert (
        call("score", "-", "-o", "a.jsonl", "-q", input=b"thanks for the help\nbuy now\n").exit_code
        == 0
    )
    assert len((tmp_path / "a.jsonl").read_text().splitlines()) == 2
    base = sqlite3.connect(tmp_path / "posts.db")
    base.execute("CREATE TABLE posts (said TEXT)")
    base.execute("INSERT INTO posts VALUES ('thanks for the help')")
    base.commit()
    base.close()
    result = call(
        "score",
        "posts.db",
        "-o",
        "b.jsonl",
        "--query",
        "SELECT said AS text FROM posts",
        "--restart",
        "--json",
    )
    assert json.loads(result.stdout)["giving"] == 1


def test_formats_are_listed(call):
    """Each name that --format takes stands with what it is."""
    from givesell.archives import FORMATS

    lines = call("formats").stdout.splitlines()
    assert [line.split()[0] for line in lines[: len(FORMATS)]] == list(FORMATS)
    assert all(len(line.split()) > 2 for line in lines[: len(FORMATS)])
    assert lines[-1] == (
        "Each can be compressed as gz, bz2, xz or zst, except parquet, arrow, sqlite and excel."
    )


def test_a_report_where_no_row_could_be_read(call, tmp_path):
    """An output without rows has a report too, which says what was left out."""
    (tmp_path / "posts.csv").write_text("id,text\n1\n2\n")
    for out in ("out.jsonl", "out.jsonl.zst", "out.csv", "out.parquet"):
        result = call("score", "posts.csv", "-o", out, "--report")
        assert result.exit_code == 3, result.output
        assert "2 rows could not be read." in result.output
        assert (tmp_path / f"{out}.report.html").exists()


def test_a_queue_on_the_standard_output(call, tmp_path):
    """-o - prints the rows asked for, in order and in the format asked for; what else is said
    goes to the other stream.
    """
    (tmp_path / "posts.csv").write_text(
        'text,n\n"Orders open! 20% off all mugs until Friday, DM me",1\nThanks so much!,2\n',
        encoding="utf-8",
    )
    result = call(
        "score",
        "posts.csv",
        "-o",
        "-",
        "--to",
        "jsonl",
        "--only",
        "selling",
        "--sure",
        "--min-selling",
        "0.5",
        "--sort",
        "selling",
    )
    assert [json.loads(line)["n"] for line in result.stdout.splitlines()] == ["1"]
    assert "written" in result.stderr
    assert sorted(path.name for path in tmp_path.iterdir()) == ["posts.csv"]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["-o", "-", "--report"], "name one with -o"),
        (["-o", "o.csv", "--report", "--only", "selling"], "a report covers all posts"),
        (["-o", "o.csv", "--limit", "5"], "which rows come first"),
    ],
)
def test_what_does_not_go_together_is_said_before_the_work(call, tmp_path, arguments, words):
    """Options that contradict each other end with a sentence, and nothing is written."""
    (tmp_path / "posts.csv").write_text("text\nThanks so much!\n", encoding="utf-8")
    result = call("score", "posts.csv", *arguments)
    assert (result.exit_code, words in result.stderr) == (2, True)
    assert not (tmp_path / "o.csv").exists()


OLD = 'text\n"Mugs £12 each, order today"\n"It’s fine, thanks"\nplain line here\n'


def test_an_encoding_can_be_named(call, tmp_path):
    """Rows that are not UTF-8 are rejected with what to do, which the summary repeats;
    --encoding reads them.
    """
    (tmp_path / "a.csv").write_bytes(OLD.encode("cp1252"))
    result = call("score", "a.csv", "-o", "scored.jsonl")
    assert result.exit_code == 3
    assert (
        "Some are not UTF-8: say how the file was saved, such as --encoding cp1252."
        in result.stderr
    )
    assert (
        "such as --encoding cp1252"
        in json.loads((tmp_path / "scored.jsonl.rejects.jsonl").read_text().split("\n")[0])[
            "reason"
        ]
    )
    result = call("score", "a.csv", "-o", "scored.jsonl", "--overwrite", "--encoding", "cp1252")
    assert result.exit_code == 0
    assert "£12" in (tmp_path / "scored.jsonl").read_text()


@pytest.mark.parametrize(
    "arguments",
    [
        ("score", "a.csv", "-o", "b.csv"),
        ("suggest", "a.csv", "-o", "b.csv"),
        ("drift", "a.csv"),
        ("label", "a.csv"),
    ],
)
def test_an_unknown_encoding_is_told_before_the_work(call, tmp_path, arguments):
    """A slip in the name is an error of one line, in every command that reads archives."""
    (tmp_path / "a.csv").write_bytes(OLD.encode())
    result = call(*arguments, "--encoding", "cp12522")
    assert result.exit_code == 1
    assert "[E511] Unknown encoding 'cp12522'. Did you mean 'cp1252'?" in result.stderr


def test_posts_to_label_may_be_in_any_encoding(call, tmp_path):
    """What suggest picks from is read as it is told."""
    (tmp_path / "a.csv").write_bytes(OLD.encode("cp1252"))
    assert (
        call(
            "suggest",
            "a.csv",
            "-o",
            "b.csv",
            "--encoding",
            "cp1252",
            "-n",
            "2",
            "--strategy",
            "random",
        ).exit_code
        == 0
    )
    assert len((tmp_path / "b.csv").read_text().split("\n")) >= 3


def test_columns_are_named(call, tmp_path):
    """``--time-column``, ``--author-column`` and ``--platform-column`` say what no name tells,
    in score, report and suggest.
    """
    path = tmp_path / "posts.csv"
    path.write_text(
        "text,When,Who,Where\nSale today!,2024-03-01 09:05:00,jo,reddit\nThanks all,2024-03-02"
        " 09:05:00,al,reddit\n"
    )
    named = ["--time-column", "When", "--author-column", "Who", "--platform-column", "Where"]
    out = tmp_path / "scored.csv"
    assert call("score", path, "-o", out, "--report", *named).exit_code == 0
    told = call("report", out, "--json", *named)
    assert {group["name"] for group in json.loads(told.stdout)["groups"]["author"]} == {"jo", "al"}
    assert call("suggest", path, "-o", tmp_path / "next.csv", "-n", "1", *named).exit_code == 0
    wrong = call("score", path, "-o", tmp_path / "b.csv", "--time-column", "when")
    assert wrong.exit_code == 1
    assert "Did you mean 'When'?" in wrong.stderr
