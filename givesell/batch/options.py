"""The options of a run: how it reads and writes."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import IO, Any

from givesell.archives import Options
from givesell.archives.shapes.roles import columns_of
from givesell.archives.streams.recoding import check_encoding
from givesell.batch.selection import ALL, Selection
from givesell.show.words import encodable


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadOptions:
    """How inputs are read.

    Parameters
    ----------
    text_column : str, optional
        The column of posts; exports of platforms are then read as plain tables. By default the one
        that the tool that made the table uses, or one with a name such as ``text``.
    format : str, optional
        A name in `givesell.archives.FORMATS`; by default the content decides.
    query : str, optional
        For SQLite: the SELECT whose rows are the posts. For a spreadsheet: the name of the sheet.
    visibility : str, default "public"
        ``"all"`` reads followers-only and direct posts of exports too.
    encoding : str, optional
        The encoding of text that does not declare it, such as ``"cp1252"``; by default UTF-8, or
        UTF-16 where it looks like that.
    columns : mapping of str to str, optional
        For tables: the column of each part of the posts that its name does not say; see
        `givesell.read_archive`.
    strict : bool, default False
        Whether the first row that cannot be read is an error.

    Raises
    ------
    ArgumentError
        E511 for an unknown encoding, E206 and E530 for columns that are no mapping of parts of
        posts to names.

    Examples
    --------
    >>> ReadOptions(encoding="Windows-1252").encoding
    'cp1252'
    """

    text_column: str | None = None
    format: str | None = None
    query: str | None = None
    visibility: str = "public"
    encoding: str | None = None
    columns: Mapping[str, str] | None = None
    strict: bool = False

    def __post_init__(self) -> None:
        object.__setattr__(self, "encoding", check_encoding(self.encoding))
        object.__setattr__(self, "columns", columns_of(self.columns))

    @property
    def of_reader(self) -> Options:
        """The options that are passed to readers."""
        return Options(
            query=self.query,
            visibility=self.visibility,
            encoding=self.encoding,
            columns=self.columns,
        )

    def settings(self) -> dict[str, Any]:
        """Return what the output depends on, for a checkpoint."""
        return {
            "text": self.text_column,
            "format": self.format,
            "query": self.query,
            "visibility": self.visibility,
            **({"encoding": self.encoding} if self.encoding else {}),
            **({"columns": json.dumps(self.columns, sort_keys=True)} if self.columns else {}),
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class WriteOptions:
    """How the output is written.

    Parameters
    ----------
    prefix : str, default ""
        Prefix for the names of the added columns.
    excel : bool, default False
        Whether a CSV or TSV output is made for spreadsheets: a byte order mark, and an apostrophe
        before cells that they would run as formulas (see `givesell.files.delimited`), and the
        delimiter of the input where that is CSV.
    like_input : bool, default False
        Whether a CSV output has the delimiter of its CSV input, and a byte order mark if that has
        one.
    selection : Selection, optional
        Which rows are written, and in what order. All are scored and counted.
    sink : file, optional
        Where to write the rows instead, as they come (as soon as all are there if they are sorted,
        or Parquet, Arrow or Excel). The output's path then says no more than the format and where
        to work, and nothing is left there.
    overwrite : bool, default False
        Whether an existing output, and the file of rejects beside it, may be replaced.
    resume : bool, default True
        Whether to go on where an interrupted run of the same inputs and settings ended. If there
        was one of others, a `RestartWarning` says so.
    """

    prefix: str = ""
    excel: bool = False
    like_input: bool = False
    selection: Selection = ALL
    sink: IO[bytes] | None = None
    overwrite: bool = False
    resume: bool = True

    def __post_init__(self) -> None:
        object.__setattr__(self, "prefix", encodable(self.prefix))

    def settings(self) -> dict[str, Any]:
        """Return what the output depends on, for a checkpoint."""
        return {
            "prefix": self.prefix,
            **({"excel": "yes"} if self.excel else {}),
            **self.selection.settings(),
            **({"like_input": "yes"} if self.like_input else {}),
        }
