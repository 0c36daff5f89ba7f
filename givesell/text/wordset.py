"""Sets of words by their hash, as the compiled code looks them up."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from givesell.text.compiled import compiled
from givesell.text.hashing import hash_text
from givesell.text.layout import lay_hashes

_SLOTS = 512


def hash_set(groups: dict[int, list[str]]) -> NDArray[np.uint64]:
    """Lay words out as an open-addressing table of (hash, flags) pairs for `lookup`.

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


@compiled
def lookup(table: Any, key: Any) -> Any:
    """Return the flags of a hash, 0 where the table does not hold it."""
    mask = np.uint64(table.shape[0] - 1)
    slot = key & mask
    while table[slot, 1] != 0:
        if table[slot, 0] == key:
            return np.int64(table[slot, 1])
        slot = (slot + np.uint64(1)) & mask
    return np.int64(0)
