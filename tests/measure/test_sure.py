"""One rule of sure: the verdicts', the figures' of training, and that of a review."""

import numpy as np
import pandas as pd
import pytest

import givesell
from givesell.datasets import load_posts
from givesell.measure.sure import may_be_sure, verdicts_and_may_be_sure

PITCH = "20% off, shop now, DM to order"


@pytest.fixture(scope="module")
def posts():
    """The bundled posts and 80 that sell among words that nobody knows."""
    known = load_posts()[["text", "label", "topic"]]
    draw = np.random.default_rng(0)
    letters = list("bcdfghjklmnpqrstvwxz")
    words = ["".join(draw.choice(letters, 7)) for _ in range(480)]
    texts = [f"{' '.join(words[6 * i : 6 * i + 6])} {PITCH}" for i in range(80)]
    odd = pd.DataFrame(
        {"text": texts, "label": "selling", "topic": [f"n{i % 20}" for i in range(80)]}
    )
    return pd.concat([known, odd], ignore_index=True)


@pytest.fixture(scope="module")
def model(posts):
    """A model trained on them."""
    return givesell.train(posts, groups="topic")


def test_which_posts_may_be_sure_is_asked_in_one_way(model, posts):
    """With and without scoring, the same posts may get a sure verdict: those of known words."""
    readable = may_be_sure(model, posts["text"])
    _, with_scores = verdicts_and_may_be_sure(model, posts["text"])
    assert (readable == with_scores).all()
    assert readable[:-80].mean() > 0.95
    assert readable[-80:].mean() < 0.1


def test_training_counts_as_sure_what_users_will_see_as_sure(model, posts):
    """The share of sure verdicts on the card leaves out posts of unknown words, however far from
    one half their probability is.
    """
    low, high = model.thresholds
    p = model.report.out_of_fold["selling"].to_numpy()
    far = (p <= low) | (p >= high)
    share = model.info["metrics"]["split by topic"]["share_sure"]
    assert far[-80:].all()
    assert share == pytest.approx((far & may_be_sure(model, posts["text"])).mean(), abs=1e-4)
    assert share < far.mean() - 0.03


def test_review_calls_unsure_what_cannot_be_read(model, posts):
    """Posts of unknown words are among the unsure ones, though their probability is extreme."""
    unsure = givesell.review(model, posts, groups="topic", kinds="unsure", top=None)
    assert (unsure.index >= len(posts) - 80).sum() > 70
