"""Many posts scored or read, in threads if there are many, by the compiled code of
`givesell.core.fused`; and what a model is as that takes it.
"""

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple, Self

import numpy as np
from numpy.typing import NDArray

from givesell.core.calibration import Slopes
from givesell.core.cores import usable_cores
from givesell.core.fused import FusedScorer, PostReader
from givesell.core.known_ngrams import KnownNgrams
from givesell.core.network import Network
from givesell.errors import ArgumentError
from givesell.text.ngrams import BucketSet, Ngrams
from givesell.text.posts import chunks

MANY = 10_000  # posts from which threads pay for their start
TASKS_A_THREAD = 4
MOST_THREADS = 256  # more only wait for each other


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


def score_posts(
    scorer: FusedScorer,
    posts: Sequence[Any],
    n_jobs: int | None = None,
    *,
    facets: bool = True,
) -> Scored:
    """Score posts, in threads if there are many.

    Parameters
    ----------
    scorer : FusedScorer
    posts : sequence
        What `givesell.text.posts.as_sequence` returned.
    n_jobs : int, optional
        Threads, as joblib counts them; by default all cores from 10,000 posts on.
    facets : bool, default True
        Whether to recognise facets, if the scorer has them.

    Returns
    -------
    Scored
        Arrays of shape (n,).

    Raises
    ------
    ArgumentError
        E206 if `n_jobs` is not a number of threads; E111 if memory does not suffice.
    """
    threads = _threads_for(posts, n_jobs)
    scored = Scored.room(len(posts), facets=facets and scorer.facets is not None)

    def score_range(start: int, stop: int) -> None:
        for position, chunk in chunks(posts, start, stop):
            scorer.score_chunk(chunk, scored.rows(position, position + len(chunk.offsets) - 1))

    _in_threads(score_range, len(posts), threads)
    return scored


def read_posts(
    known: KnownNgrams, posts: Sequence[Any], n_jobs: int | None = None
) -> tuple[NDArray[np.uint8], NDArray[np.bool_]]:
    """Return whether posts can be judged, and whether verdicts on them may be sure.

    Posts are not scored: this is for models that do not score by weights of n-grams.

    Parameters
    ----------
    known : KnownNgrams
    posts : sequence
        What `givesell.text.posts.as_sequence` returned.
    n_jobs : int, optional
        As for `score_posts`.

    Returns
    -------
    status : ndarray of uint8, shape (n,)
        See `Scored`.
    may_be_sure : ndarray of bool, shape (n,)

    Raises
    ------
    ArgumentError
        As `score_posts`.
    """
    threads = _threads_for(posts, n_jobs)
    read = Scored.room(len(posts), facets=False)
    reader = PostReader(known)

    def read_range(start: int, stop: int) -> None:
        for position, chunk in chunks(posts, start, stop):
            here = read.rows(position, position + len(chunk.offsets) - 1)
            reader.read_chunk(chunk, here.status, here.may_be_sure)

    _in_threads(read_range, len(posts), threads)
    return read.status, read.may_be_sure


def _threads_for(posts: Sequence[Any], n_jobs: int | None) -> int:
    threads = 1 if n_jobs is None and len(posts) < MANY else threads_of(n_jobs)
    return threads if len(posts) >= MANY else 1


def _in_threads(work: Callable[[int, int], None], n: int, threads: int) -> None:
    """Call ``work`` for ranges that together cover n posts, in threads."""
    if threads == 1:
        work(0, n)
        return
    from concurrent.futures import ThreadPoolExecutor

    size = -(-n // (TASKS_A_THREAD * threads))
    starts = range(0, n, size)
    # Not joblib's threads: it polls them every 10 ms, a tenth of the time that 100,000 posts take.
    with ThreadPoolExecutor(threads) as pool:
        list(pool.map(work, starts, [min(n, start + size) for start in starts]))


def threads_of(n_jobs: int | None) -> int:
    """Return the number of threads.

    Parameters
    ----------
    n_jobs : int or None
        As in joblib: -1 and None mean one per core.

    Returns
    -------
    int
        At most 256.

    Raises
    ------
    ArgumentError
        E206 if it is not such a number.
    """
    wanted = -1 if n_jobs is None else n_jobs
    if not isinstance(wanted, (int, np.integer)) or isinstance(wanted, bool) or wanted == 0:
        raise ArgumentError(
            "E206",
            argument="n_jobs",
            expected="a number of threads, -1 for one per core, or None",
            given=repr(n_jobs),
        )
    if wanted < 0:
        wanted = max(usable_cores() + 1 + int(wanted), 1)
    return min(int(wanted), MOST_THREADS)
