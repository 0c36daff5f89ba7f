"""Tests of `givesell.labelled.files`: labelled files, and the lines of them that cannot be
read.
"""

import contextlib
import gzip
import json
import sqlite3

import pandas as pd
import pytest

import givesell
from givesell.archives.streams.recoding import hinted
from givesell.core.shipped import shipped_folder
from givesell.datasets import load_posts
from givesell.errors import FileError, GivesellWarning
from givesell.estimators.vectorizer import PostVectorizer
from givesell.labelled.files import BadLine, read_frame, unreadable
from givesell.labelled.read import read_labelled
from givesell.labelled.request import Request

# Models are measured on posts that they were trained on: here that is not the point.
pytestmark = pytest.mark.filterwarnings("ignore::givesell.errors.TrainedOnWarning")


@pytest.fixture
def frame():
    """Return some of the bundled posts."""
    return load_posts().head(300)


def test_files_of_every_kind(frame, tmp_path):
    """CSV, TSV, JSONL and Parquet, plain or packed, are read to the same posts."""
    frame.to_csv(tmp_path / "a.csv", index=False)
    frame.to_csv(tmp_path / "a.tsv.gz", sep="\t", index=False)
    frame.to_json(tmp_path / "a.jsonl.gz", orient="records", lines=True)
    frame.to_parquet(tmp_path / "a.parquet")
    for name in ("a.csv", "a.tsv.gz", "a.jsonl.gz", "a.parquet"):
        assert read_frame(tmp_path / name)["text"].tolist() == frame["text"].tolist()


def test_texts_that_look_like_numbers_stay_texts(tmp_path):
    """A JSONL text that looks like a number or a date is read as text."""
    rows = [{"text": "2024", "label": "giving"}, {"text": "2024-01-01", "label": "giving"}]
    (tmp_path / "a.jsonl").write_text("\n".join(map(json.dumps, rows)))
    assert read_frame(tmp_path / "a.jsonl")["text"].tolist() == ["2024", "2024-01-01"]


def broken(folder):
    """Write files with a line that is not UTF-8 and one of another shape; return their paths and
    the posts that are whole.
    """
    rows = [(f"Thanks, that helped {i}", "giving") for i in range(12)] + [
        (f"Buy {i} and save", "selling") for i in range(12)
    ]
    tables = {}
    for suffix, between in ((".csv", ","), (".tsv.gz", "\t")):
        table = [f"text{between}label", *(f'"{post}"{between}{label}' for post, label in rows)]
        table[3] = table[3].replace("helped", "caf\N{LATIN SMALL LETTER E WITH ACUTE}")
        table[20] += 2 * f"{between}more"
        tables[suffix] = "\n".join(table).encode("latin-1")
    lines = [json.dumps({"text": post, "label": label}) for post, label in rows]
    lines[2] = lines[2].replace("helped", "caf\N{LATIN SMALL LETTER E WITH ACUTE}")
    lines[19] = lines[19][:12]
    (folder / "a.csv").write_bytes(tables[".csv"])
    (folder / "a.tsv.gz").write_bytes(gzip.compress(tables[".tsv.gz"]))
    (folder / "a.jsonl").write_bytes("\n".join(lines).encode("latin-1"))
    return [folder / "a.csv", folder / "a.tsv.gz", folder / "a.jsonl"], [
        post for i, (post, _) in enumerate(rows) if i not in (2, 19)
    ]


def test_lines_that_cannot_be_read_are_named_and_the_others_kept(tmp_path):
    """Of a file with broken lines the whole ones are read, as pandas reads them, and the broken
    ones are numbered from 1.
    """
    paths, whole = broken(tmp_path)
    for path, first in zip(paths, (4, 4, 3), strict=True):
        bad: list[BadLine] = []
        assert read_frame(path, bad)["text"].tolist() == whole
        assert [line for line, _ in bad] == [first, first + 17]
        assert bad[0].reason == hinted("not UTF-8")


def test_a_reader_that_asks_for_no_list_is_warned(tmp_path):
    """Whoever takes no list of broken lines gets a warning with the file and the lines."""
    (path, *_), whole = broken(tmp_path)
    with pytest.warns(
        GivesellWarning,
        match=r"2 lines of a.csv cannot be read \(line 4: not UTF-8.*; line 21: 4 fields",
    ):
        assert len(read_frame(path)) == len(whole)
    with pytest.warns(GivesellWarning, match="line 4"):
        assert givesell.evaluate(givesell.load(), path).figures["posts"] == len(whole)


def test_training_reports_broken_lines(tmp_path):
    """`labelled` keeps the whole posts and says which lines it left out."""
    (path, *_), whole = broken(tmp_path)
    found = read_labelled(Request(path))
    assert found.posts.tolist() == whole
    (finding,) = found.findings
    assert (finding.check, finding.count, finding.warning) == ("unreadable lines", 2, True)
    assert "line 4: not UTF-8" in str(finding)


def test_numbers_stay_numbers_beside_broken_lines(tmp_path):
    """Columns have the types that they would have without the broken lines."""
    (tmp_path / "a.csv").write_bytes(b"text,label,weight\nThanks,0,1.5\n\xff,1,2\nBuy now,1,3\n")
    frame = read_frame(tmp_path / "a.csv", [])
    assert frame["label"].tolist() == [0, 1]
    assert frame["label"].dtype.kind == "i"


def test_a_file_that_is_broken_as_a_whole_is_refused(tmp_path):
    """Where no line can be blamed the file is refused, with pandas' reason."""
    (tmp_path / "a.csv").write_bytes(b"")
    (tmp_path / "a.jsonl").write_bytes(b"{")
    (tmp_path / "a.parquet").write_bytes(b"PAR1")
    for name in ("a.csv", "a.jsonl", "a.parquet"):
        with pytest.raises(FileError, match="E406"):
            read_frame(tmp_path / name)


def test_rows_are_told_apart_as_for_scoring(tmp_path):
    """A stray quote swallows no row, semicolons and lone carriage returns are understood, and a
    field keeps its own ones.
    """
    (tmp_path / "a.csv").write_text('text,label\n"stray,giving\nBuy,selling\n"quoted",giving\n')
    (tmp_path / "b.csv").write_text("text;label\nThanks, all;0\nBuy;1\n")
    (tmp_path / "c.csv").write_bytes(b'text,label\r"two\rlines",giving\rBuy,selling\r')
    bad: list[BadLine] = []
    assert read_frame(tmp_path / "a.csv", bad)["text"].tolist() == ["Buy", "quoted"]
    assert bad == [BadLine(2, "a quote opened here is not closed before the next delimiter")]
    assert read_frame(tmp_path / "b.csv").to_dict("list") == {
        "text": ["Thanks, all", "Buy"],
        "label": [0, 1],
    }
    assert read_frame(tmp_path / "c.csv")["text"].tolist() == ["two\rlines", "Buy"]


def test_odd_values_cost_their_line_at_most(tmp_path):
    """Nesting and digits that crash parsers, numbers beyond 64 bits and ever new keys below the
    uppermost level leave the other posts.
    """
    odd = ["[" * 100_000 + "]" * 100_000, "9" * 5_000, str(2**63), "NaN", '{"k": 1}', '"\\ud800"']
    lines = [
        f'{{"text": "post {i}", "label": "giving", "n": {value}}}' for i, value in enumerate(odd)
    ]
    (tmp_path / "a.jsonl").write_text("\n".join(lines))
    bad: list[BadLine] = []
    assert read_frame(tmp_path / "a.jsonl", bad)["text"].tolist() == [
        f"post {i}" for i in (2, 3, 4, 5)
    ]
    assert [str(line) for line in bad] == [
        "line 1: nested too deeply",
        "line 2: a number too large",
    ]


def test_a_table_too_large_to_be_held_is_refused(tmp_path, monkeypatch):
    """A packed file that unpacks to more than is held is one error before it is held."""
    monkeypatch.setattr("givesell.labelled.files.MAX_TABLE", 1 << 20)
    (tmp_path / "a.csv.gz").write_bytes(gzip.compress(b"text,label\n" + b"x,giving\n" * 300_000))
    with pytest.raises(FileError, match="is read whole; pass a part of it"):
        read_frame(tmp_path / "a.csv.gz")


@pytest.mark.parametrize("source", ["frame", "file"])
def test_half_a_surrogate_pair_costs_nothing(frame, tmp_path, source):
    """Posts, groups and labels with what UTF-8 cannot hold are trained on, measured, compared,
    reviewed and suggested from.
    """
    posts = frame["text"].astype(object).tolist()
    posts[3], posts[200] = "Thanks \ud83d a lot", "\udfff"
    groups = [f"g{i % 9}\ud800" for i in range(len(posts))]
    data = pd.DataFrame(
        {
            name: pd.Series(values, dtype=object)
            for name, values in (("text", posts), ("group", groups))
        }
    )
    data["label"] = frame["label"].to_numpy()
    if source == "file":
        path = tmp_path / "a.jsonl"
        path.write_text("".join(json.dumps(row) + "\n" for row in data.to_dict("records")))
        data = path
    shipped = givesell.load()
    model = givesell.train(data, groups="group")
    assert givesell.evaluate(model, data, groups="group").figures["posts"] == 300
    assert givesell.compare(shipped, model, data).to_dict()
    assert "Thanks \ufffd a lot" in set(givesell.review(shipped, data, top=300)["text"])
    assert len(givesell.suggest(shipped, [*posts, "Buy \ud83d now"], n=5)) == 5


def semicolons(frame, path):
    """Write a table as spreadsheets in some countries do: semicolons, a byte order mark,
    capitals.
    """
    names = {"text": "Text", "label": "Label ", "topic": "Topic"}
    path.write_bytes(
        b"\xef\xbb\xbf" + frame.rename(columns=names).to_csv(index=False, sep=";").encode()
    )
    return path


def test_a_spreadsheet_with_semicolons_is_read_by_all(frame, tmp_path):
    """Training, measuring, comparing, reviewing and suggesting read a semicolon CSV with a mark
    and other capitals.
    """
    path, small = semicolons(frame, tmp_path / "a.csv"), PostVectorizer(n_features=2**12)
    model = givesell.train(path, groups="topic", features=small)
    assert model.info["training"]["posts"] == 300
    assert givesell.evaluate(model, path, groups="topic", rounds=100)["posts"] == 300
    other = givesell.train(path, features=PostVectorizer(n_features=2**11))
    assert givesell.compare(model, other, path, rounds=100).posts == 300
    assert len(givesell.review(model, path, kinds=["label"], top=2)) <= 2
    assert len(givesell.suggest(model, path, 5, label=None)) == 5
    assert givesell.drift(model, path).posts == 300


def test_words_for_missing_stay_texts_in_posts_alone(tmp_path):
    """A post that is only such a word stays as it stands; in other columns of a CSV it is
    missing, as pandas has it.
    """
    (tmp_path / "a.csv").write_text(
        'text,label,topic\nNA,giving,NA\nN/A,selling,x\n"",giving,None\n'
    )
    frame = read_frame(tmp_path / "a.csv")
    assert frame["text"].tolist() == ["NA", "N/A", ""]
    assert frame["topic"].isna().tolist() == [True, False, True]


def test_digits_stay_what_they_are(tmp_path):
    """Ids with leading zeros or too many digits for a float stay text; other numbers and truths
    get their types.
    """
    rows = ["a,007,1234567890123456789,1.5,True,0", "b,010,,2,False,1"]
    (tmp_path / "a.csv").write_text("text,code,id,weight,flag,label\n" + "\n".join(rows) + "\n")
    frame = read_frame(tmp_path / "a.csv")
    assert frame["code"].tolist() == ["007", "010"]
    assert frame["id"].tolist()[0] == "1234567890123456789"
    assert frame["id"].isna().tolist() == [False, True]
    assert frame["weight"].tolist() == [1.5, 2.0]
    assert [frame[name].dtype.kind for name in ("flag", "label")] == ["b", "i"]


def test_other_formats_and_archives_are_read_too(frame, tmp_path):
    """JSON, Arrow, SQLite and what `read_archive` returns are labelled files as well, told by
    their content.
    """
    frame.to_json(tmp_path / "a.json", orient="records")
    frame.to_feather(tmp_path / "a.arrow")
    with contextlib.closing(sqlite3.connect(tmp_path / "a.sqlite")) as database:
        frame.to_sql("posts", database, index=False)
        frame.head(20).to_sql("others", database, index=False)
    frame.to_csv(tmp_path / "a.data", sep="\t", index=False)
    archive = givesell.read_archive(tmp_path / "a.sqlite", query="SELECT * FROM posts")
    for source in (tmp_path / "a.json", tmp_path / "a.arrow", tmp_path / "a.data", archive):
        found = read_labelled(Request(source, groups="topic"))
        assert found.posts.tolist() == frame["text"].tolist()
        assert len(found.ledger[0]["sha256"]) == 64
    assert read_labelled(Request([archive, archive])).index.tolist() == list(range(600))
    with pytest.raises(FileError, match="which rows are the posts"):
        read_labelled(Request(tmp_path / "a.sqlite"))


def test_bad_lines_of_an_archive_are_told(tmp_path):
    """Lines that cannot be read are named for an archive as for a file, and counted beyond those
    that it keeps.
    """
    path = tmp_path / "a.csv"
    path.write_bytes(
        b"text,label\n"
        + b"".join(b"Thanks %d,giving\nBuy %d,selling\n" % (i, i) for i in range(20))
        + 1_500 * b"\xff,giving\n"
    )
    found = read_labelled(Request(givesell.read_archive(path)))
    (finding,) = [finding for finding in found.findings if finding.check == "unreadable lines"]
    assert finding.count == 1_500
    assert finding.found.startswith(
        "1,500 lines of a.csv cannot be read (lines 42, 43, 44, 45, 46: not UTF-8"
    )


def test_names_that_no_disk_takes_are_refused():
    """A post in place of a path is one error."""
    with pytest.raises(FileError, match=r"E406|E401"):
        read_labelled(Request("Do not pay somebody for a consultation. " * 30))


def test_a_file_in_another_encoding_is_read_when_it_is_named(frame, tmp_path):
    """UTF-16 is read as it is; of an older encoding the lines are lost, with one sentence that
    says what to do, unless it is named.
    """
    posts = frame.assign(
        text=frame["text"].str.encode("cp1252", "ignore").str.decode("cp1252") + " \u00a3"
    )
    posts.to_csv(tmp_path / "a.csv", index=False, encoding="utf-16")
    posts.to_csv(tmp_path / "b.csv", index=False, encoding="cp1252")
    assert read_labelled(Request(tmp_path / "a.csv")).posts.tolist() == posts["text"].tolist()
    assert (
        read_labelled(
            Request(givesell.read_archive(tmp_path / "b.csv", encoding="cp1252"))
        ).posts.tolist()
        == posts["text"].tolist()
    )
    bad: list[BadLine] = []
    assert len(read_frame(tmp_path / "b.csv", bad)) == 0
    assert str(unreadable(bad, "b.csv")[0]).count("--encoding cp1252") == 1


def test_a_model_in_place_of_posts_is_named_as_one():
    """The folder of a model, given where a file of labelled posts belongs, is refused with the
    option that takes it.
    """
    with pytest.raises(FileError, match=r"E343.*is a saved model.*--model"):
        read_frame(shipped_folder("givesell-en"))
