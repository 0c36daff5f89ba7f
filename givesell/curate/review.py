"""`review`: which labelled posts are worth a second look, and why."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from givesell.core.load import ModelLike, as_model, shipped_start
from givesell.core.model import Model
from givesell.curate.label_errors import wrong_labels
from givesell.curate.reasons_in_words import (
    both_sides,
    explained,
    other,
    percent,
    phrases_for,
    quoted,
    unknown_words,
)
from givesell.errors import ArgumentError
from givesell.labelled.files import warn
from givesell.labelled.read import FEWEST, Labelled, labelled
from givesell.learn.adapt import FEWEST_TO_ADAPT
from givesell.learn.checks import check
from givesell.learn.crossval import out_of_fold
from givesell.learn.learners import learner_of
from givesell.measure.novelty import unknown_share
from givesell.show.words import encodable, keepable
from givesell.verdict import SELLING, is_selling, is_sure

KINDS = ("label", "disagreement", "unsure", "novel")
NOVEL = 0.05  # the share of posts that can be called most unlike the rest
TOP = 50
SAME_LABELS = 0.8  # labels may have been put right since
# least correlation of what a model says of posts it was trained on with what it said of them out of
# fold
SAME_POSTS = 0.3


def review(
    model: ModelLike,
    data: Any,
    labels: Any = None,
    *,
    text: Any = None,
    label: Any = "label",
    groups: Any = None,
    certainty: Any = "certainty",
    label_mapping: Mapping[Any, str | None] | None = None,
    kinds: Sequence[str] = KINDS,
    top: int | Mapping[str, int] | None = TOP,
    reference: ModelLike | None = None,
    extra: Iterable[str] = (),
    random_state: int = 0,
    n_jobs: int | None = -1,
    progress: Callable[[str], None] | None = None,
) -> pd.DataFrame:
    """Find the labelled posts that are worth a second look.

    ==================
    ========================================================================================== kind
    which posts
    ==================
    ==========================================================================================
    ``"label"``         likely wrong labels, found by confident learning (see
    `givesell.curate.label_errors`) ``"disagreement"``  the shipped model is sure of the other
    label: a wrong label, or a rule that it does not share ``"unsure"``        the model could not
    be sure of either label ``"novel"``         most unlike the training data: of the twentieth with
    the most n-grams unknown to the model
    ==================
    ==========================================================================================

    Probabilities are out of fold: each from a model that did not train on the post, nor, with
    ``groups``, on any of its group. Where `model` was trained on just these posts in this session
    its own are taken. Otherwise posts are cross-validated: a shipped model is adapted to them fold
    by fold, another one fitted anew with its settings.

    Parameters
    ----------
    model : Model, str or path
        Or the folder of a saved one, or the name of a shipped one.
    data : table, path, list of paths; or a sequence or column of posts, with ``labels``
    labels : sequence, shape (n,), optional
    text, label, certainty, label_mapping
        As for `givesell.train`.
    groups : str, sequence of str, or values, optional
        As for `givesell.train`. Without, folds are drawn at random, which finds more wrong labels
        (benchmarks/review.md); copies and near copies of a post stay together either way.
    kinds : sequence of str
        What to look for, of the kinds above.
    top : int, or mapping of kind to int, default 50
        The most posts of each kind; None for all that are found.
    reference : Model, str or path, optional
        The model to compare with, by default the one shipped.
    extra : iterable of str
        Further columns of the data to return.
    random_state : int
    n_jobs : int, optional
        Threads.
    progress : callable, optional
        Called with a line of text as each step is done.

    Returns
    -------
    DataFrame, shape (m, 7)
        On the index of the data, each post once, under the first kind that fits; likely wrong
        labels come first, and within a kind the strongest. Columns ``kind``, ``score`` (0 to 1; how
        strong: the probability of the other label, how close to even, or the share of unknown
        n-grams), ``selling`` (probability out of fold), ``label``, ``suggested`` (None where there
        is nothing to suggest), ``reason`` (a sentence) and ``text``, then the extra ones.
        ``attrs["found"]`` says how many posts each kind found, 0 for one that found nothing.

    Raises
    ------
    ArgumentError
        If a kind is unknown or `top` is no count.
    DataError
        If a column is missing, a label unknown, or there are too few posts or groups.
    FileError
        If a file cannot be read.

    Examples
    --------
    >>> import givesell
    >>> from givesell.datasets import load_posts
    >>> posts = load_posts().set_index("id")
    >>> posts.loc["post-0001", "label"] = (
    ...     "giving"  # it begins "2 slots left sat, full service 55 quid, msg me"
    ... )
    >>> table = givesell.review(givesell.load(), posts, kinds=["label"], top=None)
    >>> table.loc["post-0001", ["kind", "label", "suggested"]].tolist()
    ['label', 'giving', 'selling']
    """
    say = progress or (lambda _: None)
    most = _most(kinds, top)
    model = as_model(model)
    second = as_model(reference, "reference")
    posts = labelled(
        data,
        labels,
        text=text,
        label=label,
        groups=groups,
        certainty=certainty,
        label_mapping=label_mapping,
        extra=list(extra),
        fewest=FEWEST if shipped_start(model) is None else FEWEST_TO_ADAPT,
    )
    warn(posts.findings)
    given = posts.labels
    p = own_out_of_fold(model, posts)
    if p is None:
        say("cross-validating with the model's settings")
        p = cross_fitted(model, posts, random_state, n_jobs)
    say("comparing")
    shipped = np.asarray(second.score(posts.posts), np.float64)
    unknown = np.nan_to_num(unknown_share(model, posts.posts))
    against = np.where(posts.selling, 1 - p, p)
    shipped_against = np.where(posts.selling, 1 - shipped, shipped)
    low, high = second.thresholds
    found: dict[str, tuple[NDArray[np.bool_], NDArray[np.float64]]] = {
        "label": (wrong_labels(posts.selling, p), against),
        "disagreement": (
            (is_selling(shipped) != posts.selling) & is_sure(shipped, (low, high)),
            shipped_against,
        ),
        "unsure": (~is_sure(p, model.thresholds), 1 - 2 * np.abs(p - 0.5)),
        "novel": (unknown > np.quantile(unknown, 1 - NOVEL), unknown),
    }
    rows, names, scores = [], [], []
    free = np.ones(len(p), bool)
    looked: dict[str, int] = {}
    for kind, count in most.items():
        fit, strength = found[kind]
        fits = np.flatnonzero(fit & free)
        looked[kind] = len(fits)
        chosen = fits[np.argsort(-strength[fits], kind="stable")][:count]
        free[chosen] = False
        rows.append(chosen)
        names += [kind] * len(chosen)
        scores.append(strength[chosen])
    at = np.concatenate([np.empty(0, np.intp), *rows])
    texts = posts.posts[at].tolist()
    say("explaining")
    reasons = [
        _sentence(kind, why, given[row], p[row], shipped[row], unknown[row], reference is None)
        for kind, why, row in zip(names, explained(model, texts), at.tolist(), strict=True)
    ]
    suggested = [
        other(given[row]) if kind in ("label", "disagreement") else None
        for kind, row in zip(names, at.tolist(), strict=True)
    ]
    table = pd.DataFrame(
        {
            "kind": names,
            "score": np.concatenate([np.empty(0), *scores]),
            "selling": p[at],
            "label": given[at],
            "suggested": np.array(suggested, object),
            "reason": reasons,
            "text": list(map(encodable, texts)),
            **{name: list(map(keepable, values[at])) for name, values in posts.extra.items()},
        },
        index=posts.index[at],
    )
    table.attrs["found"] = looked
    return table


def own_out_of_fold(model: Model, posts: Labelled) -> NDArray[np.float64] | None:
    """Return the out-of-fold probabilities that a model has kept of posts it was trained on, None
    where it has none of just these.

    Other posts may stand on the same index. They are told by what the model says of them now, which
    must go with what it said out of fold among the posts of either label.
    """
    kept = getattr(getattr(model, "report", None), "out_of_fold", None)
    if kept is None or len(kept) != len(posts.posts) or not kept.index.equals(posts.index):
        return None
    p: NDArray[np.float64] = kept["selling"].to_numpy(np.float64)
    own = np.asarray(model.score(posts.posts), np.float64)
    if np.isnan(p).any() or np.mean(kept["label"].to_numpy(object) == posts.labels) < SAME_LABELS:
        return None
    own = np.where(np.isnan(own), p, own)
    for label in (False, True):
        rows = posts.selling == label
        if (
            rows.sum() > 1
            and min(p[rows].std(), own[rows].std()) > 0
            and np.corrcoef(p[rows], own[rows])[0, 1] < SAME_POSTS
        ):
            return None
    return p


def cross_fitted(
    model: Model, posts: Labelled, seed: int = 0, n_jobs: int | None = None
) -> NDArray[np.float64]:
    """Return calibrated probabilities of posts from folds that did not train on them, made with a
    model's settings.

    Parameters
    ----------
    model : Model
        A shipped model, or one that was adapted from one, is adapted anew in each fold. Of another
        the features and the classifier are fitted anew; the network of a deep model is left out.
    posts : Labelled
        Folds are split by the first of its groups, and keep near copies of a post on one side.
    seed : int
    n_jobs : int, optional

    Returns
    -------
    ndarray of float64, shape (n,)
        Probability of ``selling``.
    """
    posts = check(posts)
    start = shipped_start(model)
    learner = learner_of(model, start, random_state=seed)
    scores = np.column_stack(
        [
            out_of_fold(
                part.estimator,
                posts,
                next(iter(posts.groups), None),
                seed=seed,
                n_jobs=n_jobs,
                fit=part.fit,
            )
            for part in learner.parts
        ]
    )
    return learner.calibrate([scores], posts).probabilities(scores)


def _most(kinds: Sequence[str], top: int | Mapping[str, int] | None) -> dict[str, int | None]:
    """Return how many posts of each kind are wanted, in order."""
    asked = [kinds] if isinstance(kinds, str) else list(kinds)
    counts = dict(top) if isinstance(top, Mapping) else dict.fromkeys(asked, top)
    for kind in [*asked, *counts]:
        if kind not in KINDS:
            raise ArgumentError("E340", kind=kind, known=", ".join(KINDS))
    for count in counts.values():
        if count is not None and (
            isinstance(count, bool) or not isinstance(count, (int, np.integer)) or count < 0
        ):
            raise ArgumentError(
                "E206",
                argument="top",
                expected="a count, a count a kind, or None",
                type=repr(count),
            )
    return {kind: counts.get(kind, TOP) for kind in KINDS if kind in asked}


def _sentence(
    kind: str, why: Any, label: str, p: float, shipped: float, unknown: float, is_shipped: bool
) -> str:
    """Say why a post is worth a look."""
    against = other(label)
    name = "the shipped model" if is_shipped else "the other model"
    told = shipped if against == SELLING else 1 - shipped
    if kind == "label":
        doubt = p if against == SELLING else 1 - p
        phrases = quoted(phrases_for(why, against))
        also = f"; {name} says so too ({percent(told)})" if told >= 0.5 else ""
        return (
            f"labelled {label}, but {percent(doubt)} {against} out of"
            f" fold{': ' if phrases else ''}{phrases}{also}"
        )
    if kind == "disagreement":
        agrees = bool(is_selling(p)) == (label == SELLING)
        own = f"; out of fold {percent(p if label == SELLING else 1 - p)} {label}, as labelled"
        own = (
            own
            if agrees
            else f"; out of fold {percent(p if against == SELLING else 1 - p)} {against} too"
        )
        phrases = quoted(phrases_for(why, against))
        return (
            f"labelled {label}, but {name} is {percent(told)} sure of"
            f" {against}{': ' if phrases else ''}{phrases}{own}"
        )
    if kind == "unsure":
        return f"{percent(p)} selling out of fold{both_sides(why)}"
    words = unknown_words(why)
    return (
        f"{percent(unknown)} of its n-grams are unknown to the"
        f" model{', such as ' + quoted(words) if words else ''}"
    )
