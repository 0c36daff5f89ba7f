"""The run under sanitizers: that it would see a fault, and that what it runs does run."""

import subprocess
from pathlib import Path

import pytest

from building import compiler
from fuzz import exercises, sanitize


def has_sanitizers():
    """Whether the machine's compiler has the runtimes of the sanitizers."""
    command = compiler.own_compiler()
    if command is None or command == ["cl"]:
        return False
    asked = subprocess.run(
        [*command, "-print-file-name=libasan.so"], capture_output=True, text=True
    )
    return Path(asked.stdout.strip()).is_absolute()


@pytest.mark.skipif(not has_sanitizers(), reason="the compiler has no sanitizers")
def test_planted_faults_are_reported(tmp_path):
    """A read beyond an array and an overflow, compiled as kernels are for the sanitizers, end the
    process with a report.
    """
    assert sanitize.faults_not_reported(tmp_path, sanitize.environment(tmp_path)) == []


def test_a_fault_that_goes_unseen_is_told(tmp_path, monkeypatch):
    """Without the sanitizers' flags nothing is reported, and the run does not begin."""
    if compiler.own_compiler() in (None, ["cl"]):
        pytest.skip("no compiler of the machine")
    monkeypatch.setattr(sanitize, "SANITIZE_FLAGS", ["-O0"])
    found = sanitize.faults_not_reported(tmp_path, {})
    assert len(found) == len(sanitize.FAULTS)


def test_kernels_that_are_not_watched_are_named(tmp_path):
    """A build without sanitizers, and one without a kernel, is none that is watched."""
    found = sanitize.kernels_not_watched(sanitize.ROOT)
    assert any("scanner" in name for name in found)
    (tmp_path / "givesell").mkdir()
    assert "scanner" in sanitize.kernels_not_watched(tmp_path)


def test_the_exercises_run(tmp_path):
    """Every kernel takes part, with posts and with changed artifacts."""
    assert exercises.exercise_posts(0, 0, 60) == 60
    told = exercises.exercise_artifacts(0, 0, tmp_path / "m")
    assert sum(told.values()) == exercises.ARTIFACTS
