"""What type checkers know of verdicts, explanations and archives; checked by
`tests/test_types.py`, never run.
"""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any, assert_type

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
from numpy.typing import NDArray

import givesell
from givesell import Explanation, GivesellError, Scores, Verdict
from givesell.archives import Post
from givesell.archives.base.rejects import Rejected
from givesell.archives.read import Archive
from givesell.nlp.cue import CueMatch
from givesell.reasons.contribution import Contribution
from givesell.reasons.counterfactual import Flip, Hint
from givesell.reasons.removal import Removal

verdict = givesell.classify("Thanks!")
assert_type(verdict.label, str | None)
assert_type(verdict.selling, float)
assert_type(verdict.sure, bool)
assert_type(verdict.status, str)
assert_type(verdict.facet, str | None)
assert_type(verdict.read_by, str | None)
assert_type(verdict.to_dict(), dict[str, Any])
assert_type(verdict.to_json(), str)

scores = givesell.load().verdicts(["Thanks!"])
assert_type(scores.label, NDArray[np.object_])
assert_type(scores.selling, NDArray[np.float32])
assert_type(scores.sure, NDArray[np.bool_])
assert_type(scores.facet, NDArray[np.object_] | None)
assert_type(scores.read_by, NDArray[np.object_] | None)
assert_type(list(scores), list[Verdict])
assert_type(scores.take(scores.sure), Scores)
assert_type(scores.frame(), pd.DataFrame)
assert_type(scores.frame(pd.Index(["a"])), pd.DataFrame)
assert_type(scores.polars_frame(), pl.DataFrame)
assert_type(scores.to_dict(), dict[str, list[Any]])
arrow: pa.Table = scores.table()

why = givesell.explain("Thanks!")
assert_type(why, Explanation)
assert_type(why.verdict, Verdict)
assert_type(why.label, str | None)
assert_type(why.text, str)
assert_type(why.log_odds, float)
assert_type(why.intercept, float)
assert_type(why.balance, str)
assert_type(why.reasons, tuple[Contribution, ...])
assert_type(why.removals, tuple[Removal, ...])
assert_type(why.method, str)
assert_type(why.contributions, tuple[Contribution, ...])
assert_type(why.tokens, tuple[Contribution, ...])
assert_type(why.reasons[0].weight, float)
assert_type(why.cues, tuple[CueMatch, ...])
assert_type(why.cues[0].name, str)
assert_type(why.flip, Flip | None)
assert_type(why.hints, tuple[Hint, ...])
assert_type(why.to_dict(), dict[str, Any])
assert_type(why.to_json(), str)

archive = givesell.read_archive(Path("archive.zip"), columns={"created": "When"})
assert_type(archive, Archive)
assert_type(iter(archive), Iterator[Post])
for post in archive:
    assert_type(post.text, str | None)
    assert_type(post.created, datetime | None)
assert_type(archive.format, str)
assert_type(archive.frame(), pd.DataFrame)
assert_type(archive.frame()["text"], "pd.Series[Any]")
assert_type(archive.skipped, dict[str, int])
assert_type(archive.rejected, list[Rejected])
assert_type(archive.columns, list[str])
batches: Iterator[pa.RecordBatch] = archive.tables()

try:
    givesell.load("models/mine")
except GivesellError as error:
    assert_type(error.code, str)
    assert_type(error.message, str)

# What is wrong is an error; an unused "ignore" is one too.
verdict.label = "giving"  # type: ignore[misc]
givesell.load(7)  # type: ignore[arg-type]
givesell.read_archive(7)  # type: ignore[arg-type]
givesell.read_archive("archive.zip", visibility="some")  # type: ignore[arg-type]
scores.frame(7)  # type: ignore[arg-type]
