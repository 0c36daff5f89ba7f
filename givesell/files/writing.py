"""Writing files safely: the rules for everything that is written to the disk.

- An input is never written to, by whatever name, link or capitals it is reached.
- An existing file is replaced only if the caller says so.
- A file is written under another name beside its place and put there in one step, so that whoever
  looks sees the complete old one or the complete new one. It is on the disk before it has its name,
  and keeps the permissions of the file that it replaces. A link is replaced itself, and what it
  leads to stays.
- A folder is swapped for another in one step likewise, and keeps what else lies in it.
"""

import ctypes
import os
import secrets
import shutil
import stat
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from givesell.errors import FileError
from givesell.types import PathLike

_UNFINISHED = ".givesell-"  # how the names of files begin that are being written
_SWAP = 2  # RENAME_EXCHANGE of renameat2 (Linux); RENAME_SWAP of renamex_np (macOS)
_HERE = -100  # AT_FDCWD of Linux: paths are relative to the working directory


def check_output(
    path: PathLike, *, inputs: Iterable[PathLike] = (), overwrite: bool = False
) -> Path:
    """Refuse a file that must not or cannot be written, before there is work to lose.

    Parameters
    ----------
    path : path
    inputs : iterable of path
        Files that are read, and never written to, whatever `overwrite` says.
    overwrite : bool, default False
        Whether an existing file may be replaced.

    Returns
    -------
    Path

    Raises
    ------
    FileError
        E405 if its folder is missing or it is no regular file, E408 if it is an input, E409 if it
        is there and may not be replaced.

    Examples
    --------
    >>> check_output("scored.csv", inputs=["posts.csv"]).name
    'scored.csv'
    """
    target = Path(path)
    try:
        target.lstat()
    except (FileNotFoundError, NotADirectoryError):
        if not target.parent.is_dir():
            raise FileError(
                "E405", path=target, reason=f"there is no directory {target.parent}"
            ) from None
        return target
    except (OSError, ValueError) as error:
        raise unwritable(target, error) from error
    if any(is_same(target, source) for source in inputs):
        raise FileError("E408", path=target)
    if target.is_dir() or (target.exists() and not target.is_file()):
        raise FileError(
            "E405",
            path=target,
            reason="it is a directory" if target.is_dir() else "it is no regular file",
        )
    if not overwrite:
        raise FileError("E409", path=target)
    return target


def is_same(one: PathLike, other: PathLike) -> bool:
    """Say whether two paths lead to one file: by links, or by capitals where the disk takes them
    for the same.

    Parameters
    ----------
    one, other : path

    Returns
    -------
    bool
        False if one of them does not exist.
    """
    try:
        return Path(one).samefile(other)
    except (OSError, ValueError):
        return False


@contextmanager
def writing(
    path: PathLike, *, inputs: Iterable[PathLike] = (), overwrite: bool = False
) -> Iterator[Path]:
    """Write a file under another name and put it in its place when the context ends; after an error
    nothing has changed.

    Parameters
    ----------
    path : path
    inputs : iterable of path
    overwrite : bool, default False
        See `check_output`.

    Yields
    ------
    Path
        An empty file beside, which ends in the same extensions.

    Raises
    ------
    FileError
        As `check_output` says; E405 if writing fails.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     with writing(f"{folder}/a.txt") as fresh:
    ...         _ = fresh.write_text("whole")
    ...     Path(folder, "a.txt").read_text()
    'whole'
    """
    target = check_output(path, inputs=inputs, overwrite=overwrite)
    try:
        fresh = _fresh_file(target)
        try:
            yield fresh
            put_in_place(fresh, target, overwrite=overwrite)
        finally:
            fresh.unlink(missing_ok=True)
    except OSError as error:
        raise unwritable(path, error) from error


def write_file(
    path: PathLike, data: bytes, *, inputs: Iterable[PathLike] = (), overwrite: bool = False
) -> None:
    """Write a file in one step; see `writing`.

    Parameters
    ----------
    path : path
    data : bytes
    inputs : iterable of path
    overwrite : bool, default False

    Raises
    ------
    FileError
        See `writing`.
    """
    with writing(path, inputs=inputs, overwrite=overwrite) as fresh:
        fresh.write_bytes(data)


def replace_file(path: Path, data: bytes, *, durable: bool = True) -> None:
    """Write or replace a file of the library itself in one step.

    Parameters
    ----------
    path : Path
    data : bytes
    durable : bool, default True
        Whether it is on the disk before it has its name, and outlives a power cut.

    Raises
    ------
    OSError
    """
    fresh = _fresh_file(path)
    try:
        fresh.write_bytes(data)
        put_in_place(fresh, path, overwrite=True, durable=durable)
    finally:
        fresh.unlink(missing_ok=True)


def is_unfinished(name: str) -> bool:
    """Whether a file is one that was being written, here or by a process that has been killed.

    Examples
    --------
    >>> is_unfinished(".givesell-0123456789ab.json"), is_unfinished("scored.csv")
    (True, False)
    """
    return name.startswith(_UNFINISHED)


def put_in_place(fresh: Path, target: Path, *, overwrite: bool, durable: bool = True) -> None:
    """Give a written file its name, in one step.

    Parameters
    ----------
    fresh : Path
        On the same disk as `target`.
    target : Path
    overwrite : bool
        Whether a file that is there by now may be replaced, whose permissions are kept.
    durable : bool, default True
        See `replace_file`.

    Raises
    ------
    FileError
        E409 if there is one that may not.
    OSError
    """
    if is_same(fresh, target):  # a kill came between the two names
        fresh.unlink()
        return
    with fresh.open("r+b") as file:
        if overwrite:
            with suppress(FileNotFoundError):
                _take_permissions(fresh, target.stat())
        if durable:
            os.fsync(file.fileno())
    if overwrite:
        fresh.replace(target)
    else:
        try:
            target.hardlink_to(fresh)
        except FileExistsError as error:
            raise FileError("E409", path=target) from error
        except OSError:  # a disk without links
            if target.exists():
                raise FileError("E409", path=target) from None
            fresh.replace(target)
        fresh.unlink(missing_ok=True)
    if durable:
        sync_folder(target.parent)


@contextmanager
def replacing_folder(path: PathLike, *, names: Iterable[str]) -> Iterator[Path]:
    """Write a new folder and exchange it with the existing one, in one step.

    Parameters
    ----------
    path : path
        Need not exist.
    names : iterable of str
        The files that are written; whatever else lies in the old folder lies in the new one too.

    Yields
    ------
    Path
        An empty folder beside, to write the files into.

    Raises
    ------
    OSError
    """
    target = Path(os.path.realpath(path))
    target.parent.mkdir(parents=True, exist_ok=True)
    fresh = target.with_name(f"{_UNFINISHED}{secrets.token_hex(6)}")
    fresh.mkdir()
    try:
        yield fresh
        written = set(names)
        if target.exists():
            for other in target.iterdir():
                if other.name not in written:
                    _bring(other, fresh / other.name)
            for name in written:
                with suppress(FileNotFoundError):
                    _take_permissions(fresh / name, (target / name).stat())
            _take_permissions(fresh, target.stat())
        for name in written:
            with (fresh / name).open("r+b") as file:
                os.fsync(file.fileno())
        sync_folder(fresh)
        if target.exists():
            _swap(fresh, target)
        else:
            fresh.rename(target)
        sync_folder(target.parent)
    finally:
        shutil.rmtree(fresh, ignore_errors=True)


def sync_folder(folder: Path) -> None:
    """Bring the names in a folder to the disk, where the system can."""
    with suppress(OSError):
        number = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(number)
        finally:
            os.close(number)


def unwritable(path: PathLike, error: Exception) -> FileError:
    """Return the error that says why a file cannot be written; errors of the library are returned
    as they are.
    """
    if isinstance(error, FileError):
        return error
    return FileError("E405", path=path, reason=getattr(error, "strerror", None) or str(error))


def _fresh_file(target: Path) -> Path:
    # Short whatever the length of the name, and made by us alone; open() lets the system apply the
    # user's mask.
    ending = "".join(target.suffixes)[-20:]
    fresh = target.with_name(f"{_UNFINISHED}{secrets.token_hex(6)}{ending}")
    with fresh.open("xb"):
        return fresh


def _take_permissions(fresh: Path, old: os.stat_result) -> None:
    with suppress(OSError, AttributeError):
        os.chown(fresh, old.st_uid, old.st_gid)  # a file of somebody else that one may write to
    with suppress(OSError):
        fresh.chmod(stat.S_IMODE(old.st_mode))


def _bring(old: Path, new: Path) -> None:
    if old.is_dir() and not old.is_symlink():
        shutil.copytree(old, new, symlinks=True, copy_function=_link)
    else:
        _link(old, new)


def _link(old: PathLike, new: PathLike) -> None:
    try:
        os.link(old, new, follow_symlinks=False)
    except (OSError, NotImplementedError):
        shutil.copy2(old, new, follow_symlinks=False)


def _swap(one: Path, other: Path) -> None:
    """Exchange the names of two folders; where the system cannot in one step, with a moment in
    which `other` is away.
    """
    names = os.fsencode(one), os.fsencode(other)
    done = -1
    with suppress(OSError, AttributeError):
        library = ctypes.CDLL(None, use_errno=True)
        if sys.platform == "darwin":
            done = library.renamex_np(*names, _SWAP)
        else:
            done = library.renameat2(_HERE, names[0], _HERE, names[1], _SWAP)
    if done != 0:
        away = one.with_name(f"{one.name}-old")
        other.rename(away)
        try:
            one.rename(other)
        except OSError:
            away.rename(other)
            raise
        away.rename(one)
