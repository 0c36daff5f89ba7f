"""The watched workers of the fuzz target: deaths, hangs and results are told with their task."""

import os
import signal
import time

import pytest

from fuzz.workers import Limits, frame_of, run

LIMITS = Limits(seconds=0.5, tasks=3)


def handle(task, folder):
    """Do what a task says."""
    if task == "die":
        os.kill(os.getpid(), signal.SIGSEGV)
    if task == "raise":
        raise RuntimeError("a handler must not")
    if task == "spin":
        while True:
            pass
    if task == "fill":
        try:
            bytearray(4 << 30)
        except MemoryError:
            return {"filled": False}
        return {"filled": True}
    return {"task": task, "pid": os.getpid()}


def outcomes(tasks, folder, **options):
    """Return what became of tasks, by task."""
    return {
        outcome.task: outcome
        for outcome in run(tasks, handle, folder, workers=2, limits=LIMITS, **options)
    }


def test_each_task_is_told_once(tmp_path):
    """Workers are replaced after some tasks, and none is lost."""
    found = outcomes(list(range(20)), tmp_path)
    assert sorted(found) == list(range(20))
    assert {outcome.verdict for outcome in found.values()} == {"DONE"}
    assert len({outcome.found["pid"] for outcome in found.values()}) >= 7


def test_a_death_is_told_with_its_task_and_the_rest_goes_on(tmp_path):
    """A task that dies is reported with its signal, and the other tasks go on."""
    found = outcomes(["a", "die", "b", "raise", "c"], tmp_path)
    assert (found["die"].verdict, found["die"].found["error"]) == ("SIGNAL", "SIGSEGV")
    assert "test_workers" in found["die"].said
    assert found["raise"].found["error"] == "exit 70"
    assert [found[name].verdict for name in "abc"] == ["DONE"] * 3


def test_a_hang_is_ended(tmp_path):
    """What takes more than its processor time is killed, and told with where it was."""
    began = time.monotonic()
    found = outcomes(["spin", "a"], tmp_path)
    assert found["spin"].verdict == "HANG"
    assert "test_workers" in found["spin"].said
    assert time.monotonic() - began < 30


def test_memory_has_a_limit(tmp_path):
    """A worker cannot take all of the machine."""
    assert outcomes(["fill"], tmp_path)["fill"].found["filled"] is False


@pytest.mark.parametrize(
    ("said", "where"),
    [
        (
            (
                '  File "/a/givesell/text/scan.py", line 7 in f\n'
                '  File "/a/givesell/model/model.py",'
                " line 9 in g"
            ),
            "text/scan.py:7",
        ),
        (
            '  File "/usr/lib/json.py", line 3 in f\n'
            '  File "/a/givesell/model/model.py", line 9 in g',
            "model/model.py:9",
        ),
        ("nothing", ""),
    ],
)
def test_the_innermost_line_of_the_library_is_found(said, where):
    """Failures are grouped by the innermost line of the library in their traceback."""
    assert frame_of(said) == where
