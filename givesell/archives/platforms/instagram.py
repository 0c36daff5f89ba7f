"""Instagram: posts, reels, videos, stories and comments, alone or in the zip of the export.

Comments are told by their shape, since what their parts are called is in the language of the
account: what was written stands first, before the name of whose picture it is, and beside a time. A
story without words is left out.

Posts are public unless the account is private; archived ones are not. Comments stand below what
others have posted and are public.
"""

import re
from collections.abc import Iterator
from itertools import repeat
from typing import IO, Any

from givesell.archives.base.head import Head
from givesell.archives.base.item_reader import ItemReader
from givesell.archives.base.post import COMMENT, POST, Post, from_epoch
from givesell.archives.base.rejects import Rejects
from givesell.archives.base.values import dig, objects, words
from givesell.archives.parsing.json_items import items, items_at
from givesell.archives.platforms.instagram_old import ITEMS as OLD_ITEMS
from givesell.archives.platforms.instagram_old import as_item, is_old, old_post
from givesell.archives.platforms.meta import (
    caption_and_time,
    owner_of,
    repaired,
    shows_followers_only,
)
from givesell.archives.streams.limits import MAX_NAMES

_STORIES, _ARCHIVED = "ig_stories.item", "ig_archived_post_media.item"
_MEDIA = ("item", "ig_reels_media.item", "ig_igtv_media.item", _ARCHIVED)
_COMMENTS = re.compile(
    r"(?:comments_[a-z_]+_comments\.)?item\.string_(?:map_data\.[^.]+|list_data\.item)\.value"
)
_OF_COMMENTS = re.compile(r"comments_[a-z_]+_comments\.item")
_MOST_NAMES = 16
_ITEMS = re.compile(
    rf"(?:ig_(?:reels|igtv|archived_post)_media\.|ig_stories\.|comments_[a-z_]+_comments\.)?item|{OLD_ITEMS}"
)


class InstagramReader(ItemReader):
    """The export of an account."""

    name = "instagram"
    platform = "instagram"
    pattern = re.compile(
        r"(^|/)((archived_)?posts(_\d+)?|reels(_\d+)?|igtv_videos|stories(_\d+)?|hype|media(_\d+)?|([a-z]+_)*comments(_\d+)?)\.json$",
        re.IGNORECASE,
    )
    about = ("personal_information.json", "profile.json")

    @classmethod
    def recognises(cls, head: Head) -> bool:
        """Say whether a file is of an export; see `PostReader.recognises`."""
        pictures = any(head.has(f"{at}.media.item.uri") for at in _MEDIA) or head.has(
            f"{_STORIES}.uri", f"{_STORIES}.creation_timestamp"
        )
        bare = head.has("item.string_map_data") and any(
            path.endswith(".timestamp") for path in head.paths
        )
        comments = any(map(_OF_COMMENTS.fullmatch, head.paths)) or bare
        return (
            pictures
            or _is_one(head)
            or (comments and any(map(_COMMENTS.fullmatch, head.paths)))
            or is_old(head)
        )

    def reset(self) -> None:
        """Forget what an earlier reading has learned; see `Reader.reset`."""
        super().reset()
        self._private = False
        # What the parts of comments are called.
        self._of_text: set[str] = {"Comment"}
        self._of_owner: set[str] = {"Media Owner"}
        self._old: set[int] = set()  # hashes of posts

    def prepare(self) -> None:
        """Read whose export it is, and whether the account is private."""
        self.owner, self._private = owner_of(self.files), shows_followers_only(self.files)

    def items(self, stream: IO[bytes], member: str, rejects: Rejects) -> Iterator[tuple[str, Any]]:  # noqa: ARG002
        """Read one file; see `ItemReader.items`."""
        if _is_one(Head(self.files.head(member), member)):
            return zip(repeat("item"), items(stream, ""))
        return (
            (path, as_item(item, path)) for path, item in items_at(stream, _ITEMS, leads=_leads)
        )

    def post(self, item: dict[str, Any], path: str) -> Post | None:
        """Return a comment or a post; see `ItemReader.post`."""
        if path not in (*_MEDIA, _STORIES) and not _OF_COMMENTS.fullmatch(path):
            return self._of_old(item, path)
        written = objects(item.get("string_list_data"))
        if written:
            time = from_epoch(written[0].get("timestamp"))
            return Post(
                None,
                repaired(words(written[0].get("value"))) or "",
                self.owner,
                time,
                self.platform,
                None,
                COMMENT,
            )
        values = item.get("string_map_data")
        if values is None:
            text, when = caption_and_time(item)
            if path == _STORIES and not text:
                self.skipped["a story without words"] += 1
                return None
            hidden = self.hides(not self._private and path != _ARCHIVED)
            return None if hidden else Post(None, text, self.owner, when, self.platform, None, POST)
        if not isinstance(values, dict):
            raise ValueError("not a comment")
        times = (from_epoch(dig(value, "timestamp") or None) for value in values.values())
        when = from_epoch(dig(values, "Time", "timestamp") or None) or next(
            (time for time in times if time), None
        )
        return Post(
            None,
            repaired(words(self._comment(values))) or "",
            self.owner,
            when,
            self.platform,
            None,
            COMMENT,
        )

    def _comment(self, values: dict[str, Any]) -> object:
        """Return what was written of the parts of a comment."""
        told = [
            (name, dig(value, "value")) for name, value in values.items() if dig(value, "value")
        ]
        known = next((value for name, value in told if name in self._of_text), None)
        if known is not None:
            return known
        left = [(name, value) for name, value in told if name not in self._of_owner]
        if len(told) > 1 and len(self._of_text) < _MOST_NAMES:
            self._of_text.add(told[0][0])
            self._of_owner.add(told[1][0])
        return left[0][1] if left else dig(values, "Comment", "value")

    def _of_old(self, item: dict[str, Any], path: str) -> Post | None:
        """Return a post or comment of an old export; several pictures of one post stand there
        one by one.
        """
        post = old_post(item, path, self.owner)
        if post.kind == COMMENT:
            return post
        if hash(post) in self._old:
            self.skipped["another picture of the same post"] += 1
            return None
        if post.created is not None and len(self._old) < MAX_NAMES:
            self._old.add(hash(post))
        return None if self.hides(not self._private) else post


def _is_one(head: Head) -> bool:
    """Say whether a file is one post by itself, as an export has it that holds no other."""
    return head.data.lstrip().startswith(b"{") and head.has(
        "media.item.uri", "media.item.creation_timestamp"
    )


def _leads(path: str) -> bool:
    return "." not in path and path != "item"
