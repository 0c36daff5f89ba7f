"""TikTok: posts and comments of ``user_data.json`` (also ``user_data_tiktok.json``), alone or in the zip.

The names of its parts have changed over the years; each is found wherever it stands.
"""

import re
from collections.abc import Iterator
from contextlib import suppress
from typing import IO, Any

from givesell.archives.failures import UNREADABLE
from givesell.archives.head import Head
from givesell.archives.item_reader import ItemReader
from givesell.archives.json_items import items_at
from givesell.archives.post import COMMENT, POST, Post, from_iso
from givesell.archives.reader import Rejects
from givesell.archives.values import dig, short, words
from givesell.errors import FileError

_COMMENT = r"(.*\.)?Comments?\.CommentsList\.item"
_POST = r"(.*\.)?(Videos?|Posts?)\.(Videos|Posts)\.VideoList\.item"
_ITEMS = re.compile(f"{_COMMENT}|{_POST}")
_PROFILE = re.compile(r"(.*\.)?ProfileMap")
_KNOWN = {
    "CommentsList", "VideoList", "FavoriteVideoList", "ItemFavoriteList", "ProfileMap", "Tiktok Shopping", "TikTok Shop", "TikTok Shopping",
}  # fmt: skip


def _is_no_item(path: str) -> bool:
    return not path.endswith("item")


class TiktokReader(ItemReader):
    """The export of an account."""

    name = "tiktok"
    platform = "tiktok"
    pattern = re.compile(r"(^|/)user_data[^/]*\.json$", re.IGNORECASE)

    @classmethod
    def recognises(cls, head: Head) -> bool:
        """Say whether a file is of an export; see `PostReader.recognises`."""
        return bool(head.names & _KNOWN)

    def prepare(self) -> None:
        """Read whose export it is."""
        self._author: str | None = None
        for member in self.members:
            with suppress(FileError, *UNREADABLE), self.files.open(member) as stream:
                profiles = (dig(profile, "userName") for _, profile in items_at(stream, _PROFILE, leads=_is_no_item))
                self._author = next(filter(None, map(short, profiles)), None)

    def items(self, stream: IO[bytes], member: str, rejects: Rejects) -> Iterator[tuple[str, Any]]:  # noqa: ARG002
        """Read one file; see `ItemReader.items`."""
        return items_at(stream, _ITEMS, leads=_is_no_item)

    def post(self, item: dict[str, Any], path: str) -> Post | None:
        """Return a comment or a post; see `ItemReader.post`."""
        values = {key.lower(): value for key, value in item.items() if value != "N/A"}
        when = from_iso(values.get("date"))
        if path.endswith("CommentsList.item"):
            text, url, kind = words(values.get("comment")), short(values.get("url")), COMMENT
        else:
            text, kind = words(*map(values.get, ("title", "caption", "desc"))), POST
            url = short(values.get("link")) or short(values.get("videolink"))
        return Post(None, text or None, self._author, when, self.platform, url, kind)
