"""How many of the n-grams of posts a model has never seen, counted in a compiled pass over the
features of `givesell.text.ngrams`.
"""

from collections.abc import Iterable
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple
from weakref import WeakKeyDictionary

import numpy as np
from numpy.typing import NDArray

from givesell.core.known_ngrams import held
from givesell.model.model import Model
from givesell.text.compiled import compiled_with_arrays
from givesell.text.ngrams import (
    Ngrams,
    Source,
    bucket_set,
    count_post,
    counter,
    feature_places,
    write_features,
)
from givesell.text.posts import chunks
from givesell.text.scan import rules, scan_post
from givesell.text.token_kinds import Kind

if TYPE_CHECKING:
    from givesell.estimators.vectorizer import PostVectorizer

_WORD, _TOKEN = int(Kind.WORD), int(Source.TOKEN)


class Unseen(NamedTuple):
    """How many n-grams and words posts hold, and how many of them were never seen.

    Each is an array of int32 of shape (n,).
    """

    ngrams: NDArray[np.int32]
    new_ngrams: NDArray[np.int32]
    words: NDArray[np.int32]
    new_words: NDArray[np.int32]


class Seen:
    """In how many posts each bucket occurs, and from how many on it counts as seen.

    Parameters
    ----------
    ngrams : Ngrams
        Which n-grams, and into how many buckets.
    least : int
        Posts that must hold an n-gram: the ``min_df`` of a
        `givesell.estimators.vectorizer.PostVectorizer`.
    held : ndarray of int, shape (n_features,), optional
        In how many posts each bucket occurs; none by default.

    Examples
    --------
    >>> seen = Seen(Ngrams(1, 1, 0, 0, 2**10 - 1), least=2)
    >>> seen.add(["thanks a lot", "thanks again"])
    >>> seen.count(["thanks to you"]).new_words.tolist()
    [2]
    """

    def __init__(self, ngrams: Ngrams, *, least: int = 1, held: NDArray[Any] | None = None) -> None:
        self._ngrams, self._least = ngrams, least
        self._held = np.zeros(ngrams.mask + 1, np.int32) if held is None else held

    @classmethod
    def by(cls, features: "PostVectorizer") -> "Seen":
        """Return the n-grams that fitted features have a column for."""
        ngrams = features.ngrams()
        held = np.zeros(ngrams.mask + 1, np.uint8)
        held[features.buckets_] = 1
        return cls(ngrams, held=held)

    @cached_property
    def _every(self) -> Any:
        return bucket_set(None, self._ngrams.mask + 1)

    def add(self, posts: Any, times: int = 1) -> None:
        """Count the n-grams of more posts, so many times; -1 takes posts away again."""
        for _, chunk in chunks(posts):
            _add(
                chunk.codes,
                chunk.offsets,
                chunk.longest,
                rules(),
                self._ngrams,
                self._every,
                self._held,
                times,
            )

    def count(self, posts: Any) -> Unseen:
        """Count the n-grams and words of posts, and those never seen.

        Parameters
        ----------
        posts : sequence
            What `givesell.text.posts.as_sequence` returned.

        Returns
        -------
        Unseen
            Arrays of shape (n,).
        """
        out = np.zeros((len(posts), 4), np.int32)
        for start, chunk in chunks(posts):
            part = out[start : start + len(chunk.offsets) - 1]
            _count(
                chunk.codes,
                chunk.offsets,
                chunk.longest,
                rules(),
                self._ngrams,
                self._held,
                self._least,
                part,
            )
        return Unseen(*np.ascontiguousarray(out.T))

    def count_without(self, posts: Any, also: Iterable[Any] = ()) -> Unseen:
        """As `count`, as if neither the posts nor those of ``also`` had been seen."""
        parts = [posts, *also]
        for part in parts:
            self.add(part, -1)
        unseen = self.count(posts)
        for part in parts:
            self.add(part)
        return unseen


# What each model that is alive has seen: a table of all buckets, which is made once.
_seen: WeakKeyDictionary[Model, Seen] = WeakKeyDictionary()


def seen_by(model: Model) -> Seen:
    """Return what n-grams a model has seen."""
    if model not in _seen:
        _seen[model] = Seen(model.known.ngrams, held=held(model.known.vocabulary))
    return _seen[model]


@compiled_with_arrays
def _add(
    codes: Any,
    offsets: Any,
    longest: Any,
    rules: Any,
    ngrams: Any,
    every: Any,
    held: Any,
    times: Any,
) -> Any:
    scratch = counter(longest, ngrams, ngrams.mask + 1)
    for post in range(len(offsets) - 1):
        distinct, _, _, _ = count_post(
            codes, offsets[post], offsets[post + 1], rules, ngrams, every, scratch, post + 1
        )
        for i in range(distinct):
            held[scratch.buckets[i]] += times


@compiled_with_arrays
def _count(
    codes: Any, offsets: Any, longest: Any, rules: Any, ngrams: Any, held: Any, least: Any, out: Any
) -> Any:
    scratch, places = counter(longest, ngrams, ngrams.mask + 1), feature_places(longest, ngrams)
    mask = np.uint64(ngrams.mask)
    for post in range(len(offsets) - 1):
        tokens, extras = scan_post(codes, offsets[post], offsets[post + 1], rules, scratch.tokens)
        written = write_features(tokens, extras, ngrams, scratch.tokens, scratch.features, places)
        for i in range(written):
            new = 1 if held[scratch.features[i] & mask] < least else 0
            out[post, 0] += 1
            out[post, 1] += new
            if places.sources[i] == _TOKEN and scratch.tokens.kinds[places.firsts[i]] == _WORD:
                out[post, 2] += 1
                out[post, 3] += new
