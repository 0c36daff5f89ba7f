"""The hash behind every token and n-gram: FNV-1a over folded code points, then a 64-bit finish; and
sets of words by their hash.

References
----------
Fowler, Noll and Vo, FNV-1a; the finish is the one of Vigna's splitmix64.
"""

from libc.stdint cimport int64_t, uint64_t

cdef extern from *:
    """
    static const uint64_t GIVESELL_SEED = UINT64_C(0xCBF29CE484222325);
    static const uint64_t GIVESELL_PRIME = UINT64_C(0x100000001B3);
    static const uint64_t GIVESELL_PAIR = UINT64_C(0x9E3779B97F4A7C15);
    static const uint64_t GIVESELL_MIX_A = UINT64_C(0xBF58476D1CE4E5B9);
    static const uint64_t GIVESELL_MIX_B = UINT64_C(0x94D049BB133111EB);
    """
    const uint64_t SEED "GIVESELL_SEED"
    const uint64_t HOST_SEED "(GIVESELL_SEED + 1)"
    const uint64_t TAG_SEED "(GIVESELL_SEED + 2)"
    const uint64_t KIND_SEED "(GIVESELL_SEED + 3)"
    const uint64_t SIGN_SEED "(GIVESELL_SEED + 4)"
    const uint64_t CHAR_SEED "(GIVESELL_SEED + 5)"
    const uint64_t MARK_SEED "(GIVESELL_SEED + 6)"
    const uint64_t EDGE "(GIVESELL_SEED + 7)"  # a post's opening and closing, as tokens
    const uint64_t PRIME "GIVESELL_PRIME"
    const uint64_t PAIR "GIVESELL_PAIR"
    const uint64_t MIX_A "GIVESELL_MIX_A"
    const uint64_t MIX_B "GIVESELL_MIX_B"


cdef inline uint64_t step(uint64_t state, uint64_t value) noexcept nogil:
    """Take one more value into a running hash."""
    return (state ^ value) * PRIME


cdef inline uint64_t finish(uint64_t state) noexcept nogil:
    """Spread a running hash over all 64 bits."""
    state = (state ^ (state >> 30)) * MIX_A
    state = (state ^ (state >> 27)) * MIX_B
    return state ^ (state >> 31)


cdef inline uint64_t join(uint64_t left, uint64_t right) noexcept nogil:
    """Hash an ordered pair of finished hashes: an n-gram from a shorter one and a token."""
    return left * PAIR + right


cdef inline uint64_t kind_hash(int kind) noexcept nogil:
    """Return the hash that all tokens of a kind share."""
    return finish(step(KIND_SEED, <uint64_t>kind))


cdef struct HashSet:
    # Pairs of a hash and its flags, 0 in an empty slot. There is an empty slot, and `last + 1` is a
    # power of two: the number of pairs.
    const uint64_t* slots
    uint64_t last


cdef inline int64_t lookup(const HashSet* words, uint64_t key) noexcept nogil:
    """Return the flags of a hash, 0 where the set does not hold it."""
    cdef uint64_t slot = key & words.last
    while words.slots[2 * slot + 1] != 0:
        if words.slots[2 * slot] == key:
            return <int64_t>words.slots[2 * slot + 1]
        slot = (slot + 1) & words.last
    return 0
