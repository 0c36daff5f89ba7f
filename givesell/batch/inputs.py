"""The inputs of a run: files, folders, patterns and the standard input, as a list of files."""

import glob
import hashlib
import os
import stat
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, TypeVar

from givesell.archives.base.reader import Reader
from givesell.archives.opening import is_export
from givesell.archives.recognition.refusals import refuse_pages
from givesell.archives.streams.file_errors import named
from givesell.archives.streams.files import Folder
from givesell.archives.streams.unread import unread_of
from givesell.batch.run_folder import REJECTS
from givesell.errors import ArgumentTypeError, DataError, FileError
from givesell.files.endings import READ
from givesell.files.writing import is_same
from givesell.show.words import encodable
from givesell.types import PathLike

_T = TypeVar("_T")
STDIN = "-"
# A file that looks like something else, and a table without a column of posts.
_NO_POSTS = ("E512", "E301")


def paths_of(paths: Any, *, argument: str = "paths") -> list[PathLike]:
    """Return one path or several as a list.

    Parameters
    ----------
    paths : path or iterable of paths
    argument : str, default "paths"
        The name of the argument, for the error.

    Returns
    -------
    list of path

    Raises
    ------
    ArgumentTypeError
        E206 for anything else.
    """
    if hasattr(paths, "columns") and not isinstance(
        paths, os.PathLike
    ):  # iterating one would give the names of its columns
        expected = "a path or a list of paths: posts themselves go to givesell.classify"
        raise ArgumentTypeError(
            "E206", argument=argument, expected=expected, given=f"a {type(paths).__name__}"
        )
    given = (
        [paths]
        if isinstance(paths, (str, os.PathLike))
        else list(paths)
        if isinstance(paths, Iterable)
        else [paths]
    )
    expected = "a path or a list of paths" if argument == "paths" else "a path"
    for path in given:
        if not isinstance(path, (str, os.PathLike)) or not isinstance(os.fspath(path), str):
            raise ArgumentTypeError("E206", argument=argument, expected=expected, given=repr(path))
    return given


def expand(paths: Iterable[Path], out: Path) -> list[Path]:
    """Return the files that paths, folders and patterns stand for.

    A folder that is the unpacked export of a platform is one input; any other means the files in
    it, also in its folders, by name. A pattern such as ``posts/**/*.jsonl`` means the files that
    match.

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
        E401 for a file that is not there, E412 for a folder without files, E410 if nothing is
        named.
    """
    sources: list[Path] = []
    for path in paths:
        with named(path, "E406", OSError, ValueError):  # such as a name too long for the disk
            sources += _meant(path, out)
    if not sources:
        raise FileError("E410")
    return sources


def _meant(path: Path, out: Path) -> list[Path]:
    if str(path) == STDIN:
        return [path]
    try:
        mode = path.stat().st_mode
    except (FileNotFoundError, NotADirectoryError):
        names = sorted(glob.glob(str(path), recursive=True)) if glob.has_magic(str(path)) else []  # noqa: PTH207
        matches = list(
            _without_outputs((Path(name) for name in names if Path(name).is_file()), out)
        )
        if not matches:
            raise FileError("E401", path=path) from None
        return matches
    if stat.S_ISDIR(mode):
        inside = [path] if is_export(path) else list(_without_outputs(_files(path), out))
        if all(file.suffix.lower() == ".js" for file in inside):
            # What the pages of an export in HTML need.
            refuse_pages(path)
        if not inside:
            raise FileError("E412", path=path)
        return inside
    if not stat.S_ISREG(mode):
        raise FileError(
            "E406",
            path=path,
            reason="it is no regular file; pass - and send it to the standard input",
        )
    return [path]


def opened(
    paths: Iterable[Path], sources: Iterable[Path], open_one: Callable[[Path], _T]
) -> list[_T]:
    """Open files; those of a folder or pattern that hold no posts are left out.

    Parameters
    ----------
    paths : iterable of Path
        What the caller named.
    sources : iterable of Path
        See `expand`.
    open_one : callable

    Returns
    -------
    list
        What `open_one` returns, in order.

    Raises
    ------
    FileError, DataError
        E512 and E301 for a file that the caller named, and if none is left.
    """
    meant = set(paths)
    results: list[_T] = []
    errors: list[FileError | DataError] = []
    for source in sources:
        try:
            results.append(open_one(source))
        except (FileError, DataError) as error:
            if error.code not in _NO_POSTS or source in meant:
                raise
            errors.append(error)
    if errors and not results:
        raise errors[0]
    return results


def left_out(
    paths: Iterable[Path], sources: Iterable[Path], readers: Sequence[Reader]
) -> list[str]:
    """Return the names of the files that were meant and that nothing reads: in exports, and in
    folders that are none.

    Parameters
    ----------
    paths : iterable of Path
        What the caller named.
    sources : iterable of Path
        The files that were meant by it.
    readers : sequence of Reader
        Of those that are read.

    Returns
    -------
    list of str
        Media apart; with the name of the input before them where there are several.
    """
    several = len(readers) > 1
    names = [
        f"{reader.path.name}/{name}" if several else name
        for reader in readers
        for name in reader.unread
    ]
    read = {reader.path for reader in readers}
    in_folders: set[Path] = set()
    for path in paths:
        if path not in read and path.is_dir():
            folder = Folder(path)
            names += unread_of(folder, [name for name in folder.names() if path / name in read])
            in_folders.update(path / name for name in folder.names())
    names += [str(source) for source in sources if source not in read and source not in in_folders]
    return [encodable(name) for name in names]


def keep_stdin(place: Path) -> str:
    """Copy the standard input to a file, since it is read more than once.

    Parameters
    ----------
    place : Path

    Returns
    -------
    str
        SHA-256 of the input, by which an interrupted run is recognised.
    """
    digest = hashlib.sha256()
    with place.open("wb") as file:
        while data := sys.stdin.buffer.read(1 << 20):
            file.write(data)
            digest.update(data)
    return digest.hexdigest()


def _files(folder: Path) -> Iterator[Path]:
    return (folder / name for name in Folder(folder).names() if Path(name).suffix.lower() in READ)


def _without_outputs(files: Iterable[Path], out: Path) -> Iterator[Path]:
    """Leave out the output, and the rejects that runs write beside their outputs."""
    return (file for file in files if not is_same(file, out) and not file.name.endswith(REJECTS))
