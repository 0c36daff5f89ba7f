"""Nested JSON of scrapers and APIs: X (tweepy, twarc), YouTube, Reddit, Mastodon, Facebook, Apify,
snscrape, yt-dlp and more.

A document or an object a line, of any of the shapes in `givesell.archives.shapes.all_shapes`. Flat
objects stay a table with all its columns; of objects that are nested, or of which a post is put
together, the parts of a post are read and all else is left out.
"""

import itertools
import re
from collections.abc import Iterable, Iterator
from typing import IO, Any

from givesell.archives.base.head import HEAD_BYTES, Head
from givesell.archives.base.item_reader import ItemReader
from givesell.archives.base.post import Post
from givesell.archives.base.rejects import Rejects
from givesell.archives.base.values import identifier, objects, short
from givesell.archives.parsing.json_items import ItemError, items_at
from givesell.archives.parsing.json_lines import values_of_lines
from givesell.archives.parsing.json_structure import paths_of
from givesell.archives.parsing.json_values import read_value
from givesell.archives.parsing.lines import bounded_lines
from givesell.archives.platforms.names_by_id import names_by_id
from givesell.archives.shapes.all_shapes import shape_of_document
from givesell.archives.shapes.nested_posts import link_of, text_of
from givesell.archives.shapes.shape import Shape, first, found, holds
from givesell.archives.shapes.table_parts import handle_of
from givesell.archives.streams.limits import MAX_PEOPLE_CHARS, MAX_SHORT
from givesell.archives.times.moments import moment
from givesell.errors import FileError

_LINES = (".jsonl", ".ndjson")
_TRIED = 10  # lines that are looked at
_EACH = 200  # what a name takes besides its characters
# What a post says that another repeats.
_SAID = ("text", "note_tweet", "entities")


class ScrapedReader(ItemReader):
    """Posts as a scraper or an API has nested them."""

    name = "scraped"
    platform = "several"
    pattern = re.compile(r"\.(json|jsonl|ndjson)$", re.IGNORECASE)
    loose = True
    _shape: Shape

    @classmethod
    def recognises(cls, head: Head) -> bool:
        """Say whether a file is of a known shape, and no table; see `PostReader.recognises`."""
        shape = _shape_of(head)
        return shape is not None and not _is_table(*shape, head)

    def reset(self) -> None:
        """Forget what an earlier reading has learned; see `Reader.reset`."""
        super().reset()
        self._where: tuple[str, ...] = ()
        self._bases: list[str] = []
        self._people: dict[str, str] = {}
        self._origins: dict[str, dict[str, Any]] = {}

    def items(self, stream: IO[bytes], member: str, rejects: Rejects) -> Iterator[tuple[str, Any]]:  # noqa: ARG002
        """Read one file; see `ItemReader.items`."""
        head = Head(self.files.head(member, HEAD_BYTES), member, lambda: self.files.open(member))
        shape = _shape_of(head) or _shape_of(head.further())
        if shape is None:
            raise FileError(
                "E502",
                path=self.files.shown(member),
                format=self.name,
                reason="its objects are of no known scraper or API",
            )
        self._shape, where = shape
        # The lists whose items are read one by one, and where in these the posts stand.
        bases = {
            path: path[: path.rfind("item") + 4] if re.search(r"(^|\.)item(\.|$)", path) else ""
            for path in where
        }
        self._bases = [
            one
            for one in dict.fromkeys(bases.values())
            if not any(one.startswith(f"{other}.") for other in bases.values())
        ]
        self._where = where
        self._people, self._origins = {}, {}
        if self._is_lines(head, member):
            return self._of_lines(stream)
        if self._shape.people:
            with self.files.open(member) as again:
                self._learn(
                    value
                    for _, value in _items_at(
                        again, self._shape.people[0], f"item.{self._shape.people[0]}"
                    )
                )
        if self._shape.origins:
            with self.files.open(member) as again:
                self._keep(
                    value
                    for _, value in _items_at(
                        again, self._shape.origins, f"item.{self._shape.origins}"
                    )
                )
        whole = _items_at(stream, *self._bases)
        return itertools.chain.from_iterable(itertools.starmap(self._within, whole))

    def post(self, item: dict[str, Any], path: str) -> Post | None:  # noqa: ARG002
        """Return the post that an object is; see `ItemReader.post`."""
        for one in objects(item.get("referenced_tweets")) if self._origins else ():
            one |= self._origins.get(identifier(one.get("id")) or "", {})
        return self.made(self._shape, item)

    def made(self, shape: Shape, item: dict[str, Any], platform: str = "") -> Post | None:
        """Return the post that an object of a shape is, or None for what is left out.

        Parameters
        ----------
        shape : Shape
        item : dict
        platform : str, default ""
            Where it is from, if neither the shape nor the object say it.

        Returns
        -------
        Post or None

        Raises
        ------
        ValueError
            With the reason to show, if it has no text because something else stands there.
        """
        for reason, path, values in shape.skips:
            if holds(item, path, values) and (
                reason != "not public" or self.options.visibility != "all"
            ):
                self.skipped[reason] += 1
                return None
        text = text_of(shape, item)
        if not text and not shape.is_of(item):
            raise ValueError(f"not {self.unit}")
        kind = next(
            (kind for kind, path, values in shape.kinds if holds(item, path, values)), shape.kind
        )
        author = handle_of(first(item, shape.author))
        if author is None and shape.people:
            author = self._people.get(identifier(first(item, (shape.people[3],))) or "")
        number, network = identifier(first(item, shape.id)), first(item, shape.network)
        from_item = (
            network.lower() if isinstance(network, str) and len(network) <= MAX_SHORT else ""
        )
        platform = shape.platform or platform or from_item
        when, clock = first(item, shape.created), first(item, shape.clock)
        created = (
            moment(f"{when} {clock}") if isinstance(when, str) and isinstance(clock, str) else None
        ) or moment(when)
        return Post(number, text, author, created, platform, link_of(shape, item), kind)

    def _is_lines(self, head: Head, member: str) -> bool:
        """Whether a file holds an object a line, the first of which may be longer than what was
        looked at.
        """
        if head.name.endswith(_LINES):
            return True
        with self.files.open(member) as again:
            line = next(filter(bytes.strip, bounded_lines(again.readline, b"\n")), b"").lstrip()
        try:
            return line.startswith(b"{") and isinstance(read_value(line), dict)
        except ValueError:
            return head.first_object is not None

    def _of_lines(self, stream: IO[bytes]) -> Iterator[tuple[str, Any]]:
        for value in values_of_lines(stream):
            if isinstance(value, ItemError):
                yield "", value
                continue
            if self._shape.people:
                self._learn(found(value, self._shape.people[0]))
            if self._shape.origins:
                self._keep(found(value, self._shape.origins))
            for base in self._bases:
                # A line that is of another shape is a reject, but an empty page is nothing.
                for one in _listed(value, base):
                    yield from self._within(base, one)

    def _within(self, base: str, value: Any) -> Iterator[tuple[str, Any]]:
        """Yield the posts that stand in an item of a list."""
        rests = [
            path[len(base) :].removeprefix(".")
            for path in self._where
            if path == base or not base or path.startswith(f"{base}.")
        ]
        if isinstance(value, ItemError) or "" in rests or not rests:
            yield base, value
            return
        there = [one for rest in rests for one in found(value, rest)]
        yield from zip(
            itertools.repeat(base),
            there
            or [ItemError(f"not {self.unit}", repr(value)[:MAX_SHORT].encode("utf-8", "replace"))],
        )

    def _learn(self, people: Iterator[Any]) -> None:
        """Keep the handles of the authors that a document tells."""
        assert self._shape.people is not None
        _, key, handle, _ = self._shape.people
        self._people = names_by_id(
            people, lambda person: (identifier(person.get(key)), short(person.get(handle)))
        )

    def _keep(self, posts: Iterable[Any]) -> None:
        """Keep what the posts say that a document's reposts repeat, as far as
        `limits.MAX_PEOPLE_CHARS` goes.
        """
        self._origins.clear()
        held = 0
        for post in posts:
            number = identifier(post.get("id")) if isinstance(post, dict) else None
            if number and isinstance(post.get("text"), str):
                said = {key: post[key] for key in _SAID if key in post}
                held += _EACH + len(repr(said))
                if held > MAX_PEOPLE_CHARS:
                    break
                self._origins[number] = said


def _items_at(stream: IO[bytes], *paths: str) -> Iterator[tuple[str, Any]]:
    """Yield the values at some paths; what lies beside the way is passed over."""
    way = {path[: found.start()] for path in paths for found in re.finditer(r"\.|$", path)} | {""}
    return items_at(stream, re.compile("|".join(map(re.escape, paths))), leads=way.__contains__)


def _listed(value: Any, path: str) -> Iterator[Any]:
    """Yield the items of the lists at a path, also those that are lists and so no posts; without
    a path the value.
    """
    key, _, rest = path.partition(".")
    if not path:
        yield value
    elif key == "item" and isinstance(value, list):
        for one in value:
            yield from _listed(one, rest)
    elif isinstance(value, dict) and key in value:
        yield from _listed(value[key], rest)


def _shape_of(head: Head) -> tuple[Shape, tuple[str, ...]] | None:
    """Return the shape of a file, and where its posts stand."""
    if not (head.is_json or head.name.endswith(_LINES)):
        return None
    # Of lines the first may be another value.
    if head.first_object is None:
        return shape_of_document(head.paths)
    lines = itertools.islice(filter(None, map(bytes.strip, head.data.split(b"\n"))), _TRIED)
    return shape_of_document(
        frozenset().union(*(paths_of(line) for line in lines if line.startswith(b"{")))
    )


def _is_table(shape: Shape, places: tuple[str, ...], head: Head) -> bool:
    where = places[0]
    if head.first_object is not None and (head.name.endswith(_LINES) or b"\n" in head.data.strip()):
        rows = [""]  # an object a line
    else:
        # The list that a table of JSON has its rows in; an object by itself is none.
        rows = sorted(
            (path for path in head.paths if path == "item" or path.endswith(".item")),
            key=lambda path: (path.count("."), path),
        )[:1]
        rows += [""] if head.first_object is not None and not rows else []
    if where not in rows or ("",) not in shape.where:
        return False
    paths = head.paths | frozenset(head.first_object or ())
    return shape.is_flat(paths, where and f"{where}.")
