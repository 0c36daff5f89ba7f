"""X (Twitter): ``tweets.js``, its parts, the older ``tweet.js``, what stands beside them, and the
zip they come in.

HTML entities are resolved, t.co links replaced by where they lead, links to the post's own pictures
left out. A long post stands cut off in ``tweets.js`` and whole in ``note-tweet.js``; it is given
once, whole. Archives before 2018 are another matter, see `givesell.archives.platforms.x_old`.

Posts are public, which is what X makes of them, but for those to a circle
(``twitter-circle-tweet.js`` lists them), and all of an account that is protected when it is
archived. Deleted posts are left out.
"""

import re
from collections.abc import Iterator
from contextlib import suppress
from itertools import repeat
from typing import IO, Any

from givesell.archives.base.head import Head
from givesell.archives.base.item_reader import ItemReader
from givesell.archives.base.post import POST, REPLY, REPOST, Post, from_iso
from givesell.archives.base.rejects import Rejects
from givesell.archives.base.values import dig, identifier, objects, short, words
from givesell.archives.parsing.json_items import items
from givesell.archives.platforms.export_json import small_json
from givesell.archives.platforms.x_long_posts import LongPosts
from givesell.archives.platforms.x_old import MONTH, is_month, is_table, tweets_of
from givesell.archives.shapes.x_text import readable
from givesell.archives.streams.file_errors import UNREADABLE
from givesell.archives.streams.files import Files
from givesell.archives.streams.limits import MAX_NAMES
from givesell.errors import FileError

_TIME = "%a %b %d %H:%M:%S %z %Y"
_NOTE = re.compile(r"(^|/)note-?tweets?[^/]*\.js$", re.IGNORECASE)
_CIRCLE = re.compile(r"(^|/)twitter-circle-tweets?[^/]*\.js$", re.IGNORECASE)
_LONG, _IN_CIRCLE = "noteTweet", "circle"
_POSTS = {"tweet", "tweets", "note_tweet", "community_tweet", "twitter_circle_tweet"}
_WRAPPERS = ("communityTweet", "twitterCircleTweet")
_ANSWERED = (
    "in_reply_to_status_id",
    "in_reply_to_user_id",
    "in_reply_to_status_id_str",
    "in_reply_to_user_id_str",
)


class XReader(ItemReader):
    """An X archive."""

    name = "x"
    platform = "x"
    pattern = re.compile(
        r"(^|/)((tweets?|(note|community|twitter-circle)-?tweets?)(-part\d+)?\.js|\d{4}_\d{2}\.(js|csv)|tweets\.csv)$",
        re.IGNORECASE,
    )
    about = (
        "account.js",
        "protected-history.js",
        "user_details.js",
        "manifest.js",
        "payload_details.js",
        "tweet_index.js",
    )
    unit = "a tweet"

    @classmethod
    def recognises(cls, head: Head) -> bool:
        """Say whether a file is of an X archive; see `PostReader.recognises`."""
        bare = head.has("item.tweet.created_at") and bool(
            head.paths & {"item.tweet.full_text", "item.tweet.text"}
        )
        script = head.ytd in _POSTS or is_month(head) or is_table(head)
        return (
            script
            or (bare and not head.has("item.tweet.deleted_at"))
            or head.has("item.noteTweet.core.text")
        )

    def __init__(self, files: Files, members: list[str], *given: Any) -> None:
        scripts = {_bare(member) for member in members if not _is_table(member)}
        # A table of a month, or of all, holds the same posts as the scripts.
        self._twins = {
            member
            for member in members
            if _is_table(member) and scripts and _bare(member) in scripts | {"tweets"}
        }
        super().__init__(files, [member for member in members if member not in self._twins], *given)

    @property
    def unread(self) -> list[str]:
        """The names of the files that no reader takes; see `Reader.unread`."""
        return [name for name in super().unread if name not in self._twins]

    @classmethod
    def is_plain(cls, head: Head) -> bool:
        """Say whether a file is a table of an old archive; see `PostReader.is_plain`."""
        return is_table(head)

    def reset(self) -> None:
        """Forget what an earlier reading has learned; see `Reader.reset`."""
        super().reset()
        self._protected = False
        self._long_posts = LongPosts()
        self._in_circle: set[int] = set()  # hashes of ids

    def prepare(self) -> None:
        """Read whose archive it is, who may see it, and its long posts."""
        author = short(dig(small_json(self.files, "account.js"), "account", "username"))
        self.owner = author or short(dig(small_json(self.files, "user_details.js"), "screen_name"))
        self._protected = _is_protected(small_json(self.files, "protected-history.js"))
        self.members = sorted(self.members, key=lambda name: (bool(_NOTE.search(name)), name))
        for item in self._each(_CIRCLE):
            number = _number(_tweet_of(item))
            if number and len(self._in_circle) < MAX_NAMES:
                self._in_circle.add(hash(number))
        for item in self._each(_NOTE):
            with suppress(ValueError):
                self._long_posts.hold(self._note(item if isinstance(item, dict) else {}))
            if self._long_posts.is_full:
                return

    def items(self, stream: IO[bytes], member: str, rejects: Rejects) -> Iterator[tuple[str, Any]]:
        """Read one file; see `ItemReader.items`."""
        if _is_table(member):
            return zip(repeat(""), tweets_of(stream, self.files.shown(member), rejects))
        path = _LONG if _NOTE.search(member) else _IN_CIRCLE if _CIRCLE.search(member) else ""
        return zip(repeat(path), items(stream, "item", skip=(b"window.", MONTH)))

    def post(self, item: dict[str, Any], path: str) -> Post | None:
        """Return a tweet, completed, or a long post of which no tweet is the beginning; see
        `ItemReader.post`.
        """
        if path == _LONG:
            note = self._note(item)
            if self._long_posts.was_given(note):
                return None
            return None if self.hides(not self._protected) else note
        tweet = _tweet_of(item)
        if tweet is None:
            raise ValueError("not a tweet")
        if tweet.get("deleted_at"):
            self.skipped["deleted"] += 1
            return None
        post = self._long_posts.completed(self._tweet(tweet))
        hidden = (
            path == _IN_CIRCLE
            or hash(post.id) in self._in_circle
            or self._protected
            or dig(tweet, "user", "protected") is True
        )
        return None if self.hides(not hidden) else post

    def _each(self, wanted: re.Pattern[str]) -> Iterator[Any]:
        """Read the items of the files that a pattern names; what is wrong with one is reported when
        it is read for its posts.
        """
        for member in filter(wanted.search, self.members):
            with suppress(FileError, *UNREADABLE), self.files.open(member) as stream:
                yield from items(stream, "item", skip=b"window.")

    def _tweet(self, tweet: dict[str, Any]) -> Post:
        text = words(tweet.get("full_text"), tweet.get("text"))
        number = _number(tweet)
        kind = REPOST if text.startswith("RT @") or "retweeted_status" in tweet else POST
        if kind == POST and any(map(tweet.get, _ANSWERED)):
            kind = REPLY
        created = tweet.get("created_at")
        when = from_iso(created, _TIME) or from_iso(created)
        author = self.owner or short(dig(tweet, "user", "screen_name"))
        return Post(
            number,
            _expanded(text, tweet),
            author,
            when,
            self.platform,
            number and f"https://x.com/i/status/{number}",
            kind,
        )

    def _note(self, item: dict[str, Any]) -> Post:
        note = item.get("noteTweet")
        if not isinstance(note, dict):
            raise ValueError("not a long post")
        core = dig(note, "core")
        links = _links(objects(dig(core, "urls")), "shortUrl", "expandedUrl")
        text = readable(words(dig(core, "text")), links)
        return Post(
            identifier(note.get("noteTweetId")),
            text,
            self.owner,
            from_iso(note.get("createdAt")),
            self.platform,
        )


def _is_table(member: str) -> bool:
    return member.lower().endswith(".csv")


def _bare(member: str) -> str:
    return member.rpartition("/")[2].rpartition(".")[0].lower()


def _tweet_of(item: Any) -> dict[str, Any] | None:
    """Return the tweet that an item holds or is."""
    held = item
    if isinstance(item, dict):
        held = (
            item["tweet"]
            if "tweet" in item
            else next((item[key] for key in _WRAPPERS if key in item), item)
        )
    return held if isinstance(held, dict) else None


def _number(tweet: dict[str, Any] | None) -> str | None:
    return (identifier(tweet.get("id_str")) or identifier(tweet.get("id"))) if tweet else None


def _is_protected(history: object) -> bool:
    """Say whether an account shows its posts to its followers only, by the last time that it
    changed that.
    """
    changes = [
        change
        for change in (dig(one, "protectedHistory") for one in objects(history))
        if isinstance(change, dict)
    ]
    last = max(changes, key=lambda change: str(change.get("protectedAt")), default={})
    return str(last.get("action")).lower().startswith("protect")


def _expanded(text: str, tweet: dict[str, Any]) -> str:
    entities = tweet.get("entities")
    media = objects(dig(entities, "media")) + objects(dig(tweet, "extended_entities", "media"))
    links = _links(objects(dig(entities, "urls")), "url", "expanded_url")
    return readable(text, links, {link for one in media if (link := short(one.get("url")))})


def _links(entities: list[dict[str, Any]], link: str, target: str) -> list[tuple[str, str]]:
    pairs = [(short(one.get(link)), short(one.get(target))) for one in entities]
    return [(one, where) for one, where in pairs if one and where]
