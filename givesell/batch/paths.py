"""The paths that a run reads and writes, checked before any work is done."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
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
from givesell.types import PathLike


@dataclass(frozen=True, slots=True)
class CheckedPaths:
    """What a run reads and writes; see `check_paths`.

    Attributes
    ----------
    given : list of Path
        What the caller named.
    sources : list of Path
        The files to read, also those of folders and patterns.
    target : Path
        The output.
    report : Path or None
        The report, if one is written.
    overwrite : bool
        Whether existing files may be replaced.
    """

    given: list[Path]
    sources: list[Path]
    target: Path
    report: Path | None
    overwrite: bool

    @property
    def files(self) -> list[Path]:
        """The sources without the standard input."""
        return [source for source in self.sources if str(source) != STDIN]

    def check_outputs(self, placed: Mapping[str, list[int]]) -> None:
        """Refuse outputs that must not or cannot be written.

        Parameters
        ----------
        placed : mapping of str to list of int
            Files that an unfinished run has already put in place, which may be replaced; see
            `Checkpoint`.

        Raises
        ------
        FileError
            See `givesell.files.writing.check_output`.
        """
        read = [path for path in (*self.given, *self.sources) if str(path) != STDIN]
        written = {"output": self.target, "rejects": rejects_path(self.target)}
        for name, path in written.items():
            self._check(path, read, placed.get(name))
        if self.report is not None:
            self._check(self.report, [*read, *written.values()], placed.get("report"))

    def _check(self, path: Path, inputs: list[Path], placed: list[int] | None) -> None:
        is_ours = bool(placed) and identity(path) == placed
        check_output(path, inputs=inputs, overwrite=self.overwrite or is_ours)


def check_paths(
    paths: PathLike | Iterable[PathLike],
    out: PathLike,
    *,
    overwrite: bool = False,
    report: PathLike | None = None,
    excel: bool = False,
) -> CheckedPaths:
    """Check the paths of inputs and outputs.

    Parameters
    ----------
    paths : path or iterable of paths
    out : path
    overwrite : bool, default False
    report : path, optional
        Where a report will be written.
    excel : bool, default False
        Whether the output is one for spreadsheets.

    Returns
    -------
    CheckedPaths

    Raises
    ------
    FileError
        See `givesell.batch.score_files`.
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
    checked = CheckedPaths(
        given, sources, target, None if report is None else Path(report), overwrite
    )
    left = Checkpoint.load(RunFolder(target).checkpoint)
    checked.check_outputs(left.placed if left else {})
    return checked


def unfinished_rows(out: PathLike) -> int:
    """Return how many rows an unfinished run of an output has scored.

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
    """Refuse empty files.

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
