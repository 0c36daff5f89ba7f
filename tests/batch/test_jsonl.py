"""JSON lines: every value kept, every bad line told."""

import json
import random

import pytest

from givesell.archives import open_reader
from givesell.archives.formats.jsonl_file import parse
from givesell.archives.streams.recoding import hinted
from givesell.batch.rejects import Collected
from givesell.errors import FileError


def write(path, *objects):
    """Write objects a line each."""
    path.write_text("".join(json.dumps(item) + "\n" for item in objects))


def test_every_value_comes_out_as_it_went_in(tmp_path, score, rows):
    """Nested values, mixed types, whole numbers of any size and missing keys survive JSON lines
    to JSON lines.
    """
    objects = [
        {
            "text": "buy",
            "nested": {"a": [1, 2.5, None]},
            "mixed": 1,
            "big": 2**70,
            "whole": 2**62,
            "flag": True,
            "null": None,
        },
        {
            "text": None,
            "nested": [],
            "mixed": "one",
            "big": -1,
            "whole": -(2**63),
            "flag": False,
            "null": None,
        },
        {
            "text": "é 😀",
            "nested": "x",
            "mixed": {"x": None},
            "big": 0.5,
            "whole": 0,
            "flag": True,
            "odd": "\u2028",
        },
    ]
    write(tmp_path / "a.jsonl", *objects)
    score("a.jsonl")
    names = ("text", "nested", "mixed", "big", "whole", "flag", "null", "odd")
    assert [{name: row[name] for name in names} for row in rows()] == [
        {name: item.get(name) for name in names} for item in objects
    ]


def test_values_keep_their_types_in_parquet_and_back(tmp_path, score, rows):
    """A column is bool, int64, double or string where all its values are, and marked JSON text
    elsewhere.
    """
    write(
        tmp_path / "a.jsonl",
        {"text": "buy", "b": True, "i": 1, "f": 1, "j": [1]},
        {"text": "x", "f": 0.5, "j": {"k": 2}},
    )
    score("a.jsonl", "a.parquet")
    import pyarrow.parquet as pq

    types = [str(kind) for kind in pq.read_schema(tmp_path / "a.parquet").types]
    assert types == [
        "string",
        "bool",
        "int64",
        "double",
        "string",
        "string",
        "float",
        "bool",
        "string",
    ]
    score("a.parquet", prefix="again_")
    assert [row["j"] for row in rows()] == [[1], {"k": 2}]


def test_types_that_differ_between_files_keep_their_values(tmp_path, score, rows):
    """Several JSON lines files with other types under one key still give back every value."""
    write(tmp_path / "a.jsonl", {"text": "buy", "x": 1, "y": "s", "z": None})
    write(tmp_path / "b.jsonl", {"text": "buy", "x": "1", "y": {"k": "s"}, "z": 0.5})
    write(tmp_path / "c.jsonl", {"text": "buy", "x": None, "y": True, "z": 7})
    score(["a.jsonl", "b.jsonl", "c.jsonl"])
    assert [row["x"] for row in rows()] == [1, "1", None]
    assert [row["y"] for row in rows()] == ["s", {"k": "s"}, True]
    assert [row["z"] for row in rows()] == [None, 0.5, 7]


def test_whole_numbers_that_a_double_would_change_stay_exact(tmp_path, score, rows):
    """A column of fractions and very large whole numbers is not rounded."""
    write(tmp_path / "a.jsonl", {"text": "buy", "n": 2**53 + 1}, {"text": "buy", "n": 0.5})
    score("a.jsonl")
    assert [row["n"] for row in rows()] == [2**53 + 1, 0.5]


def test_bad_lines_are_rejected_with_their_reason(tmp_path, score, rows, rejects):
    """Broken JSON, other values than objects, other bytes than UTF-8 and posts that are no text
    are each told.
    """
    deep = b'{"text": "x", "d": ' + b"[" * 100_000 + b"]" * 100_000 + b"}"
    lines = [
        b'\xef\xbb\xbf{"text": "buy"}\r',
        b"{bad}",
        b"",
        b"[1]",
        b'{"text": "\xff"}',
        b'{"text": 5}',
        b'{"text": ["a"]}',
        deep,
    ]
    lines += [
        b'{"text": "x", "n": 1e999}',
        b'{"text": "x", "n": ' + b"9" * 5_000 + b"}",
        b"null",
        b'{"text": "thanks"}',
    ]
    (tmp_path / "a.jsonl").write_bytes(b"\n".join(lines))
    summary = score("a.jsonl")
    assert [row["text"] for row in rows()] == ["buy", "thanks"]
    assert rejects() == [
        (2, "not JSON: Expecting property name enclosed in double quotes at character 2"),
        (4, "not an object but an array"),
        (5, hinted("not UTF-8")),
        (6, "the post is a number, not a string"),
        (7, "the post is an array, not a string"),
        (8, "nested too deeply"),
        (9, "a number too large"),
        (10, "a number too large"),
        (11, "not an object but null"),
    ]
    raw = rows("out.jsonl.rejects.jsonl")
    assert raw[2]["raw"] == '{"text": "\\xff"}'
    assert len(raw[5]["raw"]) == 1_000
    assert summary.rejected == 9


def test_nan_reads_as_null_and_half_an_emoji_is_replaced(tmp_path, score, rows):
    """What JSON or UTF-8 cannot hold never reaches the output."""
    text = (
        '{"text": "cut \\ud83d", "n": NaN, "o": {"\\ud83d": "\\udc00"}, "\\ud800": 1}\n{"text":'
        ' null, "n": 1.5, "o": 1}\n'
    )
    (tmp_path / "a.jsonl").write_text(text)
    score("a.jsonl")
    first = rows()[0]
    assert (first["text"], first["n"], first["\ufffd"]) == ("cut \ufffd", None, 1)
    assert first["o"] == {"\ufffd": "\ufffd"}
    score("a.jsonl", "out.csv")
    assert "nan" not in (tmp_path / "out.csv").read_text().lower()


@pytest.mark.parametrize(("content", "code"), [("\n \n", "E403"), ("[\n1\n", "E406")])
def test_a_file_without_an_object_is_an_error(tmp_path, score, content, code):
    """Blank lines alone are an empty file; lines of something else are not JSON lines."""
    (tmp_path / "a.jsonl").write_text(content)
    with pytest.raises(FileError) as error:
        score("a.jsonl")
    assert error.value.code == code


def test_keys_without_end_are_an_error(tmp_path, score, monkeypatch):
    """Objects with ever new keys would make ever more columns, and are refused."""
    monkeypatch.setattr("givesell.archives.base.objects_reader.MAX_KEYS", 50)
    write(tmp_path / "a.jsonl", *({"text": "x", f"k{i}": i} for i in range(60)))
    with pytest.raises(FileError, match="more than 50 different keys"):
        score("a.jsonl")


@pytest.mark.parametrize("value", ["text", 2**70, [1]])
def test_a_file_that_changes_while_being_read_is_an_error(tmp_path, value):
    """A value that does not fit what the first reading found is told as that."""
    path = tmp_path / "a.jsonl"
    write(path, {"text": "x", "n": 1})
    reader = open_reader(path)
    reader.use_text("text")
    write(path, {"text": "x", "n": value})
    rejects = Collected(strict=False)
    with pytest.raises(FileError, match="it changed while being read"):
        list(reader.batches(rejects))


def test_parse_names_the_reason():
    """The reason stands in the error, as it is written to the rejects."""
    with pytest.raises(ValueError, match="not an object but a string"):
        parse(b'"x"')


VALUES = [
    '"buy"',
    '"2024-01-01"',
    '"caf\u00e9 \U0001f600"',
    '"\\ud83d"',
    "1",
    "-7",
    "2.5",
    "1e3",
    "9007199254740993",
    "NaN",
    "1e999",
    "true",
]
VALUES += [
    "null",
    "true",
    "[1, 2]",
    '{"x": {"y": null}}',
    "{}",
    '"tab\\t"',
    "01",
    '"\t"',
    "1180591620717411303424",
]


@pytest.mark.parametrize("seed", range(40))
def test_blocks_read_at_once_are_as_lines_read_one_by_one(tmp_path, monkeypatch, seed):
    """What Arrow reads is what the lines hold: the same schema, rows and rejects, whatever
    stands in the file.
    """
    draw = random.Random(seed)
    pool = draw.sample(VALUES, draw.randint(1, 6))
    lines = []
    for _ in range(draw.randint(1, 40)):
        keys = [f'"k{draw.randrange(4)}": {draw.choice(pool)}' for _ in range(draw.randrange(4))]
        text = draw.choice(['"buy"'] * 12 + ["null", "5"])
        shape = draw.choice(["{@}"] * 30 + ["{@} {}", "[@]", "{@", "", '{"a":\n@', '{"b": {}}'])
        lines.append(shape.replace("@", ", ".join([f'"text": {text}', *keys])))
    data = "\n".join(lines).encode("utf-8", "surrogatepass")
    path = tmp_path / "a.jsonl"
    data += b'\n{"text": "last"}'
    path.write_bytes(data.replace(b"buy", b"b\xffy", 1) if seed % 5 == 0 else data)

    def read():
        try:
            reader = open_reader(path, format="jsonl")
            reader.use_text("text")
        except FileError as error:
            return str(error)
        taken = Collected(strict=False)
        return (
            reader.schema.to_string(),
            [batch.to_pylist() for batch in reader.batches(taken)],
            taken.take(),
        )

    at_once = read()
    monkeypatch.setattr("givesell.archives.formats.jsonl_file._Block.table", lambda *_: None)
    assert at_once == read()
