"""Labelled posts to measure models on: where they are, and those of them that have a verdict."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from givesell.errors import ArgumentError, DataError
from givesell.labelled.files import warn
from givesell.labelled.groups import group_keys
from givesell.labelled.read import Labelled, labelled
from givesell.measure.bootstrap import Draws
from givesell.metrics import Predictions
from givesell.verdict import GIVING, SELLING, Scores

FEWEST = 5  # posts of each label
FEWEST_ROUNDS = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class PostsToMeasure:
    """Where labelled posts are, and the columns to slice them by; see `evaluate`."""

    data: Any
    labels: Any = None
    text: Any = None
    label: Any = "label"
    groups: Any = None
    certainty: Any = "certainty"
    label_mapping: Mapping[Any, str | None] | None = None
    platform: str | None = None
    slices: str | Sequence[str] | None = None

    @property
    def slice_columns(self) -> list[str]:
        """The columns of `slices`, which must be there."""
        return [self.slices] if isinstance(self.slices, str) else list(self.slices or [])

    def read(self) -> Labelled:
        """Read the posts, with the columns to slice by.

        Returns
        -------
        Labelled

        Raises
        ------
        DataError
            If a column to slice by is missing.
        """
        wanted = self.slice_columns
        extra = list(dict.fromkeys([*filter(None, [self.platform]), *wanted]))
        posts = labelled(
            self.data,
            self.labels,
            text=self.text,
            label=self.label,
            groups=self.groups,
            certainty=self.certainty,
            label_mapping=self.label_mapping,
            extra=extra,
            fewest=0,
        )
        warn(posts.findings)
        for column in wanted:
            if column not in posts.extra:
                raise DataError("E333", column=column)
        return posts


@dataclass(frozen=True, slots=True)
class Sample:
    """Labelled posts that have a verdict, and what the bootstrap draws of them.

    Attributes
    ----------
    data : Labelled
        All posts.
    rows : ndarray of bool, shape (n,)
        Which of them have a verdict; the arrays below hold these alone.
    selling : ndarray of bool, shape (m,)
        Whether the label is ``selling``.
    keys : ndarray of int64, shape (m,), optional
        Number of the group of each post.
    draws : Draws
    """

    data: Labelled
    rows: NDArray[np.bool_]
    selling: NDArray[np.bool_]
    keys: NDArray[np.int64] | None
    draws: Draws

    @property
    def groups(self) -> int | None:
        """How many groups there are; None where posts are drawn."""
        return None if self.keys is None else self.draws.count


def without_text(posts: Labelled) -> int:
    """Return how many rows were left out for holding no text."""
    return sum(int(entry["empty"]) for entry in posts.ledger)


def sample_of(posts: Labelled, rows: NDArray[np.bool_], *, rounds: int, seed: int) -> Sample:
    """Take the posts that have a verdict, and say what the bootstrap draws.

    Parameters
    ----------
    posts : Labelled
    rows : ndarray of bool, shape (n,)
        Which of them have a verdict.
    rounds, seed : int

    Returns
    -------
    Sample

    Raises
    ------
    ArgumentError
        If there are too few rounds.
    DataError
        If there are too few posts of a label, or a single group.
    """
    if (
        not isinstance(rounds, (int, np.integer))
        or isinstance(rounds, bool)
        or rounds < FEWEST_ROUNDS
    ):
        raise ArgumentError(
            "E206",
            argument="rounds",
            expected=f"a whole number from {FEWEST_ROUNDS} on",
            type=repr(rounds),
        )
    selling = posts.selling[rows]
    for name, count in ((GIVING, int((~selling).sum())), (SELLING, int(selling.sum()))):
        if count < FEWEST:
            left = (
                f" ({int((~rows).sum()):,} more got no label from the model)"
                if not rows.all()
                else ""
            )
            raise DataError(
                "E334", count=count, posts=len(selling), label=name, needed=FEWEST, left=left
            )
    keys = None
    if posts.groups:
        name, column = next(iter(posts.groups.items()))
        keys = np.unique(group_keys(column[rows]), return_inverse=True)[1].astype(np.int64)
        if keys.max() == 0:
            raise DataError("E335", column=name)
    units = np.arange(len(selling)) if keys is None else keys
    return Sample(posts, rows, selling, keys, Draws(units, int(rounds), seed))


def predictions_of(sample: Sample, scores: Scores) -> Predictions:
    """Return a model's predictions of the posts of a sample."""
    return Predictions(
        sample.selling, scores.selling[sample.rows].astype(np.float64), scores.sure[sample.rows]
    )
