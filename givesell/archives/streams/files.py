"""The files of an input: one file, a folder, or the members of a zip or tar.

Members are opened by name and read as a stream. Nothing is ever extracted to the disk, so a
member called ``../../etc/passwd`` is a name like any other. What unpacks to more than `BOMB_RATIO`
times its packed size is given up as soon as it has grown beyond `BOMB_BYTES`, a member by itself
and all together; a zip whose members lie over each other is not read at all. What is damaged is
read up to there, see `givesell.archives.streams.damage`.
"""

import io
import os
import stat
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import IO, Any, cast

from givesell.archives.streams import limits
from givesell.archives.streams.compression import BUFFER_BYTES, Unpacked, codec_of
from givesell.archives.streams.damage import Flaws, up_to_damage
from givesell.archives.streams.file_errors import UNREADABLE, named
from givesell.archives.streams.recoding import as_utf8
from givesell.errors import FileError


class Files(ABC):
    """The files of one input.

    Parameters
    ----------
    path : Path

    Attributes
    ----------
    size : int
        Bytes on the disk.
    flaws : dict of Path to str
        What could be read in part only, and why: filled while it is read.
    encoding : str or None
        The encoding of text whose bytes do not show it; see `givesell.archives.streams.recoding`.
    locked : bool
        Whether files in it need a password.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.size = path.stat().st_size
        self.flaws: Flaws = {}
        self.encoding: str | None = None
        self.locked = False
        self._tell: Callable[[], int] = int

    @property
    def position(self) -> int:
        """How many bytes of the disk have been read of the file that is open."""
        return self._tell()

    @abstractmethod
    def names(self) -> list[str]:
        """Return the names of the files with ``/`` between folders, sorted, those of a tar as
        they lie in it.
        """

    @abstractmethod
    def raw(self, name: str) -> AbstractContextManager[IO[bytes]]:
        """Open a file as a context that gives its unpacked bytes as they are."""

    @contextmanager
    def open(self, name: str) -> Iterator[IO[bytes]]:
        """Open a file as a context that gives its unpacked bytes; text in UTF-8, without a byte
        order mark.
        """
        with self.raw(name) as stream:
            yield as_utf8(stream, self.encoding)

    def head(self, name: str, size: int = 1 << 16) -> bytes:
        """Return the first bytes of a file as `open` gives them."""
        with named(self.shown(name), "E406", *UNREADABLE), self.open(name) as stream:
            return bytes(stream.read(size))

    def shown(self, name: str) -> Path:
        """Return how errors name a file."""
        return printable(self.path / name)

    def close(self) -> None:
        """Let go of what is open; it opens again when it is needed."""
        return


class SingleFile(Files):
    """A file by itself, perhaps packed.

    Raises
    ------
    FileError
        E406 for a pipe, a socket or a device.
    """

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        if not stat.S_ISREG(path.stat().st_mode):
            raise FileError(
                "E406",
                path=printable(path),
                reason="it is no regular file; save what it gives to one",
            )

    def names(self) -> list[str]:
        """Return its own name."""
        return [self.path.name]

    @contextmanager
    def raw(self, name: str) -> Iterator[IO[bytes]]:
        """Open it; see `Files.raw`."""
        with opened(self.path) as raw:
            self._tell = raw.tell
            codec = codec_of(raw.peek(16)[:16])
            try:
                yield (
                    up_to_damage(Unpacked(raw, codec).read, self.shown(name), self.flaws)
                    if codec
                    else raw
                )
            finally:
                self._tell = int

    def shown(self, name: str) -> Path:  # noqa: ARG002
        """Return its path."""
        return printable(self.path)


class Folder(Files):
    """A folder, such as an unpacked export. Links are not followed; pipes, sockets and devices are
    no files.

    Raises
    ------
    FileError
        E406 for a folder in it that cannot be listed.
    """

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        self._names: list[str] = []
        self.size = 0
        for name, size in _walk(path):
            self._names.append(name)
            self.size += size
            check_count(path, len(self._names))
        self._names.sort()

    def names(self) -> list[str]:
        """Return the files in it; see `Files.names`."""
        return list(self._names)

    @contextmanager
    def raw(self, name: str) -> Iterator[IO[bytes]]:
        """Open one; see `Files.raw`."""
        file = SingleFile(self.path / name)
        file.flaws = self.flaws
        with file.raw(name) as stream:
            self._tell = lambda: file.position
            yield stream


def printable(path: Path) -> Path:
    r"""Return a path that any output can hold: bytes of its names that are not UTF-8 are written
    out.

    Parameters
    ----------
    path : Path

    Returns
    -------
    Path

    Examples
    --------
    >>> str(printable(Path("caf\udce9.csv")))
    'caf\\udce9.csv'
    """
    return Path(str(path).encode("utf-8", "backslashreplace").decode())


def opened(path: Path) -> "io.BufferedReader[Any]":
    """Open a file that is read from its beginning to its end.

    Parameters
    ----------
    path : Path

    Returns
    -------
    file
    """
    return cast("io.BufferedReader[Any]", path.open("rb", buffering=BUFFER_BYTES))


def _walk(path: Path) -> Iterator[tuple[str, int]]:
    """Yield the name and size of each file below a folder."""
    waiting = [""]
    while waiting:
        below = waiting.pop()
        place = path / below
        with named(printable(place), "E406", OSError), os.scandir(place) as entries:
            for entry in entries:
                if entry.name.startswith("."):
                    continue
                if entry.is_dir(follow_symlinks=False):
                    waiting.append(f"{below}{entry.name}/")
                elif entry.is_file(follow_symlinks=False):
                    yield below + entry.name, entry.stat(follow_symlinks=False).st_size


def check_count(path: Path, count: int) -> None:
    """Refuse an input of too many files.

    Parameters
    ----------
    path : Path
        For the error.
    count : int
        How many there are so far.

    Raises
    ------
    FileError
        E506.
    """
    if count > limits.MOST_MEMBERS:
        raise FileError(
            "E506", path=printable(path), reason=f"it lists more than {limits.MOST_MEMBERS:,} files"
        )
