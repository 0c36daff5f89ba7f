"""What editors and type checkers know of the public names."""

import ast
import inspect
import pkgutil
import re
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import Any, get_overloads

import pytest

import givesell

TYPES = Path(__file__).with_name("types")
ROOT = Path(__file__).parents[1]
PROTOCOL = ("__init__", "__call__", "__getitem__", "__iter__", "__len__")


@pytest.mark.skipif(find_spec("mypy") is None, reason="mypy is not installed: see the extra test")
def test_checkers_know_what_is_returned():
    """Mypy finds in `tests/types` the types that are asserted there."""
    done = subprocess.run(
        [sys.executable, "-m", "mypy", *sorted(TYPES.glob("*.py"))],
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout + done.stderr


def documented_names():
    """Return the names that README, docs and notebooks give with the module they are in."""
    pages = [ROOT / "README.md", *ROOT.glob("docs/*.md"), *ROOT.glob("notebooks/*.ipynb")]
    text = "\n".join(page.read_text(encoding="utf-8") for page in pages)
    imported = re.findall(r"from (givesell[\w.]*) import ([\w, ]+)", text)
    return {
        *re.findall(r"\bgivesell(?:\.\w+)+", text),
        *(f"{module}.{name.split()[0]}" for module, names in imported for name in names.split(",")),
    }


def public_objects():
    """Yield the public names, and those that are documented, with what they are called."""
    for name in sorted(documented_names() | {f"givesell.{name}" for name in givesell.__all__}):
        try:
            value = pkgutil.resolve_name(name)
        except (ImportError, AttributeError):
            continue  # a file, a command or a spaCy factory
        if getattr(value, "__module__", "").startswith("givesell"):
            yield name.removeprefix("givesell."), value


def functions_of(name, value):
    """Yield a function, or the methods and properties of a class, inherited ones too, with what
    they are called.
    """
    members = {name: value}
    if inspect.isclass(value):
        names = [*(of for of in dir(value) if not of.startswith("_")), *PROTOCOL]
        members = {f"{name}.{of}": inspect.getattr_static(value, of, None) for of in names}
    for of, member in members.items():
        inner = (getattr(member, what, None) for what in ("fget", "func", "__func__"))
        function = next(filter(None, inner), member)
        function = inspect.unwrap(function) if callable(function) else function
        # Methods that scikit-learn hands down are its own.
        if inspect.isfunction(function) and function.__module__.startswith("givesell"):
            yield of, function


def returned_by(function):
    """Yield our classes that the return annotation names, with their names."""
    module = sys.modules[function.__module__]
    imports = {
        alias.asname or alias.name: f"{node.module}.{alias.name}"
        for node in ast.walk(ast.parse(inspect.getsource(module)))
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    }
    for one in (function, *get_overloads(function)):
        text = inspect.formatannotation(one.__annotations__.get("return"))
        for word in re.findall(r"[\w.]+", text):
            path = word if "." in word else imports.get(word, f"{module.__name__}.{word}")
            if path.startswith("givesell."):
                value = pkgutil.resolve_name(path) if "." in word or word in imports else None
                if inspect.isclass(value):
                    yield value.__name__, value


def public_functions():
    """Yield the public functions and methods, and those of what they return."""
    objects, seen = list(public_objects()), set()
    for name, value in objects:
        for of, function in functions_of(name, value):
            if function not in seen:
                seen.add(function)
                objects += returned_by(function)
                yield of, function


FUNCTIONS = [pytest.param(function, id=name) for name, function in public_functions()]


@pytest.mark.parametrize("function", FUNCTIONS)
def test_nothing_public_returns_anything(function):
    """No public function, method or property is annotated to return Any, nor any of its
    overloads.
    """
    for one in (function, *get_overloads(function)):
        annotation = one.__annotations__.get("return", "missing")
        assert annotation not in (Any, "Any", "missing") or function.__name__ == "__init__"


@pytest.mark.parametrize("function", FUNCTIONS)
def test_nothing_public_takes_anything(function):
    """Each parameter of a public function or method says what it takes: an editor shows it."""
    for one in get_overloads(function) or [function]:
        for name, parameter in inspect.signature(one).parameters.items():
            if name not in ("self", "cls") and parameter.kind is not parameter.VAR_KEYWORD:
                assert parameter.annotation not in (Any, "Any", parameter.empty), name


@pytest.mark.parametrize(
    "function", [givesell.classify, givesell.Model.classify, givesell.Scorer.__call__]
)
def test_lists_come_before_columns_of_other_libraries(function):
    """Where pandas or Polars is not installed, a checker takes a list for a column of it, unless
    an overload for lists comes first.
    """
    taken = [str(one.__annotations__["posts"]) for one in get_overloads(function)]
    lists = next(at for at, text in enumerate(taken) if "PlainPosts" in text or "Sequence" in text)
    assert lists < min(at for at, text in enumerate(taken) if text.startswith(("pd.", "pl.")))


def test_members_of_all_kinds_are_looked_at():
    """The two tests above see functions, methods, properties, cached ones, classmethods,
    inherited methods and functions that are documented by their module.
    """
    seen = {each.id for each in FUNCTIONS}
    assert seen > {
        "train",
        "Model.from_pipeline",
        "Model.thresholds",
        "Model.pipeline",
        "Evaluation.__getitem__",
        "Scorer.__call__",
        "Archive.frame",
        "datasets.load_posts",
    }


def test_checkers_see_the_public_names():
    """The names that are imported for type checkers are those of the table, from the same
    modules.
    """
    tree = ast.parse(Path(givesell.__file__).read_text(encoding="utf-8"))
    block = next(
        node
        for node in tree.body
        if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING"
    )
    seen = {
        alias.asname: node.module
        for node in block.body
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    }
    assert seen == givesell._HOMES
