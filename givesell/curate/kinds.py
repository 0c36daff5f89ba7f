"""The kinds of labelled posts that are worth a second look: which posts fit, how strongly, and how
that is said.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

from givesell.curate.label_errors import wrong_labels
from givesell.curate.reasons_in_words import (
    for_either_label,
    other,
    phrases_for,
    quoted,
    unknown_words,
)
from givesell.reasons.explanation import Explanation
from givesell.show.numbers import certainty, percent
from givesell.verdict import GIVING, SELLING, is_selling

NOVEL = 0.05  # share of the posts that may be called most unlike the training data


@dataclass(frozen=True, slots=True)
class Evidence:
    """What is known of labelled posts that are reviewed.

    Attributes
    ----------
    selling : ndarray of bool, shape (n,)
        Their labels.
    out_of_fold : ndarray of float64, shape (n,)
        Probability of ``selling``, from models that did not train on the post.
    second : ndarray of float64, shape (n,)
        That of a second model.
    unknown : ndarray of float64, shape (n,)
        Share of their n-grams that the model does not know.
    sure, second_sure : ndarray of bool, shape (n,)
        Whether the model is sure out of fold, and whether the second one is.
    second_name : str
        The second model in a sentence, such as ``"the shipped model"``.
    """

    selling: NDArray[np.bool_]
    out_of_fold: NDArray[np.float64]
    second: NDArray[np.float64]
    unknown: NDArray[np.float64]
    sure: NDArray[np.bool_]
    second_sure: NDArray[np.bool_]
    second_name: str

    def of_other_label(self, selling: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the probabilities of the other label than the one given, shape (n,)."""
        return np.where(self.selling, 1 - selling, selling)

    def at(self, row: int) -> "Post":
        """Return what is known of one post."""
        return Post(
            SELLING if self.selling[row] else GIVING,
            float(self.out_of_fold[row]),
            float(self.second[row]),
            float(self.unknown[row]),
            self.second_name,
        )


class Post(NamedTuple):
    """What is known of one post; see `Evidence`."""

    label: str
    out_of_fold: float
    second: float
    unknown: float
    second_name: str


Fits: TypeAlias = tuple[NDArray[np.bool_], NDArray[np.float64]]


class Kind(NamedTuple):
    """A kind of posts.

    Attributes
    ----------
    find : callable
        Says of the posts which are of this kind, and how strongly, 0 to 1.
    sentence : callable
        Says why a post is worth a look, of what is known of it and of its explanation, None where
        it has none.
    suggests_other : bool
        Whether the other label is suggested.
    """

    find: Callable[[Evidence], Fits]
    sentence: Callable[[Post, Explanation | None], str]
    suggests_other: bool


class Picked(NamedTuple):
    """Posts to look at, each once.

    Attributes
    ----------
    rows : ndarray of intp, shape (m,)
    kinds : list of str, length m
    strength : ndarray of float64, shape (m,)
    counts : dict of str to int
        How many posts of each kind there are, picked or not.
    """

    rows: NDArray[np.intp]
    kinds: list[str]
    strength: NDArray[np.float64]
    counts: dict[str, int]


def pick(evidence: Evidence, wanted: Mapping[str, int | None]) -> Picked:
    """Pick the strongest posts of each kind, each post under the first kind that picks it.

    Parameters
    ----------
    evidence : Evidence
    wanted : mapping of str to int
        The most posts of each kind, None for all.

    Returns
    -------
    Picked
    """
    free = np.ones(len(evidence.selling), bool)
    rows, strengths = [np.empty(0, np.intp)], [np.empty(0)]
    kinds, counts = list[str](), dict[str, int]()
    for name, most in wanted.items():
        fits, strength = KINDS[name].find(evidence)
        candidates = np.flatnonzero(fits & free)
        counts[name] = len(candidates)
        chosen = candidates[np.argsort(-strength[candidates], kind="stable")][:most]
        free[chosen] = False
        rows.append(chosen)
        strengths.append(strength[chosen])
        kinds += [name] * len(chosen)
    return Picked(np.concatenate(rows), kinds, np.concatenate(strengths), counts)


def _wrong_label(evidence: Evidence) -> Fits:
    p = evidence.out_of_fold
    return wrong_labels(evidence.selling, p), evidence.of_other_label(p)


def _say_wrong_label(post: Post, explanation: Explanation | None) -> str:
    against = other(post.label)
    second = _of(against, post.second)
    agrees = f"; {post.second_name} says so too ({certainty(second)})" if second >= 0.5 else ""
    return (
        f"labelled {post.label}, but {certainty(_of(against, post.out_of_fold))} {against} out of"
        f" fold{_because(explanation, against)}{agrees}"
    )


def _disagreement(evidence: Evidence) -> Fits:
    fits = (is_selling(evidence.second) != evidence.selling) & evidence.second_sure
    return fits, evidence.of_other_label(evidence.second)


def _say_disagreement(post: Post, explanation: Explanation | None) -> str:
    against = other(post.label)
    if is_selling(post.out_of_fold) == (post.label == SELLING):
        ours = f"{certainty(_of(post.label, post.out_of_fold))} {post.label}, as labelled"
    else:
        ours = f"{certainty(_of(against, post.out_of_fold))} {against} too"
    return (
        f"labelled {post.label}, but {post.second_name} is {certainty(_of(against, post.second))}"
        f" sure of {against}{_because(explanation, against)}; out of fold {ours}"
    )


def _unsure(evidence: Evidence) -> Fits:
    return ~evidence.sure, 1 - 2 * np.abs(evidence.out_of_fold - 0.5)


def _say_unsure(post: Post, explanation: Explanation | None) -> str:
    return f"{certainty(post.out_of_fold)} selling out of fold{for_either_label(explanation)}"


def _novel(evidence: Evidence) -> Fits:
    unknown = evidence.unknown
    return unknown > np.quantile(unknown, 1 - NOVEL), unknown


def _say_novel(post: Post, explanation: Explanation | None) -> str:
    words = unknown_words(explanation)
    such_as = f", such as {quoted(words)}" if words else ""
    return f"{percent(post.unknown)} of its n-grams are unknown to the model{such_as}"


def _of(label: str, selling: float) -> float:
    """Return the probability of a label."""
    return selling if label == SELLING else 1 - selling


def _because(explanation: Explanation | None, label: str) -> str:
    phrases = quoted(phrases_for(explanation, label))
    return f": {phrases}" if phrases else ""


KINDS = {
    "label": Kind(_wrong_label, _say_wrong_label, True),
    "disagreement": Kind(_disagreement, _say_disagreement, True),
    "unsure": Kind(_unsure, _say_unsure, False),
    "novel": Kind(_novel, _say_novel, False),
}
