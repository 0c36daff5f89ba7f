"""Text tables that are made to crash, hang or fill the memory, and odd values among good ones."""

import csv
import json
import random
import threading

import pytest

from givesell.archives import open_reader
from givesell.archives.base.columns import unique_names
from givesell.archives.base.key_types import KeyTypes
from givesell.archives.formats.jsonl_file import _Block
from givesell.archives.read import read_archive
from givesell.archives.streams.limits import MAX_COLUMNS, MAX_KEYS, MAX_POST
from givesell.errors import FileError, GivesellError
from givesell.files.delimited import long_fields
from tests.archives.conftest import Taken

ODD = [
    "null",
    "1",
    str(2**63),
    "-" + "9" * 400,
    "1e400",
    "NaN",
    "[]",
    "{}",
    '[[1], {"a": null}]',
    '"x"',
    '"\\ud800"',
    "true",
]
# Of these a row with one cannot be read.
REFUSED = ["1e400", "9" * 5_000, "[" * 700 + "]" * 700, "tru", '"\t"', "01"]


def table(path, text="text"):
    """Return the rows of a file, its rejects, and how many rows each batch has."""
    reader = open_reader(path)
    reader.use_text(text)
    taken = Taken()
    batches = list(reader.batches(taken))
    return (
        [row for batch in batches for row in batch.to_pylist()],
        taken.rows,
        [len(batch) for batch in batches],
    )


def spelled(objects, name):
    """Return objects as JSON lines or as an array, with values that are spelled already after an
    @.
    """
    parts = [
        ", ".join(
            f"{json.dumps(key)}: {v[1:] if str(v)[:1] == '@' else json.dumps(v)}"
            for key, v in item.items()
        )
        for item in objects
    ]
    return (
        "\n".join(f"{{{part}}}" for part in parts)
        if name.endswith("l")
        else f"[{', '.join(f'{{{part}}}' for part in parts)}]"
    )


@pytest.mark.parametrize("name", ["a.jsonl", "a.json"])
@pytest.mark.parametrize("key", ["id", "text", "n", "deep"])
@pytest.mark.parametrize("odd", ODD + REFUSED)
def test_one_odd_value_costs_its_row_at_most(write, name, key, odd):
    """Whatever stands in a place of a row, all other rows are read, and it is a row or a reject."""
    objects = [{"id": i, "text": f"post {i}", "n": i / 2, "deep": {"a": [i]}} for i in range(9)]
    objects[4][key] = f"@{odd}"
    rows, rejects, _ = table(write(name, spelled(objects, name)))
    assert {f"post {i}" for i in range(9) if i != 4} <= {row["text"] for row in rows}
    assert len(rows) + len(rejects) == 9
    assert [number for number, _ in rejects] in ([], [5])
    assert bool(rejects) == (
        odd in REFUSED or (key == "text" and odd[0] != '"' and odd not in ("null", "NaN"))
    )


@pytest.mark.parametrize(
    ("damage", "reason"),
    [("[:-20]", "breaks off"), ("+ x", "more after the end"), (", ]", "a value is missing")],
)
def test_the_rows_before_the_damage_of_an_array_are_kept(write, damage, reason):
    """A file that breaks off, goes on or ends in a comma gives its rows, and one reject that
    says what is wrong.
    """
    whole = json.dumps([{"text": f"post {i}"} for i in range(5)])
    data = (
        whole[:-20]
        if damage == "[:-20]"
        else whole + " x"
        if damage == "+ x"
        else whole[:-1] + ",]"
    )
    rows, ((number, told),), _ = table(write("a.json", data))
    assert [row["text"] for row in rows] == [f"post {i}" for i in range(number - 1)]
    assert reason in told


def test_crashes_of_parsers_are_rejects(write):
    """Nesting and digits that end the process in a parser are rejects, in a file of lines and in
    an array.
    """
    deep = ["[" * n + "]" * n for n in (5_000, 100_000)] + [
        '{"a":' * 100_000 + "1" + "}" * 100_000,
        "9" * 5_000,
        "-" + "9" * 100_000,
    ]
    objects = [
        {"text": "first"},
        *({"text": "x", "n": f"@{value}"} for value in deep),
        {"text": "last"},
    ]
    for name in ("a.jsonl", "a.json"):
        rows, rejects, _ = table(write(name, spelled(objects, name)))
        assert [row["text"] for row in rows] == ["first", "last"]
        assert [reason for _, reason in rejects] == 3 * ["nested too deeply"] + 2 * [
            "a number too large"
        ]


@pytest.mark.parametrize("shape", ["apart", "together", "within"])
@pytest.mark.parametrize("name", ["a.jsonl", "a.json"])
def test_ever_new_keys_are_bounded(write, monkeypatch, name, shape):
    """Keys without end are one error, before they are columns; below the uppermost level they
    are values; many in one row cost that row.
    """
    narrow = []
    monkeypatch.setattr("givesell.archives.formats.jsonl_file._Block.table", watched(narrow))
    made = {
        "apart": lambda i: {f"k{i}": i, f"l{i}": i},
        "within": lambda i: {"x": {f"k{i}": {f"l{i}": i}}},
        "together": lambda i: {},
    }
    objects = [{"text": "a", **made[shape](i)} for i in range(1_500)]
    if shape == "together":
        objects[7] |= {f"k{i}": i for i in range(MAX_KEYS)}
    path = write(name, spelled(objects, name))
    if shape == "apart":
        with pytest.raises(FileError, match=f"more than {MAX_KEYS:,} different keys"):
            open_reader(path)
    else:
        rows, rejects, _ = table(path)
        assert (len(rows), rejects) == (
            (1_500, []) if shape == "within" else (1_499, [(8, f"more than {MAX_KEYS:,} keys")])
        )
    assert all(rows * names <= 1 << 24 for rows, names in narrow)


def watched(narrow):
    """Return `_Block.table`, noting how many rows and names it is given when Arrow is to find
    the columns.
    """
    whole = _Block.table

    def run(block, schema, unknown):
        if unknown == "infer":
            narrow.append((len(block._lines), block._names))
        return whole(block, schema, unknown)

    return run


def test_gathering_keys_looks_at_a_row_and_no_more():
    """A row with a new key costs as much as its keys, however many keys there were before."""

    class Row(dict):
        gets = 0

        def get(self, key, default=None):
            Row.gets += 1
            return super().get(key, default)

    kinds = KeyTypes()
    for i in range(1_000):
        kinds.add(Row({f"k{i}": 1, "text": "a"}))
    assert Row.gets <= 2_000
    assert list(kinds.flags)[:3] == ["k0", "text", "k1"]


def test_names_are_told_apart_in_linear_time():
    """Each name is tried as often as it is met, also where the numbers are taken."""

    class Name(str):
        made = 0
        __slots__ = ()

        def __format__(self, spec):
            Name.made += 1
            return str(self)

    n = 2_000
    names = [Name("a")] * n + [f"a_{i}" for i in range(2, n)]
    assert len(set(unique_names(names))) == 2 * n - 2
    assert Name.made <= 3 * n


def test_columns_have_a_limit(write):
    """As many columns as a spreadsheet has are read; more are one error."""
    for count in (MAX_COLUMNS, MAX_COLUMNS + 1):
        path = write("a.csv", "text" + ",c" * (count - 1) + "\nx" + "," * (count - 1) + "\n")
        if count > MAX_COLUMNS:
            with pytest.raises(FileError, match="it has more than 16,384 columns"):
                open_reader(path)
        else:
            (row,), _, _ = table(path)
            assert len(row) == MAX_COLUMNS


def test_wide_rows_come_in_small_batches(write):
    """A batch has a bounded number of cells, whatever the width."""
    reader = open_reader(
        write(
            "a.csv", "text" + "".join(f",c{i}" for i in range(1_999)) + ("\nx" + "," * 1_999) * 900
        )
    )
    sizes = [len(batch) for batch in reader.batches(Taken())]
    assert sum(sizes) == 900
    assert max(sizes) <= (1 << 20) // 2_000


@pytest.mark.parametrize(
    ("name", "good", "bad"),
    [
        ("a.csv", b"text\nok\n", b"x,y,z\n"),
        ("a.txt", b"ok\n", b"\xff\n"),
        ("a.jsonl", b'{"text": "ok"}\n', b"{\n"),
        ("a.json", b'[{"text": "ok"}', b",1"),
    ],
)
def test_rejects_are_handed_on(write, name, good, bad):
    """A file of rejects alone comes in batches, so that they need not be held to its end."""
    n = 40_000
    path = write(name, good + bad * n + (b"]" if name == "a.json" else b""))
    rows, rejects, sizes = table(path)
    assert (len(rows), len(rejects)) == (1, n)
    assert len(sizes) >= n // 16_384


def test_posts_too_long_to_be_scored_are_rejects(write):
    """A post beyond the limit costs its row in each format, and the line is told."""
    long = "x" * (MAX_POST + 1)
    files = {
        "a.csv": f"text,n\n{long},1\nok,{long}\n",
        "a.txt": f"{long}\nok\n",
        "a.jsonl": json.dumps({"text": long}) + '\n{"text": "ok"}\n',
        "a.json": json.dumps([{"text": long}, {"text": "ok"}]),
    }
    for name, content in files.items():
        rows, ((line, reason),), _ = table(write(name, content))
        assert [row["text"] for row in rows] == ["ok"]
        assert (line, reason) == (
            2 if name == "a.csv" else 1,
            f"the post is longer than {MAX_POST:,} characters",
        )
    content = "é" * MAX_POST  # characters count, not bytes
    assert (
        len(table(write("b.jsonl", json.dumps({"text": content}, ensure_ascii=False) + "\n"))[0])
        == 1
    )


def test_the_csv_module_is_left_as_it_was(write):
    """Its limit is one of the whole process: it is lifted while rows are read, by several
    readers too, and put back.
    """
    before = csv.field_size_limit()
    path = write("a.csv", 'text\n"' + "x" * (before + 1) + '"\n')
    batches = read_archive(path).tables()
    assert len(next(batches)) == 1
    assert csv.field_size_limit() == before
    inside = threading.Event()
    with long_fields:
        thread = threading.Thread(target=lambda: (table(path), inside.set()))
        thread.start()
        thread.join()
        assert inside.is_set()
        assert csv.field_size_limit() > before
    assert csv.field_size_limit() == before


def test_a_header_that_goes_while_the_file_is_read_is_no_crash(write):
    """A file that is emptied between two readings gives no rows."""
    path = write("a.csv", "text\nbuy\n")
    reader = open_reader(path)
    reader.use_text("text")
    path.write_bytes(b"")
    assert list(reader.batches(Taken())) == []


def test_what_no_reader_foresaw_is_one_error(write, monkeypatch):
    """Whatever is raised while reading leaves as an error of this library that names the file."""
    path = write("a.csv", "text\nbuy\n")
    for error in (KeyError("x"), RuntimeError(" \n "), MemoryError(), RecursionError()):
        monkeypatch.setattr("givesell.archives.formats.csv_file.CsvReader._batches", thrower(error))
        with pytest.raises(
            FileError,
            match=(
                r"E510.*a\.csv.*because of an unexpected error"
                rf" \(.*{type(error).__name__ if not str(error).strip() else ''}"
            ),
        ):
            list(read_archive(path))


def thrower(error):
    """Return a method that raises."""

    def run(*_):
        raise error
        yield

    return run


PIECES = [
    b'"',
    b",",
    b"\n",
    b"\r",
    b"\0",
    b"\xff",
    b"\xef\xbb\xbf",
    b"{",
    b"}",
    b"[",
    b"]",
    b":",
    b"\\",
    b"\\ud800",
    b"NaN",
    b"1e400",
]
PIECES += [b"9" * 5_000, b"[" * 600, b'"\n' * 40, b"18446744073709551616", b"\xff\xfe", b"\x1b[2J"]


@pytest.mark.parametrize("seed", range(60))
def test_files_with_random_damage(write, seed):
    """Flips, cuts, splices and repeated lines end in rows and rejects or in an error that was
    foreseen.
    """
    draw = random.Random(seed)
    objects = [{"text": f'say "{i}", é', "n": i, "d": {"a": [i, None]}} for i in range(30)]
    lines = ["text,n", *(f'"say ""{i}"", é\nmore",{i}' for i in range(30))]
    samples = {
        "a.csv": "\n".join(lines), "a.tsv": "\n".join(lines).replace(",", "\t"),
        "a.txt": "\n".join(lines),
        "a.jsonl": spelled(objects, "a.jsonl"), "a.json": json.dumps(objects, indent=1),
        "b.json": json.dumps({"a": {"posts": objects}}),
    }  # fmt: skip
    for name, whole in samples.items():
        data = bytearray(whole.encode())
        for _ in range(draw.choice([1, 1, 2, 5])):
            at = draw.randrange(len(data) + 1)
            data[at : at + draw.choice([0, 0, 1, 30])] = draw.choice(
                [*PIECES, bytes(data[draw.randrange(len(data) + 1) :][:200])]
            )
            if draw.random() < 0.2:
                del data[at:]
            if not data:
                data = bytearray(b"\n")
        try:
            for post in read_archive(write(name, bytes(data))):
                assert isinstance(post.text, (str, type(None)))
        except GivesellError as error:
            assert error.code != "E510"  # noqa: PT017
