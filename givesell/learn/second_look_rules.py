"""Rules for a second look, fitted to out-of-fold probabilities of two models.

A rule is a sum of a few numbers (`givesell.core.sections.SecondLook`): by how unsure the first
model is, on the side of each label; whether it knows enough of the words; the facet that it names;
and the length of the post. A logistic regression fits them to the posts on which the first model is
wrong and the second right; the plain rule has the first of them alone. Beyond which sum posts are
read again says the budget.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import msgspec
import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression

from givesell.core.model_arrays import Scored
from givesell.core.second_look import mixed, worth
from givesell.core.sections import Curve, SecondLook, Thresholds
from givesell.learn.calibrate import PRIOR
from givesell.measure.sure import verdicts_and_may_be_sure
from givesell.model.model import Model
from givesell.text.posts import as_sequence
from givesell.types import PostsLike, ValuesLike
from givesell.verdict import FACETS, LABELS, Status, is_selling

FLAT = Curve([0.0], [0.0])
LEAST_P = 1e-3  # of a probability, in log loss
_KNOTS = np.arange(-8, 8.25, 0.25)  # of the curve over log-odds
_LENGTHS = (1, 10, 20, 40, 80, 160, 320, 640, 1280)
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
    def of(cls, model: Model, posts: PostsLike) -> "FirstReading":
        """Return what a model knows of posts.

        Parameters
        ----------
        model : Model
        posts : sequence or column of str, shape (n,)

        Returns
        -------
        FirstReading
        """
        column = as_sequence(posts)
        may_be_sure = verdicts_and_may_be_sure(model, column)[1]
        facet = model.verdicts(column).facet
        lengths = [len(post) if isinstance(post, str) else 0 for post in column]
        nothing = np.full(len(lengths), None, object)
        return cls(may_be_sure, nothing if facet is None else facet, np.array(lengths, np.int64))

    def take(self, rows: NDArray[np.intp] | Bools) -> "FirstReading":
        """Return that of some of the posts."""
        return FirstReading(self.may_be_sure[rows], self.facet[rows], self.characters[rows])


@dataclass(frozen=True, slots=True)
class Posts:
    """Labelled posts that both models have read."""

    first: Floats
    second: Floats
    selling: Bools
    reading: FirstReading

    def take(self, rows: Bools) -> "Posts":
        """Return some of the posts."""
        return Posts(
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
        """Return what a rule says that a second look is worth."""
        found: Floats = worth(rule, self.scored(), _NAMES, self.reading.characters)
        return found


def apply_rule(
    rule: SecondLook, p_first: ValuesLike, p_second: ValuesLike, reading: FirstReading
) -> tuple[Floats, Bools]:
    """Return the probabilities that both models together give.

    Parameters
    ----------
    rule : SecondLook
    p_first, p_second : array-like of float, shape (n,)
        The probabilities of selling by each model alone.
    reading : FirstReading

    Returns
    -------
    p : ndarray of float64, shape (n,)
    again : ndarray of bool, shape (n,)
        Which posts the second model reads.

    Examples
    --------
    >>> import givesell
    >>> from givesell.learn.second_look import simple_rule
    >>> rule = simple_rule(givesell.load(), between=(0.1, 0.9))
    >>> reading = FirstReading(np.ones(2, bool), np.full(2, None), np.full(2, 70))
    >>> p, again = apply_rule(rule, [0.05, 0.5], [0.5, 0.75], reading)
    >>> p.tolist(), again.tolist()
    ([0.05, 0.75], [False, True])
    """
    first, second = np.asarray(p_first, np.float64), np.asarray(p_second, np.float64)
    again = Posts(first, second, np.zeros(len(first), bool), reading).worth(rule) >= rule.least
    p = first.copy()
    p[again] = mixed(rule, first[again], second[again])
    return p, again


def fitted_rule(
    posts: Posts, first: Model, budget: float, strength: float | None, *, mix: bool
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
    return msgspec.structs.replace(rule, least=float(least), share=float(again.mean()), mix=both)


def _plain(first: Model) -> SecondLook:
    """Return the rule by which the least sure posts come first."""
    curve = Curve(_at_knots(), [-round(abs(float(knot)), 6) for knot in _KNOTS])
    return SecondLook(first.name, 0.0, curve, FLAT, Thresholds(*first.thresholds), share=0.0)


def _regressed(posts: Posts, first: Model, strength: float) -> SecondLook:
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


def _mix(posts: Posts, again: Bools) -> tuple[float, float, float] | None:
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


def _by_log_odds(odds: Any) -> Iterator[Any]:
    odds = np.asarray(odds)
    yield from (np.abs(odds), odds >= 0, np.maximum(odds, 0))


def _by_length(characters: Any) -> Floats:
    return np.log(np.clip(np.asarray(characters, np.float64), _LENGTHS[0], _LENGTHS[-1])) / 4


def _log_odds(p: Floats) -> Floats:
    p = np.clip(p, LEAST_P / 10, 1 - LEAST_P / 10)
    found: Floats = np.log(p / (1 - p))
    return found


def _at_knots() -> list[float]:
    return [round(float(p), 8) for p in 1 / (1 + np.exp(-_KNOTS))]
