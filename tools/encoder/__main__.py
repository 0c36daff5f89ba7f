"""Make the artifact of the encoder of what `tools.teacher` has left in its work folder.

    pip install -e .[teacher,encoder]
    python -m tools.encoder --work teacher-work --distil 8000 16000 --views 0 1 2 3 4 5 6
    python -m tools.encoder --work teacher-work --out models/givesell-en-encoder

Each view goes on learning from so many labelled posts and so many of those that the teacher has
judged; without ``--distil`` the views stay as the teacher left them. Its matrices become whole
numbers, and these, as users get them, score the posts of the view's fold: calibration, thresholds,
figures and facets of the artifact are of those scores. What the artifact holds is view 6, which has
learned from all posts. Scores and weights are kept in the work folder and not made again.
"""

import argparse
import time
from pathlib import Path
from typing import Any

import numpy as np

from givesell.estimators.vectorizer import PostVectorizer
from givesell.learn.checks import check
from givesell.learn.protocol import Scheme, silent
from givesell.learn.teacher import views_for
from givesell.learn.train import Plan, train_with
from givesell.model.model import Model
from tools.encoder.assembled import EncoderLearner, FinishedEncoder, FinishedViews
from tools.encoder.distilled import TAG, distil
from tools.encoder.quantised import encoder_of, judge_of
from tools.out_of_fold import out_of_fold_of
from tools.rounds import CORPUS, GROUP, MARK, PRIOR, UNLABELLED, both_rounds
from tools.teacher.encoders import ENCODERS
from tools.teacher.kept import View, save_array
from tools.teacher.posts import ALL, BLOCKS, RANDOM, Pool, Posts

NAME, PRECISION = "givesell-en-encoder", 0.92
ABOUT = "{encoder}, {layers} layers, fine-tuned{distilled}; whole numbers of 8 bits"


def own_values(posts: Posts, view: View, threads: int) -> Any:
    """Return the values of the posts that a view is measured on, by its whole numbers; (n, k),
    NaN for the others.
    """
    path = view.own.with_name(f"{view.stem}-int8.npy")
    if path.exists():
        return np.load(path)
    start, own = time.perf_counter(), posts.own(view.view)
    found = judge_of(view, threads)(list(posts.data.posts[own]))
    values = np.full((len(posts.data.posts), found.shape[1]), np.nan)
    values[own] = found
    save_array(path, values)
    print(f"{view.stem}: {len(own) / (time.perf_counter() - start):.0f} posts/s", flush=True)
    return values


def out_of_fold(posts: Posts, views: list[View], threads: int) -> dict[Scheme, Any]:
    """Return the values of each post from the view that has not seen it, for each way to make
    folds that there are views for.
    """
    found: dict[Scheme, Any] = {}
    for view in views:
        if view.view < ALL and view.weights.exists():
            scheme = None if view.view == RANDOM else GROUP
            values = own_values(posts, view, threads)
            kept = found.setdefault(scheme, np.full(values.shape, np.nan))
            kept[posts.held[view.view]] = values[posts.held[view.view]]
    return dict(sorted(found.items(), key=lambda item: item[0] is None))


def build(posts: Posts, views: list[View], arguments: argparse.Namespace) -> Model:
    """Measure, calibrate and record the encoder; keep its out-of-fold verdicts."""
    data = check(both_rounds(arguments.corpus), act=False)
    teacher = None
    if arguments.teacher is not None:
        unlabelled = arguments.corpus / UNLABELLED
        teacher = views_for(data, arguments.teacher, unlabelled, group_until=MARK)
    final = views[arguments.final]
    arrays, epsilon = encoder_of(final)
    values = out_of_fold(posts, views, arguments.threads)
    done = [view.view for view in views[:BLOCKS] if view.weights.exists()]
    if len(done) < BLOCKS or final.view != ALL:
        print(f"a trial: of view {final.view}, measured by the views {done}", flush=True)
    names = tuple(posts.facet_names)
    about = ABOUT.format(
        encoder=final.name,
        layers=ENCODERS[final.name].layers,
        distilled=" and distilled" if TAG in final.tag else "",
    )
    learner = EncoderLearner(
        FinishedEncoder(arrays, epsilon, names, PostVectorizer(min_df=2)),
        about,
        prior=arguments.prior,
    )
    protocol = FinishedViews(
        data, teacher, 0, arguments.threads, silent, values=values, facet_names=names
    )
    plan = Plan(
        precision=arguments.precision,
        facets=True,
        name=NAME,
        command=f"python -m tools.encoder --work {arguments.work.name} --out models/{NAME}",
    )
    model = train_with(learner, protocol, plan)
    out_of_fold_of(protocol, learner, model).write(arguments.work / f"{NAME}.npz")
    return model


def main() -> None:
    """Distil, or make the artifact."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--corpus", type=Path, default=CORPUS)
    parser.add_argument("--work", type=Path, required=True)
    parser.add_argument("--encoder", choices=ENCODERS, default="mpnet")
    parser.add_argument("--views", type=int, nargs="*", default=[], choices=range(ALL + 1))
    parser.add_argument(
        "--distil", type=int, nargs=2, metavar=("LABELLED", "JUDGED"), help="posts to learn from"
    )
    parser.add_argument("--tag", default="", help=f"of the views to build of, such as {TAG}")
    parser.add_argument("--final", type=int, default=ALL, help="the view of the artifact")
    parser.add_argument("--teacher", type=Path, help="its file, for n-grams of unlabelled posts")
    parser.add_argument("--prior", type=float, default=PRIOR)
    parser.add_argument("--precision", type=float, default=PRECISION)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--out", type=Path, help="the folder of the artifact")
    arguments = parser.parse_args()
    work, posts = arguments.work, Posts.read(arguments.corpus)
    if arguments.distil:
        pool = Pool.of(arguments.corpus, posts.data)
        for view in arguments.views:
            start = View(work, arguments.encoder, view)
            labelled, soft = arguments.distil
            own_values(posts, distil(posts, pool, start, labelled=labelled, soft=soft), 1)
    if arguments.out:
        views = [View(work, arguments.encoder, view, arguments.tag) for view in range(ALL + 1)]
        model = build(posts, views, arguments)
        model.save(arguments.out, overwrite=True)
        size = sum(path.stat().st_size for path in arguments.out.iterdir()) / 1e6
        print(f"{arguments.out}: {size:.1f} MB")
        print(model.report)


if __name__ == "__main__":
    main()
