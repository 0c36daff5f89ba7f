"""Whatever stands in any place of an export: the posts around it are read, and none is lost
uncounted.
"""

import contextlib
import csv
import io
import json

import pytest

import givesell
from givesell.errors import FileError, GivesellError
from tests.archives.samples import (
    DUMPS,
    FIRST,
    ODD,
    SAMPLES,
    TABLES,
    changed,
    paths,
    tell,
    variants,
)

LONGEST = 4_096 + 100  # an address may stand before an id
CELLS = [
    "",
    "odd",
    "\x00\x1b",
    "h" * 10_000,
    "-1",
    "1e400",
    "9" * 5_000,
    '"',
    '""',
    "\ud800",
    "a\nb",
    "[]",
    "{",
    "[removed]",
    "{" * 5_000,
]


@contextlib.contextmanager
def told():
    """Take an error of this library that says what is wrong."""
    try:
        yield
    except GivesellError as error:
        if error.code == "E510":
            raise


def mixed(record):
    """Return records of JSON, each odd in one place, with one between them that is as it should
    be; and the numbers of these.
    """
    records = []
    for number, (_, odd) in enumerate(variants(record(0)), FIRST):
        records += [odd, json.dumps(record(number))]
    records += list(ODD.values())
    return records, list(range(FIRST, number + 1))


@pytest.mark.parametrize("name", SAMPLES)
def test_a_value_of_a_record_may_be_anything(write, name):
    """A record that is odd in one place is read, skipped or rejected, and those around it are
    read.
    """
    sample = SAMPLES[name]
    records, numbers = mixed(sample.record)
    path = write(
        "export.zip", {sample.name: sample.write([json.dumps(sample.record(FIRST - 1)), *records])}
    )
    good, count, posts = tell(givesell.read_archive(path, visibility="all"))
    assert good == [FIRST - 1, *numbers]
    assert count == len(records) + 1
    assert all(
        len(value or "") <= LONGEST for post in posts for value in (post.id, post.author, post.url)
    )


@pytest.mark.parametrize("ending", ["parquet", "jsonl"])
def test_an_odd_export_is_scored(write, tmp_path, ending):
    """What is read is scored and written, what is not is counted, and the report is made."""
    for name in ("x", "mastodon", "telegram"):
        sample = SAMPLES[name]
        records, _ = mixed(sample.record)
        path = write(
            f"{name}.zip",
            {sample.name: sample.write([json.dumps(sample.record(FIRST - 1)), *records])},
        )
        out = tmp_path / f"{name}.{ending}"
        summary = givesell.score_archive(
            path, out, report=tmp_path / f"{name}.html", visibility="all"
        )
        assert summary.rows + summary.rejected + sum(summary.skipped.values()) == len(records) + 1
        assert len(list(givesell.read_archive(out))) == summary.rows


@pytest.mark.parametrize("name", DUMPS)
def test_a_value_of_a_line_may_be_anything(write, name):
    """A value of any type in a line of a Reddit dump costs no post of other lines."""
    record = DUMPS[name]
    records, numbers = mixed(record)
    good, count, _ = tell(
        givesell.read_archive(
            write("RC_2023-11", "\n".join([json.dumps(record(FIRST - 1)), *records]))
        )
    )
    assert good == [FIRST - 1, *numbers]
    assert count == len(records) + 1


@pytest.mark.parametrize("name", SAMPLES)
def test_what_holds_the_records_may_be_anything(write, name):
    """A file that is odd around its records is read, rejected or refused, but nothing else is
    raised.
    """
    sample = SAMPLES[name]
    content = sample.wrap([sample.record(FIRST)])
    outer = [
        keys
        for keys in paths(content)
        if "good" in json.dumps(content, default=str) and not set(keys) & {*sample.record(0)}
    ]
    for keys in outer:
        for odd in [*ODD.values(), None]:
            path = write(
                sample.name.rpartition("/")[2], sample.prefix + changed(content, keys, odd)
            )
            for form in (None, sample.format):
                with told():
                    list(givesell.read_archive(path, format=form))


@pytest.mark.parametrize("name", [name for name, sample in SAMPLES.items() if sample.others])
def test_what_else_an_export_holds_may_be_anything(write, name):
    """A file that says whose the export is costs no post, whatever is in it."""
    sample = SAMPLES[name]
    whole = sample.write([json.dumps(sample.record(FIRST))])
    for other, content in sample.others.items():
        odd = [
            changed(content, keys, odd) for keys in paths(content) for odd in [*ODD.values(), None]
        ]
        for bad in [
            *odd,
            *ODD.values(),
            "",
            "{",
            "window.YTD.account.part0 = ",
            b"\xff\xfe",
            "\ufeff" + json.dumps(content),
        ]:
            good, count, _ = tell(
                givesell.read_archive(write("export.zip", {sample.name: whole, other: bad}))
            )
            assert (good, count) == ([FIRST], 1)


@pytest.mark.parametrize("name", SAMPLES)
def test_a_file_may_begin_and_end_in_any_way(write, name):
    """A byte order mark is nothing; of a file that ends in the middle the records before are
    read, and its end is told.
    """
    sample = SAMPLES[name]
    whole = sample.write([json.dumps(sample.record(number)) for number in (FIRST, FIRST + 1)])
    file = sample.name.rpartition("/")[2]
    good, count, _ = tell(
        givesell.read_archive(write(file, "\ufeff" + whole), format=sample.format)
    )
    assert (good, count) == ([FIRST, FIRST + 1], 2)
    cut = whole.index(f"{FIRST + 1}") + 2
    archive = givesell.read_archive(write(file, whole[:cut]), format=sample.format)
    assert tell(archive)[0] == [FIRST]
    assert archive.n_rejected == 1
    for junk in (
        "",
        " ",
        "[",
        "null",
        "window.YTD.x.part0 = ",
        "window.YTD.tweets.part0 = junk",
        "window.",
        "\0",
        "\ufeff",
        "<html>",
    ):
        with told():
            assert list(givesell.read_archive(write(file, junk), format=sample.format)) == []


@pytest.mark.parametrize("name", TABLES)
def test_a_cell_may_be_anything(write, name):
    """Any text in a cell of a CSV export costs no post of other rows."""
    file, header, cells = TABLES[name]
    rows = []
    for place in range(len(cells)):
        for odd in CELLS:
            row = [cell.format(n=0) for cell in cells]
            row[place] = odd
            rows += [row, [cell.format(n=FIRST + len(rows) // 2) for cell in cells]]
    text = io.StringIO()
    csv.writer(text).writerows([header, *rows])
    good, count, posts = tell(
        givesell.read_archive(
            write(file, text.getvalue().encode("utf-8", "surrogatepass")), format=name
        )
    )
    assert good == list(range(FIRST, FIRST + len(rows) // 2))
    assert count == len(rows)
    assert all(
        len(value or "") <= LONGEST for post in posts for value in (post.id, post.author, post.url)
    )


@pytest.mark.parametrize("name", TABLES)
def test_a_column_that_is_missing_is_told(write, name):
    """A table that is no export of the format that was asked for is refused with its name and
    the column.
    """
    file, header, _ = TABLES[name]
    for missing in {"body", "Date", "Channel ID", "Timestamp"} & {*header}:
        names = ",".join(column for column in header if column != missing)
        table = f"{names}\n{',' * (len(header) - 2)}\n"
        with pytest.raises(FileError, match=f"E502.*{file}: is not {name} .*{missing}"):
            list(givesell.read_archive(write(file, table), format=name))
