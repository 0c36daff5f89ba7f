"""Discord: channels as DiscordChatExporter writes them in JSON; its CSV is read as a table.

Direct messages and private threads are skipped unless all are asked for; what Discord itself noted
always is.
"""

import re
from collections.abc import Iterator
from io import BytesIO
from itertools import repeat
from typing import IO, Any

from givesell.archives.base.head import Head
from givesell.archives.base.item_reader import ItemReader
from givesell.archives.base.post import POST, REPLY, REPOST, Post, from_iso
from givesell.archives.base.rejects import Rejects
from givesell.archives.base.values import dig, identifier, short, words
from givesell.archives.parsing.json_items import items, items_at

_KINDS = {"Default": POST, "0": POST, "Reply": REPLY, "19": REPLY}
_TOGETHER = {"DirectTextChat", "DirectGroupTextChat", "DirectMessages", "GuildPrivateThread"}
_FORWARD = "Forward"
_ABOUT = re.compile(r"guild\.id|channel\.(type|id)")


class DiscordExporterReader(ItemReader):
    """A channel as DiscordChatExporter writes it."""

    name = "discord-chat-exporter"
    platform = "discord"
    pattern = re.compile(r"\[\d{15,20}\][^/]*\.json$")
    unit = "a message"

    @classmethod
    def recognises(cls, head: Head) -> bool:
        """Say whether a file is of this kind; see `PostReader.recognises`."""
        return head.has("guild.id", "channel.id") and bool(
            head.paths & {"messages", "dateRange", "exportedAt"}
        )

    def reset(self) -> None:
        """Forget what an earlier reading has learned; see `Reader.reset`."""
        super().reset()
        self._place = ""

    def items(self, stream: IO[bytes], member: str, rejects: Rejects) -> Iterator[tuple[str, Any]]:  # noqa: ARG002
        """Read one file; see `ItemReader.items`."""
        told = dict(items_at(BytesIO(self.files.head(member)), _ABOUT))
        private = told.get("channel.type") in _TOGETHER or identifier(told.get("guild.id")) == "0"
        self._place = "/".join(
            identifier(told.get(part)) or "" for part in ("guild.id", "channel.id")
        )
        return zip(repeat("private" if private else ""), items(stream, "messages.item"))

    def post(self, item: dict[str, Any], path: str) -> Post | None:
        """Return a message; see `ItemReader.post`."""
        kind = _KINDS.get(str(item.get("type", "Default")))
        if kind is None:
            self.skipped["not a message"] += 1
            return None
        if path == "private" and self.options.visibility != "all":
            self.skipped["not public"] += 1
            return None
        text = words(item.get("content"))
        if dig(item, "reference", "type") == _FORWARD or (
            not text and item.get("forwardedMessage")
        ):
            kind, text = REPOST, text or words(dig(item, "forwardedMessage", "content"))
        number = identifier(item.get("id"))
        author = short(dig(item, "author", "name")) or short(dig(item, "author", "nickname"))
        url = (
            f"https://discord.com/channels/{self._place}/{number}"
            if number and path != "private"
            else None
        )
        return Post(number, text, author, from_iso(item.get("timestamp")), self.platform, url, kind)
