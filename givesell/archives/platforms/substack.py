"""Substack: the export of a publication, ``posts.csv`` with the titles and ``posts/*.html`` with
the texts.

Drafts, and what only subscribers who pay can read, are skipped unless all are asked for.
"""

import re
from collections.abc import Iterator
from contextlib import suppress
from typing import IO

from givesell.archives.base.head import Head
from givesell.archives.base.post import Post, from_iso
from givesell.archives.base.post_reader import PostReader
from givesell.archives.base.rejects import Rejected, Rejects
from givesell.archives.base.values import short
from givesell.archives.parsing.markup import html_to_text
from givesell.archives.platforms.export_tables import rows_of
from givesell.archives.streams.file_errors import UNREADABLE
from givesell.archives.streams.limits import MAX_POST, TOO_LONG
from givesell.errors import FileError

_WANTED = {"post_id", "post_date", "is_published", "title"}
_MOST_PAGE = 16 << 20


class SubstackReader(PostReader):
    """The export of a publication."""

    name = "substack"
    platform = "substack"
    pattern = re.compile(r"(^|/)posts[^/]*\.csv$", re.IGNORECASE)

    @classmethod
    def recognises(cls, head: Head) -> bool:
        """Say whether a file is of a publication; see `PostReader.recognises`."""
        return set(head.columns) >= _WANTED

    @property
    def unread(self) -> list[str]:
        """The names of the files that nothing is taken of; see `Reader.unread`."""
        pages = {f"{member.rpartition('/')[0]}/posts/".lstrip("/") for member in self.members}
        return [
            name
            for name in super().unread
            if not (name.endswith(".html") and name[: name.rfind("/") + 1] in pages)
        ]

    def read(self, stream: IO[bytes], member: str, rejects: Rejects) -> Iterator[Post]:
        """Read one file; see `PostReader.read`."""
        folder = member.rpartition("/")[0]
        pages = {name for name in self.files.names() if name.endswith(".html")}
        shown = self.files.shown(member)
        for number, row in enumerate(rows_of(stream, shown, self.name, [_WANTED], rejects), 2):
            is_free = row.get("audience", "everyone") in ("everyone", "")
            if self.hides(is_free and row["is_published"].lower() == "true"):
                continue
            name = "/".join(filter(None, (folder, "posts", f"{row['post_id']}.html")))
            body = ""
            if name in pages:
                # Another row of the same letter would read its page again, which may be long.
                pages.remove(name)
                body = self._page(name)
            text = "\n\n".join(filter(None, (row["title"], row.get("subtitle", ""), body)))
            if len(text) > MAX_POST:
                rejects.add(Rejected(shown, number, TOO_LONG, row["post_id"]))
                continue
            yield Post(
                short(row["post_id"].partition(".")[0]),
                text,
                None,
                from_iso(row["post_date"]),
                self.platform,
            )

    def _page(self, name: str) -> str:
        """Return what a page says; nothing where it cannot be read."""
        with suppress(FileError, *UNREADABLE), self.files.open(name) as stream:
            return html_to_text(stream.read(_MOST_PAGE).decode("utf-8", "replace"))
        return ""
