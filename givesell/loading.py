"""Loading a model: a saved one by its folder, a shipped one by its name; the default one once a process."""

import os
import threading
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from givesell.artifact import PICKLED, check_path
from givesell.errors import ArtifactError
from givesell.model import Model

SHIPPED = "givesell-en"

_lock = threading.Lock()


def _renew_lock() -> None:
    global _lock  # a fork may have happened while another thread held it
    _lock = threading.Lock()


os.register_at_fork(after_in_child=_renew_lock) if hasattr(os, "register_at_fork") else None


def load(path: Any = None, *, mmap: bool = True, trusted: bool = False) -> Model:
    """Load a model.

    Parameters
    ----------
    path : str or path, optional
        The folder of a saved model, or the name of a shipped one; the shipped ``givesell-en`` by default, which is
        loaded once a process.
    mmap : bool, default True
        Map the weights from disk, so that processes share them, where nobody can change them meanwhile: the file is read-only for
        all, or belongs to the system while you are another user. A file that someone can write to, you included, is read into
        memory (some megabytes), so that what was checked is what scores. With False every file is read.
    trusted : bool, default False
        Allow a scikit-learn pipeline, as `Model.export` writes it. Opening a ``.joblib`` or ``.pkl`` file can run any code in it. Of a
        ``.skops`` file only classes of scikit-learn, NumPy, SciPy and givesell are opened.

    Returns
    -------
    Model

    Raises
    ------
    ArtifactError
        If there is no such model, or it is damaged, edited, of a newer format, or pickled and not trusted.

    Examples
    --------
    >>> import givesell
    >>> givesell.load().info["name"]
    'givesell-en'
    """
    if path is None:
        with _lock:
            return _default()
    if trusted and isinstance(path, (str, os.PathLike)) and Path(path).suffix in PICKLED:
        from givesell.exporting import import_pipeline
        from givesell.pipelined import model_of

        pipeline, record = import_pipeline(Path(path))
        model = model_of(pipeline, thresholds=record.get("thresholds", (0.2, 0.8)), info=record.get("info"))
        known = record.get("fingerprints")
        return model if known is None else model.with_fingerprints(np.array(known, np.uint64))
    folder = check_path(path)
    if not folder.exists():
        shipped = _shipped(str(path))
        if shipped is None:
            raise ArtifactError("E201", path=path, names=", ".join(shipped_models()))
        folder = shipped
    return Model.read(folder, mmap=mmap)


def shipped_models() -> list[str]:
    """Return the names of the models that come with the library.

    Examples
    --------
    >>> shipped_models()
    ['givesell-en', 'givesell-en-deep']
    """
    return sorted(
        {folder.name for place in _places() if place.is_dir() for folder in place.iterdir() if (folder / "manifest.json").exists()}
    )


@cache
def _default() -> Model:
    folder = _shipped(SHIPPED)
    if folder is None:
        raise ArtifactError("E201", path=SHIPPED, names=", ".join(shipped_models()) or "none are installed")
    return Model.read(folder)


def _places() -> list[Path]:
    """Where shipped models lie: inside an installed package, beside it in a checkout."""
    package = Path(__file__).parent
    return [package / "models", package.parent / "models"]


def _shipped(name: str) -> Path | None:
    found = (place / name for place in _places() if (place / name / "manifest.json").exists())
    return next(found, None) if name and Path(name).name == name else None
