"""The posts of a stream that may be suggested: the most uncertain ones, and a random sample."""

from collections.abc import Iterable
from typing import Any, NamedTuple

import numpy as np

from givesell.best import Best
from givesell.core.fingerprints import key_of
from givesell.curate.spreading import uncertainty
from givesell.labelled.unlabelled import Part
from givesell.model.model import Model
from givesell.text.posts import is_missing

PER_POST = 20  # uncertain posts that are held for each one to suggest
FEWEST = 500
SAMPLE = 2000  # posts drawn from the stream to know what is typical of it
_BITS = 2**64 - 1


class Candidate(NamedTuple):
    """A post that may be suggested.

    Attributes
    ----------
    text : str
    selling : float
        The model's probability.
    row : int or dict
        Its position in memory, or its fields.
    """

    text: str
    selling: float
    row: Any


class Candidates:
    """Holds the posts of a stream that may be suggested, in memory that does not grow with it.

    Parameters
    ----------
    model : Model
    n : int
        How many posts are to be suggested.
    known : iterable of str
        Posts that are labelled already.
    seed : int
        Decides the random sample.

    Attributes
    ----------
    counts : dict of str to int
        How many posts were ``read``, are ``labelled`` already, and ``unjudged`` since the model
        gives them no probability.

    Examples
    --------
    >>> import givesell
    >>> candidates = Candidates(givesell.load(), 1, ["Thanks a lot!"], seed=0)
    >>> candidates.take(Part(["Thanks a lot!", "Who sells mugs?", ""], None, lambda row: row))
    >>> [post.text for post in candidates.uncertain()], candidates.counts
    (['Who sells mugs?'], {'read': 3, 'labelled': 1, 'unjudged': 1})
    """

    def __init__(self, model: Model, n: int, known: Iterable[str], seed: int) -> None:
        self.counts = {"read": 0, "labelled": 0, "unjudged": 0}
        self._model = model
        self._known = set(map(key_of, known))
        self._salt = (seed * 0x9E3779B97F4A7C15) & _BITS
        self._uncertain: Best[Candidate] = Best(max(PER_POST * n, FEWEST))
        self._drawn: Best[Candidate] = Best(max(n, SAMPLE))

    def uncertain(self) -> list[Candidate]:
        """Return the most uncertain posts, each text once, the most uncertain first."""
        return [post for _, post in self._uncertain.items()]

    def drawn(self) -> list[Candidate]:
        """Return the random sample, each text once."""
        return [post for _, post in self._drawn.items()]

    def take(self, part: Part) -> None:
        """Take the next posts of the stream."""
        selling = self._model.verdicts(part.texts, facets=False).selling
        unsure = uncertainty(selling)
        judged = ~np.isnan(unsure)
        self.counts["read"] += len(part.texts)
        self.counts["unjudged"] += int((~judged).sum())
        for at in np.flatnonzero(judged).tolist():
            key = key_of(part.texts[at])
            if _has_label(part, at) or key in self._known:
                self.counts["labelled"] += 1
                continue
            # Equal texts get equal draws, so that a frequent text is not drawn more often.
            draw = _uniform(key ^ self._salt)
            if unsure[at] > self._uncertain.floor or draw > self._drawn.floor:
                post = Candidate(part.texts[at], float(selling[at]), part.row(at))
                self._uncertain.offer(float(unsure[at]), key, post)
                self._drawn.offer(draw, key, post)


def _has_label(part: Part, at: int) -> bool:
    if part.labels is None:
        return False
    label = part.labels[at]
    return not is_missing(label) and bool(str(label).strip())


def _uniform(key: int) -> float:
    """Return a number between 0 and 1 that a key determines (the finaliser of SplitMix64)."""
    key = ((key ^ (key >> 30)) * 0xBF58476D1CE4E5B9) & _BITS
    key = ((key ^ (key >> 27)) * 0x94D049BB133111EB) & _BITS
    return (key ^ (key >> 31)) / 2**64
