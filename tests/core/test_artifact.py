"""Tests of `givesell.core.artifact` and of saving and loading models."""

import hashlib
import json
import os
import pickle
import re
import shutil
from pathlib import Path

import joblib
import numpy as np
import pytest

import givesell
from givesell.core.golden import POSTS
from givesell.core.manifest import FORMAT
from givesell.core.shipped import shipped_folder, shipped_models
from givesell.errors import ArgumentTypeError, ArtifactError
from givesell.files.open_folder import OpenFolder
from givesell.model.model import Model


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


def run_card(card):
    """Run the code of a card as it is printed, and return what it defines."""
    found = {}
    exec(re.search(r"```python\n(.*?)```", card, re.DOTALL)[1], found)
    return found


def test_a_cards_code_runs(model, tmp_path, monkeypatch):
    """The code of a card runs as printed where the model was saved, under whatever name; a
    shipped one's runs anywhere.
    """
    monkeypatch.chdir(tmp_path)
    model = model.with_thresholds((0.125, 0.875))  # tells it from the shipped one
    names = ("models/mine", 'a "quoted" \\ name', tmp_path / "inside", Path("deep/er") / "mine")
    for name in names:
        model.save(name)
        assert run_card(Path(name, "README.md").read_text())["model"].thresholds == model.thresholds
    monkeypatch.chdir(tmp_path / "models")
    model.save(tmp_path / "outside")
    card = (tmp_path / "outside" / "README.md").read_text()
    assert str(tmp_path) not in card
    monkeypatch.chdir(tmp_path)
    assert run_card(card)["model"].thresholds == model.thresholds
    assert (
        run_card(givesell.load("givesell-en-deep").card())["model"].info["name"]
        == "givesell-en-deep"
    )


def test_the_cards_of_shipped_models():
    """The cards that come with the library are those that this version writes."""
    for name in shipped_models():
        model = givesell.load(name)
        assert (shipped_folder(name) / "README.md").read_text(encoding="utf-8") == model.card()
        assert run_card(model.card())["model"].info["name"] == name


def test_a_saved_model_is_not_replaced_unasked(model, tmp_path):
    """A model that is there stays unless it may be replaced; the error names the folder and the
    argument.
    """
    model.save(tmp_path / "mine")
    before = {path.name: path.read_bytes() for path in (tmp_path / "mine").iterdir()}
    other = model.with_thresholds((0.1, 0.9))
    with pytest.raises(ArtifactError, match=r"E409.*mine.*overwrite=True"):
        other.save(tmp_path / "mine")
    assert {path.name: path.read_bytes() for path in (tmp_path / "mine").iterdir()} == before
    other.save(tmp_path / "mine", overwrite=True)
    assert givesell.load(tmp_path / "mine").thresholds == (0.1, 0.9)


def is_mapped(model):
    """Whether a model's weights lie in a file."""
    base = model.linear.table
    while isinstance(base.base, np.ndarray):
        base = base.base
    return isinstance(base, np.memmap)


@pytest.mark.parametrize(
    ("mode", "mmap", "mapped"),
    [(0o444, True, True), (0o444, False, False), (0o644, True, False), (0o464, 1, False)],
)
def test_memory_mapping(folder, mode, mmap, mapped):
    """Weights are mapped where nobody can write to the file and else read; they cannot be
    written to.
    """
    (folder / "weights.safetensors").chmod(mode)
    model = givesell.load(folder, mmap=mmap)
    assert is_mapped(model) == mapped
    assert not model.linear.table.flags.writeable


@pytest.mark.parametrize("mmap", [True, False])
@pytest.mark.parametrize(
    "harm", [lambda file: file.truncate(10), lambda file: file.write(b"\xff" * 200_000)]
)
def test_weights_rewritten_in_place(folder, mmap, harm):
    """A model keeps its verdicts, and the process its life, when its file is cut or written over
    in place.
    """
    model = givesell.load(folder, mmap=mmap)
    before = model.score(list(POSTS)).tobytes()
    with (folder / "weights.safetensors").open("r+b") as file:
        harm(file)
    assert model.score(list(POSTS)).tobytes() == before
    with pytest.raises(ArtifactError, match="E202"):
        givesell.load(folder, mmap=mmap)


@pytest.mark.parametrize("kept", [True, False])
def test_a_folder_that_is_swapped_while_it_is_read(saved, tmp_path, monkeypatch, kept):
    """A reader goes on with the folder that it has opened, and turns to the new one if the old
    one is gone.
    """
    place, new, old = (tmp_path / name for name in ("place", "new", "old"))
    shutil.copytree(saved["linear"], place)
    shutil.copytree(saved["deep"], new)
    opened = OpenFolder.open

    def open_and_swap(self, name):
        file = opened(self, name)
        if name == "manifest.json" and new.exists():
            place.rename(old)
            new.rename(place)
            if not kept:
                shutil.rmtree(old)
        return file

    monkeypatch.setattr(OpenFolder, "open", open_and_swap)
    assert ("network" in repr(givesell.load(place))) != kept


@pytest.mark.parametrize("name", ["manifest.json", "weights.safetensors"])
@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no named pipes on this system")
def test_a_pipe_is_not_waited_for(folder, name):
    """A pipe or a folder in the place of a file is refused, and not read from."""
    for make in (os.mkfifo, os.mkdir):
        (folder / name).unlink() if (folder / name).is_file() else None
        make(folder / name)
        with pytest.raises(ArtifactError, match=f"{name}: cannot be read"):
            givesell.load(folder)
        (folder / name).rmdir() if (folder / name).is_dir() else (folder / name).unlink()


NAN, HUGE = np.nan, 3e38
TENSORS = [
    ("buckets", lambda a: a[::-1].copy(), "ascending"),
    ("buckets", lambda a: np.zeros_like(a), "ascending"),
    ("buckets", lambda a: np.r_[np.int32(-5), a[1:]], "ascending"),
    ("buckets", lambda a: np.r_[a[:-1], np.int32(2**31 - 1)], "ascending"),
    ("buckets", lambda a: a[:-1], "two values"),
    ("buckets", lambda a: a.astype(np.int64), "header"),
    ("weights", lambda a: a[:0], "two values"),
    ("weights", lambda a: a[:, :1].copy(), "two values"),
    ("weights", lambda a: a.ravel(), "shape"),
    ("weights", lambda a: np.full_like(a, NAN), "not finite"),
    (
        "weights",
        lambda a: np.where(np.arange(a.size).reshape(a.shape) == 7, np.float32(-np.inf), a),
        "not finite",
    ),
    ("weights", lambda a: np.full_like(a, HUGE), "within"),
    ("weights", lambda a: a * np.float32([1, 0]), "idf"),
    ("weights", lambda a: a * np.float32([1, -1]), "idf"),
    ("facets.buckets", lambda a: a[::-1].copy(), "facets"),
    ("facets.buckets", lambda a: a + np.int32(1), "facets"),
    ("facets.weights", lambda a: a[:, :1].copy(), "facets"),
    ("facets.weights", lambda a: np.full_like(a, NAN), "not finite"),
    ("facets.intercepts", lambda a: np.full_like(a, HUGE), "facets"),
    ("facets.intercepts", lambda a: a[:1], "facets"),
    ("network.tokens", lambda a: a[::-1].copy(), "ascending"),
    ("network.tokens", lambda a: np.zeros_like(a), "ascending"),
    ("network.tokens", lambda a: a[:-1], "shape"),
    ("network.vectors", lambda a: np.full_like(a, NAN), "not finite"),
    ("network.vectors", lambda a: a[:, :0].copy(), "shape"),
    ("network.windows", lambda a: np.full_like(a, HUGE), "within"),
    ("network.windows", lambda a: a[:, :0].copy(), "shape"),
    ("network.window_bias", lambda a: a[:0], "shape"),
    ("network.out", lambda a: np.full_like(a, -HUGE), "within"),
    ("network.hidden", lambda a: a.T.copy(), "shape"),
]


@pytest.mark.parametrize(("name", "change", "named"), TENSORS)
def test_wrong_tensors(forge, tmp_path, name, change, named):
    """A tensor of the wrong type, shape, order or size of its numbers is refused, whatever the
    hashes say.
    """
    kind = {"facets": "facets", "network": "deep"}.get(name.partition(".")[0], "linear")
    forged = forge(kind)
    forged.tensors[name] = change(forged.tensors[name])
    with pytest.raises(ArtifactError, match="E202") as caught:
        givesell.load(forged.write(tmp_path / "mine"))
    assert named in str(caught.value)


def test_a_network_of_no_size(deep_forgery, tmp_path):
    """A network without channels, whose shapes fit together, is refused."""
    shapes = {"windows": (24, 0), "window_bias": (0,), "skip": (0,), "hidden": (0, 4)}
    for name, shape in shapes.items():
        deep_forgery.tensors[f"network.{name}"] = np.empty(shape, np.float32)
    with pytest.raises(ArtifactError, match="network window_bias must be of a size from 1"):
        givesell.load(deep_forgery.write(tmp_path / "mine"))


def test_a_network_that_takes_too_much(deep_forgery, tmp_path):
    """Small tensors that would be multiplied out to gigabytes are refused before that."""
    tokens, channels = 200_000, 8192
    shapes = {
        "vectors": (tokens + 1, 1),
        "marks": (9, 1),
        "windows": (3, channels),
        "window_bias": (channels,),
    }
    shapes |= {
        "skip": (2 * channels,),
        "hidden": (2 * channels, 1),
        "hidden_bias": (1,),
        "out": (1,),
    }
    for name, shape in shapes.items():
        deep_forgery.tensors[f"network.{name}"] = np.zeros(
            shape, np.float16 if name == "vectors" else np.float32
        )
    deep_forgery.tensors["network.tokens"] = np.arange(tokens, dtype=np.uint64)
    with pytest.raises(ArtifactError, match="network tokens must be fewer"):
        givesell.load(deep_forgery.write(tmp_path / "mine"))


def test_too_little_memory(saved, monkeypatch):
    """Where memory does not suffice an error of ours says so."""

    def fail(parameters):
        raise MemoryError

    monkeypatch.setattr("givesell.core.deep.compile_network", fail)
    with pytest.raises(ArtifactError, match="E213"):
        givesell.load(saved["deep"])


@pytest.mark.parametrize("golden", [[], [["Thanks!", 0.0]]])
def test_golden_posts_of_a_forgery(forgery, tmp_path, golden):
    """Golden posts run through checked features alone: none are fine, wrong ones are told."""
    forgery.manifest["golden"] = golden
    if golden:
        with pytest.raises(ArtifactError, match="E205"):
            givesell.load(forgery.write(tmp_path / "mine"))
    else:
        assert givesell.load(forgery.write(tmp_path / "mine")).classify("Thanks!").label


def test_facets_of_one_label(facets_forgery, tmp_path):
    """Where no facet of a post's label is known, it has none."""
    facets_forgery.manifest["facets"]["names"] = ["help", "talk", "share"]
    model = givesell.load(facets_forgery.write(tmp_path / "mine"))
    found = {
        verdict.label: verdict.facet
        for verdict in model.classify(["Thanks for the help!", "Buy now, 20% off, shop today"] * 20)
    }
    assert found["selling"] is None
    assert found["giving"] is not None


@pytest.mark.parametrize(
    "names", [["help", "help", "brand"], ["help", "talk", "fun"], ["help", "talk"], []]
)
def test_facets_of_other_names(facets_forgery, tmp_path, names):
    """Facets that are unknown, stand twice or are not as many as the tensors have are refused."""
    facets_forgery.manifest["facets"]["names"] = names
    with pytest.raises(ArtifactError, match="facet"):
        givesell.load(facets_forgery.write(tmp_path / "mine"))


def test_round_trip_of_each_kind(saved, tmp_path):
    """Small models of each kind load, save the same bytes again, and load from bytes."""
    for kind, folder in saved.items():
        model = givesell.load(folder)
        model.save(tmp_path / kind)
        for name in ("manifest.json", "weights.safetensors", "README.md"):
            assert (tmp_path / kind / name).read_bytes() == (folder / name).read_bytes()
        again = Model.from_bytes(
            (folder / "manifest.json").read_bytes(), (folder / "weights.safetensors").read_bytes()
        )
        assert again.score(list(POSTS)).tobytes() == model.score(list(POSTS)).tobytes()


def test_weights_are_safetensors(model, folder):
    """The weights are a plain safetensors file that its own library reads."""
    from safetensors.numpy import load_file

    tensors = load_file(folder / "weights.safetensors")
    rows = len(tensors["facets.buckets"])
    assert {name: tensor.shape for name, tensor in tensors.items()} == {
        "buckets": (len(model.linear.table),),
        "weights": (len(model.linear.table), 2),
        "facets.buckets": (rows,),
        "facets.weights": (rows, 11),
        "facets.intercepts": (11,),
        "fingerprints": (len(model.fingerprints),),
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
        (lambda m: m["thresholds"].update(sure_selling_from=0.6), "SHA-256"),
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
        (lambda m: m.update(intercept="0"), "'intercept': expected float, got str"),
        (lambda m: m.pop("features"), "no field 'features'"),
        (lambda m: m.update(format="1"), "not the manifest"),
        (lambda m: m["features"].update(n_features=2**19), "ascending numbers from 0 to 524287"),
        (lambda m: m["features"].update(ngram_range=7), "expected array, got int"),
        (lambda m: m["thresholds"].update(sure_giving_up_to="low"), "expected float, got str"),
        (lambda m: m["thresholds"].update(sure_giving_up_to=0.9), "thresholds"),
        (lambda m: m.update(golden=[[1, 2, 3]]), "golden"),
        (lambda m: m["files"].clear(), "no field 'files.weights.safetensors'"),
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


def test_saves_into_a_new_python_package(model, tmp_path):
    """A model that is to be published as a package is saved into its module, whose code stays."""
    (tmp_path / "__init__.py").write_text("# mine\n")
    model.save(tmp_path)
    model.save(tmp_path, overwrite=True)
    assert (tmp_path / "__init__.py").read_text() == "# mine\n"
    assert givesell.load(tmp_path).digest == model.digest


def test_a_file_that_is_no_folder(tmp_path):
    """Loading a plain file says what is wrong with it."""
    (tmp_path / "model.bin").write_bytes(b"x")
    with pytest.raises(ArtifactError, match=r"model\.bin"):
        givesell.load(tmp_path / "model.bin")


def test_moved_folder_still_loads(folder, tmp_path):
    """An artifact holds no paths: it loads from anywhere."""
    shutil.move(folder, tmp_path / "elsewhere")
    assert givesell.load(tmp_path / "elsewhere").classify("Thanks!").label == "giving"
