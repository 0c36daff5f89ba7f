"""Numbers, times of day and phone numbers: where each ends."""

from typing import Any

from givesell.text.char_classes import Char
from givesell.text.compiled import compiled
from givesell.text.fold_entries import SIGN, class_of, is_word, skip_invisible
from givesell.text.fold_table import VALUE
from givesell.text.hashing import KIND_SEED, finish, step

LONGEST_PHONE = 26
# How many digits the groups of a phone number have, one decimal digit a group.
_US = 334  # 555-010-9999: area, exchange, line
_US_WITH_COUNTRY = 1334  # 1-555-010-9999
_PAIRS = 22222  # 01 23 45 67 89, as the French write theirs
# 01.02.2024 is a date, as most of the world writes it: two digits, two and four. Alone it has too
# few digits for a phone number; with the one or two groups of a time after it, it has enough.
_DATE = 224

_A, _M, _P, _COMMA = (ord(sign) for sign in "amp,")


@compiled
def phone_end(entries: Any, start: Any) -> Any:
    """Return where the phone number that begins at ``start`` ends, 0 if none does."""
    at = start
    plus = class_of(entries[at]) == Char.PLUS
    if plus:
        at += 1
    digits, groups, group, end, depth, unclosed = 0, 0, 0, at, 0, 0
    zero, separated, last = False, True, Char.OTHER
    shape = 0  # of the groups that are complete
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
            end, unclosed = at + 1, depth
        elif not separated and _is_complete(shape * 10 + group, digits, plus or zero):
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
    return end if _is_phone(shape * 10 + min(group, 9), groups, digits, plus, zero) else 0


@compiled
def _is_complete(shape: Any, digits: Any, prefixed: Any) -> Any:
    """Whether digits after a separator would belong to another number than this, which may have a
    plus or a zero before it.
    """
    return (prefixed and digits >= 10) or shape == _US or shape == _US_WITH_COUNTRY


@compiled
def _is_phone(shape: Any, groups: Any, digits: Any, plus: Any, zero: Any) -> Any:
    """Whether digits in groups are a phone number: an international one, one of the US, or one that
    begins with the zero of an area.
    """
    if plus and 8 <= digits <= 15:
        return True
    if shape == _US or (shape == _US_WITH_COUNTRY and groups == 4):
        return True
    if not zero or not 9 <= digits <= 11:
        return False
    is_date = shape // 10 == _DATE or shape // 100 == _DATE
    return not is_date and (2 <= groups <= 4 or shape == _PAIRS or digits == 11)


@compiled
def number_end(entries: Any, at: Any) -> Any:
    """Return the end, shape hash, separator count and the digits after the last separator, and
    whether that was a colon.
    """
    state, separators, run, colon = KIND_SEED, 0, 0, False
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
            or (kind == Char.OTHER and (entries[at] & SIGN) == _COMMA)
        ) and class_of(entries[skip_invisible(entries, at + 1)]) == Char.DIGIT:
            separators += 1
            run = 0
            colon = kind == Char.COLON
            state = step(state, entries[at] & VALUE)
        elif kind != Char.INVISIBLE:
            return at, finish(state), separators, run, colon
        at += 1


@compiled
def half_day(entries: Any, at: Any) -> Any:
    """Return the end of an "am", "p.m." or the like at ``at`` or after a blank, 0 if there is
    none.
    """
    if class_of(entries[at]) == Char.SPACE:
        at += 1
    first = entries[at] & SIGN
    if class_of(entries[at]) != Char.LETTER or (first != _A and first != _P):
        return 0
    end = skip_invisible(entries, at + 1)
    dotted = class_of(entries[end]) == Char.DOT
    if dotted:
        end = skip_invisible(entries, end + 1)
    if class_of(entries[end]) != Char.LETTER or (entries[end] & SIGN) != _M:
        return 0
    end = skip_invisible(entries, end + 1)
    if is_word(entries[end]):
        return 0
    return end + 1 if dotted and class_of(entries[end]) == Char.DOT else end
