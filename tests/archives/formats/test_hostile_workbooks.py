"""Workbooks that claim more than they hold: the process that reads one may die of it, and ours
says so in a sentence.
"""

import subprocess
import sys
import zipfile

import pytest

import givesell
from givesell.archives.parsing import sheet_process
from givesell.errors import FileError

pytest.importorskip("python_calamine", reason="the extra givesell[excel] is not installed")
xlsxwriter = pytest.importorskip("xlsxwriter", reason="the extra givesell[excel] is not installed")
LIMITED = pytest.mark.skipif(
    sys.platform != "linux", reason="only Linux limits the memory of a process"
)


@pytest.fixture
def book(tmp_path):
    """Write a workbook with some rows, and with cells far away, and return its path."""

    def write(rows=("Thanks!",), *far):
        path = tmp_path / "posts.xlsx"
        with xlsxwriter.Workbook(str(path)) as made:
            sheet = made.add_worksheet("posts")
            sheet.write_column(0, 0, ["text", *rows])
            for row, column in far:
                sheet.write_string(row, column, "x")
        return path

    return write


@LIMITED
@pytest.mark.parametrize("far", [(1_048_575, 16_383), (100_000, 400)])
def test_a_cell_far_away(book, far):
    """A few bytes that make a sheet of billions of cells are refused."""
    with pytest.raises(FileError, match=r"E541.*600 MiB of memory"):
        givesell.read_archive(book(["Thanks!"], far))


@LIMITED
def test_a_long_text_in_many_cells(book, tmp_path):
    """A text is written once, however many cells it stands in; read, each has its own."""
    path = tmp_path / "strings.xlsx"
    with (
        zipfile.ZipFile(book(["Thanks!"] * 5_000)) as whole,
        zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as made,
    ):
        for name in whole.namelist():
            made.writestr(name, whole.read(name).replace(b"Thanks!", b"Thanks" * 200_000))
    with pytest.raises(FileError, match="E541"):
        givesell.read_archive(path)


def test_wide_and_long_sheets_are_read(book):
    """Cells in the last row and the last column are no bombs by themselves."""
    assert [post.text for post in givesell.read_archive(book(["Thanks!"], (1_048_575, 1)))] == [
        "Thanks!",
        None,
    ]
    assert [post.text for post in givesell.read_archive(book(["Thanks!"], (1, 16_383)))] == [
        "Thanks!"
    ]


def test_a_process_that_dies_is_told(book, monkeypatch, tmp_path):
    """Whatever ends it, the file is named; and none is left behind, also where not all is read."""
    path, started = book(["Thanks!"] * 50_000), []

    class Watched(subprocess.Popen):
        def __init__(self, *args, **options):
            super().__init__(*args, **options)
            started.append(self)

    monkeypatch.setattr(sheet_process.subprocess, "Popen", Watched)
    assert next(iter(givesell.read_archive(path))).text == "Thanks!"
    assert all(process.returncode is not None for process in started)
    broken = tmp_path / "dies.py"
    broken.write_text("import sys; sys.exit(3)")
    monkeypatch.setattr(sheet_process.sheet_cells, "__file__", str(broken))
    with pytest.raises(FileError, match=r"E406.*posts\.xlsx"):
        givesell.read_archive(path)


def test_a_frozen_program_reads_for_itself(book, monkeypatch):
    """A frozen program has no Python to start, so it reads the workbook in its own process."""
    path = book()
    monkeypatch.setattr(sheet_process, "_apart", None)
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    assert [post.text for post in givesell.read_archive(path)] == ["Thanks!"]
