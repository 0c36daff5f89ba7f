"""Damaged tails: the rows before are kept, the damage is told, and nothing but our own errors
comes out.
"""

import bz2
import gzip
import io
import lzma
import os
import sqlite3
import tarfile
import zipfile

import pytest

from givesell.archives import PostReader, open_reader
from givesell.archives.shapes.roles import find_text_column
from givesell.archives.streams.compression import zstd
from givesell.errors import DataError, FileError
from tests.archives.conftest import Taken
from tests.archives.mutate import mutated

PACK = {"gz": gzip.compress, "bz2": bz2.compress, "xz": lzma.compress, "zst": zstd.compress}
LINES = [f"buy {os.urandom(30).hex()}" for _ in range(60_000)]
TWEET = (
    '{"tweet": {"id_str": "%d", "full_text": "hi", "created_at": "Wed Oct 19 20:07:25 +0000 2022"}}'
)
TWEETS = "window.YTD.tweets.part0 = [" + TWEET % 1 + "]"


def read(path):
    """Return the posts of an input and its rejects."""
    reader = open_reader(path)
    reader.use_text(
        "text"
        if isinstance(reader, PostReader)
        else find_text_column(reader.schema.names, None, path)
    )
    taken = Taken()
    return [
        text for batch in reader.batches(taken) for text in batch.column(reader.text).to_pylist()
    ], taken.rows


@pytest.mark.parametrize("ending", PACK)
def test_rows_before_a_cut_are_kept(write, ending):
    """Of a packed file that breaks off, what comes before is read, the cut row and the damage
    are told.
    """
    whole = PACK[ending]("\n".join(["text", *LINES]).encode())
    texts, rejects = read(write(f"a.csv.{ending}", whole[: len(whole) * 3 // 4]))
    assert len(texts) > 10_000
    assert texts == LINES[: len(texts)]
    *cut, damage = rejects
    assert cut in ([], [(len(texts) + 2, "not UTF-8")])
    assert damage[0] == 0
    assert damage[1].startswith("it breaks off or is damaged: ")


@pytest.mark.parametrize("ending", PACK)
def test_what_stands_after_the_end_is_told(write, ending):
    """The rows of a whole packed file count, the last one too; what follows it is no row."""
    packed = PACK[ending](b"text\nbuy\nthanks")
    assert read(write(f"a.csv.{ending}", packed + b"GARBAGE")) == (
        ["buy", "thanks"],
        [(0, "it breaks off or is damaged: there is something else after its end")],
    )
    assert read(write(f"b.csv.{ending}", packed + PACK[ending](b" all\nhm\n") + b"\0" * 700)) == (
        ["buy", "thanks all", "hm"],
        [],
    )


@pytest.mark.parametrize("ending", PACK)
def test_what_is_damaged_from_its_first_byte_on_is_an_error(write, ending):
    """Where nothing can be read there is nothing to keep."""
    with pytest.raises(FileError, match=r"E406.*it breaks off or is damaged"):
        read(write(f"a.csv.{ending}", PACK[ending](b"text\nbuy\n")[:8]))


def test_windows_of_2_gib_are_read(write):
    """As the monthly Reddit dumps have them."""
    options = {
        zstd.CompressionParameter.window_log: 31,
        zstd.CompressionParameter.enable_long_distance_matching: 1,
    }
    pack = zstd.ZstdCompressor(options=options)
    assert read(write("a.csv.zst", pack.compress(b"text\nbuy\n") + pack.flush())) == (["buy"], [])


def test_a_packed_file_that_is_a_bomb_is_given_up(write, monkeypatch):
    """A file by itself may not unpack without end either, with a long window less so."""
    monkeypatch.setattr("givesell.archives.streams.limits.BOMB_BYTES", 1 << 20)
    for pack in PACK.values():
        with pytest.raises(FileError, match=r"E506.*more than 1 MiB and 200 times its size"):
            read(write("a.csv", pack(b"text\n" + b"buy\n" * (1 << 20))))
    pack = zstd.ZstdCompressor(options={zstd.CompressionParameter.window_log: 28})
    with pytest.raises(FileError, match="50 times its size"):
        read(write("a.csv", pack.compress(b"text\n" + b"buy\n" * (1 << 20)) + pack.flush()))


def test_one_damaged_file_of_an_archive_costs_no_other(write):
    """A member whose checksum is wrong is told, and the others are read."""
    channel = '[{"ID": %d, "Timestamp": "2020-01-01 00:00:00", "Contents": "post %d"}]'
    path = write("x.zip", {f"messages/c{i}/messages.json": channel % (i, i) for i in range(3)})
    data = path.read_bytes()
    at = data.index(b"c1/messages.json") + 25
    path.write_bytes(data[:at] + b"\xff\xff\xff" + data[at + 3 :])
    texts, [(line, reason)] = read(path)
    assert (texts, line) == (["post 0", "post 2"], 0)
    assert reason.startswith("it breaks off or is damaged: ")


def test_a_damaged_file_beside_the_posts_costs_none(write):
    """Whose archive it is cannot be told then; what it says can."""
    path = write(
        "x.zip",
        {"data/tweets.js": TWEETS, "data/account.js": "window.YTD.account.part0 = " + "x" * 500},
    )
    data = path.read_bytes()
    at = data.index(b"account.js") + 12
    path.write_bytes(data[:at] + b"\xff\xff\xff" + data[at + 3 :])
    texts, rejects = read(path)
    assert (texts, len(rejects)) == (["hi"], 1)


@pytest.mark.parametrize("name", ["x.tar", "x.tar.gz"])
def test_files_before_the_cut_of_a_tar_are_read(write, name):
    """Files that come before the point where a tar breaks off are read."""
    path = write(name, {"data/tweets.js": TWEETS, "data/media.bin": os.urandom(400_000)})
    path.write_bytes(path.read_bytes()[:200_000])
    texts, [(line, reason)] = read(path)
    assert (texts, line) == (["hi"], 0)
    assert reason.endswith("; 2 files come before")


def seeds(tmp_path):
    """Return small packed files and archives."""
    files = {
        f"a.csv.{ending}": pack(b"text\n" + b"buy now\n" * 50) for ending, pack in PACK.items()
    }
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as made:
        made.writestr("data/tweets.js", TWEETS)
        made.writestr("data/account.js", "[]")
    files["a.zip"] = archive.getvalue()
    for form in (tarfile.USTAR_FORMAT, tarfile.GNU_FORMAT, tarfile.PAX_FORMAT):
        archive = io.BytesIO()
        with tarfile.open(fileobj=archive, mode="w", format=form) as tar:
            for member in ("data/tweets.js", "x" * 90 + "/tweets.js"):
                info = tarfile.TarInfo(member)
                info.size = len(TWEETS)
                tar.addfile(info, io.BytesIO(TWEETS.encode()))
        files[f"a{form}.tar"] = archive.getvalue()
    base = sqlite3.connect(tmp_path / "seed.db")
    base.execute("CREATE TABLE posts (text, n INTEGER)")
    base.executemany(
        "INSERT INTO posts VALUES (?, ?)", [("buy now", number) for number in range(200)]
    )
    base.commit()
    base.close()
    files["a.db"] = (tmp_path / "seed.db").read_bytes()
    return files


def test_mutated_files_give_rows_or_our_errors(tmp_path):
    """Whatever is done to a packed file, an archive or a database, it is read, rejected or
    refused.
    """
    outcomes = {True: 0, False: 0}
    for name, data in seeds(tmp_path).items():
        for seed in range(60):
            path = tmp_path / name
            path.write_bytes(mutated(data, seed) or b"x")
            try:
                read(path)
            except (FileError, DataError):  # the latter where it is a table without posts
                outcomes[False] += 1
            else:
                outcomes[True] += 1
    assert min(outcomes.values()) > 50
