"""Pipelines as joblib and skops files, for those who work with scikit-learn alone."""

import copy
import json
from pathlib import Path
from typing import Any

from givesell.errors import FileError
from givesell.writing import writing

JOBLIB, SKOPS = ".joblib", ".skops"
_PICKLES = (JOBLIB, ".pkl", ".pickle")
_RECORD = "givesell_record_"  # what a pipeline itself does not hold: thresholds, training, metrics


def export_pipeline(pipeline: Any, record: dict[str, Any], path: Any, *, overwrite: bool = False) -> None:
    """Write a fitted pipeline as a ``.joblib`` or ``.skops`` file.

    Parameters
    ----------
    pipeline : estimator
    record : dict
        Goes with it, as JSON.
    path : str or path
    overwrite : bool, default False

    Raises
    ------
    FileError
        If the extension is another, skops is not installed, or the file cannot be written or may not be replaced.
    """
    path = Path(path)
    if path.suffix not in (JOBLIB, SKOPS):
        raise FileError("E323", path=path)
    pipeline = copy.copy(pipeline)
    setattr(pipeline, _RECORD, json.dumps(record))
    with writing(path, overwrite=overwrite) as fresh:
        if path.suffix == JOBLIB:
            import joblib

            joblib.dump(pipeline, fresh)
        else:
            _skops(path).dump(pipeline, fresh)


def import_pipeline(path: Path) -> tuple[Any, dict[str, Any]]:
    """Open a pipeline that the caller trusts.

    Returns
    -------
    pipeline : estimator
    record : dict
        Empty where the pipeline was not exported by `export_pipeline`.

    Raises
    ------
    FileError
        If the file is missing or skops is not installed.
    """
    if not path.exists():
        raise FileError("E401", path=path)
    if path.suffix in _PICKLES:
        import joblib

        pipeline = joblib.load(path)
    else:
        skops = _skops(path)
        pipeline = skops.load(path, trusted=skops.get_untrusted_types(file=path))
    return pipeline, json.loads(getattr(pipeline, _RECORD, "{}"))


def _skops(path: Path) -> Any:
    try:
        import skops.io
    except ImportError as error:
        raise FileError("E324", path=path) from error
    return skops.io
