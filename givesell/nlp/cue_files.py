"""Cues read from TOML files, laid out as the head of `cues.toml` says."""

import tomllib
from pathlib import Path
from typing import Any

from givesell.errors import DataError
from givesell.files.open_folder import OpenFolder
from givesell.nlp.cue import Cue
from givesell.nlp.patterns import MOST_BYTES, checked_cue

SHIPPED = Path(__file__).with_name("cues.toml")


def read_cues(path: Any) -> list[Cue]:
    """Read and check the cues of one file.

    Parameters
    ----------
    path : str or path

    Returns
    -------
    list of Cue

    Raises
    ------
    DataError
        E601, with the file and the cue, if one cannot be used.
    """
    try:
        path = Path(path)
        with OpenFolder(path.parent) as folder, folder.open(path.name) as file:
            data = file.read(MOST_BYTES + 1)
        if len(data) > MOST_BYTES:
            raise ValueError(f"it holds more than {MOST_BYTES:,} bytes")
        entries = tomllib.loads(data.decode("utf-8")).get("cue")
    except (OSError, TypeError, ValueError, RecursionError) as error:
        raise DataError("E601", path=path, reason=" ".join(str(error).split())) from error
    return cues_of(path, entries)


def cues_of(path: Any, entries: Any) -> list[Cue]:
    """Check cues that are still plain data, as read from a file.

    Parameters
    ----------
    path : str or path
        What errors name.
    entries : list of dict

    Returns
    -------
    list of Cue

    Raises
    ------
    DataError
        E601, with the file and the cue, if one cannot be used.
    """
    if not isinstance(entries, list):
        raise DataError("E601", path=path, reason="it holds no [[cue]]")
    return [
        Cue(**checked_cue(f"{path}, cue {number}", entry))
        for number, entry in enumerate(entries, 1)
    ]
