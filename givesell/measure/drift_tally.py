"""What `drift` counts over posts: their verdicts, and how many of their n-grams are new to the
model, in all posts or in a sample that stays small.
"""

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from givesell.measure.histograms import BINS, histogram_bins
from givesell.measure.unseen_ngrams import Unseen, seen_by
from givesell.model.model import Model
from givesell.verdict import Status

# The n-grams of so many posts are all counted; of as many again those of every second post, of
# twice as many again those of every fourth: 15,000 of ten million.
SAMPLE = 2_000
_NONE_IS = 2.0  # no share is as large


class DriftTally:
    """The counts over posts that `drift` needs, taken batch by batch.

    Parameters
    ----------
    model : Model
    state : mapping, optional
        Of an earlier `state`, to continue from there.
    sample : int, optional
        From so many posts on the n-grams of ever fewer are counted; by default those of all.

    Attributes
    ----------
    statuses : ndarray of int64
        Posts by status.
    histogram : ndarray of int64, shape (50,)
        Probabilities of the judged posts.
    unsure : int
        Judged posts that the model is not sure of.
    looked : int
        Posts with n-grams, estimated from the sample, as are those below.
    strange : int
        Those of them with many n-grams that are new.
    features : ndarray of int64, shape (4,)
        n-grams, new ones, words, new ones.
    judged_words : ndarray of int64, shape (2,)
        Words and new ones of the judged posts alone.

    Examples
    --------
    >>> import givesell
    >>> tally = DriftTally(givesell.load())
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
        self.count_ngrams(
            [posts[row] for row in rows.tolist()], ~np.isnan(scores.selling[rows]), weights
        )

    def add_probabilities(self, selling: NDArray[np.floating[Any]]) -> None:
        """Count the probabilities of more posts; NaN for one that is not judged."""
        self.histogram += np.bincount(
            histogram_bins(selling[~np.isnan(selling)].astype(np.float64)), minlength=BINS
        )

    def next_rows(self, count: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Return which of the next posts to count the n-grams of, and how many posts each of them
        stands for.

        Parameters
        ----------
        count : int
            How many posts come next.

        Returns
        -------
        rows, weights : ndarray of int64, shape (n,)
            Rows from 0 to ``count - 1``. They depend on the place of a post among all posts, not on
            how these come in batches.
        """
        first, self.rows = self.rows, self.rows + count
        if self._sample is None:
            return np.arange(count), np.ones(count, np.int64)
        places, steps = [np.empty(0, np.int64)], [np.empty(0, np.int64)]
        low, high, step = 0, self._sample, 1
        while low < self.rows:
            start = max(low, first)
            chosen = np.arange(start + -start % step, min(high, self.rows), step)
            places.append(chosen - first)
            steps.append(np.full(len(chosen), step))
            low, high, step = high, 2 * high, 2 * step
        return np.concatenate(places), np.concatenate(steps)

    def count_ngrams(
        self, posts: list[Any], judged: NDArray[np.bool_], weights: NDArray[np.int64]
    ) -> None:
        """Count the n-grams and words of posts of `next_rows`, and those new to the model.

        Parameters
        ----------
        posts : list of str or None, length n
        judged : ndarray of bool, shape (n,)
            Which of them have a label.
        weights : ndarray of int64, shape (n,)
        """
        if not posts:
            return
        unseen = seen_by(self.model).count(posts)
        # A post that is missing or blank has no n-grams, and so no share of new ones.
        holds = unseen.ngrams > 0
        self.looked += int(weights[holds].sum())
        self.strange += int(
            weights[holds & (unseen.new_ngrams >= self._strange_from * unseen.ngrams)].sum()
        )
        self.features += [int(weights @ column) for column in unseen]
        self.judged_words += [
            int((weights * column)[judged].sum()) for column in (unseen.words, unseen.new_words)
        ]

    def with_verdicts(
        self, statuses: Mapping[str, int], histogram: Iterable[int], unsure: int
    ) -> "DriftTally":
        """Take the verdicts of the posts as they were counted elsewhere.

        Parameters
        ----------
        statuses : mapping of str to int
            Posts by name of their status; other names are ignored.
        histogram : iterable of int, length 50
        unsure : int

        Returns
        -------
        DriftTally
            Itself.
        """
        self.statuses = np.array([statuses.get(status.text, 0) for status in Status], np.int64)
        self.histogram, self.unsure = np.array(list(histogram), np.int64), int(unsure)
        return self

    def __add__(self, other: "DriftTally") -> "DriftTally":
        both = DriftTally(self.model)
        for name in ("rows", *_SUMS):
            setattr(both, name, getattr(self, name) + getattr(other, name))
        return both


_SUMS = ("statuses", "histogram", "unsure", "looked", "strange", "features", "judged_words")
