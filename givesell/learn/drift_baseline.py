"""What posts of sources that a model has not seen look like to it: recorded in training, so that
`givesell.drift` knows what is unlike them.

Archives are drawn from the training data: so many posts of a few groups, each group as a model
meets it that has not seen it. What hardly any archive goes beyond is the limit of an alarm.
"""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from givesell.estimators.vectorizer import PostVectorizer
from givesell.labelled.posts import Labelled
from givesell.learn.teacher import TeacherViews
from givesell.measure.histograms import BINS, MEASURES, distance, histogram_bins
from givesell.measure.unseen_ngrams import Seen, Unseen

SIZES = (50, 200, 1_000, 10_000)  # of the archives drawn
# By the training posts; benchmarks/drift.md has how many there are on sources held out altogether.
FALSE_ALARMS = {"mixture": 0.02, "source": 0.05}
MANY_SOURCES = 10  # of an archive that is a mixture
_ROUNDS = 5_000
_FEWEST_POSTS, _FEWEST_SOURCES = 5, 10  # of a group that counts as a source, and of such groups
_MOST_SOURCES, _MOST_POSTS = 400, 5_000
# a post is strange if the share of it that is new is at least this quantile of such shares
_STRANGE = 0.95
_SPREAD = (0.05, 0.25, 0.5, 0.75, 0.95)

Floats = NDArray[np.float64]


def drift_baseline(
    features: PostVectorizer,
    data: Labelled,
    p: NDArray[np.float64],
    *,
    groups: str | None = None,
    teacher: TeacherViews | None = None,
    fixed: bool = False,
    seed: int = 0,
) -> dict[str, Any]:
    """Measure what `givesell.drift` compares an archive with.

    Parameters
    ----------
    features : PostVectorizer
        How the model counts n-grams; fitted where they are `fixed`.
    data : Labelled
        All posts that the model was trained on.
    p : ndarray of float64, shape (n,)
        Out-of-fold probability of ``selling``; NaN for posts that are not measured.
    groups : str, optional
        The column that the folds were split by. Without it, or with fewer than 10 groups of 5
        posts, archives are drawn from single posts, and what comes from a new source looks like
        drift.
    teacher : TeacherViews, optional
        The unlabelled posts that the features were learned from too.
    fixed : bool, default False
        Whether the features were fitted to other posts, as those of a model that is adapted: then
        the n-grams that they know are those that count as seen.
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
    >>> from givesell.labelled.read import read_labelled
    >>> from givesell.labelled.request import Request
    >>> data = read_labelled(Request(load_posts(), groups="topic"))
    >>> baseline = drift_baseline(
    ...     PostVectorizer(), data, np.random.default_rng(0).random(len(data.posts)), groups="topic"
    ... )
    >>> 0 < baseline["words"] < baseline["unseen"] < 1
    True
    """
    draw = np.random.default_rng(seed)
    measured = ~np.isnan(p)
    sources = [] if groups is None else _sources(data.groups[groups], measured, draw)
    if len(sources) < _FEWEST_SOURCES:
        sources = []
        single = np.sort(draw.permutation(np.flatnonzero(measured))[:_MOST_POSTS])
        units = [single[at : at + 1] for at in range(len(single))]
    else:
        units = sources
    rows = np.concatenate(units)
    unseen = _unseen(features, data, units, groups if sources else None, teacher, fixed=fixed)
    share = unseen.new_ngrams / np.maximum(unseen.ngrams, 1)
    strange_from = float(np.quantile(share, _STRANGE))
    strange = share >= strange_from
    histogram = np.bincount(histogram_bins(p[measured]), minlength=BINS)
    sums = Sums.of(unseen, strange, histogram_bins(p[rows]), list(map(len, sources)) or [len(rows)])

    def limits(count: int, beyond: float) -> dict[str, list[float]]:
        each = [_joint(_archives(sums, count, size, histogram, draw), beyond) for size in SIZES]
        columns = zip(*each, strict=True)
        return {name: _rounded(column) for name, column in zip(MEASURES, columns, strict=True)}

    kinds = {"mixture": MANY_SOURCES, **({"source": 1} if sources else {})}
    return {
        "measured": f"split by {groups}" if sources else "drawn at random",
        "sources": len(sources),
        "posts": len(rows),
        "histogram": histogram.tolist(),
        "words": round(float(unseen.new_words.sum() / max(unseen.words.sum(), 1)), 4),
        "unseen": round(float(unseen.new_ngrams.sum() / max(unseen.ngrams.sum(), 1)), 4),
        "strange": round(float(strange.mean()), 4),
        "strange_from": round(strange_from, 4),
        "spread": _spread(sums, histogram) if sources else None,
        "false_alarms": dict(FALSE_ALARMS),
        "sizes": list(SIZES),
        "limits": {kind: limits(count, FALSE_ALARMS[kind]) for kind, count in kinds.items()},
    }


@dataclass(frozen=True, slots=True)
class Sums:
    """Sums over the posts of each of several sources, or archives.

    Attributes
    ----------
    posts, ngrams, new : ndarray of float64, shape (n,)
        How many posts, n-grams and n-grams that were not seen before.
    ngrams_squared, ngrams_by_new, new_squared : ndarray of float64, shape (n,)
        Sums of their squares and products over posts.
    strange : ndarray of float64, shape (n,)
        How many strange posts.
    histogram : ndarray of float64, shape (n, n_bins)
        How many posts in each bin of the probabilities.
    """

    posts: Floats
    ngrams: Floats
    new: Floats
    ngrams_squared: Floats
    ngrams_by_new: Floats
    new_squared: Floats
    strange: Floats
    histogram: Floats

    @classmethod
    def of(
        cls,
        unseen: Unseen,
        strange: NDArray[np.bool_],
        bins: NDArray[np.int64],
        sizes: Sequence[int],
    ) -> Self:
        """Add up posts that come source by source, of so many posts each."""
        source = np.repeat(np.arange(len(sizes)), sizes)
        ngrams, new = unseen.ngrams.astype(np.float64), unseen.new_ngrams.astype(np.float64)

        def total(values: Any) -> Floats:
            return np.bincount(source, weights=values, minlength=len(sizes)).astype(np.float64)

        return cls(
            np.asarray(sizes, np.float64),
            total(ngrams),
            total(new),
            total(ngrams * ngrams),
            total(ngrams * new),
            total(new * new),
            total(strange),
            np.bincount(source * BINS + bins, minlength=len(sizes) * BINS)
            .reshape(len(sizes), BINS)
            .astype(np.float64),
        )

    def pooled(self, sources: NDArray[np.intp]) -> Self:
        """Return the sums of archives, shape (n_archives,), of sources of shape (n_archives, k)."""
        parts = (getattr(self, field.name)[sources].sum(axis=1) for field in fields(self))
        return type(self)(*parts)

    def measures(self, counts: NDArray[Any], histogram: NDArray[Any]) -> Floats:
        """Return the measures, shape (n, 3), in the order of `MEASURES`, where ``counts`` are the
        posts in each bin.
        """
        unseen = self.new / np.maximum(self.ngrams, 1)
        return np.column_stack([unseen, self.strange / self.posts, distance(counts, histogram)])


def _unseen(
    features: PostVectorizer,
    data: Labelled,
    units: list[NDArray[np.intp]],
    groups: str | None,
    teacher: TeacherViews | None,
    *,
    fixed: bool,
) -> Unseen:
    """Count what a model that has seen none of a unit would not know of it, post by post."""
    if fixed:
        return _joined([Seen.by(features).count(data.posts[unit]) for unit in units])
    seen = Seen(features.ngrams(), least=int(features.min_df))
    seen.add(data.posts)
    others: dict[Any, NDArray[np.object_]] = {}
    if teacher is not None:
        rows = teacher.unlabelled()
        seen.add(teacher.posts[rows])
        others = _by_group(teacher.posts[rows], teacher.groups[rows])
    parts = []
    for unit in units:
        name = None if groups is None else data.groups[groups][unit[0]]
        also = [others[name]] if name in others else []
        parts.append(seen.count_without(data.posts[unit], also))
    return _joined(parts)


def _joined(parts: list[Unseen]) -> Unseen:
    return Unseen(*map(np.concatenate, zip(*parts, strict=True)))


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


def _spread(sums: Sums, histogram: NDArray[np.int64]) -> dict[str, list[float]]:
    """Return quantiles of each measure over the sources."""
    each = sums.measures(sums.histogram, histogram)
    return {
        name: _rounded(np.quantile(each[:, column], _SPREAD))
        for column, name in enumerate(MEASURES)
    }


def _rounded(values: Any) -> list[float]:
    return [round(float(value), 4) for value in values]


def _archives(
    sums: Sums, sources: int, size: int, histogram: NDArray[Any], draw: np.random.Generator
) -> Floats:
    """Draw archives of so many posts from so many sources and return their measures, shape
    (n_rounds, 3).
    """
    pooled = sums.pooled(draw.integers(0, len(sums.posts), (_ROUNDS, sources)))
    share = pooled.histogram / pooled.posts[:, None]
    measures = pooled.measures(
        draw.multinomial(size, share / share.sum(axis=1, keepdims=True)), histogram
    )
    # The chance in which posts are drawn: of a ratio of means, and of a share.
    ratio = measures[:, 0]
    squares = (
        pooled.new_squared - 2 * ratio * pooled.ngrams_by_new + ratio**2 * pooled.ngrams_squared
    )
    measures[:, 0] += (
        draw.standard_normal(_ROUNDS)
        * np.sqrt(squares * pooled.posts / size)
        / np.maximum(pooled.ngrams, 1)
    )
    measures[:, 1] = draw.binomial(size, measures[:, 1]) / size
    return measures


def _joint(values: Floats, beyond: float) -> Floats:
    """Return a limit for each column, all at the same quantile, such that this share of the rows
    goes beyond one of them.
    """
    ranks = values.argsort(axis=0, kind="stable").argsort(axis=0, kind="stable")
    cut = np.quantile(ranks.max(axis=1), 1 - beyond, method="higher")
    return np.asarray(np.sort(values, axis=0)[int(cut)])
