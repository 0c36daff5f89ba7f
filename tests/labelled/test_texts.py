"""Tests of `givesell.labelled.texts`: which rows of a column of posts hold a text."""

import numpy as np
import pandas as pd
import pytest

from givesell.errors import DataError
from givesell.labelled.texts import rows_with_text


def looked_at(posts):
    """Look at a column of posts, named so, on an index of letters."""
    values = np.empty(len(posts), object)
    values[:] = posts
    index = pd.Index([f"row {row}" for row in range(len(posts))])
    return rows_with_text(values, index, column="body", columns=["body", "id"], where=" in a.csv")


def test_rows_without_text_are_left_out():
    """Empty rows and other values are left out, counted apart, and named as the caller names
    them.
    """
    rows, empty, findings = looked_at([*["Thanks!"] * 30, "", None, 7])
    assert rows.tolist() == [True] * 30 + [False] * 3
    assert empty == 2
    assert [(each.check, each.count, each.warning) for each in findings] == [
        ("empty posts", 2, False),
        ("not text", 1, True),
    ]
    assert findings[1].examples == ("row 32",)
    assert "1 post in a.csv held" in findings[1].found


@pytest.mark.parametrize(
    ("posts", "message"),
    [
        (["Thanks!", 1, 2], "2 posts are of type int, first in row row 1"),
        (["1", "2.5", "3", "-4", "Thanks!"], "most are of type number, first in row row 0"),
        ([["Thanks!"], ["Sold"], None], "2 posts are of type list"),
    ],
)
def test_a_column_that_is_hardly_text_is_refused(posts, message):
    """Many values that are no text, or numbers in quotes, make no column of posts; the error names
    the columns there are.
    """
    with pytest.raises(DataError, match=rf"Column 'body' in a.csv.*{message}.*body, id"):
        looked_at(posts)


def test_nothing_at_all():
    """A column without rows is no error here: too few posts are reported later."""
    rows, empty, findings = looked_at([])
    assert (rows.tolist(), empty, findings) == ([], 0, [])
