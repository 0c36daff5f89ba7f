"""Several files, outputs, names, progress and the summary of a run."""

import bz2
import gzip
import json
import lzma
import os
import resource
import signal
import subprocess
import sys

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from givesell.archives.base import post_reader
from givesell.archives.base.columns import union
from givesell.archives.shapes.roles import find_text_column
from givesell.batch import Format, Scoring, chunks, format_of, score_files
from givesell.errors import DataError, FileError, GivesellError

FORMATS = [
    f".{kind}{codec}" for kind in ("csv", "tsv", "jsonl", "ndjson") for codec in ("", ".gz", ".zst")
] + [".parquet", ".arrow"]


@pytest.fixture
def posts(tmp_path):
    """A small CSV file."""
    path = tmp_path / "posts.csv"
    path.write_text("id,text\n1,buy\n2,thanks\n3,hm\n4,\n")
    return path


@pytest.mark.parametrize("extension", FORMATS)
def test_every_format_goes_there_and_back(tmp_path, posts, score, rows, extension):
    """What is written in a format, packed or not, reads back in it with the same values."""
    score("posts.csv", "there" + extension)
    score("there" + extension, "back.jsonl", prefix="again_")
    back = rows("back.jsonl")
    assert [row["text"] for row in back] == ["buy", "thanks", "hm", ""]
    assert [row["again_label"] for row in back] == ["selling", "giving", "giving", None]
    assert [float(row["selling"] or -1) for row in back] == pytest.approx([0.912346, 0.1, 0.5, -1])


@pytest.mark.parametrize("extension", FORMATS)
def test_the_same_input_gives_the_same_bytes(tmp_path, posts, score, extension):
    """No time and no name gets into the output."""
    score("posts.csv", "one" + extension)
    score("posts.csv", "two" + extension)
    assert (tmp_path / ("one" + extension)).read_bytes() == (
        tmp_path / ("two" + extension)
    ).read_bytes()


def test_formats_by_name():
    """The case of an extension does not matter; what is not known is told, with what is."""
    assert format_of("A.B.CSV.GZ") == Format("csv", "gzip")
    for name in ("posts.txt", "posts", "posts.gz", "posts.parquet.gz", ".csv"):
        with pytest.raises(FileError, match=r"E404.*\.csv, \.tsv"):
            format_of(name)


def test_packed_files_that_break_off_are_read_up_to_there(tmp_path, score, rows, rejects):
    """The rows before are kept, the one that is cut in two and the damage are told."""
    text = "text\n" + "".join(f"buy {os.urandom(40).hex()}\n" for _ in range(40_000))
    whole = gzip.compress(text.encode())
    (tmp_path / "cut.csv.gz").write_bytes(whole[: len(whole) // 2])
    with pa.CompressedOutputStream(pa.OSFile(str(tmp_path / "x.zst"), "wb"), "zstd") as file:
        file.write(text.encode())
    packed = (tmp_path / "x.zst").read_bytes()
    (tmp_path / "cut.csv.zst").write_bytes(packed[: len(packed) // 2])
    for name in ("cut.csv.gz", "cut.csv.zst"):
        score(name, overwrite=True)
        kept = len(rows())
        assert 15_000 < kept < 40_000
        assert text.startswith("text\n" + "".join(row["text"] + "\n" for row in rows()))
        *cut, (line, reason) = rejects()
        assert cut in ([], [(kept + 2, "not UTF-8")])
        assert line == 0
        assert reason.startswith("it breaks off or is damaged: ")


def test_how_a_file_is_packed_is_told_by_its_content(tmp_path, score, rows):
    """A name that says how a file is packed may be wrong or missing."""
    (tmp_path / "not.csv.gz").write_text("text\nbuy\n")
    (tmp_path / "packed.csv").write_bytes(gzip.compress(b"text\nthanks\n"))
    (tmp_path / "packed.jsonl").write_bytes(bz2.compress(b'{"text": "hm"}\n'))
    (tmp_path / "posts").write_bytes(lzma.compress(b"text,n\nbuy,1\n"))
    score(["not.csv.gz", "packed.csv", "packed.jsonl", "posts"])
    assert [row["text"] for row in rows()] == ["buy", "thanks", "hm", "buy"]


def test_gzip_of_nothing_is_an_empty_file(tmp_path, score):
    """A packed file is empty when nothing is in it."""
    (tmp_path / "a.csv.gz").write_bytes(gzip.compress(b""))
    with pytest.raises(FileError, match="E403"):
        score("a.csv.gz")


def test_files_with_different_columns_are_brought_together(tmp_path, posts, score, rows):
    """The output has all columns in order of first appearance, nulls where a file lacks one,
    rows in input order.
    """
    (tmp_path / "more.jsonl").write_text('{"n": 1.5, "text": "buy", "tags": ["a"]}\n')
    pq.write_table(pa.table({"id": [9], "body": ["thanks"]}), tmp_path / "last.parquet")
    summary = score(["posts.csv", "more.jsonl", "last.parquet"])
    assert list(rows()[0]) == [
        "id",
        "text",
        "n",
        "tags",
        "body",
        "label",
        "selling",
        "sure",
        "status",
    ]
    assert [row["id"] for row in rows()] == ["1", "2", "3", "4", None, "9"]
    assert [row["tags"] for row in rows()] == [None] * 4 + [["a"], None]
    assert [row["label"] for row in rows()] == [
        "selling",
        "giving",
        "giving",
        None,
        "selling",
        "giving",
    ]
    assert summary.rows == 6
    score(["more.jsonl", "posts.csv"], "out.csv")
    assert (tmp_path / "out.csv").read_text().splitlines()[
        1
    ] == '1.5,buy,"[""a""]",,selling,0.912346,true,ok'


def test_types_that_differ_between_files():
    """Types of one sort widen; others become text; a column of nulls takes the type of the other
    file.
    """

    def both(one, other):
        return union([pa.schema([("x", one)]), pa.schema([("x", other)])]).field("x").type

    assert both(pa.int8(), pa.int64()) == pa.int64()
    assert both(pa.float32(), pa.float64()) == pa.float64()
    assert both(pa.int64(), pa.float64()) == pa.string()
    assert both(pa.string(), pa.large_string()) == pa.string()
    assert both(pa.timestamp("s"), pa.timestamp("us", "UTC")) == pa.string()
    assert both(pa.null(), pa.bool_()) == both(pa.bool_(), pa.null()) == pa.bool_()
    assert both(pa.null(), pa.null()) == pa.string()


def test_rows_are_scored_in_order_across_batches(tmp_path, score, rows, scorer, monkeypatch):
    """Batches are bounded in rows and bytes, and put together again in order."""
    monkeypatch.setattr("givesell.archives.formats.csv_file.BATCH_ROWS", 7)
    monkeypatch.setattr("givesell.archives.formats.csv_file.BATCH_BYTES", 100)
    (tmp_path / "a.csv").write_text(
        "id,text\n" + "".join(f"{i},{'long ' * 10 if i > 50 else 'x'}\n" for i in range(100))
    )
    sizes = []

    def watching(texts):
        sizes.append(len(texts))
        return scorer(texts)

    score("a.csv", scorer=watching)
    assert [row["id"] for row in rows()] == [str(i) for i in range(100)]
    assert max(sizes) == 7
    assert max(sizes[-5:]) <= 3


def test_text_column_is_found_or_asked_for(tmp_path, score):
    """One well-known name is taken; none or several ask for a choice; a near miss is suggested."""
    path = tmp_path / "a.csv"
    assert find_text_column(["id", "Tweet"], None, path) == "Tweet"
    assert find_text_column(["text", "body"], "body", path) == "body"
    assert find_text_column(["body", "text"], None, path) == "text"
    with pytest.raises(DataError, match=r"'message', 'body'\. Choose one with --text-column"):
        find_text_column(["message", "body"], None, path)
    with pytest.raises(
        DataError,
        match=r"a\.csv\. There are: 'id', 'msg'\. Name the column of posts with --text-column\.",
    ):
        find_text_column(["id", "msg"], None, path)
    with pytest.raises(
        DataError,
        match=(
            r"\[E301\] No column 'txt' in .*a\.csv\. There are: 'id', 'Text'\. Did you mean"
            r" 'Text'\?"
        ),
    ):
        find_text_column(["id", "Text"], "txt", path)
    with pytest.raises(DataError) as error:
        find_text_column([f"c{i}" for i in range(500)], "zzz", path)
    assert len(str(error.value)) < 500


def test_an_added_name_that_is_there_already_is_an_error(tmp_path, score):
    """No column is overwritten: the error names file and column, and a prefix helps."""
    (tmp_path / "a.csv").write_text("text,sure\nbuy,1\n")
    with pytest.raises(FileError, match=r"a\.csv: already has a column 'sure'"):
        score("a.csv")
    assert score("a.csv", prefix="g_").rows == 1


def test_paths_that_cannot_be_used(tmp_path, posts, score):
    """Each mistake has its code, and nothing is written."""
    (tmp_path / "empty.csv").touch()
    (tmp_path / "there.csv").write_text("precious")
    (tmp_path / "folder.csv").mkdir()
    (tmp_path / "link.csv").symlink_to(posts)
    cases = {
        ("nope.csv", "out.csv"): "E401",
        ("folder.csv", "out.csv"): "E412",
        ("empty.csv", "out.csv"): "E403",
        ("posts.csv", "out.txt"): "E404",
        ("posts.csv", "folder.csv"): "E405",
        ("posts.csv", "no/out.csv"): "E405",
        ("posts.csv", "posts.csv"): "E408",
        ("link.csv", "posts.csv"): "E408",
        ("posts.csv", "there.csv"): "E409",
    }
    for (source, out), code in cases.items():
        with pytest.raises(FileError) as error:
            score(source, out, overwrite=code == "E408")
        assert error.value.code == code, (source, out)
    with pytest.raises(FileError, match="E410"):
        score([])
    assert (tmp_path / "there.csv").read_text() == "precious"
    assert not list(tmp_path.glob("out*"))


def test_the_rejects_of_a_run_can_not_be_its_input(tmp_path, score):
    """Rows are never read from the file that the run would replace or remove, and it is never
    removed unasked.
    """
    (tmp_path / "out.csv.rejects.jsonl").write_text('{"text": "buy"}\n')
    with pytest.raises(FileError, match="E408"):
        score("out.csv.rejects.jsonl", "out.csv", overwrite=True)
    (tmp_path / "a.csv").write_text("text\nbuy\n")
    with pytest.raises(FileError, match=r"E409.*out\.csv\.rejects\.jsonl"):
        score("a.csv", "out.csv")
    assert (tmp_path / "out.csv.rejects.jsonl").read_text() == '{"text": "buy"}\n'


def test_rejects_exist_only_if_there_are_any(tmp_path, score):
    """A run without rejects removes those of an earlier run; the summary says where they are."""
    (tmp_path / "a.csv").write_text("id,text\n1\n2,buy\n")
    summary = score("a.csv", "out.csv")
    assert summary.rejects == tmp_path / "out.csv.rejects.jsonl"
    assert json.loads(summary.rejects.read_text()) == {
        "file": str(tmp_path / "a.csv"),
        "line": 2,
        "reason": "1 field where the header has 2",
        "raw": "1",
    }
    (tmp_path / "a.csv").write_text("id,text\n2,buy\n")
    assert score("a.csv", "out.csv", overwrite=True).rejects is None
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.csv", "out.csv"]


@pytest.mark.parametrize("extension", FORMATS)
def test_a_run_that_stops_early_leaves_nothing(tmp_path, posts, score, scorer, extension):
    """The output has its name only when it is whole, an earlier output stays until then, and
    without rows nothing is kept.
    """
    out = tmp_path / ("out" + extension)
    out.write_text("earlier")

    def interrupted(texts):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        score("posts.csv", out.name, scorer=interrupted, overwrite=True)
    assert out.read_text() == "earlier"
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(["posts.csv", out.name])
    score("posts.csv", out.name, overwrite=True)
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(["posts.csv", out.name])


def test_an_error_of_the_scorer_is_not_blamed_on_a_file(posts, score):
    """What the scorer raises comes through as it is."""

    def failing(texts):
        raise OSError("no model")

    with pytest.raises(OSError, match="no model") as error:
        score("posts.csv", scorer=failing)
    assert not isinstance(error.value, GivesellError)


@pytest.mark.parametrize("extension", [".csv", ".csv.gz", ".jsonl.zst", ".parquet"])
def test_a_full_disk_is_one_clear_error(tmp_path, extension):
    """An output that cannot grow is told with its name and the system's reason."""
    text = "text\n" + "".join(f"buy {os.urandom(200).hex()}\n" for _ in range(2_000))
    (tmp_path / "a.csv").write_text(text)
    code = (
        "import sys, numpy as np\nfrom givesell.batch import Scoring, score_files\n"
        "from givesell.errors import FileError\nfrom givesell.verdict import Scores\n"
        "def scorer(texts):\n    n = len(texts)\n    return Scores("
        "np.array(['giving'] * n, object), np.zeros(n, np.float32),"
        " np.ones(n, bool), np.array(['ok'] * n, object))\ntry:\n    score_files('a.csv',"
        " sys.argv[1], Scoring(scorer))\nexcept FileError as error:\n    print(error)\n"
    )
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", code, "out" + extension],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
        preexec_fn=lambda: (
            signal.signal(signal.SIGXFSZ, signal.SIG_IGN),
            resource.setrlimit(resource.RLIMIT_FSIZE, (50_000, 50_000)),
        ),
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    assert done.stdout == f"[E405] out{extension}: cannot be written (File too large).\n"
    assert done.stderr == ""


def test_progress_reaches_its_total(tmp_path, posts, score):
    """The bytes done never fall and end at the total, with all rows."""
    (tmp_path / "a.jsonl").write_text('{"text": "buy"}\n' * 50_000)
    seen = []
    score(["posts.csv", "a.jsonl"], "out.csv", progress=lambda *numbers: seen.append(numbers))
    total = 2 * posts.stat().st_size + 2 * (tmp_path / "a.jsonl").stat().st_size
    done = [numbers[0] for numbers in seen]
    assert done == sorted(done)
    assert seen[-1] == (total, total, 50_004)
    assert {numbers[1] for numbers in seen} == {total}


def test_the_summary_counts_and_keeps_what_stands_out(tmp_path, score):
    """Counts add up; each text stands once; the posts of a label come by their probability."""
    (tmp_path / "a.csv").write_text(
        "text,n\n" + "buy,1\n" * 3 + "buy it,1\nthanks,1\nhm,1\n,1\nhm,1\nbuy " + "x" * 900 + ",1\n"
    )
    summary = score("a.csv")
    assert (summary.rows, summary.selling, summary.giving, summary.sure) == (9, 5, 3, 6)
    assert repr(summary).startswith("<Summary: 9 posts, 3 giving, 5 selling, in ")
    assert summary.unlabelled == {"empty": 1}
    assert [text[:6] for _, text in summary.most_selling] == ["buy", "buy it", "buy xx"]
    assert max(len(text) for _, text in summary.most_selling) == 500
    assert [(round(number, 3), text) for number, text in summary.most_giving] == [
        (0.1, "thanks"),
        (0.5, "hm"),
    ]
    assert summary.most_unsure == ((0.5, "hm"),)
    again = json.loads(json.dumps(summary.as_dict(), allow_nan=False))
    assert again["most_giving"] == [
        {"selling": 0.1, "text": "thanks"},
        {"selling": 0.5, "text": "hm"},
    ]
    assert again["rejects"] is None


def test_one_path_may_be_given_alone(tmp_path, posts, scorer):
    """A single path, as str too, is a list of one."""
    assert score_files(str(posts), str(tmp_path / "out.csv"), Scoring(scorer)).rows == 4


def test_times_that_are_not_understood_are_counted(score, tmp_path, monkeypatch):
    """The summary says how many times could not be read and how the others were, also when a run
    goes on after an interruption.
    """
    monkeypatch.setattr(chunks, "CHUNK_ROWS", 1)
    monkeypatch.setattr(post_reader, "BATCH_ROWS", 2)
    days = ["13/02/2024", "01/02/2024", "soon", "", "28/03/2024", "never"]
    (tmp_path / "posts.csv").write_text(
        "text,date\n" + "".join(f"thanks {n},{day}\n" for n, day in enumerate(days))
    )

    def stop(_done, _all, rows):
        if rows >= 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        score("posts.csv", progress=stop)
    summary = score("posts.csv")
    assert summary.resumed
    assert summary.times_unread == 2
    assert summary.times_told[0].startswith("01/02/2024 was read as 1 February 2024")
    assert "soon" in summary.times_told[-1]
