"""Parquet: types kept, text in whatever layout."""

import datetime as dt
from decimal import Decimal

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest

from givesell.errors import FileError


@pytest.mark.parametrize(
    "kind", [pa.string(), pa.large_string(), pa.dictionary(pa.int32(), pa.string())]
)
def test_text_in_any_layout(tmp_path, score, kind):
    """Plain, large and dictionary text is scored and keeps its type."""
    values = pa.array(["buy", None, "thanks"] * 3, pa.string()).cast(kind)
    pq.write_table(
        pa.table({"text": values, "n": pa.array(range(9), pa.int8())}), tmp_path / "a.parquet"
    )
    summary = score("a.parquet", "out.parquet")
    table = pq.read_table(tmp_path / "out.parquet")
    assert table.column_names == ["text", "n", "label", "selling", "sure", "status"]
    assert table.schema.field("text").type == kind
    assert table.schema.field("n").type == pa.int8()
    assert table["label"].to_pylist() == ["selling", None, "giving"] * 3
    assert table["selling"].null_count == 3
    assert (summary.selling, summary.giving, summary.unlabelled) == (3, 3, {"missing": 3})


def test_every_type_has_a_text_form(tmp_path, score, rows):
    """Dates, decimals, bytes, nested values and NaN can be written as JSON and CSV."""
    moment = dt.datetime(2024, 2, 3, 4, 5, 6, tzinfo=dt.UTC)
    columns = {
        "text": ["buy"],
        "when": [moment],
        "day": [dt.date(2024, 2, 3)],
        "price": [Decimal("1.50")],
        "raw": [b"\x00\xff"],
        "tags": [["a", "b"]],
        "user": [{"name": "x", "at": moment}],
        "nan": [float("nan")],
        "span": [dt.timedelta(seconds=90)],
    }
    table = pa.table(columns).append_column("small", pa.array([0.1], pa.float32()))
    pq.write_table(table, tmp_path / "a.parquet")
    score("a.parquet")
    row = rows()[0]
    assert row["when"] == "2024-02-03T04:05:06+00:00"
    assert (row["day"], row["price"], row["raw"], row["tags"]) == (
        "2024-02-03",
        "1.50",
        "AP8=",
        ["a", "b"],
    )
    assert (row["user"], row["nan"], row["span"], row["small"]) == (
        {"name": "x", "at": row["when"]},
        None,
        "0:01:30",
        0.1,
    )
    score("a.parquet", "out.csv")
    assert '2024-02-03,1.50,AP8=,"[""a"", ""b""]"' in (tmp_path / "out.csv").read_text()


def test_a_text_column_of_numbers_is_an_error(tmp_path, score):
    """The error names the column and what it holds."""
    pq.write_table(pa.table({"text": [1, 2]}), tmp_path / "a.parquet")
    with pytest.raises(FileError, match="column 'text' holds int64, not text"):
        score("a.parquet")


def test_a_row_that_is_not_utf8_is_rejected_alone(tmp_path, score, rows, rejects):
    """Parquet promises UTF-8 and does not check it; a broken row costs only itself."""
    text = pa.array([b"buy", b"caf\xe9", b"thanks"], pa.binary()).view(pa.string())
    pq.write_table(pa.table({"id": [1, 2, 3], "text": text}), tmp_path / "a.parquet")
    score("a.parquet")
    assert [row["id"] for row in rows()] == [1, 3]
    assert rejects() == [(2, "column 'text' is not UTF-8")]
    assert rows("out.jsonl.rejects.jsonl")[0]["raw"] == "caf\\xe9"


def test_batches_stay_small_however_long_the_posts(tmp_path, score, scorer, rows, monkeypatch):
    """Repeated long text, which Parquet packs well, is still scored a bounded number of bytes at
    a time.
    """
    monkeypatch.setattr("givesell.archives.formats.arrow_table.BATCH_BYTES", 100_000)
    pq.write_table(
        pa.table({"id": range(50), "text": ["buy " * 10_000] * 50}), tmp_path / "a.parquet"
    )
    sizes = []
    score("a.parquet", scorer=lambda texts: (sizes.append(len(texts)), scorer(texts))[1])
    assert max(sizes) <= 3
    assert [row["id"] for row in rows()] == list(range(50))


def test_columns_of_one_name(tmp_path, score, rows):
    """Two columns of one name are told apart."""
    pq.write_table(
        pa.Table.from_arrays(
            [pa.array(["buy"]), pa.array([1]), pa.array([2])], names=["text", "n", "n"]
        ),
        tmp_path / "a.parquet",
    )
    score("a.parquet")
    assert (rows()[0]["n"], rows()[0]["n_2"]) == (1, 2)


def test_what_is_no_parquet_is_an_error(tmp_path, score):
    """A file with the wrong name or cut short is told on one line."""
    (tmp_path / "a.parquet").write_text("text\nbuy\n")
    pq.write_table(pa.table({"text": ["buy"]}), tmp_path / "b.parquet")
    (tmp_path / "b.parquet").write_bytes((tmp_path / "b.parquet").read_bytes()[:-20])
    for name, words in (
        ("a.parquet", r"E502.*a\.parquet: is not \.parquet"),
        ("b.parquet", r"E406.*b\.parquet: cannot be read"),
    ):
        with pytest.raises(FileError, match=words) as error:
            score(name)
        assert "\n" not in str(error.value)


def test_pandas_reads_its_index_back(tmp_path, score):
    """A frame written by pandas comes back with its index and the added columns."""
    import pandas as pd

    frame = pd.DataFrame({"text": ["buy", "thanks"]}, index=pd.Index([7, 9], name="id"))
    frame.to_parquet(tmp_path / "a.parquet")
    score("a.parquet", "out.parquet")
    scored = pd.read_parquet(tmp_path / "out.parquet")
    assert scored.index.tolist() == [7, 9]
    assert scored.columns.tolist() == ["text", "label", "selling", "sure", "status"]


def test_types_that_parquet_has_none_for_are_text(tmp_path, score):
    """A union, a column of runs and an interval cost no file: they are written as CSV has them."""
    texts = pa.array(["buy", "thanks", None])
    columns = {
        "text": texts,
        "either": pa.UnionArray.from_dense(
            pa.array([0, 1, 0], pa.int8()),
            pa.array([0, 0, 1], pa.int32()),
            [pa.array([1, 2]), pa.array(["x"])],
        ),
        "runs": pc.run_end_encode(pa.array(["a", "a", "b"])),
        "span": pa.array([(1, 2, 3)] * 3, pa.month_day_nano_interval()),
    }
    with pa.ipc.new_file(str(tmp_path / "in.arrow"), pa.table(columns).schema) as writer:
        writer.write_table(pa.table(columns))
    assert score("in.arrow", "out.parquet").rows == 3
    found = pq.read_table(tmp_path / "out.parquet")
    assert found["either"].to_pylist() == ["1", "x", "2"]
    assert found["runs"].to_pylist() == ["a", "a", "b"]
    assert found.schema.field("span").type == pa.string()


def test_times_in_seconds_are_milliseconds(tmp_path, score):
    """What milliseconds can hold stays the same time; what they cannot is null and costs no row."""
    table = pa.table(
        {
            "text": ["buy", "thanks", "hm"],
            "at": pa.array([0, 2**60, None], pa.timestamp("s", "UTC")),
        }
    )
    with pa.ipc.new_file(str(tmp_path / "in.arrow"), table.schema) as writer:
        writer.write_table(table)
    assert score("in.arrow", "out.parquet").rows == 3
    found = pq.read_table(tmp_path / "out.parquet")["at"]
    assert found.type == pa.timestamp("ms", "UTC")
    assert found.to_pylist() == [dt.datetime(1970, 1, 1, tzinfo=dt.UTC), None, None]
