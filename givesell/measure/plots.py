"""The plots of results, on matplotlib axes: scikit-learn's displays where it has one."""

import io
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, Literal, Protocol

import numpy as np
from matplotlib.figure import Figure
from numpy.typing import NDArray

from givesell.measure.bootstrap import Estimate
from givesell.measure.slices import name_of
from givesell.metrics import METRICS
from givesell.show.numbers import percent
from givesell.show.sections import rows_of
from givesell.show.words import cut_end, one_line
from givesell.verdict import SELLING

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

_WIDTH, _HEIGHT = 4.2, 3.6
_INK, _SECOND = "C0", "C1"
_MOST_SLICES, _LONGEST = 10, 26


class Measured(Protocol):
    """What is drawn of a `givesell.Evaluation`, whose attributes say more."""

    @property
    def model(self) -> str:
        """Its name."""

    @property
    def metrics(self) -> Mapping[str, Estimate]:
        """By name."""

    @property
    def confusion(self) -> NDArray[np.int64]:
        """Shape (2, 2)."""

    @property
    def coverage(self) -> "pd.DataFrame":
        """Accuracy by width of the unsure band."""

    @property
    def slices(self) -> "pd.DataFrame":
        """Accuracy of each slice."""

    @property
    def scores(self) -> "pd.DataFrame":
        """Labels and probabilities."""


class Compared(Protocol):
    """What is drawn of a `givesell.Comparison`, whose attributes say more."""

    @property
    def names(self) -> tuple[str, str]:
        """Of both models."""

    @property
    def metrics(self) -> "pd.DataFrame":
        """Differences by name."""


def on_axes(ax: "Axes | None", draw: Callable[["Axes"], None]) -> Figure:
    """Draw on axes, or on those of a new figure.

    Parameters
    ----------
    ax : matplotlib.axes.Axes or None
    draw : callable
        Takes the axes.

    Returns
    -------
    matplotlib.figure.Figure
    """
    if ax is None:
        figure, (axes,) = new_axes(1, 1)
        draw(axes)
        return figure
    draw(ax)
    return ax.figure.figure


class Shown(Figure):
    """A figure that a notebook shows where it is the value of a cell, without pyplot and with
    nothing left open.
    """

    def _repr_png_(self) -> bytes:
        page = io.BytesIO()
        self.savefig(page, format="png", dpi=80)
        return page.getvalue()


def new_axes(rows: int, columns: int) -> tuple[Figure, "list[Axes]"]:
    """Return a new figure, as a notebook shows it, and its axes in one row.

    Returns
    -------
    figure : matplotlib.figure.Figure
    axes : list of matplotlib.axes.Axes, length rows * columns
    """
    figure = Shown(figsize=(columns * _WIDTH, rows * _HEIGHT), layout="constrained")
    return figure, list(figure.subplots(rows, columns, squeeze=False).flat)


def plot_confusion(axes: "Axes", evaluation: Measured) -> None:
    """Draw the confusion matrix."""
    from sklearn.metrics import ConfusionMatrixDisplay

    ConfusionMatrixDisplay(evaluation.confusion, display_labels=["giving", "selling"]).plot(
        ax=axes, cmap="Blues", colorbar=False, values_format=",d"
    )
    axes.set(xlabel="called", ylabel="labelled", title="Confusion matrix")


def plot_roc(axes: "Axes", evaluation: Measured) -> None:
    """Draw the ROC curve."""
    from sklearn.metrics import RocCurveDisplay

    RocCurveDisplay.from_predictions(
        *_labels_and_p(evaluation), ax=axes, name=evaluation.model, plot_chance_level=True
    )
    axes.set(xlabel="False Positive Rate", ylabel="True Positive Rate", title="ROC, selling")
    _legend(axes)


def plot_precision_recall(axes: "Axes", evaluation: Measured) -> None:
    """Draw precision against recall, and the model at its threshold."""
    from sklearn.metrics import PrecisionRecallDisplay

    PrecisionRecallDisplay.from_predictions(
        *_labels_and_p(evaluation), ax=axes, name=evaluation.model, plot_chance_level=True
    )
    place = (
        evaluation.metrics["recall_selling"].value,
        evaluation.metrics["precision_selling"].value,
    )
    axes.plot(*place, "o", color=_SECOND, label="called selling")
    axes.set(
        xlabel="Recall", ylabel="Precision", title="Precision and recall, selling", ylim=(0, 1.03)
    )
    _legend(axes)


def plot_calibration(axes: "Axes", evaluation: Measured) -> None:
    """Draw how often posts of a probability are selling."""
    from sklearn.calibration import CalibrationDisplay

    CalibrationDisplay.from_predictions(
        *_labels_and_p(evaluation), ax=axes, n_bins=10, name=evaluation.model
    )
    axes.set(xlabel="probability of selling", ylabel="share that is selling", title="Calibration")
    _legend(axes, "upper left")


def plot_coverage(axes: "Axes", evaluation: Measured) -> None:
    """Draw accuracy against the share of posts beyond an unsure band, and the sure verdicts of the
    model.
    """
    table = evaluation.coverage.dropna()
    axes.fill_between(
        100 * table["coverage"],
        100 * table["low"],
        100 * table["high"],
        color=_INK,
        alpha=0.2,
        linewidth=0,
    )
    axes.plot(
        100 * table["coverage"], 100 * table["accuracy"], color=_INK, label="band around one half"
    )
    share, accuracy = evaluation.metrics["share_sure"], evaluation.metrics["accuracy_sure"]
    if accuracy.defined:
        error = [[100 * (accuracy.value - accuracy.low)], [100 * (accuracy.high - accuracy.value)]]
        axes.errorbar(
            100 * share.value,
            100 * accuracy.value,
            yerr=error,
            fmt="o",
            color=_SECOND,
            label="sure verdicts of the model",
        )
    axes.set(
        xlabel="percent of the posts called sure",
        ylabel="percent of them right",
        title="Coverage and accuracy",
    )
    _legend(axes)


def plot_slices(axes: "Axes", evaluation: Measured) -> None:
    """Draw the accuracy of the slices where it is worst, with their intervals, and of all posts."""
    table = evaluation.slices
    worst = (
        table[table["accuracy"].notna()]
        .sort_values("accuracy_high", kind="stable")
        .head(_MOST_SLICES)[::-1]
        if len(table)
        else table
    )
    for place, row in enumerate(rows_of(worst)):
        axes.plot(
            [100 * row.accuracy_low, 100 * row.accuracy_high],
            [place, place],
            color=_INK,
            linewidth=1.5,
        )
        axes.plot(100 * row.accuracy, place, "o", color=_INK)
    accuracy = evaluation.metrics["accuracy"].value
    axes.axvline(
        100 * accuracy,
        color=_SECOND,
        linestyle="--",
        linewidth=1.2,
        label=f"all posts: {percent(accuracy)}",
    )
    names = [f"{_short(name_of(row.slice, row.value))} ({row.posts:,})" for row in rows_of(worst)]
    axes.set_yticks(range(len(names)), names, fontsize=8)
    axes.set(
        xlabel="percent right", title="Slices, worst first", ylim=(-0.7, max(len(names), 1) - 0.3)
    )
    _legend(axes, "lower left")


PLOTS: "dict[str, Callable[[Axes, Measured], None]]" = {
    "confusion": plot_confusion,
    "roc": plot_roc,
    "precision_recall": plot_precision_recall,
    "slices": plot_slices,
    "calibration": plot_calibration,
    "coverage": plot_coverage,
}


def _labels_and_p(evaluation: Measured) -> tuple[NDArray[np.bool_], NDArray[np.float64]]:
    scores = evaluation.scores
    return (scores["label"] == SELLING).to_numpy(), scores["selling"].to_numpy(np.float64)


def _legend(
    axes: "Axes", place: Literal["lower right", "upper left", "lower left"] = "lower right"
) -> None:
    axes.legend(frameon=False, fontsize=8, loc=place)


def _short(name: str) -> str:
    # Between two dollar signs matplotlib would read mathematics.
    return cut_end(one_line(name), _LONGEST).replace("$", r"\$")


def plot_differences(axes: "Axes", comparison: Compared) -> None:
    """Draw how much better or worse b is than a at each metric, to the right where it is better."""
    compared = [name for name in comparison.metrics.index if METRICS[name].better]
    table = comparison.metrics.loc[compared].dropna()[::-1]
    for place, row in enumerate(rows_of(table)):
        sign = METRICS[row.Index].sign
        axes.plot([sign * row.low, sign * row.high], [place, place], color=_INK, linewidth=1.5)
        axes.plot(sign * row.difference, place, "o", color=_INK)
    axes.axvline(0, color="gray", linestyle="--", linewidth=1)
    axes.locator_params(axis="x", nbins=4)
    axes.set_yticks(range(len(table)), [METRICS[name].title for name in table.index], fontsize=8)
    axes.set(
        xlabel="worse  ←  difference  →  better",
        title=f"{_short(comparison.names[1])} against {_short(comparison.names[0])}",
    )


def plot_histograms(axes: "Axes", counts: NDArray[Any], others: NDArray[Any]) -> None:
    """Draw the histogram of the probabilities of an archive over that of training."""
    edges = np.linspace(0, 1, len(counts) + 1)
    axes.stairs(
        100 * counts / max(counts.sum(), 1),
        edges,
        fill=True,
        alpha=0.5,
        color=_INK,
        label="this archive",
    )
    axes.stairs(
        100 * others / max(others.sum(), 1),
        edges,
        color=_SECOND,
        linewidth=1.8,
        label="in training, out of fold",
    )
    axes.set(
        xlabel="probability of selling",
        ylabel="percent of the posts",
        xlim=(0, 1),
        title="Probabilities",
    )
    axes.legend(frameon=False)
