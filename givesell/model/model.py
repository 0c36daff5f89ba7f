"""`Model`: a trained model, which scores posts and is saved and loaded as data."""

import copy
import os
import warnings
from collections.abc import Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self, overload

import msgspec
import numpy as np
from numpy.typing import NDArray

from givesell._version import __version__
from givesell.core.artifact import (
    MANIFEST,
    check_path,
    check_target,
    parse_artifact,
    read_artifact,
    write_artifact,
)
from givesell.core.calibration import Slopes
from givesell.core.contents import contents_of, tensors_of
from givesell.core.convolution import score_sequences
from givesell.core.fingerprints import among
from givesell.core.fused import NO_FACET, FusedScorer
from givesell.core.golden import check_golden, golden_predictions
from givesell.core.kind import Kind, Tensors
from givesell.core.known_ngrams import KnownNgrams
from givesell.core.manifest import Manifest, Read
from givesell.core.model_arrays import Facets, Linear, ReadTwice, Scored, Weights
from givesell.core.record import carried_record, full_record, without_defining, without_sure
from givesell.core.report import Report
from givesell.core.second_look import Reader, SecondLookKind
from givesell.core.sections import MOST_NAME, SecondLook, Thresholds
from givesell.core.sequences import sequences
from givesell.core.shipped import name_at
from givesell.core.weights import FacetHead, facets_of
from givesell.errors import ArgumentError, ArgumentTypeError, ArtifactError, HintWarning
from givesell.text.posts import LONGEST, as_sequence, is_missing, is_text, table_like
from givesell.types import ArrowColumn, PathLike, PlainPosts, PolarsColumn, Post, PostsLike, Stream
from givesell.verdict import (
    GIVING,
    SELLING,
    THRESHOLD,
    Scores,
    Status,
    Verdict,
    is_selling,
    is_sure,
)

if TYPE_CHECKING:
    import pandas as pd
    import polars as pl
    import pyarrow as pa
    from sklearn.pipeline import Pipeline

    from givesell.estimators.deep import DeepClassifier

_LABEL_NAMES = np.array([GIVING, SELLING, None], dtype=object)
_STATUSES = tuple(status.text for status in Status)
_STATUS_NAMES = np.array(_STATUSES, dtype=object)


class Model:
    """A trained model.

    Made by `givesell.load`, `givesell.train` or `Model.from_pipeline`. It is immutable, and safe to
    share between threads, to pickle and to use after a fork.

    Parameters
    ----------
    kind : Kind
        What scores posts; see `givesell.core.kind`.
    thresholds : tuple of float
        ``(low, high)``: a verdict is sure where the probability of ``selling`` is at most ``low``
        or at least ``high``.
    info : mapping, optional
        More to record in the manifest, such as name, training and metrics; see
        `givesell.core.manifest`. Other fields may hold numbers, text, and lists and dicts of them.
    facets : FacetHead, optional
        A head that recognises the facets of posts.

    Raises
    ------
    ArgumentError
        If weights are not finite or their shapes do not fit together, or something cannot be
        recorded.

    Examples
    --------
    >>> import givesell
    >>> model = givesell.load()
    >>> model.classify("Thanks so much, that fixed it!").label
    'giving'
    """

    def __init__(
        self,
        kind: Kind,
        *,
        thresholds: tuple[float, float],
        info: Mapping[str, Any] | None = None,
        facets: FacetHead | None = None,
    ) -> None:
        if facets is not None and kind.facet_names:
            raise ArgumentError(
                "E206",
                argument="facets",
                expected=f"None for a model of the kind {kind.name!r}, which tells them itself",
                given="a FacetHead",
            )
        self._kind = kind
        self._facet_head = facets
        self._facets = None if facets is None else facets_of(facets, kind.known)
        names = facets.names if facets else kind.facet_names
        self._facet_names = np.array([*names, None], dtype=object)
        self._thresholds = _pair(thresholds)
        self._record = carried_record(info)
        self._fingerprints: NDArray[np.uint64] | None = None
        self._digest: str | None = None
        self._report: Report | None = None
        self._given_pipeline: Any = None

    def __getstate__(self) -> dict[str, Any]:
        return self.__dict__.copy()  # other threads may add what is computed once

    @classmethod
    def from_pipeline(
        cls,
        pipeline: "Pipeline | DeepClassifier",
        *,
        thresholds: tuple[float, float] = (0.2, 0.8),
        info: Mapping[str, Any] | None = None,
        facets: FacetHead | None = None,
    ) -> Self:
        """Make a model of a fitted scikit-learn pipeline.

        Parameters
        ----------
        pipeline : sklearn.pipeline.Pipeline, DeepClassifier or PostClassifier
            A `givesell.estimators.vectorizer.PostVectorizer`, then a linear classifier with
            logistic probabilities, fitted on the labels ``"giving"`` and ``"selling"``, or a
            `givesell.estimators.calibrated.CalibratedScores` of any classifier; or a fitted
            `givesell.estimators.deep.DeepClassifier`; or a fitted
            `givesell.estimators.convert.PostClassifier`, which becomes a kind of its own.
        thresholds : tuple of float, default (0.2, 0.8)
        info : mapping, optional
        facets : FacetHead, optional
            Ignored if the classifier is not a weighted sum of features.

        Returns
        -------
        Model

        Raises
        ------
        ArgumentTypeError
            If the pipeline has other steps.

        Examples
        --------
        >>> from givesell.datasets import load_posts
        >>> from givesell.estimators.pipelines import make_pipeline
        >>> posts = load_posts()
        >>> Model.from_pipeline(make_pipeline().fit(posts["text"], posts["label"])).classify(
        ...     "Thanks for the help!"
        ... ).label
        'giving'
        """
        from givesell.estimators.convert import kind_of

        kind, shown = kind_of(pipeline)
        # The head runs in the compiled pass, which a kind without weights does not use.
        usable = facets if kind.can_explain else None
        model = cls(kind, thresholds=thresholds, info=info, facets=usable)
        model._given_pipeline = shown
        return model

    @cached_property
    def pipeline(self) -> "Pipeline | DeepClassifier":
        """The same model as a fitted scikit-learn ``Pipeline``, or a `DeepClassifier`.

        A model trained with your own linear classifier has that one, calibrated; once saved and
        loaded it has a logistic regression with the same weights.

        Its probabilities equal those of `score` to 3e-8, and 5e-8 times the sum of the absolute
        parts of a post's log-odds (times the larger of the model's two `slopes`): both
        round each part to single precision. That is less than 1e-6 for parts that sum to 19, as
        those of posts of unit length do; without ``norm="l2"``, or with a very large ``C``, parts
        can sum to more.
        """
        if self._given_pipeline is not None:
            return self._given_pipeline
        from givesell.estimators.convert import pipeline_of

        return pipeline_of(self._kind, posts=self.manifest.training.posts)

    @property
    def kind(self) -> Kind:
        """What scores posts, and its capabilities; see `givesell.core.kind.Kind`.

        Examples
        --------
        >>> import givesell
        >>> kind = givesell.load("givesell-en-deep").kind
        >>> kind.name, kind.can_explain, kind.can_be_adapted
        ('deep', True, True)
        """
        return self._kind

    @property
    def weights(self) -> Weights:
        """The parts of the log-odds, as the compiled code takes them.

        Raises
        ------
        ArtifactError
            E320 if the log-odds are not a sum of parts.
        """
        weights = self._kind.weights
        if weights is None:
            raise ArtifactError("E320", name=self.name, classifier=str(self._kind))
        return weights

    @property
    def scorer(self) -> FusedScorer:
        """The `weights` and the `facets`, if there are any, as posts are scored by them.

        Raises
        ------
        ArtifactError
            E320 as `weights`.
        """
        if self._scorer is None:
            raise ArtifactError("E320", name=self.name, classifier=str(self._kind))
        return self._scorer

    @cached_property
    def _scorer(self) -> FusedScorer | None:
        """None where scores are no sum of parts."""
        return None if self._kind.weights is None else self._kind.scorer(self._facets)

    @property
    def linear(self) -> Linear:
        """The weights of n-grams, as the compiled code takes them; see `weights`."""
        return self.weights.linear

    @property
    def known(self) -> KnownNgrams:
        """The n-grams that the model knows, without their weights."""
        return self._kind.known

    @property
    def slopes(self) -> Slopes:
        """The two-sided calibration of the log-odds; see `givesell.core.calibration`."""
        return self._kind.slopes

    @property
    def facets(self) -> Facets | None:
        """The facet head as the compiled code takes it."""
        return self._facets

    @property
    def has_facets(self) -> bool:
        """Whether verdicts say which kind of giving or selling a post is.

        Examples
        --------
        >>> import givesell
        >>> givesell.load().has_facets
        True
        """
        return len(self._facet_names) > 1

    @property
    def tells_facets(self) -> bool:
        """`has_facets` by its name in 0.1.0. Deprecated."""
        message = "Model.tells_facets is deprecated: use has_facets"
        warnings.warn(message, DeprecationWarning, stacklevel=2)
        return self.has_facets

    @property
    def digest(self) -> str | None:
        """The SHA-256 of a loaded artifact's weights; None for a model made in this process.

        Examples
        --------
        >>> import givesell
        >>> len(givesell.load().digest)
        64
        """
        return self._digest

    def network_log_odds(self, posts: Sequence[Post]) -> NDArray[np.float64]:
        """Return what the network of a deep model adds to the log-odds of posts, shape (n,); zeros
        without one.

        Examples
        --------
        >>> import givesell
        >>> givesell.load().network_log_odds(["Thanks!"])
        array([0.])
        """
        weights = self._kind.weights
        if weights is None or weights.network is None:
            return np.zeros(len(posts))
        return np.asarray(score_sequences(weights.network, *sequences(posts)))

    @property
    def report(self) -> Report | None:
        """What training checked, did and measured, a `givesell.learn.report.TrainingReport`; None
        for a loaded model.
        """
        return self._report

    @property
    def facet_head(self) -> FacetHead | None:
        """The head that recognises the facets of posts; None if the model has none."""
        return self._facet_head

    def with_report(self, report: Report) -> Self:
        """Return the same model with a report."""
        model = self._copied()
        model._report = report
        return model

    @property
    def fingerprints(self) -> NDArray[np.uint64] | None:
        """Hashes of the posts that the model was trained on, ascending, shape (m,); None if
        none were recorded.
        """
        return self._fingerprints

    def with_fingerprints(self, fingerprints: NDArray[np.uint64] | None) -> Self:
        """Return the same model with the fingerprints of its training posts.

        Parameters
        ----------
        fingerprints : ndarray of uint64, shape (m,), or None
            Ascending, each once, as `givesell.core.fingerprints.fingerprints_of` makes them.

        Returns
        -------
        Model

        Raises
        ------
        ArgumentError
            If they do not ascend.
        """
        model = self._copied()
        if fingerprints is not None and (
            not len(fingerprints) or not (fingerprints[1:] > fingerprints[:-1]).all()
        ):
            raise ArgumentError(
                "E206",
                argument="fingerprints",
                expected="ascending, and at least one",
                given=f"{len(fingerprints):,}",
            )
        model._fingerprints, model._digest = fingerprints, None
        return model

    def trained_on(self, posts: PostsLike) -> NDArray[np.bool_]:
        """Return which posts the model was trained on, by their words; capitals, spaces, links and
        handles make no difference.

        Parameters
        ----------
        posts : sequence or column of str

        Returns
        -------
        ndarray of bool, shape (n,)
            All False if the model has no fingerprints.

        Examples
        --------
        >>> import givesell
        >>> from givesell.datasets import load_posts
        >>> posts = load_posts()
        >>> model = givesell.train(posts.head(200))
        >>> model.trained_on(posts["text"].head(201)).sum()
        np.int64(200)
        """
        read = as_sequence(posts)
        if self._fingerprints is None:
            return np.zeros(len(read), bool)
        return among(read, self._fingerprints)

    @property
    def thresholds(self) -> tuple[float, float]:
        """``(low, high)``: a verdict is sure where the probability of ``selling`` is at most
        ``low`` or at least ``high``.
        """
        return self._thresholds

    def with_thresholds(self, thresholds: tuple[float, float]) -> Self:
        """Return the same model with other thresholds for sure verdicts.

        Parameters
        ----------
        thresholds : tuple of float
            ``(low, high)``, such as `givesell.measure.evaluation.Evaluation.thresholds` chooses.

        Returns
        -------
        Model
            Without the figures of sure verdicts in its ``info``, which no longer hold.

        Raises
        ------
        ArgumentError
            E206 if they are not a pair with ``0 <= low <= 0.5 <= high <= 1``.

        Examples
        --------
        >>> import givesell
        >>> givesell.load().with_thresholds((0.5, 0.5)).classify(
        ...     "Thanks for coming, new mugs are up!"
        ... ).sure
        True
        """
        model = self._copied()
        model._thresholds = _pair(thresholds)
        model._record = without_sure(self._record)
        return model

    def with_second_look(self, second: "Model", rule: SecondLook | None = None) -> "Model":
        """Return a model that reads every post as this one does, and has another, slower and better
        one read those again that deserve it.

        It scores as any other model, with one calibrated probability and one label a post, and says
        in ``read_by`` which of the two has spoken. It is not saved: save `second`, which holds the
        rule.

        Parameters
        ----------
        second : Model
            Such as ``givesell.load("givesell-en-encoder")``.
        rule : SecondLook, optional
            Which posts are read again, as `givesell.learn.second_look.learn_rule` learns it; by
            default the one that `second` holds.

        Returns
        -------
        Model

        Raises
        ------
        ArgumentError
            E237 if there is no rule; E238 if one of the models cannot be combined with the other.

        Warns
        -----
        HintWarning
            If the rule was learned with another first model. Then the probability of a post that is
            read again is the second model's, and a verdict is sure where both this model's
            thresholds and those of the rule say so.

        Examples
        --------
        >>> import givesell
        >>> from givesell.learn.second_look import simple_rule
        >>> model = givesell.load()
        >>> careful = model.with_second_look(
        ...     givesell.load("givesell-en-deep"), simple_rule(model, between=(0.1, 0.9))
        ... )
        >>> careful.verdicts(["Thanks!", "Thanks for coming, new mugs are up!"]).read_by.tolist()
        ['givesell-en', 'givesell-en-deep']
        """
        given: Any = second
        if not isinstance(given, Model):
            raise ArgumentTypeError(
                "E206", argument="second", expected="a model", given=type(second).__name__
            )
        for model in (self, second):
            if model.reads_again:
                raise ArgumentError(
                    "E238", name=model.name, reason="already reads some posts again"
                )
        if second is self or (self.digest is not None and second.digest == self.digest):
            raise ArgumentError("E238", name=self.name, reason="reads every post itself")
        rule = second.manifest.second_look if rule is None else rule
        if rule is None:
            raise ArgumentError("E237", name=second.name)
        stated: Any = rule
        if not isinstance(stated, SecondLook):
            expected = "a rule, as givesell.learn.second_look.learn_rule makes it"
            raise ArgumentTypeError(
                "E206", argument="rule", expected=expected, given=type(stated).__name__
            )
        if rule.first_sha256 is not None and rule.first_sha256 != self.digest:
            warnings.warn(
                f"The second look of {second.name!r} was learned with another model than"
                f" {self.name!r} reading first ({rule.first!r}, {rule.first_sha256[:8]}): the"
                " posts that it reads again are chosen less well, and fewer verdicts are sure.",
                HintWarning,
                stacklevel=2,
            )
            rule = self._for_itself(rule)
        record: dict[str, Any] = {
            "name": f"{self.name}+{second.name}"[:MOST_NAME],
            **{field: self._record[field] for field in ("training",) if field in self._record},
            "second_look": msgspec.to_builtins(rule),
            "metrics": msgspec.to_builtins(rule.metrics),
            "drift": msgspec.to_builtins(rule.drift),
        }
        # What the first model leaves unsure, by thresholds that somebody chose for it, stays so.
        limits = (
            min(self._thresholds[0], rule.thresholds.sure_giving_up_to),
            max(self._thresholds[1], rule.thresholds.sure_selling_from),
        )
        again = second._as_reader()
        if second.name == self.name:
            again = again._replace(name=f"{second.name} (second)")
        kind = SecondLookKind(self._as_reader(), again, rule)
        model = Model(kind, thresholds=limits, info=record)
        both = [one.fingerprints for one in (self, second) if one.fingerprints is not None]
        return model.with_fingerprints(np.unique(np.concatenate(both))) if both else model

    def holding_rule(self, rule: SecondLook | None) -> Self:
        """Return the same model with the rule by which it reads posts again, which `save` writes.

        Parameters
        ----------
        rule : SecondLook or None
            See `with_second_look`.

        Returns
        -------
        Model

        Examples
        --------
        >>> import givesell
        >>> from givesell.learn.second_look import simple_rule
        >>> rule = simple_rule(givesell.load(), between=(0.1, 0.9))
        >>> givesell.load("givesell-en-deep").holding_rule(rule).manifest.second_look.first
        'givesell-en'
        """
        model = self._copied()
        record = {name: value for name, value in self._record.items() if name != "second_look"}
        if rule is not None:
            record |= carried_record({"second_look": msgspec.to_builtins(rule)})
        model._record = record
        return model

    @property
    def reads_again(self) -> bool:
        """Whether a second model reads some posts again; see `with_second_look`.

        Examples
        --------
        >>> import givesell
        >>> givesell.load().reads_again
        False
        """
        return isinstance(self._kind, SecondLookKind)

    def _as_reader(self) -> Reader:
        names = tuple(self._facet_names[:-1])
        return Reader(self.name, self._digest, self._kind, self._facets, names)

    def _for_itself(self, rule: SecondLook) -> SecondLook:
        """Return what of a rule holds for another first model than it was learned with."""
        low, high = self._thresholds
        limits = Thresholds(
            min(low, rule.thresholds.sure_giving_up_to),
            max(high, rule.thresholds.sure_selling_from),
        )
        # Figures are of the models that were measured.
        return msgspec.structs.replace(rule, mix=None, thresholds=limits, metrics={}, drift=None)

    @property
    def name(self) -> str:
        """The name that the model was trained or saved under.

        Examples
        --------
        >>> import givesell
        >>> givesell.load().name
        'givesell-en'
        """
        return str(self._record.get("name", "unnamed"))

    @cached_property
    def manifest(self) -> Manifest:
        """What the model is and how it was made, typed; see `givesell.core.manifest.Manifest`.

        Examples
        --------
        >>> import givesell
        >>> givesell.load().manifest.training.posts
        22884
        """
        return msgspec.convert(self.info, Manifest)

    @property
    def info(self) -> dict[str, Any]:
        """The `manifest` as a plain dict that JSON can hold, with what else was recorded: features,
        thresholds, training, metrics, versions.

        Examples
        --------
        >>> import givesell
        >>> sorted(givesell.load().info["thresholds"])
        ['sure_giving_up_to', 'sure_selling_from']
        """
        return full_record(
            self._record,
            self._kind,
            thresholds=self._thresholds,
            facets=tuple(self._facet_names[:-1]),
            fingerprints=0 if self._fingerprints is None else len(self._fingerprints),
        )

    @overload
    def score(self, posts: Post, *, n_jobs: int | None = None) -> float: ...  # type: ignore[overload-overlap]  # a str is one post, though an iterable of str
    @overload
    def score(self, posts: PostsLike, *, n_jobs: int | None = None) -> NDArray[np.float32]: ...
    def score(self, posts: Any, *, n_jobs: int | None = None) -> float | NDArray[np.float32]:
        """Return the probability that posts are selling.

        Parameters
        ----------
        posts : str, or a sequence or column of str
            None and NaN stand for missing posts.
        n_jobs : int, optional
            Threads, as joblib counts them; by default all cores for large batches.

        Returns
        -------
        ndarray of float32, shape (n,)
            0 to 1; NaN where a post cannot be judged. One float for a str.

        Raises
        ------
        PostTypeError
            If a post is not text.

        Examples
        --------
        >>> import givesell
        >>> givesell.load().score(["Thanks!", None]).round()
        array([ 0., nan], dtype=float32)
        """
        if isinstance(posts, str) or is_missing(posts):
            return self._one(posts).selling
        posts = as_sequence(posts)
        return self._scores(posts, n_jobs, facets=False).selling

    @overload
    def classify(self, posts: Post, *, n_jobs: int | None = None) -> Verdict: ...  # type: ignore[overload-overlap]
    @overload
    def classify(
        self, posts: PlainPosts | NDArray[Any], *, n_jobs: int | None = None
    ) -> list[Verdict]: ...
    @overload
    def classify(self, posts: Stream, *, n_jobs: int | None = None) -> list[Verdict]: ...
    @overload
    def classify(self, posts: PolarsColumn, *, n_jobs: int | None = None) -> "pl.DataFrame": ...
    @overload
    def classify(self, posts: "pd.Series[Any]", *, n_jobs: int | None = None) -> "pd.DataFrame": ...
    @overload
    def classify(self, posts: ArrowColumn, *, n_jobs: int | None = None) -> "pa.Table": ...
    def classify(
        self, posts: Any, *, n_jobs: int | None = None
    ) -> "Verdict | list[Verdict] | pd.DataFrame | pl.DataFrame | pa.Table":
        """Classify posts as giving or selling.

        Parameters
        ----------
        posts : str, or a sequence or column of str
            None and NaN stand for missing posts.
        n_jobs : int, optional
            Threads, as joblib counts them; by default all cores for large batches.

        Returns
        -------
        Verdict
            For one str.
        DataFrame
            For a pandas or Polars Series (pandas keeps its index) and for an Arrow column a Table:
            the columns ``label``, ``selling``, ``sure`` and ``status``, shape (n, 4), and ``facet``
            if the model has facets.
        list of Verdict
            For any other sequence, one per post, in order.

        Raises
        ------
        PostTypeError
            If a post is not text.

        Examples
        --------
        >>> import givesell
        >>> [
        ...     verdict.label
        ...     for verdict in givesell.load().classify(
        ...         ["Thanks!", "Buy one, get one free, link in bio!"]
        ...     )
        ... ]
        ['giving', 'selling']
        """
        if isinstance(posts, str) or is_missing(posts):
            return self._one(posts)
        posts = as_sequence(posts)
        scores = self.verdicts(posts, n_jobs=n_jobs)
        table = table_like(posts, scores)
        return list(scores) if table is None else table

    def verdicts(
        self, posts: PostsLike, *, n_jobs: int | None = None, facets: bool = True
    ) -> Scores:
        """Return the verdicts on posts as columns; see `classify`.

        Parameters
        ----------
        posts : sequence or column of str
        n_jobs : int, optional
        facets : bool, default True
            Whether to recognise facets too, if the model can. They take a fifth more time.

        Returns
        -------
        Scores
            Arrays of shape (n,).

        Examples
        --------
        >>> import givesell
        >>> givesell.load().verdicts(["Thanks!", None]).sure.tolist()
        [True, False]
        """
        return self.decide(self._scores(as_sequence(posts), n_jobs, facets=facets))

    @property
    def classes_(self) -> NDArray[np.object_]:
        """The labels in the order of the columns of `predict_proba`, shape (2,): giving,
        selling.
        """
        return _LABEL_NAMES[:2].copy()

    def predict(self, posts: PostsLike, *, n_jobs: int | None = None) -> NDArray[np.object_]:
        """Return the labels of posts, as a scikit-learn classifier does.

        Parameters
        ----------
        posts : sequence or column of str, shape (n,)
        n_jobs : int, optional

        Returns
        -------
        ndarray of object, shape (n,)
            ``"giving"`` or ``"selling"``; None where a post cannot be judged, which scikit-learn
            has no equivalent for.

        Raises
        ------
        ArgumentTypeError
            E118 for a single post, which scikit-learn does not take either; `classify` does.
        PostTypeError
            If a post is not text.

        Examples
        --------
        >>> import givesell
        >>> givesell.load().predict(["Thanks!", "Buy one, get one free, link in bio!"]).tolist()
        ['giving', 'selling']
        """
        _refuse_one(posts)
        return self.verdicts(posts, n_jobs=n_jobs, facets=False).label

    def predict_proba(self, posts: PostsLike, *, n_jobs: int | None = None) -> NDArray[np.float32]:
        """Return the probability of each label, as a scikit-learn classifier does.

        Parameters
        ----------
        posts : sequence or column of str, shape (n,)
        n_jobs : int, optional

        Returns
        -------
        ndarray of float32, shape (n, 2)
            Of giving and of selling, in the order of `classes_`; NaN where a post cannot be judged.

        Raises
        ------
        ArgumentTypeError
            E118 for a single post.
        PostTypeError
            If a post is not text.

        Examples
        --------
        >>> import givesell
        >>> givesell.load().predict_proba(["Thanks!", None]).round()
        array([[ 1.,  0.],
               [nan, nan]], dtype=float32)
        """
        _refuse_one(posts)
        selling = self.score(posts, n_jobs=n_jobs)
        return np.column_stack([1 - selling, selling])

    def card(self, path: str | None = None) -> str:
        """Return the model card: what the model is for, what it was trained on and how good it is.

        Parameters
        ----------
        path : str, optional
            The argument of `givesell.load` in its example; by default the model's name, which is
            right for a shipped model.

        Returns
        -------
        str
            Markdown.

        Examples
        --------
        >>> import givesell
        >>> givesell.load().card().splitlines()[0]
        '# givesell-en'
        """
        from givesell.core.card import model_card

        return model_card(self.manifest, digest=self._digest, path=path)

    def save(self, path: PathLike, *, overwrite: bool = False) -> None:
        """Write the model as an artifact: manifest, weights, model card.

        Parameters
        ----------
        path : str or path
            A folder.
        overwrite : bool, default False
            Whether an existing artifact may be replaced, which happens in one step.

        Raises
        ------
        ArtifactError
            If the folder holds something else, or an artifact that may not be replaced, or cannot
            be written.

        Examples
        --------
        >>> import givesell, tempfile
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     givesell.load().save(f"{folder}/mine")
        ...     givesell.load(f"{folder}/mine").classify("Thanks!").label
        'giving'
        """
        folder = check_path(path)
        check_target(folder, overwrite=overwrite)
        if isinstance(self._kind, SecondLookKind):
            raise ArtifactError("E239", name=self.name, second=self._kind.second.name)
        tensors = self._kind.tensors()
        if tensors is None:
            raise ArtifactError("E319", name=self.name, classifier=str(self._kind))
        model = self if "name" in self._record else self._named(folder.name or "unnamed")
        record = {
            **model.info,
            "givesell": __version__,
            "golden": golden_predictions(lambda posts: self.score(posts)),
        }
        write_artifact(
            folder,
            record,
            tensors_of(tensors, self._facet_head, self._fingerprints),
            model.card(_as_given(path)),
            overwrite=overwrite,
        )

    def export(self, path: PathLike, *, overwrite: bool = False) -> None:
        """Write the scikit-learn pipeline as one file, for those who work with scikit-learn alone.

        `givesell.load` opens it with ``trusted=True``. Facets are not part of the pipeline and are
        left out.

        Parameters
        ----------
        path : str or path
            Ends in ``.joblib`` or ``.skops`` (which needs ``pip install givesell[skops]``).
        overwrite : bool, default False
            Whether an existing file may be replaced.

        Raises
        ------
        FileError
            If the ending is another, or the file exists and may not be replaced, or cannot be
            written.

        Examples
        --------
        >>> import givesell, tempfile
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     givesell.load().export(f"{folder}/mine.joblib")
        ...     givesell.load(f"{folder}/mine.joblib", trusted=True).classify("Thanks!").label
        'giving'
        """
        from givesell.estimators.export import export_pipeline

        record = {
            "thresholds": list(self._thresholds),
            "info": {name: value for name, value in self._record.items() if name != "facets"},
        }
        if self._fingerprints is not None:
            record["fingerprints"] = self._fingerprints.tolist()
        export_pipeline(self.pipeline, record, path, overwrite=overwrite)

    @classmethod
    def read(cls, path: PathLike, *, mmap: bool = True) -> Self:
        """Load an artifact and check it: hashes, field types, golden predictions.

        Parameters
        ----------
        path : str or path
        mmap : bool, default True
            Map the weights from disk instead of reading them, if nobody can change them meanwhile;
            see `givesell.load`.

        Returns
        -------
        Model

        Raises
        ------
        ArtifactError
            If the artifact is missing or cannot be used; the message names the file and the reason.
        """
        folder = check_path(path)
        return cls._of(folder, *read_artifact(folder, mmap=mmap))

    @classmethod
    def from_bytes(cls, manifest: bytes, weights: bytes, *, name: str = "the model") -> Self:
        """Load an artifact from memory; see `read`.

        Parameters
        ----------
        manifest, weights : bytes
            The contents of ``manifest.json`` and ``weights.safetensors``.
        name : str
            How errors refer to it.

        Returns
        -------
        Model

        Raises
        ------
        ArtifactError
            As `read`.
        """
        place = Path(name)
        block = np.empty(len(weights), np.uint8)  # arrays must be aligned, which bytes need not be
        block.data[:] = weights
        return cls._of(place, *parse_artifact(place, manifest, block))

    @classmethod
    def _of(cls, place: Path, read: Read, tensors: Tensors) -> Self:
        """Make a model of a checked artifact, and check that it predicts what was recorded."""
        try:
            contents = contents_of(read, tensors)
            model = cls(contents.kind, thresholds=contents.thresholds, facets=contents.facets)
            model = model.with_fingerprints(contents.fingerprints)
            model._record = without_defining(contents.info)
            model._digest = contents.digest

            def score(posts: list[str]) -> NDArray[np.float32]:
                return model.score(posts, n_jobs=1)

            check_golden(place, read.manifest.golden, score, close=contents.kind.close)
        except ArgumentError as error:
            raise ArtifactError(
                "E202",
                path=place / MANIFEST,
                reason=f"holds what no model can be made of: {error.message.rstrip('.')}",
            ) from error
        except MemoryError as error:
            raise ArtifactError("E213", path=place) from error
        return model

    def _copied(self) -> Self:
        model = copy.copy(self)
        for name in ("manifest", "_edges"):
            model.__dict__.pop(name, None)
        return model

    def _named(self, name: str) -> Self:
        model = self._copied()
        model._record = {"name": name, **self._record}
        return model

    def _one(self, post: Any) -> Verdict:
        if self._scorer is None or not is_text(post) or str.__len__(post) > LONGEST:
            return next(iter(self.decide(self._scores([post], 1))))
        selling, status, may_be_sure, facet = self._scorer.score_one(post)
        if status:
            return Verdict(None, selling, False, _STATUSES[status])
        head = self._facet_head
        return Verdict(
            SELLING if is_selling(selling) else GIVING,
            selling,
            may_be_sure and is_sure(selling, self._edges),
            _STATUSES[status],
            None if head is None or facet == NO_FACET else head.names[facet],
        )

    @cached_property
    def _edges(self) -> tuple[float, float]:
        """The thresholds as they are compared with a column of probabilities: in its precision."""
        low, high = np.array(self._thresholds, np.float32).tolist()
        return low, high

    def _scores(self, posts: Sequence[Any], n_jobs: int | None, *, facets: bool = True) -> Scored:
        scorer = self._scorer  # made here with the facets, it serves without them too
        scored = self._kind.score(posts, n_jobs, facets=self._facets if facets else None)
        if not facets:
            scored = scored._replace(facet=None)
        # Compiled code gives finite results for checked weights.
        if scorer is None and not np.isfinite(scored.selling[scored.status == Status.OK]).all():
            raise ArtifactError("E215", name=self.name, classifier=self._kind.classifier)
        return scored

    def decide(self, scored: Scored) -> Scores:
        """Turn probabilities into verdicts, by the thresholds.

        Parameters
        ----------
        scored : Scored
            Arrays of shape (n,).

        Returns
        -------
        Scores
            Arrays of shape (n,).
        """
        judged = scored.status == Status.OK
        code = np.where(judged, is_selling(scored.selling), 2)
        sure = judged & scored.may_be_sure & is_sure(scored.selling, self._thresholds)
        facet = None
        if scored.facet is not None:
            facet = self._facet_names[np.minimum(scored.facet, len(self._facet_names) - 1)]
        return Scores(
            _LABEL_NAMES[code],
            scored.selling,
            sure,
            _STATUS_NAMES[scored.status],
            facet,
            read_by=self._read_by(scored),
            again=scored.again if isinstance(scored, ReadTwice) else None,
        )

    def _read_by(self, scored: Scored) -> NDArray[np.object_] | None:
        """Return which model has spoken of each post, if two have read."""
        if not isinstance(scored, ReadTwice) or not isinstance(self._kind, SecondLookKind):
            return None
        first, second = self._kind.first.name, self._kind.second.name
        names = np.array([first, second, second, None], dtype=object)
        return names[np.where(scored.status == Status.OK, scored.again, len(names) - 1)]

    def __repr__(self) -> str:
        low, high = self._thresholds
        # A classifier of the caller gave the n-grams their weights.
        trained = self.manifest.training.classifier if self._kind.can_explain else None
        of = "" if trained is None else f" weighted by {trained.partition('(')[0]}"
        return f"<Model {self.name!r}: {self._kind}{of}, sure below {low:.2f} and above {high:.2f}>"


def _as_given(path: Any) -> str:
    """Return how a model card names the folder that a model is saved in: relative to the current
    folder if it is in it, else by its last part.

    A card shows no other folders of the machine; a shipped model is named by its name.
    """
    given = Path(path)
    named = name_at(given.absolute())
    if named is not None:
        return named
    if given.is_absolute():
        here = Path.cwd()
        return given.relative_to(here).as_posix() if given.is_relative_to(here) else given.name
    return str(os.fspath(path))


def _refuse_one(posts: Any) -> None:
    if isinstance(posts, str):
        raise ArgumentTypeError("E118", type=type(posts).__name__)


def _pair(thresholds: Any) -> tuple[float, float]:
    try:
        low, high = (float(threshold) for threshold in thresholds)
        if 0 <= low <= THRESHOLD <= high <= 1:
            return low, high
    except (TypeError, ValueError):
        pass
    expected = f"a pair (low, high) with 0 <= low <= {THRESHOLD} <= high <= 1"
    raise ArgumentError("E206", argument="thresholds", expected=expected, given=repr(thresholds))
