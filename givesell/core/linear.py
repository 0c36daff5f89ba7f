"""The linear kind of model: a weight for each n-gram."""

from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Any, ClassVar, Self

import numpy as np
from numpy.typing import NDArray

from givesell.core.calibration import Slopes
from givesell.core.fused import FusedScorer
from givesell.core.kind import Settings, Tensors
from givesell.core.known_ngrams import KnownNgrams, buckets_of
from givesell.core.manifest import Manifest
from givesell.core.model_arrays import Facets, Linear, Scored, Weights
from givesell.core.scoring import score_posts
from givesell.core.tensors import Layout
from givesell.core.weights import check_linear, linear_of


class LinearKind:
    """A weighted sum of n-grams, scored in one compiled pass.

    Parameters
    ----------
    linear : Linear
        As `givesell.core.weights.linear_of` makes it.
    features : mapping
        The parameters of the `givesell.estimators.vectorizer.PostVectorizer`.

    Raises
    ------
    ArgumentError
        E211 where weights are not finite or too large.
    """

    name: ClassVar[str] = "linear"
    can_explain: ClassVar[bool] = True
    can_be_adapted: ClassVar[bool] = True
    can_be_saved: ClassVar[bool] = True
    own_facets: ClassVar[bool] = False
    close: ClassVar[float] = 1e-5  # float32 arithmetic on another machine
    layout: ClassVar[Layout] = {"buckets": ("I32", "<i4", 1), "weights": ("F32", "<f4", 2)}

    def __init__(self, linear: Linear, features: Mapping[str, Any]) -> None:
        check_linear(linear)
        self._linear = linear
        self._features = _as_stored(features, linear)
        self._scorer: FusedScorer | None = None

    def __getstate__(self) -> dict[str, Any]:
        return self.__dict__.copy()  # other threads may add what is computed once

    @classmethod
    def from_tensors(cls, manifest: Manifest, tensors: Tensors) -> Self:
        """Make the kind of a checked manifest and the arrays of `layout`."""
        return cls(linear_from(manifest, tensors), features_of(manifest))

    @property
    def classifier(self) -> str:
        """The name of the classifier, for errors."""
        return self.name

    @property
    def facet_names(self) -> tuple[str, ...]:
        """Empty: a head beside it tells facets."""
        return ()

    @property
    def features(self) -> Mapping[str, Any]:
        """The parameters of the `PostVectorizer`, as a manifest holds them."""
        return self._features

    @cached_property
    def buckets(self) -> NDArray[np.int32]:
        """The buckets that carry a weight, in the order of the table, shape (n,)."""
        return buckets_of(self._linear.vocabulary)

    @property
    def known(self) -> KnownNgrams:
        """The n-grams that carry a weight."""
        return KnownNgrams(self._linear.ngrams, self._linear.vocabulary, self._linear.table[:, 1])

    @property
    def intercept(self) -> float:
        """The log-odds of a post before a word is read."""
        return self._linear.intercept

    @property
    def slopes(self) -> Slopes:
        """The two-sided calibration of its log-odds."""
        return self._linear.slopes

    @property
    def settings(self) -> Settings:
        """Empty: the arrays are all."""
        return {}

    @property
    def weights(self) -> Weights:
        """The weights as the compiled code takes them."""
        return Weights(self._linear, None)

    def scorer(self, facets: Facets | None) -> FusedScorer:
        """The weights and the facets, if there are any, as posts are scored by them; made once."""
        scorer = self._scorer
        if scorer is None or (facets is not None and facets is not scorer.facets):
            self._scorer = scorer = FusedScorer(self.weights, facets)
        return scorer

    def score(self, posts: Sequence[Any], n_jobs: int | None, *, facets: Facets | None) -> Scored:
        """Score posts; see `givesell.core.scoring.score_posts`."""
        return score_posts(self.scorer(facets), posts, n_jobs, facets=facets is not None)

    def tensors(self) -> Tensors:
        """Return the arrays of `layout`."""
        return {"buckets": self.buckets, "weights": self._linear.table}

    def __str__(self) -> str:
        return f"{len(self._linear.table):,} features"


def linear_from(manifest: Manifest, tensors: Tensors) -> Linear:
    """Return the linear part of an artifact as the compiled code takes it."""
    slopes = manifest.slopes.giving, manifest.slopes.selling
    return linear_of(
        features_of(manifest), tensors["buckets"], tensors["weights"], manifest.intercept, slopes
    )


def features_of(manifest: Manifest) -> dict[str, Any]:
    """Return the parameters of the `givesell.estimators.vectorizer.PostVectorizer` of an
    artifact.
    """
    names = manifest.features.__struct_fields__
    return {name: getattr(manifest.features, name) for name in names}


def _as_stored(features: Mapping[str, Any], linear: Linear) -> dict[str, Any]:
    """Return the parameters of the features as a manifest holds them, whatever types of numbers
    they were given as.
    """
    ngrams = linear.ngrams
    chars = (ngrams.char_low, ngrams.char_high) if ngrams.char_high else None
    read: dict[str, Any] = {
        "ngram_range": (ngrams.low, ngrams.high),
        "char_ngram_range": chars,
        "n_features": ngrams.mask + 1,
    }
    read |= {"sublinear_tf": linear.sublinear, "norm": "l2" if linear.unit else None}
    read |= {
        name: kind(features[name])
        for name, kind in (("use_idf", bool), ("min_df", int))
        if name in features
    }
    return {name: read.get(name, features[name]) for name in sorted(features)}
