"""Give each common token a vector to start from: what a transformer encoder makes of its text.

    pip install -e .[teacher]
    python tools/vectors.py --out models/vectors.safetensors     # two minutes

The tokens are those of the unlabelled posts; a vector is the mean of the encoder's last layer over
the token's text, cut to its first principal components. No label and no post goes in, only which
words people use.
"""

import argparse
from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
import torch
from teacher import encoder_folder, plain
from transformers import AutoModel, AutoTokenizer

from givesell.core.sequences import sequences
from givesell.estimators.network.classifier import SPREAD
from givesell.estimators.network.vectors import write_vectors
from givesell.labelled.unlabelled import posts_of
from givesell.nlp import blank

ROOT = Path(__file__).parents[1]
SIZE, FEWEST_TIMES, FEWEST_GROUPS, LONGEST = 64, 10, 3, 40


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
    tokenizer = AutoTokenizer.from_pretrained(encoder_folder())
    model = AutoModel.from_pretrained(encoder_folder()).to(torch.bfloat16).eval()
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
