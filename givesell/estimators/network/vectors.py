"""Token vectors that a network starts from, as a file."""

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from givesell.errors import FileError
from givesell.extras import require
from givesell.text.ngrams import ascend

Vectors = tuple[NDArray[np.uint64], NDArray[np.float32]]


def read_vectors(path: Any) -> Vectors:
    """Read token vectors: a file that `write_vectors` wrote, or the weights of a saved deep model.

    Parameters
    ----------
    path : str or path

    Returns
    -------
    tokens : ndarray of uint64, shape (n,)
        Hashes, ascending.
    vectors : ndarray of float32, shape (n, size)

    Raises
    ------
    FileError
        If there is no such file, or it holds something else.
    """
    require("train", "Reading token vectors")
    from safetensors import SafetensorError
    from safetensors.numpy import load_file

    path = Path(path)
    if not path.exists():
        raise FileError("E401", path=path)
    try:
        tensors = load_file(path / "weights.safetensors" if path.is_dir() else path)
    except (SafetensorError, OSError, ValueError, KeyError, TypeError) as error:
        raise FileError("E406", path=path, reason=str(error)) from error
    prefix = "network." if "network.tokens" in tensors else ""
    tokens, vectors = tensors.get(f"{prefix}tokens"), tensors.get(f"{prefix}vectors")
    if tokens is None or vectors is None:
        raise FileError("E406", path=path, reason="it holds no token vectors")
    vectors = np.asarray(vectors[1:] if prefix and vectors.ndim else vectors)
    fits = (
        tokens.dtype == np.uint64
        and tokens.ndim == 1
        and vectors.dtype.kind == "f"
        and vectors.ndim == 2
    )
    if (
        not fits
        or len(tokens) != len(vectors)
        or not vectors.size
        or not ascend(tokens)
        or not np.isfinite(vectors).all()
    ):
        raise FileError(
            "E406",
            path=path,
            reason="its vectors are not one of finite numbers for each of some ascending tokens",
        )
    return tokens, vectors.astype(np.float32)


def write_vectors(
    path: Any, tokens: NDArray[np.uint64], vectors: NDArray[np.floating[Any]]
) -> None:
    """Write token vectors as a file that holds no text.

    Parameters
    ----------
    path : str or path
    tokens : ndarray of uint64, shape (n,)
        Hashes, ascending.
    vectors : ndarray of float, shape (n, size)
        Kept at half precision.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     write_vectors(f"{folder}/vectors.safetensors", np.array([3, 5], np.uint64), np.eye(2))
    ...     read_vectors(f"{folder}/vectors.safetensors")[1].tolist()
    [[1.0, 0.0], [0.0, 1.0]]
    """
    require("train", "Writing token vectors")
    from safetensors.numpy import save_file

    save_file(
        {"tokens": tokens.astype(np.uint64), "vectors": np.ascontiguousarray(vectors, np.float16)},
        path,
    )
