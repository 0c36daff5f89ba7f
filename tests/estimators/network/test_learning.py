"""Tests of `givesell.estimators.network.learning` and `forward`: gradients against differences, and
the scorer's pass against NumPy's.
"""

import numpy as np
import pytest

from givesell.core.convolution import MARKS, SHARE, score_sequences
from givesell.core.network import PARAMETERS, compile_network
from givesell.estimators.network.learning import Adam, Batch, backward, forward, loss_slope, rate

SIZE, CHANNELS, HIDDEN, TOKENS = 5, 7, 4, 20
OFFSETS = np.array([0, 6, 6, 9, 20])  # the second post has no tokens


@pytest.fixture
def weights():
    """Weights of a small network."""
    rng = np.random.default_rng(0)
    shapes = {
        "vectors": (TOKENS + 1, SIZE),
        "marks": (MARKS, SIZE),
        "windows": (3 * SIZE, CHANNELS),
        "window_bias": (CHANNELS,),
        "skip": (2 * CHANNELS,),
        "hidden": (2 * CHANNELS, HIDDEN),
        "hidden_bias": (HIDDEN,),
        "out": (HIDDEN,),
        "intercept": (1,),
    }
    return {name: rng.normal(0, 0.3, shape) for name, shape in shapes.items()}


@pytest.fixture
def batch():
    """Four posts of some tokens."""
    rng = np.random.default_rng(1)
    return Batch(
        rng.integers(0, TOKENS + 1, OFFSETS[-1]),
        rng.integers(0, MARKS, OFFSETS[-1]).astype(np.uint8),
        OFFSETS,
    )


def plainly(weights, batch):
    """Return the log-odds as the definition in `givesell.core.network` reads, one token at a
    time.
    """
    odds = []
    for low, high in zip(batch.offsets, batch.offsets[1:], strict=False):
        tokens = [
            weights["vectors"][i] + weights["marks"][m]
            for i, m in zip(batch.ids[low:high], batch.marks[low:high], strict=True)
        ]
        tokens = [np.zeros(SIZE), *tokens, np.zeros(SIZE)]
        windows = [
            np.maximum(
                np.concatenate(tokens[at : at + 3]) @ weights["windows"] + weights["window_bias"], 0
            )
            for at in range(high - low)
        ]
        windows = np.reshape(windows, (-1, CHANNELS))
        pooled = np.concatenate(
            [windows.sum(0) / (SHARE * np.sqrt(max(high - low, 1))), windows.max(0, initial=0)]
        )
        cells = np.maximum(pooled @ weights["hidden"] + weights["hidden_bias"], 0)
        odds.append(cells @ weights["out"] + pooled @ weights["skip"] + weights["intercept"][0])
    return np.array(odds)


def test_forward_is_as_defined(weights, batch):
    """The pass that training runs gives what the definition says."""
    np.testing.assert_allclose(forward(weights, batch).odds, plainly(weights, batch), atol=1e-6)


def test_scorer_is_as_defined(weights, batch):
    """The pass that the scorer runs gives the same, for known and unknown tokens and every mark."""
    tokens = np.arange(1, TOKENS + 1, dtype=np.uint64) * np.uint64(2**40 + 7)
    hashes = np.concatenate([np.array([5], np.uint64), tokens])[
        batch.ids
    ]  # 5 is no token of the vocabulary
    found = score_sequences(
        compile_network({"tokens": tokens, **weights}), hashes, batch.marks, batch.offsets
    )
    np.testing.assert_allclose(found + weights["intercept"], plainly(weights, batch), atol=1e-5)


@pytest.mark.parametrize(
    "name",
    [
        "vectors",
        "marks",
        "windows",
        "window_bias",
        "skip",
        "hidden",
        "hidden_bias",
        "out",
        "intercept",
    ],
)
def test_gradients(weights, batch, name):
    """Each gradient is what a small change of the weight does to the loss, with dropout and
    weighted posts.
    """
    rng = np.random.default_rng(2)
    posts = len(OFFSETS) - 1
    target, weight = rng.random(posts), rng.random(posts) + 0.5
    keep, keep_cells = (
        (rng.random((posts, width)) > 0.2) / 0.8 for width in (2 * CHANNELS, HIDDEN)
    )

    def loss():
        return loss_slope(forward(weights, batch, keep, keep_cells).odds, target, weight)[0]

    done = forward(weights, batch, keep, keep_cells)
    gradients, touched = backward(
        weights, batch, done, loss_slope(done.odds, target, weight)[1], keep, keep_cells
    )
    found = gradients[name]
    if name == "vectors":
        found = np.zeros_like(weights["vectors"])
        found[touched] = gradients["vectors"]
    expected, step = np.zeros_like(weights[name]), 1e-5
    for at in np.ndindex(weights[name].shape):
        kept = weights[name][at]
        weights[name][at] = kept + step
        above = loss()
        weights[name][at] = kept - step
        expected[at] = (above - loss()) / (2 * step)
        weights[name][at] = kept
    assert np.abs(expected).max() > 0.01
    np.testing.assert_allclose(found, expected, atol=1e-6)


def test_adam_changes_only_touched_rows(weights):
    """A token that no post of the batch holds keeps its vector; all other weights decay."""
    weights = {name: values.astype(np.float32) for name, values in weights.items()}
    before = {name: values.copy() for name, values in weights.items()}
    touched = np.array([2, 5])
    gradients = {name: np.zeros_like(values) for name, values in weights.items()} | {
        "vectors": np.ones((2, SIZE), np.float32)
    }
    Adam(weights, 0.1).step(gradients, touched, 0.01)
    moved = np.flatnonzero((weights["vectors"] != before["vectors"]).any(1))
    assert moved.tolist() == [2, 5]
    np.testing.assert_allclose(
        weights["vectors"][touched], before["vectors"][touched] - 0.01, atol=1e-6
    )  # Adam's first step is the rate
    np.testing.assert_allclose(weights["windows"], before["windows"] * 0.999, rtol=1e-5)


def test_rate_rises_then_falls():
    """The learning rate rises in a line to its peak after a tenth of the steps and ends near
    zero.
    """
    rates = [rate(step, 100, 2.0) for step in range(100)]
    assert np.argmax(rates) in (9, 10)
    assert max(rates) == 2.0
    assert (np.diff(rates[10:]) < 0).all()
    assert rates[-1] < 0.01


def test_shapes_that_do_not_fit_are_refused(weights):
    """Parameters of a damaged file are refused by name rather than read beyond their end."""
    tokens = np.arange(TOKENS, dtype=np.uint64)
    for name in ("vectors", "marks", "windows", "skip", "hidden", "hidden_bias"):
        with pytest.raises(ValueError, match=name):
            compile_network({"tokens": tokens, **weights, name: weights[name][:-1]})
    assert set(PARAMETERS) == {"tokens", *weights} - {"intercept"}
