"""Which rows of a column of posts hold a text."""

from collections.abc import Iterable

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from givesell.errors import DataError
from givesell.labelled.finding import Finding, first_rows
from givesell.show.numbers import counted
from givesell.text.posts import is_missing

MOST_STRANGE = 0.1  # share of values that are no text from which a column is not one of posts
SAMPLE = 1000  # texts that are looked at for numbers
MOST_NUMBERS = 0.5  # share of them from which a column is not one of posts


def rows_with_text(
    posts: NDArray[np.object_],
    index: pd.Index,
    *,
    column: object,
    columns: Iterable[object],
    where: str = "",
) -> tuple[NDArray[np.bool_], int, list[Finding]]:
    """Say which rows hold a post; refuse a column that is hardly text.

    Parameters
    ----------
    posts : ndarray of object, shape (n,)
    index : pandas.Index, shape (n,)
        Names of the rows, for messages.
    column : str
        The column's name, for the error.
    columns : iterable of str
        The columns there are, for the error.
    where : str
        For messages, such as ``" in posts.csv"``.

    Returns
    -------
    rows : ndarray of bool, shape (n,)
    empty : int
        How many rows hold nothing.
    findings : list of Finding
        On rows without a text, and on those with something else.

    Raises
    ------
    DataError
        E313.

    Examples
    --------
    >>> posts = np.array(["Thanks!", "Buy now", " ", None], object)
    >>> rows, empty, findings = rows_with_text(
    ...     posts, pd.RangeIndex(4), column="text", columns=["text"]
    ... )
    >>> rows.tolist(), empty, str(findings[0])
    ([True, True, False, False], 2, '2 posts held no text. Left out. Rows 2, 3.')
    """
    is_text = np.fromiter((isinstance(post, str) for post in posts), bool, len(posts))
    empty = np.fromiter(
        (is_missing(post) or (isinstance(post, str) and not post.strip()) for post in posts),
        bool,
        len(posts),
    )
    strange = ~is_text & ~empty

    def refuse(row: int, kind: str, count: str) -> DataError:
        return DataError(
            "E313",
            column=column,
            where=where,
            kind=kind,
            row=index[row],
            count=count,
            columns=", ".join(map(str, columns)),
        )

    if strange.sum() > MOST_STRANGE * max((~empty).sum(), 1):
        row = int(np.argmax(strange))
        raise refuse(row, type(posts[row]).__name__, counted(int(strange.sum()), "post"))
    # A column of numbers in quotes is read as text, and is no column of posts.
    sample = np.flatnonzero(is_text & ~empty)[:SAMPLE].tolist()
    numbers = [row for row in sample if _is_number(posts[row])]
    if len(numbers) > 1 + MOST_NUMBERS * len(sample):
        raise refuse(numbers[0], "number", "most")
    findings = _finding("empty posts", empty, "no text", index, where) + _finding(
        "not text",
        strange,
        "a number or another value that is not text",
        index,
        where,
        warning=True,
    )
    return ~empty & ~strange, int(empty.sum()), findings


def _finding(
    check: str,
    rows: NDArray[np.bool_],
    what: str,
    index: pd.Index,
    where: str,
    *,
    warning: bool = False,
) -> list[Finding]:
    count = int(rows.sum())
    if not count:
        return []
    sentence = f"{counted(count, 'post')}{where} held {what}."
    return [Finding(check, count, sentence, "Left out.", first_rows(index[rows]), warning)]


def _is_number(post: str) -> bool:
    try:
        float(post)
    except ValueError:
        return False
    return True
