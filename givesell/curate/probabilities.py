"""Probabilities of labelled posts from models that did not train on them."""

import numpy as np
from numpy.typing import NDArray

from givesell.labelled.posts import Labelled
from givesell.learn.checks import check
from givesell.learn.learners import learner_of
from givesell.learn.protocol import TrainingProtocol
from givesell.model.load import shipped_start
from givesell.model.model import Model

SAME_LABELS = 0.8  # share of labels that must still be what they were: some may have been corrected
# Least correlation of what a model says of posts that it was trained on with what it said of them
# out of fold.
SAME_POSTS = 0.3


def recorded_out_of_fold(model: Model, data: Labelled) -> NDArray[np.float64] | None:
    """Return the out-of-fold probabilities that training has recorded of just these posts.

    Other posts may be on the same index. They are recognised by what the model says of them now,
    which must go with what it said out of fold among the posts of either label.

    Parameters
    ----------
    model : Model
        With a ``report``, if it was trained in this process.
    data : Labelled

    Returns
    -------
    ndarray of float64, shape (n,), or None
        Probability of ``selling``; None where the model has none, or has them of other posts.
    """
    recorded = getattr(getattr(model, "report", None), "out_of_fold", None)
    if recorded is None or not recorded.index.equals(data.index):
        return None
    p: NDArray[np.float64] = recorded["selling"].to_numpy(np.float64)
    same_labels = recorded["label"].to_numpy(object) == data.labels
    if np.isnan(p).any() or np.mean(same_labels) < SAME_LABELS:
        return None
    now = np.asarray(model.score(data.posts), np.float64)
    now = np.where(np.isnan(now), p, now)
    for label in (False, True):
        rows = data.selling == label
        if (
            rows.sum() > 1
            and min(p[rows].std(), now[rows].std()) > 0
            and np.corrcoef(p[rows], now[rows])[0, 1] < SAME_POSTS
        ):
            return None
    return p


def cross_fitted(
    model: Model, data: Labelled, seed: int = 0, n_jobs: int | None = None
) -> NDArray[np.float64]:
    """Return calibrated probabilities of posts from folds that did not train on them, made with a
    model's settings.

    Parameters
    ----------
    model : Model
        A shipped model, or one that was adapted from one, is adapted anew in each fold. Of another
        the features and the classifier are fitted anew; the network of a deep model is left out.
    data : Labelled
        Folds are split by the first of its groups, and keep near copies of a post in one fold.
    seed : int
    n_jobs : int, optional

    Returns
    -------
    ndarray of float64, shape (n,)
        Probability of ``selling``.
    """
    data = check(data)
    learner = learner_of(model, shipped_start(model), random_state=seed)
    protocol = TrainingProtocol(data, None, seed, n_jobs)
    scores = protocol.scores_of(learner, protocol.schemes[0])
    return learner.calibrate([scores], data).probabilities(scores)
