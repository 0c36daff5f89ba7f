"""Resuming a run: it starts at the beginning, or where an interrupted run of the same inputs and
settings stopped.
"""

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from givesell._version import __version__
from givesell.archives.streams.file_errors import named
from givesell.batch.checkpoint import Checkpoint, Stamp, content_stamp, identity, settings_id, stamp
from givesell.batch.inputs import STDIN, keep_stdin
from givesell.batch.options import ReadOptions, WriteOptions
from givesell.batch.paths import CheckedPaths, check_filled, unfinished_rows
from givesell.batch.run_folder import RunFolder, rejects_path
from givesell.batch.scoring import Scoring
from givesell.errors import GivesellError, RestartWarning
from givesell.files.endings import format_of

_OTHER_RUN = "E415"


@contextmanager
def keeping_unfinished(run: RunFolder) -> Iterator[None]:
    """Keep unfinished files after an interruption or an error of the disk, so that the run can be
    resumed; an error in the input would only occur again.
    """
    try:
        yield
    except GivesellError as error:
        if not isinstance(error.__cause__, OSError) and error.code != "E411":
            run.remove()
        raise


@contextmanager
def reporting_progress(target: Path) -> Iterator[None]:
    """Add to the error that ends a run how many rows the next run need not score again."""
    try:
        yield
    except (KeyboardInterrupt, GivesellError) as error:
        rows = unfinished_rows(target)
        if rows and getattr(error, "code", None) != _OTHER_RUN:
            error.add_note(
                f"{rows:,} rows are scored and kept: run the same command again to go on."
            )
        raise


def stamped(checked: CheckedPaths, run: RunFolder) -> tuple[list[Path], list[Stamp]]:
    """Return the files to read, among them a copy of the standard input, and what identifies them.

    Parameters
    ----------
    checked : CheckedPaths
    run : RunFolder

    Returns
    -------
    list of Path
    list of list of str
        See `givesell.batch.checkpoint.stamp`.
    """
    digest = ""
    if any(str(source) == STDIN for source in checked.sources):
        with named(checked.target, "E405", OSError):
            digest = keep_stdin(run.stdin)
        check_filled([run.stdin])
    outputs = checked.target, rejects_path(checked.target)
    sources: list[Path] = []
    inputs: list[Stamp] = []
    for source in checked.sources:
        is_stdin = str(source) == STDIN
        with named(source, "E406", OSError):
            inputs.append(
                content_stamp(STDIN, digest) if is_stdin else stamp(source, without=outputs)
            )
        sources.append(run.stdin if is_stdin else source)
    return sources, inputs


def beginning(
    target: Path, inputs: list[Stamp], scoring: Scoring, read: ReadOptions, write: WriteOptions
) -> Checkpoint:
    """Return the checkpoint of a run that has done nothing yet.

    Parameters
    ----------
    target : Path
    inputs : list of list of str
        See `stamped`.
    scoring : Scoring
    read : ReadOptions
    write : WriteOptions

    Returns
    -------
    Checkpoint
    """
    settings = settings_id(
        version=__version__,
        out=str(format_of(target)),
        about=scoring.about,
        extra=sorted(scoring.added),
        **read.settings(),
        **write.settings(),
    )
    return Checkpoint(settings, inputs)


def resumed(run: RunFolder, target: Path, start: Checkpoint) -> Checkpoint | None:
    """Return where an interrupted run of the same settings and inputs stopped, and warn if there is
    one that cannot be resumed.

    Parameters
    ----------
    run : RunFolder
    target : Path
    start : Checkpoint
        Where the run would begin otherwise.

    Returns
    -------
    Checkpoint or None
        None if there is nothing to resume.
    """
    left = Checkpoint.load(run.checkpoint)
    if left is None:
        return None
    reason = left.differs(start)
    if (
        reason is None
        and left.placed
        and left.placed["output"] not in map(identity, (target, run.output, run.finished))
    ):
        reason = "its output is gone"
    if reason is None:
        return left
    if left.rows:
        warn_of_restart(target, reason)
    return None


def warn_of_restart(target: Path, reason: str) -> None:
    """Warn that an interrupted run is not resumed.

    Parameters
    ----------
    target : Path
    reason : str
    """
    warnings.warn(
        f"{target}: the run that was interrupted is started anew: {reason}.",
        RestartWarning,
        stacklevel=4,
    )
