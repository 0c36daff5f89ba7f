"""`train`: labelled posts to a calibrated model with its honest measurements."""

import inspect
import platform
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import sklearn
from numpy.typing import NDArray
from scipy.special import expit
from sklearn.base import clone
from threadpoolctl import threadpool_limits

from givesell._version import __version__
from givesell.core.fingerprints import fingerprints_of
from givesell.core.manifest import checked_record
from givesell.core.model import Model
from givesell.errors import ArgumentError, ArgumentTypeError
from givesell.estimators.calibrated import (
    CalibratedScores,
    SidedLogisticRegression,
    Sides,
    sided,
    weight_parameter,
)
from givesell.estimators.deep import DeepClassifier
from givesell.estimators.network.classifier import NetworkClassifier
from givesell.estimators.pipelines import make_pipeline
from givesell.estimators.vectorizer import PostVectorizer
from givesell.labelled.groups import group_keys
from givesell.labelled.ranges import check_ranges
from givesell.labelled.read import FEWEST, Labelled, labelled
from givesell.learn.adapt import (
    FEWEST_TO_ADAPT,
    STRENGTH,
    AdaptedClassifier,
    Base,
    calibrate_towards,
)
from givesell.learn.calibrate import PRIOR, fit_sides, fit_sigmoid
from givesell.learn.checks import (
    SEEN,
    adapted,
    another_prior,
    check,
    flattering,
    from_scratch,
    seen_by_base,
    unweighted,
    warn_of_base,
)
from givesell.learn.crossval import fold_numbers, out_of_fold
from givesell.learn.drift_baseline import reference
from givesell.learn.facets import facet_quality, fit_head
from givesell.learn.fit import fit_estimator
from givesell.learn.grid_search import recorded, search
from givesell.learn.report import TrainingReport
from givesell.learn.teacher import Judged
from givesell.measure.thresholds import sure_thresholds
from givesell.measure.training_figures import measure
from givesell.show.words import keepable

# posts beyond which memory counts for more than time: folds one at a time, and a solver that copies
# nothing
MANY = 200_000
_LONGEST = 200  # characters of an argument in the call that the card shows
ENOUGH_FOR_THRESHOLDS = 1000  # posts; an adapted model of fewer keeps its base's thresholds


def train(
    data: Any,
    labels: Any = None,
    *,
    text: Any = None,
    label: Any = "label",
    groups: Any = None,
    weight: Any = None,
    certainty: Any = "certainty",
    label_mapping: Mapping[Any, str | None] | None = None,
    base: Any = None,
    classifier: Any = None,
    tune: bool | Mapping[str, Sequence[Any]] = False,
    calibrate: bool = True,
    facet: str | None = None,
    also: Iterable[tuple[Any, float]] = (),
    unlabelled: Any = None,
    teacher: Any = None,
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

    The posts are checked first; ``model.report`` says what was found and what was done about it.
    The model is measured and calibrated out of fold: with ``groups``, on groups that the fold's
    model has never seen, and never on a copy of a post that it trained on. Calibration is a
    sigmoid, folded into the weights. The same data and seed give the same bytes.

    Parameters
    ----------
    data : table, path, list of paths; or a sequence or column of posts, with ``labels``
        Posts labelled ``"giving"`` or ``"selling"``. A table of pandas, Polars or Arrow, a dict of
        columns, a list of dicts; a file of any kind that `givesell.read_archive` reads, or what
        that returns.
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
    weight : str, or sequence of float of shape (n,), optional
        How much each post counts in training: a column, or values.
    certainty : str, or sequence of shape (n,), optional
        Column that says ``clear`` or not, where there is one.
    label_mapping : mapping, optional
        From other labels to ``"giving"`` or ``"selling"``, such as ``{"promo": "selling"}``; None
        leaves such posts out.
    base : str, path or Model, optional
        A model to start from, such as ``"givesell-en"``: its weights are where the fit starts and
        what holds it back, so that twenty posts of one's own are enough to gain from. Features are
        those of the base; the network of a deep one stays as it is.
    classifier : estimator, optional
        A scikit-learn classifier of one's own. A linear one becomes weights; any other scores
        through scikit-learn (`givesell.estimators.pipelined.ScikitLearnKind`).
    tune : bool or mapping, default False
        Search `givesell.learn.grid_search.GRIDS`, or the given grid of pipeline parameters, by log
        loss on folds split as the headline.
    calibrate : bool, default True
        Whether to fit probabilities out of fold; otherwise the classifier's own scores are taken
        for log-odds.
    facet : str, optional
        Column of facets (`givesell.verdict.FACETS`), for verdicts to tell them.
    also : iterable of (DataFrame or path, weight)
        Posts to train on but not to measure on.
    unlabelled : DataFrame or path, optional
        Posts without labels, with the columns ``text`` and the first of ``groups``, that a teacher
        has judged.
    teacher : path, optional
        What it said of them, as `givesell.learn.teacher.write_views` wrote it. Each fold learns
        from a view of the teacher that has seen nothing of what the fold is measured on.
    features : PostVectorizer, optional
    network : NetworkClassifier, optional
        Makes a deep model: this network is trained too, and its log-odds are added, each in the
        measure that the calibration finds.
    C : float, default 10
        Inverse strength of regularisation.
    strength : float, default 10
        With ``base``: how far weights may leave the base's.
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
        but who has a text can tell whether it was among them.
    name : str
    licence : str, optional
        Of the posts, for the card.
    command : str, optional
        What remakes the model, for its card.
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
        If a number is outside the range that `givesell.labelled.ranges` says.
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
    command = command or _call(locals())
    say = progress or (lambda _: None)
    _compatible(
        base=base, classifier=classifier, network=network, teacher=teacher, features=features
    )
    check_ranges(C=C, strength=strength, borderline_weight=borderline_weight, precision=precision)
    if prior is not None:
        check_ranges(prior=prior)
    checked_record({"name": name, "training": {} if licence is None else {"licence": licence}})
    start = None if base is None else Base.named(base)
    if prior is None:
        prior = (
            PRIOR
            if start is None
            else float(start.model.info.get("calibration", {}).get("prior", PRIOR))
        )
    posts = labelled(
        data,
        labels,
        text=text,
        label=label,
        groups=groups,
        weight=weight,
        certainty=certainty,
        label_mapping=label_mapping,
        borderline_weight=borderline_weight,
        also=also,
        facet=facet,
        fewest=FEWEST if start is None else FEWEST_TO_ADAPT,
    )
    judged = _judged(teacher, unlabelled, posts, text if isinstance(text, str) else None)
    say("checking the posts")
    # A teacher's views are tied to the posts and folds they were made for.
    posts = check(posts, act=judged is None)
    findings = [*posts.findings, *(another_prior(posts, prior) if calibrate else [])]
    if start is not None:
        findings += seen_by_base(start.model, posts)
        warn_of_base(start.model, posts, stacklevel=2)
    elif network is None:
        findings += from_scratch(len(posts.posts))
    schemes: list[str | None] = [*posts.groups, None]
    many = len(posts.posts) > MANY and judged is None
    n_jobs = 1 if many else n_jobs
    main: Any = make_pipeline(
        features,
        C=C,
        random_state=random_state,
        classifier=classifier,
        solver="lbfgs" if many else "liblinear",
    )
    if start is not None:
        main = AdaptedClassifier(start, strength, prior)
    elif (
        classifier is not None
        and weight_parameter(classifier) is None
        and len(np.unique(posts.weight)) > 1
    ):
        findings.append(unweighted(classifier, posts))
    tuning = None
    if tune:
        main, tuning, finding = search(
            main,
            posts,
            schemes[0],
            None if tune is True else tune,
            seed=random_state,
            n_jobs=n_jobs,
            say=say,
        )
        findings.append(finding)
    estimators: list[Any] = [main]
    if network is not None:
        estimators.append(clone(network).set_params(random_state=random_state))
    scores = {}
    for scheme in schemes:
        say(f"cross-validating, folds {_describe(scheme)}")
        found = [
            out_of_fold(estimator, posts, scheme, seed=random_state, n_jobs=n_jobs, judged=judged)
            for estimator in estimators
        ]
        scores[scheme] = np.column_stack(found)
    kept = ~np.isnan(scores[schemes[0]][:, 0])
    slopes, offset, sides = _calibration(list(scores.values()), posts, prior, start, calibrate)
    p = {scheme: expit(sided(found @ slopes + offset, sides)) for scheme, found in scores.items()}
    if start is not None and kept.sum() < ENOUGH_FOR_THRESHOLDS:
        thresholds = start.model.thresholds
    else:
        thresholds = sure_thresholds(p[schemes[0]][kept], posts.selling[kept], precision)
    if facet is not None:
        say(f"cross-validating facets, folds {_describe(schemes[0])}")
        own_features = PostVectorizer(
            **(main.named_steps["features"] if start is None else start.features).get_params()
        )
        quality = facet_quality(
            own_features,
            posts,
            schemes[0],
            p[schemes[0]],
            seed=random_state,
            n_jobs=n_jobs,
            judged=judged,
        )
    say("fitting on all posts")
    every = np.arange(len(posts.posts))
    with threadpool_limits(1, user_api="blas"):  # more threads change the last digits
        fitted = [fit_estimator(estimator, posts, every, judged) for estimator in estimators]
    whole = _whole(estimators, fitted, slopes, offset, sides)
    metrics = {
        _describe(scheme): _measure(posts, p[scheme], scheme, thresholds, random_state)
        for scheme in schemes
    }
    if not any(finding.check == SEEN for finding in findings):
        findings += flattering(*next(iter(metrics.items())))
    if start is not None:
        as_is = np.where(posts.measured, start.model.score(posts.posts).astype(np.float64), np.nan)
        as_is[posts.measured & np.isnan(as_is)] = 0.5
        metrics[f"{start.model.info['name']} as it is"] = _measure(
            posts, as_is, schemes[0], start.model.thresholds, random_state
        )
        findings.append(adapted(start.model, fitted[0], len(every)))
    info: dict[str, Any] = {
        "name": name,
        "calibration": {
            "method": (
                "sigmoid, folded into the weights, then a factor for each side of the decision"
            ),
            "folds": _describe(schemes[0]),
            "prior": prior,
            "slopes": [round(float(slope), 6) for slope in slopes],
            "offset": round(offset, 6),
            "sure_precision": precision,
        },
        "training": {
            "posts": len(posts.posts),
            "selling": int(posts.selling.sum()),
            "files": posts.ledger,
            **({} if judged is None else {"judged": judged.ledger}),
            **_settings(main, start, C, tuning),
            **(
                {}
                if network is None
                else {
                    "network": {
                        name: value
                        for name, value in network.get_params().items()
                        if name != "vectors"
                    }
                }
            ),
            "borderline_weight": borderline_weight,
            "random_state": random_state,
            **({} if licence is None else {"licence": licence}),
            "checks": [finding.to_dict() for finding in findings],
        },
        "metrics": metrics,
        "versions": {
            "givesell": __version__,
            "python": platform.python_version(),
            "scikit-learn": sklearn.__version__,
            "numpy": np.__version__,
        },
    }
    vectorizer = main.named_steps["features"] if start is None else start.features
    known = reference(
        vectorizer,
        posts,
        p[schemes[0]],
        groups=schemes[0],
        judged=judged,
        fixed=start is not None,
        seed=random_state,
    )
    info["drift"] = known
    if not calibrate:
        del info["calibration"]
    head = None if start is None else start.model.facet_head
    if head is not None:
        info["facets"] = {"of": start.model.info["name"]} if start is not None else {}
    if facet is not None:
        with threadpool_limits(1, user_api="blas"):
            head = fit_head(
                fitted[0].named_steps["features"] if start is None else start.features, posts, every
            )
        info["facets"] = {"folds": _describe(schemes[0]), **quality}
    info["command"] = command
    numbers = fold_numbers(posts, schemes[0], random_state)
    report = TrainingReport(
        name, findings, metrics, _out_of_fold(posts, p[schemes[0]], numbers, schemes[0]), tuning
    )
    model = Model.from_pipeline(whole, thresholds=thresholds, info=info, facets=head)
    model = model.with_report(report)
    return model.with_fingerprints(_learned(posts, start)) if fingerprints else model


def _learned(posts: Labelled, start: Base | None) -> NDArray[np.uint64]:
    """Return the fingerprints of the posts that a model has learned from, those of its base too."""
    own = fingerprints_of(posts.posts[posts.weight > 0])
    known = None if start is None else start.model.fingerprints
    return own if known is None else np.union1d(own, known)


def _call(given: dict[str, Any]) -> str:
    """Return the call of `train` as code, without what changes nothing; data are named by their
    kind.
    """
    words = []
    for name, parameter in inspect.signature(train).parameters.items():
        value = given[name]
        if name in ("n_jobs", "progress", "command") or (
            name != "data" and _same(value, parameter.default)
        ):
            continue
        if isinstance(value, Model):
            value = value.info["name"]
        elif isinstance(value, Path):
            value = value.name
        plain = isinstance(value, str | int | float | Mapping) or (
            isinstance(value, list | tuple) and len(repr(value)) < _LONGEST
        )
        shown = " ".join(repr(value).split()) if plain or hasattr(value, "get_params") else "..."
        words.append(f"{name if name == 'data' else f'{name}={shown}'}")
    return f"givesell.train({', '.join(words)})"


def _same(value: Any, default: Any) -> bool:
    return value is default or (
        isinstance(value, str | int | float | tuple)
        and type(value) is type(default)
        and value == default
    )


def _compatible(**given: Any) -> None:
    """Refuse arguments that exclude each other."""
    for one, other in (
        ("base", "classifier"),
        ("base", "network"),
        ("base", "teacher"),
        ("base", "features"),
        ("classifier", "network"),
        ("classifier", "teacher"),
    ):
        if given[one] is not None and given[other] is not None:
            raise ArgumentError("E317", one=one, other=other)


def _calibration(
    scores: list[NDArray[np.float64]],
    posts: Labelled,
    prior: float,
    start: Base | None,
    calibrate: bool,
) -> tuple[NDArray[np.float64], float, Sides]:
    """Return slopes, an offset and sides for the out-of-fold scores, shape (n, n_models), of each
    way to make folds.

    The first decides what is selling. How sure to be of it is told by the first and the last, which
    is of posts drawn at random: a stream holds sources that the model knows as well as others.
    """
    measured = [
        (found[kept], posts.selling[kept]) for found in scores for kept in [~np.isnan(found[:, 0])]
    ]
    first, selling = measured[0]
    if start is not None:
        own: Sides = start.model.linear.slopes
        if not calibrate:
            return np.ones(1), 0.0, own
        return calibrate_towards(
            first[:, 0], selling, posts.weight[~np.isnan(scores[0][:, 0])], prior, own
        )
    if not calibrate:
        return np.ones(first.shape[1]), 0.0, (1.0, 1.0)
    slopes, offset = fit_sigmoid(first, selling, prior)
    ends = measured if len(measured) == 1 else [measured[0], measured[-1]]
    return (
        slopes,
        offset,
        fit_sides(*[(found @ slopes + offset, selling) for found, selling in ends]),
    )


def _whole(
    estimators: list[Any],
    fitted: list[Any],
    slopes: NDArray[np.float64],
    offset: float,
    sides: Sides,
) -> Any:
    """Return the fitted parts as one estimator with calibrated log-odds."""
    if isinstance(fitted[0], AdaptedClassifier):
        return fitted[0].whole(slopes[0], offset, sides)
    classifier = fitted[0].named_steps["classifier"]
    if isinstance(classifier, CalibratedScores):
        classifier.calibrate(slopes[0], offset, sides)
        return fitted[0]
    classifier.coef_ = classifier.coef_ * slopes[0]
    classifier.intercept_ = classifier.intercept_ * slopes[0] + offset
    if len(fitted) == 1:
        fitted[0].steps[-1] = ("classifier", SidedLogisticRegression.of(classifier, sides))
        return fitted[0]
    fitted[1].rescale(slopes[1])
    return DeepClassifier(*estimators).joined(fitted[0], fitted[1], sides)


def _settings(main: Any, start: Base | None, C: float, tuning: Any) -> dict[str, Any]:
    """Return what the manifest records of how the model was fitted."""
    tuned = (
        {}
        if tuning is None
        else {"tuned": dict(tuning.attrs["chosen"]), "tuning": recorded(tuning)}
    )
    if start is not None:
        return {
            "base": {
                "name": start.model.name,
                "posts": start.features.n_posts_,
                **({} if start.model.digest is None else {"sha256": start.model.digest}),
            },
            "strength": main.strength,
            **tuned,
        }
    classifier = main.named_steps["classifier"]
    if isinstance(classifier, CalibratedScores):
        return {"classifier": " ".join(repr(classifier.classifier).split()), **tuned}
    return {"C": classifier.C if tuned else C, **tuned}


def _out_of_fold(
    posts: Labelled, p: NDArray[np.float64], numbers: NDArray[np.int64], scheme: str | None
) -> pd.DataFrame:
    """Return out-of-fold probabilities on the caller's index."""
    kept = np.flatnonzero(posts.measured)
    table: dict[str, Any] = {"selling": p[kept], "fold": numbers[kept], "label": posts.labels[kept]}
    if scheme is not None:
        table["group"] = list(map(keepable, posts.groups[scheme][kept]))
    return pd.DataFrame(table, index=posts.index[kept])


def _judged(teacher: Any, unlabelled: Any, posts: Labelled, text: str | None) -> Judged | None:
    if teacher is None and unlabelled is None:
        return None
    if teacher is None:
        raise ArgumentTypeError(
            "E206",
            argument="teacher",
            expected="a file of what a teacher said of the unlabelled posts",
            type="None",
        )
    if unlabelled is None or not posts.groups:
        raise ArgumentTypeError(
            "E206",
            argument="unlabelled",
            expected="the posts that the teacher judged, and groups a column",
            type="None",
        )
    return Judged.read(teacher, unlabelled, posts, text=text, groups=next(iter(posts.groups)))


def _measure(
    posts: Labelled, p: Any, scheme: str | None, thresholds: tuple[float, float], seed: int
) -> dict[str, Any]:
    kept = ~np.isnan(p)
    keys = np.arange(len(posts.posts)) if scheme is None else group_keys(posts.groups[scheme])
    return measure(
        posts.selling[kept],
        p[kept],
        clear=posts.clear[kept],
        groups=keys[kept],
        thresholds=thresholds,
        seed=seed,
    )


def _describe(scheme: str | None) -> str:
    return "drawn at random" if scheme is None else f"split by {scheme}"
