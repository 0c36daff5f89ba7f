"""What type checkers know of `Model`; checked by `tests/test_types.py`, never run."""

from collections.abc import Mapping
from typing import Any, assert_type

import numpy as np
import pandas as pd
import polars as pl
from numpy.typing import NDArray

import givesell
from givesell import Model, Scores, Verdict
from givesell.core.kind import Kind
from givesell.core.manifest import Manifest
from givesell.core.report import Report
from givesell.core.sections import Calibration, Drift, SecondLook, Training

model = givesell.load()
series: "pd.Series[str]" = pd.Series(["Thanks!"])
column = pl.Series(["Thanks!"])
posts = ["Thanks!", None, float("nan")]

assert_type(model.classify("Thanks!"), Verdict)
assert_type(model.classify(None), Verdict)
assert_type(model.classify(posts), list[Verdict])
assert_type(model.classify(series), pd.DataFrame)
assert_type(model.classify(pd.read_csv("posts.csv")["text"]), pd.DataFrame)
assert_type(model.classify(column), pl.DataFrame)
assert_type(model.score("Thanks!"), float)
assert_type(model.score(posts, n_jobs=2), NDArray[np.float32])
assert_type(model.score(series), NDArray[np.float32])
assert_type(model.verdicts(column), Scores)
assert_type(model.predict(series), NDArray[np.object_])
assert_type(model.predict_proba(posts), NDArray[np.float32])

assert_type(model.name, str)
assert_type(model.kind, Kind)
assert_type(model.manifest, Manifest)
assert_type(model.manifest.training, Training)
assert_type(model.manifest.calibration, Calibration | None)
assert_type(model.manifest.drift, Drift | None)
assert_type(model.info, dict[str, Any])
assert_type(model.report, Report | None)
assert_type(model.thresholds, tuple[float, float])
assert_type(model.with_thresholds((0.2, 0.8)), Model)
assert_type(model.with_second_look(model), Model)
assert_type(model.holding_rule(None), Model)
assert_type(model.reads_again, bool)
assert_type(model.manifest.second_look, SecondLook | None)
assert_type(model.digest, str | None)
assert_type(model.card(), str)
assert_type(model.kind.features, Mapping[str, Any])

# What is wrong is an error; an unused "ignore" is one too.
model.classify(7j)  # type: ignore[call-overload]
model.score(7j)  # type: ignore[call-overload]
model.verdicts(7)  # type: ignore[arg-type]
_ = model.manifest.trainig  # type: ignore[attr-defined]
