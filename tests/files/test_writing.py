"""The one rule for all that is written: inputs are safe, nothing is replaced unasked, and a kill
leaves the old or the new.
"""

import os
import sys
import threading
from pathlib import Path

import pytest

from givesell.errors import FileError
from givesell.files import writing
from givesell.files.writing import check_output, put_in_place, replacing_folder, write_file


@pytest.fixture
def there(tmp_path):
    """A file that somebody needs."""
    path = tmp_path / "there.csv"
    path.write_text("precious")
    return path


def names(folder):
    """Return what lies in a folder, hidden files too."""
    return sorted(path.name for path in folder.iterdir())


@pytest.mark.parametrize("way", ["itself", "hard link", "symbolic link", "another spelling"])
def test_an_input_is_never_an_output(tmp_path, there, way):
    """However the same file is reached, and whether or not it may be replaced, it is refused and
    stays.
    """
    out = {"itself": there, "another spelling": tmp_path / "x" / ".." / "there.csv"}.get(
        way, tmp_path / "out.csv"
    )
    (tmp_path / "x").mkdir()
    if way == "hard link":
        out.hardlink_to(there)
    if way == "symbolic link":
        out.symlink_to(there)
    with pytest.raises(FileError, match="E408"):
        write_file(out, b"new", inputs=[there], overwrite=True)
    assert there.read_text() == "precious"


def test_what_is_there_is_replaced_only_if_asked(tmp_path, there):
    """Without a word it stays; with one the new content has its name, and nothing else is left."""
    with pytest.raises(FileError, match=r"E409.*there\.csv.*overwrite=True"):
        write_file(there, b"new")
    assert there.read_text() == "precious"
    write_file(there, b"new", overwrite=True)
    assert there.read_bytes() == b"new"
    assert names(tmp_path) == ["there.csv"]


@pytest.mark.parametrize("mode", [0o600, 0o640, 0o444])
def test_a_file_keeps_its_permissions(there, mode):
    """A file that is replaced keeps its permissions, so that a private one stays private."""
    there.chmod(mode)
    write_file(there, b"new", overwrite=True)
    assert there.stat().st_mode & 0o777 == mode


def test_a_new_file_has_the_permissions_of_any_other(tmp_path):
    """The user's mask decides, as for a file that is written plainly."""
    (tmp_path / "plain").write_bytes(b"")
    write_file(tmp_path / "new.csv", b"new")
    assert (tmp_path / "new.csv").stat().st_mode == (tmp_path / "plain").stat().st_mode


def test_a_link_is_replaced_and_what_it_leads_to_stays(tmp_path, there):
    """Writing to a link writes to no other place."""
    (tmp_path / "link.csv").symlink_to(there)
    write_file(tmp_path / "link.csv", b"new", overwrite=True)
    assert there.read_text() == "precious"
    assert (tmp_path / "link.csv").read_bytes() == b"new"


def test_a_link_to_nothing_is_there(tmp_path):
    """A link to nothing is neither written through nor replaced without overwrite."""
    (tmp_path / "link.csv").symlink_to(tmp_path / "nowhere.csv")
    with pytest.raises(FileError, match="E409"):
        write_file(tmp_path / "link.csv", b"new")
    assert names(tmp_path) == ["link.csv"]


def test_places_that_cannot_be_written_are_named(tmp_path):
    """A folder, a missing folder, a pipe, a name that no disk takes: one error, which names the
    place.
    """
    (tmp_path / "folder").mkdir()
    os.mkfifo(tmp_path / "pipe")
    for name in ("folder", "no/out.csv", "pipe", "x" * 300, "nul\0.csv"):
        with pytest.raises(FileError, match="E405") as error:
            check_output(tmp_path / name, overwrite=True)
        assert error.value.details["path"] == tmp_path / name


def test_after_an_error_nothing_has_changed(tmp_path, there):
    """A write that fails half way leaves what was there, and no rest of itself."""

    def fail():
        with writing.writing(there, overwrite=True) as fresh:
            fresh.write_bytes(b"half")
            raise OSError(28, "No space left on device")

    with pytest.raises(FileError, match=r"E405.*No space left"):
        fail()
    assert there.read_text() == "precious"
    assert names(tmp_path) == ["there.csv"]


def test_what_appears_meanwhile_is_not_replaced(tmp_path):
    """A file that somebody else has made since the check stays."""

    def write():
        with writing.writing(tmp_path / "out.csv") as fresh:
            fresh.write_bytes(b"ours")
            (tmp_path / "out.csv").write_bytes(b"theirs")

    with pytest.raises(FileError, match="E409"):
        write()
    assert (tmp_path / "out.csv").read_bytes() == b"theirs"
    assert names(tmp_path) == ["out.csv"]


def test_a_disk_without_links_does_too(tmp_path, there, monkeypatch):
    """Where a second name cannot be given the file is moved, and still replaces nothing unasked."""

    def refuse(self, other):
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr("pathlib.Path.hardlink_to", refuse)
    write_file(tmp_path / "new.csv", b"new")
    assert (tmp_path / "new.csv").read_bytes() == b"new"
    (tmp_path / "fresh").write_bytes(b"x")
    with pytest.raises(FileError, match="E409"):
        put_in_place(tmp_path / "fresh", there, overwrite=False)
    assert there.read_text() == "precious"


def test_content_is_on_the_disk_before_it_has_its_name(tmp_path, monkeypatch):
    """The file and the folder that names it are brought to the disk, in this order."""
    done = []
    sync, link = os.fsync, os.link
    monkeypatch.setattr(
        "os.fsync",
        lambda number: (
            done.append("folder" if Path(f"/proc/self/fd/{number}").is_dir() else "file"),
            sync(number),
        ),
    )
    monkeypatch.setattr(
        "os.link", lambda *args, **options: (done.append("name"), link(*args, **options))
    )
    write_file(tmp_path / "new.csv", b"new")
    assert done == ["file", "name", "folder"]


def test_a_folder_is_swapped_and_keeps_what_else_is_in_it(tmp_path):
    """Notes and folders beside the files that are written stay, with their bytes; permissions
    stay too.
    """
    place = tmp_path / "mine"
    for text in ("one", "two"):
        with replacing_folder(place, names=["data"]) as fresh:
            (fresh / "data").write_text(text)
        assert (place / "data").read_text() == text
        if text == "one":
            (place / "notes.txt").write_text("mine")
            (place / "deep" / "er").mkdir(parents=True)
            (place / "deep" / "er" / "x").write_text("x")
            place.chmod(0o700)
    assert (place / "notes.txt").read_text() == "mine"
    assert (place / "deep" / "er" / "x").read_text() == "x"
    assert place.stat().st_mode & 0o777 == 0o700
    assert names(tmp_path) == ["mine"]


@pytest.mark.parametrize("steps", ["one", "two"])
def test_a_folder_is_the_old_or_the_new_at_every_moment(tmp_path, monkeypatch, steps):
    """Whoever reads while it is written finds both files of one version; with the swap in one
    step, always.
    """
    place = tmp_path / "mine"
    if steps == "two":
        monkeypatch.setattr("givesell.files.writing.ctypes.CDLL", lambda *args, **options: object())
    stop, missing, mixed = threading.Event(), [], []

    def read():
        while not stop.is_set():
            try:
                number = os.open(place, os.O_RDONLY)
            except FileNotFoundError:
                missing.append(1)
                continue
            try:
                found = set()
                for name in ("a", "b"):
                    with os.fdopen(os.open(name, os.O_RDONLY, dir_fd=number)) as file:
                        found.add(file.read())
                if len(found) > 1:
                    mixed.append(found)
            except FileNotFoundError:
                pass  # the folder that was opened has been replaced and removed: open it again
            finally:
                os.close(number)

    def write(text):
        with replacing_folder(place, names=["a", "b"]) as fresh:
            for name in ("a", "b"):
                (fresh / name).write_text(text)

    write("0")
    reader = threading.Thread(target=read)
    reader.start()
    for number in range(1, 60):
        write(str(number))
    stop.set()
    reader.join()
    assert not mixed
    assert (place / "a").read_text() == "59"
    if steps == "one" and sys.platform == "linux":
        assert not missing
    assert names(tmp_path) == ["mine"]
