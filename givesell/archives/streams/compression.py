"""Packed streams: gzip, bzip2, xz and zstd, recognised by their first bytes.

A stream may be several packed ones after each other, with zeros after the last. Long-window zstd,
as the monthly Reddit dumps are packed, is read with windows up to 2 GiB; such a file needs that
much memory to unpack, whatever reads it. What unpacks to far more than its size is given up, see
`givesell.archives.streams.limits`.
"""

import bz2
import gzip
import lzma
import re
import sys
import zlib
from collections.abc import Callable
from typing import IO, Any

from givesell.archives.streams import limits

if sys.version_info >= (3, 14):
    from compression import zstd as zstd
else:
    from backports import zstd as zstd

BUFFER_BYTES = 1 << 20
CHUNK_BYTES = 1 << 15
MAGIC = {b"\x1f\x8b": "gzip", b"\xfd7zXZ\x00": "xz", b"\x28\xb5\x2f\xfd": "zstd"}
# A text may begin with its first three letters; what comes after them decides, a block or the end
# of a stream without one.
_BZIP2 = re.compile(rb"BZh[1-9](1A|\x17r)")
SUFFIXES = {".gz": "gzip", ".bz2": "bzip2", ".xz": "xz", ".zst": "zstd"}
# The longest header of a stream.
_HEADER_BYTES = 18
_AFTER_ITS_END = "there is something else after its end"
# What unpacking raises where the bytes are not what they should be.
DAMAGE = (OSError, EOFError, ValueError, MemoryError, zlib.error, lzma.LZMAError, zstd.ZstdError)


class BombError(Exception):
    """A stream that unpacks to far more than its size."""


class TrailingError(EOFError):
    """A complete stream with something else after it."""


def codec_of(head: bytes) -> str | None:
    """Return what a stream is packed with.

    Parameters
    ----------
    head : bytes
        Its first bytes.

    Returns
    -------
    str or None
        ``"gzip"``, ``"bzip2"``, ``"xz"``, ``"zstd"`` or None.

    Examples
    --------
    >>> codec_of(gzip.compress(b"post")), codec_of(b"post")
    ('gzip', None)
    """
    if head[1:4] == b"\x2a\x4d\x18" and head[0] & 0xF0 == 0x50:  # a skippable frame of zstd
        return "zstd"
    if _BZIP2.match(head):
        return "bzip2"
    return next((codec for magic, codec in MAGIC.items() if head.startswith(magic)), None)


class Unpacked:
    """Unpacks a stream on the way, a piece of bounded size at a time; what comes before an error is
    given before it.

    Parameters
    ----------
    raw : file
        At its start; closing this stream leaves it open.
    codec : str
        See `codec_of`.

    Raises
    ------
    BombError
        While reading, where it unpacks to far more than was read of `raw`.
    TrailingError, OSError, EOFError, ValueError, zlib.error, lzma.LZMAError, zstd.ZstdError
        While reading, where it is damaged: those in `DAMAGE`.
    """

    def __init__(self, raw: IO[bytes], codec: str) -> None:
        self._raw = raw
        self._done = 0
        self._frames = None if codec == "gzip" else _Frames(raw, codec)
        self._read = gzip.GzipFile(fileobj=raw).read1 if self._frames is None else self._frames.read

    def read(self, size: int) -> bytes:
        """Unpack the next piece.

        Parameters
        ----------
        size : int

        Returns
        -------
        bytes
            At least one and at most `size`; none at the end.
        """
        try:
            data: bytes = self._read(size)
        except gzip.BadGzipFile as error:
            if "Not a gzipped" in str(error):
                raise TrailingError(_AFTER_ITS_END) from error
            raise
        self._done += len(data)
        long = self._frames is not None and self._frames.long
        check_growth(
            self._done, self._raw.tell, limits.LONG_WINDOW_RATIO if long else limits.BOMB_RATIO
        )
        return data


def check_growth(done: int, packed: Callable[[], int], ratio: int | None = None) -> None:
    """Give a stream up that unpacks to far more than its size.

    Parameters
    ----------
    done : int
        Bytes unpacked so far.
    packed : callable
        Returns the bytes that they were unpacked from.
    ratio : int, optional
        The most that one may be of the other; `givesell.archives.streams.limits.BOMB_RATIO` by
        default.

    Raises
    ------
    BombError
    """
    ratio = limits.BOMB_RATIO if ratio is None else ratio
    if done > limits.BOMB_BYTES and done > ratio * max(1, packed()):
        raise BombError(
            f"it unpacks to more than {limits.BOMB_BYTES >> 20} MiB and {ratio} times its size"
        )


class _Frames:
    """Unpacks the streams of bzip2, xz and zstd; the readers of the standard library pass over
    what comes after them.
    """

    def __init__(self, raw: IO[bytes], codec: str) -> None:
        self.long = False
        self._raw = raw
        self._codec = codec
        self._one: Any = None

    def read(self, size: int) -> bytes:
        while True:
            if self._one is None or self._one.eof:
                block = self._start()
                if not block:
                    return b""
                data = self._first(block, size)
            else:
                block = self._raw.read(CHUNK_BYTES) if self._one.needs_input else b""
                if self._one.needs_input and not block:
                    raise EOFError("it breaks off")
                data = self._one.decompress(block, size)
            if data:
                return data

    def _start(self) -> bytes:
        """Return the beginning of the next stream; nothing at the end."""
        block: bytes = b"" if self._one is None else self._one.unused_data.lstrip(b"\0")
        while len(block) < _HEADER_BYTES and (more := self._raw.read(CHUNK_BYTES)):
            block = block + more if block or self._one is None else more.lstrip(b"\0")
        if block and codec_of(block) != self._codec:
            raise TrailingError(_AFTER_ITS_END)
        return block

    def _first(self, block: bytes, size: int) -> bytes:
        if self._codec == "bzip2":
            self._one = bz2.BZ2Decompressor()
        elif self._codec == "xz":
            self._one = lzma.LZMADecompressor(lzma.FORMAT_XZ, limits.XZ_MEMORY)
        else:
            try:
                self._one = zstd.ZstdDecompressor(
                    options={zstd.DecompressionParameter.window_log_max: limits.WINDOW_LOG}
                )
                return bytes(self._one.decompress(block, size))
            except zstd.ZstdError:
                self._one = zstd.ZstdDecompressor(
                    options={zstd.DecompressionParameter.window_log_max: limits.LONG_WINDOW_LOG}
                )
                self.long = True
        data: bytes = self._one.decompress(block, size)
        return data
