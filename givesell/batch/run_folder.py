"""The hidden folder beside an output that holds the unfinished files of a run, for one run at a
time.
"""

import os
import stat
import time
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

from givesell.batch.checkpoint import Checkpoint, identity
from givesell.errors import FileError
from givesell.files.locking import held
from givesell.files.writing import is_same, is_unfinished, unwritable

_NAMES = (
    "lock",
    "checkpoint.json",
    "output",
    "sorted",
    "finished",
    "rejects",
    "report",
    "stdin",
)
_ATTEMPTS = 100
REJECTS = ".rejects.jsonl"


class RunFolder:
    """The files of an unfinished run.

    They are in a hidden folder, ``.OUT.givesell-run``, so that their names cannot collide with
    files of the user.

    Parameters
    ----------
    target : Path
        The output.

    Attributes
    ----------
    path : Path
    checkpoint : Path
        The checkpoint of the run.
    output, rejects : Path
        What has been written of the output and of the rejects.
    sorted : Path
        The rows in the order that was asked for.
    finished : Path
        The output brought to a format that is written in one go.
    report : Path
        The report, until it has its place.
    stdin : Path
        What came from the standard input.
    """

    def __init__(self, target: Path) -> None:
        self._target = target
        self.path = target.with_name(f".{target.name}.givesell-run")
        (
            self.checkpoint,
            self.output,
            self.sorted,
            self.finished,
            self.rejects,
            self.report,
            self.stdin,
        ) = (
            self.path / name
            for name in (
                "checkpoint.json",
                "output",
                "sorted",
                "finished",
                "rejects",
                "report",
                "stdin",
            )
        )

    @contextmanager
    def held(self, inputs: Iterable[Path]) -> Iterator[None]:
        """Create the folder if needed and lock it against other runs; it is removed with the
        context unless it holds a checkpoint.

        Parameters
        ----------
        inputs : iterable of Path
            Inputs, which no file in it may be.

        Raises
        ------
        FileError
            E405 if it cannot be made, E414 if something else has its name, E415 if another run
            holds it.
        """
        try:
            with self._locked():
                self._check(list(inputs))
                try:
                    yield
                finally:
                    if not self.checkpoint.exists():
                        self.remove()
        finally:
            with suppress(OSError):  # it holds something, or is gone
                self.path.rmdir()

    def remove(self) -> None:
        """Remove all that the run has written there, last what says where its outputs are."""
        with suppress(OSError):
            for file in list(self.path.iterdir()):
                if is_unfinished(file.name):
                    file.unlink()
        for name in sorted(_NAMES, key=self.checkpoint.name.__eq__):
            with suppress(OSError):
                (self.path / name).unlink()
        with suppress(OSError):
            self.path.rmdir()

    @contextmanager
    def _locked(self) -> Iterator[None]:
        with ExitStack() as stack:
            for attempt in range(_ATTEMPTS):
                try:
                    self.path.mkdir(exist_ok=True)
                    if not stat.S_ISDIR(self.path.lstat().st_mode):
                        raise FileExistsError
                    stack.enter_context(held(self.path / "lock", "E415", self._target))
                    break
                except FileExistsError:
                    raise FileError("E414", path=self.path) from None
                except OSError as error:
                    # The run that had the folder may be removing it just now.
                    if attempt == _ATTEMPTS - 1 or self.path.exists():
                        raise unwritable(self._target, error) from error
                    time.sleep(0.01)
            yield

    def _check(self, inputs: list[Path]) -> None:
        left = Checkpoint.load(self.checkpoint)
        placed = list(left.placed.values()) if left else []
        for entry in os.scandir(self.path):
            status = entry.stat(follow_symlinks=False)
            # A file has two names while it is put in its place; otherwise somebody has linked it.
            shared = status.st_nlink > 1 and identity(Path(entry.path)) not in placed
            if (
                (entry.name not in _NAMES and not is_unfinished(entry.name))
                or not stat.S_ISREG(status.st_mode)
                or shared
                or any(is_same(entry.path, one) for one in inputs)
            ):
                raise FileError("E414", path=self.path)


def rejects_path(out: Path) -> Path:
    """Return where the rejects of an output go.

    Parameters
    ----------
    out : Path

    Returns
    -------
    Path
    """
    return out.with_name(out.name + REJECTS)
