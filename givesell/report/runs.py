"""The longest runs without giving: posts of one author, one after the other in time, that all
sell.
"""

from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from givesell.archives.times.times import Times

MOST_POSTS = 5_000_000
SHOWN = 5
SHORTEST = 2


class Runs:
    """Remembers author, time and label of the labelled posts, 14 bytes each.

    Attributes
    ----------
    complete : bool
        False once there are more than `MOST_POSTS`: sorting them would need memory without bound.
    """

    def __init__(self) -> None:
        self.complete = True
        self._count = 0
        self._codes: dict[str | None, int] = {}
        self._parts: list[
            tuple[NDArray[np.int32], NDArray[np.int64], NDArray[np.bool_], NDArray[np.bool_]]
        ] = []

    def add(
        self,
        authors: pa.StringArray | None,
        times: Times,
        giving: NDArray[np.bool_],
        selling: NDArray[np.bool_],
    ) -> None:
        """Remember a batch.

        Parameters
        ----------
        authors : pyarrow.StringArray or None
        times : Times
        giving, selling : ndarray of bool, shape (n,)
        """
        labelled = (giving | selling) & ~np.isnat(times.utc)
        self._count += int(labelled.sum())
        if self._count > MOST_POSTS:
            self.complete = False
            self._parts.clear()
        if not self.complete or not labelled.any():
            return
        if authors is None:
            codes = np.zeros(len(labelled), np.int32)
            self._codes.setdefault(None, 0)
        else:
            names = authors.dictionary_encode()
            table = [
                self._codes.setdefault(name, len(self._codes))
                for name in [*names.dictionary.to_pylist(), None]
            ]
            places = pc.fill_null(names.indices, len(table) - 1).to_numpy(zero_copy_only=False)
            codes = np.array(table, np.int32)[places]
        self._parts.append(
            (
                codes[labelled],
                times.utc[labelled].astype(np.int64),
                selling[labelled],
                times.day_only[labelled],
            )
        )

    def longest(self) -> list[dict[str, Any]]:
        """Return the longest runs.

        Returns
        -------
        list of dict
            ``author``, ``posts``, ``first`` and ``last`` (times in UTC, or days without an hour),
            the longest first.
        """
        if not self._parts:
            return []
        codes, times, selling, day_only = (
            np.concatenate(part) for part in zip(*self._parts, strict=True)
        )
        order = np.lexsort((times, codes))
        codes, times, selling, day_only = (
            codes[order],
            times[order],
            selling[order],
            day_only[order],
        )
        # A run ends where a post gives or the author changes.
        edge = np.ones(len(codes) + 1, bool)
        edge[1:-1] = (codes[1:] != codes[:-1]) | (selling[1:] != selling[:-1])
        starts = np.flatnonzero(edge)
        first, size = starts[:-1], np.diff(starts)
        wanted = np.flatnonzero(selling[first] & (size >= SHORTEST))
        best = wanted[np.argsort(-size[wanted], kind="stable")][:SHOWN]
        names = list(self._codes)

        def moment(i: int) -> str:
            return str(
                times[i]
                .astype("datetime64[s]")
                .astype("datetime64[D]" if day_only[i] else "datetime64[s]")
            )

        return [
            {
                "author": names[codes[first[i]]],
                "posts": int(size[i]),
                "first": moment(first[i]),
                "last": moment(first[i] + size[i] - 1),
            }
            for i in best.tolist()
        ]
