"""Tests of `givesell.text.version`: the text core does not change without a new version."""

import hashlib

import numpy as np

from givesell.core.golden import POSTS
from givesell.core.sequences import sequences
from givesell.datasets import load_posts
from givesell.estimators.vectorizer import PostVectorizer
from givesell.text.version import CHANGES, TEXT_CORE, changes_since

# What `digest` gives for each version of the text core.
DIGESTS = {1: "911fd5ffcb5f1d089e5d98b9f1c7c563bd296708bbf1b38a2e233481712ec3a6"}
ODD = (
    "Soooo #NewMugs @jo 20% off!!! $12.50 £3 7pm 555-010-9999 a@b.example https://shop.example/a?b",
    "ＦＲＥＥ ｓｔｕｆｆ 👩🏽‍🚒👇🏽 1️⃣ ſale ﬁne а\u200bb don't won’t e-mail C++ A.B.C. $TSLA r/mugs",
    'line one\n\n  line two\t…  —  (see: x.com) "quoted" 2024-03-01 10:30 3.5k 1,000,000',
)


def digest() -> str:
    """Return a digest of the tokens, hashes and features of a fixed set of posts."""
    posts = [*POSTS, *ODD, *load_posts()["text"].head(300)]
    found = hashlib.sha256()
    for array in sequences(posts):
        found.update(np.ascontiguousarray(array).tobytes())
    every = PostVectorizer(
        ngram_range=(1, 3),
        char_ngram_range=(2, 4),
        n_features=2**18,
        sublinear_tf=False,
        use_idf=False,
        norm=None,
    ).fit(posts)
    counts = every.transform(posts)
    for array in (every.buckets_, counts.indptr, counts.indices, counts.data):
        found.update(np.ascontiguousarray(array).tobytes())
    return found.hexdigest()


def test_the_text_core_has_its_version():
    """Tokens, hashes and features are those of the version that models record: a change of them
    needs a new one, for weights learned before no longer mean what they meant.
    """
    assert digest() == DIGESTS[TEXT_CORE], (
        f"The text core reads posts in another way than version {TEXT_CORE}. If so meant, raise"
        " TEXT_CORE in givesell/text/version.py, say in CHANGES what changed, add the digest to"
        " DIGESTS here, and train the shipped models again (make train)."
    )


def test_each_version_says_what_changed():
    """Versions are numbered without gaps, and each names the library that has it and the change."""
    assert list(CHANGES) == list(range(1, TEXT_CORE + 1)) == list(DIGESTS)
    assert all(change.givesell and change.what for change in CHANGES.values())
    assert changes_since(TEXT_CORE) == ""
    assert CHANGES[TEXT_CORE].what in changes_since(TEXT_CORE - 1)
