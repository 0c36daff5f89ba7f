"""What the columns of hashed features are called: by the n-grams of given posts that fall into
their buckets.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from givesell.text.counting import features_of
from givesell.text.fold import plain
from givesell.text.ngrams import Ngrams, Source
from givesell.text.posts import is_text
from givesell.text.scan import rule_tables

_PLAIN = {Source.TOKEN, Source.PAIR, Source.TRIPLE}


def names_of(buckets: NDArray[np.int32], ngrams: Ngrams, posts: Sequence[Any]) -> dict[int, str]:
    """Return a name for each bucket into which an n-gram of the posts falls: that of the first.

    Parameters
    ----------
    buckets : ndarray of int32, shape (n_columns,)
        Those that are columns, ascending.
    ngrams : Ngrams
    posts : sequence
        What `givesell.text.posts.as_sequence` returned; values that are not text are skipped.

    Returns
    -------
    dict of int to str
        An n-gram as it is in the post, in lower case and on one line, preceded by the kind of
        feature if that is not its words: ``opening``, ``closing``, ``capitals``, ``elongated``,
        ``kind``, ``inner`` or ``chars``.

    Examples
    --------
    >>> from givesell.estimators.vectorizer import PostVectorizer
    >>> vectorizer = PostVectorizer(n_features=2**16, min_df=1).fit(["DM me"])
    >>> sorted(names_of(vectorizer.buckets_, vectorizer.ngrams(), ["DM me"]).values())
    ['capitals: dm', 'closing: me', 'dm', 'dm me', 'me', 'opening: dm']
    """
    wanted = set(buckets.tolist())
    names: dict[int, str] = {}
    for post in posts:
        if not is_text(post) or len(names) == len(wanted):
            continue
        text = plain(post)
        features, sources, starts, ends, _, _ = features_of(rule_tables(), ngrams, text)
        for feature, source, start, end in zip(features, sources, starts, ends, strict=True):
            bucket = feature & ngrams.mask
            if bucket in wanted and bucket not in names:
                words = " ".join(text[start:end].lower().split())
                names[bucket] = (
                    words if source in _PLAIN else f"{Source(source).name.lower()}: {words}"
                )
    return names
