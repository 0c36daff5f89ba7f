"""What the readers of all formats share: the interface, batches of posts, and reading lines of
bounded length.
"""

import itertools
import re
from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import Callable, Generator, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from operator import itemgetter
from pathlib import Path
from typing import IO, Any, AnyStr, ClassVar, Protocol

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from givesell.archives.base.head import Head
from givesell.archives.base.missing import posts_of
from givesell.archives.base.post import SCHEMA, Post, to_batch
from givesell.archives.parsing.seen_ids import SeenIds
from givesell.archives.streams.damage import spared
from givesell.archives.streams.file_errors import UNREADABLE, named
from givesell.archives.streams.files import Files
from givesell.archives.streams.limits import MAX_LINE, MAX_POST, TOO_LONG
from givesell.archives.streams.recoding import hinted
from givesell.archives.streams.unread import unread_of
from givesell.errors import FileError

NOT_PUBLIC = "not public"
BATCH_ROWS = 16_384
BATCH_BYTES = 8 << 20
BATCH_CELLS = 1 << 20
_ID, _TEXT, _AUTHOR, _URL, _KIND = map(Post._fields.index, ("id", "text", "author", "url", "kind"))
_PARTS = tuple(map(itemgetter, (_ID, _TEXT, _AUTHOR, _URL)))
_KEY = itemgetter(_KIND, _ID)
_BLOCK_ROWS = 1_024
_BLOCK_CHARS = 1 << 20
Tick = Callable[[int], None]


class Rejects(Protocol):
    """Takes the rows that cannot be read."""

    def add(self, file: Path, line: int, reason: str, raw: str | bytes) -> None:
        """Take one.

        Parameters
        ----------
        file : Path
        line : int
            The line or the record, from 1.
        reason : str
        raw : str or bytes
            A str holds undecodable bytes as lone surrogates (``surrogateescape``).
        """


@dataclass(frozen=True, slots=True)
class Options:
    """What the caller may say about how to read.

    Attributes
    ----------
    query : str or None
        For SQLite: the SELECT whose rows are the posts. For a spreadsheet: the name of the sheet.
    visibility : str
        ``"public"``, or ``"all"`` to read followers-only and direct posts too.
    encoding : str or None
        What text is in that does not say it itself; by default UTF-8, or UTF-16 where it looks like
        that.
    columns : mapping of str to str, optional
        For tables: the column of a part of the posts, where its name does not tell; see
        `givesell.archives.shapes.roles.find_roles`.
    """

    query: str | None = None
    visibility: str = "public"
    encoding: str | None = None
    columns: Mapping[str, str] | None = None


class Reader(ABC):
    """One input as a stream of record batches.

    A batch holds at most `BATCH_ROWS` rows and about `BATCH_BYTES` bytes.

    Parameters
    ----------
    files : Files
    members : list of str
        Which of the files to read, in order.
    options : Options, optional
    tick : callable, optional
        Called now and then with `bytes_read` while the schema is being found.
    known : object, optional
        What `found` was when the same input was opened before: spares reading it for its schema
        again.

    Attributes
    ----------
    is_text : bool
        Whether the file is text, which may be in another encoding.
    found : object
        What reading the input for its schema has found, as JSON can hold it.
    schema : pyarrow.Schema
        The columns, with unique names.
    text : str
        The column of posts, once `use_text` has been called.
    bytes_read : int
        How far the reader has come, of `passes` times the size of the file.
    skipped : Counter of str
        Posts that were left out on purpose, by reason.
    about : tuple of str
        What files are called, in small letters, that say more about the posts, such as whose they
        are.
    cells : bool
        Whether posts are cells of a table, where programs write words such as ``nan`` for nothing;
        see `givesell.archives.base.missing`.
    """

    name: ClassVar[str]
    passes: ClassVar[int] = 1
    is_text: ClassVar[bool] = True
    about: tuple[str, ...] = ()
    # Whether a value keeps its type where files have columns of different ones.
    exact: bool = False
    cells: ClassVar[bool] = True

    def __init__(
        self,
        files: Files,
        members: list[str],
        options: Options = Options(),
        tick: Tick = lambda _: None,
        known: Any = None,
    ) -> None:
        self.found: Any = known
        self.files = files
        self.path = files.path
        self.members = members
        self.options = options
        self._tick = tick
        self.text = ""
        self.bytes_read = 0
        self.size = files.size
        self.skipped: Counter[str] = Counter()
        with named(self.shown, "E510", Exception), named(self.shown, "E406", *UNREADABLE):
            self.schema: pa.Schema = self._find_schema()
        self.bytes_read = (self.passes - 1) * self.size

    @abstractmethod
    def _find_schema(self) -> pa.Schema: ...

    @abstractmethod
    def _batches(self, rejects: Rejects) -> Iterator[pa.RecordBatch]: ...

    @property
    def shown(self) -> Path:
        """How errors name the file that is being read."""
        return self.files.shown(self.members[0]) if len(self.members) == 1 else self.path

    @property
    def unread(self) -> list[str]:
        """The names of the files in an export that no reader takes, media apart; see
        `givesell.archives.streams.unread`.
        """
        return unread_of(self.files, self.members, self.about)

    def use_text(self, column: str) -> None:
        """Say which column holds the posts.

        Parameters
        ----------
        column : str
        """
        self.text = column

    def posts_of(self, batch: pa.RecordBatch) -> pa.Array:
        """Return the posts of a batch, null where a cell says that there is none.

        Parameters
        ----------
        batch : pyarrow.RecordBatch

        Returns
        -------
        pyarrow.Array
        """
        posts = batch.column(self.text)
        return posts_of(posts) if self.cells else posts

    def batches(self, rejects: Rejects, skip: int = 0) -> Iterator[pa.RecordBatch]:
        """Read the input; the same input gives the same batches.

        Parameters
        ----------
        rejects : Rejects
            Takes the rows that cannot be read.
        skip : int, default 0
            How many batches to leave out at the start, with the rejects that stand before them.

        Yields
        ------
        pyarrow.RecordBatch
            Of `schema`.

        Raises
        ------
        FileError
            E406 where the file breaks off or is damaged.
        """
        gate = Gate(rejects, skip == 0, self._told)
        batches = self._short(self._batches(gate), gate)
        with closing(self.files), closing(batches):
            for number in itertools.count(1):
                with named(self.shown, "E510", Exception), named(self.shown, "E406", *UNREADABLE):
                    batch = next(batches, None)
                if batch is None:
                    break
                if number > skip:
                    yield batch
                gate.open = number >= skip
            for file, reason in self.files.flaws.items():
                rejects.add(file, 0, reason, b"")
            self.bytes_read = self.passes * self.size

    def _told(self, reason: str) -> str:
        """Return the reason of a reject with what the caller may do; of what is damaged no
        encoding makes more.
        """
        return (
            reason if self.files.flaws or not self.is_text else hinted(reason, self.files.encoding)
        )

    def _short(
        self, batches: Iterator[pa.RecordBatch], rejects: Rejects
    ) -> Generator[pa.RecordBatch]:
        """Leave out posts that are too long to be scored, where the reader knows no line of
        them.
        """
        done = 0
        for batch in batches:
            texts = batch.column(self.text) if self.text else None
            long = (
                None
                if texts is None
                or (pc.max(lengths(texts, pc.binary_length)).as_py() or 0) <= MAX_POST
                else too_long(texts)
            )
            for row in [] if long is None else pc.indices_nonzero(long).to_pylist():
                rejects.add(self.shown, done + row + 1, TOO_LONG, b"")
            yield batch if long is None else batch.filter(pc.invert(long))
            done += len(batch)


class Gate:
    """Lets rejects through once it is open, with what the caller may do about them.

    Parameters
    ----------
    rejects : Rejects
    is_open : bool
    told : callable, optional
        Returns the reason as it is shown.
    """

    def __init__(self, rejects: Rejects, is_open: bool, told: Callable[[str], str] = str) -> None:
        self._rejects = rejects
        self._told = told
        self.open = is_open

    def add(self, file: Path, line: int, reason: str, raw: str | bytes) -> None:
        """Take a row that cannot be read; see `Rejects`."""
        if self.open:
            self._rejects.add(file, line, self._told(reason), raw)


class PostReader(Reader):
    """The export of a platform: posts, whatever the shape of its files.

    Attributes
    ----------
    platform : str
    pattern : re.Pattern
        Finds its files among the members of a zip, tar or folder.
    unique : bool
        Whether each id may stand once: a second one is skipped.
    loose : bool
        Whether its files make no export by lying beside each other: beside those of an export they
        are none of it.
    """

    cells: ClassVar[bool] = False
    platform: ClassVar[str]
    pattern: ClassVar[re.Pattern[str]]
    unique: ClassVar[bool] = True
    loose: ClassVar[bool] = False

    @classmethod
    @abstractmethod
    def recognises(cls, head: Head) -> bool:
        """Say whether a file is of this format.

        Parameters
        ----------
        head : Head
            Its beginning.

        Returns
        -------
        bool
        """

    @classmethod
    def is_plain(cls, head: Head) -> bool:  # noqa: ARG003
        """Say whether a file of this format is a table like any other where it stands by itself.

        Parameters
        ----------
        head : Head
            Its beginning.

        Returns
        -------
        bool
        """
        return False

    @abstractmethod
    def read(self, stream: IO[bytes], member: str, rejects: Rejects) -> Iterator[Post]:
        """Read the posts of one file.

        Parameters
        ----------
        stream : file
        member : str
            The name of the file.
        rejects : Rejects

        Yields
        ------
        Post
        """

    def prepare(self) -> None:
        """Read what else the export knows, such as whose it is."""
        return

    def hides(self, is_public: bool) -> bool:
        """Say whether a post is left out because not everybody may see it; one that is has been
        counted.

        Parameters
        ----------
        is_public : bool

        Returns
        -------
        bool
        """
        if is_public or self.options.visibility == "all":
            return False
        self.skipped[NOT_PUBLIC] += 1
        return True

    def posts(self, rejects: Rejects) -> Iterator[Post]:
        """Read the posts of all files, without those whose id was there before.

        Parameters
        ----------
        rejects : Rejects

        Yields
        ------
        Post
        """
        return itertools.chain.from_iterable(self.blocks(rejects))

    def blocks(self, rejects: Rejects) -> Iterator[list[Post]]:
        """Read the posts of all files in blocks of at most 1,024; see `posts`."""
        self.skipped.clear()
        # What is damaged beside the posts costs none of them.
        with spared(self.files.flaws, self.path, []):
            self.prepare()
        seen = SeenIds()
        errors: list[FileError] = []
        given = False
        for member in self.members:
            shown = self.files.shown(member)
            with (
                spared(self.files.flaws, shown, errors),
                named(shown, "E406", *UNREADABLE),
                self.files.open(member) as stream,
            ):
                for block in _in_blocks(self.read(stream, member, rejects)):
                    given = True
                    yield self._first(block, seen) if self.unique else block
        if errors and not given:
            raise errors[0]

    def _first(self, block: list[Post], seen: SeenIds) -> list[Post]:
        """Leave out the posts whose id was there before."""
        with_id = (
            block
            if None not in map(itemgetter(_ID), block)
            else [post for post in block if post.id is not None]
        )
        first = seen.first(np.fromiter(map(hash, map(_KEY, with_id)), np.int64, len(with_id)))
        if first.all():
            return block
        self.skipped["the same id twice"] += len(with_id) - int(first.sum())
        kept = iter(first.tolist())
        return [post for post in block if post.id is None or next(kept)]

    def _find_schema(self) -> pa.Schema:
        return SCHEMA

    def _batches(self, rejects: Rejects) -> Iterator[pa.RecordBatch]:
        held: list[Post] = []
        size = 0
        try:
            for block in filter(None, self.blocks(rejects)):
                held += block
                size += _size(block)
                if len(held) > BATCH_ROWS - _BLOCK_ROWS or size >= BATCH_BYTES:
                    self.bytes_read = min(self.size, max(self.bytes_read, self.files.position))
                    posts, held, size = held, [], 0
                    yield to_batch(posts)
        finally:
            # Also what stands before the place where a file breaks off.
            if held:
                yield to_batch(held)


def _size(block: list[Post]) -> int:
    """Return about how many bytes some posts take."""
    return 100 * len(block) + sum(sum(map(len, filter(None, map(part, block)))) for part in _PARTS)


def _in_blocks(posts: Iterator[Post]) -> Iterator[list[Post]]:
    """Group posts to blocks of bounded size; what stands before an error comes before it."""
    block: list[Post] = []
    size = 0
    try:
        for post in posts:
            block.append(post)
            size += _BLOCK_CHARS // _BLOCK_ROWS
            if text := post.text:
                size += len(text)
            if size >= _BLOCK_CHARS:
                full, block, size = block, [], 0
                yield full
    finally:
        if block:
            yield block


def bounded_lines(readline: Callable[[int], AnyStr], newline: AnyStr) -> Iterator[AnyStr]:
    """Yield the lines of a stream without ever holding a longer one than `MAX_LINE`.

    Parameters
    ----------
    readline : callable
        As `io.IOBase.readline`.
    newline : str or bytes
        What ends a line.

    Yields
    ------
    str or bytes
        A line with its end. A line of `MAX_LINE` or more is cut to that length, which is how
        the caller recognises it.
    """
    while line := readline(MAX_LINE):
        if len(line) == MAX_LINE:
            rest = line
            while rest and not rest.endswith(newline):
                rest = readline(MAX_LINE)
        yield line


def lengths(texts: pa.Array, count: Callable[[pa.Array], pa.Array]) -> pa.Array:
    """Count the bytes or characters of texts of any layout; null where there is none."""
    if pa.types.is_dictionary(texts.type):
        return lengths(texts.dictionary, count).take(texts.indices)
    known = pa.types.is_string(texts.type) or pa.types.is_large_string(texts.type)
    return count(texts if known else texts.cast(pa.large_string()))


def too_long(texts: pa.Array) -> pa.BooleanArray:
    """Tell which posts are longer than is scored."""
    return pc.fill_null(pc.greater(lengths(texts, pc.utf8_length), MAX_POST), False)
