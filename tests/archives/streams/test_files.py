"""What is wrong with archives: cut ones, bombs, names that climb, nesting."""

import os
import random
import struct
import tarfile
import zipfile
from pathlib import Path

import pytest

from givesell.archives import open_reader
from givesell.archives.opening import is_export
from givesell.archives.read import read_archive
from givesell.archives.streams import files, tar_file
from givesell.errors import ArgumentTypeError, FileError
from tests.archives.conftest import Taken

TWEETS = (
    'window.YTD.tweets.part0 = [{"tweet": {"id_str": "1", "full_text": "hi", "created_at": "Wed Oct'
    ' 19 20:07:25 +0000 2022"}}]'
)


def channels(count):
    """Return the files of a Discord package."""
    message = '[{"ID": %d, "Timestamp": "2020-01-01 00:00:00", "Contents": "buy now"}]'
    return {f"messages/c{i}/messages.json": message % i for i in range(count)}


def test_a_cut_zip_is_one_error(write):
    """A zip that breaks off is told as such, in one line."""
    path = write("x.zip", {"data/tweets.js": TWEETS * 100})
    path.write_bytes(path.read_bytes()[:-60])
    with pytest.raises(
        FileError, match=r"E505.*x\.zip: the zip breaks off or is damaged\. Download it again\."
    ):
        open_reader(path)


def test_a_cut_tar_is_one_error(write):
    """A compressed tar that is cut off is one error."""
    path = write("x.tar.gz", {"media/1.png": os.urandom(4 << 20), "outbox.json": b"{}"})
    path.write_bytes(path.read_bytes()[: 3 << 20])
    with pytest.raises(FileError, match=r"E505.*the tar breaks off or is damaged"):
        open_reader(path)


def test_a_member_that_is_damaged_is_named(write):
    """A wrong checksum is told with the member's name."""
    path = write("x.zip", {"data/tweets.js": TWEETS})
    data = bytearray(path.read_bytes())
    start = data.index(b"tweets.js") + len("tweets.js")
    data[start + 20] ^= 0xFF
    path.write_bytes(bytes(data))
    with pytest.raises(FileError, match=r"E406.*x\.zip/data/tweets\.js: cannot be read"):
        list(open_reader(path).posts(None))


@pytest.mark.parametrize("name", ["bomb.zip", "bomb.tar.gz"])
def test_a_bomb_is_given_up(write, name, monkeypatch):
    """What unpacks to far more than its size is stopped at a stated size and ratio."""
    monkeypatch.setattr("givesell.archives.streams.limits.BOMB_BYTES", 1 << 20)
    starts = {
        "data/tweets.js": b'window.YTD.tweets.part0 = [{"tweet": {"full_text": "',
        "outbox.json": b'{"@context": "activitystreams", "orderedItems": ["',
    }
    member = "data/tweets.js" if name.endswith("zip") else "outbox.json"
    path = write(name, {member: starts[member] + b"x" * (8 << 20)})
    with pytest.raises(
        FileError, match=r"E506.*it unpacks to more than 1 MiB and 200 times its size"
    ):
        list(open_reader(path).posts(None))


@pytest.mark.parametrize(
    "name",
    ["../../evil/tweets.js", "/tmp/evil/tweets.js", "data/../../tweets.js", "C:\\evil\\tweets.js"],
)
def test_a_name_that_climbs_is_only_a_name(write, tmp_path, name):
    """Nothing is written to the disk by a member's name; the member is read like any other."""
    path = write("x.zip", {name: TWEETS})
    before = sorted(tmp_path.parent.rglob("*"))
    posts = list(open_reader(path).posts(None))
    assert [post.text for post in posts] == ["hi"]
    assert sorted(tmp_path.parent.rglob("*")) == before


def test_links_in_archives_and_folders_are_not_followed(tmp_path):
    """A tar's link and a folder's link lead nowhere."""
    secret = tmp_path / "secret.js"
    secret.write_text(TWEETS)
    with tarfile.open(tmp_path / "x.tar", "w") as archive:
        link = tarfile.TarInfo("data/tweets.js")
        link.type, link.linkname = tarfile.SYMTYPE, str(secret)
        archive.addfile(link)
    folder = tmp_path / "folder"
    folder.mkdir()
    (folder / "tweets.js").symlink_to(secret)
    for path in (tmp_path / "x.tar", folder):
        with pytest.raises(
            FileError, match=r"E501.*contains no export of a known platform \(found: nothing\)"
        ):
            open_reader(path)


def test_an_encrypted_member_is_told(write):
    """A password is asked for by nobody: the error says to unpack."""
    path = write("x.zip", {"data/tweets.js": TWEETS})
    data = path.read_bytes()
    for mark, place in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = data.index(mark) + place
        data = data[:at] + b"\x01\x00" + data[at + 2 :]
    path.write_bytes(data)
    with pytest.raises(FileError, match="it is encrypted; unpack it with its password first"):
        open_reader(path)


def test_of_two_members_of_one_name_the_first_is_read(tmp_path):
    """Appended members do not replace what was there."""
    with zipfile.ZipFile(tmp_path / "x.zip", "w") as archive:
        archive.writestr("data/tweets.js", TWEETS)
        with pytest.warns(UserWarning, match="Duplicate"):
            archive.writestr("data/tweets.js", TWEETS.replace("hi", "evil"))
    assert [post.text for post in open_reader(tmp_path / "x.zip").posts(None)] == ["hi"]


def test_the_list_of_a_zip_is_read_once(write, monkeypatch):
    """Not with each of its members, which would take time as the square of their number."""
    lists = []
    make = zipfile.ZipFile
    monkeypatch.setattr(zipfile, "ZipFile", lambda *given: lists.append(1) or make(*given))
    path = write("x.zip", {})
    for count in (10, 40):
        with make(path, "w") as archive:
            for name, data in channels(count).items():
                archive.writestr(name, data)
        lists.clear()
        assert len(list(open_reader(path).posts(None))) == count
        assert len(lists) == 2  # for telling the format, and for reading


def test_a_packed_tar_is_unpacked_a_few_times(write, monkeypatch):
    """Not once for each of its members: they are read as they lie in it."""
    starts = []
    start = tar_file._TarStream._restart
    monkeypatch.setattr(
        tar_file._TarStream, "_restart", lambda self: starts.append(1) or start(self)
    )
    names = list(channels(60))
    random.Random(1).shuffle(names)
    path = write("x.tar.gz", {name: channels(60)[name] for name in names})
    assert len(list(open_reader(path).posts(None))) == 60
    assert len(starts) <= 6


def test_many_inputs_do_not_hold_many_files_open(write, tmp_path):
    """An archive lets go of its file when its format has been told, and when it has been read."""
    write("x.zip", channels(3))
    write("x.tar", channels(3))
    here = Path("/proc/self/fd")
    if not here.is_dir():
        pytest.skip("open files cannot be counted here")
    readers = [open_reader(tmp_path / name) for name in ("x.zip", "x.tar")]
    for reader in readers:
        assert sum(len(batch) for batch in reader.batches(Taken())) == 3
    assert not [
        place for place in here.iterdir() if place.exists() and place.resolve().parent == tmp_path
    ]


def test_a_zip_whose_members_lie_over_each_other_is_refused(write):
    """A zip whose members overlap is refused, since few bytes could unpack to very many files."""
    path = write("x.zip", {"data/tweets.js": TWEETS})
    data = path.read_bytes()
    entry, end = data.index(b"PK\x01\x02"), data.index(b"PK\x05\x06")
    listed = data[entry:end] * 3
    path.write_bytes(
        data[:entry]
        + listed
        + data[end : end + 8]
        + struct.pack("<HHIIH", 3, 3, len(listed), entry, 0)
    )
    with pytest.raises(FileError, match=r"E506.*its members lie over each other"):
        open_reader(path)


def test_all_members_together_may_be_no_bomb(write, monkeypatch):
    """Many members, each within the limit, are not."""
    monkeypatch.setattr("givesell.archives.streams.limits.BOMB_BYTES", 1 << 20)
    posts = channels(1)["messages/c0/messages.json"].replace(
        "}]", '}, {"Contents": "' + "x" * 900_000 + '"}]'
    )
    path = write("x.zip", dict.fromkeys(channels(8), posts))
    with pytest.raises(
        FileError, match=r"E506.*it unpacks to more than 1 MiB and 200 times its size"
    ):
        list(open_reader(path).posts(None))


def header(name, size=0, kind=tarfile.REGTYPE, claimed=None):
    """Return the header of a tar, whose size may be given as bytes."""
    info = tarfile.TarInfo(name)
    info.size, info.type = size, kind
    data = bytearray(info.tobuf(tarfile.GNU_FORMAT))
    if claimed is not None:
        data[124:136] = claimed
        data[148:156] = b" " * 8
        data[148:156] = b"%06o\0 " % sum(data)
    return bytes(data)


@pytest.mark.parametrize(
    "claimed",
    [b"\xff" * 12, b"\x80" + b"\x7f" * 11, b"\x80" + b"\x00" * 3 + b"\x7f" * 8, b"zzzzzzzzzzz\0"],
)
def test_impossible_sizes_in_a_tar(tmp_path, claimed):
    """Negative and huge ones end the list; the files before are read."""
    content = TWEETS.encode()
    good = header("data/tweets.js", len(content)) + content.ljust(512, b"\0")
    path = tmp_path / "x.tar"
    path.write_bytes(header("data/tweets.js", claimed=claimed) + content.ljust(1024, b"\0"))
    with pytest.raises(FileError, match="E505"):
        open_reader(path)
    path.write_bytes(good + header("data/tweet.js", claimed=claimed) + b"\0" * 1024)
    reader, taken = open_reader(path), Taken()
    assert sum(len(batch) for batch in reader.batches(taken)) == 1
    assert len(taken.rows) == 1


def test_extensions_of_a_tar(tmp_path):
    """Long names are read from them; endless, sparse and broken ones are told and cost neither
    time nor memory.
    """
    content = TWEETS.encode()
    body = content.ljust(512, b"\0")
    pax = b"312 path=%s\n" % (b"p" * (302 - 15) + b"/data/tweets.js")
    path = tmp_path / "x.tar"

    def members(data):
        path.write_bytes(data)
        return open_reader(path)

    long = header("x", len(pax), tarfile.XHDTYPE) + pax.ljust(512, b"\0")
    assert members(long + header("x", len(content)) + body).members[0].endswith("/data/tweets.js")
    # Many after each other, without going down a level for each.
    assert len(members(long * 3_000 + header("x", len(content)) + body).members) == 1
    with pytest.raises(FileError, match=r"E505"):
        members(header("x", 2 << 20, tarfile.XHDTYPE) + b" " * (2 << 20))
    sparse = b"22 GNU.sparse.major=1\n"
    with pytest.raises(FileError, match=r"E406.*it is sparse; unpack it first"):
        members(
            header("x", len(sparse), tarfile.XHDTYPE)
            + sparse.ljust(512, b"\0")
            + header("data/tweets.js", len(content))
            + body
        )


def test_a_member_without_a_name(write):
    """A member without a name does not keep the others from being read."""
    path = write("x.zip", {"data/tweets.js": TWEETS, "a": "x"})
    data = path.read_bytes()
    at = data.rindex(b"PK\x01\x02")
    path.write_bytes(data[: at + 28] + b"\0\0" + data[at + 30 : at + 46] + data[at + 47 :])
    path.write_bytes(
        path.read_bytes()[:-10]
        + struct.pack("<I", len(data) - 22 - data.index(b"PK\x01\x02") - 1)
        + data[-6:]
    )
    assert [post.text for post in open_reader(path).posts(None)] == ["hi"]


def test_text_that_looks_like_a_tar_is_none(write):
    """The mark of a tar may stand in a post."""
    reader = open_reader(write("a.csv", "text\n" + "x" * 252 + "ustar" + "y" * 300 + "\n"))
    assert reader.name == "csv"


def test_depth_of_folders_is_no_matter(tmp_path):
    """Folders are listed at any depth, without recursion."""
    here = Path.cwd()
    deep = tmp_path / "deep"
    deep.mkdir()
    try:
        os.chdir(deep)
        for _ in range(1_200):
            os.mkdir("d")  # noqa: PTH102
            os.chdir("d")
        Path("tweets.js").write_text(TWEETS)
        assert files.Folder(deep).names() == ["d/" * 1_200 + "tweets.js"]
        # Python's own way to remove it goes down on the stack.
        Path("tweets.js").unlink()
        for _ in range(1_200):
            os.chdir("..")
            os.rmdir("d")  # noqa: PTH106
    finally:
        os.chdir(here)


def test_odd_names_in_a_folder(tmp_path):
    """Names that are not UTF-8 are written out; what is no file is passed over."""
    odd = tmp_path / "odd" / os.fsdecode(b"caf\xe9")
    odd.mkdir(parents=True)
    (odd / "tweets.js").write_text(TWEETS)
    os.mkfifo(odd / "tweet.js")
    reader = open_reader(tmp_path / "odd")
    assert sum(len(batch) for batch in reader.batches(Taken())) == 1
    assert str(reader.shown).endswith("caf\\udce9/tweets.js")


def test_a_folder_that_cannot_be_listed_is_named(tmp_path, monkeypatch):
    """A folder that cannot be listed is reported by name."""
    (tmp_path / "closed").mkdir()
    (tmp_path / "tweets.js").write_text(TWEETS)
    listed = os.scandir

    def refuse(place):
        if str(place).endswith("closed/") or str(place).endswith("closed"):
            raise PermissionError(13, "Permission denied")
        return listed(place)

    monkeypatch.setattr(os, "scandir", refuse)
    for look in (open_reader, is_export):
        with pytest.raises(FileError, match=r"E406.*closed: cannot be read \(Permission denied\)"):
            look(tmp_path)


def test_what_is_no_file(tmp_path):
    """A pipe would be waited for without end; names that are too long or no names are told."""
    os.mkfifo(tmp_path / "pipe.csv")
    for path in (tmp_path / "pipe.csv", "/dev/zero"):
        with pytest.raises(FileError, match=r"E406.*it is no regular file"):
            read_archive(path)
    (tmp_path / "dangling.csv").symlink_to(tmp_path / "nowhere")
    for name in ("dangling.csv", "a\0b.csv", "\ud800.csv"):
        with pytest.raises(FileError, match="E401"):
            read_archive(tmp_path / name)
    with pytest.raises(FileError, match=r"E406.*File name too long"):
        read_archive(tmp_path / ("x" * 300))
    for path in (5, None, b"a.csv"):
        with pytest.raises(ArgumentTypeError, match=r"E206.*path must be a path"):
            read_archive(path)
