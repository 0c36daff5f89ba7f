"""Which verdicts may be sure: a probability alone does not make one."""

from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from givesell.core.model import Model
from givesell.verdict import THRESHOLD, Scores, is_sure


def verdicts_and_legible(model: Model, posts: Any) -> tuple[Scores, NDArray[np.bool_]]:
    """Return a model's verdicts without facets, and which of them may be sure: of those whose post
    can be read, whatever the probability (see `givesell.text.legible`).

    Parameters
    ----------
    model : Model
    posts : sequence or column of posts, shape (n,)

    Returns
    -------
    scores : Scores
    legible : ndarray of bool, shape (n,)
        A verdict is sure where its probability lies beyond the model's thresholds and this is True.
    """
    # With both thresholds at one half every verdict is sure that may be.
    scores = model.with_thresholds((THRESHOLD, THRESHOLD)).verdicts(posts, facets=False)
    legible = scores.sure
    return replace(scores, sure=legible & is_sure(scores.selling, model.thresholds)), legible
