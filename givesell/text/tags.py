"""Hashtags, handles and emoji: where each ends and what it matches as."""

from typing import Any

from givesell.text.char_classes import Char
from givesell.text.compiled import compiled
from givesell.text.fold_entries import class_of, hash_entry
from givesell.text.fold_table import UPPER, VALUE
from givesell.text.hashing import SEED, SIGN_SEED, finish, step
from givesell.text.numbers import half_day, number_end

LONGEST_NUMERIC = 4

_ZWJ, _KEYCAP, _VARIATION = 0x200D, 0x20E3, 0xFE0F


@compiled
def tag_end(entries: Any, at: Any) -> Any:
    """Return the end of the hashtag's name and its count of letters."""
    letters = 0
    while True:
        kind = class_of(entries[at])
        if kind == Char.LETTER:
            letters += 1
        elif not (kind == Char.DIGIT or kind == Char.UNDERSCORE or kind == Char.INVISIBLE):
            return at, letters
        at += 1


@compiled
def tag_words(
    entries: Any,
    at: Any,
    end: Any,
    token: Any,
    expansions: Any,
    extras: Any,
    owners: Any,
    n_extras: Any,
) -> Any:
    """Add the words of a hashtag's name, split at ``_``, at digits and where a capital follows a
    small letter.
    """
    state, letters, before, was_upper = SEED, 0, 0, False
    for i in range(at, end + 1):
        kind = class_of(entries[i]) if i < end else Char.SPACE
        if kind == Char.INVISIBLE:
            continue
        upper = (entries[i] & UPPER) != 0
        if letters > 0 and (kind != before or (upper and not was_upper) or kind == Char.UNDERSCORE):
            if before == Char.LETTER:
                extras[n_extras] = finish(state)
                owners[n_extras] = token
                n_extras += 1
            state, letters = SEED, 0
        state = hash_entry(state, entries[i], expansions)
        letters += 1
        before, was_upper = kind, upper
    return n_extras


@compiled
def handle_end(entries: Any, at: Any) -> Any:
    """Return the end of the handle whose name starts at ``at``, a fediverse host included."""
    hosts = 0
    while True:
        kind = class_of(entries[at])
        follow = class_of(entries[at + 1])
        inner = follow == Char.LETTER or follow == Char.DIGIT or follow == Char.UNDERSCORE
        if kind == Char.AT and hosts == 0 and inner:
            hosts = 1
        elif not (
            kind == Char.LETTER
            or kind == Char.DIGIT
            or kind == Char.UNDERSCORE
            or kind == Char.INVISIBLE
            or ((kind == Char.DOT or kind == Char.HYPHEN) and inner)
        ):
            return at
        at += 1


@compiled
def is_name(entries: Any, at: Any) -> Any:
    """Whether the digits at ``at`` begin a handle's name rather than a time or an amount
    ("@7pm", "@5").
    """
    end, _, separators, run, _ = number_end(entries, at)
    if separators > 0 or half_day(entries, end) > 0:
        return False
    after = class_of(entries[end])
    return run > LONGEST_NUMERIC or after == Char.LETTER or after == Char.UNDERSCORE


@compiled
def emoji_end(entries: Any, codes: Any, low: Any, at: Any) -> Any:
    """Return the end and the hash of the emoji that starts at ``at``: skin tones and selectors
    dropped.
    """
    first = class_of(entries[at])
    state = step(SIGN_SEED, entries[at] & VALUE)
    at += 1
    if first == Char.REGIONAL and class_of(entries[at]) == Char.REGIONAL:
        return at + 1, finish(step(state, entries[at] & VALUE))
    while True:
        kind = class_of(entries[at])
        if kind == Char.SKIN:
            at += 1
        elif kind == Char.INVISIBLE:
            if codes[low + at] == _ZWJ and class_of(entries[at + 1]) == Char.EMOJI:
                at += 1
                state = step(state, entries[at] & VALUE)
            at += 1
        else:
            return at, finish(state)


@compiled
def keycap_end(codes: Any, low: Any, n: Any, at: Any) -> Any:
    """Return the end of the keycap emoji whose sign is at ``at``, 0 if it is none."""
    end = at + 1
    if end < n and codes[low + end] == _VARIATION:
        end += 1
    return end + 1 if end < n and codes[low + end] == _KEYCAP else 0
