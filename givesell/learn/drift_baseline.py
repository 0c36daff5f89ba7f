"""What posts of sources that a model has not seen look like to it: recorded in training, so that
`drift` can tell what is unlike them.

Archives are drawn from the training data: so many posts of a few groups, each group as a model
meets it that has not seen it. What hardly any archive goes beyond is the limit of an alarm.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from givesell.estimators.vectorizer import PostVectorizer
from givesell.labelled.read import Labelled
from givesell.learn.teacher import Judged
from givesell.measure.histograms import BINS, MEASURES, distance, histogram_bins
from givesell.measure.unseen_ngrams import Seen

SIZES = (50, 200, 1_000, 10_000)  # of the archives drawn
# By the training posts; benchmarks/drift.md has how many there are on sources held out altogether.
FALSE_ALARMS = {"mixture": 0.02, "source": 0.05}
MANY_SOURCES = 10  # of an archive that is a mixture
_ROUNDS = 5_000
_FEWEST_POSTS, _FEWEST_SOURCES = 5, 10  # of a group that counts as a source, and of such groups
_MOST_SOURCES, _MOST_POSTS = 400, 5_000
# a post is strange that holds more that is new than this share of the posts of unseen sources
_STRANGE = 0.95
_SPREAD = (0.05, 0.25, 0.5, 0.75, 0.95)


def reference(
    features: PostVectorizer,
    data: Labelled,
    p: NDArray[np.float64],
    *,
    groups: str | None = None,
    judged: Judged | None = None,
    fixed: bool = False,
    seed: int = 0,
) -> dict[str, Any]:
    """Measure what `givesell.drift` holds an archive against.

    Parameters
    ----------
    features : PostVectorizer
        As fitted to `data`: its parameters are what counts.
    data : Labelled
        All that the model was trained on.
    p : ndarray of float64, shape (n,)
        Out-of-fold probability of ``selling``; NaN for posts that are not measured.
    groups : str, optional
        The column that the folds were split by. Without it, or with fewer than 10 groups of 5
        posts, posts are held against posts drawn at random, and what comes from a new source looks
        like drift.
    judged : Judged, optional
        The unlabelled posts that the features were learned from too.
    fixed : bool, default False
        Whether the features were fitted to other posts, as those of a model that is adapted: then
        what they have kept is what is seen.
    seed : int

    Returns
    -------
    dict
        Ready for a manifest. ``histogram`` of the probabilities; ``words``, ``unseen`` and
        ``strange``: shares of words and n-grams that the model would not have seen, and of posts
        that hold a share of at least ``strange_from`` of them; ``spread`` of the measures between
        sources, at the quantiles 0.05, 0.25, 0.5, 0.75 and 0.95; ``limits`` of each measure for
        archives of ``sizes`` posts, drawn from ten sources (``mixture``) or one (``source``): 2%
        of the mixtures and 5% of the sources go beyond.

    Examples
    --------
    >>> from givesell.datasets import load_posts
    >>> from givesell.labelled.read import labelled
    >>> data = labelled(load_posts(), groups="topic")
    >>> found = reference(
    ...     PostVectorizer(), data, np.random.default_rng(0).random(len(data.posts)), groups="topic"
    ... )
    >>> 0 < found["words"] < found["unseen"] < 1
    True
    """
    draw = np.random.default_rng(seed)
    measured = ~np.isnan(p)
    others: dict[Any, NDArray[np.object_]] = {}
    seen = Seen.by(features) if fixed else Seen(features.ngrams(), least=int(features.min_df))
    if not fixed:
        seen.add(data.posts)
    if judged is not None:
        kept = judged.lessons()[0]
        kept = kept[kept < judged.real]
        seen.add(judged.posts[kept])
        others = _by_group(judged.posts[kept], judged.groups[kept])
    sources = [] if groups is None else _sources(data.groups[groups], measured, draw)
    if len(sources) < _FEWEST_SOURCES:
        rows = np.sort(draw.permutation(np.flatnonzero(measured))[:_MOST_POSTS])
        units, names, sources = [rows[i : i + 1] for i in range(len(rows))], [None] * len(rows), []
    else:
        units, names = (
            sources,
            [None if groups is None else data.groups[groups][rows[0]] for rows in sources],
        )
        rows = np.concatenate(sources)
    also = [[others[name]] if name in others else [] for name in names]
    parts = [
        seen.count(data.posts[unit]) if fixed else seen.count_without(data.posts[unit], rest)
        for unit, rest in zip(units, also, strict=True)
    ]
    ngrams, new_ngrams, words, new_words = (
        np.concatenate(column).astype(np.float64) for column in zip(*parts, strict=True)
    )
    of_post = new_ngrams / np.maximum(ngrams, 1)
    strange_from = float(np.quantile(of_post, _STRANGE))
    strange = of_post >= strange_from
    bins = histogram_bins(p[rows])
    histogram = np.bincount(histogram_bins(p[measured]), minlength=BINS)
    sums = np.array(
        [
            _sums(ngrams[at], new_ngrams[at], strange[at], bins[at])
            for at in _places(sources, len(rows))
        ]
    )
    own = _measures(sums, sums[:, _BINS], histogram)

    def limits(count: int, beyond: float) -> dict[str, list[float]]:
        found = [_joint(_archives(sums, count, size, histogram, draw), beyond) for size in SIZES]
        return {
            name: [round(float(value), 4) for value in column]
            for name, column in zip(MEASURES, zip(*found, strict=True), strict=True)
        }

    kinds = {"mixture": MANY_SOURCES, **({"source": 1} if sources else {})}
    return {
        "measured": f"split by {groups}" if sources else "drawn at random",
        "sources": len(sources),
        "posts": len(rows),
        "histogram": histogram.tolist(),
        "words": round(float(new_words.sum() / max(words.sum(), 1)), 4),
        "unseen": round(float(new_ngrams.sum() / max(ngrams.sum(), 1)), 4),
        "strange": round(float(strange.mean()), 4),
        "strange_from": round(strange_from, 4),
        "spread": (
            {
                name: [round(float(value), 4) for value in np.quantile(own[:, i], _SPREAD)]
                for i, name in enumerate(MEASURES)
            }
            if sources
            else None
        ),
        "false_alarms": dict(FALSE_ALARMS),
        "sizes": list(SIZES),
        "limits": {kind: limits(count, FALSE_ALARMS[kind]) for kind, count in kinds.items()},
    }


def _by_group(
    posts: NDArray[np.object_], groups: NDArray[np.object_]
) -> dict[Any, NDArray[np.object_]]:
    rows: dict[Any, list[int]] = {}
    for row, name in enumerate(groups):
        if name is not None:
            rows.setdefault(name, []).append(row)
    return {name: posts[at] for name, at in rows.items()}


def _sources(
    groups: NDArray[np.object_], measured: NDArray[np.bool_], draw: np.random.Generator
) -> list[NDArray[np.intp]]:
    """Return the rows of each group that is large enough, of at most so many groups."""
    rows: dict[Any, list[int]] = {}
    for row in np.flatnonzero(measured).tolist():
        if groups[row] is not None:
            rows.setdefault(groups[row], []).append(row)
    large = [np.array(at) for at in rows.values() if len(at) >= _FEWEST_POSTS]
    if len(large) <= _MOST_SOURCES:
        return large
    return [large[i] for i in np.sort(draw.permutation(len(large))[:_MOST_SOURCES])]


def _places(sources: list[NDArray[np.intp]], posts: int) -> list[slice]:
    """Return where each source stands among the rows; all rows are one where there are none."""
    ends = np.cumsum([len(source) for source in sources]).tolist() if sources else [posts]
    return [slice(low, high) for low, high in zip([0, *ends], ends, strict=False)]


# Columns of the sums over a source: posts, n-grams, new ones, their squares and product, strange
# posts, and the histogram.
_POSTS, _NGRAMS, _NEW, _NGRAMS2, _BOTH, _NEW2, _STRANGE_ONES, _BINS = (
    0,
    1,
    2,
    3,
    4,
    5,
    6,
    slice(7, None),
)


def _sums(
    ngrams: NDArray[Any], new: NDArray[Any], strange: NDArray[np.bool_], bins: NDArray[np.int64]
) -> NDArray[np.float64]:
    head = [
        len(ngrams),
        ngrams.sum(),
        new.sum(),
        ngrams @ ngrams,
        ngrams @ new,
        new @ new,
        strange.sum(),
    ]
    return np.concatenate([head, np.bincount(bins, minlength=BINS)]).astype(np.float64)


def _measures(
    sums: NDArray[np.float64], counts: NDArray[Any], histogram: NDArray[Any]
) -> NDArray[np.float64]:
    """Return the measures of archives, shape (n, 3), in the order of `MEASURES`."""
    unseen = sums[:, _NEW] / np.maximum(sums[:, _NGRAMS], 1)
    return np.column_stack(
        [unseen, sums[:, _STRANGE_ONES] / sums[:, _POSTS], distance(counts, histogram)]
    )


def _archives(
    sums: NDArray[np.float64],
    sources: int,
    size: int,
    histogram: NDArray[Any],
    draw: np.random.Generator,
) -> NDArray[np.float64]:
    """Draw archives of so many posts from so many sources and return their measures, shape
    (rounds, 3).
    """
    pooled = sums[draw.integers(0, len(sums), (_ROUNDS, sources))].sum(axis=1)
    share = pooled[:, _BINS] / pooled[:, [_POSTS]]
    found = _measures(
        pooled, draw.multinomial(size, share / share.sum(axis=1, keepdims=True)), histogram
    )
    # The chance in which posts are drawn: of a ratio of means, and of a share.
    ratio = found[:, 0]
    squares = pooled[:, _NEW2] - 2 * ratio * pooled[:, _BOTH] + ratio**2 * pooled[:, _NGRAMS2]
    found[:, 0] += (
        draw.standard_normal(_ROUNDS)
        * np.sqrt(squares * pooled[:, _POSTS] / size)
        / np.maximum(pooled[:, _NGRAMS], 1)
    )
    found[:, 1] = draw.binomial(size, found[:, 1]) / size
    return found


def _joint(values: NDArray[np.float64], beyond: float) -> NDArray[np.float64]:
    """Return a limit for each column, all at the same quantile, such that this share of the rows
    goes beyond one of them.
    """
    ranks = values.argsort(axis=0, kind="stable").argsort(axis=0, kind="stable")
    cut = np.quantile(ranks.max(axis=1), 1 - beyond, method="higher")
    return np.asarray(np.sort(values, axis=0)[int(cut)])
