"""What a report counts."""

import json
import zipfile

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from givesell.archives.times.times import as_times, read_times
from givesell.batch import Scoring, WriteOptions, score_files
from givesell.errors import ArgumentError, FileError
from givesell.report import make_report
from givesell.report.runs import Runs
from tests.report.conftest import row


def test_counts(report):
    """Labels, sureness, statuses and the histogram add up."""
    figures = report(
        [row("buy", 0.95), row("shop", 0.6), row("hi", 0.1), row("hi there", 0.2), row("", None)]
    ).figures
    assert (figures["rows"], figures["giving"], figures["selling"], figures["sure"]) == (5, 2, 2, 3)
    assert figures["unlabelled"] == {"empty": 1}
    assert sum(figures["histogram"]) == 4
    assert (
        figures["histogram"][5]
        == figures["histogram"][10]
        == figures["histogram"][30]
        == figures["histogram"][47]
        == 1
    )
    assert figures["counted"]["value"] == 0.5


def test_time_is_counted_in_the_zone_asked_for(report):
    """A post late on Sunday in UTC is one of Monday in Auckland; steps grow with the time that
    posts span.
    """
    rows = [
        row("hi", 0.1, created="2025-03-02T20:30:00+00:00"),
        row("buy", 0.95, created="2025-03-03 08:00:00 UTC"),
    ]
    utc, auckland = (
        np.array(report(rows, timezone=zone).figures["hours"])
        for zone in ("UTC", "Pacific/Auckland")
    )
    assert utc[6, 20].tolist() == [1, 0]
    assert utc[0, 8].tolist() == [0, 1]
    assert auckland[0, 9].tolist() == [1, 0]
    assert auckland[0, 21].tolist() == [0, 1]
    assert report(rows).figures["time"] == {
        "step": "day",
        "first": "2025-03-02",
        "last": "2025-03-03",
        "points": [
            {"start": "2025-03-02", "giving": 1, "selling": 0},
            {"start": "2025-03-03", "giving": 0, "selling": 1},
        ],
    }


@pytest.mark.parametrize(
    ("days", "posts", "step"),
    [
        (20, 2_000, "day"),
        (150, 2_000, "week"),
        (900, 2_000, "month"),
        (3_600, 2_000, "quarter"),
        (9_000, 2_000, "year"),
        (150, 60, "month"),
    ],
)
def test_steps_of_time(report, days, posts, step):
    """A chart has at most some forty points, with enough posts each to tell a share."""
    first = np.datetime64("2001-01-01")
    series = report(
        [row("hi", 0.1, created=str(first + i * days // posts)) for i in range(posts)]
    ).figures["time"]
    assert series["step"] == step
    assert 3 <= len(series["points"]) <= 46
    assert series["points"][0]["start"] == "2001-01-01"


def test_groups(report):
    """Authors, platforms and kinds are told where there are several, the largest first, the rest
    together.
    """
    rows = [
        row("hi", 0.1, author=f"a{i % 30}", platform="x", kind="reply" if i % 3 else "post")
        for i in range(60)
    ]
    rows += [row("buy", 0.95, author="a0", platform="x", kind="post")]
    groups = report(rows).figures["groups"]
    assert set(groups) == {"author", "kind"}
    assert groups["author"][0] == {"name": "a0", "giving": 2, "selling": 1, "posts": 3}
    assert groups["author"][-1] == {
        "name": None,
        "others": 18,
        "giving": 36,
        "selling": 0,
        "posts": 36,
    }
    assert [group["name"] for group in groups["kind"]] == ["reply", "post"]


def test_authors_without_end_are_counted_together(report, monkeypatch):
    """Memory does not grow with the number of authors."""
    monkeypatch.setattr("givesell.report.groups.MOST_GROUPS", 3)
    groups = report([row("hi", 0.1, author=f"a{i}") for i in range(10)]).figures["groups"]["author"]
    assert [(group["name"], group["posts"]) for group in groups] == [
        ("a0", 1),
        ("a1", 1),
        ("a2", 1),
        ("", 7),
    ]


def test_posts_that_stand_out(report):
    """Each kind has its own, each text once, with who wrote it; the words that decided are told."""
    rows = [
        row("please buy now", 0.95, author="ana"),
        row("please buy now", 0.95, author="bo"),
        row("see my shop", 0.6),
        row("hi", 0.1),
    ]
    figures = report(rows, top=2).figures
    assert [post["text"] for post in figures["most_selling"]] == ["please buy now", "see my shop"]
    assert figures["most_selling"][0]["author"] == "ana"
    assert [post["text"] for post in figures["most_giving"]] == ["hi"]
    assert [post["text"] for post in figures["most_unsure"]] == ["see my shop"]
    assert [word[:2] for word in figures["most_selling"][0]["words"]] == [[7, 10]]


def test_longest_runs_are_those_of_an_author_in_time(report):
    """Posts need not be in order; another author's posts do not end a run; unlabelled ones
    neither.
    """
    rows = [row("buy", 0.95, author="ana", created=f"2025-01-0{day}") for day in (5, 2, 3)]
    rows += [
        row("hi", 0.1, author="ana", created="2025-01-04"),
        row("hi", 0.1, author="bo", created="2025-01-02T12:00:00"),
    ]
    rows += [
        row("", None, author="ana", created="2025-01-02T13:00:00"),
        row("buy", 0.95, author="bo", created="2025-01-03"),
    ]
    assert report(rows).figures["longest_runs"] == [
        {"author": "ana", "posts": 2, "first": "2025-01-02", "last": "2025-01-03"}
    ]


def test_runs_are_given_up_beyond_a_number_of_posts(monkeypatch):
    """Sorting needs memory, and what is not looked for is said."""
    monkeypatch.setattr("givesell.report.runs.MOST_POSTS", 3)
    runs, flags = Runs(), np.array([True, True])
    for _ in range(2):
        runs.add(None, read_times(pa.array(["2025-01-01", "2025-01-02"])), ~flags, flags)
    assert (runs.complete, runs.longest()) == (False, [])


@pytest.mark.parametrize(
    "column",
    [
        pa.array(
            [
                "2025-01-07T18:28:00Z",
                "2025-01-07 19:28:00+01:00",
                "2025-01-07 18:28:00 UTC",
                "Tue Jan 07 18:28:00 +0000 2025",
            ]
        ),
        pa.array(["1736274480", "1736274480000", "1736274480.7"]),
        pa.array([1736274480, 1736274480000]),
        pa.array([1736274480.5]),
        pa.array([1736274480], pa.timestamp("s")),
        pa.array([1736274480000], pa.timestamp("ms", "America/New_York")),
    ],
)
def test_times_in_every_form(column):
    """Text, seconds, milliseconds and timestamps of any zone mean the same moment."""
    assert set(as_times(column).astype(str).tolist()) == {"2025-01-07T18:28:00"}


def test_what_is_no_time_is_none():
    """Nonsense, nulls and numbers out of range are no times."""
    for column in (
        pa.array(["yesterday", "", None]),
        pa.array([None, float("nan"), 1e300]),
        pa.nulls(2),
    ):
        assert np.isnat(as_times(column)).all()


@pytest.mark.parametrize("extension", [".csv", ".csv.gz", ".tsv", ".jsonl", ".parquet", ".arrow"])
def test_every_format_gives_the_same_figures(tmp_path, model, extension):
    """What was scored into any format is reported alike, with a prefix too."""
    from tests.batch.conftest import words

    (tmp_path / "in.csv").write_text(
        "created,author,text\n2025-01-01,ana,buy\n2025-01-02,bo,thanks\n2025-01-02,ana,hm\n,,\n1,2\n"
    )
    out = tmp_path / f"out{extension}"
    score_files(tmp_path / "in.csv", out, Scoring(words), write=WriteOptions(prefix="g_"))
    figures = make_report(out, model=model, title="t").figures
    assert (figures["rows"], figures["giving"], figures["selling"], figures["sure"]) == (4, 2, 1, 2)
    assert figures["rejected"] == 1
    assert figures["reject_reasons"] == {"2 fields where the header has 3": 1}
    assert figures["time"]["first"] == "2025-01-01"
    assert [group["name"] for group in figures["groups"]["author"]] == ["ana", "bo"]
    assert json.loads(json.dumps(figures)) == figures


def test_a_file_knows_what_was_skipped_and_by_which_model(tmp_path, model):
    """Parquet and Arrow carry both; the page says so when another model reports."""
    from tests.batch.conftest import words

    dump = '{"id": "1", "author": "a", "subreddit": "s", "created_utc": 1, "body": "[removed]"}\n'
    (tmp_path / "dump").write_text(dump + dump.replace("[removed]", "buy"))
    score_files(
        tmp_path / "dump",
        tmp_path / "out.parquet",
        Scoring(words, about={"name": "older", "digest": "0"}),
    )
    report = make_report(tmp_path / "out.parquet", model=model)
    assert report.figures["skipped"] == {"removed or deleted": 1}
    assert report.figures["unread"] == {"names": [], "count": 0}
    assert "the file was scored with older" in report.html


def test_a_file_knows_what_was_not_read(tmp_path, model):
    """Or it is told, where the format has no room for it."""
    from tests.batch.conftest import words

    with zipfile.ZipFile(tmp_path / "x.zip", "w") as archive:
        archive.writestr(
            "data/tweets.js",
            'window.YTD.tweets.part0 = [{"tweet": {"id_str": "1", "full_text": "buy"}}]',
        )
        archive.writestr("data/like.js", "x")
    score_files(tmp_path / "x.zip", tmp_path / "out.parquet", Scoring(words))
    score_files(tmp_path / "x.zip", tmp_path / "out.jsonl", Scoring(words))
    assert make_report(tmp_path / "out.parquet", model=model).figures["unread"] == {
        "names": ["data/like.js"],
        "count": 1,
    }
    told = make_report(tmp_path / "out.jsonl", model=model, unread=["a.js", "b.js"], n_unread=9)
    assert told.figures["unread"] == {"names": ["a.js", "b.js"], "count": 9}


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"target": 0}, "target must be a share"),
        ({"target": 80}, "target must be a share"),
        ({"timezone": "Mars/North"}, "timezone must be the name"),
    ],
)
def test_arguments_that_cannot_be_used(report, options, words):
    """Each is told with what is expected."""
    with pytest.raises(ArgumentError, match=words):
        report([row("hi", 0.1)], **options)


def test_a_file_that_was_not_scored_is_told(tmp_path, model):
    """A report on a file that was not scored is an error that says which columns are missing."""
    pq.write_table(pa.table({"text": ["hi"]}), tmp_path / "a.parquet")
    with pytest.raises(
        FileError, match=r"E413.*a\.parquet: has no columns label, selling, sure and status"
    ):
        make_report(tmp_path / "a.parquet", model=model)
    with pytest.raises(FileError, match="E401"):
        make_report(tmp_path / "b.parquet", model=model)
