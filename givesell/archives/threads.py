"""Threads: ``threads_and_replies.json``, alone or in the zip of an Instagram or Threads export."""

import re
from collections.abc import Iterator
from itertools import repeat
from typing import IO, Any

from givesell.archives.exports import caption_and_time, owner
from givesell.archives.head import Head
from givesell.archives.item_reader import ItemReader
from givesell.archives.json_items import items
from givesell.archives.post import POST, Post
from givesell.archives.reader import Rejects


class ThreadsReader(ItemReader):
    """The export of an account."""

    name = "threads"
    platform = "threads"
    pattern = re.compile(r"(^|/)(threads_and_replies|text_post_app_text_posts)[^/]*\.json$", re.IGNORECASE)

    @classmethod
    def recognises(cls, head: Head) -> bool:
        """Say whether a file is of an export; see `PostReader.recognises`."""
        return b'"text_post_app_text_posts"' in head.data

    def prepare(self) -> None:
        """Read whose export it is."""
        self._author = owner(self.files)

    def items(self, stream: IO[bytes], member: str, rejects: Rejects) -> Iterator[tuple[str, Any]]:  # noqa: ARG002
        """Read one file; see `ItemReader.items`."""
        return zip(repeat(member), items(stream, "text_post_app_text_posts.item"))

    def post(self, item: dict[str, Any], path: str) -> Post | None:  # noqa: ARG002
        """Return a post; see `ItemReader.post`. The export does not say which are replies."""
        text, when = caption_and_time(item)
        return Post(None, text, self._author, when, self.platform, None, POST)
