"""What a trained model records of itself: its manifest's sections, made in one place."""

import platform
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import sklearn

from givesell._version import __version__
from givesell.labelled.finding import Finding
from givesell.labelled.posts import Labelled
from givesell.learn.calibrate import Calibration

_METHOD = "sigmoid, folded into the weights, then a factor for each side of the decision"


@dataclass(frozen=True, kw_only=True)
class TrainingRecord:
    """What training records.

    Attributes
    ----------
    name, licence, command : str
        As given to `givesell.train`.
    posts : Labelled
    settings : dict
        How the model was learned.
    findings : list of Finding
    metrics : dict
        Figures of each way to make folds.
    drift : dict
        See `givesell.learn.drift_baseline`.
    calibration : dict, optional
        See `calibration_record`.
    facets : dict, optional
        How well facets are predicted, or which model they are of.
    """

    name: str
    licence: str | None
    command: str | None
    posts: Labelled
    settings: Mapping[str, Any]
    findings: list[Finding]
    metrics: Mapping[str, Mapping[str, Any]]
    drift: Mapping[str, Any]
    calibration: Mapping[str, Any] | None = None
    facets: Mapping[str, Any] | None = None

    def to_dict(self) -> dict[str, Any]:
        """Return it as `givesell.core.manifest` describes it."""
        sections: dict[str, Any] = {
            "name": self.name,
            "calibration": self.calibration,
            "training": {
                "posts": len(self.posts.posts),
                "selling": int(self.posts.selling.sum()),
                "files": self.posts.ledger,
                **self.settings,
                **({} if self.licence is None else {"licence": self.licence}),
                "checks": [finding.to_dict() for finding in self.findings],
            },
            "metrics": self.metrics,
            "versions": {
                "givesell": __version__,
                "python": platform.python_version(),
                "scikit-learn": sklearn.__version__,
                "numpy": np.__version__,
            },
            "drift": self.drift,
            "facets": self.facets,
            "command": self.command,
        }
        return {name: section for name, section in sections.items() if section is not None}


def calibration_record(
    calibration: Calibration, *, folds: str, prior: float, precision: float
) -> dict[str, Any]:
    """Return what a manifest says of a calibration."""
    return {
        "method": _METHOD,
        "folds": folds,
        "prior": prior,
        "slopes": [round(float(scale), 6) for scale in calibration.scales],
        "offset": round(calibration.offset, 6),
        "sure_precision": precision,
    }
