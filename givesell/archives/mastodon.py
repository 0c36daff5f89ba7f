"""Mastodon and other ActivityPub servers: ``outbox.json``, alone or in the ``.tar.gz`` or zip of the export.

A content warning stands before the text. A boost has no text, since the export holds only the address of
what was boosted. Posts for followers only and direct messages are skipped unless all are asked for.
"""

import re
from collections.abc import Iterator
from typing import IO, Any
from urllib.parse import urlsplit

from givesell.archives.exports import dig, small_json
from givesell.archives.head import Head
from givesell.archives.json_items import items
from givesell.archives.markup import html_to_text
from givesell.archives.post import POST, REPLY, REPOST, Post, from_iso
from givesell.archives.reader import PostReader, Rejects

_PUBLIC = {"https://www.w3.org/ns/activitystreams#Public", "as:Public", "Public"}


class MastodonReader(PostReader):
    """An ActivityPub outbox."""

    name = "mastodon"
    platform = "mastodon"
    pattern = re.compile(r"(^|/)outbox[^/]*\.json$", re.IGNORECASE)

    @classmethod
    def recognises(cls, head: Head) -> bool:
        """Say whether a file is an outbox; see `PostReader.recognises`."""
        return b'"orderedItems"' in head.data and (b"activitystreams" in head.data or b'"OrderedCollection' in head.data)

    def prepare(self) -> None:
        """Read whose export it is."""
        self._actor = small_json(self.files, "actor.json")

    def read(self, stream: IO[bytes], member: str, rejects: Rejects) -> Iterator[Post]:
        """Read one file; see `PostReader.read`."""
        for number, activity in enumerate(items(stream, "orderedItems.item"), 1):
            if not isinstance(activity, dict):
                rejects.add(self.files.shown(member), number, "not an activity", repr(activity))
            elif self.options.visibility != "all" and not _is_public(activity):
                self.skipped["not public"] += 1
            elif activity.get("type") == "Announce":
                link = activity.get("object")
                link = link if isinstance(link, str) else dig(link, "id")
                yield self._post(activity, activity.get("id"), None, link, REPOST)
            elif activity.get("type") == "Create" and isinstance(activity.get("object"), dict):
                note = activity["object"]
                kind = REPLY if note.get("inReplyTo") else POST
                yield self._post(activity, note.get("id"), _text(note), note.get("url") or note.get("id"), kind)
            else:
                self.skipped["not a post"] += 1

    def _post(self, activity: dict[str, Any], number: Any, text: str | None, url: Any, kind: str) -> Post:
        return Post(number, text, self._author(activity), from_iso(activity.get("published")), self.platform, url, kind)

    def _author(self, activity: dict[str, Any]) -> str | None:
        actor = activity.get("actor") or dig(self._actor, "id")
        if not isinstance(actor, str):
            return None
        place = urlsplit(actor)
        name = dig(self._actor, "preferredUsername") or place.path.rstrip("/").rpartition("/")[2].removeprefix("@")
        return f"@{name}@{place.netloc}"


def _is_public(activity: dict[str, Any]) -> bool:
    note = activity.get("object")
    audience: set[str] = set()
    for where in (activity, note if isinstance(note, dict) else {}):
        for key in ("to", "cc"):
            named = where.get(key) or []
            audience.update([named] if isinstance(named, str) else [one for one in named if isinstance(one, str)])
    return bool(audience & _PUBLIC)


def _text(note: dict[str, Any]) -> str:
    parts = [note.get("summary"), note.get("name") if note.get("type") == "Article" else None]
    parts.append(html_to_text(str(note.get("content") or "")))
    options = [str(option.get("name")) for option in note.get("oneOf") or note.get("anyOf") or () if isinstance(option, dict)]
    parts.append("\n".join(options))
    return "\n\n".join(str(part) for part in parts if part)
