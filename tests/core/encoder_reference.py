"""An encoder's forward pass in NumPy, written after the papers: what its graph should give."""

from math import erf

import numpy as np

from givesell.core.encoder_arrays import MATRICES


def floats(arrays):
    """Return the arrays of an encoder with its whole numbers as the floats they stand for."""
    found = {name: np.asarray(array, np.float64) for name, array in arrays.items()}
    found["words"] *= found["word_scales"][:, None]
    for name in MATRICES:
        found[name] *= found[f"{name}_scales"][:, None, :]
    return found


def norm(rows, weight, bias, epsilon):
    """Return rows with mean 0 and variance 1, times a weight and with a bias."""
    centred = rows - rows.mean(axis=1, keepdims=True)
    return centred / np.sqrt((centred**2).mean(axis=1, keepdims=True) + epsilon) * weight + bias


def gelu(values):
    """Return x times the share of a normal distribution below x."""
    return values * (1 + np.vectorize(erf)(values / np.sqrt(2))) / 2


def softmax(rows):
    """Return rows of positive numbers with the sum 1."""
    powers = np.exp(rows - rows.max(axis=-1, keepdims=True))
    return powers / powers.sum(axis=-1, keepdims=True)


def states_of(arrays, pieces, epsilon, rounded=lambda rows: rows):
    """Return the states of one post, shape (n_pieces, width).

    Parameters
    ----------
    arrays : dict of str to ndarray
        As `floats` returns them.
    pieces : list of int
    epsilon : float
    rounded : callable
        What is done to the rows that a matrix is multiplied by.
    """
    layers, width, heads = len(arrays["up"]), arrays["words"].shape[1], len(arrays["relative"])
    n, middle = len(pieces), len(arrays["positions"]) - 1
    x = arrays["words"][pieces] + arrays["positions"][:n]
    x = norm(x, *arrays["embedding_norm"], epsilon)
    for layer in range(layers):
        three = rounded(x) @ arrays["qkv"][layer] + arrays["qkv_bias"][layer]
        queries, keys, values = three.reshape(n, 3, heads, -1).transpose(1, 2, 0, 3)
        odds = queries @ keys.transpose(0, 2, 1) / np.sqrt(width // heads)
        for i in range(n):
            for j in range(n):
                odds[:, i, j] += arrays["relative"][:, middle + j - i]
        found = (softmax(odds) @ values).transpose(1, 0, 2).reshape(n, width)
        found = rounded(found) @ arrays["out"][layer] + arrays["out_bias"][layer]
        x = norm(x + found, *arrays["norms"][layer, :2], epsilon)
        inner = gelu(rounded(x) @ arrays["up"][layer] + arrays["up_bias"][layer])
        found = rounded(inner) @ arrays["down"][layer] + arrays["down_bias"][layer]
        x = norm(x + found, *arrays["norms"][layer, 2:], epsilon)
    return x


def values_of(arrays, pieces, epsilon, rounded=lambda rows: rows):
    """Return the head's values of one post, shape (1 + n_facets,)."""
    states = states_of(arrays, pieces, epsilon, rounded)
    pooled = np.concatenate([states.mean(axis=0), states.max(axis=0)])
    return pooled @ arrays["head"] + arrays["head_bias"]


def in_steps(rows):
    """Return rows rounded to 127 steps to each side, as the graph rounds them."""
    step = np.maximum(np.abs(rows).max(axis=1, keepdims=True), 1e-9) / 127
    return np.rint(rows / step) * step
