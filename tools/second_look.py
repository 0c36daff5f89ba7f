r"""Learn which posts the encoder reads again, and save the rule with it.

    python -m tools.second_look --work teacher-work \
        --model models/givesell-en-encoder/givesell_en_encoder

The probabilities are of posts that neither model has learned from: those of the encoder lie in the
work folder, where `tools.encoder` left them; those of the first model are out of fold too
(``--first``, as `tools.students` leaves them), or, without such a file, its own of the second
round, which the models of version 0.2.0 have never seen.
"""

import argparse
from pathlib import Path
from typing import Any

import msgspec
import numpy as np

import givesell
from givesell.core.sections import Drift
from givesell.learn.drift_baseline import drift_baseline
from givesell.learn.second_look import FirstReading, apply_rule, learn_rule
from givesell.measure.sure import may_be_sure
from givesell.model.model import Model
from givesell.verdict import is_sure
from tools.encoder.__main__ import NAME
from tools.out_of_fold import OutOfFold
from tools.rounds import CORPUS, GROUP, both_rounds, first_round, groups_of

PRECISION = 0.95


def learned(
    second: Model, work: Path, corpus: Path, first_scores: Path | None, budget: float
) -> tuple[Any, OutOfFold]:
    """Return the rule, and the verdicts of both models together."""
    first, data = givesell.load(), both_rounds(corpus)
    posts, selling = data.posts[data.measured], data.selling[data.measured]
    scores = OutOfFold.read(work / f"{NAME}.npz")
    if first_scores is None:
        rows, p = np.arange(first_round(data), len(posts)), np.full(len(posts), np.nan)
        p[rows] = first.score(posts[rows])
    else:
        p = OutOfFold.read(first_scores).p
        rows = np.arange(len(posts))
    rows = rows[~np.isnan(p[rows]) & ~np.isnan(scores.p[rows])]
    reading = FirstReading.of(first, list(posts[rows]))
    readable = may_be_sure(second, posts[rows])
    rule = learn_rule(
        first,
        p[rows],
        scores.p[rows],
        selling[rows],
        reading,
        groups=groups_of(data)[data.measured][rows],
        clear=data.clear[data.measured][rows],
        may_be_sure=readable,
        budget=budget,
        precision=PRECISION,
    )
    both, again = apply_rule(rule, p[rows], scores.p[rows], reading)
    together = np.full(len(posts), np.nan)
    together[rows] = both
    everywhere = np.full(len(data.posts), np.nan)
    everywhere[np.flatnonzero(data.measured)[rows]] = both
    features = first.pipeline.named_steps["features"]
    drift = drift_baseline(features, data, everywhere, groups=GROUP, fixed=True)
    rule = msgspec.structs.replace(rule, drift=msgspec.convert(drift, Drift))
    known = np.where(again, readable, reading.may_be_sure)
    limits = rule.thresholds.sure_giving_up_to, rule.thresholds.sure_selling_from
    sure = np.zeros(len(posts), bool)
    sure[rows] = np.asarray(is_sure(both, limits)) & known
    return rule, OutOfFold(together, np.full(len(posts), np.nan), sure)


def main() -> None:
    """Learn the rule, save it, say its figures."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--corpus", type=Path, default=CORPUS)
    parser.add_argument("--work", type=Path, required=True)
    parser.add_argument("--model", type=Path, required=True, help="the folder of the encoder")
    parser.add_argument("--first", type=Path, help="out-of-fold verdicts of the first model")
    parser.add_argument("--budget", type=float, default=0.3, help="share of posts read again")
    arguments = parser.parse_args()
    second = givesell.load(arguments.model)
    rule, together = learned(
        second, arguments.work, arguments.corpus, arguments.first, arguments.budget
    )
    together.write(arguments.work / "second-look.npz")
    second.holding_rule(rule).save(arguments.model, overwrite=True)
    print(msgspec.json.format(msgspec.json.encode(rule), indent=1).decode())


if __name__ == "__main__":
    main()
