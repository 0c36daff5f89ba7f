"""Pipelines as joblib and skops files, for use with scikit-learn alone."""

import copy
import importlib
import json
from pathlib import Path
from typing import Any

from givesell.errors import ArtifactError, FileError, GivesellError
from givesell.extras import require
from givesell.files.writing import check_output, writing

JOBLIB, SKOPS = ".joblib", ".skops"
_PICKLES = (JOBLIB, ".pkl", ".pickle")
_TRUSTED = ("givesell", "numpy", "scipy", "sklearn")
_RECORD = "givesell_record_"  # what a pipeline itself does not hold: thresholds, training, metrics


def export_pipeline(
    pipeline: Any, record: dict[str, Any], path: Any, *, overwrite: bool = False
) -> None:
    """Write a fitted pipeline as a ``.joblib`` or ``.skops`` file.

    Parameters
    ----------
    pipeline : estimator
    record : dict
        Stored with it, as JSON.
    path : str or path
    overwrite : bool, default False

    Raises
    ------
    FileError
        If the extension is another, skops is not installed, or the file cannot be written or may
        not be replaced.
    """
    path = Path(path)
    check_export(path, overwrite=overwrite)
    pipeline = copy.copy(pipeline)
    setattr(pipeline, _RECORD, json.dumps(record))
    with writing(path, overwrite=overwrite) as fresh:
        if path.suffix == JOBLIB:
            import joblib

            joblib.dump(pipeline, fresh)
        else:
            _skops(path).dump(pipeline, fresh)


def check_export(path: Path, *, overwrite: bool = False) -> None:
    """Refuse a file that cannot or must not be written, before any work is done; see
    `export_pipeline`.
    """
    if path.suffix not in (JOBLIB, SKOPS):
        raise FileError("E323", path=path)
    if path.suffix == SKOPS:
        _skops(path)
    check_output(path, overwrite=overwrite)


def import_pipeline(path: Path) -> tuple[Any, dict[str, Any]]:
    """Open a pipeline that the caller trusts.

    A joblib or pickle file can run any code. Of a skops file only classes of scikit-learn, NumPy,
    SciPy and givesell are opened, beside the types that skops itself takes for safe.

    Returns
    -------
    pipeline : estimator
    record : dict
        Empty if the pipeline was not exported by `export_pipeline`.

    Raises
    ------
    ArtifactError
        E212, with the types, if a skops file holds others.
    FileError
        If the file is missing or damaged, or skops is not installed.
    """
    require("train", "A scikit-learn pipeline")
    if not path.exists():
        raise FileError("E401", path=path)
    skops = None if path.suffix in _PICKLES else _skops(path)
    try:
        pipeline = _opened(path, skops)
        record = json.loads(getattr(pipeline, _RECORD, "{}"))
        if not isinstance(record, dict):
            raise TypeError("its record is no object")
    except GivesellError:
        raise
    except Exception as error:  # opening a damaged file can raise anything
        raise FileError(
            "E406", path=path, reason=" ".join(f"{type(error).__name__}: {error}".split())
        ) from error
    return pipeline, record


def _opened(path: Path, skops: Any) -> Any:
    if skops is None:
        import joblib

        return joblib.load(path)
    types = skops.get_untrusted_types(file=path)
    others = [name for name in types if not _is_known_class(name)]
    if others:
        raise ArtifactError("E212", path=path, types=", ".join(others[:5]))
    return skops.load(path, trusted=types)


def _is_known_class(name: str) -> bool:
    """Whether a dotted name is that of a class, not a function, of a library that is trusted."""
    module, _, last = name.rpartition(".")
    if module.partition(".")[0] not in _TRUSTED:
        return False
    try:
        value = getattr(importlib.import_module(module), last, None)
        return isinstance(value, type) and value.__module__.partition(".")[0] in _TRUSTED
    except ImportError:
        return False


def _skops(path: Path) -> Any:
    try:
        import skops.io
    except ImportError as error:
        raise FileError("E324", path=path) from error
    return skops.io
