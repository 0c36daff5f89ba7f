"""`evaluate`: a model against labelled posts it was not trained on."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from givesell.core.load import ModelLike, as_model
from givesell.errors import ArgumentError, DataError
from givesell.labelled.files import warn
from givesell.labelled.groups import group_keys
from givesell.labelled.read import Labelled, labelled
from givesell.measure.bootstrap import (
    ROUNDS,
    Draws,
    Estimate,
    Scored,
    Values,
    cell_metrics,
    estimate,
    estimates,
    ratio,
)
from givesell.measure.evaluation import METRICS, Evaluation
from givesell.measure.seen_in_training import warn_of_training
from givesell.measure.slices import as_values, length_bands, slice_table
from givesell.verdict import GIVING, SELLING, Scores, Status, is_selling

FEWEST = 5  # posts of each label
FEWEST_ROUNDS = 100
PREVALENCES = (0.05, 0.15, 0.30, 0.50)
BANDS = np.arange(25) / 50  # half widths: 0 to 0.48
_OK = Status.OK.text


@dataclass(frozen=True, slots=True)
class Judged:
    """Labelled posts that a model has judged, and what the bootstrap draws.

    Attributes
    ----------
    data : Labelled
        All posts.
    kept : ndarray of bool, shape (n,)
        Those with a verdict; the arrays below hold these alone.
    selling : ndarray of bool, shape (m,)
    keys : ndarray of int64, shape (m,), optional
        Number of the group of each post.
    draws : Draws
    """

    data: Labelled
    kept: NDArray[np.bool_]
    selling: NDArray[np.bool_]
    keys: NDArray[np.int64] | None
    draws: Draws

    @property
    def groups(self) -> int | None:
        """How many groups there are; None where posts are drawn."""
        return None if self.keys is None else self.draws.count


def evaluate(
    model: ModelLike,
    data: Any,
    labels: Any = None,
    *,
    text: Any = None,
    label: Any = "label",
    groups: Any = None,
    certainty: Any = "certainty",
    label_mapping: Mapping[Any, str | None] | None = None,
    platform: str | None = "platform",
    slices: str | Sequence[str] | None = None,
    rounds: int = ROUNDS,
    random_state: int = 0,
) -> Evaluation:
    """Measure a model on labelled posts.

    Posts that the model gives no label (no text, no words, not English) are counted and in no
    figure. Those that it was trained on are counted too, and a `givesell.errors.TrainedOnWarning`
    names them where they are more than a hundredth.

    Parameters
    ----------
    model : Model, str or path
        Or the folder of a saved one, or the name of a shipped one.
    data : table, path, list of paths; or a sequence or column of posts, with ``labels``
        Posts that the model was not trained on.
    labels : sequence, shape (n,), optional
        Labels of the posts, where they are not a column.
    text : str, optional
        The column of posts; by default ``text``, or the one that is named as posts are, such as
        ``Body``.
    label : str, or a sequence of shape (n,)
        The column of labels; values are taken as ``labels``.
    groups : str or sequence, optional
        What keeps related posts together: a column, or a value a post. The intervals draw whole
        groups; of several columns the first.
    certainty : str or sequence, optional
        What says ``clear`` or not, where there is such a column.
    label_mapping : mapping, optional
        From other labels to ``"giving"`` or ``"selling"``, or to None for posts to leave out.
    platform : str, optional
        Column to slice by, where there is one.
    slices : str or sequence of str, optional
        Further columns to slice by.
    rounds : int, default 1000
        Of the bootstrap, at least 100.
    random_state : int, default 0
        The same gives the same intervals.

    Returns
    -------
    Evaluation
        Figures with 95 % intervals, confusion matrix, slices and more. ``evaluation["macro_f1"]``
        is a figure alone.

    Raises
    ------
    ArgumentTypeError
        If `model` is no model.
    DataError
        If a column is missing, a label unknown, there are too few posts of a label, or a single
        group.
    FileError
        If a file cannot be read.

    Examples
    --------
    >>> import givesell
    >>> from givesell.datasets import load_posts
    >>> posts = load_posts()
    >>> model = givesell.train(posts.head(1000), groups="topic")
    >>> evaluation = givesell.evaluate(model, posts.tail(600), groups="topic")
    >>> evaluation["posts"], evaluation["macro_f1"] > 0.75, evaluation.trained_on
    (600, True, 0)
    >>> evaluation.to_frame().columns.tolist()
    ['value', 'low', 'high']
    """
    model = as_model(model)
    name = str(model.info["name"])
    posts = read_posts(
        data, labels, text, label, groups, certainty, label_mapping, platform, slices
    )
    scores = model.verdicts(posts.posts, facets=False)
    judged = judge(posts, scores.status == _OK, rounds, random_state)
    p = scores.selling[judged.kept].astype(np.float64)
    trained_on = int(model.trained_on(posts.posts[judged.kept]).sum())
    warn_of_training(name, trained_on, len(p), stacklevel=2)
    scored = Scored(judged.selling, p, judged.draws.units, thresholds=model.thresholds, bands=BANDS)
    values, spread = scored.values(judged.draws.once()), scored.values(judged.draws)
    found = estimates(values, spread)
    table = slice_table(
        _slicings(posts, judged, platform, slices),
        judged.selling,
        p,
        judged.keys,
        rounds=rounds,
        seed=random_state,
    )
    metrics = {name: found[name] for name in METRICS}
    confusion = np.bincount(2 * judged.selling.astype(int) + is_selling(p), minlength=4).reshape(
        2, 2
    )
    coverage, shift = _coverage(values, spread), _prevalence(values, spread)
    unjudged = {
        status.text: int((scores.status == status.text).sum())
        for status in Status
        if status != Status.OK
    }
    unjudged[Status.EMPTY.text] += without_text(posts)
    unjudged = {status: count for status, count in unjudged.items() if count}
    figures = _figures(posts, judged, p, metrics, unjudged, model.thresholds)
    figures |= {
        "trained_on": trained_on,
        "intervals": {
            name: [_plain(figure.low), _plain(figure.high)] for name, figure in metrics.items()
        },
        "confusion": {
            true: dict(zip(("called_giving", "called_selling"), row, strict=True))
            for true, row in zip((GIVING, SELLING), confusion.tolist(), strict=True)
        },
        "coverage": _records(coverage),
        "slices": _records(table),
        "prevalence": _records(shift),
    }
    return Evaluation(
        name,
        metrics,
        confusion,
        coverage,
        table,
        shift,
        _score_table(judged, scores),
        unjudged,
        judged.groups,
        model.thresholds,
        rounds,
        figures,
        trained_on,
    )


def read_posts(
    data: Any,
    labels: Any,
    text: Any,
    label: Any,
    groups: Any,
    certainty: Any,
    label_mapping: Mapping[Any, str | None] | None,
    platform: str | None,
    slices: str | Sequence[str] | None,
) -> Labelled:
    """Read the posts to measure on, with the columns to slice by; see `evaluate`.

    Raises
    ------
    DataError
        If there are too few posts of a label, or a column to slice by is missing.
    """
    wanted = [slices] if isinstance(slices, str) else list(slices or [])
    extra = list(dict.fromkeys([*([] if platform is None else [platform]), *wanted]))
    posts = labelled(
        data,
        labels,
        text=text,
        label=label,
        groups=groups,
        certainty=certainty,
        label_mapping=label_mapping,
        extra=extra,
        fewest=0,
    )
    warn(posts.findings)
    for column in wanted:
        if column not in posts.extra:
            raise DataError("E333", column=column)
    return posts


def without_text(posts: Labelled) -> int:
    """Return how many rows were left out for holding no text."""
    return sum(int(entry["empty"]) for entry in posts.ledger)


def judge(posts: Labelled, kept: NDArray[np.bool_], rounds: int, seed: int) -> Judged:
    """Take the posts that have a verdict and say what the bootstrap draws.

    Parameters
    ----------
    posts : Labelled
    kept : ndarray of bool, shape (n,)
    rounds, seed : int

    Returns
    -------
    Judged

    Raises
    ------
    ArgumentError
        If there are too few rounds.
    DataError
        If there are too few posts of a label, or a single group.
    """
    if (
        not isinstance(rounds, (int, np.integer))
        or isinstance(rounds, bool)
        or rounds < FEWEST_ROUNDS
    ):
        raise ArgumentError(
            "E206",
            argument="rounds",
            expected=f"a whole number from {FEWEST_ROUNDS} on",
            type=repr(rounds),
        )
    selling = posts.selling[kept]
    for name, count in ((GIVING, int((~selling).sum())), (SELLING, int(selling.sum()))):
        if count < FEWEST:
            left = (
                f" ({int((~kept).sum()):,} more got no label from the model)"
                if not kept.all()
                else ""
            )
            raise DataError(
                "E334", count=count, posts=len(selling), label=name, needed=FEWEST, left=left
            )
    keys = None
    if posts.groups:
        name, column = next(iter(posts.groups.items()))
        keys = np.unique(group_keys(column[kept]), return_inverse=True)[1].astype(np.int64)
        if keys.max() == 0:
            raise DataError("E335", column=name)
    return Judged(
        posts,
        kept,
        selling,
        keys,
        Draws(np.arange(len(selling)) if keys is None else keys, int(rounds), seed),
    )


def _slicings(
    posts: Labelled, judged: Judged, platform: str | None, slices: str | Sequence[str] | None
) -> dict[str, NDArray[np.object_]]:
    """Return what to slice by: each post's value by the name of the slicing."""
    kept = judged.kept
    columns: dict[str, NDArray[np.object_]] = {}
    if platform is not None and platform in posts.extra:
        columns[platform] = as_values(posts.extra[platform][kept])
    for name, column in posts.groups.items():
        columns[name] = as_values(column[kept])
    columns["length"] = length_bands(posts.posts[kept])
    if not posts.clear.all():
        columns["certainty"] = np.where(posts.clear[kept], "clear", "not clear").astype(object)
    for name in [slices] if isinstance(slices, str) else slices or []:
        columns[name] = as_values(posts.extra[name][kept])
    return columns


def _coverage(values: Values, spread: Values) -> pd.DataFrame:
    rows = []
    for band, width in enumerate(BANDS):
        accuracy = estimate(
            float(values["accuracy_beyond"][0, band]), spread["accuracy_beyond"][:, band]
        )
        rows.append((round(float(width), 3), float(values["coverage"][0, band]), *accuracy))
    return pd.DataFrame(rows, columns=["band", "coverage", "accuracy", "low", "high"])


def _prevalence(values: Values, spread: Values) -> pd.DataFrame:
    """Return precision and the share called selling at other shares of selling."""
    rows = []
    for share in PREVALENCES:

        def shifted(found: Values, share: float = share) -> tuple[Any, Any]:
            hit, false = share * found["recall_selling"], (1 - share) * found["false_positive_rate"]
            return ratio(hit, hit + false), hit + false

        precision, called = (
            estimate(float(value[0]), rounds)
            for value, rounds in zip(shifted(values), shifted(spread), strict=True)
        )
        rows.append((share, *precision, *called))
    return pd.DataFrame(
        rows,
        columns=[
            "selling",
            "precision",
            "precision_low",
            "precision_high",
            "called",
            "called_low",
            "called_high",
        ],
    )


def _figures(
    posts: Labelled,
    judged: Judged,
    p: NDArray[np.float64],
    metrics: dict[str, Estimate],
    unjudged: dict[str, int],
    thresholds: tuple[float, float],
) -> dict[str, Any]:
    """Return the figures under the names that `givesell.measure.metrics.measure` has for them,
    and some more.
    """
    clear = posts.clear[judged.kept]
    macro = metrics["macro_f1"]
    low, high = thresholds
    return {
        "posts": len(posts.posts) + without_text(posts),
        "groups": judged.groups if judged.groups is not None else len(judged.selling),
        "share_selling": _plain(float(judged.selling.mean())),
        "macro_f1": _plain(macro.value),
        "macro_f1_interval": [_plain(macro.low), _plain(macro.high)],
        "macro_f1_clear": _macro_f1(judged.selling[clear], p[clear]),
        "macro_f1_borderline": _macro_f1(judged.selling[~clear], p[~clear]),
        **{name: _plain(figure.value) for name, figure in metrics.items() if name != "macro_f1"},
        "unjudged": sum(unjudged.values()),
        "unjudged_by_status": unjudged,
        "thresholds": {GIVING: low, SELLING: high},
    }


def _macro_f1(selling: NDArray[np.bool_], p: NDArray[np.float64]) -> float | None:
    if not len(selling):
        return None
    cells = np.bincount(2 * selling.astype(int) + is_selling(p), minlength=4).astype(np.float64)
    return _plain(float(cell_metrics(cells[None, :])["macro_f1"][0]))


def _score_table(judged: Judged, scores: Scores) -> pd.DataFrame:
    kept = judged.kept
    columns = {
        "label": judged.data.labels[kept],
        "called": scores.label[kept],
        "selling": scores.selling[kept],
        "sure": scores.sure[kept],
    }
    return pd.DataFrame(columns, index=judged.data.index[kept])


def _plain(value: float) -> float | None:
    return None if math.isnan(value) else round(value, 4)


def _records(table: pd.DataFrame) -> list[dict[str, Any]]:
    """Return the rows of a table as plain values, ready for JSON."""
    rows: Any = table.to_dict(orient="records")
    return [
        {name: _plain(value) if isinstance(value, float) else value for name, value in row.items()}
        for row in rows
    ]
