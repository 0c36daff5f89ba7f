"""The files of an input: one file, a folder, or the members of a zip or tar.

Members are opened by name and read as a stream. Nothing is ever extracted to the disk, so a
member called ``../../etc/passwd`` is a name like any other. What unpacks to more than `BOMB_RATIO`
times its packed size is given up as soon as it has grown beyond `BOMB_BYTES`, a member by itself and all together; a zip
whose members lie over each other is not read at all. What is damaged is read up to there, see
`givesell.archives.damage`.
"""

import io
import os
import stat
import weakref
import zipfile
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any, cast

from givesell.archives import limits
from givesell.archives.damage import Flaws, up_to_damage
from givesell.archives.failures import UNREADABLE, named, reason_of
from givesell.archives.packing import BUFFER_BYTES, DAMAGE, BombError, Unpacked, check_growth, codec_of
from givesell.archives.tar_members import Member, tar_members
from givesell.errors import FileError

_PIECE_BYTES = 1 << 20
_LOCAL_HEADER = 30  # bytes of what stands before each member of a zip, at least


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
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.size = path.stat().st_size
        self.flaws: Flaws = {}
        self._tell: Callable[[], int] = int

    @property
    def position(self) -> int:
        """How many bytes of the disk have been read of the file that is open."""
        return self._tell()

    @abstractmethod
    def names(self) -> list[str]:
        """Return the names of the files with ``/`` between folders, sorted, those of a tar as they lie in it."""

    @abstractmethod
    def open(self, name: str) -> Any:
        """Open a file as a context that gives its unpacked bytes."""

    def head(self, name: str, size: int = 1 << 16) -> bytes:
        """Return the first unpacked bytes of a file."""
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
            raise FileError("E406", path=printable(path), reason="it is no regular file; save what it gives to one")

    def names(self) -> list[str]:
        """Return its own name."""
        return [self.path.name]

    @contextmanager
    def open(self, name: str) -> Iterator[IO[bytes]]:
        """Open it; see `Files.open`."""
        with _opened(self.path) as raw:
            self._tell = raw.tell
            codec = codec_of(raw.peek(16)[:16])
            try:
                yield up_to_damage(Unpacked(raw, codec).read, self.shown(name), self.flaws) if codec else raw
            finally:
                self._tell = int

    def shown(self, name: str) -> Path:  # noqa: ARG002
        """Return its path."""
        return printable(self.path)


class Folder(Files):
    """A folder, such as an unpacked export. Links are not followed; pipes, sockets and devices are no files.

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
            _check_count(path, len(self._names))
        self._names.sort()

    def names(self) -> list[str]:
        """Return the files in it; see `Files.names`."""
        return list(self._names)

    @contextmanager
    def open(self, name: str) -> Iterator[IO[bytes]]:
        """Open one; see `Files.open`."""
        file = SingleFile(self.path / name)
        file.flaws = self.flaws
        with file.open(name) as stream:
            self._tell = lambda: file.position
            yield stream


class Zip(Files):
    """A zip file; its list is read once for all members."""

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        self._archive: zipfile.ZipFile | None = None
        self._unpacked: dict[str, int] = {}
        self._total = self._in_use = 0
        archive = self._opened()
        infos = [info for info in archive.infolist() if not info.filename.endswith("/")]
        _check_count(path, len(infos))
        _check_apart(path, archive)
        # Of two members of one name the first stands.
        self._infos = {info.filename.replace("\\", "/"): info for info in reversed(infos)}

    def names(self) -> list[str]:
        """Return its members; see `Files.names`."""
        return sorted(self._infos)

    @contextmanager
    def open(self, name: str) -> Iterator[IO[bytes]]:
        """Open a member; see `Files.open`."""
        info, shown = self._infos[name], self.shown(name)
        if info.flag_bits & 1:
            raise FileError("E406", path=shown, reason="it is encrypted; unpack it first")
        with named(shown, "E406", *UNREADABLE, NotImplementedError, ValueError):
            member = cast(zipfile.ZipExtFile, self._opened().open(info))
        self._in_use += 1
        with member:
            done = 0

            def read(size: int) -> bytes:
                nonlocal done
                data = member.read1(size)
                done += len(data)
                check_growth(done, lambda: info.compress_size)
                # All members together count too, each once however often it is read.
                if done > self._unpacked.get(name, 0):
                    self._total += done - self._unpacked.get(name, 0)
                    self._unpacked[name] = done
                check_growth(self._total, lambda: self.size)
                return data

            self._tell = lambda: done * info.compress_size // max(1, info.file_size)
            try:
                yield up_to_damage(read, shown, self.flaws)
            finally:
                self._in_use -= 1

    def close(self) -> None:
        """Close the file; see `Files.close`."""
        if self._archive is not None and not self._in_use:
            self._tell = int
            self._archive.close()
            self._raw.close()
            self._archive = None

    def _opened(self) -> zipfile.ZipFile:
        if self._archive is None:
            self._raw = _Measured(self.path)
            weakref.finalize(self, self._raw.close)
            try:
                self._archive = zipfile.ZipFile(cast(IO[bytes], self._raw))
            except (zipfile.BadZipFile, ValueError, NotImplementedError) as error:
                raise FileError("E505", path=printable(self.path), kind="zip") from error
        return self._archive


class Tar(Files):
    """A tar file, perhaps packed; only its regular files count.

    A packed one is read from its start again when a file is opened that lies before the one read last, which is why its
    files are named as they lie in it.

    Raises
    ------
    FileError
        E505 if not even one file in it can be told, E506 for a bomb.
    """

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        self._members: dict[str, Member] = {}
        self._stream: _TarStream | None = None
        self._busy = False
        self._start = ("", b"")
        with self._at_hand() as stream:
            try:
                for member in tar_members(stream.read_at):
                    self._members.setdefault(member.name, member)
                    _check_count(path, len(self._members))
            except BombError as error:
                raise FileError("E506", path=printable(path), reason=str(error)) from error
            except (zipfile.BadZipFile, *DAMAGE) as error:
                if isinstance(error, FileError):
                    raise
                if not self._members:
                    raise FileError("E505", path=printable(path), kind="tar") from error
                self.flaws[printable(path)] = f"{reason_of(error)}; {len(self._members):,} files stand before"

    def names(self) -> list[str]:
        """Return its members as they lie in it; see `Files.names`."""
        return list(self._members)

    def head(self, name: str, size: int = 1 << 16) -> bytes:
        """Return the first unpacked bytes of a file; see `Files.head`."""
        known, start = self._start
        whole = len(start) == self._members[name].size
        return start[:size] if known == name and (whole or len(start) >= size) else super().head(name, size)

    @contextmanager
    def open(self, name: str) -> Iterator[IO[bytes]]:
        """Open a member; see `Files.open`."""
        member, shown = self._members[name], self.shown(name)
        if member.sparse:
            raise FileError("E406", path=shown, reason="it is sparse; unpack it first")
        with self._at_hand() as stream:
            at, end = member.start, member.start + member.size

            def read(size: int) -> bytes:
                nonlocal at
                data = stream.some_at(at, min(size, end - at))
                if not data and at < end:
                    raise EOFError("the tar breaks off")
                at += len(data)
                return data

            opened = cast("io.BufferedReader[Any]", up_to_damage(read, shown, self.flaws))
            self._tell = stream.raw.tell
            # A reader may look at the beginning of what it has open.
            self._start = (name, opened.peek())
            try:
                yield opened
            finally:
                self._start = ("", b"")

    def close(self) -> None:
        """Close the file; see `Files.close`."""
        if self._stream is not None and not self._busy:
            self._tell = int
            self._stream.raw.close()
            self._stream = None

    @contextmanager
    def _at_hand(self) -> Iterator["_TarStream"]:
        """Give the stream that is open, or another one while that is being read."""
        if self._busy:
            other = _TarStream(self.path)
            with other.raw:
                yield other
            return
        if self._stream is None:
            self._stream = _TarStream(self.path)
            weakref.finalize(self, self._stream.raw.close)
        self._busy = True
        try:
            yield self._stream
        finally:
            self._busy = False


class _TarStream:
    """The unpacked bytes of a tar by their offset."""

    def __init__(self, path: Path) -> None:
        self.raw = _opened(path)
        self._size = path.stat().st_size
        self._codec = codec_of(self.raw.peek(16)[:16])
        self._restart()

    def read_at(self, offset: int, size: int) -> bytes:
        """Return so many bytes, fewer at the end; there is an error where the tar ends before the offset."""
        parts: list[bytes] = []
        while size and (data := self.some_at(offset, size)):
            parts.append(data)
            offset += len(data)
            size -= len(data)
        return b"".join(parts)

    def some_at(self, offset: int, size: int) -> bytes:
        """Return at most so many bytes, none at the end."""
        if self._unpacked is None:
            if offset > self._size:
                raise EOFError("the tar breaks off")
            self.raw.seek(offset)
            return self.raw.read(size)
        if offset < self._at:
            self._restart()
        while self._at < offset:
            if not self._read(min(_PIECE_BYTES, offset - self._at)):
                raise EOFError("the tar breaks off")
        return self._read(size)

    def _read(self, size: int) -> bytes:
        assert self._unpacked is not None
        data = self._unpacked.read(size) if size else b""
        self._at += len(data)
        return data

    def _restart(self) -> None:
        self.raw.seek(0)
        self._at = 0
        self._unpacked = Unpacked(self.raw, self._codec) if self._codec else None


class _Measured:
    """A file of which nothing larger than the list of a zip may be is read at once."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._raw = _opened(path)
        self.seek, self.tell, self.close, self.seekable = self._raw.seek, self._raw.tell, self._raw.close, self._raw.seekable

    def read(self, size: int = -1) -> bytes:
        if size > limits.ZIP_LIST_BYTES:
            reason = f"the list of its files is larger than {limits.ZIP_LIST_BYTES >> 20} MiB"
            raise FileError("E506", path=printable(self._path), reason=reason)
        return self._raw.read(size)


def printable(path: Path) -> Path:
    r"""Return a path that any output can hold: bytes of its names that are not UTF-8 are written out.

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


def _opened(path: Path) -> "io.BufferedReader[Any]":
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


def _check_count(path: Path, count: int) -> None:
    if count > limits.MOST_MEMBERS:
        raise FileError("E506", path=printable(path), reason=f"it lists more than {limits.MOST_MEMBERS:,} files")


def _check_apart(path: Path, archive: zipfile.ZipFile) -> None:
    """Refuse a zip whose members lie over each other, of which few bytes may unpack to many files."""
    spans = sorted((info.header_offset, info.header_offset + _LOCAL_HEADER + info.compress_size) for info in archive.infolist())
    starts = [start for start, _ in spans[1:]] + [archive.start_dir]
    if any(end > start for (_, end), start in zip(spans, starts, strict=False)):
        raise FileError("E506", path=printable(path), reason="its members lie over each other or beyond its end")
