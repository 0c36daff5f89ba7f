"""Tests of `givesell.api` and of the public names."""

import inspect
import multiprocessing
import pickle
import re
import subprocess
import sys
import threading
from collections import deque
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from dataclasses import fields
from pathlib import Path

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from sklearn.metrics import accuracy_score

import givesell
from givesell.batch import ReadOptions, WriteOptions
from givesell.datasets import demo_archive, load_posts
from givesell.errors import (
    ArgumentError,
    ArgumentTypeError,
    ArtifactError,
    HintWarning,
    PostTypeError,
)
from givesell.model.load import as_model
from givesell.report import make_report

POSTS = [
    "Thanks so much, that fixed it!",
    "Orders open! 20% off all mugs until Friday, DM me",
    None,
    "",
]
LABELS = ["giving", "selling", None, None]
COLUMNS = ["label", "selling", "sure", "status", "facet"]


def run(code):
    """Run code in a fresh process and return what it prints."""
    return subprocess.run(
        [sys.executable, "-c", code], check=True, capture_output=True, text=True
    ).stdout.strip()


def test_public_names():
    """The public surface is what is meant, every name of it resolves, and all are listed."""
    assert givesell.__all__ == [
        "Comparison", "Drift", "Evaluation", "Explanation", "GivesellError", "Model",
        "PostVectorizer", "Scorer", "Scores", "Verdict",
        "__version__", "classify", "compare", "drift", "evaluate", "explain", "load",
        "read_archive", "review", "score", "score_archive",
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
    """Importing the package loads none of its heavy dependencies; scoring loads neither
    scikit-learn, pandas nor spaCy.
    """
    heavy = (
        "[m for m in ('numpy', 'scipy', 'sklearn', 'pandas', 'spacy', 'pyarrow', 'joblib',"
        " 'typer') if m in sys.modules]"
    )
    assert run(f"import sys, givesell; print({heavy})") == "[]"
    code = "import sys, givesell; givesell.classify('Thanks!')"
    assert (
        run(
            f"{code}; print([m for m in ('sklearn', 'pandas', 'spacy', 'pyarrow', 'joblib',"
            " 'typer') if m in sys.modules])"
        )
        == "[]"
    )


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
    [
        pa.array(POSTS),
        pa.chunked_array([POSTS[:1], POSTS[1:]]),
        pa.array(POSTS, pa.large_string()),
        pa.array(POSTS).dictionary_encode(),
    ],
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


@pytest.mark.parametrize(
    ("posts", "words"),
    [
        (7, r"E102.*Pass a str, a list of str"),
        ({"a", "b"}, r"E113.*no order.*sorted\(posts\)"),
        ({"a": "b"}, r"E114.*'a'.*list\(posts\.values\(\)\)"),
        (b"bytes", r"E115.*posts\.decode"),
        (Path("posts.csv"), r"E116.*posts\.csv.*score_archive"),
        (np.zeros((2, 2)), r"E117.*posts\.ravel\(\)"),
        (np.array("Thanks!"), r"E117.*posts\.item\(\)"),
        (pl.LazyFrame({"text": ["a"]}), r"E117.*collect\(\)"),
        (pl.col("text"), r"E117.*collect\(\)"),
    ],
    ids=lambda value: type(value).__name__,
)
def test_what_is_no_column(posts, words):
    """Something that is not a column of posts is a TypeError that says what to pass, in each
    function alike.
    """
    for function in (
        givesell.classify,
        givesell.score,
        givesell.explain,
        givesell.Scorer(),
        givesell.load().predict,
    ):
        with pytest.raises(ArgumentTypeError, match=words):
            function(posts)


def test_other_collections():
    """What gives its posts in an order is read like a list: a deque, a generator, the values of
    a dict, an index.
    """
    for posts in (
        deque(POSTS),
        (post for post in POSTS),
        dict(enumerate(POSTS)).values(),
        pd.Index(POSTS[:2] + POSTS[2:], dtype=object),
    ):
        assert [verdict.label for verdict in givesell.classify(posts)] == LABELS


def test_a_missing_post_has_no_score():
    """A single missing post is scored as it is classified: no number, no error."""
    assert np.isnan(givesell.score(None))


def test_the_name_of_a_file(tmp_path, monkeypatch):
    """A post that is the name of a file that is there says so, and how to read the file; other
    posts look at no files.
    """
    monkeypatch.chdir(tmp_path)
    Path("posts.csv").write_text("text\nThanks!\n")
    for function in (givesell.classify, givesell.score, givesell.explain):
        with pytest.warns(HintWarning, match=r"posts\.csv is a file.*score_archive"):
            function("posts.csv")
        function("nowhere.csv")
    monkeypatch.setattr("os.path.isfile", lambda path: pytest.fail(f"looked for {path}"))
    for post in (
        "Thanks so much!",
        "//host/share/a.csv",
        r"\\host\share\a.csv",
        "a\nb.csv",
        "x" * 300 + ".csv",
    ):
        givesell.classify(post)


@pytest.mark.parametrize(
    "table",
    [pd.DataFrame({"text": ["a"]}), pl.DataFrame({"text": ["a"]}), pa.table({"text": ["a"]})],
)
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
    threads = [
        threading.Thread(
            target=lambda: found.extend(givesell.score(POSTS[:2]).tobytes() for _ in range(50))
        )
        for _ in range(8)
    ]
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


NAMING = {
    "classify": lambda model: givesell.classify("Thanks!", model=model),
    "score": lambda model: givesell.score("Thanks!", model=model),
    "explain": lambda model: givesell.explain("Thanks!", model=model),
    "score_archive": lambda model: givesell.score_archive(demo_archive(), model=model),
    "Scorer": lambda model: givesell.Scorer(model)(["Thanks!"]),
    "evaluate": lambda model: givesell.evaluate(model, load_posts(), rounds=100),
    "compare": lambda model: givesell.compare(model, "givesell-en-deep", load_posts(), rounds=100),
    "compare with": lambda model: givesell.compare(
        "givesell-en-deep", model, load_posts(), rounds=100
    ),
    "drift": lambda model: givesell.drift(model, load_posts()["text"]),
    "suggest": lambda model: givesell.suggest(model, load_posts()["text"], n=5),
    "review": lambda model: givesell.review(model, load_posts().head(400), top=1),
    "review against": lambda model: givesell.review(
        "givesell-en", load_posts().head(400), top=1, reference=model
    ),
    "train": lambda model: givesell.train(load_posts().head(300), base=model),
    "report": lambda model: make_report(demo_archive(), model=model),
}


@pytest.mark.parametrize("call", NAMING.values(), ids=NAMING)
def test_what_is_no_model(call):
    """Each function that takes a model says the same of something else, by the argument's name,
    and of a name that nothing has.
    """
    words = "must be a model, the folder of a saved one or the name of a shipped one, not"
    with pytest.raises(
        ArgumentTypeError, match=rf"E206\] (model|model_a|model_b|reference|base) {words} int"
    ):
        call(7)
    with pytest.raises(
        ArtifactError, match=r"E201\] nowhere: no such model.*givesell-en, givesell-en-deep"
    ):
        call("nowhere")


@pytest.mark.filterwarnings("ignore::givesell.errors.TrainedOnWarning")
@pytest.mark.parametrize(
    "name",
    [
        "classify",
        "score",
        "explain",
        "score_archive",
        "Scorer",
        "evaluate",
        "compare",
        "drift",
        "suggest",
    ],
)
def test_a_name_or_path_is_a_model(name, saved):
    """Where a model is taken, the name of a shipped one and the folder of a saved one are too."""
    shipped, own = givesell.load(), givesell.load(saved["linear"])
    if name != "drift":  # a model made by hand has recorded nothing to hold posts against
        assert (
            told(NAMING[name](saved["linear"]))
            == told(NAMING[name](str(saved["linear"])))
            == told(NAMING[name](own))
        )
    assert told(NAMING[name]("givesell-en")) == told(NAMING[name](shipped))


def told(result):
    """Return what a result says, without how long it took."""
    return re.sub(r"seconds=[\d.e-]+|/tmp/\S+", "", repr(result))


def test_a_model_that_was_replaced(saved, tmp_path):
    """A model that is named is loaded once, and again when its folder holds another."""
    folder = tmp_path / "mine"
    givesell.load(saved["linear"]).save(folder)
    first = as_model(folder)
    assert as_model(str(folder)) is first
    givesell.load(saved["facets"]).save(folder, overwrite=True)
    assert as_model(folder).has_facets
    assert not first.has_facets


def test_names_of_earlier_versions(saved):
    """What was documented under another name still answers to it, and says which name to use."""
    from givesell.training.estimators import make_pipeline

    assert make_pipeline.__module__ == "givesell.estimators.pipelines"
    with pytest.warns(DeprecationWarning, match="use has_facets"):
        assert givesell.load(saved["facets"]).tells_facets


def test_a_folder_that_is_no_model(saved, tmp_path):
    """A folder of models, another folder, a file and a path too long are refused with what to
    pass; a home may be written ``~``.
    """
    for path, words in (
        (saved["linear"].parent, r"E216.*has some in it: .*deep, .*facets, .*linear"),
        (tmp_path, r"E216.*a folder with no model in it"),
        (Path(__file__), r"E216.*but a file"),
        ("x" * 5000, "E201"),
        ("", "E201"),
    ):
        with pytest.raises(ArtifactError, match=words):
            givesell.classify("Thanks!", model=path)


def test_a_model_in_the_home_folder(saved, monkeypatch):
    """The home folder may be written as in a shell."""
    monkeypatch.setenv("HOME", str(saved["linear"].parent))
    assert givesell.load("~/linear").info["name"] == "linear"


def test_a_pipeline_instead_of_a_model():
    """A fitted pipeline is no model yet; the error says how to make one."""
    with pytest.raises(
        ArgumentTypeError, match=r"not Pipeline\. Pass givesell\.Model\.from_pipeline"
    ):
        givesell.classify("Thanks!", model=givesell.load().pipeline)


def test_as_scikit_learn():
    """`predict` and `predict_proba` answer as a classifier does: string labels, a column a
    class, no number for what cannot be judged.
    """
    model = givesell.load()
    assert model.classes_.tolist() == ["giving", "selling"]
    assert model.predict(POSTS).tolist() == LABELS
    p = model.predict_proba(pd.Series(POSTS))
    assert p.shape == (4, 2)
    assert np.array_equal(p[:, 1], model.score(POSTS), equal_nan=True)
    assert np.allclose(p.sum(axis=1)[:2], 1)
    assert np.allclose(p[:2], model.pipeline.predict_proba(POSTS[:2]), atol=1e-6)
    assert accuracy_score(LABELS[:2], model.predict(POSTS[:2])) == 1
    with pytest.raises(ArgumentTypeError, match=r"E118.*\[post\]"):
        model.predict(POSTS[0])


def test_scorer_gives_tables():
    """A Scorer answers a column with a table of its library, pandas on its index, and a list
    with `Scores`.
    """
    scorer = givesell.Scorer()
    frame = scorer(pd.Series(POSTS, index=list("dcba")))
    assert (frame.index.tolist(), list(frame.columns)) == (list("dcba"), COLUMNS)
    assert isinstance(scorer(pl.Series(POSTS)), pl.DataFrame)
    assert isinstance(scorer(pa.array(POSTS)), pa.Table)
    scores = scorer(POSTS)
    assert isinstance(scores, givesell.Scores)
    assert scores.frame(frame.index).equals(frame)


def test_scorer_adds_reasons_and_facets_as_asked():
    """What `score_archive` adds to files, a Scorer adds to the tables of other engines, after the
    verdicts; it is still picklable.
    """
    scorer = pickle.loads(pickle.dumps(givesell.Scorer(facets=True, why=1)))
    table = scorer(pa.array(POSTS))
    assert table.column_names == [*COLUMNS, "why"]
    reasons = table["why"].to_pylist()
    assert [line is None for line in reasons] == [label is None for label in LABELS]
    assert scorer(pl.Series(POSTS))["why"].to_list() == reasons
    assert givesell.Scorer(facets=False)(pd.Series(POSTS)).columns.tolist() == COLUMNS[:4]
    with pytest.raises(ArgumentError, match=r"E206\] why must be"):
        givesell.Scorer(why=-1)


def test_scorer_and_archive_agree(tmp_path):
    """The columns of a scored file are those that a Scorer gives for the same posts."""
    pd.DataFrame({"text": POSTS[:2]}).to_csv(tmp_path / "posts.csv", index=False)
    out = tmp_path / "scored.parquet"
    givesell.score_archive(tmp_path / "posts.csv", out, facets=True, why=2)
    scored = pd.read_parquet(out)
    table = givesell.Scorer(facets=True, why=2)(pa.array(POSTS[:2])).to_pandas()
    assert scored.columns.tolist() == ["text", "facet", "why", *COLUMNS[:4]]
    assert scored[table.columns].equals(table)


def test_facets_of_a_model_without_any(saved, tmp_path):
    """Facets that a model does not have are refused by name, before a file is scored."""
    (tmp_path / "posts.csv").write_text("text\nThanks!\n")
    with pytest.raises(ArgumentError, match=r"E209.*linear"):
        givesell.Scorer(saved["linear"], facets=True)(["Thanks!"])
    with pytest.raises(ArgumentError, match=r"E209.*linear"):
        givesell.score_archive(tmp_path / "posts.csv", model=saved["linear"], facets=True)


def test_all_options_of_an_archive_are_named():
    """An editor shows every option of `score_archive`, and a misspelt one is refused."""
    parameters = inspect.signature(givesell.score_archive).parameters.values()
    assert {parameter.kind for parameter in parameters} == {
        inspect.Parameter.POSITIONAL_OR_KEYWORD,
        inspect.Parameter.KEYWORD_ONLY,
    }
    assert {field.name for kind in (ReadOptions, WriteOptions) for field in fields(kind)} <= {
        parameter.name for parameter in parameters
    }


@pytest.mark.parametrize("threads", [0, "many", 2.5, True])
def test_threads_are_a_number(threads):
    """What is no number of threads is refused, and more threads than help are not started."""
    with pytest.raises(ArgumentError, match="n_jobs must be"):
        givesell.score(["Thanks!"], n_jobs=threads)
    assert len(givesell.score(["Thanks!"] * 20_000, n_jobs=10**9)) == 20_000


def test_more_posts_than_fit():
    """A sequence that says it holds more posts than there is room for is refused before anything
    is read.
    """

    class Endless(Sequence):
        def __len__(self):
            return 2**62

        def __getitem__(self, part):
            return []

    with pytest.raises(ArgumentError, match=r"E111.*not enough memory"):
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
