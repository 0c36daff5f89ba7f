"""Reddit: an account's export (``posts.csv``, ``comments.csv``) and the monthly dumps (NDJSON, usually ``.zst``).

A post's text is its title and its body. What reads ``[removed]`` or ``[deleted]`` is skipped.
"""

import re
from collections.abc import Iterator
from contextlib import suppress
from typing import IO, Any

import msgspec

from givesell.archives.exports import rows_of
from givesell.archives.head import Head
from givesell.archives.json_scan import why_not
from givesell.archives.jsonl_file import parse
from givesell.archives.post import COMMENT, POST, Post, from_epoch, from_iso
from givesell.archives.reader import MAX_LINE, PostReader, Rejects, bounded_lines
from givesell.archives.values import identifier, short, words
from givesell.errors import FileError

_GONE = frozenset({"[removed]", "[deleted]", "[deleted by user]", "[ Removed by Reddit ]", "[ Removed by reddit ]"})
_SITE = "https://www.reddit.com"
_WANTED = {"id", "permalink", "date", "subreddit", "body"}
# Shorter lines cannot hold so many values that they need to be counted.
_LONG = 1 << 16


class RedditReader(PostReader):
    """The export of an account."""

    name = "reddit"
    platform = "reddit"
    pattern = re.compile(r"(^|/)(posts|comments)\.csv$", re.IGNORECASE)

    @classmethod
    def recognises(cls, head: Head) -> bool:
        """Say whether a file is of an export; see `PostReader.recognises`."""
        return set(head.columns) >= _WANTED

    def prepare(self) -> None:
        """Read whose export it is."""
        self._author = None
        for name in self.files.names():
            if name.lower().endswith("statistics.csv"):
                with suppress(FileError):
                    found = re.search(rb'^"?account name"?,"?([^"\r\n]+)', self.files.head(name), re.MULTILINE)
                    self._author = short(found[1].decode("utf-8", "replace")) if found else None

    def read(self, stream: IO[bytes], member: str, rejects: Rejects) -> Iterator[Post]:
        """Read one file; see `PostReader.read`."""
        for row in rows_of(stream, self.files.shown(member), self.name, [_WANTED], rejects):
            kind = POST if "title" in row else COMMENT
            if row["body"] in _GONE or row.get("title") in _GONE:
                self.skipped["removed or deleted"] += 1
                continue
            text = _joined(row.get("title"), row["body"])
            number, url = short(row["id"]), short(row["permalink"])
            yield Post(number, text, self._author, from_iso(row["date"]), self.platform, url, kind)


class _Line(msgspec.Struct):
    id: Any = None
    author: Any = None
    created_utc: Any = None
    permalink: Any = None
    link_id: Any = None
    title: Any = None
    selftext: Any = None
    body: Any = None


_decode = msgspec.json.Decoder(_Line).decode


class RedditDumpReader(PostReader):
    """A monthly dump of posts or comments."""

    name = "reddit-dump"
    platform = "reddit"
    pattern = re.compile(r"(^|/)R[CS]_\d{4}-\d{2}[^/]*$")
    unique = False

    @classmethod
    def recognises(cls, head: Head) -> bool:
        """Say whether a file is a dump; see `PostReader.recognises`."""
        first = head.first_object or {}
        return {"subreddit", "author", "created_utc"} <= first.keys() and bool({"body", "selftext"} & first.keys())

    def read(self, stream: IO[bytes], member: str, rejects: Rejects) -> Iterator[Post]:
        """Read one file; see `PostReader.read`."""
        shown = self.files.shown(member)
        for number, line in enumerate(bounded_lines(stream.readline, b"\n"), 1):
            if len(line) >= MAX_LINE:
                rejects.add(shown, number, "line of 16 MiB or more", line)
                continue
            try:
                found = _line(line)
                if found is None:
                    continue
                post = _dumped(found)
            except ValueError as error:
                rejects.add(shown, number, str(error), line)
                continue
            if post is None:
                self.skipped["removed or deleted"] += 1
            else:
                yield post


def _line(line: bytes) -> _Line | None:
    """Read a line; None for a blank one."""
    if len(line) < _LONG or why_not(line) is None:
        with suppress(msgspec.DecodeError, ValueError, RecursionError):
            return _decode(line)
    if not line.strip():
        return None
    row = parse(line)
    return _Line(**{key: row.get(key) for key in _Line.__struct_fields__})


def _dumped(line: _Line) -> Post | None:
    comment = isinstance(line.body, str)
    body, title = line.body if comment else line.selftext, line.title
    if (isinstance(body, str) and body in _GONE) or (isinstance(title, str) and title in _GONE):
        return None
    text = body if comment else _joined(title, body, line.body)
    prefix, kind = ("t1_", COMMENT) if comment else ("t3_", POST)
    number = identifier(line.id)
    url = None
    if permalink := short(line.permalink):
        url = _SITE + permalink
    elif number and (link := short(line.link_id)):
        url = f"{_SITE}/comments/{link[3:]}/_/{number}"
    author = short(line.author)
    if author in _GONE:
        author = None
    return Post(number and prefix + number, text, author, from_epoch(line.created_utc), "reddit", url, kind)


def _joined(*parts: object) -> str:
    """Return title and body; see `words` for parts that are no text."""
    found = [part for part in parts if isinstance(part, str) and part]
    return "\n\n".join(found) if found else words(*parts)
