"""Tests of `givesell.measure.novelty`."""

import gc
import weakref

import numpy as np
import pandas as pd
import pytest

import givesell
from givesell.datasets import load_posts
from givesell.errors import PostTypeError
from givesell.estimators.vectorizer import PostVectorizer
from givesell.measure.novelty import unknown_share
from givesell.measure.unseen_ngrams import seen_by

POSTS = [
    "Thanks so much, that fixed it!",
    "Plumbus glorbs in the zorp, zorp zorp",
    "🎉🎉 #BlackFriday",
    "",
    None,
]


def test_share_is_that_of_the_vectorizer():
    """The share is that of the n-grams whose buckets the model has not kept, as its own features
    count them.
    """
    model = givesell.load()
    features = model.pipeline.named_steps["features"]
    kept = set(features.buckets_.tolist())
    every = PostVectorizer(**{**features.get_params(), "min_df": 1})
    expected = []
    for post in POSTS[:3]:
        counts = every.counts([post])
        new = [bucket not in kept for bucket in counts.indices.tolist()]
        expected.append(counts.data[new].sum() / counts.data.sum())
    np.testing.assert_allclose(unknown_share(model, POSTS)[:3], expected)
    assert expected[1] > expected[0]


def test_nothing_to_count_is_nan():
    """Missing and empty posts have no share."""
    assert np.isnan(unknown_share(givesell.load(), pd.Series(POSTS))).tolist() == [
        False,
        False,
        False,
        True,
        True,
    ]


def test_training_posts_are_more_alike_than_gibberish():
    """Posts of the training data hold fewer unknown n-grams than words that nobody writes."""
    share = unknown_share(
        givesell.load(), [*load_posts()["text"][:200], "qwlrk vnmzx plortq grimbly snarx"]
    )
    assert share[-1] > np.quantile(share[:-1], 0.99)


def test_a_number_among_posts():
    """A post that is not text is a TypeError with its position."""
    with pytest.raises(PostTypeError, match="Post 1 is of type int"):
        unknown_share(givesell.load(), ["a", 2])


def test_a_model_that_was_asked_can_be_forgotten():
    """What a model has seen is looked up once, and does not keep the model in memory."""
    model = givesell.load().with_thresholds((0.2, 0.9))
    unknown_share(model, POSTS)
    assert seen_by(model) is seen_by(model)
    alive = weakref.ref(model)
    del model
    gc.collect()
    assert alive() is None
