"""How unlike its training data a post looks to a model: the share of the post's n-grams that the model does not know."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from givesell.model import Model
from givesell.text.columns import as_sequence, chunks
from givesell.text.compiled import compiled_with_arrays
from givesell.text.ngrams import bucket_set, count_post, counter
from givesell.text.scan import rules


def unknown_share(model: Model, posts: Any) -> NDArray[np.float64]:
    """Return the share of each post's distinct n-grams that the model does not know.

    A model knows the n-grams that enough of its training posts held (``min_df`` of its features, 2 by default). Which ones
    a post has is what the model's features say: words, pairs of words, hashtags, emoji and so on. Buckets are hashed, so a few n-grams
    in a hundred seem known by chance.

    Parameters
    ----------
    model : Model
    posts : sequence of str, or a pandas, Polars, NumPy or Arrow column, shape (n,)

    Returns
    -------
    ndarray of float64, shape (n,)
        0 to 1; NaN for a missing post or one without n-grams.

    Raises
    ------
    PostTypeError
        If a post is not text.

    Examples
    --------
    >>> import givesell
    >>> known, unknown, nothing = unknown_share(givesell.load(), ["Thanks for the help", "Xylq vorpal quaxnibble", None]).tolist()
    >>> known < 0.2 < 0.8 < unknown, nothing
    (True, nan)
    """
    posts = as_sequence(posts)
    pipeline = getattr(model.pipeline, "linear_", model.pipeline)
    features = pipeline.steps[0][1]  # any model has them, one without weights too
    ngrams = features.ngrams()
    every, kept = bucket_set(None, ngrams.mask + 1), bucket_set(features.buckets_, ngrams.mask + 1)
    shares = np.full(len(posts), np.nan)
    for position, chunk in chunks(posts):
        here = slice(position, position + len(chunk.offsets) - 1)
        _shares(chunk.codes, chunk.offsets, chunk.longest, rules(), ngrams, every, kept, shares[here])
    return shares


@compiled_with_arrays
def _shares(codes: Any, offsets: Any, longest: Any, rules: Any, ngrams: Any, every: Any, kept: Any, shares: Any) -> Any:
    scratch = counter(longest, ngrams)
    for post in range(len(offsets) - 1):
        distinct, _, _ = count_post(codes, offsets[post], offsets[post + 1], rules, ngrams, every, scratch, post + 1)
        known = np.int64(0)
        for i in range(distinct):
            bucket = np.uint64(scratch.buckets[i])
            known += np.int64((kept.words[bucket >> np.uint64(6)] >> (bucket & np.uint64(63))) & np.uint64(1))
        if distinct:
            shares[post] = 1.0 - known / distinct
