"""Shorthands for writing small exports and reading them."""

import hashlib
import json
import tarfile
import zipfile
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest

from givesell.archives import Options, Post, PostReader, open_reader


class Taken:
    """Rejects as a list of line and reason."""

    def __init__(self):
        self.rows = []

    def add(self, row):
        """Take one."""
        self.rows.append((row.line, row.reason))


def as_bytes(content: Any) -> bytes:
    """Return str as UTF-8, bytes as they are, anything else as JSON."""
    if isinstance(content, bytes):
        return content
    return (content if isinstance(content, str) else json.dumps(content)).encode()


@pytest.fixture
def write(tmp_path: Path) -> Callable[..., Path]:
    """Write a file, or a zip or tar of some, by what its name ends in."""

    def run(name: str, content: Any) -> Path:
        path = tmp_path / name
        if isinstance(content, dict) and name.endswith(".zip"):
            with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
                for member, data in content.items():
                    archive.writestr(member, as_bytes(data))
        elif isinstance(content, dict) and ".tar" in name:
            with tarfile.open(path, "w:gz" if name.endswith(".gz") else "w") as archive:
                for member, data in content.items():
                    info = tarfile.TarInfo(member)
                    info.size = len(as_bytes(data))
                    archive.addfile(info, BytesIO(as_bytes(data)))
        else:
            path.write_bytes(as_bytes(content))
        return path

    return run


class Found(list[Post]):
    """The posts of an export, with what was skipped and rejected, and the format that was told."""

    format: str
    skipped: dict[str, int]
    rejects: list[tuple[int, str]]

    @property
    def texts(self) -> list[str | None]:
        """The texts alone."""
        return [post.text for post in self]


@pytest.fixture
def read(write: Callable[..., Path]) -> Callable[..., Found]:
    """Write an export and read its posts."""

    def run(name: str, content: Any, **options: Any) -> Found:
        taken = Taken()
        reader = open_reader(write(name, content), options=Options(**options))
        assert isinstance(reader, PostReader)
        found = Found(reader.posts(taken))
        found.format, found.skipped, found.rejects = reader.name, dict(reader.skipped), taken.rows
        return found

    return run


def cbor(value: Any) -> bytes:
    """Write DAG-CBOR: a CID is a `Cid`."""
    kinds = {int: 0, bytes: 2, str: 3, list: 4, dict: 5}
    if isinstance(value, Raw):
        return bytes(value)
    if isinstance(value, Cid):
        return b"\xd8\x2a" + cbor(b"\x00" + bytes(value))
    if value is None:
        return b"\xf6"
    data = value.encode() if isinstance(value, str) else value
    size = value if isinstance(value, int) else len(data)
    kind = kinds[type(value)] << 5
    head = bytes([kind | size]) if size < 24 else bytes([kind | 25]) + size.to_bytes(2, "big")
    if isinstance(value, dict):
        keys = sorted(value, key=lambda key: (len(key), key))
        return head + b"".join(cbor(key) + cbor(value[key]) for key in keys)
    if isinstance(value, list):
        return head + b"".join(map(cbor, value))
    return head + (data if isinstance(value, (bytes, str)) else b"")


class Raw(bytes):
    """DAG-CBOR as it stands, perhaps none."""


class Cid(bytes):
    """The address of a block."""


def block(value: Any) -> tuple[Cid, bytes]:
    """Return a block and its address."""
    data = cbor(value)
    return Cid(b"\x01\x71\x12\x20" + hashlib.sha256(data).digest()), data


def car(root: Cid | list[Cid], blocks: dict[Cid, bytes]) -> bytes:
    """Write a CAR."""
    roots = [root] if isinstance(root, Cid) else root

    def section(data: bytes) -> bytes:
        size, head = len(data), b""
        while size > 127:
            head, size = head + bytes([size & 127 | 128]), size >> 7
        return head + bytes([size]) + data

    return section(cbor({"roots": roots, "version": 1})) + b"".join(
        section(bytes(cid) + data) for cid, data in blocks.items()
    )
