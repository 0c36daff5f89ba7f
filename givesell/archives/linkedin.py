r"""LinkedIn: ``Shares.csv`` and ``Comments.csv``, alone or in the zip of the export.

In ``Shares.csv`` each line of a post is wrapped in quotes of its own, doubled; in ``Comments.csv`` a quote
is escaped with a backslash. Both are undone.
"""

import re
from collections.abc import Iterator
from contextlib import suppress
from typing import IO

from givesell.archives.csv_file import read_dicts
from givesell.archives.exports import rows_of
from givesell.archives.failures import UNREADABLE
from givesell.archives.head import Head
from givesell.archives.post import COMMENT, POST, Post, from_iso
from givesell.archives.reader import PostReader, Rejects
from givesell.archives.values import short
from givesell.errors import FileError

_NUMBER = re.compile(r"\d+")
_DIGITS = 10
_SHARES, _COMMENTS = {"Date", "ShareLink", "ShareCommentary"}, {"Date", "Link", "Message"}


class LinkedinReader(PostReader):
    """The export of an account."""

    name = "linkedin"
    platform = "linkedin"
    pattern = re.compile(r"(^|/)(shares|comments)[^/]*\.csv$", re.IGNORECASE)

    @classmethod
    def recognises(cls, head: Head) -> bool:
        """Say whether a file is of an export; see `PostReader.recognises`."""
        columns = set(head.columns)
        return columns >= _SHARES or (columns >= _COMMENTS and len(columns) <= 4)

    def prepare(self) -> None:
        """Read whose export it is."""
        self._author = None
        for name in self.files.names():
            if name.lower().endswith("profile.csv"):
                with suppress(FileError, *UNREADABLE), self.files.open(name) as stream:
                    for _, row in read_dicts(stream, lambda *_: None):
                        parts = (row.get("First Name"), row.get("Last Name"))
                        self._author = short(" ".join(part for part in parts if part))
                        break

    def read(self, stream: IO[bytes], member: str, rejects: Rejects) -> Iterator[Post]:
        """Read one file; see `PostReader.read`."""
        for row in rows_of(stream, self.files.shown(member), self.name, [_SHARES, _COMMENTS], rejects, _unescaped):
            when = from_iso(row["Date"])
            if "ShareCommentary" in row:
                link = short(row["ShareLink"])
                text = row["ShareCommentary"].replace('"\n"', "\n").replace('"\r\n"', "\n")
                yield Post(_number(link), text, self._author, when, self.platform, link, POST)
            else:
                yield Post(None, row["Message"], self._author, when, self.platform, short(row["Link"]), COMMENT)


def _number(link: str | None) -> str | None:
    """Return the id at the end of an address."""
    numbers = _NUMBER.findall(link or "")
    return numbers[-1] if numbers and len(numbers[-1]) >= _DIGITS else None


def _unescaped(line: str) -> str:
    return line.replace('\\"', '""')
