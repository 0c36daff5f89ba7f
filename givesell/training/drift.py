"""`drift`: how far posts are from what a model was trained on."""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from givesell.errors import ArgumentTypeError, DataError
from givesell.model import Model
from givesell.text.columns import as_sequence
from givesell.training.reference import BINS, MEASURES, distance, histogram_bins, reference
from givesell.training.show import Section, as_html, as_renderable, percent
from givesell.training.unseen import Unseen, seen_by
from givesell.verdict import Status

__all__ = ["Drift", "Measure", "drift", "reference"]

NONE, SOME, STRONG = "none", "some", "strong"
FEWEST = 50
NOT_ENGLISH = (0.1, 0.5)  # shares: some drift, strong drift
_CHUNK = 20_000
_NAMES = {
    "unseen": "n-grams that are new to the model",
    "strange": "posts with many new n-grams",
    "distance": "distance of the probabilities",
    "not_english": "posts that are not English",
}


class Measure(NamedTuple):
    """One measure of an archive, and what it is held against.

    Attributes
    ----------
    name : str
        ``"unseen"``, ``"strange"``, ``"distance"`` or ``"not_english"``.
    value : float
        0 to 1; NaN where no post could be judged.
    usual : float
        The same of all posts that the model was trained on, each as it looks to a model that has not seen its source.
    limit : float
        From here on it counts as drift.
    source_limit : float
        What a single source seldom goes beyond; from here on drift is strong. NaN where the training data named too few sources.
    """

    name: str
    value: float
    usual: float
    limit: float
    source_limit: float

    @property
    def level(self) -> str:
        """``"none"``, ``"some"`` or ``"strong"``."""
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
        Posts that are there and hold more than blanks.
    statuses : dict of str to int
        Posts by status; see `givesell.Verdict`.
    words : float
        Share of the words that are new to the model.
    histogram : ndarray of int64, shape (50,)
        Probabilities of ``selling`` of the judged posts, in bins of 0.02.
    unsure : float
        Share of the judged posts that the model is not sure of.
    reference : dict
        What the model recorded in training; see `reference`.
    model : str
        Its name.

    Examples
    --------
    >>> import givesell
    >>> from givesell.datasets import load_posts
    >>> posts = load_posts()
    >>> model = givesell.train(posts.head(1200), groups="topic")
    >>> found = givesell.drift(model, posts["text"].tail(400))
    >>> found.level, found.alarm
    ('none', False)
    """

    measures: tuple[Measure, ...]
    posts: int
    statuses: dict[str, int]
    words: float
    histogram: NDArray[np.int64]
    unsure: float
    reference: dict[str, Any]
    model: str

    @property
    def level(self) -> str:
        """``"none"``, ``"some"`` or ``"strong"``: the highest of the measures."""
        levels = {measure.level for measure in self.measures}
        return next(level for level in (STRONG, SOME, NONE) if level in levels or level == NONE)

    @property
    def alarm(self) -> bool:
        """Whether there is some drift."""
        return self.level != NONE

    @property
    def sentence(self) -> str:
        """What was found and what to do, in words."""
        level = self.level
        by_source = self.reference["sources"] > 0
        if level == NONE:
            like = "posts of sources that it was not trained on" if by_source else "the posts it was trained on"
            return f"No drift: to the model these {self.posts:,} posts look like {like}. Its measured quality is the best guess for them."
        beyond = [measure for measure in self.measures if measure.level == level] if level == STRONG else self.measures
        told = " and ".join(_told(measure) for measure in beyond if measure.level != NONE)
        if not by_source:
            why = "The training data named no sources, so that anything of a new source looks like drift."
        elif level == SOME:
            why = "Mixtures of unseen sources seldom go that far; a single source may well."
        else:
            why = "Hardly any source of the training data is so far from the others; the model's measured quality may not hold."
        todo = "Label some hundred of these posts and measure with givesell evaluate."
        return f"{'Strong drift' if level == STRONG else 'Some drift'}: {told}. {why} {todo}"

    def to_dict(self) -> dict[str, Any]:
        """Return all figures, ready for JSON; what is not known is None."""
        return {
            "level": self.level,
            "alarm": self.alarm,
            "sentence": self.sentence,
            "model": self.model,
            "posts": self.posts,
            "statuses": self.statuses,
            "words": round(self.words, 4),
            "unsure": _finite(self.unsure),
            "measures": {
                measure.name: {"level": measure.level} | {name: _finite(value) for name, value in zip(_FIGURES, measure[1:], strict=True)}
                for measure in self.measures
            },
            "histogram": self.histogram.tolist(),
            "reference": self.reference,
        }

    def to_frame(self) -> Any:
        """Return the measures as a table.

        Returns
        -------
        pandas.DataFrame, shape (4, 5)
            Indexed by name: ``value``, ``usual``, ``limit``, ``source_limit``, ``level``.
        """
        import pandas as pd

        rows = [(*measure[1:], measure.level) for measure in self.measures]
        return pd.DataFrame(rows, index=pd.Index([m.name for m in self.measures], name="measure"), columns=[*_FIGURES, "level"])

    def plot(self, ax: Any = None) -> Any:
        """Draw the probabilities beside those that the model gave to posts of sources it had not seen.

        Parameters
        ----------
        ax : matplotlib.axes.Axes, optional

        Returns
        -------
        matplotlib.figure.Figure
        """
        from givesell.training.plots import on_axes, plot_histograms

        return on_axes(ax, lambda axes: plot_histograms(axes, self.histogram, np.array(self.reference["histogram"])))

    def __repr__(self) -> str:
        return f"<Drift {self.level!r}: {self.posts:,} posts>"

    def __rich__(self) -> Any:
        return as_renderable(self.sentence, self._sections())

    def _repr_html_(self) -> str:
        return as_html(self.sentence, self._sections())

    def _sections(self) -> list[Section]:
        rows = [
            (_NAMES[m.name], _show(m.name, m.value), _show(m.name, m.usual), _show(m.name, m.limit), _show(m.name, m.source_limit), m.level)
            for m in self.measures
        ]
        counts = ", ".join(f"{count:,} {status.replace('_', ' ')}" for status, count in self.statuses.items() if count)
        unsure = "" if math.isnan(self.unsure) else f" Unsure: {percent(self.unsure)} of the judged."
        new = f"{percent(self.words)} of the words are new to the model, usually {percent(self.reference['words'])}."
        held = f"Held against {self.reference['posts']:,} posts of training, {self.reference['measured']}."
        note = f"{new} Posts: {counts}.{unsure} {held}"
        return [Section("", ("", "here", "usual", "alarm above", "strong above", "drift"), rows, note)]


_FIGURES = ("value", "usual", "limit", "source_limit")


def drift(model: Model, posts: Any, *, n_jobs: int | None = None) -> Drift:
    """Tell how far posts are from what a model was trained on.

    Three measures are held against posts of sources that the model had not seen when it was measured in training: the share of
    n-grams that are new to it, the share of posts that are mostly new, and how far the histogram of its probabilities has moved.
    The alarm goes off where one of them is further away than mixtures of ten unseen sources hardly ever are, and where more than a
    tenth of the posts are not English. How often that is a false alarm was measured: see benchmarks/drift.md.

    Parameters
    ----------
    model : Model
        Trained with this version or a later one.
    posts : sequence or column of str, or an archive
        At least 50. What `givesell.read_archive` returns is read as a stream.
    n_jobs : int, optional
        Threads; by default all cores for large batches.

    Returns
    -------
    Drift

    Raises
    ------
    ArgumentTypeError
        If `model` is no model, or `posts` are no posts.
    DataError
        If the model has recorded nothing to hold posts against, or there are too few posts.

    Examples
    --------
    >>> import givesell
    >>> from givesell.datasets import load_posts
    >>> posts = load_posts()
    >>> model = givesell.train(posts.head(1200), groups="topic")
    >>> print(givesell.drift(model, 100 * ["zxq vrrk sh0pp fl1ck gr4b brnd nw drp"]).level)
    strong
    """
    if not isinstance(model, Model):
        raise ArgumentTypeError("E206", argument="model", expected="a Model, such as givesell.load() returns", type=type(model).__name__)
    if not model.info.get("drift"):
        raise DataError("E330", name=model.info["name"])
    tally = Tally(model)
    for part in _parts(posts):
        tally.add(part, n_jobs)
    return tally.drift()


class Tally:
    """The counts over an archive that `drift` needs, taken part by part.

    Parameters
    ----------
    model : Model
    """

    def __init__(self, model: Model) -> None:
        self._model, self._known = model, model.info["drift"]
        self.statuses = np.zeros(len(Status), np.int64)
        self.histogram = np.zeros(BINS, np.int64)
        self.unsure = self.strange = 0
        self.features = np.zeros(len(Unseen._fields), np.int64)

    def add(self, posts: list[Any], n_jobs: int | None = None) -> None:
        """Count more posts."""
        scores = self._model.verdicts(posts, n_jobs=n_jobs, facets=False)
        for status in Status:
            self.statuses[status] += int((scores.status == status.text).sum())
        judged = scores.selling[scores.status == Status.OK.text].astype(np.float64)
        self.histogram += np.bincount(histogram_bins(judged), minlength=BINS)
        self.unsure += int((~scores.sure[scores.status == Status.OK.text]).sum())
        found = seen_by(self._model).count(posts)
        # A post that is missing or blank has no n-grams, and so no share of new ones.
        self.strange += int((found.new_ngrams >= self._known["strange_from"] * found.ngrams)[found.ngrams > 0].sum())
        self.features += [int(column.sum()) for column in found]

    def __add__(self, other: "Tally") -> "Tally":
        both = Tally(self._model)
        for name in ("statuses", "histogram", "unsure", "strange", "features"):
            setattr(both, name, getattr(self, name) + getattr(other, name))
        return both

    def drift(self) -> Drift:
        """Hold the counts against what the model recorded.

        Raises
        ------
        DataError
            If there are too few posts.
        """
        known = self._known
        posts = int(self.statuses.sum() - self.statuses[Status.MISSING] - self.statuses[Status.EMPTY])
        if posts < FEWEST:
            raise DataError("E331", count=posts, needed=FEWEST)
        judged = int(self.histogram.sum())
        ngrams, new_ngrams, words, new_words = self.features.tolist()
        values = {
            "unseen": new_ngrams / max(ngrams, 1),
            "strange": self.strange / posts,
            "distance": float(distance(self.histogram, np.array(known["histogram"]))) if judged else math.nan,
        }
        usual = {"unseen": known["unseen"], "strange": known["strange"], "distance": math.nan}
        measures = [
            Measure(name, values[name], usual[name], *(_limit(known, kind, name, posts) for kind in ("mixture", "source")))
            for name in MEASURES
        ]
        measures.append(Measure("not_english", float(self.statuses[Status.NOT_ENGLISH]) / posts, 0.0, *NOT_ENGLISH))
        return Drift(
            tuple(measures),
            posts,
            {status.text: int(self.statuses[status]) for status in Status},
            new_words / max(words, 1),
            self.histogram.copy(),
            self.unsure / judged if judged else math.nan,
            known,
            str(self._model.info["name"]),
        )


def _parts(posts: Any) -> Iterator[list[Any]]:
    """Yield posts in lists of bounded size."""
    from givesell.archives.read import Archive

    if isinstance(posts, Archive):
        part: list[Any] = []
        for post in posts:
            part.append(post.text)
            if len(part) == _CHUNK:
                yield part
                part = []
        yield part
        return
    found = as_sequence(posts)
    for start in range(0, max(len(found), 1), _CHUNK):
        yield list(found[start : start + _CHUNK])


def _limit(known: dict[str, Any], kind: str, name: str, posts: int) -> float:
    """Return the limit for an archive of so many posts, between those for the sizes that were drawn."""
    limits = known["limits"].get(kind)
    if limits is None:
        return math.nan
    return float(np.interp(math.log(posts), np.log(known["sizes"]), limits[name]))


def _finite(value: float) -> float | None:
    return None if math.isnan(value) else round(value, 4)


def _show(name: str, value: float) -> str:
    if math.isnan(value):
        return ""
    return f"{value:.3f}" if name == "distance" else percent(value)


def _told(measure: Measure) -> str:
    value, usual, limit = (_show(measure.name, figure) for figure in (measure.value, measure.usual, measure.limit))
    told = {
        "unseen": f"{value} of the n-grams are new to the model (usually {usual}, alarm above {limit})",
        "strange": f"{value} of the posts hold much that is new to it (usually {usual}, alarm above {limit})",
        "distance": f"its probabilities lie {value} from the usual ones (alarm above {limit})",
        "not_english": f"{value} of the posts are not English",
    }
    return told[measure.name]
