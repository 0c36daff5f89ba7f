"""Out-of-fold verdicts of a model on the posts of both rounds, kept for `benchmarks/protocol.py`.

A file holds, for each measured post, ``p``, the probability of selling from a model that has not
seen its source; ``known``, that from one which may have seen others of its source, NaN where there
is none; and ``sure``, whether the verdict by ``p`` is sure.
"""

from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from givesell.learn.learner import Learner
from givesell.learn.protocol import TrainingProtocol
from givesell.measure.sure import may_be_sure
from givesell.model.model import Model
from givesell.verdict import is_sure


class OutOfFold(NamedTuple):
    """What such a file holds, each of shape (n_measured,)."""

    p: Any
    known: Any
    sure: Any

    @classmethod
    def read(cls, path: Path) -> "OutOfFold":
        """Read a file."""
        with np.load(path) as file:
            return cls(file["p"], file["known"], file["sure"])

    def write(self, path: Path) -> None:
        """Write a file."""
        path.parent.mkdir(parents=True, exist_ok=True)
        np.savez_compressed(path, **self._asdict())


def out_of_fold_of(protocol: TrainingProtocol, learner: Learner, model: Model) -> OutOfFold:
    """Return the verdicts that the figures of a trained model are of."""
    measured = protocol.data.measured
    scores = protocol.scores(learner)
    calibration = learner.calibrate(list(scores.values()), protocol.data)
    p = {name: calibration.probabilities(part)[measured] for name, part in scores.items()}
    headline = p[protocol.schemes[0]]
    readable = may_be_sure(model, protocol.data.posts[measured], protocol.n_jobs)
    sure = np.asarray(is_sure(headline, model.thresholds)) & readable
    return OutOfFold(headline, p.get(None, np.full(len(headline), np.nan)), sure)
