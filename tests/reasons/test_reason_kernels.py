"""Tests of the kernels of `givesell.reasons`: what they find, and what they refuse."""

import math
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

import givesell
from givesell.core.model_arrays import Scored
from givesell.reasons.parts import Explained, Parts, no_phrases
from givesell.reasons.phrase_search import LONGEST_PHRASE, write_phrases
from givesell.reasons.scoring import score_with_reasons, strongest_phrases
from givesell.reasons.weighing import explain_chunk
from givesell.text.posts import as_sequence, chunks
from givesell.text.token_kinds import Kind

PITCH = "Orders open! 20% off all mugs until Friday, DM me"
PIECES = st.sampled_from(
    [
        *"buy BUY free-ish #BigSale @jo 20% £5 😀 soooo !!! — , don't".split(),
        "link in bio",
        "\n",
        " ",
    ]
)


@pytest.fixture(scope="module")
def scorer():
    """Return what scores posts by the shipped model."""
    return givesell.load().scorer


def phrases_from(start, stop, parts):
    """List the phrases from a token on that end before another: the strength of each, its first
    token and the one after its last, and what it adds.
    """
    kinds, found, length, total = parts.kinds, [], 0, 0.0
    if kinds[start] in (Kind.SPACE, Kind.BREAK, Kind.PUNCT):
        return []
    for at in range(start, min(stop, start + 3 * LONGEST_PHRASE)):
        joins = (
            at + 1 < stop
            and parts.starts[at] <= parts.ends[at - 1]
            and parts.starts[at + 1] <= parts.ends[at]
            and kinds[at + 1] != Kind.BREAK
        )
        if kinds[at] == Kind.BREAK or (kinds[at] == Kind.PUNCT and not joins):
            break
        if kinds[at] != Kind.SPACE:
            length += 1
            inside = (parts.lasts == at) & (parts.firsts >= start)
            total += parts.weights[inside].sum()
            if length == 1 or kinds[at] != Kind.PUNCT:
                mean = total / math.sqrt(length)
                found.append((mean, start, at + 1, mean * math.sqrt(length)))
        if kinds[at] == Kind.BANG or length == LONGEST_PHRASE:
            break
    return found


def phrases_by_hand(parts, top):
    """Look for the strongest phrase among all that are left, again and again."""
    chosen = []
    while len(chosen) < top:
        left = []
        for start in range(len(parts.kinds)):
            if not any(first <= start < end for _, first, end, _ in chosen):
                after = [first for _, first, _, _ in chosen if first > start]
                left += phrases_from(start, min([*after, len(parts.kinds)]), parts)
        best = max(left, key=lambda phrase: abs(phrase[0]), default=(0, 0, 0, 0))
        if abs(best[3]) < 0.02:
            break
        chosen.append(best)
    chosen.sort(key=lambda phrase: -abs(phrase[3]))
    return [(parts.starts[start], parts.ends[end - 1], total) for _, start, end, total in chosen]


@given(text=st.lists(PIECES, max_size=25).map(" ".join))
@example(text=PITCH)
def test_phrases_are_those_that_a_full_search_finds(text, scorer):
    """The strongest phrases, found in linear time, are those found by looking at every one."""
    (parts,) = score_with_reasons(scorer, as_sequence([text]), 1, parts=True).parts
    parts = parts._replace(weights=np.round(parts.weights * 64) / 64)  # sums are exact
    assert strongest_phrases(parts, 4) == phrases_by_hand(parts, 4)


def parts_of(scorer):
    """Return the parts of a post."""
    return score_with_reasons(scorer, as_sequence([PITCH]), 1, parts=True).parts[0]


@pytest.mark.parametrize("field", [field for field in Parts._fields if field != "sources"])
def test_parts_that_do_not_fit_together_are_refused(field, scorer):
    """Parts with an array that is shorter than the others lead to no memory that is not theirs."""
    parts = parts_of(scorer)
    shorter = parts._replace(**{field: getattr(parts, field)[:-1]})
    with pytest.raises(ValueError, match="of other sizes"):
        write_phrases(shorter, no_phrases(1, 3))


@pytest.mark.parametrize(("first", "last"), [(-1, 0), (0, 1000), (2, 1)])
def test_ngrams_of_tokens_that_are_not_there_are_refused(first, last, scorer):
    """N-grams lie within the post, and end where they begin or later."""
    parts = parts_of(scorer)
    firsts, lasts = parts.firsts.copy(), parts.lasts.copy()
    firsts[3], lasts[3] = first, last
    with pytest.raises(ValueError, match="of other sizes"):
        write_phrases(parts._replace(firsts=firsts, lasts=lasts), no_phrases(1, 3))


@pytest.mark.parametrize(
    "phrases",
    [no_phrases(0, 3), no_phrases(2, 3), no_phrases(1, 3)._replace(ends=np.zeros((1, 2), "i4"))],
)
def test_phrases_without_room_are_refused(phrases, scorer):
    """There is one row for the phrases of one post, and all three arrays have it."""
    with pytest.raises(ValueError, match="of other sizes"):
        write_phrases(parts_of(scorer), phrases)


def room_for(n, *, facets=True, top=3):
    """Make room for the results of n posts."""
    return Explained(
        Scored.room(n, facets=facets), np.empty(n), np.empty(n), no_phrases(n, top), []
    )


def test_results_without_room_are_refused(scorer):
    """Arrays for fewer posts than a chunk has, or for phrases of other shapes, are not written."""
    ((_, chunk),) = chunks(as_sequence([PITCH, "Thanks!"]))
    fits, short = room_for(2), room_for(1)
    assert len(explain_chunk(scorer, chunk, fits, True)) == 2
    wrong = [fits._replace(**{name: getattr(short, name)}) for name in Explained._fields[:4]]
    for name in Scored._fields:
        scored = fits.scored._replace(**{name: getattr(short.scored, name)})
        wrong.append(fits._replace(scored=scored))
    for name in fits.phrases._fields:
        for phrases in (short.phrases, room_for(2, top=2).phrases):
            other = fits.phrases._replace(**{name: getattr(phrases, name)})
            wrong.append(fits._replace(phrases=other))
    for explained in wrong:
        with pytest.raises(ValueError, match="no room"):
            explain_chunk(scorer, chunk, explained, False)


def test_facets_that_a_model_does_not_have_are_refused():
    """Facets are written where the model has some, and room for them is no claim that it does."""
    model = givesell.load()
    ((_, chunk),) = chunks(as_sequence([PITCH]))
    without = type(model.scorer)(model.weights)
    explain_chunk(without, chunk, room_for(1, facets=False), False)
    with pytest.raises(ValueError, match="facets that the model does not have"):
        explain_chunk(without, chunk, room_for(1), False)


def test_posts_outside_their_code_points_are_refused(scorer):
    """Offsets and lengths that a chunk claims are checked before a post is read."""
    ((_, chunk),) = chunks(as_sequence([PITCH, "Thanks!"]))
    for wrong in (
        chunk._replace(offsets=chunk.offsets[::-1].copy()),
        chunk._replace(offsets=chunk.offsets + 1),
        chunk._replace(longest=chunk.longest - 1),
        chunk._replace(missing=np.array([2])),
    ):
        with pytest.raises(ValueError, match="posts"):
            explain_chunk(scorer, wrong, room_for(2), True)


def test_threads_share_a_scorer(scorer):
    """Threads that explain at the same time with one model find what each finds alone."""
    posts = as_sequence([PITCH, "Thanks so much, that fixed it!", None, "buy soap \n" * 40] * 200)

    def found(top):
        explained = score_with_reasons(scorer, posts, top, parts=True)
        parts = map(np.concatenate, zip(*explained.parts, strict=True))
        return [*explained.scored, *explained.phrases, *parts]

    tops = [1, 3, 5, 8] * 4
    with ThreadPoolExecutor(4) as pool:
        for top, together in zip(tops, pool.map(found, tops), strict=True):
            for ours, alone in zip(together, found(top), strict=True):
                np.testing.assert_array_equal(ours, alone)
