"""Scored files of a few posts, and their reports."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from givesell.estimators.pipelines import make_pipeline
from givesell.estimators.vectorizer import PostVectorizer
from givesell.model.model import Model
from givesell.report import Report, make_report


def make_model() -> Model:
    """Make a model to which "buy" sells; its errors are said to be known."""
    measured = {
        "posts": 10_000,
        "groups": 90,
        "share_selling": 0.3,
        "recall_selling": 0.8,
        "precision_selling": 0.8,
    }
    info = {
        "name": "mine",
        "metrics": {"split by group": {**measured, "macro_f1_interval": [0.84, 0.86]}},
    }
    pipeline = make_pipeline(PostVectorizer(ngram_range=(1, 1), min_df=1))
    known = ["hi there now", "this", "now", "hi there", "number thanks please see my shop markup"]
    pipeline.fit(["now buy this", "buy", *known], ["selling"] * 2 + ["giving"] * len(known))
    return Model.from_pipeline(pipeline, thresholds=(0.3, 0.9), info=info)


def row(text: str, selling: float | None, **more: Any) -> dict[str, Any]:
    """Return a scored row."""
    label = None if selling is None else "selling" if selling >= 0.5 else "giving"
    sure = selling is not None and not 0.3 < selling < 0.9
    return {
        "text": text,
        **more,
        "label": label,
        "selling": selling,
        "sure": sure,
        "status": "ok" if label else "empty",
    }


@pytest.fixture
def model() -> Model:
    """The model of the scored files."""
    return make_model()


@pytest.fixture
def report(tmp_path: Path, model: Model) -> Callable[..., Report]:
    """Write rows as a scored file and report on it."""

    def run(rows: list[dict[str, Any]], **options: Any) -> Report:
        path = tmp_path / "scored.jsonl"
        path.write_text("".join(json.dumps(one) + "\n" for one in rows))
        return make_report(path, **{"model": model, **options})

    return run
