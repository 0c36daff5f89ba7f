"""Which of many uncertain posts to label first: typical ones, that are unlike each other."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from givesell.estimators.vectorizer import PostVectorizer

TYPICAL = 0.25  # the power that likeness to the pool is raised to, beside uncertainty


def pick_uncertain(
    texts: Sequence[str],
    selling: Any,
    n: int,
    known: Sequence[str] = (),
    typical: Sequence[str] = (),
) -> NDArray[np.intp]:
    """Pick posts that are uncertain, typical of a pool, and unlike each other and what is labelled.

    Parameters
    ----------
    texts : sequence of str, shape (m,)
        The candidates.
    selling : array-like of float, shape (m,)
        Their probabilities.
    n : int
    known : sequence of str
        Posts that are labelled.
    typical : sequence of str
        A sample of the pool; a post is the more typical, the more it is like their mean.

    Returns
    -------
    ndarray of intp, shape (min(n, m),)
        Positions, in the order in which they were picked.

    Examples
    --------
    >>> pick_uncertain(
    ...     ["Free mugs now", "Free mugs now!", "Thanks for the tea", "Hi"], [0.5, 0.5, 0.4, 0.1], 2
    ... ).tolist()
    [0, 2]
    """
    if not len(texts):
        return np.empty(0, np.intp)
    vectorizer = PostVectorizer(n_features=2**20, min_df=1).fit(texts)
    rows = vectorizer.transform(texts)
    worth = uncertainty(selling)
    # Probabilities of a model that has seen little lie close together: what counts is how uncertain
    # a post is among the candidates.
    worth = (worth - worth.min()) / np.ptp(worth) if np.ptp(worth) > 0 else np.ones(len(worth))
    if len(typical):
        mean = np.asarray(vectorizer.transform(typical).mean(axis=0)).ravel()
        worth = worth * (rows @ mean) ** TYPICAL
    return spread(rows, worth, n, far_from=vectorizer.transform(known) if len(known) else None)


def spread(
    features: sp.csr_matrix,
    worth: NDArray[np.float64],
    n: int,
    *,
    far_from: sp.csr_matrix | None = None,
) -> NDArray[np.intp]:
    """Pick rows that are worth much and are far from each other, one by one.

    Each time that row is picked whose worth, times its squared distance to the nearest row picked
    so far, is the highest.

    Parameters
    ----------
    features : csr_matrix, shape (m, k)
        Rows of unit length.
    worth : ndarray of float64, shape (m,)
        Above 0.
    n : int
    far_from : csr_matrix, shape (l, k), optional
        Rows to keep away from too.

    Returns
    -------
    ndarray of intp, shape (min(n, m),)
        In the order in which they were picked.

    Examples
    --------
    >>> rows = sp.csr_matrix([[1.0, 0.0], [1.0, 0.0], [0.0, 1.0]])
    >>> spread(rows, np.array([0.5, 0.5, 0.2]), 2).tolist()
    [0, 2]
    """
    distance = np.full(features.shape[0], 2.0)
    if far_from is not None and far_from.shape[0]:
        for start in range(0, far_from.shape[0], 1000):
            near = (features @ far_from[start : start + 1000].T).max(axis=1)
            distance = np.minimum(distance, 2 - 2 * near.toarray().ravel())
    picked = np.empty(min(n, len(worth)), np.intp)
    free = worth + 1e-9
    columns = features.T.tocsr()
    for i in range(len(picked)):
        best = int(np.argmax(free * np.maximum(distance, 1e-9)))
        picked[i] = best
        free[best] = -1.0
        start, stop = features.indptr[best : best + 2]
        near = features.data[start:stop] @ columns[features.indices[start:stop]]
        distance = np.minimum(distance, 2 - 2 * near)
    return picked


def uncertainty(selling: Any) -> NDArray[np.float64]:
    """Return how uncertain probabilities are: the probability of the less likely label, 0 to
    0.5.
    """
    p = np.asarray(selling, np.float64)
    return np.minimum(p, 1 - p)
