"""Mastodon and other ActivityPub servers: ``outbox.json``, alone or in the ``.tar.gz`` or zip of
the export.

A content warning stands before the text. A boost has no text, since the export holds only the
address of what was boosted. Posts that are public or unlisted are public; those for followers only
and direct messages are not.
"""

import re
from collections.abc import Iterator
from itertools import repeat
from typing import IO, Any
from urllib.parse import urlsplit

from givesell.archives.base.head import Head
from givesell.archives.base.item_reader import ItemReader
from givesell.archives.base.post import POST, REPLY, REPOST, Post, from_iso
from givesell.archives.base.rejects import Rejects
from givesell.archives.base.values import dig, objects, short, strings, words
from givesell.archives.parsing.json_items import items
from givesell.archives.parsing.markup import html_to_text
from givesell.archives.platforms.export_json import small_json

_PUBLIC = {"https://www.w3.org/ns/activitystreams#Public", "as:Public", "Public"}


class MastodonReader(ItemReader):
    """An ActivityPub outbox."""

    name = "mastodon"
    platform = "mastodon"
    pattern = re.compile(r"(^|/)outbox[^/]*\.json$", re.IGNORECASE)
    about = ("actor.json",)
    unit = "an activity"

    @classmethod
    def recognises(cls, head: Head) -> bool:
        """Say whether a file is an outbox; see `PostReader.recognises`."""
        return b'"orderedItems"' in head.data and (
            b"activitystreams" in head.data or b'"OrderedCollection' in head.data
        )

    def reset(self) -> None:
        """Forget what an earlier reading has learned; see `Reader.reset`."""
        super().reset()
        self._actor: str | None = None

    def prepare(self) -> None:
        """Read whose export it is."""
        actor = small_json(self.files, "actor.json")
        self._actor, self.owner = short(dig(actor, "id")), short(dig(actor, "preferredUsername"))

    def items(self, stream: IO[bytes], member: str, rejects: Rejects) -> Iterator[tuple[str, Any]]:  # noqa: ARG002
        """Read one file; see `ItemReader.items`."""
        return zip(repeat(member), items(stream, "orderedItems.item"))

    def post(self, item: dict[str, Any], path: str) -> Post | None:  # noqa: ARG002
        """Return the post that an activity is about; see `ItemReader.post`."""
        note = item.get("object")
        if self.hides(_is_public(item)):
            return None
        if item.get("type") == "Announce":
            return self._post(item, short(item.get("id")), None, _address(note), REPOST)
        if item.get("type") == "Create" and isinstance(note, dict):
            number = short(note.get("id"))
            return self._post(
                item,
                number,
                _text(note),
                _address(note.get("url")) or number,
                REPLY if note.get("inReplyTo") else POST,
            )
        self.skipped["not a post"] += 1
        return None

    def _post(
        self,
        activity: dict[str, Any],
        number: str | None,
        text: str | None,
        url: str | None,
        kind: str,
    ) -> Post:
        return Post(
            number,
            text,
            self._author(activity),
            from_iso(activity.get("published")),
            self.platform,
            url,
            kind,
        )

    def _author(self, activity: dict[str, Any]) -> str | None:
        actor = _address(activity.get("actor")) or self._actor
        if actor is None:
            return None
        try:
            place = urlsplit(actor)
        except ValueError:
            return self.owner
        name = self.owner or place.path.rstrip("/").rpartition("/")[2].removeprefix("@")
        return f"@{name}@{place.netloc}"


def _address(value: object) -> str | None:
    """Return the address of something that is named by it, described by an object, or either in
    a list.
    """
    named = next(iter(strings(value)), None) or next(
        (dig(one, "href") or dig(one, "id") for one in objects(value)), None
    )
    return short(named)


def _is_public(activity: dict[str, Any]) -> bool:
    note = activity.get("object")
    audience: set[str] = set()
    for where in (activity, note if isinstance(note, dict) else {}):
        for key in ("to", "cc"):
            audience.update(strings(where.get(key)))
    return bool(audience & _PUBLIC)


def _text(note: dict[str, Any]) -> str:
    text = html_to_text(words(note.get("content")))
    above = strings(note.get("summary"))[:1] + (
        strings(note.get("name"))[:1] if note.get("type") == "Article" else []
    )
    options = [
        name
        for option in objects(note.get("oneOf") or note.get("anyOf"))
        for name in strings(option.get("name"))
    ]
    return "\n\n".join(part for part in (*above, text, "\n".join(options)) if part)
