"""The rows of a network, made when they are first needed."""

import pickle
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

import givesell
from givesell.core.convolution import score_sequences
from givesell.core.network import PARAMETERS, compile_network
from givesell.core.sequences import sequences
from givesell.core.token_rows import TokenRows
from givesell.datasets import load_posts


def products(vectors, windows):
    """Multiply in float32, each number summed in the order of the vector."""
    sums = np.zeros((len(vectors), windows.shape[1]), np.float32)
    for i in range(vectors.shape[1]):
        sums += vectors[:, i, None] * windows[i]
    return sums


@pytest.mark.parametrize(("size", "width"), [(1, 1), (5, 31), (16, 32), (3, 33), (40, 96)])
def test_rows_are_products(size, width):
    """A row is the product of its vector and the matrix, to the bit the same on every machine."""
    draw = np.random.default_rng(size)
    vectors = draw.normal(size=(7, size)).astype(np.float32)
    windows = draw.normal(size=(size, width)).astype(np.float32)
    rows = TokenRows(vectors, windows)
    assert rows.shape == (8, width)
    found = np.stack([rows.product(row) for row in range(7)])
    assert np.array_equal(found, products(vectors, windows))
    assert np.allclose(found, vectors @ windows, atol=1e-5)


@pytest.mark.parametrize(
    ("vectors", "windows"),
    [((0, 4), (4, 6)), ((3, 4), (5, 6)), ((3, 4), (4, 0)), ((3, 0), (0, 6))],
)
def test_shapes_that_do_not_fit(vectors, windows):
    """Vectors and a matrix that cannot be multiplied are refused."""
    with pytest.raises(ValueError, match="do not fit together"):
        TokenRows(np.ones(vectors, np.float32), np.ones(windows, np.float32))


@pytest.mark.parametrize("row", [-1, 3, 1 << 40])
def test_a_row_that_is_not_there(row):
    """No row outside the table is read; the last one, of no token, has no vector."""
    rows = TokenRows(np.ones((3, 2), np.float32), np.ones((2, 6), np.float32))
    with pytest.raises(IndexError):
        rows.product(row)


def network(channels=6, size=4, tokens=200):
    """Return parameters of a small network over the hashes of a few posts."""
    draw = np.random.default_rng(0)
    hashes = np.unique(sequences(list(load_posts()["text"][:300]))[0])[:tokens]
    shapes = {
        "vectors": (len(hashes) + 1, size),
        "marks": (9, size),
        "windows": (3 * size, channels),
        "window_bias": (channels,),
        "skip": (2 * channels,),
        "hidden": (2 * channels, 4),
        "hidden_bias": (4,),
        "out": (4,),
    }
    assert {"tokens", *shapes} == set(PARAMETERS)
    arrays = {name: draw.normal(size=shape).astype(np.float32) for name, shape in shapes.items()}
    return compile_network({"tokens": hashes, **arrays})


def test_scores_do_not_depend_on_what_was_scored():
    """A post has the same log-odds with rows that are there and with rows that are made for it,
    alone or with others, and after the network was pickled.
    """
    posts = list(load_posts()["text"][:300])
    one = network()
    together = score_sequences(one, *sequences(posts))
    assert len(np.unique(together)) > 100
    assert np.array_equal(score_sequences(one, *sequences(posts)), together)
    alone = [score_sequences(network(), *sequences([post]))[0] for post in posts[:20]]
    assert alone == together[:20].tolist()
    again = pickle.loads(pickle.dumps(one))
    assert np.array_equal(score_sequences(again, *sequences(posts)), together)


def test_threads_make_rows_together():
    """Threads that need the same rows at the same time get the same scores as one thread."""
    posts = list(load_posts()["text"][:300])
    expected = score_sequences(network(), *sequences(posts))
    read = sequences(posts)
    for _ in range(5):
        shared = network()
        with ThreadPoolExecutor(4) as pool:
            found = list(pool.map(score_sequences, [shared] * 4, *([part] * 4 for part in read)))
        assert all(np.array_equal(scores, expected) for scores in found)


def test_the_deep_model_starts_small():
    """Loading the deep model makes the rows of few tokens: what it holds is its file and little
    more.
    """
    rows = givesell.load("givesell-en-deep").weights.network.rows
    assert rows.shape[0] > 20_000
    assert isinstance(rows, TokenRows)
