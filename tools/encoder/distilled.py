"""Distillation: an encoder goes on learning from the labels, and from what the teacher says of
unlabelled and made posts.

The teacher of a view is the mean of the encoders whose same view has judged a post: none of them
has seen the view's sources.

References
----------
Hinton, Vinyals and Dean, "Distilling the Knowledge in a Neural Network", 2015.
"""

import time
from pathlib import Path
from typing import Any

import numpy as np
from scipy.special import expit, softmax

from tools.teacher.encoders import ENCODERS, load_teacher, read_pieces, save_teacher
from tools.teacher.kept import View
from tools.teacher.learning import Lessons, fit, labelled_lessons
from tools.teacher.posts import SEED, Pool, Posts

RATE, SOFT_WEIGHT = 2e-5, 1.0  # a lesson of the teacher weighs as a labelled post does in the mean
TAG = "-distilled"


def judged_by_all(work: Path, view: int, tags: tuple[str, ...] = ("",)) -> tuple[Any, Any]:
    """Return the rows of the pool that every encoder with such a view has judged, and the mean of
    its values.
    """
    views = [View(work, name, view, tag) for name in ENCODERS for tag in tags]
    found = [(ENCODERS[view.name].share, *view.judged()) for view in views]
    found = [each for each in found if len(each[1])]
    if not found:
        raise SystemExit(f"No encoder has judged posts in view {view}: python -m tools.teacher")
    rows = found[0][1]
    for _, others, _ in found[1:]:
        rows = np.intersect1d(rows, others)
    parts = []
    for _, mine, values in found:
        order = np.argsort(mine)
        parts.append(values[order[np.searchsorted(mine[order], rows)]])
    return rows, np.average(parts, axis=0, weights=[share for share, _, _ in found])


def distil(
    posts: Posts, pool: Pool, start: View, *, labelled: int, soft: int, rate: float = RATE
) -> View:
    """Have an encoder go on from its weights; return where the new ones are kept.

    Parameters
    ----------
    posts, pool
    start : View
        The encoder to begin with.
    labelled, soft : int
        How many labelled posts and posts of the pool it learns from at the most.
    rate : float
    """
    kept = start._replace(tag=start.tag + TAG)
    if kept.weights.exists():
        return kept
    begun, rng = time.perf_counter(), np.random.default_rng(SEED)
    pieces = read_pieces(start.work, start.name)

    def encoded(texts: Any) -> list[Any]:
        return [np.array(pieces.encode(text), np.int32) for text in texts]

    rows = rng.permutation(posts.learned(start.view))[:labelled]
    every: list[Any] = [None] * len(posts.data.posts)
    for row, ids in zip(rows, encoded(posts.data.posts[rows]), strict=True):
        every[row] = ids
    lessons = labelled_lessons(posts, every, rows)
    judged, values = judged_by_all(start.work, start.view)
    drawn = rng.permutation(len(judged))[:soft]
    weight = np.full(len(drawn), SOFT_WEIGHT, np.float32)
    facets = softmax(values[drawn, 1:], axis=1).astype(np.float32)
    selling = expit(values[drawn, 0]).astype(np.float32)
    lessons += Lessons(encoded(pool.posts[judged[drawn]]), selling, facets, weight)
    student = load_teacher(start.weights, start.name, start.work, pieces)
    fit(student, lessons, epochs=1, rate=rate)
    save_teacher(student, kept.weights)
    seconds = time.perf_counter() - begun
    print(f"{kept.stem}: {len(lessons.pieces):,} lessons in {seconds:.0f} s", flush=True)
    return kept
