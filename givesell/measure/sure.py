"""Which verdicts may be sure: a probability beyond the thresholds is not enough."""

from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from givesell.model.model import Model
from givesell.verdict import THRESHOLD, Scores, is_sure


def verdicts_and_may_be_sure(model: Model, posts: Any) -> tuple[Scores, NDArray[np.bool_]]:
    """Return a model's verdicts without facets, and which of them may be sure: those whose post can
    be read (see `givesell.text.legible`).

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
    # With both thresholds at one half every verdict is sure that may be.
    scores = model.with_thresholds((THRESHOLD, THRESHOLD)).verdicts(posts, facets=False)
    sure = scores.sure & is_sure(scores.selling, model.thresholds)
    return replace(scores, sure=sure), scores.sure
