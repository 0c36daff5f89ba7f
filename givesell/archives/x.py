"""X (Twitter): ``tweets.js``, its parts, the older ``tweet.js`` and ``note-tweet.js``, and the zip they come in.

HTML entities are resolved, t.co links replaced by where they lead, links to the post's own pictures left out.
A long post stands cut off in ``tweets.js`` and whole in ``note-tweet.js``; it is given once, whole.
"""

import re
from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime
from itertools import repeat
from typing import IO, Any

from givesell.archives.exports import small_json
from givesell.archives.failures import UNREADABLE
from givesell.archives.head import Head
from givesell.archives.item_reader import ItemReader
from givesell.archives.json_items import items
from givesell.archives.limits import MAX_NOTE_CHARS, MAX_NOTES_A_SECOND
from givesell.archives.post import POST, REPLY, REPOST, Post, from_iso
from givesell.archives.reader import Rejects
from givesell.archives.values import dig, identifier, objects, short, words
from givesell.archives.x_text import readable
from givesell.errors import FileError

_TIME = "%a %b %d %H:%M:%S %z %Y"
_NOTE = re.compile(r"(^|/)note-?tweets?[^/]*\.js$", re.IGNORECASE)
_LONG = "noteTweet"
_OWN = {"tweet", "tweets", "note_tweet", "community_tweet"}
# How much of a cut-off post must agree with the whole one, and how far their times may differ.
_ALIKE, _SECONDS = 40, 5
# What a held post takes besides its text.
_EACH = 200


class XReader(ItemReader):
    """An X archive."""

    name = "x"
    platform = "x"
    pattern = re.compile(r"(^|/)(tweets?|note-tweets?|community-tweets?)(-part\d+)?\.js$", re.IGNORECASE)
    unit = "a tweet"

    @classmethod
    def recognises(cls, head: Head) -> bool:
        """Say whether a file is of an X archive; see `PostReader.recognises`."""
        return head.ytd in _OWN or head.has("item.tweet.created_at") or head.has("item.noteTweet.core.text")

    def prepare(self) -> None:
        """Read whose archive it is, and its long posts."""
        self._author = short(dig(small_json(self.files, "account.js"), "account", "username"))
        self._notes: dict[int, list[Post]] = {}
        self._given: set[Post] = set()
        self.members = sorted(self.members, key=lambda name: (bool(_NOTE.search(name)), name))
        held = 0
        for member in filter(_NOTE.search, self.members):
            # What is wrong with a file is told when its turn comes.
            with suppress(FileError, *UNREADABLE), self.files.open(member) as stream:
                for item in items(stream, "item", skip=b"window."):
                    held += self._hold(item)
                    if held > MAX_NOTE_CHARS:
                        return

    def items(self, stream: IO[bytes], member: str, rejects: Rejects) -> Iterator[tuple[str, Any]]:  # noqa: ARG002
        """Read one file; see `ItemReader.items`."""
        return zip(repeat(_LONG if _NOTE.search(member) else ""), items(stream, "item", skip=b"window."))

    def post(self, item: dict[str, Any], path: str) -> Post | None:
        """Return a tweet, whole, or a long post that stands in the place of none; see `ItemReader.post`."""
        if path == _LONG:
            note = self._note(item)
            if note in self._given:
                self._given.remove(note)
                return None
            return note
        tweet = item.get("tweet", item)
        if not isinstance(tweet, dict):
            raise ValueError("not a tweet")
        return self._whole(self._tweet(tweet))

    def _tweet(self, tweet: dict[str, Any]) -> Post:
        text = words(tweet.get("full_text"), tweet.get("text"))
        number = identifier(tweet.get("id_str")) or identifier(tweet.get("id"))
        kind = REPOST if text.startswith("RT @") or "retweeted_status" in tweet else POST
        if kind == POST and (tweet.get("in_reply_to_status_id") or tweet.get("in_reply_to_user_id")):
            kind = REPLY
        created = tweet.get("created_at")
        when = from_iso(created, _TIME) or from_iso(created)
        author = self._author or short(dig(tweet, "user", "screen_name"))
        return Post(number, _expanded(text, tweet), author, when, self.platform, number and f"https://x.com/i/status/{number}", kind)

    def _note(self, item: dict[str, Any]) -> Post:
        note = item.get("noteTweet")
        if not isinstance(note, dict):
            raise ValueError("not a long post")
        core = dig(note, "core")
        links = _links(objects(dig(core, "urls")), "shortUrl", "expandedUrl")
        text = readable(words(dig(core, "text")), links)
        return Post(identifier(note.get("noteTweetId")), text, self._author, from_iso(note.get("createdAt")), self.platform)

    def _hold(self, item: Any) -> int:
        """Keep a long post for the cut-off one that it belongs to; return about how much it takes."""
        try:
            note = self._note(item if isinstance(item, dict) else {})
        except ValueError:
            return 0
        held = self._notes.setdefault(_second(note.created), [])
        if len(held) == MAX_NOTES_A_SECOND:
            return 0
        held.append(note)
        return _EACH + len(note.text or "")

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
                    self._given.add(note)
                    return post._replace(text=note.text)
        return post


def _second(when: datetime | None) -> int:
    return int(when.timestamp()) if when else -1


def _expanded(text: str, tweet: dict[str, Any]) -> str:
    entities = tweet.get("entities")
    media = objects(dig(entities, "media")) + objects(dig(tweet, "extended_entities", "media"))
    links = _links(objects(dig(entities, "urls")), "url", "expanded_url")
    return readable(text, links, {link for one in media if (link := short(one.get("url")))})


def _links(entities: list[dict[str, Any]], link: str, target: str) -> list[tuple[str, str]]:
    pairs = [(short(one.get(link)), short(one.get(target))) for one in entities]
    return [(one, where) for one, where in pairs if one and where]
