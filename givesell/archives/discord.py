"""Discord: the messages of a data package, one ``messages.json`` (formerly ``messages.csv``) a channel."""

import re
from collections.abc import Iterator
from typing import IO, Any

from givesell.archives.csv_file import read_dicts
from givesell.archives.exports import dig, small_json
from givesell.archives.head import Head
from givesell.archives.json_items import items
from givesell.archives.post import POST, Post, from_iso
from givesell.archives.reader import PostReader, Rejects


class DiscordReader(PostReader):
    """A data package."""

    name = "discord"
    platform = "discord"
    pattern = re.compile(r"(^|/)messages/c?\d+/messages\.(json|csv)$", re.IGNORECASE)

    @classmethod
    def recognises(cls, head: Head) -> bool:
        """Say whether a file is of a package; see `PostReader.recognises`."""
        return {"ID", "Timestamp", "Contents"} <= set(head.columns) or head.has("item.ID", "item.Timestamp", "item.Contents")

    def prepare(self) -> None:
        """Read whose package it is."""
        self._author = dig(small_json(self.files, "user.json"), "username")

    def read(self, stream: IO[bytes], member: str, rejects: Rejects) -> Iterator[Post]:
        """Read one file; see `PostReader.read`."""
        shown = self.files.shown(member)
        rows: Iterator[Any]
        if self.files.head(member, 64).lstrip()[:1] == b"[":
            rows = items(stream, "item")
        else:
            rows = (row for _, row in read_dicts(stream, lambda line, reason, raw: rejects.add(shown, line, reason, raw)))
        for number, row in enumerate(rows, 1):
            if not isinstance(row, dict):
                rejects.add(shown, number, "not a message", repr(row))
                continue
            when = from_iso(row.get("Timestamp"))
            yield Post(str(row.get("ID")), str(row.get("Contents") or ""), self._author, when, self.platform, None, POST)
