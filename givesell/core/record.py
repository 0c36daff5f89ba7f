"""What a model records about itself: the plain dict that becomes the manifest of its artifact."""

import copy
from collections.abc import Mapping
from typing import Any

from givesell.core.fingerprints import METHOD
from givesell.core.kind import Kind
from givesell.core.manifest import DEFINING, NEEDS, checked_record
from givesell.text.version import TEXT_CORE
from givesell.verdict import LABELS


def carried_record(info: Mapping[str, Any] | None) -> dict[str, Any]:
    """Return the part of ``info`` that records how a model was made, such as training and figures;
    the fields that say what a model is are left out.

    Raises
    ------
    ArgumentError
        E210, with the field, if something cannot be recorded.
    """
    return without_defining(checked_record(info) if info else {})


def without_defining(record: Mapping[str, Any]) -> dict[str, Any]:
    """Return a checked record without the fields that say what a model is."""
    return {name: value for name, value in record.items() if name not in DEFINING}


def full_record(
    record: Mapping[str, Any],
    kind: Kind,
    *,
    thresholds: tuple[float, float],
    facets: tuple[str, ...],
    fingerprints: int,
) -> dict[str, Any]:
    """Return all fields of a manifest except golden predictions and hashes.

    Parameters
    ----------
    record : mapping
        As `carried_record` returns it.
    kind : Kind
    thresholds : tuple of float
    facets : tuple of str
        The facets that the model knows.
    fingerprints : int
        How many posts the model remembers.

    Returns
    -------
    dict
        A deep copy.
    """
    more = copy.deepcopy(dict(record))
    low, high = thresholds
    name, quality = more.pop("name", "unnamed"), more.pop("facets", {})
    saved_by = {"givesell": more.pop("givesell")} if "givesell" in more else {}
    return {
        "needs": NEEDS,
        "text_core": TEXT_CORE,
        "name": name,
        "kind": kind.name,
        "labels": list(LABELS),
        "features": {
            name: list(value) if isinstance(value, tuple) else value
            for name, value in kind.features.items()
        },
        "intercept": float(kind.intercept),
        "slopes": dict(zip(LABELS, map(float, kind.slopes), strict=True)),
        "thresholds": {"sure_giving_up_to": low, "sure_selling_from": high},
        **({"settings": dict(kind.settings)} if kind.settings else {}),
        **more,
        **({"facets": {**quality, "names": list(facets)}} if facets else {}),
        **({"fingerprints": {"posts": fingerprints, "method": METHOD}} if fingerprints else {}),
        **saved_by,
    }


def without_sure(record: Mapping[str, Any]) -> dict[str, Any]:
    """Return a record without the figures of sure verdicts, for a model with other thresholds."""
    record = dict(record)
    if "metrics" in record:
        sure = {"share_sure", "accuracy_sure"}
        record["metrics"] = {
            way: {name: value for name, value in row.items() if name not in sure}
            for way, row in record["metrics"].items()
        }
    if "calibration" in record:
        record["calibration"] = {**record["calibration"], "sure_precision": None}
    return record
