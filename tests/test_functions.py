"""How long and how branched a function may be, in Python and in Cython; ruff limits the branches of
what is in Python (C901).
"""

import ast
import re

import pytest

from tools import cython_source
from tools.rooms import PACKAGE, ROOT

LONGEST = 80  # lines of a body, the docstring apart
MOST_BRANCHED = 15  # McCabe's complexity, as pyproject.toml has it for ruff
WIDEST = 100


def sources(*endings):
    """Return the sources of the package by their paths."""
    folder = ROOT / PACKAGE
    paths = sorted(path for ending in endings for path in folder.rglob(f"*{ending}"))
    return {str(path.relative_to(folder)): path.read_text(encoding="utf-8") for path in paths}


PYTHON, KERNELS, HEADERS = sources(".py"), sources(".pyx", ".pxd"), sources(".h")


def functions(source):
    """Return the functions in a source, those inside others too, each with the lines of its body
    without the docstring.
    """
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            body = node.body[ast.get_docstring(node) is not None :]
            yield node, body[-1].end_lineno - body[0].lineno + 1 if body else 0


def test_no_function_is_too_long():
    """A body that does not fit on a screen is several functions, in kernels too."""
    found = {
        f"{name}:{node.name}"
        for name, source in PYTHON.items()
        for node, lines in functions(source)
        if lines > LONGEST
    } | {
        f"{name}:{function.name}"
        for name, source in KERNELS.items()
        for function in cython_source.functions(source)
        if function.lines > LONGEST
    }
    assert found == set()


@pytest.mark.parametrize("name", HEADERS)
def test_no_function_of_a_header_is_too_long(name):
    """Loops in C are as short."""
    bodies = re.findall(r"^\{\n(.*?)^\}\n", HEADERS[name], re.MULTILINE | re.DOTALL)
    heads = re.findall(r"^\w[\w ]*\(.*?\)\n", HEADERS[name], re.MULTILINE | re.DOTALL)
    assert len(bodies) == len(heads) > 0
    assert max(body.count("\n") for body in bodies) <= LONGEST


def test_no_kernel_has_too_many_branches():
    """What ruff holds Python to holds in Cython too."""
    found = {
        f"{name}:{function.name}"
        for name, source in KERNELS.items()
        for function in cython_source.functions(source)
        if function.complexity > MOST_BRANCHED
    }
    assert found == set()


def test_no_function_is_exempt_from_the_limit_of_branches():
    """The limit is lifted nowhere."""
    assert [name for name, source in PYTHON.items() if "C901" in source] == []


@pytest.mark.parametrize("name", [*KERNELS, *HEADERS])
def test_lines_of_kernels_fit(name):
    """What the formatter sees to in Python holds in Cython and C: no line is too wide, none ends in
    blanks, tabs there are none.
    """
    lines = enumerate((KERNELS | HEADERS)[name].splitlines(), 1)
    wrong = [n for n, text in lines if len(text) > WIDEST or text != text.rstrip() or "\t" in text]
    assert wrong == []


def test_the_length_is_that_of_the_body():
    """Decorators, arguments and the docstring do not count; what a function holds does."""
    source = (
        'def f(\n    x,\n):\n    """One.\n\n    Two.\n    """\n    def g():\n        pass\n    g()'
    )
    assert [(node.name, lines) for node, lines in functions(source)] == [("f", 3), ("g", 1)]
    read = [(found.name, found.lines) for found in cython_source.functions(source + "\n")]
    assert read == [("f", 3), ("g", 1)]


CYTHON = '''
cdef extern from "some.h" nogil:
    int outside(int x)

cdef struct Pair:
    int left  # not a function (this)
    int right

cdef enum:
    SIX = 6

cdef int sizes[2]
cdef int declared(int x) noexcept nogil
cdef dict made = dict(a=lambda x: x)

cdef inline int* one(const int* x, bint flag=(1 if SIX else 0)) noexcept nogil: return x

cdef class Holder(Base):
    """A class."""

    cdef int value

    def __init__(
        self, value
    ):
        """Docstring, which may
        have lines.
        """
        # A remark.
        if value:
            self.value = <int>value

        elif other(&self.value) and not (
            value
        ):
            raise ValueError(
                "last"
            )

cpdef int loops(int n) except? -1:
    cdef int i
    for i in range(n):
        while i:
            try:
                i -= 1 if n else 2
            except ValueError:
                pass
    else:
        return c":"
    return i
'''


def test_functions_in_cython_are_found():
    """Functions are told from classes, structs, declarations and lambdas, whatever their types and
    arguments; branches are counted as ruff counts them.
    """
    found = [
        (function.name, function.lines, function.complexity)
        for function in cython_source.functions(CYTHON)
    ]
    assert found == [("one", 1, 1), ("__init__", 9, 3), ("loops", 10, 4)]


@pytest.mark.parametrize("source", ["cdef:\n    int f(int x):\n        return x\n", "x = (\n"])
def test_what_is_not_read_is_an_error(source):
    """A source that the guard cannot read does not pass it."""
    with pytest.raises(Exception, match=r"declarations|EOF"):
        list(cython_source.functions(source))
