"""Tests of `givesell.measure.unseen_ngrams` and of its kernel, `unseen`."""

from collections import Counter

import numpy as np
import pytest

from givesell.estimators.vectorizer import PostVectorizer
from givesell.measure.unseen import add_posts, count_unseen
from givesell.measure.unseen_ngrams import Seen
from givesell.text.counting import Vocabulary
from givesell.text.ngrams import bucket_set, ngrams_of
from givesell.text.posts import chunks
from givesell.text.scan import rule_tables

NGRAMS = ngrams_of((1, 2), None, 2**12)
POSTS = ("Buy now, buy it", "", "Thanks a lot, that helped #DIY", "buy a lot")


def every(size=2**12):
    """Return the vocabulary of all buckets."""
    return Vocabulary(ngrams_of((1, 2), None, size), bucket_set(None, size), size)


def test_new_are_those_that_too_few_posts_hold():
    """An n-gram is new if fewer posts hold it than it takes, however often each has it."""
    counts = PostVectorizer(n_features=2**12).counts(POSTS)
    held = Counter(counts.indices.tolist())
    for least in (1, 2, 3):
        seen = Seen(NGRAMS, least=least)
        seen.add(POSTS)
        unseen = seen.count(POSTS)
        assert unseen.ngrams.tolist() == counts.sum(axis=1).ravel().tolist()[0]
        new = [
            sum(row.data[[held[bucket] < least for bucket in row.indices.tolist()]])
            for row in counts
        ]
        assert unseen.new_ngrams.tolist() == new
        assert unseen.words.tolist() == [4, 0, 5, 3]


def test_posts_can_be_taken_away_again():
    """Without posts that were added, all is as before, and while they are asked about they count
    as never seen.
    """
    seen = Seen(NGRAMS)
    seen.add(POSTS)
    alone = seen.count_without(POSTS[:1], [POSTS[3:]])
    assert alone.new_words.tolist() == alone.words.tolist()
    assert not seen.count(POSTS).new_ngrams.any()


@pytest.mark.parametrize("dtype", [np.uint8, np.int32])
def test_arrays_of_other_sizes_are_refused(dtype):
    """Too few numbers for the buckets, other buckets than those that are counted, and too few rows
    are refused.
    """
    ((_, chunk),) = chunks(POSTS)
    held, out = np.zeros(2**12, dtype), np.zeros((len(POSTS), 4), np.int32)
    count_unseen(rule_tables(), every(), chunk, held, 1, out)
    for wrong in (held[:-1], np.zeros(2**13, dtype)):
        with pytest.raises(ValueError, match="a number for each bucket"):
            count_unseen(rule_tables(), every(), chunk, wrong, 1, out)
        with pytest.raises(ValueError, match="a number for each bucket"):
            add_posts(rule_tables(), every(), chunk, wrong, 1)
    none = Vocabulary(NGRAMS, bucket_set(np.empty(0, np.int32), 2**12), 0)
    with pytest.raises(ValueError, match="a number for each bucket"):
        add_posts(rule_tables(), none, chunk, held, 1)
    for wrong in (out[1:], np.zeros((len(POSTS), 3), np.int32)):
        with pytest.raises(ValueError, match="a row of four numbers"):
            count_unseen(rule_tables(), every(), chunk, held, 1, wrong)
