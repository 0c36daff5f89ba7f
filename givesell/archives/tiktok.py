"""TikTok: posts and comments of ``user_data.json`` (also ``user_data_tiktok.json``), alone or in the zip.

The names of its parts have changed over the years; each is found wherever it stands.
"""

import re
from collections.abc import Iterator
from typing import IO, Any

from givesell.archives.exports import dig
from givesell.archives.head import Head
from givesell.archives.json_items import items_at
from givesell.archives.post import COMMENT, POST, Post, from_iso
from givesell.archives.reader import PostReader, Rejects

_COMMENT = r"(.*\.)?Comments?\.CommentsList\.item"
_POST = r"(.*\.)?(Videos?|Posts?)\.(Videos|Posts)\.VideoList\.item"
_ITEMS = re.compile(f"{_COMMENT}|{_POST}")
_PROFILE = re.compile(r"(.*\.)?ProfileMap")
_KNOWN = re.compile(rb'"(CommentsList|VideoList|FavoriteVideoList|ItemFavoriteList|ProfileMap|Tiktok Shopping|TikTok Shop(ping)?)"')


class TiktokReader(PostReader):
    """The export of an account."""

    name = "tiktok"
    platform = "tiktok"
    pattern = re.compile(r"(^|/)user_data[^/]*\.json$", re.IGNORECASE)

    @classmethod
    def recognises(cls, head: Head) -> bool:
        """Say whether a file is of an export; see `PostReader.recognises`."""
        return head.is_json and bool(_KNOWN.search(head.data))

    def prepare(self) -> None:
        """Read whose export it is."""
        self._author: str | None = None
        for member in self.members:
            with self.files.open(member) as stream:
                found = next(items_at(stream, _PROFILE), None)
            if found is not None:
                self._author = dig(found[1], "userName")

    def read(self, stream: IO[bytes], member: str, rejects: Rejects) -> Iterator[Post]:  # noqa: ARG002
        """Read one file; see `PostReader.read`."""
        for path, item in items_at(stream, _ITEMS):
            values = {key.lower(): value for key, value in item.items()}
            when = from_iso(values.get("date"))
            if path.endswith("CommentsList.item"):
                yield Post(None, _text(values, "comment"), self._author, when, self.platform, _text(values, "url"), COMMENT)
            else:
                text = _text(values, "title") or _text(values, "caption") or _text(values, "desc")
                yield Post(None, text, self._author, when, self.platform, _text(values, "link") or _text(values, "videolink"), POST)


def _text(values: dict[str, Any], key: str) -> str | None:
    value = values.get(key)
    return value if isinstance(value, str) and value not in ("", "N/A") else None
