"""Every command with hostile posts, names and files: nothing that steers a terminal is printed,
and JSON stays JSON.
"""

import csv
import json
import os
import re
import select
import signal
import sys
import time

import pandas as pd
import pytest
from typer.testing import CliRunner

import givesell
from givesell.cli import app
from givesell.cli.printing import console, status
from givesell.datasets import load_posts
from givesell.estimators.vectorizer import PostVectorizer
from givesell.labelled.files import read_frame

NAME = "n\x1b[31m\x9b31m\u202e\x07\r[red]"
POST = (
    "\x1b]0;title\x07\x9b31m\u202e\u2066[red]buy[/red] [link=http://a.example]now[/link]"
    " :smile:\x7f\x85\u2028 50% off\ufeff"
)
HIDDEN = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ufeff\ud800-\udfff]")


def run(*arguments, **options):
    """Run a command line; no exception but one of ours leaves it, and nothing hidden is printed."""
    result = CliRunner().invoke(
        app,
        [str(argument) for argument in arguments],
        env={"COLUMNS": "100", "NO_COLOR": "1"},
        **options,
    )
    assert result.exception is None or isinstance(result.exception, SystemExit), (
        arguments,
        result.exc_info,
    )
    for stream in (result.stdout, result.stderr):
        assert not HIDDEN.search(stream), (arguments, HIDDEN.search(stream))
    return result


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Labelled posts, each with what steers terminals, in a file and in columns of hostile
    names; and a model trained on them.
    """
    place = tmp_path_factory.mktemp("hostile")
    posts = load_posts().head(500)
    posts["text"] = [f"{text} {POST}" for text in posts["text"]]
    posts["id"] = [f"{POST}{name}" for name in posts["id"]]
    posts["author"] = [f"{NAME}{number % 7}" for number in range(len(posts))]
    posts = posts.rename(columns={"topic": NAME})
    posts.loc[:4, "label"] = " Giving"
    posts.to_csv(place / f"{NAME}.csv", index=False, quoting=csv.QUOTE_ALL)
    givesell.train(
        posts, groups=NAME, features=PostVectorizer(n_features=2**14), name=NAME, licence=POST
    ).save(place / NAME)
    return place


def commands(place, out):
    """Return command lines that print what is hostile, each with whether it succeeds."""
    file, model, missing = place / f"{NAME}.csv", place / NAME, place / f"no{NAME}"
    scored = out / f"{NAME}.scored.csv"
    measured = ("--groups", NAME, "--rounds", 100)
    return [
        (("classify", POST, "caf\udce9"), 0),
        (("classify", "--json", POST), 0),
        (("explain", POST, "caf\udce9"), 0),
        (("explain", "--json", POST), 0),
        (("formats",), 0),
        (("score", file, "-o", scored, "--prefix", NAME, "--posts", "--report", "--why", 2), 0),
        (("score", file, "-o", out / f"{NAME}.json.csv", "--prefix", NAME, "--json"), 0),
        (("score", file, "-o", scored), 1),
        (("score", missing, "-o", out / "x.csv"), 1),
        (("score", file, "-o", out / "x.csv", "-t", NAME * 2), 1),
        (("score", file, "-o", out / "x.csv", "--format", NAME), 1),
        (("report", scored, "--overwrite"), 0),
        (("report", scored, "--json", "--title", "caf\udce9" + NAME), 0),
        (("report", scored, "--overwrite", "--timezone", NAME), 1),
        (("report", file), 1),
        (("evaluate", file, "-m", model, *measured, "--slice", "author"), 0),
        (("evaluate", file, "-m", model, *measured, "--json"), 0),
        (("evaluate", file, "-m", model, "--slice", NAME * 2), 1),
        (("evaluate", file, "-m", missing), 1),
        (
            (
                "compare",
                model,
                "givesell-en",
                file,
                *measured,
                "--flipped",
                out / f"{NAME}.flipped.csv",
            ),
            0,
        ),
        (("compare", model, "givesell-en", file, *measured, "--json"), 0),
        (("compare", model, model, file), 1),
        (("drift", file, file, "-m", model), 0),
        (("drift", file, "-m", model, "--json"), 0),
        (("review", file, "-m", model, "--groups", NAME), 0),
        (("review", file, "-m", model, "-k", "unsure", "-o", out / f"{NAME}.review.csv"), 0),
        (
            (
                "suggest",
                file,
                "-o",
                out / f"{NAME}.suggested.csv",
                "-n",
                3,
                "--label-column",
                "none",
            ),
            0,
        ),
        (("model", "show", model), 0),
        (("model", "show", model, "--json"), 0),
        (("model", "show", missing), 1),
        (
            (
                "train",
                file,
                "-o",
                out / f"{NAME}.model",
                "--groups",
                NAME,
                "--base",
                model,
                "--licence",
                POST,
            ),
            0,
        ),
        (("train", file, "-o", out / f"{NAME}.json.model", "--json", "--buckets", 2**14), 0),
        (("train", file, "-o", out / "x", "--label-column", "author"), 1),
        (("train", file, "-o", file), 1),
        (("label", file), 1),
        ((f"--{NAME}",), 2),
        ((NAME,), 2),
        (("classify", f"--{NAME}"), 0),  # no option is called so
        (("score", file, "-o", out / "x.csv", "--jobs", NAME), 2),
        (("train", file, "-o", out / "x", "--label-map", NAME), 2),
        (("review", file, "--kind", NAME * 1000), 2),
        (("model", NAME), 2),
    ]


def test_no_command_prints_what_steers(folder, tmp_path):
    """Whatever posts, ids, labels, columns, files, models and arguments are called, output is
    harmless, and JSON valid.
    """
    for arguments, code in commands(folder, tmp_path):
        result = run(*arguments)
        assert result.exit_code == code, (arguments, result.output)
        assert len(result.stderr) < 4000
        if "--json" in arguments and not code:
            json.loads(result.stdout)


def test_posts_are_no_markup(folder):
    """What looks like markup, a link or an emoji code in a post is shown as it stands."""
    shown = run("classify", POST).stdout
    assert "[red]buy[/red] [link=http://a.example]now[/link] :smile:" in shown
    assert "[red]" in run("review", folder / f"{NAME}.csv", "--kind", "unsure").stdout


def test_lines_of_the_input(folder):
    """Posts that come as lines are shown as harmlessly."""
    assert "50% off" in run("classify", input=f"{POST}\n".encode() + b"\xff\xfe\n").stdout
    assert "50% off" in run("explain", input=f"{POST}\n".encode()).stdout


def test_json_means_what_it_meant():
    """A post comes back from JSON as it was, whatever it holds."""
    assert json.loads(run("classify", "--json", POST).stdout)["text"] == POST
    assert json.loads(run("explain", "--json", POST).stdout)["text"] == POST


def test_the_door_that_all_output_passes(capsys):
    """What a renderable forgets to clean is cleaned by the console, with markup off and its own
    control codes kept.
    """
    console().print(f"{POST}\nnext")
    told = capsys.readouterr().out
    assert not HIDDEN.search(told)
    assert "[red]buy[/red]" in told.replace("\n", "")
    output = console()
    output._force_terminal = True
    with output.capture() as caught:
        output.clear()
        output.print("a\x9bb")
    assert caught.get().startswith("\x1b[")
    assert "\x9b" not in caught.get()


def test_a_status_is_no_markup(monkeypatch):
    """The line that says what is being done takes brackets as they are."""
    monkeypatch.setenv("FORCE_COLOR", "1")
    with status(f"reading {NAME}") as update:
        update("reading [/nothing] [link=x]")


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no pseudo terminals")
def test_labelling_in_a_terminal(tmp_path):
    """In a real terminal `givesell label` shows no control character of posts and authors, and
    keeps each post as it was.
    """
    posts = [f"one\rDM me {POST}", "two\r\rthere", "three\x00\x85 \x1c fin", '"four", ok', "five"]
    frame = pd.DataFrame({"id": range(5), "author": [NAME] * 5, "text": posts})
    file = tmp_path / "posts.jsonl"
    frame.to_json(file, orient="records", lines=True)
    shown = label_in_terminal(["label", str(file)], "gsgsq")
    shown += label_in_terminal(["label", str(file)], "gq")
    found = read_frame(tmp_path / "posts.labelled.csv")
    assert found["text"].tolist() == posts
    assert found["label"].tolist() == ["giving", "selling", "giving", "selling", "giving"]
    assert set(found["certainty"]) == {"clear"}
    assert not re.search("\x1b\\[31m|\x1b\\]|[\x07\x85\x9b\u202e\u2066]", shown)


def label_in_terminal(arguments, keys):
    """Run a command in a pseudo terminal, press keys, and return all that was shown."""
    import pty

    child, terminal = pty.fork()
    if not child:
        os.environ.update(COLUMNS="100", LINES="30", TERM="xterm")
        os.execv(sys.executable, [sys.executable, "-m", "givesell", *arguments])
    shown = b""
    left = list(keys)
    deadline = time.monotonic() + 60
    try:
        while time.monotonic() < deadline:
            ready, _, _ = select.select([terminal], [], [], 0.5)
            if ready:
                try:
                    part = os.read(terminal, 65536)
                except OSError:
                    break
                if not part:
                    break
                shown += part
            elif b"quit" in shown:
                os.write(terminal, (left.pop(0) if left else "q").encode())
    finally:
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        os.close(terminal)
    return shown.decode("utf-8", "replace")
