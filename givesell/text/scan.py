r"""The scanner: code points to tokens, in one pass, in linear time.

Every consumer takes its tokens from here: `givesell.estimators.vectorizer.PostVectorizer`, the
scorer and spaCy's tokenizer slot. The tokens cover the post; only a single space after a token lies
between two.

========= ============================== ==========================================================
kind      example                        rule
========= ============================== ==========================================================
WORD      ``don't``, ``2nd``, ``mp3``    letters, digits and inner apostrophes; digits match alike
NUMBER    ``1,200``, ``24/7``            digits with inner ``. , / - :``; matched by their shape
PRICE     ``$20``, ``£1.5k``, ``20 €``   a currency sign beside a number, a blank between at most
PERCENT   ``20%``, ``20 %``              a number and a per cent sign
TIME      ``7pm``, ``19:30``, ``8 a.m.`` a number with am or pm, hours and minutes, or a span
PHONE     ``+1 555-010-9999``            8 to 15 digits after ``+``, 3-3-4, or 0 and 9 to 11
EMAIL     ``jo@example.com``             a local part, ``@`` and a host that ends in letters
URL       ``https://x.io/a``, ``x.com``  a scheme, ``www.``, or a host with a known ending
HANDLE    ``@jo``, ``@jo@example.com``   ``@`` and a name, no time or short number; all are alike
HASHTAG   ``#BlackFriday``               ``#`` and a name with a letter; its words match too
CASHTAG   ``$ACME``                      ``$`` and up to six letters, not inside a word
EMOJI     ``👩🏽‍🚒``, ``🇬🇧``, ``1️⃣``           one emoji, its skin tone, ZWJ parts, flag or keycap
BANG      ``?!``, ``!!!``                a run of ``!`` and ``?``
PUNCT     ``...``, ``-``, ``™``          any other sign, or a run of the same one
BREAK     ``\n``                          line breaks and the blanks between and after them
SPACE     two blanks, a tab              other white space, or what does not show; no match
========= ============================== ==========================================================

Zero-width, combining and control characters belong to the token before them and change nothing
about it.
"""

from functools import cache
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from givesell.text.char_classes import Char
from givesell.text.compiled import compiled, compiled_with_arrays
from givesell.text.fold import FoldTable, code_points, fold_table, plain
from givesell.text.fold_entries import PADDING, SIGN, class_of, hash_entry, is_word, skip_invisible
from givesell.text.fold_table import EXPANDS, FOREIGN, SHIFT, UPPER, VALUE
from givesell.text.hashing import (
    HOST_SEED,
    KIND_SEED,
    SEED,
    SIGN_SEED,
    TAG_SEED,
    finish,
    hash_text,
    kind_hash,
    step,
)
from givesell.text.hosts import LETTERS, NEEDS_PATH, SURE, domain_table, host_end, url_end
from givesell.text.numbers import half_day, number_end, phone_end
from givesell.text.scanner import RuleTables
from givesell.text.tags import emoji_end, handle_end, is_name, keycap_end, tag_end, tag_words
from givesell.text.token_kinds import Kind, Mark

ELONGATED_AFTER = 2  # a letter's third and later repeats are dropped: "soooo" matches "soo"
LONGEST_LOCAL = 64  # RFC 5321, the part of an e-mail address before the @
LONGEST_CASHTAG = 6

_BREAK = int(Kind.BREAK)  # only BREAK and SPACE come from BREAK on
_CAPS, _ELONGATED, _FOREIGN = int(Mark.CAPS), int(Mark.ELONGATED), int(Mark.FOREIGN)
_K, _M, _DOLLAR, _STAR = (ord(sign) for sign in "km$*")
_CLASS_AND_EXPANDS, _UPPER_BIT = (EXPANDS >> SHIFT) | 31, UPPER.bit_length() - 1
_WWW = np.uint64(hash_text("w" * ELONGATED_AFTER))


class Buffers(NamedTuple):
    """Scratch arrays that the scanner writes one post into; see `buffers`.

    ``starts``, ``ends``, ``kinds``, ``marks`` and ``hashes`` hold one value a token. ``extras`` and
    ``owners`` hold further hashes (a hashtag's words, a URL's host) and the token each belongs to.
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


@cache
def rule_tables() -> RuleTables:
    """Return the tables that the scanner reads, made once a process."""
    return RuleTables(fold_table(), domain_table())


@compiled_with_arrays
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
def scan_post(  # noqa: C901 - compiled as one loop
    codes: Any, low: Any, high: Any, rules: Any, buffers: Any
) -> Any:
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
        entries[i] = Char.SPACE << SHIFT
    tokens, n_extras = 0, 0
    start, at, no_host = 0, 0, 0
    while start < n:
        at = start
        while at < n and class_of(entries[at]) == Char.INVISIBLE:
            at += 1
        kind, token, mark, state = class_of(entries[at]), Kind.PUNCT, 0, np.uint64(0)
        beside, keycap, phone = at + 1, 0, 0
        follow = class_of(entries[beside])
        if kind != Char.LETTER:
            if follow == Char.INVISIBLE:
                if (
                    kind == Char.DIGIT
                    or kind == Char.HASH
                    or (kind == Char.OTHER and (entries[at] & SIGN) == _STAR)
                ):
                    keycap = keycap_end(codes, low, n, at)
                beside = skip_invisible(entries, beside)
                follow = class_of(entries[beside])
            if kind == Char.DIGIT or (
                (kind == Char.PLUS or kind == Char.OPEN)
                and (follow == Char.DIGIT or follow == Char.OPEN)
            ):
                phone = phone_end(entries, at)
        if kind == Char.LETTER:
            pass  # below, with the words that begin with digits
        elif keycap > 0:
            token, state, at = (
                Kind.EMOJI,
                finish(step(SIGN_SEED, (1 << SHIFT) | (entries[at] & VALUE))),
                keycap,
            )
        elif phone > 0:
            token, at = Kind.PHONE, phone
        elif kind == Char.DIGIT:
            token = Kind.NUMBER
            end, state, separators, run, colon = number_end(entries, at)
            after, half = class_of(entries[end]), half_day(entries, end)
            beyond = class_of(entries[end + 1])
            if half > 0:
                token, at = Kind.TIME, half
            elif after == Char.PERCENT:
                token, at = Kind.PERCENT, end + 1
            elif after == Char.CURRENCY:
                token, at = Kind.PRICE, end + 1
            elif (
                after == Char.SPACE
                and (beyond == Char.PERCENT or beyond == Char.CURRENCY)
                and not is_word(entries[end + 2])
            ):
                token, at = Kind.PERCENT if beyond == Char.PERCENT else Kind.PRICE, end + 2
            elif colon and run == 2 and (separators == 1 or separators == 3):
                token, at = Kind.TIME, end
            elif after == Char.LETTER and separators == 0:
                token, kind = Kind.WORD, Char.LETTER
            else:
                at = end
        elif kind == Char.CURRENCY and (
            follow == Char.DIGIT
            or (
                (follow == Char.SPACE or follow == Char.DOT)
                and class_of(entries[beside + 1]) == Char.DIGIT
            )
        ):
            token = Kind.PRICE
            at = number_end(entries, beside + 1 if follow == Char.SPACE else beside)[0]
            after = entries[at] & SIGN
            if (
                class_of(entries[at]) == Char.LETTER
                and (after == _K or after == _M)
                and not is_word(entries[at + 1])
            ):
                at += 1
        elif (
            kind == Char.CURRENCY
            and follow == Char.LETTER
            and (entries[at] & SIGN) == _DOLLAR
            and (tokens == 0 or ends[tokens - 1] < start or kinds[tokens - 1] != Kind.WORD)
        ):
            end, letters, state = beside, 0, step(TAG_SEED, _DOLLAR)
            while letters <= LONGEST_CASHTAG and (
                class_of(entries[end]) == Char.LETTER or class_of(entries[end]) == Char.INVISIBLE
            ):
                if class_of(entries[end]) == Char.LETTER:
                    state = hash_entry(state, entries[end], expansions)
                    letters += 1
                end += 1
            if letters <= LONGEST_CASHTAG and not is_word(entries[end]):
                token, state, at = Kind.CASHTAG, finish(state), end
        elif kind == Char.HASH and (
            follow == Char.LETTER or follow == Char.DIGIT or follow == Char.UNDERSCORE
        ):
            end, letters = tag_end(entries, beside)
            if letters > 0:
                token, state = Kind.HASHTAG, TAG_SEED
                for i in range(beside, end):
                    if class_of(entries[i]) != Char.INVISIBLE:
                        state = hash_entry(state, entries[i], expansions)
                state = finish(state)
                n_extras = tag_words(
                    entries, beside, end, tokens, expansions, extras, owners, n_extras
                )
                at = end
        elif kind == Char.AT and (
            follow == Char.LETTER or follow == Char.DIGIT or follow == Char.UNDERSCORE
        ):
            end, flags, name, labels = host_end(entries, beside, np.uint64(0), rules.domains)
            first = tokens
            if labels > 1 and flags & LETTERS and start == at:
                reach = at
                while (
                    first > 0
                    and ends[first - 1] == reach
                    and at - starts[first - 1] <= LONGEST_LOCAL
                    and (
                        kinds[first - 1] == Kind.WORD
                        or kinds[first - 1] == Kind.NUMBER
                        or (kinds[first - 1] == Kind.PUNCT and is_local(entries[starts[first - 1]]))
                    )
                ):
                    first -= 1
                    reach = starts[first]
                while first < tokens and kinds[first] == Kind.PUNCT:
                    first += 1
            if first < tokens:
                token, at, start, tokens = Kind.EMAIL, end, starts[first], first
            elif follow != Char.DIGIT or is_name(entries, beside):
                token, at = Kind.HANDLE, handle_end(entries, beside)
        elif kind == Char.EMOJI or kind == Char.REGIONAL or kind == Char.SKIN:
            token = Kind.EMOJI
            at, state = emoji_end(entries, codes, low, at)
        elif kind == Char.BANG:
            token, seen, count = Kind.BANG, 0, 0
            while class_of(entries[at]) == Char.BANG or class_of(entries[at]) == Char.INVISIBLE:
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
        elif kind == Char.BREAK:
            token, count = Kind.BREAK, 0
            while at < n:
                inner = class_of(entries[at])
                if inner == Char.BREAK:
                    count += (
                        0
                        if codes[low + at] == 13 and at + 1 < n and codes[low + at + 1] == 10
                        else 1
                    )
                elif inner != Char.SPACE and inner != Char.INVISIBLE:
                    break
                at += 1
            state = finish(step(step(KIND_SEED, Kind.BREAK), min(count, 2)))
        elif kind == Char.SPACE:
            token = Kind.SPACE
            while at < n and (
                class_of(entries[at]) == Char.SPACE or class_of(entries[at]) == Char.INVISIBLE
            ):
                at += 1
        elif (
            kind == Char.DOT
            and at >= no_host
            and (follow == Char.LETTER or follow == Char.DIGIT)
            and tokens > 0
            and ends[tokens - 1] == at
            and kinds[tokens - 1] == Kind.WORD
        ):
            end, flags, name, labels = host_end(entries, at, hashes[tokens - 1], rules.domains)
            after = class_of(entries[end])
            if after != Char.AT and (
                flags & SURE
                or (flags & NEEDS_PATH and after == Char.SLASH and is_word(entries[end + 1]))
                or (labels > 2 and hashes[tokens - 1] == _WWW)
            ):
                token, first = Kind.URL, tokens - 1
                while (  # "my-shop.com": a hyphen and the word before it
                    first > 1
                    and ends[first - 1] == starts[first]
                    and ends[first - 2] == starts[first - 1]
                    and at - starts[first - 2] < LONGEST_LOCAL
                    and kinds[first - 1] == Kind.PUNCT
                    and class_of(entries[starts[first - 1]]) == Char.HYPHEN
                    and ends[first - 1] - starts[first - 1] == 1
                    and (kinds[first - 2] == Kind.WORD or kinds[first - 2] == Kind.NUMBER)
                ):
                    first -= 2
                start, tokens = starts[first], first
                reached, flags, again, labels = host_end(
                    entries, skip_invisible(entries, start), np.uint64(0), rules.domains
                )
                if reached == end:
                    name = again  # as it would be after a scheme
                at = url_end(entries, end, n) if after == Char.SLASH else end
                if name != 0:
                    extras[n_extras] = finish(step(HOST_SEED, name))
                    owners[n_extras] = tokens
                    n_extras += 1
            else:
                no_host = end

        if token == Kind.PUNCT and kind != Char.LETTER:
            value, count = entries[at], 0
            while at < n and entries[at] == value:
                count += 1
                at += 1
            if value & EXPANDS:
                count = 0 + expansions[value & VALUE, 0]
                value = expansions[value & VALUE, 1]
            state = finish(step(step(SIGN_SEED, value & VALUE), min(count, 3)))
        if kind == Char.LETTER:
            token, state = Kind.WORD, SEED
            letters, capitals, repeats, last, union = 0, 0, 0, np.uint32(0), np.uint32(0)
            while True:
                entry = entries[at]
                while (entry >> SHIFT) & _CLASS_AND_EXPANDS == Char.LETTER:  # one that folds to one
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
                if inner == Char.LETTER:  # one that folds to several
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
                elif inner == Char.DIGIT:
                    state = step(state, 48)
                    last = np.uint32(0)
                elif (
                    inner == Char.APOSTROPHE
                    and letters > 0
                    and class_of(entries[skip_invisible(entries, at + 1)]) == Char.LETTER
                ):
                    state = step(state, entry & VALUE)
                    last = np.uint32(0)
                elif inner != Char.INVISIBLE:
                    break
                at += 1
            if union & FOREIGN:
                mark |= _FOREIGN
            if letters > 1 and capitals == letters:
                mark |= _CAPS
            state = finish(state)
            if (
                class_of(entries[at]) == Char.COLON
                and class_of(entries[at + 1]) == Char.SLASH
                and class_of(entries[at + 2]) == Char.SLASH
            ):
                follow = class_of(entries[at + 3])
                if follow == Char.LETTER or follow == Char.DIGIT:
                    token, mark = Kind.URL, 0
                    end, flags, name, labels = host_end(
                        entries, at + 3, np.uint64(0), rules.domains
                    )
                    at = url_end(entries, end, n)
                    if name != 0:
                        extras[n_extras] = finish(step(HOST_SEED, name))
                        owners[n_extras] = tokens
                        n_extras += 1

        # Those that all match alike, whatever is written in them.
        if (
            token == Kind.HANDLE
            or token == Kind.URL
            or token == Kind.PRICE
            or token == Kind.PERCENT
            or token == Kind.TIME
            or token == Kind.PHONE
            or token == Kind.EMAIL
        ):
            state = kind_hash(token)
        at = skip_invisible(entries, at)
        starts[tokens], ends[tokens], kinds[tokens] = start, at, token
        marks[tokens], hashes[tokens] = mark, state
        tokens += 1
        start = at + 1 if at < n and codes[low + at] == 32 else at  # one blank may follow a token
    return tokens, n_extras


@compiled
def within(offsets: Any, codes: Any, longest: Any) -> Any:
    """Whether posts lie within so many code points and are no longer than the scratch arrays:
    checked by the compiled code, once a call.
    """
    if len(offsets) < 1 or offsets[0] < 0:
        return False
    for i in range(len(offsets) - 1):
        if offsets[i + 1] < offsets[i] or offsets[i + 1] - offsets[i] > longest:
            return False
    return offsets[len(offsets) - 1] <= codes


@compiled
def trimmed(kinds: Any, tokens: Any) -> Any:
    """Return where the tokens begin and end without the white space around the post, which says
    nothing about it.
    """
    first, last = 0, tokens
    while first < last and kinds[first] >= _BREAK:
        first += 1
    while first < last and kinds[last - 1] >= _BREAK:
        last -= 1
    return first, last


@compiled
def is_local(entry: Any) -> Any:
    """Whether a sign may be inside the local part of an e-mail address."""
    kind = class_of(entry)
    return kind == Char.DOT or kind == Char.UNDERSCORE or kind == Char.HYPHEN or kind == Char.PLUS


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
    text = plain(text)
    count, _ = scan_post(codes, 0, len(codes), rules(), scratch)
    spans = zip(scratch.starts[:count].tolist(), scratch.ends[:count].tolist(), strict=True)
    looks = zip(scratch.kinds[:count].tolist(), scratch.marks[:count].tolist(), strict=True)
    return [
        Token(text[a:b], a, b, Kind(kind), Mark(mark))
        for (a, b), (kind, mark) in zip(spans, looks, strict=True)
    ]
