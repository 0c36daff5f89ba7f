"""Posts explained together: scored once, in arrays that their explanations read from."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from givesell.core.calibration import slopes_at
from givesell.model.model import Model
from givesell.reasons.contribution import Contribution
from givesell.reasons.parts import Parts, Phrases
from givesell.reasons.scoring import score_with_reasons
from givesell.text.fold import plain
from givesell.text.posts import is_text
from givesell.verdict import Scores


@dataclass(frozen=True, eq=False)
class Batch:
    """Posts that were explained together; `explain_batch` makes it.

    Attributes
    ----------
    model : Model
    posts : list of str or None
        None for a missing one.
    top : int
        Maximum number of reasons of a post.
    scores : Scores
        The verdicts, shape (n,).
    log_odds, network : ndarray of float64, shape (n,)
        Calibrated log-odds of ``selling``, and what a network adds to them.
    slopes : ndarray of float64, shape (n,)
        What calibration multiplied each post's log-odds by.
    parts : list of Parts
        Before calibration; empty where they were not asked for.
    """

    model: Model
    posts: list[str | None]
    top: int
    scores: Scores
    log_odds: NDArray[np.float64]
    network: NDArray[np.float64]
    slopes: NDArray[np.float64]
    phrases: Phrases
    parts: list[Parts]

    @cached_property
    def _phrases(self) -> tuple[list[list[int]], list[list[int]], list[list[float]]]:
        """Starts, ends and calibrated weights, as lists: they are faster to read one by one."""
        starts, ends, weights = self.phrases
        return starts.tolist(), ends.tolist(), (weights * self.slopes[:, None]).tolist()

    def reasons(self, row: int) -> tuple[Contribution, ...]:
        """Return the strongest phrases of a post."""
        text, (starts, ends, weights) = self.posts[row] or "", self._phrases
        rows = zip(starts[row], ends[row], weights[row], strict=True)
        return tuple(
            [
                Contribution(text[start:end], start, end, weight, "phrase")
                for start, end, weight in rows
                if end
            ]
        )

    def intercept(self, row: int) -> float:
        """Return the log-odds of a post before a word is read, with the slope of its side."""
        return self.model.kind.intercept * float(self.slopes[row])

    def calibrated_parts(self, row: int) -> Parts:
        """Return the parts of a post's log-odds, after calibration."""
        parts = self.parts[row]
        return parts._replace(weights=parts.weights * self.slopes[row])


def explain_batch(
    model: Model, posts: Sequence[Any], top: int, *, facets: bool = True, parts: bool = True
) -> Batch:
    """Score posts once, with all that explanations of them need.

    Parameters
    ----------
    model : Model
    posts : sequence
        What `givesell.text.posts.as_sequence` returned.
    top : int
        Maximum number of reasons of a post.
    facets : bool, default True
        Whether the verdicts have facets, if the model does.
    parts : bool, default True
        Whether explanations need more than reasons.

    Returns
    -------
    Batch

    Raises
    ------
    ArtifactError
        E320 where the model's log-odds are no sum of parts.
    PostTypeError
        If a post is neither text nor missing.
    """
    read = posts[:]
    explained = score_with_reasons(model.scorer, read, top, facets=facets, parts=parts)
    log_odds = explained.linear + explained.network
    slopes = slopes_at(log_odds, model.slopes)
    return Batch(
        model,
        [plain(post) if is_text(post) else None for post in read],
        top,
        model.decide(explained.scored),
        log_odds * slopes,
        explained.network * slopes,
        slopes,
        explained.phrases,
        explained.parts,
    )
