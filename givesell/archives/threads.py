"""Threads: ``threads_and_replies.json``, alone or in the zip of an Instagram or Threads export."""

import re
from collections.abc import Iterator
from typing import IO

from givesell.archives.exports import caption_and_time, dig, repaired, small_json
from givesell.archives.head import Head
from givesell.archives.json_items import items
from givesell.archives.post import POST, Post
from givesell.archives.reader import PostReader, Rejects


class ThreadsReader(PostReader):
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
        person = dig(small_json(self.files, "personal_information.json"), "profile_user", "string_map_data")
        self._author = repaired(dig(person, "Username", "value"))

    def read(self, stream: IO[bytes], member: str, rejects: Rejects) -> Iterator[Post]:
        """Read one file; see `PostReader.read`."""
        for number, item in enumerate(items(stream, "text_post_app_text_posts.item"), 1):
            if not isinstance(item, dict):
                rejects.add(self.files.shown(member), number, "not a post", repr(item))
                continue
            text, when = caption_and_time(item)
            # The export does not say which are replies.
            yield Post(None, text, self._author, when, self.platform, None, POST)
