"""The files of a folder as it was when it was opened, even if another replaces it meanwhile."""

import os
import stat
from io import BufferedReader
from pathlib import Path
from types import TracebackType

_FLAGS = os.O_RDONLY | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_BINARY", 0)
_WAITS_NOT = getattr(os, "O_NONBLOCK", 0)  # a pipe in place of a file would be waited for


class OpenFolder:
    """An open folder, as a context.

    Where the system cannot open a file in an open folder, files are opened by their paths.

    Parameters
    ----------
    path : Path

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     _ = Path(folder, "a.txt").write_text("whole")
    ...     with OpenFolder(Path(folder)) as place, place.open("a.txt") as file:
    ...         file.read(), place.was_replaced()
    (b'whole', False)
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._number: int | None = None
        self._status: os.stat_result | None = None

    def __enter__(self) -> "OpenFolder":
        try:
            self._status = self.path.stat()
            if os.open in os.supports_dir_fd and stat.S_ISDIR(self._status.st_mode):
                self._number = os.open(self.path, _FLAGS)
                self._status = os.fstat(self._number)
        except (OSError, ValueError):
            pass  # each file of it will say so
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._number is not None:
            os.close(self._number)
            self._number = None

    def open(self, name: str) -> BufferedReader:
        """Open a file of the folder to read.

        Raises
        ------
        OSError
            Also if it is not a regular file.
        """
        try:
            if self._number is None:
                number = os.open(self.path / name, _FLAGS | _WAITS_NOT)
            else:
                number = os.open(name, _FLAGS | _WAITS_NOT, dir_fd=self._number)
        except ValueError as error:  # a path with a null character
            raise OSError(str(error)) from error
        if not stat.S_ISREG(os.fstat(number).st_mode):
            os.close(number)
            raise OSError("it is no regular file")
        return os.fdopen(number, "rb")

    def was_replaced(self) -> bool:
        """Whether another folder has replaced it."""
        try:
            now = self.path.stat()
        except (OSError, ValueError):
            return self._status is not None
        return self._status is None or not os.path.samestat(self._status, now)


def is_fixed(status: os.stat_result) -> bool:
    """Whether nobody can write to an open file while it is mapped: not its owner, no group, no one
    else.

    Parameters
    ----------
    status : os.stat_result

    Returns
    -------
    bool
        True for a file that is read-only for all and belongs to this user or the system, and,
        unless this process is the system, for a file that only the system can write to.
    """
    if not hasattr(os, "geteuid"):
        return not status.st_mode & (stat.S_IWUSR | stat.S_IWGRP | stat.S_IWOTH)
    user = os.geteuid()
    if status.st_uid not in (0, user) or status.st_mode & (stat.S_IWGRP | stat.S_IWOTH):
        return False
    return not status.st_mode & stat.S_IWUSR or (status.st_uid == 0 and user != 0)
