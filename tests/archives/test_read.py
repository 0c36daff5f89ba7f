"""`givesell.read_archive` and `givesell.score_archive`."""

import pandas as pd
import pytest

import givesell
from givesell.datasets import demo_archive
from givesell.errors import FileError


def test_posts_of_an_export():
    """Posts come one by one, or all at once as a DataFrame with times in UTC; reading may be
    done again.
    """
    archive = givesell.read_archive(demo_archive())
    posts = list(archive)
    assert len(posts) == len(list(archive)) == 400
    frame = archive.frame()
    assert list(frame.columns) == list(posts[0]._fields)
    assert str(frame["created"].dt.tz) == "UTC"
    assert frame["text"].tolist() == [post.text for post in posts]
    assert frame["created"][0] == posts[0].created
    assert repr(archive).endswith("comments.csv': reddit>")


def test_posts_of_a_table(write):
    """Columns are taken for what their names say; what a table does not tell is None; bad rows
    are kept aside.
    """
    archive = givesell.read_archive(
        write("a.csv", "Date,user,n,body\n2025-01-02,ana,1,hi\nbad\n,bo,2,\n")
    )
    first, second = archive
    assert (first.text, first.author, first.created.isoformat(), first.kind, first.url) == (
        "hi",
        "ana",
        "2025-01-02T00:00:00+00:00",
        "post",
        None,
    )
    assert (second.text, second.created) == ("", None)
    assert [(line, reason) for _, line, reason, _ in archive.rejected] == [
        (3, "1 field where the header has 4")
    ]
    assert archive.n_rejected == 1
    assert givesell.read_archive(write("b.csv", "said,text\na,b\n"), text_column="said").frame()[
        "text"
    ].tolist() == ["a"]


def test_what_cannot_be_read(tmp_path):
    """A missing and an empty file are told."""
    with pytest.raises(FileError, match="E401"):
        givesell.read_archive(tmp_path / "no.csv")
    (tmp_path / "empty.csv").touch()
    with pytest.raises(FileError, match="E403"):
        givesell.read_archive(tmp_path / "empty.csv")


def test_score_archive_with_a_report(tmp_path):
    """The scored file and the report are written, and the summary agrees with both."""
    summary = givesell.score_archive(
        demo_archive(), tmp_path / "scored.parquet", report=tmp_path / "report.html", n_jobs=2
    )
    frame = pd.read_parquet(tmp_path / "scored.parquet")
    assert (summary.rows, summary.selling) == (400, int((frame["label"] == "selling").sum()))
    assert "Giving and selling in comments.csv" in (tmp_path / "report.html").read_text()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["report.html", "scored.parquet"]


def test_score_archive_without_an_output(tmp_path, monkeypatch):
    """Only the summary comes back, and nothing is left on the disk."""
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr("tempfile.tempdir", None)
    assert givesell.score_archive([demo_archive()]).rows == 400
    assert list(tmp_path.iterdir()) == []


def test_posts_of_one_file_agree_on_the_order_of_day_and_month(write):
    """A date at the end of a file tells how those of its first batches are read; a clock beside
    the date is its hour.
    """
    rows = "".join("01/02/2024,hello\n" for _ in range(20_000))
    posts = list(givesell.read_archive(write("posts.csv", f"date,text\n{rows}13/02/2024,hello\n")))
    assert {str(post.created.date()) for post in posts[:-1]} == {"2024-02-01"}
    frame = givesell.read_archive(
        write("dates.csv", "date,text\n20250106,hello\n1/13/2025 9:05 PM,hello\nsoon,hello\n")
    ).frame()
    assert list(map(str, frame["created"])) == [
        "2025-01-06 00:00:00+00:00",
        "2025-01-13 21:05:00+00:00",
        "NaT",
    ]
