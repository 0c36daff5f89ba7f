"""The registry of readers: one class a format."""

from pathlib import Path

from givesell.batch.csv_reader import CsvReader
from givesell.batch.formats import format_of
from givesell.batch.jsonl_reader import JsonlReader
from givesell.batch.parquet_reader import ParquetReader
from givesell.batch.reader import Reader, Tick

READERS: dict[str, type[Reader]] = {"csv": CsvReader, "tsv": CsvReader, "jsonl": JsonlReader, "parquet": ParquetReader}


def open_reader(path: Path, tick: Tick = lambda _: None) -> Reader:
    """Return the reader of a file.

    Parameters
    ----------
    path : Path
    tick : callable, optional
        See `Reader`.

    Returns
    -------
    Reader

    Raises
    ------
    FileError
        E403 for a file without a header or an object, E404 for an unknown extension, E406 for one
        that cannot be read.
    """
    found = format_of(path)
    return READERS[found.kind](path, found, tick)
