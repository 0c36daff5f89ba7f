"""What the caller names as inputs: files, folders, patterns and the standard input, brought to a list of files."""

import glob
import hashlib
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

from givesell.archives.files import Folder
from givesell.archives.registry import is_export
from givesell.errors import FileError

STDIN = "-"
SUFFIXES = frozenset(
    ".csv .tsv .json .jsonl .ndjson .parquet .arrow .feather .sqlite .sqlite3 .db .txt .js .car .zip .tar .tgz .gz .bz2 .xz .zst".split()
)


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
        if str(path) == STDIN or path.is_file():
            found.append(path)
        elif path.is_dir():
            inside = [path] if is_export(path) else list(_own(_files(path), out))
            if not inside:
                raise FileError("E412", path=path)
            found += inside
        else:
            names = sorted(glob.glob(str(path), recursive=True)) if glob.has_magic(str(path)) else []  # noqa: PTH207
            matches = list(_own((Path(name) for name in names if Path(name).is_file()), out))
            if not matches:
                raise FileError("E401", path=path)
            found += matches
    if not found:
        raise FileError("E410")
    return found


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
    """Leave out the output, and what runs write beside their outputs."""
    left = {out.resolve()}
    for file in files:
        beside = file.name.endswith((".rejects.jsonl", ".partial", ".checkpoint.json"))
        if file.resolve() not in left and not beside:
            yield file
