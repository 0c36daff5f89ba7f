"""Tests of `givesell.learn.fit`: what estimators are given to learn from."""

import numpy as np
import pytest

from givesell.datasets import load_posts
from givesell.labelled.read import read_labelled
from givesell.labelled.request import Request
from givesell.learn.fit import fit_network


class _Weights:
    """A network that keeps the weights it is given."""

    def fit(self, posts, target, weight):
        """Keep them."""
        self.weight = weight
        return self


@pytest.mark.parametrize("until", [None, "#"])
def test_accounts_of_one_source_weigh_as_sources_do(until):
    """Posts of an account weigh the same whether or not accounts of its source share a fold."""
    frame = load_posts().head(200).assign(certainty="clear")
    frame["source"] = [f"shop#{row // 20}" if row < 100 else "forum" for row in range(200)]
    data = read_labelled(Request(frame, groups="source", group_until=until))
    weight = fit_network(_Weights(), data, np.arange(200)).weight
    assert weight[0] / weight[150] == pytest.approx(5**0.5)
