"""YouTube: the comments, live chats and posts of a Takeout export (``comments.csv``), alone or in
the zip.

The names of columns have changed their capitals over the years. In the export of an account in
another language they are in that language: such a file is told by what it holds, and refused.
Comments are public.
"""

import csv
import re
from collections.abc import Iterator
from typing import IO, Any

from givesell.archives.base.head import Head
from givesell.archives.base.post import COMMENT, POST, REPLY, Post, from_iso
from givesell.archives.base.post_reader import PostReader
from givesell.archives.base.rejects import Rejects
from givesell.archives.base.values import objects, short, strings
from givesell.archives.parsing.json_values import read_value
from givesell.archives.platforms.export_tables import folded, has_columns, rows_of
from givesell.errors import FileError
from givesell.show.words import quoted

_WHAT = ("Comment", "Live Chat", "Post")
_WANTED = [{f"{what} ID", f"{what} Text", "Channel ID"} for what in _WHAT]
# What is found in a row whatever the header says: the id of a channel, and a text in pieces.
_CHANNEL, _PIECES = re.compile(r"UC[\w-]{10,30}"), re.compile(r'\{\s*"(text|takeoutSegments)"\s*:')


class YoutubeReader(PostReader):
    """The comments of a Takeout export."""

    name = "youtube"
    platform = "youtube"
    pattern = re.compile(
        r"(^|/)((comments|live chats|posts)[^/]*|([^/]*youtube[^/]*|takeout)/(.*/)?[^/]+)\.csv$",
        re.IGNORECASE,
    )

    @classmethod
    def recognises(cls, head: Head) -> bool:
        """Say whether a file is of an export; see `PostReader.recognises`."""
        return has_columns(head, *_WANTED) or _in_another_language(head)

    def read(self, stream: IO[bytes], member: str, rejects: Rejects) -> Iterator[Post]:
        """Read one file; see `PostReader.read`."""
        shown = self.files.shown(member)
        head = Head(self.files.head(member, 1 << 16), member)
        if not has_columns(head, *_WANTED) and _in_another_language(head):
            raise FileError("E520", path=shown, columns=", ".join(map(quoted, head.columns)))
        for row in rows_of(stream, shown, self.name, _WANTED, rejects):
            what = next(
                what for what in map(folded, _WHAT) if f"{what}text" in row and f"{what}id" in row
            )
            number, video = short(row[f"{what}id"]), short(row.get("videoid"))
            kind = POST if what == "post" else REPLY if row.get("parentcommentid") else COMMENT
            when = from_iso(row.get(f"{what}createtimestamp", ""))
            yield Post(
                number,
                _plain(row[f"{what}text"]),
                short(row["channelid"]),
                when,
                self.platform,
                _url(number, video, kind),
                kind,
            )


def _url(number: str | None, video: str | None, kind: str) -> str | None:
    if kind == POST:
        return number and f"https://www.youtube.com/post/{number}"
    return f"https://www.youtube.com/watch?v={video}&lc={number or ''}" if video else None


def _in_another_language(head: Head) -> bool:
    """Say whether a table holds comments under a header that is not in English."""
    lines = head.data.split(b"\n", 2)[1:2]
    try:
        cells = next(
            csv.reader([line.decode("utf-8", "replace").strip("\r") for line in lines]), []
        )
    except csv.Error:
        return False
    return any(map(_CHANNEL.fullmatch, cells)) and any(map(_PIECES.match, cells))


def _plain(text: str) -> str:
    """Return the words of a text that is written as pieces in JSON, with commas between or in a
    list of their own.
    """
    if not text.startswith("{"):
        return text
    try:
        parts = read_value(f"[{text}]".encode())
    except ValueError:
        return text
    if not all(isinstance(part, dict) for part in parts):
        return text
    return "".join(piece for part in objects(parts) for piece in _pieces(part))


def _pieces(part: dict[str, Any]) -> list[str]:
    return strings(part.get("text")) + [
        piece for one in objects(part.get("takeoutSegments")) for piece in strings(one.get("text"))
    ]
