"""What must hold of any posts: each check returns what is wrong, with the post."""

import itertools
import math
import random
from collections.abc import Callable, Iterator, Sequence
from functools import cache
from typing import Any

import numpy as np
import pandas as pd
import spacy

import givesell
from givesell.model.model import Model
from givesell.reasons.explanation import Explanation
from givesell.text.scan import scan
from givesell.verdict import FACETS, SELLING, THRESHOLD, Scores, Status

EQUAL = 1e-6  # how near the fused scorer comes to the pipeline
PARTS = 1e-6  # how near the parts of an explanation come to its log-odds, in times their size
STATUSES = {status.text for status in Status}
Posts = Sequence[Any]
Wrong = tuple[str, Any]  # what is wrong, and the post


def check(
    posts: Posts, rng: random.Random, *, singles: int = 50, explained: int = 200, scanned: int = 20
) -> Iterator[Wrong]:
    """Check posts in every way.

    Parameters
    ----------
    posts : sequence
    rng : random.Random
        Chooses the samples, and where posts are cut into parts.
    singles, explained, scanned : int
        One post in so many is looked at alone, explained, scanned.

    Yields
    ------
    what : str
    post : str or None
    """
    model, deep = givesell.load(), _deep()
    scores = model.verdicts(posts, n_jobs=1)
    yield from _sensible(posts, scores)
    yield from _same(posts, scores, model, rng)
    yield from _pipeline(posts, scores, model)
    some = _sample(posts, rng, 10)
    found = deep.verdicts(some, n_jobs=1)
    yield from _sensible(some, found)
    yield from _same(some, found, deep, rng)
    if rng.random() < 0.2:  # its pipeline lays out the network anew each time
        few = _sample(posts, rng, 20)
        yield from _pipeline(few, deep.verdicts(few, n_jobs=1), deep)
    for post in _sample(posts, rng, singles):
        yield from _alone(post, model, deep)
    for post in _sample(posts, rng, scanned):
        yield from _tokens(post)
    several = _sample(posts, rng, explained)
    for which in (model, deep):
        for post, why in zip(several, givesell.explain(several, model=which), strict=True):
            yield from _explained(post, why, whole=rng.random() < 0.1)
    yield from _spacy(_sample(posts, rng, 2 * explained), model)


@cache
def _deep() -> Model:
    return givesell.load("givesell-en-deep")


def largest_difference(posts: Posts) -> float:
    """Return how far the scorer and the scikit-learn pipeline are apart at most."""
    model = givesell.load()
    found = model.score(posts, n_jobs=1)
    judged = ~np.isnan(found)
    expected = model.pipeline.predict_proba(_texts(posts))[:, 1]
    return float(np.abs(found - expected)[judged].max(initial=0))


def _sample(posts: Posts, rng: random.Random, one_in: int) -> list[Any]:
    start = rng.randrange(min(one_in, len(posts)))
    return list(posts[start::one_in])


def _texts(posts: Posts) -> list[str]:
    return [post if isinstance(post, str) else "" for post in posts]


def _sensible(posts: Posts, scores: Scores) -> Iterator[Wrong]:
    judged = np.array([label is not None for label in scores.label])
    selling = scores.selling
    sells = np.array([label == SELLING for label in scores.label])
    facets = scores.facet if scores.facet is not None else [None] * len(posts)
    known = [
        facet is None or (label is not None and facet in FACETS[label])
        for facet, label in zip(facets, scores.label, strict=True)
    ]
    with np.errstate(invalid="ignore"):
        rules = {
            "a probability outside 0 to 1": judged & ~((selling >= 0) & (selling <= 1)),
            "a probability without a label": ~judged & ~np.isnan(selling),
            "a label that does not agree with its probability": (
                judged & (sells != (selling >= THRESHOLD))
            ),
            "sure without a label": ~judged & scores.sure,
            "a status that does not agree with the label": (
                judged != (scores.status == Status.OK.text)
            ),
            "an unknown status": ~np.isin(scores.status.astype(str), list(STATUSES)),
            "an unknown facet": ~np.array(known, bool),
        }
    for what, wrong in rules.items():
        for row in np.flatnonzero(wrong)[:3]:
            yield what, posts[row]


def _same(posts: Posts, scores: Scores, model: Model, rng: random.Random) -> Iterator[Wrong]:
    """Compare with threads, other parts, and columns of other libraries."""
    cuts = sorted(
        {0, len(posts), *(rng.randrange(len(posts) + 1) for _ in range(rng.randrange(1, 6)))}
    )
    parts = [model.verdicts(posts[a:b], n_jobs=1) for a, b in itertools.pairwise(cuts)]
    ways: dict[str, Callable[[], Any]] = {
        "threads": lambda: model.score(posts, n_jobs=2),
        "score": lambda: model.score(posts, n_jobs=1),
        "parts": lambda: np.concatenate([part.selling for part in parts]),
        "a column": lambda: model.score(pd.Series(posts, dtype=object), n_jobs=1),
        "an array": lambda: model.score(np.array(posts, dtype=object), n_jobs=1),
    }
    for name, way in ways.items():
        found = way()
        if found.tobytes() != scores.selling.tobytes():
            row = int(
                np.flatnonzero(
                    ~((found == scores.selling) | (np.isnan(found) & np.isnan(scores.selling)))
                )[0]
            )
            yield f"{name}: {found[row]} instead of {scores.selling[row]}", posts[row]
    for name in ("label", "status", "facet"):
        whole = getattr(scores, name)
        if (
            whole is not None
            and not (np.concatenate([getattr(part, name) for part in parts]) == whole).all()
        ):
            yield f"another {name} in parts", posts[0]


def _pipeline(posts: Posts, scores: Scores, model: Model) -> Iterator[Wrong]:
    expected = model.pipeline.predict_proba(_texts(posts))[:, 1]
    with np.errstate(invalid="ignore"):
        far = np.abs(scores.selling - expected) > EQUAL
    for row in np.flatnonzero(far)[:3]:
        yield f"the scorer says {scores.selling[row]}, the pipeline {expected[row]}", posts[row]


def _alone(post: Any, model: Model, deep: Model) -> Iterator[Wrong]:
    for which in (model, deep):
        one, (many, _) = which.classify(post), which.classify([post, "Thanks!"])
        same = one == many or (
            math.isnan(one.selling) and math.isnan(many.selling) and one.status == many.status
        )
        if not same:
            yield f"alone {one}, among others {many}", post


def _tokens(post: Any) -> Iterator[Wrong]:
    if not isinstance(post, str):
        return
    last = 0
    for token in scan(post):
        if not last <= token.start < token.end <= len(post):
            yield f"token from {token.start} to {token.end} after {last} of {len(post)}", post
            return
        if token.text != post[token.start : token.end]:
            yield f"token {token.text!a} at {token.start}", post
        last = token.end


def _explained(post: Any, why: Explanation, *, whole: bool) -> Iterator[Wrong]:
    if why.label is None:
        return
    near = PARTS * max(1.0, abs(why.log_odds), sum(abs(part.weight) for part in why.contributions))
    for name, parts in (("contributions", why.contributions), ("tokens", why.tokens)):
        total = sum(part.weight for part in parts) + why.intercept + why.network
        if not abs(total - why.log_odds) <= near:
            yield f"{name} sum to {total}, log-odds are {why.log_odds}", post
    p = 1 / (1 + math.exp(-why.log_odds)) if why.log_odds > -700 else 0.0
    if abs(p - why.selling) > EQUAL:
        yield f"log-odds of {why.log_odds} for a probability of {why.selling}", post
    pieces: list[Any] = [
        *why.contributions,
        *why.tokens,
        *why.reasons,
        *(why.cues if whole else ()),
    ]
    for piece in pieces:
        if (
            not 0 <= piece.start <= piece.end <= len(post)
            or piece.text != post[piece.start : piece.end]
        ):
            yield f"a piece from {piece.start} to {piece.end} of {len(post)}", post
    starts = [token.start for token in why.tokens]
    if starts != sorted(starts):
        yield "tokens out of order", post
    if whole and len(post) < 2_000:
        why.to_dict()
        why._repr_html_()
        repr(why)


@cache
def _blank() -> Any:
    nlp = spacy.blank("en", config={"nlp": {"tokenizer": {"@tokenizers": "givesell.Tokenizer.v1"}}})
    nlp.add_pipe("givesell")
    return nlp


def _spacy(posts: Posts, model: Model) -> Iterator[Wrong]:
    """Compare the pipeline component; spaCy's strings hold no lone surrogates."""
    texts = [text.encode("utf-8", "replace").decode() for text in _texts(posts)]
    with _blank().memory_zone():
        for text, doc in zip(texts, _blank().pipe(texts), strict=True):
            found, expected = doc._.givesell, model.classify(doc.text)
            if (found.label, found.status, found.sure) != (
                expected.label,
                expected.status,
                expected.sure,
            ):
                yield f"spaCy gives {found}, classify {expected}", text
            if found.label is not None and abs(doc.cats[SELLING] - expected.selling) > EQUAL:
                yield f"spaCy gives {doc.cats[SELLING]}, classify {expected.selling}", text
