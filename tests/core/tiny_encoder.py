"""A tiny encoder for tests: random weights that are always the same, made in milliseconds."""

import numpy as np

from givesell.core.encoder import EncoderKind
from givesell.core.encoder_arrays import quantised, stored_pieces
from givesell.core.known_ngrams import known_ngrams
from givesell.model.model import Model
from givesell.text.pieces import MOST_PIECES, SPECIAL

LETTERS = "abcdefghijklmnopqrstuvwxyz"
WORDS = ["sell", "buy", "now", "shop", "off", "thanks", "help", "you", "dm", "link", "20", "%", "!"]
VOCABULARY = [*SPECIAL, *WORDS, "##ing", *LETTERS, *(f"##{letter}" for letter in LETTERS)]
FACETS = ("help", "thanks", "talk", "offer", "brand")
FEATURES = {
    "ngram_range": (1, 2),
    "char_ngram_range": None,
    "n_features": 1 << 12,
    "sublinear_tf": True,
    "use_idf": True,
    "min_df": 1,
    "norm": "l2",
}


def float_arrays(width=16, layers=2, heads=2, inner=32, relative=True, seed=0, facets=FACETS):
    """Return the weights of a tiny encoder as floats, as training would."""
    rng = np.random.default_rng(seed)

    def normal(*shape, scale=1.0):
        return (scale * rng.normal(size=shape)).astype(np.float32)

    ends = {"qkv": (width, 3 * width), "out": (width, width), "up": (width, inner)}
    ends["down"] = (inner, width)
    arrays = {
        "pieces": stored_pieces(VOCABULARY),
        "words": normal(len(VOCABULARY), width),
        "positions": normal(MOST_PIECES, width, scale=0.1),
        "relative": normal(heads, 2 * MOST_PIECES - 1) * relative,
        "embedding_norm": np.stack([1 + normal(width, scale=0.1), normal(width, scale=0.1)]),
        "norms": normal(layers, 4, width, scale=0.1) + np.float32([[1], [0], [1], [0]]),
        "head": normal(2 * width, 1 + len(facets), scale=0.7),
        "head_bias": normal(1 + len(facets)),
    }
    for name, (rows, columns) in ends.items():
        arrays[name] = normal(layers, rows, columns, scale=rows**-0.5)
        arrays[f"{name}_bias"] = normal(layers, columns, scale=0.1)
    return arrays


def quantised_arrays(**settings):
    """Return the arrays of a tiny encoder as an artifact holds them."""
    return quantised(float_arrays(**settings))


def tiny_kind(facets=FACETS, **settings):
    """Return the kind of a tiny encoder; it knows every n-gram."""
    buckets = np.arange(FEATURES["n_features"], dtype=np.int32)
    known = known_ngrams(FEATURES, buckets, np.ones(len(buckets), np.float32))
    return EncoderKind(quantised_arrays(facets=facets, **settings), FEATURES, known, facets)


def tiny_model(name="tiny-encoder", thresholds=(0.2, 0.8), **settings):
    """Return a model with a tiny encoder; it can be saved and loaded."""
    return Model(tiny_kind(**settings), thresholds=thresholds, info={"name": name})
