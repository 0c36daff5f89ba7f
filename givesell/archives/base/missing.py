"""Cells that mean a missing value, as programs write them.

They are those that pandas reads as missing, in any capitals, and what Reddit shows in the place of
a removed post. A person may have posted "none" or "null" and no more; but where that is all of a
cell, a program has written it far more often, and without context it shows neither giving nor
selling. The cell stays as it is, and the post is counted as missing.
"""

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from givesell.archives.base.columns import is_text

WORDS = (
    "nan", "-nan", "na", "#na", "n/a", "#n/a", "#n/a n/a", "<na>", "null", "#null!", "none", "nat",
    "1.#ind", "-1.#ind", "1.#qnan",
    "-1.#qnan", "[removed]", "[deleted]", "[deleted by user]", "[ removed by reddit ]",
    "[removed by reddit]",
)  # fmt: skip
_SHORTEST = min(map(len, WORDS))
_LONGEST = max(map(len, WORDS)) + 4  # with blanks around
# A word of several languages; in capitals it is what R writes.
_ONLY_UPPER = "na"


def is_missing(texts: pa.Array) -> pa.BooleanArray:
    """Return which texts are a word for nothing. An empty text is none.

    Parameters
    ----------
    texts : pyarrow.StringArray

    Returns
    -------
    pyarrow.BooleanArray
        Without nulls.

    Examples
    --------
    >>> is_missing(
    ...     pa.array(["NaN", " [removed] ", "none of these", "na", "NA", "", None])
    ... ).to_pylist()
    [True, True, False, False, True, False, False]
    """
    missing = np.zeros(len(texts), bool)
    missing[_rows_missing(texts)] = True
    return pa.array(missing)


def _rows_missing(texts: pa.Array) -> NDArray[np.int64]:
    """Return the rows whose text is a word for nothing; only short texts are looked at."""
    wide = pa.types.is_large_string(texts.type)
    ends = texts.buffers()[1]
    if not len(texts) or ends is None:
        return np.zeros(0, np.int64)
    sizes = np.diff(
        np.frombuffer(ends, np.int64 if wide else np.int32)[
            texts.offset : texts.offset + len(texts) + 1
        ]
    )
    rows = np.flatnonzero((sizes >= _SHORTEST) & (sizes <= _LONGEST))
    if not len(rows):
        return rows
    trimmed = pc.utf8_trim_whitespace(texts.take(pa.array(rows)))
    is_word = pc.and_(
        pc.is_in(pc.ascii_lower(trimmed), pa.array(WORDS, trimmed.type)),
        pc.not_equal(trimmed, _ONLY_UPPER),
    )
    missing: NDArray[np.int64] = rows[pc.fill_null(is_word, False).to_numpy(zero_copy_only=False)]
    return missing


def posts_of(column: pa.Array) -> pa.Array:
    """Return a column of posts, null where the cell is a word for nothing.

    Parameters
    ----------
    column : pyarrow.Array

    Returns
    -------
    pyarrow.Array
        The same one where no cell is.

    Examples
    --------
    >>> posts_of(pa.array(["Thanks!", "[deleted]"])).to_pylist()
    ['Thanks!', None]
    """
    if not is_text(column.type):
        return column
    plain = pa.types.is_string(column.type) or pa.types.is_large_string(column.type)
    texts = column if plain else column.cast(pa.large_string())
    if not len(_rows_missing(texts)):
        return column
    return pc.if_else(is_missing(texts), None, texts)
