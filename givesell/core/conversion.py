"""Where the core asks the scikit-learn side, `givesell.estimators.convert`: the one import of a
room above. It happens when a pipeline is asked for or given, so that scoring needs no scikit-learn.
"""

from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, cast

from givesell.core.kind import Converted, Kind
from givesell.extras import require

if TYPE_CHECKING:
    from sklearn.base import BaseEstimator


class Conversion(Protocol):
    """What `givesell.estimators.convert` offers."""

    def kind_of(self, pipeline: Any) -> Converted:
        """Return a fitted pipeline as a kind of model."""

    def pipeline_of(self, kind: Kind, *, posts: int = 0) -> "BaseEstimator":
        """Return a kind of model as a fitted pipeline."""

    def export_pipeline(
        self, pipeline: Any, record: dict[str, Any], path: Any, *, overwrite: bool = False
    ) -> None:
        """Write a fitted pipeline as a file."""

    def import_pipeline(self, path: Path) -> "tuple[BaseEstimator, dict[str, Any]]":
        """Open a pipeline that the caller trusts."""


def conversion() -> Conversion:
    """Return the scikit-learn side.

    Raises
    ------
    ExtraError
        Where scikit-learn is not installed.
    """
    require("train", "A scikit-learn pipeline")
    from givesell.estimators import convert

    return cast("Conversion", convert)
