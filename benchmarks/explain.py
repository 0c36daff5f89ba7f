"""Speed of explanations, side by side with the plain scikit-learn way.

    python benchmarks/explain.py --write benchmarks/explain.md

Needs the corpus beside the checkout. One core; every row in one run on the same posts.
"""

import argparse
import gzip
import itertools
import json
import platform
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression

import givesell
from givesell.nlp.cues import default_cues
from givesell.reasons.explain import reason_lines

CORPUS = Path(__file__).parents[2] / "shared" / "corpus"
POSTS, ROUNDS, TOP = 20_000, 4, 5
SLOW = 4_000  # posts for the rows that take long

Explain = Callable[[list[str]], Any]


def read(name: str, count: int | None = None) -> list[dict[str, Any]]:
    """Return the rows of a corpus file."""
    with gzip.open(CORPUS / name, "rt", encoding="utf-8") as lines:
        return [json.loads(line) for line in itertools.islice(lines, count)]


def plain() -> Explain:
    """Return the plain way: TF-IDF times coefficients, the largest of each row, named by the
    vocabulary.
    """
    rows = read("labelled.jsonl.gz")
    vectorizer = TfidfVectorizer(
        ngram_range=(1, 2), token_pattern=r"\w+|[^\w\s]", sublinear_tf=True, min_df=2
    )
    classifier = LogisticRegression(C=5, class_weight="balanced", max_iter=1000)
    classifier.fit(
        vectorizer.fit_transform([row["text"] for row in rows]), [row["label"] for row in rows]
    )
    names, weights = vectorizer.get_feature_names_out(), classifier.coef_[0]

    def explain(posts: list[str]) -> Any:
        matrix = vectorizer.transform(posts)
        matrix.data *= weights[matrix.indices]
        found = []
        for start, end in itertools.pairwise(matrix.indptr):
            values, columns = matrix.data[start:end], matrix.indices[start:end]
            best = np.argsort(-np.abs(values))[:TOP]
            found.append(
                list(zip(names[columns[best]].tolist(), values[best].tolist(), strict=True))
            )
        return found

    return explain


def by_leaving_out(posts: list[str]) -> Any:
    """Score each post again without each of its words: what LIME and SHAP do with many more
    samples.
    """
    for post in posts:
        words = post.split()
        givesell.score([post, *(" ".join(words[:i] + words[i + 1 :]) for i in range(len(words)))])


def rate(explain: Explain, posts: list[str]) -> float:
    """Return posts a second, the best of a few rounds."""
    explain(posts[:50])
    times = []
    for _ in range(ROUNDS):
        start = time.perf_counter()
        explain(posts)
        times.append(time.perf_counter() - start)
    return len(posts) / min(times)


def report() -> str:
    """Measure and write the tables."""
    texts = [row["text"] for row in read("unlabelled.jsonl.gz", 150_000)]
    short = [text for text in texts if 40 <= len(text) <= 100][:POSTS]
    every = texts[:: len(texts) // POSTS][:POSTS]
    model, sklearn_way, cues = givesell.load(), plain(), default_cues()
    ways: dict[str, tuple[Explain, int]] = {
        f"**`givesell.explain(posts, top={TOP})`**, a list of explanations": (
            lambda posts: givesell.explain(posts, top=TOP),
            POSTS,
        ),
        "the same, all reasons read as objects": (
            lambda posts: [why.reasons for why in givesell.explain(posts, top=TOP)],
            POSTS,
        ),
        f"`reason_lines(posts, top={TOP})`, as for `score --why {TOP}`": (
            lambda posts: reason_lines(model, posts, TOP),
            POSTS,
        ),
        "every contribution of every post, as objects": (
            lambda posts: [why.contributions for why in givesell.explain(posts)],
            SLOW,
        ),
        "cues (spaCy matchers)": (lambda posts: list(cues.pipe(posts)), SLOW),
        "what would turn it": (
            lambda posts: [why.flip for why in givesell.explain(posts)],
            SLOW // 4,
        ),
        f"scikit-learn: TF-IDF times coefficients, top {TOP} by name": (sklearn_way, POSTS),
        "leaving out one word at a time, with givesell's own scorer": (by_leaving_out, SLOW // 2),
        "for comparison: the verdicts alone": (
            lambda posts: givesell.load().verdicts(posts, n_jobs=1),
            POSTS,
        ),
    }
    lines = [
        "# Speed of explanations\n",
        (
            "Made by `python benchmarks/explain.py --write benchmarks/explain.md`: every row in one"
            " run, on the same posts, one core. Read the"
        ),
        (
            "ratios. The scikit-learn row is what people write by hand: it names n-grams and has no"
            " offsets, no phrases and no calibration.\n"
        ),
        f"{platform.machine()}, Python {platform.python_version()}; real posts of the corpus.\n",
    ]
    for title, posts in (("Short posts", short), ("Posts of every length", every)):
        mean = sum(map(len, posts)) / len(posts)
        lines += [
            f"## {title}, {mean:.0f} characters on average\n",
            "| | posts a second | times scikit-learn |",
            "|---|---:|---:|",
        ]
        rates = {name: rate(way, posts[:count]) for name, (way, count) in ways.items()}
        peer = next(found for name, found in rates.items() if name.startswith("scikit-learn"))
        lines += [
            f"| {name} | {found:,.0f} | {found / peer:.2f} |" for name, found in rates.items()
        ]
        lines.append("")
    return "\n".join(lines)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--write", type=Path, help="Write the report to this file; without it, print it."
    )
    options = parser.parse_args()
    text = report()
    options.write.write_text(text, encoding="utf-8") if options.write else print(text)
