"""Blocks of delimited text, beside the careful reading of one record at a time."""

import random
import time

import pytest

import givesell.archives.formats.csv_file as csv_file
from givesell.archives.opening import open_reader
from givesell.archives.parsing.csv_dialect import dialect_of

PARTS = [
    "1",
    "thanks",
    "é 😀",
    '"a, b"',
    '"say ""hi"""',
    '"two\nlines"',
    '"crlf\r\nend"',
    '""',
    "",
    " x ",
    '"cr\rcr"',
]
ODD = [
    '"open',
    'mid"dle',
    '"a"b',
    "\x00",
    "caf\udce9",
    "\r",
    '"',
    "a,b",
    ' "x"',
    "\ufeff",
    "\x0b",
    "\u2028",
]


class Kept:
    """Takes what cannot be read."""

    def __init__(self):
        self.rows = []

    def add(self, row):
        """Take one."""
        self.rows.append(row[1:])


def read(path, monkeypatch, blocks):
    """Return the rows and the rejects of a file, read in blocks or with care alone."""
    with monkeypatch.context() as patch:
        if not blocks:
            patch.setattr(csv_file, "parsed", lambda *_: None)
        kept, reader = Kept(), open_reader(path, format="csv")
        rows = [row for batch in reader.batches(kept) for row in batch.to_pylist()]
    return rows, kept.rows


@pytest.mark.parametrize("seed", range(60))
def test_blocks_change_nothing(tmp_path, monkeypatch, seed):
    """Whatever stands in a file, reading it in blocks gives the rows and the rejects that
    reading it record by record gives.
    """
    draw = random.Random(seed)
    monkeypatch.setattr(csv_file, "BLOCK_BYTES", draw.choice([40, 200, 1_000]))
    odd = draw.choice([0, 0.002, 0.05])
    end = draw.choice(["\n", "\r\n"])
    width = draw.choice([1, 2, 3])

    def cell():
        return draw.choice(ODD if draw.random() < odd else PARTS)

    lines = [",".join(cell() for _ in range(width + (draw.random() < odd))) for _ in range(300)]
    text = end.join([",".join("abc"[:width]), *lines]) + draw.choice(["", end])
    (tmp_path / "a.csv").write_bytes(text.encode("utf-8", "surrogateescape"))
    assert read(tmp_path / "a.csv", monkeypatch, True) == read(
        tmp_path / "a.csv", monkeypatch, False
    )


def test_blocks_are_used(tmp_path, monkeypatch):
    """An ordinary file is read in blocks, which take a fraction of the time."""
    (tmp_path / "a.csv").write_text(
        "id,text\n" + "".join(f'{n},"Thanks, all, that helped {n}"\n' for n in range(100_000))
    )
    seconds = []
    for blocks in (True, False):
        began = time.process_time()
        rows, rejected = read(tmp_path / "a.csv", monkeypatch, blocks)
        seconds.append(time.process_time() - began)
        assert (len(rows), rejected) == (100_000, [])
    assert seconds[0] < seconds[1]


@pytest.mark.parametrize(
    ("lines", "usual", "found"),
    [
        (["id,text\n", "1,a\n"], ",", ","),
        (["id;text\n", "1;a, b, c\n"], ",", ";"),
        (["id;text, whole;likes\n", "1;a;3\n"], ",", ";"),
        (["id|text\n", "1|a\n"], ",", "|"),
        (["id\ttext\n", "1\ta\n"], ",", "\t"),
        (["id,text\n", "1,a\n"], "\t", ","),
        (["text | as it was\n", "thanks\n"], ",", ","),
        (['"id;number",text\n', "1,a\n"], ",", ","),
        (["text\n", "a; b; c\n"], ",", ","),
        (["id;text\n"], ",", ";"),
        (["SEP=;\r\n", "id;text\r\n"], ",", ";"),
        (['"sep=\t"\n', "id\ttext\n"], ",", "\t"),
    ],
)
def test_delimiters(lines, usual, found):
    """The header tells what stands between the fields, and a first line for Excel says it."""
    assert dialect_of(iter(lines), usual).delimiter == found


@pytest.mark.parametrize("sign", [",", ";", "\t", "|"])
def test_a_first_line_for_excel_is_no_row(write, sign):
    """``sep=`` is taken as the delimiter and left out, and lines are counted with it."""
    path = write("posts.csv", f"\ufeffsep={sign}\r\nid{sign}text\r\n1{sign}Thanks!\r\n2\r\n")
    kept, reader = Kept(), open_reader(path)
    assert [row for batch in reader.batches(kept) for row in batch.to_pylist()] == [
        {"id": "1", "text": "Thanks!"}
    ]
    assert [line for line, *_ in kept.rows] == [4]


def test_empty_cells_at_the_end_of_rows(write):
    """Spreadsheets write delimiters after the last cell of a row, and leave out those below no
    name: the rows stay.
    """
    path = write("posts.csv", "id,text,,\n1,Thanks!,,\n2,Buy!\n3,More,,,,\n4,a,b,c,d\n5\n")
    kept, reader = Kept(), open_reader(path)
    rows = [list(row.values()) for batch in reader.batches(kept) for row in batch.to_pylist()]
    assert rows == [["1", "Thanks!", "", ""], ["2", "Buy!", "", ""], ["3", "More", "", ""]]
    assert [line for line, *_ in kept.rows] == [5, 6]
