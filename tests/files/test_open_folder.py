"""Reading from one folder whatever is put in its place, and telling which files can be mapped."""

import os

import pytest

from givesell.files.open_folder import OpenFolder, is_fixed


def test_another_folder_in_its_place(tmp_path):
    """Files come from the folder that was opened, which is told to have been replaced."""
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    (tmp_path / "a" / "x").write_text("a")
    (tmp_path / "b" / "x").write_text("b")
    with OpenFolder(tmp_path / "a") as folder:
        assert not folder.was_replaced()
        (tmp_path / "a").rename(tmp_path / "c")
        assert folder.was_replaced()
        (tmp_path / "b").rename(tmp_path / "a")
        assert folder.was_replaced()
        with folder.open("x") as file:
            assert file.read() == (b"a" if os.open in os.supports_dir_fd else b"b")


def test_no_folder(tmp_path):
    """A folder that is not there, or is a file, fails with its files."""
    (tmp_path / "file").touch()
    for name in ("nowhere", "file", "null\0"):
        with OpenFolder(tmp_path / name) as folder, pytest.raises(OSError, match=r"."):
            folder.open("x")
        assert not folder.was_replaced() or name == "file"


@pytest.mark.parametrize(
    ("mode", "owner", "user", "fixed"),
    [
        (0o444, 7, 7, True),
        (0o644, 7, 7, False),
        (0o444, 8, 7, False),
        (0o644, 0, 7, True),
        (0o664, 0, 7, False),
        (0o646, 0, 7, False),
        (0o644, 0, 0, False),
        (0o444, 0, 0, True),
    ],
)
@pytest.mark.skipif(not hasattr(os, "geteuid"), reason="owners are told on POSIX systems")
def test_fixed_files(monkeypatch, mode, owner, user, fixed):
    """A file is fixed that neither this user nor another one but the system can write to."""
    monkeypatch.setattr(os, "geteuid", lambda: user)
    assert is_fixed(os.stat_result((0o100000 | mode, 0, 0, 1, owner, 0, 0, 0, 0, 0))) == fixed
