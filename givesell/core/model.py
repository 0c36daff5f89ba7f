"""`Model`: a linear model over hashed n-grams, in a deep one beside a small network, that scores
posts; saved and loaded as data.
"""

import copy
import os
from collections.abc import Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

import numpy as np
from msgspec import UNSET
from numpy.typing import NDArray

from givesell._version import __version__
from givesell.core.artifact import (
    MANIFEST,
    check_path,
    check_target,
    named,
    parameters,
    parse_artifact,
    read_artifact,
    write_artifact,
)
from givesell.core.card import model_card
from givesell.core.fingerprints import METHOD, among
from givesell.core.golden import POSTS
from givesell.core.manifest import Read, checked_record
from givesell.core.network import Parameters, compile_network, score_sequences
from givesell.core.scoring import MANY, Linear, score_posts
from givesell.core.sequences import sequences
from givesell.core.shipped import shipped_folder
from givesell.core.weights import FacetHead, check_linear, facets_of, linear_of
from givesell.errors import ArgumentError, ArgumentTypeError, ArtifactError
from givesell.extras import require
from givesell.text.posts import as_sequence, is_missing, table_like
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
    from givesell.estimators.calibrated import Sides

LABELS = (GIVING, SELLING)
CLOSE = 1e-5  # how near a golden prediction must come: float32 arithmetic on another machine
_NEEDS = "0.1.0"  # the first version that reads this format
# What the model holds itself, beside what it records.
_OWN = {
    "format",
    "needs",
    "labels",
    "features",
    "intercept",
    "sides",
    "thresholds",
    "fingerprints",
    "files",
    "sha256",
}

_LABEL_NAMES = np.array([GIVING, SELLING, None], dtype=object)
_STATUS_NAMES = np.array([status.text for status in Status], dtype=object)


class Model:
    """A trained model.

    Made by `givesell.load`, `givesell.train` or `Model.from_pipeline`. It is immutable, and safe to
    share between threads, to pickle and to use after a fork.

    Parameters
    ----------
    linear : Linear
        Features and weights.
    features : mapping
        The parameters of the `givesell.estimators.vectorizer.PostVectorizer`.
    thresholds : tuple of float
        ``(low, high)``: a verdict is sure where the probability of ``selling`` is at most ``low``
        or at least ``high``.
    info : mapping, optional
        More to record in the manifest: name, training ledger, metrics, as `givesell.core.manifest`
        says. Other fields may hold numbers, text, lists and tables of them.
    network : dict of str to ndarray, optional
        Parameters of a network whose log-odds are added; see `givesell.core.network.PARAMETERS`.
    facets : FacetHead, optional
        What tells the facets of posts apart.

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
        linear: Linear,
        *,
        features: Mapping[str, Any],
        thresholds: tuple[float, float],
        info: Mapping[str, Any] | None = None,
        network: Parameters | None = None,
        facets: FacetHead | None = None,
    ) -> None:
        check_linear(linear)
        self._linear = linear
        self._parameters = network
        self._network = None if network is None else compile_network(network)
        self._facet_head = facets
        self._facets = None if facets is None else facets_of(facets, self._buckets)
        self._facet_names = np.array(
            [*(() if facets is None else facets.names), None], dtype=object
        )
        self._features = _as_stored(features, linear)
        self._thresholds = _pair(thresholds)
        self._info = {
            name: value
            for name, value in checked_record(info or {}).items()
            if name != "fingerprints"
        }
        self._fingerprints: NDArray[np.uint64] | None = None
        self._report: Any = None

    @classmethod
    def from_pipeline(
        cls,
        pipeline: Any,
        *,
        thresholds: tuple[float, float] = (0.2, 0.8),
        info: Mapping[str, Any] | None = None,
        facets: FacetHead | None = None,
    ) -> Self:
        """Make a model of a fitted scikit-learn pipeline.

        Parameters
        ----------
        pipeline : sklearn.pipeline.Pipeline or DeepClassifier
            A `givesell.estimators.vectorizer.PostVectorizer`, then a linear classifier with
            logistic probabilities, fitted on the labels ``"giving"`` and ``"selling"``; or a fitted
            `givesell.estimators.deep.DeepClassifier` that holds one.
        thresholds : tuple of float, default (0.2, 0.8)
        info : mapping, optional
        facets : FacetHead, optional

        Returns
        -------
        Model

        Raises
        ------
        ArgumentTypeError
            If the pipeline is of another make.

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
        require("train", "A scikit-learn pipeline")
        from sklearn.linear_model import LogisticRegression

        from givesell.estimators.deep import DeepClassifier
        from givesell.estimators.vectorizer import PostVectorizer

        deep = (
            pipeline
            if isinstance(pipeline, DeepClassifier) and hasattr(pipeline, "network_")
            else None
        )
        pipeline = pipeline if deep is None else deep.linear_
        steps = [step for _, step in getattr(pipeline, "steps", [])]
        if (
            len(steps) != 2
            or not isinstance(steps[0], PostVectorizer)
            or not isinstance(steps[1], LogisticRegression)
        ):
            found = " → ".join(type(step).__name__ for step in steps) or type(pipeline).__name__
            raise ArgumentTypeError(
                "E207",
                found=found,
                expected="a fitted Pipeline of PostVectorizer and LogisticRegression is needed",
            )
        vectorizer, classifier = steps
        if list(getattr(classifier, "classes_", [])) != list(LABELS):
            found = f"classes {list(getattr(classifier, 'classes_', []))}"
            raise ArgumentTypeError(
                "E207", found=found, expected="the labels must be 'giving' and 'selling'"
            )
        idf = np.asarray(getattr(vectorizer, "idf_", ()), np.float64)
        weights = np.asarray(classifier.coef_[0], np.float64)
        if not len(idf) or weights.shape != idf.shape:
            found = f"{len(idf):,} features and {weights.size:,} weights"
            raise ArgumentTypeError(
                "E207", found=found, expected="a fitted Pipeline has a weight for each feature"
            )
        with np.errstate(over="ignore", invalid="ignore"):  # what is too large is refused by name
            table = np.column_stack([weights * idf, idf * idf]).astype(np.float32)
        features = vectorizer.get_params()
        intercept = float(classifier.intercept_[0]) + (
            0.0 if deep is None else deep.network_.intercept_
        )
        sides: Sides = getattr(classifier if deep is None else deep, "sides_", (1.0, 1.0))
        return cls(
            linear_of(features, vectorizer.buckets_, table, intercept, sides),
            features=features,
            thresholds=thresholds,
            info=info,
            network=None if deep is None else deep.network_.parameters_,
            facets=facets,
        )

    @cached_property
    def pipeline(self) -> Any:
        """The same model as a fitted scikit-learn ``Pipeline``, or a `DeepClassifier`.

        A model trained with a linear classifier of your own holds that one, calibrated; once saved
        and loaded it holds a logistic regression with the same weights.

        Its probabilities equal those of `score` to 3e-8, and 5e-8 times the sum of the absolute
        parts of a post's log-odds (times the larger of the model's factors for the two sides): both
        round each part to single precision. That is less than 1e-6 for parts that sum to 19, as
        those of posts of unit length do; without ``norm="l2"``, or with a very large ``C``, parts
        can sum to more.
        """
        require("train", "A scikit-learn pipeline")
        from sklearn.linear_model import LogisticRegression
        from sklearn.pipeline import Pipeline

        from givesell.estimators.vectorizer import PostVectorizer

        vectorizer = PostVectorizer(**self._features)
        idf = np.sqrt(self._linear.table[:, 1])
        vectorizer.buckets_, vectorizer.idf_ = self._buckets.copy(), idf
        vectorizer.n_posts_ = int(self._info.get("training", {}).get("posts", 0))
        classifier = LogisticRegression()
        weights = self._linear.table[:, 0].astype(np.float64) / idf
        classifier.classes_ = np.array(LABELS, dtype=object)
        classifier.coef_ = weights[None, :]
        classifier.intercept_ = np.array([self._linear.intercept])
        classifier.n_features_in_ = len(idf)
        classifier.n_iter_ = np.array([0], np.int32)
        sides = (self._linear.below, self._linear.above)
        if self._parameters is None and sides != (1.0, 1.0):
            from givesell.estimators.calibrated import SidedLogisticRegression

            classifier = SidedLogisticRegression.of(classifier, sides)
        linear = Pipeline([("features", vectorizer), ("classifier", classifier)])
        if self._parameters is None:
            return linear
        from givesell.estimators.deep import DeepClassifier
        from givesell.estimators.network.classifier import NetworkClassifier

        network = NetworkClassifier.of(self._parameters)
        return DeepClassifier(linear, network).joined(linear, network, sides)

    @cached_property
    def _buckets(self) -> NDArray[np.int32]:
        """The buckets that carry a weight, in the order of the table."""
        kept = np.unpackbits(
            self._linear.kept.words.astype("<u8").view(np.uint8), bitorder="little"
        )
        return np.flatnonzero(kept.view(np.bool_)).astype(
            np.int32
        )  # of truths NumPy finds them several times as fast

    @property
    def linear(self) -> Linear:
        """The features and weights as the compiled code takes them."""
        return self._linear

    @property
    def tells_facets(self) -> bool:
        """Whether verdicts tell which kind of giving or selling a post is."""
        return self._facet_head is not None

    def network_log_odds(self, posts: Sequence[Any]) -> NDArray[np.float64]:
        """Return what the network of a deep model adds to the log-odds of posts, shape (n,); zeros
        without one.

        Examples
        --------
        >>> import givesell
        >>> givesell.load().network_log_odds(["Thanks!"])
        array([0.])
        """
        if self._network is None:
            return np.zeros(len(posts))
        return np.asarray(score_sequences(self._network, *sequences(posts)))

    @property
    def report(self) -> Any:
        """What training found and did, a `givesell.learn.report.TrainingReport`; None of a
        loaded model.
        """
        return self._report

    @property
    def facet_head(self) -> FacetHead | None:
        """What tells the facets of posts apart; None where the model tells none."""
        return self._facet_head

    def with_report(self, report: Any) -> Self:
        """Return the same model with a report."""
        model = copy.copy(self)
        model._report = report
        return model

    @property
    def fingerprints(self) -> NDArray[np.uint64] | None:
        """Hashes of the posts that the model was trained on, ascending, shape (m,); None where
        it has recorded none.
        """
        return self._fingerprints

    def with_fingerprints(self, fingerprints: NDArray[np.uint64] | None) -> Self:
        """Return the same model, remembering other training posts.

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
        model = copy.copy(self)
        if fingerprints is not None and (
            not len(fingerprints) or not (fingerprints[1:] > fingerprints[:-1]).all()
        ):
            raise ArgumentError(
                "E206",
                argument="fingerprints",
                expected="ascending, and at least one",
                type=f"{len(fingerprints):,}",
            )
        model._fingerprints = fingerprints
        return model

    def trained_on(self, posts: Any) -> NDArray[np.bool_]:
        """Tell which posts the model was trained on, by their words; capitals, spaces, links and
        handles make no difference.

        Parameters
        ----------
        posts : sequence or column of str

        Returns
        -------
        ndarray of bool, shape (n,)
            All False where the model has recorded no fingerprints.

        Examples
        --------
        >>> import givesell
        >>> from givesell.datasets import load_posts
        >>> posts = load_posts()
        >>> model = givesell.train(posts.head(200))
        >>> model.trained_on(posts["text"].head(201)).sum()
        np.int64(200)
        """
        found = as_sequence(posts)
        return (
            np.zeros(len(found), bool)
            if self._fingerprints is None
            else among(found, self._fingerprints)
        )

    @property
    def thresholds(self) -> tuple[float, float]:
        """Probabilities of ``selling`` at most, or at least, which a verdict is sure."""
        return self._thresholds

    def with_thresholds(self, thresholds: tuple[float, float]) -> Self:
        """Return the same model, sure of its verdicts at other probabilities.

        Parameters
        ----------
        thresholds : tuple of float
            ``(low, high)``, such as `givesell.measure.evaluation.Evaluation.thresholds` chooses.

        Returns
        -------
        Model
            What training measured of the sure verdicts is left out of its ``info``.

        Raises
        ------
        ArgumentError
            If they are no pair with ``0 <= low <= 0.5 <= high <= 1``.

        Examples
        --------
        >>> import givesell
        >>> givesell.load().with_thresholds((0.5, 0.5)).classify(
        ...     "Thanks for coming, new mugs are up!"
        ... ).sure
        True
        """
        model = copy.copy(self)
        model._thresholds = _pair(thresholds)
        info = dict(self._info)
        if "metrics" in info:
            told = {"share_sure", "accuracy_sure"}
            info["metrics"] = {
                way: {k: v for k, v in row.items() if k not in told}
                for way, row in info["metrics"].items()
            }
        if "calibration" in info:
            info["calibration"] = {**info["calibration"], "sure_precision": None}
        model._info = info
        return model

    @property
    def info(self) -> dict[str, Any]:
        """All that the artifact's manifest records but its hashes: features, thresholds,
        training, metrics, versions.
        """
        low, high = self._thresholds
        return {
            "needs": _NEEDS,
            "name": "unnamed",
            "labels": list(LABELS),
            "features": {
                name: list(value) if isinstance(value, tuple) else value
                for name, value in self._features.items()
            },
            "intercept": self._linear.intercept,
            "sides": [self._linear.below, self._linear.above],
            "thresholds": {"giving": low, "selling": high},
            **(
                {}
                if self._fingerprints is None
                else {"fingerprints": {"posts": len(self._fingerprints), "method": METHOD}}
            ),
            **self._info,
        }

    def score(self, posts: Any, *, n_jobs: int | None = None) -> Any:
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
        # One compiled form is enough for few posts; for many the one without facets is worth its
        # own compilation.
        return self._scores(posts, n_jobs, facets=len(posts) < MANY)[0]

    def classify(self, posts: Any, *, n_jobs: int | None = None) -> Any:
        """Return the verdict on posts.

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
            where the model tells facets.
        list of Verdict
            For any other sequence, in order, one a post.

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

    def verdicts(self, posts: Any, *, n_jobs: int | None = None, facets: bool = True) -> Scores:
        """Return the verdicts on posts as columns; see `classify`.

        Parameters
        ----------
        posts : sequence or column of str
        n_jobs : int, optional
        facets : bool, default True
            Whether to tell facets too, if the model can; without them scoring many posts is nearly
            twice as fast.

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
        return self._decide(*self._scores(as_sequence(posts), n_jobs, facets=facets), facets=facets)

    @property
    def classes_(self) -> NDArray[np.object_]:
        """The labels in the order of the columns of `predict_proba`, shape (2,): giving,
        selling.
        """
        return _LABEL_NAMES[:2].copy()

    def predict(self, posts: Any, *, n_jobs: int | None = None) -> NDArray[np.object_]:
        """Return the labels of posts, as a scikit-learn classifier does.

        Parameters
        ----------
        posts : sequence or column of str, shape (n,)
        n_jobs : int, optional

        Returns
        -------
        ndarray of object, shape (n,)
            ``"giving"`` or ``"selling"``; None where a post cannot be judged, which no classifier
            of scikit-learn says.

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

    def predict_proba(self, posts: Any, *, n_jobs: int | None = None) -> NDArray[np.float32]:
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
            What loads the model, for the example in it; by default the model's name, as of a
            shipped one.

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
        return model_card(self.info, path=path)

    def save(self, path: Any, *, overwrite: bool = False) -> None:
        """Write the model as an artifact: manifest, weights, model card.

        Parameters
        ----------
        path : str or path
            A folder.
        overwrite : bool, default False
            Whether an artifact that is there may be replaced; it is, in one step.

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
        golden = [
            [post, round(float(p), 8)]
            for post, p in zip(POSTS, self.score(list(POSTS)), strict=True)
        ]
        info = checked_record({"name": folder.name or "unnamed", **self._info})
        manifest = {**self.info, **info, "givesell": __version__, "golden": golden}
        tensors = {
            "buckets": self._buckets,
            "weights": self._linear.table,
            **named(self._parameters),
        }
        if self._facet_head is None:
            manifest.pop("facets", None)
        else:
            manifest["facets"] = {**info.get("facets", {}), "names": list(self._facet_head.names)}
            tensors |= {
                f"facets.{name}": getattr(self._facet_head, name)
                for name in ("buckets", "weights", "intercepts")
            }
        if self._fingerprints is not None:
            tensors["fingerprints"] = self._fingerprints
        write_artifact(
            folder,
            manifest,
            tensors,
            model_card(manifest, path=_as_given(path)),
            overwrite=overwrite,
        )

    def export(self, path: Any, *, overwrite: bool = False) -> None:
        """Write the scikit-learn pipeline as one file, for those who work with scikit-learn alone.

        `givesell.load` opens it with ``trusted=True``. Facets stay behind: they are no part of the
        pipeline.

        Parameters
        ----------
        path : str or path
            Ends in ``.joblib`` or ``.skops`` (which needs ``pip install givesell[skops]``).
        overwrite : bool, default False
            Whether a file that is there may be replaced.

        Raises
        ------
        FileError
            If it ends otherwise, is there and may not be replaced, or cannot be written.

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
            "info": {name: value for name, value in self._info.items() if name != "facets"},
        }
        if self._fingerprints is not None:
            record["fingerprints"] = self._fingerprints.tolist()
        export_pipeline(self.pipeline, record, path, overwrite=overwrite)

    @classmethod
    def read(cls, path: Any, *, mmap: bool = True) -> Self:
        """Load an artifact and check it: hashes, field types, golden predictions.

        Parameters
        ----------
        path : str or path
        mmap : bool, default True
            Map the weights from disk rather than read them, where nobody can change them meanwhile;
            see `givesell.load`.

        Returns
        -------
        Model

        Raises
        ------
        ArtifactError
            If something is off; the message names the file and the reason.
        """
        folder = check_path(path)
        return cls._of(folder, *read_artifact(folder, mmap=mmap))

    @classmethod
    def from_bytes(cls, manifest: bytes, weights: bytes, *, name: str = "the model") -> Self:
        """Load an artifact that is in memory; see `read`.

        Parameters
        ----------
        manifest, weights : bytes
            What stands in ``manifest.json`` and in ``weights.safetensors``.
        name : str
            What errors call it.

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
    def _of(cls, place: Path, manifest: Read, tensors: dict[str, NDArray[Any]]) -> Self:
        """Make a model of a checked artifact, and see that it predicts what it recorded."""
        fields, path = manifest.fields, place / MANIFEST
        features = {
            name: tuple(value) if isinstance(value, list) else value
            for name, value in manifest.whole["features"].items()
        }
        info = {name: value for name, value in manifest.whole.items() if name not in _OWN}
        head = None
        try:
            linear = linear_of(
                features, tensors["buckets"], tensors["weights"], fields.intercept, fields.sides
            )
            if fields.facets is not UNSET and fields.facets.names is not UNSET:
                head = FacetHead(
                    tuple(fields.facets.names),
                    *(tensors[f"facets.{name}"] for name in FacetHead._fields[1:]),
                )
            thresholds = fields.thresholds.giving, fields.thresholds.selling
            model = cls(
                linear,
                features=features,
                thresholds=thresholds,
                info=info,
                network=parameters(tensors),
                facets=head,
            )
            if fields.fingerprints is not UNSET:
                if len(tensors["fingerprints"]) != fields.fingerprints.posts:
                    raise ArgumentError(
                        "E206",
                        argument="fingerprints",
                        expected="as many as the manifest says",
                        type="others",
                    )
                model = model.with_fingerprints(tensors["fingerprints"])
            found = model.score([post for post, _ in fields.golden], n_jobs=1)
        except ArgumentError as error:
            raise ArtifactError(
                "E202",
                path=path,
                reason=f"holds what no model can be made of: {error.message.rstrip('.')}",
            ) from error
        except MemoryError as error:
            raise ArtifactError("E213", path=place) from error
        for position, ((_, expected), p) in enumerate(zip(fields.golden, found, strict=True)):
            if not abs(p - expected) < CLOSE:
                raise ArtifactError(
                    "E205", path=place, found=p, expected=expected, position=position
                )
        return model

    def _one(self, post: Any) -> Verdict:
        return next(iter(self._decide(*self._scores([post], 1))))

    def _scores(
        self, posts: Sequence[Any], n_jobs: int | None, *, facets: bool = True
    ) -> tuple[NDArray[np.float32], NDArray[np.uint8], NDArray[np.bool_], NDArray[np.uint8]]:
        return score_posts(
            self._linear,
            posts,
            n_jobs,
            network=self._network,
            facets=self._facets if facets else None,
        )

    def _decide(
        self,
        selling: NDArray[np.float32],
        status: NDArray[np.uint8],
        legible: NDArray[np.bool_],
        facet: NDArray[np.uint8],
        *,
        facets: bool = True,
    ) -> Scores:
        """Turn probabilities into labels."""
        judged = status == Status.OK
        code = np.where(judged, is_selling(selling), 2)
        sure = judged & legible & is_sure(selling, self._thresholds)
        names = (
            None
            if self._facets is None or not facets
            else self._facet_names[np.minimum(facet, len(self._facet_names) - 1)]
        )
        return Scores(_LABEL_NAMES[code], selling, sure, _STATUS_NAMES[status], names)

    def __repr__(self) -> str:
        low, high = self._thresholds
        network = (
            ""
            if self._parameters is None
            else f" and a network over {len(self._parameters['tokens']):,} tokens"
        )
        features = f"{len(self._linear.table):,} features{network}"
        trained = self._info.get("training", {}).get("classifier")  # another than the library's own
        of = f" weighted by {trained.partition('(')[0]}" if isinstance(trained, str) else ""
        return (
            f"<Model {self.info['name']!r}: {features}{of}, sure below {low:.2f} and above"
            f" {high:.2f}>"
        )


def _as_given(path: Any) -> str:
    """Return what loads a model from the folder that it is saved from; of a path that leads
    elsewhere, such as a home, the last name.

    A card names no folders of the machine, and a shipped model has its name.
    """
    given = Path(path)
    if shipped_folder(given.name) == given.absolute():
        return given.name
    if given.is_absolute():
        here = Path.cwd()
        return given.relative_to(here).as_posix() if given.is_relative_to(here) else given.name
    return str(os.fspath(path))


def _refuse_one(posts: Any) -> None:
    if isinstance(posts, str):
        raise ArgumentTypeError("E118", type=type(posts).__name__)


def _as_stored(features: Mapping[str, Any], linear: Linear) -> dict[str, Any]:
    """Return the parameters of the features as a manifest holds them, whatever numbers they were
    given as.
    """
    ngrams = linear.ngrams
    chars = (ngrams.char_low, ngrams.char_high) if ngrams.char_high else None
    own: dict[str, Any] = {
        "ngram_range": (ngrams.low, ngrams.high),
        "char_ngram_range": chars,
        "n_features": ngrams.mask + 1,
    }
    own |= {"sublinear_tf": linear.sublinear, "norm": "l2" if linear.unit else None}
    own |= {
        name: kind(features[name])
        for name, kind in (("use_idf", bool), ("min_df", int))
        if name in features
    }
    return {name: own.get(name, value) for name, value in features.items()}


def _pair(thresholds: Any) -> tuple[float, float]:
    try:
        low, high = (float(threshold) for threshold in thresholds)
        if 0 <= low <= THRESHOLD <= high <= 1:
            return low, high
    except (TypeError, ValueError):
        pass
    expected = f"a pair (low, high) with 0 <= low <= {THRESHOLD} <= high <= 1"
    raise ArgumentError("E206", argument="thresholds", expected=expected, type=repr(thresholds))
