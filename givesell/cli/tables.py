"""Small tables to files, whatever the extension asks for."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from givesell.batch.formats import format_of
from givesell.errors import FileError

if TYPE_CHECKING:
    import pandas as pd

KNOWN = ".csv, .tsv and .jsonl (each also with .gz), .parquet and .arrow"


def check_out(out: Path, *, overwrite: bool) -> None:
    """Refuse a file that cannot be written, before there is work to lose.

    Parameters
    ----------
    out : Path
    overwrite : bool

    Raises
    ------
    FileError
        E402 for a folder, E404 for an unknown extension, E405 where its folder is missing, E409 if it is there and may not be replaced.
    """
    if format_of(out).codec == "zstd":
        raise FileError("E404", path=out, known=KNOWN)
    if out.is_dir():
        raise FileError("E402", path=out)
    if not out.parent.is_dir():
        raise FileError("E405", path=out, reason=f"there is no folder {out.parent}")
    if out.exists() and not overwrite:
        raise FileError("E409", path=out)


def write_table(frame: "pd.DataFrame", out: Path, *, overwrite: bool = False) -> None:
    """Write a table in one step, without its index.

    Parameters
    ----------
    frame : DataFrame
    out : Path
        Its name tells the format; see `givesell.batch.formats`.
    overwrite : bool, default False

    Raises
    ------
    FileError
        As `check_out`, and E405 if writing fails.
    """
    check_out(out, overwrite=overwrite)
    form = format_of(out)
    fresh = out.with_name(f".{out.name}.partial")
    packed: dict[str, Any] | None = {"method": "gzip", "mtime": 0} if form.codec else None
    try:
        if form.kind in ("csv", "tsv"):
            sign = "\t" if form.kind == "tsv" else ","
            frame.to_csv(fresh, index=False, sep=sign, compression=packed, lineterminator="\n", errors="replace")
        elif form.kind == "jsonl":
            frame.to_json(fresh, orient="records", lines=True, force_ascii=False, date_format="iso", compression=packed)
        elif form.kind == "parquet":
            frame.to_parquet(fresh, index=False)
        else:
            frame.reset_index(drop=True).to_feather(fresh)
        fresh.replace(out)
    except (OSError, pa.ArrowException) as error:
        fresh.unlink(missing_ok=True)
        raise FileError("E405", path=out, reason=" ".join(str(getattr(error, "strerror", None) or error).split())[:200]) from error
