"""`review`: which labelled posts are worth a second look, and why."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from givesell.curate.kinds import KINDS, Evidence, Picked, pick
from givesell.curate.probabilities import cross_fitted, recorded_out_of_fold
from givesell.curate.reasons_in_words import explained, other
from givesell.errors import ArgumentError
from givesell.labelled.files import warn
from givesell.labelled.posts import Labelled
from givesell.labelled.read import read_labelled
from givesell.labelled.request import FEWEST, Request
from givesell.learn.adapt import FEWEST_TO_ADAPT
from givesell.measure.novelty import unknown_share
from givesell.measure.sure import may_be_sure
from givesell.model.load import ModelLike, as_model, shipped_start
from givesell.model.model import Model
from givesell.show.words import encodable, keepable
from givesell.types import ColumnLike, DataLike, GroupsLike, ValuesLike
from givesell.verdict import is_sure

TOP = 50


def review(
    model: ModelLike,
    data: DataLike,
    labels: ValuesLike | None = None,
    *,
    text: ColumnLike | None = None,
    label: ColumnLike = "label",
    groups: GroupsLike | None = None,
    group_until: str | None = None,
    certainty: ColumnLike | None = "certainty",
    label_mapping: Mapping[Any, str | None] | None = None,
    kinds: Sequence[str] = tuple(KINDS),
    top: int | Mapping[str, int] | None = TOP,
    reference: ModelLike | None = None,
    extra: Iterable[str] = (),
    random_state: int = 0,
    n_jobs: int | None = -1,
    progress: Callable[[str], None] | None = None,
) -> pd.DataFrame:
    """Find the labelled posts that are worth a second look.

    They are of four kinds:

    ``"label"``
        Likely wrong labels, found by confident learning (see `givesell.curate.label_errors`).
    ``"disagreement"``
        The shipped model is sure of the other label: a wrong label, or a rule that it does not
        share.
    ``"unsure"``
        The model could not be sure of either label.
    ``"novel"``
        Most unlike the training data: of the twentieth with the most n-grams unknown to the model.

    Probabilities are out of fold: each is that of a model which did not train on the post, nor,
    with ``groups``, on any post of its group. Where `model` was trained on just these posts in this
    session, they are those that training recorded. Otherwise the posts are cross-validated: a
    shipped model is adapted to them fold by fold, another one is fitted anew with its settings.

    Parameters
    ----------
    model : Model, str or path
        Or the folder of a saved one, or the name of a shipped one.
    data : table, path, list of paths; or a sequence or column of posts, with ``labels``
    labels : sequence, shape (n,), optional
    text, label, certainty, label_mapping
        As for `givesell.train`.
    groups : str, sequence of str, or values, optional
    group_until : str, optional
        As for `givesell.train`. Without groups, folds are drawn at random, which finds more wrong
        labels (benchmarks/review.md); copies and near copies of a post stay together either way.
    kinds : sequence of str
        What to look for, of the kinds above.
    top : int, or mapping of kind to int, default 50
        The most posts of each kind; None for all of them.
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
        ``attrs["found"]`` says how many posts of each kind there are, 0 for a kind without any.

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
    wanted = _wanted(kinds, top)
    model = as_model(model)
    second = as_model(reference, "reference")
    posts = read_labelled(
        Request(
            data,
            labels,
            text=text,
            label=label,
            groups=groups,
            group_until=group_until,
            certainty=certainty,
            label_mapping=label_mapping,
            extra=list(extra),
            fewest=FEWEST if shipped_start(model) is None else FEWEST_TO_ADAPT,
        )
    )
    warn(posts.findings)
    out_of_fold = recorded_out_of_fold(model, posts)
    if out_of_fold is None:
        say("cross-validating with the model's settings")
        out_of_fold = cross_fitted(model, posts, random_state, n_jobs)
    say("comparing")
    of_second = second.verdicts(posts.posts, facets=False)
    evidence = Evidence(
        selling=posts.selling,
        out_of_fold=out_of_fold,
        second=np.asarray(of_second.selling, np.float64),
        unknown=np.nan_to_num(unknown_share(model, posts.posts)),
        sure=np.asarray(is_sure(out_of_fold, model.thresholds)) & may_be_sure(model, posts.posts),
        second_sure=of_second.sure,
        second_name="the shipped model" if reference is None else "the other model",
    )
    picked = pick(evidence, wanted)
    say("explaining")
    return _table(model, posts, evidence, picked)


def _table(model: Model, data: Labelled, evidence: Evidence, picked: Picked) -> pd.DataFrame:
    """Return the picked posts with a sentence each."""
    rows, labels = picked.rows, data.labels[picked.rows]
    texts = data.posts[rows].tolist()
    kinds = [KINDS[name] for name in picked.kinds]
    suggested = [
        other(label) if kind.suggests_other else None
        for kind, label in zip(kinds, labels, strict=True)
    ]
    reasons = [
        kind.sentence(evidence.at(row), explanation)
        for kind, row, explanation in zip(
            kinds, rows.tolist(), explained(model, texts), strict=True
        )
    ]
    table = pd.DataFrame(
        {
            "kind": picked.kinds,
            "score": picked.strength,
            "selling": evidence.out_of_fold[rows],
            "label": labels,
            "suggested": np.array(suggested, object),
            "reason": reasons,
            "text": list(map(encodable, texts)),
            **{name: list(map(keepable, values[rows])) for name, values in data.extra.items()},
        },
        index=data.index[rows],
    )
    table.attrs["found"] = picked.counts
    return table


def _wanted(
    kinds: str | Sequence[str], top: int | Mapping[str, int] | None
) -> dict[str, int | None]:
    """Return how many posts of each kind are wanted, in the order of the kinds."""
    names = [kinds] if isinstance(kinds, str) else list(kinds)
    counts = dict(top) if isinstance(top, Mapping) else dict.fromkeys(names, top)
    for name in [*names, *counts]:
        if name not in KINDS:
            raise ArgumentError("E340", kind=name, known=", ".join(KINDS))
    for count in counts.values():
        if count is not None and (
            isinstance(count, bool) or not isinstance(count, (int, np.integer)) or count < 0
        ):
            raise ArgumentError(
                "E206",
                argument="top",
                expected="a count, a count for each kind, or None",
                given=repr(count),
            )
    return {name: counts.get(name, TOP) for name in KINDS if name in names}
