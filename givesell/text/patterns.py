"""Recognisers the scanner calls where a token may be more than a word: phone numbers, hosts, URLs, e-mails.

Each looks ahead a bounded number of characters, so a post is scanned in linear time whatever it holds.
They read *entries* (see `givesell.text.fold_table`), one a code point, with `PADDING` blanks after the last.
"""

from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from givesell.text.compiled import compiled
from givesell.text.fold_table import SHIFT, VALUE
from givesell.text.hashing import SEED, finish, hash_text, step
from givesell.text.kinds import Char

PADDING = 4
LONGEST_HOST = 255  # RFC 1035
LONGEST_LOCAL = 64  # RFC 5321, the part of an e-mail address before the @
LONGEST_PHONE = 26

# Top-level domains that make a word with a dot a host, and those that do so only before a path,
# because people also leave out the space after a full stop ("thanks.it works").
SURE_DOMAINS = (
    "com net org io co uk ly app dev shop store de fr ca au eu info biz tv gg xyz online site edu gov club link page blog "
    "ai nl es br jp nz ie ch se dk pl ru cz news live life world art ink fm mx cc pro tech design agency bio fyi"
).split()
PATH_DOMAINS = "it me to be in is so at us am my do no as gl sh st cr gd im lc la tt tl je re id pe hn vc ee ms pub".split()
SECOND_LEVELS = "co com org net ac gov edu ne or".split()

SURE, NEEDS_PATH, SECOND, LETTERS = 1, 2, 4, 8
_SLOTS = 512

_SPACE, _BREAK, _LETTER, _DIGIT, _CLEAR = int(Char.SPACE), int(Char.BREAK), int(Char.LETTER), int(Char.DIGIT), int(Char.CLEAR)
_DOT, _HYPHEN = int(Char.DOT), int(Char.HYPHEN)
_PLUS, _OPEN, _CLOSE, _QUOTE, _EMOJI, _PERCENT = (
    int(Char.PLUS),
    int(Char.OPEN),
    int(Char.CLOSE),
    int(Char.QUOTE),
    int(Char.EMOJI),
    int(Char.PERCENT),
)
_BANG, _COLON, _APOSTROPHE, _OTHER, _REGIONAL = int(Char.BANG), int(Char.COLON), int(Char.APOSTROPHE), int(Char.OTHER), int(Char.REGIONAL)


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


@cache
def domain_table() -> NDArray[np.uint64]:
    """Return the table of top-level domains."""
    return hash_set({SURE: SURE_DOMAINS, NEEDS_PATH: PATH_DOMAINS, SECOND: SECOND_LEVELS})


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


@compiled
def class_of(entry: Any) -> Any:
    """Return the character class of an entry."""
    return np.int64((entry >> SHIFT) & 31)


@compiled
def is_word(entry: Any) -> Any:
    """Whether an entry is a letter or a digit."""
    kind = class_of(entry)
    return kind == _LETTER or kind == _DIGIT


@compiled
def skip_clear(entries: Any, at: Any) -> Any:
    """Return the first place from ``at`` on that shows: past zero-width, combining and control characters."""
    while class_of(entries[at]) == _CLEAR:
        at += 1
    return at


@compiled
def phone_end(entries: Any, start: Any) -> Any:
    """Return where the phone number that begins at ``start`` ends, 0 if none does."""
    at = start
    plus = class_of(entries[at]) == _PLUS
    if plus:
        at += 1
    digits, groups, group, end, depth, unclosed = 0, 0, 0, at, 0, 0
    zero, separated, last = False, True, _OTHER
    shape = 0  # group lengths, a decimal digit each
    while at - start < LONGEST_PHONE:
        kind = class_of(entries[at])
        if kind == _CLEAR:
            at += 1
            continue
        if kind == _DIGIT:
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
            (plus and digits >= 10) or (zero and digits >= 10) or shape * 10 + group == 334 or shape * 10 + group == 1334
        ):
            break
        elif kind == _OPEN or (kind == _CLOSE and depth > 0):
            depth += 1 if kind == _OPEN else -1
            separated = True
        elif not separated and (kind == _SPACE or kind == _HYPHEN or kind == _DOT):
            if zero and digits == 1 and kind == _DOT:
                return 0  # a decimal
            separated = True
        elif not (kind == _SPACE and last == _CLOSE):
            break
        last = kind
        at += 1
    shape = shape * 10 + min(group, 9)
    after = class_of(entries[end])
    if unclosed != 0 or after == _LETTER or after == _DIGIT or after == _PERCENT:
        return 0
    if after == _COLON and class_of(entries[end + 1]) == _DIGIT:
        return 0
    if plus and 8 <= digits <= 15:
        return end
    if shape == 334 or (shape == 1334 and groups == 4):
        return end
    if zero and 9 <= digits <= 11 and (2 <= groups <= 4 or shape == 22222 or digits == 11):
        return 0 if shape // 10 == 224 or shape // 100 == 224 else end  # a date and a time
    return 0


@compiled
def host_end(entries: Any, start: Any, first: Any, domains: Any) -> Any:
    """Read the labels of a host name.

    Parameters
    ----------
    entries : ndarray of uint32
    start : int
        Where a label begins, or the dot after the first one.
    first : uint64
        The hash of the label before that dot; 0 where ``start`` is a label.
    domains : ndarray of uint64
        The table of top-level domains.

    Returns
    -------
    end : int
        Where the host ends.
    flags : int
        The flags of its last label.
    name : uint64
        The hash of its registered name, 0 where there is none.
    labels : int
    """
    third, second, last = np.uint64(0), np.uint64(0), first
    labels = 1 if first != 0 else 0
    at, end, size, plain = start, start, 0, False
    while at - start < LONGEST_HOST:
        if labels > 0:
            if class_of(entries[at]) != _DOT:
                break
            at += 1
        state, letters, digits = SEED, 0, 0
        while at - start < LONGEST_HOST:
            kind = class_of(entries[at])
            if kind == _LETTER:
                letters += 1
                state = step(state, entries[at] & VALUE)
            elif kind == _DIGIT:
                digits += 1
                state = step(state, 48)
            elif kind == _HYPHEN and letters + digits > 0 and is_word(entries[at + 1]):
                state = step(state, entries[at] & VALUE)
                digits += 1
            elif kind != _CLEAR:
                break
            at += 1
        if letters + digits == 0:
            break
        third, second, last = second, last, finish(state)
        labels += 1
        size, plain = letters + digits, digits == 0
        end = at
    flags = lookup(domains, last) & (SURE | NEEDS_PATH)
    if plain and size > 1:
        flags |= LETTERS
    name = second
    if labels > 2 and size == 2 and lookup(domains, second) & SECOND:
        name = third
    return end, flags, name, labels


@compiled
def url_end(entries: Any, start: Any, length: Any) -> Any:
    """Return where the URL that goes on at ``start`` ends, sentence punctuation and unmatched brackets after it left out."""
    at, opened = start, 0
    while at < length:
        kind = class_of(entries[at])
        if kind == _SPACE or kind == _BREAK or kind == _QUOTE or kind == _EMOJI or kind == _REGIONAL:
            break
        if kind == _OPEN:
            opened += 1
        elif kind == _CLOSE:
            opened -= 1
        at += 1
    while at > start:
        kind = class_of(entries[at - 1])
        if kind == _CLOSE and opened < 0:
            opened += 1
        elif not (kind == _DOT or kind == _BANG or kind == _COLON or kind == _APOSTROPHE or kind == _OTHER or kind == _CLEAR):
            break
        at -= 1
    return at
