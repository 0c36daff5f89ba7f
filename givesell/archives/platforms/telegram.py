"""Telegram: ``result.json`` of one chat or of the whole account, as Telegram Desktop writes it.

Channels and groups that anybody can find (``public_channel``, ``public_supergroup``) are public.
Every other chat is not, also where it is the only one: private channels and groups, chats with a
person or a bot, saved messages, and a chat of which the export does not say what it is.
"""

import re
from collections.abc import Iterator
from contextlib import suppress
from typing import IO, Any

from givesell.archives.base.head import Head
from givesell.archives.base.item_reader import ItemReader
from givesell.archives.base.post import POST, REPLY, REPOST, Post, from_epoch, from_iso
from givesell.archives.base.rejects import Rejects
from givesell.archives.base.values import identifier, objects, short, strings, words
from givesell.archives.parsing.json_items import items_at
from givesell.archives.streams.file_errors import UNREADABLE
from givesell.archives.streams.limits import MAX_NAMES
from givesell.errors import FileError

_CHAT = r"(?:(?:left_)?chats\.list\.item\.)?"
_WANTED = re.compile(f"{_CHAT}(messages\\.item|type)")
_KIND = re.compile(f"{_CHAT}type")
_CHATS = ("chats.list.item", "left_chats.list.item")
_ABOVE = ("", "messages", "chats", "chats.list", "left_chats", "left_chats.list")
_PUBLIC, _PRIVATE = "public", "private"


class TelegramReader(ItemReader):
    """The messages of chats and channels."""

    name = "telegram"
    platform = "telegram"
    pattern = re.compile(r"(^|/)result[^/]*\.json$", re.IGNORECASE)
    unit = "a message"
    unique = False  # ids are those of a chat, and an export may hold many

    @classmethod
    def recognises(cls, head: Head) -> bool:
        """Say whether a file is of an export; see `PostReader.recognises`."""
        one = head.has("messages.item.id", "messages.item.date", "type") or (
            head.has("name", "type", "id", "messages") and _is_empty(head)
        )
        return (
            one
            or (head.has("about") and bool(head.paths & {"chats", "personal_information"}))
            or head.has("chats.list.item.messages")
        )

    def items(self, stream: IO[bytes], member: str, rejects: Rejects) -> Iterator[tuple[str, Any]]:  # noqa: ARG002
        """Read one file; see `ItemReader.items`."""
        chats = _Chats()
        public: set[int] | None = None
        for path, item in items_at(stream, _WANTED, leads=chats.leads):
            if path.endswith("type"):
                chats.kind = item
            elif chats.kind is not None:
                yield _PUBLIC if _is_public(chats.kind) else _PRIVATE, item
            else:
                # What the chat is may stand after its messages.
                public = self._public(member) if public is None else public
                yield _PUBLIC if chats.number in public else _PRIVATE, item

    def _public(self, member: str) -> set[int]:
        """Return the numbers of the chats that are public."""
        chats = _Chats()
        public: set[int] = set()
        with suppress(FileError, *UNREADABLE), self.files.open(member) as stream:
            for path, kind in items_at(stream, _KIND, leads=chats.leads):
                if path and _is_public(kind) and len(public) < MAX_NAMES:
                    public.add(chats.number)
        return public

    def post(self, item: dict[str, Any], path: str) -> Post | None:
        """Return a message; see `ItemReader.post`."""
        if item.get("type") != "message":
            self.skipped["not a message"] += 1
            return None
        # Who wrote what was forwarded may be null.
        forwarded = not item.keys().isdisjoint(("forwarded_from", "forwarded_from_id"))
        kind = REPOST if forwarded else REPLY if item.get("reply_to_message_id") else POST
        when = from_epoch(item.get("date_unixtime")) or from_iso(item.get("date"))
        post = Post(
            identifier(item.get("id")),
            _text(item),
            short(item.get("from")),
            when,
            self.platform,
            None,
            kind,
        )
        return None if self.hides(path == _PUBLIC) else post


class _Chats:
    """Counts the chats of an export while it is read.

    Attributes
    ----------
    number : int
        Of the chat that is being read; 0 where the file is one.
    kind : object
        What it is, as far as that has been read.
    """

    def __init__(self) -> None:
        self.number = 0
        self.kind: Any = None

    def leads(self, path: str) -> bool:
        """Say whether messages may stand within a value, which is entered then."""
        if path in _CHATS:
            self.number += 1
            self.kind = None
        return path in _ABOVE or path.removesuffix("messages").rstrip(".") in _CHATS


def _is_public(kind: object) -> bool:
    return isinstance(kind, str) and kind.startswith("public_")


def _is_empty(head: Head) -> bool:
    """Whether a chat has no message, as far as its beginning goes."""
    return not any(path.startswith("messages.") for path in head.paths)


def _text(message: dict[str, Any]) -> str:
    """Return what a message says: its text, else the question of a poll with its answers."""
    text = _joined(message.get("text"))
    poll = message.get("poll")
    if text or not isinstance(poll, dict):
        return text
    answers = "\n".join(
        filter(None, (_joined(answer.get("text")) for answer in objects(poll.get("answers"))))
    )
    return "\n\n".join(filter(None, (_joined(poll.get("question")), answers)))


def _joined(text: object) -> str:
    """Return a text that is a string, or a list of strings and marked pieces."""
    if not isinstance(text, (list, dict)):
        return words(text)
    pieces = text if isinstance(text, list) else [text]
    found = [
        piece
        for part in pieces
        for piece in strings(part.get("text") if isinstance(part, dict) else part)
    ]
    return "".join(found) if found or not text else words(text)
