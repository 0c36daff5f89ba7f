"""The kind of model that scores through a scikit-learn classifier, for classifiers that are not a
weighted sum of n-grams.
"""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

import numpy as np
from sklearn.pipeline import Pipeline

from givesell.core.calibration import UNCALIBRATED, Slopes
from givesell.core.fused import FusedScorer
from givesell.core.kind import Settings, Tensors
from givesell.core.known_ngrams import KnownNgrams, known_ngrams
from givesell.core.model_arrays import Facets, Scored, Weights
from givesell.core.scoring import read_posts
from givesell.estimators.vectorizer import PostVectorizer
from givesell.verdict import Status

_CHUNK = 8192


class ScikitLearnKind:
    """A model that scores through a scikit-learn pipeline, at its speed.

    A pipeline is not data, so no artifact can hold it. `givesell.model.model.Model.export` saves
    it.

    Parameters
    ----------
    pipeline : sklearn.pipeline.Pipeline
        Fitted: a `PostVectorizer`, then a `givesell.estimators.calibrated.CalibratedScores`.

    Examples
    --------
    >>> import givesell
    >>> from givesell.datasets import load_posts
    >>> from sklearn.naive_bayes import ComplementNB
    >>> model = givesell.train(load_posts(), groups="topic", classifier=ComplementNB())
    >>> model.kind.name, model.classify("20% off, shop now").label
    ('scikit-learn', 'selling')
    """

    name: ClassVar[str] = "scikit-learn"
    can_explain: ClassVar[bool] = False
    can_be_adapted: ClassVar[bool] = False
    can_be_saved: ClassVar[bool] = False

    def __init__(self, pipeline: Pipeline) -> None:
        features: PostVectorizer = pipeline.steps[0][1]
        idf = np.asarray(getattr(features, "idf_", ()), np.float64)
        buckets = np.asarray(getattr(features, "buckets_", ()), np.int32)
        with np.errstate(over="ignore", invalid="ignore"):  # what is too large is refused later
            squares = (idf**2).astype(np.float32)
        self.pipeline = pipeline
        self._features: dict[str, Any] = features.get_params()
        self._known = known_ngrams(self._features, buckets, squares)

    @property
    def classifier(self) -> str:
        """The name of the classifier, or those of the steps of a pipeline."""
        inner = self.pipeline.steps[-1][1].classifier_
        steps = getattr(inner, "steps", [("", inner)])
        return " → ".join(type(step).__name__ for _, step in steps)

    @property
    def facet_names(self) -> tuple[str, ...]:
        """Empty: it tells none."""
        return ()

    @property
    def features(self) -> Mapping[str, Any]:
        """The parameters of the `PostVectorizer`."""
        return self._features

    @property
    def known(self) -> KnownNgrams:
        """The n-grams of the `PostVectorizer`."""
        return self._known

    @property
    def intercept(self) -> float:
        """0: the pipeline applies its own."""
        return 0.0

    @property
    def slopes(self) -> Slopes:
        """Slopes of 1: the pipeline applies its own."""
        return UNCALIBRATED

    @property
    def settings(self) -> Settings:
        """Empty."""
        return {}

    @property
    def weights(self) -> Weights | None:
        """None: the log-odds are not a sum of parts."""
        return None

    def scorer(self, facets: Facets | None) -> FusedScorer | None:  # noqa: ARG002
        """None: there are no weights."""
        return None

    def score(self, posts: Sequence[Any], n_jobs: int | None, *, facets: Facets | None) -> Scored:  # noqa: ARG002
        """Score posts that can be judged through scikit-learn; facets are not recognised."""
        status, may_be_sure = read_posts(self._known, posts, n_jobs)
        selling = np.full(len(posts), np.nan, np.float32)
        judged = np.flatnonzero(status == Status.OK)
        for start in range(0, len(judged), _CHUNK):
            rows = judged[start : start + _CHUNK]
            first, last = int(rows[0]), int(rows[-1]) + 1
            part = posts[first:last]
            selling[rows] = self.pipeline.predict_proba([part[row - first] for row in rows])[:, 1]
        return Scored(selling, status, may_be_sure, None)

    def tensors(self) -> Tensors | None:
        """None: a classifier is an object, not data."""
        return None

    def __str__(self) -> str:
        return f"{self.classifier} through scikit-learn"
