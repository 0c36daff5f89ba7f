"""Generated posts in blocks: each block is checked by a worker."""

import os
import random
import time
import traceback
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from fuzz import workers
from fuzz.grammar import make_posts
from fuzz.invariants import check, largest_difference
from fuzz.workers import Limits, Outcome

BLOCK = 20_000
MOST_GROWTH = 64 << 20  # of a worker, from its third block on
MOST_KEPT = 20
Say = Callable[[str], None]


@dataclass
class Found:
    """What a run over posts found.

    Attributes
    ----------
    posts : int
    failures : list of dict
        ``what``, ``post`` (escaped) and ``block``.
    difference : float
        The largest between the scorer and the pipeline.
    growth : int
        Bytes by which a worker grew at most after its first blocks.
    seconds : float
    """

    posts: int = 0
    failures: list[dict[str, Any]] = field(default_factory=list)
    difference: float = 0.0
    growth: int = 0
    seconds: float = 0.0


def fuzz_posts(seed: int, count: int, scratch: Path, say: Say, *, jobs: int | None = None) -> Found:
    """Check generated posts.

    Parameters
    ----------
    seed, count : int
    scratch : Path
    say : callable
    jobs : int, optional

    Returns
    -------
    Found
    """
    found, began = Found(), time.perf_counter()
    sizes: dict[int, list[int]] = {}
    told = began
    blocks = [[block, min(BLOCK, count - block * BLOCK)] for block in range(-(-count // BLOCK))]

    def handle(task: list[int], folder: Path) -> dict[str, Any]:  # noqa: ARG001
        return _block(seed, *task)

    limits = Limits(seconds=600, tasks=1 << 30, growth=1 << 40, address_space=8 << 30)
    for outcome in workers.run(blocks, handle, scratch, workers=jobs, limits=limits):
        _take(found, outcome, sizes)
        if time.perf_counter() - told > 15:
            told = time.perf_counter()
            say(f"{found.posts:,} posts, {len(found.failures)} failures")
    found.growth = max(
        (max(grown[2:]) - grown[2] for grown in sizes.values() if len(grown) > 3), default=0
    )
    if found.growth > MOST_GROWTH:
        found.failures.append(
            {"what": f"a worker grew by {found.growth >> 20} MB", "post": "", "block": -1}
        )
    found.seconds = time.perf_counter() - began
    return found


def warm() -> None:
    """Load what workers need, before they are forked."""
    posts = make_posts(0, 0, 12_000)
    list(check(posts, random.Random(0), explained=1_000))


def check_again(post: str) -> list[str]:
    """Return what is wrong with one post, alone and among others."""
    found = [what for what, _ in check([post], random.Random(0), singles=1, explained=1, scanned=1)]
    return found + [
        what
        for what, _ in check(
            [post] * 50 + ["Thanks!"], random.Random(0), singles=1, explained=1, scanned=1
        )
    ]


def _block(seed: int, block: int, count: int) -> dict[str, Any]:
    posts = make_posts(seed, block, count)
    wrong: list[list[str]] = []
    try:
        for what, post in check(posts, random.Random(f"check {seed}/{block}")):
            wrong.append([what, ascii(post)])
            if len(wrong) >= MOST_KEPT:
                break
        difference = largest_difference(posts)
    except Exception as error:
        wrong.append([f"{type(error).__name__}: {error} at {traceback.format_exc()[-600:]}", ""])
        difference = 0.0
    return {"posts": len(posts), "wrong": wrong, "difference": difference, "pid": os.getpid()}


def _take(found: Found, outcome: Outcome, sizes: dict[int, list[int]]) -> None:
    told = outcome.found
    block = outcome.task[0]
    if outcome.verdict != "DONE":
        found.failures.append(
            {
                "what": f"{outcome.verdict} {told['error']} at {told['at']}",
                "post": "",
                "block": block,
            }
        )
        return
    found.posts += told["posts"]
    found.difference = max(found.difference, told["difference"])
    sizes.setdefault(told["pid"], []).append(told["rss"])
    found.failures += [{"what": what, "post": post, "block": block} for what, post in told["wrong"]]
