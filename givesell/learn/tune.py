"""`tune`: which settings do best on labelled posts."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import pandas as pd

from givesell.estimators.pipelines import make_pipeline
from givesell.labelled.read import FEWEST, labelled
from givesell.learn.adapt import FEWEST_TO_ADAPT, STRENGTH, AdaptedClassifier, Base
from givesell.learn.calibrate import PRIOR
from givesell.learn.checks import check, warn_of_base
from givesell.learn.grid_search import search


def tune(
    data: Any,
    labels: Any = None,
    *,
    text: Any = None,
    label: Any = "label",
    groups: Any = None,
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
    data, labels, text, label, groups, certainty, label_mapping
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
    start = None if base is None else Base.named(base)
    posts = labelled(
        data,
        labels,
        text=text,
        label=label,
        groups=groups,
        certainty=certainty,
        label_mapping=label_mapping,
        fewest=FEWEST if start is None else FEWEST_TO_ADAPT,
    )
    posts = check(posts)
    estimator: Any = make_pipeline(random_state=random_state)
    if start is not None:
        warn_of_base(start.model, posts, stacklevel=2)
        estimator = AdaptedClassifier(
            start, STRENGTH, float(start.model.info.get("calibration", {}).get("prior", PRIOR))
        )
    say = progress or (lambda _: None)
    _, table, _ = search(
        estimator,
        posts,
        next(iter(posts.groups), None),
        grid,
        seed=random_state,
        n_jobs=n_jobs,
        say=say,
    )
    return table
