"""Packing files as people send them, and damaging the headers of what they are packed in."""

import bz2
import gzip
import io
import lzma
import random
import struct
import tarfile
import zipfile

from fuzz.damage import WORDS
from givesell.archives.streams.compression import zstd

SINGLE = ("", ".gz", ".bz2", ".xz", ".zst")
MANY = ("zip", "tar", "tar.gz", "tar.zst", "folder")
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2)
_LOCAL, _CENTRAL, _END = b"PK\x03\x04", b"PK\x01\x02", b"PK\x05\x06"
# Offset and size of each field of a local header, a central one, and the end.
_FIELDS = {
    _LOCAL: ((4, 2), (6, 2), (8, 2), (10, 2), (12, 2), (14, 4), (18, 4), (22, 4), (26, 2), (28, 2)),
    _CENTRAL: (
        (4, 2),
        (6, 2),
        (8, 2),
        (10, 2),
        (12, 2),
        (14, 2),
        (16, 4),
        (20, 4),
        (24, 4),
        (28, 2),
        (30, 2),
        (32, 2),
        (34, 2),
        (38, 4),
        (42, 4),
    ),
    _END: ((4, 2), (6, 2), (8, 2), (10, 2), (12, 4), (16, 4), (20, 2)),
}
_TAR_FIELDS = (
    (0, 100),
    (100, 8),
    (108, 8),
    (116, 8),
    (124, 12),
    (136, 12),
    (156, 1),
    (157, 100),
    (257, 6),
    (345, 155),
)
_TYPES = b"0\x001234567gxLKSVDMNX"
NAMES = (
    "../../outside.json",
    "/tmp/outside.json",
    "..\\..\\outside",
    "a\nb\x1b[2J.json",
    "a" * 3_000,
    "",
    ".",
    "__MACOSX/x",
    "C:outside",
    "\udcff.json",
    "a//b",
    "tweets.js/",
)


def pack_single(data: bytes, ending: str) -> bytes:
    """Return bytes packed as a suffix says."""
    pack = {
        "": bytes,
        ".gz": lambda raw: gzip.compress(raw, 1, mtime=0),
        ".bz2": bz2.compress,
        ".xz": lzma.compress,
        ".zst": zstd.compress,
    }
    return bytes(pack[ending](data))


def pack_many(
    files: dict[str, bytes], form: str, rng: random.Random, *, stored: bool = False
) -> bytes:
    """Return files as a zip or tar.

    Parameters
    ----------
    files : dict of str to bytes
    form : str
        One of `MANY` but ``"folder"``.
    rng : random.Random
        Chooses how members are packed.
    stored : bool
        Whether members of a zip are not packed at all.
    """
    out = io.BytesIO()
    if form == "zip":
        with zipfile.ZipFile(
            out, "w", zipfile.ZIP_STORED if stored else rng.choice(_METHODS)
        ) as archive:
            for name, data in files.items():
                archive.writestr(zipfile.ZipInfo(name), data, archive.compression)
        return out.getvalue()
    kind = rng.choice((tarfile.PAX_FORMAT, tarfile.GNU_FORMAT, tarfile.USTAR_FORMAT))
    if kind == tarfile.USTAR_FORMAT and max(map(len, files)) > tarfile.LENGTH_NAME:
        kind = tarfile.PAX_FORMAT
    with tarfile.open(fileobj=out, mode="w", format=kind) as tar:
        for name, data in files.items():
            info = tarfile.TarInfo(name)
            info.size = len(data)
            tar.addfile(info, io.BytesIO(data))
    return pack_single(out.getvalue(), form.removeprefix("tar"))


def odd_members(files: dict[str, bytes], rng: random.Random) -> tuple[dict[str, bytes], str]:
    """Return files with one renamed, doubled under another name, or one more of an odd name."""
    name = rng.choice(list(files))
    odd = rng.choice(NAMES)
    if rng.random() < 0.3:
        return {
            (odd + "/" + each if each == name else each): data for each, data in files.items()
        }, f"{name} in {odd[:20]!a}"
    return {**files, odd: rng.choice((files[name], b"", b"\x00" * 100))}, f"and {odd[:20]!a}"


def odd_zip(data: bytes, rng: random.Random) -> tuple[bytes, str]:
    """Return a zip with one or two header fields changed."""
    mutable, done = bytearray(data), []
    for _ in range(rng.choice((1, 1, 2))):
        kind = rng.choice((_LOCAL, _CENTRAL, _CENTRAL, _END))
        places = _places(mutable, kind)
        if not places:
            continue
        at = rng.choice(places)
        offset, size = rng.choice(_FIELDS[kind])
        if rng.random() < 0.1:
            mutable[at:at] = bytes(mutable[at : at + 60]) * rng.choice((1, 50))
        else:
            value = rng.choice(
                (
                    *WORDS,
                    struct.unpack_from("<H", mutable, at + offset)[0] ^ (1 << rng.randrange(16)),
                )
            )
            mutable[at + offset : at + offset + size] = (value & ((1 << 8 * size) - 1)).to_bytes(
                size, "little"
            )
        done.append(f"{kind[2:].hex()}+{offset}")
    return bytes(mutable), "zip " + " ".join(done)


def odd_tar(data: bytes, rng: random.Random) -> tuple[bytes, str]:
    """Return a tar with one or two header fields changed and its checksums made right again."""
    mutable, done = bytearray(data), []
    for _ in range(rng.choice((1, 1, 2))):
        at = 512 * rng.choice(
            [
                i
                for i in range(len(mutable) // 512)
                if mutable[512 * i + 257 : 512 * i + 262] == b"ustar"
            ]
            or [0]
        )
        offset, size = rng.choice(_TAR_FIELDS)
        if offset == 156:
            new = bytes([rng.choice(_TYPES)])
        else:
            numbers = (
                b"\xff" * size,
                b"\x80" + b"\x7f" * (size - 1),
                b"-5" + b"\x00" * size,
                b"9" * size,
                b"7" * size,
                b"0" * size,
                b" " * size,
            )
            new = rng.choice(
                (*numbers, rng.randbytes(size), b"../../outside".ljust(size, b"\x00"))
            )[:size]
        mutable[at + offset : at + offset + size] = new
        if rng.random() < 0.9:
            mutable[at + 148 : at + 156] = b" " * 8
            mutable[at + 148 : at + 156] = b"%06o\x00 " % sum(mutable[at : at + 512])
        done.append(str(offset))
    return bytes(mutable), "tar " + " ".join(done)


def odd_pax(files: dict[str, bytes], rng: random.Random) -> tuple[bytes, str]:
    """Return a tar whose extended headers hold nonsense, sparse maps among it."""
    out = io.BytesIO()
    headers = rng.choice((
        {"size": "-5"}, {"size": "9" * 30}, {"size": "nan"}, {"mtime": "nan"},
        {"path": "x" * 100_000}, {"path": "../../outside"},
        {"linkpath": "/etc/passwd"},
        {"GNU.sparse.major": "1", "GNU.sparse.minor": "0", "GNU.sparse.realsize": str(1 << 40),
        "GNU.sparse.name": "sparse"},
        {"GNU.sparse.major": "1", "GNU.sparse.minor": "0", "GNU.sparse.realsize": "-1",
        "GNU.sparse.name": "sparse"},
        {"GNU.sparse.map": "0,9999999999999,1,5", "GNU.sparse.size": str(1 << 42)},
        {"GNU.sparse.map": "x"},
        {"GNU.sparse.map": ",".join(["0,0"] * 20_000)},
        {"hdrcharset": "BINARY", "path": "a\udcffb"}, {"uid": "-1"}, {"mtime": "1e400"},
    ))  # fmt: skip
    with tarfile.open(fileobj=out, mode="w", format=tarfile.PAX_FORMAT) as tar:
        for number, (name, data) in enumerate(files.items()):
            info = tarfile.TarInfo(name)
            info.size = len(data)
            info.pax_headers = dict(headers) if number == 0 else {}
            tar.addfile(info, io.BytesIO(data))
    return out.getvalue(), f"pax {next(iter(headers))}"


def _places(data: bytearray, mark: bytes) -> list[int]:
    found, at = [], data.find(mark)
    while at >= 0:
        found.append(at)
        at = data.find(mark, at + 1)
    return found
