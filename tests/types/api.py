"""What type checkers know of the public functions: read by `tests/test_types.py`, never called."""

from pathlib import Path
from typing import assert_type

import numpy as np
import pandas as pd
import polars as pl
from numpy.typing import NDArray

import givesell
from givesell import Explanation, Model, Scorer, Scores, Verdict
from givesell.batch import Selection, Summary


def asserted() -> None:
    """Assert the types; a function, so that importing this does nothing."""
    series: pd.Series[str] = pd.Series(["Thanks!"])
    frame = pd.read_csv("posts.csv")
    column = pl.Series(["Thanks!"])
    array = np.array(["Thanks!"], object)
    posts = ["Thanks!", None, float("nan")]

    assert_type(givesell.classify("Thanks!"), Verdict)
    assert_type(givesell.classify(None), Verdict)
    assert_type(givesell.classify("Thanks!", careful=True), Verdict)
    assert_type(givesell.classify(series, careful=True), pd.DataFrame)
    assert_type(givesell.classify(posts), list[Verdict])
    assert_type(givesell.classify(("Thanks!",)), list[Verdict])
    assert_type(givesell.classify(post for post in posts), list[Verdict])
    assert_type(givesell.classify(array), list[Verdict])
    assert_type(givesell.classify(map(str.strip, ["Thanks!"])), list[Verdict])
    with Path("posts.txt").open() as lines:
        assert_type(givesell.classify(lines), list[Verdict])
    assert_type(givesell.classify({"Thanks!": 1}.keys()), list[Verdict])
    assert_type(givesell.classify(series), pd.DataFrame)
    assert_type(givesell.classify(frame["text"]), pd.DataFrame)
    assert_type(givesell.classify(column), pl.DataFrame)
    assert_type(givesell.classify("Thanks!", model="givesell-en-deep", n_jobs=2), Verdict)

    assert_type(givesell.score("Thanks!"), float)
    assert_type(givesell.score(posts), NDArray[np.float32])
    assert_type(givesell.score(series), NDArray[np.float32])
    assert_type(givesell.score(column), NDArray[np.float32])

    assert_type(givesell.explain("Thanks!"), Explanation)
    assert_type(givesell.explain(posts, top=3), list[Explanation])
    assert_type(givesell.explain(frame["text"]), list[Explanation])

    assert_type(givesell.load(), Model)
    assert_type(givesell.load(Path("models/mine")), Model)

    scorer = Scorer("models/mine", facets=False, why=3)
    assert_type(scorer(posts), Scores)
    assert_type(scorer(array), Scores)
    assert_type(scorer(series), pd.DataFrame)
    assert_type(scorer(frame["text"]), pd.DataFrame)
    assert_type(scorer(column), pl.DataFrame)
    assert_type(scorer.model, Model)

    assert_type(givesell.score_archive("archive.zip"), Summary)
    summary = givesell.score_archive(
        ["archive.zip", Path("posts.csv")],
        "scored.parquet",
        model="givesell-en",
        why=3,
        facets=True,
        report="report.html",
        visibility="all",
        columns={"created": "When"},
        selection=Selection(only="selling", sort="selling", limit=10),
        progress=lambda done, total, rows: None,
    )
    assert_type(summary, Summary)
    assert_type(summary.giving, int)

    # What is wrong is an error; an unused "ignore" is one too.
    givesell.classify(7j)  # type: ignore[call-overload]
    givesell.score(7j)  # type: ignore[call-overload]
    givesell.clasify("Thanks!")  # type: ignore[attr-defined]
    givesell.score_archive("archive.zip", ouput="scored.csv")  # type: ignore[call-arg]
    givesell.score_archive("archive.zip", visibility="some")  # type: ignore[arg-type]
