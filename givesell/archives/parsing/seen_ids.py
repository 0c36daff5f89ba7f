"""Which ids have been seen, in eight bytes each."""

import numpy as np
from numpy.typing import NDArray

from givesell.archives.streams.limits import MAX_IDS


class SeenIds:
    """Remembers 64-bit hashes in sorted runs; a run is merged with the one before once it is as
    long.

    So each hash is moved about as often as the number of posts has digits. Beyond `MAX_IDS` no more
    are remembered.
    """

    def __init__(self) -> None:
        self._runs: list[NDArray[np.int64]] = []

    def first(self, hashes: NDArray[np.int64]) -> NDArray[np.bool_]:
        """Tell which hashes are there for the first time, and remember them.

        Parameters
        ----------
        hashes : ndarray of int64, shape (n,)

        Returns
        -------
        ndarray of bool, shape (n,)

        Examples
        --------
        >>> seen = SeenIds()
        >>> seen.first(np.array([1, 2, 1])).tolist(), seen.first(np.array([3, 2])).tolist()
        ([True, True, False], [True, False])
        """
        found, places = np.unique(hashes, return_index=True)
        new = np.ones(len(found), bool)
        for run in self._runs:
            new &= run[np.minimum(np.searchsorted(run, found), len(run) - 1)] != found
        if new.any():
            self._remember(found[new])
        first = np.zeros(len(hashes), bool)
        first[places[new]] = True
        return first

    def _remember(self, run: NDArray[np.int64]) -> None:
        if sum(map(len, self._runs)) + len(run) > MAX_IDS:
            return
        while self._runs and len(self._runs[-1]) <= len(run):
            # Two sorted runs, which the stable sort finds and merges.
            run = np.sort(np.concatenate([self._runs.pop(), run]), kind="stable")
        self._runs.append(run)
