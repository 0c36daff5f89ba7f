"""How the scanner reads entries: one a code point (see `givesell.text.fold_table` for the bits,
which a test holds equal), `PADDING` blanks after the last.
"""

from libc.stdint cimport int32_t, uint32_t, uint64_t

from givesell.text.char_classes cimport Char
from givesell.text.hashing cimport step

cdef enum:
    PADDING = 4
    SHIFT = 21
    VALUE = (1 << 21) - 1
    EXPANDS = 1 << 26
    UPPER = 1 << 27
    FOREIGN_LETTER = 1 << 28
    # What a sign or letter is compared by: an index into the expansions equals no code point.
    SIGN = EXPANDS | VALUE
    EXPANSION = 5  # numbers in a row of the expansions: a length, and code points


cdef inline int class_of(uint32_t entry) noexcept nogil:
    """Return the character class of an entry."""
    return (entry >> SHIFT) & 31


cdef inline bint is_word(uint32_t entry) noexcept nogil:
    """Whether an entry is a letter or a digit."""
    cdef int kind = class_of(entry)
    return kind == Char.LETTER or kind == Char.DIGIT


cdef inline int32_t skip_invisible(const uint32_t* entries, int32_t at) noexcept nogil:
    """Return the first place from ``at`` on that is visible: past zero-width, combining and control
    characters.
    """
    while class_of(entries[at]) == Char.INVISIBLE:
        at += 1
    return at


cdef inline uint64_t hash_entry(
    uint64_t state, uint32_t entry, const uint32_t* expansions
) noexcept nogil:
    """Return a running hash with what an entry folds to added."""
    cdef uint32_t value = entry & VALUE
    cdef uint32_t i
    if not entry & EXPANDS:
        return step(state, value)
    for i in range(expansions[EXPANSION * value]):
        state = step(state, expansions[EXPANSION * value + 1 + i])
    return state
