"""Tests of `givesell.labelled.frames`, and of labelled posts in tables of any library, records
and sequences.
"""

import collections

import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

import givesell
from givesell.datasets import load_posts
from givesell.errors import ArgumentError, ArgumentTypeError, DataError, GivesellError
from givesell.labelled.frames import as_frame, is_table
from givesell.labelled.read import read_labelled
from givesell.labelled.request import Request


class Dataset:
    """Stands for a table of a library that gives pandas' own, and lists its columns."""

    def __init__(self, frame):
        self._frame = frame

    @property
    def column_names(self):
        """The columns."""
        return list(self._frame.columns)

    def to_pandas(self):
        """Return a table of pandas."""
        return self._frame


class Broken(Dataset):
    """A table that fails."""

    def to_pandas(self):
        """Fail."""
        raise RuntimeError("the cluster\nis gone")


class Odd(Dataset):
    """A table that becomes something else."""

    def to_pandas(self):
        """Return no table."""
        return 7


class Stream:
    """Stands for a dataset that is streamed, a dict a row."""

    column_names = None

    def __init__(self, frame):
        self._rows = frame.to_dict("records")

    def __iter__(self):
        return iter(self._rows)


@pytest.fixture(scope="module")
def frame():
    """Some of the bundled posts."""
    return load_posts().head(120)


@pytest.fixture(scope="module")
def small():
    """A small model of other posts."""
    return givesell.train(
        load_posts().tail(300), features=givesell.PostVectorizer(n_features=2**12)
    )


TABLES = {
    "pandas": lambda f: f,
    "polars": pl.from_pandas,
    "lazy": lambda f: pl.from_pandas(f).lazy(),
    "arrow": lambda f: pa.Table.from_pandas(f, preserve_index=False),
    "batch": lambda f: pa.RecordBatch.from_pandas(f, preserve_index=False),
    "dict of lists": lambda f: f.to_dict("list"),
    "dict of columns": dict,
    "dataset": Dataset,
    "stream": Stream,
    "records": lambda f: f.to_dict("records"),
    "deque of records": lambda f: collections.deque(f.to_dict("records")),
    "generator of records": lambda f: (row for row in f.to_dict("records")),
    "named tuples": lambda f: list(f.itertuples(index=False)),
}


@pytest.mark.parametrize("kind", TABLES)
def test_tables_of_any_library(frame, small, kind):
    """A table of any library trains, measures and is reviewed as the same one of pandas is."""
    want, got = (
        read_labelled(Request(frame, groups="topic")),
        read_labelled(Request(TABLES[kind](frame), groups="topic")),
    )
    assert got.posts.tolist() == want.posts.tolist()
    assert got.selling.tolist() == want.selling.tolist()
    assert got.groups["topic"].tolist() == want.groups["topic"].tolist()
    assert (
        givesell.evaluate(small, TABLES[kind](frame), rounds=100)["macro_f1"]
        == givesell.evaluate(small, frame, rounds=100)["macro_f1"]
    )


@pytest.mark.parametrize("kind", [kind for kind in TABLES if kind != "pandas"])
def test_pools_of_any_library(frame, small, kind):
    """Posts are suggested from a table of any library, and held against what a model knows, by
    their column.
    """
    kept = frame.drop(columns="label")
    assert (
        givesell.suggest(small, TABLES[kind](kept), 5)["text"].tolist()
        == givesell.suggest(small, kept, 5)["text"].tolist()
    )
    assert (
        givesell.drift(small, TABLES[kind](frame)).to_dict()
        == givesell.drift(small, frame["text"]).to_dict()
    )
    assert len(givesell.suggest(small, kept, 200, labelled=TABLES[kind](frame.head(100)))) == 20


@pytest.mark.parametrize("kind", ["polars", "lazy", "dataset"])
def test_all_functions_take_them(frame, small, kind):
    """Training, comparing and reviewing take such a table from end to end."""
    table = TABLES[kind](frame)
    model = givesell.train(table, features=givesell.PostVectorizer(n_features=2**12))
    assert model.info["training"]["posts"] == 120
    assert (
        givesell.compare(small, givesell.train(load_posts().tail(400)), table, rounds=100).posts
        == 120
    )
    assert len(givesell.review(small, table, kinds=["label"], top=3)) <= 3


@pytest.mark.parametrize(
    "kind", [list, tuple, collections.deque, iter, pd.Series, pl.Series, pa.array]
)
def test_sequences_with_labels(frame, kind):
    """Posts in any sequence take labels in any, as ``labels`` and as ``label``."""
    want = read_labelled(Request(frame))
    texts, labels = frame["text"].tolist(), frame["label"].tolist()
    for found in (
        read_labelled(Request(kind(texts), kind(labels))),
        read_labelled(Request(kind(texts), label=kind(labels))),
    ):
        assert found.posts.tolist() == want.posts.tolist()
        assert found.selling.tolist() == want.selling.tolist()


def test_values_beside_a_table(frame):
    """Posts and labels may be given as values beside a table too; twice they are refused."""
    found = read_labelled(
        Request(frame[["topic"]], text=frame["text"], label=frame["label"], groups="topic")
    )
    assert found.posts.tolist() == frame["text"].tolist()
    with pytest.raises(ArgumentError, match="labels and label as values cannot be combined"):
        read_labelled(Request(frame, frame["label"], label=frame["label"]))
    with pytest.raises(DataError, match="labels has 3 values for 120 posts"):
        read_labelled(Request(frame["text"].tolist(), label=["giving"] * 3))


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (lambda f: f["text"].tolist(), "labels must be given too"),
        (lambda f: collections.deque(f["text"]), "labels must be given too"),
        (lambda f: (text for text in f["text"]), "labels must be given too"),
        (
            lambda f: list(zip(f["text"], f["label"], strict=True)),
            r"a tuple for each post, and no columns.*texts, labels = zip\(\*data\)",
        ),
        (
            lambda f: {"train": Dataset(f), "test": Dataset(f)},
            r"dict holds several tables: train, test. Pass one .* data\['train'\]",
        ),
        (
            lambda f: {"text": f["text"].tolist(), "label": ["giving"]},
            "Column 'text' has 120 values and column 'label' has 1",
        ),
        (lambda _: {"text": "Thanks", "label": "giving"}, "its column 'text' is of type str"),
        (Broken, r"Broken cannot be read as a table \(the cluster.*is gone\)"),
        (Odd, "it becomes int"),
        (lambda f: set(f["text"]), "data must be a table"),
        (lambda _: 7, "data must be a table"),
        (lambda f: f["text"].tolist()[0], "no such file|cannot be read"),
        (lambda _: ["a.csv", "b.csv"], "a.csv: no such file"),
        (lambda _: [], "data must be a table.*, not an empty list"),
        (lambda _: pd.DataFrame(), "No column 'text' in a DataFrame"),
    ],
)
def test_what_cannot_be_read_says_what_to_pass(frame, data, message):
    """Data of another shape are one sentence that says what to pass."""
    with pytest.raises(GivesellError, match=message):
        read_labelled(Request(data(frame)))


def test_whole_numbers_beside_missing_ones_stay_whole():
    """An id of nineteen digits survives a row without one."""
    rows = {"id": [1234567890123456789, None], "text": ["a", "b"]}
    for table in (pl.DataFrame(rows), pa.table(rows)):
        assert as_frame(table)["id"].tolist()[0] == 1234567890123456789


def test_columns_are_no_tables(frame):
    """A column, a list and a path are no tables; a lazy table is one without being computed."""
    assert not any(
        map(is_table, (frame["text"], ["a"], "a.csv", pl.Series(["a"]), pa.array(["a"]), 7, None))
    )
    assert is_table(pl.LazyFrame({"text": ["a"]}))
    with pytest.raises(ArgumentTypeError, match="Cannot read a pool of posts from int"):
        givesell.drift(givesell.load(), 7)
