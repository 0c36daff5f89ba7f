"""`suggest`: which unlabelled posts to label next, so that a model learns most from each label."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Literal

import numpy as np
import pandas as pd

from givesell.curate.candidates import Candidate, Candidates
from givesell.curate.reasons_in_words import explained, for_either_label
from givesell.curate.spreading import pick_uncertain
from givesell.errors import ArgumentError, DataError
from givesell.labelled.frames import materialized
from givesell.labelled.unlabelled import posts_of, read_unlabelled
from givesell.model.load import ModelLike, as_model
from givesell.model.model import Model
from givesell.show.numbers import certainty
from givesell.show.words import keepable
from givesell.types import DataLike

STRATEGIES = (UNCERTAIN, RANDOM) = ("uncertain", "random")


def suggest(
    model: ModelLike,
    pool: DataLike,
    n: int = 200,
    *,
    text: str | None = None,
    label: str | None = "label",
    labelled: DataLike | None = None,
    strategy: Literal["uncertain", "random"] = "uncertain",
    random_state: int = 0,
    progress: Callable[[int], None] | None = None,
) -> pd.DataFrame:
    """Pick the posts to label next.

    They are those that the model is most uncertain of, typical of the pool rather than odd, and
    spread out: unlike each other and unlike what is labelled. The first posts of the list are as
    good a start as the whole. A pool is read as a stream: memory grows with `n`, not with the pool.
    The same pool, model and seed give the same posts.

    To measure a model, label posts picked by ``strategy="random"``: uncertain ones are harder than
    most.

    Parameters
    ----------
    model : Model, str or path
        Or the folder or name of one. Trained on what is labelled so far, or the one shipped.
    pool : table, sequence or column of str, list of dicts, path, Archive, or list of paths and
    archives
        Unlabelled posts; a path is read by `givesell.read_archive`.
    n : int, default 200
    text : str, optional
        The column of posts; by default the one named as posts are, such as ``text`` or ``body``.
    label : str, optional
        A column of labels, if there is one: posts that have a label already are not suggested. None
        looks at none. The columns that `givesell score` has written are no labels.
    labelled : table or path, list of paths, or a sequence or column of str, optional
        Posts labelled elsewhere: they are not suggested, nor posts close to them.
    strategy : {"uncertain", "random"}, default "uncertain"
    random_state : int
        Decides the random ones, and the sample that says what is typical.
    progress : callable, optional
        Called with the number of posts read so far.

    Returns
    -------
    DataFrame, shape (m, k)
        At most `n` posts, the same words never twice: of a DataFrame the rows, on its index, of a
        Series the texts, on its, else the columns ``id`` and ``text`` and what else the files have;
        then ``selling`` (the model's probability) and ``reason``. Its ``attrs["pool"]`` counts the
        posts ``read``, already ``labelled``, and ``unjudged`` since they are not English or have no
        words.

    Raises
    ------
    ArgumentError
        If `n` or `strategy` cannot be used.
    DataError
        If there is nothing to suggest, or no column of posts.
    FileError
        If a file cannot be read.

    References
    ----------
    Lewis and Gale, "A Sequential Algorithm for Training Text Classifiers", SIGIR 1994
    (uncertainty); Settles and Craven, "An Analysis of Active Learning Strategies for Sequence
    Labeling Tasks", EMNLP 2008 (density); Gonzalez, "Clustering to Minimize the Maximum
    Intercluster Distance", 1985 (spreading out).

    Examples
    --------
    >>> import givesell
    >>> from givesell.datasets import demo_archive
    >>> picked = givesell.suggest(givesell.load(), demo_archive(), n=10)
    >>> len(picked), picked["selling"].between(0.3, 0.7).all(), picked.attrs["pool"]["read"]
    (10, np.True_, 400)
    """
    if isinstance(n, bool) or not isinstance(n, (int, np.integer)) or n < 1:
        raise ArgumentError(
            "E206", argument="n", expected="a whole number from 1 on", given=repr(n)
        )
    if strategy not in STRATEGIES:
        raise ArgumentError(
            "E206",
            argument="strategy",
            expected=f"one of {', '.join(STRATEGIES)}",
            given=repr(strategy),
        )
    model = as_model(model)
    pool = materialized(pool)
    known = _texts(materialized(labelled))
    candidates = Candidates(model, int(n), known, random_state)
    for part in read_unlabelled(pool, text, label):
        candidates.take(part)
        if progress is not None:
            progress(candidates.counts["read"])
    drawn = candidates.drawn()
    if strategy == RANDOM:
        chosen = drawn[: int(n)]
    else:
        uncertain = candidates.uncertain()
        at = pick_uncertain(
            [post.text for post in uncertain],
            [post.selling for post in uncertain],
            int(n),
            known,
            typical=[post.text for post in drawn],
        )
        chosen = [uncertain[i] for i in at.tolist()]
    if not chosen:
        raise DataError("E341", **{name: f"{count:,}" for name, count in candidates.counts.items()})
    table = _rows_of(pool, chosen)
    table["selling"] = [post.selling for post in chosen]
    table["reason"] = _reasons(model, chosen, "" if strategy == UNCERTAIN else "drawn at random; ")
    table.attrs["pool"] = candidates.counts
    return table


def _texts(labelled: Any) -> list[str]:
    """Return the texts of posts that are labelled elsewhere."""
    if labelled is None:
        return []
    if isinstance(labelled, (pd.DataFrame, str, Path)):
        return [post for post in posts_of(labelled, strict=False)[0] if isinstance(post, str)]
    return [
        post
        for part in labelled
        for post in (_texts(part) if isinstance(part, Path) else [part])
        if isinstance(post, str)
    ]


def _rows_of(pool: Any, chosen: Sequence[Candidate]) -> pd.DataFrame:
    """Return the rows of posts, in the form of the pool that they come from."""
    rows = [post.row for post in chosen]
    if isinstance(pool, pd.DataFrame):
        return pool.iloc[rows].copy()
    if isinstance(pool, pd.Series):
        return pool.iloc[rows].to_frame(pool.name or "text")
    if isinstance(rows[0], dict):
        return pd.DataFrame(rows).dropna(axis="columns", how="all")
    return pd.DataFrame({"text": [keepable(post.text) for post in chosen]}, index=rows)


def _reasons(model: Model, chosen: Sequence[Candidate], prefix: str) -> list[str]:
    explanations = explained(model, [post.text for post in chosen])
    return [
        f"{prefix}{certainty(post.selling)} selling{for_either_label(explanation)}"
        for post, explanation in zip(chosen, explanations, strict=True)
    ]
