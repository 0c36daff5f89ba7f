"""The end of a run: rows are sorted and converted to the output format, and finished files are
moved into place.
"""

import shutil
from pathlib import Path
from typing import IO, Any

import pyarrow as pa

from givesell.archives.streams.file_errors import named
from givesell.batch.checkpoint import Checkpoint, identity
from givesell.batch.encoders import Encoder, finish_arrow
from givesell.batch.run_folder import RunFolder, rejects_path
from givesell.batch.selection import Selection, sort_streams, write_sorted
from givesell.batch.summary import Tally
from givesell.files.endings import format_of
from givesell.files.writing import is_same, put_in_place, write_file


def complete(
    run: RunFolder,
    target: Path,
    done: Checkpoint,
    tally: Tally,
    encoder: Encoder,
    selection: Selection,
    *,
    about: Any,
    sink: IO[bytes] | None,
) -> None:
    """Sort the rows that a run has written, convert them to the output format, and record that the
    output is complete.

    Parameters
    ----------
    run : RunFolder
    target : Path
    done : Checkpoint
        Takes what identifies the complete files.
    tally : Tally
        Takes how many rows are written, where they are sorted.
    encoder : Encoder
        Of the output's format.
    selection : Selection
    about : object
        What to record of the scorer.
    sink : file or None
        Where to copy the rows.
    """
    form = format_of(target)
    with named(target, "E405", OSError, pa.ArrowException):
        complete_file = rows = run.output
        if selection.sort is not None:
            tally.written = sort_streams(rows, run.sorted, selection, encoder.added, target)
            done.tally, rows = tally.state(), run.sorted
            if not encoder.streams:
                complete_file = run.finished
                write_sorted(rows, complete_file, encoder, form.codec)
        if encoder.streams:
            complete_file = run.finished
            finish_arrow(rows, complete_file, form.kind, _recorded(about, done))
    if sink is not None:
        with complete_file.open("rb") as file:
            shutil.copyfileobj(file, sink)
    with named(target, "E405", OSError):
        done.placed = {"output": identity(complete_file), "rejects": identity(run.rejects)}
        done.save(run.checkpoint)


def publish(run: RunFolder, target: Path, done: Checkpoint, *, overwrite: bool) -> None:
    """Move the rejects and the output into place; either may be there already.

    Parameters
    ----------
    run : RunFolder
    target : Path
    done : Checkpoint
    overwrite : bool
    """
    rejects = rejects_path(target)
    with named(target, "E405", OSError):
        if run.rejects.exists():
            put_in_place(run.rejects, rejects, overwrite=overwrite)
        elif not done.rejected:
            rejects.unlink(missing_ok=True)  # of an output that is replaced
        for path in (run.finished, run.output):
            if identity(path) == done.placed["output"]:
                put_in_place(path, target, overwrite=overwrite)


def publish_report(
    run: RunFolder, path: Path, done: Checkpoint, page: bytes, *, overwrite: bool
) -> None:
    """Write the report and move it into place; that of the same run may be there already.

    Parameters
    ----------
    run : RunFolder
    path : Path
    done : Checkpoint
    page : bytes
    overwrite : bool
    """
    is_ours = bool(done.placed.get("report")) and identity(path) == done.placed["report"]
    with named(path, "E405", OSError):
        if not is_same(path.parent, run.path.parent):
            write_file(path, page, overwrite=overwrite or is_ours)
            return
        run.report.unlink(missing_ok=True)  # never through a link that a kill has left
        run.report.write_bytes(page)
        done.placed = {**done.placed, "report": identity(run.report)}
        done.save(run.checkpoint)
        put_in_place(run.report, path, overwrite=overwrite or is_ours)


def _recorded(about: Any, done: Checkpoint) -> dict[str, Any]:
    """Return the metadata of an output that says how it was made."""
    left = {
        "skipped": done.skipped,
        "rejected": done.rejected,
        "unread": done.unread,
        "n_unread": done.n_unread,
        **({"again": again} if (again := done.tally.get("again")) else {}),
    }
    return {"model": about, **left}
