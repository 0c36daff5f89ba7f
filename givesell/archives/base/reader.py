"""The interface of all readers: an input as a stream of record batches."""

import itertools
from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import Callable, Generator, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from givesell.archives.base.long_posts import too_long
from givesell.archives.base.missing import posts_of
from givesell.archives.base.rejects import Gate, Rejected, Rejects
from givesell.archives.streams.file_errors import UNREADABLE, named
from givesell.archives.streams.files import Files
from givesell.archives.streams.limits import TOO_LONG
from givesell.archives.streams.recoding import hinted
from givesell.archives.streams.unread import unread_of

BATCH_ROWS = 16_384
BATCH_BYTES = 8 << 20
BATCH_CELLS = 1 << 20
Tick = Callable[[int], None]


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
        The encoding of text that does not declare it; by default UTF-8, or UTF-16 where it looks
        like that.
    columns : mapping of str to str, optional
        For tables: the column of each part of the posts whose name does not say so; see
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
        Called now and then with `bytes_read` while the input is read for its schema.
    known : object, optional
        The `found` of an earlier reader of the same input, which spares reading it for its schema
        again.

    Attributes
    ----------
    name : str
        What the format is called.
    is_export : bool
        Whether the rows are posts, with the fields of `givesell.archives.Post`, rather than the
        rows of a table.
    is_text : bool
        Whether the file is text, which may be in another encoding.
    takes_any_text : bool
        Whether any text can be read in this format when it is asked for, markup too.
    seeks : bool
        Whether a file is read here and there, so that it must lie unpacked on the disk.
    takes_query : bool
        Whether the option ``query`` says something about this format.
    found : object
        What reading the input for its schema gave, as JSON can hold it.
    schema : pyarrow.Schema
        The columns, with unique names.
    text : str
        The column of posts, once `use_text` has been called.
    bytes_read : int
        How far the reader has come, of `passes` times the size of the file.
    passes : int
        How often the file is read.
    exact : bool
        Whether a value keeps its type where several files have columns of different ones.
    skipped : Counter of str
        Posts that were left out on purpose, by reason.
    about : tuple of str
        What files are called, in small letters, that say more about the posts, such as whose they
        are.
    cells : bool
        Whether posts are cells of a table, where programs write words such as ``nan`` for nothing;
        see `givesell.archives.base.missing`.
    """

    name: str
    is_export: bool = False
    is_text: bool = True
    takes_any_text: bool = False
    seeks: bool = False
    takes_query: bool = False
    passes: int = 1
    about: tuple[str, ...] = ()
    exact: bool = False
    cells: bool = True

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
        self.reset()
        with named(self.shown, "E510", Exception), named(self.shown, "E406", *UNREADABLE):
            self.schema: pa.Schema = self._find_schema()
        self.bytes_read = (self.passes - 1) * self.size

    def reset(self) -> None:
        """Set what a reading learns on its way; called at first and before each reading."""
        return

    @abstractmethod
    def _find_schema(self) -> pa.Schema:
        """Return the columns, which may take reading the input once; `passes` is then 2."""

    @abstractmethod
    def _batches(self, rejects: Rejects) -> Iterator[pa.RecordBatch]:
        """Read the input; see `batches`.

        `bytes_read` is set before each batch. A row that cannot be read goes to ``rejects``, with a
        reason that goes on after its place; posts that are too long are left out by `batches`.
        """

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
            How many batches to leave out at the start, with the rejects before them.

        Yields
        ------
        pyarrow.RecordBatch
            Of `schema`.

        Raises
        ------
        FileError
            E406 where the file breaks off or is damaged.
        """
        gate = Gate(rejects, skip == 0, self._in_words)
        batches = self._without_long(self._batches(gate), gate)
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
                rejects.add(Rejected(file, 0, reason, b""))
            self.bytes_read = self.passes * self.size

    def _in_words(self, reason: str) -> str:
        """Return the reason of a reject with what the caller can do about it; no encoding mends a
        damaged file.
        """
        return (
            reason if self.files.flaws or not self.is_text else hinted(reason, self.files.encoding)
        )

    def _without_long(
        self, batches: Iterator[pa.RecordBatch], rejects: Rejects
    ) -> Generator[pa.RecordBatch]:
        """Leave out posts that are too long to be scored, where the reader knows no line of
        them.
        """
        done = 0
        for batch in batches:
            long = too_long(batch.column(self.text)) if self.text else None
            for row in [] if long is None else pc.indices_nonzero(long).to_pylist():
                rejects.add(Rejected(self.shown, done + row + 1, TOO_LONG, b""))
            yield batch if long is None else batch.filter(pc.invert(long))
            done += len(batch)
