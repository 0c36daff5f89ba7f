"""Hashes of words and n-grams."""

from itertools import pairwise

from hypothesis import assume, given
from hypothesis import strategies as st

from givesell.text.fold import fold
from givesell.text.scan import rule_tables
from givesell.text.scanner import hash_text, scan_text
from givesell.text.token_kinds import Kind
from tests.text.reference import SEED, TAG_SEED, finish, step

words = st.text(st.characters(categories=["Ll", "Lu", "Lo"]), min_size=1, max_size=12)


@given(words)
def test_word(word):
    """A folded word hashes alone as the scanner hashes it in a post."""
    folded = fold(word)
    assume(
        folded.isalpha()
        and not any(a == b == c for a, b, c in zip(folded, folded[1:], folded[2:], strict=False))
    )
    _, _, kinds, _, hashes, *_ = scan_text(rule_tables(), word)
    assert (kinds, hashes) == ([Kind.WORD], [hash_text(folded)])


@given(words)
def test_hashtag(word):
    """A hashtag hashes as its folded name under its own seed."""
    folded = fold(word)
    assume(folded.isalpha())
    _, _, kinds, _, hashes, *_ = scan_text(rule_tables(), "#" + word)
    assert (kinds[0], hashes[0]) == (Kind.HASHTAG, hash_text(folded, TAG_SEED - SEED))


@given(st.text(), st.integers(0, 2**64 - 1))
def test_steps(text, seed):
    """The compiled hash is the one that its references define, whatever the seed."""
    state = (SEED + seed) % 2**64
    for char in text:
        state = step(state, ord(char))
    assert hash_text(text, seed) == finish(state)


def test_spread():
    """Hashes that differ in one letter differ in about half of their bits, the low ones too."""
    found = [hash_text(f"word{i}") for i in range(2000)]
    assert len({value & 0xFFFFFFFF for value in found}) == 2000
    flips = [(a ^ b).bit_count() for a, b in pairwise(found)]
    assert 30 < sum(flips) / len(flips) < 34
