"""Tests of `givesell.core.encoder_session`: posts read alike whatever is read with them."""

import importlib.util
import multiprocessing
import pickle

import numpy as np
import onnxruntime
import pytest

from givesell.core.encoder_arrays import quantised
from givesell.core.encoder_session import MOST_ROWS, Encoder, batches_of
from givesell.datasets import load_posts
from givesell.errors import ArgumentError, ArtifactError, MissingPackageError
from tests.core.encoder_reference import floats, in_steps, values_of
from tests.core.tiny_encoder import float_arrays

EPSILON = 1e-5


@pytest.fixture(scope="module")
def encoder():
    """A tiny encoder."""
    return Encoder(quantised(float_arrays()), EPSILON)


@pytest.fixture(scope="module")
def posts():
    """Posts of many lengths, and one that is far too long."""
    return [*load_posts()["text"].head(150), "", "buy " * 20_000]


def test_values_are_those_of_the_reference(encoder, posts):
    """The head reads the mean and the maximum of the states."""
    found = encoder.values(posts[:10])
    for values, post in zip(found, posts[:10], strict=True):
        pieces = encoder.pieces.encode(post)
        wanted = values_of(floats(encoder.arrays), pieces, EPSILON, in_steps)
        assert np.abs(values - wanted).max() < 0.05


def test_a_post_is_read_alike_in_all_company(encoder, posts):
    """The values of a post are the same to the bit alone, among others, in another order and in
    several threads.
    """
    values = encoder.values(posts)
    alone = np.concatenate([encoder.values([post]) for post in posts])
    assert values.tobytes() == alone.tobytes()
    assert encoder.values(posts, threads=3).tobytes() == values.tobytes()
    order = np.random.default_rng(0).permutation(len(posts))
    assert encoder.values([posts[at] for at in order]).tobytes() == values[order].tobytes()
    assert encoder.values(posts[:1] * 50).tobytes() == values[:1].tobytes() * 50


def test_batches_hold_all_posts_once():
    """Each post is in one batch, with others of its length, and no batch is too large."""
    lengths = np.random.default_rng(0).integers(2, 113, 2000)
    batches = batches_of(lengths)
    assert sorted(np.concatenate(batches)) == list(range(2000))
    for rows in batches:
        assert len(set(lengths[rows])) == 1
        assert lengths[rows].sum() <= MOST_ROWS
    assert [len(rows) for rows in batches_of(np.array([MOST_ROWS + 1] * 2))] == [1, 1]
    assert batches_of(np.empty(0, int)) == []


def test_a_copy_reads_alike(encoder, posts):
    """A pickled encoder holds its arrays and no session, and reads as it did."""
    values = encoder.values(posts[:5])
    data = pickle.dumps(encoder)
    assert len(data) < 2 * sum(array.nbytes for array in encoder.arrays.values())
    assert pickle.loads(data).values(posts[:5]).tobytes() == values.tobytes()


@pytest.mark.skipif(
    "fork" not in multiprocessing.get_all_start_methods(), reason="there is no fork here"
)
@pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")
def test_a_forked_process_reads_alike(encoder, posts):
    """After a fork a session is made anew, and posts are read as before."""
    values = encoder.values(posts[:5])
    with multiprocessing.get_context("fork").Pool(1) as pool:
        assert pool.apply(encoder.values, (posts[:5],)).tobytes() == values.tobytes()


def test_what_is_missing_is_said_when_posts_are_read(monkeypatch):
    """Without ONNX Runtime an encoder can be made, and reading says what to install."""
    encoder = Encoder(quantised(float_arrays()), EPSILON)
    found = importlib.util.find_spec
    monkeypatch.setattr(
        importlib.util, "find_spec", lambda name: None if name == "onnxruntime" else found(name)
    )
    with pytest.raises(MissingPackageError, match=r"onnxruntime.*givesell\[encoder\]"):
        encoder.values(["ok"])


def test_a_runtime_that_cannot_run_it_is_named(monkeypatch):
    """What ONNX Runtime refuses to run ends in an error with its version and its reason."""

    def refuse(*args, **settings):
        raise RuntimeError("no such operator")

    monkeypatch.setattr(onnxruntime, "InferenceSession", refuse)
    with pytest.raises(ArtifactError, match=r"E230.*\(no such operator\). Upgrade onnxruntime"):
        Encoder(quantised(float_arrays()), EPSILON).values(["ok"])


@pytest.mark.parametrize("epsilon", [0.0, -1.0, 1.0, float("nan")])
def test_a_norm_needs_a_small_epsilon(epsilon):
    """What would divide by zero, or by too much, is refused."""
    with pytest.raises(ArgumentError, match="encoder epsilon"):
        Encoder(quantised(float_arrays()), epsilon)
