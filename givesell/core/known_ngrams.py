"""The n-grams that a model knows, without their weights: they decide whether a post can be read,
and how much of a stream is new to the model.
"""

from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from givesell.errors import ArgumentError
from givesell.text.layout import find_ranks
from givesell.text.ngrams import BucketSet, Ngrams, bucket_set, ngrams_of

IDF_SQUARES = (1e-6, 1e6)  # the range of idf squared


class KnownNgrams(NamedTuple):
    """N-grams by their buckets, as the compiled code takes them.

    ``vocabulary`` holds the buckets of the n-grams in the training posts, ``squares`` (n,) the
    squared idf of each, in the order of the buckets.
    """

    ngrams: Ngrams
    vocabulary: BucketSet
    squares: NDArray[np.float32]


def known_ngrams(
    features: Mapping[str, Any], buckets: NDArray[np.int32], squares: NDArray[np.float32]
) -> KnownNgrams:
    """Check known n-grams and return them as the compiled code takes them.

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
        E206 if the settings or the buckets cannot be used; E211 if a squared idf is not finite or
        out of range.
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
            expected="one value for each of the ascending buckets",
            given=str(squares.shape),
        )
    vocabulary = bucket_set(buckets, ngrams.mask + 1)
    check_squares(squares)
    squares.setflags(write=False)
    return KnownNgrams(ngrams, vocabulary, squares)


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


def buckets_of(vocabulary: BucketSet) -> NDArray[np.int32]:
    """Return the buckets of a set, ascending.

    Examples
    --------
    >>> buckets_of(bucket_set(np.array([3, 64]), 128)).tolist()
    [3, 64]
    """
    # NumPy finds the nonzero ones of an array of bool several times as fast.
    return np.flatnonzero(held(vocabulary).view(np.bool_)).astype(np.int32)


def ranks_of(vocabulary: BucketSet, buckets: NDArray[np.int32]) -> NDArray[np.int64] | None:
    """Return the rank of each bucket in a set; None if the set does not hold all of them.

    Parameters
    ----------
    vocabulary : BucketSet
    buckets : ndarray of int32, shape (n,)

    Returns
    -------
    ndarray of int64, shape (n,), or None

    Examples
    --------
    >>> known = bucket_set(np.array([3, 64]), 128)
    >>> ranks_of(known, np.array([64, 3], np.int32)).tolist()
    [1, 0]
    >>> ranks_of(known, np.array([64, 65], np.int32)) is None
    True
    """
    narrow, ranks = np.ascontiguousarray(buckets, np.int32), np.empty(len(buckets), np.int64)
    return ranks if find_ranks(narrow, *vocabulary, ranks) else None


def held(vocabulary: BucketSet) -> NDArray[np.uint8]:
    """Return 1 for each bucket of the set and 0 for each other one, shape (n_features,).

    Examples
    --------
    >>> held(bucket_set(np.array([1]), 64))[:3].tolist()
    [0, 1, 0]
    """
    return np.unpackbits(vocabulary.words.astype("<u8").view(np.uint8), bitorder="little")
