"""What is built: kernels that are compiled, and what the wheel and the sdist hold."""

import fnmatch
import importlib
import inspect
import tomllib
from pathlib import Path

import pytest

from building import backend
from building.settings import MOVED, PACKAGE, ROOT, SHARED
from givesell.core.model_packages import OURS
from givesell.core.shipped import shipped_models

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
# Of the kernels, and what is made of them.
NOT_IN_WHEEL = {".pyx", ".pxd", ".h"}
MADE = {".so", ".pyd", ".c"}
FILES = [
    path
    for path in (ROOT / PACKAGE).rglob("*")
    if path.is_file() and path.suffix not in MADE and path.parent.name != "__pycache__"
]
KERNELS = [path for path in FILES if path.suffix == ".pyx"]


def module_of(path: Path) -> str:
    """Return the name of the module of a file."""
    return ".".join(path.relative_to(ROOT).with_suffix("").parts)


@pytest.mark.parametrize("kernel", KERNELS, ids=module_of)
def test_kernels_are_compiled(kernel):
    """What is imported under the name of a kernel is a compiled module beside its source."""
    module = importlib.import_module(module_of(kernel))
    assert Path(inspect.getfile(module)).suffix in (".so", ".pyd")
    assert importlib.import_module(SHARED)


def test_every_file_of_the_package_is_in_the_wheel_or_a_kernels_source():
    """A new kind of data file is not forgotten when a wheel is built; sources of kernels stay
    out of it.
    """
    patterns = PROJECT["tool"]["setuptools"]["package-data"]["*"]
    for path in FILES:
        above = [path.name, f"{path.parent.name}/{path.name}"]
        held = path.suffix == ".py" or any(
            fnmatch.fnmatchcase(name, pattern) for name in above for pattern in patterns
        )
        assert held != (path.suffix in NOT_IN_WHEEL), path


def test_every_folder_of_modules_is_a_package():
    """A folder without `__init__.py` is left out of a wheel."""
    for path in FILES:
        if path.suffix in {".py", ".pyx"}:
            assert (path.parent / "__init__.py").exists(), path


def test_the_wheel_holds_the_models_and_the_codebook():
    """All shipped models and the codebook, which lie beside the package in a checkout, come with
    an installed one.
    """
    assert {Path(source).name for source in MOVED} == {*shipped_models(), "codebook.md"}
    assert all((ROOT / source).exists() for source in MOVED)


def test_the_sdist_holds_what_builds_and_tests_the_package():
    """From an sdist the package can be built and its tests run: every folder of the checkout with
    Python, a model or a page is in it.
    """
    lines = (ROOT / "MANIFEST.in").read_text(encoding="utf-8").splitlines()
    grafted = {line.removeprefix("graft ") for line in lines if line.startswith("graft ")}
    needed = {"building", "docs", "fuzz", PACKAGE, "models", "notebooks", "tests", "tools"}
    assert needed <= grafted
    assert "setup.py" in " ".join(lines)


def test_models_that_are_packages_of_their_own_are_in_no_other():
    """Neither the wheel nor the sdist of the library brings them."""
    lines = (ROOT / "MANIFEST.in").read_text(encoding="utf-8").splitlines()
    for name in OURS:
        assert lines.index(f"prune models/{name}") > lines.index("graft models")
        assert not [source for source in MOVED if name in source]


def test_kernels_are_compiled_with_the_same_with_and_without_pip():
    """The extra that `python setup.py` needs is what pip takes to build."""
    extras = PROJECT["project"]["optional-dependencies"]
    assert extras["compile"] == PROJECT["build-system"]["requires"]


def test_a_checkout_that_cannot_be_written_to_is_built_in_a_copy(monkeypatch, tmp_path):
    """A wheel can be built from a checkout of somebody else, or mounted to be read only."""
    checkout = tmp_path / "givesell"
    (checkout / "build").mkdir(parents=True)
    (checkout / "setup.py").touch()

    def build_wheel(*arguments):
        here = Path.cwd()
        assert here != checkout
        assert here.name == checkout.name
        assert [path.name for path in here.iterdir()] == ["setup.py"]
        (here / "build").mkdir()
        return "a wheel"

    monkeypatch.setattr(backend, "ROOT", checkout)
    monkeypatch.setattr(backend.os, "access", lambda path, mode: False)
    monkeypatch.setattr(backend.build_meta, "build_wheel", build_wheel)
    before = Path.cwd()
    assert backend.build_wheel("wheels") == "a wheel"
    assert Path.cwd() == before
