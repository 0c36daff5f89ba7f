"""What type checkers know of `train`, `review`, `suggest` and `PostVectorizer`; checked by
`tests/test_types.py`, never run.
"""

from pathlib import Path
from typing import assert_type

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from sklearn.svm import LinearSVC

import givesell
from givesell import Model, PostVectorizer
from givesell.archives import Post
from givesell.core.report import Finding, Report

table = pd.DataFrame({"text": ["Thanks!"], "label": ["giving"]})
archive = givesell.read_archive("archive.zip")
posts = ["Thanks!", "Buy now"]

model = givesell.train(
    table,
    groups=["source", "author"],
    group_until="#",
    label_mapping={"promo": "selling", 0: "giving", "odd": None},
    base="givesell-en",
    tune={"C": [1.0, 10.0]},
    also=[("more.csv", 0.5), (table, 1.0)],
    progress=print,
)
assert_type(model, Model)
assert_type(givesell.train("posts.csv"), Model)
assert_type(givesell.train([Path("posts.csv"), "more.jsonl"]), Model)
assert_type(givesell.train([table, Path("posts.csv")], groups="source", group_until="#"), Model)
assert_type(givesell.train(archive), Model)
assert_type(givesell.train([archive, "posts.csv"]), Model)
assert_type(givesell.train(posts, ["giving", "selling"], weight=np.ones(2)), Model)
assert_type(givesell.train(table["text"], table["label"], groups={"source": ["a"]}), Model)
assert_type(givesell.train({"text": posts, "label": ["giving", "selling"]}), Model)
assert_type(givesell.train([{"text": "Thanks!", "label": "giving"}]), Model)
assert_type(givesell.train([Post("1", "Thanks!", None, None, "x")]), Model)
assert_type(givesell.train(pl.DataFrame({"text": posts})), Model)
assert_type(givesell.train(pl.LazyFrame({"text": posts})), Model)
assert_type(givesell.train(pa.table({"text": posts})), Model)
assert_type(givesell.train(table, classifier=LinearSVC(), base=model), Model)
assert_type(givesell.train(table, features=PostVectorizer(min_df=1)), Model)

report = model.report
assert_type(report, Report | None)
if report is not None:
    assert_type(report.findings[0], Finding)
    assert_type(report.out_of_fold, pd.DataFrame)
    assert_type(report.to_frame(), pd.DataFrame)

assert_type(givesell.review(model, table, top={"label": 20}), pd.DataFrame)
assert_type(givesell.review("givesell-en", "posts.csv", kinds=["label"]), pd.DataFrame)
assert_type(givesell.suggest(model, archive, n=10), pd.DataFrame)
assert_type(givesell.suggest(model, posts, labelled=table, strategy="random"), pd.DataFrame)

vectorizer = PostVectorizer(ngram_range=(1, 3), norm=None)
assert_type(vectorizer.fit(posts), PostVectorizer)
assert_type(vectorizer.fit_transform(table["text"]), csr_matrix[np.float32])
assert_type(vectorizer.transform(pl.Series(posts)), csr_matrix[np.float32])
assert_type(vectorizer.counts(posts), csr_matrix[np.float32])
assert_type(vectorizer.get_feature_names_out(posts), NDArray[np.object_])

# What is wrong is an error; an unused "ignore" is one too.
givesell.train(7)  # type: ignore[arg-type]
givesell.train(table, base=7)  # type: ignore[arg-type]
givesell.train(table, classifier="svm")  # type: ignore[arg-type]
givesell.train(table, grouped="source")  # type: ignore[call-arg]
givesell.train(table, also=["more.csv"])  # type: ignore[list-item]
givesell.review(model, 7)  # type: ignore[arg-type]
givesell.suggest(model, posts, strategy="best")  # type: ignore[arg-type]
vectorizer.fit(7)  # type: ignore[arg-type]
