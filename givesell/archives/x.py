"""X (Twitter): ``tweets.js``, its parts, the older ``tweet.js`` and ``note-tweet.js``, and the zip they come in.

HTML entities are resolved, t.co links replaced by where they lead, links to the post's own pictures left out.
A long post stands cut off in ``tweets.js`` and whole in ``note-tweet.js``; it is given once, whole.
"""

import html
import re
from collections.abc import Iterator
from datetime import datetime
from typing import IO, Any

from givesell.archives.exports import dig, small_json
from givesell.archives.head import Head
from givesell.archives.json_items import items
from givesell.archives.post import POST, REPLY, REPOST, Post, from_iso
from givesell.archives.reader import PostReader, Rejects

_TIME = "%a %b %d %H:%M:%S %z %Y"
_NOTE = re.compile(r"note-?tweets?[^/]*\.js$", re.IGNORECASE)
_OWN = {"tweet", "tweets", "note_tweet", "community_tweet"}
# How much of a cut-off post must agree with the whole one, and how far their times may differ.
_ALIKE, _SECONDS = 40, 5


class XReader(PostReader):
    """An X archive."""

    name = "x"
    platform = "x"
    pattern = re.compile(r"(^|/)(tweets?|note-tweets?|community-tweets?)(-part\d+)?\.js$", re.IGNORECASE)

    @classmethod
    def recognises(cls, head: Head) -> bool:
        """Say whether a file is of an X archive; see `PostReader.recognises`."""
        return head.ytd in _OWN or head.has("item.tweet.created_at") or head.has("item.noteTweet.core.text")

    def prepare(self) -> None:
        """Read whose archive it is, and its long posts."""
        self._author = dig(small_json(self.files, "account.js"), "account", "username")
        self._notes: dict[int, list[Post]] = {}
        self.members = sorted(self.members, key=lambda name: (bool(_NOTE.search(name)), name))
        for member in self.members:
            if _NOTE.search(member):
                with self.files.open(member) as stream:
                    for note in self._read_notes(stream):
                        self._notes.setdefault(_second(note.created), []).append(note)

    def read(self, stream: IO[bytes], member: str, rejects: Rejects) -> Iterator[Post]:
        """Read one file; see `PostReader.read`."""
        if _NOTE.search(member):
            for notes in self._notes.values():
                yield from notes
            return
        for number, item in enumerate(items(stream, "item", skip=b"window."), 1):
            tweet = item.get("tweet", item) if isinstance(item, dict) else None
            if not isinstance(tweet, dict):
                rejects.add(self.files.shown(member), number, "not a tweet", repr(item))
                continue
            yield self._whole(self._tweet(tweet))

    def _tweet(self, tweet: dict[str, Any]) -> Post:
        text = tweet.get("full_text") or tweet.get("text") or ""
        number = _text(tweet.get("id_str") or tweet.get("id"))
        kind = REPOST if text.startswith("RT @") or "retweeted_status" in tweet else POST
        if kind == POST and (tweet.get("in_reply_to_status_id") or tweet.get("in_reply_to_user_id")):
            kind = REPLY
        created = tweet.get("created_at")
        when = from_iso(created, _TIME) or from_iso(created)
        author = self._author or dig(tweet, "user", "screen_name")
        return Post(number, _expanded(text, tweet), author, when, self.platform, number and f"https://x.com/i/status/{number}", kind)

    def _read_notes(self, stream: IO[bytes]) -> Iterator[Post]:
        for item in items(stream, "item", skip=b"window."):
            note = dig(item, "noteTweet") or {}
            text = html.unescape(str(dig(note, "core", "text") or ""))
            for link in dig(note, "core", "urls") or ():
                text = text.replace(str(link.get("shortUrl")), str(link.get("expandedUrl")))
            yield Post(_text(note.get("noteTweetId")), text, self._author, from_iso(note.get("createdAt")), self.platform)

    def _whole(self, post: Post) -> Post:
        """Return a cut-off post with its whole text."""
        if not self._notes or not post.text or post.created is None:
            return post
        start = post.text.split("…", maxsplit=1)[0][:_ALIKE]
        moment = _second(post.created)
        for second in range(moment - _SECONDS, moment + _SECONDS + 1):
            for note in self._notes.get(second, ()):
                if (note.text or "").startswith(start) and len(note.text or "") > len(start):
                    self._notes[second].remove(note)
                    return post._replace(text=note.text)
        return post


def _second(when: datetime | None) -> int:
    return int(when.timestamp()) if when else -1


def _text(value: object) -> str | None:
    return None if value is None else str(value)


def _expanded(text: str, tweet: dict[str, Any]) -> str:
    entities = tweet.get("entities") or {}
    for link in entities.get("urls") or ():
        text = text.replace(str(link.get("url")), str(link.get("expanded_url") or link.get("url")))
    for media in (entities.get("media") or []) + (dig(tweet, "extended_entities", "media") or []):
        text = text.replace(str(media.get("url")), "")
    return html.unescape(text).strip()
