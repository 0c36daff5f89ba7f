"""Tests of `givesell.curate.label_errors`, on invented data with planted label errors."""

import numpy as np
import pytest

from givesell.curate.label_errors import confident_joint, wrong_labels


def planted(n=4000, noise=(0.1, 0.05), sharpness=3.0, seed=0, tilt=0.0):
    """Return given labels, probabilities and which labels are wrong: log-odds are normal around
    each true label, errors are known.
    """
    draw = np.random.default_rng(seed)
    true = draw.random(n) < 0.3
    odds = draw.normal(np.where(true, sharpness, -sharpness), 1.5) + tilt
    wrong = draw.random(n) < np.where(true, noise[1], noise[0])
    return true ^ wrong, 1 / (1 + np.exp(-odds)), wrong


def test_joint_estimates_the_noise():
    """The estimated counts of wrong labels are near those planted, for each given label."""
    given, p, wrong = planted()
    joint = confident_joint(given, p)
    assert joint.sum() == pytest.approx(len(p))
    assert joint[0, 1] == pytest.approx((wrong & ~given).sum(), rel=0.35)
    assert joint[1, 0] == pytest.approx((wrong & given).sum(), rel=0.35)


def test_finds_planted_errors():
    """Most planted errors are found and most that is found is planted."""
    given, p, wrong = planted()
    found = wrong_labels(given, p)
    assert (found & wrong).sum() / found.sum() > 0.85
    assert (found & wrong).sum() / wrong.sum() > 0.85


@pytest.mark.parametrize("tilt", [-1.5, 1.5])
def test_a_tilted_model_misleads_little(tilt):
    """Where probabilities are all too low or too high, fewer right labels are doubted than the
    model contradicts.
    """
    given, p, wrong = planted(tilt=tilt)
    found, contradicted = wrong_labels(given, p), (p >= 0.5) != given
    assert (found & wrong).sum() / found.sum() > (
        contradicted & wrong
    ).sum() / contradicted.sum() + 0.03
    assert (found & wrong).sum() / wrong.sum() > 0.75


def test_clean_labels_are_left_alone():
    """Without errors, and a model that knows it, nothing is found."""
    given, p, _ = planted(noise=(0, 0), sharpness=6.0)
    assert wrong_labels(given, p).sum() == 0


def test_one_label_only():
    """Posts of one label give no error and no warning."""
    assert wrong_labels(np.ones(5, bool), np.array([0.9, 0.8, 0.9, 0.2, 0.7])).sum() <= 1
    assert confident_joint(np.zeros(3, bool), np.array([0.1, 0.2, 0.3])).sum() == pytest.approx(3)
