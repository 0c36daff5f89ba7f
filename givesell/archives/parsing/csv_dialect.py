"""The delimiter and the line ends of a delimited text, found out by its first lines."""

import re
from collections.abc import Iterator
from itertools import islice
from typing import NamedTuple

SIGNS = ",;\t|"
MOST_HEAD = 1 << 16
_QUOTED = re.compile(r'(?:^|(?<=[,;\t|\r\n]))"(?:[^"]|"")*(?:"|$)')
_SAID = re.compile(r'"?sep=(.)"?[,;\t|]*', re.IGNORECASE)
_MOST_LINES = 10


class Dialect(NamedTuple):
    """How a delimited text is written.

    Attributes
    ----------
    delimiter : str
    newline : str
        What ends a line: a line feed, with or without a carriage return before it, or a lone
        carriage return.
    said : bool
        Whether the first line is no row but says the delimiter, as Excel reads and some programs
        write it: ``sep=;``.
    """

    delimiter: str
    newline: str = "\n"
    said: bool = False


def dialect_of(lines: Iterator[str], usual: str) -> Dialect:
    r"""Return how a delimited text is written.

    Parameters
    ----------
    lines : iterator of str
        Its first lines, without a byte order mark.
    usual : str
        The delimiter that its name announces; another one is taken only where the header has more
        of it, and a line after it any.

    Returns
    -------
    Dialect

    Examples
    --------
    >>> dialect_of(iter(["id;text\n", "1;thanks, all\n"]), ",")
    Dialect(delimiter=';', newline='\n', said=False)
    >>> dialect_of(iter(["sep=|\n", "id|text\n"]), ",")
    Dialect(delimiter='|', newline='\n', said=True)
    """
    head = _header(lines)
    newline = "\n"
    if "\r" in _QUOTED.sub("", head).rstrip("\r\n"):
        newline = "\r"
        head, _, rest = head.partition("\r")
    else:
        rest = "".join(islice(lines, _MOST_LINES))[:MOST_HEAD]
    said = _SAID.fullmatch(head.strip("\ufeff \r\n"))
    if said:
        return Dialect(said[1], newline, True)
    # What is in quotes is a part of a name.
    names, rows = _QUOTED.sub("", head), _QUOTED.sub("", rest)
    counts = {
        sign: names.count(sign)
        for sign in SIGNS
        if not rows.strip() or sign in rows or sign == usual
    }
    most = max(counts.values())
    return Dialect(
        (
            usual
            if counts[usual] == most
            else next(sign for sign in SIGNS if counts.get(sign) == most)
        ),
        newline,
    )


def _header(lines: Iterator[str]) -> str:
    """Return the first line that is not blank, with those that a quote in it takes along."""
    head = ""
    for line in lines:
        if head or line.strip():
            head += line
        if head and (head.count('"') % 2 == 0 or len(head) >= MOST_HEAD):
            break
    return head[:MOST_HEAD]
