"""Sets of words by their hash, as the compiled code looks them up."""

import numpy as np
from numpy.typing import NDArray

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
    return pack_set(flags)


def pack_set(flags: dict[int, int]) -> NDArray[np.uint64]:
    """Lay hashes out as `hash_set` does."""
    slots = _SLOTS
    while slots < 2 * len(flags):
        slots *= 2
    table = np.zeros((slots, 2), np.uint64)
    for key in sorted(flags):
        slot = key & (slots - 1)
        while table[slot, 1]:
            slot = (slot + 1) & (slots - 1)
        table[slot] = key, flags[key]
    table.setflags(write=False)
    return table
