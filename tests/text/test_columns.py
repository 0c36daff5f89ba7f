"""Tests of `givesell.text.columns`."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from givesell.text import columns
from givesell.text.columns import as_sequence, chunks, is_missing


def texts(chunk):
    """Read a chunk's posts back."""
    parts = zip(chunk.offsets[:-1], chunk.offsets[1:], strict=True)
    return ["".join(map(chr, chunk.codes[low:high])) for low, high in parts]


@given(st.lists(st.one_of(st.none(), st.text())), st.integers(1, 5), st.integers(1, 40))
def test_chunks_hold_every_post_once(posts, most_posts, most_chars):
    """Chunks of any size hold all posts in order, missing ones marked, none longer than asked but single posts."""
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
    assert sum(len(chunk.offsets) - 1 for _, chunk in chunks(as_sequence(column))) == 3 * columns.MOST_POSTS
    assert column.read == [columns.MOST_POSTS] * 3


@pytest.mark.parametrize("value", [None, float("nan"), np.float64("nan"), np.float32("nan"), pd.NA, pd.NaT])
def test_missing_values(value):
    """Every usual way to write a missing value is one."""
    assert is_missing(value)


@pytest.mark.parametrize("value", ["", 0, 0.0, False, [], "nan"])
def test_values_that_are_there(value):
    """Empty and false values are not missing."""
    assert not is_missing(value)
