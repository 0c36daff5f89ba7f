"""Tests of `givesell.core.encoder_graph`: the graph computes what the papers say."""

import numpy as np
import onnxruntime
import pytest

from givesell.core.encoder_arrays import quantised
from givesell.core.encoder_graph import PIECES, STATES, graph_of
from tests.core.encoder_reference import floats, in_steps, states_of
from tests.core.tiny_encoder import float_arrays

PIECES_OF_POSTS = [[0, 4, 5, 6, 2], [0, 17, 30, 3, 2], [0, 69, 69, 4, 2]]
EPSILON = 1e-5


def graph_states(arrays, pieces):
    """Return what the graph gives for posts of one length."""
    session = onnxruntime.InferenceSession(
        graph_of(arrays, EPSILON).SerializeToString(), providers=["CPUExecutionProvider"]
    )
    return session.run([STATES], {PIECES: np.array(pieces, np.int32)})[0]


@pytest.mark.parametrize(
    "settings",
    [
        {},
        {"relative": False},
        {"layers": 1, "heads": 4, "width": 32, "inner": 64},
        {"layers": 3, "heads": 1, "inner": 20},
    ],
)
def test_the_graph_is_the_encoder(settings):
    """States are those of the forward pass in NumPy, with rows rounded alike to 1 in 100 of what
    they are, and near those without rounding.
    """
    arrays = quantised(float_arrays(**settings))
    found = graph_states(arrays, PIECES_OF_POSTS)
    for states, pieces in zip(found, PIECES_OF_POSTS, strict=True):
        alike = states_of(floats(arrays), pieces, EPSILON, in_steps)
        assert np.abs(states - alike).max() < 0.02
        assert np.abs(states - states_of(floats(arrays), pieces, EPSILON)).max() < 0.1


def test_what_is_left_and_right_differs():
    """Relative positions tell a piece before from one behind: turned round, they give others."""
    arrays = quantised(float_arrays())
    turned = arrays | {"relative": np.ascontiguousarray(arrays["relative"][:, ::-1])}
    here, there = (graph_states(each, PIECES_OF_POSTS[:1]) for each in (arrays, turned))
    assert np.abs(here - there).max() > 0.1
