"""The scanner: code points to tokens, in one pass, in linear time.

Every consumer takes its tokens from here: `givesell.features.PostVectorizer`, the scorer and
spaCy's tokenizer slot. The tokens cover the post; only a single space after a token lies between two.

========= ============================== ====================================================
kind      example                        rule
========= ============================== ====================================================
WORD      ``don't``, ``2nd``, ``mp3``    letters, digits and inner apostrophes; digits match alike
NUMBER    ``1,200``, ``24/7``            digits with inner ``. , / - :``; matched by their shape
PRICE     ``$20``, ``£1.5k``, ``20€``    a currency sign beside a number
PERCENT   ``20%``                        a number and a per cent sign
TIME      ``7pm``, ``19:30``, ``8 am``   a number with am or pm, or hours and minutes
PHONE     ``+1 555-010-9999``            eight to fifteen digits after ``+``, 3-3-4, or 0 and 9 to 11
EMAIL     ``jo@example.com``             a local part, ``@`` and a host
URL       ``https://x.io/a``, ``x.com``  a scheme, ``www.``, or a host with a known ending
HANDLE    ``@jo``, ``@jo@example.com``   ``@`` and a name; all handles match alike
HASHTAG   ``#BlackFriday``               ``#`` and a name with a letter; its words match too
CASHTAG   ``$ACME``                      ``$`` and up to six letters
EMOJI     ``👩🏽‍🚒``, ``🇬🇧``, ``1️⃣``           one emoji, its skin tone, ZWJ parts, flag pair or keycap
BANG      ``?!``, ``!!!``                a run of ``!`` and ``?``
PUNCT     ``...``, ``-``                 any other sign, or a run of the same one
BREAK     ``\\n``                         line breaks and the blanks between and after them
SPACE     two blanks, a tab              any other white space; matches nothing
========= ============================== ====================================================
"""

from functools import cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from givesell.text.compiled import compiled
from givesell.text.fold import FoldTable, code_points, fold_table
from givesell.text.fold_table import EXPANDS, FOREIGN, SHIFT, UPPER, VALUE
from givesell.text.hashing import SEED, finish, step
from givesell.text.kinds import Char, Kind, Mark
from givesell.text.patterns import (
    LONGEST_LOCAL,
    NEEDS_PATH,
    PADDING,
    SURE,
    class_of,
    domain_table,
    host_end,
    phone_end,
    url_end,
)

ELONGATED_AFTER = 2  # a letter's third and later repeats are dropped: "soooo" matches "soo"
HOST_SEED = np.uint64(SEED + np.uint64(1))
TAG_SEED = np.uint64(SEED + np.uint64(2))
KIND_SEED = np.uint64(SEED + np.uint64(3))
SIGN_SEED = np.uint64(SEED + np.uint64(4))

_SPACE, _BREAK, _LETTER, _DIGIT, _APOSTROPHE, _CLEAR = (int(c) for c in (Char.SPACE, Char.BREAK, Char.LETTER, Char.DIGIT, Char.APOSTROPHE, Char.CLEAR))
_EMOJI, _SKIN, _REGIONAL, _CURRENCY, _PERCENT, _AT = (int(c) for c in (Char.EMOJI, Char.SKIN, Char.REGIONAL, Char.CURRENCY, Char.PERCENT, Char.AT))
_HASH, _BANG, _DOT, _SLASH, _COLON, _HYPHEN = (int(c) for c in (Char.HASH, Char.BANG, Char.DOT, Char.SLASH, Char.COLON, Char.HYPHEN))
_UNDERSCORE, _PLUS, _OPEN, _OTHER = (int(c) for c in (Char.UNDERSCORE, Char.PLUS, Char.OPEN, Char.OTHER))
WORD, NUMBER, PRICE, PERCENT, TIME, PHONE, EMAIL, URL = (int(Kind(i)) for i in range(8))
HANDLE, HASHTAG, CASHTAG, EMOJI, BANG, PUNCT, BREAK, SPACE = (int(Kind(i)) for i in range(8, 16))
_CAPS, _ELONGATED, _FOREIGN = int(Mark.CAPS), int(Mark.ELONGATED), int(Mark.FOREIGN)
_ZWJ, _KEYCAP, _VARIATION, _COMMA = 0x200D, 0x20E3, 0xFE0F, ord(",")
_A, _K, _M, _P, _DOLLAR = ord("a"), ord("k"), ord("m"), ord("p"), ord("$")


class Buffers(NamedTuple):
    """Scratch arrays that the scanner writes one post into; see `buffers`.

    ``starts``, ``ends``, ``kinds``, ``marks`` and ``hashes`` hold one value a token. ``extras`` and ``owners``
    hold further hashes (a hashtag's words, a URL's host) and the token each belongs to.
    """

    entries: NDArray[np.uint32]
    starts: NDArray[np.int32]
    ends: NDArray[np.int32]
    kinds: NDArray[np.uint8]
    marks: NDArray[np.uint8]
    hashes: NDArray[np.uint64]
    extras: NDArray[np.uint64]
    owners: NDArray[np.int32]


class Rules(NamedTuple):
    """The tables that the scanner reads."""

    fold: FoldTable
    domains: NDArray[np.uint64]


@cache
def rules() -> Rules:
    """Return the scanner's tables, made once a process."""
    return Rules(fold_table(), domain_table())


@compiled
def buffers(longest):  # type: ignore[no-untyped-def]
    """Make scratch arrays for posts of up to ``longest`` code points."""
    size = longest + PADDING + 1
    return Buffers(
        np.empty(size, np.uint32),
        np.empty(size, np.int32),
        np.empty(size, np.int32),
        np.empty(size, np.uint8),
        np.empty(size, np.uint8),
        np.empty(size, np.uint64),
        np.empty(size, np.uint64),
        np.empty(size, np.int32),
    )


@compiled
def kind_hash(kind):  # type: ignore[no-untyped-def]
    """Return the hash that all tokens of a kind share."""
    return finish(step(KIND_SEED, kind))


@compiled
def _emoji_end(entries, codes, low, at):  # type: ignore[no-untyped-def]
    """Return the end and the hash of the emoji that starts at ``at``: skin tones and selectors dropped."""
    first = class_of(entries[at])
    state = step(SIGN_SEED, entries[at] & VALUE)
    at += 1
    if first == _REGIONAL and class_of(entries[at]) == _REGIONAL:
        return at + 1, finish(step(state, entries[at] & VALUE))
    while True:
        kind = class_of(entries[at])
        if kind == _SKIN:
            at += 1
        elif kind == _CLEAR:
            if codes[low + at] == _ZWJ and class_of(entries[at + 1]) == _EMOJI:
                at += 1
                state = step(state, entries[at] & VALUE)
            at += 1
        else:
            return at, finish(state)


@compiled
def _number_end(entries, at):  # type: ignore[no-untyped-def]
    """Return the end, shape hash, separator count and the digits after the last separator, and whether that was a colon."""
    state, separators, run, colon = KIND_SEED, 0, 0, False
    while True:
        kind = class_of(entries[at])
        if kind == _DIGIT:
            run += 1
            if run <= 4:
                state = step(state, 48)
        elif class_of(entries[at + 1]) == _DIGIT and (
            kind == _DOT
            or kind == _SLASH
            or kind == _HYPHEN
            or kind == _COLON
            or (kind == _OTHER and (entries[at] & VALUE) == _COMMA)
        ):
            separators += 1
            run = 0
            colon = kind == _COLON
            state = step(state, entries[at] & VALUE)
        else:
            return at, finish(state), separators, run, colon
        at += 1


@compiled
def _half_day(entries, at):  # type: ignore[no-untyped-def]
    """Return the end of an "am" or "pm" at ``at``, 0 if there is none."""
    first = entries[at] & VALUE
    if class_of(entries[at]) != _LETTER or (first != _A and first != _P) or class_of(entries[at + 1]) != _LETTER:
        return 0
    if (entries[at + 1] & VALUE) != _M:
        return 0
    after = class_of(entries[at + 2])
    return 0 if after == _LETTER or after == _DIGIT else at + 2


@compiled
def _tag_end(entries, at):  # type: ignore[no-untyped-def]
    """Return the end of the hashtag's name and its count of letters."""
    letters = 0
    while True:
        kind = class_of(entries[at])
        if kind == _LETTER:
            letters += 1
        elif not (kind == _DIGIT or kind == _UNDERSCORE or kind == _CLEAR):
            return at, letters
        at += 1


@compiled
def _tag_words(entries, at, end, token, extras, owners, n_extras):  # type: ignore[no-untyped-def]
    """Add the words of a hashtag's name, split at ``_``, at digits and where a capital follows a small letter."""
    state, letters, before, was_upper = SEED, 0, 0, False
    for i in range(at, end + 1):
        kind = class_of(entries[i]) if i < end else _SPACE
        if kind == _CLEAR:
            continue
        upper = (entries[i] & UPPER) != 0
        if letters > 0 and (kind != before or (upper and not was_upper) or kind == _UNDERSCORE):
            if before == _LETTER:
                extras[n_extras] = finish(state)
                owners[n_extras] = token
                n_extras += 1
            state, letters = SEED, 0
        state = step(state, entries[i] & VALUE)
        letters += 1
        before, was_upper = kind, upper
    return n_extras


@compiled
def _handle_end(entries, at):  # type: ignore[no-untyped-def]
    """Return the end of the handle whose name starts at ``at``, a fediverse host included."""
    hosts = 0
    while True:
        kind = class_of(entries[at])
        follow = class_of(entries[at + 1])
        inner = follow == _LETTER or follow == _DIGIT or follow == _UNDERSCORE
        if kind == _AT and hosts == 0 and inner:
            hosts = 1
        elif not (
            kind == _LETTER
            or kind == _DIGIT
            or kind == _UNDERSCORE
            or kind == _CLEAR
            or ((kind == _DOT or kind == _HYPHEN) and inner)
        ):
            return at
        at += 1


@compiled
def scan_post(codes, low, high, rules, buffers):  # type: ignore[no-untyped-def]
    """Scan the post at ``codes[low:high]`` into the buffers.

    Parameters
    ----------
    codes : ndarray of uint32
        Code points of one or more posts.
    low, high : int
        Where the post begins and ends.
    rules : Rules
    buffers : Buffers
        Made for at least ``high - low`` code points.

    Returns
    -------
    tokens, extras : int
        How many of each were written.
    """
    pages, table, expansions = rules.fold.pages, rules.fold.entries, rules.fold.expansions
    entries, starts, ends, kinds = buffers.entries, buffers.starts, buffers.ends, buffers.kinds
    marks, hashes, extras, owners = buffers.marks, buffers.hashes, buffers.extras, buffers.owners
    n = high - low
    for i in range(n):
        code = codes[low + i]
        entries[i] = table[(np.int64(pages[code >> 8]) << 8) | np.int64(code & 255)]
    for i in range(n, n + PADDING):
        entries[i] = _SPACE << SHIFT
    tokens, n_extras = 0, 0
    start, at, no_host = 0, 0, 0
    while start < n:
        at = start
        while at < n and class_of(entries[at]) == _CLEAR:
            at += 1
        kind, token, mark, state = class_of(entries[at]), PUNCT, 0, np.uint64(0)
        follow = class_of(entries[at + 1])
        if kind == _SPACE and at < n and start == at and tokens > 0 and ends[tokens - 1] == at and codes[low + at] == 32:
            start += 1  # the one blank that may follow a token
            continue

        phone = 0
        if kind == _DIGIT or ((kind == _PLUS or kind == _OPEN) and (follow == _DIGIT or follow == _OPEN)):
            phone = phone_end(entries, at)
        if kind == _DIGIT and (
            codes[low + at + 1 if at + 1 < n else low] == _KEYCAP
            or (at + 2 < n and codes[low + at + 1] == _VARIATION and codes[low + at + 2] == _KEYCAP)
        ):
            token, state = EMOJI, finish(step(SIGN_SEED, entries[at] & VALUE))
            at += 2 if codes[low + at + 1] == _KEYCAP else 3
        elif phone > 0:
            token, at = PHONE, phone
        elif kind == _DIGIT:
            token = NUMBER
            end, state, separators, run, colon = _number_end(entries, at)
            after = class_of(entries[end])
            half = _half_day(entries, end)
            if half == 0 and after == _SPACE:
                half = _half_day(entries, end + 1)
            if half > 0:
                token, at = TIME, half
            elif after == _PERCENT:
                token, at = PERCENT, end + 1
            elif after == _CURRENCY:
                token, at = PRICE, end + 1
            elif colon and separators == 1 and run == 2:
                token, at = TIME, end
            elif after == _LETTER and separators == 0:
                token, kind = WORD, _LETTER
            else:
                at = end
        elif kind == _CURRENCY and (follow == _DIGIT or (follow == _SPACE and class_of(entries[at + 2]) == _DIGIT)):
            token = PRICE
            end, state, separators, run, colon = _number_end(entries, at + 1 if follow == _DIGIT else at + 2)
            after = entries[end] & VALUE
            if class_of(entries[end]) == _LETTER and (after == _K or after == _M) and class_of(entries[end + 1]) != _LETTER:
                end += 1
            at = end
        elif kind == _CURRENCY and follow == _LETTER and (entries[at] & VALUE) == _DOLLAR:
            end, state = at + 1, TAG_SEED
            while class_of(entries[end]) == _LETTER and end - at <= 7:
                state = step(state, entries[end] & VALUE)
                end += 1
            if end - at <= 7 and class_of(entries[end]) != _DIGIT:
                token, state, at = CASHTAG, finish(state), end
            else:
                state = finish(step(SIGN_SEED, entries[at] & VALUE))
                at += 1
        elif kind == _HASH and (follow == _LETTER or follow == _DIGIT or follow == _UNDERSCORE):
            end, letters = _tag_end(entries, at + 1)
            if letters > 0:
                token, state = HASHTAG, TAG_SEED
                for i in range(at + 1, end):
                    if class_of(entries[i]) != _CLEAR:
                        state = step(state, entries[i] & VALUE)
                state = finish(state)
                n_extras = _tag_words(entries, at + 1, end, tokens, extras, owners, n_extras)
                at = end
            else:
                state = finish(step(SIGN_SEED, entries[at] & VALUE))
                at += 1
        elif kind == _AT and (follow == _LETTER or follow == _DIGIT or follow == _UNDERSCORE):
            token = HANDLE
            end, flags, name, labels = host_end(entries, at + 1, np.uint64(0), rules.domains)
            first = tokens
            if labels > 1 and class_of(entries[end - 1]) == _LETTER and start == at:
                reach = at
                while first > 0 and ends[first - 1] == reach and at - starts[first - 1] <= LONGEST_LOCAL and (
                    kinds[first - 1] == WORD
                    or kinds[first - 1] == NUMBER
                    or (kinds[first - 1] == PUNCT and _is_local(entries[ends[first - 1] - 1]))
                ):
                    first -= 1
                    reach = starts[first]
            if first < tokens:
                token, at, start, tokens = EMAIL, end, starts[first], first
            else:
                at = _handle_end(entries, at + 1)
        elif kind == _EMOJI or kind == _REGIONAL or kind == _SKIN:
            token = EMOJI
            at, state = _emoji_end(entries, codes, low, at)
        elif kind == _BANG:
            token, seen, count = BANG, 0, 0
            while class_of(entries[at]) == _BANG:
                entry = entries[at]
                if entry & EXPANDS:
                    count += 1
                    entry = expansions[entry & VALUE, 1]
                seen |= 1 if (entry & VALUE) == 33 else 2
                count += 1
                at += 1
            state = finish(step(step(SIGN_SEED, seen), 256 + min(count, 2)))
        elif kind == _BREAK:
            token, count = BREAK, 0
            while at < n:
                inner = class_of(entries[at])
                if inner == _BREAK:
                    count += 0 if codes[low + at] == 13 and at + 1 < n and codes[low + at + 1] == 10 else 1
                elif inner != _SPACE and inner != _CLEAR:
                    break
                at += 1
            state = finish(step(step(KIND_SEED, BREAK), min(count, 2)))
        elif kind == _SPACE:
            token = SPACE
            while at < n and (class_of(entries[at]) == _SPACE or class_of(entries[at]) == _CLEAR):
                at += 1
        elif kind == _DOT and start == at and at >= no_host and tokens > 0 and ends[tokens - 1] == at and kinds[tokens - 1] == WORD and (
            follow == _LETTER or follow == _DIGIT
        ):
            end, flags, name, labels = host_end(entries, at, hashes[tokens - 1], rules.domains)
            after = class_of(entries[end])
            if flags & SURE and after != _AT or (flags & NEEDS_PATH and after == _SLASH and class_of(entries[end + 1]) == _LETTER):
                token = URL
                first = tokens - 1
                while first > 0 and ends[first - 1] == starts[first] and at - starts[first - 1] < 64 and (
                    kinds[first - 1] == WORD or (kinds[first - 1] == PUNCT and class_of(entries[starts[first - 1]]) == _HYPHEN)
                ):
                    first -= 1
                start, tokens = starts[first], first
                at = url_end(entries, end, n) if after == _SLASH else end
                if name != 0:
                    extras[n_extras] = finish(step(HOST_SEED, name))
                    owners[n_extras] = tokens
                    n_extras += 1
            else:
                no_host = end
                state = finish(step(step(SIGN_SEED, entries[at] & VALUE), 1))
                at += 1
        elif kind != _LETTER:
            value, count = entries[at], 0
            while at < n and entries[at] == value:
                count += 1
                at += 1
            if value & EXPANDS:
                count = np.int64(expansions[value & VALUE, 0])
                value = expansions[value & VALUE, 1]
            state = finish(step(step(SIGN_SEED, value & VALUE), min(count, 3)))

        if kind == _LETTER:
            token, state = WORD, SEED
            letters, capitals, repeats, last = 0, 0, 0, np.uint32(0)
            while True:
                inner = class_of(entries[at])
                entry = entries[at]
                if inner == _LETTER:
                    value = entry & VALUE
                    letters += 1
                    if entry & UPPER:
                        capitals += 1
                    if entry & FOREIGN:
                        mark |= _FOREIGN
                    repeats = repeats + 1 if value == last else 1
                    last = value
                    if entry & EXPANDS:
                        for i in range(np.int64(expansions[value, 0])):
                            state = step(state, expansions[value, i + 1])
                    elif repeats <= ELONGATED_AFTER:
                        state = step(state, value)
                    else:
                        mark |= _ELONGATED
                elif inner == _DIGIT:
                    state = step(state, 48)
                    last = np.uint32(0)
                elif inner == _APOSTROPHE and letters > 0 and class_of(entries[at + 1]) == _LETTER:
                    state = step(state, entry & VALUE)
                    last = np.uint32(0)
                elif inner != _CLEAR:
                    break
                at += 1
            if letters > 1 and capitals == letters:
                mark |= _CAPS
            state = finish(state)
            if class_of(entries[at]) == _COLON and class_of(entries[at + 1]) == _SLASH and class_of(entries[at + 2]) == _SLASH:
                follow = class_of(entries[at + 3])
                if follow == _LETTER or follow == _DIGIT:
                    token, mark = URL, 0
                    end, flags, name, labels = host_end(entries, at + 3, np.uint64(0), rules.domains)
                    at = url_end(entries, end, n)
                    if name != 0:
                        extras[n_extras] = finish(step(HOST_SEED, name))
                        owners[n_extras] = tokens
                        n_extras += 1

        if token == HANDLE or token == URL or token == PRICE or token == PERCENT or token == TIME or token == PHONE or token == EMAIL:
            state = kind_hash(token)
        starts[tokens], ends[tokens], kinds[tokens] = start, at, token
        marks[tokens], hashes[tokens] = mark, state
        tokens += 1
        start = at
    return tokens, n_extras


@compiled
def _is_local(entry):  # type: ignore[no-untyped-def]
    """Whether a sign may stand inside the local part of an e-mail address."""
    kind = class_of(entry)
    return kind == _DOT or kind == _UNDERSCORE or kind == _HYPHEN or kind == _PLUS


class Token(NamedTuple):
    """One token of a post, with its offsets in the original text."""

    text: str
    start: int
    end: int
    kind: Kind
    mark: Mark


def scan(text: str) -> list[Token]:
    """Split a text into the tokens that training, scoring and spaCy all see.

    Parameters
    ----------
    text : str

    Returns
    -------
    list of Token
        ``start`` and ``end`` count code points of ``text``.

    Examples
    --------
    >>> [(token.text, token.kind.name) for token in scan("20% off #Mugs!!")]
    [('20%', 'PERCENT'), ('off', 'WORD'), ('#Mugs', 'HASHTAG'), ('!!', 'BANG')]
    """
    codes = code_points(text)
    scratch = buffers(len(codes))
    count, _ = scan_post(codes, 0, len(codes), rules(), scratch)
    spans = zip(scratch.starts[:count].tolist(), scratch.ends[:count].tolist(), strict=True)
    looks = zip(scratch.kinds[:count].tolist(), scratch.marks[:count].tolist(), strict=True)
    return [Token(text[a:b], a, b, Kind(kind), Mark(mark)) for (a, b), (kind, mark) in zip(spans, looks, strict=True)]
