"""Numbers, times of day and phone numbers: where each ends."""

from typing import Any

from givesell.text.compiled import compiled
from givesell.text.entries import SIGN, class_of, is_word, skip_clear
from givesell.text.fold_table import VALUE
from givesell.text.hashing import KIND_SEED, finish, step
from givesell.text.kinds import Char

LONGEST_PHONE = 26

_A, _M, _P, _COMMA = (ord(sign) for sign in "amp,")


@compiled
def phone_end(entries: Any, start: Any) -> Any:  # noqa: C901 - compiled as one state machine
    """Return where the phone number that begins at ``start`` ends, 0 if none does."""
    at = start
    plus = class_of(entries[at]) == Char.PLUS
    if plus:
        at += 1
    digits, groups, group, end, depth, unclosed = 0, 0, 0, at, 0, 0
    zero, separated, last = False, True, Char.OTHER
    shape = 0  # group lengths, a decimal digit each
    while at - start < LONGEST_PHONE:
        kind = class_of(entries[at])
        if kind == Char.CLEAR:
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
        elif not separated and (
            (plus and digits >= 10)
            or (zero and digits >= 10)
            or shape * 10 + group == 334
            or shape * 10 + group == 1334
        ):
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
    shape = shape * 10 + min(group, 9)
    after = class_of(entries[end])
    if unclosed != 0 or after == Char.LETTER or after == Char.DIGIT or after == Char.PERCENT:
        return 0
    if after == Char.COLON and class_of(entries[end + 1]) == Char.DIGIT:
        return 0
    if plus and 8 <= digits <= 15:
        return end
    if shape == 334 or (shape == 1334 and groups == 4):
        return end
    if zero and 9 <= digits <= 11 and (2 <= groups <= 4 or shape == 22222 or digits == 11):
        return 0 if shape // 10 == 224 or shape // 100 == 224 else end  # a date and a time
    return 0


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
        ) and class_of(entries[skip_clear(entries, at + 1)]) == Char.DIGIT:
            separators += 1
            run = 0
            colon = kind == Char.COLON
            state = step(state, entries[at] & VALUE)
        elif kind != Char.CLEAR:
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
    end = skip_clear(entries, at + 1)
    dotted = class_of(entries[end]) == Char.DOT
    if dotted:
        end = skip_clear(entries, end + 1)
    if class_of(entries[end]) != Char.LETTER or (entries[end] & SIGN) != _M:
        return 0
    end = skip_clear(entries, end + 1)
    if is_word(entries[end]):
        return 0
    return end + 1 if dotted and class_of(entries[end]) == Char.DOT else end
