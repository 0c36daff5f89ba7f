"""The sections of a manifest, as frozen msgspec Structs: what each field must be.

msgspec checks types and ranges when it decodes, so that a section is either as it says here or
refused with the name of the field.
"""

from typing import Annotated, Literal

import msgspec
from msgspec import Meta, Struct

from givesell.core.fingerprints import METHOD
from givesell.errors import ArgumentError
from givesell.show.words import quoted
from givesell.text.ngrams import ngrams_of
from givesell.verdict import FACETS, THRESHOLD

MOST_TEXT, MOST_NAME, MOST_POST = 1 << 16, 255, 10_000  # code points
MOST_WEIGHTS_BYTES = 1 << 30
LARGEST = 1e9  # of a weight or an intercept
NARROWEST, WIDEST = 1e-6, 1e6  # of the slopes of two-sided calibration
BINS = 50  # of the histogram of `givesell.drift`
_KNOWN_FACETS = {name for names in FACETS.values() for name in names}

Text = Annotated[str, Meta(max_length=MOST_TEXT)]
Name = Annotated[str, Meta(min_length=1, max_length=MOST_NAME)]
Sha = Annotated[str, Meta(pattern="^[0-9a-f]{64}$")]
Count = Annotated[int, Meta(ge=0, le=1 << 53)]
Number = Annotated[float, Meta(ge=-1e15, le=1e15)]
Share = Annotated[float, Meta(ge=0, le=1)]
Weight = Annotated[float, Meta(ge=-LARGEST, le=LARGEST)]
Slope = Annotated[float, Meta(ge=NARROWEST, le=WIDEST)]
# Unions are of plain types: msgspec mixes up the bounds of a union's members with a tuple among
# them. The check of the whole manifest bounds all values.
Plain = int | float | str | bool | None
Metrics = dict[str, dict[str, int | float | list[float] | None]]


class Features(Struct, frozen=True, forbid_unknown_fields=True):
    """The parameters of `givesell.estimators.vectorizer.PostVectorizer`."""

    ngram_range: tuple[int, int]
    char_ngram_range: tuple[int, int] | None
    n_features: int
    sublinear_tf: bool
    use_idf: bool
    min_df: Annotated[int, Meta(ge=1, le=1 << 53)]
    norm: Literal["l2"] | None

    def __post_init__(self) -> None:
        try:
            ngrams_of(self.ngram_range, self.char_ngram_range, self.n_features)
        except ArgumentError as error:
            raise ValueError(error.message.rstrip(".")) from error


class Thresholds(Struct, frozen=True, forbid_unknown_fields=True):
    """Probabilities of selling up to which, and from which on, a verdict is sure."""

    sure_giving_up_to: Annotated[float, Meta(ge=0, le=THRESHOLD)]
    sure_selling_from: Annotated[float, Meta(ge=THRESHOLD, le=1)]


class TwoSlopes(Struct, frozen=True, forbid_unknown_fields=True):
    """What log-odds are multiplied by, on the side of each label."""

    giving: Slope
    selling: Slope


class File(Struct, frozen=True, forbid_unknown_fields=True):
    """A file beside the manifest."""

    bytes: Annotated[int, Meta(ge=0, le=MOST_WEIGHTS_BYTES)]
    sha256: Sha


class Files(Struct, frozen=True, forbid_unknown_fields=True):
    """The files beside the manifest."""

    weights: File = msgspec.field(name="weights.safetensors")


class Calibration(Struct, frozen=True):
    """How probabilities were fitted: a sigmoid whose slopes, one a part of the model, and offset
    are folded into the weights, then the manifest's ``slopes``.
    """

    method: Text
    folds: Text
    prior: Annotated[float, Meta(gt=0, lt=1)]
    sure_precision: Share | None
    slopes: list[Number] = []
    offset: Number | None = None


class Source(Struct, frozen=True):
    """A file of training posts."""

    name: Text
    posts: Count
    selling: Count
    weight: Number
    measured: bool
    sha256: Text = ""


class Judged(Struct, frozen=True):
    """The posts that a teacher scored."""

    unlabelled: Count
    made: Count
    sha256: Text


class Check(Struct, frozen=True):
    """A finding about the training posts."""

    check: Text
    count: Count
    found: Text
    done: Text
    warning: bool


class Base(Struct, frozen=True):
    """The model that another was adapted from; ``sha256`` is of its weights."""

    name: Text
    posts: Count
    sha256: Sha | None = None


class Training(Struct, frozen=True):
    """What a model was trained on and how."""

    posts: Count = 0
    selling: Count = 0
    files: list[Source] = []
    judged: Judged | None = None
    checks: list[Check] = []
    base: Base | None = None
    strength: Annotated[float, Meta(ge=0, le=LARGEST)] | None = None
    C: Annotated[float, Meta(gt=0, le=LARGEST)] | None = None
    network: dict[str, Plain] | None = None
    tuned: dict[str, Plain | list[Plain]] | None = None
    classifier: Text | None = None
    licence: Text | None = None

    def __post_init__(self) -> None:
        if self.base is not None and self.strength is None:
            raise ValueError("a base without a strength")


class FacetFigures(Struct, frozen=True):
    """How well a facet is recognised."""

    posts: Count
    precision: Share
    recall: Share


class FacetQuality(Struct, frozen=True):
    """Which facets a model knows, and how well it recognises them."""

    names: list[str] | None = None
    of: Text | None = None
    each: dict[str, FacetFigures] | None = None
    folds: Text | None = None
    accuracy: Share | None = None
    accuracy_label_right: Share | None = None
    macro_f1: Share | None = None

    def __post_init__(self) -> None:
        if self.names is not None:
            unknown = [name for name in self.names if name not in _KNOWN_FACETS]
            if unknown:
                raise ValueError(f"there is no facet {quoted(unknown[0])}")
            if not self.names or len(set(self.names)) < len(self.names):
                raise ValueError("facets are needed, each once")
        if self.each is not None and None in (
            self.folds,
            self.accuracy,
            self.accuracy_label_right,
            self.macro_f1,
        ):
            raise ValueError("figures of each facet without those of all")


class Limits(Struct, frozen=True):
    """Measures of drift for archives of several sizes."""

    unseen: list[Number]
    strange: list[Number]
    distance: list[Number]


class Drift(Struct, frozen=True):
    """What `givesell.drift` compares an archive with."""

    measured: Text
    sources: Count
    posts: Count
    histogram: Annotated[list[Count], Meta(min_length=BINS, max_length=BINS)]
    words: Share
    unseen: Share
    strange: Share
    strange_from: Share
    sizes: Annotated[
        list[Annotated[int, Meta(ge=1, le=1 << 53)]], Meta(min_length=1, max_length=100)
    ]
    limits: dict[Literal["mixture", "source"], Limits]

    def __post_init__(self) -> None:
        if sorted(set(self.sizes)) != self.sizes or not any(self.histogram):
            raise ValueError("sizes must ascend, and a histogram must hold something")
        if "mixture" not in self.limits:
            raise ValueError("no limits of a mixture")
        for each in self.limits.values():
            if not len(each.unseen) == len(each.strange) == len(each.distance) == len(self.sizes):
                raise ValueError("a limit is needed for each of the sizes")


class Curve(Struct, frozen=True, forbid_unknown_fields=True):
    """A function through points: straight between them, level beyond the first and the last."""

    at: Annotated[list[Number], Meta(min_length=1, max_length=100)]
    worth: Annotated[list[Number], Meta(min_length=1, max_length=100)]

    def __post_init__(self) -> None:
        if len(self.at) != len(self.worth) or sorted(set(self.at)) != self.at:
            raise ValueError("points must ascend, each with a worth")


class SecondLook(Struct, frozen=True, forbid_unknown_fields=True):
    """Which posts a model reads again, after another has read them all; and what becomes of the
    two probabilities. See `givesell.core.second_look`, and `givesell.learn.second_look`, which
    learns it.

    Attributes
    ----------
    first : str
        The name of the model that reads first.
    first_sha256 : str or None
        Of its weights, as in `givesell.Model.digest`; None where it has not been saved.
    least : float
        A post is read again if that is worth at least so much: the sum of the following.
    selling, characters : Curve
        By the first probability of selling, and by the length of the post.
    unread : float
        Where the first model does not know enough of a post's words to be sure.
    facets : dict of str to float
        By the facet that the first model names.
    mix : tuple of float, optional
        What the two log-odds are multiplied by, and an offset; by default the second model's
        probability stands alone.
    thresholds : Thresholds
        Of sure verdicts, whichever model has spoken.
    share : float
        Of the posts that it was learned on: how many are read again.
    metrics, drift
        Of both models together, as in the manifest of one.
    """

    first: Name
    least: Number
    selling: Curve
    characters: Curve
    thresholds: Thresholds
    share: Share
    first_sha256: Sha | None = None
    unread: Number = 0.0
    facets: dict[str, Number] = {}
    mix: tuple[float, float, float] | None = None
    metrics: Metrics = {}
    drift: Drift | None = None

    def __post_init__(self) -> None:
        unknown = [name for name in self.facets if name not in _KNOWN_FACETS]
        if unknown:
            raise ValueError(f"there is no facet {quoted(unknown[0])}")
        if self.mix is not None and not all(abs(value) <= LARGEST for value in self.mix):
            raise ValueError("a mix of numbers that are too large")


class Fingerprints(Struct, frozen=True):
    """How many posts a model remembers, and how; see `givesell.core.fingerprints`."""

    posts: Annotated[int, Meta(ge=1, le=MOST_WEIGHTS_BYTES)]
    method: str

    def __post_init__(self) -> None:
        if self.method != METHOD:
            raise ValueError("fingerprints of a kind that is not known")
