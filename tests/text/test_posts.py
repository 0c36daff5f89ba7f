"""Tests of `givesell.text.posts`."""

import itertools
import unittest.mock
from collections import UserList, deque
from collections.abc import Sequence
from types import MappingProxyType

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from givesell.errors import ArgumentError, ArgumentTypeError, GivesellError, PostTypeError
from givesell.text import posts as columns
from givesell.text.posts import as_sequence, chunks, is_missing


def texts(chunk):
    """Read a chunk's posts back."""
    parts = zip(chunk.offsets[:-1], chunk.offsets[1:], strict=True)
    return ["".join(map(chr, chunk.codes[low:high])) for low, high in parts]


@given(st.lists(st.one_of(st.none(), st.text())), st.integers(1, 5), st.integers(1, 40))
def test_chunks_hold_every_post_once(posts, most_posts, most_chars):
    """Chunks of any size hold all posts in order, missing ones marked, none longer than asked
    but single posts.
    """
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(columns, "MOST_POSTS", most_posts)
        patch.setattr(columns, "MOST_CHARS", most_chars)
        found, missing = [], []
        for position, chunk in chunks(posts):
            assert position == len(found)
            assert len(chunk.codes) <= most_chars or len(chunk.offsets) == 2
            assert chunk.longest == max(map(len, texts(chunk)))
            found += texts(chunk)
            missing += [position + i for i in chunk.missing]
    assert found == [post or "" for post in posts]
    assert missing == [i for i, post in enumerate(posts) if post is None]


def test_range_of_posts():
    """A range of posts is read with positions in the whole."""
    ((position, chunk),) = chunks(["a", "b", "c", "d"], 1, 3)
    assert (position, texts(chunk)) == (1, ["b", "c"])


def test_large_columns_are_read_in_slices():
    """A column is never turned into a list whole."""

    class Column:
        def __init__(self):
            self.read = []

        def __len__(self):
            return 3 * columns.MOST_POSTS

        def __getitem__(self, part):
            self.read.append(len(range(*part.indices(len(self)))))
            return self

        def to_list(self):
            return ["a"] * self.read[-1]

    column = Column()
    assert (
        sum(len(chunk.offsets) - 1 for _, chunk in chunks(as_sequence(column)))
        == 3 * columns.MOST_POSTS
    )
    assert column.read == [columns.MOST_POSTS] * 3


@pytest.mark.parametrize(
    "value", [None, float("nan"), np.float64("nan"), np.float32("nan"), pd.NA, pd.NaT]
)
def test_missing_values(value):
    """Every usual way to write a missing value is one."""
    assert is_missing(value)


@pytest.mark.parametrize("value", ["", 0, 0.0, False, [], "nan"])
def test_values_that_are_there(value):
    """Empty and false values are not missing."""
    assert not is_missing(value)


class Liar(Sequence):
    """Says that it holds so many posts, and gives what it was made with for every slice."""

    def __init__(self, length, given):
        self.length, self.given = length, given

    def __len__(self):
        return self.length() if callable(self.length) else self.length

    def __getitem__(self, part):
        return self.given() if callable(self.given) else self.given


class LyingColumn(Liar):
    """The same for what has a method that makes a list of it."""

    def __getitem__(self, part):
        return self

    def to_list(self):
        """Return what it was made with."""
        return super().__getitem__(0)


class LyingList(list):
    """A list that says that it is longer than it is."""

    def __len__(self):
        return 300


class Text(str):
    """A str whose every method says something else."""

    __slots__ = ()
    __hash__ = None

    def _trap(self, *_):
        raise AssertionError("asked")

    def __len__(self):
        return 3_000_000

    def encode(self, *_):
        """Return what is no text."""
        return b"ab"

    __eq__ = __iter__ = __str__ = __getitem__ = __add__ = __format__ = split = strip = (
        isprintable
    ) = isascii = _trap


@pytest.mark.parametrize("kind", [Liar, LyingColumn])
@pytest.mark.parametrize(
    ("length", "given", "code"),
    [
        (3, ["a"] * 100_000, "E104"), (3000, ["a"], "E104"),
        (3, lambda: iter(["a"] * 9), "E104"), (3, lambda: itertools.repeat("a"), "E104"),
        (2**40, ["a"], "E104"), (itertools.count(1).__next__, ["a"] * 5, "E104"), (-1, [], "E105"),
        (2**70, [], "E105"), (2.5, [], "E105"),
        (3, 7, "E106"), (3, None, "E106"),
    ],
)  # fmt: skip
def test_sequences_that_lie(kind, length, given, code):
    """What does not hold as many posts as it says is refused, whatever its slices are."""
    with pytest.raises(GivesellError) as caught:
        list(chunks(as_sequence(kind(length, given))))
    assert caught.value.code == code


def test_a_list_that_says_another_length():
    """A kind of list is not believed either."""
    with pytest.raises(ArgumentError, match=r"E104.*LyingList"):
        list(chunks(as_sequence(LyingList(["a"]))))


@pytest.mark.parametrize(
    "change",
    [
        lambda posts: posts.clear(),
        lambda posts: posts.insert(0, None),
        lambda posts: posts.append("z"),
    ],
)
def test_a_list_that_changes_while_it_is_read(change, monkeypatch):
    """A list of another length than at the beginning stops the reading: results would stand
    beside the wrong posts.
    """
    monkeypatch.setattr(columns, "MOST_POSTS", 2)
    posts = ["a"] * 6
    reading = chunks(as_sequence(posts))
    next(reading)
    change(posts)
    with pytest.raises(ArgumentError, match=r"E104.*6"):
        list(reading)


def test_a_range_beyond_the_end():
    """A range that is not there is an error, not fewer posts."""
    with pytest.raises(ArgumentError, match="E104"):
        list(chunks(["a", "b"], 0, 5))


@pytest.mark.parametrize("beside", [[], [None], ["b"]])
def test_a_text_is_as_long_as_it_is(beside):
    """The methods of a kind of str are not asked: neither its length nor its characters."""
    ((_, chunk),) = chunks(as_sequence([*beside, Text("hi there")]))
    assert texts(chunk)[-1] == "hi there"
    assert chunk.longest == 8


def test_what_only_says_that_it_is_text():
    """A stand-in for a str is none, and is named with its position."""
    with pytest.raises(PostTypeError, match="Post 1 is of type Mock"):
        list(chunks(["a", unittest.mock.Mock(spec=str)]))


def test_impostors_of_missing_values():
    """A type that is named like one for missing values, and a float that says it is none, are
    not missing.
    """
    odd = type("Odd", (float,), {"__ne__": lambda *_: True})
    assert not is_missing(type("NAType", (), {})())
    assert not is_missing(odd(1.0))
    assert is_missing(odd("nan"))


def test_a_post_that_is_too_long(monkeypatch):
    """A post beyond the limit is named with its length."""
    monkeypatch.setattr(columns, "LONGEST", 10)
    with pytest.raises(ArgumentError, match=r"Post 1 has 11 characters. At most 10"):
        list(chunks(["a", "b" * 11]))


def test_whatever_can_be_gone_through():
    """What has a length but no slices, and what has neither, is read once; a hint of its length
    is not believed.
    """

    class Hinting:
        def __init__(self):
            self.left = ["b", "a"]

        def __iter__(self):
            return self

        def __next__(self):
            if not self.left:
                raise StopIteration
            return self.left.pop()

        def __length_hint__(self):
            return 2**60

    for posts in (
        deque("ab"),
        UserList("ab"),
        (post for post in "ab"),
        {"a": 1, "b": 2}.keys(),
        Hinting(),
    ):
        assert list(as_sequence(posts)) == ["a", "b"]
    for other in (
        MappingProxyType({"a": 1}),
        5,
        type("No", (), {"__iter__": None})(),
        type("No", (), {"__iter__": lambda _: 5})(),
    ):
        with pytest.raises(ArgumentTypeError, match=r"E102|E114"):
            as_sequence(other)


def test_a_table_is_refused_with_the_column_to_pass():
    """The error names the column of posts where it is called text, else the first."""
    for names, likely in ((["id", "Text"], "Text"), (["id", "body"], "id")):
        with pytest.raises(ArgumentTypeError, match=rf"E103.*such as data\['{likely}'\]"):
            as_sequence(pd.DataFrame({name: ["a"] for name in names}))


def test_an_object_that_takes_part_of_a_columns_place():
    """An object that has one of a column's attributes and not the others is refused as what
    cannot be read.
    """
    with pytest.raises(GivesellError):
        as_sequence(type("Half", (), {"iloc": 1})())
    with pytest.raises(ArgumentTypeError, match="E103"):
        as_sequence(unittest.mock.MagicMock())
    assert as_sequence(type("Named", (), {"columns": 5, "__iter__": lambda _: iter("a")})()) == [
        "a"
    ]


def arrow(offsets, kind=None, data=b"buy now thanks all"):
    """Make an Arrow array that nobody has validated."""
    width = "<i8" if kind == pa.large_string() else "<i4"
    buffers = [None, pa.py_buffer(np.array(offsets, width).tobytes()), pa.py_buffer(data)]
    return pa.Array.from_buffers(kind or pa.string(), len(offsets) - 1, buffers)


HOSTILE = {
    "negative": lambda: arrow([0, -5, 3, 7]),
    "descending": lambda: arrow([0, 7, 3, 17]),
    "beyond": lambda: arrow([0, 7, 3000, 17]),
    "large": lambda: arrow([0, 7, 2**40, 17], pa.large_string()),
    "no text": lambda: arrow([0, 3], data=b"\xff\xfea"),
    "surrogate": lambda: arrow([0, 3], data=b"\xed\xa0\x80"),
    "index": lambda: pa.DictionaryArray.from_arrays(
        pa.array([0, 99], pa.int32()), pa.array(["a"]), safe=False
    ),
    "words": lambda: pa.DictionaryArray.from_arrays(
        pa.array([0, 1], pa.int32()), arrow([0, -5, 7]), safe=False
    ),
    "view": lambda: pa.Array.from_buffers(
        pa.string_view(),
        1,
        [None, pa.py_buffer(np.array([300, 0, 7, 10**6], "<i4").tobytes()), pa.py_buffer(b"x")],
    ),
    "chunk": lambda: pa.chunked_array([pa.array(["fine"]), arrow([0, -5, 3])]),
    "series": lambda: pd.Series(pd.arrays.ArrowExtensionArray(arrow([0, -5, 3, 7]))),
    "index of pandas": lambda: pd.Index(pd.arrays.ArrowExtensionArray(arrow([0, 7, 3, 17]))),
    "array of pandas": lambda: pd.arrays.ArrowExtensionArray(arrow([0, 7, 3, 17])),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_arrow_data_that_leads_out_of_its_buffers(name):
    """Arrow data is validated before it is read: no memory of the process is taken for a post."""
    with pytest.raises(ArgumentError, match="E110"):
        as_sequence(HOSTILE[name]())


@pytest.mark.parametrize(
    "column",
    [
        pa.array(["a", None]), pa.array(["a", None], pa.large_string()), pa.array(["a", None],
        pa.string_view()),
        pa.chunked_array([["a"], [None]]),
        pa.array(["a", None]).dictionary_encode(), pa.array(["z", "a", None]).slice(1),
        pd.Series(["a", None]), pd.array(["a", None]),
        pd.Series(["a", None], dtype="category"), pd.Series(["a", None], dtype="string[pyarrow]"),
        np.ma.array(["a", "b"], mask=[0, 1]),
        np.array(["a", None], np.dtypes.StringDType(na_object=None)), np.array([None, "a"],
        object)[::-1], ("a", float("nan")),
    ],
    ids=lambda column: type(column).__name__,
)  # fmt: skip
def test_columns_of_every_library(column):
    """Every kind of column gives the same posts, the missing ones marked."""
    ((_, chunk),) = chunks(as_sequence(column))
    assert (texts(chunk), chunk.missing) == (["a", ""], [1])


@pytest.mark.parametrize("number", [0x110000, 0xFFFFFFFF])
def test_numbers_that_are_no_characters(number):
    """A NumPy array of numbers that are no code points is refused with the position of the
    first.
    """
    with pytest.raises(ArgumentError, match=r"E106.*Post 1 "):
        list(chunks(as_sequence(np.array([65, number, 66], np.uint32).view("U1"))))


def test_single_posts_of_a_column():
    """A column gives single posts from both ends, and itself once only."""
    column = as_sequence(["a", "b", "c"])
    assert (column[0], column[-1], column[1:], list(column)) == (
        "a",
        "c",
        ["b", "c"],
        ["a", "b", "c"],
    )
    assert as_sequence(column) is column
    with pytest.raises(IndexError):
        column[3]
