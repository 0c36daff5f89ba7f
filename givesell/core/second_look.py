"""The second look: one model reads every post, and a slower and better one those that deserve it.

Which posts those are says a rule that is data, `givesell.core.sections.SecondLook`, by what is
known once the first model has read a post: its probability, whether it may be sure, the facet that
it names, and how long the post is. Two models and the rule are a kind of model that scores as any
other, and says of each post which of them has spoken.
"""

import hashlib
import math
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar, NamedTuple

import msgspec
import numpy as np
from numpy.typing import NDArray

from givesell.core.calibration import UNCALIBRATED, Slopes
from givesell.core.fused import NO_FACET, FusedScorer
from givesell.core.kind import Kind, Settings, Tensors
from givesell.core.known_ngrams import KnownNgrams
from givesell.core.model_arrays import Facets, ReadTwice, Scored, Weights
from givesell.core.sections import Curve, SecondLook
from givesell.text.posts import MOST_POSTS
from givesell.verdict import Again, Status, is_selling

_EXTREME = 1e-6  # a probability of 0 or 1 has no log-odds


class Reader(NamedTuple):
    """A model as the second look uses it: its name, the digest of its weights if it was loaded,
    what scores, the head that tells facets beside it, and the names of the facets.
    """

    name: str
    digest: str | None
    kind: Kind
    facets: Facets | None
    facet_names: tuple[str, ...]

    def score(self, posts: Sequence[Any], n_jobs: int | None) -> Scored:
        """Score posts, with facets."""
        return self.kind.score(posts, n_jobs, facets=self.facets)


def worth(rule: SecondLook, scored: Scored, names: Sequence[str], characters: Any) -> Any:
    """Return what it is worth to read posts again.

    Parameters
    ----------
    rule : SecondLook
    scored : Scored
        Of the first model, shape (n,).
    names : sequence of str
        The facets of `scored`, by their numbers.
    characters : array-like of int, shape (n,)
        The length of each post.

    Returns
    -------
    ndarray of float64, shape (n,)
        -inf for posts that cannot be judged.
    """
    by_facet = np.zeros(256)
    by_facet[: len(names)] = [rule.facets.get(name, 0.0) for name in names]
    judged = scored.status == Status.OK
    selling = np.where(judged, scored.selling, 0).astype(np.float64)
    sum_of = _on(rule.selling, selling) + _on(rule.characters, characters)
    sum_of += np.where(scored.may_be_sure, 0.0, rule.unread)
    if scored.facet is not None:
        sum_of += by_facet[scored.facet]
    return np.where(judged, sum_of, -np.inf)


def mixed(rule: SecondLook, first: NDArray[Any], second: NDArray[Any]) -> NDArray[np.float32]:
    """Return the probabilities of posts that both models have read.

    Parameters
    ----------
    rule : SecondLook
    first, second : ndarray of float32, shape (n,)

    Returns
    -------
    ndarray of float32, shape (n,)
    """
    if rule.mix is None:
        return second.astype(np.float32)
    by_first, by_second, offset = rule.mix
    # One at a time: what a post gets must not depend on those beside it, to the last bit.
    return np.array(
        [
            _sigmoid(by_first * _log_odds(p) + by_second * _log_odds(q) + offset)
            for p, q in zip(first.tolist(), second.tolist(), strict=True)
        ],
        np.float32,
    )


class SecondLookKind:
    """A model that reads every post, and another that reads some of them again.

    Parameters
    ----------
    first, second : Reader
    rule : SecondLook
        Which posts the second one reads, and what becomes of the two probabilities.
    """

    name: ClassVar[str] = "second-look"
    can_explain: ClassVar[bool] = False
    can_be_adapted: ClassVar[bool] = False
    can_be_saved: ClassVar[bool] = False

    def __init__(self, first: Reader, second: Reader, rule: SecondLook) -> None:
        self.first, self.second, self.rule = first, second, rule
        own = first.facet_names
        self._facet_names = (*own, *(name for name in second.facet_names if name not in own))
        numbers = [self._facet_names.index(name) for name in second.facet_names]
        self._numbers = np.full(256, NO_FACET, np.uint8)
        self._numbers[: len(numbers)] = numbers

    @property
    def classifier(self) -> str:
        """What scores, in a few words."""
        return f"{self.first.name}, and {self.second.name} for some posts"

    @property
    def facet_names(self) -> tuple[str, ...]:
        """The facets of both models, each once."""
        return self._facet_names

    @property
    def features(self) -> Mapping[str, Any]:
        """Those of the first model."""
        return self.first.kind.features

    @property
    def known(self) -> KnownNgrams:
        """The n-grams that the first model knows, which reads every post."""
        return self.first.kind.known

    @property
    def intercept(self) -> float:
        """0: each model applies its own."""
        return 0.0

    @property
    def slopes(self) -> Slopes:
        """Slopes of 1: each model applies its own."""
        return UNCALIBRATED

    @property
    def settings(self) -> Settings:
        """What tells two such models apart: the digests of both models and of the rule."""
        return {
            "first": self.first.digest,
            "second": self.second.digest,
            "rule": hashlib.sha256(msgspec.json.encode(self.rule)).hexdigest(),
        }

    @property
    def weights(self) -> Weights | None:
        """None: two models are no sum of parts."""
        return None

    def scorer(self, facets: Facets | None) -> FusedScorer | None:  # noqa: ARG002
        """None: there are no weights."""
        return None

    def score(self, posts: Sequence[Any], n_jobs: int | None, *, facets: Facets | None) -> Scored:  # noqa: ARG002
        """Score posts by the first model, then some of them by the second."""
        first = self.first.score(posts, n_jobs)
        rows = np.flatnonzero(self._worth(first, posts) >= self.rule.least)
        again = np.full(len(posts), Again.NO, np.uint8)
        facet = None
        if self._facet_names:
            facet = np.full(len(posts), NO_FACET, np.uint8) if first.facet is None else first.facet
        if not len(rows):
            return ReadTwice.of(first._replace(facet=facet), again)
        second = self.second.score(_taken(posts, rows), n_jobs)
        # A post that the second model cannot judge keeps the first one's verdict.
        read = second.status == Status.OK
        rows, selling, may_be_sure = rows[read], first.selling.copy(), first.may_be_sure.copy()
        selling[rows] = mixed(self.rule, first.selling[rows], second.selling[read])
        may_be_sure[rows] = second.may_be_sure[read]
        before, after = is_selling(first.selling[rows]), is_selling(selling[rows])
        again[rows] = np.where(before == after, Again.SAME_LABEL, Again.OTHER_LABEL)
        if facet is not None:
            facet = facet.copy()
            facet[rows] = np.where(before == after, facet[rows], NO_FACET)
            if second.facet is not None:
                # A mix of both can have another label than the second model alone.
                told = is_selling(second.selling[read]) == after
                facet[rows[told]] = self._numbers[second.facet[read]][told]
        return ReadTwice.of(Scored(selling, first.status, may_be_sure, facet), again)

    def tensors(self) -> Tensors | None:
        """None: each model is saved by itself."""
        return None

    def _worth(self, first: Scored, posts: Sequence[Any]) -> NDArray[np.float64]:
        characters = np.zeros(len(posts), np.int64)
        if any(self.rule.characters.worth):
            for start in range(0, len(posts), MOST_POSTS):
                part = posts[start : start + MOST_POSTS]
                lengths = [len(post) if isinstance(post, str) else 0 for post in part]
                characters[start : start + len(lengths)] = lengths
        found: NDArray[np.float64] = worth(self.rule, first, self.first.facet_names, characters)
        return found

    def __str__(self) -> str:
        return f"{self.first.kind}; then {self.second.kind} for posts that deserve a second look"


def _taken(posts: Sequence[Any], rows: NDArray[np.int64]) -> list[Any]:
    """Return some of the posts, a block of a column at a time."""
    taken: list[Any] = []
    for start in range(0, len(posts), MOST_POSTS):
        here = rows[np.searchsorted(rows, start) : np.searchsorted(rows, start + MOST_POSTS)]
        if len(here):
            part = posts[start : start + MOST_POSTS]
            taken += [part[row - start] for row in here.tolist()]
    return taken


def _on(curve: Curve, values: Any) -> NDArray[np.float64]:
    return np.asarray(np.interp(values, curve.at, curve.worth))


def _log_odds(p: float) -> float:
    p = min(max(p, _EXTREME), 1 - _EXTREME)
    return math.log(p / (1 - p))


def _sigmoid(log_odds: float) -> float:
    return 1 / (1 + math.exp(-log_odds)) if log_odds > -700 else 0.0
