"""The words that decided about a post: what the verdict loses when a word is left out."""

import re
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import numpy as np

from givesell.verdict import is_selling

MOST_WORDS = 120
SHOWN = 4
_WORD = re.compile(r"\S+")
_LEAST = 0.05  # of the logit: less than that decides nothing


class Decisive(NamedTuple):
    """A word that decided: where it stands, and how far the logit moves towards the label because of it."""

    start: int
    end: int
    weight: float


def decisive_words(texts: Sequence[str], score: Callable[[list[str]], Any]) -> list[list[Decisive]]:
    """Find the words of posts that speak most for their labels.

    Parameters
    ----------
    texts : sequence of str
    score : callable
        Takes a list of str, returns probabilities of selling, as `givesell.Model.score` does.

    Returns
    -------
    list of list of Decisive
        For each post at most four, in order of the text.

    Examples
    --------
    >>> import givesell
    >>> text = "Thanks! Book now"
    >>> found = decisive_words([text], givesell.load().score)[0]
    >>> all(text[word.start : word.end].strip() for word in found)
    True
    """
    variants: list[str] = []
    spans: list[list[tuple[int, int]]] = []
    for text in texts:
        words = [found.span() for found in _WORD.finditer(text)][:MOST_WORDS]
        spans.append(words)
        variants.append(text)
        variants += [text[:start] + text[end:] for start, end in words]
    if not variants:
        return []
    logits = _logit(np.asarray(score(variants), np.float64))
    found, place = [], 0
    for words in spans:
        whole, without = logits[place], logits[place + 1 : place + 1 + len(words)]
        place += 1 + len(words)
        sign = 1 if is_selling(1 / (1 + np.exp(-whole))) else -1
        weights = sign * np.nan_to_num(whole - without)
        best = [i for i in np.argsort(-weights, kind="stable")[:SHOWN].tolist() if weights[i] > _LEAST]
        found.append([Decisive(words[i][0], words[i][1], float(weights[i])) for i in sorted(best)])
    return found


def _logit(p: Any) -> Any:
    p = np.clip(p, 1e-7, 1 - 1e-7)
    return np.log(p / (1 - p))
