"""Telegram: ``result.json`` of one chat or of the whole account, as Telegram Desktop writes it."""

import re
from collections.abc import Iterator
from typing import IO

from givesell.archives.head import Head
from givesell.archives.json_items import items_at
from givesell.archives.post import POST, REPLY, REPOST, Post, from_epoch, from_iso
from givesell.archives.reader import PostReader, Rejects

_ITEMS = re.compile(r"((left_)?chats\.list\.item\.)?messages\.item")


class TelegramReader(PostReader):
    """The messages of chats and channels."""

    name = "telegram"
    platform = "telegram"
    pattern = re.compile(r"(^|/)result[^/]*\.json$", re.IGNORECASE)
    unique = False  # ids are those of a chat, and an export may hold many

    @classmethod
    def recognises(cls, head: Head) -> bool:
        """Say whether a file is of an export; see `PostReader.recognises`."""
        one = head.has("messages.item.id", "messages.item.date", "type")
        return one or (head.has("about") and bool(head.paths & {"chats", "personal_information"})) or head.has("chats.list.item.messages")

    def read(self, stream: IO[bytes], member: str, rejects: Rejects) -> Iterator[Post]:  # noqa: ARG002
        """Read one file; see `PostReader.read`."""
        for _, item in items_at(stream, _ITEMS):
            if item.get("type") != "message":
                self.skipped["not a message"] += 1
                continue
            kind = REPOST if item.get("forwarded_from") else REPLY if item.get("reply_to_message_id") else POST
            when = from_epoch(item["date_unixtime"]) if item.get("date_unixtime") else from_iso(item.get("date"))
            yield Post(str(item.get("id")), _joined(item.get("text")), item.get("from"), when, self.platform, None, kind)


def _joined(text: object) -> str:
    """Return a text that is a string, or a list of strings and marked pieces."""
    if isinstance(text, list):
        return "".join(str(part.get("text", "")) if isinstance(part, dict) else str(part) for part in text)
    return text if isinstance(text, str) else ""
