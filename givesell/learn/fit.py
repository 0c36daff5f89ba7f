"""Fitting estimators to labelled posts and, where there is a teacher, to what it says of others."""

from typing import Any

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray
from sklearn.pipeline import Pipeline
from sklearn.utils.class_weight import compute_sample_weight

from givesell.estimators.network.classifier import NetworkClassifier
from givesell.estimators.vectorizer import PostVectorizer
from givesell.labelled.read import Labelled
from givesell.learn.teacher import Judged
from givesell.verdict import GIVING, SELLING

SMOOTH_CLEAR, SMOOTH_BORDERLINE = 0.02, 0.2  # label smoothing of the network's targets
MOST_WEIGHT = 12.0  # of one post, in times the mean


def fit_estimator(
    estimator: Any,
    data: Labelled,
    rows: NDArray[np.intp],
    judged: Judged | None = None,
    view: int = -1,
) -> Any:
    """Fit an estimator in place; see `fit_pipeline` and `fit_network`. One over posts that is
    neither learns from labels alone.
    """
    if not isinstance(estimator, NetworkClassifier | Pipeline):
        return estimator.fit(data.posts[rows], data.labels[rows], data.weight[rows])
    fit: Any = fit_network if isinstance(estimator, NetworkClassifier) else fit_pipeline
    return fit(estimator, data, rows, judged, view)


def fit_network(
    network: NetworkClassifier,
    data: Labelled,
    rows: NDArray[np.intp],
    judged: Judged | None = None,
    view: int = -1,
) -> NetworkClassifier:
    """Fit a network to some labelled posts, and to all posts that a view of a teacher judges.

    A group of n labelled posts weighs in proportion to the square root of n; labels are smoothed.

    Parameters
    ----------
    network : NetworkClassifier
        Unfitted; fitted in place.
    data, rows, judged, view
        As for `fit_pipeline`.

    Returns
    -------
    NetworkClassifier
    """
    smooth = np.where(data.clear[rows], SMOOTH_CLEAR, SMOOTH_BORDERLINE)
    target, weight = np.where(data.selling[rows], 1 - smooth, smooth), data.weight[rows]
    posts = data.posts[rows]
    for names in list(data.groups.values())[:1]:
        _, group, sizes = np.unique(
            names[rows].astype(str), return_inverse=True, return_counts=True
        )
        weight = weight * sizes[group] ** -0.5
    if judged is not None:
        kept, selling, share = judged.lessons(view)
        posts, target = (
            np.concatenate([posts, judged.posts[kept]]),
            np.concatenate([target, selling]),
        )
        weight = np.concatenate([weight, share * weight.sum()])
    return network.fit(posts, target, np.minimum(weight, MOST_WEIGHT * weight.mean()))


def fit_features(
    features: PostVectorizer,
    data: Labelled,
    rows: NDArray[np.intp],
    judged: Judged | None,
    view: int = -1,
) -> PostVectorizer:
    """Fit features, in place, to some labelled posts and to the unlabelled ones that a view of a
    teacher judges.
    """
    if judged is None:
        return features.fit(data.posts[rows])
    kept = judged.lessons(view)[0]
    return features.fit(np.concatenate([data.posts[rows], judged.posts[kept[kept < judged.real]]]))


def fit_pipeline(
    pipeline: Pipeline,
    data: Labelled,
    rows: NDArray[np.intp],
    judged: Judged | None = None,
    view: int = -1,
) -> Pipeline:
    """Fit a pipeline to some labelled posts, and to all posts that a view of a teacher judges.

    A judged post stands twice in the training data of the classifier, as giving and as selling,
    with the teacher's probabilities as weights: that is cross-entropy with soft targets. The
    features are learned from real posts alone, labelled and unlabelled.

    Parameters
    ----------
    pipeline : sklearn.pipeline.Pipeline
        Unfitted, of a step ``features`` and a step ``classifier``; fitted in place.
    data : Labelled
    rows : ndarray of intp, shape (m,)
        The labelled posts to train on.
    judged : Judged, optional
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
    if judged is None:
        return pipeline.fit(data.posts[rows], labels, classifier__sample_weight=weight)
    classifier = pipeline.named_steps["classifier"]
    features = fit_features(pipeline.named_steps["features"], data, rows, judged, view)
    kept, selling, share = judged.lessons(view)
    soft = features.transform(judged.posts[kept])
    weight = weight * compute_sample_weight(classifier.class_weight, labels)
    share = share * weight.sum()
    classifier.set_params(class_weight=None).fit(
        sp.vstack([features.transform(data.posts[rows]), soft, soft], format="csr"),
        np.concatenate(
            [labels, np.full(len(kept), GIVING, object), np.full(len(kept), SELLING, object)]
        ),
        sample_weight=np.concatenate([weight, share * (1 - selling), share * selling]),
    )
    return pipeline
