"""Labelled posts to measure models on, and those of them that have a verdict."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from givesell.errors import ArgumentError, DataError
from givesell.labelled.files import warn
from givesell.labelled.groups import group_keys
from givesell.labelled.posts import Labelled
from givesell.labelled.read import read_labelled
from givesell.labelled.request import Request
from givesell.measure.bootstrap import Draws
from givesell.metrics import Predictions
from givesell.verdict import GIVING, SELLING, Scores

FEWEST = 5  # posts of each label
FEWEST_ROUNDS = 100


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


def posts_to_measure(request: Request, slices: Sequence[str] = ()) -> Labelled:
    """Read labelled posts to measure on; few of a label are no error yet.

    Parameters
    ----------
    request : Request
    slices : sequence of str
        Further columns, which must be there.

    Returns
    -------
    Labelled

    Raises
    ------
    DataError
        If a column is missing.
    """
    extra = tuple(dict.fromkeys([*request.extra, *slices]))
    posts = read_labelled(replace(request, extra=extra, fewest=0))
    warn(posts.findings)
    for column in slices:
        if column not in posts.extra:
            raise DataError("E333", column=column)
    return posts


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
            given=repr(rounds),
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
