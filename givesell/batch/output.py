"""The file that a run writes: appended to chunk by chunk, cut back to the last complete
chunk after a kill.
"""

import gzip
import zlib
from pathlib import Path
from types import TracebackType
from typing import IO, Any, Self

from givesell.archives.streams.compression import zstd

_COPY = 1 << 20


class Output:
    """A file that grows by complete chunks.

    The bytes depend on the chunks only: they contain no time and no name. With gzip each chunk is a
    member of its own; with zstd all are one frame, since some readers stop after the first.

    Parameters
    ----------
    path : Path
    codec : str or None
        ``"gzip"``, ``"zstd"`` or None.
    sizes : list of int, optional
        To resume: the `sizes` at the time when the run stopped.
    offset, crc : int, default 0
        What they were then.

    Attributes
    ----------
    offset : int
        How many bytes of the file are complete chunks.
    sizes : list of int
        How large each chunk was before it was compressed (for zstd alone).
    crc : int
        CRC-32 of those bytes: what a power cut left of them is not trusted unseen.

    Raises
    ------
    ValueError
        If the file does not hold what it should.
    """

    def __init__(
        self,
        path: Path,
        codec: str | None,
        sizes: list[int] | None = None,
        offset: int = 0,
        crc: int = 0,
    ) -> None:
        self._codec = codec
        self._packer: Any = zstd.ZstdCompressor() if codec == "zstd" else None
        self.sizes = list(sizes or [])
        self.offset, self.crc = offset, crc
        if offset:
            check_start(path, offset, crc)
            self._repack(path)
        self._file: IO[bytes] = path.open("r+b" if offset else "wb", buffering=0)
        self._file.truncate(offset)
        self._file.seek(offset)

    def write(self, data: bytes) -> None:
        """Write a chunk.

        Parameters
        ----------
        data : bytes
        """
        if not data:
            return
        if self._codec == "gzip":
            packed = gzip.compress(data, 6, mtime=0)
        elif self._codec == "zstd":
            packed = self._packer.compress(data, zstd.ZstdCompressor.FLUSH_BLOCK)
            self.sizes.append(len(data))
        else:
            packed = data
        self._put(packed)

    def finish(self) -> None:
        """Write the end of the file."""
        if self._codec == "zstd":
            self._put(self._packer.flush())

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._file.close()

    def _put(self, data: bytes) -> None:
        view = memoryview(data)
        while view:
            view = view[self._file.write(view) :]
        self.offset += len(data)
        self.crc = zlib.crc32(data, self.crc)

    def _repack(self, path: Path) -> None:
        """Bring the compressor to its former state, by feeding it what it compressed before."""
        if self._codec != "zstd":
            return
        unpacker, packed = zstd.ZstdDecompressor(), 0
        with path.open("rb") as file:
            left, data = self.offset, b""
            for size in self.sizes:
                parts, have = [data], len(data)
                while have < size:
                    piece = file.read(min(_COPY, left))
                    left -= len(piece)
                    if not piece:
                        raise ValueError("the file does not hold what it did")
                    parts.append(unpacker.decompress(piece))
                    have += len(parts[-1])
                unpacked = b"".join(parts)
                packed += len(
                    self._packer.compress(unpacked[:size], zstd.ZstdCompressor.FLUSH_BLOCK)
                )
                data = unpacked[size:]
        if packed != self.offset:
            raise ValueError("the file does not hold what it did")


def check_start(path: Path, size: int, crc: int) -> None:
    """Check that a file still begins with the bytes that were written to it.

    Parameters
    ----------
    path : Path
    size : int
        Bytes that were written.
    crc : int
        Their CRC-32.

    Raises
    ------
    ValueError
        If it does not.
    """
    left, actual = size, 0
    with path.open("rb") as file:
        while left and (data := file.read(min(_COPY, left))):
            left -= len(data)
            actual = zlib.crc32(data, actual)
    if left or actual != crc:
        raise ValueError("the file does not hold what it did")
