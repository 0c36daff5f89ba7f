"""Slack: the export of a workspace, zipped or not: a folder per channel with a file per day, and a
file of users.

Mentions and links read as people saw them. Private channels and direct messages are skipped unless
all are asked for; so is always what bots wrote, and what Slack itself noted, such as who joined.
"""

import re
from collections.abc import Iterator
from contextlib import suppress
from functools import partial
from itertools import repeat
from typing import IO, Any

from givesell.archives.base.head import Head
from givesell.archives.base.item_reader import ItemReader
from givesell.archives.base.post import POST, REPLY, Post, from_epoch
from givesell.archives.base.rejects import Rejects
from givesell.archives.base.values import dig, short, words
from givesell.archives.parsing.json_items import items
from givesell.archives.parsing.markup import unescaped
from givesell.archives.platforms.names_by_id import names_by_id
from givesell.archives.streams.file_errors import UNREADABLE
from givesell.errors import FileError

# What people write; all other subtypes are Slack's own notes.
_WRITTEN = frozenset(
    {None, "me_message", "thread_broadcast", "reply_broadcast", "file_share", "file_comment"}
)
_PRIVATE = ("groups.json", "dms.json", "mpims.json")
# What the folder of a direct message is called, to one or to several.
_DIRECT = re.compile(r"D[A-Z0-9]{8,12}|mpdm-.+")
# <@U1>, <@U1|jo>, <#C1|general>, <!here>, <!subteam^S1|@team>, <https://mugs.example|here>
_MARK = re.compile(r"<([@#!]?)([^<>|]*)(?:\|([^<>]*))?>")


class SlackReader(ItemReader):
    """The export of a workspace, or a day of a channel."""

    name = "slack"
    platform = "slack"
    pattern = re.compile(r"(^|/)[^/]+/\d{4}-\d\d-\d\d\.json$")
    unit = "a message"
    about = ("users.json", "channels.json", *_PRIVATE)
    unique = False  # a message is named by its time

    @classmethod
    def recognises(cls, head: Head) -> bool:
        """Say whether a file is a day of a channel; see `PostReader.recognises`."""
        return head.has("item.type", "item.ts") and bool(
            head.paths & {"item.text", "item.user", "item.subtype"}
        )

    def reset(self) -> None:
        """Forget what an earlier reading has learned; see `Reader.reset`."""
        super().reset()
        self._names: dict[str, str] = {}
        self._bots: dict[str, str] = {}
        # A channel's folder has its name, that of a direct message its id.
        self._private: set[str] = set()

    def prepare(self) -> None:
        """Read who is who, and which channels are private."""
        self._names = names_by_id(
            self._listed("users.json"), lambda one: (short(one.get("id")), _name(one))
        )
        self._bots = names_by_id(
            self._listed("users.json"),
            lambda one: (short(one.get("id")), "bot" if one.get("is_bot") is True else None),
        )
        for kind in _PRIVATE:
            for key in ("id", "name"):
                self._private |= names_by_id(self._listed(kind), partial(_keyed, key)).keys()

    def _listed(self, file: str) -> Iterator[Any]:
        """Yield what a list beside the channels holds."""
        for name in self.files.names():
            if name.rpartition("/")[2] == file:
                with suppress(FileError, *UNREADABLE), self.files.open(name) as stream:
                    yield from items(stream, "item")

    def items(self, stream: IO[bytes], member: str, rejects: Rejects) -> Iterator[tuple[str, Any]]:  # noqa: ARG002
        """Read one file; see `ItemReader.items`."""
        return zip(repeat(member), items(stream, "item"))

    def post(self, item: dict[str, Any], path: str) -> Post | None:
        """Return a message; see `ItemReader.post`."""
        if item.get("type", "message") != "message" or item.get("subtype") not in _WRITTEN | {
            "bot_message"
        }:
            self.skipped["not a message"] += 1
            return None
        user = short(item.get("user"))
        if item.get("subtype") == "bot_message" or item.get("bot_id") or user in self._bots:
            self.skipped["from a bot"] += 1
            return None
        channel = path.rpartition("/")[0].rpartition("/")[2]
        if self.hides(channel not in self._private and not _DIRECT.fullmatch(channel)):
            return None
        stamp, thread = short(item.get("ts")), short(item.get("thread_ts"))
        author = (
            self._names.get(user or "")
            or _name(dig(item, "user_profile") or {})
            or short(item.get("username"))
            or user
        )
        kind = REPLY if thread and thread != stamp else POST
        # The digits after the seconds only keep messages apart.
        when = from_epoch(stamp.partition(".")[0]) if stamp else None
        return Post(
            stamp, self._seen(words(item.get("text"))), author, when, self.platform, None, kind
        )

    def _seen(self, text: str) -> str:
        """Return a text as people saw it."""
        return unescaped(_MARK.sub(self._mark, text))

    def _mark(self, match: re.Match[str]) -> str:
        sign, target, label = match.groups()
        if not sign:
            return target.removeprefix("mailto:").removeprefix("tel:")
        if sign == "@":
            return "@" + (self._names.get(target) or label or target)
        if sign == "#":
            return "#" + (label or target)
        return label or "@" + target.partition("^")[0]


def _keyed(key: str, channel: dict[str, Any]) -> tuple[str | None, str]:
    return short(channel.get(key)), "private"


def _name(person: dict[str, Any]) -> str | None:
    """Return what somebody is called, the handle first."""
    names = (
        person.get("name"),
        dig(person, "profile", "display_name"),
        dig(person, "profile", "real_name"),
        person.get("real_name"),
    )
    return next(filter(None, map(short, names)), None)
