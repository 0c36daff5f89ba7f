"""JSON that scrapers and APIs give, a document or an object a line, of any of the shapes in `givesell.archives.shapes`.

What is flat stays a table with all its columns; here is what is nested or must be put together. Posts give their parts, and all else
is left out.
"""

import itertools
import re
from collections.abc import Iterator
from datetime import datetime
from typing import IO, Any

from givesell.archives.head import Head
from givesell.archives.item_reader import ItemReader
from givesell.archives.json_items import ItemError, items_at
from givesell.archives.json_structure import paths_of
from givesell.archives.json_values import read_value
from givesell.archives.limits import MAX_LINE, MAX_NAMES, MAX_SHORT
from givesell.archives.parts import handle_of
from givesell.archives.post import Post, from_epoch, from_iso
from givesell.archives.reader import Rejects, bounded_lines
from givesell.archives.shape import Shape, filled_in, first, found, holds
from givesell.archives.shapes import SHAPES, shape_of_document
from givesell.archives.values import identifier, short, words
from givesell.errors import FileError

_TRIED = 10  # lines that are looked at
_X_TIME = "%a %b %d %H:%M:%S %z %Y"
_DAY = re.compile(r"(\d{4})(\d\d)(\d\d)")
# Seconds beyond this would lie after the year 5000: they are milliseconds.
_MILLIS = 100_000_000_000


class ScrapedReader(ItemReader):
    """Posts as a scraper or an API has nested them."""

    name = "scraped"
    platform = "several"
    pattern = re.compile(r"(?!)")  # in a folder each file is read by itself

    @classmethod
    def recognises(cls, head: Head) -> bool:
        """Say whether a file is of a known shape, and no table; see `PostReader.recognises`."""
        told = _told(head)
        return told is not None and not _is_table(told, head)

    def items(self, stream: IO[bytes], member: str, rejects: Rejects) -> Iterator[tuple[str, Any]]:  # noqa: ARG002
        """Read one file; see `ItemReader.items`."""
        head = Head(self.files.head(member), member)
        told = _told(head)
        if told is None:
            raise FileError("E502", path=self.files.shown(member), format=self.name, reason="its objects are of no known scraper or API")
        self._shape, self._where = told
        self._people: dict[str, Any] = {}
        if _is_lines(head):
            return self._of_lines(stream)
        if self._shape.people:
            with self.files.open(member) as again:
                self._learn(value for _, value in items_at(again, re.compile(rf"(item\.)?{re.escape(self._shape.people[0])}")))
        return items_at(stream, re.compile("|".join(map(re.escape, self._where))))

    def post(self, item: dict[str, Any], path: str) -> Post | None:  # noqa: ARG002
        """Return the post that an object is; see `ItemReader.post`."""
        return self._made(self._shape, item)

    def _made(self, shape: Shape, item: dict[str, Any], platform: str = "") -> Post | None:
        for reason, path, values in shape.skips:
            if holds(item, path, values) and (reason != "not public" or self.options.visibility != "all"):
                self.skipped[reason] += 1
                return None
        kind = next((kind for kind, path, values in shape.kinds if holds(item, path, values)), shape.kind)
        author = handle_of(first(item, shape.author))
        if author is None and shape.people:
            author = identifier(self._people.get(identifier(first(item, (shape.people[3],))) or ""))
        number, told = identifier(first(item, shape.id)), first(item, shape.network)
        network = shape.platform or platform or (told.lower() if isinstance(told, str) and len(told) <= MAX_SHORT else "")
        return Post(number, text_of(shape, item), author, moment(first(item, shape.created)), network, _link(shape, item), kind)

    def _of_lines(self, stream: IO[bytes]) -> Iterator[tuple[str, Any]]:
        for line in bounded_lines(stream.readline, b"\n"):
            if not line.strip():
                continue
            try:
                if len(line) >= MAX_LINE:
                    raise ValueError("line of 16 MiB or more")
                value = read_value(line)
            except ValueError as error:
                yield "", ItemError(str(error), line)
                continue
            if self._shape.people:
                self._people.clear()
                self._learn(found(value, self._shape.people[0]))
            there = list(itertools.chain.from_iterable(found(value, path) for path in self._where))
            # A line that is of another shape is a reject, but an empty page is nothing.
            yield from zip(itertools.repeat(""), there if there or self._where != ("",) else [value])

    def _learn(self, people: Iterator[Any]) -> None:
        """Keep the handles of the authors that a document tells."""
        assert self._shape.people is not None
        _, key, handle, _ = self._shape.people
        for person in people:
            if isinstance(person, dict) and len(self._people) < MAX_NAMES:
                number, name = identifier(person.get(key)), short(person.get(handle))
                if number and name:
                    self._people[number] = name


class CaptureReader(ScrapedReader):
    """What a browser extension has caught of sites' own data, wrapped in an object a line that says from where."""

    name = "zeeschuimer"
    platform = "several"
    unit = "a capture"

    @classmethod
    def recognises(cls, head: Head) -> bool:
        """Say whether a file is of this kind; see `PostReader.recognises`."""
        one = (head.first_object or {}) if head.is_json else {}
        return {"source_platform", "data"} <= one.keys() or "__import_meta" in one

    def items(self, stream: IO[bytes], member: str, rejects: Rejects) -> Iterator[tuple[str, Any]]:  # noqa: ARG002
        """Read one file; see `ItemReader.items`."""
        for line in bounded_lines(stream.readline, b"\n"):
            if line.strip():
                try:
                    yield "", read_value(line)
                except ValueError as error:
                    yield "", ItemError(str(error), line)

    def post(self, item: dict[str, Any], path: str) -> Post | None:  # noqa: ARG002
        """Return the post that was caught; see `ItemReader.post`."""
        about = item.get("__import_meta")
        data = item if isinstance(about, dict) else item.get("data")
        source = short((about if isinstance(about, dict) else item).get("source_platform")) or ""
        if not isinstance(data, dict):
            raise ValueError("not a capture")
        site = source.removeprefix("www.").partition(".")[0].partition("-")[0]
        platform = {"twitter": "x", "truthsocial": "truthsocial"}.get(site, site)
        for shape in SHAPES:
            if _is_of(shape, data):
                post = self._made(shape, data, platform)
                return post and post._replace(platform=platform or post.platform)
        raise ValueError(f"a capture of {source[:40] or 'a site'} that is no post of a known shape")


def text_of(shape: Shape, item: dict[str, Any]) -> str:
    """Return the text of a post: what stands above it, and it, with a blank line between.

    Parameters
    ----------
    shape : Shape
    item : dict

    Returns
    -------
    str

    Raises
    ------
    ValueError
        See `givesell.archives.values.words`.
    """
    if shape.words:
        return shape.words(item)
    parts = [words(first(item, (path,))) for path in shape.title] + [words(first(item, shape.text))]
    text = "\n\n".join(filter(None, parts))
    return shape.clean(text) if shape.clean else text


def moment(value: Any) -> datetime | None:
    """Return the time that a value of JSON tells.

    Parameters
    ----------
    value : object
        Seconds or milliseconds since 1970, or text that says so, ISO 8601, eight digits of a day, or the form of X's API.

    Returns
    -------
    datetime or None

    Examples
    --------
    >>> moment(1709283900) == moment("1709283900000") == moment("2024-03-01T09:05:00.000Z") == moment("Fri Mar 01 09:05:00 +0000 2024")
    True
    """
    if isinstance(value, str):
        if _DAY.fullmatch(value):
            return from_iso(value)
        if not re.fullmatch(r"\d{9,13}(?:\.\d+)?", value):
            return from_iso(value) or from_iso(value, _X_TIME)
        value = float(value)
    if isinstance(value, (int, float)) and not isinstance(value, bool) and abs(value) >= _MILLIS:
        return from_epoch(value / 1000)
    return from_epoch(value)


def _link(shape: Shape, item: dict[str, Any]) -> str | None:
    own = short(first(item, shape.url))
    if own or not shape.link:
        return own
    return filled_in(shape.link, item) if isinstance(shape.link, str) else shape.link(item)


def _told(head: Head) -> tuple[Shape, tuple[str, ...]] | None:
    """Return the shape of a file, and where its posts stand."""
    if not head.is_json:
        return None
    if not _is_lines(head):
        return shape_of_document(head.paths)
    lines = itertools.islice(filter(None, map(bytes.strip, head.data.split(b"\n"))), _TRIED)
    return shape_of_document(frozenset().union(*(paths_of(line) for line in lines if line.startswith(b"{"))))


def _is_lines(head: Head) -> bool:
    """Whether a file holds an object a line, rather than one document."""
    if head.first_object is None:
        return False
    return head.name.endswith((".jsonl", ".ndjson")) or b"\n" in head.data.strip()


def _is_table(told: tuple[Shape, tuple[str, ...]], head: Head) -> bool:
    shape, (where, *_) = told
    if where not in ("", "item") and not where.endswith(".item"):
        return False
    paths = head.paths
    if _is_lines(head) and head.first_object is not None:
        paths = frozenset(head.first_object) | paths
    return shape.is_flat(paths, where and f"{where}.")


def _is_of(shape: Shape, data: dict[str, Any]) -> bool:
    """Whether an object is of a shape."""
    there = [next(found(data, path), _MISSING) is not _MISSING for path in shape.need]
    return all(there) and (not shape.any or any(next(found(data, path), _MISSING) is not _MISSING for path in shape.any))


_MISSING = object()
