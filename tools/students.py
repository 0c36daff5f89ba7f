"""Train a shipped model as `make train` does, fold by fold, so that it can be stopped at any time.

    python -m tools.students --work student-work --out models/givesell-en
    python -m tools.students --work student-work --deep --out models/givesell-en-deep

The same posts, folds and seeds give the same bytes as `givesell train`. The scores of each fold are
kept in the work folder and not made again, and beside them what `benchmarks/protocol.py` reads. Two of
these share the folds where one begins with ``--backwards``.
"""

import argparse
import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from sklearn.base import clone
from threadpoolctl import threadpool_limits

from givesell.estimators.network.classifier import NetworkClassifier
from givesell.estimators.network.vectors import read_vectors
from givesell.estimators.vectorizer import PostVectorizer
from givesell.learn.checks import check
from givesell.learn.crossval import views_of
from givesell.learn.learner import LearnerOptions
from givesell.learn.learners import learner_for
from givesell.learn.protocol import Scheme, TrainingProtocol
from givesell.learn.teacher import views_for
from givesell.learn.train import Plan, train_with
from tools.out_of_fold import out_of_fold_of
from tools.rounds import BORDERLINE_WEIGHT, CORPUS, MARK, PRIOR, ROOT, UNLABELLED, both_rounds

MEMBERS = 2


@dataclass(frozen=True)
class KeptFolds(TrainingProtocol):
    """Cross-validation whose folds are kept.

    Attributes
    ----------
    place : Path
        What the names of the files begin with.
    backwards : bool
        Whether the last fold comes first.
    """

    place: Path = Path()
    backwards: bool = False

    def scores_of(self, learner: Any, scheme: Scheme) -> Any:
        """Return out-of-fold scores, shape (n, n_parts), for one way to make folds."""
        folds = list(enumerate(views_of(self.data, scheme, self.seed, self.teacher)))
        scores = np.full((len(self.data.posts), len(learner.parts)), np.nan)
        for fold, ((train, test), view) in reversed(folds) if self.backwards else folds:
            for number, part in enumerate(learner.parts):

                def fitted(part: Any = part, train: Any = train, view: Any = view) -> Any:
                    return part.fit(clone(part.estimator), self.data, train, self.teacher, view)

                name = f"{self.place.name}-{number}-{scheme or 'random'}-{fold}.npy"
                scores[test, number] = self._kept(self.place.with_name(name), fitted, test)
        return scores

    def _kept(self, path: Path, fitted: Callable[[], Any], test: Any) -> Any:
        if not path.exists():
            with threadpool_limits(1, user_api="blas"):
                scores = fitted().decision_function(self.data.posts[test])
            unfinished = path.with_suffix(f".{os.getpid()}.npy")
            np.save(unfinished, scores)
            unfinished.replace(path)
            self.say(f"kept {path.name}")
        return np.load(path)


def main() -> None:
    """Train, or go on with it."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--corpus", type=Path, default=CORPUS)
    parser.add_argument("--work", type=Path, required=True, help="folder for what is done")
    parser.add_argument("--deep", action="store_true")
    parser.add_argument("--backwards", action="store_true", help="begin with the last fold")
    parser.add_argument("--teacher", type=Path, default=ROOT / "models" / "teacher.safetensors")
    parser.add_argument("--vectors", type=Path, default=ROOT / "models" / "vectors.safetensors")
    parser.add_argument("--prior", type=float, default=PRIOR)
    parser.add_argument("--precision", type=float, default=0.92)
    parser.add_argument("--command", help="what the model records; that of make train")
    parser.add_argument("--out", type=Path, required=True, help="the folder of the model")
    arguments = parser.parse_args()
    arguments.work.mkdir(parents=True, exist_ok=True)
    data = both_rounds(arguments.corpus)
    teacher = views_for(data, arguments.teacher, arguments.corpus / UNLABELLED, group_until=MARK)
    network = None
    if arguments.deep:
        network = NetworkClassifier(vectors=read_vectors(arguments.vectors), members=MEMBERS)
    features = PostVectorizer(min_df=2)
    options = LearnerOptions(network=network, features=features, prior=arguments.prior)
    learner, name = learner_for(options), arguments.out.resolve().name
    protocol = KeptFolds(
        check(data, act=False),
        teacher,
        0,
        1,
        lambda line: print(line, flush=True),
        place=arguments.work / name,
        backwards=arguments.backwards,
    )
    plan = Plan(
        precision=arguments.precision,
        facets=True,
        fingerprints=True,
        name=name,
        command=arguments.command,
        borderline_weight=BORDERLINE_WEIGHT,
    )
    model = train_with(learner, protocol, plan)
    model.save(arguments.out, overwrite=True)
    out_of_fold_of(protocol, learner, model).write(arguments.work / f"{name}.npz")
    print(model.report)


if __name__ == "__main__":
    main()
