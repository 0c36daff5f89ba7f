"""Reading named arrays from a block of bytes that may say anything of itself."""

import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from givesell.core.tensors import MOST_HEADER, all_finite, read_tensors

LAYOUT = {"a": ("F32", "<f4", 2), "b": ("I32", "<i4", 1)}
ENTRIES = {
    "a": {"dtype": "F32", "shape": [3, 2], "data_offsets": [0, 24]},
    "b": {"dtype": "I32", "shape": [4], "data_offsets": [24, 40]},
}


def block(entries=ENTRIES, body=bytes(40), head=None, length=None):
    """Return a file's bytes, aligned."""
    head = json.dumps(entries).encode() if head is None else head
    head += b" " * (-len(head) % 8)
    data = (len(head) if length is None else length).to_bytes(8, "little") + head + body
    return np.frombuffer(bytearray(data), np.uint8)


def changed(name, **fields):
    """Return the header with one entry changed."""
    return ENTRIES | {name: ENTRIES[name] | fields}


def test_arrays():
    """Arrays come in the order of the layout, in the memory of the block."""
    data = block(
        body=np.r_[
            np.arange(6, dtype=np.float32).view(np.uint8),
            np.arange(4, dtype=np.int32).view(np.uint8),
        ].tobytes()
    )
    found = read_tensors(data, LAYOUT)
    assert list(found) == ["a", "b"]
    assert found["a"].tolist() == [[0, 1], [2, 3], [4, 5]]
    assert found["b"].tolist() == [0, 1, 2, 3]
    assert np.shares_memory(found["a"], data)


@pytest.mark.parametrize(
    "data",
    [
        block()[:7],
        block()[:0],
        block(length=2**63),
        block(length=2**64 - 1),
        block(length=10**6),
        block(head=b" " * (MOST_HEADER + 8)),
        block(head=b"[" * 60_000),
        block(head=b"[1]"),
        block(head=b"\xff\xfe"),
        block({"a": ENTRIES["a"]}, bytes(24)),
        block(ENTRIES | {"c": {"dtype": "F32", "shape": [0], "data_offsets": [40, 40]}}),
        block(ENTRIES | {"\x1b[2J": {"dtype": "F32", "shape": [0], "data_offsets": [40, 40]}}),
        block(ENTRIES | {"a": None}),
        block(ENTRIES | {"a": [1, 2]}),
        block(ENTRIES | {"__metadata__": {"a": {}}}),
        block(changed("a", dtype="I32")),
        block(changed("a", dtype="F64")),
        block(changed("a", more=1)),
        block(changed("a", shape=[6])),
        block(changed("a", shape=[-3, -2])),
        block(changed("a", shape=[2**62, 4])),
        block(changed("a", shape=[2**70, 2])),
        block(changed("a", shape=["3", 2])),
        block(changed("a", data_offsets=[-24, 0])),
        block(changed("a", data_offsets=[0, 10**30])),
        block(changed("a", data_offsets=[0.0, 24.0])),
        block(changed("a", data_offsets=[0, 24, 48])),
        block(changed("b", data_offsets=[0, 16])),
        block(changed("b", data_offsets=[25, 41]), bytes(41)),
        block(changed("b", data_offsets=[10**12, 10**12 + 16])),
        block(changed("b", data_offsets=[32, 48]), bytes(48)),
        block(body=bytes(39)),
        block(body=bytes(48)),
        block(body=np.full(10, np.nan, np.float32).tobytes()),
        block(body=np.full(10, np.inf, np.float32).tobytes()),
    ],
)
def test_refused(data):
    """A header or arrays that do not lie where they should are refused in words that can be
    printed.
    """
    with pytest.raises(ValueError, match=r"tensor|header|aligned|lie|bytes|finite") as caught:
        read_tensors(data, LAYOUT)
    assert str(caught.value).isprintable()


@given(st.integers(0, 200), st.integers(0, 255), st.integers(0, 200))
def test_any_byte(place, value, cut):
    """Whatever byte is another and wherever the block ends, arrays are right or refused."""
    data = block().copy()
    data[place % len(data)] = value
    try:
        found = read_tensors(data[: len(data) - cut % len(data)] if cut > 100 else data, LAYOUT)
    except ValueError:
        return
    assert {name: (array.dtype.str, array.ndim) for name, array in found.items()} == {
        name: entry[1:] for name, entry in LAYOUT.items()
    }


@pytest.mark.parametrize("kind", [np.float16, np.float32, np.float64])
def test_finite(kind):
    """One number that is none is found, at half precision too."""
    values = np.arange(-3, 3, dtype=kind)
    assert all_finite(values)
    for bad in (np.nan, np.inf, -np.inf):
        values[2] = bad
        assert not all_finite(values)
