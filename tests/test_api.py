"""Tests of `givesell.api` and of the public names."""

import multiprocessing
import pickle
import subprocess
import sys
import threading
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

import givesell
from givesell.errors import ArgumentError, ArgumentTypeError, PostTypeError

POSTS = ["Thanks so much, that fixed it!", "Orders open! 20% off all mugs until Friday, DM me", None, ""]
LABELS = ["giving", "selling", None, None]
COLUMNS = ["label", "selling", "sure", "status", "facet"]


def run(code):
    """Run code in a fresh process and return what it prints."""
    return subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True).stdout.strip()


def test_public_names():
    """The public surface is what is meant, every name of it resolves, and all are listed."""
    assert givesell.__all__ == [
        "Comparison", "Drift", "Evaluation", "Explanation", "GivesellError", "Model", "PostVectorizer", "Scorer", "Scores", "Verdict",
        "__version__", "classify", "compare", "drift", "evaluate", "explain", "load", "read_archive", "review", "score", "score_archive",
        "suggest", "train",
    ]  # fmt: skip
    for name in givesell.__all__:
        assert getattr(givesell, name) is not None
    assert set(givesell.__all__) <= set(dir(givesell))


def test_unknown_name():
    """A name that does not exist is an AttributeError that says so."""
    with pytest.raises(AttributeError, match="no attribute 'clasify'"):
        _ = givesell.clasify


def test_import_is_light():
    """Importing the package loads none of its heavy dependencies; scoring loads neither scikit-learn, pandas nor spaCy."""
    heavy = "[m for m in ('numpy', 'numba', 'scipy', 'sklearn', 'pandas', 'spacy', 'pyarrow', 'joblib', 'typer') if m in sys.modules]"
    assert run(f"import sys, givesell; print({heavy})") == "[]"
    code = "import sys, givesell; givesell.classify('Thanks!')"
    assert run(f"{code}; print([m for m in ('sklearn', 'pandas', 'spacy', 'pyarrow', 'joblib', 'typer') if m in sys.modules])") == "[]"


def test_one_post():
    """A str gives one Verdict."""
    verdict = givesell.classify(POSTS[1])
    assert (verdict.label, verdict.status) == ("selling", "ok")
    assert 0.5 <= verdict.selling <= 1
    assert isinstance(verdict.selling, float)
    assert isinstance(verdict.sure, bool)


@pytest.mark.parametrize("missing", [None, float("nan"), pd.NA])
def test_one_missing_post(missing):
    """A missing post gives a verdict without a label, not an error."""
    verdict = givesell.classify(missing)
    assert (verdict.label, verdict.sure, verdict.status) == (None, False, "missing")
    assert np.isnan(verdict.selling)


@pytest.mark.parametrize("kind", [list, tuple, lambda posts: np.array(posts, object), iter])
def test_sequences_give_lists(kind):
    """A sequence gives a list, in order, one verdict a post."""
    assert [verdict.label for verdict in givesell.classify(kind(POSTS))] == LABELS


def test_list_of_one_and_of_none():
    """A list of one gives a list of one, an empty list an empty list."""
    assert len(givesell.classify([POSTS[0]])) == 1
    assert givesell.classify([]) == []
    assert givesell.score([]).shape == (0,)


@pytest.mark.parametrize("dtype", [object, "string", "string[pyarrow]", "str"])
def test_pandas(dtype):
    """A pandas column gives a DataFrame on the same index."""
    index = ["d", "c", "b", "a"]
    frame = givesell.classify(pd.Series(POSTS, index=index, dtype=dtype))
    assert list(frame.columns) == COLUMNS
    assert frame.index.tolist() == index
    assert [None if pd.isna(label) else label for label in frame["label"]] == LABELS
    assert frame["selling"].isna().tolist() == [False, False, True, True]
    assert frame["selling"].dtype == np.float32
    assert frame["sure"].dtype == bool


def test_polars():
    """A Polars column gives a Polars DataFrame with nulls."""
    frame = givesell.classify(pl.Series(POSTS))
    assert isinstance(frame, pl.DataFrame)
    assert frame.columns == COLUMNS
    assert frame["label"].to_list() == LABELS
    assert frame["selling"].null_count() == 2


@pytest.mark.parametrize(
    "column",
    [pa.array(POSTS), pa.chunked_array([POSTS[:1], POSTS[1:]]), pa.array(POSTS, pa.large_string()), pa.array(POSTS).dictionary_encode()],
)
def test_arrow(column):
    """An Arrow column, chunked, large or dictionary-encoded, gives an Arrow table with nulls."""
    table = givesell.classify(column)
    assert isinstance(table, pa.Table)
    assert table.column_names == COLUMNS
    assert table["label"].to_pylist() == LABELS
    assert table["selling"].null_count == 2


def test_score_is_float32():
    """Scores are float32, NaN where a post cannot be judged; one post gives one float."""
    scores = givesell.score(POSTS)
    assert scores.dtype == np.float32
    assert np.isnan(scores).tolist() == [False, False, True, True]
    assert isinstance(givesell.score(POSTS[0]), float)
    assert givesell.score(POSTS[0]) == scores[0]


def test_a_number_among_posts():
    """A post that is not text is a TypeError with its position."""
    with pytest.raises(PostTypeError, match="Post 2 is of type int") as caught:
        givesell.classify(["a", None, 3, 4])
    assert isinstance(caught.value, TypeError)


@pytest.mark.parametrize("posts", [7, {"a": "b"}, b"bytes", np.zeros((2, 2)), {"a", "b"}])
def test_what_is_no_column(posts):
    """Something that is not a column of posts is a TypeError that says what to pass."""
    with pytest.raises(ArgumentTypeError, match="Pass a str, a list of str"):
        givesell.classify(posts)


@pytest.mark.parametrize("table", [pd.DataFrame({"text": ["a"]}), pl.DataFrame({"text": ["a"]}), pa.table({"text": ["a"]})])
def test_a_table_instead_of_a_column(table):
    """A whole table is refused with its columns."""
    with pytest.raises(ArgumentTypeError, match="'text'"):
        givesell.classify(table)


def test_default_model_is_loaded_once():
    """Many threads that ask for the default model at the same time get the same one."""
    with ThreadPoolExecutor(8) as pool:
        models = set(pool.map(lambda _: id(givesell.load()), range(32)))
    assert len(models) == 1


def test_threads_agree():
    """Many threads that score with one model get what one thread gets."""
    expected = givesell.score(POSTS[:2]).tobytes()
    found = []
    threads = [threading.Thread(target=lambda: found.extend(givesell.score(POSTS[:2]).tobytes() for _ in range(50))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert set(found) == {expected}
    assert len(found) == 400


@pytest.mark.parametrize("method", ["fork", "spawn"])
@pytest.mark.filterwarnings("ignore:This process .* is multi-threaded:DeprecationWarning")
def test_scorer_in_processes(method):
    """A Scorer travels to forked and spawned processes and gives the same labels there."""
    givesell.load()
    with ProcessPoolExecutor(2, mp_context=multiprocessing.get_context(method)) as pool:
        for scores in pool.map(givesell.Scorer(), [POSTS, POSTS]):
            assert scores.label.tolist() == LABELS


def test_scorer_is_small(tmp_path):
    """A pickled Scorer holds the name of its model, not the weights."""
    givesell.load().save(tmp_path / "mine")
    scorer = givesell.Scorer(tmp_path / "mine")
    assert len(pickle.dumps(scorer)) < 1000
    assert pickle.loads(pickle.dumps(scorer))(POSTS).label.tolist() == LABELS


def test_other_model(tmp_path):
    """A model can be passed to the public functions."""
    model = givesell.load()
    assert givesell.classify(POSTS[0], model=model) == model.classify(POSTS[0])
    assert givesell.score(POSTS[0], model=model) == model.score(POSTS[0])


def test_a_model_is_a_model():
    """The name of a model, or something else than one, is refused by the argument's name."""
    for call in (givesell.classify, givesell.score, givesell.explain):
        with pytest.raises(ArgumentTypeError, match="model must be a model"):
            call("Thanks!", model="givesell-en")


@pytest.mark.parametrize("threads", [0, "many", 2.5, True])
def test_threads_are_a_number(threads):
    """What is no number of threads is refused, and more threads than help are not started."""
    with pytest.raises(ArgumentError, match="n_jobs must be"):
        givesell.score(["Thanks!"], n_jobs=threads)
    assert len(givesell.score(["Thanks!"] * 20_000, n_jobs=10**9)) == 20_000


def test_more_posts_than_fit():
    """A sequence that says it holds more posts than there is room for is refused before anything is read."""

    class Endless(Sequence):
        def __len__(self):
            return 2**62

        def __getitem__(self, part):
            return []

    with pytest.raises(ArgumentError, match=r"E111.*no room"):
        givesell.score(Endless())


def test_an_index_of_another_length():
    """A column whose index does not fit its posts gives an error, not a table of other rows."""

    class Column:
        iloc, index, array = None, [1, 2, 3], np.array(["a"], object)

    with pytest.raises(ArgumentError, match=r"E108.*3 rows for 1 posts"):
        givesell.classify(Column())


def test_a_summary_names_no_file_that_is_gone(tmp_path):
    """Without an output, neither it nor its rejects are named; the rejected rows are told."""
    (tmp_path / "posts.jsonl").write_text('{"text": "Thanks so much!"}\n{broken\n')
    summary = givesell.score_archive(tmp_path / "posts.jsonl")
    assert (summary.rows, summary.rejected, summary.out, summary.rejects) == (1, 1, None, None)
    assert "line 2" in summary.rejected_first[0]
