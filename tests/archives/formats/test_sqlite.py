"""SQLite: a query reads and nothing else, and ends; rows that cannot be read cost no other."""

import sqlite3

import pytest

from givesell.archives import Options, open_reader
from givesell.archives.streams import limits
from givesell.errors import FileError
from tests.archives.conftest import Taken

ENDLESS = "WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c) "


@pytest.fixture
def base(tmp_path):
    """Write a database by a script, by default one of three posts."""

    def run(script="CREATE TABLE posts (text); INSERT INTO posts VALUES ('a'), ('b'), ('c');"):
        path = tmp_path / "posts.db"
        path.unlink(missing_ok=True)
        made = sqlite3.connect(path)
        made.executescript(script)
        made.commit()
        made.close()
        return path

    return run


def read(path, query=None):
    """Return the posts and the rejects."""
    reader = open_reader(path, options=Options(query=query))
    reader.use_text("text")
    taken = Taken()
    return [
        text for batch in reader.batches(taken) for text in batch.column("text").to_pylist()
    ], taken.rows


@pytest.mark.parametrize(
    "query",
    [
        "VACUUM INTO '{place}/out.db'",
        "VACUUM",
        "ATTACH '{place}/out.db' AS other",
        "PRAGMA user_version = 3",
        "SELECT * FROM pragma_table_info('posts')",
        "SELECT load_extension('{place}/evil') AS text",
        "INSERT INTO posts VALUES (1) RETURNING text",
        "CREATE TEMP TABLE other AS SELECT 1",
        "BEGIN",
        "ANALYZE",
    ],
)
def test_a_query_may_only_read(base, tmp_path, query):
    """Nothing is written, attached, set or loaded, and no file appears beside the database."""
    path = base()
    before = path.read_bytes()
    with pytest.raises(FileError, match=r"E504.*it does more than read"):
        read(path, query.format(place=tmp_path))
    assert path.read_bytes() == before
    assert [file.name for file in tmp_path.iterdir()] == ["posts.db"]


def test_a_database_with_a_journal_of_its_own_is_left_alone(base, tmp_path):
    """A database in WAL mode is read without files beside it; one that is being written is read
    as it is.
    """
    path = base(
        "PRAGMA journal_mode = WAL; CREATE TABLE posts (text); INSERT INTO posts VALUES ('a');"
    )
    assert read(path) == (["a"], [])
    assert [file.name for file in tmp_path.iterdir()] == ["posts.db"]
    writer = sqlite3.connect(path)
    writer.execute("INSERT INTO posts VALUES ('b')")
    writer.commit()
    assert read(path) == (["a", "b"], [])
    writer.close()


@pytest.mark.parametrize(
    ("query", "words"),
    [
        (ENDLESS + "SELECT 'a' AS text FROM c", "it gives more than 1,000 rows"),
        (ENDLESS + "SELECT count(*) AS text FROM c", "it takes more than 1,000,000 steps"),
        ("SELECT text FROM endless", "it gives more than 1,000 rows"),
    ],
)
def test_queries_without_end_are_ended(base, monkeypatch, query, words):
    """A stated number of rows and steps is enough, whoever wrote the query: a view of the
    database is one too.
    """
    monkeypatch.setattr(limits, "FREE_ROWS", 1_000)
    monkeypatch.setattr(limits, "ROWS_A_BYTE", 0)
    monkeypatch.setattr(limits, "FREE_STEPS", 1_000_000)
    monkeypatch.setattr(limits, "STEPS_A_BYTE", 0)
    path = base(
        f"CREATE TABLE posts (text); CREATE VIEW endless AS {ENDLESS} SELECT 'a' AS text FROM c;"
    )
    with pytest.raises(FileError, match=f"E504.*{words}"):
        read(path, query)


class Impatient(int):
    """A number of steps; Ctrl-C is pressed when the first are held against it."""

    def __lt__(self, steps):
        if steps:
            raise KeyboardInterrupt
        return False


def test_an_interruption_ends_a_query(base, monkeypatch):
    """Ctrl-C ends a query while SQLite is busy."""
    monkeypatch.setattr(limits, "FREE_STEPS", Impatient())
    monkeypatch.setattr(limits, "STEPS_A_BYTE", 0)
    with pytest.raises(KeyboardInterrupt):
        read(base(), ENDLESS + "SELECT count(*) AS text FROM c")


def test_values_that_are_too_large_are_rejected_alone(base, monkeypatch):
    """What a row would take is known before, stored or computed; the rows around it are kept."""
    monkeypatch.setattr(limits, "MAX_LINE", 1 << 20)
    path = base(
        "CREATE TABLE posts (n, text, more TEXT GENERATED ALWAYS AS (CASE n WHEN 4 THEN"
        " hex(zeroblob(1000000)) END));INSERT INTO posts VALUES (1, 'a'), (2, 'b'), (3,"
        " hex(zeroblob(600000))), (4, 'd'), (5, 'e'), (6, hex(zeroblob(600000)));"
    )
    texts, rejects = read(path)
    assert texts == ["a", "b", "e"]
    assert rejects == [(number, "a value of more than 1,048,576 bytes") for number in (3, 4, 6)]
    with pytest.raises(FileError, match=r"E406.*none of its rows is readable"):
        read(path, "SELECT zeroblob(1000000000) AS text")


def test_rows_before_a_damaged_page_are_kept(base):
    """A malformed database is read up to there."""
    path = base(
        "CREATE TABLE posts (text);"
        + "".join(f"INSERT INTO posts VALUES ('post number {i} {'x' * 60}');" for i in range(2_000))
    )
    data = bytearray(path.read_bytes())
    data[100_000:110_000] = b"\xff" * 10_000
    path.write_bytes(data)
    texts, [(line, reason)] = read(path)
    assert texts == [f"post number {i} {'x' * 60}" for i in range(len(texts))]
    assert (len(texts) > 500, line) == (True, 0)
    assert (
        reason
        == f"it breaks off or is damaged after row {len(texts):,}: database disk image is malformed"
    )


@pytest.mark.parametrize(
    "query",
    [
        "SELECT 'a\0b' AS text",
        "SELECT '\ud800' AS text",
        "SELECT",
        "nonsense",
        "SELECT 1; SELECT 2",
        5,
    ],
)
def test_queries_that_are_none(base, query):
    """Whatever is passed, the error is ours."""
    with pytest.raises(FileError, match="E504"):
        read(base(), query)


def test_odd_values_and_names(base):
    """Numbers that have no JSON, blobs, undecodable text and names come through or are rejected."""
    path = base(
        'CREATE TABLE "odd \x1b[2J"" name" ("text", "\x1b[31m" INTEGER, blob);INSERT INTO "odd'
        " \x1b[2J\"\" name\" VALUES ('a', 9223372036854775807, x'ff00'), ('b', 1e999, NULL),"
        " (CAST(x'ff' AS TEXT), 1, 1);"
    )
    assert read(path) == (["a", "b"], [(3, "not UTF-8")])


def test_text_that_is_held_as_bytes(base):
    """A BLOB that holds UTF-8 or UTF-16 is read as text, one that holds other bytes is no post
    and its row is rejected.
    """
    texts = ["Thanks, café!", "Orders open! 20% off", "Grüße 😀"]
    blobs = [
        texts[0].encode(),
        texts[1].encode("utf-16-le"),
        texts[2].encode("utf-16"),
        b"\x89PNG\r\n\x1a\n\x00",
        b"\xff\xd8\xff",
    ]
    rows = ", ".join(f"('u{n}', x'{blob.hex()}', x'{blob.hex()}')" for n, blob in enumerate(blobs))
    path = base(f"CREATE TABLE posts (author, text, more); INSERT INTO posts VALUES {rows};")
    found, rejected = read(path)
    assert found == texts
    assert rejected == [
        (4, "the post is a BLOB that holds no text"),
        (5, "the post is a BLOB that holds no text"),
    ]
