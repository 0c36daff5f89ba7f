"""Telegram: ``result.json`` of one chat or of the whole account, as Telegram Desktop writes it."""

import re
from collections.abc import Iterator
from typing import IO, Any

from givesell.archives.head import Head
from givesell.archives.item_reader import ItemReader
from givesell.archives.json_items import items_at
from givesell.archives.post import POST, REPLY, REPOST, Post, from_epoch, from_iso
from givesell.archives.reader import Rejects
from givesell.archives.values import identifier, short, strings, words

_ITEMS = re.compile(r"((left_)?chats\.list\.item\.)?messages\.item")


class TelegramReader(ItemReader):
    """The messages of chats and channels."""

    name = "telegram"
    platform = "telegram"
    pattern = re.compile(r"(^|/)result[^/]*\.json$", re.IGNORECASE)
    unit = "a message"
    unique = False  # ids are those of a chat, and an export may hold many

    @classmethod
    def recognises(cls, head: Head) -> bool:
        """Say whether a file is of an export; see `PostReader.recognises`."""
        one = head.has("messages.item.id", "messages.item.date", "type")
        return one or (head.has("about") and bool(head.paths & {"chats", "personal_information"})) or head.has("chats.list.item.messages")

    def items(self, stream: IO[bytes], member: str, rejects: Rejects) -> Iterator[tuple[str, Any]]:  # noqa: ARG002
        """Read one file; see `ItemReader.items`."""
        return items_at(stream, _ITEMS)

    def post(self, item: dict[str, Any], path: str) -> Post | None:  # noqa: ARG002
        """Return a message; see `ItemReader.post`."""
        if item.get("type") != "message":
            self.skipped["not a message"] += 1
            return None
        kind = REPOST if item.get("forwarded_from") else REPLY if item.get("reply_to_message_id") else POST
        when = from_epoch(item.get("date_unixtime")) or from_iso(item.get("date"))
        return Post(identifier(item.get("id")), _joined(item.get("text")), short(item.get("from")), when, self.platform, None, kind)


def _joined(text: object) -> str:
    """Return a text that is a string, or a list of strings and marked pieces."""
    if not isinstance(text, (list, dict)):
        return words(text)
    pieces = text if isinstance(text, list) else [text]
    found = [piece for part in pieces for piece in strings(part.get("text") if isinstance(part, dict) else part)]
    return "".join(found) if found or not text else words(text)
