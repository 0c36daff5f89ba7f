"""SQLite: the rows of a table or of a query; the database is opened read-only.

A query may only read: it can neither write, attach nor load anything, nor can what stands in the
database (views, generated columns, triggers). What it may take is limited, in steps, rows and bytes
a value, see `givesell.archives.streams.limits`; a row with a larger value is rejected. Text that a
column holds as bytes is read as text, and a post that is other bytes is rejected. Of a damaged
database the rows before are kept.
"""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pyarrow as pa

from givesell.archives.base.columns import plain, unique_names
from givesell.archives.base.objects_reader import ObjectsReader, Record
from givesell.archives.base.rejects import Rejects
from givesell.archives.parsing.blob_text import text_of
from givesell.archives.streams import limits
from givesell.archives.streams.file_errors import reason_of
from givesell.errors import FileError

_STEPS = 100_000  # between two looks at how many they are
_ALLOWED = (sqlite3.SQLITE_SELECT, sqlite3.SQLITE_READ, sqlite3.SQLITE_RECURSIVE)
# These reach beyond the database, where they are there at all.
_FORBIDDEN = frozenset(
    {"load_extension", "fts3_tokenizer", "readfile", "writefile", "edit", "fileio_ls", "sqlite_log"}
)
_FAILURES = (sqlite3.Error, sqlite3.Warning, ValueError, OverflowError, MemoryError)
# Names of files beside a database that hold a part of it.
_BESIDE = ("-wal", "-journal")


class SqliteReader(ObjectsReader):
    """A SQLite database: its only table, or the rows of ``--query``."""

    name = "sqlite"
    unit = "rows"
    wanted = "readable"
    is_text = False
    seeks = True
    takes_query = True
    magic = (b"SQLite format 3\x00",)
    begins = "SQLite format 3"

    def _find_schema(self) -> pa.Schema:
        query = self.options.query
        if query is not None and not isinstance(query, str):
            raise FileError("E504", path=self.shown, reason="it is no text")
        with self._connected() as base:
            self._query = query or self._only_table(base)
            # A first row that is too large does not keep it from being described.
            with _told(self, "E504"):
                try:
                    described = base.execute(self._query).description
                except sqlite3.DataError:
                    described = base.execute(self._after(0, 0)).description
        if described is None:
            raise FileError("E504", path=self.shown, reason="it is no SELECT")
        self._names = unique_names(name for name, *_ in described)
        return super()._find_schema()

    def _records(self) -> Iterator[Record]:
        self._post = self._names[self.schema.get_field_index(self.text)] if self.text else None
        number = restarts = 0
        most = max(limits.FREE_ROWS, limits.ROWS_A_BYTE * self.size)
        with self._connected() as base:
            base.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, self._longest)
            rows: sqlite3.Cursor | None = None
            alone = False
            while True:
                try:
                    rows = rows or base.execute(
                        self._after(number, 1 if alone else -1) if number or alone else self._query
                    )
                    values = next(rows, None)
                except _FAILURES as error:
                    self._check_interrupted(error)
                    rows = None
                    if not alone:
                        # A row is given once the one after it has been read: read it by itself,
                        # then the one that fails.
                        alone = True
                    elif (
                        getattr(error, "sqlite_errorcode", None) == sqlite3.SQLITE_TOOBIG
                        and restarts < limits.MAX_RESTARTS
                    ):
                        restarts, number, alone = restarts + 1, number + 1, False
                        yield (
                            number,
                            b"",
                            ValueError(f"a value of more than {self._longest:,} bytes"),
                        )
                    else:
                        reason = (
                            f"it breaks off or is damaged after row {number:,}: {reason_of(error)}"
                        )
                        if not number:
                            raise FileError("E406", path=self.shown, reason=reason) from error
                        self.files.flaws[self.shown] = reason
                        return
                    continue
                if values is None:
                    return
                number += 1
                if number > most:
                    raise FileError(
                        "E504", path=self.shown, reason=f"it gives more than {most:,} rows"
                    )
                yield self._record(number, values)
                if alone:
                    rows = None

    def _after(self, number: int, most: int) -> str:
        """Return the query for the rows that stand after so many."""
        return f"SELECT * FROM ({self._query.strip().rstrip(';')}\n) LIMIT {most} OFFSET {number}"

    def _record(self, number: int, values: tuple[Any, ...]) -> Record:
        raw = repr(values).encode("utf-8", "surrogateescape")
        if len(raw) > limits.MAX_LINE:
            return (
                number,
                b"",
                ValueError(f"a row of more than {limits.MAX_LINE >> 20} MiB, written out"),
            )
        row = dict(zip(self._names, values, strict=True))
        if not all(map(_decodes, values)):
            return number, raw, ValueError("not UTF-8")
        for name, value in row.items():
            if isinstance(value, bytes):
                row[name] = told = text_of(value)
                if told is None and name == self._post:
                    return number, raw, ValueError("the post is a BLOB that holds no text")
                if told is None:
                    row[name] = plain(value)
            elif isinstance(value, float):
                row[name] = plain(value)
        return number, raw, row

    @property
    def _longest(self) -> int:
        """The bytes that a value may have."""
        return max(limits.LEAST_VALUE, min(limits.MAX_LINE, limits.ROW_MEMORY // len(self._names)))

    def _batches(self, rejects: Rejects) -> Iterator[pa.RecordBatch]:
        for batch in super()._batches(rejects):
            self.bytes_read = self.size
            yield batch

    @contextmanager
    def _connected(self) -> Iterator[sqlite3.Connection]:
        """Open the database for reading alone, with a limit on how long."""
        self._steps = 0
        self._stopped: BaseException | None = None
        most = max(limits.FREE_STEPS, limits.STEPS_A_BYTE * self.size)

        def step() -> int:
            # What is raised here would be lost.
            try:
                self._steps += _STEPS
                if self._steps > most:
                    self._stopped = FileError(
                        "E504", path=self.shown, reason=f"it takes more than {most:,} steps"
                    )
            except KeyboardInterrupt as error:
                self._stopped = error
            return self._stopped is not None

        place = self.path.resolve()
        # A database by itself need not be locked, for which SQLite would write files beside it.
        alone = not any(Path(f"{place}{ending}").exists() for ending in _BESIDE)
        address = f"file:{quote(os.fsencode(place))}?mode=ro{'&immutable=1' if alone else ''}"
        with _told(self, "E406"):
            base = sqlite3.connect(address, uri=True, check_same_thread=False)
        with closing(base):
            with _told(self, "E406"):
                base.text_factory = _text
                for setting in ("trusted_schema = OFF", "cell_size_check = ON", "query_only = ON"):
                    base.execute(f"PRAGMA {setting}")
            base.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, limits.MAX_LINE)
            base.setlimit(sqlite3.SQLITE_LIMIT_ATTACHED, 0)
            base.set_authorizer(_authorize)
            base.set_progress_handler(step, _STEPS)
            yield base

    def _check_interrupted(self, error: BaseException) -> None:
        """Raise what ended the query from outside."""
        if self._stopped is not None:
            raise self._stopped
        # Raised where a signal came between two lines of Python, it was lost.
        if getattr(error, "sqlite_errorcode", None) == sqlite3.SQLITE_INTERRUPT:
            raise KeyboardInterrupt

    def _only_table(self, base: sqlite3.Connection) -> str:
        with _told(self, "E406"):
            names = [
                name
                for (name,) in base.execute(
                    "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE"
                    " 'sqlite_%'"
                )
            ]
        if len(names) != 1:
            tables = ", ".join(map(repr, sorted(map(str, names))[:20])) or "no tables"
            raise FileError("E503", path=self.shown, tables=tables)
        return 'SELECT * FROM "{}"'.format(str(names[0]).replace('"', '""'))


@contextmanager
def _told(reader: SqliteReader, code: str) -> Iterator[None]:
    """Turn what goes wrong with a statement into one of our errors."""
    try:
        yield
    except _FAILURES as error:
        reader._check_interrupted(error)
        reason = reason_of(error)
        if any(word in reason for word in ("not authorized", "prohibited", "authorization denied")):
            reason = "it does more than read"
        raise FileError(code, path=reader.shown, reason=reason) from error


def _authorize(action: int, _one: str | None, two: str | None, *_: str | None) -> int:
    allowed = action in _ALLOWED or (
        action == sqlite3.SQLITE_FUNCTION and (two or "").lower() not in _FORBIDDEN
    )
    return sqlite3.SQLITE_OK if allowed else sqlite3.SQLITE_DENY


def _text(data: bytes) -> str:
    return data.decode("utf-8", "surrogateescape")


def _decodes(value: Any) -> bool:
    if isinstance(value, str) and not value.isascii():
        try:
            value.encode()
        except UnicodeEncodeError:
            return False
    return True
