r"""WhatsApp: a chat exported as text, of an iPhone (``[01/03/2024, 09:05:00] Jo: Hi``) or Android
(``3/1/24, 09:05 - Jo: Hi``).

A message may span lines. What WhatsApp itself noted, such as who joined, is left out, and so is
what stands in the place of pictures. Whoever exports a chat hands it over by itself, so it is read
whatever `visibility` says. Times are told without a zone and taken as UTC; whether the day or the
month comes first is told by the whole chat.
"""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import IO, NamedTuple

from givesell.archives.base.head import Head
from givesell.archives.base.post import POST, Post
from givesell.archives.base.post_reader import PostReader
from givesell.archives.base.rejects import Rejected, Rejects
from givesell.archives.parsing.lines import bounded_lines
from givesell.archives.streams.limits import MAX_LINE, MAX_POST, MAX_SHORT, TOO_LONG

# Marks of direction, which WhatsApp writes before what is its own.
_OWN = "\u200e"
_MARKS = "[\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]*"
_MARK = re.compile(_MARKS.replace("*", "+"))
_LINE = re.compile(
    rf"{_MARKS}(?P<bracket>\[)?(?P<one>\d{{1,4}})\s?[./\-年년]\s?(?P<two>\d{{1,2}})\s?[./\-月월]\s?(?P<three>\d{{1,4}})[.日일]?"
    r"[,،]?\s{1,2}(?:(?P<before>[^\W\d_][^\d\s\[\]:]{0,7})\s?)?"
    r"(?P<hour>\d{1,2})[:.](?P<minute>\d\d)(?:[:.](?P<second>\d\d))?(?:\s?(?P<after>[^\W\d_][^\d\[\]:]{0,9}?))?"
    r"(?(bracket)\]|(?:\s[-–—]|:))\s?"
)
_BEFORE_NOON = frozenset(
    {"am", "上午", "凌晨", "早上", "清晨", "午前", "오전", "ص", "πμ", "vorm", "fm", "öö", "de"}
)
_AFTER_NOON = frozenset(
    {"pm", "下午", "晚上", "傍晚", "中午", "午後", "오후", "م", "μμ", "nachm", "em", "ös", "du"}
)
_MEDIA = re.compile(r"<[^<>\n]{1,60}>")
_FILE = re.compile(r"[^\n]{1,200}\.\w{2,5} \([^()\n]{3,40}\)(?:\n|\Z)")
_ATTACHED = re.compile(rf"{_OWN}<[^<>\n]{{1,200}}>\Z")
_EDITED = re.compile(
    rf"{_OWN}?<(?:This message was edited|Se editó este mensaje\.?|Diese Nachricht wurde"
    r" bearbeitet\.?|Ce message a été modifié\.?"
    r"|Questo messaggio è stato modificato\.?|Dit bericht is bewerkt\.?|(?:Essa )?[Mm]ensagem"
    r" (?:foi )?editada\.?)>\Z"
)
_DELETED = frozenset({
    "this message was deleted", "you deleted this message", "se eliminó este mensaje",
    "eliminaste este mensaje",
    "diese nachricht wurde gelöscht", "du hast diese nachricht gelöscht",
    "ce message a été supprimé", "vous avez supprimé ce message",
    "questo messaggio è stato eliminato", "hai eliminato questo messaggio",
    "dit bericht is verwijderd", "je hebt dit bericht verwijderd",
    "mensagem apagada", "essa mensagem foi apagada", "esta mensagem foi apagada",
    "você apagou esta mensagem", "apagou esta mensagem",
    "данное сообщение удалено", "вы удалили данное сообщение", "pesan ini telah dihapus",
    "bu mesaj silindi", "null",
})  # fmt: skip
_MOST_NAME, _MOST_MARK = 100, 250
_LOOKED_AT = 1 << 16
_FEWEST = 2


class _Start(NamedTuple):
    """The beginning of a message: its date as it stands, the time, and what follows."""

    date: tuple[str, str, str]
    time: tuple[int, int, int]
    rest: str
    bracket: bool


class WhatsappReader(PostReader):
    """A chat."""

    name = "whatsapp"
    platform = "whatsapp"
    pattern = re.compile(r"(^|/)(_chat|[^/]*whatsapp[^/]*)\.txt$", re.IGNORECASE)

    @classmethod
    def recognises(cls, head: Head) -> bool:
        """Say whether a file is a chat; see `PostReader.recognises`."""
        if head.name.endswith((".csv", ".tsv", ".json", ".jsonl")):
            return False
        lines = list(
            filter(str.strip, head.data[:_LOOKED_AT].decode("utf-8", "replace").split("\n"))
        )
        if not lines or _start(lines[0]) is None:
            return False
        starts = [start for start in map(_start, lines) if start]
        return any(_spoken(start) for start in starts) and (
            len(starts) >= _FEWEST or starts[0].bracket or len(lines) == 1
        )

    def read(self, stream: IO[bytes], member: str, rejects: Rejects) -> Iterator[Post]:
        """Read one file; see `PostReader.read`."""
        with self.files.open(member) as again:
            month_first = _month_first(
                start
                for line in bounded_lines(again.readline, b"\n")
                if (start := _start(_decoded(line)))
            )
        shown = self.files.shown(member)
        held: _Start | None = None
        begun, size = 0, 0
        lines: list[str] = []
        for number, raw in enumerate(bounded_lines(stream.readline, b"\n"), 1):
            line = _decoded(raw)
            start = _start(line) if len(raw) < MAX_LINE else None
            if start is not None:
                yield from self._post(held, lines, size, month_first, begun, member, rejects)
                held, lines, begun, size = start, [start.rest], number, len(start.rest)
            elif held is None:
                if line.strip():
                    rejects.add(
                        Rejected(shown, number, "no message of a chat begins before it", raw)
                    )
            else:
                size += len(line) + 1
                if size <= MAX_POST:  # what is too long to be read is not held either
                    lines.append(line)
        yield from self._post(held, lines, size, month_first, begun, member, rejects)

    def _post(
        self,
        start: _Start | None,
        lines: list[str],
        size: int,
        month_first: bool,
        number: int,
        member: str,
        rejects: Rejects,
    ) -> Iterator[Post]:
        if start is None:
            return
        spoken = _spoken(start)
        if spoken is None:
            self.skipped["not a message"] += 1
            return
        author, begun = spoken
        if size > MAX_POST:
            rejects.add(
                Rejected(self.files.shown(member), number, TOO_LONG, start.rest[:MAX_SHORT])
            )
            return
        text = _said("\n".join([begun, *lines[1:]]))
        if text is None:
            self.skipped["no words but a picture or file"] += 1
        elif text.strip().rstrip(".").casefold() in _DELETED:
            self.skipped["removed or deleted"] += 1
        else:
            yield Post(None, text, author, _when(start, month_first), self.platform, None, POST)


def _decoded(line: bytes) -> str:
    return line.decode("utf-8", "replace").rstrip("\r\n")


def _start(line: str) -> _Start | None:
    """Return what a line begins, if it begins a message."""
    found = _LINE.match(line[:200])
    if found is None:
        return None
    hour, minute, second = (int(found[part] or 0) for part in ("hour", "minute", "second"))
    told = re.sub(r"[\s.]", "", (found["before"] or found["after"] or "")).casefold()
    if told in _AFTER_NOON and hour < 12:
        hour += 12
    elif told in _BEFORE_NOON and hour == 12:
        hour = 0
    return _Start(
        (found["one"], found["two"], found["three"]),
        (hour, minute, second),
        line[found.end() :],
        found["bracket"] is not None,
    )


def _spoken(start: _Start) -> tuple[str, str] | None:
    """Return who says what in the first line of a message; None where WhatsApp itself speaks."""
    author, colon, text = start.rest.partition(":")
    if (
        not colon
        or start.rest.startswith(_OWN)
        or len(author) > _MOST_NAME
        or any(sign in author for sign in '"“”«»„')
    ):
        return None
    if text and not text[0].isspace():
        return None
    name = _MARK.sub("", author).strip().removeprefix("~").strip()
    return (name, text[1:]) if name else None


def _said(text: str) -> str | None:
    """Return the words of a message; None where it has none of its own."""
    for marked in (_EDITED, _ATTACHED):
        bare = text.rstrip()
        found = marked.search(bare, max(0, len(bare) - _MOST_MARK))
        text = bare[: found.start()].rstrip() if found else text
    if text.startswith(_OWN) and text.strip(_OWN).strip():
        return None
    if _OWN in text and " • " in text.partition(_OWN)[0] + " ":
        return None  # a document, by its name and the number of its pages
    text = _MARK.sub("", text)
    if _MEDIA.fullmatch(text.strip()):
        return None
    named = _FILE.match(text)
    if named:
        text = text[named.end() :]
    return text.strip("\n") if text.strip() else None


def _when(start: _Start, month_first: bool) -> datetime | None:
    one, two, three = start.date
    if len(one) == 4:
        year, month, day = one, two, three
    else:
        year, (month, day) = three, (one, two) if month_first else (two, one)
    full = int(year) + (2000 if len(year) <= 2 else 0)
    try:
        return datetime(full, int(month), int(day), *start.time, tzinfo=UTC)
    except (ValueError, OverflowError):
        return None


def _month_first(starts: Iterator[_Start]) -> bool:
    """Tell whether the month stands before the day: by a day above the twelfth, and else by time
    going forward in a chat.
    """
    steps_back = [0, 0]
    before: list[datetime | None] = [None, None]
    beyond = [0, 0]
    short_year = False
    for start in starts:
        one, two, three = start.date
        if len(one) == 4:
            continue
        beyond[0] += int(one) > 12
        beyond[1] += int(two) > 12
        short_year |= (
            len(three) <= 2
            and not (one.startswith("0") or two.startswith("0"))
            and not start.bracket
        )
        for which in (0, 1):
            when = _when(start, bool(which))
            last = before[which]
            steps_back[which] += when is not None and last is not None and when < last
            before[which] = when or last
    if beyond[0] != beyond[1]:
        return beyond[1] > beyond[0]
    if steps_back[0] != steps_back[1]:
        return steps_back[1] < steps_back[0]
    # Nothing tells: 3/1/24 is how American phones write it.
    return short_year
