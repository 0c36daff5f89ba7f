"""The progress of a run, saved beside its output so that it can be resumed after a kill."""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Self

from givesell.archives.streams.files import Folder
from givesell.files.writing import is_same, replace_file

VERSION = 2
Stamp = list[str]  # what identifies an input: its path, and a digest of its size, times and number


@dataclass(slots=True)
class Checkpoint:
    """The state of a run after a chunk.

    Attributes
    ----------
    settings : str
        Identifies the settings of the run: a run with other settings starts again.
    inputs : list of list
        Identifies its inputs; see `stamp`.
    offset : int
        Bytes of the partial output.
    crc : int
    sizes : list of int
        See `givesell.batch.output.Output`.
    rejects : int
        Bytes of the partial rejects.
    rejects_crc : int
    rejected : int
    source : int
        Which input is being read.
    batches : int
        How many batches of it are done.
    skipped : dict of str to int
        Of the inputs that are done.
    unread : list of str
        The names of files that nothing reads, as many as a summary holds.
    n_unread : int
        How many there are.
    found : list of object
        What opening each input has learned of it; see `givesell.archives.Reader`.
    tally : dict
    placed : dict of str to list of int
        Once all is written: what identifies the output, the rejects and the report, wherever they
        are by then; see `identity`.
    """

    settings: str
    inputs: list[Stamp]
    offset: int = 0
    crc: int = 0
    sizes: list[int] = field(default_factory=list)
    rejects: int = 0
    rejects_crc: int = 0
    rejected: int = 0
    source: int = 0
    batches: int = 0
    skipped: dict[str, int] = field(default_factory=dict)
    unread: list[str] = field(default_factory=list)
    n_unread: int = 0
    found: list[Any] = field(default_factory=list)
    tally: dict[str, Any] = field(default_factory=dict)
    placed: dict[str, list[int]] = field(default_factory=dict)

    def save(self, path: Path) -> None:
        """Write the checkpoint in one step: a kill leaves the old or the new one.

        Parameters
        ----------
        path : Path
        """
        # What a power cut leaves of it is checked, until it is all that says what is placed.
        replace_file(path, json.dumps(asdict(self)).encode(), durable=bool(self.placed))

    @classmethod
    def load(cls, path: Path) -> Self | None:
        """Read a checkpoint.

        Parameters
        ----------
        path : Path

        Returns
        -------
        Checkpoint or None
            None if there is none, or it cannot be read.
        """
        try:
            return cls(**json.loads(path.read_text(encoding="utf-8")))
        except (OSError, ValueError, TypeError, RecursionError):
            return None

    @property
    def rows(self) -> int:
        """How many rows are written."""
        return int(self.tally.get("rows", 0))

    def forget(self) -> None:
        """Go back to the beginning."""
        for name, value in asdict(type(self)(self.settings, self.inputs)).items():
            setattr(self, name, value)

    def differs(self, other: Self) -> str | None:
        """Return why a run cannot be resumed from this checkpoint.

        Parameters
        ----------
        other : Checkpoint
            Where it would begin.

        Returns
        -------
        str or None
            None if it can be resumed.
        """
        if self.settings != other.settings:
            return "its settings, its model or the version of givesell were others"
        if self.inputs != other.inputs:
            changed = [name for name, stamp in other.inputs if [name, stamp] not in self.inputs]
            return f"{Path(changed[0]).name} is not as it was" if changed else "it had other inputs"
        return None


def settings_id(**settings: Any) -> str:
    """Return what identifies the settings of a run.

    Parameters
    ----------
    **settings : object
        What the output depends on besides the inputs, as JSON can hold it.

    Returns
    -------
    str
    """
    return _digest([VERSION, settings])


def stamp(source: Path, *, without: Iterable[Path] = ()) -> Stamp:
    """Return what identifies an input: it changes when the input is written to, even if its size
    and time are set back.

    Parameters
    ----------
    source : Path
        A file or a folder.
    without : iterable of Path
        Files that the run itself writes into a folder that it reads.

    Returns
    -------
    list of str
    """
    places = [source]
    if source.is_dir():
        outputs = list(without)
        inside = [source / name for name in Folder(source).names()]
        places = [place for place in inside if not any(is_same(place, one) for one in outputs)]
    return [str(source.resolve()), _digest([_stamp(place) for place in places])]


def content_stamp(name: str, digest: str) -> Stamp:
    """Return what identifies an input that is known by its content only, such as the standard
    input.
    """
    return [name, digest]


def identity(path: Path) -> list[int]:
    """Return what identifies a file, whatever its name: device, inode and size.

    Parameters
    ----------
    path : Path

    Returns
    -------
    list of int
        Empty if the file does not exist.
    """
    try:
        status = path.stat()
    except OSError:
        return []
    return [status.st_dev, status.st_ino, status.st_size]


def _stamp(place: Path) -> list[Any]:
    status = place.stat()
    # The time of the last change of any kind cannot be put back, as that of the last writing can.
    return [place.name, status.st_size, status.st_mtime_ns, status.st_ctime_ns, status.st_ino]


def _digest(value: Any) -> str:
    return hashlib.sha256(
        json.dumps(value, sort_keys=True, default=str).encode("utf-8", "surrogatepass")
    ).hexdigest()
