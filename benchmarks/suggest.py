"""How many labels `givesell.suggest` saves against labelling posts at random, on sources that the model has never seen.

    python benchmarks/suggest.py --write benchmarks/suggest.md

Needs the corpus beside the checkout. The pool is labelled already; a label counts as asked for when its post is picked. Models are those
of `make_pipeline`, their features counted once for all rounds; the first fit of all is checked against the pipeline itself.
"""

import argparse
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import scipy.sparse as sp
from scipy.special import expit
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import f1_score
from sklearn.model_selection import GroupKFold

from givesell.features import PostVectorizer
from givesell.training.data import labelled
from givesell.training.estimators import make_pipeline
from givesell.training.suggest import CANDIDATES, FEWEST_CANDIDATES, SAMPLE, pick_uncertain, uncertainty

ROOT = Path(__file__).parents[1]
CORPUS = ROOT.parent / "shared" / "corpus"
FOLDS, START, BATCH, MOST, MOST_RANDOM = 5, 100, 100, 1500, 3000
DRAWS = 2000
FIRST_SEED = 10  # ways to pick were tried out on the folds of other seeds
SHOWN = (200, 300, 500, 700, 1000, 1200, 1500)
BAR = 0.3


class Corpus:
    """Labelled posts with their features counted once."""

    def __init__(self, path: Path) -> None:
        data = labelled(path, groups="group")
        self.posts, self.selling, self.groups = data.posts, data.selling, data.groups["group"].astype(str)
        counts = PostVectorizer(min_df=1, use_idf=False, norm=None, sublinear_tf=True).fit_transform(self.posts)
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
        part = sp.diags(1 / np.maximum(np.sqrt(np.asarray(part.multiply(part).sum(axis=1)).ravel()), 1e-12)) @ part
        model = clone_classifier().fit(part, self.selling[rows])
        weights = np.zeros(self.values.shape[1])
        weights[kept] = model.coef_[0] * idf[kept]
        return (self.values @ weights) / np.maximum(np.sqrt(self.squares @ (idf * idf)), 1e-12) + model.intercept_[0]

    def check(self, rows: Any) -> float:
        """Return how far the log-odds of `fit` are from the pipeline's own."""
        labels = np.where(self.selling[rows], "selling", "giving")
        own = make_pipeline().fit(self.posts[rows], labels).decision_function(self.posts[:2000])
        return float(np.abs(own - self.fit(rows)[:2000]).max())


def clone_classifier() -> LogisticRegression:
    """Return the classifier of `make_pipeline`."""
    return make_pipeline().named_steps["classifier"]


WAYS = {"random": MOST_RANDOM, "suggest": MOST, "most uncertain alone": MOST}


def pick(way: str, corpus: Corpus, pool: Any, known: Any, odds: Any, draw: np.random.Generator) -> Any:
    """Pick the next posts to label: at random, as `givesell.suggest` does, or the most uncertain ones whatever they are like."""
    if way == "random":
        return draw.choice(pool, BATCH, replace=False)
    order = pool[np.argsort(-uncertainty(expit(odds[pool])), kind="stable")]
    if way == "most uncertain alone":
        return order[:BATCH]
    held = order[: max(CANDIDATES * BATCH, FEWEST_CANDIDATES)]
    sample = draw.choice(pool, min(SAMPLE, len(pool)), replace=False)
    return held[pick_uncertain(corpus.posts[held], expit(odds[held]), BATCH, corpus.posts[known], corpus.posts[sample])]


def curve(corpus: Corpus, train: Any, test: Any, way: str, seed: tuple[int, int]) -> Iterator[float]:
    """Yield macro-F1 on the held-out sources after each batch."""
    draw = np.random.default_rng(seed)
    known = draw.choice(train, START, replace=False)
    while True:
        odds = corpus.fit(known)
        yield float(f1_score(corpus.selling[test], odds[test] > 0, average="macro"))
        if len(known) >= WAYS[way]:
            return
        pool = np.setdiff1d(train, known)
        known = np.concatenate([known, pick(way, corpus, pool, known, odds, draw)])


def needed(random: Any, level: float) -> float:
    """Return how many labels at random reach a macro-F1, on the mean curve made monotone."""
    best = np.maximum.accumulate(random)
    labels = START + BATCH * np.arange(len(best))
    return float(np.interp(level, best, labels)) if level <= best[-1] else float("nan")


def interval(values: Any) -> tuple[float, float]:
    """Return a 95 % interval."""
    low, high = np.nanquantile(values, [0.025, 0.975])
    return float(low), float(high)


def report(curves: dict[str, Any], seeds: int, seconds: float) -> str:
    """Write the tables."""
    draw = np.random.default_rng(0)
    runs = len(curves["random"])
    again = draw.integers(0, runs, (DRAWS, runs))
    lines = [
        "# Which posts to label next\n",
        "Made by `python benchmarks/suggest.py --write benchmarks/suggest.md` with the corpus beside the checkout, 18,602 posts of",
        f"128 sources. {FOLDS} folds split by source, {seeds} seeds, {runs} runs. Each starts from {START} labelled posts drawn at random",
        f"and asks for {BATCH} more a round from a pool of four fifths of the sources; macro-F1 is measured on the other fifth, whose",
        "sources the model has never seen. All ways start from the same posts. Intervals are 95 %, from a bootstrap over runs. The",
        f"ways to pick were chosen on folds of other seeds. {seconds:.0f} s of one core.\n",
        "| labels | at random | `suggest` | difference | labels at random for the same | saved |",
        "|---:|---:|---:|---:|---:|---:|",
    ]
    saved = {}
    for labels in SHOWN:
        at = (labels - START) // BATCH
        own, other = curves["suggest"][:, at], curves["random"][:, at]
        low, high = interval((own - other)[again].mean(axis=1))
        same = needed(curves["random"].mean(axis=0), own.mean())
        drawn = np.array([needed(curves["random"][rows].mean(axis=0), own[rows].mean()) for rows in again[:500]])
        saved[labels] = 1 - labels / same
        below, above = interval(1 - labels / np.where(np.isnan(drawn), MOST_RANDOM, drawn))
        lines.append(
            f"| {labels:,} | {other.mean():.3f} | {own.mean():.3f} | {(own - other).mean():+.3f} ({low:+.3f} to {high:+.3f}) | "
            f"{'over ' + format(MOST_RANDOM, ',') if np.isnan(same) else format(same, ',.0f')} | "
            f"{1 - labels / (MOST_RANDOM if np.isnan(same) else same):.0%} ({below:.0%} to {above:.0%}) |"
        )
    reached = [labels for labels in SHOWN if not saved[labels] < BAR]
    told = f"from {min(reached):,} labels on" if reached and reached == list(SHOWN[-len(reached) :]) else f"at {reached} labels only"
    lines += [
        "",
        f"The aim was {BAR:.0%} fewer labels for the same macro-F1. It is reached {told if reached else 'nowhere'}.",
        "",
        "## Against the most uncertain posts alone\n",
        "`suggest` also asks that a post be typical of the pool and unlike those picked before.\n",
        "| labels | " + " | ".join(f"{labels:,}" for labels in SHOWN) + " |",
        "|---|" + "---:|" * len(SHOWN),
    ]
    for way, values in curves.items():
        lines.append(f"| {way} | " + " | ".join(f"{values[:, (labels - START) // BATCH].mean():.3f}" for labels in SHOWN) + " |")
    return "\n".join(lines) + "\n"


def main() -> None:
    """Run."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--corpus", type=Path, default=CORPUS)
    parser.add_argument("--seeds", type=int, default=4)
    parser.add_argument("--write", type=Path)
    options = parser.parse_args()
    corpus = Corpus(options.corpus / "labelled.jsonl.gz")
    print(f"as the pipeline to {corpus.check(np.arange(0, 18000, 60)):.1e}", flush=True)
    curves: dict[str, Any] = {way: [] for way in WAYS}
    started = time.process_time()
    for seed in range(FIRST_SEED, FIRST_SEED + options.seeds):
        folds = GroupKFold(FOLDS, shuffle=True, random_state=seed).split(corpus.posts, groups=corpus.groups)
        for fold, (train, test) in enumerate(folds):
            for way in WAYS:
                curves[way].append(list(curve(corpus, train, test, way, (seed, fold))))
        text = report({way: np.array(values) for way, values in curves.items()}, seed + 1 - FIRST_SEED, time.process_time() - started)
        print(text, flush=True)
        if options.write:
            options.write.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
