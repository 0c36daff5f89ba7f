"""How many labels `givesell.suggest` saves against labelling posts at random, on sources that the
model has never seen.

    python benchmarks/suggest.py --write benchmarks/suggest.md

Needs the corpus beside the checkout. The pool is labelled already; a label counts as asked for when
its post is picked. Models are those of `make_pipeline`, their features counted once for all rounds;
the first fit of all is checked against the pipeline itself.
"""

import argparse
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import scipy.sparse as sp
from scipy.special import expit
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import f1_score
from sklearn.model_selection import GroupKFold

from givesell.curate.candidates import FEWEST, PER_POST, SAMPLE
from givesell.curate.spreading import pick_uncertain, uncertainty
from givesell.estimators.pipelines import make_pipeline
from givesell.estimators.vectorizer import PostVectorizer
from givesell.labelled.read import read_labelled
from givesell.labelled.request import Request
from givesell.learn.adapt import STRENGTH, Base, fit_deviation, label_weights
from givesell.learn.calibrate import PRIOR
from givesell.model.model import Model

ROOT = Path(__file__).parents[1]
CORPUS = ROOT.parent / "shared" / "corpus"
FOLDS, DRAWS, BAR = 5, 2000, 0.3
FIRST_SEED = 10  # ways to pick were tried out on the folds of other seeds
WAYS = ("random", "suggest", "most uncertain alone")


class Setting(NamedTuple):
    """How many labels a curve begins with, adds a round, and ends with, at random and else;
    which are shown.
    """

    start: int
    batch: int
    most: int
    most_random: int
    shown: tuple[int, ...]

    def last(self, way: str) -> int:
        """Return how many labels the curve of a way ends with."""
        return self.most_random if way == "random" else self.most


SCRATCH = Setting(100, 100, 1500, 3000, (200, 300, 500, 700, 1000, 1200, 1500))
ADAPT = Setting(0, 50, 500, 1500, (50, 100, 150, 200, 300, 400, 500))


class Corpus:
    """Labelled posts with their features counted once."""

    def __init__(self, path: Path) -> None:
        data = read_labelled(Request(path, groups="group"))
        self.posts, self.selling, self.groups = (
            data.posts,
            data.selling,
            data.groups["group"].astype(str),
        )
        counts = PostVectorizer(
            min_df=1, use_idf=False, norm=None, sublinear_tf=True
        ).fit_transform(self.posts)
        held = np.bincount(counts.indices, minlength=counts.shape[1])
        self.values = sp.csr_matrix(counts[:, held >= 2], dtype=np.float64)
        self.squares = self.values.multiply(self.values).tocsr()

    def fit(self, rows: Any) -> Any:
        """Fit what `make_pipeline` makes to some posts; return the log-odds of all."""
        part = self.values[rows]
        held = np.bincount(part.indices, minlength=part.shape[1])
        idf = np.where(held >= 2, 1 + np.log((1 + len(rows)) / (1 + held)), 0)
        kept = np.flatnonzero(idf)
        part = part[:, kept].multiply(idf[kept]).tocsr()
        part = (
            sp.diags(
                1 / np.maximum(np.sqrt(np.asarray(part.multiply(part).sum(axis=1)).ravel()), 1e-12)
            )
            @ part
        )
        model = clone_classifier().fit(part, self.selling[rows])
        weights = np.zeros(self.values.shape[1])
        weights[kept] = model.coef_[0] * idf[kept]
        return (self.values @ weights) / np.maximum(
            np.sqrt(self.squares @ (idf * idf)), 1e-12
        ) + model.intercept_[0]

    def check(self, rows: Any) -> float:
        """Return how far the log-odds of `fit` are from the pipeline's own."""
        labels = np.where(self.selling[rows], "selling", "giving")
        own = make_pipeline().fit(self.posts[rows], labels).decision_function(self.posts[:2000])
        return float(np.abs(own - self.fit(rows)[:2000]).max())


def clone_classifier() -> LogisticRegression:
    """Return the classifier of `make_pipeline`."""
    return make_pipeline().named_steps["classifier"]


def pick(
    way: str, corpus: Corpus, pool: Any, known: Any, odds: Any, n: int, draw: np.random.Generator
) -> Any:
    """Pick the next posts to label: at random, as `givesell.suggest` does, or the most uncertain
    ones whatever they are like.
    """
    if way == "random":
        return draw.choice(pool, n, replace=False)
    order = pool[np.argsort(-uncertainty(expit(odds[pool])), kind="stable")]
    if way == "most uncertain alone":
        return order[:n]
    held = order[: max(PER_POST * n, FEWEST)]
    sample = draw.choice(pool, min(SAMPLE, len(pool)), replace=False)
    return held[
        pick_uncertain(
            corpus.posts[held], expit(odds[held]), n, corpus.posts[known], corpus.posts[sample]
        )
    ]


def curve(
    corpus: Corpus,
    fit: Any,
    pool: Any,
    test: Any,
    way: str,
    setting: Setting,
    seed: tuple[int, int],
) -> Iterator[float]:
    """Yield macro-F1 on the held-out sources after each batch."""
    draw = np.random.default_rng(seed)
    known = draw.choice(pool, setting.start, replace=False)
    while True:
        odds = fit(known)
        yield float(f1_score(corpus.selling[test], odds[test] > 0, average="macro"))
        if len(known) >= setting.last(way):
            return
        known = np.concatenate(
            [known, pick(way, corpus, np.setdiff1d(pool, known), known, odds, setting.batch, draw)]
        )


def adapting(corpus: Corpus, rows: Any) -> Any:
    """Return what fits a model adapted to some posts from one trained on others: the log-odds of
    all posts.
    """
    pipeline = make_pipeline().fit(
        corpus.posts[rows], np.where(corpus.selling[rows], "selling", "giving")
    )
    matrix, odds = Base.of(Model.from_pipeline(pipeline)).see(corpus.posts)

    def fit(known: Any) -> Any:
        if not len(known):
            return odds
        selling = corpus.selling[known]
        weight = (
            np.ones(len(known))
            if selling.all() or not selling.any()
            else label_weights(selling, np.ones(len(known)), PRIOR)
        )
        return fit_deviation(matrix[known], odds[known], selling, weight, STRENGTH).log_odds(
            matrix, odds
        )

    return fit


def folds_of(corpus: Corpus, seed: int) -> list[Any]:
    """Return folds split by source."""
    return list(
        GroupKFold(FOLDS, shuffle=True, random_state=seed).split(corpus.posts, groups=corpus.groups)
    )


def needed(random: Any, level: float, setting: Setting) -> float:
    """Return how many labels at random reach a macro-F1, on the mean curve made monotone."""
    best = np.maximum.accumulate(random)
    labels = setting.start + setting.batch * np.arange(len(best))
    return float(np.interp(level, best, labels)) if level <= best[-1] else float("nan")


def interval(values: Any) -> tuple[float, float]:
    """Return a 95% interval."""
    low, high = np.nanquantile(values, [0.025, 0.975])
    return float(low), float(high)


def table(curves: dict[str, Any], setting: Setting) -> list[str]:
    """Write one setting."""
    draw = np.random.default_rng(0)
    runs = len(curves["random"])
    again = draw.integers(0, runs, (DRAWS, runs))
    lines = [
        "| labels | at random | `suggest` | difference | labels at random for the same | saved |",
        "|---:|---:|---:|---:|---:|---:|",
    ]
    saved = {}
    for labels in setting.shown:
        at = (labels - setting.start) // setting.batch
        own, other = curves["suggest"][:, at], curves["random"][:, at]
        low, high = interval((own - other)[again].mean(axis=1))
        same = needed(curves["random"].mean(axis=0), own.mean(), setting)
        drawn = np.array(
            [
                needed(curves["random"][rows].mean(axis=0), own[rows].mean(), setting)
                for rows in again[:500]
            ]
        )
        saved[labels] = 1 - labels / max(setting.most_random if np.isnan(same) else same, 1.0)
        below, above = interval(
            1 - labels / np.maximum(np.where(np.isnan(drawn), setting.most_random, drawn), 1)
        )
        shown = f"over {setting.most_random:,}" if np.isnan(same) else f"{same:,.0f}"
        told = f"{saved[labels]:.0%} ({below:.0%} to {above:.0%})" if saved[labels] > -1 else "none"
        lines.append(
            f"| {labels:,} | {other.mean():.3f} | {own.mean():.3f} | {(own - other).mean():+.3f}"
            f" ({low:+.3f} to {high:+.3f}) | {shown} | {told} |"
        )
    reached = [labels for labels in setting.shown if saved[labels] >= BAR]
    told = (
        f"from {min(reached):,} labels on"
        if reached == list(setting.shown[-len(reached) :])
        else f"at {reached} labels"
    )
    lines += [
        "",
        (
            f"The aim was {BAR:.0%} fewer labels for the same macro-F1. It is reached"
            f" {told if reached else 'nowhere'}."
        ),
        "",
        "| labels | " + " | ".join(f"{labels:,}" for labels in setting.shown) + " |",
        "|---|" + "---:|" * len(setting.shown),
    ]
    for way, values in curves.items():
        shown = (
            values[:, (labels - setting.start) // setting.batch].mean() for labels in setting.shown
        )
        lines.append(f"| {way} | " + " | ".join(f"{value:.3f}" for value in shown) + " |")
    return [*lines, ""]


def report(scratch: dict[str, Any], adapt: dict[str, Any], seconds: float) -> str:
    """Write the page."""
    runs = len(scratch["random"])
    lines = [
        "# Which posts to label next\n",
        (
            "Made by `python benchmarks/suggest.py --write benchmarks/suggest.md` with the corpus"
            " beside the checkout, 18,602 posts of"
        ),
        f"128 sources. {FOLDS} folds split by source and {runs // FOLDS} seeds give {runs} runs.",
        (
            "Macro-F1 is measured on sources that no model has seen; labels are asked for of posts"
            " of other sources. All ways start from"
        ),
        (
            "the same posts. Intervals are 95%, from a bootstrap over runs. The way to pick was"
            " chosen on folds of other seeds."
        ),
        f"{seconds:.0f} s of one core.\n",
        "## Training from scratch\n",
        (
            f"From {SCRATCH.start} labelled posts drawn at random, {SCRATCH.batch} more a round, of"
            " a pool of four fifths of the sources.\n"
        ),
        *table(scratch, SCRATCH),
    ]
    if adapt:
        lines += [
            "## Adapting a model\n",
            (
                "From a model trained on three fifths of the sources"
                f" ({adapt['random'][:, 0].mean():.3f} as it is), adapted to posts of"
            ),
            (
                f"another fifth, in {len(adapt['random'])} runs, {ADAPT.batch} more a round, as"
                " `givesell.train(..., base=...)` does.\n"
            ),
            *table(adapt, ADAPT),
        ]
    return "\n".join(lines)


def main() -> None:
    """Run."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--corpus", type=Path, default=CORPUS)
    parser.add_argument("--seeds", type=int, default=4)
    parser.add_argument("--adapt-seeds", type=int, default=1)
    parser.add_argument("--write", type=Path)
    options = parser.parse_args()
    corpus = Corpus(options.corpus / "labelled.jsonl.gz")
    print(f"as the pipeline to {corpus.check(np.arange(0, 18000, 60)):.1e}", flush=True)
    scratch: dict[str, Any] = {way: [] for way in WAYS}
    adapt: dict[str, Any] = {way: [] for way in WAYS}
    started = time.process_time()

    def write() -> None:
        arrays = [
            {way: np.array(values) for way, values in curves.items() if values}
            for curves in (scratch, adapt)
        ]
        text = report(arrays[0], arrays[1], time.process_time() - started)
        print(text, flush=True)
        if options.write:
            options.write.write_text(text, encoding="utf-8")

    for seed in range(FIRST_SEED, FIRST_SEED + options.seeds):
        for fold, (train, test) in enumerate(folds_of(corpus, seed)):
            for way in WAYS:
                scratch[way].append(
                    list(curve(corpus, corpus.fit, train, test, way, SCRATCH, (seed, fold)))
                )
        write()
    for seed in range(FIRST_SEED, FIRST_SEED + options.adapt_seeds):
        folds = folds_of(corpus, seed)
        for fold, (train, test) in enumerate(folds):
            own = folds[(fold + 1) % FOLDS][1]
            fit = adapting(corpus, np.setdiff1d(train, own))
            for way in WAYS:
                adapt[way].append(list(curve(corpus, fit, own, test, way, ADAPT, (seed, fold))))
        write()


if __name__ == "__main__":
    main()
