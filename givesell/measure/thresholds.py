"""Choosing the thresholds of sure verdicts for a precision, a recall, or what mistakes cost."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from givesell.errors import ArgumentError
from givesell.verdict import THRESHOLD, is_selling

FEWEST_SURE = 50  # posts beyond a threshold that a precision can be measured on


def sure_thresholds(
    p: NDArray[np.float64], selling: NDArray[np.bool_], precision: float
) -> tuple[float, float]:
    """Return the widest thresholds beyond which verdicts reach a precision.

    Where no post lies between the last that counts and the next, nothing measured says where in the
    gap to stop: then at the probability that is itself the precision, if it lies there, so that
    scores which separate the labels wholly give ``(1 - precision, precision)``.

    Parameters
    ----------
    p : ndarray of float64, shape (n,)
        Out-of-fold probabilities.
    selling : ndarray of bool, shape (n,)
    precision : float

    Returns
    -------
    low, high : float
        At most ``low`` or at least ``high``; 0 or 1 where the precision is never reached.

    Examples
    --------
    >>> sure_thresholds(np.repeat([0.001, 0.9995], 60), np.repeat([False, True], 60), 0.92)
    (0.08, 0.92)
    """
    high = _lowest(p, selling, precision)
    low = 1 - _lowest(1 - p, ~selling, precision)
    return round(low, 4), round(high, 4)


def _lowest(p: NDArray[np.float64], right: NDArray[np.bool_], precision: float) -> float:
    """Return the lowest threshold from 0.5 on at which the posts above reach the precision."""
    order = np.argsort(-p, kind="stable")
    falling = p[order]
    reached = np.cumsum(right[order]) / np.arange(1, len(p) + 1)
    ends = np.append(
        falling[1:] < falling[:-1], True
    )  # of posts with one probability all or none are sure
    good = np.flatnonzero(
        (reached >= precision) & ends & is_selling(falling) & (np.arange(len(p)) >= FEWEST_SURE - 1)
    )
    if not len(good):
        return 1.0
    last, following = (
        float(falling[at]) if at < len(p) else 0.0 for at in (good[-1], good[-1] + 1)
    )
    return (
        max(min(last, precision), (last + max(following, THRESHOLD)) / 2)
        if last > precision
        else last
    )


def choose(
    p: NDArray[np.float64],
    selling: NDArray[np.bool_],
    may_be_sure: NDArray[np.bool_] | None = None,
    *,
    precision: float | None = None,
    recall: float | None = None,
    cost: tuple[float, float, float] | None = None,
) -> tuple[float, float]:
    """Return ``(low, high)``; see `givesell.measure.evaluation.Evaluation.thresholds`.

    Parameters
    ----------
    p : ndarray of float64, shape (n,)
    selling : ndarray of bool, shape (n,)
    may_be_sure : ndarray of bool, shape (n,), optional
        Which verdicts may be sure at all; by default each.
    precision, recall : float, optional
    cost : tuple of float, optional

    Returns
    -------
    low, high : float

    Raises
    ------
    ArgumentError
        If not exactly one is given, or its value cannot be used.

    Examples
    --------
    >>> p, selling = np.array([0.1, 0.2, 0.6, 0.7, 0.9]), np.array([False, True, False, True, True])
    >>> choose(p, selling, cost=(10, 10, 1))
    (0.1, 0.7)
    """
    given = {
        name: value
        for name, value in {"precision": precision, "recall": recall, "cost": cost}.items()
        if value is not None
    }
    if len(given) != 1:
        raise ArgumentError("E332", given=", ".join(given) or "none of them")
    may = np.ones(len(p), bool) if may_be_sure is None else may_be_sure
    if cost is not None:  # what is never sure costs the same wherever the thresholds are
        return _cheapest(p[may], selling[may], _costs(cost))
    for name, value in given.items():
        if not isinstance(value, (int, float)) or not 0 < value <= 1:
            raise ArgumentError(
                "E206", argument=name, expected="a number above 0, up to 1", given=repr(value)
            )
    if precision is not None:
        return sure_thresholds(p[may], selling[may], precision)
    wanted = 1.0 if recall is None else recall
    low = 1 - _reaching(np.where(may, 1 - p, -np.inf)[~selling], wanted)
    return round(low, 4), _reaching(np.where(may, p, -np.inf)[selling], wanted)


def _reaching(p: NDArray[np.float64], recall: float) -> float:
    """Return the highest threshold from one half on beyond which that share of the probabilities
    lies.
    """
    if not len(p):
        return 1.0
    last = np.sort(p)[::-1][int(np.ceil(recall * len(p))) - 1]
    return max(THRESHOLD, round(float(last) - 5e-5, 4))


def _costs(cost: Any) -> tuple[float, float, float]:
    try:
        false_selling, false_giving, unsure = (float(part) for part in cost)
        if (
            min(false_selling, false_giving, unsure) >= 0
            and np.isfinite([false_selling, false_giving, unsure]).all()
        ):
            return false_selling, false_giving, unsure
    except (TypeError, ValueError):
        pass
    expected = (
        "three numbers from 0 on: of a giving post called selling, of a selling post called giving,"
        " of an unsure one"
    )
    raise ArgumentError("E206", argument="cost", expected=expected, given=repr(cost))


def _cheapest(
    p: NDArray[np.float64], selling: NDArray[np.bool_], cost: tuple[float, float, float]
) -> tuple[float, float]:
    """Return the thresholds at which mistakes among the sure and the look at the others cost
    least.
    """
    false_selling, false_giving, unsure = cost
    called = is_selling(p)
    high = _cheapest_side(p[called], ~selling[called] * false_selling, unsure)
    low = 1 - _cheapest_side(1 - p[~called], selling[~called] * false_giving, unsure)
    return round(low, 6), round(high, 6)


def _cheapest_side(p: NDArray[np.float64], wrong: NDArray[np.float64], unsure: float) -> float:
    """Return the threshold on one side: 1 where no sure verdict pays."""
    order = np.argsort(-p, kind="stable")
    p, saved = p[order], np.cumsum(unsure - wrong[order])
    saved[:-1][np.diff(p) == 0] = -np.inf  # no threshold lies between equal probabilities
    best = int(saved.argmax()) if len(saved) else 0
    return float(p[best]) if len(saved) and saved[best] > 0 else 1.0
