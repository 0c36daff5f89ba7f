"""YouTube: the comments (and live chats) of a Takeout export, ``comments.csv``, alone or in the zip."""

import re
from collections.abc import Iterator
from typing import IO

import msgspec

from givesell.archives.csv_file import read_dicts
from givesell.archives.head import Head
from givesell.archives.post import COMMENT, REPLY, Post, from_iso
from givesell.archives.reader import PostReader, Rejects

_IDS, _TEXTS = ("Comment ID", "Live Chat ID"), ("Comment Text", "Live Chat Text")
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
        return any({number, text, "Channel ID"} <= columns for number, text in zip(_IDS, _TEXTS, strict=True))

    def read(self, stream: IO[bytes], member: str, rejects: Rejects) -> Iterator[Post]:
        """Read one file; see `PostReader.read`."""
        shown = self.files.shown(member)
        for _, row in read_dicts(stream, lambda line, reason, raw: rejects.add(shown, line, reason, raw)):
            number, text, time = (next((row[name] for name in names if name in row), "") for names in (_IDS, _TEXTS, _TIMES))
            video = row.get("Video ID")
            url = f"https://www.youtube.com/watch?v={video}&lc={number}" if video else None
            kind = REPLY if row.get("Parent Comment ID") else COMMENT
            yield Post(number or None, _plain(text), row.get("Channel ID") or None, from_iso(time), self.platform, url, kind)


def _plain(text: str) -> str:
    """Return the words of a text that is written as JSON fragments with commas between."""
    if not text.startswith("{"):
        return text
    try:
        parts = msgspec.json.decode(f"[{text}]", type=list[dict[str, object]])
    except (msgspec.DecodeError, UnicodeEncodeError, RecursionError):
        return text
    return "".join(str(part.get("text", "")) for part in parts)
