"""Locks: one process holds one, a dead one does not, and no file of anybody else's is taken for
one.
"""

import os
import subprocess
import sys

import pytest

from givesell.errors import FileError
from givesell.files.locking import held


def test_a_lock_is_held_by_one_process_and_by_no_dead_one(tmp_path):
    """A second one is refused while the first lives; after a kill the lock is free, though its
    file is left.
    """
    code = "import sys, time; from pathlib import Path; from givesell.files.locking import held\n"
    code += (
        "with held(Path(sys.argv[1]), 'E415', Path('out.csv')):\n    print('held', flush=True)\n   "
        " time.sleep(60)"
    )
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    lock = tmp_path / "lock"
    with subprocess.Popen(
        [sys.executable, "-c", code, str(lock)], stdout=subprocess.PIPE, env=environment
    ) as other:
        other.stdout.readline()
        with (
            pytest.raises(FileError, match=r"E415.*out\.csv"),
            held(lock, "E415", tmp_path / "out.csv"),
        ):
            pass
        other.kill()
    assert lock.exists()
    with held(lock, "E415", tmp_path / "out.csv"):
        assert lock.exists()
    assert not list(tmp_path.iterdir())


def test_a_lock_is_no_file_of_somebody_else(tmp_path):
    """A file with something in it that happens to have the lock's name is refused and stays."""
    there = tmp_path / "there.csv"
    there.write_text("precious")
    with (
        pytest.raises(FileError, match=r"E414.*there\.csv"),
        held(there, "E415", tmp_path / "out.csv"),
    ):
        pass
    assert there.read_text() == "precious"
