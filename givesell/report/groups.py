"""Posts counted by a column: author, platform, kind of post, kind of giving or selling."""

from collections.abc import Iterable
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

MOST_GROUPS = 50_000
SHOWN_GROUPS = 12
SHOWN_SELLERS = 5
FEWEST_TO_SELL = 5  # judged posts of somebody who is said to sell most


class Groups:
    """Counts of giving, selling and all posts by name, in memory that does not grow without end."""

    def __init__(self) -> None:
        self._counts: dict[str, list[int]] = {}
        self.named = 0

    def __len__(self) -> int:
        return len(self._counts)

    def add(
        self, names: pa.StringArray, giving: NDArray[np.bool_], selling: NDArray[np.bool_]
    ) -> None:
        """Count a batch.

        Parameters
        ----------
        names : pyarrow.StringArray, shape (n,)
            A null or empty name is counted nowhere.
        giving, selling : ndarray of bool, shape (n,)
        """
        values = names.dictionary_encode()
        codes = values.indices.fill_null(len(values.dictionary)).to_numpy(False)
        size = len(values.dictionary) + 1
        gives, sells = (np.bincount(codes[mask], minlength=size) for mask in (giving, selling))
        total = np.bincount(codes, minlength=size)
        for value, *counts in zip(
            [*values.dictionary.to_pylist(), None],
            gives.tolist(),
            sells.tolist(),
            total.tolist(),
            strict=True,
        ):
            if not counts[2] or not value:
                continue
            self.named += counts[2]
            key = value if value in self._counts or len(self._counts) < MOST_GROUPS else ""
            entry = self._counts.setdefault(key, [0, 0, 0])
            for i, count in enumerate(counts):
                entry[i] += count

    def largest(self) -> list[dict[str, Any]]:
        """Return the groups with the most posts, and the rest together."""
        order = sorted(self._counts.items(), key=lambda item: (item[0] == "", -item[1][2], item[0]))
        shown = [_row(name, counts) for name, counts in order[:SHOWN_GROUPS]]
        if rest := [counts for _, counts in order[SHOWN_GROUPS:]]:
            shown.append({**_row(None, self.sum(rest)), "others": len(rest)})
        return shown

    def sellers(self) -> list[dict[str, Any]]:
        """Return those who sell most often, of some posts."""
        order = sorted(
            (
                item
                for item in self._counts.items()
                if item[0] and item[1][1] and sum(item[1][:2]) >= FEWEST_TO_SELL
            ),
            key=lambda item: (-item[1][1], item[1][0], item[0]),
        )
        return [_row(name, counts) for name, counts in order[:SHOWN_SELLERS]]

    def of(self, names: Iterable[str]) -> dict[str, int]:
        """Return the counts of some groups together."""
        row = _row(None, self.sum(self._counts[name] for name in names if name in self._counts))
        return {name: row[name] for name in ("giving", "selling", "posts")}

    @staticmethod
    def sum(rows: Iterable[list[int]]) -> list[int]:
        """Return counts together."""
        return [int(count) for count in np.sum([[0, 0, 0], *rows], axis=0)]


def _row(name: str | None, counts: list[int]) -> dict[str, Any]:
    giving, selling, posts = counts
    return {"name": name, "giving": giving, "selling": selling, "posts": posts}
