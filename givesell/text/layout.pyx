"""Lays out sets as the kernels look them up: buckets by bits and ranks, hashes in open addressing.

What is passed may be an artifact's: it is checked here, once. Arrays that do not fit together are a
ValueError.
"""

from libc.stdint cimport int32_t, int64_t, uint32_t, uint64_t

from givesell.text.counting cimport bits_in


def lay_buckets(
    const int32_t[::1] buckets, Py_ssize_t size, uint64_t[::1] words, uint32_t[::1] ranks
):
    """Set the bit of each bucket of a set, and count the buckets before each word.

    Parameters
    ----------
    buckets : ndarray of int32, shape (n,)
    size : int
        How many buckets there are.
    words : ndarray of uint64, shape (size / 64, rounded up,)
        Zeros; filled.
    ranks : ndarray of uint32, of the same shape
        Filled.

    Returns
    -------
    bool
        False if the buckets do not ascend strictly or lie outside, and nothing is of use.
    """
    cdef Py_ssize_t i, length = words.shape[0]
    cdef int32_t bucket, last = -1
    cdef uint32_t before = 0
    if size > 64 * length or ranks.shape[0] != length:
        raise ValueError("buffers of other sizes than are needed")
    with nogil:
        for i in range(buckets.shape[0]):
            bucket = buckets[i]
            if bucket <= last or bucket >= size:
                break
            words[bucket >> 6] |= <uint64_t>1 << (bucket & 63)
            last = bucket
        else:
            for i in range(length):
                ranks[i] = before
                before += bits_in(<uint32_t>words[i]) + bits_in(words[i] >> 32)
    return before == buckets.shape[0]


def lay_hashes(const uint64_t[::1] keys, const uint64_t[::1] values, uint64_t[:, ::1] table):
    """Put hashes and their values into an open-addressing table.

    Parameters
    ----------
    keys : ndarray of uint64, shape (n,)
        Each once.
    values : ndarray of uint64, shape (n,)
        Not 0, which marks what is free.
    table : ndarray of uint64, shape (slots, 2)
        Zeros; filled with pairs. More slots than keys, and a power of two.
    """
    cdef Py_ssize_t n = keys.shape[0], slots = table.shape[0], i
    cdef uint64_t mask = <uint64_t>slots - 1, slot
    if slots <= n or slots & (slots - 1) or table.shape[1] != 2 or values.shape[0] != n:
        raise ValueError("buffers of other sizes than are needed")
    with nogil:
        for i in range(n):
            slot = keys[i] & mask
            while table[slot, 1]:
                slot = (slot + 1) & mask
            table[slot, 0], table[slot, 1] = keys[i], values[i]


def find_ranks(
    const int32_t[::1] buckets,
    const uint64_t[::1] words,
    const uint32_t[::1] ranks,
    int64_t[::1] found,
):
    """Write the rank of each bucket in a set that `lay_buckets` laid out.

    Parameters
    ----------
    buckets : ndarray of int32, shape (n,)
    words : ndarray of uint64, shape (w,)
    ranks : ndarray of uint32, shape (w,)
    found : ndarray of int64, shape (n,)
        Filled.

    Returns
    -------
    bool
        False if the set does not hold one of the buckets, and nothing is of use.
    """
    cdef Py_ssize_t i, word, length = words.shape[0]
    cdef uint64_t bit, before
    if ranks.shape[0] != length or found.shape[0] != buckets.shape[0]:
        raise ValueError("buffers of other sizes than are needed")
    for i in range(buckets.shape[0]):
        word = buckets[i] >> 6
        bit = <uint64_t>1 << (buckets[i] & 63)
        if not 0 <= word < length or not words[word] & bit:
            return False
        before = words[word] & (bit - 1)
        found[i] = ranks[word] + bits_in(<uint32_t>before) + bits_in(before >> 32)
    return True
