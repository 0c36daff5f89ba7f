"""Numbers, times of day and phone numbers: where each ends."""

from libc.stdint cimport int32_t, int64_t, uint32_t, uint64_t

from givesell.text.char_classes cimport Char
from givesell.text.entries cimport SIGN, VALUE, class_of, is_word, skip_invisible
from givesell.text.hashing cimport KIND_SEED, finish, step

cdef enum:
    LONGEST_PHONE = 26
    # How many digits the groups of a phone number have, one decimal digit a group.
    US_PHONE = 334  # 555-010-9999: area, exchange, line
    US_WITH_COUNTRY = 1334  # 1-555-010-9999
    FIVE_PAIRS = 22222  # 01 23 45 67 89, as the French write theirs
    # 01.02.2024 is a date, as most of the world writes it: two digits, two and four. Alone it has
    # too few digits for a phone number; with the one or two groups of a time after it, it has
    # enough.
    DATE = 224


cdef struct Number:
    int32_t end
    uint64_t hash  # of its shape
    int separators
    int run  # digits after the last separator
    bint colon  # whether that is one


cdef inline Number number_at(const uint32_t* entries, int32_t at) noexcept nogil:
    """Read the number that begins at ``at``."""
    cdef uint64_t state = KIND_SEED
    cdef int separators = 0, run = 0, kind
    cdef bint colon = False
    while True:
        kind = class_of(entries[at])
        if kind == Char.DIGIT:
            run += 1
            if run <= 4:
                state = step(state, 48)
        elif (
            kind == Char.DOT
            or kind == Char.SLASH
            or kind == Char.HYPHEN
            or kind == Char.COLON
            or (kind == Char.OTHER and (entries[at] & SIGN) == c",")
        ) and class_of(entries[skip_invisible(entries, at + 1)]) == Char.DIGIT:
            separators += 1
            run = 0
            colon = kind == Char.COLON
            state = step(state, entries[at] & VALUE)
        elif kind != Char.INVISIBLE:
            return Number(at, finish(state), separators, run, colon)
        at += 1


cdef inline int32_t half_day(const uint32_t* entries, int32_t at) noexcept nogil:
    """Return the end of an "am", "p.m." or the like at ``at`` or after a blank, 0 if there is
    none.
    """
    cdef uint32_t first
    cdef int32_t end
    cdef bint dotted
    if class_of(entries[at]) == Char.SPACE:
        at += 1
    first = entries[at] & SIGN
    if class_of(entries[at]) != Char.LETTER or (first != c"a" and first != c"p"):
        return 0
    end = skip_invisible(entries, at + 1)
    dotted = class_of(entries[end]) == Char.DOT
    if dotted:
        end = skip_invisible(entries, end + 1)
    if class_of(entries[end]) != Char.LETTER or (entries[end] & SIGN) != c"m":
        return 0
    end = skip_invisible(entries, end + 1)
    if is_word(entries[end]):
        return 0
    return end + 1 if dotted and class_of(entries[end]) == Char.DOT else end


cdef inline int32_t phone_end(const uint32_t* entries, int32_t start) noexcept nogil:
    """Return where the phone number that begins at ``start`` ends, 0 if none does."""
    cdef int32_t at = start, end, after
    cdef bint plus = class_of(entries[at]) == Char.PLUS
    cdef bint zero = False, separated = True
    cdef int digits = 0, groups = 0, group = 0, depth = 0, unclosed = 0, kind, last = Char.OTHER
    cdef int64_t shape = 0  # of the groups that are complete
    if plus:
        at += 1
    end = at
    while at - start < LONGEST_PHONE:
        kind = class_of(entries[at])
        if kind == Char.INVISIBLE:
            at += 1
            continue
        if kind == Char.DIGIT:
            if digits == 0:
                zero = (entries[at] & VALUE) == 48
            if separated:
                shape = shape * 10 + min(group, 9)
                group = 0
                groups += 1
                separated = False
            digits += 1
            group += 1
            end = at + 1
            unclosed = depth
        elif not separated and is_complete(shape * 10 + group, digits, plus or zero):
            break
        elif kind == Char.OPEN or (kind == Char.CLOSE and depth > 0):
            depth += 1 if kind == Char.OPEN else -1
            separated = True
        elif not separated and (kind == Char.SPACE or kind == Char.HYPHEN or kind == Char.DOT):
            if zero and digits == 1 and kind == Char.DOT:
                return 0  # a decimal
            separated = True
        elif not (kind == Char.SPACE and last == Char.CLOSE):
            break
        last = kind
        at += 1
    after = class_of(entries[end])
    if unclosed != 0 or after == Char.LETTER or after == Char.DIGIT or after == Char.PERCENT:
        return 0
    if after == Char.COLON and class_of(entries[end + 1]) == Char.DIGIT:
        return 0
    return end if is_phone(shape * 10 + min(group, 9), groups, digits, plus, zero) else 0


cdef inline bint is_complete(int64_t shape, int digits, bint prefixed) noexcept nogil:
    """Whether digits after a separator would belong to another number than this, which may have a
    plus or a zero before it.
    """
    return (prefixed and digits >= 10) or shape == US_PHONE or shape == US_WITH_COUNTRY


cdef inline bint is_phone(
    int64_t shape, int groups, int digits, bint plus, bint zero
) noexcept nogil:
    """Whether digits in groups are a phone number: an international one, one of the US, or one that
    begins with the zero of an area.
    """
    cdef bint is_date
    if plus and 8 <= digits <= 15:
        return True
    if shape == US_PHONE or (shape == US_WITH_COUNTRY and groups == 4):
        return True
    if not zero or not 9 <= digits <= 11:
        return False
    is_date = shape // 10 == DATE or shape // 100 == DATE
    return not is_date and (2 <= groups <= 4 or shape == FIVE_PAIRS or digits == 11)
