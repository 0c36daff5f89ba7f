"""Text in any encoding: every reader sees UTF-8."""

import gzip
import io
import json
import sqlite3

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from givesell.archives.read import read_archive
from givesell.archives.streams import recoding
from givesell.archives.streams.recoding import as_utf8, check_encoding, encoding_of
from givesell.errors import ArgumentError, ArgumentTypeError, FileError

POSTS = [
    "Thanks for the kind words 🥹",
    "Mugs £12 each, “order” today",
    "Свежий хлеб в полдень",
    "今天有新面包了，欢迎来店里",
]
WIDE = ["utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-le", "utf-32-be"]
FORMS = {
    "a.txt": "\n".join(POSTS),
    "a.csv": "id,text\n" + "\n".join(f'{number},"{post}"' for number, post in enumerate(POSTS)),
    "a.tsv": "id\ttext\n" + "\n".join(f"{number}\t{post}" for number, post in enumerate(POSTS)),
    "a.jsonl": "\n".join(json.dumps({"text": post}, ensure_ascii=False) for post in POSTS),
    "a.json": json.dumps([{"text": post} for post in POSTS], ensure_ascii=False, indent=1),
    "result.json": json.dumps(
        {
            "type": "public_channel",
            "messages": [
                {"id": number, "type": "message", "date": "2024-03-01T12:00:00", "text": post}
                for number, post in enumerate(POSTS)
            ],
        },
        ensure_ascii=False,
    ),
}


def texts(path, **options):
    """Return the posts of a file, and why the others are none."""
    archive = read_archive(path, **options)
    return [post.text for post in archive], [reason for _, _, reason, _ in archive.rejected]


@pytest.mark.parametrize("encoding", WIDE)
@pytest.mark.parametrize("name", FORMS)
def test_the_encoding_tells_itself(write, name, encoding):
    """UTF-16 and UTF-32, with a mark or not, are read as UTF-8 is: alone, packed and in a zip or
    tar.
    """
    data = FORMS[name].encode(encoding)
    for path in (
        write(name, data),
        write(f"{name}.gz", gzip.compress(data)),
        write(f"{name}.zip", {name: data}),
        write(f"{name}.tar.gz", {name: data}),
    ):
        assert texts(path) == (POSTS, [])


@pytest.mark.parametrize("post", ["thanks", "Спасибо всем вам", "谢谢 大家"])
def test_little_text_is_enough(write, post):
    """A few words in UTF-16 without a mark are told, in other letters too."""
    for encoding in ("utf-16-le", "utf-16-be"):
        assert texts(write("a.txt", f"{post}\r\n{post}\r\n".encode(encoding))) == ([post, post], [])


@pytest.mark.parametrize(
    "data",
    [
        b"Thanks\0 to all of you for the kind words",
        b"Comment ID,Channel ID\r\nUC1,2024-05-06T07:08:09,\0\r\nUC2,2024-05-06T07:08:09,x\r\n",
        "ありがとう\nございます".encode("shift_jis"),
        b"\0\1\2\3" * 9,
        b"",
        b"a",
    ],
)
def test_what_is_not_wide_stays(data):
    """Text with a stray NUL, text of other encodings and no text are not taken for UTF-16."""
    assert encoding_of(data) is None


def test_an_encoding_that_is_said(write):
    """What has no mark is read as the caller says; a mark says more."""
    some = POSTS[1]
    path = write("a.csv", f'id,text\n1,"{some}"\n2,plain\n'.encode("cp1252"))
    assert texts(path, encoding="windows-1252") == ([some, "plain"], [])
    assert texts(path) == (
        ["plain"],
        ["not UTF-8; say how it was saved, such as --encoding cp1252"],
    )
    assert texts(write("b.csv", f'text\n"{some}"\n'.encode("utf-16")), encoding="cp1252") == (
        [some],
        [],
    )
    assert texts(write("a.zip", {"b.txt": "Grüße".encode("latin-1")}), encoding="latin-1") == (
        ["Grüße"],
        [],
    )
    assert texts(write("c.txt", "Свежий".encode("koi8-r")), encoding="koi8-r") == (["Свежий"], [])


def test_what_has_no_character_is_rejected(write):
    """A byte that the encoding has no character for costs its row; half a surrogate pair becomes
    U+FFFD, half a character is cut.
    """
    assert texts(write("a.txt", b"good\nb\x81d\ngood"), encoding="cp1252") == (
        ["good", "good"],
        ["not cp1252"],
    )
    half = "hi ".encode("utf-16") + b"\x00\xd8" + "!\nthanks".encode("utf-16-le")
    assert texts(write("b.txt", half)) == (["hi \N{REPLACEMENT CHARACTER}!", "thanks"], [])
    assert texts(write("c.txt", half + b"x"))[0] == ["hi \N{REPLACEMENT CHARACTER}!"]


def test_what_is_no_text_stays_as_it_is(write, tmp_path):
    """A table in a form of its own is read whatever encoding is said for others."""
    pq.write_table(pa.table({"text": POSTS}), tmp_path / "a.parquet")
    base = sqlite3.connect(tmp_path / "a.db")
    base.execute("CREATE TABLE posts (text)")
    base.executemany("INSERT INTO posts VALUES (?)", [(post,) for post in POSTS])
    base.commit()
    base.close()
    for name in ("a.parquet", "a.db"):
        assert texts(tmp_path / name, encoding="utf-16") == (POSTS, [])


@pytest.mark.parametrize("size", [1, 3, 7, 1 << 16])
def test_pieces_may_lie_anywhere(monkeypatch, size):
    """A character that two pieces share is one."""
    monkeypatch.setattr(recoding, "_CHUNK", size)
    whole = "\n".join(POSTS * 50)
    for encoding in WIDE:
        stream = io.BufferedReader(io.BytesIO(whole.encode(encoding)))
        assert as_utf8(stream).read().decode() == whole


def test_a_line_without_end_is_bounded(write, monkeypatch):
    """Recoded text has the limits of all text."""
    monkeypatch.setattr("givesell.archives.parsing.lines.MAX_LINE", 1000)
    monkeypatch.setattr("givesell.archives.formats.lines_file.MAX_LINE", 1000)
    assert texts(write("a.txt", ("x" * 5000 + "\nthanks").encode("utf-16"))) == (
        ["thanks"],
        ["line of 16 MiB or more"],
    )


@pytest.mark.parametrize(
    "name", ["cp12522", "rot13", "base64", "idna", "undefined", "a\0b", "", "../x", "é"]
)
def test_an_unknown_encoding_is_told(write, name):
    """A name that is none, or no encoding of files, is refused before anything is read."""
    with pytest.raises(ArgumentError, match="E511"):
        read_archive(write("a.txt", "hi"), encoding=name)


def test_a_near_name_is_offered():
    """A slip of the finger is mended, and what is no name is told."""
    with pytest.raises(ArgumentError, match=r"'cp1253x'\. Did you mean 'cp1253'\?"):
        check_encoding("cp1253x")
    with pytest.raises(ArgumentTypeError, match=r"E206.*encoding must be the name"):
        check_encoding(1252)


def test_a_header_that_is_not_utf8_says_what_to_do(write):
    """Without a header there are no rows to reject: the error names the option."""
    with pytest.raises(
        FileError, match=r"E406.*not UTF-8; say how it was saved, such as --encoding cp1252"
    ):
        read_archive(write("a.csv", "Größe,text\n1,hi\n".encode("cp1252")))
