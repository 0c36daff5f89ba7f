"""The strongest phrases of a post: up to four tokens in a row, and what the n-grams inside them
add to its log-odds.

The strongest is taken first, then the strongest that does not overlap it, and so on. Strength is
what a phrase adds over the square root of its length, so that a word joins a phrase only where it
adds to what the phrase says.

What n-grams add is looked up by the token that they end at::

    new   mugs  ,   DM    me
                    |<-  ->|       near: the pair "DM me" ends at "me" and begins at "DM"
          |<-            ->|       far: the triple "mugs DM me" ends there too
                           |       alone: "me", and what says how it is written

A phrase from one token to another adds what lies at its tokens and does not begin before it.
"""

from typing import Any, NamedTuple, Self

import numpy as np
from numpy.typing import NDArray

from givesell.text.compiled import compiled, compiled_with_arrays
from givesell.text.token_kinds import Kind

LONGEST_PHRASE = 4
# Blanks lie between tokens, so that a phrase may reach over more of them.
_REACH = 3 * LONGEST_PHRASE
LEAST = 0.02  # log-odds below which a phrase is no reason

_BANG, _PUNCT, _BREAK, _SPACE = int(Kind.BANG), int(Kind.PUNCT), int(Kind.BREAK), int(Kind.SPACE)


class Phrases(NamedTuple):
    """The strongest phrases of n posts, shape (n, top): where each begins and ends, and what it
    adds to the log-odds.

    Those that add or take most come first; an end of 0 says that a post has no more.
    """

    starts: NDArray[np.int32]
    ends: NDArray[np.int32]
    weights: NDArray[np.float64]

    def rows(self, start: int, stop: int) -> Self:
        """Return the places of the posts from ``start`` to ``stop``."""
        here = slice(start, stop)
        return type(self)(self.starts[here], self.ends[here], self.weights[here])


class PhraseRoom(NamedTuple):
    """Scratch arrays with a place for each token; `phrase_room` makes them.

    ``alone``, ``near`` and ``far`` hold what the n-grams add that end at the token, ``near_from``
    and ``far_from`` where they begin; ``strengths`` and ``ends`` describe the strongest phrase
    that begins at the token, with an end of -1 for none.
    """

    alone: NDArray[np.float64]
    near: NDArray[np.float64]
    near_from: NDArray[np.int32]
    far: NDArray[np.float64]
    far_from: NDArray[np.int32]
    strengths: NDArray[np.float64]
    ends: NDArray[np.int32]


def no_phrases(n: int, top: int) -> Phrases:
    """Make room for the phrases of n posts."""
    shape = n, top
    return Phrases(np.zeros(shape, np.int32), np.zeros(shape, np.int32), np.zeros(shape))


@compiled_with_arrays
def phrase_room(longest: Any) -> Any:
    """Make scratch arrays for posts of up to ``longest`` tokens."""
    return PhraseRoom(
        np.empty(longest),
        np.empty(longest),
        np.empty(longest, np.int32),
        np.empty(longest),
        np.empty(longest, np.int32),
        np.empty(longest),
        np.empty(longest, np.int32),
    )


@compiled
def write_phrases(
    tokens: Any, n_tokens: Any, ngrams: Any, n_ngrams: Any, room: Any, phrases: Any, post: Any
) -> Any:
    """Write the strongest phrases of a post.

    Parameters
    ----------
    tokens : Buffers or Parts
        ``kinds``, ``starts`` and ``ends`` of the tokens.
    n_tokens : int
    ngrams : WeighedNgrams or Parts
        ``firsts``, ``lasts`` and ``weights`` of the n-grams at their places.
    n_ngrams : int
    room : PhraseRoom
    phrases : Phrases
    post : int
        The row of ``phrases`` to write, which holds zeros.
    """
    _add_up_by_end(ngrams, n_ngrams, n_tokens, room)
    for i in range(n_tokens):
        room.strengths[i], room.ends[i] = _strongest_from(i, n_tokens, tokens, room)
    for rank in range(phrases.starts.shape[1]):
        start = _strongest(n_tokens, room)
        if start < 0:
            break
        end = room.ends[start]
        length = _length(tokens.kinds, start, end)
        weight = room.strengths[start] * np.sqrt(np.float64(length))
        if abs(weight) < LEAST:
            break
        _insert(phrases, post, rank, tokens.starts[start], tokens.ends[end - 1], weight)
        room.ends[start:end] = -1
        for i in range(max(0, start - _REACH), start):  # those that reach into it end before it
            if room.ends[i] > start:
                room.strengths[i], room.ends[i] = _strongest_from(i, start, tokens, room)


@compiled
def _add_up_by_end(ngrams: Any, n_ngrams: Any, n_tokens: Any, room: Any) -> Any:
    """Add up what the n-grams add by the token that they end at and where they begin."""
    room.alone[:n_tokens] = 0
    room.near[:n_tokens] = 0
    room.near_from[:n_tokens] = 0
    room.far[:n_tokens] = 0
    room.far_from[:n_tokens] = 0
    for i in range(n_ngrams):
        first, last, weight = ngrams.firsts[i], ngrams.lasts[i], ngrams.weights[i]
        if first == last:
            room.alone[last] += weight
        elif room.near[last] == 0 or room.near_from[last] == first:
            room.near[last] += weight
            room.near_from[last] = first
        else:
            room.far[last] += weight
            room.far_from[last] = first


@compiled
def _strongest_from(start: Any, stop: Any, tokens: Any, room: Any) -> Any:
    """Return the strength and the end of the strongest phrase that begins at a token and ends
    before another, an end of -1 for none.
    """
    kinds = tokens.kinds
    strength, end = 0.0, -1
    # A comma alone is no reason to show.
    if kinds[start] == _SPACE or kinds[start] == _BREAK or kinds[start] == _PUNCT:
        return strength, end
    total, length, at = 0.0, 0, start
    while at < stop and length < LONGEST_PHRASE and at < start + _REACH:
        kind = kinds[at]
        if kind == _BREAK or (kind == _PUNCT and not _is_inside_a_word(at, stop, tokens)):
            break
        if kind != _SPACE:
            length += 1
            total += _added_at(at, start, room)
            mean = total / np.sqrt(np.float64(length))
            if abs(mean) > abs(strength) and (length == 1 or kind != _PUNCT):
                strength, end = mean, at + 1
            if kind == _BANG:
                break
        at += 1
    return strength, end


@compiled
def _is_inside_a_word(at: Any, stop: Any, tokens: Any) -> Any:
    """Whether a sign is between two tokens without a blank, as a hyphen is, but no comma."""
    return (
        at + 1 < stop
        and tokens.starts[at] <= tokens.ends[at - 1]
        and tokens.starts[at + 1] <= tokens.ends[at]
        and tokens.kinds[at + 1] != _BREAK
    )


@compiled
def _added_at(at: Any, start: Any, room: Any) -> Any:
    """Return what the n-grams add that end at a token and do not begin before a phrase."""
    added = room.alone[at]
    if room.near_from[at] >= start and room.near[at] != 0:
        added += room.near[at]
    if room.far_from[at] >= start and room.far[at] != 0:
        added += room.far[at]
    return added


@compiled
def _strongest(n_tokens: Any, room: Any) -> Any:
    """Return the token that the strongest phrase begins at, -1 where there is none left."""
    start = -1
    for i in range(n_tokens):
        stronger = start < 0 or abs(room.strengths[i]) > abs(room.strengths[start])
        if room.ends[i] > i and stronger:
            start = i
    return start


@compiled
def _length(kinds: Any, start: Any, end: Any) -> Any:
    """Return how many tokens a phrase has, blanks left out."""
    length = 0
    for i in range(start, end):
        length += 1 if kinds[i] != _SPACE else 0
    return length


@compiled
def _insert(phrases: Any, post: Any, rank: Any, start: Any, end: Any, weight: Any) -> Any:
    """Insert a phrase among the ``rank`` that are there already, by what it adds or takes."""
    place = rank
    while place > 0 and abs(phrases.weights[post, place - 1]) < abs(weight):
        phrases.starts[post, place] = phrases.starts[post, place - 1]
        phrases.ends[post, place] = phrases.ends[post, place - 1]
        phrases.weights[post, place] = phrases.weights[post, place - 1]
        place -= 1
    phrases.starts[post, place] = start
    phrases.ends[post, place] = end
    phrases.weights[post, place] = weight
