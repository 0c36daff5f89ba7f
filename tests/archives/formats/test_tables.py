"""JSON, Arrow, SQLite and plain lines, through the stream that scores them."""

import sqlite3

import pyarrow as pa
import pyarrow.ipc as ipc
import pytest

from givesell.archives import Options, open_reader
from givesell.archives.read import read_archive
from givesell.archives.shapes.roles import find_text_column
from givesell.archives.streams.recoding import hinted
from givesell.errors import FileError
from tests.archives.conftest import Taken


@pytest.fixture
def table(write):
    """Write a file and read its rows, with the rejects."""

    def run(path, text="text", **options):
        reader = open_reader(path, options=Options(**options))
        reader.use_text(find_text_column(reader.schema.names, text, path))
        taken = Taken()
        rows = [row for batch in reader.batches(taken) for row in batch.to_pylist()]
        return rows, taken.rows

    return run


@pytest.fixture
def base(tmp_path):
    """A database of posts in two tables."""
    base = sqlite3.connect(tmp_path / "posts.db")
    base.execute("CREATE TABLE posts (id INTEGER, text, score REAL, raw BLOB)")
    base.executemany(
        "INSERT INTO posts VALUES (?, ?, ?, ?)",
        [(1, "buy", 0.5, b"\x00"), (2, None, 1.5, None), (3, 7, 2.0, None)],
    )
    base.execute("INSERT INTO posts VALUES (4, CAST(x'636166e9' AS TEXT), 0, NULL)")
    base.execute('CREATE TABLE "odd ""name" (body)')
    base.commit()
    base.close()
    return tmp_path / "posts.db"


def test_json_arrays_are_read_an_item_at_a_time(table, write):
    """An array of objects, or one within an object; what is no object is rejected."""
    rows, rejects = table(
        write(
            "a.json", [{"text": "buy", "n": 1}, 5, {"text": "thanks", "tags": ["x"]}, {"text": 1}]
        )
    )
    assert rows == [
        {"text": "buy", "n": 1, "tags": None},
        {"text": "thanks", "n": None, "tags": '["x"]'},
    ]
    assert rejects == [(2, "not an object but a number"), (4, "the post is a number, not a string")]
    rows, _ = table(
        write("b.json", {"meta": {"count": 2}, "data": [{"text": "buy"}, {"text": "hm"}]})
    )
    assert rows == [{"text": "buy"}, {"text": "hm"}]


def test_json_without_a_list_is_an_error(table, write):
    """One object is no list of posts."""
    with pytest.raises(FileError, match=r"E512.*one JSON object without a list of posts"):
        table(write("a.json", '{\n"name": "x"\n}'))


def test_a_query_gives_the_posts(table, base):
    """Types are kept, text that is not UTF-8 and text that is none are rejected."""
    rows, rejects = table(base, query="SELECT text, id, raw FROM posts ORDER BY id")
    assert rows == [{"text": "buy", "id": 1, "raw": "AA=="}, {"text": None, "id": 2, "raw": None}]
    assert rejects == [(3, "the post is a number, not a string"), (4, "not UTF-8")]


@pytest.mark.parametrize(
    ("query", "words"),
    [
        (None, r"E503.*It has 'odd \"name', 'posts'\. Pass --query"),
        ("SELECT nope FROM posts", "E504.*no such column: nope"),
        ("DELETE FROM posts", "E504.*it does more than read"),
        ("SELECT 1; DROP TABLE posts", "E504.*one statement"),
    ],
)
def test_queries_that_cannot_be_used(table, base, query, words):
    """Each mistake is told; the database is opened for reading only."""
    before = base.read_bytes()
    with pytest.raises(FileError, match=words):
        table(base, query=query)
    assert base.read_bytes() == before


def test_a_query_for_another_format_is_told(table, write):
    """A query for a file that is not a database is an error that names its format."""
    with pytest.raises(
        FileError, match=r"E504.*only a SQLite database can be queried, and this is csv"
    ):
        table(write("a.csv", "text\nbuy\n"), query="SELECT 1")


@pytest.mark.parametrize("kind", ["file", "stream"])
def test_arrow_keeps_types(table, tmp_path, kind):
    """Batches of a file and of a stream are read; a row that is not UTF-8 is rejected alone."""
    text = pa.array([b"buy", b"caf\xe9", b"thanks"], pa.binary()).view(pa.string())
    data = pa.table({"text": text, "n": pa.array([1, 2, 3], pa.int8())})
    with getattr(ipc, f"new_{kind}")(tmp_path / "a.arrow", data.schema) as writer:
        writer.write_table(data, 2)
    rows, rejects = table(tmp_path / "a.arrow")
    assert rows == [{"text": "buy", "n": 1}, {"text": "thanks", "n": 3}]
    assert rejects == [(2, "column 'text' is not UTF-8")]


def test_lines_of_plain_text(table, write, monkeypatch):
    """Each line with something on it is a post; wrong encodings and endless lines are rejected
    alone.
    """
    monkeypatch.setattr("givesell.archives.parsing.lines.MAX_LINE", 1000)
    monkeypatch.setattr("givesell.archives.formats.lines_file.MAX_LINE", 1000)
    rows, rejects = table(
        write("a.txt", b"\xef\xbb\xbfbuy, now\r\n\n  \ncaf\xe9\n" + b"x" * 2500 + b"\nthanks")
    )
    assert rows == [{"text": "buy, now"}, {"text": "thanks"}]
    assert rejects == [(4, hinted("not UTF-8")), (5, "line of 16 MiB or more")]


@pytest.mark.parametrize(
    ("data", "names"),
    [
        (b'"a\rb",text\n1,hello\n', ["a\rb", "text"]),
        (b'"a\nb;c",text\n1,hello\n', ["a\nb;c", "text"]),
        (b'"a,b";text\n1;hello\n', ["a,b", "text"]),
        (b'"a""\r\n,",text\r\n1,hello\r\n', ['a"\r\n,', "text"]),
        (b'size 5" screen;text\n1;hello\n', ['size 5" screen', "text"]),
        (b'"a,b",text\r1,hello\r', ["a,b", "text"]),
        (b'\xef\xbb\xbf"\xef\xbb\xbfa",text\n1,hello\n', ["\ufeffa", "text"]),
    ],
)
def test_what_stands_in_quotes_is_a_part_of_a_name(tmp_path, data, names):
    """Line ends and delimiters within a quoted name of a column do not decide how a file is
    read.
    """
    path = tmp_path / "a.csv"
    path.write_bytes(data)
    archive = read_archive(path, text_column="text")
    batches = list(archive.tables())
    assert batches[0].schema.names == names
    assert batches[0].column("text").to_pylist() == ["hello"]
