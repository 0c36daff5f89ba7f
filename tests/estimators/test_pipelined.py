"""Tests of `givesell.estimators.pipelined`, `exporting` and of `train` with a classifier of
one's own.
"""

import copy
import importlib
import os
import pickle
import sys
from pathlib import Path
from zipfile import ZipFile

import joblib
import numpy as np
import pytest
import skops.io
from sklearn.decomposition import TruncatedSVD
from sklearn.ensemble import HistGradientBoostingClassifier, RandomForestClassifier
from sklearn.linear_model import LogisticRegression, RidgeClassifier, SGDClassifier
from sklearn.model_selection import cross_val_score
from sklearn.naive_bayes import ComplementNB
from sklearn.neighbors import KNeighborsClassifier
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import FunctionTransformer
from sklearn.svm import LinearSVC, LinearSVR

import givesell
from givesell._moved import MOVED
from givesell.core.linear import LinearKind
from givesell.datasets import load_posts
from givesell.errors import (
    ArgumentError,
    ArgumentTypeError,
    ArtifactError,
    FileError,
    GivesellError,
)
from givesell.estimators.calibrated import MOST_DENSE
from givesell.estimators.export import _is_known_class
from givesell.estimators.pipelined import ScikitLearnKind
from givesell.estimators.vectorizer import PostVectorizer

SMALL = PostVectorizer(n_features=2**10)


@pytest.fixture(scope="module")
def frame():
    """Some of the bundled posts."""
    return load_posts().head(400)


@pytest.fixture(scope="module")
def model(frame):
    """A model that scores through scikit-learn."""
    return givesell.train(frame, classifier=ComplementNB(), features=SMALL, name="bayes")


@pytest.mark.parametrize(
    "classifier",
    [LinearSVC(), SGDClassifier(), RidgeClassifier()],
    ids=lambda one: type(one).__name__,
)
def test_linear_classifiers_become_weights(frame, classifier, tmp_path):
    """Any linear classifier is scored by the compiled scorer, saved as an artifact, and says so
    on its card.
    """
    model = givesell.train(frame, classifier=classifier, features=SMALL, name="mine")
    assert type(model.kind) is LinearKind
    np.testing.assert_allclose(
        model.pipeline.predict_proba(frame["text"])[:, 1], model.score(frame["text"]), atol=1e-6
    )
    assert model.info["metrics"]["drawn at random"]["auc"] > 0.7
    model.save(tmp_path / "mine")
    assert (
        f"Classifier: `{type(classifier).__name__}("
        in (tmp_path / "mine" / "README.md").read_text()
    )
    assert givesell.explain("Order now", model=model).reasons is not None


@pytest.mark.parametrize(
    "classifier",
    [
        ComplementNB(),
        RandomForestClassifier(10, max_depth=8),
        make_pipeline(TruncatedSVD(5), HistGradientBoostingClassifier(max_iter=2)),
    ],
    ids=["ComplementNB", "RandomForest", "HistGradientBoosting"],
)
def test_other_classifiers_score_through_scikit_learn(frame, classifier):
    """Any other classifier gives verdicts of the same kind, with calibrated probabilities, and
    its name in the repr.
    """
    model = givesell.train(frame, classifier=classifier, features=SMALL)
    assert type(model.kind) is ScikitLearnKind
    np.testing.assert_allclose(
        model.pipeline.predict_proba(frame["text"])[:, 1], model.score(frame["text"]), atol=1e-6
    )
    assert "through scikit-learn" in repr(model)
    verdicts = model.classify(["Thanks so much!", None, "", "Order now"])
    assert [verdict.status for verdict in verdicts] == ["ok", "missing", "empty", "ok"]


def test_the_same_seed_gives_the_same_forest(frame):
    """A classifier that holds no seed is given the one of `train`."""
    forest = RandomForestClassifier(5)
    first, second = (
        givesell.train(frame, classifier=forest, features=SMALL).score(frame["text"])
        for _ in range(2)
    )
    assert first.tobytes() == second.tobytes()
    assert forest.random_state is None


def test_the_pipeline_is_scikit_learns(frame, model):
    """`cross_val_score` takes the pipeline of either kind of model."""
    for one in (model, givesell.train(frame, features=SMALL)):
        assert (
            cross_val_score(
                one.pipeline, frame["text"].to_numpy(), frame["label"].to_numpy(), cv=3
            ).mean()
            > 0.6
        )


def test_no_artifact_and_no_parts(model, frame, tmp_path):
    """What needs weights says so and names the way out."""
    with pytest.raises(ArtifactError, match=r"cannot be saved as an artifact.*model\.export"):
        model.save(tmp_path / "mine")
    with pytest.raises(ArtifactError, match=r"E320.*ComplementNB.*givesell\.explain"):
        _ = model.scorer
    with pytest.raises(ArgumentError, match="no weights to start from"):
        givesell.train(frame, base=model)


@pytest.mark.parametrize("suffix", [".joblib", ".skops"])
@pytest.mark.parametrize("deep", [False, True])
def test_exports_come_back(model, frame, tmp_path, suffix, deep):
    """An exported pipeline opens when it is trusted, with its thresholds and record, and not
    otherwise.
    """
    one = givesell.load("givesell-en-deep") if deep else model
    one.export(tmp_path / f"mine{suffix}")
    with pytest.raises(ArtifactError, match="trusted=True"):
        givesell.load(tmp_path / f"mine{suffix}")
    again = givesell.load(tmp_path / f"mine{suffix}", trusted=True)
    np.testing.assert_allclose(
        again.score(frame["text"][:50]), one.score(frame["text"][:50]), atol=1e-6
    )
    assert again.thresholds == one.thresholds
    assert again.info["metrics"] == one.info["metrics"]


@pytest.mark.parametrize("suffix", [".joblib", ".skops"])
@pytest.mark.parametrize("name", ["bayes", "givesell-en", "givesell-en-deep"])
def test_exports_of_earlier_versions(model, frame, tmp_path, monkeypatch, suffix, name):
    """An export that names its classes by the modules of an earlier version still opens, also where
    scikit-learn is used alone, and each such name is the module of today.
    """
    one = model if name == "bayes" else givesell.load(name)
    path, posts = tmp_path / f"mine{suffix}", frame["text"][:50]
    with monkeypatch.context() as earlier:
        for old, new in MOVED.items():
            module = importlib.import_module(new)
            earlier.setitem(sys.modules, old, module)
            for value in vars(module).values():
                if isinstance(value, type) and value.__module__ == new:
                    earlier.setattr(value, "__module__", old)
        one.export(path)
    names = path.read_bytes() if suffix == ".joblib" else ZipFile(path).read("schema.json")
    assert b"givesell.features" in names
    assert b"givesell.estimators" not in names
    again = givesell.load(path, trusted=True)
    np.testing.assert_allclose(again.score(posts), one.score(posts), atol=1e-6)
    if suffix == ".joblib":
        pipeline = joblib.load(path)
    else:
        pipeline = skops.io.load(path, trusted=skops.io.get_untrusted_types(file=path))
    np.testing.assert_allclose(pipeline.predict_proba(posts)[:, 1], one.score(posts), atol=1e-6)
    for old, new in MOVED.items():
        assert importlib.import_module(old) is importlib.import_module(new)


def test_exports_that_cannot_be(model, tmp_path, monkeypatch):
    """Another extension, a missing file, a missing folder and a missing skops are named."""
    with pytest.raises(FileError, match=r"exported as \.joblib or \.skops"):
        model.export(tmp_path / "mine.bin")
    with pytest.raises(FileError, match="cannot be written"):
        model.export(tmp_path / "nowhere" / "mine.joblib")
    with pytest.raises(FileError, match="no such file"):
        givesell.load(tmp_path / "none.joblib", trusted=True)
    monkeypatch.setitem(sys.modules, "skops.io", None)
    with pytest.raises(FileError, match=r"pip install 'givesell\[skops\]'"):
        model.export(tmp_path / "mine.skops")


@pytest.mark.parametrize(
    ("classifier", "message"),
    [(LinearSVC, r"write LinearSVC\(\)"), (LinearSVR(), "not LinearSVR"), ("svm", "not str")],
)
def test_what_is_no_classifier(frame, classifier, message):
    """A class, a regressor and a name are refused."""
    with pytest.raises(ArgumentTypeError, match=message):
        givesell.train(frame, classifier=classifier, features=SMALL)


def test_dense_features_that_would_not_fit(frame, monkeypatch):
    """A classifier that takes no sparse features is refused where dense ones would not fit, with
    two ways out.
    """
    assert MOST_DENSE >= 2**28
    monkeypatch.setattr("givesell.estimators.calibrated.MOST_DENSE", 1000)
    with pytest.raises(
        ArgumentError, match=r"HistGradientBoostingClassifier takes no sparse.*TruncatedSVD.*min_df"
    ):
        givesell.train(frame, classifier=HistGradientBoostingClassifier(), features=SMALL)


def test_weights_that_a_classifier_does_not_take(frame):
    """A classifier without weights trains without, and the report says so."""
    model = givesell.train(frame, classifier=KNeighborsClassifier(), features=SMALL)
    assert "does not support sample weights" in str(
        next(finding for finding in model.report.findings if finding.check == "weights")
    )


@pytest.mark.parametrize("function", [os.system, np.testing.assert_equal])
def test_functions_in_skops_files(tmp_path, function):
    """A trusted skops file runs no function, be it of NumPy: only classes of the known libraries
    are opened, others are named.
    """
    skops.io.dump(Pipeline([("a", FunctionTransformer(function))]), tmp_path / "mine.skops")
    with pytest.raises(ArtifactError, match=rf"E212.*{function.__name__}"):
        givesell.load(tmp_path / "mine.skops", trusted=True)


def test_classes_of_others_in_skops_files(tmp_path):
    """A class of another library is refused by name, also where a known library has it in its
    namespace.
    """
    skops.io.dump([Path("a"), LogisticRegression()], tmp_path / "mine.skops")
    with pytest.raises(ArtifactError, match=r"E212.*pathlib"):
        givesell.load(tmp_path / "mine.skops", trusted=True)
    assert _is_known_class("givesell.estimators.vectorizer.PostVectorizer")
    for name in (
        "numpy.testing.assert_equal",
        "sklearn.nowhere.A",
        "sklearn.datasets._base.Path",
        "A",
        "",
        "os.system",
    ):
        assert not _is_known_class(name)


@pytest.mark.parametrize("suffix", [".skops", ".joblib", ".pkl"])
@pytest.mark.parametrize("data", [b"", b"PK", b"junk" * 100, b"\x80\x04."])
def test_damaged_pipelines(tmp_path, suffix, data):
    """A file that is no pipeline is refused by name."""
    (tmp_path / f"mine{suffix}").write_bytes(data)
    with pytest.raises(FileError, match=rf"E406.*mine{suffix}"):
        givesell.load(tmp_path / f"mine{suffix}", trusted=True)


@pytest.mark.parametrize(
    "record",
    ["7", "[", '{"thresholds": 7}', '{"info": 7}', '{"info": {"training": []}}', "[" * 100_000],
)
def test_records_of_others(model, tmp_path, record):
    """A pipeline's record of another shape is refused."""
    pipeline = copy.copy(model.pipeline)
    pipeline.givesell_record_ = record
    joblib.dump(pipeline, tmp_path / "mine.joblib")
    with pytest.raises(GivesellError, match=r"E406|E206|E210"):
        givesell.load(tmp_path / "mine.joblib", trusted=True)


def test_probabilities_that_are_no_numbers(model, monkeypatch):
    """A classifier that gives no numbers calls nothing giving: it is refused."""
    monkeypatch.setattr(
        type(model.pipeline), "predict_proba", lambda self, posts: np.full((len(posts), 2), np.nan)
    )
    with pytest.raises(ArtifactError, match="E215"):
        model.score(["Thanks for the help"])


def test_a_model_shows_its_classifier(tmp_path):
    """A model trained with a linear classifier holds it in its pipeline and names it, and names
    it still when saved and loaded.
    """
    posts = load_posts()
    model = givesell.train(posts.head(400), classifier=LinearSVC())
    assert "LinearSVC(" in repr(model.pipeline)
    assert np.allclose(
        model.pipeline.predict_proba(posts["text"])[:, 1], model.score(posts["text"]), atol=1e-6
    )
    model.save(tmp_path / "mine")
    for one in (model, givesell.load(tmp_path / "mine"), pickle.loads(pickle.dumps(model))):
        assert "weighted by LinearSVC" in repr(one)
        assert np.array_equal(one.score(posts["text"]), model.score(posts["text"]))
    assert "weighted by" not in repr(givesell.load())
