"""Which verdicts may be sure: a probability beyond the thresholds is not enough."""

from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from givesell.core.scoring import read_posts
from givesell.model.model import Model
from givesell.text.posts import as_sequence
from givesell.verdict import THRESHOLD, Scores, is_sure


def may_be_sure(model: Model, posts: Any, n_jobs: int | None = None) -> NDArray[np.bool_]:
    """Return which posts may get a sure verdict of a model, without scoring them: those it can read
    (see `givesell.text.reading`).

    Parameters
    ----------
    model : Model
    posts : sequence or column of posts, shape (n,)
    n_jobs : int, optional
        Threads, as joblib counts them.

    Returns
    -------
    ndarray of bool, shape (n,)

    Examples
    --------
    >>> import givesell
    >>> may_be_sure(givesell.load(), ["Thanks for the help!", "Qwxz vbnk plokt"]).tolist()
    [True, False]
    """
    return read_posts(model.known, as_sequence(posts), n_jobs)[1]


def verdicts_and_may_be_sure(model: Model, posts: Any) -> tuple[Scores, NDArray[np.bool_]]:
    """Return a model's verdicts without facets, and which posts may get a sure one, in one pass.

    Parameters
    ----------
    model : Model
    posts : sequence or column of posts, shape (n,)

    Returns
    -------
    scores : Scores
    may_be_sure : ndarray of bool, shape (n,)
        A verdict is sure where its probability lies beyond the model's thresholds and this is True.
    """
    # With both thresholds at one half every verdict is sure that may be: see `may_be_sure`.
    scores = model.with_thresholds((THRESHOLD, THRESHOLD)).verdicts(posts, facets=False)
    sure = scores.sure & is_sure(scores.selling, model.thresholds)
    return replace(scores, sure=sure), scores.sure
