"""Fitting estimators to labelled posts, and to others with probabilities of a teacher."""

from typing import Any, Protocol

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray
from sklearn.pipeline import Pipeline
from sklearn.utils.class_weight import compute_sample_weight

from givesell.estimators.network.classifier import NetworkClassifier
from givesell.estimators.vectorizer import PostVectorizer
from givesell.labelled.posts import Labelled
from givesell.learn.teacher import TeacherViews
from givesell.verdict import GIVING, SELLING

SMOOTH_CLEAR, SMOOTH_BORDERLINE = 0.02, 0.2  # label smoothing of the network's targets
MOST_WEIGHT = 12.0  # of one post, as a multiple of the mean


class Fit(Protocol):
    """Fits an estimator in place and returns it, as `fit_pipeline` and `fit_network` do."""

    def __call__(
        self,
        estimator: Any,
        data: Labelled,
        rows: NDArray[np.intp],
        teacher: TeacherViews | None = None,
        view: int = -1,
        /,
    ) -> Any:
        """Fit to the labelled posts in ``rows``, and to those that a view of a teacher judges."""


def fit_network(
    network: NetworkClassifier,
    data: Labelled,
    rows: NDArray[np.intp],
    teacher: TeacherViews | None = None,
    view: int = -1,
) -> NetworkClassifier:
    """Fit a network to labelled posts, and to all posts that a view of a teacher judges.

    A group of n labelled posts weighs in proportion to the square root of n, and so does each
    account of a group that has several; labels are smoothed.

    Parameters
    ----------
    network : NetworkClassifier
        Unfitted; fitted in place.
    data, rows, teacher, view
        As for `fit_pipeline`.

    Returns
    -------
    NetworkClassifier
    """
    smooth = np.where(data.clear[rows], SMOOTH_CLEAR, SMOOTH_BORDERLINE)
    target, weight = np.where(data.selling[rows], 1 - smooth, smooth), data.weight[rows]
    posts = data.posts[rows]
    weigh_by = list(data.groups.values()) if data.subgroups is None else [data.subgroups]
    for names in weigh_by[:1]:
        _, group, sizes = np.unique(
            names[rows].astype(str), return_inverse=True, return_counts=True
        )
        weight = weight * sizes[group] ** -0.5
    if teacher is not None:
        soft = teacher.soft_targets(view)
        posts = np.concatenate([posts, teacher.posts[soft.rows]])
        target = np.concatenate([target, soft.selling])
        weight = np.concatenate([weight, soft.weight * weight.sum()])
    return network.fit(posts, target, np.minimum(weight, MOST_WEIGHT * weight.mean()))


def fit_features(
    features: PostVectorizer,
    data: Labelled,
    rows: NDArray[np.intp],
    teacher: TeacherViews | None,
    view: int = -1,
) -> PostVectorizer:
    """Fit features, in place, to labelled posts and to the unlabelled ones that a view of a teacher
    judges.
    """
    if teacher is None:
        return features.fit(data.posts[rows])
    return features.fit(np.concatenate([data.posts[rows], teacher.posts[teacher.unlabelled(view)]]))


def fit_pipeline(
    pipeline: Pipeline,
    data: Labelled,
    rows: NDArray[np.intp],
    teacher: TeacherViews | None = None,
    view: int = -1,
) -> Pipeline:
    """Fit a pipeline to labelled posts, and to all posts that a view of a teacher judges.

    A judged post is twice in the training data of the classifier, as giving and as selling, with
    the teacher's probabilities as weights: that is cross-entropy with soft targets. The
    features are learned from real posts alone, labelled and unlabelled.

    Parameters
    ----------
    pipeline : sklearn.pipeline.Pipeline
        Unfitted, of a step ``features`` and a step ``classifier``; fitted in place.
    data : Labelled
    rows : ndarray of intp, shape (m,)
        The labelled posts to train on.
    teacher : TeacherViews, optional
    view : int
        Which of its views.

    Returns
    -------
    sklearn.pipeline.Pipeline

    References
    ----------
    Hinton, Vinyals and Dean, "Distilling the Knowledge in a Neural Network", 2015.
    """
    labels, weight = data.labels[rows], data.weight[rows]
    if teacher is None:
        return pipeline.fit(data.posts[rows], labels, classifier__sample_weight=weight)
    classifier = pipeline.named_steps["classifier"]
    features = fit_features(pipeline.named_steps["features"], data, rows, teacher, view)
    soft = teacher.soft_targets(view)
    judged = features.transform(teacher.posts[soft.rows])
    weight = weight * compute_sample_weight(classifier.class_weight, labels)
    soft_weight = soft.weight * weight.sum()
    both = [np.full(len(soft.rows), label, object) for label in (GIVING, SELLING)]
    classifier.set_params(class_weight=None).fit(
        sp.vstack([features.transform(data.posts[rows]), judged, judged], format="csr"),
        np.concatenate([labels, *both]),
        sample_weight=np.concatenate(
            [weight, soft_weight * (1 - soft.selling), soft_weight * soft.selling]
        ),
    )
    return pipeline
