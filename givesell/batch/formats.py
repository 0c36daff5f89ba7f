"""File formats by extension, and the byte streams behind them.

======================  ==========================================
extension               format
======================  ==========================================
``.csv``                comma-separated, UTF-8, quoted as in RFC 4180
``.tsv``                the same with tabs
``.jsonl``, ``.ndjson`` one JSON object a line
``.parquet``            Parquet
======================  ==========================================

The text formats may carry ``.gz`` or ``.zst`` after that.
"""

import gzip
import io
import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, cast

import pyarrow as pa

from givesell.errors import FileError

BUFFER_BYTES = 1 << 20
_KINDS = {".csv": "csv", ".tsv": "tsv", ".jsonl": "jsonl", ".ndjson": "jsonl", ".parquet": "parquet"}
_CODECS = {".gz": "gzip", ".zst": "zstd"}
KNOWN = ".csv, .tsv, .jsonl and .ndjson (each also with .gz or .zst), .parquet"


@dataclass(frozen=True, slots=True)
class Format:
    """What a file's name says about its content.

    Attributes
    ----------
    kind : str
        ``"csv"``, ``"tsv"``, ``"jsonl"`` or ``"parquet"``.
    codec : str or None
        ``"gzip"``, ``"zstd"`` or None.
    """

    kind: str
    codec: str | None = None


def format_of(path: str | os.PathLike[str]) -> Format:
    """Return the format that a file's name announces.

    Parameters
    ----------
    path : str or path-like

    Returns
    -------
    Format

    Raises
    ------
    FileError
        E404 for an unknown extension.

    Examples
    --------
    >>> format_of("posts.csv.gz")
    Format(kind='csv', codec='gzip')
    """
    suffixes = [suffix.lower() for suffix in Path(path).suffixes]
    codec = _CODECS.get(suffixes[-1]) if suffixes else None
    if codec:
        suffixes.pop()
    kind = _KINDS.get(suffixes[-1]) if suffixes else None
    if kind is None or (codec and kind == "parquet"):
        raise FileError("E404", path=path, known=KNOWN)
    return Format(kind, codec)


class Source:
    """A file open for reading, unpacked on the way.

    Parameters
    ----------
    raw : file
        The file as it lies on the disk.
    stream : file
        Its unpacked bytes.
    """

    def __init__(self, raw: IO[bytes], stream: IO[bytes]) -> None:
        self._raw = raw
        self.stream = stream

    @property
    def position(self) -> int:
        """How many bytes of the file have been read, as packed."""
        return self._raw.tell()


@contextmanager
def open_source(path: Path, codec: str | None) -> Iterator[Source]:
    """Open a file for reading and unpack it on the way.

    Parameters
    ----------
    path : Path
    codec : str or None
        See `Format`.

    Yields
    ------
    Source
    """
    with path.open("rb", buffering=BUFFER_BYTES) as raw:
        if codec == "gzip":
            with gzip.GzipFile(fileobj=raw) as unpacked:
                yield Source(raw, io.BufferedReader(cast(Any, unpacked), BUFFER_BYTES))
        elif codec == "zstd":
            with pa.CompressedInputStream(pa.PythonFile(raw, mode="r"), "zstd") as unpacked:
                yield Source(raw, io.BufferedReader(unpacked, BUFFER_BYTES))
        else:
            yield Source(raw, raw)


@contextmanager
def open_sink(path: Path, codec: str | None) -> Iterator[IO[bytes]]:
    """Open a file for writing and pack it on the way.

    The bytes depend on what is written alone: no time and no name is kept in them.

    Parameters
    ----------
    path : Path
    codec : str or None
        See `Format`.

    Yields
    ------
    file
    """
    with ExitStack() as files:
        if codec == "zstd":
            file = files.enter_context(pa.CompressedOutputStream(pa.OSFile(str(path), "wb"), "zstd"))
        else:
            file = files.enter_context(path.open("wb", buffering=BUFFER_BYTES))
            if codec == "gzip":
                file = files.enter_context(gzip.GzipFile(filename="", mode="wb", compresslevel=6, fileobj=file, mtime=0))
        try:
            yield file
        except BaseException:
            # On a full disk closing fails as well, and the first error is the one to tell.
            with suppress(OSError):
                files.close()
            raise
