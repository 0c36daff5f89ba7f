"""What of a post can be taken out by itself: the phrases and cues that are named in it, in whole
words, with their repetitions, those that overlap made one.
"""

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from givesell.reasons.contribution import token_shares
from givesell.reasons.counterfactual import Candidate
from givesell.reasons.parts import Parts
from givesell.text.norms import normal
from givesell.text.token_kinds import Kind

LONGEST_PIECE = 8  # tokens of pieces that overlap and are made one
MOST_NAMED = 64  # phrases and cues that are looked at

_WORDS = frozenset(Kind) - {Kind.EMOJI, Kind.BANG, Kind.PUNCT, Kind.BREAK, Kind.SPACE}
# What goes on with a word that it follows without a blank; a hashtag begins another.
_GOES_ON = frozenset((Kind.WORD, Kind.NUMBER, Kind.PERCENT, Kind.TIME))
_JOINING = frozenset("-‐‑'’/&_.@+")


class Piece(NamedTuple):
    """A phrase that can be taken out.

    ``places`` (start, end) are code points of the post, that which was named first; ``cue`` is the
    name of the cue that it shows, if one does.
    """

    places: tuple[tuple[int, int], ...]
    cue: str | None


class _Range(NamedTuple):
    """A row of tokens, from ``first`` to before ``last``."""

    first: int
    last: int
    cue: str | None


def pieces_of(text: str, parts: Parts, named: Sequence[Candidate], most: int) -> list[Piece]:
    """Return what can be taken out of a post.

    Parameters
    ----------
    text : str
    parts : Parts
        Of the post, from a model that has some: they say which pieces may matter most.
    named : sequence of (start, end, cue)
        Phrases and cues; they may overlap.
    most : int
        The most pieces.

    Returns
    -------
    list of Piece
        Those that show a cue first, then by what they add to the log-odds of that model. They do
        not overlap, and no word is cut.
    """
    post = _Post(text, parts)
    ranges = sorted((post.whole_words(*span) for span in named), key=post.rank)[:MOST_NAMED]
    found = post.pieces(_merged(ranges))
    if len(found) == 1 and post.is_all(found[0]):
        found = post.pieces(list(post.words()))
    return [post.piece(places, cue) for places, cue in found[:most]]


def _merged(ranges: Sequence[_Range]) -> list[_Range]:
    """Make one of those that overlap, as long as it is not too long; a later one is left out
    then.
    """
    kept: list[_Range] = []
    for one in ranges:
        touching = [other for other in kept if other.first < one.last and one.first < other.last]
        union = _Range(
            min(other.first for other in (*touching, one)),
            max(other.last for other in (*touching, one)),
            next((other.cue for other in (*touching, one) if other.cue), None),
        )
        if touching and union.last - union.first > LONGEST_PIECE:
            continue
        kept = [*(other for other in kept if other not in touching), union]
    return kept


_Places = tuple[list[tuple[int, int]], str | None]  # of tokens, that which was named first


class _Post:
    """The tokens of a post, without those that do not show."""

    def __init__(self, text: str, parts: Parts) -> None:
        seen = parts.kinds != Kind.SPACE
        self.text = text
        self.starts: list[int] = parts.starts[seen].tolist()
        self.ends: list[int] = parts.ends[seen].tolist()
        self.kinds: list[int] = parts.kinds[seen].tolist()
        self.sums: list[float] = np.append(0, np.cumsum(token_shares(parts)[seen])).tolist()
        self.norms = [normal(text[a:b]) for a, b in zip(self.starts, self.ends, strict=True)]
        self.at: dict[str, list[int]] = {}
        for i, norm in enumerate(self.norms):
            self.at.setdefault(norm, []).append(i)

    def whole_words(self, start: int, end: int, cue: str | None) -> _Range:
        """Return the tokens of a span, and those that are of one word with its first or last."""
        first = int(np.searchsorted(self.ends, start, "right"))
        last = int(np.searchsorted(self.starts, end))
        while first > 0 and self._is_joined(first - 1):
            first -= 1
        while last < len(self.kinds) and self._is_joined(last - 1):
            last += 1
        return _Range(first, last, cue)

    def _is_joined(self, i: int) -> bool:
        """Whether a token and the next one are of one word, as in ``well-known``."""
        if self.ends[i] < self.starts[i + 1]:
            return False
        if self.kinds[i] in _WORDS and self.kinds[i + 1] in _WORDS:
            return self.kinds[i + 1] in _GOES_ON
        return self._joins(i) or self._joins(i + 1)

    def _joins(self, i: int) -> bool:
        """Whether a token is a sign within a word."""
        return (
            0 < i < len(self.kinds) - 1
            and self.kinds[i] == Kind.PUNCT
            and self.text[self.starts[i] : self.ends[i]] in _JOINING
            and self.ends[i - 1] == self.starts[i]
            and self.ends[i] == self.starts[i + 1]
            and self.kinds[i - 1] in _WORDS
            and self.kinds[i + 1] in _WORDS
        )

    def rank(self, one: _Range) -> tuple[bool, float]:
        """Order ranges: those with a cue first, then those that add or take most."""
        return one.cue is None, -abs(self.sums[one.last] - self.sums[one.first])

    def pieces(self, ranges: Sequence[_Range]) -> list[_Places]:
        """Return ranges with their repetitions, each once, the one that matters most first."""
        phrases: dict[tuple[str, ...], _Range] = {}
        for one in sorted(ranges, key=self.rank):
            phrases.setdefault(tuple(self.norms[one.first : one.last]), one)
        taken = bytearray(len(self.kinds))
        for one in phrases.values():
            taken[one.first : one.last] = b"\1" * (one.last - one.first)
        found: list[_Places] = []
        for norms, one in phrases.items():
            places = [(one.first, one.last)]
            for first, last in self._repeated(norms):
                if taken.find(1, first, last) < 0:
                    taken[first:last] = b"\1" * (last - first)
                    places.append((first, last))
            found.append((places, one.cue))
        return sorted(found, key=lambda piece: (piece[1] is None, -self._strength(piece)))

    def _strength(self, piece: _Places) -> float:
        return abs(sum(self.sums[last] - self.sums[first] for first, last in piece[0]))

    def _repeated(self, norms: tuple[str, ...]) -> Iterator[tuple[int, int]]:
        """Yield where tokens are that are written alike and are whole words."""
        size, end = len(norms), len(self.kinds)
        for first in self.at[norms[0]]:
            last = first + size
            if (
                tuple(self.norms[first:last]) == norms
                and not (first > 0 and self._is_joined(first - 1))
                and not (last < end and self._is_joined(last - 1))
            ):
                yield first, last

    def is_all(self, piece: _Places) -> bool:
        """Whether nothing that says something is left without a piece."""
        rest = bytearray(kind in _WORDS for kind in self.kinds)
        for first, last in piece[0]:
            rest[first:last] = bytes(last - first)
        return not any(rest)

    def words(self) -> Iterator[_Range]:
        """Yield the words one by one."""
        ends = [i + 1 for i in range(len(self.kinds) - 1) if not self._is_joined(i)]
        for first, last in pairwise((0, *ends, len(self.kinds))):
            if self.kinds[first] in _WORDS:
                yield _Range(first, last, None)

    def piece(self, places: list[tuple[int, int]], cue: str | None) -> Piece:
        """Return a piece by its offsets into the post."""
        return Piece(tuple((self.starts[a], self.ends[b - 1]) for a, b in places), cue)
