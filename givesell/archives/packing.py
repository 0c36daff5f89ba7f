"""Packed streams: gzip, bzip2, xz and zstd, told by their first bytes, and packed again on the way out.

Long-window zstd, as the monthly Reddit dumps are packed, is read with windows up to 2 GiB; such a
file needs that much memory to unpack, whatever reads it.
"""

import bz2
import gzip
import io
import lzma
import sys
from typing import IO, Any, cast

if sys.version_info >= (3, 14):
    from compression import zstd as zstd
else:
    from backports import zstd as zstd

BUFFER_BYTES = 1 << 20
MAGIC = {b"\x1f\x8b": "gzip", b"BZh": "bzip2", b"\xfd7zXZ\x00": "xz", b"\x28\xb5\x2f\xfd": "zstd"}
SUFFIXES = {".gz": "gzip", ".bz2": "bzip2", ".xz": "xz", ".zst": "zstd"}
LONGEST_WINDOW = 31  # the logarithm of its bytes


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
    return next((codec for magic, codec in MAGIC.items() if head.startswith(magic)), None)


def unpacked(raw: IO[bytes], codec: str | None) -> IO[bytes]:
    """Return a stream that unpacks another on the way.

    Parameters
    ----------
    raw : file
    codec : str or None
        See `codec_of`.

    Returns
    -------
    file
        Buffered; closing it leaves `raw` open.
    """
    stream: Any
    if codec == "gzip":
        stream = gzip.GzipFile(fileobj=raw)
    elif codec == "bzip2":
        stream = bz2.BZ2File(raw)
    elif codec == "xz":
        stream = lzma.LZMAFile(raw)  # noqa: SIM115
    elif codec == "zstd":
        stream = zstd.ZstdFile(raw, options={zstd.DecompressionParameter.window_log_max: LONGEST_WINDOW})
    else:
        return raw
    return cast(IO[bytes], io.BufferedReader(stream, BUFFER_BYTES))
