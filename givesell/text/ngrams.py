"""Tokens to feature hashes and their counts: the one place that says what a post's features are.

========================= ==============================================================
feature                   from
========================= ==============================================================
word n-grams              the tokens; from two tokens on, PUNCT is skipped and the post's
                          opening and closing count as a token each
inner words and hosts     a hashtag's words match as plain words, a URL's host as a host
classes                   each EMOJI and each HASHTAG also counts as its kind
marks                     words in capitals, elongated words
character n-grams         optional; inside a WORD and the character on either side of it
========================= ==============================================================
"""

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from givesell.text.compiled import compiled, compiled_with_arrays
from givesell.text.fold_table import VALUE
from givesell.text.hashing import SEED, finish, join, kind_hash, step
from givesell.text.kinds import Kind, Mark
from givesell.text.scan import Buffers, buffers, scan_post

MOST_WORDS, MOST_CHARS = 3, 8

_CHAR_SEED = np.uint64(SEED + np.uint64(5))
_MARK_SEED = np.uint64(SEED + np.uint64(6))
_EDGE = np.uint64(SEED + np.uint64(7))
_WORD, _EMOJI, _HASHTAG, _PUNCT, _SPACE = (int(k) for k in (Kind.WORD, Kind.EMOJI, Kind.HASHTAG, Kind.PUNCT, Kind.SPACE))
_CAPS, _ELONGATED = int(Mark.CAPS), int(Mark.ELONGATED)
_BLANK = ord(" ")


class Ngrams(NamedTuple):
    """Which n-grams a post's features are, as the compiled code takes it.

    ``low`` to ``high`` words, ``char_low`` to ``char_high`` characters (0 for none); a feature's
    bucket is its hash under ``mask``, one less than the number of buckets.
    """

    low: int
    high: int
    char_low: int
    char_high: int
    mask: int


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
    """Return how many features a post of ``length`` code points can have at the most."""
    chars = (ngrams.char_high - ngrams.char_low + 1) * (length + 2) * 2 if ngrams.char_high > 0 else 0
    return length * (ngrams.high + 1) + 8 + chars


@compiled_with_arrays
def counter(longest: Any, ngrams: Any) -> Any:
    """Make scratch arrays for posts of up to ``longest`` code points."""
    most = most_features(longest, ngrams)
    slots = 64
    while slots < 2 * most:
        slots *= 2
    return Counter(
        buffers(longest), np.empty(most, np.uint64), np.empty(most, np.int32), np.empty(most, np.int32), np.zeros(slots, np.int64)
    )


@compiled
def write_features(tokens: Any, extras: Any, ngrams: Any, scratch: Any, out: Any) -> Any:
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

    Returns
    -------
    int
        How many were written.
    """
    kinds, marks, hashes = scratch.kinds, scratch.marks, scratch.hashes
    count = 0
    one, two = _EDGE, np.uint64(0)
    for i in range(tokens):
        kind, mark, token = kinds[i], marks[i], hashes[i]
        if kind == _SPACE:
            continue
        if ngrams.low == 1:
            out[count] = token
            count += 1
        if mark & _CAPS:
            out[count] = finish(step(_MARK_SEED, _CAPS))
            count += 1
        if mark & _ELONGATED:
            out[count] = finish(step(_MARK_SEED, _ELONGATED))
            count += 1
        if kind == _EMOJI or kind == _HASHTAG:
            out[count] = kind_hash(kind)
            count += 1
        elif kind == _PUNCT:
            continue
        elif kind == _WORD and ngrams.char_high > 0:
            count = _write_chars(scratch.entries, scratch.starts[i], scratch.ends[i], ngrams, out, count)
        if ngrams.high > 1:
            pair = join(one, token)
            if ngrams.low <= 2:
                out[count] = pair
                count += 1
            if ngrams.high > 2 and two != 0:
                out[count] = join(two, token)
                count += 1
            one, two = token, pair
    if ngrams.high > 1 and one != _EDGE:
        if ngrams.low <= 2:
            out[count] = join(one, _EDGE)
            count += 1
        if ngrams.high > 2:
            out[count] = join(two, _EDGE)
            count += 1
    if ngrams.low == 1:
        for i in range(extras):
            out[count] = scratch.extras[i]
            count += 1
    return count


@compiled
def _write_chars(entries: Any, start: Any, end: Any, ngrams: Any, out: Any, count: Any) -> Any:
    for size in range(ngrams.char_low, ngrams.char_high + 1):
        for first in range(start - 1, end - size + 2):
            state = _CHAR_SEED
            for at in range(first, first + size):
                state = step(state, entries[at] & VALUE if start <= at < end else _BLANK)
            out[count] = finish(state)
            count += 1
    return count


class BucketSet(NamedTuple):
    """A set of buckets, and the rank of each in it; see `bucket_set`.

    ``words`` holds a bit a bucket, ``ranks`` how many buckets of the set stand before each word.
    """

    words: NDArray[np.uint64]
    ranks: NDArray[np.uint32]


def bucket_set(buckets: NDArray[np.integer[Any]] | None, size: int) -> BucketSet:
    """Make a set of buckets.

    Parameters
    ----------
    buckets : ndarray of int, shape (n,), or None
        Unique; None for all.
    size : int
        How many there are.

    Returns
    -------
    BucketSet
    """
    words = np.full(-(-size // 64), 0 if buckets is not None else 2**64 - 1, np.uint64)
    if buckets is not None:
        np.bitwise_or.at(words, buckets >> 6, np.uint64(1) << (buckets & 63).astype(np.uint64))
    ranks = np.zeros(len(words), np.uint32)
    np.cumsum(np.bitwise_count(words)[:-1], out=ranks[1:])
    for array in (words, ranks):
        array.setflags(write=False)
    return BucketSet(words, ranks)


@compiled
def rank_of(kept: Any, bucket: Any) -> Any:
    """Return the position of a bucket among those of the set that holds it."""
    word = np.uint64(bucket) >> np.uint64(6)
    before = kept.words[word] & ((np.uint64(1) << (np.uint64(bucket) & np.uint64(63))) - np.uint64(1))
    rank = np.int64(kept.ranks[word])
    while before:  # few of the bits are set
        before &= before - np.uint64(1)
        rank += 1
    return rank


@compiled
def count_post(codes: Any, low: Any, high: Any, rules: Any, ngrams: Any, kept: Any, scratch: Any, number: Any) -> Any:
    """Count the features of the post at ``codes[low:high]`` into the scratch arrays.

    Parameters
    ----------
    codes : ndarray of uint32
    low, high : int
    rules : Rules
    ngrams : Ngrams
    kept : BucketSet
        The buckets to count; the others are passed over.
    scratch : Counter
    number : int
        One more than the last post's, from 1 on a fresh `counter`.

    Returns
    -------
    distinct, tokens, extras : int
        How many features, and tokens and further hashes, the scratch arrays now hold.
    """
    tokens, extras = scan_post(codes, low, high, rules, scratch.tokens)
    features, buckets, counts, slots = scratch.features, scratch.buckets, scratch.counts, scratch.slots
    written = write_features(tokens, extras, ngrams, scratch.tokens, features)
    mask = np.uint64(ngrams.mask)
    total = np.int64(0)
    for i in range(written):  # without a branch: which features are kept cannot be predicted
        bucket = features[i] & mask
        features[total] = bucket
        total += np.int64((kept.words[bucket >> np.uint64(6)] >> (bucket & np.uint64(63))) & np.uint64(1))
    size = 64
    while size < 2 * total:
        size *= 2
    last = np.int64(size - 1)
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
    return distinct, tokens, extras


@compiled
def frequency(count: Any, sublinear: Any) -> Any:
    """Return what a feature that stands ``count`` times in a post counts."""
    return 1.0 + np.log(np.float64(count)) if sublinear and count > 1 else np.float64(count)
