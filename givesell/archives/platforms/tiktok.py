"""TikTok: posts and comments of ``user_data.json`` (also ``user_data_tiktok.json``), alone or in
the zip.

The names of its parts have changed over the years; each is found wherever it stands. Posts are
public where the export does not say who can view them, unless the account is private; comments
stand below what others have posted and are public. Messages, deleted posts, and what was written
while somebody was live are none of these.
"""

import re
from collections.abc import Iterator
from contextlib import suppress
from typing import IO, Any

from givesell.archives.base.head import Head
from givesell.archives.base.item_reader import ItemReader
from givesell.archives.base.post import COMMENT, POST, Post, from_iso
from givesell.archives.base.rejects import Rejects
from givesell.archives.base.values import dig, short, words
from givesell.archives.parsing.json_items import items_at
from givesell.archives.streams.file_errors import UNREADABLE
from givesell.errors import FileError

_COMMENT = r"(.*\.)?Comments?\.CommentsList\.item"
_POST = r"(.*\.)?(Your )?(Videos?|Posts?)\.((Your )?(Videos|Posts)\.)?VideoList\.item"
_ITEMS = re.compile(f"{_COMMENT}|{_POST}")
_KNOWN = {
    "CommentsList", "VideoList", "FavoriteVideoList", "ItemFavoriteList", "ProfileMap",
    "Tiktok Shopping", "TikTok Shop", "TikTok Shopping",
}  # fmt: skip
_ABOUT = re.compile(r"(.*\.)?(ProfileMap|SettingsMap)")
# Who can view a post, where that is everybody.
_AUDIENCE = ("whocanview", "whocanviewthisvideo", "visibility", "privacy")
_EVERYBODY = {"", "n/a", "everyone", "everybody", "public", "anyone", "all", "public to everyone"}


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

    def reset(self) -> None:
        """Forget what an earlier reading has learned; see `Reader.reset`."""
        super().reset()
        self._private = False

    def prepare(self) -> None:
        """Read whose export it is, and whether the account is private."""
        for member in self.members:
            with suppress(FileError, *UNREADABLE), self.files.open(member) as stream:
                for _, part in items_at(stream, _ABOUT, leads=_is_no_item):
                    self.owner = self.owner or short(dig(part, "userName"))
                    self._private = self._private or str(dig(part, "Private Account")).lower() in (
                        "enabled",
                        "on",
                        "true",
                    )

    def items(self, stream: IO[bytes], member: str, rejects: Rejects) -> Iterator[tuple[str, Any]]:  # noqa: ARG002
        """Read one file; see `ItemReader.items`."""
        return items_at(stream, _ITEMS, leads=_is_no_item)

    def post(self, item: dict[str, Any], path: str) -> Post | None:
        """Return a comment or a post; see `ItemReader.post`."""
        values = {
            "".join(key.split()).lower(): value for key, value in item.items() if value != "N/A"
        }
        when = from_iso(values.get("date"))
        if path.endswith("CommentsList.item"):
            return Post(
                None,
                words(values.get("comment")) or None,
                self.owner,
                when,
                self.platform,
                short(values.get("url")),
                COMMENT,
            )
        text = words(*map(values.get, ("title", "caption", "desc", "description")))
        links = short(values.get("link")) or short(values.get("videolink")) or ""
        url = next(iter(links.split()), None)  # of several pictures the first
        audience = next((values[key] for key in _AUDIENCE if key in values), None)
        is_public = not self._private and str(audience or "").strip().lower() in _EVERYBODY
        return (
            None
            if self.hides(is_public)
            else Post(None, text or None, self.owner, when, self.platform, url, POST)
        )
