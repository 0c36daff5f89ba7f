"""What editors and type checkers know of the public names."""

import ast
import inspect
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import Any, get_overloads

import pytest

import givesell

TYPES = Path(__file__).with_name("types")


@pytest.mark.skipif(find_spec("mypy") is None, reason="mypy is not installed: see the extra lint")
def test_checkers_know_what_is_returned(pytestconfig):
    """Mypy finds in `tests/types` the types that are asserted there."""
    cache = pytestconfig.cache.mkdir("mypy")
    done = subprocess.run(
        [sys.executable, "-m", "mypy", f"--cache-dir={cache}", *sorted(TYPES.glob("*.py"))],
        cwd=TYPES.parents[1],
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout + done.stderr


def public_functions():
    """Yield the public functions, and the public methods of public classes, with their names."""
    for name in givesell.__all__:
        value = getattr(givesell, name)
        if inspect.isclass(value):
            for of, method in vars(value).items():
                function = method.fget if isinstance(method, property) else method
                function = getattr(function, "__func__", function)
                if inspect.isfunction(function) and (not of.startswith("_") or of == "__call__"):
                    yield f"{name}.{of}", function
        elif callable(value):
            yield name, value


@pytest.mark.parametrize(
    "function", [pytest.param(function, id=name) for name, function in public_functions()]
)
def test_nothing_public_returns_anything(function):
    """No public function or method is annotated to return Any, nor any of its overloads."""
    for one in (function, *get_overloads(function)):
        annotation = one.__annotations__.get("return", "missing")
        assert annotation not in (Any, "Any", "missing")


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
