"""Tests of `givesell.estimators.feature_matrix`: what it is given is checked before it is read."""

import numpy as np
import pytest

from givesell.estimators.feature_matrix import count_posts, keep_columns, posts_with, weigh_rows
from givesell.text.counting import Vocabulary
from givesell.text.ngrams import bucket_set, ngrams_of
from givesell.text.posts import chunks
from givesell.text.scan import rule_tables

NGRAMS = ngrams_of((1, 2), None, 2**10)
KNOWN = Vocabulary(NGRAMS, bucket_set(None, 2**10), 2**10)
POSTS = ("Buy now, buy", "", "Thanks a lot")


def parts(index=np.int32):
    """Return values, columns and ends of a matrix of three rows and four columns."""
    return (
        np.array([1, 2, 3, 1, 1], np.float32),
        np.array([0, 2, 3, 1, 2], index),
        np.array([0, 3, 3, 5], index),
    )


@pytest.mark.parametrize(
    "change",
    [
        {"offsets": np.array([0, 12, 12, 25])},
        {"offsets": np.array([-1, 12, 12, 24])},
        {"offsets": np.array([0, 12, 11, 24])},
        {"offsets": np.array([], np.int64)},
        {"longest": 11},
        {"codes": np.full(24, 0x110000, np.uint32)},
    ],
)
def test_posts_outside_their_code_points_are_refused(change):
    """A chunk that says other things of its posts than are so is refused, not read."""
    ((_, chunk),) = chunks(POSTS)
    assert len(count_posts(rule_tables(), KNOWN, chunk, False)[2]) == len(POSTS)
    with pytest.raises(ValueError, match="posts that do not lie"):
        count_posts(rule_tables(), KNOWN, chunk._replace(**change), False)


@pytest.mark.parametrize("column", [-1, 4, 2**31 - 1])
def test_columns_that_are_not_there_are_refused(column):
    """A column outside the matrix is refused by each function that looks it up."""
    values, columns, ends = parts()
    columns[4] = column
    with pytest.raises(ValueError, match="columns that are not there"):
        posts_with(columns, 4)
    with pytest.raises(ValueError, match="columns that are not there"):
        keep_columns(values, columns, ends, np.zeros(4, np.int32))
    with pytest.raises(ValueError, match="columns that are not there"):
        weigh_rows(values, columns, ends, np.ones(4, np.float32), True, True)


@pytest.mark.parametrize("ends", [[0, 3, 3, 6], [0, 3, 2, 5], [1, 3, 3, 5], [-1, 3, 3, 5], []])
def test_rows_outside_their_values_are_refused(ends):
    """Rows that begin before the values, end after them or overlap are refused."""
    values, columns, _ = parts()
    ends = np.array(ends, np.int32)
    with pytest.raises(ValueError, match="rows that do not lie"):
        keep_columns(values, columns, ends, np.zeros(4, np.int32))
    with pytest.raises(ValueError, match="rows that do not lie"):
        weigh_rows(values, columns, ends, np.ones(4, np.float32), True, True)


@pytest.mark.parametrize("index", [np.int32, np.int64])
def test_matrices_of_both_sizes_are_read(index):
    """What SciPy indexes with 64 bits, as it does from two billion values on, gives the same as
    what it indexes with 32.
    """
    values, columns, ends = parts(index)
    assert posts_with(columns, 4).tolist() == [1, 1, 2, 1]
    assert keep_columns(values, columns, ends, np.array([-1, 0, 1, -1], index)) == 3
    assert (values[:3].tolist(), columns[:3].tolist()) == ([2, 1, 1], [1, 0, 1])
    assert ends.tolist() == [0, 1, 1, 3]
    weigh_rows(values[:3], columns[:3], ends, np.array([1, 2], np.float32), False, True)
    np.testing.assert_allclose(values[:3], [1, 5**-0.5, 2 * 5**-0.5])
