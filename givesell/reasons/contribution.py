"""`Contribution`: what a piece of a post adds to its log-odds; and how the parts of a post's score
become contributions of its n-grams and of its tokens.
"""

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
    starts, ends = parts.starts[parts.firsts].tolist(), parts.ends[parts.lasts].tolist()
    weights, sources = parts.weights.tolist(), parts.sources.tolist()
    pieces = [
        Contribution(text[start:end], start, end, weight, _NAMES[source])
        for start, end, weight, source in zip(starts, ends, weights, sources, strict=True)
    ]
    return tuple(sorted(pieces, key=lambda piece: (piece.start, piece.end)))


def of_tokens(text: str, parts: Parts) -> tuple[Contribution, ...]:
    """Return what each token adds; see `token_shares`."""
    starts, ends, shares = parts.starts.tolist(), parts.ends.tolist(), token_shares(parts).tolist()
    return tuple(
        Contribution(text[start:end], start, end, share, "token")
        for start, end, share in zip(starts, ends, shares, strict=True)
    )


def token_shares(parts: Parts) -> NDArray[np.float64]:
    """Return what each token adds, shape (n_tokens,): all of the n-grams that lie on it alone, and
    an equal part of each longer one.
    """
    n, is_triple = len(parts.starts), parts.sources == Source.TRIPLE
    # An n-gram on one token has it as its first and its last, which makes two halves.
    equal_parts = np.where(is_triple, 1 / 3, 1 / 2) * parts.weights
    shares: NDArray[np.float64] = np.zeros(n)
    np.add.at(shares, parts.firsts, equal_parts)
    np.add.at(shares, parts.lasts, equal_parts)
    for last, part in zip(parts.lasts[is_triple], equal_parts[is_triple], strict=True):
        shares[_token_before(last, parts.kinds)] += part
    return shares


def _token_before(at: int, kinds: NDArray[np.uint8]) -> int:
    """Return the token before one, as n-grams see it: past signs and blanks."""
    at -= 1
    while kinds[at] in (Kind.PUNCT, Kind.SPACE):
        at -= 1
    return at
