"""The posts that stand out: the most selling, most giving and most unsure ones."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from givesell.report.fields import words_of

MOST_CHARS = 1_000
MOST_URL = 2_000


class Tops:
    """Keeps some posts of each kind, each text once, the earlier one of equals.

    Parameters
    ----------
    size : int
        How many of each.
    """

    def __init__(self, size: int) -> None:
        self._size = size
        self._kept: dict[str, list[tuple[float, dict[str, Any]]]] = {"most_selling": [], "most_giving": [], "most_unsure": []}

    def add(
        self,
        batch: pa.RecordBatch,
        text: str | None,
        roles: Mapping[str, pa.StringArray],
        numbers: NDArray[np.float64],
        giving: NDArray[np.bool_],
        selling: NDArray[np.bool_],
        sure: NDArray[np.bool_],
        times: NDArray[np.datetime64],
    ) -> None:
        """Look at a batch.

        Parameters
        ----------
        batch : pyarrow.RecordBatch
        text : str or None
            The column of posts.
        roles : mapping of str to pyarrow.StringArray
            Author, platform, kind and address of the posts.
        numbers : ndarray, shape (n,)
            Probabilities of selling.
        giving, selling, sure : ndarray of bool, shape (n,)
        times : ndarray of datetime64, shape (n,)
        """
        if text is None:
            return
        column, field = batch.column(text), batch.schema.field(text)
        keys = {
            "most_selling": np.where(selling, -numbers, np.nan),
            "most_giving": np.where(giving, numbers, np.nan),
            "most_unsure": np.where((giving | selling) & ~sure, np.abs(numbers - 0.5), np.nan),
        }
        for name, key in keys.items():
            kept = self._kept[name]
            better = np.flatnonzero(key < self._worst(kept))
            for i in better[np.argsort(key[better], kind="stable")].tolist():
                if key[i] >= self._worst(kept):
                    break
                shown = (words_of(column.slice(i, 1), field)[0].as_py() or "")[:MOST_CHARS]
                if all(shown != post["text"] for _, post in kept):
                    post = {"text": shown, "selling": round(float(numbers[i]), 6), "sure": bool(sure[i])}
                    post["created"] = None if np.isnat(times[i]) else str(times[i])
                    for role in ("author", "platform", "kind", "url"):
                        value = roles[role][i].as_py() if role in roles else None
                        post[role] = value if value is None or len(value) <= MOST_URL else None
                    kept.append((float(key[i]), post))
                    kept.sort(key=lambda entry: entry[0])
                    del kept[self._size :]

    def as_dict(self) -> dict[str, list[dict[str, Any]]]:
        """Return the posts of each kind, best first.

        Returns
        -------
        dict of str to list of dict
        """
        return {name: [post for _, post in kept] for name, kept in self._kept.items()}

    def _worst(self, kept: list[tuple[float, dict[str, Any]]]) -> float:
        return kept[-1][0] if len(kept) == self._size else np.inf
