"""The ranges of the numbers that training takes."""

import numpy as np
import pandas as pd
import pytest

import givesell
from givesell.datasets import load_posts
from givesell.errors import ArgumentError, DataError
from givesell.labelled.ranges import RANGES, check_ranges

POSTS = load_posts().head(60)


@pytest.mark.parametrize("name", RANGES)
def test_ends(name):
    """Both ends of a range are taken, whatever the kind of number; what lies beyond, and what is
    none, is refused by name.
    """
    for value in RANGES[name]:
        check_ranges(**{name: value})
        check_ranges(**{name: np.float64(value)})
    for value in (-1, 1e300, np.inf, np.nan, "1", None, True, [1], 10**400):
        with pytest.raises(ArgumentError, match=f"E206.*{name} must be a number from"):
            check_ranges(**{name: value})


@pytest.mark.parametrize(
    "given",
    [
        {"C": 1e300}, {"C": 0}, {"C": float("nan")}, {"borderline_weight": 1e300},
        {"borderline_weight": -1}, {"prior": 0}, {"prior": 1},
        {"precision": 2}, {"strength": 1e300, "base": "givesell-en"}, {"also": [(POSTS, 1e300)]},
        {"also": [(POSTS, float("nan"))]},
        {"tune": {"classifier__C": [1.0, 1e300]}}, {"name": "x" * 300}, {"name": ""},
    ],
)  # fmt: skip
def test_training_refuses(given):
    """Numbers that would keep a fit busy for ever, and names that no artifact holds, are refused
    before anything is fitted.
    """
    with pytest.raises(ArgumentError, match=r"E206|E210"):
        givesell.train(POSTS, **given)


@pytest.mark.parametrize("value", [1e300, -1, float("inf")])
def test_weights_of_posts(value):
    """A weight beyond its range is told with its row."""
    weights = pd.Series([1.0] * 59 + [value], index=POSTS.index)
    with pytest.raises(DataError, match=f"E312.*row {POSTS.index[-1]}.*from 0 to 1,000,000"):
        givesell.train(POSTS, weight=weights)
