"""Hosts and URLs: which words with dots are one, and where it ends."""

from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from givesell.text.char_classes import Char
from givesell.text.compiled import compiled
from givesell.text.fold_entries import class_of, is_word
from givesell.text.fold_table import VALUE
from givesell.text.hashing import SEED, finish, step
from givesell.text.wordset import hash_set, lookup

LONGEST_HOST = 255  # RFC 1035

# Top-level domains that make a word with a dot a host, and those that do so only before a path,
# because people also leave out the space after a full stop ("thanks.it works").
SURE_DOMAINS = (
    "com net org io co uk ly app dev shop store de fr ca au eu info biz tv gg xyz online site edu"
    " gov club link page blog ai nl es br jp nz ie ch se dk pl ru cz news live life world art ink"
    " fm mx cc pro tech design agency bio fyi"
).split()
PATH_DOMAINS = (
    "it me to be in is so at us am my do no as gl sh st cr gd im lc la tt tl je re id pe hn vc ee"
    " ms pub".split()
)
SECOND_LEVELS = "co com org net ac gov edu ne or".split()

SURE, NEEDS_PATH, SECOND, LETTERS = 1, 2, 4, 8


@cache
def domain_table() -> NDArray[np.uint64]:
    """Return the table of top-level domains."""
    return hash_set({SURE: SURE_DOMAINS, NEEDS_PATH: PATH_DOMAINS, SECOND: SECOND_LEVELS})


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
            if class_of(entries[at]) != Char.DOT:
                break
            at += 1
        state, letters, digits = SEED, 0, 0
        while at - start < LONGEST_HOST:
            kind = class_of(entries[at])
            if kind == Char.LETTER:
                letters += 1
                state = step(state, entries[at] & VALUE)
            elif kind == Char.DIGIT:
                digits += 1
                state = step(state, 48)
            elif kind == Char.HYPHEN and letters + digits > 0 and is_word(entries[at + 1]):
                state = step(state, entries[at] & VALUE)
                digits += 1
            elif kind != Char.INVISIBLE:
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
    """Return where the URL that goes on at ``start`` ends, sentence punctuation and unmatched
    brackets after it left out.
    """
    at, opened = start, 0
    while at < length:
        kind = class_of(entries[at])
        if (
            kind == Char.SPACE
            or kind == Char.BREAK
            or kind == Char.QUOTE
            or kind == Char.EMOJI
            or kind == Char.REGIONAL
        ):
            break
        if kind == Char.OPEN:
            opened += 1
        elif kind == Char.CLOSE:
            opened -= 1
        at += 1
    while at > start:
        kind = class_of(entries[at - 1])
        if kind == Char.CLOSE and opened < 0:
            opened += 1
        elif not (
            kind == Char.DOT
            or kind == Char.BANG
            or kind == Char.COLON
            or kind == Char.APOSTROPHE
            or kind == Char.OTHER
            or kind == Char.INVISIBLE
        ):
            break
        at -= 1
    return at
