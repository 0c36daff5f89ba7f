"""The scorer: posts to probabilities in one compiled pass, the same numbers as the scikit-learn
pipeline.

`score_post` is the one place that scores a post. The explanations of `givesell.reasons` call it
too, with room for the parts that the score is made of.
"""

from collections.abc import Callable, Sequence
from functools import cache
from typing import Any, NamedTuple, Self

import numpy as np
from numpy.typing import NDArray

from givesell.core.calibration import Slopes, probability
from givesell.core.cores import usable_cores
from givesell.core.known_ngrams import KnownNgrams
from givesell.core.network import Network, Scratch, fits, log_odds, scratch
from givesell.core.sequences import write_sequence
from givesell.errors import ArgumentError
from givesell.text.compiled import compiled, compiled_with_arrays
from givesell.text.language import LanguageTable, language_table
from givesell.text.legible import status_of
from givesell.text.ngrams import (
    BucketSet,
    Counter,
    Ngrams,
    Places,
    count_features,
    count_post,
    counter,
    frequency,
    holds,
    rank_of,
    write_features,
)
from givesell.text.posts import chunks
from givesell.text.scan import Rules, rules, scan_post, within
from givesell.verdict import THRESHOLD, Status

MANY = 10_000  # posts from which threads pay for their start
TASKS_A_THREAD = 4
MOST_THREADS = 256  # more only wait for each other

NO_FACET = 255
MOST_FACETS = 16

_OK, _MISSING = int(Status.OK), int(Status.MISSING)


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
    sure verdict, see `givesell.text.legible`; ``facet`` (n,) the index of the likeliest facet of
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


class Tables(NamedTuple):
    """The tables that are the same for every model."""

    rules: Rules
    language: LanguageTable


class Room(NamedTuple):
    """Scratch arrays, reused from post to post; `room_for` makes them.

    ``layers`` and ``facet_odds`` are None without a network or facets; ``places`` and ``shares``,
    where each n-gram is in the post and what each distinct one adds to the log-odds there, are
    None unless parts are asked for.
    """

    counter: Counter
    layers: Scratch | None
    facet_odds: NDArray[np.float32] | None
    letter_groups: NDArray[np.int32]
    places: Places | None
    shares: NDArray[np.float64] | None


class PostScore(NamedTuple):
    """What `score_post` returns beside what it writes.

    ``linear`` and ``network`` are log-odds before calibration, those of the n-grams with the
    intercept; ``norm`` is what the n-grams' sum was divided by. ``tokens``, ``written`` and
    ``known`` count tokens, n-grams at their places, and those of them that the model knows.
    """

    linear: float
    network: float
    norm: float
    tokens: int
    written: int
    known: int


@cache
def tables() -> Tables:
    """Return the tables, which are read once in a process."""
    return Tables(rules(), language_table())


def score_posts(
    weights: Weights,
    posts: Sequence[Any],
    n_jobs: int | None = None,
    *,
    facets: Facets | None = None,
) -> Scored:
    """Score posts, in threads if there are many.

    Parameters
    ----------
    weights : Weights
    posts : sequence
        What `givesell.text.posts.as_sequence` returned.
    n_jobs : int, optional
        Threads, as joblib counts them; by default all cores from 10,000 posts on.
    facets : Facets, optional

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
    scored = Scored.room(len(posts), facets=facets is not None)

    def score_range(start: int, stop: int) -> None:
        for position, chunk in chunks(posts, start, stop):
            here = scored.rows(position, position + len(chunk.offsets) - 1)
            _score_chunk(chunk, tables(), weights, facets, here)

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

    def read_range(start: int, stop: int) -> None:
        for position, chunk in chunks(posts, start, stop):
            here = read.rows(position, position + len(chunk.offsets) - 1)
            _read_chunk(chunk, tables(), known, here.status, here.may_be_sure)

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


@compiled_with_arrays
def _score_chunk(chunk: Any, tables: Any, weights: Any, facets: Any, out: Any) -> Any:
    check_arrays(chunk, weights.linear, weights.network, facets, out)
    room = room_for(chunk.longest, weights.linear, weights.network, facets)
    _score_each(chunk, tables, weights, facets, room, out)


@compiled
def _score_each(chunk: Any, tables: Any, weights: Any, facets: Any, room: Any, out: Any) -> Any:
    """Score the posts of a chunk. This is a function of its own because it makes no arrays, so that
    Numba need not count references to them.
    """
    for post in range(len(chunk.offsets) - 1):
        score_post(post, chunk, tables, weights, facets, room, out)
    mark_missing(chunk, out.status)


@compiled
def check_arrays(chunk: Any, linear: Any, network: Any, facets: Any, out: Any) -> Any:
    """Refuse arrays that do not fit together: checked by the compiled code, once a call."""
    posts = len(chunk.offsets) - 1
    if (
        not holds(linear.vocabulary, linear.ngrams, len(linear.table))
        or linear.table.shape[1] != 2
        or not within(chunk.offsets, len(chunk.codes), chunk.longest)
    ):
        raise ValueError("buffers of other sizes than are needed")
    if len(out.selling) < posts or len(out.status) < posts or len(out.may_be_sure) < posts:
        raise ValueError("no room for the results")
    if network is not None and not fits(network):
        raise ValueError("a network of shapes that do not fit together")
    if facets is not None:
        heads = len(facets.sells)
        if (
            len(facets.rows) != len(linear.table)
            or facets.weights.shape[1] != MOST_FACETS
            or len(out.facet) < posts
            or heads > MOST_FACETS
            or len(facets.intercepts) != heads
        ):
            raise ValueError("facets of shapes that do not fit together")


@compiled_with_arrays
def room_for(longest: Any, linear: Any, network: Any, facets: Any) -> Any:
    """Make scratch arrays for posts of up to ``longest`` code points, without parts."""
    return Room(
        counter(longest, linear.ngrams, len(linear.table)),
        _layers(longest, network),
        _facet_odds(facets),
        np.empty(2 * longest + 1, np.int32),
        None,
        None,
    )


@compiled_with_arrays
def _layers(longest: Any, network: Any) -> Any:
    if network is None:
        return None
    return scratch(longest, network)


@compiled_with_arrays
def _facet_odds(facets: Any) -> Any:
    if facets is None:
        return None
    return np.empty(MOST_FACETS, np.float32)


@compiled
def score_post(
    post: Any, chunk: Any, tables: Any, weights: Any, facets: Any, room: Any, out: Any
) -> Any:
    """Score a post of a chunk: all that its verdict needs, and its parts if asked for.

    Parameters
    ----------
    post : int
        Its position in the chunk; posts are scored in their order.
    chunk : Chunk
    tables : Tables
    weights : Weights
    facets : Facets or None
    room : Room
        Its scratch arrays are filled: the tokens and, if it has arrays for them, the parts.
    out : Scored
        The scores are written into it.

    Returns
    -------
    PostScore
    """
    linear, counts = weights.linear, room.counter
    low, high = chunk.offsets[post], chunk.offsets[post + 1]
    tokens, extras = scan_post(chunk.codes, low, high, tables.rules, counts.tokens)
    written = write_features(
        tokens, extras, linear.ngrams, counts.tokens, counts.features, room.places
    )
    distinct, known = count_features(written, linear.ngrams, linear.vocabulary, counts, post + 1)
    total, squares = _add_up(linear, facets, distinct, counts, room.facet_odds, room.shares)
    norm = np.sqrt(squares) if linear.unit and squares > 0 else 1.0
    of_ngrams = total / norm + linear.intercept
    of_network = _network_log_odds(weights.network, tokens, extras, counts.tokens, room.layers)
    status, may_be_sure = status_of(
        chunk.codes,
        low,
        tokens,
        extras,
        written - known,
        counts.tokens,
        tables.language,
        KnownNgrams(linear.ngrams, linear.vocabulary, linear.table[:, 1]),
        room.letter_groups,
    )
    out.status[post], out.may_be_sure[post] = status, may_be_sure
    judged = status == _OK
    out.selling[post] = probability(of_ngrams + of_network, linear.slopes) if judged else np.nan
    _write_facet(facets, room.facet_odds, norm, out.selling[post], out.facet, post)
    return PostScore(of_ngrams, of_network, norm, tokens, written, known)


@compiled
def _add_up(
    linear: Any, facets: Any, distinct: Any, counts: Any, facet_odds: Any, shares: Any
) -> Any:
    """Add up what the counted n-grams of a post add to its log-odds, before they are scaled to
    unit norm, and to those of facets; return the sum and that of their squares.
    """
    table = linear.table
    total, squares = 0.0, 0.0
    if facets is not None:
        facet_odds[:] = 0
    for i in range(distinct):
        row = rank_of(linear.vocabulary, counts.buckets[i])
        value = frequency(counts.counts[i], linear.sublinear)
        part = value * table[row, 0]
        total += part
        squares += value * value * table[row, 1]
        if shares is not None:  # decided when this is compiled, as for the facets
            shares[i] = part / counts.counts[i]
        if facets is not None:
            single, facet_row = np.float32(value), facets.rows[row]
            for j in range(MOST_FACETS):
                facet_odds[j] += single * facets.weights[facet_row, j]
    return total, squares


@compiled
def _network_log_odds(network: Any, tokens: Any, extras: Any, scanned: Any, layers: Any) -> Any:
    """Return the network's log-odds of a scanned post, 0 without one."""
    if network is None:
        return 0.0
    return log_odds(
        network, write_sequence(tokens, extras, scanned, layers.hashes, layers.marks), layers
    )


@compiled
def _write_facet(facets: Any, odds: Any, norm: Any, selling: Any, out: Any, post: Any) -> Any:
    """Write the likeliest facet of a post's label, if there are facets."""
    if facets is not None:
        scale, best = np.float32(1 / norm), np.float32(-np.inf)
        out[post] = NO_FACET  # there may be no facet of a label, and no label
        for j in range(len(facets.sells)):
            value = odds[j] * scale + facets.intercepts[j]
            if not np.isnan(selling) and facets.sells[j] == (selling >= THRESHOLD) and value > best:
                best, out[post] = value, j


@compiled
def mark_missing(chunk: Any, status: Any) -> Any:
    """Correct the status of missing posts, which were read as empty ones."""
    for post in chunk.missing:
        status[post] = _MISSING


@compiled_with_arrays
def _read_chunk(chunk: Any, tables: Any, known: Any, status: Any, may_be_sure: Any) -> Any:
    posts = len(chunk.offsets) - 1
    if (
        not holds(known.vocabulary, known.ngrams, len(known.squares))
        or not within(chunk.offsets, len(chunk.codes), chunk.longest)
        or len(status) < posts
        or len(may_be_sure) < posts
    ):
        raise ValueError("buffers of other sizes than are needed")
    counts = counter(chunk.longest, known.ngrams, len(known.squares))
    letter_groups = np.empty(2 * chunk.longest + 1, np.int32)
    _read_each(chunk, tables, known, counts, letter_groups, status, may_be_sure)


@compiled
def _read_each(
    chunk: Any,
    tables: Any,
    known: Any,
    counts: Any,
    letter_groups: Any,
    status: Any,
    may_be_sure: Any,
) -> Any:
    for post in range(len(chunk.offsets) - 1):
        low, high = chunk.offsets[post], chunk.offsets[post + 1]
        _, missed, tokens, extras = count_post(
            chunk.codes, low, high, tables.rules, known.ngrams, known.vocabulary, counts, post + 1
        )
        status[post], may_be_sure[post] = status_of(
            chunk.codes,
            low,
            tokens,
            extras,
            missed,
            counts.tokens,
            tables.language,
            known,
            letter_groups,
        )
    mark_missing(chunk, status)
