"""Spreadsheets, read and written."""

import datetime as dt
import sys
import zipfile

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import givesell
from givesell.errors import GivesellError

calamine = pytest.importorskip(
    "python_calamine", reason="the extra givesell[excel] is not installed"
)
xlsxwriter = pytest.importorskip("xlsxwriter", reason="the extra givesell[excel] is not installed")


@pytest.fixture
def book(tmp_path):
    """Write a workbook of some sheets, each a list of rows, and return its path."""

    def write(name="posts.xlsx", **sheets):
        path = tmp_path / name
        with xlsxwriter.Workbook(str(path), {"default_date_format": "yyyy-mm-dd hh:mm"}) as made:
            day = made.add_format({"num_format": "yyyy-mm-dd"})
            for title, rows in sheets.items():
                sheet = made.add_worksheet(title)
                for r, row in enumerate(rows):
                    for c, cell in enumerate(row):
                        form = (day,) if type(cell) is dt.date else ()
                        (
                            sheet.write_string(r, c, cell)
                            if isinstance(cell, str) and cell
                            else sheet.write(r, c, cell, *form)
                        )
        return path

    return write


def test_a_sheet_is_a_table(book):
    """Cells keep their types, dates without an hour stay dates, and empty rows and cells are
    none.
    """
    when = dt.datetime(2024, 3, 1, 9, 5)
    rows = [
        ["id", "Text", "likes", "day", "created", "ok"],
        [7, "Thanks!", 3, dt.date(2024, 3, 1), when, True],
    ]
    rows += [
        [],
        [8, "Orders open", 4.5, dt.date(2024, 3, 2), None, False],
        [9, 2024, None, None, when, None],
    ]
    archive = givesell.read_archive(book(posts=rows))
    table = pa.Table.from_batches(archive.tables())
    kinds = [pa.int64(), pa.string(), pa.float64(), pa.date32(), pa.timestamp("us"), pa.bool_()]
    assert (archive.format, table.schema.types) == ("excel", kinds)
    assert [list(row.values()) for row in table.to_pylist()] == [
        rows[1],
        [*rows[3][:4], None, False],
        [9, "2024", None, None, when, None],
    ]
    assert [post.text for post in archive] == ["Thanks!", "Orders open", "2024"]
    assert next(iter(archive)).created == when.replace(tzinfo=dt.UTC)


def test_the_sheet_with_the_posts(book):
    """Of several sheets the one with a column of posts is read, or the one that is named; where
    that does not tell, it is asked for.
    """
    posts, notes = [["text"], ["Thanks!"]], [["note"], ["made by hand"]]
    assert [
        post.text for post in givesell.read_archive(book(notes=notes, posts=posts, empty=[]))
    ] == ["Thanks!"]
    path = book(one=posts, two=[["text"], ["More"]])
    with pytest.raises(GivesellError, match=r"E542.*'one', 'two'.*--query"):
        givesell.read_archive(path)
    assert [post.text for post in givesell.read_archive(path, query="two")] == ["More"]
    with pytest.raises(GivesellError, match="E542"):
        givesell.read_archive(path, query="three")


@pytest.mark.parametrize("data", [b"", b"xxxx", b"<worksheet/>"])
def test_damaged_workbooks(tmp_path, book, data):
    """What is no workbook inside is told in one sentence, and so is an empty one."""
    path = book(posts=[["text"], ["Thanks!"]])
    with zipfile.ZipFile(path) as whole:
        members = {name: whole.read(name) for name in whole.namelist()}
    with zipfile.ZipFile(tmp_path / "bad.xlsx", "w") as bad:
        for name, held in members.items():
            bad.writestr(name, data if name.endswith("sheet1.xml") else held)
    with pytest.raises(GivesellError, match=r"E4|E5"):
        list(givesell.read_archive(tmp_path / "bad.xlsx"))
    with pytest.raises(GivesellError, match="E403"):
        givesell.read_archive(book("empty.xlsx", posts=[]))


def test_a_workbook_that_is_too_large(book, monkeypatch):
    """A sheet that would take more memory than there may be is refused before it is opened,
    however small its file is.
    """
    path = book(posts=[["text"], *([["x" * 100]] * 1_000)])
    monkeypatch.setattr("givesell.archives.formats.excel_file.MAX_WORKBOOK", 50_000)
    with pytest.raises(GivesellError, match="E541"):
        givesell.read_archive(path)


def test_scored_workbooks_are_read_back(tmp_path, score, book):
    """Types come back, no text has become a formula or a number, and pandas and we read the same
    rows.
    """
    texts = [
        "Thanks!",
        "=1+1",
        "+49 30 12",
        "-5",
        "a\x01b_x0041_",
        "x" * 40_000,
        "",
        "https://example.org/a?b=1",
    ]
    when = dt.datetime(2024, 3, 1, 9, 5)
    columns = {
        "id": [10**17 + n for n in range(8)],
        "text": texts,
        "n": range(8),
        "day": [when.date()] * 8,
        "created": [when] * 8,
    }
    pq.write_table(pa.table(columns), tmp_path / "posts.parquet")
    score("posts.parquet", "scored.xlsx")
    cut = [text if len(text) < 32_767 else "x" * 32_766 + "…" for text in texts]
    frame = pd.read_excel(
        tmp_path / "scored.xlsx",
        engine="calamine",
        dtype={"id": str, "text": str},
        keep_default_na=False,
    )
    assert frame.columns.tolist() == [
        "id",
        "text",
        "n",
        "day",
        "created",
        "label",
        "selling",
        "sure",
        "status",
    ]
    assert frame["text"].tolist() == cut
    assert frame["id"].tolist() == [str(10**17 + n) for n in range(8)]
    assert frame["created"].tolist() == [pd.Timestamp(when)] * 8
    assert b"<f>" not in zipfile.ZipFile(tmp_path / "scored.xlsx").read("xl/worksheets/sheet1.xml")
    assert [post.text or "" for post in givesell.read_archive(tmp_path / "scored.xlsx")] == cut
    score("scored.xlsx", "again.xlsx", prefix="again_")
    assert score("scored.xlsx", "again.csv", prefix="again_").rows == 8


def test_the_same_posts_give_the_same_workbook(tmp_path, score):
    """A run that goes on writes the bytes that an undisturbed one writes, so these hold no time
    of day.
    """
    (tmp_path / "a.csv").write_text("id,text\n1,Thanks!\n")
    score("a.csv", "one.xlsx")
    score("a.csv", "two.xlsx")
    assert (tmp_path / "one.xlsx").read_bytes() == (tmp_path / "two.xlsx").read_bytes()


def test_more_rows_than_a_sheet_holds(tmp_path, score, monkeypatch):
    """More posts than a sheet has rows are one sentence, and no output."""
    monkeypatch.setattr("givesell.batch.workbook.MOST_ROWS", 10)
    (tmp_path / "a.csv").write_text("text\n" + "Thanks!\n" * 11)
    with pytest.raises(GivesellError, match="E543"):
        score("a.csv", "out.xlsx")
    assert not (tmp_path / "out.xlsx").exists()


def test_what_is_to_be_installed(tmp_path, score, book, monkeypatch):
    """Without the extra, reading and writing a workbook say in one sentence what to install,
    before the work.
    """
    path = book(posts=[["text"], ["Thanks!"]])
    (tmp_path / "a.csv").write_text("text\nThanks!\n")
    monkeypatch.setitem(sys.modules, "python_calamine", None)
    monkeypatch.setitem(sys.modules, "xlsxwriter", None)
    for source, out in ((path.name, "out.csv"), ("a.csv", "out.xlsx")):
        with pytest.raises(GivesellError, match=r"E540.*pip install 'givesell\[excel\]'"):
            score(source, out)
