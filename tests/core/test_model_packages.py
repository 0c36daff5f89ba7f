"""Tests of models that come as packages of their own, found by their entry points."""

import os
import shutil
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest

import givesell
from givesell.core import model_packages
from givesell.core.model_packages import GROUP, OURS, packaged_models
from givesell.core.shipped import SHIPPED, named_models, shipped_models, shipped_name
from givesell.errors import ArtifactError
from givesell.model.load import as_model, is_shipped, shipped_start
from tests.core.tiny_encoder import tiny_model

PROJECT = Path(givesell.__file__).parents[1] / "models" / "givesell-en-encoder"
ENCODER, MODULE = "givesell-en-encoder", "givesell_en_encoder"


@pytest.fixture
def install(saved, tmp_path, monkeypatch):
    """Install a package that names a model, as pip does: an artifact in a module, and metadata."""
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setattr(model_packages, "_found", {})

    def write(package, entries, *, modules=(), kind="linear"):
        for module in modules:
            folder = tmp_path.joinpath(*module.split("."))
            shutil.copytree(saved[kind], folder)
            for above in (folder, *folder.parents[: module.count(".")]):
                above.joinpath("__init__.py").write_text("raise SystemExit('was imported')\n")
        metadata = tmp_path / f"{package}-1.0.dist-info"
        metadata.mkdir()
        (metadata / "METADATA").write_text(
            f"Metadata-Version: 2.1\nName: {package}\nVersion: 1.0\n"
        )
        (metadata / "entry_points.txt").write_text(f"[{GROUP}]\n{entries}\n")
        return tmp_path

    return write


def test_an_installed_package_is_a_model(install, saved):
    """What a package names loads by that name wherever a model is taken, and nothing of the package
    is imported.
    """
    install("acme-models", "acme-en = acme_en\nacme-deep = acme.models.deep", modules=["acme_en"])
    install("acme-more", "acme-facets = acme.facets", modules=["acme.facets"], kind="facets")
    own = givesell.load(saved["linear"])
    assert givesell.load("acme-en").digest == own.digest
    assert as_model("acme-en") is as_model("acme-en")
    assert givesell.classify("Thanks!", model="acme-en") == own.classify("Thanks!")
    assert givesell.Scorer("acme-facets")(["Thanks!"]).facet is not None
    assert {"acme-en", "acme-deep", "acme-facets"} <= set(named_models())
    assert named_models()[:2] == shipped_models() == [SHIPPED, "givesell-en-deep"]
    assert not {"acme", "acme_en"} & set(sys.modules)


def test_a_package_is_known_by_its_weights(install, saved):
    """Also a model of a package is recognised by the digest of its weights, so that one that was
    adapted from it finds its base; a package that is broken does not stand in the way.
    """
    install("acme-broken", "acme-aa = acme_gone\nacme-bad = acme_bad", modules=["acme_bad"])
    folder = install("acme-models", "acme-en = acme_en", modules=["acme_en"], kind="facets")
    (folder / "acme_bad" / "manifest.json").write_text("[]")
    model = givesell.load(saved["facets"])
    assert shipped_name(model.digest) == "acme-en"
    assert is_shipped(model)
    assert shipped_start(model) is model
    assert shipped_name("0" * 64) is None


def test_an_encoder_is_no_start(install):
    """A packaged model of a kind that cannot be adapted is known, and no model starts from it."""
    folder = install("acme-models", "acme-reads = acme_reads")
    tiny_model().save(folder / "acme_reads")
    model = givesell.load("acme-reads")
    assert is_shipped(model)
    assert shipped_start(model) is None


@pytest.mark.parametrize(
    "value", ["acme_gone", "acme_gone.inner", "os", "json", "__main__", "no module", "..", ""]
)
def test_a_broken_package_is_named(value, install, saved):
    """A package whose model is gone, or that names what is no module, is named in one sentence;
    other models load.
    """
    install("acme-gone", f"acme-lost = {value}")
    install("acme-models", "acme-en = acme_en", modules=["acme_en"])
    with pytest.raises(ArtifactError, match=r"E235\] The package acme-gone .*'acme-lost'"):
        givesell.load("acme-lost")
    assert givesell.load("acme-en").digest == givesell.load(saved["linear"]).digest
    with pytest.raises(ArtifactError, match=r"E201\].*acme-en, acme-lost"):
        givesell.load("acme-xx")


def test_metadata_that_cannot_be_read(install):
    """A package whose metadata is damaged hides no model of another."""
    folder = install("acme-models", "acme-en = acme_en", modules=["acme_en"])
    for name, entries in (("aa", f"[{GROUP}]\nno equals sign".encode()), ("ab", b"\xff" * 9)):
        (folder / f"{name}-1.0.dist-info").mkdir()
        (folder / f"{name}-1.0.dist-info" / "entry_points.txt").write_bytes(entries)
        (folder / f"{name}-1.0.dist-info" / "METADATA").write_text(f"Name: {name}\n")
    (folder / "ac-1.0.dist-info").mkdir()
    (folder / "ac-1.0.dist-info" / "entry_points.txt").write_text(f"[{GROUP}]\nx = y\n")
    assert "acme-en" in packaged_models()
    assert givesell.load("acme-en")


def test_two_packages_of_one_name(install):
    """Two packages that name a model alike are both named, and neither is taken; other models of
    theirs load.
    """
    install("acme-one", "acme-en = acme_one\nacme-alone = acme_one", modules=["acme_one"])
    install("acme-two", "acme-en = acme_two", modules=["acme_two"])
    with pytest.raises(ArtifactError, match=r"E236\].*'acme-en': acme-one and acme-two\. Uninst"):
        givesell.load("acme-en")
    assert givesell.load("acme-alone")


def test_a_package_in_two_places(install, saved, tmp_path, monkeypatch):
    """Of a package that is installed twice the first on the path counts, as for Python."""
    folder = install("acme-models", "acme-en = acme_en", modules=["acme_en"])
    shutil.move(folder, tmp_path.with_name(f"{tmp_path.name}-first"))
    tmp_path.mkdir()
    install("acme-models", "acme-en = acme_other", modules=["acme_other"], kind="facets")
    monkeypatch.syspath_prepend(tmp_path.with_name(f"{tmp_path.name}-first"))
    assert givesell.load("acme-en").digest == givesell.load(saved["linear"]).digest


def test_no_package_replaces_a_shipped_model(install, saved):
    """The models that come with the library are found first."""
    shipped = givesell.load("givesell-en-deep").digest
    install("acme-bad", "givesell-en-deep = acme_bad", modules=["acme_bad"])
    assert givesell.load("givesell-en-deep").digest == shipped
    assert shipped != givesell.load(saved["linear"]).digest
    assert named_models().count("givesell-en-deep") == 1


def test_a_package_that_is_installed_or_removed_meanwhile(install):
    """A running process finds what was installed since, and no longer what is gone."""
    with pytest.raises(ArtifactError, match="E201"):
        givesell.load("acme-en")
    folder = install("acme-models", "acme-en = acme_en", modules=["acme_en"])
    assert givesell.load("acme-en")
    shutil.rmtree(folder / "acme_en")
    with pytest.raises(ArtifactError, match="E235"):
        givesell.load("acme-en")
    shutil.rmtree(folder / "acme-models-1.0.dist-info")
    with pytest.raises(ArtifactError, match="E201"):
        givesell.load("acme-en")


def test_a_package_of_ours_that_is_missing(install, monkeypatch, tmp_path):
    """Asked for by its name, a model that is a package of its own says how it is installed, from a
    checkout and from a wheel; in a checkout it needs no installation.
    """
    monkeypatch.setattr(model_packages, "__file__", str(tmp_path / "givesell" / "core" / "x.py"))
    with pytest.raises(ArtifactError) as caught:
        givesell.load(ENCODER)
    assert caught.value.code == "E234"
    assert f"pip install ./models/{ENCODER}" in str(caught.value)
    assert f"pip install {MODULE}-*.whl" in str(caught.value)
    assert ENCODER not in named_models()
    folder = install("unused", "", modules=[f"models.{ENCODER}.{MODULE}"])
    model = givesell.load(ENCODER)
    assert ENCODER in named_models()
    assert shipped_name(model.digest) == ENCODER
    # Its card says how it is loaded, wherever the checkout lies.
    model.save(folder / "models" / ENCODER / MODULE, overwrite=True)
    card = (folder / "models" / ENCODER / MODULE / "README.md").read_text()
    assert f'givesell.load("{ENCODER}")' in card


def test_the_default_path_looks_for_no_package(install):
    """With packages installed, a fresh process judges posts with a shipped model without looking
    through them.
    """
    folder = install("acme-models", "acme-en = acme_en", modules=["acme_en"])
    code = """
import sys, givesell
givesell.classify("Thanks!"), givesell.classify(["Thanks!"], model="givesell-en-deep")
print("importlib.metadata" in sys.modules)
givesell.classify("Thanks!", model="acme-en")
print("importlib.metadata" in sys.modules)
"""
    path = os.pathsep.join([str(folder), *sys.path])
    done = subprocess.run(
        [sys.executable, "-c", code],
        env=os.environ | {"PYTHONPATH": path},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout.split() == ["False", "True"], done.stderr


@pytest.mark.skipif(not PROJECT.exists(), reason="an sdist of givesell leaves the package out")
class TestOurPackage:
    """The package in models/givesell-en-encoder."""

    def test_what_it_declares(self):
        """It names its model as the library looks for it, and takes the runtime along."""
        settings = tomllib.loads((PROJECT / "pyproject.toml").read_text())
        project = settings["project"]
        assert project["name"] == ENCODER
        assert project["entry-points"][GROUP] == OURS == {ENCODER: MODULE}
        (needed,) = project["dependencies"]
        assert needed.startswith("givesell[encoder]>=")
        least = needed.partition(">=")[2]
        numbers = [tuple(map(int, v.split("."))) for v in (least, givesell.__version__)]
        assert numbers == sorted(numbers)

    def test_its_wheel_is_found(self, saved, tmp_path, monkeypatch):
        """A wheel built of it holds the artifact, with licence and notice, and what it holds is
        loaded by its name once it is installed.
        """
        copy, site = tmp_path / "copy", tmp_path / "site"
        made = shutil.ignore_patterns(MODULE, "build", "*.egg-info")
        shutil.copytree(PROJECT, copy, ignore=made)
        givesell.load(saved["facets"]).save(copy / MODULE)
        shutil.copy(PROJECT / MODULE / "__init__.py", copy / MODULE)
        subprocess.run(
            [sys.executable, "-c", "from setuptools import build_meta as b; b.build_wheel('.')"],
            cwd=copy,
            capture_output=True,
            check=True,
        )
        (wheel,) = copy.glob(f"{MODULE}-*.whl")
        with zipfile.ZipFile(wheel) as archive:
            names = {Path(name).name for name in archive.namelist()}
            archive.extractall(site)
        assert {"manifest.json", "weights.safetensors", "README.md", "LICENSE", "NOTICE"} <= names
        monkeypatch.setattr(model_packages, "_found", {})
        monkeypatch.setattr(model_packages, "__file__", str(tmp_path / "a" / "b" / "c.py"))
        monkeypatch.syspath_prepend(site)
        assert givesell.load(ENCODER).digest == givesell.load(saved["facets"]).digest
