"""Tables that are stored beside their modules: several arrays in one ``.npy`` file, which is read
in one go.
"""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray


def write_table(path: Path, arrays: Mapping[str, NDArray[Any]]) -> None:
    """Write arrays as the fields of one record.

    Parameters
    ----------
    path : Path
        Ends in ``.npy``.
    arrays : mapping of str to ndarray
    """
    # The largest items first, so that each array lies at a multiple of its items' size.
    by_size = sorted(arrays.items(), key=lambda pair: (-pair[1].dtype.itemsize, pair[0]))
    record = np.empty((), [(name, array.dtype, array.shape) for name, array in by_size])
    for name, array in by_size:
        record[name] = array
    np.save(path, record)


def read_table(path: Path, names: Iterable[str]) -> list[NDArray[Any]]:
    """Return arrays that `write_table` wrote.

    Parameters
    ----------
    path : Path
    names : iterable of str
        Which, in what order.

    Returns
    -------
    list of ndarray
        Read-only, of at least one dimension.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = Path(folder, "table.npy")
    ...     write_table(path, {"weights": np.array([1, 2], np.int8), "scale": np.array(16)})
    ...     read_table(path, ["scale", "weights"])
    [array([16]), array([1, 2], dtype=int8)]
    """
    record = np.load(path)
    arrays = [np.ascontiguousarray(record[name]) for name in names]
    for array in arrays:
        array.setflags(write=False)
    return arrays
