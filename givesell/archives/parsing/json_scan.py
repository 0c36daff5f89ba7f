"""Looking over JSON before a parser does: where a value ends, how deep it nests, how long its
numbers are and how many values it holds.

Parsers written in C take a stack frame a level, the square of its digits for a number and a hundred
bytes for a comma. What is counted here, without taking the JSON apart, bounds all three. Each byte
is looked at once, and text is skipped.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from givesell.archives.streams.limits import MAX_DEPTH, MAX_DIGITS, MAX_VALUES
from givesell.text.compiled import compiled

Bytes = NDArray[np.uint8]
State = NDArray[np.int64]

# Places in the state.
DEPTH, IN_TEXT, ESCAPED, DEEPEST, DIGITS, LONGEST, VALUES = range(7)
_QUOTE, _BACKSLASH, _COMMA = b'"\\,'
# With this bit set, both kinds of brackets are braces.
_BRACE, _OPEN, _CLOSE = 0x20, ord("{"), ord("}")
_STRIDE = 64


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
    if most <= MAX_VALUES and _most_brackets(view, sizes) <= MAX_DEPTH and not _long_number(view):
        return {}
    states = np.zeros((len(lengths), len(fresh())), np.int64)
    _advance_lines(view, sizes, states)
    wrong = (
        (states[:, DEEPEST] > MAX_DEPTH)
        | (states[:, LONGEST] > MAX_DIGITS)
        | (states[:, VALUES] > MAX_VALUES)
    )
    return {
        number: str(reason_against(states[number])) for number in np.flatnonzero(wrong).tolist()
    }


@compiled
def _most_brackets(data: Any, lengths: Any) -> Any:
    """Count the opening brackets of each line, of texts too; return the most."""
    start, most = 0, np.int32(0)
    for length in lengths:
        count = np.int32(0)
        for byte in data[start : start + length]:
            count += np.int32(byte | np.uint8(_BRACE) == np.uint8(_OPEN))
        most = max(most, count)
        start += length
    return most


@compiled
def _long_number(data: Any) -> Any:
    """Whether a number may be longer than is read: whether so many bytes at equal distances
    could be of one.
    """
    run = 0
    for i in range(0, len(data), _STRIDE):
        run = run + 1 if _of_number(data[i]) else 0
        if run >= MAX_DIGITS // _STRIDE:
            return True
    return False


@compiled
def _of_number(byte: Any) -> Any:
    return 48 <= byte <= 57 or byte == 43 or byte == 45 or byte == 46 or byte == 69 or byte == 101


@compiled
def advance(data: Any, start: Any, state: Any, to_end: Any) -> Any:
    """Look at bytes from `start` on; return the place after the value's last bracket or quote if
    `to_end`, or -1 where it goes on.
    """
    depth, in_text, escaped = state[DEPTH], state[IN_TEXT], state[ESCAPED]
    deepest, digits, longest, values = state[DEEPEST], state[DIGITS], state[LONGEST], state[VALUES]
    end = -1
    for i in range(start, len(data)):
        byte = data[i]
        if in_text:
            if escaped:
                escaped = 0
            elif byte == _BACKSLASH:
                escaped = 1
            elif byte == _QUOTE:
                in_text = 0
                if to_end and depth == 0:
                    end = i + 1
                    break
            continue
        if _of_number(byte):
            digits += 1
            longest = max(longest, digits)
            continue
        digits = 0
        if byte == _QUOTE:
            in_text = 1
        elif byte == _COMMA:
            values += 1
        elif byte | _BRACE == _OPEN:
            depth += 1
            values += 1
            deepest = max(deepest, depth)
        elif byte | _BRACE == _CLOSE:
            depth -= 1
            if to_end and depth <= 0:
                end = i + 1
                break
    state[DEPTH], state[IN_TEXT], state[ESCAPED] = depth, in_text, escaped
    state[DEEPEST], state[DIGITS], state[LONGEST], state[VALUES] = deepest, digits, longest, values
    return end


@compiled
def _advance_lines(data: Any, lengths: Any, states: Any) -> Any:
    start = 0
    for number in range(len(lengths)):
        advance(data[start : start + lengths[number]], 0, states[number], False)
        start += lengths[number]
