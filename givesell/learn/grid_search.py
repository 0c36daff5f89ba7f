"""Choosing a pipeline's settings with scikit-learn's grid search, on the folds that the headline is
measured on.

The scores of the chosen setting are those of the best of several, and so a little too good; so are,
less, the figures that are then measured on the same folds. Keep posts aside and use
`givesell.evaluate` for a figure that owes nothing to the search.
"""

from collections.abc import Callable, Mapping
from itertools import count
from typing import Any

import numpy as np
import pandas as pd
from joblib import parallel_config
from numpy.typing import NDArray
from scipy.special import expit
from sklearn.base import clone
from sklearn.metrics import average_precision_score, f1_score, log_loss
from sklearn.model_selection import GridSearchCV, ParameterGrid
from threadpoolctl import threadpool_limits

from givesell.errors import ArgumentError
from givesell.labelled.finding import Finding
from givesell.labelled.posts import Labelled
from givesell.labelled.ranges import check_ranges
from givesell.learn.calibrate import PRIOR, fit_sigmoid
from givesell.learn.crossval import splits
from givesell.learn.learner import Grid, Learner
from givesell.metrics import METRICS, SEARCHED
from givesell.verdict import SELLING, is_selling

# What ``tune=True`` tries: of a linear model, of a base, and of any other classifier the first of
# these parameters that it has.
GRIDS: dict[str, Grid] = {
    "linear": {
        "features__ngram_range": [(1, 1), (1, 2)],
        "features__min_df": [1, 2],
        "classifier__C": [3.0, 10.0, 30.0],
    },
    "base": {"classifier__strength": [0.3, 1.0, 3.0, 10.0, 30.0]},
    "C": {"classifier__classifier__C": [0.1, 1.0, 10.0]},
    "alpha": {"classifier__classifier__alpha": [1e-5, 1e-4, 1e-3, 1e-2, 1e-1, 1.0]},
}


MOST_RECORDED = 50


def search(
    learner: Learner,
    data: Labelled,
    groups: str | None,
    grid: Grid | None,
    *,
    seed: int,
    n_jobs: int | None,
    say: Callable[[str], None],
) -> tuple[Learner, pd.DataFrame, Finding]:
    """Choose the setting whose calibrated log loss on unseen folds is lowest.

    Parameters
    ----------
    learner : Learner
    data : Labelled
    groups : str, optional
        The folds; see `givesell.learn.crossval.splits`.
    grid : mapping, optional
        Of parameters to values; by default the learner's.
    seed : int
    n_jobs : int, optional
        Threads.
    say : callable
        Called with a line of text after each fit.

    Returns
    -------
    learner : Learner
        With the chosen setting.
    table : pandas.DataFrame
        A row for each setting, best first: its parameters, ``log_loss``, ``macro_f1``,
        ``average_precision`` and their spread over folds.
    finding : Finding

    Raises
    ------
    ArgumentError
        If a parameter of the grid is none of the pipeline's, or there is no grid for its
        classifier.
    """
    settings = dict(learner.grid if grid is None else grid)
    pipeline = clone(learner.pipeline)
    _check_grid(settings, pipeline, named=grid is not None)
    folds = list(splits(data, groups, seed))
    total, done = len(ParameterGrid(settings)) * len(folds), count(1)

    def score(fitted: Any, X: Any, y: Any) -> dict[str, float]:
        say(f"tuning, fit {next(done)} of {total}")
        return _figures(np.asarray(fitted.decision_function(X)), np.asarray(y) == SELLING)

    finder = GridSearchCV(
        pipeline, settings, scoring=score, refit=False, cv=folds, n_jobs=n_jobs, error_score="raise"
    )
    weights = {"classifier__sample_weight": data.weight} if learner.takes_weights else {}
    with parallel_config(backend="threading"), threadpool_limits(1, user_api="blas"):
        finder.fit(data.posts, data.labels, **weights)
    table = _table(finder.cv_results_)
    best = finder.cv_results_["params"][int(table.index[0])]
    table = table.reset_index(drop=True)
    table.attrs["chosen"] = {
        key: list(value) if isinstance(value, tuple) else value for key, value in best.items()
    }
    chosen = ", ".join(f"{key} {value}" for key, value in best.items())
    finding = Finding(
        "tuning",
        len(table),
        f"{len(table)} settings were tried on {len(folds)} folds; the best is {chosen}.",
        "Taken. Figures on the same folds are a little too good.",
    )
    return learner.with_settings(best), table, finding


def _check_grid(settings: Mapping[str, Any], pipeline: Any, *, named: bool) -> None:
    """Refuse parameters that a pipeline lacks, naming those it has if a caller named the grid, and
    values outside their ranges.
    """
    known = pipeline.get_params()
    for name, values in settings.items():
        if name not in known:
            options = ", ".join(sorted(known)) if named else ""
            raise ArgumentError(
                "E206",
                argument="tune",
                expected=f"a grid of parameters among {options}",
                given=repr(name),
            )
        short = name.rpartition("__")[2]
        if short in ("C", "strength") and np.ndim(values) == 1:
            for value in values:
                check_ranges(**{short: value})


def _figures(scores: NDArray[np.float64], selling: NDArray[np.bool_]) -> dict[str, float]:
    """Return the figures of one fold, the higher the better.

    Scores are calibrated on the fold, so that a setting is not preferred for their scale, which is
    put right later.
    """
    if len(np.unique(selling)) < 2:
        return dict.fromkeys(SEARCHED, np.nan)
    fits = [fit_sigmoid(scores, selling, prior) for prior in (selling.mean(), PRIOR)]
    as_posts, as_stream = (expit(scores * scale[0] + offset) for scale, offset in fits)
    values = {
        "log_loss": log_loss(selling, as_posts),
        "macro_f1": f1_score(selling, is_selling(as_stream), average="macro"),
        "average_precision": average_precision_score(selling, as_posts),
    }
    return {name: METRICS[name].sign * values[name] for name in SEARCHED}


def recorded(table: pd.DataFrame) -> dict[str, Any]:
    """Return the chosen setting and the best ones of a search, at most 50, as a manifest records
    them.
    """
    names = [name for name in table.columns if not name.endswith("_spread")]
    rows: Any = table[names].head(MOST_RECORDED).to_dict("records")
    best = [
        {name: round(value, 4) if name in SEARCHED else value for name, value in row.items()}
        for row in rows
    ]
    return {"tuned": dict(table.attrs["chosen"]), "tuning": best}


def _table(results: Mapping[str, Any]) -> pd.DataFrame:
    """Return the search as a table, best first, under the numbers of the settings."""
    names = [name for name in results if name.startswith("param_")]
    table = pd.DataFrame({name.removeprefix("param_"): list(results[name]) for name in names})
    for figure in SEARCHED:
        folds = np.array(
            [
                results[key]
                for key in results
                if key.startswith("split") and key.endswith(f"test_{figure}")
            ]
        )
        table[figure] = METRICS[figure].sign * np.nanmean(folds, axis=0)
        table[f"{figure}_spread"] = np.nanstd(folds, axis=0)
    return table.sort_values(SEARCHED[0], kind="stable")
