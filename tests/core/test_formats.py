"""Artifacts of earlier formats and of other text cores."""

import json

import pytest

import givesell
from givesell.core.golden import POSTS
from givesell.errors import ArtifactError
from tests.conftest import Forgery

KINDS = ["linear", "facets", "deep"]


def older(manifest, kind):
    """Return a manifest as version 0.1.0 wrote it."""
    later = {"kind", "slopes", "text_core", "settings"}
    slopes, thresholds = manifest["slopes"], manifest["thresholds"]
    return {name: value for name, value in manifest.items() if name not in later} | {
        "format": 2 if kind == "deep" else 1,
        "needs": "0.1.0",
        "sides": [slopes["giving"], slopes["selling"]],
        "thresholds": {
            "giving": thresholds["sure_giving_up_to"],
            "selling": thresholds["sure_selling_from"],
        },
        "calibration": {
            "method": "sigmoid",
            "folds": "drawn at random",
            "prior": 0.3,
            "sure_precision": 0.9,
            "slopes": [1.0],
            "offset": 0.0,
            "sides": [slopes["giving"], slopes["selling"]],
        },
    }


@pytest.mark.parametrize("kind", KINDS)
def test_artifacts_of_before_load(saved, tmp_path, kind):
    """An artifact of format 1 or 2 gives the same probabilities, facets and thresholds, and is
    written in the format of today, which stores nothing twice.
    """
    forged, now = Forgery.of(saved[kind]), givesell.load(saved[kind])
    forged.manifest = older(forged.manifest, kind)
    before = givesell.load(forged.write(tmp_path / "before"))
    posts = list(POSTS)
    assert before.score(posts).tobytes() == now.score(posts).tobytes()
    assert before.classify(posts) == now.classify(posts)
    assert (before.thresholds, before.slopes) == (now.thresholds, now.slopes)
    assert before.manifest.text_core == 1
    before.save(tmp_path / "again")
    written = json.loads((tmp_path / "again" / "manifest.json").read_text())
    assert (written["format"], written["kind"]) == (3, "deep" if kind == "deep" else "linear")
    assert "sides" not in written
    assert "sides" not in written["calibration"]
    assert (tmp_path / "again" / "weights.safetensors").read_bytes() == (
        saved[kind] / "weights.safetensors"
    ).read_bytes()


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"sides": [1.0]}, "'sides'"),
        ({"sides": [0.0, 1.0]}, "sides"),
        ({"sides": [1.0, 1e300]}, "sides"),
        ({"thresholds": []}, "'thresholds'"),
        ({"thresholds": {"giving": 0.6, "selling": 0.8}}, "thresholds.giving"),
        ({"thresholds": {"giving": 0.2, "selling": 0.4}}, "thresholds.selling"),
        ({"thresholds": {"giving": 0.2, "selling": "high"}}, "thresholds.selling"),
    ],
)
def test_fields_of_before_are_checked(saved, tmp_path, change, named):
    """A field that an earlier format names otherwise is refused by its own name."""
    forged = Forgery.of(saved["linear"])
    forged.manifest = older(forged.manifest, "linear") | change
    with pytest.raises(ArtifactError, match="E202") as caught:
        givesell.load(forged.write(tmp_path / "before"))
    assert named in str(caught.value)


def test_an_older_text_core(saved, tmp_path, monkeypatch):
    """A model whose text core is older is refused with what changed and the command that trains it
    again, before its predictions are looked at.
    """
    from givesell.text import version

    monkeypatch.setitem(version.CHANGES, 2, version.Change("9.1.0", "prices are one token"))
    monkeypatch.setattr("givesell.core.artifact.TEXT_CORE", 2)
    forged = Forgery.of(saved["linear"])
    forged.manifest["golden"] = [["Thanks!", 0.0]]
    with pytest.raises(
        ArtifactError, match=r"E220.*prices are one token\. Train the model again\."
    ):
        givesell.load(forged.write(tmp_path / "plain"))
    forged.manifest["command"] = "givesell train mine.csv --out mine"
    with pytest.raises(ArtifactError, match=r"as it was made: givesell train mine\.csv --out mine"):
        givesell.load(forged.write(tmp_path / "named"))


def test_a_newer_text_core(saved, tmp_path):
    """A model whose text core is newer says which givesell has it."""
    forged = Forgery.of(saved["linear"])
    forged.manifest |= {"text_core": 99, "needs": "9.1.0", "golden": [["Thanks!", 0.0]]}
    with pytest.raises(ArtifactError, match=r"E221.*Upgrade to givesell 9\.1\.0"):
        givesell.load(forged.write(tmp_path / "newer"))


def test_a_kind_that_is_not_known(saved, tmp_path):
    """A model of a kind that a later version added says which givesell has it."""
    forged = Forgery.of(saved["linear"])
    forged.manifest |= {"kind": "oracle", "needs": "9.1.0"}
    with pytest.raises(ArtifactError, match=r"E222.*'oracle'.*Upgrade to givesell 9\.1\.0"):
        givesell.load(forged.write(tmp_path / "newer"))
