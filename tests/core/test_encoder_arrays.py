"""Tests of `givesell.core.encoder_arrays`: what an encoder may be made of."""

import numpy as np
import pytest

from givesell.core.encoder_arrays import (
    ARRAYS,
    MATRICES,
    MATRIX_MOST,
    checked,
    pieces_of,
    quantised,
    size_of,
    stored_pieces,
)
from givesell.errors import ArgumentError
from tests.core.encoder_reference import floats
from tests.core.tiny_encoder import VOCABULARY, float_arrays


@pytest.fixture
def arrays():
    """The arrays of a tiny encoder."""
    return quantised(float_arrays())


def test_whole_numbers_are_near_what_they_stand_for(arrays):
    """Each number is within half a step of the one it was made of, and sums of products of pairs
    fit into 16 bits.
    """
    made, wanted = floats(arrays), float_arrays()
    assert np.abs(made["words"] - wanted["words"]).max() <= arrays["word_scales"].max() / 2 + 1e-6
    for name in MATRICES:
        assert arrays[name].dtype == np.int8
        steps = arrays[f"{name}_scales"][:, None, :]
        assert (np.abs(made[name] - wanted[name]) <= steps / 2 + 1e-6).all()
        assert np.abs(arrays[name]).max() == MATRIX_MOST
    assert 2 * 255 * MATRIX_MOST < 1 << 15


def test_a_column_of_zeros_stays_one():
    """Nothing is divided by zero where a column or a row has no weight."""
    wanted = float_arrays()
    wanted["up"][0, :, 0] = 0
    wanted["words"][5] = 0
    made = floats(quantised(wanted))
    assert not made["up"][0, :, 0].any()
    assert not made["words"][5].any()


def test_a_large_encoder_stays_small():
    """Six layers of 768 with 16,000 pieces and 400,000 n-grams take less than 60 MB."""
    layers, width, inner, pieces = 6, 768, 3072, 16_000
    ends = {"qkv": (width, 3 * width), "out": (width, width), "up": (width, inner)}
    ends["down"] = (inner, width)
    shapes = {
        "pieces": (110_000,),
        "words": (pieces, width),
        "word_scales": (pieces,),
        "positions": (112, width),
        "relative": (12, 223),
        "embedding_norm": (2, width),
        "norms": (layers, 4, width),
        "head": (2 * width, 12),
        "head_bias": (12,),
    }
    for name, (rows, columns) in ends.items():
        shapes[name] = (layers, rows, columns)
        shapes[f"{name}_scales"] = shapes[f"{name}_bias"] = (layers, columns)
    arrays = checked({name: np.zeros(shape, ARRAYS[name][1]) for name, shape in shapes.items()})
    assert size_of(arrays) == (layers, width, 12, inner, pieces, 112, 11)
    assert sum(array.nbytes for array in arrays.values()) + 400_000 * 6 < 60e6


@pytest.mark.parametrize(
    ("name", "change"),
    [
        ("words", lambda words: words.astype(np.float32)),
        ("words", lambda words: words[:-1]),
        ("words", lambda words: words[:2]),
        ("word_scales", lambda scales: -scales),
        ("positions", lambda positions: positions[:50]),
        ("relative", lambda relative: relative[:, 1:]),
        ("relative", lambda relative: np.repeat(relative, 3, axis=0)),
        ("relative", lambda relative: relative[:0]),
        ("embedding_norm", lambda norm: norm * np.nan),
        ("qkv", lambda qkv: qkv[:, :, :-1]),
        ("qkv", lambda qkv: qkv[0]),
        ("up", lambda up: up[:0]),
        ("up", lambda up: np.zeros((2, 16, 1 << 14), np.int8)),
        ("down_bias", lambda bias: bias + np.inf),
        ("norms", lambda norms: norms[:, :2]),
        ("head", lambda head: head * 1e9),
        ("head", lambda head: head[:, :2]),
        ("head_bias", lambda bias: bias[:0]),
        ("pieces", lambda pieces: pieces[:0]),
    ],
)
def test_arrays_that_do_not_fit_are_refused(arrays, name, change):
    """Arrays of other shapes and types, and numbers that cannot be, are named in the error."""
    with pytest.raises(ArgumentError, match=r"E206\] encoder [a-z_]+ must be"):
        checked(arrays | {name: change(arrays[name])})


def test_a_missing_array_is_named(arrays):
    """An encoder without one of its arrays is refused by its name."""
    del arrays["norms"]
    with pytest.raises(ArgumentError, match="encoder norms must be an array of 3 dimensions"):
        checked(arrays)


def test_pieces_are_read_as_they_were_stored(arrays):
    """The vocabulary comes back as it was, and cuts words into its pieces."""
    assert pieces_of(arrays).vocabulary == tuple(VOCABULARY)


@pytest.mark.parametrize(
    "pieces",
    [
        stored_pieces(VOCABULARY[:-1]),
        stored_pieces(["", *VOCABULARY[1:]]),
        stored_pieces([*VOCABULARY[:-1], VOCABULARY[5]]),
        np.frombuffer(b"\xff\xfe", np.uint8),
    ],
)
def test_pieces_that_are_none_are_refused(arrays, pieces):
    """Bytes that are not text, and too few, repeated or no special pieces are refused."""
    with pytest.raises(ArgumentError, match="E206"):
        pieces_of(arrays | {"pieces": pieces})
