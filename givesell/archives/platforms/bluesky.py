"""Bluesky: the JSON of feeds, searches and records of posts and reposts.

A repost has no text, since the export holds only the address of what was reposted.
"""

import re
from collections.abc import Iterator
from typing import IO, Any

from givesell.archives.base.head import Head
from givesell.archives.base.item_reader import ItemReader
from givesell.archives.base.post import POST, REPLY, REPOST, Post, from_iso
from givesell.archives.base.rejects import Rejects
from givesell.archives.base.values import dig, short, words
from givesell.archives.parsing.json_items import items_at

FEED_POST, FEED_REPOST = "app.bsky.feed.post", "app.bsky.feed.repost"
_ITEMS = re.compile(r"(feed|posts|records)\.item|item")


class BlueskyReader(ItemReader):
    """JSON of the Bluesky API."""

    name = "bluesky"
    platform = "bluesky"
    pattern = re.compile(r"\.json$", re.IGNORECASE)

    @classmethod
    def recognises(cls, head: Head) -> bool:
        """Say whether a file is of this kind; see `PostReader.recognises`."""
        shapes = (
            "feed.item.post.record.text",
            "posts.item.record.text",
            "item.post.record.text",
            "records.item.value.$type",
        )
        return any(head.has(shape) for shape in shapes) and (b"app.bsky" in head.data)

    def items(self, stream: IO[bytes], member: str, rejects: Rejects) -> Iterator[tuple[str, Any]]:  # noqa: ARG002
        """Read one file; see `ItemReader.items`."""
        return items_at(stream, _ITEMS)

    def post(self, item: dict[str, Any], path: str) -> Post | None:  # noqa: ARG002
        """Return the post of a record; see `ItemReader.post`."""
        post = item.get("post", item)
        record = dig(post, "record") or dig(post, "value")
        if not isinstance(record, dict):
            raise ValueError("not a post")
        if record.get("$type", FEED_POST) not in (FEED_POST, FEED_REPOST):
            self.skipped["not a post"] += 1
            return None
        handle = short(dig(post, "author", "handle"))
        return post_of(
            record, short(dig(post, "uri")), handle, short(dig(item, "reason", "by", "handle"))
        )


def post_of(
    record: dict[str, Any], uri: str | None, author: str | None, reposter: str | None
) -> Post:
    """Return the post of a record.

    Parameters
    ----------
    record : dict
    uri : str or None
        Of the record: ``at://``, the account, the collection and the name.
    author, reposter : str or None
        Handles; without one the account of `uri` is the author.

    Returns
    -------
    Post

    Raises
    ------
    ValueError
        See `givesell.archives.base.values.words`.
    """
    reposted = record.get("$type") == FEED_REPOST
    kind = REPOST if reposted or reposter else REPLY if record.get("reply") else POST
    account = _parts(uri)
    place = _parts(short(dig(record, "subject", "uri"))) if reposted else account
    author = author or (account[0] if account else None)
    url = (
        f"https://bsky.app/profile/{place[0] if reposted else author}/post/{place[2]}"
        if place
        else None
    )
    text = None if reposted else words(record.get("text"))
    return Post(
        uri if account else None,
        text,
        reposter or author,
        from_iso(record.get("createdAt")),
        "bluesky",
        url,
        kind,
    )


def _parts(uri: str | None) -> list[str]:
    """Return account, collection and name; nothing for what is no address of a record."""
    parts = (uri or "").removeprefix("at://").split("/", 3)
    return parts if len(parts) == 3 else []
