"""Facets: a linear head that predicts which kind of giving or selling a post is, and how well it
does on unseen groups.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.base import clone
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import f1_score, precision_recall_fscore_support

from givesell.core.weights import FacetHead
from givesell.errors import ArgumentTypeError
from givesell.estimators.vectorizer import PostVectorizer
from givesell.labelled.posts import Labelled
from givesell.learn.crossval import each_fold, views_of
from givesell.learn.fit import fit_features
from givesell.learn.teacher import TeacherViews
from givesell.verdict import FACETS, SELLING, is_selling

NAMES = tuple(name for names in FACETS.values() for name in names)
MIN_POSTS = 5  # that hold a feature which the head looks at
C = 10.0


def fit_head(features: PostVectorizer, data: Labelled, rows: NDArray[np.intp]) -> FacetHead:
    """Fit a head on fitted features.

    Parameters
    ----------
    features : PostVectorizer
    data : Labelled
        With facets.
    rows : ndarray of intp, shape (m,)
        The posts to learn from.

    Returns
    -------
    FacetHead
        Of the facets among those posts.
    """
    matrix = features.transform(data.posts[rows])
    columns = np.flatnonzero(np.bincount(matrix.indices, minlength=matrix.shape[1]) >= MIN_POSTS)
    classifier = LogisticRegression(C=C, tol=1e-3, max_iter=1000)
    classifier.fit(matrix[:, columns], _facets(data)[rows], sample_weight=data.weight[rows])
    coefficients, intercepts = classifier.coef_, classifier.intercept_
    if len(classifier.classes_) == 2:  # of two classes scikit-learn has one row
        coefficients, intercepts = (
            np.concatenate([-part, part]) for part in (coefficients, intercepts)
        )
    weights = (coefficients * features.idf_[columns]).T.astype(np.float16)
    return FacetHead(
        tuple(classifier.classes_),
        features.buckets_[columns],
        weights,
        intercepts.astype(np.float32),
    )


def facet_quality(
    features: PostVectorizer,
    data: Labelled,
    groups: str | None,
    p: NDArray[np.float64],
    *,
    seed: int,
    n_jobs: int | None,
    teacher: TeacherViews | None,
) -> dict[str, Any]:
    """Measure heads out of fold, under the labels that the model gives out of fold.

    Parameters
    ----------
    features : PostVectorizer
        Unfitted.
    data : Labelled
        With facets.
    groups : str, optional
        See `givesell.learn.crossval.splits`.
    p : ndarray of float64, shape (n,)
        Out-of-fold probability of ``selling``; NaN where a post was not measured.
    seed : int
    n_jobs : int, optional
    teacher : TeacherViews, optional

    Returns
    -------
    dict
        ``accuracy`` and ``macro_f1`` of the facet, ``accuracy_label_right`` among the posts whose
        label is right, and for each facet its ``posts``, ``precision`` and ``recall``.
    """
    facets = _facets(data)

    def predict(train: NDArray[np.intp], test: NDArray[np.intp], view: int) -> NDArray[np.object_]:
        fitted = fit_features(clone(features), data, train, teacher, view)
        head = fit_head(fitted, data, train)
        return _predicted(head, fitted, data.posts[test], is_selling(p[test]))

    predicted = np.full(len(data.posts), None, object)
    for test, names in each_fold(predict, views_of(data, groups, seed, teacher), n_jobs):
        predicted[test] = names
    rows = np.array([name is not None for name in predicted]) & ~np.isnan(p)
    right = is_selling(p[rows]) == data.selling[rows]
    return facet_figures(facets[rows].astype(str), predicted[rows].astype(str), right)


def _facets(data: Labelled) -> NDArray[np.object_]:
    if data.facets is None:
        raise ArgumentTypeError(
            "E206", argument="data", expected="posts with facets", given="posts without"
        )
    return data.facets


def _predicted(
    head: FacetHead,
    features: PostVectorizer,
    posts: NDArray[np.object_],
    selling: NDArray[np.bool_],
) -> NDArray[np.object_]:
    """Return the likeliest facet of each post among those of its label, shape (n,)."""
    columns = np.searchsorted(features.buckets_, head.buckets)
    weights = head.weights / features.idf_[columns][:, None]
    log_odds = np.asarray(features.transform(posts)[:, columns] @ weights + head.intercepts)
    of_selling = np.array([name in FACETS[SELLING] for name in head.names])
    log_odds[of_selling[None, :] != selling[:, None]] = -np.inf
    return np.asarray(np.array(head.names, object)[log_odds.argmax(1)], object)


def facet_figures(
    truth: NDArray[np.str_], predicted: NDArray[np.str_], right: NDArray[np.bool_]
) -> dict[str, Any]:
    """Return the figures of predicted facets, where ``right`` are the posts whose label is so.

    Examples
    --------
    >>> truth = np.array(["help", "thanks", "offer"])
    >>> figures = facet_figures(truth, np.array(["help", "help", "offer"]), np.ones(3, bool))
    >>> figures["accuracy"], figures["each"]["thanks"]["recall"]
    (0.6667, 0.0)
    """
    present = [name for name in NAMES if (truth == name).any()]
    precision, recall, _, posts = precision_recall_fscore_support(
        truth, predicted, labels=present, zero_division=0
    )
    macro_f1 = f1_score(truth, predicted, labels=present, average="macro", zero_division=0)
    return {
        "accuracy": _rounded((truth == predicted).mean()),
        "macro_f1": _rounded(macro_f1),
        "accuracy_label_right": _rounded((truth == predicted)[right].mean()),
        "each": {
            name: {
                "posts": int(posts[at]),
                "precision": _rounded(precision[at]),
                "recall": _rounded(recall[at]),
            }
            for at, name in enumerate(present)
        },
    }


def _rounded(figure: Any) -> float:
    return round(float(figure), 4)
