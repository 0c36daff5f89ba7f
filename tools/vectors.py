"""Give each common token a vector to start from: what a transformer encoder makes of its text.

    pip install -e .[teacher]
    python -m tools.vectors --out models/vectors.safetensors     # two minutes

The tokens are those of the unlabelled posts; a vector is the mean of the encoder's last layer over
the token's text, cut to its first principal components. No label and no post goes in, only which
words people use.
"""

import argparse
import re
import unicodedata
from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
import torch
from transformers import AutoModel, AutoTokenizer

from givesell.core.sequences import sequences
from givesell.estimators.network.classifier import SPREAD
from givesell.estimators.network.vectors import write_vectors
from givesell.labelled.unlabelled import posts_of
from givesell.nlp import blank
from tools.teacher.encoders import minilm_folder

ROOT = Path(__file__).parents[1]
SIZE, FEWEST_TIMES, FEWEST_GROUPS, LONGEST = 64, 10, 3, 40

_URL = re.compile(r"(?:https?://|www\.)\S+")
_BREAK = re.compile(r"\s*\n\s*")
_DULL = {"white", "black", "heavy", "with", "sign", "symbol", "selector", "variation", "joiner"}


def plain(post: str) -> str:
    """Write a post in the words that the encoder knows: hosts for URLs, names for emoji."""
    post = _URL.sub(lambda url: f" url {_host(url.group())} ", unicodedata.normalize("NFKC", post))
    parts, last = [], ""
    for sign in _BREAK.sub(" | ", post):
        if unicodedata.category(sign) == "So" or 0x1F000 <= ord(sign) < 0x1FB00:
            if sign != last and not 0x1F3FB <= ord(sign) <= 0x1F3FF:
                name = unicodedata.name(sign, "").lower().split()
                parts.append(f" {' '.join([word for word in name if word not in _DULL][:3])} ")
                last = sign
        elif not (unicodedata.category(sign) in ("Mn", "Cf") and ord(sign) > 0x2000):
            parts.append(sign)
            last = sign
    return "".join(parts)


def _host(url: str) -> str:
    names = re.sub(r"^(https?://)?(www\.)?", "", url).split("/")[0].split(".")
    return (names[-2] if len(names) > 1 else names[0])[:16]


def common_tokens(posts: Any, groups: Any) -> Any:
    """Return the hashes of tokens that stand often enough, in posts of enough groups."""
    hashes, _, offsets = sequences(posts)
    tokens, at, counts = np.unique(hashes, return_inverse=True, return_counts=True)
    _, group = np.unique(np.asarray(groups, str), return_inverse=True)
    held = np.unique(np.column_stack([at, np.repeat(group, np.diff(offsets))]), axis=0)
    return tokens[
        (counts >= FEWEST_TIMES) & (np.bincount(held[:, 0], minlength=len(tokens)) >= FEWEST_GROUPS)
    ]


def texts_of(posts: Any, tokens: Any) -> list[str]:
    """Return the most common writing of each token, or an empty text where it has none of its
    own.
    """
    counts: Counter[str] = Counter()
    for document in map(blank().make_doc, posts):
        counts.update(token.text for token in document)
    texts = [text for text, _ in counts.most_common() if text.strip()]
    hashes, _, offsets = sequences(texts)
    found: dict[int, str] = {}
    for text, low, high in zip(texts, offsets, offsets[1:], strict=False):
        if high > low:
            found.setdefault(int(hashes[low]), plain(text).strip()[:LONGEST])
    return [found.get(int(token), "") for token in tokens]


def encode(texts: list[str]) -> Any:
    """Return the encoder's mean vector of each text, scaled to unit length."""
    torch.set_num_threads(1)
    tokenizer = AutoTokenizer.from_pretrained(minilm_folder())
    model = AutoModel.from_pretrained(minilm_folder()).to(torch.bfloat16).eval()
    vectors = np.zeros((len(texts), model.config.hidden_size), np.float32)
    order = np.argsort([len(text) for text in texts], kind="stable")
    with torch.no_grad():
        for at in range(0, len(order), 256):
            rows = order[at : at + 256]
            batch = tokenizer(
                [texts[row] for row in rows],
                padding=True,
                truncation=True,
                max_length=24,
                return_tensors="pt",
            )
            mask = batch["attention_mask"][..., None]
            states = model(**batch).last_hidden_state.float()
            vectors[rows] = torch.nn.functional.normalize(
                (states * mask).sum(1) / mask.sum(1), dim=1
            ).numpy()
    return vectors


def reduce(vectors: Any) -> Any:
    """Return the first principal components, those that vary most shrunk to the root of it."""
    centred = vectors - vectors.mean(0)
    _, directions = np.linalg.eigh(centred.T @ centred)
    parts = centred @ directions[:, ::-1][:, :SIZE]
    parts /= np.sqrt(parts.std(0))
    return parts * (SPREAD / parts.std())


def main() -> None:
    """Read the posts, write the vectors."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--corpus", type=Path, default=ROOT.parent / "shared" / "corpus")
    parser.add_argument("--out", type=Path, required=True)
    arguments = parser.parse_args()
    posts, groups = posts_of(arguments.corpus / "unlabelled.jsonl.gz", "text", "group")
    tokens = common_tokens(posts, groups)
    texts = texts_of(posts, tokens)
    write_vectors(arguments.out, tokens, reduce(encode(texts)))
    print(
        f"{len(tokens):,} tokens, {sum(not text for text in texts):,} of them without a text of"
        " their own"
    )


if __name__ == "__main__":
    main()
