"""Cells that say that there is nothing."""

import sqlite3

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import givesell
from givesell.archives.base.missing import is_missing, posts_of
from givesell.batch import score_files

CELLS = [
    "Thanks so much!",
    "nan",
    "null",
    "None",
    "N/A",
    "<NA>",
    "#N/A",
    "[removed]",
    "[deleted]",
    "none of these",
    "NaN",
    " NA ",
]
NOTHING = [cell not in ("Thanks so much!", "none of these") for cell in CELLS]


@pytest.fixture(params=["csv", "tsv", "jsonl", "parquet", "sqlite"])
def table(request, tmp_path):
    """The same cells in a table of each kind."""
    path = tmp_path / f"posts.{request.param}"
    if request.param in ("csv", "tsv"):
        path.write_text(
            "id\ttext\n".replace("\t", sign := "," if request.param == "csv" else "\t")
            + "".join(f"{n}{sign}{c}\n" for n, c in enumerate(CELLS))
        )
    elif request.param == "jsonl":
        path.write_text("".join(f'{{"id": {n}, "text": "{c}"}}\n' for n, c in enumerate(CELLS)))
    elif request.param == "parquet":
        pq.write_table(pa.table({"id": range(len(CELLS)), "text": CELLS}), path)
    else:
        with sqlite3.connect(path) as base:
            base.execute("CREATE TABLE posts (id INTEGER, text TEXT)")
            base.executemany("INSERT INTO posts VALUES (?, ?)", enumerate(CELLS))
        base.close()
    return path


def test_a_cell_that_says_nothing_is_a_missing_post(table, tmp_path):
    """Every row stays, with its cell as it was, and one whose cell says that there is nothing
    has no verdict.
    """
    out = tmp_path / "scored.parquet"
    summary = score_files(table, out, scorer=givesell.load().verdicts)
    scored = pq.read_table(out)
    assert scored["text"].to_pylist() == CELLS
    assert [status == "missing" for status in scored["status"].to_pylist()] == NOTHING
    assert summary.rows == len(CELLS)
    assert [post.text is None for post in givesell.read_archive(table)] == NOTHING


def test_lines_of_text_are_no_cells(write):
    """A line of a text file is what somebody wrote, whatever it is."""
    assert [post.text for post in givesell.read_archive(write("posts.txt", "none\nThanks!\n"))] == [
        "none",
        "Thanks!",
    ]


@pytest.mark.parametrize(
    "kind",
    [pa.string(), pa.large_string(), pa.string_view(), pa.dictionary(pa.int32(), pa.string())],
    ids=str,
)
def test_every_layout(kind):
    """Texts of every layout are looked at, and a column without such words is given back as it
    is.
    """
    column = pa.array(["[removed]", "Thanks!", None], pa.string()).cast(kind)
    assert posts_of(column).to_pylist() == [None, "Thanks!", None]
    assert posts_of(column[1:2]).equals(column[1:2])
    assert is_missing(pa.array(["", "x" * 30, None])).to_pylist() == [False, False, False]
