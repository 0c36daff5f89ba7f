"""How many planted label errors `givesell.review` finds, against other ways to order posts for a
second look.

    python benchmarks/review.py --write benchmarks/review.md

Needs the corpus beside the checkout. Only figures are written.
"""

import argparse
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from givesell.curate.label_errors import confident_joint, wrong_labels
from givesell.curate.probabilities import cross_fitted
from givesell.estimators.pipelines import make_pipeline
from givesell.labelled.posts import Labelled
from givesell.labelled.read import read_labelled
from givesell.labelled.request import Request
from givesell.model.model import Model

ROOT = Path(__file__).parents[1]
CORPUS = ROOT.parent / "shared" / "corpus"
PLANTED = 0.05
TOPS = (100, 300, 930)


def against(selling: Any, p: Any) -> Any:
    """Return the probability of the other label."""
    return np.where(selling, 1 - p, p)


def orders(
    given: Labelled, model: Model, seed: int
) -> tuple[dict[str, Any], dict[str, tuple[Any, Any]]]:
    """Return orders of the posts by name, the likeliest errors first, and what confident
    learning takes for errors by folds.
    """
    draw = np.random.default_rng(seed)
    found: dict[str, Any] = {"at random": draw.permutation(len(given.posts))}
    own = np.nan_to_num(model.score(given.posts).astype(float), nan=0.5)
    found["confidence of the model that trained on the labels"] = np.argsort(
        -against(given.selling, own), kind="stable"
    )
    flagged = {}
    for name, data in (("split by source", given), ("drawn at random", replace(given, groups={}))):
        p = cross_fitted(model, data, seed, 1)
        doubt = against(given.selling, p)
        found[f"confidence out of fold, {name}"] = np.argsort(-doubt, kind="stable")
        wrong = wrong_labels(given.selling, p)
        found[f"`review`, {name}"] = np.argsort(-(doubt + 2 * wrong), kind="stable")
        flagged[name] = wrong, confident_joint(given.selling, p)
    return found, flagged


def report(
    hits: dict[str, list[Any]], sets: dict[str, list[Any]], planted: int, seconds: float
) -> str:
    """Write the tables."""
    seeds = len(next(iter(hits.values())))
    draws = "of one draw" if seeds == 1 else f"mean over {seeds} draws"
    lines = [
        "# Finding wrong labels\n",
        (
            "Made by `python benchmarks/review.py --write benchmarks/review.md` with the corpus"
            " beside the checkout: of its 18,602 labels"
        ),
        (
            f"{planted:,} ({PLANTED:.0%}), drawn at random, are turned, and posts put in the order"
            " in which to look at them. Share of the"
        ),
        (
            f"first posts whose label was turned, {draws}. The corpus has errors of its own, about"
            " 3 in 100 labels by what"
        ),
        (
            "annotators agree on, and 13% borderline posts; these count as misses here."
            f" {seconds:.0f} s of one core.\n"
        ),
        (
            "The first posts are those that are least like their label out of fold; confident"
            " learning says how many of them to look at. Folds"
        ),
        (
            "drawn at random find more than folds split by source: their models know other posts of"
            " the source, but no near copy.\n"
        ),
        "| order | " + " | ".join(f"first {top:,}" for top in TOPS) + " |",
        "|---|" + "---:|" * len(TOPS),
    ]
    for name, values in hits.items():
        mean = np.mean(values, axis=0)
        lines.append(f"| {name} | " + " | ".join(f"{share:.0%}" for share in mean) + " |")
    lines += [
        "",
        "What `review` takes for wrong labels in all (`top=None`):\n",
        "| folds | posts | of them turned | of the turned found | errors it estimates in all |",
        "|---|---:|---:|---:|---:|",
    ]
    for name, values in sets.items():
        count, precision, recall, estimate = np.mean(values, axis=0)
        lines.append(
            f"| {name} | {count:,.0f} | {precision:.0%} | {recall:.0%} | {estimate:,.0f} |"
        )
    return "\n".join(lines) + "\n"


def main() -> None:
    """Run."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--corpus", type=Path, default=CORPUS)
    parser.add_argument("--seeds", type=int, default=1)
    parser.add_argument("--write", type=Path)
    options = parser.parse_args()
    data = read_labelled(Request(options.corpus / "labelled.jsonl.gz", groups="group"))
    hits: dict[str, list[Any]] = {}
    sets: dict[str, list[Any]] = {}
    started = time.process_time()
    for seed in range(options.seeds):
        turned = np.zeros(len(data.posts), bool)
        turned[
            np.random.default_rng(seed).choice(
                len(turned), round(PLANTED * len(turned)), replace=False
            )
        ] = True
        given = replace(data, selling=data.selling ^ turned)
        model = Model.from_pipeline(make_pipeline().fit(given.posts, given.labels))
        found, flagged = orders(given, model, seed)
        for name, order in found.items():
            hits.setdefault(name, []).append([turned[order[:top]].mean() for top in TOPS])
        for name, (wrong, joint) in flagged.items():
            row = [
                wrong.sum(),
                turned[wrong].mean(),
                wrong[turned].mean(),
                joint[0, 1] + joint[1, 0],
            ]
            sets.setdefault(name, []).append(row)
        text = report(hits, sets, int(turned.sum()), time.process_time() - started)
        print(text, flush=True)
        if options.write:
            options.write.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
