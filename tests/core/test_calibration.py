"""Tests of `givesell.core.calibration`: one rule, in NumPy and in compiled code."""

import math
import subprocess
import sys

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from givesell.core.calibration import UNCALIBRATED, Slopes, calibrate, probabilities
from givesell.core.fused import calibrated

LOG_ODDS = st.floats(-1e12, 1e12) | st.sampled_from([0.0, -0.0, 1e-300, -1e-300])
SLOPES = st.floats(1e-6, 1e6)


@given(st.lists(LOG_ODDS, min_size=1, max_size=8), st.builds(Slopes, SLOPES, SLOPES))
def test_both_forms_are_one_rule(values, slopes):
    """The compiled functions give the numbers of the NumPy ones: the same calibrated log-odds to
    the bit, and probabilities to a rounding.
    """
    log_odds, ones = zip(*(calibrated(value, slopes) for value in values), strict=True)
    assert list(log_odds) == calibrate(values, slopes).tolist()
    assert np.abs(np.array(ones) - probabilities(values, slopes)).max() <= 4e-16


@given(LOG_ODDS, st.builds(Slopes, SLOPES, SLOPES))
def test_the_decision_stays(value, slopes):
    """Calibration moves no post over the decision: probabilities from one half on stay there."""
    _, probability = calibrated(value, slopes)
    assert (probability >= 0.5) == (value >= 0) or abs(value) < 1e-9
    assert 0 <= probability <= 1


def test_without_slopes_it_is_a_sigmoid():
    """With slopes of 1 probabilities are those of a plain sigmoid."""
    assert calibrated(-2.0, UNCALIBRATED)[1] == 1 / (1 + math.exp(2))
    assert calibrate([-3.0, 4.0], UNCALIBRATED).tolist() == [-3.0, 4.0]


def test_it_needs_no_scikit_learn():
    """The rule can be imported where only models are applied."""
    code = "import sys, givesell.core.calibration; print('sklearn' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert done.stdout.strip() == "False"
