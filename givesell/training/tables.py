"""A labelled file as a DataFrame, without the lines that cannot be read, which are named.

Rows are told apart by the readers of archives, so that training reads what scoring does. The columns of CSV and TSV get
the types that pandas gives them.
"""

import csv
import io
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd
import pyarrow as pa

from givesell.archives.csv_file import CsvReader
from givesell.archives.failures import UNREADABLE as FAILURES
from givesell.archives.failures import named
from givesell.archives.limits import MAX_TABLE
from givesell.archives.reader import Reader
from givesell.archives.registry import open_reader
from givesell.errors import FileError, GivesellWarning
from givesell.training.findings import MOST_EXAMPLES, Finding

_FORMATS = {".csv": "csv", ".tsv": "tsv", ".jsonl": "jsonl", ".ndjson": "jsonl", ".parquet": "parquet"}
UNREADABLE = "unreadable lines"
_PACKED = (".gz", ".zst", ".bz2", ".xz")


class BadLine(NamedTuple):
    """A line of a file, from 1, and why it cannot be read."""

    line: int
    reason: str

    def __str__(self) -> str:
        return f"line {self.line}: {self.reason}"


def read_frame(path: Any, bad: list[BadLine] | None = None) -> pd.DataFrame:
    r"""Read a labelled file.

    Parameters
    ----------
    path : str or path
        CSV, TSV, JSONL or Parquet; text formats also packed (gz, zst, bz2, xz).
    bad : list, optional
        Takes the lines that cannot be read; without it a `GivesellWarning` names them. The others are returned either way.

    Returns
    -------
    pandas.DataFrame
        Rows are counted without the lines that cannot be read.

    Raises
    ------
    FileError
        If the file is missing, unknown or cannot be read.

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
    path = Path(path)
    suffixes = [suffix for suffix in path.suffixes if suffix not in _PACKED]
    suffix = suffixes[-1] if suffixes else ""
    if path.is_dir():
        raise FileError("E402", path=path)
    if not path.exists():
        raise FileError("E401", path=path)
    if suffix not in _FORMATS:
        raise FileError("E404", path=path, known=", ".join(_FORMATS))
    found = _Found()
    with named(path, "E510", Exception), named(path, "E406", *FAILURES, ValueError, OverflowError):
        frame = _read(path, _FORMATS[suffix], found)
    if bad is None:
        warn(unreadable(found, path.name))
    else:
        bad += found
    return frame


def unreadable(bad: list[BadLine], name: str) -> list[Finding]:
    """Return what `labelled` tells of lines that could not be read: nothing, or one finding."""
    if not bad:
        return []
    shown = "; ".join(map(str, bad[:MOST_EXAMPLES])) + ("; and more" if len(bad) > MOST_EXAMPLES else "")
    told = f"{len(bad):,} line{'' if len(bad) == 1 else 's'} of {name} cannot be read ({shown})."
    return [Finding(UNREADABLE, len(bad), told, "Left out; rows are counted without them.", (), True)]


def warn(findings: list[Finding]) -> None:
    """Warn of lines that could not be read, where nothing else reports what was found."""
    for finding in findings:
        if finding.check == UNREADABLE:
            warnings.warn(str(finding), GivesellWarning, stacklevel=3)


class _Found(list[BadLine]):
    def add(self, file: Path, line: int, reason: str, raw: str | bytes) -> None:  # noqa: ARG002
        self.append(BadLine(line, reason))


def _read(path: Path, form: str, found: _Found) -> pd.DataFrame:
    try:
        reader = open_reader(path, format=form)
    except FileError as error:
        if error.code != "E403":
            raise
        raise FileError("E406", path=path, reason="it is empty") from None
    if isinstance(reader, CsvReader):
        return _typed(reader, found)
    frame: pd.DataFrame = pa.Table.from_batches(_bounded(reader, found), reader.schema).to_pandas()
    return frame


def _typed(reader: CsvReader, found: _Found) -> pd.DataFrame:
    """Let pandas find the types of the rows that can be read."""
    kept = io.StringIO(newline="")
    writer = csv.writer(kept, quoting=csv.QUOTE_ALL, lineterminator="\n")
    writer.writerow(reader.schema.names)
    for batch in _bounded(reader, found):
        writer.writerows(zip(*(column.to_pylist() for column in batch.columns), strict=True))
    kept.seek(0)
    frame: pd.DataFrame = pd.read_csv(kept)
    return frame


def _bounded(reader: Reader, found: _Found) -> Iterator[pa.RecordBatch]:
    size = 0
    for batch in reader.batches(found):
        size += batch.nbytes
        if size > MAX_TABLE:
            raise FileError(
                "E406", path=reader.shown, reason=f"it holds more than {MAX_TABLE >> 30} GiB, and is read whole; pass a part of it"
            )
        yield batch
