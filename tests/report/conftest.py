"""Scored files of a few posts, and their reports."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from givesell.report import Report, make_report


class Model:
    """Sells where a post says "buy"; its errors are known."""

    thresholds = (0.3, 0.9)

    def __init__(self) -> None:
        measured = {"posts": 10_000, "groups": 90, "share_selling": 0.3, "recall_selling": 0.8, "precision_selling": 0.8}
        self.info: dict[str, Any] = {"name": "mine", "metrics": {"split by group": {**measured, "macro_f1_interval": [0.8, 0.9]}}}

    def score(self, posts: list[str]) -> Any:
        """Return probabilities."""
        return np.array([0.95 if "buy" in post else 0.6 if "shop" in post else 0.1 for post in posts], np.float32)


def row(text: str, selling: float | None, **more: Any) -> dict[str, Any]:
    """Return a scored row."""
    label = None if selling is None else "selling" if selling >= 0.5 else "giving"
    sure = selling is not None and not 0.3 < selling < 0.9
    return {"text": text, **more, "label": label, "selling": selling, "sure": sure, "status": "ok" if label else "empty"}


@pytest.fixture
def model() -> Model:
    """The model of the scored files."""
    return Model()


@pytest.fixture
def report(tmp_path: Path, model: Model) -> Callable[..., Report]:
    """Write rows as a scored file and report on it."""

    def run(rows: list[dict[str, Any]], **options: Any) -> Report:
        path = tmp_path / "scored.jsonl"
        path.write_text("".join(json.dumps(one) + "\n" for one in rows))
        return make_report(path, **{"model": model, **options})

    return run
