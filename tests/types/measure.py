"""What type checkers know of `evaluate`, `compare`, `drift` and what they return; checked by
`tests/test_types.py`, never run.
"""

from typing import Any, assert_type

import numpy as np
import pandas as pd
import polars as pl
from matplotlib.figure import Figure
from numpy.typing import NDArray

import givesell
from givesell import Comparison, Drift, Evaluation
from givesell.measure.bootstrap import Estimate
from givesell.measure.drift_measures import Measure

model = givesell.load()
table = pd.DataFrame({"text": ["Thanks!"], "label": ["giving"]})

evaluation = givesell.evaluate(model, table, groups="topic", slices=["platform"])
assert_type(evaluation, Evaluation)
assert_type(givesell.evaluate("givesell-en", "posts.csv"), Evaluation)
assert_type(givesell.evaluate(model, ["Thanks!"], ["giving"], groups=["a"]), Evaluation)
assert_type(givesell.evaluate(model, pl.DataFrame({"text": ["Thanks!"]})), Evaluation)
assert_type(evaluation["macro_f1"], float)
assert_type(evaluation["auc"], float | None)
assert_type(evaluation["posts"], int)
assert_type(evaluation["macro_f1_interval"], list[float])
assert_type(evaluation["intervals"], dict[str, list[float | None]])
assert_type(evaluation["confusion"], dict[str, dict[str, int]])
assert_type(evaluation["slices"], list[dict[str, Any]])
assert_type(evaluation.metrics, dict[str, Estimate])
assert_type(evaluation.metrics["auc"].value, float)
assert_type(evaluation.confusion, NDArray[np.int64])
assert_type(evaluation.scores, pd.DataFrame)
assert_type(evaluation.slices, pd.DataFrame)
assert_type(evaluation.unjudged, dict[str, int])
assert_type(evaluation.groups, int | None)
assert_type(evaluation.to_frame(), pd.DataFrame)
assert_type(evaluation.to_dict(), dict[str, Any])
assert_type(evaluation.thresholds(cost=(5, 1, 0.2)), tuple[float, float])
assert_type(evaluation.at((0.2, 0.8)), dict[str, float])

comparison = givesell.compare(model, "models/mine", table)
assert_type(comparison, Comparison)
assert_type(comparison.names, tuple[str, str])
assert_type(comparison.sentence, str)
assert_type(comparison.metrics, pd.DataFrame)
assert_type(comparison.counts, dict[str, int])
assert_type(comparison.flipped, pd.DataFrame)
assert_type(comparison.to_frame(), pd.DataFrame)
assert_type(comparison.to_dict(), dict[str, Any])

drift = givesell.drift(model, table["text"])
assert_type(drift, Drift)
assert_type(givesell.drift(model, givesell.read_archive("archive.zip")), Drift)
assert_type(drift.measures, tuple[Measure, ...])
assert_type(drift.level, str)
assert_type(drift.alarm, bool)
assert_type(drift.doubts, tuple[str, ...])
assert_type(drift.sentence, str)
assert_type(drift.histogram, NDArray[np.int64])
assert_type(drift.to_frame(), pd.DataFrame)
assert_type(drift.to_dict(), dict[str, Any])

# Of a library without types a checker knows what is declared, not what is in it.
figures: list[Figure] = [evaluation.plot(), evaluation.plot("roc"), comparison.plot(), drift.plot()]

# What is wrong is an error; an unused "ignore" is one too.
givesell.evaluate(model, 7)  # type: ignore[arg-type]
givesell.evaluate(7, table)  # type: ignore[arg-type]
givesell.evaluate(model, table, groups=7)  # type: ignore[arg-type]
givesell.compare(model, table)  # type: ignore[arg-type, call-arg]
givesell.compare(model, model, table, label=None)  # type: ignore[arg-type]
givesell.drift(model, 7)  # type: ignore[arg-type]
evaluation.plot("rocc")  # type: ignore[arg-type]
evaluation.thresholds(0.9)  # type: ignore[call-arg]
