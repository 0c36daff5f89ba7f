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
from givesell.measure.unseen import add_posts, count_unseen
from givesell.model.model import Model
from givesell.text.counting import Vocabulary
from givesell.text.ngrams import Ngrams, bucket_set
from givesell.text.posts import chunks
from givesell.text.scan import rule_tables

if TYPE_CHECKING:
    from givesell.estimators.vectorizer import PostVectorizer


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
    def _every(self) -> Vocabulary:
        size = self._ngrams.mask + 1
        return Vocabulary(self._ngrams, bucket_set(None, size), size)

    def add(self, posts: Any, times: int = 1) -> None:
        """Count the n-grams of more posts, so many times; -1 takes posts away again."""
        for _, chunk in chunks(posts):
            add_posts(rule_tables(), self._every, chunk, self._held, times)

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
            count_unseen(rule_tables(), self._every, chunk, self._held, self._least, part)
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
