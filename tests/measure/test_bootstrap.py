"""Tests of `givesell.measure.bootstrap`: the resampled metrics are those of scikit-learn on the
drawn sample.
"""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import (
    accuracy_score,
    average_precision_score,
    brier_score_loss,
    f1_score,
    precision_score,
    recall_score,
    roc_auc_score,
)

from givesell.measure.bootstrap import Draws, Resampled, estimate
from givesell.metrics import Predictions, calibration_error, of_cells

POSTS = st.lists(
    st.tuples(st.booleans(), st.integers(0, 20), st.integers(0, 7)), min_size=8, max_size=60
)


def resampled(selling, p, units, bands=None):
    """Return what resamples posts whose verdicts are sure up to 0.2 and from 0.8 on."""
    return Resampled(Predictions(selling, p, (p <= 0.2) | (p >= 0.8)), units, bands=bands)


def scored(posts):
    """Return labels, probabilities, units without gaps, and what resamples them."""
    selling, p, units = (np.array(column) for column in zip(*posts, strict=True))
    units = np.unique(units, return_inverse=True)[1].astype(np.int64)
    p = p / 20
    return selling, p, units, resampled(selling, p, units, np.array([0.0, 0.3]))


@given(POSTS)
def test_metrics_of_a_round_are_those_of_the_drawn_sample(posts):
    """Whatever is drawn, groups whole and ties and all, each metric equals scikit-learn's on the
    sample written out.
    """
    selling, p, units, both = scored(posts)
    draws = Draws(units, 4, 0)
    found = both.values(draws)
    for number, counts in enumerate(np.concatenate(list(draws))):
        rows = np.repeat(np.arange(len(p)), counts[units].astype(int))
        y, q = selling[rows], p[rows]
        called = q >= 0.5
        expected = {
            "accuracy": accuracy_score(y, called),
            "macro_f1": f1_score(y, called, average="macro"),
            "brier": brier_score_loss(y, q, pos_label=True),
            "calibration_error": calibration_error(y, q),
            "share_sure": ((q <= 0.2) | (q >= 0.8)).mean(),
        }
        if y.any():
            expected |= {
                "average_precision": average_precision_score(y, q),
                "recall_selling": recall_score(y, called),
            }
        if called.any():
            expected["precision_selling"] = precision_score(y, called)
        if y.any() and not y.all():
            expected["auc"] = roc_auc_score(y, q)
        for name, value in expected.items():
            assert found[name][number] == pytest.approx(value, abs=1e-9), name
        beyond = np.abs(q - 0.5) >= 0.3
        assert found["coverage"][number, 1] == pytest.approx(beyond.mean())


def test_metrics_equal_those_with_sample_weights():
    """A draw is a weight: on many posts the metrics equal scikit-learn's with ``sample_weight``."""
    draw = np.random.default_rng(0)
    selling = draw.random(3000) < 0.3
    p = np.clip(np.round(draw.normal(0.3 + 0.3 * selling, 0.2), 3), 0, 1)
    units = np.arange(3000) // 20
    draws = Draws(units, 3, 1)
    found = resampled(selling, p, units).values(draws)
    for number, counts in enumerate(np.concatenate(list(draws))):
        weight = counts[units]
        assert found["auc"][number] == pytest.approx(
            roc_auc_score(selling, p, sample_weight=weight)
        )
        assert found["average_precision"][number] == pytest.approx(
            average_precision_score(selling, p, sample_weight=weight)
        )
        assert found["brier"][number] == pytest.approx(
            brier_score_loss(selling, p, sample_weight=weight)
        )
        assert found["f1_selling"][number] == pytest.approx(
            f1_score(selling, p >= 0.5, sample_weight=weight)
        )


def test_draws_are_the_same_each_time_and_whole():
    """Iterating twice gives the same rounds, however many fit in memory, and each draws as many
    units as there are.
    """
    draws = Draws(np.arange(5000), 900, 3)
    first, second = (np.concatenate(list(draws)) for _ in range(2))
    np.testing.assert_array_equal(first, second)
    assert first.shape == (900, 5000)
    assert (first.sum(axis=1) == 5000).all()
    assert not np.array_equal(first[0], first[1])


def test_an_interval_covers_the_truth():
    """In about 95 of 100 samples the interval of accuracy holds the true one."""
    draw = np.random.default_rng(0)
    held = 0
    for _ in range(200):
        right = draw.random(300) < 0.8
        p = np.where(right, 0.9, 0.1)
        one = resampled(np.ones(300, bool), p, np.arange(300))
        figure = estimate(right.mean(), one.values(Draws(np.arange(300), 200, 0))["accuracy"])
        held += figure.low <= 0.8 <= figure.high
    assert 180 <= held <= 198


def test_what_is_not_defined_is_nan():
    """Without selling posts there is no recall, and an interval leaves out the rounds in which a
    figure is not defined.
    """
    found = of_cells(np.array([[5.0, 0, 0, 0], [0, 0, 0, 0]]))
    assert np.isnan(found["recall_selling"]).all()
    assert found["macro_f1"][0] == 1
    assert estimate(0.5, np.array([0.5, np.nan])) == (0.5, 0.5, 0.5)
    assert not estimate(0.5, np.array([np.nan])).defined
