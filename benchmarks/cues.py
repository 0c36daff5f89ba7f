"""How often each cue stands in giving and in selling posts, and whether cues as features help on
sources never seen.

    python benchmarks/cues.py --write benchmarks/cues.md

Needs the corpus beside the checkout; about ten minutes on one core.
"""

import argparse
from pathlib import Path
from typing import Any

import numpy as np
import scipy.sparse as sp
from sklearn.linear_model import LogisticRegression

from givesell.estimators.vectorizer import PostVectorizer
from givesell.labelled.groups import group_keys
from givesell.labelled.read import labelled
from givesell.learn.calibrate import fit_sigmoid, sigmoid
from givesell.learn.crossval import splits
from givesell.metrics import macro_f1
from givesell.nlp.cues import default_cues

ROOT = Path(__file__).parents[1]
CORPUS = ROOT.parent / "shared" / "corpus"
ALSO = (
    (ROOT / "givesell" / "datasets" / "posts.jsonl", 1.0),
    (CORPUS / "labelled_hard.jsonl.gz", 0.5),
)
PRIOR, SEEDS, DRAWS = 0.3, (0, 1, 2), 1000
SCALES = (0.1, 0.3, 1.0)
PLAIN = "words and pairs"


def presence(posts: Any) -> sp.csr_matrix:
    """Return which cues each post shows, shape (posts, cues)."""
    cues = default_cues()
    column = {cue.name: i for i, cue in enumerate(cues)}
    rows, columns = [], []
    for row, found in enumerate(cues.pipe(posts)):
        names = {match.name for match in found}
        rows += [row] * len(names)
        columns += [column[name] for name in names]
    return sp.csr_matrix(
        (np.ones(len(rows), np.float32), (rows, columns)), shape=(len(posts), len(cues))
    )


def out_of_fold(data: Any, cues: sp.csr_matrix, seed: int) -> dict[str, Any]:
    """Return the out-of-fold log-odds of each variant."""
    names = [
        PLAIN,
        *(f"and cues of weight {scale:g}" for scale in SCALES),
        "and how many cues of each side",
        "cues alone",
    ]
    scores = {name: np.full(len(data.posts), np.nan) for name in names}
    leans = sp.csr_matrix(
        [[cue.leans == "selling", cue.leans == "giving"] for cue in default_cues()],
        dtype=np.float32,
    )
    sides = (cues @ leans).log1p() * 0.3
    for train, test in splits(data, "group", seed):
        vectorizer = PostVectorizer().fit(data.posts[train])
        words = vectorizer.transform(data.posts[train]), vectorizer.transform(data.posts[test])
        for name, extra in zip(
            names, [None, *(cues * scale for scale in SCALES), sides, cues], strict=True
        ):
            both = (
                words
                if extra is None
                else tuple(
                    sp.hstack([part, extra[at]], "csr")
                    for part, at in zip(words, (train, test), strict=True)
                )
            )
            if name == "cues alone":
                both = cues[train], cues[test]
            classifier = LogisticRegression(
                C=10, class_weight="balanced", solver="liblinear", random_state=0
            )
            classifier.fit(both[0], data.selling[train], sample_weight=data.weight[train])
            scores[name][test] = classifier.decision_function(both[1])
    return scores


def difference_interval(selling: Any, one: Any, other: Any, keys: Any) -> tuple[float, float]:
    """Return the 95% interval of how much higher the macro-F1 of one is, whole sources drawn
    anew.
    """
    random, places = (
        np.random.default_rng(0),
        [np.flatnonzero(keys == key) for key in np.unique(keys)],
    )
    found = []
    for _ in range(DRAWS):
        at = np.concatenate([places[i] for i in random.integers(0, len(places), len(places))])
        found.append(macro_f1(selling[at], one[at]) - macro_f1(selling[at], other[at]))
    low, high = np.quantile(found, [0.025, 0.975])
    return float(low), float(high)


def feature_rows(data: Any, cues: sp.csr_matrix) -> list[str]:
    """Return a table row a variant: macro-F1 on each split, and the difference to words alone on
    the first.
    """
    kept = np.flatnonzero(data.measured)
    selling, keys = data.selling[kept], group_keys(data.groups["group"])[kept]
    called: dict[str, list[Any]] = {}
    for seed in SEEDS:
        for name, scores in out_of_fold(data, cues, seed).items():
            slope, offset = fit_sigmoid(scores[kept], selling, PRIOR)
            called.setdefault(name, []).append(sigmoid(scores[kept], slope, offset) >= 0.5)
    rows, lows = [], []
    for name, runs in called.items():
        found = [macro_f1(selling, run) for run in runs]
        gain = ""
        if name != PLAIN:
            low, high = difference_interval(selling, runs[0], called[PLAIN][0], keys)
            gain = f"{low:+.4f} to {high:+.4f}"
            lows.append(low)
        rows.append(
            f"| {name} | "
            + " | ".join(f"{score:.4f}" for score in found)
            + f" | {np.mean(found):.4f} | {gain} |"
        )
    helps = max(lows) > 0
    conclusion = (
        "A gain shows."
        if helps
        else "No gain that the sources bear out: no interval lies above zero."
    )
    return [
        *rows,
        "",
        (
            f"{conclusion} The shipped model {'could' if helps else 'does not'} use cues; they"
            " explain, and cost spaCy's time."
        ),
    ]


def cue_rows(data: Any, cues: sp.csr_matrix) -> list[str]:
    """Return a table row a cue: how often it fires, and how far that speaks for its side."""
    kept = np.flatnonzero(data.measured)
    fired, selling, groups = (
        cues[kept].toarray() > 0,
        data.selling[kept],
        data.groups["group"][kept],
    )
    rows = []
    for i, cue in enumerate(default_cues()):
        sells, gives = fired[selling, i].mean(), fired[~selling, i].mean()
        for_side, against = (sells, gives) if cue.leans == "selling" else (gives, sells)
        both_ways, agreeing = 0, 0
        for group in np.unique(groups.astype(str)):
            at = groups == group
            if fired[at, i].any() and 0 < selling[at].sum() < at.sum():
                both_ways += 1
                lead = fired[at & selling, i].mean() - fired[at & ~selling, i].mean()
                agreeing += (lead > 0) == (cue.leans == "selling")
        cells = [
            f"`{cue.name}`", cue.leans, f"{gives:.2%}", f"{sells:.2%}",
            f"{for_side / max(against, 1e-9):.1f}", f"{agreeing} of {both_ways}"
        ]  # fmt: skip
        rows.append("| " + " | ".join(cells) + " |")
    any_selling = fired[:, [cue.leans == "selling" for cue in default_cues()]].any(1)
    any_giving = fired[:, [cue.leans == "giving" for cue in default_cues()]].any(1)
    for name, which in (
        ("any of the selling ones", any_selling),
        ("any of the giving ones", any_giving),
    ):
        rows.append(
            f"| {name} | | {which[~selling].mean():.2%} | {which[selling].mean():.2%} | | |"
        )
    return rows


def report() -> str:
    """Measure and write the tables."""
    data = labelled(CORPUS / "labelled.jsonl.gz", groups="group", also=ALSO, borderline_weight=0.4)
    cues = presence(data.posts)
    head = [
        "cue",
        "leans",
        "in giving posts",
        "in selling posts",
        "times as often on its side",
        "sources where it leans so",
    ]
    features = [
        "features",
        *(f"split {seed + 1}" for seed in SEEDS),
        "mean",
        "gain on split 1, 95% interval",
    ]
    return "\n".join(
        [
            "# Cues\n",
            (
                "Made by `python benchmarks/cues.py --write benchmarks/cues.md` with the corpus"
                " beside the checkout.\n"
            ),
            "## How often each fires\n",
            (
                f"On the {int(data.measured.sum()):,} labelled posts,"
                f" {data.selling[data.measured].mean():.0%} of them selling."
            ),
            "The last column counts sources that hold posts of both labels and the cue.\n",
            "| " + " | ".join(head) + " |",
            "|---|---|---:|---:|---:|---:|",
            *cue_rows(data, cues),
            "",
            "## As features of the model\n",
            (
                "Macro-F1 on sources that the fold's model has never seen: 10 folds by"
                " `GroupKFold`, drawn three times; the pipeline without a"
            ),
            (
                "teacher, as in accuracy.md. A cue is one more feature of a fixed weight beside"
                " n-grams of unit length; the last column draws"
            ),
            "whole sources.\n",
            "| " + " | ".join(features) + " |",
            "|---|" + "---:|" * (len(features) - 1),
            *feature_rows(data, cues),
            "",
        ]
    )


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--write", type=Path, help="Write the report to this file; without it, print it."
    )
    options = parser.parse_args()
    text = report()
    options.write.write_text(text, encoding="utf-8") if options.write else print(text)
