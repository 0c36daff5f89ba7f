"""Learn which posts deserve a second look: those of which reading again, by a better model, is
worth most.

What a second look is worth is learned from out-of-fold probabilities of both models
(`givesell.learn.second_look_rules`). Often nothing beats the plain rule, the least sure posts
first, so folds decide: what is learned must do better than that on sources that it has not seen. So
they decide whether a mix of both models is better than the second alone.
"""

from typing import Any

import msgspec
import numpy as np
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from givesell.core.sections import Curve, SecondLook, Thresholds
from givesell.errors import ArgumentError
from givesell.labelled.groups import group_keys
from givesell.learn.calibrate import PRIOR
from givesell.learn.second_look_rules import (
    FLAT,
    LEAST_P,
    Bools,
    FirstReading,
    Floats,
    Posts,
    apply_rule,
    fitted_rule,
)
from givesell.measure.thresholds import choose
from givesell.measure.training_figures import measure
from givesell.model.model import Model
from givesell.types import ValuesLike
from givesell.verdict import SELLING

__all__ = ["FirstReading", "apply_rule", "learn_rule", "simple_rule"]

_FOLDS = 10
_STRENGTHS = (None, 0.01, 0.1)  # of the regression; None for the plain rule
_BETTER = 0.001  # in log loss: with less, the simpler way is taken


def learn_rule(
    first: Model,
    p_first: ValuesLike,
    p_second: ValuesLike,
    labels: ValuesLike,
    reading: FirstReading,
    *,
    groups: ValuesLike | None = None,
    clear: ValuesLike | None = None,
    may_be_sure: ValuesLike | None = None,
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
            Posts(one, two, selling, reading), first, keys, budget, precision,
            clear=np.ones(n, bool) if clear is None else np.asarray(clear, bool),
            may_be_sure=None if may_be_sure is None else np.asarray(may_be_sure, bool),
            measured=measured, seed=seed,
        )  # fmt: skip


def _learned(
    posts: Posts,
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
            rule = fitted_rule(posts.take(~test), first, budget, strength, mix=mix)
            part = posts.take(test)
            p[test], again[test] = apply_rule(rule, part.first, part.second, part.reading)
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
    rule = fitted_rule(posts, first, budget, strength, mix=bool(mix))
    return msgspec.structs.replace(
        rule,
        first_sha256=first.digest,
        thresholds=Thresholds(low, high),
        share=round(float(again.mean()), 4),
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
    return SecondLook(first.name, 0.0, curve, FLAT, limits, share=0.0, first_sha256=first.digest)


def _best(losses: dict[Any, float]) -> Any:
    """Return the way with the least loss; the first, simplest one unless another is better."""
    simplest = next(iter(losses))
    best = min(losses, key=lambda way: losses[way])
    return best if losses[best] < losses[simplest] - _BETTER else simplest


def _loss(p: Floats, selling: Bools) -> float:
    """Return the log loss in a stream with the share of selling that probabilities are for."""
    p, share = np.clip(p, LEAST_P, 1 - LEAST_P), selling.mean()
    weight = np.where(selling, PRIOR / share, (1 - PRIOR) / (1 - share))
    return float(np.mean(-weight * np.log(np.where(selling, p, 1 - p))))


def _folds(keys: NDArray[Any], seed: int) -> list[Bools]:
    """Return which posts each fold is measured on; groups stay whole."""
    numbers = np.unique(keys, return_inverse=True)[1]
    count = int(numbers.max()) + 1
    fold = np.random.default_rng(seed).permutation(count) % min(_FOLDS, count)
    return [fold[numbers] == number for number in range(int(fold.max()) + 1)]


def _probabilities(name: str, values: Any) -> Floats:
    p = np.asarray(values, np.float64)
    if p.ndim != 1 or not len(p) or not ((p >= 0) & (p <= 1)).all():
        raise ArgumentError(
            "E206", argument=name, expected="probabilities, one for each post", given="others"
        )
    return p
