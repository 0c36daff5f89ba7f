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

ALIKE = 0.7  # the share of words and pairs of words in common from which two posts are near copies
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
    # By hash, so that a million posts need no second copy of their texts.
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
    marks = _marks(posts)
    count = len(posts)
    full = marks[:, 0] != _NOTHING  # a post without words is nobody's copy
    firsts, others = [np.empty(0, np.int64)], [np.empty(0, np.int64)]
    for band in range(BANDS):
        part = marks[:, band * ROWS : (band + 1) * ROWS].astype(np.uint64)
        key = part[:, 0]
        for row in range(1, ROWS):
            key = (key * np.uint64(0x9E3779B97F4A7C15)) ^ part[:, row]
        rows = np.flatnonzero(full)
        rows = rows[np.argsort(key[rows], kind="stable")]
        opens = np.r_[True, key[rows][1:] != key[rows][:-1]] if len(rows) else np.empty(0, bool)
        first = (
            rows[np.maximum.accumulate(np.where(opens, np.arange(len(rows)), 0))]
            if len(rows)
            else rows
        )
        before = np.r_[rows[:1], rows[:-1]]
        for candidate in (
            first,
            before,
        ):  # in a row of candidates each is compared with the first and with the one before
            at = np.flatnonzero(~opens)
            for start in range(0, len(at), _CHUNK):
                some = at[start : start + _CHUNK]
                alike = (marks[candidate[some]] == marks[rows[some]]).mean(axis=1) >= ALIKE
                firsts.append(candidate[some][alike])
                others.append(rows[some][alike])
    one, other = np.concatenate(firsts), np.concatenate(others)
    graph = sp.coo_matrix((np.ones(len(one), np.int8), (one, other)), shape=(count, count))
    return np.asarray(connected_components(graph, directed=False)[1], np.int64)


def _marks(posts: NDArray[np.object_]) -> NDArray[np.uint32]:
    """Return the smallest of several hashes over the features of each post, shape (n, BANDS *
    ROWS).
    """
    counter = PostVectorizer()
    draw = np.random.default_rng(0)
    factors = draw.integers(1, 2**32, BANDS * ROWS, np.uint64).astype(np.uint32) | np.uint32(1)
    offsets = draw.integers(0, 2**32, BANDS * ROWS, np.uint64).astype(np.uint32)
    marks = np.full((len(posts), BANDS * ROWS), _NOTHING, np.uint32)
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
            marks[start + full, number] = np.minimum.reduceat(hashed, counts.indptr[full])
    return marks
