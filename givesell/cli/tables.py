"""Small tables to files, whatever the extension asks for."""

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from givesell.archives.failures import named
from givesell.batch.formats import format_of
from givesell.errors import FileError
from givesell.writing import check_output, writing

if TYPE_CHECKING:
    import pandas as pd

KNOWN = ".csv, .tsv and .jsonl (each also with .gz), .parquet and .arrow"


def check_table(out: Path, *, inputs: Iterable[Path] = (), overwrite: bool) -> None:
    """Refuse a file that must not or cannot be written, before there is work to lose.

    Parameters
    ----------
    out : Path
    inputs : iterable of Path
    overwrite : bool

    Raises
    ------
    FileError
        E404 for an unknown extension; see `givesell.writing.check_output`.
    """
    if format_of(out).codec == "zstd":
        raise FileError("E404", path=out, known=KNOWN)
    check_output(out, inputs=inputs, overwrite=overwrite)


def write_table(frame: "pd.DataFrame", out: Path, *, inputs: Iterable[Path] = (), overwrite: bool = False) -> None:
    """Write a table in one step, without its index.

    Parameters
    ----------
    frame : DataFrame
    out : Path
        Its name tells the format; see `givesell.batch.formats`.
    inputs : iterable of Path
    overwrite : bool, default False

    Raises
    ------
    FileError
        As `check_table`, and E405 if writing fails.
    """
    check_table(out, inputs=inputs, overwrite=overwrite)
    form = format_of(out)
    packed: dict[str, Any] | None = {"method": "gzip", "mtime": 0} if form.codec else None
    with named(out, "E405", pa.ArrowException), writing(out, inputs=inputs, overwrite=overwrite) as fresh:
        if form.kind in ("csv", "tsv"):
            sign = "\t" if form.kind == "tsv" else ","
            frame.to_csv(fresh, index=False, sep=sign, compression=packed, lineterminator="\n", errors="replace")
        elif form.kind == "jsonl":
            frame.to_json(fresh, orient="records", lines=True, force_ascii=False, date_format="iso", compression=packed)
        elif form.kind == "parquet":
            frame.to_parquet(fresh, index=False)
        else:
            frame.reset_index(drop=True).to_feather(fresh)
