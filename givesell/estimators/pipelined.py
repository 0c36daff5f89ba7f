"""`PipelineModel`: a model whose probabilities come from a scikit-learn classifier that is no
weighted sum of n-grams.
"""

from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Any, Self

import numpy as np

from givesell.core.model import Model
from givesell.core.scoring import Linear, Scored
from givesell.core.weights import FacetHead, linear_of
from givesell.errors import ArtifactError
from givesell.estimators.calibrated import CalibratedScores
from givesell.estimators.vectorizer import PostVectorizer
from givesell.verdict import Status

_CHUNK = 8192


class PipelineModel(Model):
    """A model that scores through scikit-learn: any classifier, at scikit-learn's pace.

    It has all of `Model` but an artifact and explanations: `export` keeps it.

    Examples
    --------
    >>> import givesell
    >>> from givesell.datasets import load_posts
    >>> from sklearn.naive_bayes import ComplementNB
    >>> model = givesell.train(load_posts(), groups="topic", classifier=ComplementNB())
    >>> model.classify("20% off, shop now").label
    'selling'
    """

    _pipeline: Any

    @classmethod
    def of(
        cls,
        pipeline: Any,
        *,
        thresholds: tuple[float, float],
        info: Mapping[str, Any] | None = None,
    ) -> Self:
        """Make a model of a fitted pipeline of `PostVectorizer` and `CalibratedScores`.

        Parameters
        ----------
        pipeline : sklearn.pipeline.Pipeline
        thresholds : tuple of float
        info : mapping, optional

        Returns
        -------
        PipelineModel
        """
        features = pipeline.steps[0][1]
        idf = np.asarray(getattr(features, "idf_", ()), np.float64)
        buckets = np.asarray(getattr(features, "buckets_", ()), np.int32)
        with np.errstate(over="ignore", invalid="ignore"):  # what is too large is refused by name
            table = np.column_stack([np.zeros(len(idf)), idf**2]).astype(np.float32)
        linear = linear_of(features.get_params(), buckets, table, 0.0, (1.0, 1.0))
        model = cls(linear, features=features.get_params(), thresholds=thresholds, info=info)
        model._pipeline = pipeline
        return model

    @cached_property
    def pipeline(self) -> Any:
        """The fitted scikit-learn ``Pipeline``; its probabilities are those of `score`."""
        return self._pipeline

    @property
    def classifier(self) -> str:
        """The name of the classifier."""
        inner = self._pipeline.steps[-1][1].classifier_
        steps = getattr(inner, "steps", None)
        return (
            type(inner).__name__
            if steps is None
            else " → ".join(type(step).__name__ for _, step in steps)
        )

    @property
    def linear(self) -> Linear:
        """There is none: a `PipelineModel` has no weights.

        Raises
        ------
        ArtifactError
        """
        raise ArtifactError("E320", name=self.info["name"], classifier=self.classifier)

    def save(self, path: Any, *, overwrite: bool = False) -> None:  # noqa: ARG002
        """Refuse: an artifact holds weights, and there are none; `export` keeps the model.

        Raises
        ------
        ArtifactError
        """
        raise ArtifactError("E319", name=self.info["name"], classifier=self.classifier)

    def _scores(
        self,
        posts: Sequence[Any],
        n_jobs: int | None,
        *,
        facets: bool = True,  # noqa: ARG002
    ) -> Scored:
        selling, status, may_be_sure, facet = super()._scores(posts, n_jobs, facets=False)
        selling = selling.copy()
        judged = np.flatnonzero(status == Status.OK)
        for start in range(0, len(judged), _CHUNK):
            rows = judged[start : start + _CHUNK]
            first, last = int(rows[0]), int(rows[-1]) + 1
            part = posts[first:last]
            selling[rows] = self._pipeline.predict_proba([part[row - first] for row in rows])[:, 1]
        if not np.isfinite(selling[judged]).all():
            raise ArtifactError("E215", name=self.info["name"], classifier=self.classifier)
        return Scored(selling, status, may_be_sure, facet)

    def __repr__(self) -> str:
        low, high = self._thresholds
        return (
            f"<PipelineModel {self.info['name']!r}: {self.classifier} through scikit-learn, sure"
            f" below {low:.2f} and above {high:.2f}>"
        )


def model_of(
    pipeline: Any,
    *,
    thresholds: tuple[float, float] = (0.2, 0.8),
    info: Mapping[str, Any] | None = None,
    facets: FacetHead | None = None,
) -> Model:
    """Make a model of a fitted pipeline: one with weights where the classifier has them, else one
    that scores through scikit-learn.

    Parameters
    ----------
    pipeline : sklearn.pipeline.Pipeline or DeepClassifier
    thresholds : tuple of float, default (0.2, 0.8)
    info : mapping, optional
    facets : FacetHead, optional

    Returns
    -------
    Model or PipelineModel

    Raises
    ------
    ArgumentTypeError
        If the pipeline is of another make.
    """
    from sklearn.pipeline import Pipeline

    steps = [step for _, step in getattr(pipeline, "steps", [])]
    if (
        len(steps) == 2
        and isinstance(steps[0], PostVectorizer)
        and isinstance(steps[1], CalibratedScores)
    ):
        folded = steps[1].linear()
        if folded is None:
            return PipelineModel.of(pipeline, thresholds=thresholds, info=info)
        model = Model.from_pipeline(
            Pipeline([("features", steps[0]), ("classifier", folded)]),
            thresholds=thresholds,
            info=info,
            facets=facets,
        )
        # Until it is saved, which keeps weights alone, the model shows the classifier that it was
        # trained with.
        model.__dict__["pipeline"] = pipeline
        return model
    return Model.from_pipeline(pipeline, thresholds=thresholds, info=info, facets=facets)
