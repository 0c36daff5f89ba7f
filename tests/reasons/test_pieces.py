"""Tests of `givesell.reasons.pieces`: what can be taken out of a post, in whole words."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

import givesell
from givesell.reasons.pieces import LONGEST_PIECE, pieces_of
from givesell.reasons.scoring import score_with_reasons


def found(text, *named, most=16):
    """Return the texts of the pieces of a post, each at all its places."""
    (parts,) = score_with_reasons(givesell.load().scorer, [text], 1, parts=True).parts
    spans = [(text.index(phrase), text.index(phrase) + len(phrase), None) for phrase in named]
    pieces = pieces_of(text, parts, spans, most)
    return [[text[start:end] for start, end in piece.places] for piece in pieces]


@pytest.mark.parametrize(
    ("text", "named", "taken"),
    [
        ("Our well-known mugs are here", "known", "well-known"),
        ("Only $20/month for all of it", "$20", "$20/month"),
        ("Read https://a.example.com/mugs today", "mugs", "https://a.example.com/mugs"),
        ("Nice mugs, please DM me", "mugs", "mugs"),
        ("Nice mugs #ad#gifted by all", "#ad", "#ad"),
        ("Now 🔥DM me🔥 please all", "DM me", "DM me"),
    ],
)
def test_whole_words(text, named, taken):
    """No word, price or link is cut; signs beside a word, emoji and other hashtags stay."""
    assert found(text, named) == [[taken]]


def test_repetitions_are_one_piece():
    """What is written alike, capitals apart, is one piece, but not within another word."""
    text = "Big SALE now, summer sale later, no sale-or-return and #sale"
    assert found(text, "SALE") == [["SALE", "sale"]]


def test_overlapping_ones_are_made_one():
    """Phrases that overlap become one, if it is not too long; pieces never overlap."""
    text = "Please DM me for prices of all of these very old mugs"
    assert found(text, "DM me", "me for prices") == [["DM me for prices"]]
    long = " ".join("abcdefghijkl")
    pieces = found(long, "a b c d e f", "f g h i j k l")
    assert len(pieces) == 1
    assert len(pieces[0][0].split()) <= LONGEST_PIECE


def test_what_matters_most_comes_first():
    """Of more pieces than are wanted, those that the default model finds strongest stay."""
    text = "There is a table in the hall, DM me to order"
    every = found(text, "table", "DM me")
    assert every == [["DM me"], ["table"]]
    assert found(text, "table", "DM me", most=1) == [["DM me"]]


@given(
    st.lists(
        st.sampled_from(["DM me", "dm", "-", ", ", " ", "\n", "#ad", "🔥", "$5", "a"]), max_size=20
    ),
    st.lists(st.tuples(st.integers(0, 60), st.integers(1, 12)), min_size=1, max_size=6),
)
def test_pieces_lie_apart_in_the_post(parts, spans):
    """Whatever the post, pieces are spans of it that neither overlap nor are empty."""
    text = "".join(parts)
    (weighed,) = score_with_reasons(givesell.load().scorer, [text], 1, parts=True).parts
    named = [
        (start, end, None)
        for start, end in zip(weighed.starts.tolist(), weighed.ends.tolist(), strict=True)
        if any(a <= start and end <= a + size for a, size in spans)
    ]
    places = sorted(p for piece in pieces_of(text, weighed, named, 16) for p in piece.places)
    assert all(0 <= start < end <= len(text) for start, end in places)
    assert all(one[1] <= other[0] for one, other in itertools.pairwise(places))
