"""The arrays of an encoder: names, shapes, limits, and how weights become whole numbers.

=================== ======================== =====================================================
array               shape                    what
=================== ======================== =====================================================
pieces              (n_bytes,) uint8         the word pieces as UTF-8, one a line
words               (n_pieces, width) int8   a vector for each piece, divided by its scale
word_scales         (n_pieces,)
positions           (n_positions, width)     a vector for each place in a post
relative            (n_heads, 2 * n - 1)     what attention adds for a piece so far to the left
                                             (first) or to the right (last); zeros where it adds
                                             nothing; n is ``n_positions``
embedding_norm      (2, width)               weight and bias of the norm after the embeddings
qkv                 (n_layers, width, 3w)    queries, keys and values side by side, int8
out                 (n_layers, width, width) of what attention found, int8
up, down            (n_layers, width, inner) the feed-forward layer, and back, int8
qkv_scales, ...     (n_layers, n_columns)    what each column of these four is multiplied by
qkv_bias, ...       (n_layers, n_columns)
                                             the feed-forward layer
head                (2 * width, 1 + f)       of the mean and the maximum over the pieces, the
                                             log-odds of selling and a value for each facet
head_bias           (1 + f,)
=================== ======================== =====================================================

The layers are those of BERT: attention, then two matrices with GELU between them, a norm after
each.

References
----------
Devlin et al., "BERT", NAACL 2019. Song et al., "MPNet", NeurIPS 2020 (the relative positions).
"""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from givesell.core.tensors import Layout
from givesell.errors import ArgumentError
from givesell.text.pieces import MOST_PIECES, SPECIAL, Pieces

Arrays = dict[str, NDArray[Any]]

MATRICES = ("qkv", "out", "up", "down")
# The type in a file, its NumPy type, and how many dimensions.
ARRAYS: Layout = {
    "pieces": ("U8", "|u1", 1),
    "words": ("I8", "|i1", 2),
    "word_scales": ("F32", "<f4", 1),
    "positions": ("F16", "<f2", 2),
    "relative": ("F32", "<f4", 2),
    "embedding_norm": ("F32", "<f4", 2),
    **dict.fromkeys(MATRICES, ("I8", "|i1", 3)),
    **{f"{name}_scales": ("F32", "<f4", 2) for name in MATRICES},
    **{f"{name}_bias": ("F32", "<f4", 2) for name in MATRICES},
    "norms": ("F32", "<f4", 3),
    "head": ("F32", "<f4", 2),
    "head_bias": ("F32", "<f4", 1),
}

LARGEST = 1e6  # of a number
MOST_WIDTH, MOST_INNER, MOST_LAYERS, MOST_POSITIONS = 1 << 11, 1 << 13, 48, 1 << 10
MOST_VOCABULARY, MOST_TEXT = 1 << 17, 1 << 22  # pieces, and bytes of them
MOST_VALUES = 1 << 28  # of the matrices together

WORD_MOST = 127  # the largest of the numbers that vectors of words are stored as
# Of those of matrices. Products of 8 bits each are added in pairs on processors without
# instructions for dot products, and two of 255 * 127 do not fit into the 16 bits for them.
MATRIX_MOST = 63


class Size(NamedTuple):
    """How large an encoder is."""

    layers: int
    width: int
    heads: int
    inner: int
    vocabulary: int
    positions: int
    facets: int


def size_of(arrays: Mapping[str, NDArray[Any]]) -> Size:
    """Return the size of an encoder, by arrays that were checked."""
    layers, width, inner = arrays["up"].shape
    return Size(
        layers,
        width,
        len(arrays["relative"]),
        inner,
        len(arrays["words"]),
        len(arrays["positions"]),
        len(arrays["head_bias"]) - 1,
    )


def checked(arrays: Mapping[str, NDArray[Any]]) -> Arrays:
    """Check the arrays of an encoder and return them in the types of `ARRAYS`.

    Parameters
    ----------
    arrays : mapping of str to ndarray

    Returns
    -------
    dict of str to ndarray

    Raises
    ------
    ArgumentError
        E206 if one is missing, shapes do not fit together, something is larger than the limits, or
        a number is not finite or implausibly large.
    """
    for name, (_, dtype, dimensions) in ARRAYS.items():
        given = np.asarray(arrays[name]) if name in arrays else None
        if given is None or given.ndim != dimensions:
            found = "none" if given is None else f"of {given.ndim}"
            raise _unfit(name, f"an array of {dimensions} dimensions", found)
        if np.dtype(dtype).kind in "iu" and given.dtype != np.dtype(dtype):
            raise _unfit(name, f"of {np.dtype(dtype).name}", f"of {given.dtype}")
    kept = {name: np.asarray(arrays[name], dtype) for name, (_, dtype, _) in ARRAYS.items()}
    size = size_of(kept)
    _check_size(size, len(kept["pieces"]))
    for name, shape in _shapes(size).items():
        if kept[name].shape != shape:
            raise _unfit(name, f"of the shape {shape}", f"of the shape {kept[name].shape}")
    for name, array in kept.items():
        if array.dtype.kind == "f":
            low = 0.0 if name.endswith("_scales") else -LARGEST
            # Both comparisons are false of NaN.
            if not (float(array.min()) >= low and float(array.max()) <= LARGEST):
                raise _unfit(name, f"from {low:g} to {LARGEST:g}", "with other numbers")
    return kept


def pieces_of(arrays: Mapping[str, NDArray[Any]]) -> Pieces:
    """Return the vocabulary of an encoder.

    Raises
    ------
    ArgumentError
        E206 if its bytes are not UTF-8, there are not as many pieces as vectors, or as `Pieces`.
    """
    try:
        vocabulary = arrays["pieces"].tobytes().decode().split("\n")
    except UnicodeDecodeError as error:
        raise _unfit("pieces", "UTF-8", f"byte {error.start} that is not") from error
    if len(vocabulary) != len(arrays["words"]):
        expected = f"as many as vectors, {len(arrays['words']):,}"
        raise _unfit("pieces", expected, f"{len(vocabulary):,} of them")
    return Pieces(vocabulary)


def stored_pieces(vocabulary: Sequence[str]) -> NDArray[np.uint8]:
    r"""Return word pieces as an artifact holds them.

    Examples
    --------
    >>> stored_pieces(["<s>", "é"]).tobytes()
    b'<s>\n\xc3\xa9'
    """
    return np.frombuffer("\n".join(vocabulary).encode(), np.uint8)


def quantised(arrays: Mapping[str, NDArray[Any]]) -> Arrays:
    """Return the arrays of an encoder with its vectors of words and its matrices as whole numbers.

    Parameters
    ----------
    arrays : mapping of str to ndarray
        As in `ARRAYS`, with ``words`` and the matrices as floats and without their scales.

    Returns
    -------
    dict of str to ndarray
        Checked.

    Raises
    ------
    ArgumentError
        As `checked`.
    """
    whole = dict(arrays)
    if "words" in arrays:
        whole["words"], scales = _whole(np.asarray(arrays["words"]), 1, WORD_MOST)
        whole["word_scales"] = scales[:, 0]
    for name in MATRICES:
        if name in arrays:
            whole[name], scales = _whole(np.asarray(arrays[name]), -2, MATRIX_MOST)
            whole[f"{name}_scales"] = scales[:, 0]
    return checked(whole)


def _whole(
    values: NDArray[Any], axis: int, most: int
) -> tuple[NDArray[np.int8], NDArray[np.float32]]:
    """Return numbers as multiples of a scale, one for all numbers along an axis."""
    largest = np.abs(values).max(axis=axis, keepdims=True)
    scales = np.where(largest > 0, largest / most, 1).astype(np.float32)
    return np.rint(values / scales).clip(-most, most).astype(np.int8), scales


def _check_size(size: Size, text: int) -> None:
    limits = {
        "up": (size.layers, 1, MOST_LAYERS),
        "words": (size.vocabulary, len(SPECIAL), MOST_VOCABULARY),
        "embedding_norm": (size.width, 1, MOST_WIDTH),
        "up_bias": (size.inner, 1, MOST_INNER),
        "positions": (size.positions, MOST_PIECES, MOST_POSITIONS),
        "relative": (size.heads, 1, size.width),
        "head_bias": (size.facets + 1, 1, MOST_WIDTH),
        "pieces": (text, 1, MOST_TEXT),
    }
    for name, (length, least, most) in limits.items():
        if not least <= length <= most:
            raise _unfit(name, f"of a size from {least} to {most}", f"of {length}")
    if size.width % size.heads:
        raise _unfit("relative", f"a number of heads that divides {size.width}", f"{size.heads}")
    if size.layers * size.width * (4 * size.width + 2 * size.inner) > MOST_VALUES:
        raise _unfit("up", f"fewer values: at most {MOST_VALUES:,} in all matrices", "more")


def _shapes(size: Size) -> dict[str, tuple[int, ...]]:
    layers, width, inner = size.layers, size.width, size.inner
    ends = {"qkv": (width, 3 * width), "out": (width, width), "up": (width, inner)}
    ends["down"] = (inner, width)
    return {
        "words": (size.vocabulary, width),
        "word_scales": (size.vocabulary,),
        "positions": (size.positions, width),
        "relative": (size.heads, 2 * size.positions - 1),
        "embedding_norm": (2, width),
        **{name: (layers, *shape) for name, shape in ends.items()},
        **{f"{name}_scales": (layers, columns) for name, (_, columns) in ends.items()},
        **{f"{name}_bias": (layers, columns) for name, (_, columns) in ends.items()},
        "norms": (layers, 4, width),
        "head": (2 * width, 1 + size.facets),
        "head_bias": (1 + size.facets,),
    }


def _unfit(name: str, expected: str, given: str) -> ArgumentError:
    return ArgumentError("E206", argument=f"encoder {name}", expected=expected, given=given)
