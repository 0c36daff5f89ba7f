"""Recognising a format by its content."""

import gzip
import json
import sqlite3

import pyarrow as pa
import pyarrow.ipc as ipc
import pyarrow.parquet as pq
import pytest

from givesell.archives import FORMATS, open_reader
from givesell.archives.base.head import HEAD_BYTES
from givesell.archives.platforms import READERS as PLATFORMS
from givesell.errors import ArgumentError, FileError
from tests.archives.conftest import Taken


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ('{"text": "a"}\n{"text": "b"}\n', "jsonl"),
        ('{"text": "a"}', "jsonl"),
        ('[\n  {"text": "a"}\n]', "json"),
        ('{"posts": [{"text": "a"}]}', "json"),
        ("id,text\n1,a\n", "csv"),
        ("id;text\n1;a\n", "csv"),
        ("id\ttext\n1\ta\n", "tsv"),
        ("just a post\nand another\n", "lines"),
        ("\ufeffid,text\n1,a\n", "csv"),
    ],
)
@pytest.mark.parametrize("name", ["posts", "posts.dat"])
def test_plain_text_by_its_content(write, content, told, name):
    """A name that says nothing is not needed."""
    assert open_reader(write(name, content)).name == told
    assert open_reader(write(name, gzip.compress(content.encode()))).name == told


def test_binary_formats_by_their_first_bytes(tmp_path):
    """Parquet, both kinds of Arrow and SQLite are told whatever their name."""
    table = pa.table({"text": ["a"]})
    pq.write_table(table, tmp_path / "one.csv")
    for kind in ("file", "stream"):
        with getattr(ipc, f"new_{kind}")(tmp_path / f"{kind}.txt", table.schema) as writer:
            writer.write_table(table)
    base = sqlite3.connect(tmp_path / "base.json")
    base.execute("CREATE TABLE posts (text)")
    base.execute("INSERT INTO posts VALUES ('a')")
    base.commit()
    base.close()
    names = {
        "one.csv": "parquet",
        "file.txt": "arrow",
        "stream.txt": "arrow",
        "base.json": "sqlite",
    }
    for name, told in names.items():
        reader = open_reader(tmp_path / name)
        reader.use_text("text")
        assert reader.name == told
        assert [batch.to_pylist() for batch in reader.batches(Taken())] == [[{"text": "a"}]]


def test_the_name_decides_between_a_table_and_lines(write):
    """A column of posts looks like a post a line."""
    assert open_reader(write("a.csv", "text\nbuy\n")).name == "csv"
    assert open_reader(write("a.txt", "text, such as this\nbuy\n")).name == "lines"


def test_a_platform_can_be_overridden(write):
    """A format that is asked for is taken; a table that a platform wrote can be read as a table."""
    path = write(
        "comments.csv",
        "id,permalink,date,ip,subreddit,gildings,link,parent,body,media\nk,u,,,P,0,l,,hm,\n",
    )
    assert open_reader(path).name == "reddit"
    assert open_reader(path, format="csv").name == open_reader(path, plain=True).name == "csv"
    assert (
        open_reader(
            write("a.zip", {"comments.csv": path.read_bytes(), "posts.csv": "x"}), plain=True
        ).name
        == "reddit"
    )
    with pytest.raises(ArgumentError, match=r"E507.*'redit'.*Did you mean 'reddit'\?"):
        open_reader(path, format="redit")


def test_a_zip_of_something_else_is_told(write):
    """The error names what is in it and what is known; a zip of one table is read."""
    with pytest.raises(FileError, match=r"E501.*found: a\.png, b\.txt\)\. Known are x, mastodon"):
        open_reader(write("x.zip", {"a.png": b"\x89PNG", "b.txt": "x"}))
    with pytest.raises(FileError, match=r"E502.*none of its files is named like"):
        open_reader(write("x.zip", {"a.png": b"\x89PNG"}), format="mastodon")
    reader = open_reader(write("y.zip", {"posts.csv": "id,text\n1,a\n"}))
    reader.use_text("text")
    assert [batch.to_pylist() for batch in reader.batches(Taken())] == [[{"id": "1", "text": "a"}]]


def test_a_packed_database_is_told(write, tmp_path):
    """What must seek about in its file cannot be read from a packed one."""
    base = sqlite3.connect(tmp_path / "base")
    base.execute("CREATE TABLE posts (text)")
    base.commit()
    base.close()
    with pytest.raises(FileError, match=r"E502.*is not sqlite .it is packed; unpack it first"):
        open_reader(write("base.gz", gzip.compress((tmp_path / "base").read_bytes())))


def test_every_format_has_one_name():
    """Names are unique, and each platform says which files are its own."""
    assert len(FORMATS) == len(PLATFORMS) + 9
    assert all(kind.pattern.pattern and kind.platform for kind in PLATFORMS)


def test_several_platforms_in_one_archive_are_read_together(write):
    """Instagram's export holds Threads too: neither is lost."""
    medium = {"uri": "a", "creation_timestamp": 1700000000}
    path = write(
        "meta.zip",
        {
            "your_instagram_activity/media/posts_1.json": [
                {"media": [{**medium, "title": "a picture"}]}
            ],
            "your_instagram_activity/threads/threads_and_replies.json": {
                "text_post_app_text_posts": [{"media": [{**medium, "title": "a thread"}]}]
            },
        },
    )
    reader = open_reader(path)
    assert reader.name == "threads+instagram"
    rows = [row for batch in reader.batches(Taken()) for row in batch.to_pylist()]
    assert sorted((row["text"], row["platform"]) for row in rows) == [
        ("a picture", "instagram"),
        ("a thread", "threads"),
    ]
    assert [post.text for post in open_reader(path, format="instagram").posts(Taken())] == [
        "a picture"
    ]


def seen(count):
    """Return what an account has looked at: what exports list before its posts."""
    return [
        {
            "Date": "2024-01-01 10:00:00",
            "Link": f"https://www.tiktokv.example/share/video/{number}/",
        }
        for number in range(count)
    ]


def test_an_export_whose_posts_come_late_is_told(write):
    """The structure is looked through, not the first bytes alone: posts may stand behind
    megabytes, in a zip or packed too.
    """
    late = {
        "Activity": {"Watched": {"List": seen(20_000)}},
        "Comment": {
            "Comments": {"CommentsList": [{"date": "2024-05-16 19:52:34", "comment": "so proud"}]}
        },
    }
    data = json.dumps(late).encode()
    assert data.index(b"CommentsList") > 4 * HEAD_BYTES
    paths = [
        write("mine.json", data),
        write("mine.json.gz", gzip.compress(data)),
        write("a.zip", {"user_data.json": data}),
    ]
    for path in paths:
        reader = open_reader(path)
        assert reader.name == "tiktok"
        assert [post.text for post in reader.posts(Taken())] == ["so proud"]


@pytest.mark.parametrize("before", [0, 20_000])
def test_the_list_of_posts_is_found_wherever_it_stands(write, before):
    """Of several lists the one with posts is read, not the first or outermost."""
    path = write(
        "a.json",
        {
            "about": seen(before),
            "errors": [{"code": 1}],
            "data": {"found": [{"text": "hi"}, {"text": "thanks"}]},
        },
    )
    reader = open_reader(path)
    reader.use_text("text")
    assert [row["text"] for batch in reader.batches(Taken()) for row in batch.to_pylist()] == [
        "hi",
        "thanks",
    ]


def test_text_that_begins_with_a_bracket_is_text(write):
    """A post in brackets is no JSON, in whatever file it stands."""
    for name in ("a.txt", "a", "a.txt.gz"):
        text = "[Giveaway] two mugs, ask me\nFresh bread at noon\n"
        assert (
            open_reader(
                write(name, gzip.compress(text.encode()) if name.endswith("gz") else text)
            ).name
            == "lines"
        )
