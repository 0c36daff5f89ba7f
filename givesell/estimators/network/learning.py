"""How the network learns: its forward pass over a batch, the gradients by hand, and Adam.

NumPy multiplies the matrices, the rest is compiled; `tests/estimators/network/test_learning.py`
holds the gradients against differences.
"""

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit

from givesell.core.convolution import SHARE, WINDOW
from givesell.text.compiled import compiled

FIRST_DECAY, SECOND_DECAY, TINY = 0.9, 0.999, 1e-8
WARM = 0.1  # of the steps, in which the rate rises

ONE, SECOND, SMALL = (
    np.float32(value) for value in (1, SECOND_DECAY, TINY)
)  # as the compiled code takes them

Weights = dict[str, NDArray[np.float32]]


class Batch(NamedTuple):
    """Some posts one after the other: token rows, marks, and where each post begins (n + 1,)."""

    ids: NDArray[np.int64]
    marks: NDArray[np.uint8]
    offsets: NDArray[np.int64]


class Pass(NamedTuple):
    """What a forward pass leaves for the way back."""

    inputs: NDArray[np.float32]
    windows: NDArray[np.float32]
    peaks: NDArray[np.int64]
    pooled: NDArray[np.float32]
    cells: NDArray[np.float32]
    odds: NDArray[np.float32]


def forward(
    weights: Weights,
    batch: Batch,
    keep: NDArray[np.float32] | None = None,
    keep_cells: NDArray[np.float32] | None = None,
) -> Pass:
    """Run a batch through the network.

    Parameters
    ----------
    weights : dict of str to ndarray
        The parameters of `givesell.core.network.PARAMETERS` but ``tokens``, and ``intercept``.
    batch : Batch
    keep, keep_cells : ndarray of float32, optional
        Dropout, shapes (n, 2 * channels) and (n, hidden): 0 where a value is dropped, else one over
        the share kept.

    Returns
    -------
    Pass
        Its ``odds`` (n,) are the log-odds.
    """
    size, channels, posts = (
        weights["vectors"].shape[1],
        len(weights["window_bias"]),
        len(batch.offsets) - 1,
    )
    inputs = np.zeros((len(batch.ids), WINDOW * size), np.float32)
    _gather(weights["vectors"], weights["marks"], batch.ids, batch.marks, batch.offsets, inputs)
    windows = inputs @ weights["windows"]
    pooled, peaks = (
        np.zeros((posts, 2 * channels), np.float32),
        np.full((posts, channels), -1, np.int64),
    )
    _pool(windows, weights["window_bias"], batch.offsets, pooled, peaks)
    seen = pooled if keep is None else pooled * keep
    cells = np.maximum(seen @ weights["hidden"] + weights["hidden_bias"], 0)
    active = cells if keep_cells is None else cells * keep_cells
    odds = active @ weights["out"] + pooled @ weights["skip"] + weights["intercept"]
    return Pass(inputs, windows, peaks, pooled, cells, odds)


def backward(
    weights: Weights,
    batch: Batch,
    done: Pass,
    slope: NDArray[np.float32],
    keep: NDArray[np.float32] | None = None,
    keep_cells: NDArray[np.float32] | None = None,
) -> tuple[Weights, NDArray[np.int64]]:
    """Return the gradients of all weights, given those of the log-odds.

    Parameters
    ----------
    weights, batch, keep, keep_cells
        As given to `forward`.
    done : Pass
        What it returned.
    slope : ndarray of float32, shape (n,)
        Gradient of the loss by each post's log-odds.

    Returns
    -------
    gradients : dict of str to ndarray
        As the weights, but ``vectors`` only for the rows of ``touched``.
    touched : ndarray of int64
        The token rows that the batch holds, ascending.
    """
    seen = done.pooled if keep is None else done.pooled * keep
    active = done.cells if keep_cells is None else done.cells * keep_cells
    to_cells = slope[:, None] * weights["out"] * (done.cells > 0)
    if keep_cells is not None:
        to_cells *= keep_cells
    to_pooled = to_cells @ weights["hidden"].T
    if keep is not None:
        to_pooled *= keep
    to_pooled += slope[:, None] * weights["skip"]
    gradients = {
        "intercept": slope.sum(keepdims=True),
        "out": slope @ active,
        "skip": slope @ done.pooled,
        "hidden": seen.T @ to_cells,
        "hidden_bias": to_cells.sum(0),
    }
    to_windows = done.windows
    _unpool(to_windows, batch.offsets, to_pooled, done.peaks)
    gradients["windows"] = done.inputs.T @ to_windows
    gradients["window_bias"] = to_windows.sum(0)
    to_inputs = to_windows @ weights["windows"].T
    touched, rows = np.unique(batch.ids, return_inverse=True)
    gradients["vectors"] = np.zeros((len(touched), weights["vectors"].shape[1]), np.float32)
    gradients["marks"] = np.zeros_like(weights["marks"])
    _scatter(to_inputs, rows, batch.marks, batch.offsets, gradients["vectors"], gradients["marks"])
    return gradients, touched


def loss_slope(
    odds: NDArray[np.float32], target: NDArray[np.float32], weight: NDArray[np.float32]
) -> tuple[float, NDArray[np.float32]]:
    """Return the batch's mean weighted cross-entropy, and its gradient by the log-odds, shape
    (n,).
    """
    loss = float(np.mean(weight * (np.logaddexp(0, odds) - target * odds)))
    return loss, (weight * (expit(odds) - target) / np.float32(len(odds))).astype(np.float32)


def rate(step: int, steps: int, peak: float) -> float:
    """Return the learning rate of a step: up in a line, down as a cosine."""
    warm = max(1, int(WARM * steps))
    return (
        peak * (step + 1) / warm
        if step < warm
        else peak * 0.5 * (1 + np.cos(np.pi * (step - warm) / max(1, steps - warm)))
    )


class Adam:
    """Adam with decoupled weight decay; rows of token vectors change only when a batch holds them.

    Parameters
    ----------
    weights : dict of str to ndarray
        Changed in place.
    decay : float
        Of all but the token vectors.

    References
    ----------
    Kingma and Ba, "Adam", 2015; Loshchilov and Hutter, "Decoupled Weight Decay Regularization",
    2019.
    """

    def __init__(self, weights: Weights, decay: float) -> None:
        self._weights, self._decay = weights, decay
        self._first = {name: np.zeros_like(values) for name, values in weights.items()}
        self._second = {name: np.zeros_like(values) for name, values in weights.items()}
        self._steps = 0

    def step(self, gradients: Weights, touched: NDArray[np.int64], rate: float) -> None:
        """Take a step down the gradients that `backward` returned."""
        self._steps += 1
        first, second = 1 - FIRST_DECAY**self._steps, 1 - SECOND_DECAY**self._steps
        for name, gradient in gradients.items():
            table = name == "vectors"
            arrays = (self._weights[name], self._first[name], self._second[name], gradient)
            values, means, squares, slopes = (array.reshape(len(array), -1) for array in arrays)
            rows = touched if table else np.arange(len(values))
            decay = 0.0 if table else rate * self._decay
            _adam(
                values,
                means,
                squares,
                slopes,
                rows,
                np.float32(rate / first),
                np.float32(1 / second),
                np.float32(1 - decay),
                np.float32(FIRST_DECAY),
            )


@compiled
def _gather(
    vectors: Any, mark_vectors: Any, ids: Any, marks: Any, offsets: Any, inputs: Any
) -> Any:
    """Lay each token's vector beside those of its neighbours in the same post."""
    size = vectors.shape[1]
    for post in range(len(offsets) - 1):
        for i in range(offsets[post], offsets[post + 1]):
            for part in range(3):
                at = i + part - 1
                if offsets[post] <= at < offsets[post + 1]:
                    for e in range(size):
                        inputs[i, part * size + e] = (
                            vectors[ids[at], e] + mark_vectors[marks[at], e]
                        )


@compiled
def _scatter(
    to_inputs: Any, rows: Any, marks: Any, offsets: Any, vectors: Any, mark_vectors: Any
) -> Any:
    """Add up what `_gather` laid out, by token row and by mark."""
    size = vectors.shape[1]
    for post in range(len(offsets) - 1):
        for i in range(offsets[post], offsets[post + 1]):
            for part in range(3):
                at = i + part - 1
                if offsets[post] <= at < offsets[post + 1]:
                    for e in range(size):
                        vectors[rows[at], e] += to_inputs[i, part * size + e]
                        mark_vectors[marks[at], e] += to_inputs[i, part * size + e]


@compiled
def _pool(windows: Any, bias: Any, offsets: Any, pooled: Any, peaks: Any) -> Any:
    """Add the bias to each window, cut off what is negative, and pool: shrunk sums, then maxima."""
    channels = windows.shape[1]
    for post in range(len(offsets) - 1):
        for i in range(offsets[post], offsets[post + 1]):
            for c in range(channels):
                value = max(windows[i, c] + bias[c], np.float32(0))
                windows[i, c] = value
                pooled[post, c] += value
            for c in range(channels):
                if windows[i, c] > pooled[post, channels + c]:
                    pooled[post, channels + c] = windows[i, c]
                    peaks[post, c] = i
        shrink = np.float32(1 / (SHARE * np.sqrt(max(offsets[post + 1] - offsets[post], 1))))
        for c in range(channels):
            pooled[post, c] *= shrink


@compiled
def _unpool(windows: Any, offsets: Any, to_pooled: Any, peaks: Any) -> Any:
    """Replace the windows by the gradients of them."""
    channels = windows.shape[1]
    for post in range(len(offsets) - 1):
        shrink = np.float32(1 / (SHARE * np.sqrt(max(offsets[post + 1] - offsets[post], 1))))
        for i in range(offsets[post], offsets[post + 1]):
            for c in range(channels):
                windows[i, c] = to_pooled[post, c] * shrink if windows[i, c] > 0 else np.float32(0)
        for c in range(channels):
            if peaks[post, c] >= 0:
                windows[peaks[post, c], c] += to_pooled[post, channels + c]


@compiled
def _adam(
    values: Any,
    means: Any,
    squares: Any,
    slopes: Any,
    rows: Any,
    rate: Any,
    correct: Any,
    shrink: Any,
    momentum: Any,
) -> Any:
    for i in range(len(rows)):
        row = rows[i]
        for e in range(values.shape[1]):
            slope = slopes[i, e]
            means[row, e] = momentum * means[row, e] + (ONE - momentum) * slope
            squares[row, e] = SECOND * squares[row, e] + (ONE - SECOND) * slope * slope
            values[row, e] = values[row, e] * shrink - rate * means[row, e] / (
                np.sqrt(squares[row, e] * correct) + SMALL
            )
