"""What posts scored with reasons are, as arrays: the parts of their log-odds, and their strongest
phrases.
"""

from typing import NamedTuple, Self

import numpy as np
from numpy.typing import NDArray

from givesell.core.model_arrays import Scored


class Parts(NamedTuple):
    """What a post's log-odds are made of, before calibration.

    ``starts``, ``ends`` and ``kinds`` (n_tokens,) are the tokens' offsets and kinds; ``weights``,
    ``sources``, ``firsts`` and ``lasts`` (n_ngrams,) say what each n-gram at its place adds, its
    `givesell.text.ngrams.Source`, its first and its last token.
    """

    starts: NDArray[np.int32]
    ends: NDArray[np.int32]
    kinds: NDArray[np.uint8]
    weights: NDArray[np.float64]
    sources: NDArray[np.uint8]
    firsts: NDArray[np.int32]
    lasts: NDArray[np.int32]


class Phrases(NamedTuple):
    """The strongest phrases of n posts, shape (n, top): where each begins and ends, and what it
    adds to the log-odds.

    Those that add or take most come first; an end of 0 says that a post has no more.
    """

    starts: NDArray[np.int32]
    ends: NDArray[np.int32]
    weights: NDArray[np.float64]

    def rows(self, start: int, stop: int) -> Self:
        """Return the places of the posts from ``start`` to ``stop``."""
        here = slice(start, stop)
        return type(self)(self.starts[here], self.ends[here], self.weights[here])


class Explained(NamedTuple):
    """Posts scored with reasons.

    ``linear``, the intercept included, and ``network`` (n,) are the two summands of the log-odds
    before calibration, as are the weights of ``phrases``; ``parts`` holds those of each post, or
    nothing where they were not asked for.
    """

    scored: Scored
    linear: NDArray[np.float64]
    network: NDArray[np.float64]
    phrases: Phrases
    parts: list[Parts]

    def rows(self, start: int, stop: int) -> Self:
        """Return views of the arrays for the posts from ``start`` to ``stop``."""
        here = slice(start, stop)
        return type(self)(
            self.scored.rows(start, stop),
            self.linear[here],
            self.network[here],
            self.phrases.rows(start, stop),
            self.parts[here],
        )


def no_phrases(n: int, top: int) -> Phrases:
    """Make room for the phrases of n posts."""
    shape = n, top
    return Phrases(np.zeros(shape, np.int32), np.zeros(shape, np.int32), np.zeros(shape))
