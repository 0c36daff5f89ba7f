"""A scored file as a report reads it: its columns, its batches, and what lies beside it."""

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa

from givesell.archives import open_reader
from givesell.archives.base.objects_reader import ObjectsReader
from givesell.archives.parsing.lines import bounded_lines
from givesell.archives.shapes.roles import check_columns, columns_of, find_roles, find_text_column
from givesell.archives.streams.file_errors import named
from givesell.batch.encoders import METADATA
from givesell.batch.rejects import Collected
from givesell.batch.run_folder import rejects_path
from givesell.errors import DataError, FileError
from givesell.report.fields import MOST_NAME
from givesell.show.words import cut, one_line
from givesell.verdict import COLUMNS, added_columns

MOST_REASONS = 100
_SHOWN_REASONS = 8


@dataclass(frozen=True, slots=True)
class Columns:
    """Which columns of a scored file hold what.

    Attributes
    ----------
    text : str or None
        None if there are no posts in it.
    prefix : str
        Of label, selling, sure and status.
    roles : mapping of str to str
        See `givesell.archives.shapes.roles.find_roles`.
    facet : str, optional
    read_by : str, optional
        Which model has spoken, where there was a second look.
    """

    text: str | None
    prefix: str
    roles: Mapping[str, str]
    facet: str | None = None
    read_by: str | None = None


class ScoredFile:
    """A file that `givesell score` wrote.

    Parameters
    ----------
    path : path
    text_column : str, optional
    columns : mapping of str to str, optional
    may_be_empty : bool, default False
        Whether it may be without rows: the run is known to have left rows out.

    Attributes
    ----------
    path : Path
    columns : Columns
    metadata : dict
        What `givesell score` has recorded in a Parquet or Arrow file; empty in others.

    Raises
    ------
    FileError
        E401 or E406 if it cannot be read; E413 if it was not written by `givesell score`.
    DataError
        E301 if a column that was named is not there.
    """

    def __init__(
        self,
        path: Path,
        *,
        text_column: str | None = None,
        columns: Mapping[str, str] | None = None,
        may_be_empty: bool = False,
    ) -> None:
        self.path = path
        self.rejects = rejects_path(path)
        self._reader = self._open(may_be_empty=may_be_empty or self.rejects.is_file())
        names = self._reader.schema.names
        prefix = _prefix(names, path)
        named_columns = columns_of(columns)
        check_columns(names, named_columns, path)
        added = added_columns(names, prefix)
        self.columns = Columns(
            _text_column(names, text_column, path),
            prefix,
            find_roles([name for name in names if name not in added], named_columns),
            *(prefix + name if prefix + name in names else None for name in ("facet", "read_by")),
        )
        self.metadata = _recorded(self._reader.schema.metadata)

    def batches(self) -> Iterator[tuple[pa.RecordBatch | None, int]]:
        """Read the file from its start.

        Yields
        ------
        batch : pyarrow.RecordBatch or None
            None after the last one.
        unreadable : int
            How many rows before its end could not be read.
        """
        reader, self._reader = self._reader or self._open(may_be_empty=True), None
        if isinstance(reader, ObjectsReader):
            # A row whose post is no text has figures all the same.
            reader.use_text(self.columns.prefix + "label")
        rejected = Collected(strict=False)
        for batch in reader.batches(rejected):
            yield batch, len(rejected.take())
        yield None, len(rejected.take())

    def rejected(self) -> tuple[int, dict[str, int]]:
        """Count the rows that the run could not read, by reason: the most frequent ones."""
        reasons: Counter[str] = Counter()
        if self.rejects.is_file():
            with named(self.rejects, "E406", OSError), self.rejects.open("rb") as lines:
                for line in bounded_lines(lines.readline, b"\n"):
                    try:
                        reason = cut(one_line(str(json.loads(line)["reason"])), MOST_NAME)
                    except (ValueError, KeyError, TypeError, RecursionError):
                        continue
                    known = reason in reasons or len(reasons) < MOST_REASONS
                    reasons[reason if known else "other reasons"] += 1
        return sum(reasons.values()), dict(reasons.most_common(_SHOWN_REASONS))

    def _open(self, *, may_be_empty: bool) -> Any:
        try:
            return open_reader(self.path, plain=True)
        except FileError as error:
            # If all rows of a run were rejected or left out, its JSON lines are an empty file.
            if error.code != "E403" or not may_be_empty:
                raise
            return _NoRows()


class _NoRows:
    """In place of the reader of a file without rows."""

    schema = pa.schema([pa.field(name, pa.string()) for name in ("text", *COLUMNS)])

    def batches(self, _: Collected) -> Iterator[pa.RecordBatch]:
        return iter(())


def _text_column(names: Sequence[str], wanted: str | None, path: Path) -> str | None:
    try:
        return find_text_column(names, wanted, path)
    except DataError:
        if wanted is not None:
            raise
        # Without posts there are still figures.
        return None


def _prefix(names: Sequence[str], path: Path) -> str:
    for name in reversed(names):
        prefix = name.removesuffix(COLUMNS[-1])
        if name.endswith(COLUMNS[-1]) and added_columns(names, prefix):
            return prefix
    raise FileError("E413", path=path)


def _recorded(metadata: Mapping[bytes, bytes] | None) -> dict[str, Any]:
    """Return what `givesell score` has recorded; nothing if it is not of that shape."""
    try:
        recorded = json.loads((metadata or {}).get(METADATA, b"{}"))
    except (ValueError, RecursionError):
        return {}
    return recorded if isinstance(recorded, dict) else {}
