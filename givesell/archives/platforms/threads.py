"""Threads: ``threads_and_replies.json``, alone or in the zip of an Instagram or Threads export.

The export does not say who may see a post: all are read, as they are public unless a profile is
made private.
"""

import re
from collections.abc import Iterator
from itertools import repeat
from typing import IO, Any

from givesell.archives.base.head import Head
from givesell.archives.base.item_reader import ItemReader
from givesell.archives.base.post import POST, REPLY, Post
from givesell.archives.base.rejects import Rejects
from givesell.archives.base.values import dig, objects
from givesell.archives.parsing.json_items import items
from givesell.archives.platforms.meta import caption_and_time, owner_of


class ThreadsReader(ItemReader):
    """The export of an account."""

    name = "threads"
    platform = "threads"
    pattern = re.compile(
        r"(^|/)(threads_and_replies|text_post_app_text_posts)[^/]*\.json$", re.IGNORECASE
    )
    about = ("personal_information.json",)

    @classmethod
    def recognises(cls, head: Head) -> bool:
        """Say whether a file is of an export; see `PostReader.recognises`."""
        return b'"text_post_app_text_posts"' in head.data

    def prepare(self) -> None:
        """Read whose export it is."""
        self.owner = owner_of(self.files)

    def items(self, stream: IO[bytes], member: str, rejects: Rejects) -> Iterator[tuple[str, Any]]:  # noqa: ARG002
        """Read one file; see `ItemReader.items`."""
        return zip(repeat(member), items(stream, "text_post_app_text_posts.item"))

    def post(self, item: dict[str, Any], path: str) -> Post | None:  # noqa: ARG002
        """Return a post or a reply, which a mark tells; see `ItemReader.post`."""
        text, when = caption_and_time(item)
        answers = any(
            dig(one, "text_app_post", "is_reply") is True
            for one in (item, *objects(item.get("media")))
        )
        return Post(None, text, self.owner, when, self.platform, None, REPLY if answers else POST)
