"""Which n-grams are features of a post, and which of them a model knows.

`givesell.text.counting` makes them of the tokens of a post:

========================= ==============================================================
feature                   from
========================= ==============================================================
word n-grams              the tokens; from two tokens on, PUNCT is skipped and the post's
                          opening and closing count as a token each; white space around
                          the post is left out
inner words and hosts     a hashtag's words match as plain words, a URL's host as a host
classes                   each EMOJI and each HASHTAG also counts as its kind
marks                     words in capitals, elongated words
character n-grams         optional; inside a WORD and the character on either side of it
========================= ==============================================================
"""

from enum import IntEnum
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from givesell.errors import ArgumentError
from givesell.text.counting import FEWEST_CHARS, MOST_CHARS, MOST_FEATURES, MOST_WORDS
from givesell.text.layout import lay_buckets


class Ngrams(NamedTuple):
    """Which n-grams a post's features are, as the compiled code takes it; `ngrams_of` makes it,
    checked.

    ``low`` to ``high`` words, ``char_low`` to ``char_high`` characters (0 for none); a feature's
    bucket is its hash under ``mask``, one less than the number of buckets.
    """

    low: int
    high: int
    char_low: int
    char_high: int
    mask: int


def ngrams_of(ngram_range: Any, char_ngram_range: Any, n_features: Any) -> Ngrams:
    """Return n-gram settings as the compiled code takes them; see
    `givesell.estimators.vectorizer.PostVectorizer`.

    Parameters
    ----------
    ngram_range : tuple of int
        1 to 3.
    char_ngram_range : tuple of int or None
        2 to 8.
    n_features : int
        A power of two.

    Returns
    -------
    Ngrams

    Raises
    ------
    ArgumentError
        If one cannot be used: the room for a post's features is worked out from them.

    Examples
    --------
    >>> ngrams_of((1, 2), None, 2**10)
    Ngrams(low=1, high=2, char_low=0, char_high=0, mask=1023)
    """
    low, high = _span("ngram_range", ngram_range, 1, MOST_WORDS)
    chars = (
        (0, 0)
        if char_ngram_range is None
        else _span("char_ngram_range", char_ngram_range, FEWEST_CHARS, MOST_CHARS)
    )
    if (
        not is_whole(n_features)
        or not 2 <= n_features <= MOST_FEATURES
        or n_features & (n_features - 1)
    ):
        raise ArgumentError(
            "E206",
            argument="n_features",
            expected=f"a power of two up to {MOST_FEATURES}",
            given=repr(n_features),
        )
    return Ngrams(low, high, *chars, int(n_features) - 1)


def is_whole(value: object) -> bool:
    """Whether a value is a whole number; True and False do not count as such."""
    return isinstance(value, (int, np.integer)) and not isinstance(value, bool)


def _span(name: str, value: Any, least: int, most: int) -> tuple[int, int]:
    try:
        low, high = value
        if is_whole(low) and is_whole(high) and least <= low <= high <= most:
            return int(low), int(high)
    except (TypeError, ValueError):
        pass
    raise ArgumentError(
        "E206",
        argument=name,
        expected=f"a pair (low, high) with {least} <= low <= high <= {most}",
        given=repr(value),
    )


class Source(IntEnum):
    """What a feature was made of."""

    TOKEN = 0
    PAIR = 1
    TRIPLE = 2
    OPENING = 3  # the n-grams with the post's opening
    CLOSING = 4
    CAPITALS = 5
    ELONGATED = 6
    KIND = 7  # that it is an emoji or a hashtag, whichever
    INNER = 8  # a hashtag's word, a URL's host
    CHARS = 9


class BucketSet(NamedTuple):
    """A set of buckets, and the rank of each in it; see `bucket_set`.

    ``words`` holds a bit for each bucket, ``ranks`` how many buckets of the set come before each
    word.
    """

    words: NDArray[np.uint64]
    ranks: NDArray[np.uint32]


def bucket_set(buckets: NDArray[np.integer[Any]] | None, size: int) -> BucketSet:
    """Make a set of buckets.

    Parameters
    ----------
    buckets : ndarray of int, shape (n,), or None
        Ascending; None for all.
    size : int
        How many there are.

    Returns
    -------
    BucketSet

    Raises
    ------
    ArgumentError
        If the buckets are not ascending, or lie outside.
    """
    words, ranks = np.zeros(-(-size // 64), np.uint64), np.zeros(-(-size // 64), np.uint32)
    if buckets is None:
        words[:] = 2**64 - 1
        words[-1] >>= np.uint64(-size % 64)
        ranks[:] = np.arange(0, size, 64)
    elif not _lay(buckets, size, words, ranks):
        raise ArgumentError(
            "E206",
            argument="buckets",
            expected=f"ascending numbers from 0 to {size - 1}",
            given="others",
        )
    for array in (words, ranks):
        array.setflags(write=False)
    return BucketSet(words, ranks)


def _lay(
    buckets: NDArray[np.integer[Any]],
    size: int,
    words: NDArray[np.uint64],
    ranks: NDArray[np.uint32],
) -> bool:
    """Fill the arrays of a set; return whether the buckets can be used."""
    if buckets.ndim != 1 or buckets.dtype.kind not in "iu":
        return False
    narrow = np.ascontiguousarray(buckets, np.int32)
    fit = narrow is buckets or np.array_equal(narrow, buckets)
    return fit and lay_buckets(narrow, size, words, ranks)


def ascend(values: NDArray[Any]) -> bool:
    """Whether numbers ascend strictly."""
    return bool((values[1:] > values[:-1]).all())
