"""What a run may read and write, checked as far as names and the disk tell, before there is work
to lose.
"""

import os
from collections.abc import Iterable, Sequence
from pathlib import Path

from givesell.archives import Reader
from givesell.batch.checkpoint import Checkpoint, identity
from givesell.batch.encoders import check_excel
from givesell.batch.inputs import STDIN, expand, paths_of
from givesell.batch.run_folder import RunFolder, rejects_path
from givesell.batch.workbook import check_installed
from givesell.errors import FileError
from givesell.files.endings import format_of
from givesell.files.writing import check_output, is_same

PathLike = str | os.PathLike[str]


def check_paths(
    paths: PathLike | Iterable[PathLike],
    out: PathLike,
    *,
    overwrite: bool = False,
    report: PathLike | None = None,
    excel: bool = False,
    left: Checkpoint | None = None,
) -> tuple[list[Path], Path]:
    """Check inputs and outputs as far as their names and the disk tell.

    Parameters
    ----------
    paths : path or iterable of paths
    out : path
    overwrite : bool, default False
    report : path, optional
        What will be written too.
    excel : bool, default False
        Whether the output is one for spreadsheets.
    left : Checkpoint, optional
        What an unfinished run has put in its place by now may be replaced; by default the run that
        has left its folder beside `out`.

    Returns
    -------
    list of Path
        Folders and patterns brought to the files in them.
    Path

    Raises
    ------
    FileError
        See `score_files`.
    """
    target = Path(paths_of([out], argument="out")[0])
    given = [Path(path) for path in paths_of(paths)]
    if target.is_dir():
        raise FileError("E405", path=target, reason="it is a directory")
    form = format_of(target)
    if excel:
        check_excel(form)
    if form.kind == "xlsx":
        check_installed(target)
    sources = expand(given, target)
    check_filled(sources)
    read = [source for source in (*given, *sources) if str(source) != STDIN]
    left = left or Checkpoint.load(RunFolder(target).checkpoint)
    written = {
        "output": target,
        "rejects": rejects_path(target),
        **({} if report is None else {"report": Path(report)}),
    }
    for name, path in written.items():
        ours = (
            left is not None and bool(left.placed.get(name)) and identity(path) == left.placed[name]
        )
        before = (
            [other for other in written.values() if other is not path] if name == "report" else []
        )
        check_output(path, inputs=[*read, *before], overwrite=overwrite or ours)
    return sources, target


def unfinished_rows(out: PathLike) -> int:
    """Return how many rows an unfinished run keeps for an output.

    Parameters
    ----------
    out : path

    Returns
    -------
    int
        0 if there is no such run.
    """
    left = Checkpoint.load(RunFolder(Path(out)).checkpoint)
    return left.rows if left else 0


def refuse_members(readers: Sequence[Reader], target: Path) -> None:
    """Refuse to write over a file of an export that is read as a folder."""
    for reader in readers:
        if reader.path.is_dir():
            for written in (target, rejects_path(target)):
                if any(is_same(written, reader.path / member) for member in reader.members):
                    raise FileError("E408", path=written)


def check_filled(sources: Iterable[Path]) -> None:
    """Refuse files that hold nothing.

    Parameters
    ----------
    sources : iterable of Path

    Raises
    ------
    FileError
        E403.
    """
    for source in sources:
        if str(source) != STDIN and not source.is_dir() and not source.stat().st_size:
            raise FileError("E403", path=source)
