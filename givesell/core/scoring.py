"""Many posts scored or read, in threads if there are many, by the compiled code of
`givesell.core.fused`.
"""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from givesell.core.cores import usable_cores
from givesell.core.fused import FusedScorer, PostReader
from givesell.core.known_ngrams import KnownNgrams
from givesell.core.model_arrays import Scored
from givesell.errors import ArgumentError
from givesell.text.posts import chunks

MANY = 10_000  # posts from which threads pay for their start
TASKS_A_THREAD = 4
MOST_THREADS = 256  # more only wait for each other


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
