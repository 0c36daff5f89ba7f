"""The manifest of an artifact: everything in it but arrays. What it may hold, and how it is read
and checked.

A `Manifest` is a frozen msgspec Struct with typed sections (`givesell.core.sections`), a view of a
plain dict that JSON can hold. Fields that decide verdicts (``kind``, ``features``, ``intercept``,
``slopes``, ``thresholds``, ``labels``, the names of ``facets``, ``files``) and ``fingerprints`` are
exact: none of the former may be missing, and ``features``, ``slopes``, ``thresholds`` and ``files``
hold no others. Sections that record how a model was made (``training``, ``metrics``,
``calibration``, ``drift``) have the types that the card, the report and `givesell.drift` read;
``second_look`` is the rule by which a model reads posts again that another has read. A field that
this version does not know stays in the plain dict as a record, for what decides verdicts raises the
format: it must be plain like all the rest, which is finite numbers and text without characters that
steer a terminal. So must be what `Model` is given as ``info``.

======== ========= ================================================================================
format   givesell  what
======== ========= ================================================================================
1        0.1.0     a linear model; ``sides`` and ``thresholds`` by label
2        0.1.0     the same with a network
3        0.2.0     ``kind`` and ``text_core``; ``slopes`` for ``sides``; thresholds by meaning
======== ========= ================================================================================
"""

import json
import math
from typing import Annotated, Any, Literal, NamedTuple

import msgspec
from msgspec import Meta, Struct

from givesell.core.sections import (
    MOST_NAME,
    MOST_POST,
    MOST_TEXT,
    Calibration,
    Drift,
    FacetQuality,
    Features,
    Files,
    Fingerprints,
    Metrics,
    Name,
    Plain,
    SecondLook,
    Sha,
    Share,
    Slope,
    Text,
    Thresholds,
    Training,
    TwoSlopes,
    Weight,
)
from givesell.errors import ArgumentError
from givesell.show.words import cut, quoted, visible
from givesell.text.version import CHANGES, TEXT_CORE
from givesell.verdict import LABELS, THRESHOLD

FORMAT = 3
# The first version of the library that reads the format and this text core.
NEEDS = max("0.2.0", CHANGES[TEXT_CORE].givesell)
MOST_BYTES = 1 << 22
MOST_DEPTH = 10
MOST_GOLDEN = 100


class Record(Struct, frozen=True):
    """The fields that record how a model was made; see `givesell.train`."""

    name: Name = "unnamed"
    calibration: Calibration | None = None
    training: Training = msgspec.field(default_factory=Training)
    metrics: Metrics = {}
    drift: Drift | None = None
    second_look: SecondLook | None = None
    facets: FacetQuality | None = None
    fingerprints: Fingerprints | None = None
    versions: dict[str, Text] = {}
    command: Text | None = None
    givesell: Text = ""


class Manifest(Record, frozen=True, kw_only=True):
    """What a model is and how it was made.

    Attributes
    ----------
    kind : str
        The name of its `givesell.core.kind.Kind`.
    text_core : int
        The version of the text core that its features are made by; see `givesell.text.version`.
    needs : str
        The first version of givesell that can read it.
    settings : dict
        What the kind records in addition to its arrays.
    """

    needs: Name
    text_core: Annotated[int, Meta(ge=1, le=1 << 31)] = 1
    name: Name
    kind: Name
    labels: tuple[Literal["giving"], Literal["selling"]]
    features: Features
    intercept: Weight
    slopes: TwoSlopes
    thresholds: Thresholds
    settings: dict[str, Plain] = {}


class Stored(Manifest, frozen=True, kw_only=True):
    """A manifest as an artifact holds it."""

    format: Annotated[int, Meta(ge=1, le=FORMAT)]
    golden: Annotated[
        list[tuple[Annotated[str, Meta(max_length=MOST_POST)], Share]], Meta(max_length=MOST_GOLDEN)
    ]
    files: Files
    sha256: Sha

    def __post_init__(self) -> None:
        if self.facets is not None and self.facets.names is None:
            raise ValueError("facets without names")


# The fields that say what a model is, and so are never taken over from another model's record.
DEFINING = (
    {field.name for field in msgspec.structs.fields(Stored)}
    - {field.name for field in msgspec.structs.fields(Record)}
) | {"fingerprints", "sides"}


class _Head(Struct, frozen=True):
    format: int
    needs: str = "?"


class _ThresholdsByLabel(Struct, frozen=True, forbid_unknown_fields=True):
    giving: Annotated[float, Meta(ge=0, le=THRESHOLD)]
    selling: Annotated[float, Meta(ge=THRESHOLD, le=1)]


class _Older(Struct, frozen=True):
    """The fields that formats 1 and 2 name differently."""

    thresholds: _ThresholdsByLabel
    sides: tuple[Slope, Slope] = (1.0, 1.0)


class Read(NamedTuple):
    """A manifest that was read: as a checked struct, as a plain dict in the current format, and as
    it is in the file.
    """

    manifest: Stored
    plain: dict[str, Any]
    file: dict[str, Any]


class NewerError(ValueError):
    """A manifest is of a newer format. ``format`` is its number, ``needs`` the version of
    givesell that reads it.
    """

    def __init__(self, number: int, needs: str) -> None:
        super().__init__(number)
        self.format, self.needs = number, needs


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
        With the field and the reason, to follow the file's name in a sentence.
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
        file = json.loads(data, object_pairs_hook=_unique)
        plain = _without_empty(_renewed(file, data) if 1 <= head.format < FORMAT else file)
        manifest = msgspec.json.decode(json.dumps(plain).encode(), type=Stored)
    except msgspec.ValidationError as error:
        raise ValueError(_reason(error)) from error
    except (msgspec.DecodeError, ValueError, RecursionError) as error:
        raise ValueError(f"is not valid JSON ({error})") from error
    _check_plain({name: value for name, value in plain.items() if name != "golden"})
    return Read(manifest, plain, file)


def checked_record(info: Any) -> dict[str, Any]:
    """Return what a model should record, in a form that a manifest can hold.

    Arrays and NumPy's numbers become plain ones, NaN and infinity null; characters that do not
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
        E210, with the name of a field that has another type than the schema says.

    Examples
    --------
    >>> checked_record({"name": "mine", "note": float("nan")})
    {'name': 'mine', 'note': None}
    """
    try:
        record: dict[str, Any] = _without_empty(_plain(dict(info)))
        data = json.dumps(record).encode()
        if len(data) > MOST_BYTES:
            raise ValueError(f"it takes more than {MOST_BYTES:,} bytes")
        msgspec.json.decode(data, type=Record)
    except msgspec.ValidationError as error:
        raise ArgumentError("E210", reason=_reason(error)) from error
    except (TypeError, ValueError) as error:
        raise ArgumentError("E210", reason=str(error)) from error
    return record


def _without_empty(plain: dict[str, Any]) -> dict[str, Any]:
    """Return a manifest without sections that are null, and without what an older version stored a
    second time.
    """
    names = {field.name for field in msgspec.structs.fields(Record)}
    plain = {k: value for k, value in plain.items() if value is not None or k not in names}
    if isinstance(calibration := plain.get("calibration"), dict):
        plain["calibration"] = {k: value for k, value in calibration.items() if k != "sides"}
    return plain


def _renewed(file: dict[str, Any], data: bytes) -> dict[str, Any]:
    """Return a manifest of an older format in the current format."""
    older = msgspec.json.decode(data, type=_Older)
    low, high = older.thresholds.giving, older.thresholds.selling
    changed = {
        "kind": "linear" if file["format"] == 1 else "deep",
        "slopes": dict(zip(LABELS, older.sides, strict=True)),
        "thresholds": {"sure_giving_up_to": low, "sure_selling_from": high},
    }
    return {name: value for name, value in file.items() if name != "sides"} | changed


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
    fields = dict(pairs)
    if len(fields) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise ValueError(f"{quoted(twice)} occurs twice")
    return fields


def _check_plain(value: Any, field: str = "", depth: int = 1) -> None:
    """Refuse text that could do harm where it is shown, and values that are too large or nested too
    deep.
    """
    problem = ""
    if isinstance(value, str):
        if visible(value) != value:
            problem = "holds characters that do not show"
        elif len(value) > MOST_TEXT:
            problem = f"is longer than {MOST_TEXT:,} characters"
    elif isinstance(value, (int, float)):
        if not abs(value) <= 1 << 63:
            problem = "is out of range"
    elif isinstance(value, (dict, list)) and depth > MOST_DEPTH:
        problem = f"is nested more than {MOST_DEPTH} deep"
    if problem:
        where = f"field {cut(visible(field), MOST_NAME)!r} " if field else ""
        raise ValueError(f"{where}{problem}")
    if isinstance(value, (dict, list)):
        for name, item in value.items() if isinstance(value, dict) else enumerate(value):
            if isinstance(name, str):
                _check_plain(name, field or "a name", depth + 1)
            _check_plain(item, f"{field}.{name}" if field else str(name), depth + 1)


def _reason(error: msgspec.ValidationError) -> str:
    """Return why a manifest is refused, to follow the file's name in a sentence."""
    what, _, path = str(error).partition(" - at `$")
    field = path.rstrip("`").lstrip(".")
    what = what.replace("`", "")
    if what.startswith("Object missing required field "):
        missing = ".".join(filter(None, [field, what.rpartition(" ")[2]]))
        return f"has no field {missing!r}"
    where = f"field {visible(field)!r}: " if field else ""
    return cut(visible(f"{where}{what[:1].lower()}{what[1:]}"), 400)
