"""`Labelled`: checked labelled posts, as arrays of equal length."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from givesell.labelled.finding import Finding
from givesell.verdict import GIVING, SELLING


@dataclass(frozen=True, slots=True)
class Labelled:
    """Checked labelled posts.

    Attributes
    ----------
    posts : ndarray of object, shape (n,)
        Their texts.
    selling : ndarray of bool, shape (n,)
    clear : ndarray of bool, shape (n,)
        False where the annotator called the post borderline.
    weight : ndarray of float64, shape (n,)
    measured : ndarray of bool, shape (n,)
        False for posts that are trained on but never measured on.
    groups : dict of str to ndarray of object, shape (n,)
        Group columns; None where a post has no group.
    subgroups : ndarray of object, shape (n,), optional
        The names of the first groups before `Request.group_until` cut them, such as accounts of
        one source; None where nothing was cut.
    ledger : list of dict
        What was read, and what was left out and why.
    facets : ndarray of object, shape (n,), optional
        Which kind of its label each post is, one of `givesell.verdict.FACETS`; None where the
        column was not asked for.
    index : pandas.Index, shape (n,)
        The rows as the caller's index names them; where posts come from several files, their number
        over all rows of these.
    extra : dict of str to ndarray of object, shape (n,)
        Further columns that were asked for and are there.
    findings : list of Finding
        What was noticed while reading them, and what was done about it.
    copies : ndarray of int64, shape (n,), optional
        The same number for near copies; no fold trains on a copy of a post that it is measured on.
    """

    posts: NDArray[np.object_]
    selling: NDArray[np.bool_]
    clear: NDArray[np.bool_]
    weight: NDArray[np.float64]
    measured: NDArray[np.bool_]
    groups: dict[str, NDArray[np.object_]] = field(default_factory=dict)
    subgroups: NDArray[np.object_] | None = None
    ledger: list[dict[str, Any]] = field(default_factory=list)
    facets: NDArray[np.object_] | None = None
    index: pd.Index = field(default_factory=lambda: pd.RangeIndex(0))
    extra: dict[str, NDArray[np.object_]] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)
    copies: NDArray[np.int64] | None = None

    @property
    def labels(self) -> NDArray[np.object_]:
        """Labels as scikit-learn takes them, shape (n,)."""
        return np.where(self.selling, SELLING, GIVING).astype(object)


def concatenate(parts: Sequence[Labelled], extra: Iterable[str] = ()) -> Labelled:
    """Return the posts of several sources as one.

    Parameters
    ----------
    parts : sequence of Labelled
        With the same groups; facets and subgroups in all or in none.
    extra : iterable of str
        Further columns in their order; None for the posts of a part that lacks one.

    Returns
    -------
    Labelled
        Without ``copies``.
    """
    if len(parts) == 1:
        return parts[0]

    def together(arrays: Iterable[NDArray[Any]]) -> NDArray[Any]:
        return np.concatenate(list(arrays))

    def extra_of(part: Labelled, name: str) -> NDArray[np.object_]:
        return part.extra.get(name, np.full(len(part.posts), None, object))

    facets = [part.facets for part in parts if part.facets is not None]
    subgroups = [part.subgroups for part in parts if part.subgroups is not None]
    return Labelled(
        posts=together(part.posts for part in parts),
        selling=together(part.selling for part in parts),
        clear=together(part.clear for part in parts),
        weight=together(part.weight for part in parts),
        measured=together(part.measured for part in parts),
        groups={name: together(part.groups[name] for part in parts) for name in parts[0].groups},
        subgroups=together(subgroups) if subgroups else None,
        ledger=[entry for part in parts for entry in part.ledger],
        facets=together(facets) if facets else None,
        index=pd.Index(together(part.index.to_numpy(object) for part in parts)),
        extra={
            name: together(extra_of(part, name) for part in parts)
            for name in extra
            if any(name in part.extra for part in parts)
        },
        findings=[finding for part in parts for finding in part.findings],
    )
