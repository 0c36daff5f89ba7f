"""The shipped model's behaviour on minimal pairs, family by family."""

import importlib.util
import json
from pathlib import Path

import pytest

import givesell
from givesell.core.card import known_limits
from givesell.datasets import load_posts

SPEC = importlib.util.spec_from_file_location(
    "behaviour_suite", Path(__file__).with_name("suite.py")
)
suite = importlib.util.module_from_spec(SPEC)
SPEC.loader.exec_module(suite)

FAMILIES, PAIRS = suite.families(), suite.pairs()
LEVELS = json.loads((suite.FOLDER / "levels.json").read_text())
SLACK = 1  # pairs by which a model trained anew may differ
STALE = "run: python benchmarks/behaviour.py --write benchmarks/behaviour.md"


@pytest.fixture(scope="module")
def results():
    """The shipped model on all pairs."""
    return {result.name: result for result in suite.run(givesell.load())}


def test_the_suite_is_whole():
    """At least 300 pairs of two different posts, each family described and of a size that tells
    something, no pair twice.
    """
    rows = [(family, *pair) for family, found in PAIRS.items() for pair in found]
    assert len(rows) >= 300
    assert len({row[1:] for row in rows}) == len(rows)
    assert all(first != second for _, first, second in rows)
    assert set(PAIRS) == set(FAMILIES) == set(LEVELS)
    assert all(len(found) >= 8 for found in PAIRS.values())
    assert {family["kind"] for family in FAMILIES.values()} == {"contrast", "same", "up", "down"}


@pytest.mark.parametrize("family", FAMILIES)
def test_family_holds_its_level(family, results):
    """The model passes as many pairs as were measured, a pair of slack apart: a worse one fails
    here.
    """
    result = results[family]
    failed = [pair for pair, fine in zip(result.pairs, result.passed, strict=True) if not fine]
    assert sum(result.passed) >= LEVELS[family] - SLACK, failed


def test_half_of_the_families_are_perfect():
    """Most families that must not matter or must move one way pass whole, so that their level
    says something.
    """
    whole = [family for family in FAMILIES if LEVELS[family] == len(PAIRS[family])]
    assert len(whole) >= len(FAMILIES) / 2


@pytest.mark.parametrize(
    ("kind", "first", "second", "expected"),
    [
        ("contrast", "Thanks so much!", "Buy now, link in bio", True),
        ("contrast", "Buy now, link in bio", "Thanks so much!", False),
        ("contrast", "Thanks so much!", "Thanks so much!!", False),
        ("same", "Thanks so much!", "Thanks so much!", True),
        ("same", "Thanks so much!", "Buy now, link in bio", False),
        ("same", "", "", False),
        ("up", "New mugs.", "New mugs. DM to order.", True),
        ("down", "New mugs.", "New mugs. DM to order.", False),
        ("up", "New mugs.", "New mugs.", False),
    ],
)
def test_what_passes(kind, first, second, expected):
    """The rule of each kind of family tells right from wrong."""
    assert suite.passes(kind, *givesell.classify([first, second])) is expected


def test_limits_are_those_measured(results):
    """The limits of the model card are the families under 90% of the model as it is."""
    known = [limit._asdict() for limit in known_limits(givesell.load().digest)]
    assert suite.limits(list(results.values())) == known, STALE


def test_the_card_lists_the_limits():
    """The card of the shipped model names each limit with its rate; that of another model, of
    whatever name, does not.
    """
    model = givesell.load()
    limits = known_limits(model.digest)
    assert limits
    for limit in limits:
        assert f"{limit.what} ({limit.passed} of {limit.pairs} pairs)" in model.card()
    assert known_limits(None) == known_limits("0" * 64) == []
    few = givesell.train(load_posts().head(300), name="givesell-en")
    assert few.info["name"] == "givesell-en"
    assert "pairs)" not in few.card()
