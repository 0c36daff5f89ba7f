"""CSV and TSV, as people's files really are."""

import csv
import io

import pytest

from givesell.archives.parsing.csv_records import MAX_RECORD_LINES, Records
from givesell.archives.streams.recoding import hinted
from givesell.errors import FileError


def read(text, width):
    """Return the fields of the good records, the rejected lines, and how many lines were handed
    to the parser.
    """
    bad = []
    records = Records(
        iter(io.StringIO(text, newline="\n")),
        ",",
        lambda line, reason, raw: bad.append((line, reason)),
    )
    records.width = width
    return [fields for _, _, fields in records if fields], bad, records.lines_read


def test_every_column_is_kept_as_it_stands(tmp_path, score, rows):
    """Numbers, spaces and leading zeros come out as they went in, as text."""
    (tmp_path / "a.csv").write_text("id,text,price\n007, buy it ,1.50\n1e5,thanks,\n")
    score("a.csv")
    assert [(row["id"], row["text"], row["price"]) for row in rows()] == [
        ("007", " buy it ", "1.50"),
        ("1e5", "thanks", ""),
    ]


def test_added_columns_come_last_and_are_rounded(tmp_path, score):
    """The CSV output has the input's columns first, six decimals, true and false, and empty
    fields for no value.
    """
    (tmp_path / "a.csv").write_text('id,text\n1,buy\n2,\n3,"thanks, all"\n')
    score("a.csv", "out.csv")
    expected = (
        "id,text,label,selling,sure,status\n1,buy,selling,0.912346,true,ok\n2,,,,false,empty\n"
    )
    assert (tmp_path / "out.csv").read_text() == expected + '3,"thanks, all",giving,0.1,true,ok\n'


def test_quotes_line_breaks_and_carriage_returns_survive(tmp_path, score):
    """Whatever a field holds, reading the output back gives the same field."""
    fields = [
        'say "hi"',
        "two\nlines",
        "cr\rcr",
        "crlf\r\nend",
        "tab\there",
        "a,b",
        " x ",
        "\u2028\x00 é 😀",
    ]
    with (tmp_path / "a.csv").open("w", newline="", encoding="utf-8") as file:
        csv.writer(file, quoting=csv.QUOTE_ALL).writerows(
            [["text", "n"], *([field, "1"] for field in fields)]
        )
    for source, out in (("a.csv", "b.csv"), ("b.csv", "c.tsv"), ("c.tsv", "d.csv")):
        assert score(source, out, prefix=out[0]).rejected == 0
        with (tmp_path / out).open(newline="", encoding="utf-8") as file:
            back = [
                row[0] for row in csv.reader(file, delimiter="\t" if out.endswith("tsv") else ",")
            ]
        assert back == ["text", *fields]


def test_a_row_that_is_not_utf8_is_rejected_alone(tmp_path, score, rows, rejects):
    """Broken bytes cost their own row and are shown safely, even inside a field of several
    lines.
    """
    (tmp_path / "a.csv").write_bytes(
        b'id,text\n1,buy\n2,caf\xe9\n3,"one\n\xff two"\n4,thanks \xc3\xa9\n'
    )
    summary = score("a.csv")
    assert [row["id"] for row in rows()] == ["1", "4"]
    assert rejects() == [(3, hinted("not UTF-8")), (4, hinted("not UTF-8"))]
    assert [row["raw"] for row in rows("out.jsonl.rejects.jsonl")] == [
        "2,caf\\xe9",
        '3,"one\n\\xff two"',
    ]
    assert (summary.rows, summary.rejected) == (2, 2)


def test_ragged_rows_are_rejected_with_both_counts(tmp_path, score, rows, rejects):
    """Too few and too many fields are told; blank lines are no rows but count as lines."""
    (tmp_path / "a.csv").write_text("id,text\n1\n\n2,buy,x\n3,thanks\n")
    score("a.csv")
    assert [row["id"] for row in rows()] == ["3"]
    assert rejects() == [
        (2, "1 field where the header has 2"),
        (4, "3 fields where the header has 2"),
    ]


def test_a_stray_opening_quote_swallows_no_good_row(tmp_path, score, rows, rejects):
    """Only the line with the stray quote is lost, whether a later quote or the end of the file
    ends it.
    """
    (tmp_path / "a.csv").write_text(
        'id,text\n1,"stray\n2,buy\n3,"quoted, buy"\n4,"two\nlines"\n5,"open\n6,thanks\n7,ok\n'
    )
    score("a.csv")
    assert [row["id"] for row in rows()] == ["2", "3", "4", "6", "7"]
    assert rejects() == [
        (2, "a quote opened here is not closed before the next delimiter"),
        (7, "a quote opened here is not closed"),
    ]


def test_the_tail_of_a_broken_record_is_not_taken_for_a_row():
    """A record with one field too many over two lines gives two rejects, not a made-up row from
    its second line.
    """
    good, bad, _ = read('1,"a\nb",2,3\n4,5,6\n7,8 "x" 9,0\n', 3)
    assert good == [["4", "5", "6"], ["7", '8 "x" 9', "0"]]
    assert [line for line, _ in bad] == [1, 2]


@pytest.mark.parametrize("line", ['a",b,"c\n', '"a\n', '1,"x\n', 'a,"b""\n', '"",""x\n', '"\n'])
def test_reading_again_is_linear(line):
    """However the quotes of a broken file lie, each line is handed to the parser a few times at
    most.
    """
    n = 20_000
    good, bad, lines_read = read(line * n, 2)
    assert lines_read <= 7 * n + 7 * MAX_RECORD_LINES
    assert len(bad) + sum(field.count("\n") + 1 for fields in good for field in fields[:1]) <= n


def test_a_quote_that_never_closes_costs_one_row():
    """In a file far longer than a record may be, all rows but the broken one are read."""
    rows = [f"{i},fine\n" for i in range(5_000)]
    rows[1_000] = '1000,"open\n'
    good, bad, lines_read = read("".join(rows), 2)
    assert len(good) == 4_999
    assert bad == [(1_001, "a quote opened here is not closed")]
    assert lines_read < 7_000


def test_a_post_of_one_megabyte_is_accepted(tmp_path, score, rows):
    """A large field is no broken one, on one line or on many."""
    (tmp_path / "a.csv").write_text(
        'text\n"' + "buy " * 250_000 + '"\n"' + ("thanks" * 200 + "\n") * 800 + '"\n'
    )
    assert score("a.csv").rejected == 0
    assert [len(row["text"]) for row in rows()] == [1_000_000, 960_800]


def test_a_line_beyond_the_limit_is_rejected_alone(tmp_path, score, rows, rejects, monkeypatch):
    """An endless line is skipped without being held, and the rows around it are scored."""
    for module in (
        "base.reader",
        "parsing.csv_records",
        "formats.jsonl_file",
        "parsing.json_values",
    ):
        monkeypatch.setattr(f"givesell.archives.{module}.MAX_LINE", 1_000)
    monkeypatch.setattr("givesell.archives.parsing.csv_blocks.MAX_POST", 1_000)
    (tmp_path / "a.csv").write_text("text\nbuy\n" + "x" * 3_500 + "\nthanks\n")
    (tmp_path / "a.jsonl").write_text(
        '{"text": "buy"}\n{"text": "' + "x" * 3_500 + '"}\n{"text": "thanks"}\n'
    )
    for name in ("a.csv", "a.jsonl"):
        score(name, overwrite=True)
        assert [row["text"] for row in rows()] == ["buy", "thanks"]
        assert rejects() == [(3 if name == "a.csv" else 2, "line of 16 MiB or more")]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_line_ends_and_byte_order_mark(tmp_path, score, rows, rejects, end):
    """LF, CR LF and CR files with a byte order mark read alike, and rejects have the right line."""
    text = "\ufeff" + end.join(["text,n", "buy,1", "bad", '"two', 'lines",2', ""])
    (tmp_path / "a.csv").write_text(text, encoding="utf-8", newline="")
    score("a.csv")
    assert [(row["text"], row["n"]) for row in rows()] == [("buy", "1"), (f"two{end}lines", "2")]
    assert rejects() == [(3, "1 field where the header has 2")]


def test_a_carriage_return_outside_quotes_is_rejected_alone(tmp_path, score, rows, rejects):
    """A lone CR in a file of LF lines breaks its own row only."""
    (tmp_path / "a.csv").write_text("id,text\n1,a\rb\n2,buy\n", newline="")
    score("a.csv")
    assert [row["id"] for row in rows()] == ["2"]
    assert rejects() == [(2, "a carriage return outside quotes")]


def test_other_delimiters(tmp_path, score, rows):
    """Spreadsheets of some countries write semicolons into .csv; .tsv has tabs."""
    (tmp_path / "a.csv").write_text("id;text\n1;buy, now\n")
    (tmp_path / "b.tsv").write_text('id\ttext\n2\t"thanks\tall"\n')
    score(["a.csv", "b.tsv"])
    assert [(row["id"], row["text"]) for row in rows()] == [("1", "buy, now"), ("2", "thanks\tall")]


def test_columns_of_one_name_are_told_apart(tmp_path, score, rows):
    """A second column of a name gets a number that no other column has; an unnamed one keeps its
    empty name.
    """
    (tmp_path / "a.csv").write_text(",text,n,n,n_2,n\n0,buy,1,2,3,4\n")
    score("a.csv")
    row = rows()[0]
    assert {name: row[name] for name in ("", "n", "n_3", "n_2", "n_4")} == {
        "": "0",
        "n": "1",
        "n_3": "2",
        "n_2": "3",
        "n_4": "4",
    }


def test_a_header_alone_gives_a_header(tmp_path, score):
    """A file without rows is scored to a file without rows, in each format."""
    (tmp_path / "a.csv").write_text("id,text\n")
    assert score("a.csv", "out.csv").rows == 0
    assert (tmp_path / "out.csv").read_text() == "id,text,label,selling,sure,status\n"
    assert score("a.csv", "out.parquet").rows == 0
    assert score("out.parquet", "out.jsonl", prefix="x").rows == 0


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"\n\n \n"[:2], "is empty"),
        (b"t\xe9xt\nbuy\n", "not UTF-8"),
        (b'"text\nbuy\n', "its header"),
    ],
)
def test_a_header_that_cannot_be_read_is_an_error(tmp_path, score, content, words):
    """Without a header there are no columns: one clear line, and no output."""
    (tmp_path / "a.csv").write_bytes(content)
    with pytest.raises(FileError, match=words):
        score("a.csv")
    assert [path.name for path in tmp_path.iterdir()] == ["a.csv"]


@pytest.mark.parametrize(
    ("options", "start", "sign"),
    [({}, "", ","), ({"like_input": True}, "\ufeff", ";"), ({"excel": True}, "\ufeff", ";")],
    ids=["plain", "like", "excel"],
)
def test_the_delimiter_of_the_input_is_kept_where_asked(tmp_path, score, options, start, sign):
    """A file of semicolons gives commas by default, and semicolons and its byte order mark for
    who asks for it or for a spreadsheet.
    """
    (tmp_path / "a.csv").write_text(
        '\ufeffid;text\n1;thanks, all\n2;a; b\n3;"c; d"\n', encoding="utf-8"
    )
    score("a.csv", "out.csv", **options)
    text = (tmp_path / "out.csv").read_text(encoding="utf-8")
    rows = list(csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline=""), delimiter=sign))
    assert (text.startswith("\ufeff"), rows[0][:3]) == (bool(start), ["id", "text", "label"])
    assert [row[:2] for row in rows[1:]] == [["1", "thanks, all"], ["3", "c; d"]]
    assert score("out.csv", "again.csv", prefix="again_", overwrite=True).rows == 2


def test_files_that_differ_give_commas(tmp_path, score):
    """Where inputs have different delimiters, or one is no CSV, the output has its own."""
    (tmp_path / "a.csv").write_text("id;text\n1;thanks\n")
    (tmp_path / "b.csv").write_text("id,text\n1,thanks\n")
    score(["a.csv", "b.csv"], "out.csv", like_input=True)
    assert (tmp_path / "out.csv").read_text().startswith("id,text,label")
