"""Tests of `givesell.measure.thresholds`: where verdicts are sure."""

import numpy as np
import pytest
from scipy.special import expit

from givesell.measure.thresholds import sure_thresholds


@pytest.mark.parametrize("edge", [0.9995, 0.97, 0.6])
def test_separable_scores_have_thresholds_that_mean_something(edge):
    """Where no post lies between the labels, a verdict is sure from the precision on, or from
    where the posts lie if they lie nearer.
    """
    p = np.r_[np.linspace(1 - edge, 0.001, 80), np.linspace(edge, 0.999, 80)]
    low, high = sure_thresholds(p, np.arange(160) >= 80, 0.92)
    assert high == pytest.approx(min(edge, 0.92), abs=2e-4)
    assert low == pytest.approx(1 - high, abs=2e-4)


def test_dense_scores_keep_their_thresholds():
    """Where posts lie everywhere, the verdicts beyond reach the precision and those of one post
    more do not.
    """
    draw = np.random.default_rng(0)
    odds = draw.normal(0, 3, 20_000)
    selling = draw.random(20_000) < expit(odds)
    p = expit(odds)
    low, high = sure_thresholds(p, selling, 0.92)
    assert selling[p >= high].mean() >= 0.9199
    assert (~selling[p <= low]).mean() >= 0.9199
    assert 0.5 < high < 0.92
    assert 0.08 < low < 0.5


def test_a_gap_holds_no_wrong_posts():
    """The threshold moves into a gap and never over a post that would spoil the precision."""
    p = np.r_[np.full(100, 0.999), np.full(40, 0.95), np.linspace(0.01, 0.3, 60)]
    selling = np.r_[np.ones(100, bool), np.zeros(100, bool)]
    _, high = sure_thresholds(p, selling, 0.92)
    assert 0.95 < high < 0.999


def test_too_few_to_tell_are_never_sure():
    """With fewer than fifty posts on a side no verdict is sure there."""
    p = np.r_[np.full(30, 0.01), np.full(30, 0.99)]
    assert sure_thresholds(p, np.arange(60) >= 30, 0.92) == (0.0, 1.0)
