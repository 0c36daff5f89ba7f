"""Tests of `tools.teacher` and of its way to whole numbers, on tiny random encoders."""

from types import SimpleNamespace

import numpy as np
import pytest

from givesell.core.encoder_arrays import quantised
from givesell.core.encoder_session import Encoder
from givesell.text.pieces import Pieces
from tests.core.tiny_encoder import VOCABULARY

torch = pytest.importorskip("torch")
transformers = pytest.importorskip("transformers")
pytest.importorskip("onnxruntime")

from tools.encoder.quantised import float_arrays  # noqa: E402
from tools.teacher.encoders import Teacher, padded  # noqa: E402
from tools.teacher.learning import batches, shortened  # noqa: E402

SIZE = {
    "vocab_size": len(VOCABULARY),
    "hidden_size": 16,
    "num_hidden_layers": 2,
    "num_attention_heads": 2,
    "intermediate_size": 32,
    "max_position_embeddings": 130,
    "attn_implementation": "eager",
}


def tiny(kind):
    """Return an encoder with random weights as `Teacher` holds it."""
    torch.manual_seed(0)
    if kind == "mpnet":
        encoder = transformers.MPNetModel(transformers.MPNetConfig(**SIZE, pad_token_id=1))
        torch.nn.init.normal_(encoder.encoder.relative_attention_bias.weight)
    else:
        encoder = transformers.BertModel(transformers.BertConfig(**SIZE, pad_token_id=1))
    for values in encoder.parameters():
        torch.nn.init.normal_(values, std=0.3)
    head = torch.nn.Linear(32, 4)
    return SimpleNamespace(encoder=encoder.eval(), head=head, padding=1, training=False)


@pytest.mark.parametrize("kind", ["mpnet", "bert"])
def test_whole_numbers_say_what_pytorch_says(kind):
    """The arrays of an artifact read posts as the fine-tuned encoder does, padding or none."""
    teacher, pieces = tiny(kind), Pieces(VOCABULARY)
    posts = ["buy now 20 % off !", "thanks", "you help you sell sell selling the shop link dm"]
    ids = padded([pieces.encode(post) for post in posts], 1)
    with torch.no_grad():
        expected = Teacher.forward(teacher, ids).numpy()
    arrays = quantised(float_arrays(teacher, pieces.vocabulary))
    found = Encoder(arrays, teacher.encoder.config.layer_norm_eps).values(posts)
    assert found == pytest.approx(expected, abs=0.15 * float(np.abs(expected).max()))
    assert np.corrcoef(found.ravel(), expected.ravel())[0, 1] > 0.99


def test_a_long_post_loses_its_middle():
    """Learning reads fewer pieces of the opening and the closing, between start and end."""
    ids = np.arange(112)
    short = shortened(ids, 48, 24)
    assert short.tolist() == [0, *range(1, 49), *range(87, 111), 111]
    assert shortened(ids[:74], 48, 24) is not None
    assert len(shortened(ids[:74], 48, 24)) == 74


def test_batches_hold_each_post_at_most_once():
    """All posts but a rest are in one batch each."""
    lengths = np.random.default_rng(0).integers(3, 90, 1000)
    rows = np.concatenate(list(batches(lengths, np.random.default_rng(1))))
    assert len(rows) == len(set(rows.tolist())) == 992
