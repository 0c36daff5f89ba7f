"""YouTube: the comments (and live chats) of a Takeout export, ``comments.csv``, alone or in the zip."""

import re
from collections.abc import Iterator
from typing import IO

from givesell.archives.exports import rows_of
from givesell.archives.head import Head
from givesell.archives.json_values import read_value
from givesell.archives.post import COMMENT, REPLY, Post, from_iso
from givesell.archives.reader import PostReader, Rejects
from givesell.archives.values import objects, short, strings

_IDS, _TEXTS = ("Comment ID", "Live Chat ID"), ("Comment Text", "Live Chat Text")
_WANTED = [{number, text, "Channel ID"} for number, text in zip(_IDS, _TEXTS, strict=True)]
_TIMES = ("Comment Create Timestamp", "Live Chat Create Timestamp")


class YoutubeReader(PostReader):
    """The comments of a Takeout export."""

    name = "youtube"
    platform = "youtube"
    pattern = re.compile(r"(^|/)(comments|live chats)[^/]*\.csv$", re.IGNORECASE)

    @classmethod
    def recognises(cls, head: Head) -> bool:
        """Say whether a file is of an export; see `PostReader.recognises`."""
        columns = {name.strip() for name in head.columns}
        return any(columns >= wanted for wanted in _WANTED)

    def read(self, stream: IO[bytes], member: str, rejects: Rejects) -> Iterator[Post]:
        """Read one file; see `PostReader.read`."""
        for row in rows_of(stream, self.files.shown(member), self.name, _WANTED, rejects):
            found, text, time = (row[now] if now in row else row.get(live, "") for now, live in (_IDS, _TEXTS, _TIMES))
            number, video = short(found), short(row.get("Video ID"))
            url = f"https://www.youtube.com/watch?v={video}&lc={number or ''}" if video else None
            kind = REPLY if row.get("Parent Comment ID") else COMMENT
            yield Post(number, _plain(text), short(row["Channel ID"]), from_iso(time), self.platform, url, kind)


def _plain(text: str) -> str:
    """Return the words of a text that is written as JSON fragments with commas between."""
    if not text.startswith("{"):
        return text
    try:
        parts = read_value(f"[{text}]".encode())
    except ValueError:
        return text
    if not all(isinstance(part, dict) for part in parts):
        return text
    return "".join(piece for part in objects(parts) for piece in strings(part.get("text")))
