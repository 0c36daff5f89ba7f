"""Tests of `givesell.artifact` and of saving and loading models."""

import hashlib
import json
import pickle
import shutil

import joblib
import numpy as np
import pytest

import givesell
from givesell.artifact import FORMAT
from givesell.errors import ArgumentTypeError, ArtifactError
from givesell.golden import POSTS


@pytest.fixture(scope="module")
def model():
    """The shipped model."""
    return givesell.load()


@pytest.fixture
def folder(model, tmp_path):
    """A folder that the shipped model is saved in."""
    model.save(tmp_path / "mine")
    return tmp_path / "mine"


def edit(folder, change, *, sign=True):
    """Change the manifest; sign it anew to get past its own hash."""
    path = folder / "manifest.json"
    manifest = json.loads(path.read_text())
    change(manifest)
    if sign:
        fields = {name: value for name, value in manifest.items() if name != "sha256"}
        manifest["sha256"] = hashlib.sha256(json.dumps(fields, sort_keys=True).encode()).hexdigest()
    path.write_text(json.dumps(manifest))


def test_round_trip(model, folder):
    """A saved and loaded model gives the same bytes and keeps its record."""
    again = givesell.load(folder)
    assert again.score(list(POSTS)).tobytes() == model.score(list(POSTS)).tobytes()
    assert again.thresholds == model.thresholds
    assert again.info["training"] == model.info["training"]
    assert again.info["metrics"] == model.info["metrics"]


def test_same_model_same_bytes(model, folder, tmp_path):
    """Saving twice, or saving what was loaded, writes the same bytes."""
    givesell.load(folder).save(tmp_path / "again" / "mine")
    for name in ("manifest.json", "weights.safetensors", "README.md"):
        assert (tmp_path / "again" / "mine" / name).read_bytes() == (folder / name).read_bytes()


def test_saving_over_a_mapped_model_is_safe(model, folder):
    """A model keeps its weights while its own folder is written anew."""
    mapped = givesell.load(folder)
    before = mapped.score(list(POSTS))
    mapped.save(folder, overwrite=True)
    assert mapped.score(list(POSTS)).tobytes() == before.tobytes()


def test_card_is_generated(folder):
    """The card names the model, its quality by source and its training files."""
    card = (folder / "README.md").read_text()
    assert "split by group" in card
    assert "labelled.jsonl.gz" in card
    assert "macro-F1" in card


@pytest.mark.parametrize("mmap", [True, False])
def test_memory_mapping(folder, mmap):
    """Weights are mapped from disk or read, and cannot be written to."""
    table = givesell.load(folder, mmap=mmap)._linear.table
    base = table
    while isinstance(base.base, np.ndarray):
        base = base.base
    assert isinstance(base, np.memmap) == mmap
    assert not table.flags.writeable


def test_weights_are_safetensors(model, folder):
    """The weights are a plain safetensors file that its own library reads."""
    from safetensors.numpy import load_file

    tensors = load_file(folder / "weights.safetensors")
    rows = len(tensors["facets.buckets"])
    assert {name: tensor.shape for name, tensor in tensors.items()} == {
        "buckets": (len(model._buckets),),
        "weights": (len(model._buckets), 2),
        "facets.buckets": (rows,),
        "facets.weights": (rows, 11),
        "facets.intercepts": (11,),
    }


@pytest.mark.parametrize("name", ["manifest.json", "weights.safetensors"])
@pytest.mark.parametrize(
    ("harm", "reason"),
    [
        (lambda path: path.unlink(), "No such file"),
        (lambda path: path.write_bytes(path.read_bytes()[:-100]), "bytes where|not valid JSON"),
        (lambda path: path.write_bytes(b""), "bytes where|not valid JSON"),
        (lambda path: path.write_bytes(b"\x80" + path.read_bytes()[1:]), "SHA-256|not valid JSON"),
    ],
)
def test_damaged_files(folder, name, harm, reason):
    """A missing, truncated, empty or corrupt file is named with the reason."""
    harm(folder / name)
    with pytest.raises(ArtifactError, match=reason) as caught:
        givesell.load(folder)
    assert name in str(caught.value)


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (lambda m: m.update(intercept=m["intercept"] + 1), "SHA-256"),
        (lambda m: m["thresholds"].update(selling=0.6), "SHA-256"),
        (lambda m: m["golden"].clear(), "SHA-256"),
    ],
)
def test_edited_manifest(folder, change, reason):
    """A manifest edited by hand is refused."""
    edit(folder, change, sign=False)
    with pytest.raises(ArtifactError, match=reason):
        givesell.load(folder)


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (lambda m: m.update(intercept="0"), "'intercept' is of type str"),
        (lambda m: m.pop("features"), "no field 'features'"),
        (lambda m: m.update(format="1"), "not the manifest"),
        (lambda m: m["features"].update(n_features=2**19), "ascending buckets"),
        (lambda m: m["features"].update(ngram_range=7), "cannot be used"),
        (lambda m: m["thresholds"].update(giving="low"), "cannot be used"),
        (lambda m: m["thresholds"].update(giving=0.9), "thresholds"),
        (lambda m: m.update(golden=[[1, 2, 3]]), "cannot be used"),
        (lambda m: m["files"].clear(), "not listed"),
    ],
)
def test_wrong_fields(folder, change, reason):
    """A field of the wrong type or value is named, whatever its hash says."""
    edit(folder, change)
    with pytest.raises(ArtifactError, match=reason):
        givesell.load(folder)


def test_manifest_that_is_no_object(folder):
    """A manifest that is a JSON list is refused."""
    (folder / "manifest.json").write_text("[]")
    with pytest.raises(ArtifactError, match="not the manifest"):
        givesell.load(folder)


def test_golden_predictions_are_verified(folder):
    """Weights that no longer give the recorded predictions are refused."""
    edit(folder, lambda m: m.update(intercept=m["intercept"] + 0.01))
    with pytest.raises(ArtifactError, match="golden post 0"):
        givesell.load(folder)


def test_newer_format(folder):
    """An artifact of a newer format says which givesell reads it."""
    edit(folder, lambda m: m.update(format=FORMAT + 1, needs="9.1.0"), sign=False)
    with pytest.raises(ArtifactError, match=r"Upgrade to givesell 9\.1\.0"):
        givesell.load(folder)


class Trap:
    """Leaves a mark when it is unpickled."""

    def __init__(self, path):
        self.path = path

    def __reduce__(self):
        return open, (str(self.path), "w")


@pytest.mark.parametrize("suffix", [".joblib", ".pkl", ".pickle"])
def test_pickles_are_not_opened(tmp_path, suffix):
    """A pickled model is refused unopened, with the way to convert it."""
    path = tmp_path / f"model{suffix}"
    path.write_bytes(pickle.dumps(Trap(tmp_path / "sprung")))
    with pytest.raises(ArtifactError, match="trusted=True"):
        givesell.load(path)
    assert not (tmp_path / "sprung").exists()


def test_trusted_joblib(model, tmp_path):
    """A joblib file of a pipeline becomes a model when the caller trusts it."""
    joblib.dump(model.pipeline, tmp_path / "model.joblib")
    again = givesell.load(tmp_path / "model.joblib", trusted=True)
    np.testing.assert_allclose(again.score(list(POSTS)), model.score(list(POSTS)), atol=1e-6)


def test_no_such_model(tmp_path):
    """A name that is neither a folder nor shipped lists the shipped ones."""
    with pytest.raises(ArtifactError, match="givesell-en"):
        givesell.load(tmp_path / "nowhere")
    with pytest.raises(ArtifactError, match="givesell-en"):
        givesell.load("givesell-xx")


@pytest.mark.parametrize("path", [7, b"models", ["a"]])
def test_path_of_wrong_type(path):
    """Something that is no path is a type error."""
    with pytest.raises(ArgumentTypeError, match="path must be"):
        givesell.load(path)


def test_never_writes_over_other_files(model, tmp_path):
    """Saving refuses a folder that holds something else and leaves it as it was."""
    (tmp_path / "notes.txt").write_text("mine")
    with pytest.raises(ArtifactError, match="not a givesell artifact"):
        model.save(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["notes.txt"]
    with pytest.raises(ArtifactError, match="not a givesell artifact"):
        model.save(tmp_path / "notes.txt")


def test_a_file_that_is_no_folder(tmp_path):
    """Loading a plain file says what is wrong with it."""
    (tmp_path / "model.bin").write_bytes(b"x")
    with pytest.raises(ArtifactError, match=r"model\.bin"):
        givesell.load(tmp_path / "model.bin")


def test_moved_folder_still_loads(folder, tmp_path):
    """An artifact holds no paths: it loads from anywhere."""
    shutil.move(folder, tmp_path / "elsewhere")
    assert givesell.load(tmp_path / "elsewhere").classify("Thanks!").label == "giving"
