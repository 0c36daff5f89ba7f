"""The scorer: posts to probabilities in one compiled pass, the same numbers as the scikit-learn
pipeline.
"""

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from givesell.core.known_ngrams import KnownNgrams
from givesell.core.network import Network, fits, log_odds, scratch
from givesell.core.sequences import write_sequence
from givesell.errors import ArgumentError
from givesell.text.compiled import compiled, compiled_with_arrays
from givesell.text.kinds import Kind
from givesell.text.language import is_common, is_of_script, is_plainly_english, language_table
from givesell.text.legible import knows_most, look_closely
from givesell.text.ngrams import BucketSet, Ngrams, count_post, counter, frequency, holds, rank_of
from givesell.text.posts import chunks
from givesell.text.scan import rules, within
from givesell.verdict import THRESHOLD, Status

MANY = 10_000  # posts from which threads pay for their start
TASKS_A_THREAD = 4
MOST_THREADS = 256  # more only wait for each other

NO_FACET = 255
MOST_FACETS = 16

_WORD, _HASHTAG, _BREAK = (
    int(Kind.WORD),
    int(Kind.HASHTAG),
    int(Kind.BREAK),
)  # only BREAK and SPACE come from BREAK on
_OK, _MISSING, _EMPTY, _NO_WORDS, _NOT_ENGLISH = (int(status) for status in Status)


class Linear(NamedTuple):
    """A linear model over feature buckets, as the compiled code takes it.

    ``table`` (n, 2) holds weight times idf, and idf squared, of each bucket in ``kept``, side by
    side so that a feature costs one cache line. Log-odds below 0, those of a network included, are
    multiplied by ``below``, others by ``above``; see `givesell.estimators.calibrated`.
    """

    ngrams: Ngrams
    kept: BucketSet
    table: NDArray[np.float32]
    intercept: float
    sublinear: bool
    unit: bool
    below: float
    above: float


class Facets(NamedTuple):
    """A linear head over some of the same features, as the compiled code takes it.

    ``rows`` (n_features,) is a feature's row of ``weights`` (n_rows, 16), weight times idf, a cache
    line each, the last of them zeros; ``sells`` (n_facets,) says which facets are of ``selling``.
    """

    rows: NDArray[np.int32]
    weights: NDArray[np.float32]
    intercepts: NDArray[np.float32]
    sells: NDArray[np.bool_]


def score_range(
    linear: Linear,
    network: Network | None,
    facets: Facets | None,
    posts: Sequence[Any],
    start: int,
    stop: int,
    selling: NDArray[np.float32],
    status: NDArray[np.uint8],
    legible: NDArray[np.bool_],
    facet: NDArray[np.uint8],
) -> None:
    """Score ``posts[start:stop]`` into the same places of ``selling``, ``status``, ``legible``
    and, if there are facets, ``facet``.
    """
    tables, language = rules(), language_table()
    for position, chunk in chunks(posts, start, stop):
        end = position + len(chunk.offsets) - 1
        out = (
            selling[position:end],
            status[position:end],
            legible[position:end],
            facet[position:end],
        )
        _score_posts(
            chunk.codes,
            chunk.offsets,
            chunk.longest,
            tables,
            language,
            linear,
            network,
            facets,
            *out,
        )
        for i in chunk.missing:
            status[position + i] = _MISSING


def score_posts(
    linear: Linear,
    posts: Sequence[Any],
    n_jobs: int | None = None,
    *,
    network: Network | None = None,
    facets: Facets | None = None,
) -> tuple[NDArray[np.float32], NDArray[np.uint8], NDArray[np.bool_], NDArray[np.uint8]]:
    """Score posts, in threads where there are many.

    Parameters
    ----------
    linear : Linear
    posts : sequence
        What `givesell.text.posts.as_sequence` returned.
    n_jobs : int, optional
        Threads, as joblib counts them; by default all cores from 10,000 posts on.
    network : Network, optional
        Its log-odds are added to those of the linear model.
    facets : Facets, optional

    Returns
    -------
    selling : ndarray of float32, shape (n,)
        Probability of ``selling``; NaN where there is no label.
    status : ndarray of uint8, shape (n,)
        A `givesell.verdict.Status`.
    legible : ndarray of bool, shape (n,)
        Whether the verdict may be sure; see `givesell.text.legible`.
    facet : ndarray of uint8, shape (n,)
        Number of the likeliest facet of the label, 255 where there is no label; shape (0,) without
        `facets`.

    Raises
    ------
    ArgumentError
        If `n_jobs` is no number of threads, or so many posts leave no room for their results.
    """
    n = len(posts)
    threads = 1 if n_jobs is None and n < MANY else threads_of(n_jobs)
    try:
        selling, status, legible = (
            np.empty(n, np.float32),
            np.empty(n, np.uint8),
            np.zeros(n, np.bool_),
        )
        facet = np.empty(0 if facets is None else n, np.uint8)
    except (MemoryError, ValueError) as error:  # what a length that lies asks for
        raise ArgumentError("E111", expected=n) from error
    if threads == 1 or n < MANY:
        score_range(linear, network, facets, posts, 0, n, selling, status, legible, facet)
    else:
        from concurrent.futures import ThreadPoolExecutor

        size = -(-n // (TASKS_A_THREAD * threads))

        def part(start: int) -> None:
            score_range(
                linear,
                network,
                facets,
                posts,
                start,
                min(n, start + size),
                selling,
                status,
                legible,
                facet,
            )

        # joblib's own threads are waited for in steps of 10 ms, a tenth of the time that 100,000
        # posts take.
        with ThreadPoolExecutor(threads) as pool:
            list(pool.map(part, range(0, n, size)))
    selling[status != _OK] = np.nan
    if facets is not None:
        facet[status != _OK] = NO_FACET
    return selling, status, legible, facet


def threads_of(n_jobs: int | None) -> int:
    """Return how many threads are meant.

    Parameters
    ----------
    n_jobs : int or None
        As joblib counts them: -1 and None are one a core.

    Returns
    -------
    int
        At most 256.

    Raises
    ------
    ArgumentError
        If it is no such number.
    """
    wanted = -1 if n_jobs is None else n_jobs
    if not isinstance(wanted, (int, np.integer)) or isinstance(wanted, bool) or wanted == 0:
        raise ArgumentError(
            "E206",
            argument="n_jobs",
            expected="a number of threads, -1 for one a core, or None",
            type=repr(n_jobs),
        )
    if wanted < 0:
        from joblib import effective_n_jobs

        wanted = effective_n_jobs(int(wanted))
    return min(int(wanted), MOST_THREADS)


@compiled_with_arrays
def _score_posts(  # noqa: C901 - compiled as one loop
    codes: Any,
    offsets: Any,
    longest: Any,
    rules: Any,
    language: Any,
    linear: Any,
    network: Any,
    facets: Any,
    selling: Any,
    status: Any,
    legible: Any,
    facet: Any,
) -> Any:
    posts = len(offsets) - 1
    if (
        not holds(linear.kept, linear.ngrams, len(linear.table))
        or linear.table.shape[1] != 2
        or not within(offsets, len(codes), longest)
    ):
        raise ValueError("buffers of other sizes than are needed")
    if len(selling) < posts or len(status) < posts or len(legible) < posts:
        raise ValueError("no room for what is found")
    if network is not None and not fits(network):
        raise ValueError("a network of shapes that do not fit together")
    if facets is not None:
        heads = len(facets.sells)
        if (
            len(facets.rows) != len(linear.table)
            or facets.weights.shape[1] != MOST_FACETS
            or len(facet) < posts
        ):
            raise ValueError("facets of shapes that do not fit together")
        if heads > MOST_FACETS or len(facets.intercepts) != heads:
            raise ValueError("facets of shapes that do not fit together")
    space = counter(longest, linear.ngrams, len(linear.table))
    if network is not None:
        layers = scratch(longest, network)
    if facets is not None:
        likely = np.empty(MOST_FACETS, np.float32)
    table = linear.table
    room = np.empty(2 * longest + 1, np.int32)
    known = KnownNgrams(linear.ngrams, linear.kept, linear.table[:, 1])
    for post in range(len(offsets) - 1):
        distinct, missed, tokens, extras = count_post(
            codes,
            offsets[post],
            offsets[post + 1],
            rules,
            linear.ngrams,
            linear.kept,
            space,
            post + 1,
        )
        total, squares = 0.0, 0.0
        if facets is not None:
            likely[:] = 0
        for i in range(distinct):
            row = rank_of(linear.kept, space.buckets[i])
            value = frequency(space.counts[i], linear.sublinear)
            total += value * table[row, 0]
            squares += value * value * table[row, 1]
            if facets is not None:
                part, own = np.float32(value), facets.rows[row]
                for j in range(MOST_FACETS):
                    likely[j] += part * facets.weights[own, j]
        if linear.unit and squares > 0:
            total /= np.sqrt(squares)
        if network is not None:
            total += log_odds(
                network,
                write_sequence(tokens, extras, space.tokens, layers.hashes, layers.marks),
                layers,
            )
        total += linear.intercept
        selling[post] = 1.0 / (1.0 + np.exp(-total * (linear.below if total < 0 else linear.above)))
        if facets is not None:
            shrink = (
                np.float32(1 / np.sqrt(squares)) if linear.unit and squares > 0 else np.float32(1)
            )
            best, facet[post] = np.float32(-np.inf), NO_FACET  # there may be none of a label
            for j in range(len(facets.sells)):
                odds = likely[j] * shrink + facets.intercepts[j]
                if facets.sells[j] == (selling[post] >= THRESHOLD) and odds > best:
                    best, facet[post] = odds, j
        status[post], legible[post] = _read(
            codes, offsets[post], tokens, extras, missed, space.tokens, language, known, room
        )


@compiled
def _read(
    codes: Any,
    low: Any,
    tokens: Any,
    extras: Any,
    missed: Any,
    scratch: Any,
    language: Any,
    known: Any,
    room: Any,
) -> Any:
    """Return the status of a scanned post, and whether a verdict on it may be sure."""
    kinds = scratch.kinds
    words, english, union = 0, 0, 0
    for i in range(tokens):
        word = 1 if kinds[i] == _WORD else 0
        words += word
        english += word & is_common(language.english, scratch.hashes[i])
        union |= scratch.marks[i]
    if is_plainly_english(words, english) and not is_of_script(union):
        return _OK, knows_most(words, missed, tokens, scratch, known)
    tags, seen = 0, 0
    for i in range(tokens):
        tags += 1 if kinds[i] == _HASHTAG else 0
        seen += 1 if kinds[i] < _BREAK else 0
    if words + tags == 0:
        return (_NO_WORDS if seen > 0 else _EMPTY), False
    foreign, legible = look_closely(codes, low, tokens, extras, scratch, language, known, room)
    return (_NOT_ENGLISH if foreign else _OK), legible


def read_posts(
    known: KnownNgrams, posts: Sequence[Any]
) -> tuple[NDArray[np.uint8], NDArray[np.bool_]]:
    """Read posts without scoring them, for a model that scores by other code.

    Parameters
    ----------
    known : KnownNgrams
        The n-grams that the model knows.
    posts : sequence
        What `givesell.text.posts.as_sequence` returned.

    Returns
    -------
    status : ndarray of uint8, shape (n,)
        A `givesell.verdict.Status`.
    legible : ndarray of bool, shape (n,)
        Whether the verdict may be sure; see `givesell.text.legible`.
    """
    n = len(posts)
    tables, language = rules(), language_table()
    status, legible = np.empty(n, np.uint8), np.zeros(n, np.bool_)
    for position, chunk in chunks(posts, 0, n):
        end = position + len(chunk.offsets) - 1
        _read_posts(
            chunk.codes,
            chunk.offsets,
            chunk.longest,
            tables,
            language,
            known,
            status[position:end],
            legible[position:end],
        )
        for i in chunk.missing:
            status[position + i] = _MISSING
    return status, legible


@compiled_with_arrays
def _read_posts(
    codes: Any,
    offsets: Any,
    longest: Any,
    rules: Any,
    language: Any,
    known: Any,
    status: Any,
    legible: Any,
) -> Any:
    posts = len(offsets) - 1
    if not holds(known.kept, known.ngrams, len(known.squares)) or not within(
        offsets, len(codes), longest
    ):
        raise ValueError("buffers of other sizes than are needed")
    if len(status) < posts or len(legible) < posts:
        raise ValueError("no room for the results")
    space = counter(longest, known.ngrams, len(known.squares))
    room = np.empty(2 * longest + 1, np.int32)
    for post in range(posts):
        _, missed, tokens, extras = count_post(
            codes,
            offsets[post],
            offsets[post + 1],
            rules,
            known.ngrams,
            known.kept,
            space,
            post + 1,
        )
        status[post], legible[post] = _read(
            codes, offsets[post], tokens, extras, missed, space.tokens, language, known, room
        )
