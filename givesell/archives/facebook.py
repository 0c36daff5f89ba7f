"""Facebook: ``your_posts_*.json`` and ``comments.json``, alone or in the zip of the export.

A post without words of its own (a check-in, a recommendation) has no text.
"""

import re
from collections.abc import Iterator
from typing import IO, Any

from givesell.archives.exports import dig, repaired, small_json
from givesell.archives.head import Head
from givesell.archives.json_items import items
from givesell.archives.post import COMMENT, POST, Post, from_epoch
from givesell.archives.reader import PostReader, Rejects


class FacebookReader(PostReader):
    """The export of an account."""

    name = "facebook"
    platform = "facebook"
    pattern = re.compile(r"(^|/)(your_posts[^/]*|comments)\.json$", re.IGNORECASE)

    @classmethod
    def recognises(cls, head: Head) -> bool:
        """Say whether a file is of an export; see `PostReader.recognises`."""
        posts = head.has("item.timestamp") and bool(head.paths & {"item.data", "item.attachments"})
        return posts or head.has("comments_v2.item.timestamp")

    def prepare(self) -> None:
        """Read whose export it is."""
        self._author = repaired(dig(small_json(self.files, "profile_information.json"), "profile_v2", "name", "full_name"))

    def read(self, stream: IO[bytes], member: str, rejects: Rejects) -> Iterator[Post]:
        """Read one file; see `PostReader.read`."""
        path = "comments_v2.item" if self.files.head(member, 4096).lstrip().startswith(b"{") else "item"
        for number, item in enumerate(items(stream, path), 1):
            if not isinstance(item, dict):
                rejects.add(self.files.shown(member), number, "not a post", repr(item))
                continue
            comment = next((part["comment"] for part in _parts(item) if isinstance(part.get("comment"), dict)), None)
            when = from_epoch(item.get("timestamp"))
            if comment is not None:
                author = repaired(comment.get("author")) or self._author
                yield Post(None, repaired(comment.get("comment")), author, when, self.platform, None, COMMENT)
            else:
                yield Post(None, _text(item), self._author, when, self.platform, _link(item), POST)


def _parts(item: dict[str, Any]) -> list[dict[str, Any]]:
    return [part for part in item.get("data") or () if isinstance(part, dict)]


def _attached(item: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for attachment in item.get("attachments") or ():
        yield from (part for part in dig(attachment, "data") or () if isinstance(part, dict))


def _text(item: dict[str, Any]) -> str | None:
    written = [repaired(part.get("post")) for part in _parts(item)]
    found = [text for text in written if text]
    if not found:
        captions = [repaired(dig(part, "media", "description")) for part in _attached(item)]
        found = list(dict.fromkeys(text for text in captions if text))
    return "\n\n".join(found) or None


def _link(item: dict[str, Any]) -> str | None:
    links = (dig(part, "external_context", "url") for part in _attached(item))
    return next((repaired(link) for link in links if link), None)
