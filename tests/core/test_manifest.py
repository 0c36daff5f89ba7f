"""The schema of the manifest: what it refuses, and that all that givesell writes passes."""

import copy
import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import givesell
from givesell.core.manifest import MOST_BYTES, MOST_DEPTH, NewerError, checked_record, read_manifest
from givesell.errors import ArgumentError, ArtifactError, GivesellError
from givesell.model.model import Model

MISSING = object()
TRAINING = {
    "posts": 3,
    "selling": 1,
    "files": [{"name": "a.csv", "posts": 3, "selling": 1, "weight": 1.0, "measured": True}],
}
DRIFT = {
    "measured": "drawn at random", "sources": 0, "posts": 9, "histogram": [1] * 50, "words": 0.1,
    "unseen": 0.1, "strange": 0.1,
    "strange_from": 0.5, "sizes": [50, 200], "limits": {"mixture": {"unseen": [0.1, 0.2],
    "strange": [0.1, 0.2], "distance": [0.1, 0.2]}},
}  # fmt: skip
# What stands where, and what the refusal names.
REFUSED = [
    (("features", "ngram_range"), [1, -1], "ngram_range"),
    (("features", "ngram_range"), [-5, 1], "ngram_range"),
    (("features", "ngram_range"), [2, 1], "ngram_range"),
    (("features", "ngram_range"), [1, 2**63], "ngram_range"),
    (("features", "ngram_range"), [1, 2, 3], "features.ngram_range"),
    (("features", "ngram_range"), [True, 2], "features.ngram_range"),
    (("features", "ngram_range"), ["1", "2"], "features.ngram_range"),
    (("features", "char_ngram_range"), [-10, 1], "char_ngram_range"),
    (("features", "char_ngram_range"), [1, 3], "char_ngram_range"),
    (("features", "char_ngram_range"), [2, 9], "char_ngram_range"),
    (("features", "n_features"), 3000, "n_features"),
    (("features", "n_features"), 2**40, "n_features"),
    (("features", "n_features"), 0, "n_features"),
    (("features", "n_features"), 4096.0, "n_features"),
    (("features", "min_df"), 0, "features.min_df"),
    (("features", "norm"), "l1", "features.norm"),
    (("features", "use_idf"), 1, "features.use_idf"),
    (("features", "sublinear_tf"), MISSING, "features.sublinear_tf"),
    (("features", "evil"), 1, "evil"),
    (("intercept",), "0", "'intercept'"),
    (("intercept",), True, "'intercept'"),
    (("intercept",), 1e10, "'intercept'"),
    (("intercept",), 10**400, "'intercept'"),
    (("intercept",), float("nan"), "JSON"),
    (("intercept",), float("-inf"), "JSON"),
    (("slopes",), [1.0], "'slopes'"),
    (("slopes", "selling"), MISSING, "slopes.selling"),
    (("slopes", "giving"), 0.0, "slopes"),
    (("slopes", "giving"), -1.0, "slopes"),
    (("slopes", "giving"), 1e300, "slopes"),
    (("thresholds",), [], "'thresholds'"),
    (("thresholds", "sure_giving_up_to"), 0.6, "thresholds.sure_giving_up_to"),
    (("thresholds", "sure_selling_from"), 0.4, "thresholds.sure_selling_from"),
    (("thresholds", "sure_giving_up_to"), "low", "thresholds.sure_giving_up_to"),
    (("kind",), "onnx", "E222"),
    (("kind",), 7, "'kind'"),
    (("kind",), "deep", "tensors"),
    (("settings",), [], "'settings'"),
    (("text_core",), 0, "'text_core'"),
    (("text_core",), "1", "'text_core'"),
    (("labels",), ["selling", "giving"], "labels"),
    (("labels",), ["giving"], "labels"),
    (("golden",), [["a"]], "golden"),
    (("golden",), [["a", 1.5]], "golden"),
    (("golden",), [[1, 0.5]], "golden"),
    (("golden",), [["a" * 20_000, 0.5]], "golden"),
    (("golden",), [["a", 0.5]] * 101, "'golden'"),
    (("golden",), ["ab"], "golden"),
    (("name",), "", "'name'"),
    (("name",), "x" * 300, "'name'"),
    (("name",), "\x1b]0;taken\x07", "'name'"),
    (("name",), "a\u202eb", "'name'"),
    (("name",), ["mine"], "'name'"),
    (("name",), MISSING, "'name'"),
    (("needs",), 7, "manifest"),
    (("format",), 0, "'format'"),
    (("format",), -3, "'format'"),
    (("format",), True, "manifest"),
    (("format",), MISSING, "manifest"),
    (("files",), {}, "files"),
    (("files", "more"), {"bytes": 1, "sha256": "0" * 64}, "more"),
    (("sha256",), "0" * 63, "'sha256'"),
    (("training",), [], "'training'"),
    (("training",), {"posts": "x"}, "training.posts"),
    (("training",), {"posts": -1}, "training.posts"),
    (("training",), TRAINING | {"files": [{"name": "a"}]}, "training.files"),
    (("training",), TRAINING | {"base": {"name": "a", "posts": 1}}, "base"),
    (("training",), TRAINING | {"base": "a"}, "training.base"),
    (("training",), TRAINING | {"C": "10"}, "training.C"),
    (("training",), TRAINING | {"checks": [{}]}, "training.checks"),
    (("training",), TRAINING | {"licence": "mine\x9b31m"}, "training.licence"),
    (("metrics",), [], "'metrics'"),
    (("metrics",), {"split by a": {"auc": "high"}}, "metrics"),
    (("metrics",), {"split\x1b[2J": {"auc": 0.5}}, "metrics"),
    (("calibration",), {"prior": 0.3}, "calibration"),
    (("calibration",), {"method": "m", "folds": "f", "prior": 1, "sure_precision": None},
    "calibration.prior"),
    (("drift",), DRIFT | {"histogram": [1]}, "drift.histogram"),
    (("drift",), DRIFT | {"histogram": [0] * 50}, "drift"),
    (("drift",), DRIFT | {"sizes": [200, 50]}, "drift"),
    (("drift",), DRIFT | {"sizes": [50]}, "drift"),
    (("drift",), DRIFT | {"limits": {}}, "drift"),
    (("drift",), DRIFT | {"unseen": 2}, "drift.unseen"),
    (("versions",), {"numpy": 2}, "versions"),
    (("command",), "a\nb", "'command'"),
    (("note",), "\x00", "'note'"),
    (("note",), 10**30, "'note'"),
    (("note",), "x" * 70_000, "'note'"),
    (("facets",), {"names": ["help"]}, "tensors"),
]  # fmt: skip


def put(manifest, path, value):
    """Change, add or take out one field."""
    manifest = copy.deepcopy(manifest)
    place = manifest
    for key in path[:-1]:
        place = place[key]
    if value is MISSING:
        del place[path[-1]]
    else:
        place[path[-1]] = value
    return manifest


@pytest.fixture
def linear(saved):
    """The manifest of a small linear model, and its weights."""
    folder = saved["linear"]
    return (
        json.loads((folder / "manifest.json").read_text()),
        (folder / "weights.safetensors").read_bytes(),
    )


@pytest.mark.parametrize(("path", "value", "named"), REFUSED)
def test_refused(saved, tmp_path, path, value, named):
    """A field of the wrong type or beyond its range is refused by name, whatever the hash says,
    and nothing steers a terminal.
    """
    from hashlib import sha256

    source = saved["linear"]
    manifest = put(json.loads((source / "manifest.json").read_text()), path, value)
    if path != ("sha256",):
        fields = {name: field for name, field in manifest.items() if name != "sha256"}
        manifest["sha256"] = sha256(json.dumps(fields, sort_keys=True).encode()).hexdigest()
    (tmp_path / "manifest.json").write_text(json.dumps(manifest))
    (tmp_path / "weights.safetensors").write_bytes((source / "weights.safetensors").read_bytes())
    with pytest.raises(ArtifactError, match=r"E202|E222") as caught:
        givesell.load(tmp_path)
    assert named in str(caught.value)
    assert str(caught.value).isprintable()


@pytest.mark.parametrize(
    "data",
    [b"", b"[]", b"null", b"7", b'{"format":1', b'{"format":' + b"9" * 5000 + b"}",
    b'{"format":1,"x":' + b"[" * 200_000, b"\xff\xfe{\x00",
     b'{"format":1,"format":1}', b"[" * 900 + b"]" * 900, b'{"format":1,"x":' + b'{"a":' * 50_000,
     b" " * (MOST_BYTES + 1)],
)  # fmt: skip
def test_no_manifest(data):
    """Bytes that are no manifest are refused, however deep or long they are."""
    with pytest.raises(ValueError, match=r"JSON|not the manifest|no field|bytes"):
        read_manifest(data)


def test_field_that_occurs_twice(linear):
    """A field that stands twice is refused: readers would differ in which of them counts."""
    text = json.dumps(linear[0]).replace('"intercept"', '"intercept": 0.0, "intercept"')
    with pytest.raises(ValueError, match="'intercept' occurs twice"):
        read_manifest(text.encode())


def test_newer_format(linear):
    """Of a newer format the number and the version are taken, and no more is looked at."""
    with pytest.raises(NewerError) as caught:
        read_manifest(json.dumps({"format": 10**30, "needs": "9.1.0", "features": 7}).encode())
    assert caught.value.needs == "9.1.0"


def test_unknown_records_are_kept(linear, tmp_path):
    """A field that this version does not know is a record: it loads, is shown and is saved
    again.
    """
    manifest, weights = linear
    manifest["origin"] = {"city": "Graz", "years": [2024, 2025]}
    from hashlib import sha256

    fields = {name: field for name, field in manifest.items() if name != "sha256"}
    manifest["sha256"] = sha256(json.dumps(fields, sort_keys=True).encode()).hexdigest()
    model = Model.from_bytes(json.dumps(manifest).encode(), weights)
    model.save(tmp_path / "again")
    assert givesell.load(tmp_path / "again").info["origin"] == {
        "city": "Graz",
        "years": [2024, 2025],
    }


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
        lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
        max_leaves=8,
    ),
    st.sampled_from(
        [
            "name",
            "training",
            "metrics",
            "calibration",
            "drift",
            "facets",
            "versions",
            "command",
            "note",
        ]
    ),
)
def test_records_are_kept_or_refused(value, name):
    """Whatever is to be recorded is refused by our own error, or comes back the same through
    JSON and a second check.
    """
    try:
        record = checked_record({name: value})
    except ArgumentError:
        return
    assert json.loads(json.dumps(record, allow_nan=False)) == record
    assert checked_record(record) == record


def test_records_become_plain():
    """Arrays and NumPy's numbers become plain, numbers that are none null, and what does not
    show an escape.
    """
    given = {
        "a": np.arange(2),
        "b": np.float32(0.5),
        "c": float("nan"),
        "d": "x\x1b[2J",
        "e": (1, {2: None}),
        "f": int,
        "\n": np.bool_(True),
    }
    assert checked_record(given) == {
        "a": [0, 1], "b": 0.5, "c": None, "d": "x\\x1b[2J", "e": [1, {"2": None}],
        "f": "<class 'int'>", "\\n": True,
    }  # fmt: skip


def test_records_that_are_too_deep():
    """What is nested deeper than anyone reads is refused, and so is what holds itself."""
    value = []
    for _ in range(MOST_DEPTH + 1):
        value = [value]
    endless = {}
    endless["self"] = endless
    for bad in (value, endless):
        with pytest.raises(ArgumentError, match="deep"):
            checked_record({"note": bad})


@pytest.mark.parametrize(
    "info",
    [7, [1], {"name": ""}, {"name": "x" * 300}, {"training": []}, {"drift": {"histogram": []}}],
)
def test_models_record_what_can_be_saved(saved, info):
    """A model is made only with a record that its artifact can hold."""
    model = givesell.load(saved["linear"])
    with pytest.raises(ArgumentError, match="E210"):
        Model(model.kind, thresholds=(0.2, 0.8), info=info)


@pytest.mark.parametrize("name", ["givesell-en", "givesell-en-deep"])
def test_each_value_of_the_shipped_manifests(name):
    """Each field of a shipped manifest, replaced by odd values, is refused by our own error or
    kept as a record.
    """
    whole = givesell.load(name).info
    odd = [None, -1, 2**70, "\x1b[2J", [], {}, [[[]]], 1e308]

    def places(value, at=()):
        if at:
            yield at
        pairs = (
            value.items()
            if isinstance(value, dict)
            else enumerate(value[:2])
            if isinstance(value, list)
            else ()
        )
        for key, item in pairs:
            yield from places(item, (*at, key))

    tried = refused = 0
    for path in places({field: whole[field] for field in whole if field != "golden"}):
        for value in odd:
            tried += 1
            try:
                checked_record(put(whole, path, value))
            except GivesellError:
                refused += 1
    assert tried > 1000
    assert refused > tried / 3
