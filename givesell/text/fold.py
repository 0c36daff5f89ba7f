"""The fold table: what each code point is matched as, and its class.

Case, compatibility forms (``𝗕𝗨𝗬`` is ``buy``), accents, look-alike letters (Cyrillic ``а`` in
``sаle``) and zero-width characters are folded by one look-up a code point.
`givesell.text.fold_table` builds the table.
"""

from functools import cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from givesell.errors import PostTypeError
from givesell.text.fold_table import EXPANDS, PATH, VALUE
from givesell.text.stored import read_table


class FoldTable(NamedTuple):
    """The fold table as the compiled code takes it; see `givesell.text.fold_table` for the
    layout.
    """

    pages: NDArray[np.uint16]
    entries: NDArray[np.uint32]
    expansions: NDArray[np.uint32]


@cache
def fold_table() -> FoldTable:
    """Return the stored fold table, read once a process."""
    return FoldTable(*read_table(PATH, FoldTable._fields))


def code_points(text: str) -> NDArray[np.uint32]:
    """Return the code points of a text, unpaired surrogates included.

    Parameters
    ----------
    text : str

    Returns
    -------
    ndarray of uint32, shape (len(text),)
        Read-only.

    Raises
    ------
    PostTypeError
        If it is no str.

    Examples
    --------
    >>> code_points("hi").tolist()
    [104, 105]
    """
    try:
        # str's own method: that of a subclass may return anything.
        return np.frombuffer(str.encode(text, "utf-32-le", "surrogatepass"), np.uint32)
    except TypeError:
        raise PostTypeError("E107", type=type(text).__name__) from None


def plain(text: str) -> str:
    """Return a text as a str of Python's own: the methods of a subclass may do anything.

    Raises
    ------
    PostTypeError
        If it is no str.
    """
    try:
        return str.__str__(text)
    except TypeError:
        raise PostTypeError("E107", type=type(text).__name__) from None


def fold(text: str) -> str:
    """Fold a text as the scanner does.

    Parameters
    ----------
    text : str

    Returns
    -------
    str

    Examples
    --------
    >>> fold("𝗕𝗨𝗬 ＦＲＥＥ Café sаle")
    'buy free cafe sale'
    """
    table = fold_table()
    codes = code_points(text)
    entries = table.entries[table.pages[codes >> 8].astype(np.intp) * 256 + (codes & 255)]
    folded: list[str] = []
    for entry in entries.tolist():
        value = entry & VALUE
        if entry & EXPANDS:
            length, *expansion = table.expansions[value].tolist()
            folded.extend(map(chr, expansion[:length]))
        elif value:
            folded.append(chr(value))
    return "".join(folded)
