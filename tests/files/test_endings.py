"""Tests of `givesell.files.endings`."""

import pytest

from givesell.archives import FORMATS
from givesell.archives.streams.compression import codec_of
from givesell.batch.encoders import ENCODERS
from givesell.errors import FileError
from givesell.files.endings import COMPRESSIONS, ENDINGS, Format, format_of, known_endings


def test_every_ending_has_its_reader_and_its_encoder():
    """What the table says is read or written has a reader, or an encoder."""
    assert {row.reader for row in ENDINGS.values()} - {None} <= set(FORMATS)
    assert {row.writes for row in ENDINGS.values()} - {None} == set(ENCODERS)


def test_a_table_is_a_scored_file_too():
    """The small tables of commands are written in formats and packings of scored files."""
    assert all(row.writes for row in ENDINGS.values() if row.is_table)
    assert all(row.is_written for row in COMPRESSIONS.values() if row.is_table)


def test_codecs_are_those_of_packed_streams(tmp_path):
    """An ending names its codec as the bytes of such a file do."""
    import bz2
    import gzip
    import lzma

    for ending, module in ((".gz", gzip), (".bz2", bz2), (".xz", lzma)):
        assert COMPRESSIONS[ending].codec == codec_of(module.compress(b"a post"))


@pytest.mark.parametrize(
    ("name", "scored", "table"),
    [
        ("posts.feather", Format("arrow"), Format("arrow")),
        ("posts.NDJSON.gz", Format("jsonl", "gzip"), Format("jsonl", "gzip")),
        ("posts.tsv.zst", Format("tsv", "zstd"), None),
        ("posts.xlsx", Format("xlsx"), None),
        ("posts.parquet.gz", None, None),
        ("posts.csv.bz2", None, None),
        ("posts.txt", None, None),
        (".csv", None, None),
        ("posts", None, None),
    ],
)
def test_formats(name, scored, table):
    """Each name has one format or none, and an error lists what may be written."""
    for is_table, expected in ((False, scored), (True, table)):
        if expected is None:
            with pytest.raises(FileError, match=r"E404.*\.csv, \.tsv, \.jsonl and \.ndjson"):
                format_of(name, is_table=is_table)
        else:
            assert format_of(name, is_table=is_table) == expected


def test_what_is_known():
    """An error lists what may be written, in the order of the table."""
    assert known_endings() == (
        ".csv, .tsv, .jsonl and .ndjson (each also with .gz or .zst), .parquet, .arrow, .feather"
        " and .xlsx"
    )
