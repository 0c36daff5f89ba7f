"""Contributions: what each n-gram of a post adds to its log-odds, in one compiled pass.

The log-odds are linear in the features of a post once its length is known. A feature that stands
several times in a post adds one amount, whose equal parts go to its places; so the parts and the
intercept sum to the log-odds exactly.
"""

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from givesell.core.scoring import Linear
from givesell.text.compiled import compiled, compiled_with_arrays
from givesell.text.fold import code_points
from givesell.text.kinds import Kind
from givesell.text.ngrams import (
    count_features,
    counter,
    feature_places,
    frequency,
    most_features,
    position_of,
    rank_of,
    write_features,
)
from givesell.text.posts import chunks
from givesell.text.scan import rules, scan_post

LONGEST_PHRASE = 4
LEAST = 0.02  # log-odds below which a phrase is no reason

_BANG, _PUNCT, _BREAK, _SPACE = int(Kind.BANG), int(Kind.PUNCT), int(Kind.BREAK), int(Kind.SPACE)


class Parts(NamedTuple):
    """What a post's log-odds are made of.

    ``starts``, ``ends`` and ``kinds`` (n_tokens,) are the tokens' offsets and kinds; ``weights``,
    ``sources``, ``firsts`` and ``lasts`` (n,) say what each n-gram at its place adds, its
    `givesell.text.ngrams.Source`, its first and its last token.
    """

    log_odds: float
    starts: NDArray[np.int32]
    ends: NDArray[np.int32]
    kinds: NDArray[np.uint8]
    weights: NDArray[np.float64]
    sources: NDArray[np.uint8]
    firsts: NDArray[np.int32]
    lasts: NDArray[np.int32]


class Phrases(NamedTuple):
    """The strongest phrases of many posts.

    ``log_odds`` (n,); ``starts``, ``ends`` and ``weights`` (n, top), those that add or take most
    first, with an end of 0 where a post has no more.
    """

    log_odds: NDArray[np.float64]
    starts: NDArray[np.int32]
    ends: NDArray[np.int32]
    weights: NDArray[np.float64]


def parts(linear: Linear, post: str) -> Parts:
    """Take a post's log-odds apart.

    Parameters
    ----------
    linear : Linear
    post : str

    Returns
    -------
    Parts
        The sum of ``weights`` and ``linear.intercept`` is ``log_odds``.
    """
    return Parts(*_parts_of(code_points(post), rules(), linear))


def phrases(linear: Linear, posts: Sequence[Any], top: int) -> Phrases:
    """Find the phrases that add most to, or take most from, the log-odds of posts.

    A phrase is up to four tokens in a row without punctuation between words, and adds what the
    n-grams add that lie wholly inside it. The strongest is taken first, then the strongest that
    does not overlap it, and so on; strength is what a phrase adds over the square root of its
    length, so that a word joins a phrase only where it tells something.

    Parameters
    ----------
    linear : Linear
    posts : sequence
        What `givesell.text.posts.as_sequence` returned.
    top : int
        The most phrases of a post.

    Returns
    -------
    Phrases
    """
    n = len(posts)
    found = Phrases(
        np.zeros(n), np.zeros((n, top), np.int32), np.zeros((n, top), np.int32), np.zeros((n, top))
    )
    for position, chunk in chunks(posts, 0, n):
        here = slice(position, position + len(chunk.offsets) - 1)
        part = Phrases(
            found.log_odds[here], found.starts[here], found.ends[here], found.weights[here]
        )
        _phrases_of(chunk.codes, chunk.offsets, chunk.longest, rules(), linear, top, part)
    return found


class _Room(NamedTuple):
    """Scratch arrays: the features of one post and what each adds."""

    features: NDArray[np.uint64]
    places: Any
    shares: NDArray[np.float64]
    weights: NDArray[np.float64]


@compiled_with_arrays
def _room(longest: Any, linear: Any) -> Any:
    most = most_features(longest, linear.ngrams)
    return _Room(
        np.empty(most, np.uint64),
        feature_places(longest, linear.ngrams),
        np.empty(most),
        np.empty(most),
    )


@compiled
def _weigh(
    codes: Any, low: Any, high: Any, rules: Any, linear: Any, scratch: Any, room: Any, number: Any
) -> Any:
    """Fill the room with what each n-gram adds; return the log-odds and how many tokens and
    n-grams there are.
    """
    tokens, extras = scan_post(codes, low, high, rules, scratch.tokens)
    written = write_features(
        tokens, extras, linear.ngrams, scratch.tokens, room.features, room.places
    )
    for i in range(written):
        scratch.features[i] = room.features[i]
    distinct, _ = count_features(written, linear.ngrams, linear.kept, scratch, number)
    total, squares, counted = 0.0, 0.0, 0
    for i in range(distinct):
        rank = rank_of(linear.kept, scratch.buckets[i])
        value = frequency(scratch.counts[i], linear.sublinear)
        total += value * linear.table[rank, 0]
        squares += value * value * linear.table[rank, 1]
        room.shares[i] = value * linear.table[rank, 0] / scratch.counts[i]
        counted += scratch.counts[i]
    scale = 1.0 / np.sqrt(squares) if linear.unit and squares > 0 else 1.0
    mask = np.uint64(linear.ngrams.mask)
    count = 0
    for i in range(written):
        position = position_of(np.int64(room.features[i] & mask), counted, scratch, number)
        if position >= 0:
            room.weights[count] = scale * room.shares[position]
            room.places.sources[count] = room.places.sources[i]
            room.places.firsts[count] = room.places.firsts[i]
            room.places.lasts[count] = room.places.lasts[i]
            count += 1
    return total * scale + linear.intercept, tokens, count


@compiled_with_arrays
def _parts_of(codes: Any, rules: Any, linear: Any) -> Any:
    scratch, room = counter(len(codes), linear.ngrams, len(linear.table)), _room(len(codes), linear)
    log_odds, tokens, count = _weigh(codes, 0, len(codes), rules, linear, scratch, room, 1)
    return (
        log_odds,
        scratch.tokens.starts[:tokens].copy(),
        scratch.tokens.ends[:tokens].copy(),
        scratch.tokens.kinds[:tokens].copy(),
        room.weights[:count].copy(),
        room.places.sources[:count].copy(),
        room.places.firsts[:count].copy(),
        room.places.lasts[:count].copy(),
    )


@compiled_with_arrays
def _phrases_of(  # noqa: C901 - compiled as one loop
    codes: Any, offsets: Any, longest: Any, rules: Any, linear: Any, top: Any, found: Any
) -> Any:
    posts = len(offsets) - 1
    for part in (found.starts, found.ends):
        if part.shape != (posts, top):
            raise ValueError("no room for what is found")
    if found.weights.shape != (posts, top) or len(found.log_odds) != posts:
        raise ValueError("no room for what is found")
    scratch, room = counter(longest, linear.ngrams, len(linear.table)), _room(longest, linear)
    # What the n-grams add that lie on one token, end at it from the one before, and from the one
    # before that.
    alone, near, far = np.empty(longest), np.empty(longest), np.empty(longest)
    near_from, far_from = np.empty(longest, np.int32), np.empty(longest, np.int32)
    best, best_end = np.empty(longest), np.empty(longest, np.int32)
    for post in range(posts):
        log_odds, tokens, count = _weigh(
            codes, offsets[post], offsets[post + 1], rules, linear, scratch, room, post + 1
        )
        found.log_odds[post] = log_odds
        alone[:tokens] = 0
        near[:tokens] = 0
        near_from[:tokens] = 0
        far[:tokens] = 0
        far_from[:tokens] = 0
        for i in range(count):
            first, last, weight = room.places.firsts[i], room.places.lasts[i], room.weights[i]
            if first == last:
                alone[last] += weight
            elif near[last] == 0 or near_from[last] == first:
                near[last] += weight
                near_from[last] = first
            else:
                far[last] += weight
                far_from[last] = first
        kinds = scratch.tokens.kinds
        for i in range(tokens):
            best[i], best_end[i] = _phrase_from(
                i, tokens, scratch.tokens, alone, near, near_from, far, far_from
            )
        for rank in range(top):
            start = -1
            for i in range(tokens):
                if best_end[i] > i and (start < 0 or abs(best[i]) > abs(best[start])):
                    start = i
            if start < 0:
                break
            end, length = best_end[start], 0
            for i in range(start, end):
                length += 1 if kinds[i] != _SPACE else 0
            weight = best[start] * np.sqrt(np.float64(length))
            if abs(weight) < LEAST:
                break
            place = rank
            while place > 0 and abs(found.weights[post, place - 1]) < abs(weight):
                found.starts[post, place] = found.starts[post, place - 1]
                found.ends[post, place] = found.ends[post, place - 1]
                found.weights[post, place] = found.weights[post, place - 1]
                place -= 1
            found.starts[post, place] = scratch.tokens.starts[start]
            found.ends[post, place] = scratch.tokens.ends[end - 1]
            found.weights[post, place] = weight
            best_end[start:end] = -1
            for i in range(max(0, start - 3 * LONGEST_PHRASE), start):  # those that reach into it
                if best_end[i] > start:
                    best[i], best_end[i] = _phrase_from(
                        i, start, scratch.tokens, alone, near, near_from, far, far_from
                    )


@compiled
def _phrase_from(
    start: Any,
    stop: Any,
    tokens: Any,
    alone: Any,
    near: Any,
    near_from: Any,
    far: Any,
    far_from: Any,
) -> Any:
    """Return the strength and the end of the strongest phrase that begins at a token, an end of
    -1 for none.
    """
    kinds = tokens.kinds
    strength, end = 0.0, -1
    if (
        kinds[start] == _SPACE or kinds[start] == _BREAK or kinds[start] == _PUNCT
    ):  # a comma alone is no reason to show
        return strength, end
    total, length, at = 0.0, 0, start
    while at < stop and length < LONGEST_PHRASE and at < start + 3 * LONGEST_PHRASE:
        kind = kinds[at]
        if kind != _SPACE:
            if kind == _BREAK:
                break
            if kind == _PUNCT:  # a hyphen inside a word, not a comma between two
                apart = (
                    at + 1 == stop
                    or tokens.starts[at] > tokens.ends[at - 1]
                    or tokens.starts[at + 1] > tokens.ends[at]
                )
                if apart or kinds[at + 1] == _BREAK:
                    break
            length += 1
            total += alone[at]
            if near_from[at] >= start and near[at] != 0:
                total += near[at]
            if far_from[at] >= start and far[at] != 0:
                total += far[at]
            found = total / np.sqrt(np.float64(length))
            if abs(found) > abs(strength) and (length == 1 or kind != _PUNCT):
                strength, end = found, at + 1
            if kind == _BANG:
                break
        at += 1
    return strength, end
