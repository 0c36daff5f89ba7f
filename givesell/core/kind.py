"""What a kind of model is: how it scores posts, what the artifact holds of it, and what else it can
do.

`Model` holds one kind and asks it. A new kind is a class with these members: one that an artifact
can hold is listed in `givesell.core.kinds`, one that cannot is passed to `Model` by the code that
makes it, such as `givesell.estimators.pipelined`. ``train(classifier=)`` makes one of what
`givesell.estimators.convert.PostClassifier` describes.
"""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar, Protocol, Self

from numpy.typing import NDArray

from givesell.core.calibration import Slopes
from givesell.core.fused import FusedScorer
from givesell.core.known_ngrams import KnownNgrams
from givesell.core.manifest import Manifest
from givesell.core.model_arrays import Facets, Scored, Weights
from givesell.core.tensors import Layout

Tensors = dict[str, NDArray[Any]]
Settings = Mapping[str, int | float | str | bool | None]


class Kind(Protocol):
    """A kind of model.

    Attributes
    ----------
    name : str
        The manifest's ``kind``.
    can_explain : bool
        `weights` are there: log-odds are a sum of parts, which explain them exactly. Another kind
        is explained by occlusion.
    can_be_adapted : bool
        ``train(base=)`` can start from it.
    can_be_saved : bool
        `tensors` are there: an artifact can hold it, and it is a `StoredKind`.
    """

    name: ClassVar[str]
    can_explain: ClassVar[bool]
    can_be_adapted: ClassVar[bool]
    can_be_saved: ClassVar[bool]

    @property
    def classifier(self) -> str:
        """The name of the classifier, in a few words."""

    @property
    def facet_names(self) -> tuple[str, ...]:
        """The facets that `score` tells without a `Facets` head; empty if none."""

    @property
    def features(self) -> Mapping[str, Any]:
        """The parameters of the `givesell.estimators.vectorizer.PostVectorizer`."""

    @property
    def known(self) -> KnownNgrams:
        """The n-grams of the training posts, whatever scores: of a post with too few of them no
        verdict is sure, and `givesell.drift` counts those that are new.
        """

    @property
    def intercept(self) -> float:
        """The log-odds of a post before a word is read; the manifest records it."""

    @property
    def slopes(self) -> Slopes:
        """The two-sided calibration of its log-odds, which `score` applies; the manifest records
        it.
        """

    @property
    def settings(self) -> Settings:
        """Further settings that the manifest records."""

    @property
    def weights(self) -> Weights | None:
        """The parts of the log-odds, for exact explanations; None if they are not a sum."""

    def scorer(self, facets: Facets | None) -> FusedScorer | None:
        """The weights and the facets as posts are scored by them; asked for where there are
        `weights`.
        """

    def score(self, posts: Sequence[Any], n_jobs: int | None, *, facets: Facets | None) -> Scored:
        """Score posts; `givesell.core.scoring.read_posts` says which can be judged.

        Parameters
        ----------
        posts : sequence
            What `givesell.text.posts.as_sequence` returned.
        n_jobs : int or None
            Threads, as joblib counts them; None for all cores where there are many posts.
        facets : Facets or None
            The head that recognises facets; a kind with `facet_names` has its own.
        """

    def tensors(self) -> Tensors | None:
        """Return its arrays by their names in an artifact; None if it is not data."""

    def __str__(self) -> str:
        """Describe the kind, for the repr of the model and for errors."""


class StoredKind(Kind, Protocol):
    """A kind that an artifact can hold.

    Attributes
    ----------
    layout : Layout
        Of its `tensors`.
    own_facets : bool
        Its `tensors` tell facets: an artifact holds no head beside it.
    close : float
        How near a probability must come to one that another machine recorded.
    """

    layout: ClassVar[Layout]
    own_facets: ClassVar[bool]
    close: ClassVar[float]

    @classmethod
    def from_tensors(cls, manifest: Manifest, tensors: Tensors) -> Self:
        """Make the kind of a checked manifest and the arrays of `layout`.

        Raises
        ------
        ArgumentError
            If the arrays do not fit together or hold numbers that cannot be used.
        """
