"""How the network learns: its forward pass over a batch, the gradients by hand, and Adam.

NumPy multiplies the matrices, `givesell.estimators.network.gradients` does the rest;
`tests/estimators/network/test_learning.py` holds the gradients against differences.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import DTypeLike, NDArray
from scipy.special import expit

from givesell.core.convolution import SHARE, WINDOW
from givesell.estimators.network.gradients import adam, gather, pool, scatter, unpool

FIRST_DECAY, SECOND_DECAY = 0.9, 0.999
WARM = 0.1  # of the steps, in which the rate rises
_ONLY = np.zeros(1, np.int64)  # the row of weights that are one row

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
    peaks: NDArray[np.int32]
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
    dtype = weights["vectors"].dtype
    inputs = np.zeros((len(batch.ids), WINDOW * size), dtype)
    gather(weights["vectors"], weights["marks"], *batch, inputs)
    windows = inputs @ weights["windows"]
    pooled, peaks = (
        np.zeros((posts, 2 * channels), dtype),
        np.full((posts, channels), -1, np.int32),
    )
    pool(windows, weights["window_bias"], batch.offsets, _shrinks(batch, dtype), pooled, peaks)
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
    shrinks = _shrinks(batch, to_windows.dtype)
    unpool(to_windows, batch.offsets, shrinks, to_pooled, done.peaks)
    gradients["windows"] = done.inputs.T @ to_windows
    gradients["window_bias"] = to_windows.sum(0)
    to_inputs = to_windows @ weights["windows"].T
    touched, rows = np.unique(batch.ids, return_inverse=True)
    gradients["vectors"] = np.zeros((len(touched), weights["vectors"].shape[1]), to_inputs.dtype)
    gradients["marks"] = np.zeros_like(weights["marks"])
    scatter(to_inputs, rows, *batch[1:], gradients["vectors"], gradients["marks"])
    return gradients, touched


def _shrinks(batch: Batch, dtype: DTypeLike) -> NDArray[np.floating]:
    """Return what each post's sums are multiplied by, shape (n,)."""
    return (1 / (SHARE * np.sqrt(np.maximum(np.diff(batch.offsets), 1)))).astype(dtype)


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
            # What is no table is one row.
            shape = (-1, gradient.shape[-1]) if table else (1, -1)
            values, means, squares, slopes = (array.reshape(shape) for array in arrays)
            decay = 0.0 if table else rate * self._decay
            adam(
                values,
                means,
                squares,
                slopes,
                touched if table else _ONLY,
                rate / first,
                1 / second,
                1 - decay,
                FIRST_DECAY,
                SECOND_DECAY,
            )
