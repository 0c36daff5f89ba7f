"""Facebook: posts and comments of an account, a page and in groups, alone or in the zip of the
export.

What a file holds is told by its shape, since names have changed. ``your_posts_1.json``,
``profile_posts_1.json`` (of a page) and ``your_posts__check_ins__photos_and_videos_1.json`` are
lists, or the one post that there is. The others are an object around a list: ``comments_v2``,
``group_posts_v2``, ``group_comments_v2``, and in older exports ``status_updates``, ``comments`` and
``group_posts``. Reactions, votes and saved things are no posts. What others wrote on the account's
page, earlier versions of a post, and what lies in the trash are left out.

The text of a post is what was written, else what its notes, polls, sales, life events and pictures
say; a post without words of its own (a check-in, a recommendation) has none. The export does not
say who may see a post: all are read but for those that were archived.
"""

import re
from collections.abc import Iterator
from itertools import repeat
from typing import IO, Any

from givesell.archives.base.head import Head
from givesell.archives.base.item_reader import ItemReader
from givesell.archives.base.post import COMMENT, POST, Post, from_epoch
from givesell.archives.base.rejects import Rejects
from givesell.archives.base.values import dig, objects, short, words
from givesell.archives.parsing.json_items import items, items_at
from givesell.archives.platforms.export_json import small_json
from givesell.archives.platforms.meta import repaired

_WHERE = r"(?:(?!item\.)[^.]+\.){0,2}item"
_ITEMS = re.compile(_WHERE)
_WRITTEN = re.compile(rf"{_WHERE}\.data\.item\.(?:post|comment\.comment)")
# Lists whose entries may all be without words, as many of groups are.
_LISTS = re.compile(
    r"(?:status_updates|comments|group_(?:posts|comments))(?:_v\d+)?(?:\.activity_log_data)?\.item\.timestamp"
)
# A post on somebody else's page has its words in a list of labels.
_LABELLED = re.compile(rb'"label"\s*:\s*"Message"')
# Lists, or files, of what is no post of the account, with the reason.
_LEFT_OUT = (
    (re.compile(r"wall_posts?_sent|other_people"), "written by others"),
    (re.compile(r"(^|/)edits?_"), "an earlier version"),
    (re.compile(r"^trash"), "deleted"),
)
_ARCHIVED = re.compile(r"archive(_v\d+)?\.")
# Somebody who is named in a text: @[100000001:2048:Jo].
_MENTION = re.compile(r"@\[\d+:\d*:([^\[\]]+)\]")
# What else is said in the attachments of a post.
_SAID = (
    ("text",), ("note", "title"), ("note", "text"), ("poll", "question"), ("for_sale_item",
    "title"), ("for_sale_item", "price"),
    ("for_sale_item", "description"), ("life_event", "title"), ("life_event", "description"),
    ("media", "description"),
)  # fmt: skip
# What others call comments have their words beside their time.
_PLAIN = re.compile(rf"{_WHERE}\.text")


class FacebookReader(ItemReader):
    """The export of an account."""

    name = "facebook"
    platform = "facebook"
    pattern = re.compile(
        r"(^|/)[^/]*(posts|comments|status_updates)[^/]*\.json$|(^|/)(archive|trash)\.json$",
        re.IGNORECASE,
    )
    about = ("profile_information.json",)

    @classmethod
    def recognises(cls, head: Head) -> bool:
        """Say whether a file is of an export; see `PostReader.recognises`."""
        if any(map(_WRITTEN.fullmatch, head.paths)) or _is_one(head):
            return True
        if head.has("item.label_values", "item.timestamp") and _LABELLED.search(head.data):
            return True
        if any(map(_LISTS.fullmatch, head.paths)) and not any(map(_PLAIN.fullmatch, head.paths)):
            return True
        entries = head.has("item.timestamp") and bool(
            head.paths & {"item.data", "item.attachments"}
        )
        return entries and not head.has("item.data.item.reaction")

    def reset(self) -> None:
        """Forget what an earlier reading has learned; see `Reader.reset`."""
        super().reset()
        self._out: str | None = None

    def prepare(self) -> None:
        """Read whose export it is."""
        about = small_json(self.files, "profile_information.json")
        name = dig(about, "profile_v2", "name") or dig(about, "profile", "name")
        self.owner = short(repaired(name if isinstance(name, str) else dig(name, "full_name")))

    def items(self, stream: IO[bytes], member: str, rejects: Rejects) -> Iterator[tuple[str, Any]]:  # noqa: ARG002
        """Read one file; see `ItemReader.items`."""
        bare = member.rpartition("/")[2].lower()
        self._out = next((reason for file, reason in _LEFT_OUT if file.search(bare)), None)
        if _is_one(Head(self.files.head(member), member)):
            return zip(repeat(""), items(stream, ""))
        return items_at(stream, _ITEMS, leads=_leads)

    def post(self, item: dict[str, Any], path: str) -> Post | None:
        """Return a comment or a post; see `ItemReader.post`."""
        parts = objects(item.get("data"))
        if any("reaction" in part for part in parts):
            self.skipped["not a post"] += 1
            return None
        out = self._out or next((reason for name, reason in _LEFT_OUT if name.search(path)), None)
        if out is not None:
            self.skipped[out] += 1
            return None
        comment = next(
            (part["comment"] for part in parts if isinstance(part.get("comment"), dict)), None
        )
        when = from_epoch(item.get("timestamp"))
        if comment is not None:
            author = short(repaired(comment.get("author"))) or self.owner
            return Post(
                None,
                _plain(words(comment.get("comment"))),
                author,
                when,
                self.platform,
                None,
                COMMENT,
            )
        if self.hides(not _ARCHIVED.match(path)):
            return None
        attached = [
            part
            for attachment in objects(item.get("attachments"))
            for part in objects(attachment.get("data"))
        ]
        kind = COMMENT if "comments" in path else POST
        return Post(
            None,
            _text(item, parts, attached),
            self.owner,
            when,
            self.platform,
            _link(attached),
            kind,
        )


def _leads(path: str) -> bool:
    return path.count(".") < 2 and not path.endswith("item")


def _is_one(head: Head) -> bool:
    """Say whether a file is one post or comment by itself, as an export has it that holds no
    other.
    """
    if not head.data.lstrip().startswith(b"{"):
        return False
    return head.has("timestamp") and bool(
        head.paths & {"data.item.post", "data.item.comment.comment"}
    )


def _plain(text: object) -> str | None:
    """Return a text with its letters repaired and people called by their names."""
    text = repaired(text)
    return _MENTION.sub(r"\1", text) if text and "@[" in text else text


def _text(
    item: dict[str, Any], parts: list[dict[str, Any]], attached: list[dict[str, Any]]
) -> str | None:
    written = [part.get("post") for part in parts]
    written += [
        label.get("value")
        for label in objects(item.get("label_values"))
        if label.get("label") == "Message"
    ]
    found = [text for text in map(_plain, written) if text]
    if not found:
        captions = [dig(part, *path) for part in attached for path in _SAID]
        captions += [
            option.get("option")
            for part in attached
            for option in objects(dig(part, "poll", "options"))
        ]
        found = list(dict.fromkeys(text for text in map(_plain, captions) if text)) or [
            words(*written, *captions)
        ]
    return "\n\n".join(found) or None


def _link(attached: list[dict[str, Any]]) -> str | None:
    links = (short(repaired(dig(part, "external_context", "url"))) for part in attached)
    return next((link for link in links if link), None)
