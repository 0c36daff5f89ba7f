"""Confident learning: which labels are likely wrong, from probabilities that the labels themselves
did not train.

References
----------
Northcutt, Jiang and Chuang, "Confident Learning: Estimating Uncertainty in Dataset Labels", JAIR
2021.
"""

import numpy as np
from numpy.typing import NDArray

from givesell.verdict import is_selling


def confident_joint(selling: NDArray[np.bool_], p: NDArray[np.float64]) -> NDArray[np.float64]:
    """Estimate how often a post of each given label has each true one.

    A post counts as truly of a label where its probability of it is at least what posts given that
    label have on average; so a model that is over- or underconfident of one label does not tip the
    count. Counts are then scaled to those of the given labels.

    Parameters
    ----------
    selling : ndarray of bool, shape (n,)
        The labels as given.
    p : ndarray of float64, shape (n,)
        Probability of ``selling`` out of fold, 0 to 1.

    Returns
    -------
    ndarray of float64, shape (2, 2)
        Posts by given label (rows) and estimated true label (columns), ``giving`` first; sums to n.

    Examples
    --------
    >>> selling = np.array([False] * 4 + [True] * 4)
    >>> confident_joint(selling, np.array([0.1, 0.1, 0.2, 0.9, 0.8, 0.9, 0.9, 0.7])).round(
    ...     1
    ... ).tolist()
    [[3.0, 1.0], [0.0, 4.0]]
    """
    given = selling.astype(int)
    both = np.column_stack([1 - p, p])
    least = np.array(
        [both[given == label, label].mean() if (given == label).any() else 1.0 for label in (0, 1)]
    )
    above = both >= least
    likely = np.where(above.all(axis=1), both.argmax(axis=1), above.argmax(axis=1))
    counts = np.zeros((2, 2))
    np.add.at(counts, (given[above.any(axis=1)], likely[above.any(axis=1)]), 1)
    sizes = np.bincount(given, minlength=2)
    sums = counts.sum(axis=1)
    empty = sums == 0
    counts[empty, empty] = 1
    sums[empty] = 1
    return np.asarray(counts * (sizes / sums)[:, None])


def wrong_labels(selling: NDArray[np.bool_], p: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Find the labels that are likely wrong.

    Of each given label, as many posts as `confident_joint` estimates to be of the other are taken,
    those first that are likeliest of the other ("prune by noise rate"), and only where the
    probability is on the other's side.

    Parameters
    ----------
    selling, p
        As for `confident_joint`.

    Returns
    -------
    ndarray of bool, shape (n,)

    Examples
    --------
    >>> selling = np.array([False] * 4 + [True] * 4)
    >>> wrong_labels(selling, np.array([0.1, 0.1, 0.2, 0.9, 0.8, 0.9, 0.9, 0.7])).nonzero()[
    ...     0
    ... ].tolist()
    [3]
    """
    joint = confident_joint(selling, p)
    other = np.where(selling, 1 - p, p)
    wrong = np.zeros(len(p), bool)
    for label in (False, True):
        rows = np.flatnonzero(selling == label)
        count = round(float(joint[int(label), int(not label)]))
        wrong[rows[np.argsort(-other[rows], kind="stable")[:count]]] = True
    return np.asarray(wrong & (is_selling(p) != selling))
