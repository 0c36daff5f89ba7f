"""Posts scored with the parts of their log-odds: what each n-gram adds at each of its places, and
the strongest phrases, in the pass that scores the post.

The log-odds are linear in the features of a post once its length is known. A feature that a post
has several times adds one amount, whose equal parts go to its places; so the parts and the
intercept sum to the log-odds exactly.
"""

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from givesell.core.scoring import (
    Facets,
    Room,
    Scored,
    Weights,
    check_arrays,
    mark_missing,
    room_for,
    score_post,
    tables,
)
from givesell.reasons.phrases import Phrases, no_phrases, phrase_room, write_phrases
from givesell.text.compiled import compiled, compiled_with_arrays
from givesell.text.ngrams import feature_places, most_features, position_of
from givesell.text.posts import chunks
from givesell.text.scan import within


class Parts(NamedTuple):
    """What a post's log-odds are made of, before calibration.

    ``starts``, ``ends`` and ``kinds`` (n_tokens,) are the tokens' offsets and kinds; ``weights``,
    ``sources``, ``firsts`` and ``lasts`` (n_ngrams,) say what each n-gram at its place adds, its
    `givesell.text.ngrams.Source`, its first and its last token.
    """

    starts: NDArray[np.int32]
    ends: NDArray[np.int32]
    kinds: NDArray[np.uint8]
    weights: NDArray[np.float64]
    sources: NDArray[np.uint8]
    firsts: NDArray[np.int32]
    lasts: NDArray[np.int32]


class Explained(NamedTuple):
    """Posts scored with reasons.

    ``linear``, the intercept included, and ``network`` (n,) are the two summands of the log-odds
    before calibration, as are the weights of ``phrases``; ``parts`` holds those of each post, or
    nothing where they were not asked for.
    """

    scored: Scored
    linear: NDArray[np.float64]
    network: NDArray[np.float64]
    phrases: Phrases
    parts: list[Parts]


class _Out(NamedTuple):
    """The arrays that the compiled code fills for a chunk."""

    scored: Scored
    linear: NDArray[np.float64]
    network: NDArray[np.float64]
    phrases: Phrases


class _Listed(NamedTuple):
    """The parts of the posts of a chunk, one post after the other; ``token_ends`` and
    ``ngram_ends`` (n,) say where those of each post end.
    """

    parts: Parts
    token_ends: NDArray[np.int64]
    ngram_ends: NDArray[np.int64]


class WeighedNgrams(NamedTuple):
    """What the known n-grams of one post add, at their places."""

    sources: NDArray[np.uint8]
    firsts: NDArray[np.int32]
    lasts: NDArray[np.int32]
    weights: NDArray[np.float64]


def score_with_reasons(
    weights: Weights,
    posts: Sequence[Any],
    top: int,
    *,
    facets: Facets | None = None,
    parts: bool = False,
) -> Explained:
    """Score posts and find the phrases that add most to, or take most from, their log-odds.

    Parameters
    ----------
    weights : Weights
    posts : sequence
        What `givesell.text.posts.as_sequence` returned.
    top : int
        Maximum number of phrases of a post.
    facets : Facets, optional
    parts : bool, default False
        Whether to return all parts of each post too.

    Returns
    -------
    Explained
        The verdicts are those of `givesell.core.scoring.score_posts`.
    """
    n = len(posts)
    scored = Scored.room(n, facets=facets is not None)
    linear, network, phrases = np.empty(n), np.empty(n), no_phrases(n, top)
    listed: list[Parts] = []
    for position, chunk in chunks(posts, 0, n):
        stop = position + len(chunk.offsets) - 1
        here = slice(position, stop)
        out = _Out(
            scored.rows(position, stop),
            linear[here],
            network[here],
            phrases.rows(position, stop),
        )
        room = _list_room(chunk, weights.linear.ngrams) if parts else None
        _explain_chunk(chunk, tables(), weights, facets, out, room)
        if room is not None:
            listed += _parts_of_each(room)
    return Explained(scored, linear, network, phrases, listed)


def strongest_phrases(parts: Parts, top: int) -> list[tuple[int, int, float]]:
    """Return the strongest phrases of a post whose parts are known.

    Parameters
    ----------
    parts : Parts
    top : int

    Returns
    -------
    list of (start, end, weight)
        At most `top`, those that add or take most first.
    """
    phrases = no_phrases(1, top)
    _phrases_of(parts, phrases)
    starts, ends, weights = (column[0].tolist() for column in phrases)
    rows = zip(starts, ends, weights, strict=True)
    return [(start, end, weight) for start, end, weight in rows if end]


def _parts_of_each(listed: _Listed) -> list[Parts]:
    """Return the parts of each post of a chunk, in memory of just their size."""
    tokens, ngrams = listed.token_ends.tolist(), listed.ngram_ends.tolist()
    every = _slice(listed.parts, slice(tokens[-1]), slice(ngrams[-1]))
    every = Parts._make(column.copy() for column in every)
    first_tokens, first_ngrams = [0, *tokens[:-1]], [0, *ngrams[:-1]]
    return [
        _slice(every, slice(low, high), slice(first, last))
        for low, high, first, last in zip(first_tokens, tokens, first_ngrams, ngrams, strict=True)
    ]


def _slice(parts: Parts, tokens: slice, ngrams: slice) -> Parts:
    return Parts(
        parts.starts[tokens],
        parts.ends[tokens],
        parts.kinds[tokens],
        parts.weights[ngrams],
        parts.sources[ngrams],
        parts.firsts[ngrams],
        parts.lasts[ngrams],
    )


@compiled_with_arrays
def _list_room(chunk: Any, ngrams: Any) -> Any:
    """Make room for the parts of the posts of a chunk: memory that is not written is not taken."""
    posts = len(chunk.offsets) - 1
    if not within(chunk.offsets, len(chunk.codes), chunk.longest):
        raise ValueError("buffers of other sizes than are needed")
    tokens, most = chunk.offsets[posts] - chunk.offsets[0], 0
    for post in range(posts):
        most += most_features(chunk.offsets[post + 1] - chunk.offsets[post], ngrams)
    return _Listed(
        Parts(
            np.empty(tokens, np.int32),
            np.empty(tokens, np.int32),
            np.empty(tokens, np.uint8),
            np.empty(most),
            np.empty(most, np.uint8),
            np.empty(most, np.int32),
            np.empty(most, np.int32),
        ),
        np.empty(posts, np.int64),
        np.empty(posts, np.int64),
    )


@compiled_with_arrays
def _explain_chunk(
    chunk: Any, tables: Any, weights: Any, facets: Any, out: Any, listed: Any
) -> Any:
    linear, posts = weights.linear, len(chunk.offsets) - 1
    check_arrays(chunk, linear, weights.network, facets, out.scored)
    shape = out.phrases.starts.shape
    if (
        len(out.linear) < posts
        or len(out.network) < posts
        or shape[0] < posts
        or out.phrases.ends.shape != shape
        or out.phrases.weights.shape != shape
    ):
        raise ValueError("no room for the results")
    plain = room_for(chunk.longest, linear, weights.network, facets)
    most = most_features(chunk.longest, linear.ngrams)
    places = feature_places(chunk.longest, linear.ngrams)
    room = Room(
        plain.counter, plain.layers, plain.facet_odds, plain.letter_groups, places, np.empty(most)
    )
    ngrams = WeighedNgrams(places.sources, places.firsts, places.lasts, np.empty(most))
    _explain_each(
        chunk, tables, weights, facets, room, ngrams, phrase_room(chunk.longest), out, listed
    )


@compiled
def _explain_each(
    chunk: Any,
    tables: Any,
    weights: Any,
    facets: Any,
    room: Any,
    ngrams: Any,
    phrase_room: Any,
    out: Any,
    listed: Any,
) -> Any:
    tokens = room.counter.tokens
    last_token, last_ngram = 0, 0
    for post in range(len(chunk.offsets) - 1):
        score = score_post(post, chunk, tables, weights, facets, room, out.scored)
        out.linear[post], out.network[post] = score.linear, score.network
        count = _weigh_places(weights.linear, score, room, ngrams, post + 1)
        if not np.isnan(out.scored.selling[post]):
            write_phrases(tokens, score.tokens, ngrams, count, phrase_room, out.phrases, post)
        if listed is not None:  # decided when this is compiled
            _list_parts(tokens, score.tokens, ngrams, count, listed.parts, last_token, last_ngram)
            last_token += score.tokens
            last_ngram += count
            listed.token_ends[post], listed.ngram_ends[post] = last_token, last_ngram
    mark_missing(chunk, out.scored.status)


@compiled
def _weigh_places(linear: Any, score: Any, room: Any, ngrams: Any, number: Any) -> Any:
    """Write what each known n-gram of a scored post adds at its place, unknown ones left out;
    return how many there are.
    """
    places, mask = room.places, np.uint64(linear.ngrams.mask)
    count = 0
    for i in range(score.written):
        bucket = np.int64(places.features[i] & mask)
        position = position_of(bucket, score.known, room.counter, number)
        if position >= 0:
            ngrams.weights[count] = room.shares[position] / score.norm
            ngrams.sources[count] = places.sources[i]
            ngrams.firsts[count] = places.firsts[i]
            ngrams.lasts[count] = places.lasts[i]
            count += 1
    return count


@compiled
def _list_parts(
    tokens: Any, n_tokens: Any, ngrams: Any, n_ngrams: Any, parts: Any, token: Any, ngram: Any
) -> Any:
    """Add a post's tokens and n-grams to those of the posts before it."""
    for i in range(n_tokens):
        parts.starts[token + i] = tokens.starts[i]
        parts.ends[token + i] = tokens.ends[i]
        parts.kinds[token + i] = tokens.kinds[i]
    for i in range(n_ngrams):
        parts.weights[ngram + i] = ngrams.weights[i]
        parts.sources[ngram + i] = ngrams.sources[i]
        parts.firsts[ngram + i] = ngrams.firsts[i]
        parts.lasts[ngram + i] = ngrams.lasts[i]


@compiled_with_arrays
def _phrases_of(parts: Any, phrases: Any) -> Any:
    tokens, ngrams = len(parts.kinds), len(parts.weights)
    write_phrases(parts, tokens, parts, ngrams, phrase_room(tokens), phrases, 0)
