"""What files are made of: JSON, JSON lines, tables, a repository of Bluesky; each can be written,
and be made odd in one place.

A member knows its items, so that after one of them was made odd it can be said which posts must
still be read.
"""

import copy
import hashlib
import json
import random
from abc import ABC, abstractmethod
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any

import libipld

from fuzz.values import Grade, Odd, odd, python_value

Path = tuple[Any, ...]
_HOLE = "\ue000hole\ue000"
NAMES = (
    "\x1b[2Jname",
    'a"b',
    "a\\b",
    "a\nb",
    "a\rb",
    "",
    " ",
    "\x00",
    "=cmd|'/C calc'!A0",
    "n" * 10_000,
    "\u202ename",
    "{0.__class__}",
    "a,b",
    "'",
    "ａ",
)
CELLS = (
    "",
    " ",
    '"',
    '""',
    "\r",
    "\n",
    "\r\n",
    "\x00",
    "\x1b[2J",
    "\u2028",
    "\x85",
    "=1+1",
    "@SUM(1)",
    "-1",
    "1e400",
    "NaN",
    "null",
    "\ufeff",
    "," * 50,
    "9" * 400,
)
LINES = ('"open', 'a"b', '"a"b', '""""""', "\r", '"', "'", "\x00", '"a\n"b', "," * 3)


@dataclass(frozen=True)
class Change:
    """One place made odd.

    Attributes
    ----------
    what : str
    spared : bool
        Whether all items but ``item`` must still be read.
    item : int or None
        The number of the item that was changed; None where it was none.
    more : int
        How many items were added.
    counted : bool
        Whether the others need only be counted: each of them may be put aside by itself.
    """

    what: str
    spared: bool
    item: int | None = None
    more: int = 0
    counted: bool = False


class Member(ABC):
    """A file's content."""

    @abstractmethod
    def write(self) -> bytes:
        """Return the bytes."""

    @abstractmethod
    def changed(self, rng: random.Random, seed: int) -> tuple["Member", Change]:
        """Return the same with one place made odd."""

    @property
    def markers(self) -> list[str | None]:
        """A text for each item by which it is known in the output; None for one that is read but
        leaves none.
        """
        return []


@dataclass(frozen=True)
class Blob(Member):
    """Bytes without structure."""

    data: bytes

    def write(self) -> bytes:
        """Return the bytes."""
        return self.data

    def changed(self, rng: random.Random, seed: int) -> tuple[Member, Change]:
        """Return the same: nothing is known of its places."""
        return self, Change("as it is", True)


def paths(value: Any, at: Path = ()) -> Iterator[Path]:
    """Yield the path of each value within another."""
    inner = (
        value.items()
        if isinstance(value, dict)
        else enumerate(value)
        if isinstance(value, list)
        else ()
    )
    for key, part in inner:
        yield (*at, key)
        yield from paths(part, (*at, key))


def put(value: Any, path: Path, new: Any) -> Any:
    """Return a copy of a value with another in one place."""
    value = copy.deepcopy(value)
    place = value
    for key in path[:-1]:
        place = place[key]
    place[path[-1]] = new
    return value


def get(value: Any, path: Path) -> Any:
    """Return what stands at a path."""
    for key in path:
        value = value[key]
    return value


def reshaped(rng: random.Random, seed: int, value: Any, path: Path) -> tuple[Any, Odd | None, str]:
    """Return a copy of a value with one place made odd, what goes into its hole, and what was
    done.
    """
    where = "/".join(map(str, path))[-60:]
    old, way = get(value, path), rng.random()
    if way < 0.72:
        chosen = odd(rng, seed)
        return put(value, path, _HOLE), chosen, f"{where} = {chosen.name}"
    if way < 0.8:
        return put(value, path, [old]), None, f"{where} in a list"
    if way < 0.88:
        return put(value, path, {"text": old, str(path[-1]): old}), None, f"{where} in an object"
    parent = copy.deepcopy(value)
    holder = get(parent, path[:-1])
    if isinstance(holder, dict):
        taken = holder.pop(path[-1])
        if way < 0.94:
            return parent, None, f"{where} left out"
        name = rng.choice(NAMES)
        holder[name] = taken
        return parent, None, f"{where} renamed {name[:20]!a}"
    return put(value, path, str(old)), None, f"{where} as text"


def filled(data: bytes, value: Odd | None) -> bytes:
    """Return JSON with its hole filled."""
    return data if value is None else data.replace(json.dumps(_HOLE).encode(), value.token)


@dataclass(frozen=True)
class Json(Member):
    """A JSON document.

    Attributes
    ----------
    value : object
    lists : tuple of path
        Where the lists of items stand.
    known : tuple of str or None
        The items' markers.
    prefix : bytes
        What stands before it.
    """

    value: Any
    lists: tuple[Path, ...] = ()
    known: tuple[str | None, ...] = ()
    prefix: bytes = b""
    hole: Odd | None = None

    def write(self) -> bytes:
        """Return the bytes."""
        return self.prefix + filled(json.dumps(self.value).encode(), self.hole)

    @property
    def markers(self) -> list[str | None]:
        """The items' markers."""
        return list(self.known)

    def changed(self, rng: random.Random, seed: int) -> tuple[Member, Change]:
        """Return the same with one place made odd."""
        places: dict[Path, int | None] = dict.fromkeys(paths(self.value))
        number = 0
        for at in self.lists:
            for index in range(len(get(self.value, at))):
                places |= {path: number for path in places if path[: len(at) + 1] == (*at, index)}
                number += 1
        inside = [path for path, item in places.items() if item is not None]
        outside = [path for path, item in places.items() if item is None]
        if inside and rng.random() < 0.05:
            path = rng.choice(self.lists)
            taken = copy.deepcopy(self.value)
            items = get(taken, path)
            items.append(copy.deepcopy(items[0]))
            return replace(self, value=taken), Change("an item twice", True, None, 1)
        path = rng.choice(
            inside if inside and (rng.random() < 0.85 or not outside) else outside or [()]
        )
        if not path:
            chosen = odd(rng, seed)
            return replace(self, value=_HOLE, hole=chosen, known=()), Change(
                f"all = {chosen.name}", False
            )
        value, hole, what = reshaped(rng, seed, self.value, path)
        item = places[path]
        # What holds the items may be looked for by name; without items of its own the file only
        # says whose the others are.
        spared = (item is not None or not self.lists) and (
            hole is None or hole.grade == Grade.PLAIN
        )
        return replace(self, value=value, hole=hole), Change(what, spared, item)


@dataclass(frozen=True)
class Lines(Member):
    """JSON lines: each an item."""

    rows: tuple[Any, ...]
    known: tuple[str | None, ...]
    hole: Odd | None = None

    def write(self) -> bytes:
        """Return the bytes."""
        return filled(b"".join(json.dumps(row).encode() + b"\n" for row in self.rows), self.hole)

    @property
    def markers(self) -> list[str | None]:
        """The items' markers."""
        return list(self.known)

    def changed(self, rng: random.Random, seed: int) -> tuple[Member, Change]:
        """Return the same with one place made odd."""
        rows = list(self.rows)
        item = rng.randrange(len(rows))
        places = [(), *paths(rows[item])]
        path = rng.choice(places)
        if not path:
            chosen = odd(rng, seed)
            rows[item] = _HOLE
            # A blank line is no row; a line break makes two of one.
            more = -1 if not chosen.token.strip() else chosen.token.count(b"\n")
            return replace(self, rows=tuple(rows), hole=chosen), Change(
                f"{item} = {chosen.name}", True, item, more
            )
        rows[item], hole, what = reshaped(rng, seed, rows[item], path)
        more = 0 if hole is None else hole.token.count(b"\n")
        return replace(self, rows=tuple(rows), hole=hole), Change(
            f"{item}/{what}", True, item, more
        )


@dataclass(frozen=True)
class Rows(Member):
    """Delimited text.

    Attributes
    ----------
    header : tuple of str
    rows : tuple of tuple of str
    known : tuple of str or None
    delimiter : str
    free : bool
        Whether columns may be added without making it another format.
    """

    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    known: tuple[str | None, ...]
    delimiter: str = ","
    free: bool = False
    end: str = "\n"
    raw: dict[int, str] = field(default_factory=dict)

    def write(self) -> bytes:
        """Return the bytes."""
        lines = [self._line(self.header)] + [
            self.raw.get(number, self._line(row)) for number, row in enumerate(self.rows)
        ]
        return "".join(line + self.end for line in lines).encode("utf-8", "surrogatepass")

    @property
    def markers(self) -> list[str | None]:
        """The items' markers."""
        return list(self.known)

    def changed(self, rng: random.Random, seed: int) -> tuple[Member, Change]:
        """Return the same with one place made odd."""
        way, item = rng.random(), rng.randrange(len(self.rows))
        rows = list(self.rows)
        if way < 0.55:
            column = rng.randrange(len(self.header))
            cell = rng.choice(
                (
                    rng.choice(CELLS),
                    rng.choice(CELLS),
                    str(python_value(odd(rng, seed, Grade.HARD))),
                )
            )
            cell = cell.encode("utf-8", "replace").decode()
            rows[item] = (*rows[item][:column], cell, *rows[item][column + 1 :])
            return replace(self, rows=tuple(rows)), Change(
                f"{item}/{self.header[column]} = {cell[:20]!a}", True, item
            )
        if way < 0.65:
            rows[item] = rng.choice((rows[item][:-1], (*rows[item], "more"), rows[item] * 300))
            # Each line of a broken row counts.
            return replace(self, rows=tuple(rows)), Change(
                f"{item} has {len(rows[item])} fields", True, item, "".join(rows[item]).count("\n")
            )
        if way < 0.8:
            line = rng.choice(LINES)
            # How many rows a broken line counts for is a matter of the rules; the rows around it
            # are not.
            return replace(self, raw={item: line}), Change(f"{item} is {line!a}", False, item)
        if way < 0.9 and self.free:
            name = rng.choice(NAMES)
            rows = [(*row, "x") for row in rows]
            return replace(self, header=(*self.header, name), rows=tuple(rows)), Change(
                f"a column {name[:20]!a}", "\r" not in name
            )
        column = rng.randrange(len(self.header))
        name = rng.choice((*NAMES, self.header[0]))
        header = (*self.header[:column], name, *self.header[column + 1 :])
        return replace(self, header=header), Change(
            f"{self.header[column]} renamed {name[:20]!a}", False
        )

    def _line(self, cells: tuple[str, ...]) -> str:
        special = set('"\r\n') | {self.delimiter}
        return self.delimiter.join(
            '"' + cell.replace('"', '""') + '"' if special & set(cell) else cell for cell in cells
        )


@dataclass(frozen=True)
class Recoded(Member):
    """Text of another member in another encoding than UTF-8, with a mark before it."""

    inner: Member
    encoding: str = "utf-16"

    def write(self) -> bytes:
        """Return the bytes."""
        return self.inner.write().decode("utf-8", "replace").encode(self.encoding)

    @property
    def markers(self) -> list[str | None]:
        """The items' markers."""
        return self.inner.markers

    def changed(self, rng: random.Random, seed: int) -> tuple[Member, Change]:
        """Return the same with one place made odd."""
        inner, change = self.inner.changed(rng, seed)
        return replace(self, inner=inner), change


@dataclass(frozen=True)
class Car(Member):
    """A repository of Bluesky.

    Attributes
    ----------
    records : tuple of (str, dict)
        Name in the tree, and record.
    did : str
    known : tuple of str or None
    """

    records: tuple[tuple[str, Any], ...]
    did: str
    known: tuple[str | None, ...]
    entry: tuple[int, str, Any] | None = None

    def write(self) -> bytes:
        """Return the bytes."""
        blocks: list[tuple[bytes, bytes]] = []
        entries, last = [], b""
        for number, (key, record) in enumerate(self.records):
            cid = self._add(blocks, record)
            name = key.encode()
            shared = next(
                (i for i, (a, b) in enumerate(zip(name, last, strict=False)) if a != b),
                min(len(name), len(last)),
            )
            entry: dict[str, Any] = {"p": shared, "k": name[shared:], "v": _Link(cid), "t": None}
            if self.entry is not None and self.entry[0] == number:
                entry[self.entry[1]] = self.entry[2]
            entries.append(entry)
            last = name
        tree = self._add(blocks, {"l": None, "e": entries})
        root = self._add(
            blocks,
            {
                "did": self.did,
                "rev": "3k",
                "data": _Link(tree),
                "version": 3,
                "sig": b"x",
                "prev": None,
            },
        )
        header = _cbor({"roots": [_Link(root)], "version": 1})
        return _section(header) + b"".join(_section(cid + data) for cid, data in blocks)

    @property
    def markers(self) -> list[str | None]:
        """The items' markers."""
        return list(self.known)

    def changed(self, rng: random.Random, seed: int) -> tuple[Member, Change]:
        """Return the same with one place made odd."""
        item = rng.randrange(len(self.records))
        value = python_value(odd(rng, seed, Grade.PLAIN))
        if rng.random() < 0.3:
            name = rng.choice("pkvt")
            value = rng.choice((value, -1, 1 << 40, b"\xff", None, 10_000))
            # A name says only how it differs from the one before: those after it are others then.
            return replace(self, entry=(item, name, value)), Change(
                f"entry {item}/{name} = {str(value)[:20]!a}", False, item
            )
        key, record = self.records[item]
        path = rng.choice([(), *paths(record)])
        record = put(record, path, value) if path else value
        records = (*self.records[:item], (key, record), *self.records[item + 1 :])
        return replace(self, records=records), Change(
            f"{item}/{'/'.join(map(str, path))} = {str(value)[:20]!a}", True, item
        )

    @staticmethod
    def _add(blocks: list[tuple[bytes, bytes]], value: Any) -> bytes:
        data = _cbor(value)
        cid = b"\x01\x71\x12\x20" + hashlib.sha256(data).digest()
        blocks.append((cid, data))
        return cid


class _Link(bytes):
    """The address of a block."""


def _cbor(value: Any) -> bytes:
    """Write DAG-CBOR; libipld writes all but links, which it has no type for."""
    if isinstance(value, _Link):
        return b"\xd8\x2a" + libipld.encode_dag_cbor(b"\x00" + bytes(value))
    if isinstance(value, dict):
        keys = sorted(
            (str(key).encode("utf-8", "replace").decode() for key in value),
            key=lambda key: (len(key), key),
        )
        texts = {str(key).encode("utf-8", "replace").decode(): part for key, part in value.items()}
        return _head(5, len(texts)) + b"".join(
            libipld.encode_dag_cbor(key) + _cbor(texts[key]) for key in dict.fromkeys(keys)
        )
    if isinstance(value, list):
        return _head(4, len(value)) + b"".join(map(_cbor, value))
    if isinstance(value, str):
        return bytes(libipld.encode_dag_cbor(value.encode("utf-8", "replace").decode()))
    if isinstance(value, int) and not -(1 << 63) <= value < 1 << 63:
        value = float(value)
    return bytes(libipld.encode_dag_cbor(value))


def _head(kind: int, size: int) -> bytes:
    return (
        bytes([kind << 5 | size])
        if size < 24
        else bytes([kind << 5 | 26]) + size.to_bytes(4, "big")
    )


def _section(data: bytes) -> bytes:
    size, head = len(data), b""
    while size > 127:
        head, size = head + bytes([size & 127 | 128]), size >> 7
    return head + bytes([size]) + data
