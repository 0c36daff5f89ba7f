"""What the views of an encoder have left in the work folder.

============================= ======================================================================
file                          holds
============================= ======================================================================
mpnet-vocabulary.txt          the pieces it keeps, one a line
mpnet-0.pt                    its weights, after learning without the groups of view 0
mpnet-0.npy                   (n, 1 + n_facets) its values of the measured posts that it has not
                              seen; NaN for the others
mpnet-0-judged-*.npz          ``rows`` of the pool and ``out``, its values of these
============================= ======================================================================
"""

from pathlib import Path
from typing import Any, NamedTuple

import numpy as np


class View(NamedTuple):
    """The files of a view of an encoder."""

    work: Path
    name: str
    view: int
    tag: str = ""

    @property
    def stem(self) -> str:
        """What the names of its files begin with."""
        return f"{self.name}-{self.view}{self.tag}"

    @property
    def weights(self) -> Path:
        """The weights."""
        return self.work / f"{self.stem}.pt"

    @property
    def own(self) -> Path:
        """The values of the posts that it is measured on."""
        return self.work / f"{self.stem}.npy"

    def part(self, number: int) -> Path:
        """One of the files of judged posts."""
        return self.work / f"{self.stem}-judged-{number:03}.npz"

    def judged(self) -> tuple[Any, Any]:
        """Return the rows of the pool that are judged so far, and the values of each."""
        rows, out = [np.empty(0, np.intp)], []
        for path in sorted(self.work.glob(f"{self.stem}-judged-*.npz")):
            with np.load(path) as part:
                rows.append(part["rows"])
                out.append(part["out"].astype(np.float32))
        return np.concatenate(rows), np.concatenate(out) if out else np.empty((0, 1), np.float32)

    def next_part(self) -> Path:
        """The first file of judged posts that is not there."""
        number = 0
        while self.part(number).exists():
            number += 1
        return self.part(number)


def save_array(path: Path, array: Any) -> None:
    """Keep an array in one step, so that a run that is stopped leaves no half of it."""
    unfinished = path.with_suffix(".unfinished.npy")
    np.save(unfinished, array)
    unfinished.replace(path)


def save_part(path: Path, rows: Any, out: Any) -> None:
    """Keep judged posts in one step."""
    unfinished = path.with_suffix(".unfinished")
    with unfinished.open("wb") as file:
        np.savez(file, rows=rows, out=out.astype(np.float16))
    unfinished.replace(path)
