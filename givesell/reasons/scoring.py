"""Posts scored with reasons: the parts of their log-odds and the strongest phrases."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from givesell.core.fused import FusedScorer
from givesell.core.model_arrays import Scored
from givesell.reasons.parts import Explained, Parts, no_phrases
from givesell.reasons.phrase_search import write_phrases
from givesell.reasons.weighing import explain_chunk
from givesell.text.posts import chunks


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
