"""A model's weights as the compiled code takes them, checked here for all that it relies on."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from givesell.core.calibration import Slopes
from givesell.core.fused import MOST_FACETS
from givesell.core.known_ngrams import KnownNgrams, check_squares, ranks_of
from givesell.core.model_arrays import Facets, Linear
from givesell.core.sections import LARGEST, NARROWEST, WIDEST
from givesell.core.tensors import all_finite
from givesell.errors import ArgumentError
from givesell.text.ngrams import ascend, bucket_set, ngrams_of
from givesell.verdict import FACETS, SELLING


class FacetHead(NamedTuple):
    """A linear classification head for facets, over a subset of a model's features.

    ``names`` are facets of `givesell.verdict.FACETS`; ``buckets`` (k,) are ascending, ``weights``
    (k, n_facets) are weight times idf.
    """

    names: tuple[str, ...]
    buckets: NDArray[np.int32]
    weights: NDArray[np.float16]
    intercepts: NDArray[np.float32]


def linear_of(
    features: Mapping[str, Any],
    buckets: NDArray[np.int32],
    table: NDArray[np.float32],
    intercept: float,
    slopes: Sequence[float],
) -> Linear:
    """Return features and weights as the compiled code takes them.

    Parameters
    ----------
    features : mapping
        The parameters of a `givesell.estimators.vectorizer.PostVectorizer`.
    buckets : ndarray of int32, shape (n,)
        Ascending.
    table : ndarray of float32, shape (n, 2)
        Weight times idf, and idf squared.
    intercept : float
    slopes : Slopes, or another pair of float

    Returns
    -------
    Linear

    Raises
    ------
    ArgumentError
        E206 if something cannot be used. Whether numbers are finite is checked by `check_linear`,
        when a kind of model is made.
    """
    ngrams = ngrams_of(
        features["ngram_range"], features.get("char_ngram_range"), features["n_features"]
    )
    buckets, table = np.asarray(buckets), np.ascontiguousarray(table, np.float32)
    if not len(buckets) or table.shape != (len(buckets), 2):
        raise ArgumentError(
            "E206",
            argument="weights",
            expected="two values for each of the ascending buckets",
            given=str(table.shape),
        )
    table.setflags(write=False)
    below, above = (float(slope) for slope in slopes)
    sublinear, unit = bool(features["sublinear_tf"]), features["norm"] == "l2"
    return Linear(
        ngrams,
        bucket_set(buckets, ngrams.mask + 1),
        table,
        float(intercept),
        sublinear,
        unit,
        Slopes(below, above),
    )


def check_linear(linear: Linear) -> None:
    """Refuse weights that are not finite, or so large that sums of them are not.

    Raises
    ------
    ArgumentError
        E211.
    """
    weights = linear.table[:, 0]
    # Each comparison is false of NaN.
    if not (weights.min() >= -LARGEST and weights.max() <= LARGEST):
        raise ArgumentError("E211", what="the weights", expected=f"finite and within {LARGEST:g}")
    check_squares(linear.table[:, 1])
    if not abs(linear.intercept) <= LARGEST:
        raise ArgumentError("E211", what="the intercept", expected=f"finite and within {LARGEST:g}")
    if not all(NARROWEST <= slope <= WIDEST for slope in linear.slopes):
        raise ArgumentError(
            "E211",
            what="the slopes of the calibration",
            expected=f"from {NARROWEST:g} to {WIDEST:g}",
        )


def facets_of(head: FacetHead, known: KnownNgrams) -> Facets:
    """Return a facet head as the compiled code takes it.

    Parameters
    ----------
    head : FacetHead
    known : KnownNgrams
        Those of the model.

    Returns
    -------
    Facets

    Raises
    ------
    ArgumentError
        E206 if names are unknown or repeated, or the buckets are not among those of the model; E211
        if numbers are not finite.
    """
    names, shape = set(head.names), (len(head.buckets), len(head.names))
    all_facets = {name for names in FACETS.values() for name in names}
    at = ranks_of(known.vocabulary, head.buckets)
    if (
        not names <= all_facets
        or not 0 < len(names) == len(head.names) <= MOST_FACETS
        or head.weights.shape != shape
        or head.intercepts.shape != shape[1:]
        or not ascend(head.buckets)
        or at is None
    ):
        raise ArgumentError(
            "E206",
            argument="facets",
            expected="known names, and weights for buckets of the model",
            given=repr(shape),
        )
    if (
        not all_finite(head.weights)
        or not all_finite(head.intercepts)
        or np.abs(head.intercepts).max() > LARGEST
    ):
        raise ArgumentError(
            "E211", what="the weights of facets", expected=f"finite and within {LARGEST:g}"
        )
    rows = np.full(len(known.squares), len(at), np.int32)
    rows[at] = np.arange(len(at))
    weights = np.zeros((len(at) + 1, MOST_FACETS), np.float32)
    weights[:-1, : shape[1]] = head.weights
    facets = Facets(
        rows,
        weights,
        np.array(head.intercepts, np.float32),
        np.array([name in FACETS[SELLING] for name in head.names]),
    )
    for array in facets:
        array.setflags(write=False)
    return facets
