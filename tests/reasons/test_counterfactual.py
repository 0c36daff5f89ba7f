"""Tests of `givesell.reasons.counterfactual`: how much is tried, of posts of any length."""

import itertools

import pytest

import givesell
from givesell.model.model import Model
from givesell.reasons import counterfactual as change
from givesell.reasons.counterfactual import (
    FEWEST_CANDIDATES,
    LONGEST_SEARCHED,
    MOST_CANDIDATES,
    MOST_SPANS,
    most_candidates,
)
from givesell.reasons.exact import CANDIDATES


@pytest.fixture
def scored(monkeypatch):
    """Note how long the posts are that are scored."""
    lengths = []
    whole = Model.verdicts

    def verdicts(self, posts, **options):
        lengths.append(sum(map(len, posts)))
        return whole(self, posts, **options)

    monkeypatch.setattr(Model, "verdicts", verdicts)
    return lengths


def work(text, scored):
    """Return how many characters are scored to find what would change a verdict."""
    why = givesell.explain(text)
    scored.clear()
    assert why.label is not None
    assert why.flip is None or why.flip.label != why.label
    assert len(why.hints) <= MOST_SPANS
    return sum(scored)


@pytest.mark.parametrize(
    "unit", ["DM me. ", "does anyone know? ", "link in bio ", "#ad #aB ", "only $20 "]
)
def test_work_grows_with_the_post(unit, scored):
    """Twice the post takes at most twice the work, and at most so many times its length, however
    many cues it shows.
    """
    texts = [(unit * 20_000)[:length] for length in (20_000, 40_000, 80_000)]
    works = [work(text, scored) for text in texts]
    assert all(later <= 2.2 * earlier for earlier, later in itertools.pairwise(works))
    tried = MOST_CANDIDATES + CANDIDATES
    assert all(
        done <= len(text) * tried * (MOST_SPANS + 1)
        for done, text in zip(works, texts, strict=True)
    )


def test_how_many_are_tried():
    """Short posts get all the candidates, longer ones fewer, the longest none."""
    tried = [
        most_candidates("x" * length)
        for length in (0, 280, 20_000, 100_000, 500_000, LONGEST_SEARCHED, LONGEST_SEARCHED + 1)
    ]
    assert tried == sorted(tried, reverse=True)
    assert (tried[0], tried[2], tried[-2], tried[-1]) == (
        MOST_CANDIDATES,
        MOST_CANDIDATES,
        FEWEST_CANDIDATES,
        0,
    )


def test_a_post_that_is_too_long_is_not_searched(monkeypatch, scored):
    """Beyond the limit nothing is scored again, and what is shown says so."""
    monkeypatch.setattr(change, "LONGEST_SEARCHED", 10)
    monkeypatch.setattr("givesell.reasons.wording.LONGEST_SEARCHED", 10)
    why = givesell.explain("Orders open! 20% off all mugs until Friday, DM me")
    scored.clear()
    assert (why.flip, why.hints, scored) == (None, (), [])
    assert "too long" in why._repr_html_()


def test_of_many_cues_those_are_tried_that_weigh_most(monkeypatch):
    """Where there are more cues than are tried, the words of those that are weigh more than
    those of the others.
    """
    why = givesell.explain(
        "Orders open! 20% off all mugs until Friday, DM me. Link in bio, only $20, free shipping,"
        " book now!"
    )

    def spans():
        return why._batch.spans(0, "selling", why.known_cues)

    every = [span for span in spans() if span[2]]
    shares = {(token.start, token.end): token.weight for token in why.tokens}

    def weight(span):
        return sum(
            share for (start, end), share in shares.items() if start < span[1] and end > span[0]
        )

    monkeypatch.setattr("givesell.reasons.exact.most_candidates", lambda text: 3)
    tried = [span for span in spans() if span[2]]
    assert len(tried) == 3 < len(every)
    assert tried == [span for span in every if span in tried]
    assert (
        min(map(weight, tried)) >= max(weight(span) for span in every if span not in tried) - 1e-9
    )
