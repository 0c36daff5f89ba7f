"""The longest runs without giving: posts of one author, one after the other in time, that all sell."""

from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

MOST_POSTS = 5_000_000
SHOWN = 5
SHORTEST = 2


class Runs:
    """Remembers author, time and label of the labelled posts, 13 bytes each.

    Attributes
    ----------
    complete : bool
        False once there are more than `MOST_POSTS`: sorting them would need memory without bound.
    """

    def __init__(self) -> None:
        self.complete = True
        self._count = 0
        self._codes: dict[str | None, int] = {}
        self._parts: list[tuple[NDArray[np.int32], NDArray[np.int64], NDArray[np.bool_]]] = []

    def add(
        self, authors: pa.StringArray | None, times: NDArray[np.datetime64], giving: NDArray[np.bool_], selling: NDArray[np.bool_]
    ) -> None:
        """Remember a batch.

        Parameters
        ----------
        authors : pyarrow.StringArray or None
        times : ndarray of datetime64[s], shape (n,)
        giving, selling : ndarray of bool, shape (n,)
        """
        labelled = (giving | selling) & ~np.isnat(times)
        self._count += int(labelled.sum())
        if self._count > MOST_POSTS:
            self.complete = False
            self._parts.clear()
        if not self.complete or not labelled.any():
            return
        if authors is None:
            codes = np.zeros(len(times), np.int32)
            self._codes.setdefault(None, 0)
        else:
            names = authors.dictionary_encode()
            table = [self._codes.setdefault(name, len(self._codes)) for name in [*names.dictionary.to_pylist(), None]]
            places = pc.fill_null(names.indices, len(table) - 1).to_numpy(zero_copy_only=False)
            codes = np.array(table, np.int32)[places]
        self._parts.append((codes[labelled], times[labelled].astype(np.int64), selling[labelled]))

    def longest(self) -> list[dict[str, Any]]:
        """Return the longest runs.

        Returns
        -------
        list of dict
            ``author``, ``posts``, ``first`` and ``last`` (times), the longest first.
        """
        if not self._parts:
            return []
        codes, times, selling = (np.concatenate(part) for part in zip(*self._parts, strict=True))
        order = np.lexsort((times, codes))
        codes, times, selling = codes[order], times[order], selling[order]
        # A run ends where a post gives or the author changes.
        edge = np.ones(len(codes) + 1, bool)
        edge[1:-1] = (codes[1:] != codes[:-1]) | (selling[1:] != selling[:-1])
        starts = np.flatnonzero(edge)
        first, size = starts[:-1], np.diff(starts)
        wanted = np.flatnonzero(selling[first] & (size >= SHORTEST))
        best = wanted[np.argsort(-size[wanted], kind="stable")][:SHOWN]
        names = list(self._codes)
        return [
            {
                "author": names[codes[first[i]]],
                "posts": int(size[i]),
                "first": str(times[first[i]].astype("datetime64[s]")),
                "last": str(times[first[i] + size[i] - 1].astype("datetime64[s]")),
            }
            for i in best.tolist()
        ]
