"""The progress of a run, for a progress bar."""

import threading
from collections.abc import Callable, Iterable
from pathlib import Path

import numpy as np

from givesell.archives import Reader
from givesell.archives.streams.files import Folder
from givesell.verdict import Again, Scores

Progress = Callable[[int, int, int], None]


class Meter:
    """Reports the progress of a run; each input counts twice, since some are read twice.

    Parameters
    ----------
    progress : callable or None
        Takes the bytes done, the bytes to do and the rows written. Its method ``read_again``, if it
        has one, takes the posts that a second model has read.
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
        self._lock = threading.Lock()
        # Rows and bytes before the first step, where posts are scored in steps
        self._before: tuple[int, int] | None = None
        self._read = self._scored = 0  # rows
        self._again: int | None = None

    def in_steps(self) -> None:
        """From now on report what is scored, of the rows that are read, rather than written."""
        self._before = self.rows, self._bytes

    def read(self, rows: int) -> None:
        """Count rows that have been read."""
        self._read += rows

    def scored(self, scores: Scores) -> None:
        """Count rows that have been scored; called from several threads."""
        with self._lock:
            self._scored += len(scores)
            if scores.again is not None:
                again = int(np.count_nonzero(scores.again != Again.NO))
                self._again = (self._again or 0) + again

    def tick(self, opening: int = 0) -> None:
        """Report; `opening` is how far the reader has come that is not among `readers` yet."""
        if self._progress is None:
            return
        rows, done = self.rows, opening + self._bytes
        if self._before is not None:
            rows, before = self._before[0] + self._scored, self._before[1]
            # Posts are read far ahead of what is scored.
            done = before + (done - before) * self._scored // max(self._read, 1)
        tell = getattr(self._progress, "read_again", None)
        if tell is not None and self._again is not None:
            tell(self._again)
        self._progress(done, self._total, rows)

    @property
    def _bytes(self) -> int:
        return sum(reader.bytes_read * 2 // reader.passes for reader in self.readers)
