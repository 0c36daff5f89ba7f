"""A labelled file as a DataFrame, without the lines that cannot be read, which are named."""

import io
import warnings
from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd

from givesell.errors import FileError, GivesellWarning
from givesell.training.findings import MOST_EXAMPLES, Finding

_TEXT: dict[str, Any] = {".csv": pd.read_csv, ".tsv": pd.read_table, ".jsonl": pd.read_json, ".ndjson": pd.read_json}
_READERS: dict[str, Any] = {**_TEXT, ".parquet": pd.read_parquet}
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
    ...     len(read_frame(file, bad)), str(bad[0])
    (1, 'line 3: not UTF-8')
    """
    path = Path(path)
    suffixes = [suffix for suffix in path.suffixes if suffix not in _PACKED]
    suffix = suffixes[-1] if suffixes else ""
    if path.is_dir():
        raise FileError("E402", path=path)
    if not path.exists():
        raise FileError("E401", path=path)
    if suffix not in _READERS:
        raise FileError("E404", path=path, known=", ".join(_READERS))
    try:
        return _parsed(suffix, path)
    except (ValueError, OSError, UnicodeError) as error:
        failure = FileError("E406", path=path, reason=" ".join(str(error).split())[:200])
        failure.__cause__ = error
    found, kept = _told_apart(path) if suffix in _TEXT else ([], b"")
    if not found:
        raise failure
    try:
        frame = _parsed(suffix, io.BytesIO(kept))
    except (ValueError, UnicodeError):
        raise failure from None
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


def _parsed(suffix: str, source: Any) -> pd.DataFrame:
    reader = _READERS[suffix]
    frame: pd.DataFrame = reader(source, lines=True, dtype=False) if reader is pd.read_json else reader(source)
    return frame


class _Found(list[BadLine]):
    def add(self, file: Path, line: int, reason: str, raw: str | bytes) -> None:  # noqa: ARG002
        self.append(BadLine(line, reason))


def _told_apart(path: Path) -> tuple[list[BadLine], bytes]:
    """Return the lines that an archive's reader rejects, and the others as they stand; none where it cannot read the file either."""
    from givesell.archives.files import SingleFile  # the readers of all formats come with it, and are seldom needed here
    from givesell.archives.registry import open_reader

    found = _Found()
    try:
        for _ in open_reader(path, plain=True).batches(found):
            pass
    except FileError:
        return [], b""
    numbers = {number for number, _ in found}
    with SingleFile(path).open(path.name) as stream:
        return list(found), b"".join(line for number, line in enumerate(iter(stream.readline, b""), 1) if number not in numbers)
