"""Looking over JSON before a parser does: where a value ends, how deep it nests, how long its
numbers are and how many values it holds.

Parsers written in C take a stack frame a level, the square of its digits for a number and a hundred
bytes for a comma. What is counted here, without taking the JSON apart, bounds all three. Each byte
is looked at once, and text is skipped.
"""

import numpy as np
from numpy.typing import NDArray

from givesell.archives.parsing.json_bytes import (
    advance,
    advance_lines,
    long_number,
    most_brackets,
)
from givesell.archives.streams.limits import MAX_DEPTH, MAX_DIGITS, MAX_VALUES

Bytes = NDArray[np.uint8]
State = NDArray[np.int64]

# Places in the state, as the kernels have them.
DEPTH, IN_TEXT, ESCAPED, DEEPEST, DIGITS, LONGEST, VALUES = range(7)


def fresh() -> State:
    """Return the state before the first byte of a value."""
    return np.zeros(7, np.int64)


def as_bytes(data: bytes) -> Bytes:
    """Return bytes as the compiled code takes them."""
    return np.frombuffer(data, np.uint8)


def reason_against(state: State) -> str | None:
    """Return why a value is not to be parsed, or None.

    Parameters
    ----------
    state : ndarray of int64
        After the last byte of the value.

    Returns
    -------
    str or None
    """
    if state[DEEPEST] > MAX_DEPTH:
        return "nested too deeply"
    if state[LONGEST] > MAX_DIGITS:
        return "a number too large"
    if state[VALUES] > MAX_VALUES:
        return f"more than {MAX_VALUES:,} values"
    return None


def why_not(data: bytes) -> str | None:
    """Return why bytes are not to be given to a parser of JSON, or None.

    Parameters
    ----------
    data : bytes
        One value, or what claims to be one.

    Returns
    -------
    str or None
        As a reject says it.

    Examples
    --------
    >>> why_not(b"[" * 1000 + b"]" * 1000), why_not(b'{"text": "' + b"[" * 1000 + b'"}')
    ('nested too deeply', None)
    """
    if len(data) <= MAX_DEPTH:
        return None
    state = fresh()
    advance(as_bytes(data), 0, state, False)
    return reason_against(state)


def why_not_lines(data: bytes, lengths: list[int]) -> dict[int, str]:
    """Return which lines are not to be given to a parser of JSON, and why.

    Parameters
    ----------
    data : bytes
        The lines, one after the other.
    lengths : list of int
        Of the lines.

    Returns
    -------
    dict of int to str
        By the place of the line, from 0.
    """
    most = max(lengths) if lengths else 0
    if most <= MAX_DEPTH:
        return {}
    view = as_bytes(data)
    sizes = np.array(lengths, np.int64)
    # Nearly all lines hold few brackets and no number that long, which is faster to see than how
    # deep they nest.
    if most <= MAX_VALUES and most_brackets(view, sizes) <= MAX_DEPTH and not long_number(view):
        return {}
    states = np.zeros((len(lengths), len(fresh())), np.int64)
    advance_lines(view, sizes, states)
    wrong = (
        (states[:, DEEPEST] > MAX_DEPTH)
        | (states[:, LONGEST] > MAX_DIGITS)
        | (states[:, VALUES] > MAX_VALUES)
    )
    return {
        number: str(reason_against(states[number])) for number in np.flatnonzero(wrong).tolist()
    }
