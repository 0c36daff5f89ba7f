"""The values of a JSON file one at a time, and what is refused before a parser sees it."""

import io
import json
import random
import re

import pytest

from givesell.archives.parsing import json_items
from givesell.archives.parsing.json_items import ItemError, items, items_at
from givesell.archives.parsing.json_scan import why_not, why_not_lines
from givesell.archives.parsing.json_structure import paths_of
from givesell.archives.parsing.json_values import read_value
from givesell.archives.streams.limits import MAX_DEPTH, MAX_DIGITS, MAX_VALUES


def told(values):
    """Return values, with the reasons of those that could not be read."""
    return [str(value) if isinstance(value, ItemError) else value for value in values]


def read(data, path="item", **options):
    """Return the values at a path of bytes."""
    return told(items(io.BytesIO(data), path, **options))


@pytest.mark.parametrize("chunk", [1, 2, 3, 7, 64, 1 << 18])
def test_values_are_the_same_wherever_the_reads_cut_them(monkeypatch, chunk):
    """Brackets, quotes and escapes in texts do not count, whatever piece of the file they stand
    in.
    """
    monkeypatch.setattr(json_items, "CHUNK", chunk)
    values = [
        "[[[" * 40,
        'quote " [[[',
        "back\\slash [",
        "\\",
        '\\"[',
        "",
        [],
        {},
        [[]],
        {"a": {"b": [1, "]"]}},
        1.5,
        -2,
        None,
        True,
    ]
    data = json.dumps(
        {"first": values, "posts": values * 3, "last": {"posts": [1]}}, indent=1
    ).encode()
    assert read(data, "posts.item") == values * 3
    assert read(b"  [ 1 , 2 ] \n") == [1, 2]
    assert read(b'window.YTD.x = [{"a": 1}]', skip=b"window.") == [{"a": 1}]


def test_a_value_that_cannot_be_read_costs_no_other():
    """Each reason is told in the place of the value, and the values around it are read."""
    deep = b"[" * (MAX_DEPTH + 1) + b"]" * (MAX_DEPTH + 1)
    many = b"[" + b"0," * MAX_VALUES + b"0]"
    bad = [b"1e999", b"tru", b'"\xff"', b"9" * (MAX_DIGITS + 1), deep, many]
    found = read(
        b"[" + b",".join(b'{"n": %b},0' % value for value in bad) + b",18446744073709551616,NaN]"
    )
    assert found[1::2] == [0, 0, 0, 0, 0, 0, None]
    assert found[::2] == [
        "a number too large",
        "not JSON: Expecting value at character 7",
        "not UTF-8",
        "a number too large",
        "nested too deeply",
        f"more than {MAX_VALUES:,} values",
        2**64,
    ]


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b'[1, {"a": 2', "the file breaks off within this value"),
        (b"[1, ", "the file breaks off here"),
        (b"[1, 2] x", "more after the end of the JSON"),
        (b"[1, 2, ]", "a value is missing"),
        (b"[1, 2 3]", "a comma or closing bracket is missing"),
        (b"[1, 2}", "a comma or closing bracket is missing"),
    ],
)
def test_the_end_of_the_json_is_told_after_what_stands_before_it(data, words):
    """What a file holds before it breaks off is read, and the damage is one item more."""
    *good, last = read(data)
    assert good[0] == 1
    assert words in last


def test_a_value_too_large_is_let_go_of(monkeypatch):
    """Of a value beyond the limit only the beginning is held, and the next one is read."""
    monkeypatch.setattr(json_items, "MAX_LINE", 1 << 20)
    data = b'[{"text": "' + b"x" * (3 << 20) + b'"}, {"text": "ok"}]'
    first, second = items(io.BytesIO(data), "item")
    assert (str(first), len(first.raw), second) == (
        "item of 16 MiB or more",
        json_items.RAW,
        {"text": "ok"},
    )


def test_all_values_at_paths_of_a_pattern():
    """Whatever stands at a path that matches is given with the path, also what is no object."""
    data = {"a": {"list": [{"n": 1}, 5]}, "b": [[{"list": ["x"]}]], "list": [None]}
    found = items_at(io.BytesIO(json.dumps(data).encode()), re.compile(r"(.*\.)?list\.item"))
    assert list(found) == [
        ("a.list.item", {"n": 1}),
        ("a.list.item", 5),
        ("b.item.item.list.item", "x"),
        ("list.item", None),
    ]


def test_brackets_without_end_are_one_error():
    """They cost neither the stack nor memory, in a value that is looked for or on the way to
    one.
    """
    for start in (b"[", b'{"other": '):
        for sign in (b"[", b'{"a":'):
            assert read(start + sign * 100_000)[-1].startswith("the file breaks off")


@pytest.mark.parametrize("piece", [b"0,", b'"",', b"[],", b'{"a":0},', b'{"":{},"b":[[]]},'])
@pytest.mark.parametrize("wanted", ["item", "other.item", re.compile(r"(.*\.)?other\.item")])
def test_the_work_grows_with_the_file(piece, wanted):
    """Twice the values take twice the steps at most, and what has a short name for its kind
    takes none.
    """
    steps = []
    for n in (2_000, 4_000):
        walk = json_items.Walk(io.BytesIO(b"[" + piece * n + b"0]"))
        matches = (
            wanted.__eq__
            if isinstance(wanted, str)
            else lambda path: wanted.fullmatch(path) is not None
        )
        for _ in walk.values(matches, lambda _: True):
            pass
        steps.append(walk.steps)
    assert steps[1] <= 2 * steps[0] + 1


def test_long_names_are_not_put_together():
    """A value below a name longer than any that is looked for is passed over at once."""
    data = json.dumps({"k" * 2_000: [{"a": 0}] * 50_000, "item": 1}).encode()
    walk = json_items.Walk(io.BytesIO(data))
    assert list(walk.values("item".__eq__, lambda _: True)) == [("item", b"1")]
    assert walk.steps == 3
    assert paths_of(data[: 1 << 16]) == frozenset()


def test_lines_are_looked_over_alike_at_once_and_alone():
    """What the count of brackets lets through is what the look at each byte would."""
    draw = random.Random(0)
    makes = [
        lambda n: b"[" * n + b"]" * n,
        lambda n: b'{"a":' * n + b"1" + b"}" * n,
        lambda n: b'"' + b'[{\\"' * n + b'"',
        lambda n: b"9" * (n * 9),
        lambda n: b'"' + b"9" * (n * 9) + b'"',
        lambda n: b"-0." + b"1" * (n * 9),
        lambda n: b"[" + b"1," * (n * 500) + b"1]",
    ]
    seen = set()
    for _ in range(150):
        lines = [
            b'{"text": "%b", "x": %b}\n'
            % (b"x" * draw.randrange(900), draw.choice(makes)(draw.randint(1, 560)))
            for _ in range(3)
        ]
        lines += [b'{"text": "plain"}\n'] * draw.randrange(50)
        expected = {
            number: reason for number, line in enumerate(lines) if (reason := why_not(line))
        }
        assert why_not_lines(b"".join(lines), [len(line) for line in lines]) == expected
        seen |= set(expected.values()) | {bool(expected)}
    assert seen == {
        "nested too deeply",
        "a number too large",
        f"more than {MAX_VALUES:,} values",
        True,
        False,
    }


@pytest.mark.parametrize("seed", range(20))
def test_any_bytes_are_a_value_or_a_reason(seed):
    """Bytes that are cut, flipped and spliced raise nothing but ValueError, and a walk over them
    comes to its end.
    """
    draw = random.Random(seed)
    whole = json.dumps([{"text": "buy \ud83d", "n": [1, 2.5, {"k": None}], "b": True}] * 3).encode()
    for _ in range(200):
        data = bytearray(whole[draw.randrange(20) :])
        for _ in range(draw.randint(1, 6)):
            at = draw.randrange(len(data))
            data[at : at + draw.randrange(4)] = draw.choice(
                [b"", b"[", b"}", b'"', b"\\", b",", b"\xff", b"\x00", b"e", b"9" * 5_000]
            )
        for value in items(io.BytesIO(bytes(data)), "item"):
            assert not isinstance(value, ItemError) or str(value)
        try:
            read_value(bytes(data))
        except ValueError as error:
            assert str(error)  # noqa: PT017
