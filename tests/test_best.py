"""Tests of `givesell.best`."""

import numpy as np
import pytest

from givesell.best import Best


def test_best_keeps_what_sorting_would():
    """The best of a stream are those of a sort, whatever the order, in bounded memory."""
    draw = np.random.default_rng(0)
    scores, keys = draw.random(2000).round(3), draw.integers(0, 900, 2000)
    by_key = {int(key): score for key, score in zip(keys, draw.random(900)[keys], strict=True)}
    best = Best(50)
    for key in keys.tolist():
        best.offer(by_key[key], key, key)
    assert [key for _, key in best.items()] == sorted(by_key, key=lambda key: -by_key[key])[:50]
    assert len(best._keys) == 50
    del scores


@pytest.mark.parametrize("most", [0, 1, 3])
def test_the_floor_is_what_must_be_exceeded(most):
    """What `candidates` leaves out would not be held, at any number to hold, none included."""
    best = Best(most)
    scores = np.array([-2.0, 5, np.nan, 5, 1, -2])
    assert best.candidates(scores).tolist() == ([1, 3, 4, 0, 5] if most else [])
    for at in best.candidates(scores).tolist():
        best.offer(float(scores[at]), at, at)
    assert [item for _, item in best.items()] == [1, 3, 4][:most]
    assert best.candidates(np.array([best.floor, np.nan])).tolist() == []
