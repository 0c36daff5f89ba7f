"""Copies and near copies among posts, found in one pass with MinHash.

References
----------
Broder, "On the resemblance and containment of documents", SEQUENCES 1997; Leskovec, Rajaraman and
Ullman, "Mining of Massive Datasets", chapter 3, for the bands.
"""

from typing import Any

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray
from scipy.sparse.csgraph import connected_components

from givesell.estimators.vectorizer import PostVectorizer

ALIKE = 0.7  # share of words and pairs of words in common from which two posts are near copies
BANDS, ROWS = 8, 4  # of hashes; two posts are compared where they agree in all rows of a band
_CHUNK = 20_000
_NOTHING = np.uint32(2**32 - 1)


def same_text(posts: NDArray[np.object_]) -> NDArray[np.int64]:
    """Number posts by their text, capitals and spaces apart.

    Returns
    -------
    ndarray of int64, shape (n,)
        The same number for the same text.

    Examples
    --------
    >>> same_text(np.array(["Buy  now", "buy now", "Thanks"], object)).tolist()
    [0, 0, 1]
    """
    numbers: dict[int, int] = {}
    # By hash, so that a million posts need no second copy of their texts. Of as many, two that
    # differ share a hash of 64 bits once in 37 million times.
    return np.fromiter(
        (
            numbers.setdefault(hash(" ".join(post.casefold().split())), len(numbers))
            for post in posts
        ),
        np.int64,
        len(posts),
    )


def near_copies(posts: NDArray[np.object_]) -> NDArray[np.int64]:
    """Number posts so that copies and near copies share a number.

    Posts are compared as sets of words and pairs of words, as the features see them: capitals,
    spaces, look-alike letters, handles and addresses make no difference.

    Parameters
    ----------
    posts : ndarray of str, shape (n,)

    Returns
    -------
    ndarray of int64, shape (n,)

    Examples
    --------
    >>> posts = [
    ...     "Fresh bread every Friday from our shop, order by Thursday noon",
    ...     "Thanks, that helped me a lot",
    ... ]
    >>> posts.append("FRESH bread every Friday from our shop! Order by Thursday noon")
    >>> near_copies(np.array(posts, object)).tolist()
    [0, 1, 0]
    """
    hashes = _min_hashes(posts)
    has_words = np.flatnonzero(hashes[:, 0] != _NOTHING)  # a post without words is no copy
    pairs = [np.empty((2, 0), np.int64)]
    for band in range(BANDS):
        keys = _keys_of_band(hashes[has_words, band * ROWS : (band + 1) * ROWS])
        pairs += _alike_in_band(hashes, has_words, keys)
    one, other = np.concatenate(pairs, axis=1)
    count = len(posts)
    graph = sp.coo_matrix((np.ones(len(one), np.int8), (one, other)), shape=(count, count))
    return np.asarray(connected_components(graph, directed=False)[1], np.int64)


def _keys_of_band(hashes: NDArray[np.uint32]) -> NDArray[np.uint64]:
    """Return a number that posts share whose hashes in a band are all the same."""
    keys = hashes[:, 0].astype(np.uint64)
    for row in range(1, ROWS):
        keys = (keys * np.uint64(0x9E3779B97F4A7C15)) ^ hashes[:, row]
    return keys


def _alike_in_band(
    hashes: NDArray[np.uint32], rows: NDArray[np.int64], keys: NDArray[np.uint64]
) -> list[NDArray[np.int64]]:
    """Return pairs of near copies among rows of the same key, each an array of shape (2, m).

    Of the rows with one key, each is compared with the first and with the one before it.
    """
    if not len(rows):
        return []
    order = np.argsort(keys, kind="stable")
    rows, keys = rows[order], keys[order]
    is_first = np.r_[True, keys[1:] != keys[:-1]]
    first = rows[np.maximum.accumulate(np.where(is_first, np.arange(len(rows)), 0))]
    before = np.r_[rows[:1], rows[:-1]]
    others = np.flatnonzero(~is_first)
    pairs = []
    for candidate in (first, before):
        for start in range(0, len(others), _CHUNK):
            at = others[start : start + _CHUNK]
            alike = (hashes[candidate[at]] == hashes[rows[at]]).mean(axis=1) >= ALIKE
            pairs.append(np.stack([candidate[at][alike], rows[at][alike]]))
    return pairs


def _min_hashes(posts: NDArray[np.object_]) -> NDArray[np.uint32]:
    """Return the smallest of each of several hashes over the features of a post, shape (n, BANDS *
    ROWS).
    """
    counter = PostVectorizer()
    draw = np.random.default_rng(0)
    factors = draw.integers(1, 2**32, BANDS * ROWS, np.uint64).astype(np.uint32) | np.uint32(1)
    offsets = draw.integers(0, 2**32, BANDS * ROWS, np.uint64).astype(np.uint32)
    hashes = np.full((len(posts), BANDS * ROWS), _NOTHING, np.uint32)
    for start in range(0, len(posts), _CHUNK):
        counts: Any = counter.counts(posts[start : start + _CHUNK])
        full = np.flatnonzero(np.diff(counts.indptr))
        if not len(full):
            continue
        features = counts.indices.astype(np.uint32)
        features ^= features >> np.uint32(11)
        for number, (factor, offset) in enumerate(zip(factors, offsets, strict=True)):
            hashed = features * factor + offset  # wraps
            hashed ^= hashed >> np.uint32(15)
            hashed *= np.uint32(0x2C1B3C6D)
            hashed ^= hashed >> np.uint32(12)
            hashes[start + full, number] = np.minimum.reduceat(hashed, counts.indptr[full])
    return hashes
