"""Posts explained exactly, by a model whose log-odds are a sum of parts: scored once, in arrays
that their explanations read from.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from givesell.core.calibration import slopes_at
from givesell.model.model import Model
from givesell.reasons.batch import EXACT, Batch, FindCues
from givesell.reasons.contribution import Contribution, of_ngrams, of_tokens, token_shares
from givesell.reasons.counterfactual import (
    Candidate,
    Flip,
    Hint,
    find_flip,
    find_hints,
    most_candidates,
)
from givesell.reasons.parts import Parts, Phrases
from givesell.reasons.removal import Removal
from givesell.reasons.scoring import score_with_reasons, strongest_phrases
from givesell.text.fold import plain
from givesell.text.posts import is_text
from givesell.verdict import SELLING, Verdict

CANDIDATES = 12  # phrases tried when looking for what would change a verdict


@dataclass(frozen=True, eq=False)
class ExactBatch(Batch):
    """Posts whose log-odds are a sum of parts.

    Attributes
    ----------
    networks : ndarray of float64, shape (n,)
        What a network adds to the calibrated log-odds.
    slopes : ndarray of float64, shape (n,)
        What calibration multiplied each post's log-odds by.
    phrases : Phrases
        Before calibration.
    parts : list of Parts
        Before calibration; empty where they were not asked for.
    """

    method: ClassVar[str] = EXACT
    networks: NDArray[np.float64]
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

    def marked(self, row: int) -> list[Contribution]:
        """Return the reasons in the order of the post."""
        return sorted(self.reasons(row), key=lambda reason: reason.start)

    def removals(self, row: int) -> tuple[Removal, ...]:  # noqa: ARG002
        """Return none: nothing is taken out to find the reasons."""
        return ()

    def contributions(self, row: int) -> tuple[Contribution, ...]:
        """Return what each n-gram of a post adds, at each of its places."""
        return of_ngrams(self.posts[row] or "", self.calibrated_parts(row))

    def tokens(self, row: int) -> tuple[Contribution, ...]:
        """Return the share of each token of a post."""
        return of_tokens(self.posts[row] or "", self.calibrated_parts(row))

    def intercept(self, row: int) -> float:
        """Return the log-odds of a post before a word is read, with the slope of its side."""
        return self.model.kind.intercept * float(self.slopes[row])

    def network(self, row: int) -> float:
        """Return what a network adds to the log-odds of a post; 0 without one."""
        return float(self.networks[row])

    def calibrated_parts(self, row: int) -> Parts:
        """Return the parts of a post's log-odds, after calibration."""
        parts = self.parts[row]
        return parts._replace(weights=parts.weights * self.slopes[row])

    def flip(self, row: int, verdict: Verdict, cues: FindCues) -> Flip | None:
        """Return the smallest known change that flips the verdict on a post."""
        spans = self.spans(row, verdict.label, cues)
        return find_flip(self.model, self.posts[row] or "", verdict, spans)

    def hints(self, row: int, verdict: Verdict, cues: FindCues) -> tuple[Hint, ...]:
        """Return what to change first for a post that sells to read as giving."""
        if verdict.label != SELLING:
            return ()
        spans = self.spans(row, SELLING, cues)
        return find_hints(self.model, self.posts[row] or "", verdict, spans)

    def spans(self, row: int, label: str | None, find_cues: FindCues) -> list[Candidate]:
        """Return what may be taken out to move a post away from a label: its cues, then its
        phrases.
        """
        most = most_candidates(self.posts[row] or "")
        if label is None or most == 0:
            return []
        cues = [(cue.start, cue.end, cue.name) for cue in find_cues() if cue.leans == label]
        sign = 1 if label == SELLING else -1
        if len(cues) > most:
            parts = self.calibrated_parts(row)
            sums = np.append(0, np.cumsum(sign * token_shares(parts)))
            starts, ends, _ = zip(*cues, strict=True)
            weights = (
                sums[np.searchsorted(parts.starts, ends)]
                - sums[np.searchsorted(parts.ends, starts, "right")]
            )
            cues = [cues[at] for at in np.sort(np.argsort(-weights, kind="stable")[:most])]
        phrases = strongest_phrases(self.parts[row], min(most, CANDIDATES))
        return [*cues, *((start, end, None) for start, end, weight in phrases if weight * sign > 0)]


def explain_exactly(
    model: Model, posts: Sequence[Any], top: int, *, facets: bool = True, parts: bool = True
) -> ExactBatch:
    """Score posts once, with all that exact explanations of them need.

    Parameters
    ----------
    model : Model
        Of a kind that has weights.
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
    ExactBatch

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
    return ExactBatch(
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
