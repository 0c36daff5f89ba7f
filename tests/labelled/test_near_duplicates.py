"""Tests of `givesell.labelled.near_duplicates`: copies and near copies among posts."""

import numpy as np

from givesell.datasets import load_posts
from givesell.labelled.near_duplicates import near_copies, same_text


def test_near_copies_by_words():
    """One word changed in a post is a near copy; another post of the same words in part is not;
    wordless posts are nobody's.
    """
    posts = list(load_posts()["text"].head(200))
    changed = [" ".join(["zebra", *post.split()[1:]]) for post in posts]
    numbers = near_copies(np.array([*posts, *changed], object))
    assert (numbers[:200] == numbers[200:]).mean() > 0.95
    assert len(set(numbers[:200])) == 200
    few = near_copies(np.array(["", "", "Thanks so much!", "Thanks a lot for this"], object))
    assert len(set(few)) == 4
    assert len(near_copies(np.array([], object))) == 0


def test_the_same_text_whatever_its_capitals():
    """Capitals and spaces make no other text."""
    assert same_text(np.array(["Buy  NOW", "buy now ", "buy, now"], object)).tolist() == [0, 0, 1]


def test_other_texts_have_other_numbers():
    """Texts are told apart by a hash: none of 200,000 that differ are taken for the same."""
    texts = np.array([f"Mug number {number}" for number in range(200_000)], object)
    assert len(set(same_text(texts))) == len(texts)
