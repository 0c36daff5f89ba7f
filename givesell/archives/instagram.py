"""Instagram: ``posts_*.json``, ``reels.json`` and comments, alone or in the zip of the export."""

import re
from collections.abc import Iterator
from typing import IO, Any

from givesell.archives.exports import caption_and_time, owner, repaired
from givesell.archives.head import Head
from givesell.archives.item_reader import ItemReader
from givesell.archives.json_items import items_at
from givesell.archives.post import COMMENT, POST, Post, from_epoch
from givesell.archives.reader import Rejects
from givesell.archives.values import dig, words

_ITEMS = re.compile(r"(ig_reels_media\.|comments_(media|reels)_comments\.)?item")


class InstagramReader(ItemReader):
    """The export of an account."""

    name = "instagram"
    platform = "instagram"
    pattern = re.compile(r"(^|/)(posts(_\d+)?|reels|(post|reels)_comments(_\d+)?)\.json$", re.IGNORECASE)

    @classmethod
    def recognises(cls, head: Head) -> bool:
        """Say whether a file is of an export; see `PostReader.recognises`."""
        prefixes = ("item", "ig_reels_media.item", "comments_media_comments.item", "comments_reels_comments.item")
        return any(head.has(f"{at}.media.item.uri") or head.has(f"{at}.string_map_data.Comment.value") for at in prefixes)

    def prepare(self) -> None:
        """Read whose export it is."""
        self._author = owner(self.files)

    def items(self, stream: IO[bytes], member: str, rejects: Rejects) -> Iterator[tuple[str, Any]]:  # noqa: ARG002
        """Read one file; see `ItemReader.items`."""
        return items_at(stream, _ITEMS)

    def post(self, item: dict[str, Any], path: str) -> Post | None:  # noqa: ARG002
        """Return a comment or a post; see `ItemReader.post`."""
        values = item.get("string_map_data")
        if values is None:
            text, when = caption_and_time(item)
            return Post(None, text, self._author, when, self.platform, None, POST)
        if not isinstance(values, dict):
            raise ValueError("not a comment")
        text = repaired(words(dig(values, "Comment", "value"))) or ""
        return Post(None, text, self._author, from_epoch(dig(values, "Time", "timestamp")), self.platform, None, COMMENT)
