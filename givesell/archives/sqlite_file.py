"""SQLite: the rows of a table or of a query; the database is opened read-only."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from typing import Any
from urllib.parse import quote

import pyarrow as pa

from givesell.archives.columns import plain, unique_names
from givesell.archives.objects import ObjectsReader, Record
from givesell.archives.reader import Rejects
from givesell.errors import FileError

MAGIC = b"SQLite format 3\x00"


class SqliteReader(ObjectsReader):
    """A SQLite database: its only table, or the rows of ``--query``."""

    name = "sqlite"
    unit = "rows"
    wanted = "readable"

    def _find_schema(self) -> pa.Schema:
        with closing(self._connect()) as base:
            self._query = self.options.query or self._only_table(base)
            try:
                described = base.execute(self._query).description
            except (sqlite3.Error, sqlite3.Warning) as error:
                raise FileError("E504", path=self.path, reason=str(error)) from error
        if described is None:
            raise FileError("E504", path=self.path, reason="it is no SELECT")
        self._names = unique_names(name for name, *_ in described)
        return super()._find_schema()

    def _records(self) -> Iterator[Record]:
        with closing(self._connect()) as base:
            base.text_factory = lambda data: data.decode("utf-8", "surrogateescape")
            try:
                for number, values in enumerate(base.execute(self._query), 1):
                    row = dict(zip(self._names, map(plain, values), strict=True))
                    raw = repr(values).encode("utf-8", "surrogateescape")
                    yield number, raw, row if all(map(_decodes, values)) else ValueError("not UTF-8")
            except sqlite3.Error as error:
                raise FileError("E406", path=self.path, reason=str(error)) from error

    def _batches(self, rejects: Rejects) -> Iterator[pa.RecordBatch]:
        for batch in super()._batches(rejects):
            self.bytes_read = self.size
            yield batch

    def _connect(self) -> sqlite3.Connection:
        return sqlite3.connect(f"file:{quote(str(self.path.resolve()))}?mode=ro", uri=True, check_same_thread=False)

    def _only_table(self, base: sqlite3.Connection) -> str:
        try:
            names = [name for (name,) in base.execute("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'")]
        except sqlite3.Error as error:
            raise FileError("E406", path=self.path, reason=str(error)) from error
        if len(names) != 1:
            tables = ", ".join(map(repr, sorted(names)[:20])) or "no tables"
            raise FileError("E503", path=self.path, tables=tables)
        return 'SELECT * FROM "{}"'.format(names[0].replace('"', '""'))


def _decodes(value: Any) -> bool:
    if isinstance(value, str) and not value.isascii():
        try:
            value.encode()
        except UnicodeEncodeError:
            return False
    return True
