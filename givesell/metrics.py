"""The registry of metrics: what each is called, how it is computed, and where it is shown.

A metric is computed from sums over posts, so that one definition serves plain arrays, arrays with
weights (`figures`), and the rounds of a bootstrap, which weigh each post by how often it was drawn
(`givesell.measure.bootstrap`). A new metric is one `Metric` in `METRICS`.

A figure that is a share of nothing, such as the precision where no post was predicted to be
selling, is not defined: NaN, everywhere. Macro-F1 is the mean over the labels that some post has or
is predicted to have, as in scikit-learn.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from givesell.ranking import rank_rounds
from givesell.verdict import is_selling

Floats = NDArray[np.float64]
BINS = 15  # of the calibration error
EPS = np.finfo(np.float32).eps  # the least probability in the log loss: models give float32


@dataclass(frozen=True, eq=False)
class Predictions:
    """Labels and probabilities of posts.

    Attributes
    ----------
    selling : ndarray of bool, shape (n,)
        Whether the label is ``selling``.
    p : ndarray of float64, shape (n,)
        Probability of ``selling``.
    sure : ndarray of bool, shape (n,), optional
        Whether the verdict is sure; without it the figures of sure verdicts are not defined.
    """

    selling: NDArray[np.bool_]
    p: Floats
    sure: NDArray[np.bool_] | None = None

    @cached_property
    def predicted(self) -> NDArray[np.bool_]:
        """Whether each post is predicted to be ``selling``."""
        return np.asarray(is_selling(self.p), np.bool_)

    @cached_property
    def falling(self) -> NDArray[np.intp]:
        """The posts in descending order of probability."""
        return np.argsort(-self.p, kind="stable")

    @cached_property
    def last(self) -> NDArray[np.bool_]:
        """Which of the posts in `falling` are the last with their probability: a threshold can
        lie only there.
        """
        return np.append(np.diff(self.p[self.falling]) != 0, True)[: len(self.p)]


@dataclass(frozen=True, slots=True, eq=False)
class Term:
    """What is summed over posts: ``width`` sums, to one of which each post adds a value.

    Attributes
    ----------
    width : int
    of : callable
        From `Predictions` to the number of the sum and the value, each an array of shape (n,).
    """

    width: int
    of: Callable[[Predictions], tuple[NDArray[Any], Floats]]


def _sure_cells(posts: Predictions) -> tuple[NDArray[Any], Floats]:
    if posts.sure is None:
        return np.zeros(len(posts.p), np.int64), np.full(len(posts.p), np.nan)
    return posts.sure * (1 + (posts.predicted == posts.selling)), np.ones(len(posts.p))


# A confusion matrix: first the posts labelled giving, each time first those predicted giving.
CELLS = Term(4, lambda posts: (2 * posts.selling + posts.predicted, np.ones(len(posts.p))))
# Posts with a verdict that is not sure, one that is sure and wrong, one that is sure and right.
SURE = Term(3, _sure_cells)
# How far the probabilities lie above the labels, in bins of equal width.
GAPS = Term(
    BINS,
    lambda posts: (np.minimum((posts.p * BINS).astype(int), BINS - 1), posts.p - posts.selling),
)


@dataclass(frozen=True, slots=True, eq=False)
class Sums:
    """Sums over posts, a row for each weighting of them.

    Attributes
    ----------
    terms : mapping of Term to ndarray of float64, shape (rounds, width)
    ranked : ndarray of float64, shape (rounds, 2)
        AUC and average precision, which are no sums; see `rank`.
    """

    terms: Mapping[Term, Floats]
    ranked: Floats

    def __getitem__(self, term: Term) -> Floats:
        return self.terms[term]

    @property
    def total(self) -> Floats:
        """Posts, shape (rounds,)."""
        return np.asarray(self.terms[CELLS].sum(axis=1))

    @property
    def f1(self) -> tuple[Floats, Floats]:
        """F1 of giving and of selling, each of shape (rounds,)."""
        true_giving, false_selling, false_giving, true_selling = self.terms[CELLS].T
        wrong = false_selling + false_giving
        return (
            ratio(2 * true_giving, 2 * true_giving + wrong),
            ratio(2 * true_selling, 2 * true_selling + wrong),
        )


@dataclass(frozen=True, slots=True, eq=False)
class Metric:
    """A metric, how it is computed, and where it is shown.

    Attributes
    ----------
    name : str
        In tables, manifests and JSON.
    title : str
        In tables that people read.
    description : str
        One sentence.
    of : callable
        From `Sums` to an array of float64 of shape (rounds,), NaN where it is not defined.
    term : Term or None
        The sums that it needs besides `CELLS`; None where it follows from the order of the posts.
    better : {"higher", "lower", None}
        None where neither is better.
    digits : int
        Decimals that people are shown.
    card : mapping of str to str
        Rows of the model card: names of figures that training records, and their titles there.
    recorded : bool
        Whether training records it in the manifest; a card leaves out what a manifest lacks.
    reported : tuple of str
        Names of figures that training records and a report on an archive says of the model.
    sliced : bool
        Whether it is measured on slices of the posts; it must follow from the confusion matrix.
    needs_both : bool
        Whether it says little where there are few posts of a label.
    """

    name: str
    title: str
    description: str
    of: Callable[[Sums], Floats]
    term: Term | None = CELLS
    better: Literal["higher", "lower"] | None = "higher"
    digits: int = 3
    card: Mapping[str, str] = field(default_factory=dict)
    recorded: bool = True
    reported: tuple[str, ...] = ()
    sliced: bool = False
    needs_both: bool = True

    @property
    def sign(self) -> int:
        """-1 where lower is better, else 1."""
        return -1 if self.better == "lower" else 1


def ratio(above: Any, below: Any) -> Floats:
    """Divide; NaN where the divisor is 0.

    Examples
    --------
    >>> ratio([1, 0], [2, 0]).tolist()
    [0.5, nan]
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray(np.where(np.asarray(below) > 0, np.divide(above, below), np.nan))


def _mean(
    name: str, title: str, description: str, of: Callable[[Predictions], Floats], **options: Any
) -> Metric:
    """Return the metric that is the mean of a value of each post."""
    term = Term(1, lambda posts: (np.zeros(len(posts.p), np.int64), of(posts)))
    return Metric(
        name, title, description, lambda sums: sums[term][:, 0] / sums.total, term, **options
    )


def _macro_f1(sums: Sums) -> Floats:
    giving, selling = sums.f1
    return np.where(
        np.isnan(selling),
        giving,
        np.where(np.isnan(giving), selling, (giving + selling) / 2),
    )


def _precision(sums: Sums) -> Floats:
    return ratio(sums[CELLS][:, 3], sums[CELLS][:, 1] + sums[CELLS][:, 3])


def _recall(sums: Sums) -> Floats:
    return ratio(sums[CELLS][:, 3], sums[CELLS][:, 2] + sums[CELLS][:, 3])


def _accuracy(sums: Sums) -> Floats:
    return ratio(sums[CELLS][:, 0] + sums[CELLS][:, 3], sums.total)


_ROWS = (
    Metric(
        "macro_f1",
        "macro-F1",
        "The mean of the F1 of giving and of selling.",
        _macro_f1,
        card={
            "macro_f1": "macro-F1",
            "macro_f1_interval": "95% interval",
            "macro_f1_clear": "clear posts",
            "macro_f1_borderline": "borderline",
        },
        reported=("macro_f1", "macro_f1_interval"),
        sliced=True,
    ),
    Metric(
        "f1_selling",
        "F1, selling",
        "The harmonic mean of precision and recall for selling.",
        lambda sums: sums.f1[1],
        recorded=False,
    ),
    Metric(
        "precision_selling",
        "precision, selling",
        "The share of the posts predicted to be selling that are.",
        _precision,
        card={"precision_selling": "precision, selling"},
        reported=("precision_selling",),
        sliced=True,
    ),
    Metric(
        "recall_selling",
        "recall, selling",
        "The share of the selling posts that are predicted to be.",
        _recall,
        card={"recall_selling": "recall, selling"},
        reported=("recall_selling",),
        sliced=True,
    ),
    Metric(
        "auc",
        "AUC",
        "How often a selling post has a higher probability than a giving one; ties count half.",
        lambda sums: sums.ranked[:, 0],
        None,
        card={"auc": "AUC"},
    ),
    Metric(
        "average_precision",
        "average precision, selling",
        "The mean precision for selling over all levels of recall.",
        lambda sums: sums.ranked[:, 1],
        None,
        card={"average_precision": "average precision"},
    ),
    _mean(
        "brier",
        "Brier score",
        "The mean squared distance of probability and label.",
        lambda posts: np.asarray((posts.p - posts.selling) ** 2, np.float64),
        better="lower",
    ),
    _mean(
        "log_loss",
        "log loss",
        "The mean negative logarithm of the probability of the right label.",
        lambda posts: -np.log(np.clip(np.where(posts.selling, posts.p, 1 - posts.p), EPS, 1)),
        better="lower",
        card={"log_loss": "log loss"},
    ),
    Metric(
        "calibration_error",
        "calibration error",
        "The mean distance of probability and share of selling posts, over bins of equal width.",
        lambda sums: np.abs(sums[GAPS]).sum(axis=1) / sums.total,
        GAPS,
        better="lower",
        card={"calibration_error": "calibration error"},
    ),
    Metric(
        "accuracy",
        "accuracy",
        "The share of the posts whose label is predicted.",
        _accuracy,
        recorded=False,
        sliced=True,
        needs_both=False,
    ),
    Metric(
        "share_sure",
        "share called sure",
        "The share of the posts with a sure verdict.",
        lambda sums: ratio(sums[SURE][:, 1:].sum(axis=1), sums[SURE].sum(axis=1)),
        SURE,
        better=None,
        card={"share_sure": "share sure"},
        reported=("share_sure",),
    ),
    Metric(
        "accuracy_sure",
        "accuracy of the sure",
        "The share of the sure verdicts that are right.",
        lambda sums: ratio(sums[SURE][:, 2], sums[SURE][:, 1:].sum(axis=1)),
        SURE,
        card={"accuracy_sure": "accuracy of sure"},
        reported=("accuracy_sure",),
    ),
)
METRICS: dict[str, Metric] = {metric.name: metric for metric in _ROWS}
TERMS = tuple(dict.fromkeys(metric.term for metric in _ROWS if metric.term is not None))
# The rows of the card and of the report on training: names of recorded figures, and their titles.
CARD: dict[str, str] = {name: title for metric in _ROWS for name, title in metric.card.items()}
# What a search for settings says of each; the first decides.
SEARCHED = ("log_loss", "macro_f1", "average_precision")
# What a report on an archive says of the model.
REPORTED = tuple(name for metric in _ROWS for name in metric.reported)
# First what needs no posts of both labels.
SLICED = tuple(
    metric.name for metric in sorted(_ROWS, key=lambda one: one.needs_both) if metric.sliced
)


def unit_sums(
    term: Term,
    posts: Predictions,
    units: NDArray[np.int64] | None = None,
    weights: Floats | None = None,
) -> Floats:
    """Sum a term over the posts of each unit.

    Parameters
    ----------
    term : Term
    posts : Predictions
    units : ndarray of int, shape (n,), optional
        The unit of each post, from 0 on; by default all are one unit.
    weights : ndarray of float64, shape (n,), optional
        How many times each post counts; once by default.

    Returns
    -------
    ndarray of float64, shape (n_units, width)
    """
    place, values = term.of(posts)
    count = 1 if units is None else int(units.max()) + 1
    at = place if units is None else units * term.width + place
    values = values if weights is None else values * weights
    sums = np.asarray(np.bincount(at, values, count * term.width), np.float64)
    return sums.reshape(count, term.width)


def rank(
    counts: Floats, units: NDArray[np.int64], selling: NDArray[np.bool_], last: NDArray[np.bool_]
) -> tuple[float, float]:
    """Return AUC and average precision of posts in descending order of probability.

    Parameters
    ----------
    counts : ndarray of float64, shape (n_units,)
        How many times the posts of each unit count.
    units : ndarray of int, shape (n,)
        The unit of each post.
    selling : ndarray of bool, shape (n,)
    last : ndarray of bool, shape (n,)
        See `Predictions.last`.

    Returns
    -------
    auc, average_precision : float
        NaN without posts of both labels, and without a selling one.

    Examples
    --------
    >>> auc, average_precision = rank(
    ...     np.ones(3), np.arange(3), np.array([True, False, True]), np.ones(3, bool)
    ... )
    >>> print(auc, round(average_precision, 3))
    0.5 0.833
    """
    out = np.empty((1, 2))
    rank_rounds(counts[None], units, selling.view(np.uint8), last.view(np.uint8), out)
    return float(out[0, 0]), float(out[0, 1])


def figures(
    posts: Predictions, weights: Sequence[float] | Floats | None = None
) -> dict[str, float]:
    """Return all metrics of predictions.

    Parameters
    ----------
    posts : Predictions
        At least one post.
    weights : sequence of float, shape (n,), optional
        How many times each post counts; once by default.

    Returns
    -------
    dict of str to float
        By name; NaN for what is not defined.

    Examples
    --------
    >>> found = figures(Predictions(np.array([False, True]), np.array([0.2, 0.9])))
    >>> found["macro_f1"], round(found["brier"], 3), found["share_sure"]
    (1.0, 0.025, nan)
    """
    counts = np.ones(len(posts.p)) if weights is None else np.array(weights, np.float64)
    order = posts.falling
    ranked = rank(counts, order, posts.selling[order], posts.last)
    sums = Sums(
        {term: unit_sums(term, posts, weights=counts) for term in TERMS}, np.array([ranked])
    )
    return {name: float(metric.of(sums)[0]) for name, metric in METRICS.items()}


def of_cells(cells: Any) -> dict[str, Floats]:
    """Return the metrics of slices, and what else follows from confusion matrices.

    Parameters
    ----------
    cells : array-like of float, shape (4,) or (rounds, 4)
        Giving posts predicted giving and selling, selling posts predicted giving and selling.

    Returns
    -------
    dict of str to ndarray of float64, shape (rounds,)
        The metrics that need nothing else, and ``false_positive_rate``; NaN for what is not
        defined.

    Examples
    --------
    >>> of_cells([8, 2, 0, 10])["accuracy"].tolist()
    [0.9]
    """
    table = np.atleast_2d(np.asarray(cells, np.float64))
    sums = Sums({CELLS: table}, np.full((len(table), 2), np.nan))
    found = {name: metric.of(sums) for name, metric in METRICS.items() if metric.term is CELLS}
    return found | {"false_positive_rate": ratio(table[:, 1], table[:, 0] + table[:, 1])}


def macro_f1(selling: NDArray[np.bool_], predicted: NDArray[np.bool_]) -> float:
    """Return macro-F1; NaN without a post.

    Examples
    --------
    >>> macro_f1(np.array([True, False]), np.array([True, False]))
    1.0
    """
    cells = np.bincount(2 * selling + predicted, minlength=CELLS.width)
    return float(of_cells(cells)["macro_f1"][0])


def calibration_error(selling: NDArray[np.bool_], p: Floats) -> float:
    """Return the expected calibration error: the mean distance of probability and share of selling
    posts, over bins of equal width.

    References
    ----------
    Naeini, Cooper and Hauskrecht, "Obtaining Well Calibrated Probabilities Using Bayesian Binning",
    AAAI 2015.

    Examples
    --------
    >>> calibration_error(np.array([False, True]), np.array([0.0, 1.0]))
    0.0
    """
    return float(np.abs(unit_sums(GAPS, Predictions(selling, p))).sum() / len(p))
