"""The files of an input: one file, a folder, or the members of a zip or tar.

Members are opened by name and read as a stream. Nothing is ever extracted to the disk, so a
member called ``../../etc/passwd`` is a name like any other. A member that unpacks to more than
`BOMB_RATIO` times its packed size is given up as soon as it has grown beyond `BOMB_BYTES`.
"""

import io
import tarfile
import zipfile
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import IO, Any, cast

from givesell.archives.failures import UNREADABLE, named
from givesell.archives.packing import BUFFER_BYTES, codec_of, unpacked
from givesell.errors import FileError

BOMB_RATIO = 200
BOMB_BYTES = 256 << 20
MOST_MEMBERS = 1_000_000


class Files(ABC):
    """The files of one input.

    Parameters
    ----------
    path : Path

    Attributes
    ----------
    size : int
        Bytes on the disk.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.size = path.stat().st_size
        self._tell: Callable[[], int] = int

    @property
    def position(self) -> int:
        """How many bytes of the disk have been read of the file that is open."""
        return self._tell()

    @abstractmethod
    def names(self) -> list[str]:
        """Return the names of the files, sorted, with ``/`` between folders."""

    @abstractmethod
    def open(self, name: str) -> Any:
        """Open a file as a context that gives its unpacked bytes."""

    def head(self, name: str, size: int = 1 << 16) -> bytes:
        """Return the first unpacked bytes of a file."""
        with named(self.shown(name), "E406", *UNREADABLE), self.open(name) as stream:
            return bytes(stream.read(size))

    def shown(self, name: str) -> Path:
        """Return how errors name a file."""
        return self.path / name


class SingleFile(Files):
    """A file by itself, perhaps packed."""

    def names(self) -> list[str]:
        """Return its own name."""
        return [self.path.name]

    @contextmanager
    def open(self, name: str) -> Iterator[IO[bytes]]:  # noqa: ARG002
        """Open it; see `Files.open`."""
        with _opened(self.path) as raw:
            self._tell = raw.tell
            try:
                yield unpacked(raw, codec_of(raw.peek(16)[:16]))
            finally:
                self._tell = int

    def shown(self, name: str) -> Path:  # noqa: ARG002
        """Return its path."""
        return self.path


class Folder(Files):
    """A folder, such as an unpacked export. Links are not followed."""

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        self._files = {found.relative_to(path).as_posix(): found for found in _walk(path)}
        self.size = sum(found.stat().st_size for found in self._files.values())

    def names(self) -> list[str]:
        """Return the files in it; see `Files.names`."""
        return sorted(self._files)

    @contextmanager
    def open(self, name: str) -> Iterator[IO[bytes]]:
        """Open one; see `Files.open`."""
        file = SingleFile(self._files[name])
        with file.open(name) as stream:
            self._tell = lambda: file.position
            yield stream


class Zip(Files):
    """A zip file."""

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        with self._archive() as archive:
            infos = [info for info in archive.infolist() if not info.is_dir()]
        if len(infos) > MOST_MEMBERS:
            raise FileError("E506", path=path, reason=f"it lists more than {MOST_MEMBERS:,} files")
        # Of two members of one name the first stands.
        self._infos = {info.filename.replace("\\", "/"): info for info in reversed(infos)}

    def names(self) -> list[str]:
        """Return its members; see `Files.names`."""
        return sorted(self._infos)

    @contextmanager
    def open(self, name: str) -> Iterator[IO[bytes]]:
        """Open a member; see `Files.open`."""
        info = self._infos[name]
        if info.flag_bits & 1:
            raise FileError("E406", path=self.shown(name), reason="it is encrypted; unpack it first")
        with self._archive() as archive:
            try:
                member = archive.open(info)
            except (NotImplementedError, zipfile.BadZipFile) as error:
                raise FileError("E406", path=self.shown(name), reason=str(error)) from error
            with member:
                watched = _Watched(member, lambda done: _refuse_bomb(self.shown(name), done, info.compress_size))
                self._tell = lambda: watched.done * info.compress_size // max(1, info.file_size)
                yield cast(IO[bytes], io.BufferedReader(cast(Any, watched), BUFFER_BYTES))

    @contextmanager
    def _archive(self) -> Iterator[zipfile.ZipFile]:
        with _opened(self.path) as raw:
            try:
                archive = zipfile.ZipFile(raw)
            except zipfile.BadZipFile as error:
                raise FileError("E505", path=self.path, kind="zip") from error
            with archive:
                yield archive


class Tar(Files):
    """A tar file, perhaps packed; only its regular files count."""

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        self._members: dict[str, tarfile.TarInfo] = {}
        with self._archive() as archive:
            try:
                for member in archive:
                    if member.isfile():
                        self._members.setdefault(member.name, member)
                    if len(self._members) > MOST_MEMBERS:
                        raise FileError("E506", path=path, reason=f"it lists more than {MOST_MEMBERS:,} files")
            except (tarfile.TarError, EOFError) as error:
                raise FileError("E505", path=path, kind="tar") from error

    def names(self) -> list[str]:
        """Return its members; see `Files.names`."""
        return sorted(self._members)

    @contextmanager
    def open(self, name: str) -> Iterator[IO[bytes]]:
        """Open a member; see `Files.open`."""
        with self._archive() as archive:
            stream = archive.extractfile(self._members[name])
            if stream is None:
                raise FileError("E505", path=self.path, kind="tar")
            yield stream

    @contextmanager
    def _archive(self) -> Iterator[tarfile.TarFile]:
        with ExitStack() as stack:
            raw = stack.enter_context(_opened(self.path))
            codec = codec_of(raw.peek(16)[:16])

            def check(done: int) -> None:
                _refuse_bomb(self.path, done, self.size)

            stream: Any = unpacked(raw, codec) if codec else raw
            try:
                yield stack.enter_context(tarfile.open(fileobj=cast(Any, _Watched(stream, check)), mode="r:"))
            except (tarfile.ReadError, EOFError) as error:
                raise FileError("E505", path=self.path, kind="tar") from error


class _Watched(io.RawIOBase):
    """A stream whose growth is watched."""

    def __init__(self, stream: Any, watch: Callable[[int], None]) -> None:
        self._stream, self._watch = stream, watch
        self.done = 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return bool(self._stream.seekable())

    def seek(self, offset: int, whence: int = 0) -> int:
        return int(self._stream.seek(offset, whence))

    def tell(self) -> int:
        return int(self._stream.tell())

    def readinto(self, buffer: Any) -> int:
        size = int(self._stream.readinto(buffer))
        self.done += size
        self._watch(self.done)
        return size


def _opened(path: Path) -> "io.BufferedReader[Any]":
    return cast("io.BufferedReader[Any]", path.open("rb", buffering=BUFFER_BYTES))


def _walk(path: Path) -> Iterator[Path]:
    for found in sorted(path.iterdir()):
        if found.name.startswith(".") or found.is_symlink():
            continue
        if found.is_dir():
            yield from _walk(found)
        elif found.is_file():
            yield found


def _refuse_bomb(path: Path, done: int, packed: int) -> None:
    if done > BOMB_BYTES and done > BOMB_RATIO * max(1, packed):
        reason = f"it unpacks to more than {BOMB_BYTES >> 20} MiB and {BOMB_RATIO} times its size"
        raise FileError("E506", path=path, reason=reason)
