"""A batch scored a few posts at a time, by several threads, for models that take milliseconds a
post.
"""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from givesell.batch.scoring import ScoreTexts
from givesell.verdict import Scores


class Steps:
    """Scores a batch in steps; the scores are the same, since no post depends on another.

    Parameters
    ----------
    scorer : callable
        Takes a list of posts, returns `Scores`.
    size : int
        How many posts a step has.
    threads : int
        How many steps are taken at a time, whichever batches they are of.
    tell : callable
        Called with the scores of each step, by the thread that has made them.
    """

    def __init__(
        self, scorer: ScoreTexts, size: int, threads: int, tell: Callable[[Scores], None]
    ) -> None:
        self._scorer, self._size, self._tell = scorer, size, tell
        self._pool = ThreadPoolExecutor(threads)

    def __call__(self, texts: list[str | None]) -> Scores:
        """Score a batch."""
        starts = range(0, max(1, len(texts)), self._size)
        parts = [texts[start : start + self._size] for start in starts]
        return Scores.joined(list(self._pool.map(self._step, parts)))

    def close(self) -> None:
        """Let the steps that are being taken end, and take no others."""
        self._pool.shutdown(wait=True, cancel_futures=True)

    def _step(self, part: list[str | None]) -> Scores:
        scores = self._scorer(part)
        self._tell(scores)
        return scores
