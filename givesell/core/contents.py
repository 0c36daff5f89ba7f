"""The parts of an artifact: its kind of model, its record, its facets."""

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from givesell.core.artifact import FACET_LAYOUT, FINGERPRINT_LAYOUT
from givesell.core.kind import StoredKind, Tensors
from givesell.core.kinds import KINDS
from givesell.core.manifest import Read
from givesell.core.weights import FacetHead
from givesell.errors import ArgumentError


class Contents(NamedTuple):
    """The parts of an artifact; ``digest`` is the SHA-256 of its weights."""

    kind: StoredKind
    thresholds: tuple[float, float]
    info: dict[str, Any]
    facets: FacetHead | None
    fingerprints: NDArray[np.uint64] | None
    digest: str


def contents_of(read: Read, tensors: Tensors) -> Contents:
    """Return what a checked artifact holds.

    Parameters
    ----------
    read : Read
    tensors : dict of str to ndarray

    Returns
    -------
    Contents

    Raises
    ------
    ArgumentError
        If arrays do not fit together or hold numbers that cannot be used.
    """
    manifest = read.manifest
    kind = KINDS[manifest.kind].from_tensors(manifest, tensors)
    head = None
    if not kind.own_facets and manifest.facets is not None and manifest.facets.names is not None:
        arrays = (tensors[name] for name in FACET_LAYOUT)
        head = FacetHead(tuple(manifest.facets.names), *arrays)
    fingerprints = None
    if manifest.fingerprints is not None:
        (name,) = FINGERPRINT_LAYOUT
        fingerprints = tensors[name]
        if len(fingerprints) != manifest.fingerprints.posts:
            raise ArgumentError(
                "E206",
                argument="fingerprints",
                expected="as many as the manifest says",
                given="others",
            )
    thresholds = manifest.thresholds.sure_giving_up_to, manifest.thresholds.sure_selling_from
    return Contents(kind, thresholds, read.plain, head, fingerprints, manifest.files.weights.sha256)


def tensors_of(
    kind: Tensors, facets: FacetHead | None, fingerprints: NDArray[np.uint64] | None
) -> Tensors:
    """Return the arrays of a model, its kind's and others, by their names in an artifact."""
    tensors = dict(kind)
    if facets is not None:
        arrays = (facets.buckets, facets.weights, facets.intercepts)
        tensors |= dict(zip(FACET_LAYOUT, arrays, strict=True))
    if fingerprints is not None:
        tensors |= dict.fromkeys(FINGERPRINT_LAYOUT, fingerprints)
    return tensors
