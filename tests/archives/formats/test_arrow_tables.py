"""Arrow and Parquet files that lie: nothing outside a file is read, nothing is taken for more
than it holds.
"""

import io
import struct

import numpy as np
import pyarrow as pa
import pyarrow.ipc as ipc
import pyarrow.parquet as pq
import pytest

from givesell.archives import open_reader
from givesell.archives.base.columns import plain_values
from givesell.archives.parsing.parquet_pages import read_groups
from givesell.archives.parsing.row_sizes import largest, row_sizes
from givesell.archives.streams import limits
from givesell.errors import FileError
from tests.archives.mutate import mutated


class Rejected(list):
    """Rejects with their raw bytes."""

    def add(self, row):
        """Take one."""
        self.append(row[1:])


def read(path, column="text"):
    """Return the batches and the rejects of a file."""
    reader = open_reader(path)
    reader.use_text(column if column in reader.schema.names else reader.schema.names[0])
    rejects = Rejected()
    return list(reader.batches(rejects)), rejects


def texts(batches):
    """Return the posts of batches."""
    return [text for batch in batches for text in batch.column("text").to_pylist()]


def write_arrow(path, table, kind="file", compression=None, rows=None):
    """Write a file or a stream."""
    with getattr(ipc, f"new_{kind}")(
        path, table.schema, options=ipc.IpcWriteOptions(compression=compression)
    ) as writer:
        writer.write_table(table, rows)
    return path


def strings(*offsets, data=b"buy nowthanks all"):
    """Return a column of strings whose offsets are as given."""
    return pa.Array.from_buffers(
        pa.string(),
        len(offsets) - 1,
        [None, pa.py_buffer(struct.pack(f"<{len(offsets)}i", *offsets)), pa.py_buffer(data)],
    )


@pytest.mark.parametrize("kind", ["file", "stream"])
@pytest.mark.parametrize("offsets", [(0, 7, 3000, 17), (0, -5, 7, 17), (0, 17, 7, 17)])
def test_offsets_that_lie_are_never_followed(tmp_path, kind, offsets):
    """A batch that is not valid is rejected row by row without content; the batches around it
    are read.
    """
    path = tmp_path / "a.arrow"
    good = pa.record_batch([pa.array(["hi", "there", "all"])], ["text"])
    bad = pa.record_batch([strings(*offsets)], ["text"])
    with getattr(ipc, f"new_{kind}")(
        path, good.schema, options=ipc.IpcWriteOptions(compression="lz4")
    ) as writer:
        for batch in (good, bad, good):
            writer.write_batch(batch)
    batches, rejects = read(path)
    assert texts(batches) == ["hi", "there", "all"] * 2
    assert [(line, raw) for line, _, raw in rejects] == [(4, b""), (5, b""), (6, b"")]
    assert all(reason.startswith("it is in a damaged batch: ") for _, reason, _ in rejects)


def test_text_that_is_not_utf8_within_other_types(tmp_path):
    """A row is rejected alone wherever the text stands: in a list, a struct, a map, a dictionary
    or a view.
    """
    bad = pa.array([b"hi", b"caf\xe9", b"all"], pa.binary()).view(pa.string())
    columns = {
        "list": pa.ListArray.from_arrays([0, 1, 2, 3], bad),
        "struct": pa.StructArray.from_arrays([bad], ["x"]),
        "map": pa.MapArray.from_arrays([0, 1, 2, 3], bad, pa.array([1, 2, 3])),
        "dictionary": pa.DictionaryArray.from_arrays(pa.array([0, 1, 2], pa.int8()), bad),
        "view": pa.array([b"hi", b"caf\xe9", b"all"], pa.binary_view()).view(pa.string_view()),
        "large": pa.array([b"hi", b"caf\xe9", b"all"], pa.large_binary()).view(pa.large_string()),
    }
    for name, column in columns.items():
        path = write_arrow(
            tmp_path / f"{name}.arrow", pa.table({"text": ["a", "b", "c"], name: column})
        )
        batches, rejects = read(path)
        assert texts(batches) == ["a", "c"], name
        assert [(line, reason) for line, reason, _ in rejects] == [
            (2, f"column {name!r} is not UTF-8")
        ]
        for batch in batches:
            batch.validate(full=True)


def test_a_value_that_stands_in_every_row_is_counted_in_each(tmp_path, monkeypatch):
    """Batches stay small where a dictionary, a view or a run holds one long text for many rows,
    and so does the whole.
    """
    monkeypatch.setattr("givesell.archives.formats.arrow_table.BATCH_BYTES", 100_000)
    long, n = "buy " * 2_500, 100
    zeros = pa.array(np.zeros(n, np.int32))
    _, view, data = pa.array([long], pa.string_view()).buffers()
    columns = [
        pa.DictionaryArray.from_arrays(zeros, pa.array([long])),
        pa.Array.from_buffers(
            pa.string_view(), n, [None, pa.py_buffer(view.to_pybytes() * n), data]
        ),
        pa.RunEndEncodedArray.from_arrays(pa.array([n], pa.int32()), pa.array([long])),
        pa.ListViewArray.from_arrays(
            zeros, pa.array(np.full(n, 1_250, np.int32)), pa.array(np.zeros(1_250, np.int64))
        ),
    ]
    for column in columns:
        path = write_arrow(tmp_path / "a.arrow", pa.table({"text": ["a"] * n, "more": column}))
        batches, _ = read(path)
        assert max(map(len, batches)) <= 10
        assert sum(map(len, batches)) == n
    monkeypatch.setattr(limits, "BOMB_BYTES", 100_000)
    monkeypatch.setattr(limits, "BOMB_RATIO", 2)
    for column in columns[:2]:
        with pytest.raises(FileError, match=r"E406.*2 times its size"):
            read(write_arrow(tmp_path / "b.arrow", pa.table({"text": column})))


def test_a_row_that_is_too_large_is_rejected_alone(tmp_path, monkeypatch):
    """As a line of that length is."""
    monkeypatch.setattr(limits, "MAX_LINE", 1 << 20)
    table = pa.table({"text": ["a", "x" * (1 << 21), "b"]})
    pq.write_table(table, tmp_path / "a.parquet")
    for path in (tmp_path / "a.parquet", write_arrow(tmp_path / "a.arrow", table)):
        batches, rejects = read(path)
        assert (texts(batches), rejects) == (["a", "b"], [(2, "a row of more than 1 MiB", b"")])


@pytest.mark.parametrize("kind", ["file", "stream"])
def test_what_arrow_would_unpack_is_known_before(tmp_path, kind, monkeypatch):
    """A batch that unpacks to far more than it is, or has more rows than the file has bits, is
    refused unread.
    """
    monkeypatch.setattr(limits, "BOMB_BYTES", 1 << 20)
    path = write_arrow(
        tmp_path / "a.arrow", pa.table({"text": ["x" * 1_000_000] * 5}), kind, "zstd"
    )
    with pytest.raises(FileError, match=r"E406.*more than 1 MiB and 200 times its size"):
        open_reader(path)
    path = write_arrow(tmp_path / "b.arrow", pa.table({"text": pa.nulls(2_000_000)}), kind)
    with pytest.raises(FileError, match=r"E406.*it claims 2,000,000 rows in"):
        open_reader(path)


def dictionary(n, text):
    """Return a column that holds a text once and names it in every row."""
    return pa.DictionaryArray.from_arrays(pa.array(np.zeros(n, np.int32)), pa.array([text]))


def test_what_parquet_would_unpack_is_known_before(tmp_path, monkeypatch):
    """Rows are read so few at a time that texts which stand once and are meant often fit; what
    cannot be is refused.
    """
    monkeypatch.setattr(limits, "BATCH_MEMORY", 1 << 20)
    asked = []
    iterate = pq.ParquetFile.iter_batches
    monkeypatch.setattr(
        pq.ParquetFile,
        "iter_batches",
        lambda self, batch_size, **more: (
            asked.append(batch_size),
            iterate(self, batch_size, **more),
        )[1],
    )
    path = tmp_path / "a.parquet"
    pq.write_table(
        pa.table({"text": dictionary(3_000, "buy now " * 1_250)}), path, store_schema=False
    )
    assert len(texts(read(path)[0])) == 3_000
    assert asked[-1] < 110
    pq.write_table(
        pa.table({"text": ["x" * 10_000 + str(i) for i in range(300)]}),
        path,
        use_dictionary=False,
        column_encoding="DELTA_BYTE_ARRAY",
    )
    assert len(texts(read(path)[0])) == 300
    assert asked[-1] < 110
    n = 1_000_000
    lists = [pa.array(np.zeros(n, np.int64)), dictionary(n, "x")]
    for values in lists:
        pq.write_table(
            pa.table({"text": ["a"], "more": pa.ListArray.from_arrays([0, n], values)}),
            path,
            store_schema=False,
        )
        with pytest.raises(FileError, match=r"E406.*its lists hold 1,000,000 values in \d+ bytes"):
            read(path)


@pytest.mark.parametrize("version", ["1.0", "2.0"])
def test_pages_are_counted_as_they_are(tmp_path, version):
    """The rows, sizes and values that are told agree with pyarrow's own view of a sound file."""
    table = pa.table(
        {
            "text": [f"post {i}" for i in range(5_000)],
            "n": range(5_000),
            "tags": [["a", "b"]] * 5_000,
        }
    )
    pq.write_table(
        table,
        tmp_path / "a.parquet",
        row_group_size=2_000,
        data_page_version=version,
        compression="zstd",
    )
    meta = pq.read_metadata(tmp_path / "a.parquet")
    groups = read_groups(tmp_path / "a.parquet", (tmp_path / "a.parquet").stat().st_size)
    assert [group.rows for group in groups] == [2_000, 2_000, 1_000]
    for number, group in enumerate(groups):
        for place, column in enumerate(group.columns):
            known = meta.row_group(number).column(place)
            assert (column.packed, column.values) == (known.total_compressed_size, known.num_values)
        assert group.unpacked == meta.row_group(number).total_byte_size


def test_a_damaged_row_group_costs_its_own_rows(tmp_path):
    """The rows before and after it are read, its own are rejected."""
    path = tmp_path / "a.parquet"
    rows = [f"post number {i}" for i in range(300)]
    pq.write_table(
        pa.table({"text": rows}), path, row_group_size=100, use_dictionary=False, compression="gzip"
    )
    place = pq.read_metadata(path).row_group(1).column(0).data_page_offset
    data = path.read_bytes()
    path.write_bytes(data[: place + 60] + b"\xff" * 40 + data[place + 100 :])
    batches, rejects = read(path)
    assert texts(batches) == rows[:100] + rows[200:]
    assert [line for line, _, _ in rejects] == list(range(101, 201))
    assert all("it is in a damaged row group: " in reason for _, reason, _ in rejects)


def test_sizes_of_rows():
    """The bytes of each row, whatever holds it, of a slice too."""
    text = ["a", "bbb", None, "dddd"]
    expected = {
        pa.string(): [1, 3, 0, 4],
        pa.large_string(): [1, 3, 0, 4],
        pa.string_view(): [1, 3, 0, 4],
        pa.dictionary(pa.int8(), pa.string()): [1, 3, 0, 4],
    }
    for kind, sizes in expected.items():
        column = (
            pa.array(text).cast(kind)
            if not pa.types.is_dictionary(kind)
            else pa.array(text).dictionary_encode().cast(kind)
        )
        assert row_sizes(column).tolist() == sizes
        assert row_sizes(column.slice(1, 2)).tolist() == sizes[1:3]
    lists = pa.array([["a"], ["bb", "c"], None, []])
    views = pa.array(lists.to_pylist(), pa.list_view(pa.string()))
    assert row_sizes(lists).tolist() == row_sizes(views).tolist() == [1, 3, 0, 0]
    assert row_sizes(pa.array([[("k", 1)], []], pa.map_(pa.string(), pa.int32()))).tolist() == [
        9,
        0,
    ]
    assert row_sizes(pa.array([{"x": "ab", "y": 1}])).tolist() == [10]
    runs = pa.RunEndEncodedArray.from_arrays(pa.array([1, 4], pa.int32()), pa.array(["x", "yy"]))
    assert row_sizes(runs.slice(0, 3)).tolist() == [1, 2, 2]
    union = pa.UnionArray.from_dense(
        pa.array([0, 1], pa.int8()),
        pa.array([0, 0], pa.int32()),
        [pa.array([1]), pa.array(["xyz"])],
    )
    assert row_sizes(union).tolist() == [8, 3]
    assert (largest(pa.array(text)), largest(runs), largest(union)) == (0, 2, 8)


def test_values_that_python_cannot_hold_are_written_as_they_stand():
    """Times beyond the year 9999 or of no known zone, and a struct with two fields of one name,
    cost no file.
    """
    far = pa.array([2**62, 0], pa.int64())
    assert plain_values(far.view(pa.timestamp("us"))) == [str(2**62), "1970-01-01T00:00:00"]
    assert plain_values(far.view(pa.timestamp("us", "Nowhere/Bad"))) == [str(2**62), "0"]
    assert plain_values(far.view(pa.duration("s"))) == [str(2**62), "0:00:00"]
    assert plain_values(pa.StructArray.from_arrays([pa.array([1]), pa.array([2])], ["x", "x"])) == [
        {"x": 1, "x_2": 2}
    ]


def small_files():
    """Return small files of both formats, with most types."""
    n = 12
    text = [f"buy now {i}" for i in range(n)]
    table = pa.table(
        {
            "text": text,
            "tags": [["a", "b"]] * n,
            "kind": pa.array(text).dictionary_encode(),
            "inner": [{"x": 1, "y": "z"}] * n,
            "pairs": pa.array([[("k", 1)]] * n, pa.map_(pa.string(), pa.int32())),
            "bytes": pa.array([b"xy"] * n),
        }
    )
    views = table.select(["text"]).append_column("view", pa.array(text).cast(pa.string_view()))
    for kind in ("file", "stream"):
        for compression in (None, "lz4", "zstd"):
            for columns in (table, table.select(["text"]), views):
                place = io.BytesIO()
                write_arrow(place, columns, kind, compression, 5)
                yield "a.arrow", place.getvalue()
    for more in (
        {},
        {"compression": "zstd", "data_page_version": "2.0"},
        {"use_dictionary": False, "column_encoding": {"text": "DELTA_BYTE_ARRAY"}},
    ):
        place = io.BytesIO()
        pq.write_table(table, place, row_group_size=5, **more)
        yield "a.parquet", place.getvalue()


def test_mutated_files_give_rows_or_our_errors(tmp_path):
    """Whatever is done to a file, its valid rows are read, the others rejected, or the file
    refused: the process goes on.
    """
    read_in_part = refused = 0
    for name, data in small_files():
        for seed in range(40):
            (tmp_path / name).write_bytes(mutated(data, seed))
            try:
                batches, _ = read(tmp_path / name)
            except FileError:
                refused += 1
                continue
            read_in_part += 1
            for batch in batches:
                batch.validate(full=True)
    assert min(read_in_part, refused) > 100
