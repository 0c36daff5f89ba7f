"""Tests of `givesell.core.sequences`: what the network reads of a post."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from givesell.core.convolution import CLOSING, EXTRA, OPENING
from givesell.core.sequences import sequences
from givesell.text.scanner import hash_text
from givesell.text.token_kinds import Mark


def words(*texts):
    """Return the hashes of plain words."""
    return [hash_text(text) for text in texts]


def test_tokens_in_order_with_their_marks():
    """Words come in their order, capitals as a mark, white space not at all."""
    hashes, marks, _ = sequences(["buy  the\tNEW mugs"])
    assert hashes.tolist() == words("buy", "the", "new", "mugs")
    assert marks.tolist() == [0, 0, int(Mark.CAPS), 0]


def test_inner_words_follow_their_hashtag():
    """A hashtag's words stand after it, marked as no tokens of their own, also where there are
    several hashtags.
    """
    hashes, marks, _ = sequences(["#NewMugs are #OnSale now"])
    assert marks.tolist() == [0, EXTRA, EXTRA, 0, 0, EXTRA, EXTRA, 0]
    assert hashes[[1, 2, 3, 5, 6, 7]].tolist() == words("new", "mugs", "are", "on", "sale", "now")


def test_white_space_around_a_post_is_not_read():
    """Line breaks around a post are left out, those inside it read."""
    for text in ("buy\nmugs", "\n buy\nmugs\n\n"):
        assert len(sequences([text])[0]) == 3
    assert len(sequences(["\n\n"])[0]) == 0


def test_long_posts_keep_their_opening_and_closing():
    """Of a long post the middle is left out."""
    names = [f"x{chr(97 + i // 26)}x{chr(97 + i % 26)}" for i in range(300)]
    hashes, _, offsets = sequences([" ".join(names), "short"])
    assert offsets.tolist() == [0, OPENING + CLOSING, OPENING + CLOSING + 1]
    assert hashes[:-1].tolist() == words(*names[:OPENING], *names[-CLOSING:])


@given(st.lists(st.text(), max_size=8))
def test_posts_do_not_touch(texts):
    """A post is read alike alone and among others, whatever is in it; a missing one is empty."""
    hashes, marks, offsets = sequences([*texts, None])
    assert offsets[-1] == offsets[-2] == len(hashes) == len(marks)
    for text, low, high in zip(texts, offsets, offsets[1:], strict=False):
        alone = sequences([text])
        assert np.array_equal(alone[0], hashes[low:high])
        assert np.array_equal(alone[1], marks[low:high])
