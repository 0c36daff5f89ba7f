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

A window's matrix product is the sum of three rows, one for each of its tokens, which are computed
when the network is loaded.

References
----------
Kim, "Convolutional Neural Networks for Sentence Classification", EMNLP 2014.
"""

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from givesell.core.sequences import CLOSING, MARKS, OPENING
from givesell.errors import ArgumentError
from givesell.text.compiled import compiled, compiled_with_arrays
from givesell.text.ngrams import ascend
from givesell.text.scan import within
from givesell.text.wordset import lookup, pack_set

WINDOW = 3
ROWS, LANES = 4, 8
SHARE = 3  # divides the sum over a post's windows, so that sum and maximum are of similar size
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

    ``vocabulary`` maps a token's hash to its row. A row of ``rows`` (n_tokens + 2, 3, channels;
    the last is for no token at all) or ``mark_rows`` (9, 3, channels) holds what a token adds to
    the window in which it is first, second and last. ``top`` holds the linear layer and the hidden
    one side by side, 2 * channels / members by 1 + hidden / members, for each member of the
    ensemble that was folded into this network: a member's cells read its channels only. Rows are in
    blocks of four and columns padded with zeros to eight, as many as a processor multiplies at
    once.
    """

    vocabulary: NDArray[np.uint64]
    rows: NDArray[np.float32]
    mark_rows: NDArray[np.float32]
    bias: NDArray[np.float32]
    top: NDArray[np.float32]
    top_bias: NDArray[np.float32]
    out: NDArray[np.float32]


def compile_network(parameters: Parameters) -> Network:
    """Compute the rows of a network that are summed in scoring.

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
    windows = p["windows"].reshape(WINDOW, size, channels)

    def rows(vectors: Any, more: int = 0) -> Any:
        products = np.zeros((len(vectors) + more, WINDOW, channels), np.float32)
        for place, part in enumerate(windows):
            products[: len(vectors), place] = vectors @ part
        return products

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
    network = Network(
        pack_set(p["tokens"], np.arange(1, len(p["tokens"]) + 1, dtype=np.uint64)),
        rows(p["vectors"] + plain, more=1),
        rows(p["marks"] - plain),
        np.ascontiguousarray(p["window_bias"]),
        np.ascontiguousarray(top),
        biases,
        outs,
    )
    for array in network:
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


class Scratch(NamedTuple):
    """Scratch arrays for one post; see `scratch`."""

    hashes: NDArray[np.uint64]
    marks: NDArray[np.uint8]
    ids: NDArray[np.int64]
    window: NDArray[np.float32]
    pooled: NDArray[np.float32]
    member: NDArray[np.float32]
    cells: NDArray[np.float32]


@compiled
def fits(network: Any) -> Any:
    """Whether the arrays of a network have the sizes that `log_odds` reads, which compiled code
    does not check by itself.
    """
    channels, members = network.rows.shape[2], network.top.shape[0]
    cells, rows = network.top.shape[3], ROWS * network.top.shape[1]
    if channels < 1 or members < 1 or channels % members != 0 or network.rows.shape[0] < 2:
        return False
    return (
        network.rows.shape[1] == WINDOW
        and network.mark_rows.shape == (MARKS, WINDOW, channels)
        and len(network.bias) == channels
        and network.top.shape[2] == ROWS
        and rows >= 2 * (channels // members)
        and network.top_bias.shape == (members, cells)
        and network.out.shape == (members, cells)
    )


@compiled_with_arrays
def scratch(longest: Any, network: Any) -> Any:
    """Make scratch arrays for posts of up to ``longest`` code points."""
    room = 2 * longest + 2
    channels, (blocks, cells) = network.rows.shape[2], (network.top.shape[1], network.top.shape[3])
    return Scratch(
        np.empty(room, np.uint64),
        np.empty(room, np.uint8),
        np.empty(OPENING + CLOSING + 2, np.int64),
        np.empty(channels, np.float32),
        np.empty(2 * channels, np.float32),
        np.zeros(ROWS * blocks, np.float32),
        np.empty(cells, np.float32),
    )


@compiled
def log_odds(network: Any, count: Any, scratch: Any) -> Any:  # noqa: C901 - compiled as one loop
    """Return the network's log-odds of a post.

    Parameters
    ----------
    network : Network
    count : int
        What `givesell.core.sequences.write_sequence` returned.
    scratch : Scratch
        Its ``hashes`` and ``marks`` as written.

    Returns
    -------
    float
    """
    rows, mark_rows, bias, top = network.rows, network.mark_rows, network.bias, network.top
    marks, ids, window, pooled = scratch.marks, scratch.ids, scratch.window, scratch.pooled
    member_pooled, cells = scratch.member, scratch.cells
    channels = rows.shape[2]
    nothing = rows.shape[0] - 1
    ids[0], ids[count + 1] = nothing, nothing
    for i in range(count):
        ids[i + 1] = lookup(network.vocabulary, scratch.hashes[i])
    for c in range(2 * channels):
        pooled[c] = np.float32(0)
    for i in range(count):
        before, here, after = ids[i], ids[i + 1], ids[i + 2]
        for c in range(channels):
            window[c] = bias[c] + rows[before, 0, c] + rows[here, 1, c] + rows[after, 2, c]
        if i > 0 and marks[i - 1]:
            for c in range(channels):
                window[c] += mark_rows[marks[i - 1], 0, c]
        if marks[i]:
            for c in range(channels):
                window[c] += mark_rows[marks[i], 1, c]
        if i + 1 < count and marks[i + 1]:
            for c in range(channels):
                window[c] += mark_rows[marks[i + 1], 2, c]
        for c in range(channels):
            value = max(window[c], np.float32(0))
            pooled[c] += value
            pooled[channels + c] = max(pooled[channels + c], value)
    shrink = np.float32(1 / (SHARE * np.sqrt(max(count, 1))))
    total = np.float64(0)
    width = channels // top.shape[0]
    for member in range(top.shape[0]):
        for c in range(width):
            member_pooled[c] = pooled[member * width + c] * shrink
            member_pooled[width + c] = pooled[channels + member * width + c]
        for j in range(top.shape[3]):
            cells[j] = network.top_bias[member, j]
        _add_rows(member_pooled, top[member], cells)
        total += np.float64(cells[0]) * network.out[member, 0]
        for j in range(1, top.shape[3]):
            total += np.float64(max(cells[j], np.float32(0))) * network.out[member, j]
    return total


@compiled
def _add_rows(values: Any, rows: Any, sums: Any) -> Any:
    """Add rows, shape (n / 4, 4, m), times values, shape (n,), to sums, shape (m,)."""
    for block in range(rows.shape[0]):
        a, b, c, d = (
            values[ROWS * block],
            values[ROWS * block + 1],
            values[ROWS * block + 2],
            values[ROWS * block + 3],
        )
        for j in range(rows.shape[2]):
            sums[j] += (a * rows[block, 0, j] + b * rows[block, 1, j]) + (
                c * rows[block, 2, j] + d * rows[block, 3, j]
            )


@compiled_with_arrays
def score_sequences(network: Any, hashes: Any, marks: Any, offsets: Any) -> Any:
    """Return the log-odds, shape (n,), of posts as `givesell.core.sequences.sequences` reads
    them.
    """
    if (
        not fits(network)
        or not within(offsets, len(hashes), OPENING + CLOSING)
        or len(marks) != len(hashes)
    ):
        raise ValueError("a network of shapes that do not fit together")
    space = scratch(OPENING + CLOSING, network)
    scores = np.empty(len(offsets) - 1, np.float64)
    for post in range(len(scores)):
        low, count = offsets[post], offsets[post + 1] - offsets[post]
        for i in range(count):
            space.hashes[i], space.marks[i] = hashes[low + i], marks[low + i]
        scores[post] = log_odds(network, count, space)
    return scores
