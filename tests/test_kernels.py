"""What Python knows of the kernels: their constants, names and signatures."""

import ast
import inspect
import re
from enum import IntEnum, IntFlag
from functools import cache
from importlib import import_module

import pytest

from givesell.core import convolution, fused
from givesell.text.char_classes import Char
from givesell.text.fold_table import FOREIGN
from givesell.text.ngrams import Source
from givesell.text.token_kinds import Kind, Mark
from givesell.verdict import THRESHOLD, Status
from tools.cython_source import as_python, constants, statements
from tools.rooms import PACKAGE, ROOT, House

HOUSE = House.of_folder(ROOT / PACKAGE)


@cache
def constants_of(module):
    """Return the constants of a kernel by their enums; some are made of those of other kernels."""
    known = {}
    for taken in HOUSE.imports:
        if taken.source == module and taken.target in HOUSE.kernels:
            for values in constants_of(taken.target).values():
                known |= {name: values[name] for name in taken.names if name in values}
    return constants(HOUSE.kernels[module], known)


CONSTANTS = {module: constants_of(module) for module in HOUSE.kernels}
ENUMS: dict[str, type[IntEnum] | type[IntFlag]] = {
    enum.__name__: enum for enum in (Char, Kind, Mark, Source, Status)
}
# Modules in Python whose constants of the same name are something else.
NOT_MEANT = {"text.counting": {"text.posts"}}
COMPILED = sorted(
    ".".join(path.relative_to(ROOT).with_suffix("").parts)
    for path in (ROOT / PACKAGE).rglob("*.pyx")
)


def test_enums_are_those_of_python():
    """Each enum with a name has one in Python, with the same members; only none of all flags need
    not be there in C.
    """
    found = {(module, name) for module, enums in CONSTANTS.items() for name in enums if name}
    assert {name for _, name in found} == set(ENUMS)
    for module, name in found:
        expected = {member.name: member.value for member in ENUMS[name]}
        assert CONSTANTS[module][name] == expected, module


def test_constants_are_those_of_python():
    """A constant that a module in Python of the same room has too is the same there."""
    compared = set()
    for module, enums in CONSTANTS.items():
        room = HOUSE.room(module)
        others = {name for name in HOUSE.sources if HOUSE.room(name) == room} - {room}
        others -= NOT_MEANT.get(module, set())
        for name, value in enums.get("", {}).items():
            for other in others:
                found = getattr(import_module(f"{PACKAGE}.{other}"), name, None)
                if type(found) is int:
                    assert found == value, f"{module} and {other}: {name}"
                    compared.add(name)
    assert {"SHIFT", "EXPANDS", "UPPER", "VALUE", "NEEDS_PATH", "MOST_CHARS", "DIGITS"} <= compared
    assert CONSTANTS["text.entries"][""]["FOREIGN_LETTER"] == FOREIGN


def test_constants_of_headers_are_those_of_kernels():
    """Loops in C count to where the kernels count to."""
    source = (ROOT / PACKAGE / "core" / "lanes.h").read_text(encoding="utf-8")
    (enum,) = re.findall(r"^enum \{(.*)\};$", source, re.MULTILINE)
    assert dict(re.findall(r"GIVESELL_(\w+) = (\d+)", enum)) == {
        "FACETS": str(fused.MOST_FACETS),
        "ROWS": str(convolution.ROWS),
        "WINDOW": str(convolution.WINDOW),
    }


def test_the_tokens_that_are_read_have_room():
    """The opening and the closing of a long post fill the arrays for its tokens, and no more."""
    most_read = CONSTANTS["core.token_rows"][""]["MOST_READ"]
    assert most_read == convolution.OPENING + convolution.CLOSING


def test_the_threshold_of_the_scorer_is_that_of_verdicts():
    """A post whose probability is the threshold sells, to the kernel and to Python."""
    words = ["cdef", "double", "THRESHOLD", "=", repr(THRESHOLD)]
    assert words in [statement.words for statement in statements(HOUSE.kernels["core.fused"])]


def test_constants_are_read():
    """Values that are computed, that follow the last, and that end where the enum ends."""
    source = (
        "cdef enum:\n    A = 1 << 3  # eight\n    B = A | 2\n\ncdef enum Name:\n    C\n    D = -5\n"
        "    E\n\ncdef int F = 7\n"
    )
    assert constants(source) == {"": {"A": 8, "B": 10}, "Name": {"C": 0, "D": -5, "E": -4}}


def kernel(name, ending):
    """Return one of the files of a kernel."""
    return (ROOT / (name.replace(".", "/") + ending)).read_text(encoding="utf-8")


def imported(source):
    """Return the names that a kernel takes from other modules."""
    names = set()
    for node in ast.walk(ast.parse(as_python(source))):
        if isinstance(node, ast.Import | ast.ImportFrom):
            names |= {alias.asname or alias.name for alias in node.names}
    return names


def declared(body):
    """Return what a stub, or a class in it, declares, with the functions' names of arguments, and
    whether each may be left out; of anything else None.
    """
    found = {}
    for node in body:
        if isinstance(node, ast.AnnAssign):
            found[node.target.id] = None
        elif isinstance(node, ast.ClassDef):
            found[node.name] = declared(node.body)
        elif isinstance(node, ast.FunctionDef):
            is_property = any(ast.unparse(mark) == "property" for mark in node.decorator_list)
            found[node.name] = None if is_property else arguments(node.args)
    return found


def arguments(args):
    """Return the names of a function's arguments, and whether each may be left out."""
    plain = [*args.posonlyargs, *args.args]
    required = len(plain) - len(args.defaults)
    found = [(argument.arg, at >= required) for at, argument in enumerate(plain)]
    named = zip(args.kwonlyargs, args.kw_defaults, strict=True)
    return found + [(argument.arg, default is not None) for argument, default in named]


def signature(function):
    """Return the same of a compiled function, None of what is none."""
    if not callable(function):
        return None
    parameters = inspect.signature(function).parameters.values()
    return [(parameter.name, parameter.default is not parameter.empty) for parameter in parameters]


def heads(source):
    """Return the same of the special methods of a kernel's classes, which Python cannot ask for
    it.
    """
    found, cls = {}, ""
    for statement in statements(source):
        words = statement.words
        if statement.depth == 0:
            cls = words[2] if words[:2] == ["cdef", "class"] else ""
        elif cls and words[0] == "def" and words[1].startswith("__"):
            parts = " ".join(words[3 : words.index(")")]).split(" , ")
            split = [part.partition(" = ") for part in parts if part.strip(", *")]
            named = [(before.split()[-1], equals != "") for before, equals, _ in split]
            found.setdefault(cls, {})[words[1]] = named
    return found


@pytest.mark.parametrize("name", COMPILED)
def test_stubs_agree_with_what_is_compiled(name):
    """Each kernel has a stub with its functions, and with those of its classes that Python uses:
    names, members and signatures are those of the compiled module.
    """
    module, source = import_module(name), kernel(name, ".pyx")
    stub = declared(ast.parse(kernel(name, ".pyi")).body)
    public = {found for found in vars(module) if not found.startswith("_")} - imported(source)
    left_out = public - set(stub)
    assert set(stub) <= public
    assert {found for found in left_out if not inspect.isclass(getattr(module, found))} == set()
    for found, expected in stub.items():
        value = getattr(module, found)
        if inspect.isclass(value):
            special = heads(source).get(found, {})
            members = {
                member: special.get(member) or signature(method)
                for member, method in vars(value).items()
                if member in expected or not member.startswith("_")
            }
            if "__init__" in expected:  # a kernel checks where nobody can go past it
                members["__init__"] = special.get("__cinit__")
            methods = {member for member in members if members[member] is not None}
            assert methods - set(expected) == set()
            assert {member: members.get(member) for member in expected} == expected, found
        else:
            assert signature(value) == expected, found
