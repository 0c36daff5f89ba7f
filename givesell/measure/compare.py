"""`compare`: two models on the same posts."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from givesell.errors import DataError
from givesell.labelled.request import Request
from givesell.measure.bootstrap import ROUNDS, Resampled, Values, estimate
from givesell.measure.sample import (
    Sample,
    posts_to_measure,
    predictions_of,
    sample_of,
    without_text,
)
from givesell.measure.seen_in_training import is_notable, training_note, warn_of_training
from givesell.measure.slices import FEWEST_GROUPS
from givesell.metrics import METRICS, Metric, Predictions
from givesell.model.load import ModelLike, as_model
from givesell.model.model import Model
from givesell.show.numbers import UNDEFINED, figure, percent
from givesell.show.sections import Section, as_html, as_renderable, rows_of
from givesell.show.words import cut_end, encodable
from givesell.types import ColumnLike, DataLike, GroupsLike, ValuesLike
from givesell.verdict import Scores, Status

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from rich.console import Group

_MOST_POSTS, _LONGEST = 5, 60
_OK = Status.OK.text


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Comparison:
    """Two models, a and b, on the same posts; made by `compare`.

    Attributes
    ----------
    names : tuple of str
        Of a and b.
    metrics : pandas.DataFrame
        A row for each of `givesell.metrics.METRICS`: ``a``, ``b``, ``difference`` (b less a) with
        the ends of its 95% interval ``low`` and ``high``, and ``b_better``: the share of the rounds
        in which b is better, where a tie counts half.
    counts : dict of str to int
        Posts that ``both`` get right, ``only_a``, ``only_b``, and ``neither``.
    flipped : pandas.DataFrame
        The posts that the models label differently, on the caller's index, first those whose
        probability moved furthest: ``text``, ``label``, ``a`` and ``b`` (probabilities of selling),
        ``moved`` (b less a) and ``right`` (which of them: "a" or "b").
    posts : int
        That both models gave a label.
    unjudged : int
        That at least one gave no label, such as those without text; they are in no figure.
    groups : int or None
        How many groups were drawn whole; None where posts were drawn.
    rounds : int
    trained_on : tuple of int
        How many of the posts a, and b, was trained on: on such posts a model looks better than it
        is.

    Examples
    --------
    >>> import givesell
    >>> from givesell.datasets import load_posts
    >>> posts = load_posts()
    >>> small, large = givesell.train(posts.head(200)), givesell.train(posts.head(800))
    >>> comparison = givesell.compare(small, large, posts.tail(800), groups="topic")
    >>> sum(comparison.counts.values()), bool(comparison.metrics.loc["auc", "difference"] > 0)
    (800, True)
    """

    names: tuple[str, str]
    metrics: pd.DataFrame
    counts: dict[str, int]
    flipped: pd.DataFrame
    posts: int
    unjudged: int
    groups: int | None
    rounds: int
    trained_on: tuple[int, int] = (0, 0)

    @property
    def sentence(self) -> str:
        """Which model is better at macro-F1, in words, or that these posts do not show it."""
        a, b = self.names
        row = self.metrics.loc["macro_f1"]
        gap = (
            f"macro-F1 {row['b']:.3f} against {row['a']:.3f}, {row['difference']:+.3f}"
            f" ({row['low']:+.3f} to {row['high']:+.3f})"
        )
        unfair = self._unfair()
        if row["low"] > 0:
            return f"{b} is better than {a}: {gap}.{unfair}"
        if row["high"] < 0:
            return f"{b} is worse than {a}: {gap}.{unfair}"
        return f"These posts do not show whether {a} or {b} is better: {gap}.{unfair}"

    def _unfair(self) -> str:
        """Say that a model has seen the posts before; nothing where neither has."""
        seen = [
            name
            for name, count in zip(self.names, self.trained_on, strict=True)
            if is_notable(count, self.posts)
        ]
        return (
            f" But {' and '.join(seen)} had seen such posts in training: compare them on others."
            if seen
            else ""
        )

    def to_frame(self) -> pd.DataFrame:
        """Return the metrics as a table, shape (n_metrics, 6); see `metrics`."""
        return self.metrics.copy()

    def to_dict(self) -> dict[str, Any]:
        """Return all figures, ready for JSON, and the positions of the flipped posts; what is
        not defined is None.
        """
        rows: Any = self.metrics.to_dict(orient="index")
        records: Any = self.flipped.drop(columns="text").to_dict(orient="records")
        flipped = [
            {"row": row, **record}
            for row, record in zip(self.flipped.index.tolist(), records, strict=True)
        ]
        return {
            "a": self.names[0],
            "b": self.names[1],
            "sentence": self.sentence,
            "posts": self.posts,
            "unjudged": self.unjudged,
            "groups": self.groups,
            "trained_on": {"a": self.trained_on[0], "b": self.trained_on[1]},
            "metrics": {
                name: {key: _plain(value) for key, value in row.items()}
                for name, row in rows.items()
            },
            "counts": self.counts,
            "flipped": [{key: _plain(value) for key, value in row.items()} for row in flipped],
        }

    def plot(self, ax: "Axes | None" = None) -> "Figure":
        """Draw the differences with their intervals.

        Parameters
        ----------
        ax : matplotlib.axes.Axes, optional

        Returns
        -------
        matplotlib.figure.Figure
        """
        from givesell.measure.plots import on_axes, plot_differences

        return on_axes(ax, lambda axes: plot_differences(axes, self))

    def __repr__(self) -> str:
        return (
            f"<Comparison of {self.names[0]!r} and {self.names[1]!r}: {self.posts:,} posts,"
            f" {len(self.flipped):,} flipped>"
        )

    def __rich__(self) -> "Group":
        return as_renderable(self.sentence, self._sections())

    def _repr_html_(self) -> str:
        return as_html(self.sentence, self._sections())

    def _sections(self) -> list[Section]:
        sections = [self._quality_section(), self._counts_section()]
        return [*sections, *([self._flipped_section()] if len(self.flipped) else [])]

    def _quality_section(self) -> Section:
        rows = [_cells_of(METRICS[row.Index], row) for row in rows_of(self.metrics)]
        few = (
            f" Fewer than {FEWEST_GROUPS} groups: take the intervals as a lower bound."
            if (self.groups or FEWEST_GROUPS) < FEWEST_GROUPS
            else ""
        )
        unit = (
            f"{self.groups:,} groups, drawn whole"
            if self.groups is not None
            else "posts, drawn one by one"
        )
        known = "".join(
            f" {training_note(*one, self.posts)}"
            for one in zip(self.names, self.trained_on, strict=True)
            if one[1]
        )
        gone = (
            f" {self.unjudged:,} posts got no label and are in no figure." if self.unjudged else ""
        )
        a, b = self.names
        note = (
            f"a is {a}, b is {b}. {self.posts:,} posts; {self.rounds:,} rounds over {unit}, the"
            f" same for both.{few}{gone}{known}"
        )
        return Section("Quality", ("", "a", "b", "b − a", "95% interval", "b better"), rows, note)

    def _counts_section(self) -> Section:
        rows = [
            ("both are right", f"{self.counts['both']:,}"),
            ("only a is right", f"{self.counts['only_a']:,}"),
            ("only b is right", f"{self.counts['only_b']:,}"),
            ("neither is right", f"{self.counts['neither']:,}"),
        ]
        return Section("Right and wrong", ("", "posts"), rows)

    def _flipped_section(self) -> Section:
        shown = [
            (
                cut_end(" ".join(row.text.split()), _LONGEST),
                row.label,
                figure(row.a, 2),
                figure(row.b, 2),
                row.right,
            )
            for row in rows_of(self.flipped.head(_MOST_POSTS))
        ]
        more = (
            f"{len(self.flipped):,} posts flipped; .flipped has all."
            if len(self.flipped) > len(shown)
            else ""
        )
        return Section(
            "Flipped posts, largest change first", ("", "labelled", "a", "b", "right"), shown, more
        )


def compare(
    model_a: ModelLike,
    model_b: ModelLike,
    data: DataLike,
    labels: ValuesLike | None = None,
    *,
    text: ColumnLike | None = None,
    label: ColumnLike = "label",
    groups: GroupsLike | None = None,
    group_until: str | None = None,
    certainty: ColumnLike | None = "certainty",
    label_mapping: Mapping[Any, str | None] | None = None,
    rounds: int = ROUNDS,
    random_state: int = 0,
) -> Comparison:
    """Compare two models on labelled posts that neither was trained on.

    Both are measured on the same resampled posts, so that the interval of the difference is about
    the models, not the posts. A `givesell.errors.TrainedOnWarning` says where one of them was
    trained on more than a hundredth of the posts.

    Parameters
    ----------
    model_a, model_b : Model, str or path
        Or their folders or names: the model in use, and the one that may replace it.
    data, labels, text, label, groups, group_until, certainty, label_mapping
        As for `givesell.evaluate`.
    rounds : int, default 1000
        Of the bootstrap, at least 100.
    random_state : int, default 0
        The same gives the same intervals.

    Returns
    -------
    Comparison

    Raises
    ------
    ArgumentTypeError
        If one is not a model.
    DataError
        If both are the same model, and for what `givesell.evaluate` refuses.
    FileError
        If a file cannot be read.

    Examples
    --------
    >>> import givesell
    >>> from givesell.datasets import load_posts
    >>> posts = load_posts()
    >>> small, large = givesell.train(posts.head(200)), givesell.train(posts.head(800))
    >>> comparison = givesell.compare(small, large, posts.tail(800))
    >>> comparison.flipped.columns.tolist()
    ['text', 'label', 'a', 'b', 'moved', 'right']
    """
    models = as_model(model_a, "model_a"), as_model(model_b, "model_b")
    posts = posts_to_measure(
        Request(
            data,
            labels,
            text=text,
            label=label,
            groups=groups,
            group_until=group_until,
            certainty=certainty,
            label_mapping=label_mapping,
        )
    )
    scores = [model.verdicts(posts.posts, facets=False) for model in models]
    if models[0] is models[1] or _say_the_same(*scores):
        raise DataError("E336")
    judged = (scores[0].status == _OK) & (scores[1].status == _OK)
    sample = sample_of(posts, judged, rounds=rounds, seed=random_state)
    predictions = [predictions_of(sample, one) for one in scores]
    resampled = [Resampled(one, sample.draws.units) for one in predictions]
    names = _names(*models)
    trained_on = tuple(int(model.trained_on(posts.posts[judged]).sum()) for model in models)
    for name, count in zip(names, trained_on, strict=True):
        warn_of_training(name, count, len(sample.selling), stacklevel=2)
    right = [one.predicted == one.selling for one in predictions]
    return Comparison(
        names=names,
        metrics=_differences(
            [one.values(sample.draws.once()) for one in resampled],
            [one.values(sample.draws) for one in resampled],
        ),
        counts={
            "both": int((right[0] & right[1]).sum()),
            "only_a": int((right[0] & ~right[1]).sum()),
            "only_b": int((~right[0] & right[1]).sum()),
            "neither": int((~right[0] & ~right[1]).sum()),
        },
        flipped=_flipped(sample, predictions, right),
        posts=len(sample.selling),
        unjudged=int((~judged).sum()) + without_text(posts),
        groups=sample.groups,
        rounds=int(rounds),
        trained_on=(trained_on[0], trained_on[1]),
    )


def _say_the_same(a: Scores, b: Scores) -> bool:
    """Whether two models give the posts the same probabilities, and some post has one."""
    return not np.isnan(a.selling).all() and np.array_equal(a.selling, b.selling, equal_nan=True)


def _names(a: Model, b: Model) -> tuple[str, str]:
    first, second = str(a.info["name"]), str(b.info["name"])
    return (f"{first} (a)", f"{second} (b)") if first == second else (first, second)


def _differences(values: Sequence[Values], rounds: Sequence[Values]) -> pd.DataFrame:
    """Return the metrics of both models, and how far they are apart; see `Comparison.metrics`."""
    table = []
    for name, metric in METRICS.items():
        a, b = (float(value[name][0]) for value in values)
        gap = rounds[1][name] - rounds[0][name]
        gain = gap[~np.isnan(gap)] * metric.sign
        better = float((gain > 0).mean() + (gain == 0).mean() / 2) if len(gain) else math.nan
        table.append((a, b, *estimate(b - a, gap), better))
    return pd.DataFrame(
        table,
        index=pd.Index(list(METRICS), name="metric"),
        columns=["a", "b", "difference", "low", "high", "b_better"],
    )


def _flipped(
    sample: Sample, predictions: Sequence[Predictions], right: Sequence[NDArray[np.bool_]]
) -> pd.DataFrame:
    a, b = (one.p for one in predictions)
    flipped = np.flatnonzero(right[0] != right[1])
    flipped = flipped[np.argsort(-np.abs(b - a)[flipped], kind="stable")]
    data = sample.data
    columns = {
        "text": list(map(encodable, data.posts[sample.rows][flipped])),
        "label": data.labels[sample.rows][flipped],
        "a": a[flipped],
        "b": b[flipped],
        "moved": (b - a)[flipped],
        "right": np.where(right[0][flipped], "a", "b").astype(object),
    }
    return pd.DataFrame(columns, index=data.index[sample.rows][flipped])


def _cells_of(metric: Metric, row: Any) -> tuple[str, ...]:
    """Return a row of `Comparison.metrics` as it is shown."""
    figures = (figure(value, metric.digits) for value in (row.a, row.b))
    if math.isnan(row.difference):
        return (metric.title, *figures, UNDEFINED, UNDEFINED, "")
    difference, low, high = (
        f"{value:+.{metric.digits}f}" for value in (row.difference, row.low, row.high)
    )
    better = percent(row.b_better) if metric.better else ""
    return (metric.title, *figures, difference, f"{low} to {high}", better)


def _plain(value: Any) -> Any:
    if isinstance(value, float):
        return None if math.isnan(value) else round(value, 4)
    return value.item() if isinstance(value, np.generic) else value
