"""Bluesky: the repository export (``.car``), and the JSON of feeds, searches and records.

A repository holds one account's records as DAG-CBOR blocks, and a tree that tells each record's name.
A repost has no text, since the export holds only the address of what was reposted.
"""

import re
from collections.abc import Iterator
from typing import IO, Any

import libipld

from givesell.archives.exports import dig
from givesell.archives.head import Head
from givesell.archives.json_items import items_at
from givesell.archives.post import POST, REPLY, REPOST, Post, from_iso
from givesell.archives.reader import PostReader, Rejects
from givesell.errors import FileError

MOST_BYTES = 2 << 30
_ITEMS = re.compile(r"(feed|posts|records)\.item|item")
_FEED_POST, _FEED_REPOST = "app.bsky.feed.post", "app.bsky.feed.repost"


class BlueskyReader(PostReader):
    """JSON of the Bluesky API."""

    name = "bluesky"
    platform = "bluesky"
    pattern = re.compile(r"\.json$", re.IGNORECASE)

    @classmethod
    def recognises(cls, head: Head) -> bool:
        """Say whether a file is of this kind; see `PostReader.recognises`."""
        shapes = ("feed.item.post.record.text", "posts.item.record.text", "item.post.record.text", "records.item.value.$type")
        return any(head.has(shape) for shape in shapes) and (b"app.bsky" in head.data)

    def read(self, stream: IO[bytes], member: str, rejects: Rejects) -> Iterator[Post]:
        """Read one file; see `PostReader.read`."""
        for number, (_, item) in enumerate(items_at(stream, _ITEMS), 1):
            post = item.get("post", item)
            record = post.get("record") or post.get("value")
            uri = post.get("uri")
            if not isinstance(record, dict) or not isinstance(uri, str):
                rejects.add(self.files.shown(member), number, "not a post", repr(item)[:2000])
                continue
            if record.get("$type", _FEED_POST) not in (_FEED_POST, _FEED_REPOST):
                self.skipped["not a post"] += 1
                continue
            author = dig(post, "author", "handle") or uri.split("/")[2]
            reposter = dig(item, "reason", "by", "handle")
            yield _post(record, uri, author, reposter)


class BlueskyCarReader(PostReader):
    """The repository export of a Bluesky account."""

    name = "bluesky-car"
    platform = "bluesky"
    pattern = re.compile(r"\.car$", re.IGNORECASE)

    @classmethod
    def recognises(cls, head: Head) -> bool:
        """Say whether a file is a CAR; see `PostReader.recognises`."""
        return b"eroots" in head.data[:32] and b"gversion" in head.data[:120]

    def read(self, stream: IO[bytes], member: str, rejects: Rejects) -> Iterator[Post]:  # noqa: ARG002
        """Read one file; see `PostReader.read`."""
        shown = self.files.shown(member)
        data = stream.read(MOST_BYTES)
        if len(data) == MOST_BYTES:
            raise FileError("E506", path=shown, reason=f"it is larger than {MOST_BYTES >> 30} GiB")
        try:
            header, blocks = libipld.decode_car(data)
        except (ValueError, RecursionError) as error:
            raise FileError("E406", path=shown, reason=f"it breaks off or is damaged: {error}") from error
        del data
        commit = blocks.get((header.get("roots") or [None])[0]) or {}
        did = commit.get("did") or next((block["did"] for block in blocks.values() if isinstance(block, dict) and "did" in block), None)
        for key, cid in _entries(blocks):
            collection, _, rkey = key.partition("/")
            if collection not in (_FEED_POST, _FEED_REPOST):
                continue
            record = blocks.get(cid)
            if not isinstance(record, dict):
                self.skipped["its record is not in the file"] += 1
                continue
            yield _post(record, f"at://{did}/{collection}/{rkey}", did, None)


def _entries(blocks: dict[Any, Any]) -> Iterator[tuple[str, Any]]:
    """Yield names and addresses of the records, node by node; a name says only how it differs from the one before."""
    for node in blocks.values():
        if isinstance(node, dict) and isinstance(node.get("e"), list) and "l" in node:
            last = b""
            for entry in node["e"]:
                last = last[: entry["p"]] + entry["k"]
                yield last.decode("utf-8", "replace"), entry["v"]


def _post(record: dict[str, Any], uri: str, author: str | None, reposter: str | None) -> Post:
    parts = uri.removeprefix("at://").split("/")
    reposted = record.get("$type") == _FEED_REPOST
    kind = REPOST if reposted or reposter else REPLY if record.get("reply") else POST
    link = dig(record, "subject", "uri") if reposted else uri
    place = str(link or "").removeprefix("at://").split("/")
    who = author if not reposted and author else place[0]
    url = f"https://bsky.app/profile/{who}/post/{place[-1]}" if len(place) == 3 else None
    text = None if reposted else str(record.get("text") or "")
    number = uri if len(parts) == 3 else None
    return Post(number, text, reposter or author, from_iso(record.get("createdAt")), "bluesky", url, kind)
