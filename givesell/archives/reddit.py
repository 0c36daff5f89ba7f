"""Reddit: an account's export (``posts.csv``, ``comments.csv``) and the monthly dumps (NDJSON, usually ``.zst``).

A post's text is its title and its body. What reads ``[removed]`` or ``[deleted]`` is skipped.
"""

import re
from collections.abc import Iterator
from typing import IO, Any

import msgspec

from givesell.archives.csv_file import read_dicts
from givesell.archives.head import Head
from givesell.archives.jsonl_file import parse
from givesell.archives.limits import MAX_LINE
from givesell.archives.post import COMMENT, POST, Post, from_epoch, from_iso
from givesell.archives.reader import PostReader, Rejects, bounded_lines

_GONE = frozenset({"[removed]", "[deleted]", "[deleted by user]", "[ Removed by Reddit ]", "[ Removed by reddit ]"})
_SITE = "https://www.reddit.com"


class RedditReader(PostReader):
    """The export of an account."""

    name = "reddit"
    platform = "reddit"
    pattern = re.compile(r"(^|/)(posts|comments)\.csv$", re.IGNORECASE)

    @classmethod
    def recognises(cls, head: Head) -> bool:
        """Say whether a file is of an export; see `PostReader.recognises`."""
        return {"id", "permalink", "date", "subreddit", "body"} <= set(head.columns)

    def prepare(self) -> None:
        """Read whose export it is."""
        self._author = None
        for name in self.files.names():
            if name.lower().endswith("statistics.csv"):
                found = re.search(rb'^"?account name"?,"?([^"\r\n]+)', self.files.head(name), re.MULTILINE)
                self._author = found[1].decode("utf-8", "replace") if found else None

    def read(self, stream: IO[bytes], member: str, rejects: Rejects) -> Iterator[Post]:
        """Read one file; see `PostReader.read`."""
        shown = self.files.shown(member)
        for _, row in read_dicts(stream, lambda line, reason, raw: rejects.add(shown, line, reason, raw)):
            kind = POST if "title" in row else COMMENT
            if row["body"] in _GONE or row.get("title") in _GONE:
                self.skipped["removed or deleted"] += 1
                continue
            url = row["permalink"] or None
            yield Post(row["id"], _joined(row.get("title"), row["body"]), self._author, from_iso(row["date"]), self.platform, url, kind)


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
                post = _dumped(_decode(line))
            except (msgspec.DecodeError, ValueError, RecursionError):
                if not line.strip():
                    continue
                try:
                    row = parse(line)
                except ValueError as error:
                    rejects.add(shown, number, str(error), line)
                    continue
                post = _dumped(_Line(**{key: row.get(key) for key in _Line.__struct_fields__}))
            if post is None:
                self.skipped["removed or deleted"] += 1
            else:
                yield post


def _dumped(line: _Line) -> Post | None:
    comment = isinstance(line.body, str)
    body = line.body if comment else line.selftext
    if body in _GONE or line.title in _GONE:
        return None
    text = body if comment else _joined(line.title, body)
    prefix, kind = ("t1_", COMMENT) if comment else ("t3_", POST)
    url = None
    if isinstance(line.permalink, str):
        url = _SITE + line.permalink
    elif isinstance(line.link_id, str):
        url = f"{_SITE}/comments/{line.link_id[3:]}/_/{line.id}"
    author = line.author if isinstance(line.author, str) and line.author not in _GONE else None
    return Post(f"{prefix}{line.id}", text, author, from_epoch(line.created_utc), "reddit", url, kind)


def _joined(title: object, body: object) -> str:
    return "\n\n".join(part for part in (title, body) if isinstance(part, str) and part)
