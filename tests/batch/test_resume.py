"""Going on after a kill: the same bytes however often, whatever the threads."""

import os
import random
import shutil
import signal
import subprocess
import sys
import time
from contextlib import nullcontext

import pytest

from givesell.archives.streams.compression import zstd
from givesell.batch import Scoring, score_files
from givesell.batch.output import Output
from givesell.errors import FileError, RestartWarning

FOLDER = ".out.jsonl.givesell-run"

# A run in a process of its own, with small batches and chunks, and a scorer that takes its time.
RUN = """
import sys, time, numpy as np, pandas
import givesell.archives.formats.csv_file as csv_file
import givesell.batch.chunks as chunks, givesell.batch.stream as stream
from givesell.verdict import Scores
csv_file.BATCH_ROWS, chunks.CHUNK_ROWS = 50, 100
def scorer(texts):
    time.sleep(0.004)
    n = len(texts)
    selling = np.array([len(text) % 10 / 10 for text in texts], np.float32)
    label = np.where(selling >= 0.5, "selling", "giving").astype(object)
    return Scores(label, selling, selling > 0.8, np.array(["ok"] * n, object))
print("ready", flush=True)
source, out, threads = sys.argv[1:4]
scoring, write = stream.Scoring(scorer, threads=int(threads)), stream.WriteOptions(overwrite=True)
stream.score_files(source, out, scoring, write=write)
"""


@pytest.fixture
def posts(tmp_path):
    """A file of 4,000 posts, some of which cannot be read."""
    draw = random.Random(0)
    lines = [f"{i},{'x' * draw.randrange(60)}" if i % 97 else f"{i}" for i in range(4_000)]
    (tmp_path / "posts.csv").write_text("id,text\n" + "\n".join(lines) + "\n")
    return tmp_path / "posts.csv"


def run_for(seconds, posts, out, threads):
    """Start a run, kill it some time after it began to work, and return its exit code."""
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    command = [sys.executable, "-c", RUN, str(posts), str(out), str(threads)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, env=environment) as process:
        process.stdout.readline()
        try:
            process.wait(seconds)
        except subprocess.TimeoutExpired:
            process.send_signal(signal.SIGKILL)
    return process.returncode


@pytest.mark.parametrize("extension", [".csv.gz", ".jsonl.zst", ".parquet"])
def test_a_run_that_is_killed_again_and_again_gives_the_same_bytes(tmp_path, posts, extension):
    """SIGKILL at random moments, with other numbers of threads: output and rejects are those of
    an undisturbed run.
    """
    (tmp_path / "whole").mkdir()
    assert run_for(60, posts, tmp_path / "whole" / f"out{extension}", 1) == 0
    draw, kills = random.Random(extension), 0
    out = tmp_path / f"out{extension}"
    for attempt in range(60):
        # Longer each time, so that a slow machine gets through as well.
        code = run_for(draw.uniform(0.01, 0.06) * 1.2**attempt, posts, out, 1 + attempt % 3)
        kills += code != 0
        if out.exists() and not (tmp_path / f".{out.name}.givesell-run").exists():
            break
    assert kills >= 2
    for name in (out.name, out.name + ".rejects.jsonl"):
        assert (tmp_path / name).read_bytes() == (tmp_path / "whole" / name).read_bytes()
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(
        [out.name, out.name + ".rejects.jsonl", "posts.csv", "whole"]
    )


def crash(at, place, work):
    """Do some work in a process of its own that ends at once before its `at`-th change of what
    is on the disk; say if it did.
    """
    child = os.fork()
    if child == 0:
        code = 1
        try:
            left = at

            def watch(event, arguments):
                nonlocal left
                written = event in {
                    "os.rename",
                    "os.link",
                    "os.remove",
                    "os.mkdir",
                    "os.rmdir",
                    "os.truncate",
                }
                written |= event == "open" and bool(arguments[2] & (os.O_WRONLY | os.O_RDWR))
                if written and str(place) in str(arguments[0]):
                    left -= 1
                    if left < 0:
                        os._exit(9)

            sys.addaudithook(watch)
            work()
            code = 0
        finally:
            os._exit(code)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 9


@pytest.mark.parametrize("extension", [".csv", ".parquet"])
@pytest.mark.parametrize("overwrite", [False, True])
def test_a_crash_at_any_step_is_gone_on_with(
    tmp_path, small, score, monkeypatch, extension, overwrite
):
    """Whichever change of the disk is the last before a crash, the same command ends with the
    same output, rejects and report.
    """
    (tmp_path / "a.csv").write_text(
        "id,text\n" + "".join(f"{i},buy\n" if i % 9 else f"{i}\n" for i in range(40))
    )

    monkeypatch.setattr(
        "os.fsync", lambda number: None
    )  # waits for the disk, which goes on when a process ends

    def work(resume=True):
        score(
            "a.csv",
            f"runs/out{extension}",
            threads=1,
            overwrite=overwrite,
            resume=resume,
            report=tmp_path / "runs" / "out.html",
            make_report=lambda summary: (
                f"{summary.rows} rows, {summary.rejected} rejected".encode()
            ),
        )

    def found():
        return {
            path.name: path.read_bytes() for path in (tmp_path / "runs").iterdir() if path.is_file()
        }

    (tmp_path / "runs").mkdir()
    work()
    whole = found()
    assert set(whole) == {f"out{extension}", f"out{extension}.rejects.jsonl", "out.html"}
    for at in range(200):
        if not overwrite:
            shutil.rmtree(tmp_path / "runs")
            (tmp_path / "runs").mkdir()
        if not crash(at, tmp_path / "runs", work):
            break
        # A crash after everything was in its place leaves nothing to go on with, and what is there
        # may not be replaced.
        left = (
            tmp_path / "runs" / f".out{extension}.givesell-run" / "checkpoint.json"
        ).exists() or not found()
        with nullcontext() if overwrite or left else pytest.raises(FileError, match="E409"):
            work()
        assert found() == whole, at
    assert at > 15


@pytest.fixture
def small(monkeypatch):
    """Batches and chunks of a few rows."""
    monkeypatch.setattr("givesell.archives.formats.csv_file.BATCH_ROWS", 5)
    monkeypatch.setattr("givesell.batch.chunks.CHUNK_ROWS", 10)


class Stopped:
    """A scorer that stops for good after some calls."""

    def __init__(self, scorer, calls):
        self.scorer, self.left = scorer, calls

    def __call__(self, texts):
        """Score, or stop."""
        self.left -= 1
        if self.left < 0:
            raise KeyboardInterrupt
        return self.scorer(texts)


@pytest.fixture
def interrupted(tmp_path, small, score, scorer):
    """Three inputs of 30 rows, and a run of them that stopped in the second."""
    for name in "abc":
        (tmp_path / f"{name}.csv").write_text(
            "id,text\n" + "".join(f"{name}{i},buy\n" for i in range(30))
        )
    with pytest.raises(KeyboardInterrupt):
        score(["a.csv", "b.csv", "c.csv"], "out.jsonl", scorer=Stopped(scorer, 10), threads=1)
    return ["a.csv", "b.csv", "c.csv"]


def test_only_what_is_left_is_scored(interrupted, score, scorer, rows):
    """The summary counts all rows, and says how many had been scored before; inputs that are
    done are not read again.
    """
    calls = []
    summary = score(interrupted, scorer=lambda texts: (calls.append(len(texts)), scorer(texts))[1])
    assert summary.rows == summary.selling == 90
    assert 30 <= summary.resumed <= 50
    assert sum(calls) == 90 - summary.resumed
    assert [row["id"] for row in rows()] == [f"{name}{i}" for name in "abc" for i in range(30)]


def test_a_partial_output_that_grew_is_cut_back(interrupted, score, rows, tmp_path):
    """What was written after the last checkpoint is written again, not twice."""
    with (tmp_path / FOLDER / "output").open("ab") as file:
        file.write(b'{"half a li')
    assert score(interrupted).resumed > 0
    assert len(rows()) == 90


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ("input", "a.csv is not as it was"),
        ("disguised", "b.csv is not as it was"),
        ("fewer", "it had other inputs"),
        ("setting", "its settings, its model or the version"),
        ("encoding", "its settings, its model or the version"),
        ("about", "its settings, its model or the version"),
        ("output", "its unfinished files are damaged"),
        ("zeros", "its unfinished files are damaged"),
        ("restart", None),
        ("checkpoint", None),
    ],
)
def test_another_run_starts_anew_and_says_so(interrupted, score, rows, tmp_path, change, said):
    """A changed input, setting or model, or damaged files of the run, are never mixed with what
    was there.
    """
    options = {
        "setting": {"prefix": "g_"},
        "encoding": {"encoding": "cp1252"},
        "about": {"about": {"name": "other"}},
        "restart": {"resume": False},
    }.get(change, {})
    names = interrupted
    if change == "input":
        (tmp_path / "a.csv").write_text("id,text\n" + "a0,buy\n" * 30)
    if change == "disguised":
        # Other posts, with the size and the time put back.
        before = (tmp_path / "b.csv").stat()
        (tmp_path / "b.csv").write_text((tmp_path / "b.csv").read_text().replace("buy", "bye"))
        os.utime(tmp_path / "b.csv", ns=(before.st_atime_ns, before.st_mtime_ns))
    if change == "fewer":
        names = names[:2]
    if change == "output":
        os.truncate(tmp_path / FOLDER / "output", 10)
    if change == "zeros":
        size = (tmp_path / FOLDER / "output").stat().st_size
        with (tmp_path / FOLDER / "output").open("r+b") as file:
            file.write(bytes(size // 2))
    if change == "checkpoint":
        (tmp_path / FOLDER / "checkpoint.json").write_text("{")
    with pytest.warns(RestartWarning, match=said) if said else nullcontext():
        assert score(names, **options).resumed == 0
    assert len(rows()) == 30 * len(names)


def test_a_full_disk_leaves_what_can_go_on(tmp_path, posts, small, score, monkeypatch):
    """After a write that fails the checkpoint stands for what is whole, and the next run goes on
    from it.
    """
    (tmp_path / "whole").mkdir()
    score("posts.csv", "whole/out.csv", threads=1)
    write, left = Output._put, [7]

    def fail(self, data):
        left[0] -= 1
        if left[0] < 0:
            write(self, data[: len(data) // 2])
            raise OSError(28, "No space left on device")
        write(self, data)

    monkeypatch.setattr(Output, "_put", fail)
    with pytest.raises(
        FileError, match=r"E405.*out\.csv: cannot be written \(No space left on device\)"
    ):
        score("posts.csv", "out.csv")
    monkeypatch.setattr(Output, "_put", write)
    assert score("posts.csv", "out.csv").resumed > 0
    assert (tmp_path / "out.csv").read_bytes() == (tmp_path / "whole" / "out.csv").read_bytes()


def test_zstd_is_one_frame(tmp_path, small, posts, score, scorer):
    """Readers that stop after the first frame see all rows, also of a run that was interrupted."""
    with pytest.raises(KeyboardInterrupt):
        score("posts.csv", "out.jsonl.zst", scorer=Stopped(scorer, 100), threads=1)
    assert score("posts.csv", "out.jsonl.zst").resumed > 0
    data = (tmp_path / "out.jsonl.zst").read_bytes()
    unpacker = zstd.ZstdDecompressor()
    unpacked = unpacker.decompress(data)
    assert unpacker.eof
    assert unpacker.unused_data == b""
    assert unpacked.count(b"\n") == 3_958


def test_threads_do_not_change_the_bytes(tmp_path, small, posts, scorer):
    """One thread or eight, slow batches overtaking nothing."""
    draw = random.Random(0)

    def uneven(texts):
        time.sleep(draw.random() / 2000)
        return scorer(texts)

    for threads in (1, 8):
        score_files(posts, tmp_path / f"{threads}.jsonl", Scoring(uneven, threads=threads))
    assert (tmp_path / "1.jsonl").read_bytes() == (tmp_path / "8.jsonl").read_bytes()


def test_what_would_go_wrong_again_is_not_kept(tmp_path, small, score, scorer):
    """A run that fails for what is in its input leaves nothing beside its output; one that is
    strict keeps what is scored.
    """
    (tmp_path / "a.csv").write_text("id,text\n" + "1,buy\n" * 40 + "2\n")
    calls = []

    def fails(texts):
        calls.append(texts)
        if len(calls) > 5:
            raise FileError("E406", path="a.csv", reason="it is odd")
        return scorer(texts)

    with pytest.raises(FileError, match="E406"):
        score("a.csv", "out.csv", scorer=fails, threads=1)
    assert not list(tmp_path.glob(".out*"))
    with pytest.raises(FileError, match="E411"):
        score("a.csv", "out.csv", strict=True)
    assert list(tmp_path.glob(".out*"))
    assert score("a.csv", "out.csv").resumed > 0
