"""A labelled file as a DataFrame, without the lines that cannot be read, which are named.

It is read as `givesell.read_archive` reads it, so that training takes what scoring takes. In CSV
and TSV posts are read as they are written; the other columns get the types that pandas gives them,
unless that would change their digits.
"""

import csv
import io
import re
import warnings
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd
import pyarrow as pa

from givesell.archives.opening import open_reader
from givesell.archives.read import Archive
from givesell.archives.shapes.table_posts import with_posts
from givesell.archives.streams.file_errors import UNREADABLE as FAILURES
from givesell.archives.streams.file_errors import named
from givesell.archives.streams.files import printable
from givesell.archives.streams.limits import MAX_TABLE
from givesell.core import report
from givesell.core.shipped import MANIFEST
from givesell.errors import DataError, FileError, GivesellWarning
from givesell.labelled.columns import text_column
from givesell.labelled.finding import MOST_EXAMPLES, Finding
from givesell.show.numbers import counted

UNREADABLE = "unreadable lines"
_DELIMITED = ("csv", "tsv")
_DIGITS_OF_FLOAT = 16  # that a float may not hold
_NOT_AS_NUMBER = re.compile(rf"[+-]?0\d|[+-]?\d{{{_DIGITS_OF_FLOAT},}}$")


class BadLine(NamedTuple):
    """A line of a file, from 1, and why it cannot be read."""

    line: int
    reason: str

    def __str__(self) -> str:
        return f"line {self.line}: {self.reason}"


def read_frame(path: Any, bad: list[BadLine] | None = None, *, text: Any = None) -> pd.DataFrame:
    r"""Read a labelled file.

    Parameters
    ----------
    path : str, path or Archive
        Any table that `givesell.read_archive` reads, detected by its content: CSV, TSV, JSON,
        JSONL, Parquet, Arrow, SQLite, compressed or not.
    bad : list, optional
        Takes the lines that cannot be read; without it a `GivesellWarning` names them.
    text : str, optional
        The column of posts, if it is not named as posts are.

    Returns
    -------
    pandas.DataFrame
        Rows are counted without the lines that cannot be read.

    Raises
    ------
    FileError
        If the file is missing or cannot be read.

    Examples
    --------
    >>> import tempfile
    >>> bad = []
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     file = Path(folder) / "posts.csv"
    ...     _ = file.write_bytes(b"text,label\nThanks a lot!,giving\nBuy caf\xe9 now,selling\n")
    ...     len(read_frame(file, bad)), str(bad[0])[:17]
    (1, 'line 3: not UTF-8')
    """
    archive = path if isinstance(path, Archive) else _opened(Path(path), text)
    shown = printable(archive.path)
    with (
        named(shown, "E510", Exception),
        named(shown, "E406", *FAILURES, ValueError, OverflowError),
    ):
        frame = _frame(archive)
    lines = [BadLine(line, reason) for _, line, reason, _ in archive.rejected]
    lines += (archive.n_rejected - len(lines)) * [BadLine(0, "not recorded")]
    if bad is None:
        warn(unreadable(lines, archive.path.name))
    else:
        bad += lines
    return frame


def unreadable(bad: list[BadLine], name: str) -> list[Finding]:
    """Return the finding on lines that could not be read; none where all could."""
    if not bad:
        return []
    reasons: dict[str, list[str]] = {}
    for line in bad[:MOST_EXAMPLES]:
        reasons.setdefault(line.reason, []).append(str(line.line))
    named_lines = [
        f"{'line' if len(lines) == 1 else 'lines'} {', '.join(lines)}: {reason}"
        for reason, lines in reasons.items()
    ]
    shown = "; ".join(named_lines) + ("; and more" if len(bad) > MOST_EXAMPLES else "")
    sentence = f"{counted(len(bad), 'line')} of {name} cannot be read ({shown})."
    done = "Left out; rows are counted without them."
    return [Finding(UNREADABLE, len(bad), sentence, done, (), True)]


def warn(findings: Iterable[report.Finding]) -> None:
    """Warn of lines that could not be read, where nothing else reports the findings."""
    for finding in findings:
        if finding.check == UNREADABLE:
            warnings.warn(str(finding), GivesellWarning, stacklevel=3)


def _opened(path: Path, text: Any) -> Archive:
    shown = printable(path)
    with named(shown, "E406", OSError, ValueError):  # such as a name that no file system takes
        if not path.exists():
            raise FileError("E401", path=shown)
        if (path / MANIFEST).is_file():
            raise FileError("E343", path=shown)
        if path.is_dir():
            raise FileError("E402", path=shown)
    try:
        reader = open_reader(path, plain=True)
    except FileError as error:
        if error.code != "E403":
            raise
        raise FileError("E406", path=shown, reason="it is empty") from None
    with suppress(DataError):  # whoever needs a column says so
        reader = with_posts(
            reader, None if text is None else str(text_column(reader.schema.names, text, "")), shown
        )
    return Archive(reader)


def _frame(archive: Archive) -> pd.DataFrame:
    batches = _bounded(archive)
    first = next(batches, None)
    if first is None:
        return pd.DataFrame(columns=archive.columns, dtype=object)
    if archive.format in _DELIMITED:
        return _typed(archive.text_column, first.schema.names, _chained(first, batches))
    frame: pd.DataFrame = pa.Table.from_batches(_chained(first, batches), first.schema).to_pandas(
        integer_object_nulls=True
    )
    return frame


def _typed(text: str, names: list[str], batches: Iterable[pa.RecordBatch]) -> pd.DataFrame:
    """Let pandas find the types of all columns but the posts."""
    columns: list[list[Any]] = [[] for _ in names]
    for batch in batches:
        for values, column in zip(columns, batch.columns, strict=True):
            values += column.to_pylist()
    return pd.DataFrame(
        {
            name: values if name == text else _as_pandas(values)
            for name, values in zip(names, columns, strict=True)
        }
    )


def _as_pandas(values: list[Any]) -> pd.Series:
    """Return a column as `pandas.read_csv` reads it, as text where digits would be lost."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, quoting=csv.QUOTE_ALL, lineterminator="\n")
    writer.writerow(["values"])
    writer.writerows([value] for value in values)
    text.seek(0)
    parsed = pd.read_csv(text, skip_blank_lines=False)["values"]
    if parsed.dtype.kind in "iuf" and any(_NOT_AS_NUMBER.match(value) for value in values if value):
        return pd.Series([value or None for value in values], dtype=object)
    return parsed


def _chained(first: pa.RecordBatch, rest: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    yield first
    yield from rest


def _bounded(archive: Archive) -> Iterator[pa.RecordBatch]:
    size = 0
    for batch in archive.tables():
        size += batch.nbytes
        if size > MAX_TABLE:
            reason = (
                f"it holds more than {MAX_TABLE >> 30} GiB, and is read whole; pass a part of it"
            )
            raise FileError("E406", path=printable(archive.path), reason=reason)
        yield batch
