"""What the readers of all formats share: the interface, and reading lines of bounded length."""

import os
import zlib
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import AnyStr, ClassVar

import pyarrow as pa

from givesell.batch.formats import Format
from givesell.batch.rejects import Rejects
from givesell.errors import FileError, GivesellError

BATCH_ROWS = 16_384
BATCH_BYTES = 8 << 20
MAX_LINE = 16 << 20
UNREADABLE = (OSError, EOFError, zlib.error, pa.ArrowException, UnicodeDecodeError)

Tick = Callable[[int], None]


class Reader(ABC):
    """One input file as a stream of record batches.

    A batch holds at most `BATCH_ROWS` rows and about `BATCH_BYTES` bytes.

    Parameters
    ----------
    path : Path
    kind : Format
    tick : callable
        Called now and then with `bytes_read` while the schema is being found.

    Attributes
    ----------
    schema : pyarrow.Schema
        The columns, with unique names.
    text : str
        The column of posts, once `use_text` has been called.
    bytes_read : int
        How far the reader has come, of `passes` times the size of the file.
    """

    passes: ClassVar[int] = 1

    def __init__(self, path: Path, kind: Format, tick: Tick) -> None:
        self.path = path
        self.format = kind
        self._tick = tick
        self.text = ""
        self.bytes_read = 0
        with named(path, "E406", *UNREADABLE):
            self.size = path.stat().st_size
            self.schema: pa.Schema = self._find_schema()
        self.bytes_read = (self.passes - 1) * self.size

    @abstractmethod
    def _find_schema(self) -> pa.Schema: ...

    @abstractmethod
    def _batches(self, rejects: Rejects) -> Iterator[pa.RecordBatch]: ...

    def use_text(self, column: str) -> None:
        """Say which column holds the posts.

        Parameters
        ----------
        column : str
        """
        self.text = column

    def batches(self, rejects: Rejects) -> Iterator[pa.RecordBatch]:
        """Read the file.

        Parameters
        ----------
        rejects : Rejects
            Takes the rows that cannot be read.

        Yields
        ------
        pyarrow.RecordBatch
            Of `schema`.

        Raises
        ------
        FileError
            E406 where the file breaks off or is damaged.
        """
        batches = self._batches(rejects)
        while True:
            with named(self.path, "E406", *UNREADABLE):
                batch = next(batches, None)
            if batch is None:
                self.bytes_read = self.passes * self.size
                return
            yield batch


@contextmanager
def named(path: Path, code: str, *kinds: type[BaseException]) -> Iterator[None]:
    """Turn what goes wrong with a file into one error that names it.

    Parameters
    ----------
    path : Path
    code : str
        Of the error: E405 for writing, E406 for reading.
    *kinds : type of exception
        What to turn; errors of this library pass.
    """
    try:
        yield
    except GivesellError:
        raise
    except kinds as error:
        raise FileError(code, path=path, reason=reason_of(error)) from error


def reason_of(error: BaseException) -> str:
    """Return what an error says, on one line.

    Parameters
    ----------
    error : BaseException

    Returns
    -------
    str
    """
    number = getattr(error, "errno", None)
    said = os.strerror(number) if number else str(error) or type(error).__name__
    return said.strip().splitlines()[0].rstrip(".")


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
