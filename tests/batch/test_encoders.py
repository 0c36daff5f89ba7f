"""Tests of `givesell.batch.encoders`: odd names and types of columns, and files for
spreadsheets.
"""

import csv
import io
import json

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from givesell import GivesellError, read_archive
from givesell.batch.encoders import ENCODERS
from givesell.verdict import Scores

NAMES = [
    'a"b',
    "back\\slash",
    "two\nlines",
    "c\rr",
    "nul\0",
    "tab\t",
    "\x7f\x85\u2028",
    "=1+1",
    "\ufeffmark",
    "'",
    "é 😀",
    "",
]
TIMES = np.array([0, -62_167_219_200, 2**62])  # seconds: 1970, the year 0, beyond all calendars
TYPES = [
    pa.timestamp("s"),
    pa.timestamp("us", "Europe/Paris"),
    pa.timestamp("ms", "UTC"),
    pa.duration("s"),
    pa.date64(),
]
SCORES = Scores(
    np.array(3 * ["giving"], object),
    np.full(3, 0.1, np.float32),
    np.ones(3, bool),
    np.array(3 * ["ok"], object),
)


def table(out):
    """Read a scored file by whatever reads its format."""
    if out.suffix == ".parquet":
        return pq.read_table(out).to_pylist()
    if out.suffix == ".arrow":
        return pa.ipc.open_file(out).read_all().to_pylist()
    if out.suffix == ".jsonl":
        return [json.loads(line) for line in out.read_text(encoding="utf-8").split("\n") if line]
    with out.open(newline="", encoding="utf-8") as file:
        return list(
            csv.DictReader(file, delimiter="\t" if out.suffix == ".tsv" else ",", strict=True)
        )


@pytest.mark.parametrize("name", ["o.csv", "o.tsv", "o.jsonl", "o.parquet", "o.arrow"])
def test_names_of_columns_are_kept(tmp_path, score, name):
    """A quote, backslash, control character or line break in the name of a column, or in the
    prefix, comes out as that very name.
    """
    prefix = 'p"\\\n\x1b_'
    frame = pd.DataFrame(
        [["buy", *map(str, range(len(NAMES)))], ["thanks", *NAMES]], columns=["text", *NAMES]
    )
    frame.to_parquet(tmp_path / "in.parquet")
    score("in.parquet", name, prefix=prefix)
    rows = table(tmp_path / name)
    assert list(rows[0]) == [
        "text",
        *NAMES,
        *(prefix + added for added in ("label", "selling", "sure", "status")),
    ]
    assert [rows[1][other] for other in NAMES] == NAMES
    assert rows[0][prefix + "label"] == "selling"
    # And our own reader takes the file for its input again.
    found = next(iter(read_archive(tmp_path / name, text_column="text").tables()))
    assert found.schema.names == list(rows[0])
    assert found.column('a"b').to_pylist() == ["0", 'a"b']


def test_a_prefix_of_broken_bytes(tmp_path, score, rows):
    """A prefix that is not UTF-8, as an argument may be, becomes one that is."""
    (tmp_path / "in.csv").write_text("text\nbuy\n")
    score("in.csv", prefix="caf\udce9_")
    assert rows()[0]["caf\ufffd_label"] == "selling"


@pytest.mark.parametrize("kind", ["csv", "jsonl"])
@pytest.mark.parametrize(
    "type_",
    [
        pa.timestamp("s"),
        pa.timestamp("us", "Europe/Paris"),
        pa.timestamp("ms", "UTC"),
        pa.duration("s"),
        pa.date64(),
    ],
)
def test_times_that_python_has_none_for(kind, type_):
    """A year 0 or one beyond all calendars is written somehow, and the other rows as ever."""
    column = pa.array(TIMES, pa.int64()).view(type_)
    schema = pa.schema([("text", pa.string()), ("when", type_), ("nested", pa.list_(type_))])
    nested = pa.ListArray.from_arrays(pa.array([0, 1, 2, 3], pa.int32()), column)
    batch = pa.RecordBatch.from_arrays([pa.array(["a", "b", "c"]), column, nested], schema=schema)
    encoder = ENCODERS[kind](schema, "")
    data = (encoder.header() + encoder.encode(batch, SCORES)).decode()
    found = (
        list(csv.DictReader(io.StringIO(data, newline="")))
        if kind == "csv"
        else list(map(json.loads, data.splitlines()))
    )
    assert [row["text"] for row in found] == ["a", "b", "c"]
    assert all(row["when"] for row in found)


def test_files_for_spreadsheets(tmp_path, score):
    """With `excel` a file begins with a byte order mark and no cell or name runs; rows, columns
    and verdicts are the same.
    """
    (tmp_path / "in.csv").write_bytes(
        b'text,=n,id\n"=HYPERLINK(""http://a"",""buy"")",-1,+44 1\n@jo thanks,-1+cmd,3\n'
    )
    score("in.csv", "plain.csv")
    score("in.csv", "excel.csv", excel=True)
    score("in.csv", "excel.tsv", excel=True)
    assert (tmp_path / "excel.csv").read_bytes().startswith(b"\xef\xbb\xbftext,'=n,id,label")
    plain = pd.read_csv(tmp_path / "plain.csv", dtype=str)
    for name, sep in (("excel.csv", ","), ("excel.tsv", "\t")):
        guarded = pd.read_csv(tmp_path / name, dtype=str, sep=sep)
        assert guarded["text"].tolist() == ["'" + text for text in plain["text"]]
        assert guarded["'=n"].tolist() == ["-1", "'-1+cmd"]
        assert guarded["id"].tolist() == ["'+44 1", "3"]
        assert guarded["label"].tolist() == plain["label"].tolist()
    # Read again, the apostrophe is a part of the post.
    assert [post.text for post in read_archive(tmp_path / "excel.csv")][1] == "'@jo thanks"


@pytest.mark.parametrize("name", ["o.jsonl", "o.parquet", "o.arrow"])
def test_other_formats_are_not_for_spreadsheets(tmp_path, score, name):
    """Asked for with another format, `excel` is refused before anything is written."""
    (tmp_path / "in.csv").write_text("text\nbuy\n")
    with pytest.raises(GivesellError, match="E360"):
        score("in.csv", name, excel=True)
    assert [path.name for path in tmp_path.iterdir()] == ["in.csv"]


def test_a_stopped_run_is_not_gone_on_with_as_another(tmp_path, score):
    """A run for spreadsheets does not go on with the rows of one that was not."""
    (tmp_path / "in.csv").write_text("text\n" + "".join(f"=thanks {i}\n" for i in range(100)))

    def stop(done, total, rows):
        if rows:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        score("in.csv", "o.csv", progress=stop)
    score("in.csv", "o.csv", excel=True)
    lines = (tmp_path / "o.csv").read_text(encoding="utf-8-sig").splitlines()
    assert len(lines) == 101
    assert all(line.startswith("'=thanks") for line in lines[1:])
