"""Bluesky: the repository export (``.car``) of an account.

It holds the records as DAG-CBOR, a block each, and a tree whose nodes tell the records' names. The
file is read twice, for the tree and for the records, so that it need not be held. A block that
cannot be read is rejected alone; posts whose names stood in one are read without id and address.
"""

import re
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import IO, Any

import libipld

from givesell.archives.base.head import Head
from givesell.archives.base.post import Post
from givesell.archives.base.post_reader import PostReader
from givesell.archives.base.rejects import Rejected, Rejects
from givesell.archives.base.values import dig, short
from givesell.archives.parsing.car import Car
from givesell.archives.platforms.bluesky import FEED_POST, FEED_REPOST, post_of
from givesell.archives.streams.limits import MAX_BLOCK_BYTES, MAX_NAME_BYTES, MAX_NAMES
from givesell.errors import FileError

_COLLECTIONS = (FEED_POST.encode() + b"/", FEED_REPOST.encode() + b"/")
# What stands in every node of a tree, and in every commit.
_NODE, _COMMIT = b"\x61e", b"\x63did"
_RAW = 2_000


class BlueskyCarReader(PostReader):
    """The repository export of a Bluesky account."""

    name = "bluesky-car"
    platform = "bluesky"
    is_text = False
    pattern = re.compile(r"\.car$", re.IGNORECASE)

    @classmethod
    def recognises(cls, head: Head) -> bool:
        """Say whether a file is a CAR; see `PostReader.recognises`."""
        return b"eroots" in head.data[:32] and b"gversion" in head.data[:120]

    def read(self, stream: IO[bytes], member: str, rejects: Rejects) -> Iterator[Post]:
        """Read one file; see `PostReader.read`."""
        shown = self.files.shown(member)
        tree = _Tree(shown, rejects)
        try:
            tree.read(Car(stream, shown))
        except FileError:
            # The second reading ends there too, behind the posts before.
            tree.whole = False
        if tree.count > MAX_NAMES:
            raise FileError(
                "E506", path=shown, reason=f"its tree names more than {MAX_NAMES:,} posts"
            )
        with self.files.open(member) as again:
            for number, (cid, data) in enumerate(Car(again, shown).blocks(), 1):
                try:
                    if data is None:
                        raise ValueError(f"block of more than {MAX_BLOCK_BYTES >> 20} MiB")
                    names = tree.names.pop(cid, None)
                    record = _decoded(data) if names or not tree.whole or _NODE in data else None
                    for name in _named(record, names, tree.whole):
                        yield _post(record, tree.did, name)
                except ValueError as error:
                    rejects.add(Rejected(shown, number, str(error), (data or b"")[:_RAW]))
        self.skipped["its record is not in the file"] += sum(
            1 if isinstance(names, bytes) else len(names) for names in tree.names.values()
        )


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
    whole : bool
        Whether each name could be read.
    """

    def __init__(self, shown: Path, rejects: Rejects) -> None:
        self.names: dict[bytes, bytes | list[bytes]] = {}
        self.count = 0
        self.did: str | None = None
        self.whole = True
        self._shown, self._rejects = shown, rejects

    def read(self, car: Car) -> None:
        """Read the nodes of a repository."""
        roots = None
        with suppress(ValueError):
            roots = dig(_decoded(car.header), "roots")
        root = roots[0] if isinstance(roots, list) and roots else None
        for number, (cid, data) in enumerate(car.blocks(), 1):
            if data is None or not (_NODE in data or _COMMIT in data):
                continue
            try:
                block = _decoded(data)
            except ValueError:
                self.whole = False
                continue
            if isinstance(block, dict):
                self.did = (
                    short(block.get("did")) or self.did
                    if cid == root
                    else self.did or short(block.get("did"))
                )
                if isinstance(block.get("e"), list) and "l" in block:
                    self._take(block["e"], number)
            if self.count > MAX_NAMES:
                return

    def _take(self, entries: list[Any], number: int) -> None:
        """Take the entries of a node, whose names say only how they differ from the one before."""
        last = b""
        for entry in entries:
            kept, rest, cid = dig(entry, "p"), dig(entry, "k"), dig(entry, "v")
            if not (
                isinstance(kept, int)
                and isinstance(rest, bytes)
                and 0 <= kept <= len(last)
                and kept + len(rest) <= MAX_NAME_BYTES
            ):
                self._rejects.add(
                    Rejected(
                        self._shown, number, "a name in the tree cannot be read", repr(entry)[:_RAW]
                    )
                )
                last, self.whole = b"", False
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


def _named(record: Any, names: bytes | list[bytes] | None, whole: bool) -> Sequence[bytes | None]:
    """Return the names of a record; None for one that nothing names, where it may be a post
    whose name could not be read.
    """
    if names is not None:
        return [names] if isinstance(names, bytes) else names
    return [None] if not whole and dig(record, "$type") in (FEED_POST, FEED_REPOST) else []


def _post(record: Any, did: str | None, name: bytes | None) -> Post:
    if not isinstance(record, dict):
        raise ValueError("not a post")
    return post_of(
        record, f"at://{did}/{name.decode('utf-8', 'replace')}" if did and name else None, did, None
    )
