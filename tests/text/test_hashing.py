"""Hashes of words and n-grams."""

from itertools import pairwise

import numpy as np
from hypothesis import assume, given
from hypothesis import strategies as st

from givesell.text.fold import code_points, fold
from givesell.text.hashing import SEED, TAG_SEED, finish, hash_text, step
from givesell.text.scan import buffers, rules, scan_post
from givesell.text.token_kinds import Kind

words = st.text(st.characters(categories=["Ll", "Lu", "Lo"]), min_size=1, max_size=12)


@given(words)
def test_word(word):
    """A folded word hashes in plain Python as the scanner hashes it."""
    folded = fold(word)
    assume(
        folded.isalpha()
        and not any(a == b == c for a, b, c in zip(folded, folded[1:], folded[2:], strict=False))
    )
    codes, scratch = code_points(word), buffers(len(word))
    count, _ = scan_post(codes, 0, len(codes), rules(), scratch)
    assert (count, scratch.kinds[0]) == (1, Kind.WORD)
    assert scratch.hashes[0] == hash_text(folded)


@given(words)
def test_hashtag(word):
    """A hashtag hashes as its folded name under its own seed."""
    folded = fold(word)
    assume(folded.isalpha())
    codes, scratch = code_points("#" + word), buffers(len(word) + 1)
    scan_post(codes, 0, len(codes), rules(), scratch)
    assert scratch.kinds[0] == Kind.HASHTAG
    assert scratch.hashes[0] == hash_text(folded, int(TAG_SEED) - int(SEED))


@given(st.text(), st.integers(0, 2**64 - 1))
def test_steps(text, seed):
    """The compiled steps and the Python loop hash any text alike, whatever the seed."""
    state = np.uint64((int(SEED) + seed) % 2**64)
    for char in text:
        state = np.uint64(step(state, ord(char)))
    assert finish(state) == hash_text(text, seed)


def test_spread():
    """Hashes that differ in one letter differ in about half of their bits, the low ones too."""
    found = [hash_text(f"word{i}") for i in range(2000)]
    assert len({value & 0xFFFFFFFF for value in found}) == 2000
    flips = [(a ^ b).bit_count() for a, b in pairwise(found)]
    assert 30 < sum(flips) / len(flips) < 34
