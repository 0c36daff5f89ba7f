"""`train`: labelled posts to a calibrated model with its honest measurements."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from givesell.core.fingerprints import fingerprints_of
from givesell.core.manifest import checked_record
from givesell.core.weights import FacetHead
from givesell.estimators.convert import kind_of
from givesell.estimators.network.classifier import NetworkClassifier
from givesell.estimators.vectorizer import PostVectorizer
from givesell.labelled.finding import Finding
from givesell.labelled.posts import Labelled
from givesell.labelled.ranges import check_ranges
from givesell.labelled.read import read_labelled
from givesell.labelled.request import Request
from givesell.learn.adapt import STRENGTH
from givesell.learn.checks import (
    SEEN,
    another_prior,
    check,
    flattering,
    seen_by_base,
    warn_of_base,
    without_facets,
)
from givesell.learn.grid_search import recorded
from givesell.learn.learner import Grid, Learner, LearnerOptions
from givesell.learn.learners import learner_for
from givesell.learn.protocol import TrainingProtocol, describe, silent
from givesell.learn.record import TrainingRecord, calibration_record
from givesell.learn.recorded_call import records_call
from givesell.learn.report import TrainingReport
from givesell.learn.teacher import views_for
from givesell.measure.sure import may_be_sure
from givesell.model.load import ModelLike
from givesell.model.model import Model
from givesell.types import (
    Classifier,
    ColumnLike,
    DataLike,
    GroupsLike,
    PathLike,
    TableLike,
    ValuesLike,
)

# Posts beyond which memory counts for more than time: folds one at a time, and a solver that copies
# nothing.
MANY = 200_000


@records_call
def train(
    data: DataLike,
    labels: ValuesLike | None = None,
    *,
    text: ColumnLike | None = None,
    label: ColumnLike = "label",
    groups: GroupsLike | None = None,
    group_until: str | None = None,
    weight: ColumnLike | None = None,
    certainty: ColumnLike | None = "certainty",
    label_mapping: Mapping[Any, str | None] | None = None,
    base: ModelLike | None = None,
    classifier: Classifier | None = None,
    tune: bool | Grid = False,
    calibrate: bool = True,
    facet: str | None = None,
    also: Iterable[tuple[TableLike | PathLike, float]] = (),
    unlabelled: TableLike | PathLike | None = None,
    teacher: PathLike | None = None,
    features: PostVectorizer | None = None,
    network: NetworkClassifier | None = None,
    C: float = 10.0,
    strength: float = STRENGTH,
    borderline_weight: float = 0.4,
    prior: float | None = None,
    precision: float = 0.92,
    fingerprints: bool = True,
    name: str = "unnamed",
    licence: str | None = None,
    command: str | None = None,
    random_state: int = 0,
    n_jobs: int | None = -1,
    progress: Callable[[str], None] | None = None,
) -> Model:
    """Train a model on labelled posts.

    The posts are checked first; ``model.report`` lists the findings and what was done about each.
    The model is measured and calibrated out of fold: with ``groups``, on groups that the fold's
    model has never seen, and never on a copy of a post that it trained on. Calibration is a
    sigmoid, folded into the weights. The same data and seed give the same bytes.

    Parameters
    ----------
    data : table, path, list of these; or a sequence or column of posts, with ``labels``
        Posts labelled ``"giving"`` or ``"selling"``. A table of pandas, Polars or Arrow, a dict of
        columns, a list of dicts; a file of any kind that `givesell.read_archive` reads, or what
        that returns. Several are read as one.
    labels : sequence, shape (n,), optional
        Labels of the posts, where they are not a column.
    text : str, optional
        The column of posts; by default ``text``, or the one that is named as posts are, such as
        ``Body``.
    label : str, or a sequence of shape (n,)
        The column of labels; values are taken as ``labels``.
    groups : str or sequence of str, optional
        Columns that keep related posts together, such as source or author. The first is what the
        calibration and the headline are split by; the others are reported too. Beside ``labels``
        also a value a post.
    group_until : str, optional
        A mark up to which the names of groups count: with ``"#"``, ``shop#ana`` and ``shop#ben``,
        two accounts of one source, are the group ``shop``, and in one fold.
    weight : str, or sequence of float of shape (n,), optional
        The weight of each post in training: a column, or values.
    certainty : str, or sequence of shape (n,), optional
        Column that is ``clear`` for posts which are not borderline, where there is one.
    label_mapping : mapping, optional
        From other labels to ``"giving"`` or ``"selling"``, such as ``{"promo": "selling"}``; None
        leaves such posts out.
    base : str, path or Model, optional
        A model to start from, such as ``"givesell-en"``. The fit starts at its weights and is
        penalised for leaving them, so that twenty labelled posts are enough to gain from. Features
        are those of the base; the network of a deep one stays as it is.
    classifier : estimator, optional
        Another scikit-learn classifier. A linear one becomes weights; any other scores
        through scikit-learn (`givesell.estimators.pipelined.ScikitLearnKind`). One that reads posts
        by itself becomes a kind of model of its own
        (`givesell.estimators.convert.PostClassifier`).
    tune : bool or mapping, default False
        Search `givesell.learn.grid_search.GRIDS`, or the given grid of pipeline parameters, by log
        loss on folds split as the headline.
    calibrate : bool, default True
        Whether to calibrate probabilities out of fold; otherwise the scores of the classifier are
        taken for log-odds.
    facet : str, optional
        Column of facets (`givesell.verdict.FACETS`), for verdicts to predict them too.
    also : iterable of (DataFrame or path, weight)
        Posts to train on but not to measure on.
    unlabelled : DataFrame or path, optional
        Posts without labels, with the columns ``text`` and the first of ``groups``, that a teacher
        has judged.
    teacher : path, optional
        Its probabilities for them, a file that `givesell.learn.teacher.write_views` wrote. Each
        fold learns from a view of the teacher that has seen nothing of what the fold is measured
        on.
    features : PostVectorizer, optional
    network : NetworkClassifier, optional
        Makes a deep model: this network is trained too, and its log-odds are added, each scaled by
        the calibration.
    C : float, default 10
        Inverse strength of regularisation.
    strength : float, default 10
        With ``base``: how far weights may move from the base's.
    borderline_weight : float, default 0.4
        Weight of posts that are not clear.
    prior : float, optional
        Share of selling posts in the stream that labels are decided for: where a sigmoid fitted for
        such a stream crosses one half. Probabilities on both sides of that are calibrated for the
        mix of the posts measured: with ``groups``, for a stream half of which comes from groups
        that the model has not seen. That of the base, where there is one and it has one; else 0.3.
    precision : float, default 0.92
        Out-of-fold precision of both labels among the verdicts called sure.
    fingerprints : bool, default True
        Whether the model remembers, by a hash of 8 bytes each, which posts it was trained on, so
        that `givesell.evaluate` and others can warn of them. Nothing can be read back from a hash,
        but whoever has a text can check whether it was among them.
    name : str
    licence : str, optional
        Of the posts, for the card.
    command : str, optional
        The command that remakes the model, for its card; by default this call.
    random_state : int
    n_jobs : int, optional
        Threads; one from 200,000 posts on, to spare memory.
    progress : callable, optional
        Called with a line of text as each step is done.

    Returns
    -------
    Model
        Its ``info`` holds the training ledger and the metrics, its ``report`` a
        `givesell.learn.report.TrainingReport`.

    Raises
    ------
    ArgumentError
        If a number is outside its range in `givesell.labelled.ranges`, or arguments exclude each
        other.
    DataError
        If a column is missing, a label unknown, or there are too few posts or groups.
    FileError
        If a file cannot be read.

    Examples
    --------
    >>> import pandas as pd
    >>> giving, selling = (
    ...     ["Thanks for the help", "Has anyone tried this?"],
    ...     ["Buy it now, 20% off", "DM to order"],
    ... )
    >>> frame = pd.DataFrame(
    ...     {"text": 10 * (giving + selling), "label": 10 * (2 * ["giving"] + 2 * ["selling"])}
    ... )
    >>> train(frame).classify("Thanks!").label
    'giving'
    >>> posts, kinds = 10 * (giving + selling), 10 * (2 * ["chat"] + 2 * ["promo"])
    >>> train(
    ...     posts, kinds, label_mapping={"chat": "giving", "promo": "selling"}, base="givesell-en"
    ... ).classify("DM to order").label
    'selling'
    """
    say = progress or silent
    check_ranges(C=C, strength=strength, borderline_weight=borderline_weight, precision=precision)
    if prior is not None:
        check_ranges(prior=prior)
    checked_record({"name": name, "training": {} if licence is None else {"licence": licence}})
    learner = learner_for(
        LearnerOptions(
            base=base,
            classifier=classifier,
            network=network,
            teacher=teacher,
            features=features,
            C=C,
            strength=strength,
            prior=prior,
            random_state=random_state,
        )
    )
    posts = read_labelled(
        Request(
            data,
            labels,
            text=text,
            label=label,
            groups=groups,
            group_until=group_until,
            weight=weight,
            certainty=certainty,
            label_mapping=label_mapping,
            borderline_weight=borderline_weight,
            also=also,
            facet=facet,
            fewest=learner.fewest,
        )
    )
    views = views_for(
        posts,
        teacher,
        unlabelled,
        text=text if isinstance(text, str) else None,
        group_until=group_until,
    )
    say("checking the posts")
    # A teacher's views are tied to the posts and folds they were made for.
    posts = check(posts, act=views is None)
    for model in learner.builds_on:
        warn_of_base(model, posts, stacklevel=3)
    if len(posts.posts) > MANY and views is None:
        learner, n_jobs = learner.sparing_memory(), 1
    return train_with(
        learner,
        TrainingProtocol(posts, views, random_state, n_jobs, say),
        Plan(
            tune=tune,
            calibrate=calibrate,
            precision=precision,
            facets=facet is not None,
            fingerprints=fingerprints,
            name=name,
            licence=licence,
            command=command,
            borderline_weight=borderline_weight,
        ),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What to make of a learner and what to record of it: arguments of `train`."""

    tune: bool | Grid = False
    calibrate: bool = True
    precision: float = 0.92
    facets: bool = False
    fingerprints: bool = True
    name: str = "unnamed"
    licence: str | None = None
    command: str | None = None
    borderline_weight: float = 1.0


def train_with(learner: Learner, protocol: TrainingProtocol, plan: Plan) -> Model:
    """Train a model with a learner of any kind on posts that are read and checked.

    Parameters
    ----------
    learner : Learner
    protocol : TrainingProtocol
    plan : Plan

    Returns
    -------
    Model
    """
    data, headline = protocol.data, protocol.schemes[0]
    findings = [*data.findings, *_before(learner, data, calibrate=plan.calibrate)]
    tuning = None
    if plan.tune:
        grid = None if plan.tune is True else plan.tune
        learner, tuning, finding = protocol.search(learner, grid)
        findings.append(finding)
    scores = protocol.scores(learner)
    calibration = (
        learner.calibrate(list(scores.values()), data) if plan.calibrate else learner.uncalibrated()
    )
    p = {scheme: calibration.probabilities(part) for scheme, part in scores.items()}
    facets = protocol.facet_figures(learner.features, p[headline]) if plan.facets else None
    fitted = protocol.fit(learner)
    estimator = learner.assemble(fitted, calibration)
    # Which posts may be sure is asked of the model that users get, not of one of a fold.
    readable = may_be_sure(Model.from_pipeline(estimator), data.posts, protocol.n_jobs)
    rows = ~np.isnan(p[headline]) & (readable if readable.any() else True)
    thresholds = learner.thresholds(p[headline][rows], data.selling[rows], plan.precision)
    metrics = protocol.figures(p, thresholds, readable)
    if not any(finding.check == SEEN for finding in findings):
        findings += flattering(*next(iter(metrics.items())))
    findings += learner.describe(fitted, len(data.posts))
    head, facets = _facets(learner, fitted, protocol, facets)
    if head is not None and not (kind := kind_of(estimator).kind).can_explain:
        findings.append(without_facets(kind, len(data.posts)))
        head = facets = None
    metrics |= {f"{model.name} as it is": protocol.figures_of(model) for model in learner.builds_on}
    record = TrainingRecord(
        name=plan.name,
        licence=plan.licence,
        command=plan.command,
        posts=data,
        settings={
            **({} if protocol.teacher is None else {"judged": protocol.teacher.ledger}),
            **learner.settings(),
            **({} if tuning is None else recorded(tuning)),
            "borderline_weight": plan.borderline_weight,
            "random_state": protocol.seed,
        },
        findings=findings,
        metrics=metrics,
        drift=protocol.drift_baseline(learner, p[headline]),
        calibration=calibration_record(
            calibration,
            folds=describe(headline),
            prior=learner.prior,
            precision=plan.precision,
        )
        if plan.calibrate
        else None,
        facets=facets,
    )
    report = TrainingReport(plan.name, findings, metrics, protocol.table(p[headline]), tuning)
    model = Model.from_pipeline(
        estimator, thresholds=thresholds, info=record.to_dict(), facets=head
    ).with_report(report)
    return model.with_fingerprints(_learned(learner, data)) if plan.fingerprints else model


def _before(learner: Learner, data: Labelled, *, calibrate: bool) -> list[Finding]:
    """Return what to say of the posts before a learner learns from them."""
    findings = another_prior(data, learner.prior) if calibrate else []
    for model in learner.builds_on:
        findings += seen_by_base(model, data)
    return [*findings, *learner.check(data)]


def _facets(
    learner: Learner,
    fitted: Sequence[Any],
    protocol: TrainingProtocol,
    figures: dict[str, Any] | None,
) -> tuple[FacetHead | None, dict[str, Any] | None]:
    """Return a head fitted on all posts, or the one of a model that the learner builds on, and what
    to record of it.
    """
    if figures is not None:
        return protocol.facet_head(learner.fitted_features(fitted)), figures
    for model in learner.builds_on:
        if model.facet_head is not None:
            return model.facet_head, {"of": model.name}
    return None, None


def _learned(learner: Learner, data: Labelled) -> NDArray[np.uint64]:
    """Return the fingerprints of the posts learned from, by the models that it builds on too."""
    known = [fingerprints_of(data.posts[data.weight > 0])]
    known += [model.fingerprints for model in learner.builds_on if model.fingerprints is not None]
    return np.unique(np.concatenate(known))
