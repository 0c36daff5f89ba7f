"""The schema of an artifact's manifest: what each field must be, checked before anything is made of
it.

Fields that decide verdicts (``features``, ``intercept``, ``sides``, ``thresholds``, ``labels``, the
names of ``facets``, ``files``) and ``fingerprints`` are exact: none of the former may be missing,
and ``features``, ``thresholds`` and ``files`` hold no others. Fields that record how a model was
made (``training``, ``metrics``, ``calibration``, ``drift``) have the shapes that the card, the
report and `givesell.drift` read. A field that this version does not know is kept as a record, for
what decides verdicts raises the format: it must be plain like all the rest, which is finite numbers
and text without characters that steer a terminal. So must be what `Model` is given as ``info``.
"""

import json
import math
from typing import Annotated, Any, Literal, NamedTuple

import msgspec
from msgspec import UNSET, Meta, Struct, UnsetType

from givesell.core.fingerprints import METHOD
from givesell.errors import ArgumentError
from givesell.show.words import cut, quoted, visible
from givesell.text.ngrams import ngrams_of
from givesell.verdict import FACETS, THRESHOLD

FORMAT = 2  # 1 is without a network
MOST_BYTES = 1 << 22
MOST_DEPTH = 10
MOST_TEXT, MOST_NAME, MOST_POST = 1 << 16, 255, 10_000  # code points
MOST_GOLDEN = 100
MOST_WEIGHTS_BYTES = 1 << 30
LARGEST = 1e9  # of a weight or an intercept
NARROWEST, WIDEST = 1e-6, 1e6  # of the factors of the two sides
BINS = 50  # of the histogram of `givesell.drift`
_KNOWN_FACETS = {name for names in FACETS.values() for name in names}

Text = Annotated[str, Meta(max_length=MOST_TEXT)]
Name = Annotated[str, Meta(min_length=1, max_length=MOST_NAME)]
Sha = Annotated[str, Meta(pattern="^[0-9a-f]{64}$")]
Count = Annotated[int, Meta(ge=0, le=1 << 53)]
Number = Annotated[float, Meta(ge=-1e15, le=1e15)]
Share = Annotated[float, Meta(ge=0, le=1)]
Weight = Annotated[float, Meta(ge=-LARGEST, le=LARGEST)]
Side = Annotated[float, Meta(ge=NARROWEST, le=WIDEST)]
# Unions are of plain types: msgspec mixes up the bounds of a union's members with a tuple among
# them. `_check_plain` bounds all values.
Plain = float | str | bool | None


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
    """Probabilities at most, or at least, which a verdict is sure."""

    giving: Annotated[float, Meta(ge=0, le=THRESHOLD)]
    selling: Annotated[float, Meta(ge=THRESHOLD, le=1)]


class File(Struct, frozen=True, forbid_unknown_fields=True):
    """A file beside the manifest."""

    bytes: Annotated[int, Meta(ge=0, le=MOST_WEIGHTS_BYTES)]
    sha256: Sha


class Files(Struct, frozen=True, forbid_unknown_fields=True):
    """The files beside the manifest."""

    weights: File = msgspec.field(name="weights.safetensors")


class Calibration(Struct, frozen=True):
    """How probabilities were fitted."""

    method: Text
    folds: Text
    prior: Annotated[float, Meta(gt=0, lt=1)]
    sure_precision: Share | None
    slopes: list[Number] | UnsetType = UNSET
    offset: Number | UnsetType = UNSET
    sides: list[float] | UnsetType = UNSET


class Source(Struct, frozen=True):
    """A file of training posts."""

    name: Text
    posts: Count
    selling: Count
    weight: Number
    measured: bool
    sha256: Text = ""


class Judged(Struct, frozen=True):
    """What a teacher judged."""

    unlabelled: Count
    made: Count
    sha256: Text


class Check(Struct, frozen=True):
    """What was found about the training posts."""

    check: Text
    count: Count
    found: Text
    done: Text
    warning: bool


class Base(Struct, frozen=True):
    """The model that another started from."""

    name: Text
    posts: Count


class Training(Struct, frozen=True):
    """What a model was trained on and how."""

    posts: Count = 0
    selling: Count = 0
    files: list[Source] = []
    judged: Judged | UnsetType = UNSET
    checks: list[Check] = []
    base: Base | UnsetType = UNSET
    strength: Annotated[float, Meta(ge=0, le=LARGEST)] | UnsetType = UNSET
    C: Annotated[float, Meta(gt=0, le=LARGEST)] | UnsetType = UNSET
    network: dict[str, Plain] | UnsetType = UNSET
    tuned: dict[str, Plain | list[Plain]] | UnsetType = UNSET
    classifier: Text | UnsetType = UNSET
    licence: Text | UnsetType = UNSET

    def __post_init__(self) -> None:
        if self.base is not UNSET and self.strength is UNSET:
            raise ValueError("a base without a strength")


class OfFacet(Struct, frozen=True):
    """How well a facet is told."""

    posts: Count
    precision: Share
    recall: Share


class Facets(Struct, frozen=True):
    """Which facets are told, and how well."""

    names: list[str] | UnsetType = UNSET
    of: Text | UnsetType = UNSET
    each: dict[str, OfFacet] | UnsetType = UNSET
    folds: Text | UnsetType = UNSET
    accuracy: Share | UnsetType = UNSET
    accuracy_label_right: Share | UnsetType = UNSET
    macro_f1: Share | UnsetType = UNSET

    def __post_init__(self) -> None:
        if self.names is not UNSET:
            unknown = [name for name in self.names if name not in _KNOWN_FACETS]
            if unknown:
                raise ValueError(f"there is no facet {quoted(unknown[0])}")
            if not self.names or len(set(self.names)) < len(self.names):
                raise ValueError("facets are needed, each once")
        if self.each is not UNSET and UNSET in (
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
    """What `givesell.drift` holds an archive against."""

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


class Fingerprints(Struct, frozen=True):
    """How many posts a model remembers, and how; see `givesell.core.fingerprints`."""

    posts: Annotated[int, Meta(ge=1, le=MOST_WEIGHTS_BYTES)]
    method: str

    def __post_init__(self) -> None:
        if self.method != METHOD:
            raise ValueError("fingerprints of a kind that is not known")


Metrics = dict[str, dict[str, float | list[float] | None]]


class Record(Struct, frozen=True):
    """The fields that record how a model was made; see `train`."""

    name: Name | UnsetType = UNSET
    calibration: Calibration | UnsetType = UNSET
    training: Training | UnsetType = UNSET
    metrics: Metrics | None = None
    drift: Drift | None = None
    facets: Facets | UnsetType = UNSET
    fingerprints: Fingerprints | UnsetType = UNSET
    versions: dict[str, Text] | None = None
    command: Text | None = None
    givesell: Text = ""


class Manifest(Record, frozen=True, kw_only=True):
    """A manifest."""

    format: Annotated[int, Meta(ge=1, le=FORMAT)]
    needs: Name
    name: Name
    labels: tuple[Literal["giving"], Literal["selling"]]
    features: Features
    intercept: Weight
    sides: tuple[Side, Side] = (1.0, 1.0)
    thresholds: Thresholds
    golden: Annotated[
        list[tuple[Annotated[str, Meta(max_length=MOST_POST)], Share]], Meta(max_length=MOST_GOLDEN)
    ]
    files: Files
    sha256: Sha

    def __post_init__(self) -> None:
        if self.facets is not UNSET and self.facets.names is UNSET:
            raise ValueError("facets without names")


class _Head(Struct, frozen=True):
    format: int
    needs: str = "?"


class Read(NamedTuple):
    """A manifest that was read: its fields checked, and all of it as it stands in the file."""

    fields: Manifest
    whole: dict[str, Any]


class NewerError(ValueError):
    """A manifest is of a newer format. ``found`` is its number, ``needs`` the version of
    givesell that reads it.
    """

    def __init__(self, found: int, needs: str) -> None:
        super().__init__(found)
        self.found, self.needs = found, needs


def read_manifest(data: bytes) -> Read:
    """Read a manifest and check every field of it.

    Parameters
    ----------
    data : bytes

    Returns
    -------
    Read

    Raises
    ------
    NewerError
    ValueError
        With the field and the reason, as a sentence goes on after the file's name.
    """
    if len(data) > MOST_BYTES:
        raise ValueError(f"holds more than {MOST_BYTES:,} bytes")
    try:
        head = msgspec.json.decode(data, type=_Head)
    except (msgspec.ValidationError, RecursionError) as error:
        raise ValueError("is not the manifest of a givesell artifact") from error
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise ValueError(f"is not valid JSON ({error})") from error
    if head.format > FORMAT:
        raise NewerError(head.format, head.needs if len(head.needs) <= MOST_NAME else "?")
    try:
        fields = msgspec.json.decode(data, type=Manifest)
        whole = json.loads(data, object_pairs_hook=_unique)
    except msgspec.ValidationError as error:
        raise ValueError(_told(error)) from error
    except (ValueError, RecursionError) as error:
        raise ValueError(f"is not valid JSON ({error})") from error
    _check_plain({name: value for name, value in whole.items() if name != "golden"})
    return Read(fields, whole)


def checked_record(info: Any) -> dict[str, Any]:
    """Return what a model is to record, as a manifest can hold it.

    Arrays and NumPy's numbers become plain ones, numbers that are none null; characters that do not
    show become escapes, and long text is cut.

    Parameters
    ----------
    info : mapping

    Returns
    -------
    dict

    Raises
    ------
    ArgumentError
        E210, with the field, if one that is read elsewhere has another shape.

    Examples
    --------
    >>> checked_record({"name": "mine", "note": float("nan")})
    {'name': 'mine', 'note': None}
    """
    try:
        record: dict[str, Any] = _plain(dict(info))
        data = json.dumps(record).encode()
        if len(data) > MOST_BYTES:
            raise ValueError(f"it takes more than {MOST_BYTES:,} bytes")
        msgspec.json.decode(data, type=Record)
    except msgspec.ValidationError as error:
        raise ArgumentError("E210", reason=_told(error)) from error
    except (TypeError, ValueError) as error:
        raise ArgumentError("E210", reason=str(error)) from error
    return record


def _plain(value: Any, depth: int = 1) -> Any:
    if isinstance(value, bool) or value is None:
        return value
    if isinstance(value, str):
        return cut(visible(str(value)), MOST_TEXT)
    if isinstance(value, (int, float)):
        if not math.isfinite(value):
            return None
        return (
            value
            if type(value) in (int, float)
            else (int if isinstance(value, int) else float)(value)
        )
    if depth > MOST_DEPTH:
        raise ValueError(f"it is nested more than {MOST_DEPTH} deep")
    if hasattr(value, "tolist"):  # an array or one of NumPy's numbers
        return _plain(value.tolist(), depth)
    if isinstance(value, dict):
        return {
            cut(visible(str(key)), MOST_TEXT): _plain(item, depth + 1)
            for key, item in value.items()
        }
    if isinstance(value, (list, tuple)):
        return [_plain(item, depth + 1) for item in value]
    return cut(visible(str(value)), MOST_TEXT)


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _ in pairs]
        raise ValueError(
            f"{quoted(next(name for name in names if names.count(name) > 1))} stands in it twice"
        )
    return found


def _check_plain(value: Any, field: str = "", depth: int = 1) -> None:
    """Refuse text that does harm where it is shown, and what is too large or too deep for anyone
    to read.
    """
    where = f"field {cut(visible(field), MOST_NAME)!r} " if field else ""
    if isinstance(value, str):
        if visible(value) != value:
            raise ValueError(f"{where}holds characters that do not show")
        if len(value) > MOST_TEXT:
            raise ValueError(f"{where}is longer than {MOST_TEXT:,} characters")
    elif isinstance(value, (int, float)) and not abs(value) <= 1 << 63:
        raise ValueError(f"{where}is no number that can be used")
    elif isinstance(value, (dict, list)):
        if depth > MOST_DEPTH:
            raise ValueError(f"{where}is nested more than {MOST_DEPTH} deep")
        for name, item in value.items() if isinstance(value, dict) else enumerate(value):
            if isinstance(name, str):
                _check_plain(name, field or "a name", depth + 1)
            _check_plain(item, f"{field}.{name}" if field else str(name), depth + 1)


def _told(error: msgspec.ValidationError) -> str:
    """Say what a validation error says, as a sentence goes on after the file's name."""
    what, _, path = str(error).partition(" - at `$")
    field = path.rstrip("`").lstrip(".")
    what = what.replace("`", "")
    if what.startswith("Object missing required field "):
        missing = ".".join(filter(None, [field, what.rpartition(" ")[2]]))
        return f"has no field {missing!r}"
    where = f"field {visible(field)!r}: " if field else ""
    return cut(visible(f"{where}{what[:1].lower()}{what[1:]}"), 400)
