"""A fine-tuned encoder as the arrays of an artifact, its matrices as whole numbers."""

from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from givesell.core.encoder_arrays import quantised, stored_pieces
from givesell.core.encoder_session import Encoder
from givesell.text.pieces import MOST_PIECES
from tools.teacher.encoders import Teacher, load_teacher, read_pieces
from tools.teacher.kept import View

Arrays = dict[str, NDArray[Any]]
# Where BERT and MPNet keep the same matrices of a layer: queries, keys, values, and back.
_ATTENTION = (
    ("attention.attn.q", "attention.attn.k", "attention.attn.v", "attention.attn.o"),
    (
        "attention.self.query",
        "attention.self.key",
        "attention.self.value",
        "attention.output.dense",
    ),
)
_NORMS = ("attention.LayerNorm", "attention.output.LayerNorm")


def float_arrays(teacher: Teacher, vocabulary: tuple[str, ...]) -> Arrays:
    """Return the weights of an encoder as `givesell.core.encoder_arrays` names them."""
    state = {name: values.float().numpy() for name, values in teacher.encoder.state_dict().items()}
    embeddings, layers = "embeddings", len(teacher.encoder.encoder.layer)
    shift = teacher.padding + 1 if _relative_values(teacher) is not None else 0
    positions = state[f"{embeddings}.position_embeddings.weight"][shift : shift + MOST_PIECES]
    if f"{embeddings}.token_type_embeddings.weight" in state:
        positions = positions + state[f"{embeddings}.token_type_embeddings.weight"][0]
    arrays: Arrays = {
        "pieces": stored_pieces(vocabulary),
        "words": state[f"{embeddings}.word_embeddings.weight"],
        "positions": positions,
        "relative": _relative(teacher),
        "embedding_norm": _pair(state, f"{embeddings}.LayerNorm"),
        "head": teacher.head.weight.detach().float().numpy().T,
        "head_bias": teacher.head.bias.detach().float().numpy(),
    }
    each = [_layer(state, f"encoder.layer.{number}.") for number in range(layers)]
    return arrays | {name: np.stack([layer[name] for layer in each]) for name in each[0]}


def _layer(state: Arrays, place: str) -> Arrays:
    found = next(names for names in _ATTENTION if f"{place}{names[0]}.weight" in state)
    norm = next(name for name in _NORMS if f"{place}{name}.weight" in state)
    matrices = {"out": found[3], "up": "intermediate.dense", "down": "output.dense"}
    arrays = {
        "qkv": np.concatenate([state[f"{place}{name}.weight"].T for name in found[:3]], axis=1),
        "qkv_bias": np.concatenate([state[f"{place}{name}.bias"] for name in found[:3]]),
        "norms": np.concatenate(
            [_pair(state, place + norm), _pair(state, f"{place}output.LayerNorm")]
        ),
    }
    for name, where in matrices.items():
        arrays[name] = state[f"{place}{where}.weight"].T
        arrays[f"{name}_bias"] = state[f"{place}{where}.bias"]
    return arrays


def _pair(state: Arrays, place: str) -> NDArray[Any]:
    return np.stack([state[f"{place}.weight"], state[f"{place}.bias"]])


def _relative_values(teacher: Teacher) -> Any:
    return getattr(teacher.encoder.encoder, "relative_attention_bias", None)


def _relative(teacher: Teacher) -> NDArray[Any]:
    """Return what attention adds for each distance, the furthest to the left first."""
    heads = teacher.encoder.config.num_attention_heads
    values = _relative_values(teacher)
    if values is None:
        return np.zeros((heads, 2 * MOST_PIECES - 1), np.float32)
    weights = values.weight.detach().float().numpy()  # (buckets, heads)
    distances = torch.arange(1 - MOST_PIECES, MOST_PIECES)
    buckets = teacher.encoder.encoder.relative_position_bucket(distances, num_buckets=len(weights))
    return np.ascontiguousarray(weights[buckets.numpy()].T)


def encoder_of(view: View) -> tuple[Arrays, float]:
    """Return the quantised arrays of a view, and what its norms add to a variance."""
    pieces = read_pieces(view.work, view.name)
    teacher = load_teacher(view.weights, view.name, view.work, pieces)
    epsilon = float(teacher.encoder.config.layer_norm_eps)
    return quantised(float_arrays(teacher, pieces.vocabulary)), epsilon


def judge_of(view: View, threads: int = 1) -> Any:
    """Return what judges posts with the quantised encoder of a view."""
    encoder = Encoder(*encoder_of(view))
    return lambda texts: encoder.values(texts, threads)
