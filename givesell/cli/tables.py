"""Small tables to files, whatever the extension asks for."""

import csv
import gzip
import io
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.feather as feather
import pyarrow.parquet as pq

from givesell.archives.base.columns import plain, to_json, unique_names
from givesell.batch.encoders import check_excel
from givesell.files.delimited import MARK, delimited, read_delimited
from givesell.files.endings import Format, format_of
from givesell.files.writing import check_output, write_file
from givesell.show.words import encodable, keepable
from givesell.text.posts import is_missing

if TYPE_CHECKING:
    import pandas as pd

_UNFIT = (pa.ArrowException, TypeError, ValueError, OverflowError)


def check_table(
    out: Path, *, inputs: Iterable[Path] = (), overwrite: bool, excel: bool = False
) -> None:
    """Refuse a file that must not or cannot be written, before there is work to lose.

    Parameters
    ----------
    out : Path
    inputs : iterable of Path
    overwrite : bool
    excel : bool, default False
        Whether it is to be one for spreadsheets.

    Raises
    ------
    ArgumentError
        E360 where `excel` is asked for and the name is of another format.
    FileError
        E404 for an unknown extension; see `givesell.files.writing.check_output`.
    """
    form = format_of(out, is_table=True)
    if excel:
        check_excel(form)
    check_output(out, inputs=inputs, overwrite=overwrite)


def write_table(
    frame: "pd.DataFrame",
    out: Path,
    *,
    inputs: Iterable[Path] = (),
    overwrite: bool = False,
    excel: bool = False,
) -> None:
    """Write a table in one step, without its index.

    Parameters
    ----------
    frame : DataFrame
    out : Path
        Its name gives the format; see `givesell.files.endings`.
    inputs : iterable of Path
    overwrite : bool, default False
    excel : bool, default False
        See `givesell.files.delimited`.

    Raises
    ------
    FileError
        As `check_table`, and E405 if writing fails.
    """
    check_table(out, inputs=inputs, overwrite=overwrite, excel=excel)
    write_file(
        out,
        encoded(frame, format_of(out, is_table=True), excel=excel),
        inputs=inputs,
        overwrite=overwrite,
    )


def encoded(frame: "pd.DataFrame", form: Format, *, excel: bool = False) -> bytes:
    """Return a table, without its index, as the bytes of a file.

    Parameters
    ----------
    frame : DataFrame
        Whatever its columns hold and are called.
    form : Format
    excel : bool, default False

    Returns
    -------
    bytes
    """
    frame = plain_frame(frame)
    if form.kind in ("csv", "tsv"):
        data = delimited_table(frame, "\t" if form.kind == "tsv" else ",", excel=excel)
    elif form.kind == "jsonl":
        data = json_lines(frame).encode()
    else:
        table = arrow_table(frame)
        sink = pa.BufferOutputStream()
        if form.kind == "parquet":
            pq.write_table(table, sink)
        else:
            feather.write_feather(table, sink)
        data = bytes(sink.getvalue())
    return gzip.compress(data, mtime=0) if form.codec else data


def delimited_table(frame: "pd.DataFrame", delimiter: str, *, excel: bool = False) -> bytes:
    """Return a table, without its index, as delimited text; numbers and times as pandas writes
    them.

    Parameters
    ----------
    frame : DataFrame
    delimiter : str
    excel : bool, default False

    Returns
    -------
    bytes
    """
    # With all fields in quotes its rows can be read back whatever they hold, to be written by the
    # rules of all our files.
    quoted = frame.to_csv(index=False, sep=delimiter, quoting=csv.QUOTE_ALL, lineterminator="\n")
    rows = read_delimited(io.StringIO(quoted, newline=""), delimiter)
    return (MARK.encode() if excel else b"") + delimited(rows.copy, delimiter, excel=excel)


def plain_frame(frame: "pd.DataFrame") -> "pd.DataFrame":
    """Return a table whose names are text, each once, and whose text UTF-8 can hold."""
    fresh = frame.reset_index(drop=True)
    fresh.columns = unique_names(encodable(str(name)) for name in frame.columns)
    for name in fresh.columns:
        values = fresh[name].astype(object)
        safe = list(map(keepable, values))
        if any(one is not other for one, other in zip(safe, values, strict=True)):
            fresh[name] = safe
    return fresh


def json_lines(frame: "pd.DataFrame") -> str:
    """Return a table as JSON lines; what JSON has no form for as in scored files."""
    try:
        text: str = frame.to_json(
            orient="records", lines=True, force_ascii=False, date_format="iso", default_handler=str
        )
        return text
    except (ValueError, OverflowError, TypeError, RecursionError):
        rows = zip(*(map(plain, frame[name].astype(object)) for name in frame.columns), strict=True)
        return "".join(to_json(dict(zip(frame.columns, row, strict=True))) + "\n" for row in rows)


def arrow_table(frame: "pd.DataFrame") -> pa.Table:
    """Return a table as Arrow holds it: as text where values of one column are of types that do
    not go together.
    """
    try:
        return pa.Table.from_pandas(frame, preserve_index=False)
    except _UNFIT:
        return pa.table({name: _column(frame[name]) for name in frame.columns})


def _column(values: "pd.Series[Any]") -> pa.Array:
    try:
        return pa.Array.from_pandas(values)
    except _UNFIT:
        texts = [
            (
                None
                if is_missing(value)
                else encodable(value if isinstance(value, str) else str(value))
            )
            for value in values
        ]
        return pa.array(texts, pa.string())
