"""Loading models: saved ones by their folder, shipped and installed ones by their name; the default
model is loaded once in a process.
"""

import os
import threading
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np

from givesell.core.artifact import MANIFEST, PICKLED, WEIGHTS, check_path
from givesell.core.shipped import (
    SHIPPED,
    models_in,
    named_folder,
    named_models,
    shipped_folder,
    shipped_models,
    shipped_name,
)
from givesell.errors import ArgumentTypeError, ArtifactError
from givesell.extras import require
from givesell.model.model import Model
from givesell.types import PathLike

__all__ = ["ModelLike", "as_model", "load", "shipped_models"]

ModelLike = Model | PathLike  # see `as_model`
MOST_CACHED = 8  # models that were loaded by name or folder

_default_model: Model | None = None
_lock = threading.Lock()  # held while it is loaded


def _renew_lock() -> None:
    global _lock  # a fork may have happened while another thread held it
    _lock = threading.Lock()


os.register_at_fork(after_in_child=_renew_lock) if hasattr(os, "register_at_fork") else None


def load(path: PathLike | None = None, *, mmap: bool = True, trusted: bool = False) -> Model:
    """Load a model.

    Parameters
    ----------
    path : str or path, optional
        The folder of a saved model, or the name of a shipped one or of one that was installed as
        a package; the shipped ``givesell-en`` by default, which is loaded once in a process. A
        leading ``~`` is the home folder.
    mmap : bool, default True
        Map the weights from disk, so that processes share them, if nobody can change them
        meanwhile: the file is read-only for all, or belongs to the system and you are another
        user. A file that anyone can write to, you included, is read into memory (a few megabytes),
        so that the weights that score are those that were checked. With False every file is read.
    trusted : bool, default False
        Allow a scikit-learn pipeline, as `Model.export` writes it. Opening a ``.joblib`` or
        ``.pkl`` file can run any code in it. Of a ``.skops`` file only classes of scikit-learn,
        NumPy, SciPy and givesell are opened.

    Returns
    -------
    Model

    Raises
    ------
    ArtifactError
        If there is no such model, or it is damaged, edited, of a newer format, or pickled and not
        trusted.
    MissingPackageError
        If it needs a package that is not installed.

    Examples
    --------
    >>> import givesell
    >>> givesell.load().info["name"]
    'givesell-en'
    """
    if path is None:
        return _default()
    if trusted and isinstance(path, (str, os.PathLike)) and Path(path).suffix in PICKLED:
        require("train", "A scikit-learn pipeline")
        from givesell.estimators.export import import_pipeline

        pipeline, record = import_pipeline(Path(path))
        model = Model.from_pipeline(
            pipeline, thresholds=record.get("thresholds", (0.2, 0.8)), info=record.get("info")
        )
        known = record.get("fingerprints")
        return model if known is None else model.with_fingerprints(np.array(known, np.uint64))
    return Model.read(model_folder(path), mmap=mmap)


def as_model(model: Any, argument: str = "model") -> Model:
    """Return the model that an argument names; every public function uses it for ``model``.

    Parameters
    ----------
    model : Model, str, path or None
        A model, the folder of a saved one, the name of a shipped one, or None for the shipped
        ``givesell-en``. A named one is loaded when it is first used, and again when its
        folder has changed.
    argument : str, default "model"
        The name of the argument, for errors.

    Returns
    -------
    Model

    Raises
    ------
    ArgumentTypeError
        E206 if it is none of these.
    ArtifactError
        As `load`.

    Examples
    --------
    >>> as_model("givesell-en-deep") is as_model("givesell-en-deep")
    True
    """
    if model is None:
        return _default()
    if isinstance(model, Model):
        return model
    if not isinstance(model, (str, os.PathLike)):
        expected = "a model, the folder of a saved one or the name of a shipped one"
        hint = ". Pass givesell.Model.from_pipeline(it)" if hasattr(model, "predict_proba") else ""
        raise ArgumentTypeError(
            "E206", argument=argument, expected=expected, given=type(model).__name__ + hint
        )
    folder = model_folder(model)
    try:
        status = (folder / MANIFEST).stat()
    except OSError:
        return Model.read(folder)
    return _cached(folder.absolute(), (status.st_ino, status.st_mtime_ns, status.st_size))


def is_shipped(model: Model) -> bool:
    """Whether a model comes with the library or with an installed package, by the digest of its
    weights, not by its name.

    Examples
    --------
    >>> is_shipped(load())
    True
    """
    return shipped_name(model.digest) is not None


def shipped_start(model: Model) -> Model | None:
    """Return the shipped or installed model that a model is or was adapted from; None for any
    other, and for one of a kind that cannot be adapted.

    Parameters
    ----------
    model : Model

    Returns
    -------
    Model or None
    """
    if not model.kind.can_be_adapted:
        return None
    if is_shipped(model):
        return model
    base = model.manifest.training.base
    if base is None:
        return None
    if base.sha256 is not None:
        name = shipped_name(base.sha256)
        return None if name is None else load(name)
    # Version 0.1.0 recorded the base's name alone; its n-grams are those of the base.
    if base.name not in shipped_models():  # packages came later
        return None
    named = load(base.name)
    ours, theirs = model.known, named.known
    same = np.array_equal(ours.vocabulary.words, theirs.vocabulary.words)
    return named if same and np.array_equal(ours.squares, theirs.squares) else None


@lru_cache(MOST_CACHED)
# a changed stamp means another model
def _cached(folder: Path, stamp: tuple[int, ...]) -> Model:  # noqa: ARG001
    return Model.read(folder)


def model_folder(path: Any) -> Path:
    """Return the folder of a model, which is not loaded.

    Parameters
    ----------
    path : str or path
        The folder of a saved model, or the name of a shipped or installed one.

    Returns
    -------
    Path

    Raises
    ------
    ArtifactError
        If there is no such model.

    Examples
    --------
    >>> model_folder("givesell-en").name
    'givesell-en'
    """
    folder = check_path(path)
    # False for a path that is too long or not accessible
    if str(path) and os.path.exists(folder):  # noqa: PTH110
        if any((folder / name).exists() for name in (MANIFEST, WEIGHTS)):
            return folder
        inner = ", ".join(str(Path(path) / name) for name in models_in(folder))
        reason = (
            f"but has some in it: {inner}"
            if inner
            else "but a folder with no model in it"
            if folder.is_dir()
            else "but a file"
        )
        raise ArtifactError("E216", path=path, reason=reason, names=", ".join(named_models()))
    named = named_folder(str(path))
    if named is None:
        raise ArtifactError("E201", path=path, names=", ".join(named_models()))
    return named


def _default() -> Model:
    """Return the default model, which the first call in a process loads."""
    global _default_model
    if _default_model is None:
        with _lock:
            if _default_model is None:
                folder = shipped_folder(SHIPPED)
                if folder is None:
                    names = ", ".join(shipped_models()) or "none are installed"
                    raise ArtifactError("E201", path=SHIPPED, names=names)
                _default_model = Model.read(folder)
    return _default_model
