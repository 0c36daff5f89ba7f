"""What is no text is refused by its content, whatever its name."""

import gzip
import pickle
import random

import pytest

from givesell.archives import open_reader
from givesell.archives.streams.magic import binary_of
from givesell.errors import FileError

REST = random.Random(0).randbytes(300)
KINDS = {
    "a PDF document": [b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n"],
    "a picture": [
        b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", b"\xff\xd8\xff\xe0\0\x10JFIF", b"GIF89a\1\0",
        b"RIFF\x24\0\0\0WEBPVP8 ", b"\0\0\0\x18ftypheic",
        b"BM\x36\x10\0\0\0\0\0\0\x36\0\0\0\x28\0", b"II*\0\x08\0\0\0",
    ],
    "a video": [b"\0\0\0\x20ftypisom\0\0\2\0", b"\0\0\0\x14ftypqt  ", b"\x1a\x45\xdf\xa3\x9f",
    b"RIFF\x24\0\0\0AVI LIST"],
    "a sound recording": [b"ID3\3\0\0\0\0\x0f\x76", b"\xff\xfb\x90\x64", b"RIFF\x24\0\0\0WAVEfmt ",
    b"OggS\0\2", b"\0\0\0\x20ftypM4A "],
    "an old office document": [b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1\0\0"],
    "a document in RTF": [b"{\\rtf1\\ansi "],
    "a program": [b"\x7fELF\2\1\1\0", b"MZ\x90\0\3\0\0\0\4\0\0\0\xff\xff\0\0",
    b"\xca\xfe\xba\xbe\0\0\0\x34", b"\0asm\1\0\0\0"],
    "a font": [b"\0\1\0\0\0\x0f\0\x80", b"wOF2\0\1\0\0", b"OTTO\0\x0b"],
    "an archive packed as 7z": [b"7z\xbc\xaf\x27\x1c\0\4"],
    "an archive packed as RAR": [b"Rar!\x1a\x07\1\0"],
    "a pickle of Python": [pickle.dumps({"text": ["hi"]})],
    "binary data": [REST, bytes(500), REST * 100],
}  # fmt: skip
CASES = [(what, start) for what, starts in KINDS.items() for start in starts]


@pytest.mark.parametrize(("what", "start"), CASES)
def test_no_binary_is_text(write, what, start):
    """One sentence says what it is, whether it is called a table or a text, packed or in a zip,
    and whatever format is asked for.
    """
    data = start if what == "binary data" else start + REST
    paths = [write(name, data) for name in ("a", "a.txt", "a.csv", "a.jsonl", "a.json")]
    paths += [write("a.txt.gz", gzip.compress(data)), write("a.zip", {"a.txt": data})]
    for path in paths:
        with pytest.raises(FileError, match=f"E512.*looks like {what}.*, not posts"):
            open_reader(path)
    for form in ("lines", "csv", "jsonl", "telegram"):
        with pytest.raises(FileError, match=r"E512.*not posts"):
            open_reader(paths[0], format=form)


@pytest.mark.parametrize(
    "start",
    [
        "GIF of the day",
        "BMW sale",
        "MZ is a band",
        "ID3 tags are fun",
        "PK is here",
        "BZhi all",
        "RIFF raff",
        "PDF of the week",
        "OTTO",
    ],
)
def test_posts_may_begin_as_binaries_do(write, start):
    """The letters of a signature make no binary."""
    text = f"{start}\nthanks to all of you, see you tomorrow at the market\n"
    for data in (text, text.replace("\n", "\r\n"), text + "caf\xe9"):
        assert open_reader(write("a.txt", data.encode("latin-1"))).name == "lines"


def test_a_few_odd_bytes_are_text():
    """Text in an older encoding, with a stray control character or sequences of a terminal is
    text.
    """
    for data in (
        b"caf\xe9 \x93quoted\x94\n" * 9,
        b"thanks\0 to all of you for these kind words\n" * 9,
        b"\x1b[1mSale\x1b[0m\n" * 9,
    ):
        assert binary_of(data) is None
    assert binary_of("恭喜大家\n".encode("gb18030") * 9) is None


def test_a_table_of_another_form_is_told(write):
    """A table that is asked for in a form that it is not in says which it is in."""
    with pytest.raises(
        FileError, match=r"E512.*looks like a SQLite database, not posts\. Leave out --format"
    ):
        open_reader(write("a.csv", b"SQLite format 3\0" + bytes(100)), format="csv")
