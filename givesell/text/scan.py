r"""The scanner: code points to tokens, in one pass, in linear time.

Every consumer takes its tokens from here: `givesell.features.PostVectorizer`, the scorer and
spaCy's tokenizer slot. The tokens cover the post; only a single space after a token lies between two.

========= ============================== ================================================================
kind      example                        rule
========= ============================== ================================================================
WORD      ``don't``, ``2nd``, ``mp3``    letters, digits and inner apostrophes; digits match alike
NUMBER    ``1,200``, ``24/7``            digits with inner ``. , / - :``; matched by their shape
PRICE     ``$20``, ``£1.5k``, ``20 €``   a currency sign beside a number, a blank between at most
PERCENT   ``20%``, ``20 %``              a number and a per cent sign
TIME      ``7pm``, ``19:30``, ``8 a.m.`` a number with am or pm, or hours and minutes, or from such to such
PHONE     ``+1 555-010-9999``            8 to 15 digits after ``+``, 3-3-4, or 0 and 9 to 11 in groups
EMAIL     ``jo@example.com``             a local part, ``@`` and a host that ends in letters
URL       ``https://x.io/a``, ``x.com``  a scheme, ``www.``, or a host with a known ending
HANDLE    ``@jo``, ``@jo@example.com``   ``@`` and a name, no time or short number; all handles match alike
HASHTAG   ``#BlackFriday``               ``#`` and a name with a letter; its words match too
CASHTAG   ``$ACME``                      ``$`` and up to six letters, not inside a word
EMOJI     ``👩🏽‍🚒``, ``🇬🇧``, ``1️⃣``           one emoji, its skin tone, ZWJ parts, flag pair or keycap
BANG      ``?!``, ``!!!``                a run of ``!`` and ``?``
PUNCT     ``...``, ``-``, ``™``          any other sign, or a run of the same one
BREAK     ``\n``                          line breaks and the blanks between and after them
SPACE     two blanks, a tab              any other white space, or what does not show; matches nothing
========= ============================== ================================================================

Zero-width, combining and control characters belong to the token before them and change nothing about it.
"""

from functools import cache
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from givesell.text.compiled import compiled
from givesell.text.fold import FoldTable, code_points, fold_table
from givesell.text.fold_table import EXPANDS, FOREIGN, SHIFT, UPPER, VALUE
from givesell.text.hashing import SEED, finish, hash_text, step
from givesell.text.kinds import Char, Kind, Mark
from givesell.text.patterns import (
    LETTERS,
    LONGEST_LOCAL,
    NEEDS_PATH,
    PADDING,
    SURE,
    class_of,
    domain_table,
    host_end,
    is_word,
    phone_end,
    skip_clear,
    url_end,
)

ELONGATED_AFTER = 2  # a letter's third and later repeats are dropped: "soooo" matches "soo"
HOST_SEED = np.uint64(SEED + np.uint64(1))
TAG_SEED = np.uint64(SEED + np.uint64(2))
KIND_SEED = np.uint64(SEED + np.uint64(3))
SIGN_SEED = np.uint64(SEED + np.uint64(4))

_SPACE, _BREAK, _LETTER, _DIGIT, _APOSTROPHE, _CLEAR = (
    int(c) for c in (Char.SPACE, Char.BREAK, Char.LETTER, Char.DIGIT, Char.APOSTROPHE, Char.CLEAR)
)
_EMOJI, _SKIN, _REGIONAL, _CURRENCY, _PERCENT, _AT = (
    int(c) for c in (Char.EMOJI, Char.SKIN, Char.REGIONAL, Char.CURRENCY, Char.PERCENT, Char.AT)
)
_HASH, _BANG, _DOT, _SLASH, _COLON, _HYPHEN = (int(c) for c in (Char.HASH, Char.BANG, Char.DOT, Char.SLASH, Char.COLON, Char.HYPHEN))
_UNDERSCORE, _PLUS, _OPEN, _OTHER = (int(c) for c in (Char.UNDERSCORE, Char.PLUS, Char.OPEN, Char.OTHER))
WORD, NUMBER, PRICE, PERCENT, TIME, PHONE, EMAIL, URL = (int(Kind(i)) for i in range(8))
HANDLE, HASHTAG, CASHTAG, EMOJI, BANG, PUNCT, BREAK, SPACE = (int(Kind(i)) for i in range(8, 16))
_CAPS, _ELONGATED, _FOREIGN = int(Mark.CAPS), int(Mark.ELONGATED), int(Mark.FOREIGN)
_ZWJ, _KEYCAP, _VARIATION, _COMMA = 0x200D, 0x20E3, 0xFE0F, ord(",")
_A, _K, _M, _P, _DOLLAR, _STAR = ord("a"), ord("k"), ord("m"), ord("p"), ord("$"), ord("*")
_SIGN = EXPANDS | VALUE  # what a sign or letter is compared by: an index into the expansions equals no code point
_CLASS_AND_EXPANDS, _UPPER_BIT = (EXPANDS >> SHIFT) | 31, UPPER.bit_length() - 1
_WWW = np.uint64(hash_text("w" * ELONGATED_AFTER))
LONGEST_CASHTAG, LONGEST_NUMERIC = 6, 4


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
def buffers(longest: Any) -> Any:
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
def kind_hash(kind: Any) -> Any:
    """Return the hash that all tokens of a kind share."""
    return finish(step(KIND_SEED, kind))


@compiled
def _emoji_end(entries: Any, codes: Any, low: Any, at: Any) -> Any:
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
def _keycap_end(codes: Any, low: Any, n: Any, at: Any) -> Any:
    """Return the end of the keycap emoji whose sign is at ``at``, 0 if it is none."""
    end = at + 1
    if end < n and codes[low + end] == _VARIATION:
        end += 1
    return end + 1 if end < n and codes[low + end] == _KEYCAP else 0


@compiled
def _number_end(entries: Any, at: Any) -> Any:
    """Return the end, shape hash, separator count and the digits after the last separator, and whether that was a colon."""
    state, separators, run, colon = KIND_SEED, 0, 0, False
    while True:
        kind = class_of(entries[at])
        if kind == _DIGIT:
            run += 1
            if run <= 4:
                state = step(state, 48)
        elif (
            kind == _DOT or kind == _SLASH or kind == _HYPHEN or kind == _COLON or (kind == _OTHER and (entries[at] & _SIGN) == _COMMA)
        ) and class_of(entries[skip_clear(entries, at + 1)]) == _DIGIT:
            separators += 1
            run = 0
            colon = kind == _COLON
            state = step(state, entries[at] & VALUE)
        elif kind != _CLEAR:
            return at, finish(state), separators, run, colon
        at += 1


@compiled
def _half_day(entries: Any, at: Any) -> Any:
    """Return the end of an "am", "p.m." or the like at ``at`` or after a blank, 0 if there is none."""
    if class_of(entries[at]) == _SPACE:
        at += 1
    first = entries[at] & _SIGN
    if class_of(entries[at]) != _LETTER or (first != _A and first != _P):
        return 0
    end = skip_clear(entries, at + 1)
    dotted = class_of(entries[end]) == _DOT
    if dotted:
        end = skip_clear(entries, end + 1)
    if class_of(entries[end]) != _LETTER or (entries[end] & _SIGN) != _M:
        return 0
    end = skip_clear(entries, end + 1)
    if is_word(entries[end]):
        return 0
    return end + 1 if dotted and class_of(entries[end]) == _DOT else end


@compiled
def _take(state: Any, entry: Any, expansions: Any) -> Any:
    """Take what an entry folds to into a running hash."""
    value = entry & VALUE
    if not entry & EXPANDS:
        return step(state, value)
    for i in range(np.int64(expansions[value, 0])):
        state = step(state, expansions[value, i + 1])
    return state


@compiled
def _tag_end(entries: Any, at: Any) -> Any:
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
def _tag_words(entries: Any, at: Any, end: Any, token: Any, expansions: Any, extras: Any, owners: Any, n_extras: Any) -> Any:
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
        state = _take(state, entries[i], expansions)
        letters += 1
        before, was_upper = kind, upper
    return n_extras


@compiled
def _handle_end(entries: Any, at: Any) -> Any:
    """Return the end of the handle whose name starts at ``at``, a fediverse host included."""
    hosts = 0
    while True:
        kind = class_of(entries[at])
        follow = class_of(entries[at + 1])
        inner = follow == _LETTER or follow == _DIGIT or follow == _UNDERSCORE
        if kind == _AT and hosts == 0 and inner:
            hosts = 1
        elif not (
            kind == _LETTER or kind == _DIGIT or kind == _UNDERSCORE or kind == _CLEAR or ((kind == _DOT or kind == _HYPHEN) and inner)
        ):
            return at
        at += 1


@compiled
def _is_name(entries: Any, at: Any) -> Any:
    """Whether the digits at ``at`` begin a handle's name rather than a time or an amount ("@7pm", "@5")."""
    end, _, separators, run, _ = _number_end(entries, at)
    if separators > 0 or _half_day(entries, end) > 0:
        return False
    after = class_of(entries[end])
    return run > LONGEST_NUMERIC or after == _LETTER or after == _UNDERSCORE


@compiled
def scan_post(codes: Any, low: Any, high: Any, rules: Any, buffers: Any) -> Any:
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
        beside, keycap, phone = at + 1, 0, 0
        follow = class_of(entries[beside])
        if kind != _LETTER:
            if follow == _CLEAR:
                if kind == _DIGIT or kind == _HASH or (kind == _OTHER and (entries[at] & _SIGN) == _STAR):
                    keycap = _keycap_end(codes, low, n, at)
                beside = skip_clear(entries, beside)
                follow = class_of(entries[beside])
            if kind == _DIGIT or ((kind == _PLUS or kind == _OPEN) and (follow == _DIGIT or follow == _OPEN)):
                phone = phone_end(entries, at)
        if kind == _LETTER:
            pass  # below, with the words that begin with digits
        elif keycap > 0:
            token, state, at = EMOJI, finish(step(SIGN_SEED, (1 << SHIFT) | (entries[at] & VALUE))), keycap
        elif phone > 0:
            token, at = PHONE, phone
        elif kind == _DIGIT:
            token = NUMBER
            end, state, separators, run, colon = _number_end(entries, at)
            after, half = class_of(entries[end]), _half_day(entries, end)
            beyond = class_of(entries[end + 1])
            if half > 0:
                token, at = TIME, half
            elif after == _PERCENT:
                token, at = PERCENT, end + 1
            elif after == _CURRENCY:
                token, at = PRICE, end + 1
            elif after == _SPACE and (beyond == _PERCENT or beyond == _CURRENCY) and not is_word(entries[end + 2]):
                token, at = PERCENT if beyond == _PERCENT else PRICE, end + 2
            elif colon and run == 2 and (separators == 1 or separators == 3):
                token, at = TIME, end
            elif after == _LETTER and separators == 0:
                token, kind = WORD, _LETTER
            else:
                at = end
        elif kind == _CURRENCY and (follow == _DIGIT or ((follow == _SPACE or follow == _DOT) and class_of(entries[beside + 1]) == _DIGIT)):
            token = PRICE
            at = _number_end(entries, beside + 1 if follow == _SPACE else beside)[0]
            after = entries[at] & _SIGN
            if class_of(entries[at]) == _LETTER and (after == _K or after == _M) and not is_word(entries[at + 1]):
                at += 1
        elif (
            kind == _CURRENCY
            and follow == _LETTER
            and (entries[at] & _SIGN) == _DOLLAR
            and (tokens == 0 or ends[tokens - 1] < start or kinds[tokens - 1] != WORD)
        ):
            end, letters, state = beside, 0, step(TAG_SEED, _DOLLAR)
            while letters <= LONGEST_CASHTAG and (class_of(entries[end]) == _LETTER or class_of(entries[end]) == _CLEAR):
                if class_of(entries[end]) == _LETTER:
                    state = _take(state, entries[end], expansions)
                    letters += 1
                end += 1
            if letters <= LONGEST_CASHTAG and not is_word(entries[end]):
                token, state, at = CASHTAG, finish(state), end
        elif kind == _HASH and (follow == _LETTER or follow == _DIGIT or follow == _UNDERSCORE):
            end, letters = _tag_end(entries, beside)
            if letters > 0:
                token, state = HASHTAG, TAG_SEED
                for i in range(beside, end):
                    if class_of(entries[i]) != _CLEAR:
                        state = _take(state, entries[i], expansions)
                state = finish(state)
                n_extras = _tag_words(entries, beside, end, tokens, expansions, extras, owners, n_extras)
                at = end
        elif kind == _AT and (follow == _LETTER or follow == _DIGIT or follow == _UNDERSCORE):
            end, flags, name, labels = host_end(entries, beside, np.uint64(0), rules.domains)
            first = tokens
            if labels > 1 and flags & LETTERS and start == at:
                reach = at
                while (
                    first > 0
                    and ends[first - 1] == reach
                    and at - starts[first - 1] <= LONGEST_LOCAL
                    and (
                        kinds[first - 1] == WORD
                        or kinds[first - 1] == NUMBER
                        or (kinds[first - 1] == PUNCT and _is_local(entries[starts[first - 1]]))
                    )
                ):
                    first -= 1
                    reach = starts[first]
                while first < tokens and kinds[first] == PUNCT:
                    first += 1
            if first < tokens:
                token, at, start, tokens = EMAIL, end, starts[first], first
            elif follow != _DIGIT or _is_name(entries, beside):
                token, at = HANDLE, _handle_end(entries, beside)
        elif kind == _EMOJI or kind == _REGIONAL or kind == _SKIN:
            token = EMOJI
            at, state = _emoji_end(entries, codes, low, at)
        elif kind == _BANG:
            token, seen, count = BANG, 0, 0
            while class_of(entries[at]) == _BANG or class_of(entries[at]) == _CLEAR:
                entry = entries[at]
                if entry & EXPANDS:
                    count += 1
                    seen |= 1 if expansions[entry & VALUE, 2] == 33 else 2
                    entry = expansions[entry & VALUE, 1]
                if entry & VALUE:
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
        elif (
            kind == _DOT
            and at >= no_host
            and (follow == _LETTER or follow == _DIGIT)
            and tokens > 0
            and ends[tokens - 1] == at
            and kinds[tokens - 1] == WORD
        ):
            end, flags, name, labels = host_end(entries, at, hashes[tokens - 1], rules.domains)
            after = class_of(entries[end])
            if after != _AT and (
                flags & SURE
                or (flags & NEEDS_PATH and after == _SLASH and is_word(entries[end + 1]))
                or (labels > 2 and hashes[tokens - 1] == _WWW)
            ):
                token, first = URL, tokens - 1
                while (  # "my-shop.com": a hyphen and the word before it
                    first > 1
                    and ends[first - 1] == starts[first]
                    and ends[first - 2] == starts[first - 1]
                    and at - starts[first - 2] < LONGEST_LOCAL
                    and kinds[first - 1] == PUNCT
                    and class_of(entries[starts[first - 1]]) == _HYPHEN
                    and ends[first - 1] - starts[first - 1] == 1
                    and (kinds[first - 2] == WORD or kinds[first - 2] == NUMBER)
                ):
                    first -= 2
                start, tokens = starts[first], first
                whole, flags, again, labels = host_end(entries, skip_clear(entries, start), np.uint64(0), rules.domains)
                if whole == end:
                    name = again  # as it would be after a scheme
                at = url_end(entries, end, n) if after == _SLASH else end
                if name != 0:
                    extras[n_extras] = finish(step(HOST_SEED, name))
                    owners[n_extras] = tokens
                    n_extras += 1
            else:
                no_host = end

        if token == PUNCT and kind != _LETTER:
            value, count = entries[at], 0
            while at < n and entries[at] == value:
                count += 1
                at += 1
            if value & EXPANDS:
                count = 0 + expansions[value & VALUE, 0]
                value = expansions[value & VALUE, 1]
            state = finish(step(step(SIGN_SEED, value & VALUE), min(count, 3)))
        if kind == _LETTER:
            token, state = WORD, SEED
            letters, capitals, repeats, last, union = 0, 0, 0, np.uint32(0), np.uint32(0)
            while True:
                entry = entries[at]
                while (entry >> SHIFT) & _CLASS_AND_EXPANDS == _LETTER:  # one that folds to one
                    value = entry & VALUE
                    letters += 1
                    capitals += (entry >> _UPPER_BIT) & 1
                    union |= entry
                    repeats = repeats + 1 if value == last else 1
                    last = value
                    if repeats <= ELONGATED_AFTER:
                        state = step(state, value)
                    else:
                        mark |= _ELONGATED
                    at += 1
                    entry = entries[at]
                inner = class_of(entry)
                if inner == _LETTER:  # one that folds to several
                    letters += 1
                    capitals += (entry >> _UPPER_BIT) & 1
                    union |= entry
                    for i in range(np.int64(expansions[entry & VALUE, 0])):
                        value = expansions[entry & VALUE, i + 1]
                        repeats = repeats + 1 if value == last else 1
                        last = value
                        if repeats <= ELONGATED_AFTER:
                            state = step(state, value)
                        else:
                            mark |= _ELONGATED
                elif inner == _DIGIT:
                    state = step(state, 48)
                    last = np.uint32(0)
                elif inner == _APOSTROPHE and letters > 0 and class_of(entries[skip_clear(entries, at + 1)]) == _LETTER:
                    state = step(state, entry & VALUE)
                    last = np.uint32(0)
                elif inner != _CLEAR:
                    break
                at += 1
            if union & FOREIGN:
                mark |= _FOREIGN
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
        at = skip_clear(entries, at)
        starts[tokens], ends[tokens], kinds[tokens] = start, at, token
        marks[tokens], hashes[tokens] = mark, state
        tokens += 1
        start = at + 1 if at < n and codes[low + at] == 32 else at  # one blank may follow a token
    return tokens, n_extras


@compiled
def _is_local(entry: Any) -> Any:
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
