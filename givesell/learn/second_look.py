"""Learn which posts deserve a second look: those of which reading again, by a better model, is
worth most.

What a second look is worth is learned from out-of-fold probabilities of both models. It is a sum of
a few numbers (`givesell.core.sections.SecondLook`): by how unsure the first model is, on the side
of each label; whether it knows enough of the words; the facet that it names; and the length of the
post. A logistic regression fits them to the posts on which the first model is wrong and the second
right. Often nothing beats the plain rule, the least sure posts first, so folds decide: the sum must
do better than that on sources that it has not seen. So they decide whether a mix of both models is
better than the second alone.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression
from threadpoolctl import threadpool_limits

from givesell.core.model_arrays import Scored
from givesell.core.second_look import mixed, worth
from givesell.core.sections import Curve, SecondLook, Thresholds
from givesell.errors import ArgumentError
from givesell.labelled.groups import group_keys
from givesell.learn.calibrate import PRIOR
from givesell.measure.thresholds import choose
from givesell.measure.training_figures import measure
from givesell.model.model import Model
from givesell.text.posts import as_sequence
from givesell.verdict import FACETS, LABELS, SELLING, Status, is_selling

_FOLDS = 10
_STRENGTHS = (None, 0.01, 0.1)  # of the regression; None for the plain rule
_BETTER = 0.001  # in log loss: with less, the simpler way is taken
_KNOTS = np.arange(-8, 8.25, 0.25)  # of the curve over log-odds
_LENGTHS = (1, 10, 20, 40, 80, 160, 320, 640, 1280)
_FLAT = Curve([0.0], [0.0])
_CLIP = 1e-3  # of probabilities, in log loss and log-odds
_NAMES = tuple(name for label in LABELS for name in FACETS[label])
_FEWEST = 30  # posts of a facet, for its number to be learned

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class FirstReading:
    """What is known of posts once the first model has read them.

    Attributes
    ----------
    may_be_sure : ndarray of bool, shape (n,)
        Whether the model knows enough of the words.
    facet : ndarray of object, shape (n,)
        The facet that it names, or None.
    characters : ndarray of int, shape (n,)
        The length of the post.
    """

    may_be_sure: Bools
    facet: NDArray[np.object_]
    characters: NDArray[np.int64]

    @classmethod
    def of(cls, model: Model, posts: Any) -> "FirstReading":
        """Return what a model knows of posts.

        Parameters
        ----------
        model : Model
        posts : sequence or column of str, shape (n,)

        Returns
        -------
        FirstReading
        """
        from givesell.measure.sure import verdicts_and_may_be_sure

        column = as_sequence(posts)
        may_be_sure = verdicts_and_may_be_sure(model, column)[1]
        facet = model.verdicts(column).facet
        lengths = [len(post) if isinstance(post, str) else 0 for post in column]
        nothing = np.full(len(lengths), None, object)
        return cls(may_be_sure, nothing if facet is None else facet, np.array(lengths, np.int64))

    def take(self, rows: Any) -> "FirstReading":
        """Return that of some of the posts."""
        return FirstReading(self.may_be_sure[rows], self.facet[rows], self.characters[rows])


def learn_rule(
    first: Model,
    p_first: Any,
    p_second: Any,
    labels: Any,
    reading: FirstReading,
    *,
    groups: Any = None,
    clear: Any = None,
    may_be_sure: Any = None,
    budget: float = 0.3,
    precision: float = 0.95,
    measured: str = "split by group",
    seed: int = 0,
) -> SecondLook:
    """Learn which posts a second model reads again.

    Parameters
    ----------
    first : Model
        The model that reads every post, as users get it; the rule holds for no other.
    p_first, p_second : array-like of float, shape (n,)
        Out-of-fold probabilities of selling, by the first model and by the second.
    labels : array-like, shape (n,)
        ``"giving"`` or ``"selling"``, or whether a post is selling.
    reading : FirstReading
        What is known of the posts before the second model reads any.
    groups : array-like, shape (n,), optional
        The source of each post; folds keep sources whole. By default each post is its own.
    clear : array-like of bool, shape (n,), optional
        Whether a label is certain, for the figures that are recorded.
    may_be_sure : array-like of bool, shape (n,), optional
        Which posts the second model knows enough words of; by default as the first.
    budget : float, default 0.3
        The largest share of the posts that is read again.
    precision : float, default 0.95
        Of the sure verdicts of both models together.
    measured : str, default "split by group"
        How figures name the folds; those by sources begin with "split by".
    seed : int, default 0

    Returns
    -------
    SecondLook
        With the figures of both models together, out of fold: ``rule.metrics``.

    Raises
    ------
    ArgumentError
        E206 for arrays of other lengths, what is no probability, or a budget that is no share.

    Examples
    --------
    >>> import givesell
    >>> from givesell.datasets import load_posts
    >>> posts, first = load_posts(), givesell.load()
    >>> p, q = (givesell.score(posts["text"], model=name) for name in (None, "givesell-en-deep"))
    >>> reading = FirstReading.of(first, posts["text"])
    >>> rule = learn_rule(first, p, q, posts["label"], reading, groups=posts["topic"], budget=0.1)
    >>> rule.share <= 0.11
    True
    """
    one, two = _probabilities("p_first", p_first), _probabilities("p_second", p_second)
    n = len(one)
    selling = np.asarray(labels)
    selling = selling.astype(bool) if selling.dtype == bool else selling == SELLING
    keys = np.arange(n) if groups is None else group_keys(np.asarray(groups, object))
    for name, column in (
        ("p_second", two), ("labels", selling), ("groups", keys), ("reading", reading.facet),
    ):  # fmt: skip
        if len(column) != n:
            raise ArgumentError(
                "E206", argument=name, expected=f"of {n:,} posts", given=f"of {len(column):,}"
            )
    if not 0 < budget < 1:
        raise ArgumentError("E206", argument="budget", expected="a share", given=repr(budget))
    with threadpool_limits(1, user_api="blas"):  # more threads change the last digits
        return _learned(
            _Posts(one, two, selling, reading), first, keys, budget, precision,
            clear=np.ones(n, bool) if clear is None else np.asarray(clear, bool),
            may_be_sure=None if may_be_sure is None else np.asarray(may_be_sure, bool),
            measured=measured, seed=seed,
        )  # fmt: skip


def _learned(
    posts: "_Posts",
    first: Model,
    keys: NDArray[Any],
    budget: float,
    precision: float,
    *,
    clear: Bools,
    may_be_sure: Bools | None,
    measured: str,
    seed: int,
) -> SecondLook:
    """Choose the way on folds, measure it there, and return the rule that all posts say."""
    selling, n = posts.selling, len(posts.selling)
    folds = _folds(keys, seed)

    def out_of_fold(strength: float | None, *, mix: bool) -> tuple[Floats, Bools]:
        p, again = posts.first.copy(), np.zeros(n, bool)
        for test in folds:
            rule = _fitted(posts.take(~test), first, budget, strength, mix=mix)
            p[test], again[test] = _applied(rule, posts.take(test))
        return p, again

    strength = _best({s: _loss(out_of_fold(s, mix=False)[0], selling) for s in _STRENGTHS})
    mix = _best({m: _loss(out_of_fold(strength, mix=m)[0], selling) for m in (False, True)})
    p, again = out_of_fold(strength, mix=bool(mix))
    sure = posts.reading.may_be_sure
    if may_be_sure is not None:
        sure = np.where(again, may_be_sure, sure)
    low, high = choose(p, selling, sure, precision=precision)
    figures = measure(
        selling,
        p,
        clear=clear,
        groups=keys,
        thresholds=(low, high),
        may_be_sure=sure,
        seed=seed,
    )
    rule = _fitted(posts, first, budget, strength, mix=bool(mix))
    return SecondLook(
        first=first.name,
        first_sha256=first.digest,
        least=rule.least,
        selling=rule.selling,
        characters=rule.characters,
        thresholds=Thresholds(low, high),
        share=round(float(again.mean()), 4),
        unread=rule.unread,
        facets=rule.facets,
        mix=rule.mix,
        metrics={measured: figures},
    )


def simple_rule(
    first: Model,
    *,
    between: tuple[float, float],
    thresholds: tuple[float, float] | None = None,
) -> SecondLook:
    """Return the rule that reads posts again whose first probability lies between two others.

    Parameters
    ----------
    first : Model
    between : tuple of float
        ``(low, high)``, both included.
    thresholds : tuple of float, optional
        Of sure verdicts, whichever model has spoken; by default those of the first model.

    Returns
    -------
    SecondLook

    Examples
    --------
    >>> import givesell
    >>> simple_rule(givesell.load(), between=(0.1, 0.9)).first
    'givesell-en'
    """
    low, high = (float(end) for end in between)
    if not 0 < low < high < 1:
        expected = "a pair (low, high) with 0 < low < high < 1"
        raise ArgumentError("E206", argument="between", expected=expected, given=repr(between))
    # A slope on either side of what is in between, with the same worth at both ends.
    curve = Curve([0.0, low, high, 1.0], [-1.0, 0.0, 0.0, -1.0])
    limits = Thresholds(*(thresholds or first.thresholds))
    return SecondLook(first.name, 0.0, curve, _FLAT, limits, share=0.0, first_sha256=first.digest)


@dataclass(frozen=True, slots=True)
class _Posts:
    first: Floats
    second: Floats
    selling: Bools
    reading: FirstReading

    def take(self, rows: Bools) -> "_Posts":
        return _Posts(
            self.first[rows], self.second[rows], self.selling[rows], self.reading.take(rows)
        )

    def scored(self) -> Scored:
        """Return the first reading as a model gives it."""
        numbers = {name: number for number, name in enumerate(_NAMES)}
        facet = [numbers.get(name, 255) for name in self.reading.facet.tolist()]
        n = len(self.first)
        return Scored(
            self.first.astype(np.float32),
            np.full(n, Status.OK, np.uint8),
            self.reading.may_be_sure,
            np.array(facet, np.uint8),
        )

    def worth(self, rule: SecondLook) -> Floats:
        found: Floats = worth(rule, self.scored(), _NAMES, self.reading.characters)
        return found


def _fitted(
    posts: _Posts, first: Model, budget: float, strength: float | None, *, mix: bool
) -> SecondLook:
    """Return the rule that posts say, without figures."""
    rule = _plain(first) if strength is None else _regressed(posts, first, strength)
    found = posts.worth(rule)
    most = int(budget * len(found))
    least = np.sort(found)[::-1][max(most - 1, 0)]
    if (found >= least).sum() > most:  # several are worth the same
        least = np.nextafter(least, np.inf)
    again = found >= least
    both = _mix(posts, again) if mix else None
    return SecondLook(
        first=rule.first,
        least=float(least),
        selling=rule.selling,
        characters=rule.characters,
        thresholds=rule.thresholds,
        share=float(again.mean()),
        unread=rule.unread,
        facets=rule.facets,
        mix=both,
    )


def _plain(first: Model) -> SecondLook:
    """Return the rule by which the least sure posts come first."""
    curve = Curve(_at_knots(), [-round(abs(float(knot)), 6) for knot in _KNOTS])
    return SecondLook(first.name, 0.0, curve, _FLAT, Thresholds(*first.thresholds), share=0.0)


def _regressed(posts: _Posts, first: Model, strength: float) -> SecondLook:
    """Return the rule by which the posts come first that the second model likely puts right."""
    fixed = (is_selling(posts.first) != posts.selling) & (is_selling(posts.second) == posts.selling)
    facets = [name for name in _NAMES if (posts.reading.facet == name).sum() >= _FEWEST]
    columns = np.column_stack(
        [
            *_by_log_odds(_log_odds(posts.first)),
            ~posts.reading.may_be_sure,
            _by_length(posts.reading.characters),
            *(posts.reading.facet == name for name in facets),
        ]
    ).astype(np.float64)
    if fixed.all() or not fixed.any():
        return _plain(first)
    fitted = LogisticRegression(C=strength, max_iter=500).fit(columns, fixed)
    values = [round(float(value), 6) for value in fitted.coef_[0]]
    by_odds, (unread, by_length), by_facet = values[:3], values[3:5], values[5:]
    curve = np.round(np.column_stack([*_by_log_odds(_KNOTS)]) @ by_odds, 6).tolist()
    lengths = [float(length) for length in _LENGTHS]
    return SecondLook(
        first=first.name,
        least=0.0,
        selling=Curve(_at_knots(), curve),
        characters=Curve(lengths, np.round(_by_length(_LENGTHS) * by_length, 6).tolist()),
        thresholds=Thresholds(*first.thresholds),
        share=0.0,
        unread=unread,
        facets=dict(zip(facets, by_facet, strict=True)),
    )


def _mix(posts: _Posts, again: Bools) -> tuple[float, float, float] | None:
    """Return two weights and an offset for the log-odds of posts that are read again; None where
    they cannot be told.
    """
    selling = posts.selling[again]
    if selling.all() or not selling.any():
        return None
    share = posts.selling.mean()
    weight = np.where(selling, PRIOR / share, (1 - PRIOR) / (1 - share))
    odds = np.column_stack([_log_odds(posts.first[again]), _log_odds(posts.second[again])])
    fitted = LogisticRegression(C=1.0).fit(odds, selling, sample_weight=weight)
    by_first, by_second = (round(float(value), 6) for value in fitted.coef_[0])
    offset = round(float(fitted.intercept_[0]), 6)
    return None if min(by_first, by_second) < 0 else (by_first, by_second, offset)


def _applied(rule: SecondLook, posts: _Posts) -> tuple[Floats, Bools]:
    again = posts.worth(rule) >= rule.least
    p = posts.first.copy()
    p[again] = mixed(rule, posts.first[again], posts.second[again])
    return p, again


def _best(losses: dict[Any, float]) -> Any:
    """Return the way with the least loss; the first, simplest one unless another is better."""
    simplest = next(iter(losses))
    best = min(losses, key=lambda way: losses[way])
    return best if losses[best] < losses[simplest] - _BETTER else simplest


def _loss(p: Floats, selling: Bools) -> float:
    """Return the log loss in a stream with the share of selling that probabilities are for."""
    p, share = np.clip(p, _CLIP, 1 - _CLIP), selling.mean()
    weight = np.where(selling, PRIOR / share, (1 - PRIOR) / (1 - share))
    return float(np.mean(-weight * np.log(np.where(selling, p, 1 - p))))


def _folds(keys: NDArray[Any], seed: int) -> list[Bools]:
    """Return which posts each fold is measured on; groups stay whole."""
    numbers = np.unique(keys, return_inverse=True)[1]
    count = int(numbers.max()) + 1
    fold = np.random.default_rng(seed).permutation(count) % min(_FOLDS, count)
    return [fold[numbers] == number for number in range(int(fold.max()) + 1)]


def _by_log_odds(odds: Any) -> Iterator[Any]:
    odds = np.asarray(odds)
    yield from (np.abs(odds), odds >= 0, np.maximum(odds, 0))


def _by_length(characters: Any) -> Floats:
    return np.log(np.clip(np.asarray(characters, np.float64), _LENGTHS[0], _LENGTHS[-1])) / 4


def _log_odds(p: Floats) -> Floats:
    p = np.clip(p, _CLIP / 10, 1 - _CLIP / 10)
    found: Floats = np.log(p / (1 - p))
    return found


def _at_knots() -> list[float]:
    return [round(float(p), 8) for p in 1 / (1 + np.exp(-_KNOTS))]


def _probabilities(name: str, values: Any) -> Floats:
    p = np.asarray(values, np.float64)
    if p.ndim != 1 or not len(p) or not ((p >= 0) & (p <= 1)).all():
        raise ArgumentError(
            "E206", argument=name, expected="probabilities, one for each post", given="others"
        )
    return p
