"""What the sanitizers watch: posts and artifacts go through every kernel. What comes out is
compared elsewhere (`fuzz.invariants`); here it is enough that nothing is read or written outside
its array.
"""

import json
import random
import shutil
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

import givesell
from fuzz.actions import act
from fuzz.artifacts import linear as small_linear
from fuzz.cases import kinds, make_case, write_files
from fuzz.grammar import make_posts
from givesell.archives.parsing.json_bytes import advance_lines, long_number, most_brackets
from givesell.archives.parsing.json_scan import why_not
from givesell.core import artifact, tensors
from givesell.core.fused import FusedScorer
from givesell.core.sequences import sequences
from givesell.errors import GivesellError
from givesell.estimators.network.classifier import NetworkClassifier
from givesell.estimators.vectorizer import PostVectorizer
from givesell.measure.unseen_ngrams import Seen
from givesell.model import model as model_module
from givesell.model.model import Model
from givesell.text.counting import features_of
from givesell.text.language import language_tables
from givesell.text.ngrams import MOST_CHARS, MOST_WORDS, Ngrams
from givesell.text.reading import words_of
from givesell.text.scan import rule_tables
from givesell.text.scanner import hash_text, scan_text

BLOCK = 2_000  # posts
ARTIFACTS = 20  # of a block
NGRAMS = (
    Ngrams(1, 1, 0, 0, 1023),
    Ngrams(1, 2, 0, 0, 2**24 - 1),
    Ngrams(1, MOST_WORDS, 0, 0, 1023),
    Ngrams(2, MOST_WORDS, 3, 5, 2**20 - 1),
    Ngrams(1, MOST_WORDS, 2, MOST_CHARS, 1023),
)
VECTORIZERS: tuple[dict[str, Any], ...] = (
    {},
    {"ngram_range": (1, 3), "char_ngram_range": (2, 4), "n_features": 2**10, "min_df": 1},
    {"ngram_range": (2, 3), "sublinear_tf": False, "use_idf": False, "norm": None, "min_df": 1},
)


def warm() -> None:
    """Load what workers need, before they are forked.

    The arrays of a model are made one by one, so that what reads beyond one of them does not find
    the next. Golden predictions need not be right, as those of a model that means harm would be.
    """
    views = tensors.read_tensors

    def copies(data: Any, layout: Any) -> dict[str, NDArray[Any]]:
        return {name: array.copy() for name, array in views(data, layout).items()}

    def scored(place: Path, golden: Any, score: Any, *, close: float) -> None:  # noqa: ARG001
        score([post for post, _ in golden])

    artifact.read_tensors = copies  # type: ignore[attr-defined]
    model_module.check_golden = scored  # type: ignore[attr-defined]
    small_linear()
    exercise_posts(0, 0, 200)


@cache
def _models() -> tuple[Model, ...]:
    """Return the shipped models."""
    return givesell.load(), givesell.load("givesell-en-deep")


def exercise_posts(seed: int, block: int, count: int) -> int:
    """Give generated posts to every kernel.

    Parameters
    ----------
    seed, block, count : int
        What `fuzz.grammar.make_posts` takes.

    Returns
    -------
    int
        How many posts.
    """
    rng = random.Random(f"sanitize {seed}/{block}")
    posts = make_posts(seed, block, count)
    # Rooms grow with the longest post so far: in this order each post has just the room it needs.
    texts = sorted((post for post in posts if isinstance(post, str)), key=len)
    _scan(texts, rng)
    _score(posts, texts, rng)
    _explain(posts, texts, rng)
    _learn(posts, rng)
    _measure(posts, texts, rng)
    _look_at_json(texts, rng)
    return len(posts)


def _scan(texts: list[str], rng: random.Random) -> None:
    rules, tables = rule_tables(), language_tables()
    for text in texts:
        features_of(rules, rng.choice(NGRAMS), text)
        words_of(rules, tables, text)
        scan_text(rules, text)
    hash_text(rng.choice(texts), rng.getrandbits(64))


def _score(posts: Sequence[Any], texts: list[str], rng: random.Random) -> None:
    for model in _models():
        scorers = [FusedScorer(model.weights, model.facets), FusedScorer(model.weights)]
        for scorer in scorers:
            for text in texts:
                scorer.score_one(text)
        model.verdicts(posts, n_jobs=1)
        model.score(posts, n_jobs=2)
        for part in _parts(posts, rng):
            model.score(part, n_jobs=1)
    sequences(posts)


def _parts(posts: Sequence[Any], rng: random.Random) -> Iterator[Sequence[Any]]:
    """Yield a few posts alone and a few parts of the posts."""
    for _ in range(20):
        start = rng.randrange(len(posts))
        yield posts[start : start + rng.choice((0, 1, 1, 1, 2, 7, 60))]


def _explain(posts: Sequence[Any], texts: list[str], rng: random.Random) -> None:
    for model in _models():
        found = givesell.explain(posts, model=model)
        for why in found:
            _ = (why.contributions, why.tokens, why.reasons)
        for why in rng.sample(found, min(10, len(found))):
            _ = (why.flip, why.hints, why.cues)
        for text in rng.sample(texts, min(50, len(texts))):
            givesell.explain(text, model=model)


def _learn(posts: Sequence[Any], rng: random.Random) -> None:
    some = posts[rng.randrange(10) :: 10]
    for settings in VECTORIZERS:
        vectorizer = PostVectorizer(**settings).fit(some)
        vectorizer.transform(posts)
        vectorizer.get_feature_names_out(some)
    labels = np.array([rng.random() < 0.5 for _ in some])
    labels[:2] = (True, False)
    network = NetworkClassifier(size=rng.choice((1, 5, 16)), channels=rng.choice((8, 24)), epochs=1)
    few = len(some) // 2
    network.fit(some[:few], labels[:few])
    network.predict_proba(some[few:])


def _measure(posts: Sequence[Any], texts: list[str], rng: random.Random) -> None:
    model = rng.choice(_models())
    few = [text.encode("utf-8", "replace").decode() for text in rng.choices(texts, k=200)]
    few = [text if text.strip() else "empty" for text in few]
    givesell.evaluate(model, few, rng.choices(("giving", "selling"), k=len(few)), rounds=100)
    givesell.drift(model, posts)
    seen = Seen(rng.choice(NGRAMS[:4]), least=2)
    seen.add(posts)
    seen.count(posts)


def _look_at_json(texts: list[str], rng: random.Random) -> None:
    rows = []
    for text in texts:
        row: dict[str, Any] = {"text": text, "n": rng.choice((1, -2.5e300, [[], {}]))}
        data = bytearray(json.dumps(row).encode())
        for _ in range(rng.choice((0, 0, 1, 4))):
            data[rng.randrange(len(data))] = rng.choice(b'"\\{}[],:0-e\x00\xff')
        del data[rng.randrange(len(data)) + 1 :]
        why_not(bytes(data))
        rows.append(bytes(data))
    every = np.frombuffer(b"".join(rows), np.uint8).copy()  # nothing lies behind the last
    lengths = np.array([len(row) for row in rows])
    advance_lines(every, lengths, np.zeros((len(rows), 7), np.int64))
    most_brackets(every, lengths)
    long_number(every)
    long_number(np.frombuffer(b"1" * rng.randrange(10_000), np.uint8).copy())


def exercise_artifacts(seed: int, block: int, folder: Path) -> dict[str, int]:
    """Load changed artifacts, whose hashes are right again, and use those that are not refused.

    Parameters
    ----------
    seed, block : int
    folder : Path
        Where they are written.

    Returns
    -------
    dict of str to int
        How many were ``loaded`` and ``refused``.
    """
    names = kinds()
    wanted = [at for at, name in enumerate(names) if name.startswith("artifact")]
    posts = make_posts(seed, block, 40)
    told = {"loaded": 0, "refused": 0}
    for number in range(block * ARTIFACTS, (block + 1) * ARTIFACTS):
        turn, kind = divmod(number, len(wanted))
        case = make_case(seed, turn * len(names) + wanted[kind])
        shutil.rmtree(folder, ignore_errors=True)
        write_files(folder, case.files)
        try:
            act(case, folder, folder)
            model = givesell.load(folder / case.target)
            model.score(posts)
            for why in givesell.explain(posts[:10], model=model):
                _ = (why.contributions, why.tokens, why.reasons)
            told["loaded"] += 1
        except (GivesellError, MemoryError):
            told["refused"] += 1
    return told
