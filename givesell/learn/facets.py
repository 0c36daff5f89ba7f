"""Facets: a linear head that tells which kind of giving or selling a post is, and how well it
does on unseen groups.
"""

from typing import Any

import numpy as np
from joblib import Parallel, delayed
from numpy.typing import NDArray
from sklearn.base import clone
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import f1_score, precision_score, recall_score
from threadpoolctl import threadpool_limits

from givesell.core.weights import FacetHead
from givesell.estimators.vectorizer import PostVectorizer
from givesell.labelled.read import Labelled
from givesell.learn.crossval import views_of
from givesell.learn.fit import fit_features
from givesell.learn.teacher import Judged
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
    assert data.facets is not None
    matrix = features.transform(data.posts[rows])
    columns = np.flatnonzero(np.bincount(matrix.indices, minlength=matrix.shape[1]) >= MIN_POSTS)
    classifier = LogisticRegression(C=C, tol=1e-3, max_iter=1000)
    classifier.fit(matrix[:, columns], data.facets[rows], sample_weight=data.weight[rows])
    coefficients, intercepts = classifier.coef_, classifier.intercept_
    if len(classifier.classes_) == 2:  # scikit-learn then keeps one row
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
    judged: Judged | None,
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
    judged : Judged, optional

    Returns
    -------
    dict
        ``accuracy`` and ``macro_f1`` of the facet, ``accuracy_label_right`` among the posts whose
        label is right, and for each facet its ``posts``, ``precision`` and ``recall``.
    """
    assert data.facets is not None

    def fold(train: NDArray[np.intp], test: NDArray[np.intp], view: int) -> NDArray[np.object_]:
        fitted = fit_features(clone(features), data, train, judged, view)
        head = fit_head(fitted, data, train)
        matrix = fitted.transform(data.posts[test])[
            :, np.searchsorted(fitted.buckets_, head.buckets)
        ]
        odds = (
            matrix
            @ (head.weights / fitted.idf_[np.searchsorted(fitted.buckets_, head.buckets)][:, None])
            + head.intercepts
        )
        sells = np.array([name in FACETS[SELLING] for name in head.names])
        odds[sells[None, :] != is_selling(p[test])[:, None]] = -np.inf
        return np.asarray(np.array(head.names, object)[np.asarray(odds).argmax(1)], object)

    found = np.full(len(data.posts), None, object)
    folds = views_of(data, groups, seed, judged)
    with threadpool_limits(1, user_api="blas"):
        jobs = (delayed(fold)(*split, view) for split, view in folds)
        for ((_, test), _), names in zip(
            folds, Parallel(n_jobs=n_jobs, require="sharedmem")(jobs), strict=True
        ):
            found[test] = names
    kept = (found != None) & ~np.isnan(p)  # noqa: E711
    truth, guess = data.facets[kept].astype(str), found[kept].astype(str)
    right = is_selling(p[kept]) == data.selling[kept]
    present = [name for name in NAMES if (truth == name).any()]
    options: dict[str, Any] = {"labels": present, "average": None, "zero_division": 0}
    precision, recall = (
        precision_score(truth, guess, **options),
        recall_score(truth, guess, **options),
    )
    return {
        "accuracy": round(float((truth == guess).mean()), 4),
        "macro_f1": round(
            float(f1_score(truth, guess, labels=present, average="macro", zero_division=0)), 4
        ),
        "accuracy_label_right": round(float((truth == guess)[right].mean()), 4),
        "each": {
            name: {
                "posts": int((truth == name).sum()),
                "precision": round(float(a), 4),
                "recall": round(float(b), 4),
            }
            for name, a, b in zip(present, precision, recall, strict=True)
        },
    }
