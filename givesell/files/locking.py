"""Locks between processes, which are released when a process ends, however it ends."""

import errno
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, Any

from givesell.errors import FileError
from givesell.files.writing import unwritable

_LOCKED = {errno.EWOULDBLOCK, errno.EAGAIN, errno.EACCES, errno.EDEADLK}


@contextmanager
def held(path: Path, code: str, shown: Path) -> Iterator[None]:
    """Hold a lock that the system releases when the process ends, however it ends. On a disk
    without locks nothing is locked.

    Parameters
    ----------
    path : Path
        The file that is locked; a process that is killed leaves it behind, and one that ends
        removes it.
    code : str
        The code of the error if another process holds it.
    shown : Path
        The path that the error names.

    Raises
    ------
    FileError
        With `code` if another process holds it; E405 if the file cannot be made.
    """
    file = _take_lock(path, code, shown)
    try:
        yield
    finally:
        if sys.platform == "win32":  # an open file cannot be removed there
            file.close()
        with suppress(OSError):
            path.unlink()
        file.close()


def _take_lock(path: Path, code: str, shown: Path) -> IO[Any]:
    while True:
        try:
            file = path.open("a+b")
        except OSError as error:
            raise unwritable(shown, error) from error
        if os.fstat(file.fileno()).st_size or path.is_symlink():
            file.close()
            raise FileError("E414", path=path)
        try:
            _lock(file)
            # The process that held it before may have removed the file meanwhile: then this is a
            # lock on nothing.
            if is_same_open(file, path):
                return file
        except OSError as error:
            if error.errno not in _LOCKED:  # a disk without locks
                return file
            file.close()
            raise FileError(code, path=shown) from error
        file.close()


def is_same_open(file: IO[Any], path: Path) -> bool:
    """Say whether an open file is the one that has a name now."""
    try:
        return os.path.samestat(os.fstat(file.fileno()), path.stat())
    except OSError:
        return False


def _lock(file: IO[Any]) -> None:
    if sys.platform == "win32":
        import msvcrt

        msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
    else:
        import fcntl

        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
