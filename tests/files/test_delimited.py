"""Tests of `givesell.files.delimited`: each reader reads the rows that were written."""

import csv
import io

import pandas as pd
import pyarrow as pa
import pyarrow.csv
import pytest
from hypothesis import given
from hypothesis import strategies as st

import givesell
from givesell.cli.tables import encoded, write_table
from givesell.files.delimited import delimited, delimited_columns, guarded
from givesell.files.endings import Format
from givesell.labelled.files import read_frame
from givesell.labelling.session import Decision
from givesell.labelling.store import LabelFile

# Each control character in the middle, at either end and alone, what breaks lines elsewhere,
# quotes, delimiters, blanks.
ODD = [
    *map(chr, [*range(0x20), *range(0x7F, 0xA0)]),
    "\u2028",
    "\u2029",
    "\ufeff",
    '"',
    ",",
    ";",
    "\t",
    " ",
    "'",
    "\r\n",
    "\n\r",
    "\r\r",
]
FIELDS = [*(form.format(sign) for sign in ODD for form in ("a{}b", "{}b", "a{}", "a{0}{0}b"))]
ANY = st.text(
    st.one_of(st.sampled_from("".join(ODD)), st.characters(exclude_categories=["Cs"])), max_size=12
)


def readers(data, delimiter, tmp_path):
    """Yield the rows as each reader gives them."""
    text = data.decode()
    yield "csv", list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True))
    options = {
        "sep": delimiter,
        "dtype": str,
        "keep_default_na": False,
        "header": None,
        "skip_blank_lines": False,
    }
    yield "pandas", pd.read_csv(io.BytesIO(data), **options).to_numpy(object).tolist()
    parse = pyarrow.csv.ParseOptions(delimiter=delimiter, newlines_in_values=True)
    read = pyarrow.csv.ReadOptions(autogenerate_column_names=True)
    convert = pyarrow.csv.ConvertOptions(
        column_types={"f0": pyarrow.string(), "f1": pyarrow.string()}, strings_can_be_null=False
    )
    table = pyarrow.csv.read_csv(io.BytesIO(data), read, parse, convert)
    yield "arrow", [list(row.values()) for row in table.to_pylist()]
    path = tmp_path / ("rows.tsv" if delimiter == "\t" else "rows.csv")
    path.write_bytes(data)
    tables = list(givesell.read_archive(path, text_column="text").tables())
    yield (
        "givesell",
        [
            ["text", "n"],
            *([list(row.values()) for table in tables for row in table.to_pylist()]),
        ],
    )


@pytest.mark.parametrize("delimiter", [",", "\t"])
def test_every_reader_reads_the_same_rows(delimiter, tmp_path):
    """Python, pandas, Arrow and our own reader give back each field, whatever control character
    it holds.
    """
    rows = [["text", "n"], *([field, str(number)] for number, field in enumerate(FIELDS))]
    for name, found in readers(delimited(rows.copy, delimiter), delimiter, tmp_path):
        assert found == rows, name


@given(st.lists(st.tuples(ANY, ANY), min_size=1, max_size=5), st.sampled_from(",\t"))
def test_rows_come_back(rows, delimiter):
    """Python and pandas give back any rows, also where a row is nothing but empty fields."""
    data = delimited(rows.copy, delimiter)
    assert (
        list(
            map(
                tuple,
                csv.reader(
                    io.StringIO(data.decode(), newline=""), delimiter=delimiter, strict=True
                ),
            )
        )
        == rows
    )
    options = {
        "sep": delimiter,
        "dtype": str,
        "keep_default_na": False,
        "header": None,
        "skip_blank_lines": False,
    }
    assert list(map(tuple, pd.read_csv(io.BytesIO(data), **options).to_numpy(object))) == rows


@given(st.lists(st.tuples(ANY, ANY, st.none()), min_size=1, max_size=5), st.sampled_from(",;|\t"))
def test_columns_are_written_as_their_rows(rows, delimiter):
    """Writing columns at once gives the bytes that writing row by row gives, of a slice too."""
    columns = [pa.array(column, pa.string()) for column in zip(*rows, strict=True)]
    assert delimited_columns(columns, delimiter) == delimited(rows.copy, delimiter)
    assert delimited_columns([column[1:] for column in columns], delimiter) == delimited(
        rows[1:].copy, delimiter
    )


def test_what_is_missing_is_empty():
    """A missing value and an empty text are both an empty field, and a lone surrogate becomes
    U+FFFD.
    """
    assert (
        delimited([["a", None, ""], ["\ud800", "b", "c"]].copy, ",") == "a,,\n\ufffd,b,c\n".encode()
    )
    assert delimited([[""], [None]].copy, ",") == b'""\n""\n'


@pytest.mark.parametrize("sign", [*"=+-@", "\t", "\r", "\n", " =", "\n=", "＝", "＋", "－", "＠"])
def test_formulas_are_guarded(sign, tmp_path):
    """For spreadsheets each cell that begins like a formula gets an apostrophe, which stays when
    the file is read again.
    """
    rows = [["text", "n"], [f"{sign}cmd|' /C calc'!A0", "1"]]
    data = delimited(rows.copy, ",", excel=True)
    for name, found in readers(data, ",", tmp_path):
        assert found == [["text", "n"], ["'" + rows[1][0], "1"]], name


@pytest.mark.parametrize("number", ["-5", "+1.5", "-1,234.50", "-1e-05", "-12 %", "-12%"])
def test_numbers_stay_numbers(number):
    """A number, negative or with a sign, is no formula."""
    assert guarded(number) == number


@pytest.mark.parametrize(
    "cell", ["-1+cmd|'/C calc'!A0", "+44 (0)1;=1", "-", "=", "@user thanks", "-٣", "-5\n=1"]
)
def test_what_only_begins_like_a_number_is_guarded(cell):
    """Only what is a number as a whole counts as one."""
    assert guarded(cell) == "'" + cell


def test_tables_of_odd_frames(tmp_path):
    """Names that are no text or stand twice, values of several types, lone surrogates: each
    format takes them.
    """
    frame = pd.DataFrame(
        [["a\rb", 1, b"x", {"k": 2**40}, 1], ["c", "two", None, [1], 2]],
        columns=pd.Index(["text", "text", 3, ("t", 1), "n\ud800"], dtype=object),
    )
    frame["odd"] = pd.Series(["\ud83d", None], dtype=object)
    names = ["text", "text_2", "3", "('t', 1)", "n\ufffd", "odd"]
    for name in ("t.csv", "t.tsv", "t.jsonl", "t.parquet", "t.arrow", "t.csv.gz"):
        write_table(frame, tmp_path / name)
        found = (
            pd.read_feather(tmp_path / name)
            if name.endswith("arrow")
            else read_frame(tmp_path / name)
        )
        assert list(found.columns) == names, name
        assert found["text"].tolist() == ["a\rb", "c"], name
        assert found["odd"].iloc[0] == "\ufffd", name
        assert found["odd"].isna().tolist() == [False, True], name


def test_tables_for_spreadsheets():
    """A table for spreadsheets begins with a byte order mark, and names are guarded too."""
    frame = pd.DataFrame({"=text": ["=1+1", "fine"], "n": [-1.5, 2.0]})
    assert (
        encoded(frame, Format("csv"), excel=True)
        == "\ufeff'=text,n\n'=1+1,-1.5\nfine,2.0\n".encode()
    )
    assert encoded(frame, Format("csv")) == b"=text,n\n=1+1,-1.5\nfine,2.0\n"


@pytest.mark.parametrize("name", ["labels.csv", "labels.tsv", "labels.jsonl"])
def test_no_label_is_lost(tmp_path, name):
    """Posts with any control character are labelled, found again when the file is opened anew,
    and trained on as they were.
    """
    path = tmp_path / name
    posts = [f"{number} {field} end" for number, field in enumerate(FIELDS)] + [
        "lone \ud800 surrogate",
        "\ufeffmark first",
    ]
    with LabelFile(path) as labels:
        decisions = [
            Decision("giving" if number % 2 else "selling") for number in range(len(posts))
        ]
        labels.put_all(
            ({"id": "1", "text": post}, decision)
            for post, decision in zip(posts, decisions, strict=True)
        )
    with LabelFile(path) as labels:
        assert list(map(labels.decision, posts)) == decisions
        labels.put({"id": "x", "text": "one more"}, Decision("giving"))
    frame = read_frame(path)
    assert frame["text"].tolist() == [post.replace("\ud800", "\ufffd") for post in posts] + [
        "one more"
    ]
    assert set(frame["label"]) == {"giving", "selling"}
    assert set(frame["certainty"]) == {"clear"}


def test_rows_with_one_text_stay(tmp_path):
    """A file that holds a text twice keeps both rows until the post is decided anew; one with a
    column twice is refused.
    """
    path = tmp_path / "a.csv"
    path.write_text("id,text,label\n1,a,giving\n2,a,selling\n3,b,giving\n")
    with LabelFile(path) as labels:
        labels.put({"id": "4", "text": "c"}, Decision("giving"))
    assert sorted(path.read_text().split()[1:]) == [
        "1,a,giving,",
        "2,a,selling,",
        "3,b,giving,",
        "4,c,giving,clear",
    ]
    with LabelFile(path) as labels:
        labels.put({"id": "1", "text": "a"}, Decision("giving"))
    assert sorted(path.read_text().split()[1:]) == [
        "1,a,giving,clear",
        "3,b,giving,",
        "4,c,giving,clear",
    ]
    path.write_text("text,label,note,note\na,giving,x,y\n")
    with pytest.raises(givesell.GivesellError, match=r"E361.*'note'"):
        LabelFile(path)
