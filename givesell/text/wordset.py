"""Sets of words by their hash, as the compiled code looks them up."""

import numpy as np
from numpy.typing import NDArray

from givesell.text.layout import lay_hashes
from givesell.text.scanner import hash_text

_SLOTS = 512


def hash_set(groups: dict[int, list[str]]) -> NDArray[np.uint64]:
    """Lay words out as an open-addressing table of (hash, flags) pairs for `lookup` in
    ``hashing.pxd``.

    Parameters
    ----------
    groups : dict of int to list of str
        Flag to the folded words that carry it.

    Returns
    -------
    ndarray of uint64, shape (slots, 2)
    """
    flags: dict[int, int] = {}
    for flag, words in groups.items():
        for word in words:
            key = hash_text(word)
            flags[key] = flags.get(key, 0) | flag
    keys = np.array(sorted(flags), np.uint64)
    return pack_set(keys, np.array([flags[int(key)] for key in keys], np.uint64))


def pack_set(keys: NDArray[np.uint64], values: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """Lay hashes out as `hash_set` does.

    Parameters
    ----------
    keys : ndarray of uint64, shape (n,)
        Ascending, each once.
    values : ndarray of uint64, shape (n,)
        Not 0.

    Returns
    -------
    ndarray of uint64, shape (slots, 2)
    """
    slots = _SLOTS
    while slots < 2 * len(keys):
        slots *= 2
    table = np.zeros((slots, 2), np.uint64)
    lay_hashes(keys, values, table)
    table.setflags(write=False)
    return table
