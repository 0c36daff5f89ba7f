"""`Contribution`: what a piece of a post adds to its log-odds; and how the parts of a post's score
become contributions of its n-grams and of its tokens.
"""

from collections.abc import Iterable
from itertools import repeat
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from givesell.reasons.parts import Parts
from givesell.text.ngrams import Source
from givesell.text.token_kinds import Kind
from givesell.verdict import GIVING, SELLING

_NAMES = [source.name.lower() for source in Source]


class Contribution(NamedTuple):
    """What a piece of a post adds to the log-odds of ``selling``.

    Attributes
    ----------
    text : str
        The piece as it is written in the post.
    start, end : int
        Where it is: code points of the post as it was written.
    weight : float
        Above 0 it speaks for ``selling``, below 0 for ``giving``.
    source : str
        ``"phrase"`` for a reason, ``"token"`` for a token's share; for a feature of the model, what
        it is made of: ``"token"``, ``"pair"``, ``"triple"``, ``"opening"``, ``"closing"`` (with the
        post's begin or end), ``"capitals"``, ``"elongated"``, ``"kind"`` (that it is an emoji, a
        hashtag), ``"inner"`` (a hashtag's word, a link's host), ``"chars"``.

    Examples
    --------
    >>> Contribution("DM me", 10, 15, 1.5, "phrase").leans
    'selling'
    """

    text: str
    start: int
    end: int
    weight: float
    source: str

    @property
    def leans(self) -> str:
        """The label it speaks for."""
        return SELLING if self.weight > 0 else GIVING


def of_ngrams(text: str, parts: Parts) -> tuple[Contribution, ...]:
    """Return what each n-gram adds at each of its places, in the order of the post."""
    starts, ends = parts.starts[parts.firsts], parts.ends[parts.lasts]
    order = np.lexsort((ends, starts))
    names = [_NAMES[source] for source in parts.sources[order].tolist()]
    return _contributions(text, starts[order], ends[order], parts.weights[order], names)


def of_tokens(text: str, parts: Parts) -> tuple[Contribution, ...]:
    """Return what each token adds; see `token_shares`."""
    return _contributions(text, parts.starts, parts.ends, token_shares(parts), repeat("token"))


def _contributions(
    text: str,
    starts: NDArray[np.int32],
    ends: NDArray[np.int32],
    weights: NDArray[np.float64],
    sources: Iterable[str],
) -> tuple[Contribution, ...]:
    places = starts.tolist(), ends.tolist()
    texts = [text[start:end] for start, end in zip(*places, strict=True)]
    return tuple(map(Contribution, texts, *places, weights.tolist(), sources))


def token_shares(parts: Parts) -> NDArray[np.float64]:
    """Return what each token adds, shape (n_tokens,): all of the n-grams that lie on it alone, and
    an equal part of each longer one.
    """
    is_triple = parts.sources == Source.TRIPLE
    # An n-gram on one token has it as its first and its last, which makes two halves.
    equal_parts = np.where(is_triple, 1 / 3, 1 / 2) * parts.weights
    shares: NDArray[np.float64] = np.zeros(len(parts.starts))
    np.add.at(shares, parts.firsts, equal_parts)
    np.add.at(shares, parts.lasts, equal_parts)
    if is_triple.any():
        middles = _tokens_before(parts.lasts[is_triple], parts.kinds)
        np.add.at(shares, middles, equal_parts[is_triple])
    return shares


def _tokens_before(places: NDArray[np.int32], kinds: NDArray[np.uint8]) -> NDArray[np.intp]:
    """Return the token before each of some, as n-grams see it: past signs and blanks."""
    seen = np.flatnonzero((kinds != Kind.PUNCT) & (kinds != Kind.SPACE))
    return seen[np.searchsorted(seen, places) - 1]
