"""What `drift` counts over posts: their verdicts, and what is new to the model in all of them or
in a sample that stays small.
"""

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from givesell.core.model import Model
from givesell.measure.histograms import BINS, histogram_bins
from givesell.measure.unseen_ngrams import Unseen, seen_by
from givesell.verdict import Status

# So many posts are all looked at; of as many again every second, of twice as many again every
# fourth: 15,000 of ten million.
SAMPLE = 2_000
_NONE_IS = 2.0  # no share is as large


class Tally:
    """The counts over posts that `drift` needs, taken part by part.

    Parameters
    ----------
    model : Model
    state : mapping, optional
        Of an earlier `state`, to go on from there.
    sample : int, optional
        From so many posts on, ever fewer of the further ones are looked at; by default all are.

    Attributes
    ----------
    statuses : ndarray of int64
        Posts by status.
    histogram : ndarray of int64, shape (50,)
        Probabilities of the judged posts.
    unsure : int
        Judged posts that the model is not sure of.
    looked : int
        Posts with n-grams, as the sample tells; so are the others.
    strange : int
        Those of them that hold much that is new.
    features : ndarray of int64, shape (4,)
        n-grams, new ones, words, new ones.
    judged_words : ndarray of int64, shape (2,)
        Words and new ones of the judged posts alone.

    Examples
    --------
    >>> import givesell
    >>> tally = Tally(givesell.load())
    >>> tally.add(["Thanks, that helped!", "Zxq vrrk gr4b", None])
    >>> tally.statuses.tolist(), tally.looked
    ([2, 1, 0, 0, 0], 2)
    """

    def __init__(
        self, model: Model, state: Mapping[str, Any] | None = None, *, sample: int | None = None
    ) -> None:
        self.model, self._sample = model, sample
        self._strange_from = float((model.info.get("drift") or {}).get("strange_from", _NONE_IS))
        self.rows = 0
        self.statuses = np.zeros(len(Status), np.int64)
        self.histogram = np.zeros(BINS, np.int64)
        self.unsure = self.looked = self.strange = 0
        self.features = np.zeros(len(Unseen._fields), np.int64)
        self.judged_words = np.zeros(2, np.int64)
        for name, value in (state or {}).items():
            setattr(self, name, np.array(value, np.int64) if isinstance(value, list) else value)

    def state(self) -> dict[str, Any]:
        """Return the counts as JSON can hold them."""
        values = {name: getattr(self, name) for name in ("rows", *_SUMS)}
        return {
            name: value.tolist() if isinstance(value, np.ndarray) else value
            for name, value in values.items()
        }

    def add(self, posts: list[Any], n_jobs: int | None = None) -> None:
        """Judge and count more posts."""
        scores = self.model.verdicts(posts, n_jobs=n_jobs, facets=False)
        for status in Status:
            self.statuses[status] += int((scores.status == status.text).sum())
        self.add_probabilities(scores.selling)
        self.unsure += int((~scores.sure[scores.status == Status.OK.text]).sum())
        rows, weights = self.next_rows(len(posts))
        self.look([posts[row] for row in rows.tolist()], ~np.isnan(scores.selling[rows]), weights)

    def add_probabilities(self, selling: NDArray[np.floating[Any]]) -> None:
        """Count the probabilities of more posts; NaN for one that is not judged."""
        self.histogram += np.bincount(
            histogram_bins(selling[~np.isnan(selling)].astype(np.float64)), minlength=BINS
        )

    def next_rows(self, count: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Return which of the next posts to look at, and for how many each of them stands.

        Parameters
        ----------
        count : int
            How many posts come next.

        Returns
        -------
        rows, weights : ndarray of int64, shape (n,)
            Rows from 0 to ``count - 1``. They depend on the place of a post among all, not on how
            they are parted.
        """
        first, self.rows = self.rows, self.rows + count
        if self._sample is None:
            return np.arange(count), np.ones(count, np.int64)
        places, steps = [np.empty(0, np.int64)], [np.empty(0, np.int64)]
        low, high, step = 0, self._sample, 1
        while low < self.rows:
            start = max(low, first)
            found = np.arange(start + -start % step, min(high, self.rows), step)
            places.append(found - first)
            steps.append(np.full(len(found), step))
            low, high, step = high, 2 * high, 2 * step
        return np.concatenate(places), np.concatenate(steps)

    def look(self, posts: list[Any], judged: NDArray[np.bool_], weights: NDArray[np.int64]) -> None:
        """Count what is new to the model in posts of `next_rows`.

        Parameters
        ----------
        posts : list of str or None, length n
        judged : ndarray of bool, shape (n,)
            Which of them have a label.
        weights : ndarray of int64, shape (n,)
        """
        if not posts:
            return
        found = seen_by(self.model).count(posts)
        # A post that is missing or blank has no n-grams, and so no share of new ones.
        holds = found.ngrams > 0
        self.looked += int(weights[holds].sum())
        self.strange += int(
            weights[holds & (found.new_ngrams >= self._strange_from * found.ngrams)].sum()
        )
        self.features += [int(weights @ column) for column in found]
        self.judged_words += [
            int((weights * column)[judged].sum()) for column in (found.words, found.new_words)
        ]

    def told(self, statuses: Mapping[str, int], histogram: Iterable[int], unsure: int) -> "Tally":
        """Take the verdicts of the posts as they were counted elsewhere.

        Parameters
        ----------
        statuses : mapping of str to int
            Posts by name of their status; other names are passed over.
        histogram : iterable of int, length 50
        unsure : int

        Returns
        -------
        Tally
            Itself.
        """
        self.statuses = np.array([statuses.get(status.text, 0) for status in Status], np.int64)
        self.histogram, self.unsure = np.array(list(histogram), np.int64), int(unsure)
        return self

    def __add__(self, other: "Tally") -> "Tally":
        both = Tally(self.model)
        for name in ("rows", *_SUMS):
            setattr(both, name, getattr(self, name) + getattr(other, name))
        return both


_SUMS = ("statuses", "histogram", "unsure", "looked", "strange", "features", "judged_words")
