r"""LinkedIn: ``Shares.csv``, ``Comments.csv``, ``InstantReposts.csv`` and the articles, alone or in
the zip of the export.

In ``Shares.csv`` each line of a post is wrapped in quotes of its own, doubled; in ``Comments.csv``
a quote is escaped with a backslash. Both are undone. A repost has no text, since the export holds
only the address of what was reposted.

``Shares.csv`` says who may see a post: everybody and all members (``MEMBER_NETWORK``) are the
public, connections and groups are not. Where it does not say, posts are public, as are comments and
published articles. An article that was never published is a draft, and not public.
"""

import re
from collections.abc import Iterator
from contextlib import suppress
from functools import lru_cache
from typing import IO
from urllib.parse import unquote

from givesell.archives.base.head import Head
from givesell.archives.base.post import COMMENT, POST, REPOST, Post, from_iso
from givesell.archives.base.post_reader import PostReader
from givesell.archives.base.rejects import Rejected, Rejects
from givesell.archives.base.values import short
from givesell.archives.formats.csv_file import read_dicts
from givesell.archives.platforms.export_tables import folded, rows_of
from givesell.archives.platforms.linkedin_article import article_of, is_article
from givesell.archives.streams.file_errors import UNREADABLE
from givesell.archives.streams.limits import MAX_LINE, MAX_POST, TOO_LONG
from givesell.archives.times.times import time_of
from givesell.errors import FileError

_URN, _NUMBER = re.compile(r"urn:li:\w+:(?:\d+-)*(\d+)"), re.compile(r"\d{10,}")
_SHARES, _COMMENTS, _REPOSTS = (
    {"Date", "ShareLink", "ShareCommentary"},
    {"Date", "Link", "Message"},
    {"Date", "Link"},
)
# Who may see a share, where that is everybody.
_EVERYBODY = {
    "",
    "membernetwork",
    "member_network",
    "members",
    "loggedin",
    "logged_in",
    "public",
    "anyone",
    "everyone",
}
_RAW = 2_000


class LinkedinReader(PostReader):
    """The export of an account."""

    name = "linkedin"
    platform = "linkedin"
    pattern = re.compile(
        r"(^|/)(shares|comments|instantreposts)[^/]*\.csv$|(^|/)articles/(.*/)?[^/]+\.html?$",
        re.IGNORECASE,
    )
    about = ("profile.csv",)

    @classmethod
    def recognises(cls, head: Head) -> bool:
        """Say whether a file is of an export; see `PostReader.recognises`."""
        names = _names(head)
        comments = names.issuperset(map(folded, _COMMENTS)) and len(names) <= 4
        reposts = names == set(map(folded, _REPOSTS)) and head.name.rpartition("/")[2].startswith(
            "instantreposts"
        )
        return (
            names.issuperset(map(folded, _SHARES)) or comments or reposts or is_article(head.data)
        )

    def prepare(self) -> None:
        """Read whose export it is."""
        for name in self.files.names():
            if name.lower().endswith("profile.csv"):
                with suppress(FileError, *UNREADABLE), self.files.open(name) as stream:
                    for _, row in read_dicts(stream, lambda *_: None):
                        parts = (row.get("First Name"), row.get("Last Name"))
                        self.owner = short(" ".join(part for part in parts if part))
                        break

    def read(self, stream: IO[bytes], member: str, rejects: Rejects) -> Iterator[Post]:
        """Read one file; see `PostReader.read`."""
        shown = self.files.shown(member)
        head = Head(self.files.head(member), member)
        if is_article(head.data):
            markup = stream.read(MAX_LINE)
            post, is_public = article_of(markup.decode("utf-8", "replace"), self.owner)
            if len(markup) == MAX_LINE or len(post.text or "") > MAX_POST:
                rejects.add(Rejected(shown, 1, TOO_LONG, markup[:_RAW]))
            elif not self.hides(is_public):
                yield post
            return
        delimiter = "\t" if len(head.columns) == 1 else ","
        wanted = [_SHARES, _COMMENTS] if len(_names(head)) > len(_REPOSTS) else [_REPOSTS]
        for row in rows_of(
            stream, shown, self.name, wanted, rejects, _unescaped, delimiter=delimiter
        ):
            when = from_iso(row["date"]) or time_of(row["date"])
            if "sharecommentary" in row and "sharelink" in row:
                if self.hides(_is_public(row.get("visibility", ""))):
                    continue
                link = short(row["sharelink"])
                text = row["sharecommentary"].replace('"\n"', "\n").replace('"\r\n"', "\n")
                yield Post(_number(link), text, self.owner, when, self.platform, link, POST)
            elif "message" in row:
                yield Post(
                    None,
                    row["message"],
                    self.owner,
                    when,
                    self.platform,
                    short(row["link"]),
                    COMMENT,
                )
            else:
                yield Post(None, None, self.owner, when, self.platform, short(row["link"]), REPOST)


@lru_cache(64)
def _is_public(visibility: str) -> bool:
    return folded(visibility) in _EVERYBODY


def _names(head: Head) -> set[str]:
    columns = (
        head.columns[0].replace('"', "").split("\t") if len(head.columns) == 1 else head.columns
    )
    return set(map(folded, columns))


def _number(link: str | None) -> str | None:
    """Return the id in an address: what a URN ends with, else a long number."""
    plain = unquote(link or "")
    numbers = _URN.findall(plain) or _NUMBER.findall(plain)
    return numbers[-1] if numbers else None


def _unescaped(line: str) -> str:
    return line.replace('\\"', '""')
