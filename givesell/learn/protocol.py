"""`TrainingProtocol`: how a learner is cross-validated, measured and fitted on labelled posts."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from givesell.core.weights import FacetHead
from givesell.estimators.vectorizer import PostVectorizer
from givesell.labelled.finding import Finding
from givesell.labelled.groups import group_keys
from givesell.labelled.posts import Labelled
from givesell.learn.crossval import fold_numbers, out_of_fold
from givesell.learn.drift_baseline import drift_baseline
from givesell.learn.facets import facet_quality, fit_head
from givesell.learn.grid_search import search
from givesell.learn.learner import Grid, Learner
from givesell.learn.teacher import TeacherViews
from givesell.measure.sure import may_be_sure
from givesell.measure.training_figures import measure
from givesell.model.model import Model
from givesell.show.words import keepable

Scheme = str | None  # how folds are made: by groups of this column, or at random


def silent(line: str) -> None:
    """Say nothing, in place of a caller's ``progress``."""


@dataclass(frozen=True, slots=True)
class TrainingProtocol:
    """How a learner is cross-validated, measured and fitted on labelled posts.

    Attributes
    ----------
    data : Labelled
    teacher : TeacherViews or None
    seed : int
    n_jobs : int or None
        Threads.
    say : callable
        Called with a line of text as each step begins.
    """

    data: Labelled
    teacher: TeacherViews | None
    seed: int
    n_jobs: int | None
    say: Callable[[str], None] = silent

    @property
    def schemes(self) -> list[Scheme]:
        """The ways to make folds; the first is that of the headline and the calibration."""
        return [*self.data.groups, None]

    def search(self, learner: Learner, grid: Grid | None) -> tuple[Learner, pd.DataFrame, Finding]:
        """Choose the best setting on the folds of the headline; see `search`."""
        return search(
            learner,
            self.data,
            self.schemes[0],
            grid,
            seed=self.seed,
            n_jobs=self.n_jobs,
            say=self.say,
        )

    def scores(self, learner: Learner) -> dict[Scheme, NDArray[np.float64]]:
        """Return out-of-fold scores, shape (n, n_parts), for each way to make folds; NaN where a
        post is not measured.
        """
        scores = {}
        for scheme in self.schemes:
            self.say(f"cross-validating, folds {describe(scheme)}")
            scores[scheme] = self.scores_of(learner, scheme)
        return scores

    def scores_of(self, learner: Learner, scheme: Scheme) -> NDArray[np.float64]:
        """Return out-of-fold scores, shape (n, n_parts), for one way to make folds."""
        parts = [
            out_of_fold(
                part.estimator,
                self.data,
                scheme,
                seed=self.seed,
                n_jobs=self.n_jobs,
                teacher=self.teacher,
                fit=part.fit,
            )
            for part in learner.parts
        ]
        return np.column_stack(parts)

    def fit(self, learner: Learner) -> list[Any]:
        """Fit the parts of a learner on all posts."""
        self.say("fitting on all posts")
        with threadpool_limits(1, user_api="blas"):  # more threads change the last digits
            return [
                part.fit(part.estimator, self.data, self._every, self.teacher)
                for part in learner.parts
            ]

    def figures(
        self,
        p: Mapping[Scheme, NDArray[np.float64]],
        thresholds: tuple[float, float],
        readable: NDArray[np.bool_],
    ) -> dict[str, dict[str, Any]]:
        """Measure out-of-fold probabilities for each way to make folds; of the posts, only those
        that are ``readable`` to the model count as sure.
        """
        return {
            describe(scheme): self._figures(p[scheme], thresholds, readable, scheme) for scheme in p
        }

    def figures_of(self, model: Model) -> dict[str, Any]:
        """Measure another model as it is on the same posts."""
        measured = self.data.measured
        p = np.full(len(measured), np.nan)
        p[measured] = np.nan_to_num(model.score(self.data.posts[measured]), nan=0.5)
        readable = may_be_sure(model, self.data.posts, self.n_jobs)
        return self._figures(p, model.thresholds, readable, self.schemes[0])

    def facet_figures(self, features: PostVectorizer, p: NDArray[np.float64]) -> dict[str, Any]:
        """Measure facets out of fold, under the labels that ``p`` decides."""
        self.say(f"cross-validating facets, folds {describe(self.schemes[0])}")
        figures = facet_quality(
            PostVectorizer(**features.get_params()),
            self.data,
            self.schemes[0],
            p,
            seed=self.seed,
            n_jobs=self.n_jobs,
            teacher=self.teacher,
        )
        return {"folds": describe(self.schemes[0]), **figures}

    def facet_head(self, fitted: PostVectorizer) -> FacetHead:
        """Fit a facet head on all posts."""
        with threadpool_limits(1, user_api="blas"):
            return fit_head(fitted, self.data, self._every)

    def drift_baseline(self, learner: Learner, p: NDArray[np.float64]) -> dict[str, Any]:
        """Measure what `givesell.drift` compares an archive with."""
        return drift_baseline(
            learner.features,
            self.data,
            p,
            groups=self.schemes[0],
            teacher=self.teacher,
            fixed=learner.fixed_features,
            seed=self.seed,
        )

    def table(self, p: NDArray[np.float64]) -> pd.DataFrame:
        """Return out-of-fold probabilities of the headline on the caller's index."""
        scheme = self.schemes[0]
        rows = np.flatnonzero(self.data.measured)
        numbers = fold_numbers(self.data, scheme, self.seed)
        columns: dict[str, Any] = {
            "selling": p[rows],
            "fold": numbers[rows],
            "label": self.data.labels[rows],
        }
        if scheme is not None:
            columns["group"] = list(map(keepable, self.data.groups[scheme][rows]))
        return pd.DataFrame(columns, index=self.data.index[rows])

    @property
    def _every(self) -> NDArray[np.intp]:
        return np.arange(len(self.data.posts))

    def _figures(
        self,
        p: NDArray[np.float64],
        thresholds: tuple[float, float],
        readable: NDArray[np.bool_],
        scheme: Scheme,
    ) -> dict[str, Any]:
        rows = ~np.isnan(p)
        keys = self._every if scheme is None else group_keys(self.data.groups[scheme])
        return measure(
            self.data.selling[rows],
            p[rows],
            clear=self.data.clear[rows],
            groups=keys[rows],
            thresholds=thresholds,
            may_be_sure=readable[rows],
            seed=self.seed,
        )


def describe(scheme: Scheme) -> str:
    """Return in words how folds are made.

    Examples
    --------
    >>> describe("source"), describe(None)
    ('split by source', 'drawn at random')
    """
    return "drawn at random" if scheme is None else f"split by {scheme}"
