"""Make a teacher's views, and gather them into one file.

    pip install -e .[teacher]
    python -m tools.vocabulary --work teacher-work --encoder mpnet
    # Two at a time on two cores; a view learns in half an hour and judges 40 posts a second.
    python -m tools.teacher --work teacher-work --encoder mpnet --views 0 2 4
    python -m tools.teacher --work teacher-work --encoder mpnet --views 1 3 5 6
    python -m tools.teacher --work teacher-work --out models/teacher.safetensors

What a view has done is kept in the work folder and not done again: learning as a whole, judging in
parts of 5,000 posts, so that it can be stopped at any time; started again with a larger
``--judge`` it goes on. With ``--through`` posts are judged by the weights as whole numbers and ONNX
Runtime, as users of `tools.encoder` have them, which is faster than PyTorch. A second encoder,
``minilm``, makes the teacher the mean of both. The library never needs PyTorch: training reads the
file of judgements, the mean of what the encoders say of a post, or what that is likely to be where
only one was asked.

``--sources 100`` learns from so many accounts alone, for a learning curve.
"""

import argparse
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import torch
import torch._inductor.config
from sklearn.metrics import roc_auc_score

from givesell.learn.teacher import write_views
from tools.rounds import CORPUS
from tools.teacher.encoders import (
    ENCODERS,
    Teacher,
    load_teacher,
    read_pieces,
    save_teacher,
)
from tools.teacher.kept import View, save_array, save_part
from tools.teacher.learning import fit, judge, labelled_lessons
from tools.teacher.posts import ALL, BLOCKS, MADE, SEED, Pool, Posts

PART = 5_000  # judged posts that are kept at once
JUDGED = 45_000  # of a view

Judge = Callable[[list[str]], Any]


def make_view(posts: Posts, kept: View, sources: int | None, seed: int) -> Judge:
    """Have a view learn and measure it, where that is not done; return what judges posts."""
    pieces = read_pieces(kept.work, kept.name)
    start, encoder = time.perf_counter(), ENCODERS[kept.name]
    teacher: Teacher | None = None
    if not kept.weights.exists():
        rows = posts.learned(kept.view, sources)
        encoded = [np.array(pieces.encode(post), np.int32) for post in posts.data.posts]
        teacher = Teacher(kept.name, kept.work, pieces, len(posts.facet_names))
        lessons = labelled_lessons(posts, encoded, rows)
        fit(teacher, lessons, epochs=encoder.epochs, rate=encoder.rate, seed=seed)
        save_teacher(teacher, kept.weights)
        seconds = time.perf_counter() - start
        print(f"{kept.stem}: learned from {len(rows):,} posts in {seconds:.0f} s", flush=True)

    def judged(texts: list[str]) -> Any:
        nonlocal teacher
        if teacher is None:
            teacher = load_teacher(kept.weights, kept.name, kept.work, pieces)
        return judge(teacher, [np.array(pieces.encode(text), np.int32) for text in texts])

    return judged


def measure(posts: Posts, kept: View, judged: Judge) -> None:
    """Keep the values of the posts that a view is measured on."""
    own = posts.own(kept.view)
    if kept.own.exists() or not len(own):
        return
    values = np.full((int(posts.data.measured.sum()), 1 + len(posts.facet_names)), np.nan)
    values[own] = judged(list(posts.data.posts[own]))
    save_array(kept.own, values.astype(np.float32))
    auc = roc_auc_score(posts.data.selling[own], values[own, 0])
    print(f"{kept.stem}: AUC {auc:.4f} on what it has not seen", flush=True)


def judge_pool(posts: Posts, pool: Pool, kept: View, judged: Judge, most: int) -> None:
    """Have a view judge so many posts of the pool, those that it has judged included."""
    known = kept.judged()[0]
    real, made = (rows[: (most + 1) // 2] for rows in pool.of_view(posts, kept.view))
    shared = min(len(real), len(made))
    in_turn = np.stack([real[:shared], made[:shared]], axis=1).ravel()
    wanted = np.concatenate([in_turn, real[shared:], made[shared:]])
    wanted = wanted[~np.isin(wanted, known)]
    for at in range(0, len(wanted), PART):
        start, rows = time.perf_counter(), wanted[at : at + PART]
        save_part(kept.next_part(), rows, judged(list(pool.posts[rows])))
        rate = len(rows) / (time.perf_counter() - start)
        print(f"{kept.stem}: {len(known) + at + len(rows):,} judged, {rate:.0f}/s", flush=True)


def gather(posts: Posts, pool: Pool, work: Path, out: Path) -> None:
    """Write the mean of what those encoders say whose views are all done."""
    files = {name: [View(work, name, view) for view in range(ALL + 1)] for name in ENCODERS}
    done = [name for name, views in files.items() if all(len(view.judged()[0]) for view in views)]
    if not done:
        raise SystemExit(
            f"No encoder has judged posts in all its views in {work}: make them with --encoder"
            " and --views first"
        )
    shares = [ENCODERS[name].share for name in done]
    measured = int(posts.data.measured.sum())

    def odds_of(name: str, view: int) -> Any:
        odds = np.full(len(pool.posts) + measured, np.nan)
        rows, values = files[name][view].judged()
        odds[rows] = values[:, 0]
        if view < ALL:
            odds[len(pool.posts) :] = np.load(files[name][view].own)[:, 0]
        return odds

    odds = np.stack(
        [together([odds_of(name, view) for name in done], shares) for view in range(ALL + 1)]
    )
    own = np.full(len(posts.data.posts), np.nan, np.float32)
    for view in range(BLOCKS):
        own[posts.held[view]] = odds[view, len(pool.posts) :][posts.held[view]]
    write_views(
        out,
        odds[:, : len(pool.posts)],
        own,
        pool.posts,
        unseen=posts.unseen,
        made=MADE,
        seed=SEED,
    )
    counts = (~np.isnan(odds[:, : len(pool.posts)])).sum(axis=1)
    print(f"wrote {out}, of {' and '.join(done)}, {counts.tolist()} posts a view", flush=True)


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


def main() -> None:
    """Make the views asked for, or gather all into one file."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--corpus", type=Path, default=CORPUS)
    parser.add_argument("--work", type=Path, required=True, help="folder for what each view does")
    parser.add_argument("--encoder", choices=ENCODERS, default="mpnet")
    parser.add_argument("--views", type=int, nargs="*", default=[], choices=range(ALL + 1))
    parser.add_argument("--judge", type=int, default=JUDGED, help="posts that a view judges")
    parser.add_argument("--through", action="store_true", help="judge by quantised encoders")
    parser.add_argument("--sources", type=int, help="learn from so many accounts, and judge none")
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--out", type=Path, help="the file to write when all views are done")
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    torch._inductor.config.freezing = True  # judges a fifth faster
    work, sources = arguments.work, arguments.sources
    work.mkdir(parents=True, exist_ok=True)
    posts = Posts.read(arguments.corpus)
    no_pool = sources is not None or not (arguments.out or arguments.judge)
    pool = None if no_pool else Pool.of(arguments.corpus, posts.data)
    tag = "" if sources is None else f"-s{sources}"
    tag += f"-seed{arguments.seed}" if arguments.seed != SEED else ""
    for view in arguments.views:
        kept = View(work, arguments.encoder, view, tag)
        judged = make_view(posts, kept, sources, arguments.seed)
        measure(posts, kept, judged)
        if pool is not None:
            if arguments.through:
                from tools.encoder.quantised import judge_of

                judged = judge_of(kept, len(posts.facet_names))
            judge_pool(posts, pool, kept, judged, arguments.judge)
    if arguments.out:
        assert pool is not None
        gather(posts, pool, work, arguments.out)


if __name__ == "__main__":
    main()
