"""What the caller names as inputs: files, folders, patterns and the standard input, brought to a list of files."""

import glob
import hashlib
import os
import stat
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from givesell.archives.failures import named
from givesell.archives.files import Folder
from givesell.archives.registry import is_export
from givesell.batch.run_folder import REJECTS
from givesell.errors import ArgumentTypeError, FileError
from givesell.writing import is_same

STDIN = "-"
SUFFIXES = frozenset(
    (
        ".csv .tsv .json .jsonl .ndjson .parquet .arrow .feather .sqlite .sqlite3 .db .xlsx .xlsm .xlsb .xls .ods .txt "
        ".js .car .zip .tar .tgz .gz .bz2 .xz .zst"
    ).split()
)


def paths_of(paths: Any, *, argument: str = "paths") -> list[str | os.PathLike[str]]:
    """Return one path or several as a list.

    Parameters
    ----------
    paths : path or iterable of paths
    argument : str, default "paths"
        What the error calls it.

    Returns
    -------
    list of path

    Raises
    ------
    ArgumentTypeError
        E206 for anything else.
    """
    given = [paths] if isinstance(paths, (str, os.PathLike)) else list(paths) if isinstance(paths, Iterable) else [paths]
    expected = "a path or a list of paths" if argument == "paths" else "a path"
    for path in given:
        if not isinstance(path, (str, os.PathLike)) or not isinstance(os.fspath(path), str):
            raise ArgumentTypeError("E206", argument=argument, expected=expected, type=repr(path))
    return given


def expand(paths: Iterable[Path], out: Path) -> list[Path]:
    """Return the files that are meant.

    A folder that is the unpacked export of a platform is one input; any other stands for the files in it, also
    in its folders, by name. A pattern such as ``posts/**/*.jsonl`` stands for the files that match.

    Parameters
    ----------
    paths : iterable of Path
    out : Path
        The output: it and what lies beside it are never among the files of a folder or pattern.

    Returns
    -------
    list of Path

    Raises
    ------
    FileError
        E401 for a file that is not there, E412 for a folder without files, E410 if nothing is named.
    """
    found: list[Path] = []
    for path in paths:
        with named(path, "E406", OSError, ValueError):  # such as a name too long for the disk
            found += _meant(path, out)
    if not found:
        raise FileError("E410")
    return found


def _meant(path: Path, out: Path) -> list[Path]:
    if str(path) == STDIN:
        return [path]
    try:
        mode = path.stat().st_mode
    except (FileNotFoundError, NotADirectoryError):
        names = sorted(glob.glob(str(path), recursive=True)) if glob.has_magic(str(path)) else []  # noqa: PTH207
        matches = list(_own((Path(name) for name in names if Path(name).is_file()), out))
        if not matches:
            raise FileError("E401", path=path) from None
        return matches
    if stat.S_ISDIR(mode):
        inside = [path] if is_export(path) else list(_own(_files(path), out))
        if not inside:
            raise FileError("E412", path=path)
        return inside
    if not stat.S_ISREG(mode):
        raise FileError("E406", path=path, reason="it is no regular file; pass - and send it to the standard input")
    return [path]


def keep_stdin(place: Path) -> str:
    """Copy the standard input to a file, since it is looked at more than once.

    Parameters
    ----------
    place : Path

    Returns
    -------
    str
        SHA-256 of what came: the same input goes on where it was.
    """
    digest = hashlib.sha256()
    with place.open("wb") as file:
        while data := sys.stdin.buffer.read(1 << 20):
            file.write(data)
            digest.update(data)
    return digest.hexdigest()


def _files(folder: Path) -> Iterator[Path]:
    return (folder / name for name in Folder(folder).names() if Path(name).suffix.lower() in SUFFIXES)


def _own(files: Iterable[Path], out: Path) -> Iterator[Path]:
    """Leave out the output, and the rejects that runs write beside their outputs."""
    return (file for file in files if not is_same(file, out) and not file.name.endswith(REJECTS))
