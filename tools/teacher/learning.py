"""Fine-tuning an encoder on labelled posts, and on what a teacher says of others."""

import time
from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np
import torch
from torch import nn
from torch.nn import functional as F

from givesell.text.pieces import SPECIAL, UNKNOWN
from tools.teacher.encoders import Teacher, padded
from tools.teacher.posts import SEED, Posts

BATCH, HEAD_RATE = 32, 8
POOL = 40  # batches that are cut from posts of like length
WARM = 0.08  # of the steps, while the rate rises
FACET_WEIGHT, HIDDEN_SHARE, BORDERLINE, HARD, MOST_WEIGHT = 0.3, 0.1, 0.6, 0.7, 6.0
SMOOTH_CLEAR, SMOOTH_BORDERLINE, SMOOTH_FACET = 0.02, 0.2, 0.05
SHORT = (48, 24)  # pieces of the opening and the closing that are learned from
_SAID = 200  # batches between two lines on how it goes


class Lessons(NamedTuple):
    """Posts to learn from, as pieces, with the probability of selling, those of the facets, and
    weights.
    """

    pieces: list[Any]
    selling: Any
    facets: Any
    weight: Any

    def __add__(self, other: Any) -> "Lessons":
        return Lessons(
            self.pieces + other.pieces,
            *(np.concatenate(pair) for pair in zip(self[1:], other[1:], strict=True)),
        )


def shortened(ids: Any, head: int, tail: int) -> Any:
    """Return the pieces of a post without the middle of a long one."""
    if len(ids) <= head + tail + 2:
        return ids
    return np.concatenate([ids[: 1 + head], ids[len(ids) - 1 - tail :]])


def labelled_lessons(posts: Posts, pieces: list[Any], rows: Any) -> Lessons:
    """Return labelled posts as lessons: smooth labels, each account in proportion to the root of
    its size.
    """
    clear, selling = posts.data.clear[rows], posts.data.selling[rows]
    smooth = np.where(clear, SMOOTH_CLEAR, SMOOTH_BORDERLINE)
    _, account, sizes = np.unique(posts.accounts[rows], return_inverse=True, return_counts=True)
    weight = sizes[account] ** -0.5
    weight[posts.accounts[rows] == ""] = np.median(weight)
    weight *= np.where(clear, 1.0, BORDERLINE) * np.where(posts.data.weight[rows] < 1, HARD, 1.0)
    weight = (weight / weight.mean()).clip(max=MOST_WEIGHT)
    count = len(posts.facet_names)
    facets = np.full((len(rows), count), SMOOTH_FACET / count, np.float32)
    facets[np.arange(len(rows)), posts.facets[rows]] += 1 - SMOOTH_FACET
    return Lessons(
        [pieces[row] for row in rows],
        np.where(selling, 1 - smooth, smooth).astype(np.float32),
        facets,
        (weight / weight.mean()).astype(np.float32),
    )


def batches(lengths: Any, rng: np.random.Generator) -> Iterator[Any]:
    """Yield the positions of batches of posts of like length, in any order."""
    order = rng.permutation(len(lengths))[: len(lengths) // BATCH * BATCH]
    found = []
    for start in range(0, len(order), POOL * BATCH):
        pool = order[start : start + POOL * BATCH]
        pool = pool[np.argsort(lengths[pool], kind="stable")]
        found += [pool[at : at + BATCH] for at in range(0, len(pool), BATCH)]
    for at in rng.permutation(len(found)):
        yield found[at]


def fit(teacher: Teacher, lessons: Lessons, *, epochs: int, rate: float, seed: int = SEED) -> None:
    """Fine-tune an encoder in place."""
    torch.manual_seed(seed)
    rng = np.random.default_rng(seed)
    pieces = [shortened(ids, *SHORT) for ids in lessons.pieces]
    lengths = np.array([len(ids) for ids in pieces])
    body, head = teacher.body, list(teacher.head.parameters())
    optimizer = torch.optim.AdamW(
        [{"params": body}, {"params": head, "lr": rate * HEAD_RATE}],
        lr=rate,
        weight_decay=0.01,
        fused=True,
    )
    steps = epochs * (len(pieces) // BATCH)
    warm = max(1, int(WARM * steps))
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimizer, lambda step: min((step + 1) / warm, max(0.0, (steps - step) / (steps - warm)))
    )
    hides = SPECIAL.index(UNKNOWN)
    special = torch.tensor([number for number in range(len(SPECIAL)) if number != hides])
    forward = torch.compile(teacher, dynamic=True)
    teacher.train()
    start, done, recent = time.perf_counter(), 0, 0.0
    for _ in range(epochs):
        for batch in batches(lengths, rng):
            ids = padded([pieces[at] for at in batch], teacher.padding)
            hidden = (torch.rand(ids.shape) < HIDDEN_SHARE) & ~torch.isin(ids, special)
            with torch.autocast("cpu", dtype=torch.bfloat16):
                out = forward(ids.masked_fill(hidden, hides))
            selling, facets, weight = (torch.from_numpy(values[batch]) for values in lessons[1:])
            label_loss = F.binary_cross_entropy_with_logits(out[:, 0], selling, reduction="none")
            facet_loss = F.cross_entropy(out[:, 1:], facets, reduction="none")
            loss = (weight * (label_loss + FACET_WEIGHT * facet_loss)).mean()
            loss.backward()
            nn.utils.clip_grad_norm_(body + head, 1.0)
            optimizer.step()
            schedule.step()
            optimizer.zero_grad()
            done, recent = done + 1, 0.98 * recent + 0.02 * loss.item()
            if done % _SAID == 0:
                rate_now = done * BATCH / (time.perf_counter() - start)
                print(f"  {done} of {steps}, loss {recent:.3f}, {rate_now:.0f} posts/s", flush=True)


def judge(teacher: Teacher, pieces: list[Any]) -> Any:
    """Return the head's values of posts, float32 (n, 1 + n_facets)."""
    teacher.eval()
    torch.compiler.reset()  # it gives up after some models
    fast = torch.compile(teacher.to(torch.bfloat16), dynamic=True)
    order = np.argsort([-len(ids) for ids in pieces], kind="stable")
    out = np.zeros((len(pieces), len(teacher.head.bias)), np.float32)
    with torch.no_grad():
        for start in range(0, len(order), 64):
            batch = order[start : start + 64]
            out[batch] = fast(padded([pieces[at] for at in batch], teacher.padding)).numpy()
    return out
