"""The interface of a training report: the members of `givesell.learn.report.TrainingReport` that
a model relies on, since that class is above this room.
"""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    import pandas as pd


class Finding(Protocol):
    """A finding about the training posts; see `givesell.labelled.finding.Finding`."""

    @property
    def check(self) -> str:
        """What was checked."""

    @property
    def count(self) -> int:
        """How many posts it concerns."""

    @property
    def found(self) -> str:
        """What was found, a sentence."""

    @property
    def done(self) -> str:
        """What was done about it, a sentence."""

    @property
    def warning(self) -> bool:
        """Whether a person should look at it."""


class Report(Protocol):
    """What training found and did."""

    @property
    def name(self) -> str:
        """The model's name."""

    @property
    def findings(self) -> Sequence[Finding]:
        """What was checked."""

    @property
    def warnings(self) -> Sequence[Finding]:
        """The findings that a person should look at."""

    @property
    def metrics(self) -> Mapping[str, Mapping[str, Any]]:
        """Quality out of fold, a dict of figures for each way to split."""

    @property
    def out_of_fold(self) -> "pd.DataFrame":
        """The measured posts with their probabilities out of fold."""

    @property
    def tuning(self) -> "pd.DataFrame | None":
        """The settings that were tried; None without a search."""

    def to_frame(self) -> "pd.DataFrame":
        """Return the findings as a table, one row each."""
