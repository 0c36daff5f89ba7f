"""A zip file, whose members are streams."""

import weakref
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, cast

from givesell.archives.streams import limits
from givesell.archives.streams.compression import check_growth
from givesell.archives.streams.damage import up_to_damage
from givesell.archives.streams.file_errors import UNREADABLE, named
from givesell.archives.streams.files import Files, check_count, opened, printable
from givesell.errors import FileError

LOCKED = "it is encrypted; unpack it with its password first"
_LOCAL_HEADER = 30  # bytes of what comes before each member, at least


class Zip(Files):
    """A zip file; its list is read once for all members."""

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        self._archive: zipfile.ZipFile | None = None
        self._unpacked: dict[str, int] = {}
        self._total = self._in_use = 0
        archive = self._opened()
        infos = [info for info in archive.infolist() if not info.filename.endswith("/")]
        check_count(path, len(infos))
        self.locked = any(info.flag_bits & 1 for info in infos)
        _check_apart(path, archive)
        # Of two members of one name the first counts.
        self._infos = {info.filename.replace("\\", "/"): info for info in reversed(infos)}

    def names(self) -> list[str]:
        """Return its members; see `Files.names`."""
        return sorted(self._infos)

    @contextmanager
    def raw(self, name: str) -> Iterator[IO[bytes]]:
        """Open a member; see `Files.raw`."""
        info, shown = self._infos[name], self.shown(name)
        if info.flag_bits & 1:
            raise FileError("E406", path=shown, reason=LOCKED)
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


class _Measured:
    """A file of which nothing larger than the list of a zip may be is read at once."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._raw = opened(path)
        self.seek, self.tell, self.close, self.seekable = (
            self._raw.seek,
            self._raw.tell,
            self._raw.close,
            self._raw.seekable,
        )

    def read(self, size: int = -1) -> bytes:
        if size > limits.ZIP_LIST_BYTES:
            reason = f"the list of its files is larger than {limits.ZIP_LIST_BYTES >> 20} MiB"
            raise FileError("E506", path=printable(self._path), reason=reason)
        return self._raw.read(size)


def _check_apart(path: Path, archive: zipfile.ZipFile) -> None:
    """Refuse a zip whose members lie over each other, of which few bytes may unpack to many
    files.
    """
    spans = sorted(
        (info.header_offset, info.header_offset + _LOCAL_HEADER + info.compress_size)
        for info in archive.infolist()
    )
    starts = [start for start, _ in spans[1:]] + [archive.start_dir]
    if any(end > start for (_, end), start in zip(spans, starts, strict=False)):
        raise FileError(
            "E506", path=printable(path), reason="its members lie over each other or beyond its end"
        )
