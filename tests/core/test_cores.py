"""How many cores a process may use."""

import os
import subprocess
import sys

import joblib
import pytest

from givesell.core.cores import LIMIT, usable_cores


def test_as_joblib_counts():
    """On this machine the number is joblib's."""
    assert usable_cores() == joblib.effective_n_jobs(-1)


@pytest.mark.parametrize("limit", ["1", "2", "100000"])
def test_the_variable_of_joblib(limit):
    """The variable that limits joblib limits threads too, but never raises their number."""
    code = (
        "from givesell.core.cores import usable_cores; import joblib;"
        "print(usable_cores() == joblib.effective_n_jobs(-1) <= int(limit))"
    ).replace("limit", limit)
    environment = os.environ | {LIMIT: limit}
    run = subprocess.run(
        [sys.executable, "-c", code], env=environment, check=True, capture_output=True, text=True
    )
    assert run.stdout.strip() == "True"


@pytest.mark.parametrize("given", ["", "many", "-1", "0"])
def test_a_variable_that_is_no_number(monkeypatch, given):
    """What is no number of cores is ignored, and one core is left in any case."""
    monkeypatch.setenv(LIMIT, given)
    assert usable_cores() >= 1


@pytest.mark.parametrize(
    ("files", "cores"),
    [
        ({"cpu.max": "150000 100000\n"}, 2),
        ({"cpu.max": "50000 100000\n"}, 1),
        ({"cpu.max": "max 100000\n"}, 64),
        ({"cpu.max": "what"}, 64),
        ({"cpu/cpu.cfs_quota_us": "300000\n", "cpu/cpu.cfs_period_us": "100000\n"}, 3),
        ({"cpu/cpu.cfs_quota_us": "-1\n", "cpu/cpu.cfs_period_us": "100000\n"}, 64),
        ({}, 64),
    ],
)
def test_the_limit_of_a_container(tmp_path, monkeypatch, files, cores):
    """A container's share of time, in either form in which Linux shows it, rounded up to cores."""
    monkeypatch.delenv(LIMIT, raising=False)
    monkeypatch.setattr("os.cpu_count", lambda: 64)
    monkeypatch.setattr("os.sched_getaffinity", lambda process: range(64), raising=False)
    for name, text in files.items():
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text)
    assert usable_cores(tmp_path) == cores
