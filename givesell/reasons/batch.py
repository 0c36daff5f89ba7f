"""`Batch`: posts explained together, whatever the method; explanations read from it."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

import numpy as np
from numpy.typing import NDArray

from givesell.model.model import Model
from givesell.reasons.contribution import Contribution
from givesell.reasons.counterfactual import Flip, Hint
from givesell.reasons.removal import Removal
from givesell.verdict import Scores, Verdict

if TYPE_CHECKING:
    from givesell.nlp.cue import CueMatch

EXACT, OCCLUSION = METHODS = ("exact", "occlusion")
FindCues = Callable[[], "Sequence[CueMatch]"]


@dataclass(frozen=True, eq=False)
class Batch(ABC):
    """Posts that were explained together; `givesell.reasons.methods.explain_batch` makes it.

    Attributes
    ----------
    model : Model
    posts : list of str or None
        None for a missing one.
    top : int
        Maximum number of reasons of a post.
    scores : Scores
        The verdicts, shape (n,).
    log_odds : ndarray of float64, shape (n,)
        Calibrated log-odds of ``selling``.
    method : str
        How they were explained, one of `METHODS`.
    """

    method: ClassVar[str]
    model: Model
    posts: list[str | None]
    top: int
    scores: Scores
    log_odds: NDArray[np.float64]

    @abstractmethod
    def reasons(self, row: int) -> tuple[Contribution, ...]:
        """Return the strongest phrases of a post."""

    @abstractmethod
    def marked(self, row: int) -> list[Contribution]:
        """Return the reasons at all of their places, in the order of the post."""

    @abstractmethod
    def removals(self, row: int) -> tuple[Removal, ...]:
        """Return the phrases that were taken out, those that do most first."""

    @abstractmethod
    def contributions(self, row: int) -> tuple[Contribution, ...]:
        """Return what each n-gram of a post adds."""

    @abstractmethod
    def tokens(self, row: int) -> tuple[Contribution, ...]:
        """Return what each token of a post adds."""

    @abstractmethod
    def intercept(self, row: int) -> float:
        """Return the log-odds of a post before a word is read; NaN where that is not known."""

    @abstractmethod
    def network(self, row: int) -> float:
        """Return what a network adds to the log-odds of a post; NaN where that is not known."""

    @abstractmethod
    def flip(self, row: int, verdict: Verdict, cues: FindCues) -> Flip | None:
        """Return a small change that flips the verdict on a post."""

    @abstractmethod
    def hints(self, row: int, verdict: Verdict, cues: FindCues) -> tuple[Hint, ...]:
        """Return what to change first for a post that sells to read as giving."""
