"""The posts that a report quotes: the most selling, most giving and most unsure ones."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from givesell.archives.times.times import Times
from givesell.best import Best
from givesell.report.fields import words_of

MOST_CHARS = 1_000
FEWEST_WORDS = 4  # shorter posts say little: they are quoted where there are no others
MOST_URL = 2_000
_LATER = 10.0  # more than any difference between scores


class TopPosts:
    """Holds a few posts of each kind, each text once, the earlier one of equals.

    Parameters
    ----------
    size : int
        How many of each.
    """

    def __init__(self, size: int) -> None:
        self._best: dict[str, Best[dict[str, Any]]] = {
            name: Best(size) for name in ("most_selling", "most_giving", "most_unsure")
        }

    def add(
        self,
        batch: pa.RecordBatch,
        text: str | None,
        roles: Mapping[str, pa.StringArray],
        numbers: NDArray[np.float64],
        giving: NDArray[np.bool_],
        selling: NDArray[np.bool_],
        sure: NDArray[np.bool_],
        times: Times,
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
        times : Times
        """
        if text is None:
            return
        column, field = batch.column(text), batch.schema.field(text)
        worths = {
            "most_selling": np.where(selling, numbers, np.nan),
            "most_giving": np.where(giving, -numbers, np.nan),
            "most_unsure": np.where((giving | selling) & ~sure, -np.abs(numbers - 0.5), np.nan),
        }
        for name, worth in worths.items():
            best = self._best[name]
            above = best.candidates(worth)
            if not len(above):
                continue
            texts = pc.utf8_slice_codeunits(
                pc.fill_null(words_of(column.take(pa.array(above)), field), ""), 0, MOST_CHARS
            )
            # Each text once, and what has little to say after all that has more.
            once = np.sort(
                np.unique(texts.dictionary_encode().indices.to_numpy(), return_index=True)[1]
            )
            short = pc.less(pc.count_substring_regex(texts, r"\S+"), FEWEST_WORDS).to_numpy(
                zero_copy_only=False
            )
            scores = worth[above] - _LATER * short
            for at in once[np.argsort(-scores[once], kind="stable")].tolist():
                if scores[at] <= best.floor:
                    break
                post, i = texts[at].as_py(), int(above[at])
                best.offer(
                    float(scores[at]), post, self._post(post, i, roles, numbers, sure, times)
                )

    @staticmethod
    def _post(
        text: str,
        i: int,
        roles: Mapping[str, pa.StringArray],
        numbers: NDArray[np.float64],
        sure: NDArray[np.bool_],
        times: Times,
    ) -> dict[str, Any]:
        post: dict[str, Any] = {
            "text": text,
            "selling": round(float(numbers[i]), 6),
            "sure": bool(sure[i]),
        }
        post["created"] = (
            None
            if np.isnat(times.utc[i])
            else str(times.utc[i].astype("datetime64[D]") if times.day_only[i] else times.utc[i])
        )
        for role in ("author", "platform", "kind", "url"):
            value = roles[role][i].as_py() if role in roles else None
            post[role] = value if value is None or len(value) <= MOST_URL else None
        return post

    def as_dict(self) -> dict[str, list[dict[str, Any]]]:
        """Return the posts of each kind, best first.

        Returns
        -------
        dict of str to list of dict
        """
        return {name: [post for _, post in best.items()] for name, best in self._best.items()}
