"""Formats of the scored file, told by its name.

======================  ==========================================
extension               format
======================  ==========================================
``.csv``                comma-separated, UTF-8, quoted as in RFC 4180
``.tsv``                the same with tabs
``.jsonl``, ``.ndjson`` one JSON object a line
``.parquet``            Parquet
``.arrow``, ``.feather`` Arrow IPC file
``.xlsx``               a spreadsheet, see `givesell.batch.workbook`
======================  ==========================================

The text formats may carry ``.gz`` or ``.zst`` after that.
"""

import os
from dataclasses import dataclass
from pathlib import Path

from givesell.errors import FileError

_KINDS = {".csv": "csv", ".tsv": "tsv", ".jsonl": "jsonl", ".ndjson": "jsonl"}
_KINDS |= {".parquet": "parquet", ".arrow": "arrow", ".feather": "arrow", ".xlsx": "xlsx"}
_CODECS = {".gz": "gzip", ".zst": "zstd"}
KNOWN = (
    ".csv, .tsv, .jsonl and .ndjson (each also with .gz or .zst), .parquet, .arrow, .feather and"
    " .xlsx"
)


@dataclass(frozen=True, slots=True)
class Format:
    """What a file's name says about its content.

    Attributes
    ----------
    kind : str
        ``"csv"``, ``"tsv"``, ``"jsonl"``, ``"parquet"``, ``"arrow"`` or ``"xlsx"``.
    codec : str or None
        ``"gzip"``, ``"zstd"`` or None.
    """

    kind: str
    codec: str | None = None


def format_of(path: str | os.PathLike[str]) -> Format:
    """Return the format that a file's name announces.

    Parameters
    ----------
    path : str or path-like

    Returns
    -------
    Format

    Raises
    ------
    FileError
        E404 for an unknown extension.

    Examples
    --------
    >>> format_of("posts.csv.gz")
    Format(kind='csv', codec='gzip')
    """
    suffixes = [suffix.lower() for suffix in Path(path).suffixes]
    codec = _CODECS.get(suffixes[-1]) if suffixes else None
    if codec:
        suffixes.pop()
    kind = _KINDS.get(suffixes[-1]) if suffixes else None
    if kind is None or (codec and kind in ("parquet", "arrow", "xlsx")):
        raise FileError("E404", path=path, known=KNOWN)
    return Format(kind, codec)
