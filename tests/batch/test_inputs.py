"""What can be named as an input, and how rejects are taken."""

import gzip
import io
import json
import os
import sqlite3
import zipfile
from types import SimpleNamespace

import pandas as pd
import pytest

from givesell.batch import Scoring, WriteOptions, score_files
from givesell.errors import ArgumentTypeError, FileError


def test_folders_and_patterns(tmp_path, score, rows):
    """A folder stands for the files in it, by name, and a pattern for those that match; outputs
    and hidden files are left out.
    """
    (tmp_path / "in" / "deep").mkdir(parents=True)
    (tmp_path / "in" / "b.csv").write_text("text\nb\n")
    (tmp_path / "in" / "deep" / "c.jsonl").write_text('{"text": "c"}\n')
    (tmp_path / "in" / "a.txt").write_text("a\n")
    (tmp_path / "in" / ".hidden.csv").write_text("text\nno\n")
    (tmp_path / "in" / "picture.png").write_bytes(b"\x89PNG")
    (tmp_path / "in" / "x.rejects.jsonl").write_text('{"text": "no"}\n')
    score("in", "in/out.jsonl")
    assert [row["text"] for row in rows("in/out.jsonl")] == ["a", "b", "c"]
    score("in/*.csv", "one.jsonl")
    score("in/**/*.jsonl", "two.jsonl", overwrite=True, prefix="g_")
    assert [row["text"] for row in rows("one.jsonl")] == ["b"]
    assert [row["text"] for row in rows("two.jsonl")] == ["c", "a", "b", "c"]
    with pytest.raises(FileError, match="E401"):
        score("in/*.parquet")


def test_an_unpacked_export_is_one_input(tmp_path, score, rows):
    """A folder that a platform's zip was unpacked to is read as that platform's."""
    (tmp_path / "export" / "data").mkdir(parents=True)
    tweet = {
        "tweet": {
            "id_str": "1",
            "full_text": "buy &amp; go",
            "created_at": "Wed Oct 19 20:07:25 +0000 2022",
        }
    }
    (tmp_path / "export" / "data" / "tweets.js").write_text(
        "window.YTD.tweets.part0 = " + json.dumps([tweet])
    )
    (tmp_path / "export" / "data" / "account.js").write_text(
        'window.YTD.account.part0 = [{"account": {"username": "jo"}}]'
    )
    score("export")
    row = rows()[0]
    assert (row["text"], row["author"], row["created"], row["label"]) == (
        "buy & go",
        "jo",
        "2022-10-19T20:07:25+00:00",
        "selling",
    )


def test_exports_and_tables_together(tmp_path, score, rows):
    """Mixed schemas come together, with nulls where an input lacks a column."""
    (tmp_path / "Shares.csv").write_text(
        "Date,ShareLink,ShareCommentary,SharedUrl,MediaUrl,Visibility\n2025-07-01"
        " 14:33:22,l,thanks,,,\n"
    )
    (tmp_path / "b.csv").write_text("id,text,likes\n1,buy,3\n")
    (tmp_path / "c.jsonl").write_text('{"text": "hm", "created": 5}\n')
    score(["Shares.csv", "b.csv", "c.jsonl"])
    assert [(row["text"], row["platform"], row["likes"]) for row in rows()] == [
        ("thanks", "linkedin", None),
        ("buy", None, "3"),
        ("hm", None, None),
    ]
    assert [row["created"] for row in rows()] == ["2025-07-01T14:33:22+00:00", None, "5"]


def test_skipped_posts_are_counted_in_the_summary(tmp_path, score):
    """What a reader leaves out on purpose is told by reason, over all inputs."""
    for name in ("a", "b"):
        text = (
            '{"id": "1", "author": "a", "subreddit": "s", "created_utc": 1, "body": "[removed]"}\n'
        )
        (tmp_path / f"{name}.zst").write_text(text * 2 + text.replace("[removed]", "buy"))
    summary = score(["a.zst", "b.zst"])
    assert (summary.rows, summary.skipped) == (2, {"removed or deleted": 4})


def test_files_that_nothing_reads_are_named_in_the_summary(tmp_path, score):
    """Those of an export, with its name where there are several inputs, and those of a folder
    that is none; not what an input is.
    """
    tweets = 'window.YTD.tweets.part0 = [{"tweet": {"id_str": "1", "full_text": "buy"}}]'
    with zipfile.ZipFile(tmp_path / "x.zip", "w") as archive:
        for name, text in {
            "data/tweets.js": tweets,
            "data/like.js": "x",
            "data/a.jpg": "x",
            "data/account.js": "x",
        }.items():
            archive.writestr(name, text)
    (tmp_path / "in").mkdir()
    for name, text in {"a.csv": "text\nbuy\n", "b.docx": "x", "c.png": "x"}.items():
        (tmp_path / "in" / name).write_text(text)
    summary = score("x.zip")
    assert (summary.unread, summary.n_unread) == (("data/like.js",), 1)
    summary = score(["x.zip", "in"], overwrite=True)
    assert summary.unread == ("x.zip/data/like.js", "b.docx")
    assert summary.as_dict()["n_unread"] == 2
    assert score("in/a.csv", overwrite=True).n_unread == 0


def test_of_many_files_that_nothing_reads_some_are_named(tmp_path, score):
    """How many there are is counted all the same."""
    with zipfile.ZipFile(tmp_path / "x.zip", "w") as archive:
        archive.writestr(
            "data/tweets.js",
            'window.YTD.tweets.part0 = [{"tweet": {"id_str": "1", "full_text": "buy"}}]',
        )
        for number in range(120):
            archive.writestr(f"data/{number:03}.js", "x")
    summary = score("x.zip")
    assert (len(summary.unread), summary.n_unread) == (100, 120)


def test_the_standard_input(tmp_path, score, rows, monkeypatch):
    """The standard input is read like a file, compressed or not, and no copy of it is left."""
    for data in (b"text,n\nbuy,1\n", gzip.compress(b'{"text": "buy"}\n{"text": "hm"}\n')):
        monkeypatch.setattr("sys.stdin", SimpleNamespace(buffer=io.BytesIO(data)))
        monkeypatch.chdir(tmp_path)
        from pathlib import Path

        from givesell.batch import score_files
        from tests.batch.conftest import words

        score_files(
            Path("-"), tmp_path / "out.jsonl", Scoring(words), write=WriteOptions(overwrite=True)
        )
        assert rows()[0]["text"] == "buy"
        assert [path.name for path in tmp_path.iterdir()] == ["out.jsonl"]


def test_an_empty_standard_input_is_told(tmp_path, monkeypatch, score):
    """Nothing to read is an error, as with a file."""
    from pathlib import Path

    from givesell.batch import score_files
    from tests.batch.conftest import words

    monkeypatch.setattr("sys.stdin", SimpleNamespace(buffer=io.BytesIO(b"")))
    with pytest.raises(FileError, match="E403"):
        score_files(Path("-"), tmp_path / "out.jsonl", Scoring(words))


def test_strict_stops_at_the_first_reject(tmp_path, score):
    """The error names file, line and reason; no output appears."""
    (tmp_path / "a.csv").write_text("id,text\n1,buy\n2\n3,hm\n")
    with pytest.raises(
        FileError, match=r"E411.*a\.csv: line 3 cannot be read \(1 field where the header has 2\)"
    ):
        score("a.csv", strict=True)
    assert not (tmp_path / "out.jsonl").exists()


def test_a_query_through_the_stream(tmp_path, score, rows):
    """The rows of a SELECT are scored with their columns."""
    base = sqlite3.connect(tmp_path / "posts.db")
    base.execute("CREATE TABLE posts (n INTEGER, said TEXT)")
    base.executemany("INSERT INTO posts VALUES (?, ?)", [(1, "buy"), (2, "thanks")])
    base.commit()
    base.close()
    score("posts.db", query="SELECT said AS text, n * 10 AS n FROM posts ORDER BY n DESC")
    assert [(row["text"], row["n"], row["label"]) for row in rows()] == [
        ("thanks", 20, "giving"),
        ("buy", 10, "selling"),
    ]


def test_the_input_is_never_touched(tmp_path, score):
    """Bytes and times of the inputs stay."""
    (tmp_path / "a.csv").write_text("text\nbuy\n")
    before = ((tmp_path / "a.csv").read_bytes(), (tmp_path / "a.csv").stat().st_mtime_ns)
    (tmp_path / "a.csv").chmod(0o444)
    score("a.csv")
    assert ((tmp_path / "a.csv").read_bytes(), (tmp_path / "a.csv").stat().st_mtime_ns) == before


def test_names_that_no_disk_takes_are_told(tmp_path, score):
    """A name that is too long, a link to nothing, a pipe: an error that names it, not one of the
    system's own.
    """
    os.mkfifo(tmp_path / "pipe.csv")
    (tmp_path / "link.csv").symlink_to(tmp_path / "nowhere.csv")
    for name, code in (
        ("x" * 300 + ".csv", "E406"),
        ("pipe.csv", "E406"),
        ("link.csv", "E401"),
        ("a\0b.csv", "E406"),
    ):
        with pytest.raises(FileError) as error:
            score(name)
        assert error.value.code == code, name


def test_names_that_are_not_utf8_are_names_like_any(tmp_path, score, rows, rejects):
    """Input, output and rejects may have any name that the disk takes."""
    name = os.fsdecode(b"caf\xe9.csv")
    (tmp_path / name).write_text("id,text\n1,buy\n2\n")
    summary = score(name, os.fsdecode(b"out\xff.jsonl"))
    assert (summary.rows, summary.rejected) == (1, 1)
    record = json.loads(summary.rejects.read_text(encoding="utf-8"))
    assert record["file"].endswith("caf\\udce9.csv")


def test_an_output_inside_an_export_is_no_part_of_it(tmp_path, score, scorer, rows, monkeypatch):
    """A run that writes into the folder that it reads goes on where it was, and never over a
    file of the export.
    """
    folder = tmp_path / "export" / "data"
    folder.mkdir(parents=True)
    tweets = [
        {
            "tweet": {
                "id_str": str(i),
                "full_text": f"buy {i}",
                "created_at": "Wed Oct 10 20:19:24 +0000 2018",
            }
        }
        for i in range(30)
    ]
    (folder / "tweets.js").write_text("window.YTD.tweets.part0 = " + json.dumps(tweets))
    monkeypatch.setattr("givesell.archives.base.post_reader.BATCH_ROWS", 5)
    monkeypatch.setattr("givesell.archives.base.post_reader._BLOCK_ROWS", 5)
    monkeypatch.setattr("givesell.batch.chunks.CHUNK_ROWS", 10)
    calls = []

    def stops(texts):
        calls.append(len(texts))
        if len(calls) == 5:
            raise KeyboardInterrupt
        return scorer(texts)

    with pytest.raises(KeyboardInterrupt):
        score("export", "export/data/out.jsonl", scorer=stops, threads=1)
    assert score("export", "export/data/out.jsonl").resumed > 0
    assert len(rows("export/data/out.jsonl")) == 30
    assert score("export", "export/data/out.jsonl", overwrite=True).rows == 30


@pytest.mark.parametrize("paths", [5, None, b"a.csv", [b"a.csv"], ["a.csv", 5]])
def test_what_is_no_path(paths, scorer):
    """Another type than a path is told by what it is."""
    with pytest.raises(ArgumentTypeError, match=r"E206.*paths must be a path or a list of paths"):
        score_files(paths, "out.csv", Scoring(scorer))
    if not isinstance(paths, list):
        with pytest.raises(ArgumentTypeError, match=r"E206.*out must be a path"):
            score_files("a.csv", paths, Scoring(scorer))


def test_a_frame_is_no_list_of_paths(scorer):
    """A frame is refused as such: its columns are not taken for files."""
    with pytest.raises(
        ArgumentTypeError, match=r"E206.*posts themselves go to givesell.classify, not a DataFrame"
    ):
        score_files(pd.DataFrame({"text": ["a"]}), "out.csv", Scoring(scorer))


def test_what_holds_no_posts_is_left_out_of_a_folder_and_named(tmp_path, score, rows):
    """Of a folder or pattern what looks like something else is not read, and named; a file that
    is named itself is an error.
    """
    folder = tmp_path / "mine"
    folder.mkdir()
    (folder / "a.txt").write_text("thanks\n")
    (folder / "like.js").write_text('window.YTD.like.part0 = [ {"like": {"tweetId": "1"}} ]')
    (folder / "page.html").write_text("<!DOCTYPE html><html></html>")
    (folder / "b.csv").write_text("text\nbuy\n")
    (folder / "users.csv").write_text("id,handle\n1,ana\n")
    summary = score("mine")
    assert [row["text"] for row in rows()] == ["thanks", "buy"]
    assert sorted(summary.unread) == ["like.js", "page.html", "users.csv"]
    assert sorted(score("mine/*", overwrite=True).unread) == [
        str(folder / name) for name in ("like.js", "page.html", "users.csv")
    ]
    for named in ("mine/like.js", ["mine/a.txt", "mine/like.js"]):
        with pytest.raises(
            FileError, match=r"E512.*like\.js: looks like the part 'like' of an X archive"
        ):
            score(named, overwrite=True)


def test_a_folder_of_pages_says_what_they_are(tmp_path, score):
    """An export in HTML, with the scripts that its pages need, says how to ask for JSON."""
    (tmp_path / "export" / "js").mkdir(parents=True)
    (tmp_path / "export" / "js" / "script.js").write_text("function run() {\n  return 1;\n}\n")
    (tmp_path / "export" / "messages.html").write_text('<html><body><div class="page_wrap">')
    with pytest.raises(FileError, match=r"E512.*of Telegram Desktop.*Machine-readable JSON"):
        score("export")
