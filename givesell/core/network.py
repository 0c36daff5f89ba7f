"""The network as the scorer runs it: a convolution over three tokens, pooled over the post, and a
small layer on top.

============ =======================================================================================
step         what
============ =======================================================================================
token        a vector for the token, and one for how it is written; token 0 is the unknown one
window       a token and its neighbours, times a matrix: ``channels`` values, negative ones set to 0
post         for each channel the sum over the n windows, divided by 3 √n, and the maximum
log-odds     a linear layer plus a hidden layer
============ =======================================================================================

A window's matrix product is the sum of three rows, one for each of its tokens, which
`givesell.core.token_rows` makes when the first post needs them.

References
----------
Kim, "Convolutional Neural Networks for Sentence Classification", EMNLP 2014.
"""

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from givesell.core.convolution import LANES, MARKS, ROWS, WINDOW
from givesell.core.token_rows import TokenRows
from givesell.errors import ArgumentError
from givesell.text.ngrams import ascend
from givesell.text.wordset import pack_set

# The network's parameters: how many dimensions each has in an artifact.
PARAMETERS = {
    "tokens": 1,
    "vectors": 2,
    "marks": 2,
    "windows": 2,
    "window_bias": 1,
    "skip": 1,
    "hidden": 2,
    "hidden_bias": 1,
    "out": 1,
}
Parameters = dict[str, NDArray[Any]]

LARGEST = 1e6  # of a parameter, so that no sum over a post overflows float32
MOST_SIZE, MOST_CHANNELS, MOST_HIDDEN, MOST_TOKENS = 1 << 10, 1 << 13, 1 << 10, 1 << 20
MOST_VALUES = 1 << 28  # of `Network.rows`: 1 GiB
MOST_PRODUCTS = 1 << 37  # multiplications to compute them: a few seconds


class Network(NamedTuple):
    """The network as the compiled code takes it.

    ``vocabulary`` maps a token's hash to its row. A row of ``rows`` (n_tokens + 2, 3 * channels;
    the last is for no token at all) or ``mark_rows`` (9, 3, channels) holds what a token adds to
    the window in which it is first, second and last. ``top`` holds the linear layer and the hidden
    one side by side, 2 * channels / members by 1 + hidden / members, for each member of the
    ensemble that was folded into this network: a member's cells read its channels only. Rows are in
    blocks of four and columns padded with zeros to eight, as many as a processor multiplies at
    once.
    """

    vocabulary: NDArray[np.uint64]
    rows: TokenRows
    mark_rows: NDArray[np.float32]
    bias: NDArray[np.float32]
    top: NDArray[np.float32]
    top_bias: NDArray[np.float32]
    out: NDArray[np.float32]


def compile_network(parameters: Parameters) -> Network:
    """Return a network as the compiled code takes it.

    Parameters
    ----------
    parameters : dict of str to ndarray
        See `PARAMETERS`; as `givesell.estimators.network.classifier.NetworkClassifier` learns them.

    Returns
    -------
    Network

    Raises
    ------
    ArgumentError
        See `checked`.
    """
    p = checked(parameters)
    size, channels, hidden = p["vectors"].shape[1], len(p["window_bias"]), len(p["out"])
    windows = p["windows"].reshape(WINDOW, size, channels).transpose(1, 0, 2).reshape(size, -1)
    members = _members(p["hidden"])
    blocks = p["hidden"].reshape(2, members, channels // members, members, hidden // members)
    diagonal = np.stack(
        [
            blocks[:, member, :, member].reshape(2 * channels // members, hidden // members)
            for member in range(members)
        ]
    )
    skip = p["skip"].reshape(2, members, -1).transpose(1, 0, 2).reshape(members, -1, 1)
    top = np.concatenate([skip, diagonal], axis=2)
    spare = -top.shape[2] % LANES
    top = np.pad(top, ((0, 0), (0, -top.shape[1] % ROWS), (0, spare))).reshape(
        members, -1, ROWS, top.shape[2] + spare
    )
    biases, outs = (
        np.pad(p[name].reshape(members, hidden // members), ((0, 0), (1, spare)))
        for name in ("hidden_bias", "out")
    )
    outs[:, 0] = 1
    plain = p["marks"][0]  # part of each row, since most tokens have no mark
    mark_rows = TokenRows(p["marks"] - plain, windows)
    network = Network(
        pack_set(p["tokens"], np.arange(1, len(p["tokens"]) + 1, dtype=np.uint64)),
        TokenRows(p["vectors"] + plain, windows),
        np.stack([mark_rows.product(mark) for mark in range(MARKS)]).reshape(MARKS, WINDOW, -1),
        np.ascontiguousarray(p["window_bias"]),
        np.ascontiguousarray(top),
        biases,
        outs,
    )
    for array in network:
        if isinstance(array, np.ndarray):
            array.setflags(write=False)
    return network


def checked(parameters: Parameters) -> Parameters:
    """Check a network's parameters and return them in the types used for computing.

    Parameters
    ----------
    parameters : dict of str to ndarray
        See `PARAMETERS`.

    Returns
    -------
    dict of str to ndarray

    Raises
    ------
    ArgumentError
        E206 if one is missing, their shapes do not fit together, a number is not finite or
        implausibly large, tokens do not ascend, or the rows would take too long to compute or too
        much memory.
    """
    for name, dimensions in PARAMETERS.items():
        given = np.ndim(parameters[name]) if name in parameters else "none"
        if given != dimensions:
            raise _unfit(name, f"an array of {dimensions} dimensions", f"of {given}")
    p = {
        name: np.asarray(parameters[name], np.uint64 if name == "tokens" else np.float32)
        for name in PARAMETERS
    }
    tokens, size, channels, hidden = (
        len(p["tokens"]),
        p["vectors"].shape[1],
        len(p["window_bias"]),
        len(p["out"]),
    )
    shapes = {
        "vectors": (tokens + 1, size),
        "marks": (MARKS, size),
        "windows": (WINDOW * size, channels),
        "skip": (2 * channels,),
        "hidden": (2 * channels, hidden),
        "hidden_bias": (hidden,),
    }
    for name, shape in shapes.items():
        if p[name].shape != shape:
            raise _unfit(name, f"of the shape {shape}", f"of the shape {p[name].shape}")
    for name, length, most in (
        ("vectors", size, MOST_SIZE),
        ("window_bias", channels, MOST_CHANNELS),
        ("out", hidden, MOST_HIDDEN),
    ):
        if not 1 <= length <= most:
            raise _unfit(name, f"of a size from 1 to {most}", f"of {length}")
    values = (tokens + 2) * WINDOW * channels
    if tokens > MOST_TOKENS or values > MOST_VALUES or values * size > MOST_PRODUCTS:
        raise _unfit("tokens", "fewer, or the network narrower", f"{tokens:,} of them")
    if not ascend(p["tokens"]):
        raise _unfit("tokens", "ascending", "in another order")
    for name, array in p.items():
        if name != "tokens" and not (
            array.min() >= -LARGEST and array.max() <= LARGEST
        ):  # false of NaN
            raise _unfit(name, f"finite and within {LARGEST:g}", "other numbers")
    return p


def _unfit(name: str, expected: str, given: str) -> ArgumentError:
    return ArgumentError("E206", argument=f"network {name}", expected=expected, given=given)


def _members(hidden: NDArray[Any]) -> int:
    """Return how many networks were folded into a hidden layer (2 * channels, hidden): the largest
    number with only zeros outside the blocks on its diagonal.
    """
    channels, cells = len(hidden) // 2, hidden.shape[1]
    for members in range(min(channels, cells), 1, -1):
        if channels % members == 0 and cells % members == 0:
            blocks = hidden.reshape(2, members, channels // members, members, cells // members).any(
                axis=(0, 2, 4)
            )
            if np.array_equal(blocks, blocks & np.eye(members, dtype=bool)):
                return members
    return 1
