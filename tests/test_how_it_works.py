"""The page `docs/how-it-works.md` says what is true of the code."""

import ast
import re
from pathlib import Path

import pytest

from tools.cython_source import functions
from tools.drawing import BEGIN, END, PAGE, drawing, page_with
from tools.rooms import PACKAGE, ROOT, House, declared

HOUSE = House.of_folder(ROOT / PACKAGE)
TEXT = PAGE.read_text(encoding="utf-8")
BY_HAND = TEXT.partition(BEGIN)[0] + TEXT.partition(END)[2]
# A step of a walk: an item of a numbered list that begins with functions.
STEPS = [
    name
    for line in re.findall(r"^\d+\. (.*?) [–-] ", BY_HAND, flags=re.MULTILINE)
    for name in re.findall(r"`([\w.]+)`", line)
]
PATHS = sorted(set(re.findall(r"`([\w./-]+\.(?:py|toml|md))`|\]\(([^)#:]+)\)", BY_HAND)))


def exists(name):
    """Whether a function, class or method exists, named by its module and its own name."""
    parts = name.split(".")
    kernel = ROOT / PACKAGE / Path(*parts[:-1]).with_suffix(".pyx")
    if kernel.exists():
        return parts[-1] in {each.name for each in functions(kernel.read_text(encoding="utf-8"))}
    for cut in range(len(parts) - 1, 0, -1):
        module = ".".join(parts[:cut])
        if module in HOUSE.sources:
            body = ast.parse(HOUSE.sources[module]).body
            for part in parts[cut:]:
                node = next((each for each in body if getattr(each, "name", None) == part), None)
                if node is None:
                    return False
                body = node.body
            return True
    return False


def test_the_drawing_is_up_to_date():
    """The rooms are drawn as they are; `make drawing` draws them anew."""
    assert page_with(drawing(HOUSE, declared()), TEXT) == TEXT, "run: make drawing"


@pytest.mark.parametrize("name", STEPS)
def test_the_functions_that_a_walk_passes_exist(name):
    """A walk names functions of the code by module and name."""
    assert exists(name)


def test_there_are_three_walks():
    """Of a post, of a file and of a table of labelled posts; else the pattern above sees none."""
    assert len(STEPS) > 25
    assert not exists("api.no_such_function")
    assert not exists("no_such_module.train")
    assert not exists("text.scanner.no_such_function")


@pytest.mark.parametrize("path", ["".join(pair) for pair in PATHS])
def test_the_files_that_it_names_exist(path):
    """Files and links are those of the repository."""
    places = (ROOT / PACKAGE, ROOT, PAGE.parent)
    assert any((place / path).exists() for place in places)


def test_readme_links_to_it():
    """Who looks for a map finds one."""
    assert "docs/how-it-works.md" in (ROOT / "README.md").read_text(encoding="utf-8")
