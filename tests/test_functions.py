"""How long and how branched a function may be; ruff limits the branches (C901)."""

import ast

import pytest

from tools.rooms import PACKAGE, ROOT

LONGEST = 80  # lines of a body, the docstring apart
SOURCES = {
    str(path.relative_to(ROOT / PACKAGE)): path.read_text(encoding="utf-8")
    for path in sorted((ROOT / PACKAGE).rglob("*.py"))
}


def functions(source):
    """Return the functions in a source, those inside others too, each with the lines of its body
    without the docstring, and whether it is compiled.
    """
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            body = node.body[ast.get_docstring(node) is not None :]
            lines = body[-1].end_lineno - body[0].lineno + 1 if body else 0
            compiled = any("compiled" in ast.unparse(mark) for mark in node.decorator_list)
            yield node, lines, compiled


def test_no_function_is_too_long():
    """Outside compiled code, which pays for calls in ways of its own, a body that does not fit on a
    screen is several functions.
    """
    found = {
        f"{name}:{node.name}"
        for name, source in SOURCES.items()
        for node, lines, compiled in functions(source)
        if lines > LONGEST and not compiled
    }
    assert found == set()


@pytest.mark.parametrize("name", [name for name, text in SOURCES.items() if "C901" in text])
def test_only_compiled_functions_are_exempt_from_the_limit_of_branches(name):
    """The limit is lifted for single compiled functions, with a reason beside it."""
    source = SOURCES[name]
    lines = source.splitlines()
    exempt = {at + 1 for at, line in enumerate(lines) if "C901" in line}
    compiled = {node.lineno for node, _, is_compiled in functions(source) if is_compiled}
    assert exempt <= compiled
    for at in exempt:
        assert lines[at - 1].partition("noqa: C901")[2].strip(" -"), "say why"


def test_the_length_is_that_of_the_body():
    """Decorators, arguments and the docstring do not count; what a function holds does."""
    source = (
        'def f(\n    x,\n):\n    """One.\n\n    Two.\n    """\n    def g():\n        pass\n    g()'
    )
    assert [(node.name, lines) for node, lines, _ in functions(source)] == [("f", 3), ("g", 1)]
