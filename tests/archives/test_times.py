"""Times, whatever tells them."""

import datetime as dt

import pyarrow as pa
import pytest

import givesell
from givesell.archives.post import from_epoch, from_iso
from givesell.archives.times import as_times

ODD = ["0000-01-01", "10000-01-01", "2025-01-01T00:00:00+99:99", "2025-13-45", "NaN", "1e400", "\x00", "T", ""]
ODD += ["9" * 400, "-" + "9" * 400, "x" * 100_000]
NONE = [*ODD, "1" * 100_000, None, True, [], {}, float("nan"), float("inf"), -1e308, 2**63, 10**5_000]


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
    numbers = pa.array([-(2**63), 2**63 - 1, 1_700_000_000 * factor + factor // 2, None], pa.int64())
    told = as_times(numbers.cast(pa.timestamp(unit, zone))).astype(str).tolist()
    assert told[2:] == ["2023-11-14T22:13:20", "NaT"]
    assert told[:2] == (["1677-09-21T00:12:43", "2262-04-11T23:47:16"] if unit == "ns" else ["NaT", "NaT"])


def test_other_columns():
    """Days are read; lists, objects and bytes are no times."""
    assert as_times(pa.array([2**31 - 1, 0], pa.int32()).cast(pa.date32())).astype(str).tolist() == ["NaT", "1970-01-01T00:00:00"]
    assert as_times(pa.array([2_932_896], pa.int32()).cast(pa.date32())).astype(str).tolist() == ["9999-12-31T00:00:00"]
    assert as_times(pa.array([dt.date(2025, 1, 2)], pa.date64())).astype(str).tolist() == ["2025-01-02T00:00:00"]
    for column in (pa.array([[1]]), pa.array([{"a": 1}]), pa.array([b"\xff"]), pa.nulls(1)):
        assert as_times(column).astype(str).tolist() == ["NaT"]


def test_a_table_with_such_times_is_read(write):
    """The rows stay."""
    rows = "".join(f'"{value}",hello\n' for value in (*ODD, "-99999999999", "-62135596801", "0001-01-01"))
    posts = list(givesell.read_archive(write("posts.csv", "created,text\n" + rows.replace("\x00", ""))))
    assert len(posts) == len(ODD) + 3
    assert [post.created for post in posts[:-1]] == [None] * (len(posts) - 1)
    assert posts[-1].created.year == 1
