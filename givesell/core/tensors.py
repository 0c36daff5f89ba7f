"""Named arrays in one block of bytes, in the safetensors format, read without trusting any number
in it.

The format is a length, a JSON header and the arrays one after the other. The safetensors library
reads it too, but copies each array and accepts arrays that are not asked for.

References
----------
https://github.com/huggingface/safetensors
"""

from collections.abc import Mapping
from typing import Any, Literal

import msgspec
import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from givesell.show.words import cut, quoted, visible

LENGTH = 8  # bytes of the header's length
MOST_HEADER = 1 << 16  # bytes
PADDING = 8  # arrays begin at multiples of their items' size, which this is the most of

# An array's type in the file, its NumPy type, and how many dimensions it has.
Layout = Mapping[str, tuple[str, str, int]]


class _Tensor(Struct, frozen=True, forbid_unknown_fields=True):
    dtype: Literal["I8", "U8", "I32", "F16", "F32", "U64"]
    shape: list[int]
    data_offsets: tuple[int, int]


def read_tensors(data: NDArray[np.uint8], layout: Layout) -> dict[str, NDArray[Any]]:
    """Return the arrays of a block of bytes, as views of it.

    Parameters
    ----------
    data : ndarray of uint8, shape (n_bytes,)
        Aligned to 8 bytes.
    layout : mapping of str to tuple
        Exactly the arrays that must be there.

    Returns
    -------
    dict of str to ndarray
        Their numbers are finite.

    Raises
    ------
    ValueError
        With the array and the reason, to follow the file's name in a sentence.

    Examples
    --------
    >>> from safetensors.numpy import save
    >>> block = np.frombuffer(bytearray(save({"a": np.ones(2, np.float32)})), np.uint8)
    >>> read_tensors(block, {"a": ("F32", "<f4", 1)})["a"].tolist()
    [1.0, 1.0]
    """
    if len(data) < LENGTH:
        raise ValueError(f"is shorter than {LENGTH} bytes")
    head = int.from_bytes(data[:LENGTH].tobytes(), "little")
    if head > min(MOST_HEADER, len(data) - LENGTH):
        raise ValueError(
            "has a header that is longer than the file, or than any header of an artifact"
        )
    listed = _header(data[LENGTH : LENGTH + head].tobytes())
    if listed.keys() != layout.keys():
        names = ", ".join(quoted(name) for name in sorted(listed)[: len(layout) + 3])
        raise ValueError(
            f"does not hold the tensors {', '.join(layout)}, but {cut(names, 300) or 'none'}"
        )
    begin = LENGTH + head
    arrays, end = {}, 0
    for name, entry in sorted(listed.items(), key=lambda item: item[1].data_offsets):
        kind, dtype, dimensions = layout[name]
        if entry.dtype != kind or len(entry.shape) != dimensions or min(entry.shape) < 0:
            raise ValueError(
                f"{name} is a {entry.dtype} tensor of shape {cut(str(entry.shape), 100)}"
            )
        low, high = entry.data_offsets
        size, items = np.dtype(dtype).itemsize, 1
        for length in entry.shape:  # Python's integers know no overflow
            items *= length
        if not end <= low < end + PADDING or high - low != items * size or high > len(data) - begin:
            raise ValueError(f"{name} does not lie where its shape and the tensors before it say")
        if (data.ctypes.data + begin + low) % size:
            raise ValueError(f"{name} is not aligned")
        arrays[name] = data[begin + low : begin + high].view(dtype).reshape(entry.shape)
        end = high
    if end != len(data) - begin:
        raise ValueError(f"holds {len(data) - begin - end:,} bytes more than its tensors")
    for name, array in arrays.items():
        if array.dtype.kind == "f" and not all_finite(array):
            raise ValueError(f"{name} holds numbers that are not finite")
    return {name: arrays[name] for name in layout}


def all_finite(array: NDArray[Any]) -> bool:
    """Whether all numbers of an array are finite.

    Examples
    --------
    >>> all_finite(np.array([1.0, np.nan])), all_finite(np.empty((0, 2)))
    (False, True)
    """
    if (
        array.dtype == np.float16
    ):  # NumPy is slow on these; an exponent of ones marks NaN and infinity
        return not ((array.view(np.uint16) & 0x7C00) == 0x7C00).any()
    # The smallest and the largest show NaN and infinity, without an array of truths.
    return array.size == 0 or bool(np.isfinite(array.min()) and np.isfinite(array.max()))


def _header(data: bytes) -> dict[str, _Tensor]:
    try:
        listed = msgspec.json.decode(data, type=dict[str, msgspec.Raw])
        msgspec.json.decode(listed.pop("__metadata__", b"{}"), type=dict[str, str])
        return {name: msgspec.json.decode(entry, type=_Tensor) for name, entry in listed.items()}
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise ValueError(
            f"has a header that cannot be read ({cut(visible(str(error)), 200)})"
        ) from error
