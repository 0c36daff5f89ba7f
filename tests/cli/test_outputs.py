"""Every file that a command writes: never an input, never over what is there unasked, whole and
with its permissions.
"""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from typer.testing import CliRunner

import givesell
from givesell.cli import app
from givesell.datasets import load_posts

# The outputs of all commands: the words before the output, the output, and the words after it.
OUTPUTS = {
    "score": (["score", "in.csv", "-o"], "out.csv", []),
    "score, the rejects": (["score", "in.csv", "-o", "other.csv"], "other.csv.rejects.jsonl", None),
    "score, the report": (
        ["score", "in.csv", "--report", "-o", "other.csv"],
        "other.csv.report.html",
        None,
    ),
    "report": (["report", "scored.csv", "-o"], "page.html", []),
    "report, by default": (["report", "scored.csv"], "scored.csv.report.html", None),
    "suggest": (["suggest", "in.csv", "-n", "2", "-o"], "out.csv", []),
    "review": (["review", "labelled.csv", "--kind", "unsure", "-o"], "out.csv", []),
    "compare": (
        [
            "compare",
            "givesell-en",
            "givesell-en-deep",
            "labelled.csv",
            "--rounds",
            "100",
            "--flipped",
        ],
        "out.csv",
        [],
    ),
    "evaluate": (["evaluate", "labelled.csv", "--rounds", "100", "--plot"], "plot.svg", []),
}


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A folder with an input, a scored file and labelled posts."""
    monkeypatch.chdir(tmp_path)
    Path("in.csv").write_text(
        "text,n\nbuy now DM me,1\nbroken\nthanks all of you,2\nhello there friends,3\n"
    )
    call("score", "in.csv", "-o", "scored.csv", "-q")
    Path("scored.csv.rejects.jsonl").unlink()
    load_posts().head(60).to_csv("labelled.csv", index=False)
    return tmp_path


def call(*arguments):
    """Run a command line."""
    return CliRunner().invoke(
        app, [str(argument) for argument in arguments], catch_exceptions=False
    )


def contents(folder):
    """Return the bytes of all files by name, hidden ones too."""
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


@pytest.mark.parametrize("command", OUTPUTS)
def test_every_output_keeps_to_the_rule(folder, command):
    """An input by another name is refused even with --overwrite, what is there without it; with
    it, permissions stay.
    """
    before, name, after = OUTPUTS[command]
    words = [*before, *([] if after is None else [name, *after])]
    source = next(word for word in before if word.endswith(".csv"))
    for link in (os.link, os.symlink):
        link(source, name)
        whole = contents(folder)
        result = call(*words, "--overwrite")
        assert (result.exit_code, "E408" in result.output) == (1, True), result.output
        assert contents(folder) == whole
        Path(name).unlink()
    Path(name).write_text("precious")
    Path(name).chmod(0o640)
    whole = contents(folder)
    result = call(*words)
    assert (result.exit_code, "E409" in result.output) == (1, True), result.output
    assert contents(folder) == whole
    result = call(*words, "--overwrite")
    assert result.exit_code in (0, 3), result.output
    assert Path(name).read_bytes() != b"precious"
    assert Path(name).stat().st_mode & 0o777 == 0o640
    assert not list(folder.rglob(".*"))
    assert contents(folder)[source] == whole[source]


def test_a_model_keeps_to_the_rule(folder):
    """`train` replaces no model unasked, no other folder at all, and reads no file that it would
    replace.
    """
    words = ["train", "labelled.csv", "--buckets", "4096", "--quiet", "-o"]
    load_posts().head(240).to_csv("labelled.csv", index=False)
    assert call(*words, "mine").exit_code == 0
    (folder / "mine" / "notes.txt").write_text("mine")
    whole = contents(folder)
    result = call(*words, "mine")
    assert (result.exit_code, "E409" in result.output) == (1, True), result.output
    Path("other").mkdir()
    Path("other/manifest.json").write_text('{"name": "a page"}')
    for arguments in (["other"], ["other", "--overwrite"], ["labelled.csv", "--overwrite"]):
        result = call(*words, *arguments)
        assert (result.exit_code, "E208" in result.output) == (1, True), result.output
    assert {name: data for name, data in contents(folder).items() if "other" not in name} == whole
    (folder / "labelled.csv").unlink()
    (folder / "labelled.csv").symlink_to(folder / "mine" / "README.md")
    result = call(*words, "mine", "--overwrite")
    assert (result.exit_code, "E408" in result.output) == (1, True), result.output
    (folder / "labelled.csv").unlink()
    load_posts().head(242).to_csv("labelled.csv", index=False)
    assert call(*words, "mine", "--overwrite").exit_code == 0
    assert givesell.load("mine").info["training"]["posts"] == 242
    assert (folder / "mine" / "notes.txt").read_text() == "mine"
    assert not list(folder.rglob(".*"))


def test_exports_and_reports_keep_to_the_rule(folder):
    """What Python writes is held to the same: `Model.save`, `Model.export`, `Report.save`,
    `score_archive`.
    """
    from givesell.report import make_report

    model = givesell.load()
    Path("there.joblib").write_text("precious")
    Path("there.html").write_text("precious")
    report = make_report("scored.csv", model=model)
    for write in (
        lambda **options: model.export("there.joblib", **options),
        lambda **options: report.save("there.html", **options),
        lambda **options: givesell.score_archive(
            "in.csv", "out.csv", report="there.html", **options
        ),
    ):
        whole = contents(folder)
        with pytest.raises(givesell.errors.FileError, match="E409"):
            write()
        assert contents(folder) == whole
        write(overwrite=True)
    with pytest.raises(givesell.errors.FileError, match="E408"):
        report.save("scored.csv", overwrite=True)
    model.save("mine")
    with pytest.raises(givesell.errors.ArtifactError, match="E409"):
        model.save("mine")
    model.save("mine", overwrite=True)


def test_labels_are_not_written_over_what_is_read(folder):
    """`label` refuses its input, by link too, and a queue that something else has made."""
    for out in ("labelled.csv", "link.csv"):
        if out == "link.csv":
            Path(out).symlink_to("labelled.csv")
        result = call("label", "labelled.csv", "-o", out)
        assert (result.exit_code, "E408" in result.output) == (1, True), result.output


@pytest.mark.parametrize(
    ("number", "code", "word"),
    [(signal.SIGTERM, 143, "terminated"), (signal.SIGINT, 130, "interrupted")],
)
def test_a_signal_says_what_is_kept(tmp_path, number, code, word):
    """A run that is asked to end does so in its own words and exit code, and the same command
    goes on with what is kept.
    """
    with (tmp_path / "in.jsonl").open("w") as file:
        for i in range(300_000):
            file.write(f'{{"text": "buy {i} now, thanks all of you"}}\n')
    command = [sys.executable, "-m", "givesell", "score", "in.jsonl", "-o", "out.jsonl", "-q"]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    with subprocess.Popen(
        command, cwd=tmp_path, env=environment, stderr=subprocess.PIPE, text=True
    ) as process:
        kept = tmp_path / ".out.jsonl.givesell-run" / "checkpoint.json"
        while not kept.exists() and process.poll() is None:
            time.sleep(0.005)
        process.send_signal(number)
        said = process.stderr.read()
    assert process.returncode == code, said
    assert said.startswith(f"{word}: ")
    assert said.endswith("rows are scored and kept: run the same command again to go on.\n")
    assert not (tmp_path / "out.jsonl").exists()
    done = subprocess.run(
        [*command, "--json"],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )
    assert '"rows": 300000' in done.stdout
    assert '"resumed": 0' not in done.stdout
    assert sorted(path.name for path in tmp_path.iterdir()) == ["in.jsonl", "out.jsonl"]
