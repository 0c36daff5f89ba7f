"""What `benchmarks/speed.py` times on lists of posts: givesell and its peers, each in a process of
its own that scores what it is asked to.
"""

import atexit
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable
from functools import cache
from pathlib import Path
from typing import Any, Self

Posts = list[str]
Score = Callable[[Posts, int], Any]  # posts, and threads or processes: 1, or -1 for all cores

ENOUGH = 20.0  # seconds after which a contestant runs no further round
WARM_UP = 200  # posts, before each round
SPACY_POSTS = 10_000  # spaCy is timed on the first ones only
MODELS = ("givesell-en", "givesell-en-deep")
GIVESELL = (*MODELS, f"{MODELS[0]}, verdicts", f"{MODELS[0]}, verdicts with facets")
PIPELINE = f"{MODELS[0]}, scikit-learn pipeline"
PEERS = (
    "TfidfVectorizer(1, 2) + LogisticRegression",
    "HashingVectorizer(1, 2) + LogisticRegression",
    "TfidfVectorizer(char_wb 3-5) + LogisticRegression",
    "fastText, word pairs",
    "spaCy textcat, bag of words",
)


class Contestant:
    """A process that scores posts when asked.

    Parameters
    ----------
    name : str
        One of `GIVESELL`, `PIPELINE` or `PEERS`.
    folder : Path
        Holds ``training.json`` (texts and labels), and a list of posts in each other file.
    python : str
        The interpreter, which may have another version of givesell than this one.
    """

    def __init__(self, name: str, folder: Path, python: str = sys.executable) -> None:
        self.name = name
        self._taken: dict[tuple[str, int], list[float]] = {}
        self._posts: dict[str, int] = {}
        self._process = subprocess.Popen(
            [python, __file__, name, str(folder)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            cwd=folder,
        )
        self._answer()  # that it is ready, so that no one trains while another is timed

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._process.stdin.close()  # type: ignore[union-attr]
        self._process.wait()

    def run(self, posts: str, jobs: int) -> None:
        """Score a list of posts once, unless enough time went into it already."""
        taken = self._taken.setdefault((posts, jobs), [])
        if sum(taken) > ENOUGH:
            return
        print(json.dumps([posts, jobs]), file=self._process.stdin, flush=True)
        seconds, self._posts[posts] = self._answer()
        taken.append(seconds)

    def _answer(self) -> Any:
        return json.loads(self._process.stdout.readline())  # type: ignore[union-attr]

    def rate(self, posts: str, jobs: int) -> float:
        """Return the best of the rounds, in posts a second."""
        return self._posts[posts] / min(self._taken[posts, jobs])


def race(contestants: Iterable[Contestant], posts: str, rounds: int) -> None:
    """Let all score a list of posts in turns, so that what else the machine does hits all alike."""
    for number in range(rounds):
        for contestant in contestants:
            for jobs in (1, -1):
                contestant.run(posts, jobs)
            print(
                posts,
                number + 1,
                contestant.name,
                *(f"{contestant.rate(posts, jobs):,.0f}" for jobs in (1, -1)),
                file=sys.stderr,
            )


def _serve(name: str, folder: Path) -> None:
    """Answer each line on standard input with the seconds that scoring took."""
    answers, sys.stdout = sys.stdout, sys.stderr  # what else is printed is no answer
    score = _scorer(name, folder)
    print("[]", file=answers, flush=True)
    for line in sys.stdin:
        which, jobs = json.loads(line)
        posts = _posts(folder / f"{which}.json")
        posts = posts[:SPACY_POSTS] if "spaCy" in name else posts
        score(posts[:WARM_UP], jobs)
        start = time.perf_counter()
        score(posts, jobs)
        print(json.dumps([time.perf_counter() - start, len(posts)]), file=answers, flush=True)


@cache
def _posts(path: Path) -> Posts:
    posts: Posts = json.loads(path.read_text(encoding="utf-8"))
    return posts


def _scorer(name: str, folder: Path) -> Score:
    if name in GIVESELL:
        return _givesell(name)
    if name == PIPELINE:
        import givesell

        return _in_processes(givesell.load().pipeline.predict_proba)
    texts, labels = json.loads((folder / "training.json").read_text(encoding="utf-8"))
    if name == PEERS[3]:
        return _in_threads(_fasttext(texts, labels))
    return _in_processes(
        _spacy(texts, labels) if name == PEERS[4] else _scikit_learn(name, texts, labels)
    )


def _givesell(name: str) -> Score:
    import givesell

    model = givesell.load(name.partition(",")[0])
    if "verdicts" not in name:
        return lambda posts, jobs: model.score(posts, n_jobs=jobs)
    return lambda posts, jobs: model.verdicts(posts, n_jobs=jobs, facets="facets" in name)


def _scikit_learn(name: str, texts: Posts, labels: list[str]) -> Callable[[Posts], Any]:
    from sklearn.feature_extraction.text import HashingVectorizer, TfidfVectorizer
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline

    vectorizer = {
        PEERS[0]: TfidfVectorizer(ngram_range=(1, 2)),
        PEERS[1]: HashingVectorizer(ngram_range=(1, 2)),
        PEERS[2]: TfidfVectorizer(analyzer="char_wb", ngram_range=(3, 5)),
    }[name]
    pipeline = make_pipeline(vectorizer, LogisticRegression(C=10, solver="liblinear"))
    predict: Callable[[Posts], Any] = pipeline.fit(texts, labels).predict_proba
    return predict


def _fasttext(texts: Posts, labels: list[str]) -> Callable[[Posts], Any]:
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


def _spacy(texts: Posts, labels: list[str]) -> Callable[[Posts], Any]:
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


def _in_processes(score: Callable[[Posts], Any]) -> Score:
    return _in_parallel(score, "processes")


def _in_threads(score: Callable[[Posts], Any]) -> Score:
    """Score in threads: fastText cannot be pickled to processes, and its C++ code holds no GIL."""
    return _in_parallel(score, "threads")


def _in_parallel(score: Callable[[Posts], Any], prefer: str) -> Score:
    from joblib import Parallel, delayed

    cores = os.cpu_count() or 1
    pool: Any = None

    def run(posts: Posts, jobs: int) -> Any:
        nonlocal pool
        if jobs == 1:
            return score(posts)
        if pool is None:  # its processes stay from round to round
            pool = Parallel(n_jobs=cores, prefer=prefer).__enter__()
            atexit.register(pool.__exit__, None, None, None)
        size = -(-len(posts) // (2 * cores))
        parts = [posts[start : start + size] for start in range(0, len(posts), size)]
        return pool(delayed(score)(part) for part in parts)

    return run


if __name__ == "__main__":
    _serve(sys.argv[1], Path(sys.argv[2]))
