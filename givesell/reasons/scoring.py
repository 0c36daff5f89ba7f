"""Posts scored with reasons: the parts of their log-odds and the strongest phrases."""

from collections.abc import Sequence
from typing import Any, NamedTuple, Self

import numpy as np
from numpy.typing import NDArray

from givesell.core.fused import FusedScorer
from givesell.core.model_arrays import Scored
from givesell.reasons.parts import Parts, Phrases, no_phrases
from givesell.reasons.phrase_search import write_phrases
from givesell.reasons.weighing import explain_chunk
from givesell.text.posts import chunks


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


def score_with_reasons(
    scorer: FusedScorer, posts: Sequence[Any], top: int, *, facets: bool = True, parts: bool = False
) -> Explained:
    """Score posts and find the phrases that add most to, or take most from, their log-odds.

    Parameters
    ----------
    scorer : FusedScorer
    posts : sequence
        What `givesell.text.posts.as_sequence` returned.
    top : int
        Maximum number of phrases of a post.
    facets : bool, default True
        Whether facets are recognised, if the model has some.
    parts : bool, default False
        Whether to return all parts of each post too.

    Returns
    -------
    Explained
        The verdicts are those of `givesell.core.scoring.score_posts`.
    """
    n = len(posts)
    scored = Scored.room(n, facets=facets and scorer.facets is not None)
    explained = Explained(scored, np.empty(n), np.empty(n), no_phrases(n, top), [])
    for position, chunk in chunks(posts, 0, n):
        here = explained.rows(position, position + len(chunk.offsets) - 1)
        explained.parts.extend(explain_chunk(scorer, chunk, here, parts))
    return explained


def strongest_phrases(parts: Parts, top: int) -> list[tuple[int, int, float]]:
    """Return the strongest phrases of a post whose parts are known.

    Parameters
    ----------
    parts : Parts
    top : int

    Returns
    -------
    list of (start, end, weight)
        At most `top`, those that add or take most first.
    """
    phrases = no_phrases(1, top)
    write_phrases(parts, phrases)
    starts, ends, weights = (column[0].tolist() for column in phrases)
    rows = zip(starts, ends, weights, strict=True)
    return [(start, end, weight) for start, end, weight in rows if end]
