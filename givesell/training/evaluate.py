"""`evaluate`: a model against labelled posts it was not trained on."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from givesell.model import Model
from givesell.training.crossval import group_keys
from givesell.training.data import labelled
from givesell.training.metrics import measure


def evaluate(
    model: Model,
    data: Any,
    *,
    text: str = "text",
    label: str = "label",
    groups: str | Sequence[str] | None = None,
    certainty: str | None = "certainty",
) -> dict[str, Any]:
    """Measure a model on labelled posts.

    Parameters
    ----------
    model : Model
    data : pandas.DataFrame, path, or list of paths
        Posts that the model was not trained on.
    text, label : str
        Columns.
    groups : str, optional
        Column whose groups the confidence interval draws whole.
    certainty : str, optional
        Column that says ``clear`` or not, where there is one.

    Returns
    -------
    dict
        ``macro_f1`` with its 95 % interval, ``auc``, ``average_precision``, ``calibration_error`` and more, as
        `givesell.training.metrics.measure` names them; ``unjudged`` counts the posts that got no label, which are
        measured with a probability of 0.5.

    Raises
    ------
    DataError
        If a column is missing, a label unknown, or there are too few posts of a label.
    FileError
        If a file cannot be read.

    Examples
    --------
    >>> import givesell
    >>> from givesell.datasets import load_posts
    >>> figures = givesell.evaluate(givesell.load(), load_posts(), groups="topic")  # posts it was trained on: too good
    >>> figures["posts"], figures["macro_f1"] > 0.8
    (1600, True)
    """
    posts = labelled(data, text=text, label=label, groups=groups, certainty=certainty)
    p = model.score(posts.posts).astype(np.float64)
    unjudged = np.isnan(p)
    p[unjudged] = 0.5
    keys = group_keys(next(iter(posts.groups.values()))) if posts.groups else np.arange(len(p))
    figures = measure(posts.selling, p, clear=posts.clear, groups=keys, thresholds=model.thresholds)
    return {**figures, "unjudged": int(unjudged.sum())}
