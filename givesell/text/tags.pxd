"""Hashtags, handles and emoji: where each ends and what it matches as."""

from libc.stdint cimport int32_t, uint32_t, uint64_t

from givesell.text.char_classes cimport Char
from givesell.text.entries cimport VALUE, class_of
from givesell.text.hashing cimport SIGN_SEED, finish, step
from givesell.text.numbers cimport Number, half_day, number_at

cdef enum:
    LONGEST_NUMERIC = 4  # digits of a time or an amount after an @; a name of digits has more
    JOINER = 0x200D
    KEYCAP = 0x20E3
    VARIATION = 0xFE0F


cdef struct Emoji:
    int32_t end
    uint64_t hash


cdef inline bint begins_name(int kind) noexcept nogil:
    """Whether a character of a class begins the name of a handle or a hashtag."""
    return kind == Char.LETTER or kind == Char.DIGIT or kind == Char.UNDERSCORE


cdef inline int32_t tag_end(const uint32_t* entries, int32_t at) noexcept nogil:
    """Return the end of the hashtag's name that begins at ``at``, or ``at`` if it has no letter."""
    cdef int32_t end = at
    cdef bint has_letter = False
    cdef int kind
    while True:
        kind = class_of(entries[end])
        if kind == Char.LETTER:
            has_letter = True
        elif not (kind == Char.DIGIT or kind == Char.UNDERSCORE or kind == Char.INVISIBLE):
            return end if has_letter else at
        end += 1


cdef inline int32_t handle_end(const uint32_t* entries, int32_t at) noexcept nogil:
    """Return the end of the handle whose name begins at ``at``, a fediverse host included."""
    cdef bint has_host = False, inner
    cdef int kind
    while True:
        kind = class_of(entries[at])
        inner = begins_name(class_of(entries[at + 1]))
        if kind == Char.AT and not has_host and inner:
            has_host = True
        elif not (
            begins_name(kind)
            or kind == Char.INVISIBLE
            or ((kind == Char.DOT or kind == Char.HYPHEN) and inner)
        ):
            return at
        at += 1


cdef inline bint is_name(const uint32_t* entries, int32_t at) noexcept nogil:
    """Whether the digits at ``at`` begin a handle's name rather than a time or an amount
    ("@7pm", "@5").
    """
    cdef Number number = number_at(entries, at)
    cdef int after = class_of(entries[number.end])
    if number.separators > 0 or half_day(entries, number.end) > 0:
        return False
    return number.run > LONGEST_NUMERIC or after == Char.LETTER or after == Char.UNDERSCORE


cdef inline Emoji emoji_at(
    const uint32_t* entries, const uint32_t* codes, int32_t at
) noexcept nogil:
    """Read the emoji that begins at ``at``; skin tones and selectors are not hashed."""
    cdef int first = class_of(entries[at]), kind
    cdef uint64_t state = step(SIGN_SEED, entries[at] & VALUE)
    at += 1
    if first == Char.REGIONAL and class_of(entries[at]) == Char.REGIONAL:
        return Emoji(at + 1, finish(step(state, entries[at] & VALUE)))
    while True:
        kind = class_of(entries[at])
        if kind == Char.INVISIBLE:
            if codes[at] == JOINER and class_of(entries[at + 1]) == Char.EMOJI:
                at += 1
                state = step(state, entries[at] & VALUE)
        elif kind != Char.SKIN:
            return Emoji(at, finish(state))
        at += 1


cdef inline int32_t keycap_end(const uint32_t* codes, int32_t length, int32_t at) noexcept nogil:
    """Return the end of the keycap emoji whose sign is at ``at``, 0 if it is none."""
    cdef int32_t end = at + 1
    if end < length and codes[end] == VARIATION:
        end += 1
    return end + 1 if end < length and codes[end] == KEYCAP else 0
