"""Discord: the messages of a data package, one ``messages.json`` (formerly ``messages.csv``) a channel."""

import re
from collections.abc import Iterator
from itertools import repeat
from typing import IO, Any

from givesell.archives.exports import rows_of, small_json
from givesell.archives.head import Head
from givesell.archives.item_reader import ItemReader
from givesell.archives.json_items import items
from givesell.archives.post import POST, Post, from_iso
from givesell.archives.reader import Rejects
from givesell.archives.values import dig, identifier, short, words

_WANTED = {"ID", "Timestamp", "Contents"}


class DiscordReader(ItemReader):
    """A data package."""

    name = "discord"
    platform = "discord"
    unit = "a message"
    pattern = re.compile(r"(^|/)messages/c?\d+/messages\.(json|csv)$", re.IGNORECASE)

    @classmethod
    def recognises(cls, head: Head) -> bool:
        """Say whether a file is of a package; see `PostReader.recognises`."""
        return set(head.columns) >= _WANTED or head.has("item.ID", "item.Timestamp", "item.Contents")

    def prepare(self) -> None:
        """Read whose package it is."""
        self._author = short(dig(small_json(self.files, "user.json"), "username"))

    def items(self, stream: IO[bytes], member: str, rejects: Rejects) -> Iterator[tuple[str, Any]]:
        """Read one file; see `ItemReader.items`."""
        if Head(self.files.head(member, 64)).is_json:
            return zip(repeat(member), items(stream, "item"))
        return zip(repeat(member), rows_of(stream, self.files.shown(member), self.name, [_WANTED], rejects))

    def post(self, item: dict[str, Any], path: str) -> Post | None:  # noqa: ARG002
        """Return a message; see `ItemReader.post`."""
        when = from_iso(item.get("Timestamp"))
        return Post(identifier(item.get("ID")), words(item.get("Contents")), self._author, when, self.platform, None, POST)
