"""`train`: labelled posts to a calibrated model with its honest measurements."""

import platform
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import numpy as np
import sklearn
from scipy.special import expit
from sklearn.base import clone
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import Pipeline
from threadpoolctl import threadpool_limits

from givesell._version import __version__
from givesell.calibrated import SidedLogisticRegression, sided
from givesell.errors import ArgumentTypeError
from givesell.features import PostVectorizer
from givesell.model import Model
from givesell.network.classifier import NetworkClassifier
from givesell.network.deep import DeepClassifier
from givesell.training.calibrate import fit_sides, fit_sigmoid, sure_thresholds
from givesell.training.crossval import group_keys, out_of_fold
from givesell.training.data import Labelled, labelled
from givesell.training.distill import Judged
from givesell.training.facets import facet_quality, fit_head
from givesell.training.fit import fit_estimator
from givesell.training.metrics import measure
from givesell.training.reference import reference


def make_pipeline(features: PostVectorizer | None = None, *, C: float = 10.0, random_state: int = 0) -> Pipeline:
    """Return the unfitted pipeline that `train` fits.

    Parameters
    ----------
    features : PostVectorizer, optional
    C : float, default 10
        Inverse strength of regularisation.
    random_state : int

    Returns
    -------
    sklearn.pipeline.Pipeline
        Steps ``features`` and ``classifier``.

    Examples
    --------
    >>> [name for name, _ in make_pipeline().steps]
    ['features', 'classifier']
    """
    classifier = LogisticRegression(C=C, class_weight="balanced", solver="liblinear", random_state=random_state)
    return Pipeline([("features", PostVectorizer() if features is None else features), ("classifier", classifier)])


def train(
    data: Any,
    *,
    text: str = "text",
    label: str = "label",
    groups: str | Sequence[str] | None = None,
    certainty: str | None = "certainty",
    facet: str | None = None,
    also: Iterable[tuple[Any, float]] = (),
    unlabelled: Any = None,
    teacher: Any = None,
    features: PostVectorizer | None = None,
    network: NetworkClassifier | None = None,
    C: float = 10.0,
    borderline_weight: float = 0.4,
    prior: float = 0.3,
    precision: float = 0.92,
    name: str = "unnamed",
    command: str | None = None,
    random_state: int = 0,
    n_jobs: int | None = -1,
    progress: Callable[[str], None] | None = None,
) -> Model:
    """Train a model on labelled posts.

    The model is measured and calibrated out of fold: with ``groups``, on groups that the fold's model has
    never seen. Calibration is a sigmoid, folded into the weights. The same data and seed give the same bytes.

    Parameters
    ----------
    data : pandas.DataFrame, path, or list of paths
        Posts labelled ``"giving"`` or ``"selling"``.
    text, label : str
        Columns.
    groups : str or sequence of str, optional
        Columns that keep related posts together, such as source or author. The first is what the
        calibration and the headline are split by; the others are reported too.
    certainty : str, optional
        Column that says ``clear`` or not, where there is one.
    facet : str, optional
        Column of facets (`givesell.verdict.FACETS`), for verdicts to tell them.
    also : iterable of (DataFrame or path, weight)
        Posts to train on but not to measure on.
    unlabelled : DataFrame or path, optional
        Posts without labels, with the columns ``text`` and the first of ``groups``, that a teacher has judged.
    teacher : path, optional
        What it said of them, as `givesell.training.distill.write_views` wrote it. Each fold learns from a view of the teacher that
        has seen nothing of what the fold is measured on.
    features : PostVectorizer, optional
    network : NetworkClassifier, optional
        Makes a deep model: this network is trained too, and its log-odds are added, each in the measure that the calibration finds.
    C : float, default 10
        Inverse strength of regularisation.
    borderline_weight : float, default 0.4
        Weight of posts that are not clear.
    prior : float, default 0.3
        Share of selling posts in the stream that labels are decided for: where a sigmoid fitted for such a stream crosses one half.
        Probabilities on both sides of that are calibrated for the mix of the posts measured.
    precision : float, default 0.92
        Out-of-fold precision of both labels among the verdicts called sure.
    name : str
    command : str, optional
        What remakes the model, for its card.
    random_state : int
    n_jobs : int, optional
        Threads.
    progress : callable, optional
        Called with a line of text as each step is done.

    Returns
    -------
    Model
        Its ``info`` holds the training ledger and the metrics.

    Raises
    ------
    DataError
        If a column is missing, a label unknown, or there are too few posts or groups.
    FileError
        If a file cannot be read.

    Examples
    --------
    >>> import pandas as pd
    >>> giving, selling = ["Thanks for the help", "Has anyone tried this?"], ["Buy it now, 20% off", "DM to order"]
    >>> frame = pd.DataFrame({"text": 10 * (giving + selling), "label": 10 * (2 * ["giving"] + 2 * ["selling"])})
    >>> train(frame).classify("Thanks!").label
    'giving'
    """
    say = progress or (lambda _: None)
    posts = labelled(
        data, text=text, label=label, groups=groups, certainty=certainty, borderline_weight=borderline_weight, also=also, facet=facet
    )
    estimators: list[Any] = [make_pipeline(features, C=C, random_state=random_state)]
    if network is not None:
        estimators.append(clone(network).set_params(random_state=random_state))
    schemes: list[str | None] = [*posts.groups, None]
    judged = _judged(teacher, unlabelled, posts, text)
    scores = {}
    for scheme in schemes:
        say(f"cross-validating, folds {_describe(scheme)}")
        found = [out_of_fold(estimator, posts, scheme, seed=random_state, n_jobs=n_jobs, judged=judged) for estimator in estimators]
        scores[scheme] = np.column_stack(found)
    kept = ~np.isnan(scores[schemes[0]][:, 0])
    slopes, offset = fit_sigmoid(scores[schemes[0]][kept], posts.selling[kept], prior)
    sides = fit_sides(scores[schemes[0]][kept] @ slopes + offset, posts.selling[kept])
    p = {scheme: expit(sided(found @ slopes + offset, sides)) for scheme, found in scores.items()}
    thresholds = sure_thresholds(p[schemes[0]][kept], posts.selling[kept], precision)
    if facet is not None:
        say(f"cross-validating facets, folds {_describe(schemes[0])}")
        quality = facet_quality(
            estimators[0].named_steps["features"], posts, schemes[0], p[schemes[0]], seed=random_state, n_jobs=n_jobs, judged=judged
        )
    say("fitting on all posts")
    every = np.arange(len(posts.posts))
    with threadpool_limits(1, user_api="blas"):  # more threads change the last digits
        fitted = [fit_estimator(estimator, posts, every, judged) for estimator in estimators]
    classifier = fitted[0].named_steps["classifier"]
    classifier.coef_ = classifier.coef_ * slopes[0]
    classifier.intercept_ = classifier.intercept_ * slopes[0] + offset
    if network is None:
        fitted[0].steps[-1] = ("classifier", SidedLogisticRegression.of(classifier, sides))
    else:
        fitted[1].rescale(slopes[1])
    info = {
        "name": name,
        "calibration": {
            "method": "sigmoid, folded into the weights, then a factor for each side of the decision",
            "folds": _describe(schemes[0]),
            "prior": prior,
            "slopes": [round(float(slope), 6) for slope in slopes],
            "offset": round(offset, 6),
            "sides": list(sides),
            "sure_precision": precision,
        },
        "training": {
            "posts": len(posts.posts),
            "selling": int(posts.selling.sum()),
            "files": posts.ledger,
            **({} if judged is None else {"judged": judged.ledger}),
            "C": C,
            **({} if network is None else {"network": {name: value for name, value in network.get_params().items() if name != "vectors"}}),
            "borderline_weight": borderline_weight,
            "random_state": random_state,
        },
        "metrics": {_describe(scheme): _measure(posts, p[scheme], scheme, thresholds, random_state) for scheme in schemes},
        "versions": {
            "givesell": __version__,
            "python": platform.python_version(),
            "scikit-learn": sklearn.__version__,
            "numpy": np.__version__,
        },
    }
    vectorizer = estimators[0].named_steps["features"]
    info["drift"] = reference(vectorizer, posts, p[schemes[0]], groups=schemes[0], judged=judged, seed=random_state)
    head = None
    if facet is not None:
        with threadpool_limits(1, user_api="blas"):
            head = fit_head(fitted[0].named_steps["features"], posts, every)
        info["facets"] = {"folds": _describe(schemes[0]), **quality}
    if command:
        info["command"] = command
    whole = fitted[0] if network is None else DeepClassifier(*estimators).joined(fitted[0], fitted[1], sides)
    return Model.from_pipeline(whole, thresholds=thresholds, info=info, facets=head)


def _judged(teacher: Any, unlabelled: Any, posts: Labelled, text: str) -> Judged | None:
    if teacher is None and unlabelled is None:
        return None
    if teacher is None:
        raise ArgumentTypeError("E206", argument="teacher", expected="a file of what a teacher said of the unlabelled posts", type="None")
    if unlabelled is None or not posts.groups:
        raise ArgumentTypeError(
            "E206", argument="unlabelled", expected="the posts that the teacher judged, and groups a column", type="None"
        )
    return Judged.read(teacher, unlabelled, posts, text=text, groups=next(iter(posts.groups)))


def _measure(posts: Labelled, p: Any, scheme: str | None, thresholds: tuple[float, float], seed: int) -> dict[str, Any]:
    kept = ~np.isnan(p)
    keys = np.arange(len(posts.posts)) if scheme is None else group_keys(posts.groups[scheme])
    return measure(posts.selling[kept], p[kept], clear=posts.clear[kept], groups=keys[kept], thresholds=thresholds, seed=seed)


def _describe(scheme: str | None) -> str:
    return "drawn at random" if scheme is None else f"split by {scheme}"
