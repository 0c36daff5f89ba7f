"""`PostVectorizer`: posts to hashed n-gram features, as a scikit-learn transformer."""

from typing import Any, Self

from givesell.extras import require

require("train", "The vectorizer")

import numpy as np
import scipy.sparse as sp
from numpy.typing import ArrayLike, NDArray
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.utils.validation import check_is_fitted

from givesell.errors import ArgumentError, ArgumentTypeError
from givesell.estimators.feature_matrix import count_posts, keep_columns, posts_with, weigh_rows
from givesell.text.counting import Vocabulary
from givesell.text.ngrams import Ngrams, bucket_set, is_whole, ngrams_of
from givesell.text.posts import as_sequence, chunks
from givesell.text.scan import rule_tables
from givesell.types import PostsLike


class PostVectorizer(TransformerMixin, BaseEstimator):  # type: ignore[misc]
    """Turn posts into hashed n-gram features.

    The tokens are those of `givesell.text.scan`, the features those of `givesell.text.ngrams`; the
    scorer counts them with the same compiled code.

    Parameters
    ----------
    ngram_range : tuple of int, default (1, 2)
        Minimum and maximum number of words of an n-gram, 1 to 3.
    char_ngram_range : tuple of int, optional
        Minimum and maximum number of characters of the n-grams inside words, 2 to 8; none by
        default.
    n_features : int, default 2**24
        How many buckets the hashes fall into, a power of two. Only the buckets learned in ``fit``
        become columns, so that many buckets cost little and few n-grams share one.
    sublinear_tf : bool, default True
        Count a feature that a post has n times as ``1 + log(n)``.
    use_idf : bool, default True
        Weight each bucket by ``1 + log((1 + posts) / (1 + posts that hold it))``.
    min_df : int, default 2
        Drop buckets that occur in fewer training posts.
    norm : {"l2", None}, default "l2"
        Scale each post to unit length.

    Attributes
    ----------
    buckets_ : ndarray of int32, shape (n_columns,)
        The buckets of the vocabulary, in the order of the columns.
    idf_ : ndarray of float32, shape (n_columns,)
        The weight of each.
    n_posts_ : int
        Posts seen in ``fit``.

    References
    ----------
    Weinberger et al., "Feature Hashing for Large Scale Multitask Learning", ICML 2009.

    Examples
    --------
    >>> posts = ["Thanks, that helped", "Buy now, thanks", "that helped me"]
    >>> vectorizer = PostVectorizer(n_features=2**10).fit(posts)
    >>> vectorizer.transform(posts).shape
    (3, 5)
    """

    def __init__(
        self,
        *,
        ngram_range: tuple[int, int] = (1, 2),
        char_ngram_range: tuple[int, int] | None = None,
        n_features: int = 2**24,
        sublinear_tf: bool = True,
        use_idf: bool = True,
        min_df: int = 2,
        norm: str | None = "l2",
    ) -> None:
        self.ngram_range = ngram_range
        self.char_ngram_range = char_ngram_range
        self.n_features = n_features
        self.sublinear_tf = sublinear_tf
        self.use_idf = use_idf
        self.min_df = min_df
        self.norm = norm

    def fit(self, X: PostsLike, y: ArrayLike | None = None) -> Self:
        """Learn the weight of each bucket.

        Parameters
        ----------
        X : sequence of str, or a pandas, Polars, NumPy or Arrow column, shape (n,)
            Posts; a missing one has no features.
        y : ignored

        Returns
        -------
        PostVectorizer

        Raises
        ------
        ArgumentError
            If a parameter cannot be used, or no bucket is left.
        PostTypeError
            If a post is not text.
        """
        self._learn(self._count(X))
        return self

    def fit_transform(
        self, X: PostsLike, y: ArrayLike | None = None, **fit_params: Any
    ) -> "sp.csr_matrix[np.float32]":
        """Fit and transform in one pass; see `fit` and `transform`."""
        counts = self._count(X)
        self._learn(counts)
        return self._weigh(_kept_columns(counts, self.buckets_))

    def transform(self, X: PostsLike) -> "sp.csr_matrix[np.float32]":
        """Turn posts into features.

        Parameters
        ----------
        X : sequence of str, or a pandas, Polars, NumPy or Arrow column, shape (n,)

        Returns
        -------
        scipy.sparse.csr_matrix of float32, shape (n, n_columns)
            Column indices are sorted and unique.

        Raises
        ------
        sklearn.exceptions.NotFittedError
            If ``fit`` has not been called.
        PostTypeError
            If a post is not text.
        """
        check_is_fitted(self, "idf_")
        if np.shape(self.idf_) != np.shape(self.buckets_):
            raise ArgumentError(
                "E206",
                argument="idf_",
                expected="a weight for each of buckets_",
                given=f"of shape {np.shape(self.idf_)}",
            )
        return self._weigh(self._count(X, self.buckets_))

    def counts(self, X: PostsLike) -> "sp.csr_matrix[np.float32]":
        """Count n-grams without learning from them.

        Parameters
        ----------
        X : sequence of str, or a pandas, Polars, NumPy or Arrow column, shape (n,)

        Returns
        -------
        scipy.sparse.csr_matrix of float32, shape (n, n_features)
            How often each post has each bucket.
        """
        counted: sp.csr_matrix[np.float32] = self._count(X)
        return counted

    def get_feature_names_out(self, input_features: PostsLike | None = None) -> NDArray[np.object_]:
        """Return a name a column.

        Hashing keeps no text, so that a column is called by its bucket, such as ``bucket_12``,
        unless posts are passed to name it by.

        Parameters
        ----------
        input_features : sequence of str, optional
            Posts, such as those that were trained on. A column is called by the first n-gram of
            theirs that falls into it; n-grams that share a bucket share its column. See
            `givesell.estimators.feature_names.names_of`.

        Returns
        -------
        ndarray of object, shape (n_columns,)

        Examples
        --------
        >>> posts = ["Thanks, that helped", "Buy now, thanks", "that helped me"]
        >>> vectorizer = PostVectorizer(n_features=2**10).fit(posts)
        >>> sorted(vectorizer.get_feature_names_out(posts).tolist())
        [',', 'helped', 'thanks', 'that', 'that helped']
        """
        check_is_fitted(self, "idf_")
        from givesell.estimators.feature_names import names_of

        names: dict[int, str] = (
            {}
            if input_features is None
            else names_of(self.buckets_, self.ngrams(), as_sequence(input_features))
        )
        return np.array(
            [names.get(bucket, f"bucket_{bucket}") for bucket in self.buckets_.tolist()],
            dtype=object,
        )

    def ngrams(self) -> Ngrams:
        """Return the checked n-gram settings as the compiled code takes them.

        Returns
        -------
        Ngrams

        Raises
        ------
        ArgumentError
            If a parameter cannot be used.
        """
        ngrams = ngrams_of(self.ngram_range, self.char_ngram_range, self.n_features)
        if not is_whole(self.min_df) or self.min_df < 1:
            raise ArgumentError(
                "E206",
                argument="min_df",
                expected="a whole number from 1 on",
                given=repr(self.min_df),
            )
        if self.norm not in ("l2", None):
            raise ArgumentError(
                "E206", argument="norm", expected="'l2' or None", given=repr(self.norm)
            )
        return ngrams

    def _count(self, X: Any, vocabulary: NDArray[np.int32] | None = None) -> Any:
        """Count features: a column for each bucket, or for each one of a vocabulary."""
        if X is None:
            raise ArgumentTypeError("E102", type="None")
        posts, ngrams = as_sequence(X), self.ngrams()
        width = ngrams.mask + 1 if vocabulary is None else len(vocabulary)
        known = Vocabulary(ngrams, bucket_set(vocabulary, ngrams.mask + 1), width)
        buckets, counts, ends = (
            [np.empty(0, np.int32)],
            [np.empty(0, np.float32)],
            [np.zeros(1, np.int64)],
        )
        total = 0
        for _, chunk in chunks(posts):
            part_buckets, part_counts, part_ends = count_posts(
                rule_tables(), known, chunk, vocabulary is not None
            )
            buckets.append(part_buckets)
            counts.append(part_counts)
            ends.append(part_ends + total)
            total += len(part_buckets)
        index = np.int32 if total < 2**31 else np.int64
        parts: Any = (
            _concatenate(counts),
            _concatenate(buckets).astype(index, copy=False),
            _concatenate(ends).astype(index),
        )
        matrix: Any = sp.csr_matrix(parts, shape=(len(posts), width), copy=False)
        matrix.sort_indices()
        return matrix

    def _learn(self, counts: Any) -> None:
        self.n_posts_ = counts.shape[0]
        held = posts_with(counts.indices, counts.shape[1])
        self.buckets_ = np.flatnonzero(held >= self.min_df).astype(np.int32)
        if not len(self.buckets_):
            raise ArgumentError("E304", min_df=self.min_df, posts=self.n_posts_)
        held = held[self.buckets_]
        idf = 1 + np.log((1 + self.n_posts_) / (1 + held)) if self.use_idf else np.ones(len(held))
        self.idf_ = idf.astype(np.float32)

    def _weigh(self, counts: "sp.csr_matrix[np.float32]") -> "sp.csr_matrix[np.float32]":
        """Weigh counts in place."""
        weigh_rows(
            counts.data,
            counts.indices,
            counts.indptr,
            np.ascontiguousarray(self.idf_, np.float32),
            self.sublinear_tf,
            self.norm == "l2",
        )
        return counts

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.input_tags.string = True
        tags.input_tags.two_d_array = False
        tags.input_tags.one_d_array = True
        tags.requires_fit = True
        return tags


def _concatenate(parts: list[Any]) -> Any:
    """Concatenate arrays and let go of the parts, which a million posts would hold twice."""
    array = np.concatenate(parts)
    parts.clear()
    return array


def _kept_columns(counts: Any, buckets: NDArray[np.int32]) -> Any:
    """Return the columns of ascending buckets, in the memory of all."""
    ranks = np.full(counts.shape[1], -1, counts.indices.dtype)
    ranks[buckets] = np.arange(len(buckets), dtype=ranks.dtype)
    total = keep_columns(counts.data, counts.indices, counts.indptr, ranks)
    return sp.csr_matrix(
        (counts.data[:total], counts.indices[:total], counts.indptr),
        shape=(counts.shape[0], len(buckets)),
        copy=False,
    )
