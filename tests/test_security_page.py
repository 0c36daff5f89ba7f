"""The limits that the security page names are those of the code."""

import importlib
import re
from pathlib import Path

import pytest

PAGE = Path(__file__).parents[1] / "SECURITY.md"
ROWS = re.findall(
    r"^\| (.+?) \| ([\d,]+)( MiB)? \| `([\w.]+)` \|$",
    PAGE.read_text(encoding="utf-8"),
    flags=re.MULTILINE,
)


@pytest.mark.parametrize(("what", "number", "unit", "constant"), ROWS, ids=[row[3] for row in ROWS])
def test_a_limit_is_what_the_page_says(what, number, unit, constant):
    """Who relies on the page relies on the code."""
    module, _, name = constant.rpartition(".")
    value = getattr(importlib.import_module(f"givesell.{module}"), name)
    assert value == int(number.replace(",", "")) * (2**20 if unit else 1), what


def test_the_page_names_limits():
    """The table of limits is found in SECURITY.md, so that the tests below check something."""
    assert len(ROWS) > 15
