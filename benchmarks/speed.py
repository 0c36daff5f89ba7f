"""Speed and memory of givesell beside its peers, in one run on the same posts.

    python benchmarks/speed.py --write benchmarks/speed.md

Posts come from the corpus beside the checkout where there is one, else from the bundled invented
posts.
"""

import argparse
import gzip
import json
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from joblib import Parallel, delayed
from sklearn.feature_extraction.text import HashingVectorizer, TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline

import givesell
from givesell.datasets import load_posts

CORPUS = Path(__file__).parents[2] / "shared" / "corpus"
POSTS, SHORT = 100_000, 117  # posts up to this many characters are 70 long on average
ROUNDS, ENOUGH = 5, 20  # rounds, and the seconds after which no further one starts
MEMORY_POSTS = 1_000_000
MODELS = ("givesell-en", "givesell-en-deep")
Score = Callable[[list[str]], Any]


def read(name: str) -> list[dict[str, Any]]:
    """Read a file of the corpus."""
    with gzip.open(CORPUS / name, "rt", encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def material() -> tuple[list[str], list[str], list[str], list[str], str]:
    """Return training texts and labels, short posts, posts of every length, and where they are
    from.
    """
    if CORPUS.exists():
        labelled, pool = (
            read("labelled.jsonl.gz"),
            [row["text"] for row in read("unlabelled.jsonl.gz")],
        )
        source = "real posts of the corpus"
    else:
        labelled = load_posts().to_dict("records")
        pool = [part for row in labelled for part in (row["text"], *row["text"].split("\n"))]
        source = "the bundled invented posts, repeated"
    short = [text for text in pool if 0 < len(text) <= SHORT]
    texts, labels = zip(*((row["text"], row["label"]) for row in labelled), strict=True)
    return (
        list(texts),
        list(labels),
        *((part * (1 + POSTS // len(part)))[:POSTS] for part in (short, pool)),
        source,
    )


def peers(texts: list[str], labels: list[str]) -> dict[str, Score]:
    """Train each peer and return how it scores a list of posts."""
    trained: dict[str, Score] = {}
    for name, vectorizer in {
        "TfidfVectorizer(1, 2) + LogisticRegression": TfidfVectorizer(ngram_range=(1, 2)),
        "HashingVectorizer(1, 2) + LogisticRegression": HashingVectorizer(ngram_range=(1, 2)),
        "TfidfVectorizer(char_wb 3-5) + LogisticRegression": TfidfVectorizer(
            analyzer="char_wb", ngram_range=(3, 5)
        ),
    }.items():
        trained[name] = (
            make_pipeline(vectorizer, LogisticRegression(C=10, solver="liblinear"))
            .fit(texts, labels)
            .predict_proba
        )
    trained["fastText, word pairs"] = _fasttext(texts, labels)
    trained["spaCy textcat, bag of words"] = _spacy(texts, labels)
    return trained


def _fasttext(texts: list[str], labels: list[str]) -> Score:
    import fasttext

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "train.txt"
        lines = (
            f"__label__{label} {' '.join(text.split())}\n"
            for text, label in zip(texts, labels, strict=True)
        )
        path.write_text("".join(lines), encoding="utf-8", errors="replace")
        model = fasttext.train_supervised(str(path), wordNgrams=2, epoch=5, verbose=0, thread=1)
    return lambda posts: model.predict([" ".join(post.split()) for post in posts])


def _spacy(texts: list[str], labels: list[str]) -> Score:
    import spacy
    from spacy.training import Example

    nlp = spacy.blank("en")
    bag = {
        "@architectures": "spacy.TextCatBOW.v3",
        "exclusive_classes": True,
        "ngram_size": 1,
        "no_output_layer": False,
    }
    textcat = nlp.add_pipe("textcat", config={"model": bag})
    textcat.add_label("giving")
    textcat.add_label("selling")
    examples = [
        Example.from_dict(
            nlp.make_doc(text),
            {"cats": {name: float(name == label) for name in ("giving", "selling")}},
        )
        for text, label in zip(texts[:2000], labels[:2000], strict=True)
    ]
    optimizer = nlp.initialize(lambda: examples)
    for start in range(0, len(examples), 128):
        nlp.update(examples[start : start + 128], sgd=optimizer)
    return lambda posts: [doc.cats["selling"] for doc in nlp.pipe(posts, batch_size=256)]


def rate(score: Score, posts: list[str]) -> float:
    """Return the best of some rounds, in posts a second."""
    score(posts[:200])
    taken: list[float] = []
    while len(taken) < ROUNDS and sum(taken) < ENOUGH:
        start = time.perf_counter()
        score(posts)
        taken.append(time.perf_counter() - start)
    return len(posts) / min(taken)


def rates(trained: dict[str, Score], posts: list[str]) -> list[tuple[str, float, float]]:
    """Return the rates of givesell and its peers on one core and on all."""
    cores = os.cpu_count() or 1
    found = []
    for name, model in ((f"**{name}**, fused scorer", givesell.load(name)) for name in MODELS):
        one, every = (
            rate(lambda part, model=model, jobs=jobs: model.score(part, n_jobs=jobs), posts)
            for jobs in (1, -1)
        )
        found.append((name, one, every))
    found.append(
        (
            f"{MODELS[0]}, scikit-learn pipeline",
            *_both(givesell.load().pipeline.predict_proba, posts, cores),
        )
    )
    for name, score in trained.items():
        part = posts if "spaCy" not in name else posts[:10_000]
        if "fastText" in name:  # cannot be pickled to workers; its C++ code holds no GIL
            found.append(
                (
                    name,
                    rate(score, part),
                    rate(lambda posts, score=score: _threads(score, posts, cores), part),
                )
            )
        else:
            found.append((name, *_both(score, part, cores)))
        print(found[-1], file=sys.stderr)
    return found


def _parts(posts: list[str], cores: int) -> list[list[str]]:
    size = -(-len(posts) // (2 * cores))
    return [posts[start : start + size] for start in range(0, len(posts), size)]


def _threads(score: Score, posts: list[str], cores: int) -> Any:
    return Parallel(n_jobs=cores, prefer="threads")(
        delayed(score)(part) for part in _parts(posts, cores)
    )


def _both(score: Score, posts: list[str], cores: int) -> tuple[float, float]:
    alone = rate(score, posts)
    with Parallel(n_jobs=cores, prefer="processes") as pool:
        return alone, rate(
            lambda posts: pool(delayed(score)(part) for part in _parts(posts, cores)), posts
        )


def fresh(code: str, **environment: str) -> float:
    """Run code in a fresh process and return the number it prints."""
    ran = subprocess.run(
        [sys.executable, "-c", code],
        check=True,
        capture_output=True,
        text=True,
        env={**os.environ, **environment},
    )
    return float(ran.stdout)


def single(posts: list[str]) -> tuple[float, float]:
    """Return the median and the 99th percentile of classifying one post, in microseconds."""
    taken = []
    for post in posts[:20_000]:
        start = time.perf_counter()
        givesell.classify(post)
        taken.append(1e6 * (time.perf_counter() - start))
    return statistics.median(taken), float(np.percentile(taken, 99))


def memory() -> None:
    """Print how many MB scoring a list of posts takes above the list itself (Linux)."""
    _, _, short, _, _ = material()
    posts = [f"{short[i % len(short)]} {i}" for i in range(MEMORY_POSTS)]
    Path("/proc/self/clear_refs").write_text("5", encoding="ascii")  # the peak starts anew here
    before = _status("VmRSS")
    givesell.score(posts)
    print(_status("VmHWM") - before)


def _status(name: str) -> float:
    lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(name)) / 1024


def table(found: list[tuple[str, float, float]]) -> str:
    """Write rates as Markdown, each beside the fastest peer."""
    fastest = max(found[len(MODELS) + 1 :], key=lambda row: row[1])
    rows = [
        "| | posts a second, one core | times the fastest peer | all cores | times one core |",
        "|---|---:|---:|---:|---:|",
    ]
    rows += [
        f"| {name} | {one:,.0f} | {one / fastest[1]:.2f} | {every:,.0f} | {every / one:.2f} |"
        for name, one, every in found
    ]
    return "\n".join(rows)


def report() -> str:
    """Measure everything and write it as Markdown."""
    texts, labels, short, mixed, source = material()
    trained = peers(texts, labels)
    first = (
        "import time; t = time.perf_counter(); import givesell; givesell.classify('Thanks!');"
        " print(time.perf_counter() - t)"
    )
    deep = first.replace("classify(", f"load({MODELS[1]!r}).classify(")
    light = "import time; t = time.perf_counter(); import givesell; print(time.perf_counter() - t)"
    warm, warm_deep = ([fresh(code) for _ in range(6)][1:] for code in (first, deep))
    with tempfile.TemporaryDirectory() as folder:
        cold = fresh(first, NUMBA_CACHE_DIR=folder)
    median, slowest = single(short)
    peak = fresh(
        f"import sys; sys.path.insert(0, {str(Path(__file__).parent)!r}); import speed;"
        " speed.memory()"
    )
    artifacts = Path(__file__).parents[1] / "models"
    sizes = [
        sum(path.stat().st_size for path in (artifacts / name).iterdir()) / 2**20 for name in MODELS
    ]
    wide, narrow = (sum(map(len, posts)) / len(posts) for posts in (mixed, short))
    return "\n".join(
        [
            "# Speed and memory\n",
            "Made by `make bench`: every row in one run, on the same posts. Read the ratios.\n",
            (
                f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()};"
                f" {POSTS:,} {source}; best of up to {ROUNDS} rounds. From text to probability."
                " Peers were trained on the same posts; spaCy is timed on 10,000 of them.\n"
            ),
            f"## Short posts, {narrow:.0f} characters on average\n",
            table(rates(trained, short)) + "\n",
            f"## Posts of every length, {wide:.0f} characters on average\n",
            table(rates(trained, mixed)) + "\n",
            "## One process\n",
            "| | |\n|---|---:|",
            (
                "| `import givesell` |"
                f" {1000 * statistics.median(fresh(light) for _ in range(5)):.1f} ms |"
            ),
            (
                "| a fresh process to its first verdict, warm cache |"
                f" {statistics.median(warm):.2f} s |"
            ),
            f"| the same, compiling (once a machine) | {cold:.1f} s |",
            f"| one post in a loop, median | {median:.0f} µs |",
            f"| one post in a loop, 99th percentile | {slowest:.0f} µs |",
            (
                f"| peak memory of scoring a list of {MEMORY_POSTS:,} posts, above the list |"
                f" {peak:.0f} MB |"
            ),
            (
                f"| the same to a first verdict of {MODELS[1]}, warm cache |"
                f" {statistics.median(warm_deep):.2f} s |"
            ),
            *(
                f"| {name} on disk | {size:.1f} MiB |"
                for name, size in zip(MODELS, sizes, strict=True)
            ),
            "",
        ]
    )


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--write", type=Path, help="the Markdown file to write")
    arguments = parser.parse_args()
    text = report()
    print(text)
    if arguments.write:
        arguments.write.write_text(text, encoding="utf-8")
