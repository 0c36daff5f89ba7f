"""Histograms of probabilities, and how far they are apart."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

BINS = 50
MEASURES = ("unseen", "strange", "distance")


def histogram_bins(p: NDArray[np.floating[Any]]) -> NDArray[np.int64]:
    """Return the bin of each probability, shape (n,)."""
    return np.minimum((p * BINS).astype(np.int64), BINS - 1)


def distance(counts: NDArray[Any], others: NDArray[Any]) -> Any:
    """Return how far histograms of probabilities are apart: how much the probabilities differ on
    average, both in order.

    Parameters
    ----------
    counts, others : ndarray, shape (n_bins,) or (n, n_bins)

    Returns
    -------
    float or ndarray of float64, shape (n,)
        0 to 1.

    References
    ----------
    The Wasserstein distance of order 1, as in `scipy.stats.wasserstein_distance`.

    Examples
    --------
    >>> float(distance(np.array([1, 0]), np.array([0, 1])))
    0.5
    """
    gap = np.cumsum(counts, axis=-1) / counts.sum(axis=-1, keepdims=True) - np.cumsum(
        others, axis=-1
    ) / others.sum(axis=-1, keepdims=True)
    return np.abs(gap).mean(axis=-1)
