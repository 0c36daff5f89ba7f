"""`evaluate`: a model against labelled posts it was not trained on."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from givesell.labelled.posts import Labelled
from givesell.labelled.request import Request
from givesell.measure.bootstrap import (
    ROUNDS,
    Resampled,
    Values,
    estimate,
    estimates,
)
from givesell.measure.evaluation import Evaluation
from givesell.measure.sample import (
    Sample,
    posts_to_measure,
    predictions_of,
    sample_of,
    without_text,
)
from givesell.measure.seen_in_training import warn_of_training
from givesell.measure.slices import as_values, length_bands, slice_table
from givesell.measure.sure import verdicts_and_may_be_sure
from givesell.metrics import Predictions, macro_f1, ratio
from givesell.model.load import ModelLike, as_model
from givesell.types import ColumnLike, DataLike, GroupsLike, ValuesLike
from givesell.verdict import GIVING, SELLING, Scores, Status

PREVALENCES = (0.05, 0.15, 0.30, 0.50)
BANDS = np.arange(25) / 50  # half widths: 0 to 0.48
_OK = Status.OK.text


def evaluate(
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
        What keeps related posts together: a column, or a value for each post. The intervals draw
        whole groups; of several columns the first.
    group_until : str, optional
        As for `givesell.train`.
    certainty : str or sequence, optional
        A column that says ``clear`` of posts whose label is certain, or a value for each post.
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
        Figures with 95% intervals, confusion matrix, slices and more. ``evaluation["macro_f1"]``
        is a figure alone.

    Raises
    ------
    ArgumentTypeError
        If `model` is not a model.
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
    request = Request(
        data,
        labels,
        text=text,
        label=label,
        groups=groups,
        group_until=group_until,
        certainty=certainty,
        label_mapping=label_mapping,
        extra=() if platform is None else (platform,),
    )
    wanted = [slices] if isinstance(slices, str) else list(slices or [])
    posts = posts_to_measure(request, wanted)
    scores, may_be_sure = verdicts_and_may_be_sure(model, posts.posts)
    sample = sample_of(posts, scores.status == _OK, rounds=rounds, seed=random_state)
    predictions = predictions_of(sample, scores)
    trained_on = int(model.trained_on(posts.posts[sample.rows]).sum())
    warn_of_training(name, trained_on, len(sample.selling), stacklevel=2)
    resampled = Resampled(predictions, sample.draws.units, bands=BANDS)
    values, spread = resampled.values(sample.draws.once()), resampled.values(sample.draws)
    evaluation = Evaluation(
        model=name,
        metrics=estimates(values, spread),
        confusion=np.bincount(2 * sample.selling + predictions.predicted, minlength=4).reshape(
            2, 2
        ),
        coverage=_coverage(values, spread),
        slices=slice_table(
            _slicings(sample, platform, wanted),
            sample.selling,
            predictions.p,
            sample.keys,
            rounds=rounds,
            seed=random_state,
        ),
        prevalence=_prevalence(values, spread),
        scores=_score_table(sample, scores, may_be_sure),
        unjudged=_unjudged(posts, scores),
        groups=sample.groups,
        sure_thresholds=model.thresholds,
        rounds=rounds,
        figures={},
        trained_on=trained_on,
    )
    return replace(evaluation, figures=_figures(evaluation, sample, predictions))


def _slicings(
    sample: Sample, platform: str | None, wanted: Sequence[str]
) -> dict[str, NDArray[np.object_]]:
    """Return what to slice by: each post's value by the name of the slicing."""
    posts, rows = sample.data, sample.rows
    columns: dict[str, NDArray[np.object_]] = {}
    if platform is not None and platform in posts.extra:
        columns[platform] = as_values(posts.extra[platform][rows])
    for name, column in posts.groups.items():
        columns[name] = as_values(column[rows])
    columns["length"] = length_bands(posts.posts[rows])
    if not posts.clear.all():
        columns["certainty"] = np.where(posts.clear[rows], "clear", "not clear").astype(object)
    for name in wanted:
        columns[name] = as_values(posts.extra[name][rows])
    return columns


def _unjudged(posts: Labelled, scores: Scores) -> dict[str, int]:
    """Count the posts that got no label, by status."""
    counts = {
        status.text: int((scores.status == status.text).sum())
        for status in Status
        if status != Status.OK
    }
    counts[Status.EMPTY.text] += without_text(posts)
    return {status: count for status, count in counts.items() if count}


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

        def shifted(at: Values, share: float = share) -> tuple[Any, Any]:
            hit, false = share * at["recall_selling"], (1 - share) * at["false_positive_rate"]
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


def _figures(evaluation: Evaluation, sample: Sample, predictions: Predictions) -> dict[str, Any]:
    """Return the figures under the names that training records them by, and more."""
    posts, selling, predicted = sample.data, sample.selling, predictions.predicted
    clear = posts.clear[sample.rows]
    metrics = evaluation.metrics
    macro = metrics["macro_f1"]
    low, high = evaluation.sure_thresholds
    return {
        "posts": len(posts.posts) + without_text(posts),
        "groups": sample.groups if sample.groups is not None else len(selling),
        "share_selling": _plain(float(selling.mean())),
        "macro_f1": _plain(macro.value),
        "macro_f1_interval": [_plain(macro.low), _plain(macro.high)],
        "macro_f1_clear": _plain(macro_f1(selling[clear], predicted[clear])),
        "macro_f1_borderline": _plain(macro_f1(selling[~clear], predicted[~clear])),
        **{name: _plain(figure.value) for name, figure in metrics.items() if name != "macro_f1"},
        "unjudged": sum(evaluation.unjudged.values()),
        "unjudged_by_status": evaluation.unjudged,
        "thresholds": {GIVING: low, SELLING: high},
        "trained_on": evaluation.trained_on,
        "intervals": {
            name: [_plain(figure.low), _plain(figure.high)] for name, figure in metrics.items()
        },
        "confusion": {
            true: dict(zip(("called_giving", "called_selling"), row, strict=True))
            for true, row in zip((GIVING, SELLING), evaluation.confusion.tolist(), strict=True)
        },
        "coverage": _records(evaluation.coverage),
        "slices": _records(evaluation.slices),
        "prevalence": _records(evaluation.prevalence),
    }


def _score_table(sample: Sample, scores: Scores, may_be_sure: NDArray[np.bool_]) -> pd.DataFrame:
    rows = sample.rows
    columns = {
        "label": sample.data.labels[rows],
        "called": scores.label[rows],
        "selling": scores.selling[rows],
        "sure": scores.sure[rows],
        "may_be_sure": may_be_sure[rows],
    }
    return pd.DataFrame(columns, index=sample.data.index[rows])


def _plain(value: float) -> float | None:
    return None if math.isnan(value) else round(value, 4)


def _records(table: pd.DataFrame) -> list[dict[str, Any]]:
    """Return the rows of a table as plain values, ready for JSON."""
    rows: Any = table.to_dict(orient="records")
    return [
        {name: _plain(value) if isinstance(value, float) else value for name, value in row.items()}
        for row in rows
    ]
