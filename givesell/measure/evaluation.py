"""`Evaluation`: how good a model is on some posts, and how it is shown."""

# Each figure whose name is known has a type; that of any other str is the last of the overloads.
# mypy: disable-error-code="overload-overlap"

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, overload

import numpy as np
from numpy.typing import NDArray

from givesell.errors import ArgumentError
from givesell.measure.bootstrap import Estimate
from givesell.measure.seen_in_training import too_good, training_note
from givesell.measure.slices import FEWEST_GROUPS, SMALLEST, name_of
from givesell.measure.thresholds import choose
from givesell.metrics import METRICS
from givesell.show.numbers import UNDEFINED, figure, figure_range, percent, percent_range
from givesell.show.sections import Section, as_html, as_renderable, rows_of
from givesell.show.words import cut_end, listed
from givesell.verdict import SELLING, is_selling, is_sure

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from rich.console import Group

PlotKind = Literal["confusion", "roc", "precision_recall", "slices", "calibration", "coverage"]
_MOST_SLICES, _LONGEST = 8, 20  # so that the table fits 80 columns
_SHOWN_BANDS = (0.0, 0.1, 0.2, 0.3, 0.4)
_LOWER = [metric.title for metric in METRICS.values() if metric.better == "lower"]


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Evaluation:
    """How good a model is on posts that it was not trained on; made by `evaluate`.

    ``evaluation["macro_f1"]`` gives a figure of `to_dict`.

    Attributes
    ----------
    model : str
        Its name.
    metrics : dict of str to Estimate
        Value, and the ends of its 95% interval, of each of `givesell.metrics.METRICS`, such as
        ``macro_f1``, ``auc`` and ``share_sure``.
    confusion : ndarray of int64, shape (2, 2)
        Rows are the labels giving and selling, columns those that the model predicts.
    coverage : pandas.DataFrame
        For each half width of a ``band`` of probabilities around one half: the share of posts
        beyond it (``coverage``) and their ``accuracy`` with its interval. It is about probabilities
        alone: posts that cannot be read are among them.
    slices : pandas.DataFrame
        See `givesell.measure.slices.slice_table`.
    prevalence : pandas.DataFrame
        The precision for selling (``precision``) and the share of posts labelled selling
        (``called``) to expect where another share of the posts is selling (``selling``), at the
        same recall and false positive rate.
    scores : pandas.DataFrame
        The judged posts on the caller's index: ``label``, ``called``, ``selling`` (probability),
        ``sure``, and ``may_be_sure``: whether the verdict could be sure at another probability.
    unjudged : dict of str to int
        Posts that got no label, by status; they are in no metric.
    groups : int or None
        How many groups were drawn whole; None where posts were drawn.
    sure_thresholds : tuple of float
        Those of the model.
    rounds : int
        Of the bootstrap.
    figures : dict
        All as plain values; see `to_dict`.
    trained_on : int
        How many of the judged posts the model was trained on: on such posts it looks better than
        it is.

    Examples
    --------
    >>> import givesell
    >>> from givesell.datasets import load_posts
    >>> posts = load_posts()
    >>> evaluation = givesell.evaluate(
    ...     givesell.train(posts.head(1000)), posts.tail(600), groups="topic"
    ... )
    >>> value, low, high = evaluation.metrics["macro_f1"]
    >>> low < value < high
    True
    """

    model: str
    metrics: dict[str, Estimate]
    confusion: NDArray[np.int64]
    coverage: "pd.DataFrame"
    slices: "pd.DataFrame"
    prevalence: "pd.DataFrame"
    scores: "pd.DataFrame"
    unjudged: dict[str, int]
    groups: int | None
    sure_thresholds: tuple[float, float]
    rounds: int
    figures: dict[str, Any]
    trained_on: int = 0

    @overload
    def __getitem__(self, name: Literal["posts", "groups", "unjudged", "trained_on"]) -> int: ...
    @overload
    def __getitem__(self, name: Literal["macro_f1", "share_selling"]) -> float: ...
    @overload
    def __getitem__(self, name: Literal["macro_f1_interval"]) -> list[float]: ...
    @overload
    def __getitem__(self, name: Literal["unjudged_by_status"]) -> dict[str, int]: ...
    @overload
    def __getitem__(self, name: Literal["thresholds"]) -> dict[str, float]: ...
    @overload
    def __getitem__(self, name: Literal["intervals"]) -> dict[str, list[float | None]]: ...
    @overload
    def __getitem__(self, name: Literal["confusion"]) -> dict[str, dict[str, int]]: ...
    @overload
    def __getitem__(
        self, name: Literal["coverage", "slices", "prevalence"]
    ) -> list[dict[str, Any]]: ...
    @overload
    def __getitem__(self, name: str) -> float | None: ...
    def __getitem__(self, name: str) -> object:
        return self.figures[name]

    def to_dict(self) -> dict[str, Any]:
        """Return all figures, ready for JSON; what is not defined is None.

        Returns
        -------
        dict
            The metrics by name, ``macro_f1_interval``, ``posts``, ``groups``, ``share_selling``,
            ``unjudged``, ``trained_on``, and ``intervals``, ``confusion``, ``coverage``, ``slices``
            and ``prevalence``.
        """
        return dict(self.figures)

    def to_frame(self) -> "pd.DataFrame":
        """Return the metrics as a table.

        Returns
        -------
        pandas.DataFrame, shape (n_metrics, 3)
            Indexed by name: ``value``, ``low``, ``high``.
        """
        import pandas as pd

        names = pd.Index(list(self.metrics), name="metric")
        return pd.DataFrame(
            list(self.metrics.values()), index=names, columns=list(Estimate._fields)
        )

    def thresholds(
        self,
        *,
        precision: float | None = None,
        recall: float | None = None,
        cost: tuple[float, float, float] | None = None,
    ) -> tuple[float, float]:
        """Choose thresholds beyond which a verdict is sure, by one of the arguments.

        They fit these posts: measure on other posts what they do there. Posts that cannot be read,
        whose verdicts are never sure, have no part in the choice.

        Parameters
        ----------
        precision : float, optional
            The share of the sure verdicts that must be right, for each label: the widest thresholds
            that reach it.
        recall : float, optional
            The share of the posts of each label that must get a sure verdict of that label: the
            narrowest thresholds that reach it; 0.5 where none do.
        cost : tuple of float, optional
            The costs of labelling a giving post selling, of labelling a selling post giving, and of
            having a person look at an unsure one: the thresholds that cost the least.

        Returns
        -------
        low, high : float
            For `givesell.Model.with_thresholds`.

        Raises
        ------
        ArgumentError
            If not exactly one of them is given, or its value cannot be used.

        Examples
        --------
        >>> import givesell
        >>> from givesell.datasets import load_posts
        >>> posts = load_posts()
        >>> evaluation = givesell.evaluate(givesell.train(posts.head(1000)), posts.tail(600))
        >>> low, high = evaluation.thresholds(
        ...     cost=(5, 1, 0.2)
        ... )  # a wrong accusation is five times as bad as a missed pitch
        >>> 0 <= low <= 0.5 <= high <= 1
        True
        """
        p, selling, may_be_sure = self._columns()
        return choose(p, selling, may_be_sure, precision=precision, recall=recall, cost=cost)

    def at(self, thresholds: tuple[float, float]) -> dict[str, float]:
        """Measure the sure verdicts that other thresholds give on these posts.

        Parameters
        ----------
        thresholds : tuple of float
            ``(low, high)``.

        Returns
        -------
        dict
            ``share_sure``; of the sure verdicts ``accuracy``, ``precision_selling`` and
            ``precision_giving``; ``recall_selling``: the share of the selling posts with a sure
            verdict of selling. NaN where there is none.
        """
        p, selling, may_be_sure = self._columns()
        sure, predicted = may_be_sure & is_sure(p, thresholds), is_selling(p)
        right = predicted == selling

        def share(what: NDArray[np.bool_], among: NDArray[np.bool_]) -> float:
            return round(float(what[among].mean()), 4) if among.any() else float("nan")

        return {
            "share_sure": round(float(sure.mean()), 4),
            "accuracy": share(right, sure),
            "precision_selling": share(right, sure & predicted),
            "precision_giving": share(right, sure & ~predicted),
            "recall_selling": share(sure & predicted, selling),
        }

    def _columns(self) -> tuple[NDArray[np.float64], NDArray[np.bool_], NDArray[np.bool_]]:
        """Return the probabilities, which posts are selling, and which verdicts may be sure."""
        scores = self.scores
        return (
            scores["selling"].to_numpy(np.float64),
            (scores["label"] == SELLING).to_numpy(),
            scores["may_be_sure"].to_numpy(),
        )

    def plot(self, kind: PlotKind | None = None, ax: "Axes | None" = None) -> "Figure":
        """Draw the results.

        Parameters
        ----------
        kind : {"confusion", "roc", "precision_recall", "slices", "calibration", "coverage"},
        optional
            All of them by default.
        ax : matplotlib.axes.Axes, optional
            Where to draw one kind.

        Returns
        -------
        matplotlib.figure.Figure

        Raises
        ------
        ArgumentError
            If there is no such kind.

        Examples
        --------
        >>> import givesell
        >>> from givesell.datasets import load_posts
        >>> posts = load_posts()
        >>> evaluation = givesell.evaluate(givesell.train(posts.head(1000)), posts.tail(600))
        >>> evaluation.plot("roc").axes[0].get_ylabel()
        'True Positive Rate'
        """
        from givesell.measure.plots import PLOTS, new_axes, on_axes

        if kind is None and ax is None:
            figure, axes = new_axes(2, 3)
            for one, draw in zip(axes, PLOTS.values(), strict=True):
                draw(one, self)
            return figure
        if kind not in PLOTS:
            raise ArgumentError(
                "E206",
                argument="kind",
                expected=f"one of {', '.join(map(repr, PLOTS))}",
                given=repr(kind),
            )
        draw = PLOTS[kind]
        return on_axes(ax, lambda axes: draw(axes, self))

    def __repr__(self) -> str:
        value, low, high = self.metrics["macro_f1"]
        return (
            f"<Evaluation of {self.model!r}: {len(self.scores):,} posts, macro-F1 {value:.3f}"
            f" ({low:.3f} to {high:.3f})>"
        )

    def __rich__(self) -> "Group":
        return as_renderable(self._head(), self._sections())

    def _repr_html_(self) -> str:
        return as_html(self._head(), self._sections())

    def _head(self) -> str:
        figures = self.figures
        return (
            f"{self.model} on {figures['posts']:,} posts, {percent(figures['share_selling'])} of"
            " them selling"
        )

    def _sections(self) -> list[Section]:
        return [
            self._quality_section(),
            self._confusion_section(),
            self._coverage_section(),
            *([self._slices_section()] if len(self.slices) else []),
            self._prevalence_section(),
        ]

    def _quality_section(self) -> Section:
        rows = [
            (METRICS[name].title, *_shown(estimate, METRICS[name].digits))
            for name, estimate in self.metrics.items()
        ]
        unit = (
            f"{self.groups:,} groups, drawn whole"
            if self.groups is not None
            else "posts, drawn one by one"
        )
        few = (
            " That is few: take them as a lower bound of what is not known."
            if (self.groups or FEWEST_GROUPS) < FEWEST_GROUPS
            else ""
        )
        notes = [
            f"Of {listed(_LOWER)}, lower is better. Intervals:"
            f" {self.rounds:,} rounds of the bootstrap over {unit}.{few}"
        ]
        known = training_note(self.model, self.trained_on, len(self.scores))
        notes += filter(None, [known or too_good(self.metrics["macro_f1"].value)])
        if self.unjudged:
            counts = ", ".join(
                f"{count:,} {status.replace('_', ' ')}" for status, count in self.unjudged.items()
            )
            notes.append(
                f"{sum(self.unjudged.values()):,} posts got no label and are in no figure:"
                f" {counts}."
            )
        return Section("Quality", ("", "value", "95% interval"), rows, " ".join(notes))

    def _confusion_section(self) -> Section:
        rows = [
            (f"labelled {name}", *(f"{count:,}" for count in row))
            for name, row in zip(("giving", "selling"), self.confusion, strict=True)
        ]
        return Section("Confusion matrix", ("", "called giving", "called selling"), rows)

    def _coverage_section(self) -> Section:
        low, high = self.sure_thresholds
        share, accuracy = self.metrics["share_sure"], self.metrics["accuracy_sure"]
        shown = self.coverage[self.coverage["band"].round(3).isin(_SHOWN_BANDS)]
        rows = [
            (
                f"{0.5 - row.band:.2f} to {0.5 + row.band:.2f}" if row.band else "none",
                percent(row.coverage),
                *_shown(Estimate(row.accuracy, row.low, row.high)),
            )
            for row in rows_of(shown)
        ]
        rows.append(
            (
                f"sure verdicts, {low:.2f} to {high:.2f}",
                percent(share.value),
                *_shown(accuracy),
            )
        )
        return Section(
            "Accuracy as the unsure band widens",
            ("unsure between", "posts", "accuracy", "95% interval"),
            rows,
        )

    def _slices_section(self) -> Section:
        measured = self.slices[self.slices["accuracy"].notna()]
        rows = []
        for row in rows_of(measured.head(_MOST_SLICES)):
            macro = Estimate(row.macro_f1, row.macro_f1_low, row.macro_f1_high)
            accuracy = Estimate(row.accuracy, row.accuracy_low, row.accuracy_high)
            name = name_of(row.slice, row.value)
            cells = (
                f"{row.posts:,}",
                percent(row.selling),
                _in_one_cell(macro),
                _in_one_cell(accuracy),
            )
            rows.append((cut_end(name, _LONGEST), *cells))
        small = len(self.slices) - len(measured)
        notes = ["By the upper end of the interval."]
        notes.append(
            f"{len(measured):,} slices; .slices has all." if len(measured) > len(rows) else ""
        )
        notes.append(
            f"{small:,} slices with fewer than {SMALLEST} posts are left out." if small else ""
        )
        if self.groups is not None and (measured["drawn"] == "posts").any():
            notes.append(
                f"Where a slice holds fewer than {FEWEST_GROUPS} groups, its interval is for these"
                " groups alone."
            )
        columns = ("", "posts", "selling", "macro-F1", "accuracy")
        return Section(
            "Slices, worst first", columns, rows, " ".join(note for note in notes if note)
        )

    def _prevalence_section(self) -> Section:
        rows = [
            (
                percent(row.selling),
                _in_one_cell(Estimate(row.precision, row.precision_low, row.precision_high)),
                f"{percent(row.called)} ({percent_range(row.called_low, row.called_high)})",
            )
            for row in rows_of(self.prevalence)
        ]
        note = "From recall and false positive rate here, which another stream may not have."
        return Section(
            "If more or fewer posts were selling",
            ("selling", "precision, selling", "share called selling"),
            rows,
            note,
        )


def _shown(estimate: Estimate, digits: int = 3) -> tuple[str, str]:
    """Return a figure and its interval in two cells."""
    return figure(estimate.value, digits), figure_range(estimate.low, estimate.high, digits)


def _in_one_cell(estimate: Estimate) -> str:
    if not estimate.defined:
        return UNDEFINED
    value, interval = _shown(estimate, 2)
    return f"{value} ({interval})"
