"""Adapting the shipped model to a few posts of one's own, against the model as it is and against
training from scratch.

    python benchmarks/adapt.py --write benchmarks/adapt.md

Needs the corpus beside the checkout. The shipped model has seen every source of the corpus, so that
the bases here are five models of the same make, each trained without a fifth of the sources and
taught by a view of the teacher that has not seen them either. ``--bases FOLDER`` keeps them, and
what has been measured, so that a run that breaks off goes on.
"""

import argparse
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import joblib
import numpy as np
import pandas as pd
from scipy.special import expit
from sklearn.model_selection import StratifiedKFold
from threadpoolctl import threadpool_limits

from givesell.core.calibration import calibrate
from givesell.estimators.pipelines import make_pipeline
from givesell.labelled.files import read_frame
from givesell.labelled.posts import Labelled
from givesell.labelled.read import read_labelled
from givesell.labelled.request import Request
from givesell.learn.adapt import STRENGTH, calibrate_towards, fit_deviation, label_weights
from givesell.learn.calibrate import PRIOR, fit_sigmoid, fit_slopes
from givesell.learn.crossval import splits
from givesell.learn.fit import fit_pipeline
from givesell.learn.teacher import TeacherViews
from givesell.metrics import Predictions, figures

ROOT = Path(__file__).parents[1]
CORPUS = ROOT.parent / "shared" / "corpus"
ALSO = (
    (ROOT / "givesell" / "datasets" / "posts.jsonl", 1.0),
    (CORPUS / "labelled_hard.jsonl.gz", 0.5),
)
SIZES, DRAWS = (50, 200, 1000), 3
STRENGTHS = (1.0, 3.0, 10.0, 30.0)
FIGURES = ("macro_f1", "average_precision", "calibration_error")
REST, FEWEST, ROUNDS = (
    100,
    5,
    2000,
)  # posts left to measure on; of a label among them; of the bootstrap
PLACES = {"own": "other posts of hers", "other": "other sources of her platform"}


class Fifth:
    """A fifth of the sources, and what a base that has not seen them makes of their posts."""

    def __init__(self, fitted: Any, test: Any, data: Labelled) -> None:
        classifier = fitted.named_steps["classifier"]
        self.rows = test
        self.matrix = fitted.named_steps["features"].transform(data.posts[test])
        self.raw = np.asarray(self.matrix @ classifier.coef_[0] + classifier.intercept_[0])
        self.odds, self.sides = self.raw, (1.0, 1.0)


def fifths(data: Labelled, folder: Path) -> list[Fifth]:
    """Train the bases, or read those that were kept, and calibrate each on the sources that the
    others have not seen.
    """
    tests = [test for _, test in splits(data, "group", 0)]
    names = data.groups["group"]
    judged, found = None, []
    for number in range(len(tests) // 2):
        path = folder / f"{number}.joblib"
        if not path.exists():
            judged = judged or TeacherViews.read(
                ROOT / "models" / "teacher.safetensors", CORPUS / "unlabelled.jsonl.gz", data
            )
            test = np.concatenate(tests[2 * number : 2 * number + 2])
            view = judged.view_without(set(names[test]))
            assert view is not None  # the teacher's views are of two folds each
            train = np.flatnonzero(~np.isin(names.astype(str), names[test].astype(str)))
            with threadpool_limits(1, user_api="blas"):
                joblib.dump((fit_pipeline(make_pipeline(), data, train, judged, view), test), path)
            print(f"base {number}", file=sys.stderr, flush=True)
        found.append(Fifth(*joblib.load(path), data))
    for part in found:
        others = [other for other in found if other is not part]
        raw, selling = (
            np.concatenate([other.raw for other in others]),
            data.selling[np.concatenate([other.rows for other in others])],
        )
        slopes, offset = fit_sigmoid(raw, selling, PRIOR)
        part.odds, part.sides = (
            part.raw * slopes[0] + offset,
            fit_slopes((raw * slopes[0] + offset, selling)),
        )
    return found


def users(
    part: Fifth, number: int, data: Labelled, platforms: Any, size: int
) -> Iterator[tuple[str, Any, Any, Any]]:
    """Iterate over simulated users: a platform of the fifth, or what is left of it together.

    Her sources are drawn until they hold enough posts; some of these she labels.

    Yields
    ------
    name : str
    own, rest, other : ndarray of intp
        Positions among the fifth's posts: those she labels, her other posts, and the posts of the
        sources that are not hers.
    """
    places, counts = np.unique(platforms[part.rows], return_counts=True)
    large = set(places[counts >= size + REST])
    names = np.array([place if place in large else "the others" for place in platforms[part.rows]])
    groups = data.groups["group"][part.rows].astype(str)
    for name in np.unique(names):
        mine = np.flatnonzero(names == name)
        if len(mine) < size + REST:
            continue
        for draw in range(DRAWS):
            random = np.random.default_rng([size, number, draw, sum(map(ord, str(name)))])
            own = np.empty(0, np.intp)
            for source in random.permutation(np.unique(groups[mine])):
                own = np.concatenate([own, mine[groups[mine] == source]])
                if len(own) >= size + REST:
                    break
            own = random.permutation(own)
            labelled_ones = data.selling[part.rows[own[:size]]]
            if min(labelled_ones.sum(), (~labelled_ones).sum()) >= FEWEST:
                yield f"{number} {name}", own[:size], own[size:], np.setdiff1d(mine, own)


def candidates(part: Fifth, own: Any, at: Any, data: Labelled) -> dict[str, Any]:
    """Return the probabilities of each candidate for the posts at ``at``."""
    rows = part.rows[own]
    selling, weight = data.selling[rows], data.weight[rows]
    folds = list(StratifiedKFold(5, shuffle=True, random_state=0).split(rows, selling))
    found = {"base": expit(calibrate(part.odds[at], part.sides))}
    for strength in STRENGTHS:
        out = np.empty(len(own))
        for train, test in folds:
            change = fit_deviation(
                part.matrix[own[train]],
                part.odds[own[train]],
                selling[train],
                label_weights(selling[train], weight[train], PRIOR),
                strength,
            )
            out[test] = change.log_odds(part.matrix[own[test]], part.odds[own[test]])
        calibration = calibrate_towards(out, selling, weight, PRIOR, part.sides)
        change = fit_deviation(
            part.matrix[own],
            part.odds[own],
            selling,
            label_weights(selling, weight, PRIOR),
            strength,
        )
        found["adapted" if strength == STRENGTH else f"adapted, strength {strength:g}"] = (
            calibration.probabilities(change.log_odds(part.matrix[at], part.odds[at]))
        )
    out = np.empty(len(own))
    for train, test in folds:
        fitted = make_pipeline().fit(
            data.posts[rows[train]],
            data.labels[rows[train]],
            classifier__sample_weight=weight[train],
        )
        out[test] = fitted.decision_function(data.posts[rows[test]])
    slopes, offset = fit_sigmoid(out, selling, PRIOR)
    sides = fit_slopes((out * slopes[0] + offset, selling))
    fitted = make_pipeline().fit(
        data.posts[rows], data.labels[rows], classifier__sample_weight=weight
    )
    found["scratch"] = expit(
        calibrate(fitted.decision_function(data.posts[part.rows[at]]) * slopes[0] + offset, sides)
    )
    return found


def measured(data: Labelled, platforms: Any, parts: list[Fifth], folder: Path) -> pd.DataFrame:
    """Return a row a user, draw, place and candidate; what a run that broke off has measured is
    read from the folder.
    """
    found = []
    for size in SIZES:
        for number, part in enumerate(parts):
            path = folder / f"figures-{size}-{number}.parquet"
            if not path.exists():
                of_part(data, platforms, part, number, size).to_parquet(path)
                print(f"{size} posts, fifth {number}", file=sys.stderr, flush=True)
            found.append(pd.read_parquet(path))
    return pd.concat([table for table in found if len(table)], ignore_index=True)


def of_part(data: Labelled, platforms: Any, part: Fifth, number: int, size: int) -> pd.DataFrame:
    """Measure the users of one fifth."""
    rows = []
    for name, own, rest, other in users(part, number, data, platforms, size):
        at = np.concatenate([rest, other])
        p = candidates(part, own, at, data)
        for place, some in (
            ("own", np.arange(len(rest))),
            ("other", np.arange(len(rest), len(at))),
        ):
            truth = data.selling[part.rows[at[some]]]
            if min(truth.sum(), (~truth).sum()) < FEWEST or len(some) < REST // 2:
                continue
            for candidate, chances in p.items():
                values = figures(Predictions(truth, chances[some]))
                rows.append((size, place, name, candidate, *(values[name] for name in FIGURES)))
    return pd.DataFrame(
        rows,
        columns=[
            "size",
            "place",
            "user",
            "candidate",
            *FIGURES,
        ],
    )


def interval(values: Any) -> tuple[float, float]:
    """Return the 95% bootstrap interval of a mean over users."""
    draws = np.random.default_rng(0).integers(0, len(values), (ROUNDS, len(values)))
    low, high = np.quantile(values[draws].mean(axis=1), [0.025, 0.975])
    return float(low), float(high)


def report(found: pd.DataFrame) -> str:
    """Write the figures as Markdown."""
    lines = [INTRODUCTION]
    order = [
        "base",
        "scratch",
        *(name for name in found["candidate"].unique() if name.startswith("adapted")),
    ]
    for place, told in PLACES.items():
        part = (
            found[found["place"] == place]
            .groupby(["size", "user", "candidate"], as_index=False)
            .mean(numeric_only=True)
        )
        lines += [
            f"## Measured on {told}\n",
            f"| labelled | users | {' | '.join(order)} | adapted − base | adapted − scratch |",
        ]
        lines += ["|---:|---:|" + "---:|" * (len(order) + 2)]
        for size in SIZES:
            table = part[part["size"] == size].pivot(
                index="user", columns="candidate", values="macro_f1"
            )
            if table.empty:
                continue
            cells = [f"{table[name].mean():.3f}" for name in order]
            for other in ("base", "scratch"):
                change = (table["adapted"] - table[other]).to_numpy()
                low, high = interval(change)
                cells.append(f"{change.mean():+.3f} ({low:+.3f} to {high:+.3f})")
            lines.append(f"| {size:,} | {len(table)} | " + " | ".join(cells) + " |")
        lines += [
            "",
            "Average precision and calibration error:\n",
            "| labelled | " + " | ".join(order) + " |",
            "|---:|" + "---:|" * len(order),
        ]
        for size in SIZES:
            table = part[part["size"] == size].groupby("candidate").mean(numeric_only=True)
            if len(table):
                cells = [
                    f"{table.loc[name, 'average_precision']:.3f},"
                    f" {table.loc[name, 'calibration_error']:.3f}"
                    for name in order
                ]
                lines.append(f"| {size:,} | " + " | ".join(cells) + " |")
        lines.append("")
    return "\n".join(lines)


INTRODUCTION = f"""# Adapting the shipped model to one's own posts

Made by `python benchmarks/adapt.py --write benchmarks/adapt.md` with the corpus beside the checkout.

A simulated user owns some sources of a platform that the base has never seen, nor its teacher, and labels 50, 200 or 1,000 of her
posts, drawn at random. *Base*: a model made as `givesell-en` is, without her fifth of the sources, as it is. *Scratch*: what
`givesell.train(posts)` makes of her labels alone. *Adapted*: `givesell.train(posts, base=...)`, strength {STRENGTH:g}, beside other
strengths. A user is a platform within a fifth of the sources (platforms too small for her labels stand together); each is drawn
{DRAWS} times, with other sources and other posts. Figures are macro-F1 at a probability of one half, the mean over users; differences
are paired, their 95% intervals draw whole users. Few users have 1,100 posts.

On posts of the sources that she labelled from, adapting beats the base and starting from scratch at every size. On other sources it is
far better than scratch, and neither better nor worse than the base beyond the noise: what is learned is her posts, not her platform.
More room to leave the base (strength 30) gains a little more on her own posts; the default stayed where it was before this table.
"""


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--write", type=Path, help="the Markdown file to write")
    parser.add_argument("--bases", type=Path, help="a folder to keep bases and figures in")
    arguments = parser.parse_args()
    corpus = read_labelled(
        Request(CORPUS / "labelled.jsonl.gz", groups="group", also=ALSO, borderline_weight=0.4)
    )
    origin = read_frame(CORPUS / "labelled.jsonl.gz")["platform"].to_numpy(str)
    with tempfile.TemporaryDirectory() as temporary:
        kept = arguments.bases or Path(temporary)
        text = report(measured(corpus, origin, fifths(corpus, kept), kept))
    print(text)
    if arguments.write:
        arguments.write.write_text(text, encoding="utf-8")
