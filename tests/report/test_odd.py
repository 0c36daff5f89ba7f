"""A report on any scored file: what is usable is read, what is not is counted, and nothing but
our errors is raised.
"""

import decimal
import json

import numpy as np
import pyarrow as pa
import pyarrow.ipc as ipc
import pytest

from givesell import GivesellError
from givesell.report import make_report
from givesell.report.fields import MOST_NAME

HTML = "</p><script>alert(1)</script>\x1b[31m\u202e"
PLAIN = {
    "text": pa.array(["thanks", "buy this", "hi there"]),
    "author": pa.array(["a", "b", "a"]),
    "created": pa.array(["2024-01-01", "2024-02-01T10:00:00Z", None]),
    "platform": pa.array(["x", "y", "x"]),
    "kind": pa.array(["post", "reply", "post"]),
    "url": pa.array(["https://a.example", "javascript:alert(1)", None]),
    "label": pa.array(["giving", "selling", None]),
    "selling": pa.array([0.1, 0.9, None], pa.float32()),
    "sure": pa.array([True, False, False]),
    "status": pa.array(["ok", "ok", "empty"]),
}


def times(kind, *numbers):
    """Return numbers as an array of a type of times."""
    return pa.array(numbers, pa.int64()).view(kind)


ODD = {
    "struct": pa.array([{"a": 1}, None, {"a": 2}]),
    "list": pa.array([["x"], None, []]),
    "map": pa.array([[("k", 1)], None, []], pa.map_(pa.string(), pa.int64())),
    "binary": pa.array([b"jo", None, b"\xff\xfe"]),
    "dictionary": pa.array(["a", None, "b"]).dictionary_encode(),
    "numbers by number": pa.array([0.5, None, 7.0]).dictionary_encode(),
    "large text": pa.array(["a", None, "b"], pa.large_string()),
    "decimal": pa.array([decimal.Decimal("0.5"), None, decimal.Decimal(7)]),
    "bool": pa.array([True, None, False]),
    "date": pa.array([0, None, 2**31 - 1], pa.int32()).view(pa.date32()),
    "duration": times(pa.duration("us"), 1, None, 2**62),
    "time of day": times(pa.time64("ns"), 1, None, 2),
    "year 0": times(pa.timestamp("s"), -62_167_219_200, None, 0),
    "year 9999": times(pa.timestamp("us", "Asia/Tokyo"), 253_402_300_799_000_000, None, 0),
    "beyond": times(pa.timestamp("s", "UTC"), 2**62, None, -(2**62)),
    "nanoseconds": times(pa.timestamp("ns"), 1, None, 10**18 + 7),
    "null": pa.nulls(3),
    "not a number": pa.array([np.nan, np.inf, -np.inf]),
    "out of range": pa.array([1.5, -0.1, 2.0]),
    "whole": pa.array([2**63 - 1, -(2**63), None]),
    "words": pa.array(["abc", "0,9", ""]),
    "html": pa.array(3 * [HTML]),
    "very long": pa.array([size * "<script>" for size in (200_000, 200_001, 1)]),
    "odd times": pa.array(["0000-01-01", "9999-12-31T23:59:59-12:00", "-0001-13-99T99"]),
}


@pytest.fixture
def on(tmp_path, model):
    """Report on columns, as an Arrow file."""

    def run(columns, **options):
        table = pa.table({**PLAIN, **columns})
        path = tmp_path / "scored.arrow"
        with ipc.new_file(path, table.schema) as file:
            file.write_table(table)
        return make_report(path, model=model, **options)

    return run


@pytest.mark.parametrize("odd", ODD)
def test_any_type_in_any_column(on, odd):
    """Whatever type or value a column has, there are figures that JSON can hold, in any time
    zone.
    """
    for column in PLAIN:
        for zone in ("UTC", "Asia/Tokyo"):
            figures = on({column: ODD[odd]}, timezone=zone).figures
            assert figures["rows"] == 3
            json.dumps(figures, allow_nan=False).encode()


@pytest.mark.parametrize("odd", ["html", "very long", "struct", "year 0", "out of range"])
def test_any_page(on, odd):
    """The page takes them too: it escapes what is in all fields at once, links to no script, and
    stays small.
    """
    page = on(
        dict.fromkeys(["text", "author", "created", "platform", "kind", "url", "status"], ODD[odd]),
        title=HTML,
    ).html
    assert "<script" not in page
    assert 'href="javascript' not in page
    assert len(page) < 300_000


def test_what_is_not_usable_is_counted(on):
    """Labels of others, probabilities that are none and times that cannot be told are counted,
    in figures, summary and page.
    """
    found = on(
        {
            "label": pa.array(["giving", "selling", "promo"]),
            "selling": pa.array(["0.1", "abc", "0.5"]),
            "created": pa.array(["2024-01-01", "yesterday", "0000-01-01"]),
            "status": pa.array(["ok", "ok", "ok"]),
        }
    )
    assert found.figures["not_used"] == {
        "labels other than giving and selling": 1,
        "probabilities that are not numbers from 0 to 1": 1,
    }
    assert (found.figures["giving"], found.figures["selling"], sum(found.figures["histogram"])) == (
        1,
        1,
        1,
    )
    assert "Not used: 1 label other than giving and selling" in found.figures["summary"][-1]
    assert "2 times were not understood: yesterday, 0000-01-01." in found.figures["summary"]
    assert found.figures["times"]["unread"] == 2
    assert "with a time that was not understood" in found.html
    assert "not_used" not in on({}).figures


def test_what_is_usable_is_used(on):
    """Bytes that are text, numbers and flags in words, times of any unit and labels by number
    count as what they say.
    """
    found = on(
        {
            "author": pa.array([b"jo", b"jo", b"caf\xe9"]),
            "label": pa.array([b"giving", b"selling", b"giving"]),
            "selling": pa.array([" 0.1", "0.9", "1e-3"]),
            "sure": pa.array(["TRUE", "False", "1"]),
            "created": times(
                pa.timestamp("ns", "Europe/Paris"), 10**18 + 1, 10**18 + 2, 2 * 10**18
            ),
            "status": pa.array(["ok", "ok", "ok"]).dictionary_encode(),
        }
    ).figures
    assert [group["name"] for group in found["groups"]["author"]] == ["jo", "caf\ufffd"]
    assert (found["giving"], found["selling"], found["sure"], found["time"]["first"]) == (
        2,
        1,
        2,
        "2001-09-09",
    )
    assert "not_used" not in found


def test_long_names_are_cut(on):
    """An author of a megabyte is shown by its beginning."""
    found = on({"author": pa.array(["x" * 1_000_000, "y", "x" * 1_000_000])}).figures
    assert [len(group["name"]) for group in found["groups"]["author"]] == [MOST_NAME, 1]


def test_no_rows(on):
    """A file without rows has a page that says so."""
    found = on({name: column[:0] for name, column in PLAIN.items()})
    assert found.figures["rows"] == 0
    assert "No post could be judged" in found.html


@pytest.mark.parametrize(
    "recorded",
    [
        b"{",
        b"[1]",
        b"[" * 100_000,
        b'{"skipped": [1], "model": 7}',
        b'{"skipped": {"a": "b", "c": -1}, "model": {}}',
        b'{"unread": 7, "n_unread": "x"}',
        b'{"unread": [7, null], "n_unread": -1}',
    ],
)
def test_what_a_file_says_of_itself(tmp_path, model, recorded):
    """Metadata that no run of ours has written are passed over."""
    table = pa.table(PLAIN).replace_schema_metadata({b"givesell": recorded})
    with ipc.new_file(tmp_path / "a.arrow", table.schema) as file:
        file.write_table(table)
    found = make_report(tmp_path / "a.arrow", model=model)
    assert found.figures["skipped"] == {}
    assert found.figures["unread"] == {"names": [], "count": 0}
    assert "In short" in found.html


def test_rejects_of_any_kind(tmp_path, report):
    """Rejects beside the file that are damaged, endless or hostile are counted as far as they
    can be read.
    """
    lines = [
        b'{"reason": "' + b"x" * 5_000_000 + b'"}',
        b"\xff\xfe",
        b"[" * 100_000,
        b"{}",
        json.dumps({"reason": HTML}).encode(),
    ]
    (tmp_path / "scored.jsonl.rejects.jsonl").write_bytes(b"\n".join(lines))
    row = {"text": "buy", "label": "selling", "selling": 0.9, "sure": True, "status": "ok"}
    found = report([row])
    assert found.figures["rejected"] == 2
    assert max(map(len, found.figures["reject_reasons"])) <= MOST_NAME
    assert "<script" not in found.html


def test_rows_of_any_kind(report):
    """In JSON lines too, a row whose post is no text has figures, and a broken one is counted."""
    row = {
        "text": "buy",
        "author": "jo",
        "label": "selling",
        "selling": 0.9,
        "sure": True,
        "status": "ok",
    }
    odd = [
        {**row, "text": 7},
        {**row, "text": ["x"]},
        {**row, "author": {"a": 1}},
        {**row, "author": 3},
        {**row, "label": 5},
    ]
    found = report([row, *odd]).figures
    assert found["selling"] == 5
    assert found["not_used"] == {"rows that cannot be read": 1}
    assert {group["name"] for group in found["groups"]["author"]} == {"jo", '{"a": 1}', "3"}


@pytest.mark.parametrize(
    "options",
    [
        {"target": "a"},
        {"target": np.nan},
        {"timezone": 5},
        {"timezone": "\0"},
        {"timezone": "../x"},
        {"top": -1},
        {"top": "a"},
        {"skipped": 3},
        {"unread": 3},
        {"unread": "like.js"},
    ],
)
def test_odd_arguments(on, options):
    """Arguments of other types and values are refused with one of our errors."""
    with pytest.raises(GivesellError, match="E206"):
        on({}, **options)


def test_no_model(tmp_path):
    """A report refuses a `model` that is not a model."""
    (tmp_path / "a.csv").write_text("text\n")
    with pytest.raises(GivesellError, match="E206"):
        make_report(tmp_path / "a.csv", model=7)
