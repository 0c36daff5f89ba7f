"""What a fresh process has imported when it gives its first verdict."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import givesell

PACKAGE = Path(givesell.__file__).parent

# None of these is needed to classify a str or a list; most of them take longer than that.
HEAVY = (
    "joblib matplotlib mypy pandas polars pyarrow rich scipy selectolax sklearn spacy torch typer"
).split()
# Of Python's own: archives and compression, copies of folders, subprocesses, servers, the network.
SLOW = (
    "asyncio bz2 concurrent csv email http lzma multiprocessing shutil sqlite3 ssl subprocess"
    " tempfile xml zipfile"
).split()


def imported_by(code):
    """Return the modules that a fresh process has after running code."""
    code = f"import sys; {code}; print(*sys.modules)"
    run = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    return {name.partition(".")[0] for name in run.stdout.split()}


@pytest.mark.parametrize("model", ["None", "'givesell-en-deep'"])
@pytest.mark.parametrize("posts", ["'Thanks!'", "['Thanks!', None]", "('Thanks!',)"])
@pytest.mark.parametrize("function", ["classify", "score"])
def test_first_verdict(function, posts, model):
    """A str and a list are judged with NumPy, msgspec and Python's own modules alone."""
    code = f"import givesell; givesell.{function}({posts}, model={model})"
    loaded = imported_by(code)
    assert {"numpy", "msgspec"} <= loaded
    assert not loaded & {*HEAVY, *SLOW}


def test_import_alone():
    """Importing givesell imports nothing that takes time, not even NumPy or typing."""
    loaded = imported_by("import givesell")
    assert not loaded & {
        *HEAVY,
        *SLOW,
        "numpy",
        "msgspec",
        "typing",
        "re",
        "dataclasses",
        "pathlib",
    }


def test_what_the_package_imports():
    """Of the package itself only its name is imported, until something is used."""
    code = "import sys, givesell; print(*(name for name in sys.modules if 'givesell' in name))"
    run = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert run.stdout.split() == ["givesell._moved", "givesell._version", "givesell"]


def test_a_checkout_that_is_not_compiled_says_what_to_do(tmp_path):
    """Without its compiled modules the package says in one sentence how to install it."""
    shutil.copytree(
        PACKAGE, tmp_path / "givesell", ignore=shutil.ignore_patterns("*.so", "*.pyd", "models")
    )
    process = subprocess.run(
        [sys.executable, "-m", "givesell", "classify", "Thanks!"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert process.returncode == 1
    assert "[E120] givesell is not compiled" in process.stderr
    assert "Traceback" not in process.stderr
