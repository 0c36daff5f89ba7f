"""The n-grams that a model knows, without weights: what decides whether a post can be read, and
how much of a stream is new to the model.
"""

from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from givesell.errors import ArgumentError
from givesell.text.ngrams import BucketSet, Ngrams, bucket_set, ngrams_of

IDF_SQUARES = (1e-6, 1e6)  # the range of idf squared


class KnownNgrams(NamedTuple):
    """N-grams by their buckets, as the compiled code takes them.

    ``kept`` holds the buckets of the n-grams that the training posts had, ``squares`` (n,) the
    squared idf of each, in the order of the buckets.
    """

    ngrams: Ngrams
    kept: BucketSet
    squares: NDArray[np.float32]


def known_ngrams(
    features: Mapping[str, Any], buckets: NDArray[np.int32], squares: NDArray[np.float32]
) -> KnownNgrams:
    """Return known n-grams, checked.

    Parameters
    ----------
    features : mapping
        The parameters of a `givesell.estimators.vectorizer.PostVectorizer`.
    buckets : ndarray of int32, shape (n,)
        Ascending.
    squares : ndarray of float32, shape (n,)
        Squared idf.

    Returns
    -------
    KnownNgrams

    Raises
    ------
    ArgumentError
        E206 where the settings or the buckets cannot be used; E211 where a squared idf is not
        finite or out of range.
    """
    ngrams = ngrams_of(
        features["ngram_range"], features.get("char_ngram_range"), features["n_features"]
    )
    buckets = np.asarray(buckets)
    squares = np.ascontiguousarray(squares, np.float32)
    if not len(buckets) or squares.shape != buckets.shape:
        raise ArgumentError(
            "E206",
            argument="idf",
            expected="a value for each of some ascending buckets",
            type=str(squares.shape),
        )
    kept = bucket_set(buckets, ngrams.mask + 1)
    check_squares(squares)
    squares.setflags(write=False)
    return KnownNgrams(ngrams, kept, squares)


def check_squares(squares: NDArray[np.float32]) -> None:
    """Refuse squared idf that is not finite or out of range.

    Raises
    ------
    ArgumentError
        E211.
    """
    low, high = IDF_SQUARES
    if not (low <= squares.min() and squares.max() <= high):  # false of NaN
        raise ArgumentError("E211", what="the squares of idf", expected=f"from {low:g} to {high:g}")


def buckets_of(kept: BucketSet) -> NDArray[np.int32]:
    """Return the buckets of a set, ascending.

    Examples
    --------
    >>> buckets_of(bucket_set(np.array([3, 64]), 128)).tolist()
    [3, 64]
    """
    # NumPy finds the nonzero ones of an array of bool several times as fast.
    return np.flatnonzero(held(kept).view(np.bool_)).astype(np.int32)


def held(kept: BucketSet) -> NDArray[np.uint8]:
    """Return 1 for each bucket of the set and 0 for each other one, shape (n_features,).

    Examples
    --------
    >>> held(bucket_set(np.array([1]), 64))[:3].tolist()
    [0, 1, 0]
    """
    return np.unpackbits(kept.words.astype("<u8").view(np.uint8), bitorder="little")
