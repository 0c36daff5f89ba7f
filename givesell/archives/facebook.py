"""Facebook: ``your_posts_*.json`` and ``comments.json``, alone or in the zip of the export.

A post without words of its own (a check-in, a recommendation) has no text.
"""

import re
from collections.abc import Iterator
from itertools import repeat
from typing import IO, Any

from givesell.archives.exports import repaired, small_json
from givesell.archives.head import Head
from givesell.archives.item_reader import ItemReader
from givesell.archives.json_items import items
from givesell.archives.post import COMMENT, POST, Post, from_epoch
from givesell.archives.reader import Rejects
from givesell.archives.values import dig, objects, short, words


class FacebookReader(ItemReader):
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
        person = dig(small_json(self.files, "profile_information.json"), "profile_v2")
        self._author = short(repaired(dig(person, "name", "full_name")))

    def items(self, stream: IO[bytes], member: str, rejects: Rejects) -> Iterator[tuple[str, Any]]:  # noqa: ARG002
        """Read one file; see `ItemReader.items`."""
        path = "comments_v2.item" if Head(self.files.head(member, 4096)).data.lstrip().startswith(b"{") else "item"
        return zip(repeat(path), items(stream, path))

    def post(self, item: dict[str, Any], path: str) -> Post | None:  # noqa: ARG002
        """Return a comment or a post; see `ItemReader.post`."""
        parts = objects(item.get("data"))
        comment = next((part["comment"] for part in parts if isinstance(part.get("comment"), dict)), None)
        when = from_epoch(item.get("timestamp"))
        if comment is not None:
            author = short(repaired(comment.get("author"))) or self._author
            return Post(None, repaired(words(comment.get("comment"))), author, when, self.platform, None, COMMENT)
        attached = [part for attachment in objects(item.get("attachments")) for part in objects(attachment.get("data"))]
        return Post(None, _text(parts, attached), self._author, when, self.platform, _link(attached), POST)


def _text(parts: list[dict[str, Any]], attached: list[dict[str, Any]]) -> str | None:
    written = [part.get("post") for part in parts]
    found = [text for text in map(repaired, written) if text]
    if not found:
        captions = [dig(part, "media", "description") for part in attached]
        found = list(dict.fromkeys(text for text in map(repaired, captions) if text)) or [words(*written, *captions)]
    return "\n\n".join(found) or None


def _link(attached: list[dict[str, Any]]) -> str | None:
    links = (short(repaired(dig(part, "external_context", "url"))) for part in attached)
    return next((link for link in links if link), None)
