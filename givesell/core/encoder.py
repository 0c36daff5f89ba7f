"""The encoder kind of model: a small transformer that reads the word pieces of a post."""

import copy
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar, Self

import numpy as np
from numpy.typing import NDArray

from givesell.core.calibration import UNCALIBRATED, Slopes, probabilities
from givesell.core.encoder_arrays import ARRAYS
from givesell.core.encoder_session import AT_ONCE, Encoder
from givesell.core.fused import MOST_FACETS, NO_FACET, FusedScorer
from givesell.core.kind import Settings, Tensors
from givesell.core.known_ngrams import KnownNgrams, buckets_of, known_ngrams
from givesell.core.linear import features_of
from givesell.core.manifest import Manifest
from givesell.core.model_arrays import Facets, Scored, Weights
from givesell.core.scoring import read_posts, threads_of
from givesell.core.tensors import Layout
from givesell.errors import ArgumentError
from givesell.verdict import FACETS, SELLING, Status, is_selling

_PREFIX = "encoder."
_KNOWN: Layout = {"known.buckets": ("I32", "<i4", 1), "known.squares": ("F16", "<f2", 1)}
MANY = 64  # posts from which threads pay for their start


class EncoderKind:
    """A transformer encoder with a head for the label and the facets, run by ONNX Runtime.

    Parameters
    ----------
    arrays : mapping of str to ndarray
        See `givesell.core.encoder_arrays`.
    features : mapping
        The parameters of the `givesell.estimators.vectorizer.PostVectorizer` of the known n-grams.
    known : KnownNgrams
    facet_names : sequence of str, optional
        The facets of the head's further values.
    epsilon : float, default 1e-5
        What the norms add to a variance.
    intercept : float, default 0
        Added to the head's log-odds.
    slopes : Slopes, optional
        The two-sided calibration.

    Raises
    ------
    ArgumentError
        E206 where arrays, names or settings cannot be used.
    """

    name: ClassVar[str] = "encoder"
    can_explain: ClassVar[bool] = False
    can_be_adapted: ClassVar[bool] = False
    can_be_saved: ClassVar[bool] = True
    own_facets: ClassVar[bool] = True
    # Another processor rounds sums of float32 otherwise, and where that moves a number across the
    # border between two whole ones, all that follows from it differs by a step.
    close: ClassVar[float] = 0.02
    layout: ClassVar[Layout] = {**{_PREFIX + name: row for name, row in ARRAYS.items()}, **_KNOWN}

    def __init__(
        self,
        arrays: Mapping[str, NDArray[Any]],
        features: Mapping[str, Any],
        known: KnownNgrams,
        facet_names: Sequence[str] = (),
        *,
        epsilon: float = 1e-5,
        intercept: float = 0.0,
        slopes: Slopes = UNCALIBRATED,
    ) -> None:
        self._encoder = Encoder(arrays, epsilon)
        self._features, self._known = dict(features), known
        self._facet_names = _checked_names(facet_names, self._encoder.size.facets)
        self._intercept, self._slopes = float(intercept), slopes

    @classmethod
    def from_tensors(cls, manifest: Manifest, tensors: Tensors) -> Self:
        """Make the kind of a checked manifest and the arrays of `layout`."""
        features = features_of(manifest)
        buckets, squares = (tensors[name] for name in _KNOWN)
        names = None if manifest.facets is None else manifest.facets.names
        epsilon = manifest.settings.get("epsilon")
        if not isinstance(epsilon, float):
            raise ArgumentError(
                "E206", argument="encoder epsilon", expected="a number", given=repr(epsilon)
            )
        return cls(
            {name: tensors[_PREFIX + name] for name in ARRAYS},
            features,
            known_ngrams(features, buckets, squares.astype(np.float32)),
            names or (),
            epsilon=epsilon,
            intercept=manifest.intercept,
            slopes=Slopes(manifest.slopes.giving, manifest.slopes.selling),
        )

    def with_calibration(self, intercept: float, slopes: Slopes) -> Self:
        """Return the same encoder with another calibration of its log-odds."""
        kind = copy.copy(self)
        kind._intercept, kind._slopes = float(intercept), slopes
        return kind

    @property
    def classifier(self) -> str:
        """The name of the classifier, for errors."""
        return self.name

    @property
    def facet_names(self) -> tuple[str, ...]:
        """The facets that the head knows."""
        return self._facet_names

    @property
    def features(self) -> Mapping[str, Any]:
        """The parameters of the `PostVectorizer` of the known n-grams."""
        return self._features

    @property
    def known(self) -> KnownNgrams:
        """The n-grams of the training posts."""
        return self._known

    @property
    def intercept(self) -> float:
        """What is added to the head's log-odds."""
        return self._intercept

    @property
    def slopes(self) -> Slopes:
        """The two-sided calibration of its log-odds."""
        return self._slopes

    @property
    def settings(self) -> Settings:
        """``epsilon``, and the size of the encoder for its card."""
        size = self._encoder.size
        return {
            "epsilon": self._encoder.epsilon,
            "layers": size.layers,
            "width": size.width,
            "heads": size.heads,
            "inner": size.inner,
            "pieces": size.vocabulary,
        }

    @property
    def weights(self) -> Weights | None:
        """None: the log-odds are not a sum of parts."""
        return None

    def scorer(self, facets: Facets | None) -> FusedScorer | None:  # noqa: ARG002
        """None: there are no weights."""
        return None

    def values(self, posts: Sequence[str], n_jobs: int | None = None) -> NDArray[np.float64]:
        """Return what the head says of posts, before calibration.

        Parameters
        ----------
        posts : sequence of str
        n_jobs : int, optional
            Threads, as joblib counts them; by default all cores from 64 posts on.

        Returns
        -------
        ndarray of float64, shape (n, 1 + n_facets)
            The log-odds of selling, then a value for each of `facet_names`, of which a softmax
            makes probabilities.
        """
        threads = 1 if n_jobs is None and len(posts) < MANY else threads_of(n_jobs)
        return self._encoder.values(posts, threads)

    def score(self, posts: Sequence[Any], n_jobs: int | None, *, facets: Facets | None) -> Scored:  # noqa: ARG002
        """Score posts that can be judged, and tell their facets, which takes no more time."""
        status, may_be_sure = read_posts(self._known, posts, n_jobs)
        selling = np.full(len(posts), np.nan, np.float32)
        facet = np.full(len(posts), NO_FACET, np.uint8)
        for start in range(0, len(posts), AT_ONCE):
            rows = start + np.flatnonzero(status[start : start + AT_ONCE] == Status.OK)
            if len(rows):
                part = posts[start : start + AT_ONCE]
                values = self.values([part[row - start] for row in rows.tolist()], n_jobs)
                odds = values[:, 0] + self._intercept
                selling[rows] = probabilities(odds, self._slopes)
                facet[rows] = self._likeliest(values[:, 1:], is_selling(selling[rows]))
        return Scored(selling, status, may_be_sure, facet if self._facet_names else None)

    def tensors(self) -> Tensors:
        """Return the arrays of `layout`."""
        known = buckets_of(self._known.vocabulary), self._known.squares.astype(np.float16)
        return {
            **{_PREFIX + name: self._encoder.arrays[name] for name in ARRAYS},
            **dict(zip(_KNOWN, known, strict=True)),
        }

    def __str__(self) -> str:
        size = self._encoder.size
        return f"an encoder of {size.layers} layers, {size.width} wide"

    def _likeliest(
        self, values: NDArray[np.float64], sells: NDArray[np.bool_]
    ) -> NDArray[np.uint8]:
        """Return the likeliest facet of each post's label; there may be none of it."""
        of_selling = np.array([name in FACETS[SELLING] for name in self._facet_names], bool)
        odds = np.where(of_selling == sells[:, None], values, -np.inf)
        if not odds.shape[1]:
            return np.full(len(odds), NO_FACET, np.uint8)
        best = odds.argmax(axis=1)
        none = np.isneginf(odds[np.arange(len(odds)), best])
        return np.where(none, NO_FACET, best).astype(np.uint8)


def _checked_names(names: Sequence[str], values: int) -> tuple[str, ...]:
    """Refuse names that are not facets, or not one for each value of the head."""
    every = {name for facets in FACETS.values() for name in facets}
    if not set(names) <= every or not len(set(names)) == len(names) == values <= MOST_FACETS:
        raise ArgumentError(
            "E206",
            argument="encoder facets",
            expected=f"known names, each once, for {values} values of the head",
            given=f"{len(names)} names",
        )
    return tuple(names)
