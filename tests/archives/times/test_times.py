"""Times, whatever tells them."""

import datetime as dt
import json
import time

import numpy as np
import pyarrow as pa
import pytest

import givesell
from givesell.archives.base.post import from_epoch, from_iso
from givesell.archives.times.times import TimeColumn, as_times, read_times

ODD = [
    "0000-01-01",
    "10000-01-01",
    "2025-01-01T00:00:00+99:99",
    "2025-13-45",
    "NaN",
    "1e400",
    "\x00",
    "T",
    "",
]
ODD += ["9" * 400, "-" + "9" * 400, "x" * 100_000]
NONE = [
    *ODD,
    "1" * 100_000,
    None,
    True,
    [],
    {},
    float("nan"),
    float("inf"),
    -1e308,
    2**63,
    10**5_000,
]


@pytest.mark.parametrize("value", NONE, ids=range(len(NONE)))
def test_what_is_no_time_is_none(value):
    """Neither a text nor a number of any size is an error."""
    assert from_epoch(value) is None
    assert from_iso(value) is None
    assert from_iso(value, "%a %b %d %H:%M:%S %z %Y") is None


def test_the_first_and_the_last_time():
    """What Python can tell is told; what its zone moves beyond that is none."""
    assert from_epoch(-62_135_596_800).year == 1
    assert from_epoch(253_402_300_799).year == 9999
    assert from_epoch(253_402_300_800) is None
    assert from_iso("0001-01-01T00:00:00+05:00") is None
    assert from_iso("9999-12-31T23:59:59-05:00") is None


@pytest.mark.parametrize("unit", ["s", "ms", "us", "ns"])
@pytest.mark.parametrize("zone", [None, "UTC", "+05:00"])
def test_columns_of_times_of_any_size(unit, zone):
    """Times of all units are read, and those beyond the years 1 to 9999 are none."""
    factor = {"s": 1, "ms": 10**3, "us": 10**6, "ns": 10**9}[unit]
    numbers = pa.array(
        [-(2**63), 2**63 - 1, 1_700_000_000 * factor + factor // 2, None], pa.int64()
    )
    told = as_times(numbers.cast(pa.timestamp(unit, zone))).astype(str).tolist()
    assert told[2:] == ["2023-11-14T22:13:20", "NaT"]
    assert told[:2] == (
        ["1677-09-21T00:12:43", "2262-04-11T23:47:16"] if unit == "ns" else ["NaT", "NaT"]
    )


def test_other_columns():
    """Days are read; lists, objects and bytes are no times."""
    assert as_times(pa.array([2**31 - 1, 0], pa.int32()).cast(pa.date32())).astype(
        str
    ).tolist() == ["NaT", "1970-01-01T00:00:00"]
    assert as_times(pa.array([2_932_896], pa.int32()).cast(pa.date32())).astype(str).tolist() == [
        "9999-12-31T00:00:00"
    ]
    assert as_times(pa.array([dt.date(2025, 1, 2)], pa.date64())).astype(str).tolist() == [
        "2025-01-02T00:00:00"
    ]
    for column in (pa.array([[1]]), pa.array([{"a": 1}]), pa.array([b"\xff"]), pa.nulls(1)):
        assert as_times(column).astype(str).tolist() == ["NaT"]


def test_a_table_with_such_times_is_read(write):
    """Rows whose times cannot be read are kept, without a time."""
    rows = "".join(
        f'"{value}",hello\n' for value in (*ODD, "-99999999999", "-62135596801", "0001-01-01")
    )
    posts = list(
        givesell.read_archive(write("posts.csv", "created,text\n" + rows.replace("\x00", "")))
    )
    assert len(posts) == len(ODD) + 3
    assert [post.created for post in posts[:-1]] == [None] * (len(posts) - 1)
    assert posts[-1].created.year == 1


NINE = "2024-03-01T09:05:00"
WRITTEN = [
    "2024-03-01T09:05:00Z", "2024-03-01 09:05", "2024/03/01 09:05:00", "2024.03.01 09:05",
    "20240301090500", "20240301T0905",
    "202403010905",
    "2024-03-01T10:05:00.123+0100", "2024-03-01 10:05:00+01", "2024-03-01 10:05:00 +0100 CET",
    "2024-03-01T10:05:00+01:00[Europe/Paris]",
    "1.3.2024 09:05", "01.03.24, 9:05", "1. März 2024 um 09:05", "1 mars 2024 à 9:05",
    "1 de marzo de 2024 9:05", "1 août 2024 09:05",
    "March 1, 2024 at 9:05 AM", "Mar 1, 2024, 9:05:00\u202fAM", "Friday, March 1st, 2024 at 9:05am",
    "1 Mar 2024 09:05", "01-Mar-24 09:05",
    "9:05 AM · Mar 1, 2024", "Fri Mar 01 09:05:00 +0000 2024", "Fri Mar  1 04:05:00 EST 2024",
    "Fri, 01 Mar 2024 09:05:00 GMT",
    "Fri Mar 01 2024 10:05:00 GMT+0100 (Central European Standard Time)",
    "01/Mar/2024:09:05:00 +0000", "2024年3月1日 09:05",
    "'2024-03-01 09:05",
    "2024-03-01 02:05 PDT", "2024-03-01 11:05 UTC+2",
]  # fmt: skip


@pytest.mark.parametrize("text", WRITTEN)
def test_written_times(text):
    """Times as platforms, spreadsheets, browsers and people write them are read, whatever their
    language and zone.
    """
    times = read_times(pa.array([text]))
    assert times.utc.astype(str).tolist() == [
        NINE.replace("-03-", "-08-") if "août" in text else NINE
    ]
    assert not times.unread.any()
    assert not times.day_only.any()


@pytest.mark.parametrize(
    "text",
    [
        "2024-03-01",
        "20240301",
        "2024/3/1",
        "1.3.2024",
        "Mar 1, 2024",
        "1 March 2024",
        "2024-W09-5",
        "01-Mar-2024",
        "2024-03-01Z",
        20240301,
        45352.0,
    ],
)
def test_a_date_has_no_hour(text):
    """A date alone stays a day, without an hour."""
    times = read_times(pa.array([text]))
    assert (times.utc.astype(str).tolist(), times.day_only.tolist()) == (
        ["2024-03-01T00:00:00"],
        [True],
    )


@pytest.mark.parametrize(
    "number",
    [
        1709284000,
        1709284000.9,
        1709284000123,
        1709284000123456,
        1709284000123456789,
        45352.3796296,
        20240301090640,
    ],
)
def test_numbers(number):
    """Seconds, milliseconds, microseconds, nanoseconds, serial days and digits written together
    are told apart by their size.
    """
    for column in (pa.array([number]), pa.array([str(number)])):
        assert read_times(column).utc.astype(str).tolist() == ["2024-03-01T09:06:40"]


UNREAD = [
    "yesterday", "2 hours ago", "1-Mar", "2024", "2024-03", "2024-02-30", "2024-03-01 25:00",
    "2024-03-01 13:05 AM", "2024-03-01 09:05 IST",
    "1 jui 2024", "1.7E+12", "12024-03-01", "20251345", "7", "0", "-1700000000", "[1]",
    "2024-03-01T00:00:00+99:00", "13/13/2024", "9" * 20,
]  # fmt: skip


@pytest.mark.parametrize("text", UNREAD)
def test_what_is_not_understood_is_counted(text):
    """What stands there and is no time, or could be several, is unread; an empty cell and a word
    for nothing are not.
    """
    column = TimeColumn()
    column.add(pa.array([text, "", " ", None, "NaN", "null", "2024-03-01"]))
    times = read_times(pa.array([text, "", " ", None, "NaN", "null", "2024-03-01"]), order=column)
    assert times.unread.tolist() == [True, *[False] * 6]
    assert np.isnat(times.utc[0])
    assert (column.given, column.unread) == (2, 1)
    assert column.remarks() == [f"1 time was not understood: {text}."]


def test_the_column_tells_which_comes_first():
    """One date that can be read in one way only decides for the whole column, in whatever batch
    it stands.
    """
    for certain, order, read in (
        ("13/02/2024", "day", "2024-02-01"),
        ("2/13/2024", "month", "2024-01-02"),
    ):
        column = TimeColumn()
        batches = [pa.array(["01/02/2024", "05/05/2024"]), pa.array([certain])]
        for batch in batches:
            column.add(batch)
        assert column.order() == order
        assert read_times(batches[0], order=column).utc.astype("datetime64[D]").astype(
            str
        ).tolist() == [read, "2024-05-05"]
        assert column.unread == 0
        assert column.remarks() == [
            f"01/02/2024 was read as {'1 February' if order == 'day' else '2 January'} 2024."
        ]


def test_a_column_in_both_orders():
    """Where both orders stand in a column, dates that can be read in one way are read and the
    others are not.
    """
    texts = pa.array(
        [
            "13/01/2024 10:00",
            "01/13/2024 10:00",
            "01/02/2024 10:00",
            "03/03/2024 10:00",
            "2024-01-13 10:00",
        ]
    )
    times = read_times(texts)
    assert times.unread.tolist() == [False, False, True, False, False]
    assert times.utc[[0, 1, 4]].astype(str).tolist() == ["2024-01-13T10:00:00"] * 3
    column = TimeColumn()
    column.add(texts)
    assert (column.order(), column.unread) == ("mixed", 1)
    assert "both orders of day and month" in column.remarks()[0]


def test_a_column_that_does_not_tell():
    """Nothing is guessed: such dates are unread, unless they follow each other in one order
    only, or only Americans write so.
    """
    assert read_times(pa.array(["01/02/2024", "02/02/2024"])).unread.tolist() == [True, False]
    rising = pa.array(
        [
            f"{day:02}/{month:02}/2024"
            for month, day in ((1, 9), (2, 3), (3, 7), (4, 1), (5, 2), (6, 11), (7, 4))
        ]
    )
    assert read_times(rising).utc[1].astype(str) == "2024-02-03T00:00:00"
    assert read_times(pa.array(["3/1/24 9:05 PM"])).utc.astype(str).tolist() == [
        "2024-03-01T21:05:00"
    ]
    assert read_times(pa.array(["01/02/2024"]), order="day").utc.astype(str).tolist() == [
        "2024-02-01T00:00:00"
    ]


def test_what_was_gathered_can_be_kept():
    """A run that goes on later counts on from what it kept as JSON."""
    first = TimeColumn()
    first.add(pa.array(["01/02/2024", "soon"]))
    again = TimeColumn(json.loads(json.dumps(first.state())))
    again.add(pa.array(["13/02/2024"]))
    assert (again.order(), again.given, again.unread) == ("day", 3, 1)


def test_a_clock_beside_the_date():
    """The hour may stand in a column of its own, as text, time or part of a day; a time that has
    one already keeps it.
    """
    dates = pa.array(["2024-03-01", "2024-03-01 07:00", "soon", "2024-03-01"])
    for clock in (
        ["9:05 AM", "10:00", "10:00", None],
        ["0905", "1000", "1000", ""],
        ["0.37847222", "0.5", "0.5", "x"],
    ):
        times = read_times(dates, pa.array(clock))
        assert times.utc.astype(str).tolist() == [
            NINE,
            "2024-03-01T07:00:00",
            "NaT",
            "2024-03-01T00:00:00",
        ]
        assert times.day_only.tolist() == [False, False, False, True]
    for clock in (pa.array([dt.time(9, 5)]), pa.array([0.37847222])):
        assert read_times(dates[:1], clock).utc.astype(str).tolist() == [NINE]
    assert read_times(dates[:1], pa.array(["10:05 CET"])).utc.astype(str).tolist() == [NINE]


def test_a_column_of_midnights_is_one_of_days():
    """Times that are all midnight, in whatever zone, are dates that a program has given an hour."""
    written = [f"2024-03-0{day}T00:00:00+02:00" for day in range(1, 8)]
    typed = pa.array(written).cast(pa.timestamp("s", "UTC"))
    assert read_times(pa.array(written)).day_only.all()
    assert read_times(pa.array(written)).utc[0].astype(str) == "2024-03-01T00:00:00"
    assert not read_times(typed).day_only.any()
    assert read_times(pa.array(written[:1])).utc[0].astype(str) == "2024-02-29T22:00:00"


def test_a_column_of_text_takes_no_time_without_end():
    """Text that is no time is looked at in bounded work, however much it looks like one."""
    generator = np.random.default_rng(0)
    texts = ["".join(generator.choice(list("0:/- .,mar"), 60)) for _ in range(20_000)]
    began = time.process_time()
    assert read_times(pa.array(texts)).unread.all()
    assert time.process_time() - began < 5
