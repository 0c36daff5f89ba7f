"""Reddit: an account's export (``posts.csv``, ``comments.csv``) and the monthly dumps (NDJSON,
usually ``.zst``).

A post's text is its title and its body. What reads ``[removed]`` or ``[deleted]`` is skipped.
Bodies are Markdown, in which entities stand for characters, and a line that begins with ``>``
quotes somebody. In dumps all texts are escaped once more. All are public: chats and messages are in
other files.
"""

import re
from collections.abc import Iterator
from contextlib import suppress
from typing import IO, Annotated, Any

import msgspec

from givesell.archives.base.head import Head
from givesell.archives.base.post import COMMENT, POST, Post, from_epoch, from_iso
from givesell.archives.base.post_reader import PostReader
from givesell.archives.base.rejects import Rejected, Rejects
from givesell.archives.base.values import identifier, short, words
from givesell.archives.formats.jsonl_file import parse
from givesell.archives.parsing.lines import bounded_lines
from givesell.archives.parsing.markup import unescaped
from givesell.archives.platforms.export_tables import has_columns, rows_of
from givesell.archives.streams.limits import MAX_LINE, MAX_SHORT
from givesell.errors import FileError

_GONE = frozenset(
    {
        "[removed]",
        "[deleted]",
        "[deleted by user]",
        "[ Removed by Reddit ]",
        "[ Removed by reddit ]",
    }
)
_LONGEST_GONE = 40
_SITE = "https://www.reddit.com"
_WANTED = {"id", "permalink", "date", "subreddit", "body"}
# What no reader sees at the ends of a text, such as the blank that the site's editor puts into
# empty paragraphs.
_BLANK = " \t\r\n\xa0\u200b\u2060\ufeff"
# Shorter lines cannot hold so many values that they need to be looked over.
_LONG = 1 << 16


class RedditReader(PostReader):
    """The export of an account."""

    name = "reddit"
    platform = "reddit"
    pattern = re.compile(r"(^|/)(posts|comments)\.csv$", re.IGNORECASE)
    about = ("statistics.csv",)

    @classmethod
    def recognises(cls, head: Head) -> bool:
        """Say whether a file is of an export; see `PostReader.recognises`."""
        return has_columns(head, _WANTED)

    def prepare(self) -> None:
        """Read whose export it is."""
        for name in self.files.names():
            if name.lower().endswith("statistics.csv"):
                with suppress(FileError):
                    found = re.search(
                        rb'^"?account name"?,"?([^"\r\n]+)', self.files.head(name), re.MULTILINE
                    )
                    self.owner = short(found[1].decode("utf-8", "replace")) if found else None

    def read(self, stream: IO[bytes], member: str, rejects: Rejects) -> Iterator[Post]:
        """Read one file; see `PostReader.read`."""
        for row in rows_of(stream, self.files.shown(member), self.name, [_WANTED], rejects):
            kind = POST if "title" in row else COMMENT
            if _is_gone(row["body"]) or _is_gone(row.get("title")):
                self.skipped["removed or deleted"] += 1
                continue
            text = _joined(row.get("title"), _plain(row["body"]))
            number, url = short(row["id"]), short(row["permalink"])
            yield Post(number, text, self.owner, from_iso(row["date"]), self.platform, url, kind)


_Short = Annotated[str, msgspec.Meta(max_length=MAX_SHORT)]


class _Line(msgspec.Struct):
    """A line that is as it should be."""

    id: _Short | int | None = None
    author: _Short | None = None
    created_utc: Any = None
    permalink: _Short | None = None
    link_id: _Short | None = None
    title: str | None = None
    selftext: str | None = None
    body: str | None = None


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
        return {"subreddit", "author", "created_utc"} <= first.keys() and bool(
            {"body", "selftext"} & first.keys()
        )

    def read(self, stream: IO[bytes], member: str, rejects: Rejects) -> Iterator[Post]:
        """Read one file; see `PostReader.read`."""
        shown = self.files.shown(member)
        for number, line in enumerate(bounded_lines(stream.readline, b"\n"), 1):
            if len(line) >= MAX_LINE:
                rejects.add(Rejected(shown, number, "line of 16 MiB or more", line))
                continue
            try:
                post = _dumped(_decode(line) if len(line) < _LONG else _parsed(line))
            except (msgspec.DecodeError, ValueError, RecursionError):
                if not line.strip():
                    continue
                try:
                    post = _dumped(_parsed(line))
                except ValueError as error:
                    rejects.add(Rejected(shown, number, str(error), line))
                    continue
            if post is None:
                self.skipped["removed or deleted"] += 1
            else:
                yield post


def _parsed(line: bytes) -> _Line:
    """Take from a line that is not as it should be what can be used."""
    row = parse(line)
    texts = [row.get(key) for key in ("title", "selftext", "body")]
    words(*texts)
    parts = [short(row.get(key)) for key in ("permalink", "link_id")]
    known = [text if isinstance(text, str) else None for text in texts]
    return _Line(
        identifier(row.get("id")), short(row.get("author")), row.get("created_utc"), *parts, *known
    )


def _dumped(line: _Line) -> Post | None:
    comment = line.body is not None
    body = line.body if comment else line.selftext
    if (body and len(body) < _LONGEST_GONE and _is_gone(body)) or _is_gone(line.title):
        return None
    prefix, kind = ("t1_", COMMENT) if comment else ("t3_", POST)
    url = None
    if line.permalink:
        url = _SITE + line.permalink
    elif line.link_id:
        url = f"{_SITE}/comments/{line.link_id[3:]}/_/{line.id}"
    author = None if line.author in _GONE else line.author
    number = None if line.id is None else f"{prefix}{line.id}"
    text = _plain(unescaped(body) if "&" in body else body) if body else body
    if not comment:
        text = _joined(line.title and unescaped(line.title), text)
    return Post(number, text, author, from_epoch(line.created_utc), "reddit", url, kind)


def _is_gone(text: str | None) -> bool:
    return text is not None and len(text) < _LONGEST_GONE and text.strip() in _GONE


def _plain(markdown: str) -> str:
    """Return Markdown with its entities resolved, and without blanks at its ends."""
    return (unescaped(markdown) if "&" in markdown else markdown).strip(_BLANK)


def _joined(title: str | None, body: str | None) -> str:
    return "\n\n".join(part for part in (title, body) if part)
