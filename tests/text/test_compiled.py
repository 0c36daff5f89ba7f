"""The compiled functions' cache on disk: found again, never stale, never in the way."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from givesell.text import compiled as module

CALLED = (
    "from {package}.compiled import compiled\n\n\n@compiled\ndef add(number):\n    return number +"
    " {number}\n"
)
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


def run(package, before="", said="", **variables):
    """Run the package's caller in a process of its own; its result, where its cache is, and how
    often it was found there.
    """
    environment = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("NUMBA_", "GIVESELL_"))
    }
    hints = (
        ["-W", "default:::package.compiled"] if said else []
    )  # else they are errors, and yet cost nothing
    command = [sys.executable, "-W", "error", *hints, "-c", f"{before}\nimport package.caller"]
    answer = subprocess.run(
        command,
        env=environment | variables,
        cwd=package.parent,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert answer.returncode == 0, answer.stderr
    assert bool(answer.stderr) == bool(said), answer.stderr
    assert re.search(said, answer.stderr)
    assert answer.stderr.count("HintWarning: ") == bool(said)
    return json.loads(answer.stdout)


def without_pycache(package):
    """Leave no room for a cache beside the module: root may write to any folder, so a file
    stands in its place.
    """
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


@pytest.mark.skipif(
    sys.platform != "linux",
    reason="the user's cache folder is named by XDG_CACHE_HOME on Linux only",
)
def test_user_folder(package, tmp_path):
    """The user's cache folder is used where the package folder cannot be written."""
    without_pycache(package)
    for hits in (0, 1):
        result, path, found = run(package, XDG_CACHE_HOME=str(tmp_path / "user"))
        assert (result, found) == (42, hits)
        assert Path(path).is_relative_to(tmp_path / "user")


@pytest.mark.skipif(
    sys.platform != "linux",
    reason="the user's cache folder is named by XDG_CACHE_HOME on Linux only",
)
def test_nowhere(package):
    """Where no folder can be written, functions are compiled anew and work."""
    without_pycache(package)
    below = str(package / "__pycache__" / "below")
    assert run(package, HOME=below, XDG_CACHE_HOME=below) == [42, None, 0]
    said = (
        "HintWarning: givesell is compiled again at each start.*Set GIVESELL_CACHE_DIR.*givesell"
        " warm-up once"
    )
    assert run(package, said=said, HOME=below, XDG_CACHE_HOME=below) == [42, None, 0]


def test_own_variable(package, tmp_path):
    """A folder named by GIVESELL_CACHE_DIR comes before all others, and one that cannot be used
    is named once.
    """
    for hits in (0, 1):
        result, path, found = run(
            package,
            GIVESELL_CACHE_DIR=str(tmp_path / "own"),
            NUMBA_CACHE_DIR=str(tmp_path / "named"),
        )
        assert (result, found) == (42, hits)
        assert Path(path).is_relative_to(tmp_path / "own")
    (tmp_path / "file").touch()
    said = (
        r"HintWarning: GIVESELL_CACHE_DIR names no folder that only this user can write to:"
        r" .*file\. .*stored in .*__pycache__"
    )
    assert run(package, said=said, GIVESELL_CACHE_DIR=str(tmp_path / "file"))[0] == 42
    assert run(package, GIVESELL_CACHE_DIR=str(tmp_path / "file"))[0::2] == [42, 1]


@pytest.mark.skipif(
    sys.platform != "linux",
    reason="the user's cache folder is named by XDG_CACHE_HOME on Linux only",
)
def test_a_folder_that_can_only_be_read(package):
    """What one who could write has kept serves those who cannot, such as in a container; what is
    not there is compiled again.
    """
    run(package)
    below = str(package / "nowhere" / "below")
    (package / "nowhere").touch()
    # Root may write to any folder.
    refuse = (
        "import tempfile\n"
        "def refuse(*args, dir=None, **options): raise PermissionError(13, 'read-only', dir)\n"
        "tempfile.TemporaryFile = refuse\n"
    )
    read = {"HOME": below, "XDG_CACHE_HOME": below, "before": refuse}
    assert run(package, **read) == [42, str(package / "__pycache__"), 1]
    (package / "called.py").write_text(CALLED.format(package="package", number=2))
    assert run(package, said="compiled again at each start", **read) == [
        44,
        str(package / "__pycache__"),
        0,
    ]


@pytest.mark.skipif(sys.platform == "win32", reason="terminals are made with pty")
def test_a_terminal_is_told(package):
    """On a terminal one line says that something is compiled, when it really is; what is found
    in the cache says nothing.
    """
    import pty

    told = []
    for _ in range(2):
        ours, theirs = pty.openpty()
        subprocess.run(
            [sys.executable, "-c", "import package.caller"],
            cwd=package.parent,
            stdout=subprocess.DEVNULL,
            stderr=theirs,
            check=True,
        )
        os.set_blocking(ours, False)
        os.close(theirs)
        try:
            told.append(os.read(ours, 10_000).decode())
        except OSError:
            told.append("")
        os.close(ours)
    assert told[0].count("\n") == 1
    assert "compiling for this machine, once" in told[0]
    assert told[1] == ""


def test_full_disk(package):
    """A cache that cannot be saved costs nothing but the next compilation."""
    full = (
        "import numba.core.caching as c\ndef save(*args): raise OSError(28, 'No space left on"
        " device')\nc.IndexDataCacheFile.save = save"
    )
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
    """A change to a called function in another file of the folder is seen, though the caller's
    file is as it was.
    """
    assert run(package)[0] == 42
    (package / "called.py").write_text(CALLED.format(package="package", number=2))
    assert run(package) == [44, str(package / "__pycache__"), 0]


def test_without_compiler():
    """Functions work as plain Python where Numba is told not to compile."""
    code = (
        "from givesell.text.compiled import compiled\nprint(compiled(lambda number: 2 *"
        " number)(21))"
    )
    root = str(Path(module.__file__).parents[2])
    environment = os.environ | {"NUMBA_DISABLE_JIT": "1", "PYTHONPATH": root}
    assert (
        subprocess.check_output(
            [sys.executable, "-c", code], env=environment, text=True, timeout=60
        )
        == "42\n"
    )


@pytest.mark.skipif(not hasattr(os, "geteuid"), reason="owners are told on POSIX systems")
@pytest.mark.parametrize(
    ("mode", "owner", "group", "private"),
    [
        (0o700, "me", "others", True),
        (0o755, "me", "others", True),
        (0o755, "root", "others", True),
        (0o755, "other", "others", False),
        (0o757, "me", "mine", False),
        (0o1777, "root", "others", False),
        (0o775, "me", "others", False),
        (0o775, "me", "mine", True),
    ],
)
def test_private_folders(monkeypatch, mode, owner, group, private):
    """A cache is private that nobody but this user and the system can write, a group of this
    user's own aside.
    """
    owners = {"me": os.geteuid(), "root": 0, "other": os.geteuid() + 1}
    found = os.stat_result((0o040000 | mode, 0, 0, 1, owners[owner], 7, 0, 0, 0, 0))
    monkeypatch.setattr(Path, "stat", lambda self: found)
    monkeypatch.setattr(module, "_own_group", lambda number: group == "mine")
    assert module.is_private("anywhere") == private


@pytest.mark.skipif(not hasattr(os, "geteuid"), reason="owners are told on POSIX systems")
def test_no_group_of_many_is_ones_own():
    """A group of another name than the user's, or of no name, is not the user."""
    assert not module._own_group(2**31 - 7)


@pytest.mark.skipif(not hasattr(os, "geteuid"), reason="permissions are told on POSIX systems")
def test_a_cache_that_others_can_write(package, tmp_path):
    """Machine code from a folder that others can write is not run: another place is taken, and
    none if all are so.
    """
    run(package)
    (package / "__pycache__").chmod(0o777)
    home = {"XDG_CACHE_HOME": str(tmp_path / "user"), "HOME": str(tmp_path)}
    result, path, hits = run(package, **home)
    assert (result, hits) == (42, 0)
    assert not Path(path).is_relative_to(package)
    for folder in (tmp_path / "user").rglob("*"):
        folder.chmod(0o777)
    assert run(package, **home) == [42, None, 0]
