"""Discord: the messages of a data package, one ``messages.json`` (formerly ``messages.csv``) a
channel.

Messages in the channels of a server are taken as public; those to one person, to a group of people
or in a private thread are not. The ``channel.json`` beside the messages says what a channel is, or
else its name in ``index.json``. A channel whose kind is not known is not public. Messages with
nothing that says where they were written are read.
"""

import re
from collections.abc import Iterator
from contextlib import suppress
from itertools import repeat
from typing import IO, Any

from givesell.archives.base.head import Head
from givesell.archives.base.item_reader import ItemReader
from givesell.archives.base.post import POST, Post, from_iso
from givesell.archives.base.rejects import Rejects
from givesell.archives.base.values import dig, identifier, short, words
from givesell.archives.parsing.json_items import items
from givesell.archives.platforms.export_json import parse_json, small_json
from givesell.archives.platforms.export_tables import has_columns, rows_of
from givesell.archives.streams.files import SingleFile
from givesell.archives.streams.limits import MAX_ABOUT_BYTES
from givesell.errors import FileError

_WANTED = {"ID", "Timestamp", "Contents"}
# Kinds of channels, which are numbers in older packages.
_PRIVATE = {"1", "3", "12", "dm", "group_dm", "private_thread", "guild_private_thread"}
_SERVER = {"0", "2", "4", "5", "10", "11", "13", "14", "15", "16"}
_SERVERS = ("guild_", "public_", "announcement_", "news_")
_TO_PEOPLE = "direct message with "
# A package has one list of its channels; more are not held.
_MOST_LISTS = 8


class DiscordReader(ItemReader):
    """A data package."""

    name = "discord"
    platform = "discord"
    unit = "a message"
    pattern = re.compile(r"(^|/)messages\.(json|csv)$", re.IGNORECASE)
    about = ("user.json", "channel.json", "index.json", "readme.txt")

    @classmethod
    def recognises(cls, head: Head) -> bool:
        """Say whether a file is of a package; see `PostReader.recognises`."""
        return has_columns(head, _WANTED) or head.has("item.ID", "item.Timestamp", "item.Contents")

    def reset(self) -> None:
        """Forget what an earlier reading has learned; see `Reader.reset`."""
        super().reset()
        self._places: dict[str, str] = {}
        self._lists: dict[str, Any] = {}

    def prepare(self) -> None:
        """Read whose package it is, and where it says what its channels are."""
        self.owner = short(dig(small_json(self.files, "user.json"), "username"))
        self._places = {
            name.lower(): name
            for name in self.files.names()
            if name.lower().endswith(("channel.json", "index.json"))
        }

    def items(self, stream: IO[bytes], member: str, rejects: Rejects) -> Iterator[tuple[str, Any]]:
        """Read one file; see `ItemReader.items`."""
        path = "public" if self._is_public(member) else "private"
        if Head(self.files.head(member, 64)).is_json:
            return ((path, _folded(item)) for item in items(stream, "item"))
        return zip(
            repeat(path), rows_of(stream, self.files.shown(member), self.name, [_WANTED], rejects)
        )

    def post(self, item: dict[str, Any], path: str) -> Post | None:
        """Return a message; see `ItemReader.post`."""
        when = from_iso(item.get("timestamp"))
        post = Post(
            identifier(item.get("id")),
            words(item.get("contents")),
            self.owner,
            when,
            self.platform,
            None,
            POST,
        )
        return None if self.hides(path == "public") else post

    def _is_public(self, member: str) -> bool:
        folder = member.rpartition("/")[0]
        channel = self._beside(folder, "channel.json")
        kind = str(dig(channel, "type")).lower()
        if kind in _PRIVATE or dig(channel, "recipients"):
            return False
        if dig(channel, "guild") or kind in _SERVER or kind.startswith(_SERVERS):
            return True
        above, _, number = folder.rpartition("/")
        if (
            above not in self._lists
            and len(self._lists) < _MOST_LISTS
            and (channels := self._beside(above, "index.json")) is not None
        ):
            self._lists[above] = channels
        name = dig(self._lists.get(above), number.lower().removeprefix("c"))
        return not name.lower().startswith(_TO_PEOPLE) if isinstance(name, str) else channel is None

    def _beside(self, folder: str, name: str) -> Any:
        """Return what a file says about channels, None where there is none; one file by itself
        may lie in its package.
        """
        place = self._places.get(f"{folder}/{name}".lstrip("/").lower())
        beside = self.files.path.with_name(name)
        try:
            if place is not None:
                return parse_json(self.files.head(place, MAX_ABOUT_BYTES))
            if isinstance(self.files, SingleFile) and beside.is_file():
                with suppress(FileError):
                    return parse_json(SingleFile(beside).head(name, MAX_ABOUT_BYTES))
                return {}
        except (OSError, ValueError):
            return {}  # it says something that cannot be read
        return None


def _folded(item: Any) -> Any:
    return {key.lower(): value for key, value in item.items()} if isinstance(item, dict) else item
