"""Tables of Arrow, Parquet and SQLite as members: with columns and values of every type."""

import datetime as dt
import io
import random
import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cache
from typing import Any

import pyarrow as pa
import pyarrow.feather
import pyarrow.parquet

from fuzz.members import NAMES, Change, Member
from fuzz.values import Grade, odd, python_value

FORMS = ("parquet", "parquet-pages", "arrow", "arrow-lz4", "stream", "feather")


def _cycle(values: list[Any], kind: pa.DataType) -> Callable[[int], pa.Array]:
    return lambda n: pa.array([values[i % len(values)] for i in range(n)], kind)


def _union(n: int) -> pa.Array:
    half = pa.array([i % 2 for i in range(n)], pa.int8())
    return pa.UnionArray.from_sparse(
        half, [pa.array(range(n)), pa.array([str(i) for i in range(n)])]
    )


def _raw(data: bytes) -> Callable[[int], pa.Array]:
    """Return text that is not UTF-8."""
    return lambda n: pa.array([data] * n, pa.binary()).view(pa.string())


ODD_COLUMNS: dict[str, Callable[[int], pa.Array]] = {
    "null": lambda n: pa.nulls(n),
    "bool": _cycle([True, None], pa.bool_()),
    "uint64": _cycle([2**64 - 1, 0, None], pa.uint64()),
    "float": _cycle([float("nan"), float("inf"), -0.0, 1e308], pa.float64()),
    "half": _cycle([1.5, float("inf")], pa.float16()),
    "decimal": _cycle([Decimal("9" * 38), Decimal("-1.5"), None], pa.decimal256(70, 2)),
    "date": _cycle([-(2**31), 2**31 - 1, 0], pa.date32()),
    "date64": _cycle([86_400_000 * 10**7, -86_400_000 * 10**7], pa.date64()),
    "time": _cycle([1, None], pa.time64("ns")),
    "seconds": _cycle([2**62, -(2**62), 0], pa.timestamp("s")),
    "nanoseconds": _cycle([2**63 - 1, -(2**63), 1], pa.timestamp("ns", "UTC")),
    "year 0": _cycle(
        [-62_167_219_200_000_000, 253_402_300_800_000_000], pa.timestamp("us", "Nowhere/Else")
    ),
    "duration": _cycle([2**62, None], pa.duration("ns")),
    "interval": _cycle([pa.MonthDayNano([1, 2, 3])], pa.month_day_nano_interval()),
    "binary": _cycle([b"\xff\x00", b"", None], pa.binary()),
    "fixed": _cycle([b"abcd"], pa.binary(4)),
    "large": _cycle(["a", None], pa.large_string()),
    "view": _cycle(["a" * 40, None], pa.string_view()),
    "not UTF-8": _raw(b"\xff\xfe"),
    "cut UTF-8": _raw(b"caf\xc3"),
    "surrogate": _raw(b"\xed\xa0\x80"),
    "list": _cycle([["a", None], [], None], pa.list_(pa.string())),
    "fixed list": _cycle([[1, 2]], pa.list_(pa.int32(), 2)),
    "list view": _cycle([[1], []], pa.list_view(pa.int64())),
    "struct": _cycle(
        [{"a": 1, "text": "x"}, None], pa.struct([("a", pa.int8()), ("text", pa.string())])
    ),
    "map": _cycle([[("k", 1), ("k", 2)], None], pa.map_(pa.string(), pa.int64())),
    "deep": lambda n: _deep(n, 40),
    "dictionary": lambda n: pa.array(["a", None] * n)[:n].dictionary_encode(),
    "numbers by number": lambda n: pa.array([7] * n).dictionary_encode(),
    "runs": lambda n: pa.RunEndEncodedArray.from_arrays(pa.array([n], pa.int32()), pa.array(["a"])),
    "union": _union,
    "uuid": lambda n: pa.ExtensionArray.from_storage(
        pa.uuid(), pa.array([b"0123456789abcdef"] * n, pa.binary(16))
    ),
    "controls": _cycle(["\x1b[2J\x00\r\n\u202e", "=1+1"], pa.string()),
    "nothing": _cycle(["", None], pa.string()),
    "long": _cycle(["a" * 100_000], pa.string()),
}


def _deep(n: int, levels: int) -> pa.Array:
    found = pa.array([1] * n)
    for _ in range(levels):
        found = pa.ListArray.from_arrays(pa.array(range(n + 1), pa.int32()), found)
    return found


@dataclass(frozen=True, eq=False)
class Columns(Member):
    """A table of Arrow or Parquet, of which ``text`` holds the posts."""

    table: pa.Table
    form: str
    known: tuple[str | None, ...]
    text: str = "text"

    def write(self) -> bytes:
        """Return the bytes; a table that its format cannot hold as an Arrow file."""
        return written(self.table, self.form) or written(self.table, "arrow") or b""

    @property
    def markers(self) -> list[str | None]:
        """The items' markers."""
        return list(self.known)

    def changed(self, rng: random.Random, seed: int) -> tuple[Member, Change]:
        """Return the same with a column of another type, or another name."""
        way = rng.random()
        name = rng.choice(list(ODD_COLUMNS))
        column, at = ODD_COLUMNS[name](len(self.table)), rng.randrange(self.table.num_columns)
        old = self.table.column_names[at]
        aside = name in ("not UTF-8", "cut UTF-8", "surrogate")
        if way < 0.4:
            table = self.table.append_column(rng.choice((f"odd_{name}", *NAMES)), column)
            return replace(self, table=table), Change(f"a column of {name}", True, counted=aside)
        if way < 0.9:
            table = self.table.set_column(at, old, column)
            return replace(self, table=table), Change(
                f"{old} of {name}", old != self.text, counted=aside
            )
        fresh = rng.choice((*NAMES, self.text))
        names = [fresh if i == at else column for i, column in enumerate(self.table.column_names)]
        return replace(self, table=self.table.rename_columns(names)), Change(
            f"{old} renamed {fresh[:20]!a}", False
        )


@cache
def _options(form: str) -> dict[str, Any]:
    return {
        "parquet-pages": {
            "data_page_size": 64,
            "use_dictionary": False,
            "compression": "zstd",
            "data_page_version": "2.0",
        }
    }.get(form, {})


def written(table: pa.Table, form: str) -> bytes | None:
    """Return a table as a file of one of `FORMS`; None where the format cannot hold it."""
    out = io.BytesIO()
    try:
        if form.startswith("parquet"):
            pa.parquet.write_table(table, out, row_group_size=3, **_options(form))
        elif form == "feather":
            pa.feather.write_feather(table, out, compression="zstd", chunksize=3)
        else:
            make = pa.ipc.new_stream if form == "stream" else pa.ipc.new_file
            options = pa.ipc.IpcWriteOptions(compression="lz4" if form == "arrow-lz4" else None)
            with make(out, table.schema, options=options) as sink:
                sink.write_table(table, max_chunksize=3)
    except (pa.ArrowException, OSError, ValueError):
        return None
    return out.getvalue()


QUERIES = (
    "SELECT text FROM posts", "SELECT * FROM posts",
    "SELECT text, x'ff00' AS b, 1e999 AS f FROM posts",
    "SELECT CAST(x'ff' AS TEXT) AS text",
    "VACUUM INTO 'vacuumed.db'", "ATTACH 'attached.db' AS other", "PRAGMA journal_mode = WAL",
    "PRAGMA writable_schema = 1",
    "DELETE FROM posts",
    "SELECT load_extension('/tmp/none')", "SELECT writefile('written', 'x')",
    "SELECT text FROM posts; DROP TABLE posts", "", ";",
    "SELECT", "text", "\x00",
    "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n)"
    " SELECT count(*) AS text FROM n",
    "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i FROM n)"
    " SELECT 'a' AS text FROM n, posts WHERE i > 1",
    "SELECT text FROM posts, posts b, posts c, posts d WHERE 1 = 0",
    "SELECT hex(zeroblob(300000000)) AS text",
    "SELECT randomblob(500000000) AS text",
    "SELECT printf('%.*c', 500000000, 'x') AS text", "SELECT text AS \"\x1b[2J\", text FROM posts",
    "EXPLAIN SELECT text FROM posts",
    "VALUES ('a'), ('b')",
    "SELECT text FROM posts ORDER BY (SELECT max(hex(randomblob(1000))) FROM posts)",
    "INSERT INTO posts (text) VALUES ('x') RETURNING text",
    "CREATE TABLE made AS SELECT * FROM posts", "SELECT text, text, text FROM posts", "SELECT 1",
    "SELECT NULL AS text", "BEGIN EXCLUSIVE",
    "SELECT text LIKE '%" + "_%" * 40 + "' AS text FROM posts",
)  # fmt: skip
SCHEMAS = (
    'CREATE TABLE "{0}" (text TEXT, n, author)',
    'CREATE TABLE "{0}" (text TEXT PRIMARY KEY, n, author) WITHOUT ROWID',
    'CREATE TABLE "{0}" (text BLOB, n INT, author REAL)',
    'CREATE TABLE "{0}" (text TEXT, n, author, big AS (hex(zeroblob(200000000))))',
    'CREATE TABLE "{0}" (text TEXT, n, author, made AS (printf(\'%.*c\', 900000, text)))',
    'CREATE TABLE "{0}" (text TEXT, n, author, "a""b" AS (1), "\x1b[2J" AS (2))',
    'CREATE TABLE "{0}" (text TEXT, n, author CHECK (length(author) >= 0))',
)  # fmt: skip


@dataclass(frozen=True)
class Base(Member):
    """A SQLite database with one table."""

    rows: tuple[tuple[Any, ...], ...]
    known: tuple[str | None, ...]
    schema: str = SCHEMAS[0]
    name: str = "posts"
    more: str = ""
    encoding: str = "UTF-8"

    def write(self) -> bytes:
        """Return the bytes."""
        with closing(sqlite3.connect(":memory:")) as base:
            base.execute(f"PRAGMA encoding = '{self.encoding}'")
            base.execute(self.schema.format(self.name.replace('"', '""')))
            quoted = self.name.replace('"', '""')
            for row in self.rows:
                base.execute(f'INSERT INTO "{quoted}" (text, n, author) VALUES (?, ?, ?)', row)
            if self.more:
                base.executescript(self.more)
            base.commit()
            return base.serialize()

    @property
    def markers(self) -> list[str | None]:
        """The items' markers."""
        return list(self.known)

    def changed(self, rng: random.Random, seed: int) -> tuple[Member, Change]:
        """Return the same with an odd value, schema, name or encoding."""
        way, item = rng.random(), rng.randrange(len(self.rows))
        if way < 0.6:
            value = self._value(rng, seed)
            column = rng.randrange(3)
            row = (*self.rows[item][:column], value, *self.rows[item][column + 1 :])
            rows = (*self.rows[:item], row, *self.rows[item + 1 :])
            return replace(self, rows=rows), Change(
                f"{item}/{column} = {str(value)[:20]!a}", True, item
            )
        if way < 0.75:
            number = rng.randrange(1, len(SCHEMAS))
            return replace(self, schema=SCHEMAS[number]), Change(
                f"schema {number}", number in (1, 6)
            )
        if way < 0.85:
            more = rng.choice((
                "CREATE VIEW v AS WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n)"
                " SELECT i AS text FROM n",
                "CREATE TABLE other (text)", "CREATE INDEX i ON posts (author)",
                "CREATE TRIGGER t AFTER INSERT ON posts BEGIN DELETE FROM posts; END",
                "CREATE VIRTUAL TABLE f USING fts5(text)", "PRAGMA user_version = -1",
            ))  # fmt: skip
            return replace(self, more=more), Change(more[:40], False)
        if way < 0.93:
            name = rng.choice(
                [name for name in NAMES if name.strip() and "\0" not in name and "{" not in name]
            )
            return replace(self, name=name), Change(f"table {name[:20]!a}", True)
        encoding = rng.choice(("UTF-16le", "UTF-16be"))
        return replace(self, encoding=encoding), Change(encoding, True)

    @staticmethod
    def _value(rng: random.Random, seed: int) -> Any:
        value = rng.choice(
            (
                python_value(odd(rng, seed, Grade.HARD)),
                b"\xff\x00",
                b"",
                float("inf"),
                float("-inf"),
                2**63 - 1,
                -(2**63),
                None,
                1.5,
                "\x00a",
            )
        )
        if isinstance(value, (dict, list, bool)):
            value = str(value)
        if isinstance(value, int) and not -(1 << 63) <= value < 1 << 63:
            value = float(value)
        return value.encode("utf-8", "replace").decode() if isinstance(value, str) else value


def table(markers: list[str]) -> pa.Table:
    """Return a table of posts with a column of each ordinary type."""
    n = len(markers)
    times = [dt.datetime(2024, 1, 1 + i % 28, tzinfo=dt.UTC) for i in range(n)]
    columns: dict[str, Any] = {
        "text": [f"{marker} buy one get one free" for marker in markers],
        "n": list(range(n)),
        "author": [f"jo{i % 3}" for i in range(n)],
        "created": times,
        "score": [i / 3 for i in range(n)],
    }
    return pa.table(columns)
