"""Which posts of a column are longer than is scored."""

from collections.abc import Callable

import pyarrow as pa
import pyarrow.compute as pc

from givesell.archives.streams.limits import MAX_POST


def too_long(texts: pa.Array) -> pa.BooleanArray | None:
    """Return which posts are longer than `MAX_POST`, or None where none is.

    Parameters
    ----------
    texts : pyarrow.Array
        Text of any layout.

    Returns
    -------
    pyarrow.BooleanArray or None
        Without nulls.

    Examples
    --------
    >>> too_long(pa.array(["thanks", None])) is None
    True
    """
    # Counting bytes, of which there are at least as many as characters, is cheap.
    if (pc.max(_lengths(texts, pc.binary_length)).as_py() or 0) <= MAX_POST:
        return None
    return pc.fill_null(pc.greater(_lengths(texts, pc.utf8_length), MAX_POST), False)


def _lengths(texts: pa.Array, count: Callable[[pa.Array], pa.Array]) -> pa.Array:
    """Count the bytes or characters of each text; null where there is none."""
    if pa.types.is_dictionary(texts.type):
        return _lengths(texts.dictionary, count).take(texts.indices)
    plain = pa.types.is_string(texts.type) or pa.types.is_large_string(texts.type)
    return count(texts if plain else texts.cast(pa.large_string()))
