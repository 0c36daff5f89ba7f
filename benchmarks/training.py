"""Time and peak memory of training: `givesell.train` beside a plain scikit-learn recipe with the
same folds and as many fits.

    python benchmarks/training.py 20000 --write benchmarks/training.md
    python benchmarks/training.py 20000 1000000 --write benchmarks/training.md      # the peer only
    up to 100,000 posts
    python benchmarks/training.py 20000 --before ../before/.venv/bin/python     # the version before

Posts are made of pieces of the bundled ones, so that a label can be learned; each run has a process
of its own.
"""

import argparse
import json
import resource
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

GROUPS, WORDS = 2000, 15
MOST_OF_PEER = 100_000
BEFORE = "givesell before"
WAYS = {
    "givesell": (
        "`givesell.train`: checks, ten folds by group, five random ones, calibration, intervals,"
        " drift reference, final fit"
    ),
    "scikit-learn": (
        "`TfidfVectorizer` (1-2) + `LogisticRegression` in `cross_val_predict`, the same folds, and"
        " the final fit"
    ),
}


def made(count: int) -> pd.DataFrame:
    """Return posts of pieces of two bundled posts of one label each."""
    from givesell.datasets import load_posts

    posts, draw = load_posts(), np.random.default_rng(0)
    texts, labels = [], []
    for label, share in posts["label"].value_counts(normalize=True).items():
        words = [text.split() for text in posts.loc[posts["label"] == label, "text"]]
        for one, other in draw.integers(0, len(words), (round(count * share), 2)).tolist():
            pieces = [
                words[at][int(draw.random() * len(words[at])) :][:WORDS] for at in (one, other)
            ]
            texts.append(" ".join(pieces[0] + pieces[1]))
            labels.append(label)
    return pd.DataFrame(
        {"text": texts, "label": labels, "group": draw.integers(0, GROUPS, len(texts))}
    )


def run_one(way: str, count: int) -> dict[str, Any]:
    """Train in this process, and return seconds and peak memory in MB."""
    frame = made(count)
    before, start = _peak(), time.perf_counter()
    if way == "givesell":
        import givesell

        givesell.train(frame, groups="group", n_jobs=-1)
    else:
        from sklearn.feature_extraction.text import TfidfVectorizer
        from sklearn.linear_model import LogisticRegression
        from sklearn.model_selection import GroupKFold, StratifiedKFold, cross_val_predict
        from sklearn.pipeline import make_pipeline

        pipeline = make_pipeline(
            TfidfVectorizer(ngram_range=(1, 2), min_df=2, sublinear_tf=True),
            LogisticRegression(C=10, class_weight="balanced", solver="liblinear"),
        )
        for folds in (GroupKFold(10), StratifiedKFold(5)):
            cross_val_predict(
                pipeline,
                frame["text"],
                frame["label"],
                groups=frame["group"],
                cv=folds,
                method="decision_function",
                n_jobs=2,
            )
        pipeline.fit(frame["text"], frame["label"])
    return {"seconds": time.perf_counter() - start, "before": before, "peak": _peak()}


def _peak() -> float:
    own, others = (
        resource.getrusage(who).ru_maxrss / 1024
        for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    )
    return own + others


def _in_its_own_process(python: str, way: str, count: int) -> dict[str, Any]:
    done = subprocess.run(
        [python, __file__, str(count), "--one", way], capture_output=True, text=True, check=True
    )
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def main() -> None:
    """Run each way in a process of its own and write the table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("counts", type=int, nargs="+")
    parser.add_argument("--write", type=Path)
    parser.add_argument("--before", help="an interpreter that has the version before")
    parser.add_argument("--one", choices=WAYS, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.one:
        print(json.dumps(run_one(arguments.one, arguments.counts[0])))
        return
    pythons, told = dict.fromkeys(WAYS, sys.executable), dict(WAYS)
    if arguments.before:
        pythons[BEFORE], told[BEFORE] = arguments.before, "the same, the version before"
    rows = []
    for count in arguments.counts:
        for way, python in pythons.items():
            if way == "scikit-learn" and count > MOST_OF_PEER:
                continue
            found = _in_its_own_process(python, "givesell" if way == BEFORE else way, count)
            rows.append(
                f"| {count:,} | {way} | {found['seconds']:,.0f} | {found['before']:,.0f} |"
                f" {found['peak']:,.0f} |"
            )
            print(rows[-1], flush=True)
    if arguments.write:
        lines = [
            "# Training: time and memory",
            "",
            (
                f"Made by `python benchmarks/training.py {' '.join(map(str, arguments.counts))}"
                " --write benchmarks/training.md` on two cores."
            ),
            (
                "Read the seconds of one size as a ratio. Posts of about 120 characters, made of"
                " pieces of the bundled ones. Peak memory is of"
            ),
            (
                "the process and its largest worker, the caller's table included; *before* is the"
                " peak of making that table."
            ),
            "",
            *(f"- *{way}*: {what}" for way, what in told.items()),
            "",
            "| posts | | seconds | MB before | MB at the peak |",
            "|---:|---|---:|---:|---:|",
            *rows,
        ]
        arguments.write.write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
