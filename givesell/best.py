"""The items of a stream with the highest scores, each key once, in bounded memory."""

import heapq
import math
from collections.abc import Hashable
from typing import Any, Generic, TypeVar

import numpy as np
from numpy.typing import NDArray

Item = TypeVar("Item")


class Best(Generic[Item]):
    """Holds the items with the highest scores, one for each key; the first of equals.

    Parameters
    ----------
    most : int
        How many to hold.

    Examples
    --------
    >>> best = Best(2)
    >>> for number, score in enumerate([0.1, 0.5, 0.5, 0.9]):
    ...     best.offer(score, key=number % 3, item=str(number))
    >>> best.items()
    [(0.9, '3'), (0.5, '1')]
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._heap: list[tuple[float, int, Hashable, Item]] = []
        self._keys: set[Hashable] = set()
        self._count = 0

    @property
    def floor(self) -> float:
        """The score that an item must exceed to be held."""
        if len(self._heap) < self._most:
            return -math.inf
        return self._heap[0][0] if self._heap else math.inf

    def candidates(self, scores: NDArray[np.floating[Any]]) -> NDArray[np.intp]:
        """Return the positions of scores above the floor, the highest first.

        Parameters
        ----------
        scores : ndarray, shape (n,)
            NaN for what is no candidate.

        Returns
        -------
        ndarray of int
        """
        above = np.flatnonzero(scores > self.floor)
        return above[np.argsort(-scores[above], kind="stable")]

    def offer(self, score: float, key: Hashable, item: Item) -> None:
        """Hold an item, unless there are enough better ones or one of its key.

        Parameters
        ----------
        score : float
        key : hashable
            What equal items have in common, such as their text.
        item : object
        """
        if score <= self.floor or key in self._keys:
            return
        self._count += 1
        entry = (score, -self._count, key, item)
        self._keys.add(key)
        if len(self._heap) < self._most:
            heapq.heappush(self._heap, entry)
        else:
            self._keys.discard(heapq.heapreplace(self._heap, entry)[2])

    def items(self) -> list[tuple[float, Item]]:
        """Return scores and items, the best first.

        Returns
        -------
        list of (float, object)
        """
        return [
            (score, item)
            for score, _, _, item in sorted(self._heap, key=lambda entry: (-entry[0], -entry[1]))
        ]
