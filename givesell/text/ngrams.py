"""The features of a post: hashes of its n-grams, made from its tokens, and their counts.

========================= ==============================================================
feature                   from
========================= ==============================================================
word n-grams              the tokens; from two tokens on, PUNCT is skipped and the post's
                          opening and closing count as a token each; white space around
                          the post is left out
inner words and hosts     a hashtag's words match as plain words, a URL's host as a host
classes                   each EMOJI and each HASHTAG also counts as its kind
marks                     words in capitals, elongated words
character n-grams         optional; inside a WORD and the character on either side of it
========================= ==============================================================
"""

from enum import IntEnum
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from givesell.errors import ArgumentError
from givesell.text.compiled import compiled, compiled_with_arrays
from givesell.text.fold_table import VALUE
from givesell.text.hashing import SEED, finish, join, kind_hash, step
from givesell.text.layout import lay_buckets
from givesell.text.scan import Buffers, buffers, scan_post, trimmed
from givesell.text.token_kinds import Kind, Mark

MOST_WORDS, FEWEST_CHARS, MOST_CHARS = 3, 2, 8
MOST_FEATURES = 1 << 26

_CHAR_SEED = np.uint64(SEED + np.uint64(5))
_MARK_SEED = np.uint64(SEED + np.uint64(6))
_EDGE = np.uint64(SEED + np.uint64(7))
_WORD, _EMOJI, _HASHTAG, _PUNCT, _SPACE = (
    int(k) for k in (Kind.WORD, Kind.EMOJI, Kind.HASHTAG, Kind.PUNCT, Kind.SPACE)
)
_CAPS, _ELONGATED = int(Mark.CAPS), int(Mark.ELONGATED)
_BLANK = ord(" ")


class Ngrams(NamedTuple):
    """Which n-grams a post's features are, as the compiled code takes it; `ngrams_of` makes it,
    checked.

    ``low`` to ``high`` words, ``char_low`` to ``char_high`` characters (0 for none); a feature's
    bucket is its hash under ``mask``, one less than the number of buckets.
    """

    low: int
    high: int
    char_low: int
    char_high: int
    mask: int


def ngrams_of(ngram_range: Any, char_ngram_range: Any, n_features: Any) -> Ngrams:
    """Return n-gram settings as the compiled code takes them; see
    `givesell.estimators.vectorizer.PostVectorizer`.

    Parameters
    ----------
    ngram_range : tuple of int
        1 to 3.
    char_ngram_range : tuple of int or None
        2 to 8.
    n_features : int
        A power of two.

    Returns
    -------
    Ngrams

    Raises
    ------
    ArgumentError
        If one cannot be used: the room for a post's features is worked out from them.

    Examples
    --------
    >>> ngrams_of((1, 2), None, 2**10)
    Ngrams(low=1, high=2, char_low=0, char_high=0, mask=1023)
    """
    low, high = _span("ngram_range", ngram_range, 1, MOST_WORDS)
    chars = (
        (0, 0)
        if char_ngram_range is None
        else _span("char_ngram_range", char_ngram_range, FEWEST_CHARS, MOST_CHARS)
    )
    if (
        not is_whole(n_features)
        or not 2 <= n_features <= MOST_FEATURES
        or n_features & (n_features - 1)
    ):
        raise ArgumentError(
            "E206",
            argument="n_features",
            expected=f"a power of two up to {MOST_FEATURES}",
            given=repr(n_features),
        )
    return Ngrams(low, high, *chars, int(n_features) - 1)


def is_whole(value: object) -> bool:
    """Whether a value is a whole number; True and False do not count as such."""
    return isinstance(value, (int, np.integer)) and not isinstance(value, bool)


def _span(name: str, value: Any, least: int, most: int) -> tuple[int, int]:
    try:
        low, high = value
        if is_whole(low) and is_whole(high) and least <= low <= high <= most:
            return int(low), int(high)
    except (TypeError, ValueError):
        pass
    raise ArgumentError(
        "E206",
        argument=name,
        expected=f"a pair (low, high) with {least} <= low <= high <= {most}",
        given=repr(value),
    )


class Source(IntEnum):
    """What a feature was made of."""

    TOKEN = 0
    PAIR = 1
    TRIPLE = 2
    OPENING = 3  # the n-grams with the post's opening
    CLOSING = 4
    CAPITALS = 5
    ELONGATED = 6
    KIND = 7  # that it is an emoji or a hashtag, whichever
    INNER = 8  # a hashtag's word, a URL's host
    CHARS = 9


_TOKEN, _PAIR, _TRIPLE, _OPENING, _CLOSING, _CAPITALS, _LONG, _KIND, _INNER, _CHARS = (
    int(source) for source in Source
)


class Places(NamedTuple):
    """The features of a post in the order in which they were written: the hash of each, its source,
    its first and its last token.
    """

    features: NDArray[np.uint64]
    sources: NDArray[np.uint8]
    firsts: NDArray[np.int32]
    lasts: NDArray[np.int32]


class Counter(NamedTuple):
    """Scratch arrays that the features of one post are counted in; see `counter`.

    The first values of ``buckets`` and ``counts`` are the post's distinct features, in the order of
    their first appearance. ``slots`` finds them: a position and the number of the post that set it.
    """

    tokens: Buffers
    features: NDArray[np.uint64]
    buckets: NDArray[np.int32]
    counts: NDArray[np.int32]
    slots: NDArray[np.int64]


@compiled
def most_features(length: Any, ngrams: Any) -> Any:
    """Return how many features a post of ``length`` code points can have at most.

    A token gives ``high`` n-grams, and up to three features more, for how it is written and for its
    kind, where it has two code points or more; of one code point it gives at most one more.
    Inner words have a code point each. Two n-grams, the closing ones, are the post's. A word of n
    code points has at most n + 1 character n-grams of each size from 2 on.
    """
    chars = (
        (ngrams.char_high - ngrams.char_low + 1) * (length + 2) * 2 if ngrams.char_high > 0 else 0
    )
    return length * (ngrams.high + 1) + 8 + chars


@compiled
def _sound(ngrams: Any) -> Any:
    """Whether `most_features` holds for n-gram settings: checked by the compiled code, whoever
    made them.
    """
    words = 1 <= ngrams.low <= ngrams.high <= MOST_WORDS
    none = ngrams.char_low == 0 and ngrams.char_high == 0
    chars = FEWEST_CHARS <= ngrams.char_low <= ngrams.char_high <= MOST_CHARS
    return (
        words
        and (none or chars)
        and 0 < ngrams.mask < MOST_FEATURES
        and ngrams.mask & (ngrams.mask + 1) == 0
    )


@compiled_with_arrays
def counter(longest: Any, ngrams: Any, countable: Any) -> Any:
    """Make scratch arrays for posts of up to ``longest`` code points, of whose features those in
    ``countable`` buckets are counted.
    """
    if not _sound(ngrams) or longest < 0:
        raise ValueError("n-gram settings that ngrams_of would refuse")
    most = most_features(longest, ngrams)
    slots = 64
    while slots < 2 * min(most, countable):
        slots *= 2
    return Counter(
        buffers(longest),
        np.empty(most, np.uint64),
        np.empty(most, np.int32),
        np.empty(most, np.int32),
        np.zeros(slots, np.int64),
    )


@compiled_with_arrays
def feature_places(longest: Any, ngrams: Any) -> Any:
    """Make the arrays of `Places` for posts of up to ``longest`` code points."""
    if not _sound(ngrams) or longest < 0:
        raise ValueError("n-gram settings that ngrams_of would refuse")
    most = most_features(longest, ngrams)
    return Places(
        np.empty(most, np.uint64),
        np.empty(most, np.uint8),
        np.empty(most, np.int32),
        np.empty(most, np.int32),
    )


@compiled
def _put(
    out: Any, places: Any, count: Any, feature: Any, source: Any, first: Any, last: Any
) -> Any:
    """Write one feature and return how many there are now."""
    out[count] = feature
    if (
        places is not None
    ):  # decided when this is compiled: scoring asks for no places and pays for none
        places.features[count] = feature
        places.sources[count] = source
        places.firsts[count] = first
        places.lasts[count] = last
    return count + 1


@compiled
def write_features(  # noqa: C901 - compiled as one loop
    tokens: Any, extras: Any, ngrams: Any, scratch: Any, out: Any, places: Any
) -> Any:
    """Write the feature hashes of a scanned post.

    Parameters
    ----------
    tokens, extras : int
        What `givesell.text.scan.scan_post` returned.
    ngrams : Ngrams
    scratch : Buffers
        What it wrote.
    out : ndarray of uint64
        Takes the hashes.
    places : Places or None
        Takes where each comes from.

    Returns
    -------
    int
        How many were written.
    """
    kinds, marks, hashes = scratch.kinds, scratch.marks, scratch.hashes
    count = 0
    one, two = _EDGE, np.uint64(0)
    one_at, two_at = 0, 0  # the first tokens of the n-grams so far
    first, last = trimmed(kinds, tokens)
    for i in range(first, last):
        kind, mark, token = kinds[i], marks[i], hashes[i]
        if kind == _SPACE:
            continue
        if ngrams.low == 1:
            count = _put(out, places, count, token, _TOKEN, i, i)
        if mark & _CAPS:
            count = _put(out, places, count, finish(step(_MARK_SEED, _CAPS)), _CAPITALS, i, i)
        if mark & _ELONGATED:
            count = _put(out, places, count, finish(step(_MARK_SEED, _ELONGATED)), _LONG, i, i)
        if kind == _EMOJI or kind == _HASHTAG:
            count = _put(out, places, count, kind_hash(kind), _KIND, i, i)
        elif kind == _PUNCT:
            continue
        elif kind == _WORD and ngrams.char_high > 0:
            count = _write_chars(
                scratch.entries, scratch.starts[i], scratch.ends[i], ngrams, out, places, count, i
            )
        if ngrams.high > 1:
            pair = join(one, token)
            opens = one == _EDGE
            pair_at = i if opens else one_at
            if ngrams.low <= 2:
                count = _put(out, places, count, pair, _OPENING if opens else _PAIR, pair_at, i)
            if ngrams.high > 2 and two != 0:
                # The second token's triple begins at the opening.
                count = _put(
                    out,
                    places,
                    count,
                    join(two, token),
                    _OPENING if two == join(_EDGE, one) else _TRIPLE,
                    two_at,
                    i,
                )
            one, two = token, pair
            one_at, two_at = i, pair_at
    if ngrams.high > 1 and one != _EDGE:
        if ngrams.low <= 2:
            count = _put(out, places, count, join(one, _EDGE), _CLOSING, one_at, one_at)
        if ngrams.high > 2:
            count = _put(out, places, count, join(two, _EDGE), _CLOSING, two_at, one_at)
    if ngrams.low == 1:
        for i in range(extras):
            count = _put(
                out, places, count, scratch.extras[i], _INNER, scratch.owners[i], scratch.owners[i]
            )
    return count


@compiled
def _write_chars(
    entries: Any, start: Any, end: Any, ngrams: Any, out: Any, places: Any, count: Any, token: Any
) -> Any:
    for size in range(ngrams.char_low, ngrams.char_high + 1):
        for first in range(start - 1, end - size + 2):
            state = _CHAR_SEED
            for at in range(first, first + size):
                state = step(state, entries[at] & VALUE if start <= at < end else _BLANK)
            count = _put(out, places, count, finish(state), _CHARS, token, token)
    return count


class BucketSet(NamedTuple):
    """A set of buckets, and the rank of each in it; see `bucket_set`.

    ``words`` holds a bit for each bucket, ``ranks`` how many buckets of the set come before each
    word.
    """

    words: NDArray[np.uint64]
    ranks: NDArray[np.uint32]


def bucket_set(buckets: NDArray[np.integer[Any]] | None, size: int) -> BucketSet:
    """Make a set of buckets.

    Parameters
    ----------
    buckets : ndarray of int, shape (n,), or None
        Ascending; None for all.
    size : int
        How many there are.

    Returns
    -------
    BucketSet

    Raises
    ------
    ArgumentError
        If the buckets are not ascending, or lie outside.
    """
    words, ranks = np.zeros(-(-size // 64), np.uint64), np.zeros(-(-size // 64), np.uint32)
    if buckets is None:
        words[:] = 2**64 - 1
        words[-1] >>= np.uint64(-size % 64)
        ranks[:] = np.arange(0, size, 64)
    elif not _lay(buckets, size, words, ranks):
        raise ArgumentError(
            "E206",
            argument="buckets",
            expected=f"ascending numbers from 0 to {size - 1}",
            given="others",
        )
    for array in (words, ranks):
        array.setflags(write=False)
    return BucketSet(words, ranks)


def _lay(
    buckets: NDArray[np.integer[Any]],
    size: int,
    words: NDArray[np.uint64],
    ranks: NDArray[np.uint32],
) -> bool:
    """Fill the arrays of a set; return whether the buckets can be used."""
    if buckets.ndim != 1 or buckets.dtype.kind not in "iu":
        return False
    narrow = np.ascontiguousarray(buckets, np.int32)
    fit = narrow is buckets or np.array_equal(narrow, buckets)
    return fit and lay_buckets(narrow, size, words, ranks)


def ascend(values: NDArray[Any]) -> bool:
    """Whether numbers ascend strictly."""
    return bool((values[1:] > values[:-1]).all())


@compiled
def holds(vocabulary: Any, ngrams: Any, buckets: Any) -> Any:
    """Whether a set of so many buckets covers what n-grams hash to: checked by the compiled code,
    once a call.
    """
    words = (ngrams.mask >> 6) + 1
    if len(vocabulary.words) != words or len(vocabulary.ranks) != words:
        return False
    rest, count = vocabulary.words[words - 1], np.int64(vocabulary.ranks[words - 1])
    while rest:
        rest &= rest - np.uint64(1)
        count += 1
    return count == buckets


@compiled
def holds_bucket(vocabulary: Any, bucket: Any) -> Any:
    """Return 1 for a bucket of the set, else 0."""
    return np.int64(
        (vocabulary.words[np.uint64(bucket) >> np.uint64(6)] >> (np.uint64(bucket) & np.uint64(63)))
        & np.uint64(1)
    )


@compiled
def rank_of(vocabulary: Any, bucket: Any) -> Any:
    """Return the position of a bucket among those of the set that holds it."""
    word = np.uint64(bucket) >> np.uint64(6)
    before = vocabulary.words[word] & (
        (np.uint64(1) << (np.uint64(bucket) & np.uint64(63))) - np.uint64(1)
    )
    rank = np.int64(vocabulary.ranks[word])
    while before:  # few of the bits are set
        before &= before - np.uint64(1)
        rank += 1
    return rank


@compiled
def count_post(
    codes: Any,
    low: Any,
    high: Any,
    rules: Any,
    ngrams: Any,
    vocabulary: Any,
    scratch: Any,
    number: Any,
) -> Any:
    """Count the features of the post at ``codes[low:high]`` into the scratch arrays.

    Parameters
    ----------
    codes : ndarray of uint32
    low, high : int
    rules : Rules
    ngrams : Ngrams
    vocabulary : BucketSet
        The buckets to count; the others are passed over.
    scratch : Counter
    number : int
        One more than the last post's, from 1 on a fresh `counter`.

    Returns
    -------
    distinct, missed, tokens, extras : int
        How many features there are to count and how many were passed over, and how many tokens and
        further hashes the scratch arrays now hold.
    """
    tokens, extras = scan_post(codes, low, high, rules, scratch.tokens)
    written = write_features(tokens, extras, ngrams, scratch.tokens, scratch.features, None)
    distinct, counted = count_features(written, ngrams, vocabulary, scratch, number)
    return distinct, written - counted, tokens, extras


@compiled
def count_features(written: Any, ngrams: Any, vocabulary: Any, scratch: Any, number: Any) -> Any:
    """Count the features that `write_features` left in ``scratch.features``; see `count_post`.

    Returns
    -------
    distinct, total : int
        How many of those to count there are: distinct ones, and all of them.
    """
    features, buckets, counts, slots = (
        scratch.features,
        scratch.buckets,
        scratch.counts,
        scratch.slots,
    )
    mask = np.uint64(ngrams.mask)
    total = np.int64(0)
    for i in range(written):  # without a branch: which features are known cannot be predicted
        bucket = features[i] & mask
        features[total] = bucket
        total += holds_bucket(vocabulary, bucket)
    last = _last_slot(total, slots)
    stamp = np.int64(number) << 32
    distinct = 0
    for i in range(total):
        bucket = np.int64(features[i])
        slot = bucket & last
        while True:
            held = slots[slot]
            if held < stamp:
                slots[slot] = stamp | distinct
                buckets[distinct] = bucket
                counts[distinct] = 1
                distinct += 1
                break
            position = held & 0xFFFFFFFF
            if buckets[position] == bucket:
                counts[position] += 1
                break
            slot = (slot + 1) & last
    return distinct, total


@compiled
def _last_slot(total: Any, slots: Any) -> Any:
    """Return the last slot for so many features: few of a large table's slots are used for a
    short post, and lie near each other.
    """
    size = 64
    while size < 2 * total and size < len(slots):
        size *= 2
    return np.int64(size - 1)


@compiled
def position_of(bucket: Any, total: Any, scratch: Any, number: Any) -> Any:
    """Return the position of a feature among the distinct ones that `count_features` counted, -1
    where it was passed over.

    ``total`` is the sum of their counts, ``number`` that of the post.
    """
    last = _last_slot(total, scratch.slots)
    stamp = np.int64(number) << 32
    slot = bucket & last
    while scratch.slots[slot] >= stamp:
        position = scratch.slots[slot] & 0xFFFFFFFF
        if scratch.buckets[position] == bucket:
            return position
        slot = (slot + 1) & last
    return np.int64(-1)


@compiled
def frequency(count: Any, sublinear: Any) -> Any:
    """Return the value of a feature that a post has ``count`` times."""
    return 1.0 + np.log(np.float64(count)) if sublinear and count > 1 else np.float64(count)
