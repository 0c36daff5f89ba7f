"""The tokens of a post in their order, as the network reads them."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from givesell.core.convolution import read_sequences
from givesell.text.posts import as_sequence, chunks
from givesell.text.scan import rule_tables


def sequences(
    posts: Sequence[Any],
) -> tuple[NDArray[np.uint64], NDArray[np.uint8], NDArray[np.int64]]:
    """Return the tokens of posts as the network reads them.

    Parameters
    ----------
    posts : sequence or column of str, shape (n,)

    Returns
    -------
    hashes : ndarray of uint64, shape (n_tokens,)
        The tokens of all posts, one post after the other.
    marks : ndarray of uint8, shape (n_tokens,)
    offsets : ndarray of int64, shape (n + 1,)
        Where each post begins.

    Examples
    --------
    >>> hashes, marks, offsets = sequences(["Buy #NewMugs NOW", ""])
    >>> marks.tolist(), offsets.tolist()
    ([0, 0, 8, 8, 1], [0, 5, 5])
    """
    hashes, marks, ends = [np.empty(0, np.uint64)], [np.empty(0, np.uint8)], [np.zeros(1, np.int64)]
    total = 0
    for _, chunk in chunks(as_sequence(posts)):
        part_hashes, part_marks, part_ends = read_sequences(rule_tables(), chunk)
        hashes.append(part_hashes)
        marks.append(part_marks)
        ends.append(part_ends + total)
        total += len(part_hashes)
    return np.concatenate(hashes), np.concatenate(marks), np.concatenate(ends)
