"""Instagram: ``posts_*.json``, ``reels.json`` and comments, alone or in the zip of the export."""

import re
from collections.abc import Iterator
from typing import IO

from givesell.archives.exports import caption_and_time, dig, repaired, small_json
from givesell.archives.head import Head
from givesell.archives.json_items import items_at
from givesell.archives.post import COMMENT, POST, Post, from_epoch
from givesell.archives.reader import PostReader, Rejects

_ITEMS = re.compile(r"(ig_reels_media\.|comments_(media|reels)_comments\.)?item")


class InstagramReader(PostReader):
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
        person = dig(small_json(self.files, "personal_information.json"), "profile_user", "string_map_data")
        self._author = repaired(dig(person, "Username", "value"))

    def read(self, stream: IO[bytes], member: str, rejects: Rejects) -> Iterator[Post]:  # noqa: ARG002
        """Read one file; see `PostReader.read`."""
        for _, item in items_at(stream, _ITEMS):
            values = item.get("string_map_data")
            if isinstance(values, dict):
                when = from_epoch(dig(values, "Time", "timestamp"))
                yield Post(None, repaired(dig(values, "Comment", "value")), self._author, when, self.platform, None, COMMENT)
                continue
            text, when = caption_and_time(item)
            yield Post(None, text, self._author, when, self.platform, None, POST)
