"""What is wrong with archives: cut ones, bombs, names that climb, nesting."""

import os
import tarfile
import zipfile

import pytest

from givesell.archives import open_reader
from givesell.errors import FileError

TWEETS = 'window.YTD.tweets.part0 = [{"tweet": {"id_str": "1", "full_text": "hi", "created_at": "Wed Oct 19 20:07:25 +0000 2022"}}]'


def test_a_cut_zip_is_one_error(write):
    """A zip that breaks off is told as such, in one line."""
    path = write("x.zip", {"data/tweets.js": TWEETS * 100})
    path.write_bytes(path.read_bytes()[:-60])
    with pytest.raises(FileError, match=r"E505.*x\.zip: the zip breaks off or is damaged\. Download it again\."):
        open_reader(path)


def test_a_cut_tar_is_one_error(write):
    """So is a packed tar."""
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
    monkeypatch.setattr("givesell.archives.limits.BOMB_BYTES", 1 << 20)
    starts = {
        "data/tweets.js": b'window.YTD.tweets.part0 = [{"tweet": {"full_text": "',
        "outbox.json": b'{"@context": "activitystreams", "orderedItems": ["',
    }
    member = "data/tweets.js" if name.endswith("zip") else "outbox.json"
    path = write(name, {member: starts[member] + b"x" * (8 << 20)})
    with pytest.raises(FileError, match=r"E506.*it unpacks to more than 1 MiB and 200 times its size"):
        list(open_reader(path).posts(None))


@pytest.mark.parametrize("name", ["../../evil/tweets.js", "/tmp/evil/tweets.js", "data/../../tweets.js", "C:\\evil\\tweets.js"])
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
        with pytest.raises(FileError, match=r"E501.*no export of a known platform is in it \(found: nothing\)"):
            open_reader(path)


def test_an_encrypted_member_is_told(write):
    """A password is asked for by nobody: the error says to unpack."""
    path = write("x.zip", {"data/tweets.js": TWEETS})
    data = path.read_bytes()
    for mark, place in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = data.index(mark) + place
        data = data[:at] + b"\x01\x00" + data[at + 2 :]
    path.write_bytes(data)
    with pytest.raises(FileError, match="it is encrypted; unpack it first"):
        open_reader(path)


def test_of_two_members_of_one_name_the_first_is_read(tmp_path):
    """Appended members do not replace what was there."""
    with zipfile.ZipFile(tmp_path / "x.zip", "w") as archive:
        archive.writestr("data/tweets.js", TWEETS)
        with pytest.warns(UserWarning, match="Duplicate"):
            archive.writestr("data/tweets.js", TWEETS.replace("hi", "evil"))
    assert [post.text for post in open_reader(tmp_path / "x.zip").posts(None)] == ["hi"]
