"""The kernels that look over JSON: the place of a value's end, and what they refuse."""

import numpy as np
import pytest

from givesell.archives.parsing.json_bytes import (
    advance,
    advance_lines,
    long_number,
    most_brackets,
)
from givesell.archives.parsing.json_scan import as_bytes, fresh
from givesell.archives.streams.limits import MAX_DIGITS


def test_the_end_of_a_value_is_found_in_any_two_pieces():
    """Wherever the bytes of a value are cut, looking at one piece after the other ends at the same
    place, with the same counts.
    """
    data = rb'[{"a [\"": "}\\", "b": -12.5e3}, ["c", 1]] , 7'
    whole = fresh()
    end = advance(as_bytes(data), 0, whole, True)
    assert data[:end].endswith(b"1]]")
    for cut in range(1, end):
        state = fresh()
        assert advance(as_bytes(data[:cut]), 0, state, True) == -1
        assert advance(as_bytes(data[cut:]), 0, state, True) == end - cut
        assert state.tolist() == whole.tolist()


def test_lines_are_looked_at_one_by_one():
    """Each line has a state of its own, also an empty one, and the brackets of the fullest line
    count.
    """
    lines = [b'{"a": 1}', b"", b"[" * 700 + b"]" * 700, b'"['] * 3
    data, lengths = as_bytes(b"".join(lines)), np.array([len(line) for line in lines])
    states = np.zeros((len(lines), len(fresh())), np.int64)
    advance_lines(data, lengths, states)
    for line, state in zip(lines, states, strict=True):
        alone = fresh()
        advance(as_bytes(line), 0, alone, False)
        assert state.tolist() == alone.tolist()
    assert most_brackets(data, lengths) == 700
    assert most_brackets(as_bytes(b""), lengths[:0]) == 0


def test_a_long_number_is_suspected():
    """Digits in a row that are one number at most are told from a number that may be too long."""
    assert long_number(as_bytes(b" " + b"7" * (MAX_DIGITS + 1)))
    assert not long_number(as_bytes((b"7" * (MAX_DIGITS // 2) + b" " * 64) * 3))
    assert not long_number(as_bytes(b""))


@pytest.mark.parametrize("lengths", [[4], [-1], [1, 3], [3, -1, 1], [2**62, 2**62, 2**62]])
def test_lines_beyond_the_bytes_are_refused(lengths):
    """Lengths that do not fit the bytes read nothing beyond them."""
    data, sizes = as_bytes(b"[1]"), np.array(lengths)
    with pytest.raises(ValueError, match="beyond"):
        most_brackets(data, sizes)
    with pytest.raises(ValueError, match="beyond"):
        advance_lines(data, sizes, np.zeros((len(lengths), len(fresh())), np.int64))


def test_a_state_of_another_size_is_refused():
    """A state with fewer places, or fewer states than lines, is not written beyond its end."""
    data = as_bytes(b"[1]")
    with pytest.raises(ValueError, match="state"):
        advance(data, 0, fresh()[:-1].copy(), False)
    with pytest.raises(ValueError, match="place"):
        advance(data, -1, fresh(), False)
    with pytest.raises(ValueError, match="state"):
        advance_lines(data, np.array([1, 2]), np.zeros((1, len(fresh())), np.int64))
    assert advance(data, 3, fresh(), False) == -1
