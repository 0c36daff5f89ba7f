"""The progress of a run, for a progress bar."""

from collections.abc import Callable, Iterable
from pathlib import Path

from givesell.archives import Reader
from givesell.archives.streams.files import Folder

Progress = Callable[[int, int, int], None]


class Meter:
    """Reports the progress of a run; each input counts twice, since some are read twice.

    Parameters
    ----------
    progress : callable or None
        Takes the bytes done, the bytes to do and the rows written.
    sources : iterable of Path

    Attributes
    ----------
    rows : int
    readers : list of Reader
    """

    def __init__(self, progress: Progress | None, sources: Iterable[Path]) -> None:
        self.rows = 0
        self.readers: list[Reader] = []
        self._progress = progress
        self._total = 2 * sum(
            Folder(source).size if source.is_dir() else source.stat().st_size for source in sources
        )

    def tick(self, opening: int = 0) -> None:
        """Report; `opening` is how far the reader has come that is not among `readers` yet."""
        if self._progress is not None:
            done = sum(reader.bytes_read * 2 // reader.passes for reader in self.readers)
            self._progress(done + opening, self._total, self.rows)
