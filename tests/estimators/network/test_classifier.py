"""Tests of `givesell.estimators.network.classifier`, `deep` and `vectors`: the estimators, and the
model made of them.
"""

import json
import warnings

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from safetensors.numpy import load_file, save_file
from sklearn.base import clone
from sklearn.metrics import roc_auc_score
from sklearn.utils.estimator_checks import estimator_checks_generator

import givesell
from givesell.core.network import compile_network
from givesell.datasets import load_posts
from givesell.errors import ArgumentError, ArtifactError, FileError
from givesell.estimators.deep import DeepClassifier
from givesell.estimators.network.classifier import NetworkClassifier
from givesell.estimators.network.vectors import read_vectors, write_vectors
from givesell.estimators.pipelines import make_pipeline
from givesell.estimators.vectorizer import PostVectorizer
from givesell.model.model import Model
from givesell.text.scanner import hash_text

SMALL = {"size": 16, "channels": 16, "hidden": 8}


@pytest.fixture(scope="module")
def frame():
    """The bundled posts."""
    return load_posts()


@pytest.fixture(scope="module")
def network(frame):
    """A network that learned from two thirds of them."""
    seen = frame[frame.index % 3 > 0]
    return NetworkClassifier(**SMALL, epochs=20).fit(seen["text"], seen["label"])


@pytest.fixture(scope="module")
def deep(frame, network):
    """A deep classifier around it."""
    linear = make_pipeline(PostVectorizer(n_features=2**14)).fit(frame["text"], frame["label"])
    return DeepClassifier(linear, network).with_fitted(linear, network)


@pytest.fixture(scope="module")
def model(deep):
    """A model of that."""
    return Model.from_pipeline(deep)


def estimator_checks():
    """List the checks that ``check_estimator`` runs on a classifier whose input is text."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return list(estimator_checks_generator(NetworkClassifier(**SMALL)))


@pytest.mark.parametrize(("estimator", "check"), estimator_checks())
def test_scikit_learn_checks(estimator, check):
    """The checks that scikit-learn runs on an estimator whose input is text pass."""
    check(estimator)


def test_it_learns(frame, network):
    """The network ranks unseen posts far better than chance, and its training loss falls."""
    unseen = frame[frame.index % 3 == 0]
    assert (
        roc_auc_score(unseen["label"] == "selling", network.decision_function(unseen["text"])) > 0.8
    )
    assert network.loss_[-1] < 0.7 * network.loss_[0]


def test_members_are_folded_into_their_mean(frame):
    """A network of three members gives the mean log-odds of three networks of consecutive seeds."""
    posts, labels = frame["text"][:300], frame["label"][:300]
    three = NetworkClassifier(**SMALL, members=3, random_state=5).fit(posts, labels)
    apart = [NetworkClassifier(**SMALL, random_state=seed).fit(posts, labels) for seed in (5, 6, 7)]
    odds = [network.decision_function(frame["text"]) for network in apart]
    np.testing.assert_allclose(
        three.decision_function(frame["text"]), np.mean(odds, axis=0), atol=1e-5
    )
    assert np.abs(odds[0] - odds[1]).max() > 0.1
    assert compile_network(three.parameters_).top.shape == (
        3,
        2 * 16 // 4,
        4,
        16,
    )  # no time is spent on what is zero
    assert three.loss_ == pytest.approx(
        np.mean([network.loss_ for network in apart], axis=0).tolist()
    )


def test_same_seed_same_network(frame):
    """Training twice with the same posts and seed gives the same network; another seed does not."""
    posts, labels = frame["text"][:300], frame["label"][:300]
    first, second, other = (
        NetworkClassifier(**SMALL, random_state=seed).fit(posts, labels) for seed in (0, 0, 1)
    )
    assert all(
        np.array_equal(values, second.parameters_[name])
        for name, values in first.parameters_.items()
    )
    assert not np.array_equal(first.parameters_["windows"], other.parameters_["windows"])


def test_soft_targets_and_weights(frame):
    """Labels as probabilities are the same as names; a post of no weight teaches nothing."""
    posts, labels = frame["text"][:300], frame["label"][:300]
    named, soft = (
        NetworkClassifier(**SMALL).fit(posts, labels),
        NetworkClassifier(**SMALL).fit(posts, (labels == "selling") * 1.0),
    )
    assert np.array_equal(named.parameters_["out"], soft.parameters_["out"])
    half = np.repeat([1.0, 0.0], 150)
    wrong = np.where(half > 0, labels == "selling", labels == "giving") * 1.0
    left = NetworkClassifier(**SMALL).fit(posts, labels == "selling", half)
    assert np.array_equal(
        left.parameters_["out"],
        NetworkClassifier(**SMALL).fit(posts, wrong, half).parameters_["out"],
    )


@pytest.mark.parametrize("labels", [["giving", "spam"], [0.5, 1.5], ["giving"]])
def test_strange_labels_are_refused(labels):
    """Labels of another name, probabilities outside 0 to 1, and too few of them are refused."""
    with pytest.raises(ArgumentError, match="y"):
        NetworkClassifier(**SMALL).fit(["a", "b"], labels)


def test_there_is_a_member_at_least():
    """No networks at all are refused; without a seed each is drawn anew."""
    with pytest.raises(ArgumentError, match="members"):
        NetworkClassifier(**SMALL, members=0).fit(["a", "b"], ["giving", "selling"])
    drawn = NetworkClassifier(**SMALL, members=2, random_state=None).fit(
        ["a", "b"], ["giving", "selling"]
    )
    assert not np.array_equal(*np.split(drawn.parameters_["vectors"], 2, axis=1))


def test_vectors_to_start_from(tmp_path, frame, model):
    """With vectors given, their tokens are the vocabulary and keep a meaning without a training
    post; a deep model has such vectors.
    """
    tokens = np.sort(
        np.array([hash_text(word) for word in ("buy", "sale", "thanks", "zebra")], np.uint64)
    )
    write_vectors(tmp_path / "vectors.safetensors", tokens, np.full((4, 16), 0.25))
    given_tokens, vectors = read_vectors(tmp_path / "vectors.safetensors")
    found = NetworkClassifier(**SMALL, vectors=(given_tokens, vectors)).fit(
        frame["text"][:200], frame["label"][:200]
    )
    assert np.array_equal(found.parameters_["tokens"], tokens)
    row = 1 + int(np.flatnonzero(tokens == hash_text("zebra"))[0])
    assert (found.parameters_["vectors"][row] == 0.25).all()
    assert (
        found.parameters_["vectors"][1 + int(np.flatnonzero(tokens == hash_text("thanks"))[0])]
        != 0.25
    ).any()
    model.save(tmp_path / "deep")
    assert read_vectors(tmp_path / "deep")[1].shape == (
        len(model.pipeline.network_.parameters_["tokens"]),
        16,
    )


def test_vectors_that_are_none(tmp_path):
    """A missing file, one of another kind and one without vectors are refused by name."""
    (tmp_path / "text.safetensors").write_text("not a tensor file")
    save_file({"other": np.zeros(1)}, tmp_path / "other.safetensors")
    tokens, vectors = np.arange(3, dtype=np.uint64), np.ones((3, 2), np.float16)
    odd = [
        (tokens[::-1].copy(), vectors),
        (tokens, np.full_like(vectors, np.nan)),
        (tokens[:2], vectors),
        (tokens.astype(np.int64), vectors),
        (tokens, vectors[0]),
        (tokens, vectors[:, :0].copy()),
    ]
    for number, (some, others) in enumerate(odd):
        save_file({"tokens": some, "vectors": others}, tmp_path / f"odd{number}.safetensors")
    for name in ("missing", "text", "other", *(f"odd{number}" for number in range(len(odd)))):
        with pytest.raises(FileError, match=f"{name}.safetensors"):
            read_vectors(tmp_path / f"{name}.safetensors")


def test_deep_classifier_fits_both(frame):
    """Fitted by itself it adds up the log-odds of two fitted models, and its parts stay unfitted
    for the next clone.
    """
    posts, labels = frame["text"][:400], frame["label"][:400]
    parts = make_pipeline(PostVectorizer(n_features=2**14)), NetworkClassifier(**SMALL)
    deep = clone(DeepClassifier(*parts)).fit(posts, labels, np.ones(400))
    sums = deep.linear_.decision_function(posts[:9]) + deep.network_.decision_function(posts[:9])
    np.testing.assert_allclose(deep.decision_function(posts[:9]), sums)
    np.testing.assert_allclose(deep.predict_proba(posts[:9]).sum(1), 1)
    assert set(deep.predict(posts)) == {"giving", "selling"}
    assert not hasattr(parts[1], "parameters_")


@given(
    st.lists(
        st.one_of(
            st.text(),
            st.sampled_from(
                ["BUY now", "#BigSale", "x.com/a", "@jo 20%", "sooooo", "\n", "buy " * 200]
            ),
        ),
        max_size=9,
    )
)
@settings(max_examples=60)
def test_scorer_equals_the_estimators(model, deep, texts):
    """The fused scorer gives the probabilities of the deep classifier it was made of to 1e-6, on
    any text.
    """
    found, expected = model.score(["thanks", *texts]), deep.predict_proba(["thanks", *texts])[:, 1]
    judged = ~np.isnan(found)
    assert judged[0]
    assert np.abs(found - expected)[judged].max() < 1e-6


def test_threads_and_batches_do_not_matter(model, frame):
    """Probabilities are the same to the byte for one post at a time, one thread and two."""
    texts = frame["text"].tolist() * 8
    assert len(texts) > 10_000
    one = model.score(texts, n_jobs=1)
    assert one.tobytes() == model.score(texts, n_jobs=2).tobytes()
    assert [model.score(text) for text in texts[:20]] == one[:20].tolist()


def test_deep_artifact(model, deep, frame, tmp_path):
    """A saved deep model gives the same bytes when loaded, names its kind, and its pipeline is
    whole.
    """
    model.save(tmp_path / "deep")
    again = givesell.load(tmp_path / "deep")
    texts = frame["text"].tolist()[:300]
    assert again.score(texts).tobytes() == model.score(texts).tobytes()
    assert json.loads((tmp_path / "deep" / "manifest.json").read_text())["kind"] == "deep"
    assert (
        np.abs(again.pipeline.predict_proba(texts)[:, 1] - deep.predict_proba(texts)[:, 1]).max()
        < 1e-6
    )
    assert "network" in repr(again)
    again.save(tmp_path / "twice" / "deep")
    assert (tmp_path / "twice" / "deep" / "weights.safetensors").read_bytes() == (
        tmp_path / "deep" / "weights.safetensors"
    ).read_bytes()


def test_deep_artifact_without_its_network(model, tmp_path):
    """A network with tensors missing or of another shape is refused."""
    import hashlib

    for change in ({"network.out": None}, {"network.out": np.zeros(3, np.float32)}):
        model.save(tmp_path / "deep", overwrite=True)
        weights = tmp_path / "deep" / "weights.safetensors"
        tensors = {
            name: values
            for name, values in {**load_file(weights), **change}.items()
            if values is not None
        }
        save_file(tensors, weights)
        path = tmp_path / "deep" / "manifest.json"
        manifest = json.loads(path.read_text())
        stored = weights.read_bytes()
        manifest["files"]["weights.safetensors"] = {
            "bytes": len(stored),
            "sha256": hashlib.sha256(stored).hexdigest(),
        }
        fields = {name: value for name, value in manifest.items() if name != "sha256"}
        manifest["sha256"] = hashlib.sha256(json.dumps(fields, sort_keys=True).encode()).hexdigest()
        path.write_text(json.dumps(manifest))
        with pytest.raises(ArtifactError, match=r"out|hidden"):
            givesell.load(tmp_path / "deep")
