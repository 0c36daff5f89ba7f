"""What a model is, and what it makes of posts, as the compiled code takes them: arrays."""

from typing import Any, NamedTuple, Self

import numpy as np
from numpy.typing import NDArray

from givesell.core.calibration import Slopes
from givesell.core.network import Network
from givesell.errors import ArgumentError
from givesell.text.ngrams import BucketSet, Ngrams


class Linear(NamedTuple):
    """A linear model over feature buckets, as the compiled code takes it.

    ``table`` (n, 2) holds weight times idf, and idf squared, of each bucket of ``vocabulary``, side
    by side so that a feature costs one cache line. ``slopes`` calibrates the log-odds, those of a
    network included.
    """

    ngrams: Ngrams
    vocabulary: BucketSet
    table: NDArray[np.float32]
    intercept: float
    sublinear: bool
    unit: bool
    slopes: Slopes


class Weights(NamedTuple):
    """Log-odds that are a sum of parts, as the compiled code takes them."""

    linear: Linear
    network: Network | None


class Facets(NamedTuple):
    """A linear head over a part of the features, as the compiled code takes it.

    ``rows`` (n_features,) is a feature's row of ``weights`` (n_rows, 16), weight times idf, a cache
    line each, the last of them zeros; ``sells`` (n_facets,) says which facets are of ``selling``.
    """

    rows: NDArray[np.int32]
    weights: NDArray[np.float32]
    intercepts: NDArray[np.float32]
    sells: NDArray[np.bool_]


class Scored(NamedTuple):
    """What the scorer computes for posts.

    ``selling`` (n,) is the probability of selling, NaN where there is no label; ``status`` (n,) a
    `givesell.verdict.Status`; ``may_be_sure`` (n,) whether the post can be read well enough for a
    sure verdict, see `givesell.text.reading`; ``facet`` (n,) the index of the likeliest facet of
    the label, 255 where there is no label, or None without facets.
    """

    selling: NDArray[np.float32]
    status: NDArray[np.uint8]
    may_be_sure: NDArray[np.bool_]
    facet: NDArray[np.uint8] | None

    @classmethod
    def room(cls, n: int, *, facets: bool) -> Self:
        """Make arrays for n posts.

        Raises
        ------
        ArgumentError
            E111 if there is not enough memory for the results.
        """
        try:
            return cls(
                np.empty(n, np.float32),
                np.empty(n, np.uint8),
                np.empty(n, np.bool_),
                np.empty(n, np.uint8) if facets else None,
            )
        except (MemoryError, ValueError) as error:  # ValueError: a length that cannot be true
            raise ArgumentError("E111", expected=n) from error

    def rows(self, start: int, stop: int) -> Self:
        """Return views of the arrays for the posts from ``start`` to ``stop``."""
        here = slice(start, stop)
        facet = None if self.facet is None else self.facet[here]
        return type(self)(self.selling[here], self.status[here], self.may_be_sure[here], facet)


class ReadTwice(Scored):
    """The same of two models, with whether the second has read a post.

    Compiled code takes the fields of `Scored` and no others, so that ``again`` (n,), a
    `givesell.verdict.Again`, is beside them.
    """

    again: NDArray[np.uint8]

    @classmethod
    def of(cls, scored: Scored, again: NDArray[np.uint8]) -> Self:
        """Make it of the final results."""
        made = cls(*scored)
        made.again = again
        return made

    def _replace(self, **changes: Any) -> Self:
        return self.of(super()._replace(**changes), self.again)
