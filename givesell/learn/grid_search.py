"""Choosing a pipeline's settings with scikit-learn's grid search, on the folds that the headline is
measured on.

The scores of the chosen setting are those of the best of several, and so a little too good; so are,
less, the figures that are then measured on the same folds. Keep posts aside and use
`givesell.evaluate` for a figure that owes nothing to the search.
"""

from collections.abc import Callable, Mapping, Sequence
from itertools import count
from typing import Any

import numpy as np
import pandas as pd
from joblib import parallel_config
from scipy.special import expit
from sklearn.base import clone
from sklearn.metrics import average_precision_score, f1_score, log_loss
from sklearn.model_selection import GridSearchCV, ParameterGrid
from sklearn.pipeline import Pipeline
from threadpoolctl import threadpool_limits

from givesell.errors import ArgumentError
from givesell.estimators.calibrated import CalibratedScores, weight_parameter
from givesell.labelled.finding import Finding
from givesell.labelled.ranges import check_ranges
from givesell.labelled.read import Labelled
from givesell.learn.adapt import AdaptedClassifier
from givesell.learn.calibrate import PRIOR, fit_sigmoid
from givesell.learn.crossval import splits
from givesell.verdict import SELLING, is_selling

# What ``tune=True`` tries, by what is trained; of a caller's classifier the first of these
# parameters that it has.
GRIDS: dict[str, dict[str, Sequence[Any]]] = {
    "own": {
        "features__ngram_range": [(1, 1), (1, 2)],
        "features__min_df": [1, 2],
        "classifier__C": [3.0, 10.0, 30.0],
    },
    "base": {"classifier__strength": [0.3, 1.0, 3.0, 10.0, 30.0]},
    "C": {"classifier__classifier__C": [0.1, 1.0, 10.0]},
    "alpha": {"classifier__classifier__alpha": [1e-5, 1e-4, 1e-3, 1e-2, 1e-1, 1.0]},
}


FIGURES = ("log_loss", "macro_f1", "average_precision")
MOST_RECORDED = 50


def search(
    estimator: Any,
    data: Labelled,
    groups: str | None,
    grid: Mapping[str, Sequence[Any]] | None,
    *,
    seed: int,
    n_jobs: int | None,
    say: Callable[[str], None],
) -> tuple[Any, pd.DataFrame, Finding]:
    """Choose the setting whose calibrated log loss on unseen folds is lowest.

    Parameters
    ----------
    estimator : Pipeline or AdaptedClassifier
        Unfitted.
    data : Labelled
    groups : str, optional
        The folds; see `givesell.learn.crossval.splits`.
    grid : mapping, optional
        Of parameters to values; by default one of `GRIDS`.
    seed : int
    n_jobs : int, optional
        Threads.
    say : callable
        Told how far the search is.

    Returns
    -------
    estimator
        Unfitted, with the chosen setting.
    table : pandas.DataFrame
        A row a setting, best first: its parameters, ``log_loss``, ``macro_f1``,
        ``average_precision`` and their spread over folds.
    finding : Finding

    Raises
    ------
    ArgumentError
        If a parameter of the grid is none of the estimator's, or there is no grid for its
        classifier.
    """
    chosen = dict(_grid(estimator) if grid is None else grid)
    pipeline = (
        clone(estimator)
        if isinstance(estimator, Pipeline)
        else Pipeline([("classifier", clone(estimator))])
    )
    known = pipeline.get_params()
    for name in chosen:
        if name not in known:
            options = ", ".join(sorted(known)) if grid is not None else ""
            raise ArgumentError(
                "E206",
                argument="tune",
                expected=f"a grid of parameters among {options}",
                type=repr(name),
            )
        short = name.rpartition("__")[2]
        for value in (
            chosen[name] if short in ("C", "strength") and np.ndim(chosen[name]) == 1 else ()
        ):
            check_ranges(**{short: value})
    folds = [(train, test) for train, test in splits(data, groups, seed)]
    total, done = len(ParameterGrid(chosen)) * len(folds), count(1)

    def score(fitted: Any, X: Any, y: Any) -> dict[str, float]:
        odds, selling = np.asarray(fitted.decision_function(X)), np.asarray(y) == SELLING
        say(f"tuning, fit {next(done)} of {total}")
        if len(np.unique(selling)) < 2:
            return {"log_loss": np.nan, "macro_f1": np.nan, "average_precision": np.nan}
        # Calibrated here, so that a setting is not preferred for the scale of its scores: that is
        # put right later.
        fits = [fit_sigmoid(odds, selling, prior) for prior in (selling.mean(), PRIOR)]
        own, stream = (expit(odds * slope[0] + offset) for slope, offset in fits)
        return {
            "log_loss": -log_loss(selling, own),
            "macro_f1": f1_score(selling, is_selling(stream), average="macro"),
            "average_precision": average_precision_score(selling, own),
        }

    last = pipeline.named_steps["classifier"]
    weighted = weight_parameter(last.classifier if isinstance(last, CalibratedScores) else last)
    weights = {} if weighted is None else {"classifier__sample_weight": data.weight}
    finder = GridSearchCV(
        pipeline, chosen, scoring=score, refit=False, cv=folds, n_jobs=n_jobs, error_score="raise"
    )
    with parallel_config(backend="threading"), threadpool_limits(1, user_api="blas"):
        finder.fit(data.posts, data.labels, **weights)
    table = _table(finder.cv_results_)
    best = finder.cv_results_["params"][int(table.index[0])]
    table = table.reset_index(drop=True)
    table.attrs["chosen"] = {
        key: list(value) if isinstance(value, tuple) else value for key, value in best.items()
    }
    told = (
        f"{len(table)} settings were tried on {len(folds)} folds; the best is"
        f" {', '.join(f'{key} {value}' for key, value in best.items())}."
    )
    finding = Finding(
        "tuning", len(table), told, "Taken. Figures on the same folds are a little too good."
    )
    pipeline.set_params(**best)
    return (
        pipeline if isinstance(estimator, Pipeline) else pipeline.named_steps["classifier"],
        table,
        finding,
    )


def recorded(table: pd.DataFrame) -> list[dict[str, Any]]:
    """Return the best settings of a search as a manifest records them, at most 50."""
    kept = table[[name for name in table.columns if not name.endswith("_spread")]].head(
        MOST_RECORDED
    )
    rows: Any = kept.to_dict("records")
    return [
        {name: round(value, 4) if name in FIGURES else value for name, value in row.items()}
        for row in rows
    ]


def _grid(estimator: Any) -> Mapping[str, Sequence[Any]]:
    if isinstance(estimator, AdaptedClassifier):
        return GRIDS["base"]
    last = estimator.named_steps["classifier"]
    if not isinstance(last, CalibratedScores):
        return GRIDS["own"]
    known = last.classifier.get_params()
    for name in ("C", "alpha"):
        if name in known:
            return GRIDS[name]
    expected = "a grid for this classifier, such as {'classifier__classifier__max_depth': [3, 6]}"
    raise ArgumentError("E206", argument="tune", expected=expected, type="True")


def _table(results: Mapping[str, Any]) -> pd.DataFrame:
    """Return the search as a table, best first, under the numbers of the settings."""
    names = [name for name in results if name.startswith("param_")]
    table = pd.DataFrame({name.removeprefix("param_"): list(results[name]) for name in names})
    sign = {"log_loss": -1.0, "macro_f1": 1.0, "average_precision": 1.0}
    for figure, factor in sign.items():
        folds = np.array(
            [
                results[key]
                for key in results
                if key.startswith("split") and key.endswith(f"test_{figure}")
            ]
        )
        table[figure] = factor * np.nanmean(folds, axis=0)
        table[f"{figure}_spread"] = np.nanstd(folds, axis=0)
    return table.sort_values("log_loss", kind="stable")
