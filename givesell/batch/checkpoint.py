"""How far a run has come, kept beside its output so that it can go on after a kill."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Self

VERSION = 1


@dataclass(slots=True)
class Checkpoint:
    """The state of a run after a whole chunk.

    Attributes
    ----------
    run : str
        Stands for the inputs and settings: a run with others starts anew.
    offset : int
        Bytes of the partial output.
    crc : int
    sizes : list of int
        See `givesell.batch.output.Output`.
    rejects : int
        Bytes of the partial rejects.
    rejected : int
    source : int
        Which input is being read.
    batches : int
        How many batches of it are done.
    skipped : dict of str to int
        Of the inputs that are done.
    found : list of object
        What opening each input has found; see `givesell.archives.Reader`.
    tally : dict
    """

    run: str
    offset: int = 0
    crc: int = 0
    sizes: list[int] = field(default_factory=list)
    rejects: int = 0
    rejected: int = 0
    source: int = 0
    batches: int = 0
    skipped: dict[str, int] = field(default_factory=dict)
    found: list[Any] = field(default_factory=list)
    tally: dict[str, Any] = field(default_factory=dict)

    def save(self, path: Path) -> None:
        """Write it in one step: a kill leaves the old or the new one.

        Parameters
        ----------
        path : Path
        """
        fresh = path.with_name(path.name + ".new")
        with fresh.open("w", encoding="utf-8") as file:
            json.dump(asdict(self), file)
        fresh.replace(path)

    @classmethod
    def load(cls, path: Path, run: str) -> Self | None:
        """Read the checkpoint of a run.

        Parameters
        ----------
        path : Path
        run : str

        Returns
        -------
        Checkpoint or None
            None if there is none, or it is another run's.
        """
        try:
            found = cls(**json.loads(path.read_text(encoding="utf-8")))
        except (OSError, ValueError, TypeError):
            return None
        return found if found.run == run else None


def run_id(sources: Sequence[Path], **settings: Any) -> str:
    """Return what stands for the inputs and settings of a run.

    Parameters
    ----------
    sources : sequence of Path
    **settings : object
        What else the output depends on, as JSON can hold it.

    Returns
    -------
    str
        Changes when an input changes its name, size or time.
    """
    files = [(str(source.resolve()), *_stamp(source)) for source in sources]
    return hashlib.sha256(json.dumps([VERSION, files, settings], sort_keys=True, default=str).encode()).hexdigest()


def _stamp(source: Path) -> tuple[int, int]:
    places = sorted(source.rglob("*")) if source.is_dir() else [source]
    stats = [place.stat() for place in places]
    return sum(stat.st_size for stat in stats), max((stat.st_mtime_ns for stat in stats), default=0)
