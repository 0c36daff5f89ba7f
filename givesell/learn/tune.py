"""`tune`: which settings do best on labelled posts."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import pandas as pd

from givesell.labelled.read import read_labelled
from givesell.labelled.request import Request
from givesell.learn.checks import check, warn_of_base
from givesell.learn.learner import LearnerOptions
from givesell.learn.learners import learner_for
from givesell.learn.protocol import TrainingProtocol, silent


def tune(
    data: Any,
    labels: Any = None,
    *,
    text: Any = None,
    label: Any = "label",
    groups: Any = None,
    group_until: str | None = None,
    certainty: Any = "certainty",
    label_mapping: Mapping[Any, str | None] | None = None,
    base: Any = None,
    grid: Mapping[str, Sequence[Any]] | None = None,
    random_state: int = 0,
    n_jobs: int | None = -1,
    progress: Callable[[str], None] | None = None,
) -> pd.DataFrame:
    """Try settings on labelled posts, each out of fold, without training a model.

    ``givesell.train(..., tune=True)`` does the same and trains with the best.

    Parameters
    ----------
    data, labels, text, label, groups, group_until, certainty, label_mapping
        As for `givesell.train`.
    base : str, path or Model, optional
        A model to start from.
    grid : mapping of str to sequence, optional
        Parameters of the pipeline and the values to try; by default those of
        `givesell.learn.grid_search.GRIDS`.
    random_state : int
    n_jobs : int, optional
        Threads.
    progress : callable, optional
        Called with a line of text after each fit.

    Returns
    -------
    DataFrame, shape (n_settings, k)
        Best first: the settings, ``log_loss``, ``macro_f1``, ``average_precision``, and their
        spread over folds.

    Raises
    ------
    ArgumentError
        If a parameter of the grid is none of the pipeline's.
    DataError
        As for `givesell.train`.
    FileError
        If a file cannot be read.

    Examples
    --------
    >>> from givesell.datasets import load_posts
    >>> table = tune(load_posts().head(300), grid={"classifier__C": [1.0, 10.0]})
    >>> sorted(table["classifier__C"]), table["log_loss"].is_monotonic_increasing
    ([1.0, 10.0], True)
    """
    learner = learner_for(LearnerOptions(base=base, random_state=random_state))
    posts = check(
        read_labelled(
            Request(
                data,
                labels,
                text=text,
                label=label,
                groups=groups,
                group_until=group_until,
                certainty=certainty,
                label_mapping=label_mapping,
                fewest=learner.fewest,
            )
        )
    )
    for model in learner.builds_on:
        warn_of_base(model, posts, stacklevel=2)
    say = progress or silent
    _, table, _ = TrainingProtocol(posts, None, random_state, n_jobs, say).search(learner, grid)
    return table
