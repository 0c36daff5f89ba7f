"""Bluesky: the repository export (``.car``) of an account.

It holds the records as DAG-CBOR, a block each, and a tree whose nodes tell the records' names. The file is read twice,
for the tree and for the records, so that it need not be held. A block that cannot be read is rejected alone.
"""

import re
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import IO, Any

import libipld

from givesell.archives.bluesky import FEED_POST, FEED_REPOST, post_of
from givesell.archives.car import Car
from givesell.archives.head import Head
from givesell.archives.limits import MAX_BLOCK_BYTES, MAX_NAME_BYTES, MAX_NAMES
from givesell.archives.post import Post
from givesell.archives.reader import PostReader, Rejects
from givesell.archives.values import dig, short
from givesell.errors import FileError

_COLLECTIONS = (FEED_POST.encode() + b"/", FEED_REPOST.encode() + b"/")
# What stands in every node of a tree, and in every commit.
_NODE, _COMMIT = b"\x61e", b"\x63did"
_RAW = 2_000


class BlueskyCarReader(PostReader):
    """The repository export of a Bluesky account."""

    name = "bluesky-car"
    platform = "bluesky"
    pattern = re.compile(r"\.car$", re.IGNORECASE)

    @classmethod
    def recognises(cls, head: Head) -> bool:
        """Say whether a file is a CAR; see `PostReader.recognises`."""
        return b"eroots" in head.data[:32] and b"gversion" in head.data[:120]

    def read(self, stream: IO[bytes], member: str, rejects: Rejects) -> Iterator[Post]:
        """Read one file; see `PostReader.read`."""
        shown = self.files.shown(member)
        tree = _Tree(shown, rejects)
        # Where it is damaged the second reading ends too, behind the posts before that.
        with suppress(FileError):
            tree.read(Car(stream, shown))
        if tree.count > MAX_NAMES:
            raise FileError("E506", path=shown, reason=f"its tree names more than {MAX_NAMES:,} posts")
        with self.files.open(member) as again:
            for number, (cid, data) in enumerate(Car(again, shown).blocks(), 1):
                names = tree.names.pop(cid, [])
                try:
                    if data is None:
                        raise ValueError(f"block of more than {MAX_BLOCK_BYTES >> 20} MiB")
                    record = _decoded(data) if names or _NODE in data else None
                    for name in [names] if isinstance(names, bytes) else names:
                        yield _post(record, tree.did, name)
                except ValueError as error:
                    rejects.add(shown, number, str(error), (data or b"")[:_RAW])
        self.skipped["its record is not in the file"] += sum(1 if isinstance(names, bytes) else len(names) for names in tree.names.values())


class _Tree:
    """The names of posts and reposts, by the addresses of their records.

    Attributes
    ----------
    names : dict of bytes to bytes or list of bytes
        A list where one record has several names.
    count : int
        How many names there are; at most one more than `MAX_NAMES`.
    did : str or None
        Whose repository it is.
    """

    def __init__(self, shown: Path, rejects: Rejects) -> None:
        self.names: dict[bytes, bytes | list[bytes]] = {}
        self.count = 0
        self.did: str | None = None
        self._shown, self._rejects = shown, rejects

    def read(self, car: Car) -> None:
        """Read the nodes of a repository."""
        with suppress(ValueError):
            roots = dig(_decoded(car.header), "roots")
        root = roots[0] if isinstance(roots, list) and roots else None
        for number, (cid, data) in enumerate(car.blocks(), 1):
            if data is None or not (_NODE in data or _COMMIT in data):
                continue
            with suppress(ValueError):
                block = _decoded(data)
                if isinstance(block, dict):
                    self.did = short(block.get("did")) if cid == root else self.did or short(block.get("did"))
                    if isinstance(block.get("e"), list) and "l" in block:
                        self._take(block["e"], number)
            if self.count > MAX_NAMES:
                return

    def _take(self, entries: list[Any], number: int) -> None:
        """Take the entries of a node, whose names say only how they differ from the one before."""
        last = b""
        for entry in entries:
            kept, rest, cid = dig(entry, "p"), dig(entry, "k"), dig(entry, "v")
            if not (isinstance(kept, int) and isinstance(rest, bytes) and 0 <= kept <= len(last) and kept + len(rest) <= MAX_NAME_BYTES):
                self._rejects.add(self._shown, number, "a name in the tree cannot be read", repr(entry)[:_RAW])
                last = b""
                continue
            last = last[:kept] + rest
            if last.startswith(_COLLECTIONS) and isinstance(cid, bytes):
                self.count += 1
                before = self.names.setdefault(cid, last)
                if isinstance(before, list):
                    before.append(last)
                elif before is not last:
                    self.names[cid] = [before, last]


def _decoded(data: bytes) -> Any:
    try:
        return libipld.decode_dag_cbor(data)
    except RecursionError:
        raise ValueError("nested too deeply") from None


def _post(record: Any, did: str | None, name: bytes) -> Post:
    if not isinstance(record, dict):
        raise ValueError("not a post")
    return post_of(record, did and f"at://{did}/{name.decode('utf-8', 'replace')}", did, None)
