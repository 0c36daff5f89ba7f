"""Small valid tables and other plain files."""

import datetime as dt
from collections.abc import Callable
from typing import Any

from fuzz.columns import FORMS, Base, Columns, table
from fuzz.members import Blob, Json, Lines, Recoded, Rows
from fuzz.seed import ITEMS, Seed, marks, said
from fuzz.sheet import Sheet


def _csv(kind: str, delimiter: str) -> Seed:
    rows = tuple((str(i), said(kind, i), f"jo{i % 3}", "2024-01-01") for i in range(ITEMS + 3))
    member = Rows(("n", "text", "author", "date"), rows, marks(kind, 0, ITEMS + 3), delimiter, True)
    return Seed(kind, {f"posts.{kind}": member}, (f"posts.{kind}",), False)


def _wide_csv() -> Seed:
    rows = tuple((str(i), said("wide", i), f"jo{i % 3}") for i in range(ITEMS + 3))
    member = Rows(("n", "text", "author"), rows, marks("wide", 0, ITEMS + 3), ";", True)
    return Seed("csv", {"posts.csv": Recoded(member)}, ("posts.csv",), False)


def _wide_jsonl() -> Seed:
    rows = tuple(_object("widelines", i) for i in range(ITEMS + 3))
    return Seed(
        "jsonl",
        {"posts.jsonl": Recoded(Lines(rows, marks("widelines", 0, ITEMS + 3)))},
        ("posts.jsonl",),
        False,
    )


def _lines() -> Seed:
    text = "".join(f"{said('lines', i)}\n" for i in range(ITEMS + 3))
    return Seed("lines", {"posts.txt": Blob(text.encode())}, ("posts.txt",), False)


def _object(kind: str, number: int) -> dict[str, Any]:
    return {
        "text": said(kind, number),
        "author": f"jo{number % 3}",
        "n": number,
        "share": number / 3,
        "ok": True,
        "tags": ["a", {"b": [1]}],
        "none": None,
    }


def _jsonl() -> Seed:
    rows = tuple(_object("jsonl", i) for i in range(ITEMS + 3))
    return Seed(
        "jsonl", {"posts.jsonl": Lines(rows, marks("jsonl", 0, ITEMS + 3))}, ("posts.jsonl",), False
    )


def _json() -> Seed:
    rows = [_object("json", i) for i in range(ITEMS + 3)]
    return Seed(
        "json",
        {"posts.json": Json(rows, ((),), marks("json", 0, ITEMS + 3))},
        ("posts.json",),
        False,
    )


def _json_within() -> Seed:
    rows = [_object("within", i) for i in range(ITEMS + 3)]
    value = {"made": "2024", "data": {"posts": rows}}
    return Seed(
        "json",
        {"posts.json": Json(value, (("data", "posts"),), marks("within", 0, ITEMS + 3))},
        ("posts.json",),
        False,
    )


def _columns(form: str) -> Seed:
    known = marks(form, 0, ITEMS + 3)
    ending = (
        "parquet" if form.startswith("parquet") else "feather" if form == "feather" else "arrow"
    )
    return Seed(
        ending,
        {f"posts.{ending}": Columns(table(list(known)), form, known)},
        (f"posts.{ending}",),
        False,
    )


def _sqlite() -> Seed:
    rows = tuple((said("sqlite", i), i, f"jo{i % 3}") for i in range(ITEMS + 3))
    return Seed(
        "sqlite",
        {"posts.sqlite": Base(rows, marks("sqlite", 0, ITEMS + 3))},
        ("posts.sqlite",),
        False,
    )


def _sheet(form: str) -> Seed:
    rows = tuple(
        (i, said(form, i), f"jo{i % 3}", dt.datetime(2024, 3, 1 + i, 9, 5))
        for i in range(ITEMS + 3)
    )
    member = Sheet(("n", "text", "author", "date"), rows, marks(form, 0, ITEMS + 3), form)
    return Seed("excel", {f"posts.{form}": member}, (f"posts.{form}",), False)


TABLES: tuple[Callable[[], Seed], ...] = (
    lambda: _csv("csv", ","), lambda: _csv("tsv", "\t"), _wide_csv, _wide_jsonl, _lines, _jsonl,
    _json, _json_within,
    *(lambda form=form: _columns(form) for form in FORMS), _sqlite, lambda: _sheet("xlsx"),
    lambda: _sheet("ods"),
)  # fmt: skip
