"""The compiled functions' cache on disk: found again, never stale, never in the way."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from givesell.text import compiled as module

CALLED = "from {package}.compiled import compiled\n\n\n@compiled\ndef add(number):\n    return number + {number}\n"
CALLER = """
import json
from {package}.compiled import compiled
from {package}.called import add


@compiled
def twice(number):
    return add(add(number))


result = twice(40)
stats = twice.stats
print(json.dumps([result, stats.cache_path, sum(stats.cache_hits.values())]))
"""


@pytest.fixture
def package(tmp_path):
    """Make a package with the decorator and one compiled function that calls another."""
    folder = tmp_path / "package"
    folder.mkdir()
    (folder / "__init__.py").touch()
    (folder / "compiled.py").write_bytes(Path(module.__file__).read_bytes())
    (folder / "called.py").write_text(CALLED.format(package="package", number=1))
    (folder / "caller.py").write_text(CALLER.format(package="package"))
    return folder


def run(package, before="", **variables):
    """Run the package's caller in a process of its own; its result, where its cache is, and how often it was found there."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("NUMBA_")}
    command = [sys.executable, "-W", "error", "-c", f"{before}\nimport package.caller"]
    answer = subprocess.run(
        command, env=environment | variables, cwd=package.parent, capture_output=True, text=True, check=False, timeout=60
    )
    assert (answer.returncode, answer.stderr) == (0, "")
    return json.loads(answer.stdout)


def without_pycache(package):
    """Leave no room for a cache beside the module: root may write to any folder, so a file stands in its place."""
    (package / "__pycache__").write_text("not a folder")


def test_beside_the_module(package):
    """The cache is kept beside the module and found by the next process."""
    assert run(package) == [42, str(package / "__pycache__"), 0]
    assert run(package) == [42, str(package / "__pycache__"), 1]


def test_named_folder(package, tmp_path):
    """A folder named by NUMBA_CACHE_DIR is used where the package folder cannot be written."""
    without_pycache(package)
    for hits in (0, 1):
        result, path, found = run(package, NUMBA_CACHE_DIR=str(tmp_path / "named"))
        assert (result, found) == (42, hits)
        assert Path(path).is_relative_to(tmp_path / "named")


@pytest.mark.skipif(sys.platform != "linux", reason="the user's cache folder is named by XDG_CACHE_HOME on Linux only")
def test_user_folder(package, tmp_path):
    """The user's cache folder is used where the package folder cannot be written."""
    without_pycache(package)
    for hits in (0, 1):
        result, path, found = run(package, XDG_CACHE_HOME=str(tmp_path / "user"))
        assert (result, found) == (42, hits)
        assert Path(path).is_relative_to(tmp_path / "user")


@pytest.mark.skipif(sys.platform != "linux", reason="the user's cache folder is named by XDG_CACHE_HOME on Linux only")
def test_nowhere(package):
    """Where no folder can be written, functions are compiled anew and work."""
    without_pycache(package)
    below = str(package / "__pycache__" / "below")
    assert run(package, HOME=below, XDG_CACHE_HOME=below) == [42, None, 0]


def test_full_disk(package):
    """A cache that cannot be saved costs nothing but the next compilation."""
    full = "import numba.core.caching as c\ndef save(*args): raise OSError(28, 'No space left on device')\nc.IndexDataCacheFile.save = save"
    assert run(package, before=full)[0] == 42
    assert run(package)[0::2] == [42, 0]


@pytest.mark.parametrize("ending", ["nbi", "nbc"])
def test_damaged_cache(package, ending):
    """A damaged cache file is replaced."""
    run(package)
    for path in (package / "__pycache__").glob(f"*.{ending}"):
        path.write_bytes(path.read_bytes()[:10])
    assert run(package)[0::2] == [42, 0]
    assert run(package)[0::2] == [42, 1]


def test_change_in_another_file(package):
    """A change to a called function in another file of the folder is seen, though the caller's file is as it was."""
    assert run(package)[0] == 42
    (package / "called.py").write_text(CALLED.format(package="package", number=2))
    assert run(package) == [44, str(package / "__pycache__"), 0]


def test_without_compiler():
    """Functions work as plain Python where Numba is told not to compile."""
    code = "from givesell.text.compiled import compiled\nprint(compiled(lambda number: 2 * number)(21))"
    root = str(Path(module.__file__).parents[2])
    environment = os.environ | {"NUMBA_DISABLE_JIT": "1", "PYTHONPATH": root}
    assert subprocess.check_output([sys.executable, "-c", code], env=environment, text=True, timeout=60) == "42\n"
