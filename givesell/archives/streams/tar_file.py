"""A tar file, perhaps packed, whose members are streams."""

import io
import tarfile
import weakref
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any, cast

from givesell.archives.streams.compression import DAMAGE, BombError, Unpacked, codec_of
from givesell.archives.streams.damage import up_to_damage
from givesell.archives.streams.file_errors import reason_of
from givesell.archives.streams.files import Files, check_count, opened, printable
from givesell.archives.streams.recoding import as_utf8
from givesell.archives.streams.tar_members import BLOCK, Member, tar_members
from givesell.errors import FileError

_PIECE_BYTES = 1 << 20


class Tar(Files):
    """A tar file, perhaps packed; only its regular files count.

    A packed one is read from its start again when a file is opened that lies before the one read
    last, which is why its files are named as they lie in it.

    Raises
    ------
    FileError
        E505 if not even one file in it is listed, E506 for a bomb.
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
                    check_count(path, len(self._members))
            except BombError as error:
                raise FileError("E506", path=printable(path), reason=str(error)) from error
            except DAMAGE as error:
                if isinstance(error, FileError):
                    raise
                if not self._members:
                    raise FileError("E505", path=printable(path), kind="tar") from error
                self.flaws[printable(path)] = (
                    f"{reason_of(error)}; {len(self._members):,} files come before"
                )

    def names(self) -> list[str]:
        """Return its members as they lie in it; see `Files.names`."""
        return list(self._members)

    def head(self, name: str, size: int = 1 << 16) -> bytes:
        """Return the first bytes of a file; see `Files.head`."""
        known, start = self._start
        if known == name:
            data = as_utf8(io.BufferedReader(cast(Any, io.BytesIO(start))), self.encoding).read(
                size
            )
            if len(data) == size or len(start) == self._members[name].size:
                return data
        return super().head(name, size)

    @contextmanager
    def raw(self, name: str) -> Iterator[IO[bytes]]:
        """Open a member; see `Files.raw`."""
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


def is_tar(head: bytes) -> bool:
    """Say whether a file begins with the header of a tar: one with a mark, which no text has, or an
    old one whose checksum is right.

    Parameters
    ----------
    head : bytes

    Returns
    -------
    bool
    """
    if len(head) < BLOCK or b"\0" not in head:
        return False
    try:
        return bool(tarfile.TarInfo.frombuf(head, "utf-8", "surrogateescape").name)
    except (tarfile.HeaderError, ValueError):
        return head[257:262] == b"ustar"


class _TarStream:
    """The unpacked bytes of a tar by their offset."""

    def __init__(self, path: Path) -> None:
        self.raw = opened(path)
        self._size = path.stat().st_size
        self._codec = codec_of(self.raw.peek(16)[:16])
        self._restart()

    def read_at(self, offset: int, size: int) -> bytes:
        """Return so many bytes, fewer at the end; there is an error where the tar ends before
        the offset.
        """
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
