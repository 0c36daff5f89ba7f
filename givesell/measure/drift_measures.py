"""How far posts are from what a model was trained on: the measures, and what they say."""

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from givesell.measure.seen_in_training import training_note
from givesell.show.numbers import counted, percent
from givesell.show.sections import Section, as_html, as_renderable
from givesell.verdict import Status

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from rich.console import Group

NONE, SOME, STRONG, UNKNOWN = "none", "some", "strong", "unknown"
_FEWEST_JUDGED = 25
MOSTLY = (
    0.5  # of the judged posts: with more of them unsure the measured errors are not known to hold
)
NEW_WORDS = (
    0.25  # of the words: twice as many as any source of the corpus has (benchmarks/share.md)
)
NOT_ENGLISH = (0.1, 0.5)  # shares: some drift, strong drift
_NAMES = {
    "unseen": "n-grams that are new to the model",
    "strange": "posts with many new n-grams",
    "distance": "distance of the probabilities",
    "not_english": "posts that are not English",
}
LEFT_OUT = {
    Status.MISSING.text: "without text",
    Status.EMPTY.text: "blank",
    Status.NO_WORDS.text: "without words",
    Status.NOT_ENGLISH.text: "not in English",
}


class Measure(NamedTuple):
    """One measure of an archive, and what it is compared with.

    Attributes
    ----------
    name : str
        ``"unseen"``, ``"strange"``, ``"distance"`` or ``"not_english"``.
    value : float
        0 to 1; NaN where no post could be judged.
    usual : float
        The same for all posts that the model was trained on, each measured with a model that has
        not seen its source.
    limit : float
        Above it there is drift.
    source_limit : float
        Above it drift is strong: single sources seldom get there. NaN where the training data
        named too few sources.
    """

    name: str
    value: float
    usual: float
    limit: float
    source_limit: float

    @property
    def level(self) -> str:
        """``"none"``, ``"some"`` or ``"strong"``; ``"unknown"`` where there was nothing to
        measure.
        """
        if math.isnan(self.value):
            return UNKNOWN
        if not self.value > self.limit:
            return NONE
        return STRONG if self.value > self.source_limit else SOME


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Drift:
    """How far an archive is from what a model was trained on; made by `drift`.

    Attributes
    ----------
    measures : tuple of Measure
    posts : int
        Posts that hold more than blanks.
    statuses : dict of str to int
        Posts by status; see `givesell.Verdict`.
    words : float
        Share of the words that are new to the model.
    judged_words : float
        The same for the judged posts alone.
    histogram : ndarray of int64, shape (50,)
        Probabilities of ``selling`` of the judged posts, in bins of 0.02.
    unsure : float
        Share of the judged posts whose verdict is not sure.
    reference : dict
        What the model recorded in training. Empty if it recorded nothing.
    model : str
        Its name.
    trained_on : int
        Posts that the model was trained on.

    Examples
    --------
    >>> import givesell
    >>> from givesell.datasets import load_posts
    >>> posts = load_posts()
    >>> model = givesell.train(posts.head(1200), groups="topic")
    >>> result = givesell.drift(model, posts["text"].tail(400))
    >>> result.level, result.alarm
    ('none', False)
    """

    measures: tuple[Measure, ...]
    posts: int
    statuses: dict[str, int]
    words: float
    judged_words: float
    histogram: NDArray[np.int64]
    unsure: float
    reference: dict[str, Any]
    model: str
    trained_on: int = 0

    @property
    def judged(self) -> int:
        """How many posts have a verdict."""
        return int(self.histogram.sum())

    @property
    def level(self) -> str:
        """``"none"``, ``"some"`` or ``"strong"``: the highest of the measures; ``"unknown"``
        where too few posts could be judged.
        """
        levels = {measure.level for measure in self.measures}
        if STRONG not in levels and (not self.measures or self.judged < _FEWEST_JUDGED):
            return UNKNOWN
        return next(level for level in (STRONG, SOME, NONE) if level in levels or level == NONE)

    @property
    def alarm(self) -> bool:
        """Whether there is drift, or nothing could be judged."""
        return self.level != NONE

    @property
    def doubts(self) -> tuple[str, ...]:
        """Reasons why the errors measured for the model may not hold here, in words.

        Other probabilities are no such reason: in an archive that sells more than others the model
        errs as often (benchmarks/share.md).
        """
        doubts = []
        by_name = {measure.name: measure for measure in self.measures}
        foreign = self.statuses.get(Status.NOT_ENGLISH.text, 0)
        if foreign > NOT_ENGLISH[1] * self.posts:
            doubts.append(f"{percent(foreign / self.posts)} of the posts are not English")
        if self.judged_words > NEW_WORDS:
            doubts.append(f"{percent(self.judged_words)} of the words are new to the model")
        elif any(
            by_name[name].level == STRONG for name in ("unseen", "strange") if name in by_name
        ):
            unseen = by_name["unseen"]
            doubts.append(
                f"{percent(unseen.value)} of the words and phrases are new to the model, usually"
                f" {percent(unseen.usual)}"
            )
        if self.unsure > MOSTLY:
            doubts.append(
                f"the model is unsure of {percent(self.unsure)} of the posts that it judged"
            )
        return tuple(doubts)

    @property
    def sentence(self) -> str:
        """The result and what to do about it, in words."""
        level = self.level
        if level == UNKNOWN:
            return self._unknown()
        by_source = self.reference["sources"] > 0
        if level == NONE:
            like = (
                "posts of sources that it was not trained on"
                if by_source
                else "the posts it was trained on"
            )
            most = (
                " It is unsure of most of them, though: it is wrong more often there."
                if self.unsure > MOSTLY
                else ""
            )
            best = "" if most else " Its measured quality is the best guess for them."
            return (
                f"No drift: to the model these {self.posts:,} posts look like {like}.{best}{most}"
            )
        beyond = (
            [measure for measure in self.measures if measure.level == STRONG]
            if level == STRONG
            else self.measures
        )
        why_drift = [_in_words(measure) for measure in beyond if measure.level in (SOME, STRONG)]
        if not by_source:
            why = (
                "The training data named no sources, so that anything of a new source looks like"
                " drift."
            )
        elif level == SOME:
            why = "Mixtures of unseen sources seldom go that far; a single source may well."
        elif self.doubts or len(beyond) > 1:
            why = (
                "Hardly any source of the training data is so far from the others; the model's"
                " measured quality may not hold."
            )
        else:
            why = (
                "Hardly any source of the training data is so far from the others. One that sells"
                " much more, or much less, looks so too."
            )
        todo = "Label a few hundred of these posts and run givesell evaluate on them."
        return f"{level.capitalize()} drift: {' and '.join(why_drift)}. {why} {todo}"

    def _unknown(self) -> str:
        """Say why drift is not known."""
        if not self.measures:
            return (
                f"Drift is not known: the model {self.model} has recorded nothing to compare posts"
                " with."
            )
        if self.judged == self.posts:
            return f"Drift is not known: {counted(self.posts, 'post is', 'posts are')} too few."
        left = [
            f"{count:,} {LEFT_OUT.get(name, name)}"
            for name, count in self.statuses.items()
            if count and name != Status.OK.text
        ]
        why = f" ({', '.join(left)})" if left else ""
        few = (
            f"only {self.judged:,} of {self.posts:,} posts"
            if self.judged
            else f"none of the {self.posts:,} posts"
        )
        return (
            f"Drift is not known: {few} could be judged{why}. Check that the right column"
            " is read (--text-column)."
        )

    def to_dict(self) -> dict[str, Any]:
        """Return all figures, ready for JSON; what is not known is None."""
        return {
            "level": self.level,
            "alarm": self.alarm,
            "sentence": self.sentence,
            "doubts": list(self.doubts),
            "model": self.model,
            "posts": self.posts,
            "judged": self.judged,
            "statuses": self.statuses,
            "trained_on": self.trained_on,
            "words": round(self.words, 4),
            "unsure": _finite(self.unsure),
            "measures": {
                measure.name: (
                    {"level": measure.level}
                    | {
                        name: _finite(value)
                        for name, value in zip(_FIGURES, measure[1:], strict=True)
                    }
                )
                for measure in self.measures
            },
            "histogram": self.histogram.tolist(),
            "reference": self.reference,
        }

    def to_frame(self) -> "pd.DataFrame":
        """Return the measures as a table.

        Returns
        -------
        pandas.DataFrame, shape (4, 5)
            Indexed by name: ``value``, ``usual``, ``limit``, ``source_limit``, ``level``.
        """
        import pandas as pd

        rows = [(*measure[1:], measure.level) for measure in self.measures]
        return pd.DataFrame(
            rows,
            index=pd.Index([m.name for m in self.measures], name="measure"),
            columns=[*_FIGURES, "level"],
        )

    def plot(self, ax: "Axes | None" = None) -> "Figure":
        """Draw the probabilities beside those that the model gave to posts of sources it had not
        seen.

        Parameters
        ----------
        ax : matplotlib.axes.Axes, optional

        Returns
        -------
        matplotlib.figure.Figure
        """
        from givesell.measure.plots import on_axes, plot_histograms

        return on_axes(
            ax,
            lambda axes: plot_histograms(
                axes, self.histogram, np.array(self.reference["histogram"])
            ),
        )

    def __repr__(self) -> str:
        return f"<Drift {self.level!r}: {self.posts:,} posts>"

    def __rich__(self) -> "Group":
        return as_renderable(self.sentence, self._sections())

    def _repr_html_(self) -> str:
        return as_html(self.sentence, self._sections())

    def _sections(self) -> list[Section]:
        rows = [
            (
                _NAMES[m.name],
                *(_show(m.name, value) for value in (m.value, m.usual, m.limit, m.source_limit)),
                "" if UNKNOWN in (m.level, self.level) else m.level,
            )
            for m in self.measures
        ]
        counts = ", ".join(
            f"{count:,} {status.replace('_', ' ')}"
            for status, count in self.statuses.items()
            if count
        )
        unsure = (
            ""
            if math.isnan(self.unsure)
            else f" Unsure: {percent(self.unsure)} of the judged posts."
        )
        new = (
            f"{percent(self.words)} of the words are new to the model, usually"
            f" {percent(self.reference['words'])}."
        )
        compared = (
            f"Compared with {self.reference['posts']:,} training posts,"
            f" {self.reference['measured']}."
        )
        missing = [_NAMES[m.name] for m in self.measures if m.level == UNKNOWN]
        none = (
            f" Not measured, as no post could be judged: {', '.join(missing)}." if missing else ""
        )
        quiet = (
            []
            if self.level == UNKNOWN
            else [_NAMES[m.name] for m in self.measures if m.level == NONE]
        )
        fine = f" Nothing found: {', '.join(quiet)}." if quiet and self.alarm else ""
        known = training_note(self.model, self.trained_on, self.posts)
        note = " ".join(
            filter(None, (f"{new} Posts: {counts}.{unsure}{none}{fine} {compared}", known))
        )
        return [
            Section("", ("", "here", "usual", "alarm above", "strong above", "drift"), rows, note)
        ]


_FIGURES = ("value", "usual", "limit", "source_limit")


def drift_facts(drift: Drift) -> dict[str, Any]:
    """Return what a report or a summary says of drift, ready for JSON.

    Parameters
    ----------
    drift : Drift

    Returns
    -------
    dict
        ``level``, ``sentence``, ``doubts`` (why the measured errors are not known to hold), and
        ``measures`` by name: ``value``, ``limit``, ``level``.
    """
    measures = {
        m.name: {"value": _finite(m.value), "limit": _finite(m.limit), "level": m.level}
        for m in drift.measures
    }
    return {
        "level": drift.level,
        "sentence": drift.sentence,
        "doubts": list(drift.doubts),
        "measures": measures,
    }


def _finite(value: float) -> float | None:
    return None if math.isnan(value) else round(value, 4)


def _show(name: str, value: float) -> str:
    if math.isnan(value):
        return ""
    return f"{value:.3f}" if name == "distance" else percent(value)


def _in_words(measure: Measure) -> str:
    value, usual, limit = (
        _show(measure.name, figure) for figure in (measure.value, measure.usual, measure.limit)
    )
    return {
        "unseen": (
            f"{value} of the words and phrases are new to the model (usually {usual}, alarm above"
            f" {limit})"
        ),
        "strange": (
            f"{value} of the posts hold much that is new to it (usually {usual}, alarm above"
            f" {limit})"
        ),
        "distance": f"its probabilities lie {value} from the usual ones (alarm above {limit})",
        "not_english": f"{value} of the posts are not English",
    }[measure.name]
