"""The list of a tar: where each regular file lies in it.

Headers are read one after the other as they are. Names longer than 100 bytes come in extensions
(PAX, GNU), which are read up to a stated size; links, devices and folders are passed over.
"""

import re
import tarfile
from collections.abc import Callable, Iterator
from typing import NamedTuple

from givesell.archives.streams import limits

BLOCK = tarfile.BLOCKSIZE
_REGULAR = (tarfile.REGTYPE, tarfile.AREGTYPE, tarfile.CONTTYPE)
_LONG_NAME, _LONG_LINK, _SPARSE = (
    tarfile.GNUTYPE_LONGNAME,
    tarfile.GNUTYPE_LONGLINK,
    tarfile.GNUTYPE_SPARSE,
)
_PAX = (tarfile.XHDTYPE, tarfile.SOLARIS_XHDTYPE)
_RECORD = re.compile(rb"(\d{1,9}) ([^=\n]{1,100})=")


class Member(NamedTuple):
    """A file in a tar.

    Attributes
    ----------
    name : str
    start : int
        The offset of its first byte.
    size : int
    sparse : bool
        Whether it has holes, which are not unpacked.
    """

    name: str
    start: int
    size: int
    sparse: bool = False


def tar_members(read_at: Callable[[int, int], bytes]) -> Iterator[Member]:
    """Yield the regular files of a tar in the order of the archive.

    Parameters
    ----------
    read_at : callable
        Takes an offset, each at least as large as the one before, and a size; returns so many
        bytes, fewer at the end.

    Yields
    ------
    Member

    Raises
    ------
    ValueError
        With the reason, where the tar breaks off or is damaged.
    """
    at = 0
    extended: dict[str, str] = {}
    while header := read_at(at, BLOCK):
        if not header.strip(b"\0"):
            return
        info = _parsed(header)
        at += BLOCK
        kind, size = info.type, info.size
        if kind in (*_PAX, _LONG_NAME, _LONG_LINK, tarfile.XGLTYPE):
            if size > limits.TAR_EXTENSION_BYTES:
                raise ValueError(
                    "the extension of a header is larger than"
                    f" {limits.TAR_EXTENSION_BYTES >> 20} MiB"
                )
            data = read_at(at, size)
            if len(data) < size:
                raise ValueError("the tar breaks off")
            if kind in _PAX:
                extended |= _records(data)
            elif kind == _LONG_NAME:
                extended["path"] = _text(data.split(b"\0", 1)[0])
            at += _in_blocks(size)
            continue
        sparse = kind == _SPARSE or "GNU.sparse.name" in extended
        more = header[482:483] if kind == _SPARSE else b"\0"
        while more not in (b"\0", b""):
            more = read_at(at, BLOCK)[504:505]
            at += BLOCK
        if "size" in extended:
            size = _number(extended["size"])
        if kind in _REGULAR or kind == _SPARSE:
            name = extended.get("GNU.sparse.name") or extended.get("path") or info.name
            # Old tars mark a folder by its name alone.
            if not name.endswith("/"):
                yield Member(name, at, size, sparse)
        if kind not in (
            tarfile.LNKTYPE,
            tarfile.SYMTYPE,
            tarfile.CHRTYPE,
            tarfile.BLKTYPE,
            tarfile.DIRTYPE,
            tarfile.FIFOTYPE,
        ):
            at += _in_blocks(size)
        extended = {}


def _parsed(header: bytes) -> tarfile.TarInfo:
    try:
        info = tarfile.TarInfo.frombuf(header, "utf-8", "surrogateescape")
    except (tarfile.HeaderError, ValueError) as error:
        raise ValueError(
            "the tar breaks off" if len(header) < BLOCK else "a header of the tar is damaged"
        ) from error
    _check_size(info.size)
    return info


def _number(text: str) -> int:
    if not re.fullmatch(r"\d{1,20}", text, re.ASCII):
        raise ValueError("a header of the tar is damaged")
    return _check_size(int(text))


def _check_size(size: int) -> int:
    if not 0 <= size < 1 << 60:
        raise ValueError("a file in the tar has an impossible size")
    return size


def _in_blocks(size: int) -> int:
    return -(-size // BLOCK) * BLOCK


def _text(data: bytes) -> str:
    return data.decode("utf-8", "surrogateescape")


def _records(data: bytes) -> dict[str, str]:
    """Return the records of a PAX extension that matter here, each with its length in front."""
    records: dict[str, str] = {}
    at = 0
    while at < len(data) and data[at]:
        record = _RECORD.match(data, at)
        end = at + int(record[1]) if record else 0
        if record is None or not record.end() < end <= len(data):
            raise ValueError("a header of the tar is damaged")
        key = _text(record[2])
        if key in ("path", "size", "GNU.sparse.name"):
            records[key] = _text(data[record.end() : end - 1])
        elif key.startswith("GNU.sparse."):
            records["GNU.sparse.name"] = records.get("GNU.sparse.name", "")
        at = end
    return records
