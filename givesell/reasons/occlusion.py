"""Posts explained by occlusion, for a model whose log-odds are no sum of parts: phrases are taken
out, each by itself, and the model scores the post without each.

Which phrases are worth a try is said by the default model, whose log-odds are a sum of parts, and
by the cues: to take out every row of words would cost hundreds of scorings a post.

References
----------
Zeiler and Fergus, "Visualizing and Understanding Convolutional Networks", ECCV 2014; Li, Monroe and
Jurafsky, "Understanding Neural Networks through Representation Erasure", 2016, for words.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from givesell.extras import has
from givesell.model.load import load
from givesell.model.model import Model
from givesell.reasons.batch import OCCLUSION, Batch, FindCues
from givesell.reasons.contribution import Contribution
from givesell.reasons.counterfactual import (
    LEAST_EFFECT,
    MOST_CHARS,
    MOST_SPANS,
    Flip,
    Hint,
    most_candidates,
    without,
)
from givesell.reasons.occluded_flip import find_flip_among
from givesell.reasons.pieces import Piece, pieces_of
from givesell.reasons.removal import Removal
from givesell.reasons.scoring import score_with_reasons
from givesell.text.fold import plain
from givesell.text.posts import is_text
from givesell.verdict import SELLING, Verdict

if TYPE_CHECKING:
    from givesell.nlp.cue import CueMatch

# Each phrase costs a scoring of the post. In a column of reasons fewer are tried.
MOST_TRIED, MOST_IN_LINES = 16, 8
LEAST_WEIGHT = 0.02  # log-odds below which a removal is no reason
_AT_ONCE = 256  # posts whose phrases are scored together
_CLIP = 1e-7  # log-odds of single-precision probabilities end here


@dataclass(frozen=True, eq=False)
class OccludedBatch(Batch):
    """Posts of which phrases were taken out.

    Attributes
    ----------
    taken : list of tuple of Removal
        Of each post, those that do most first.
    """

    method: ClassVar[str] = OCCLUSION
    taken: list[tuple[Removal, ...]]

    def reasons(self, row: int) -> tuple[Contribution, ...]:
        """Return the phrases whose removal does most."""
        return tuple(
            Contribution(removal.text, *removal.places[0], removal.weight, "phrase")
            for removal in self._strongest(row)
        )

    def marked(self, row: int) -> list[Contribution]:
        """Return the reasons at all of their places, in the order of the post."""
        text = self.posts[row] or ""
        places = [
            Contribution(text[start:end], start, end, removal.weight, "phrase")
            for removal in self._strongest(row)
            for start, end in removal.places
        ]
        return sorted(places, key=lambda place: place.start)

    def _strongest(self, row: int) -> list[Removal]:
        strong = [one for one in self.taken[row] if abs(one.weight) >= LEAST_WEIGHT]
        return strong[: self.top]

    def removals(self, row: int) -> tuple[Removal, ...]:
        """Return all that was taken out, those that do most first."""
        return self.taken[row]

    def contributions(self, row: int) -> tuple[Contribution, ...]:  # noqa: ARG002
        """Return none: there is no sum of parts."""
        return ()

    def tokens(self, row: int) -> tuple[Contribution, ...]:  # noqa: ARG002
        """Return none: there is no sum of parts."""
        return ()

    def intercept(self, row: int) -> float:  # noqa: ARG002
        """Return NaN: there is no sum of parts."""
        return np.nan

    def network(self, row: int) -> float:  # noqa: ARG002
        """Return NaN: there is no sum of parts."""
        return np.nan

    def flip(self, row: int, verdict: Verdict, cues: FindCues) -> Flip | None:  # noqa: ARG002
        """Return a small set of the phrases whose removal flips the verdict on a post."""
        return find_flip_among(self.model, self.posts[row] or "", verdict, self.taken[row])

    def hints(self, row: int, verdict: Verdict, cues: FindCues) -> tuple[Hint, ...]:  # noqa: ARG002
        """Return what to change first for a post that sells to read as giving."""
        if verdict.label != SELLING:
            return ()
        most = verdict.selling - LEAST_EFFECT
        return tuple(
            Hint(removal.text, *removal.places[0], removal.cue, removal.selling)
            for removal in sorted(self.taken[row], key=lambda removal: removal.selling)
            if removal.selling <= most
        )[:MOST_SPANS]


def explain_by_occlusion(
    model: Model, posts: Sequence[Any], top: int, *, facets: bool = True, in_full: bool = True
) -> OccludedBatch:
    """Score posts, and each again without each of some phrases.

    Parameters
    ----------
    model : Model
        Of any kind.
    posts : sequence
        What `givesell.text.posts.as_sequence` returned.
    top : int
        Maximum number of reasons of a post.
    facets : bool, default True
        Whether the verdicts have facets, if the model does.
    in_full : bool, default True
        Whether to try 16 phrases of a post instead of 8.

    Returns
    -------
    OccludedBatch

    Raises
    ------
    PostTypeError
        If a post is neither text nor missing.

    Examples
    --------
    >>> import givesell
    >>> batch = explain_by_occlusion(givesell.load(), ["Lovely mugs. 20% off, DM me"], 1)
    >>> batch.method, batch.reasons(0)[0].leans
    ('occlusion', 'selling')
    """
    read = posts[:]
    scores = model.verdicts(read, n_jobs=1, facets=facets)
    texts = [plain(post) if is_text(post) else None for post in read]
    judged = np.flatnonzero(~np.isnan(scores.selling)).tolist()
    most = MOST_TRIED if in_full else max(MOST_IN_LINES, min(top, MOST_TRIED))
    taken: list[tuple[Removal, ...]] = [()] * len(texts)
    for start in range(0, len(judged), _AT_ONCE):
        rows = judged[start : start + _AT_ONCE]
        some = [texts[row] or "" for row in rows]
        for row, removals in zip(
            rows, _removals(model, some, scores.selling[rows], most), strict=True
        ):
            taken[row] = removals
    return OccludedBatch(model, texts, top, scores, log_odds_of(scores.selling), taken)


def log_odds_of(selling: NDArray[np.float32]) -> NDArray[np.float64]:
    """Return the log-odds of probabilities, those of 0 and 1 as far as single precision goes.

    Examples
    --------
    >>> log_odds_of(np.float32([0.5, 1.0])).round(1).tolist()
    [0.0, 16.1]
    """
    p = np.clip(np.asarray(selling, np.float64), _CLIP, 1 - _CLIP)
    return np.asarray(np.log(p) - np.log1p(-p))


def _removals(
    model: Model, texts: list[str], selling: NDArray[np.float32], most: int
) -> list[tuple[Removal, ...]]:
    """Take pieces out of posts, and score what is left of all of them together."""
    pieces = list(_pieces(texts, most))
    left = _scored(
        model,
        (
            without(text, piece.places)
            for text, found in zip(texts, pieces, strict=True)
            for piece in found
        ),
    )
    after = np.concatenate([np.empty(0, np.float32), *left])
    odds, before = log_odds_of(after), log_odds_of(selling)
    at, every = 0, []
    for row, (text, found) in enumerate(zip(texts, pieces, strict=True)):
        removals = [
            Removal(
                text[slice(*piece.places[0])],
                piece.places,
                piece.cue,
                float(before[row] - odds[at + i]),
                float(after[at + i]),
            )
            for i, piece in enumerate(found)
            if not np.isnan(after[at + i])  # nothing to judge is left without it
        ]
        every.append(tuple(sorted(removals, key=lambda removal: -abs(removal.weight))))
        at += len(found)
    return every


def _scored(model: Model, texts: Iterable[str]) -> Iterator[NDArray[np.float32]]:
    """Yield the probabilities of texts, a few million characters at a time."""
    some: list[str] = []
    size = 0
    for text in texts:
        if some and size + len(text) > MOST_CHARS:
            yield model.score(some, n_jobs=1)
            some, size = [], 0
        some.append(text)
        size += len(text)
    if some:
        yield model.score(some, n_jobs=1)


def _pieces(texts: list[str], most: int) -> Iterator[list[Piece]]:
    """Yield what can be taken out of posts: what the default model and the cues name."""
    limits = [min(most, most_candidates(text)) for text in texts]
    # A post that is too long to be scored again is not read here either.
    read = [text if limit else None for text, limit in zip(texts, limits, strict=True)]
    explained = score_with_reasons(load().scorer, read, MOST_TRIED, facets=False, parts=True)
    starts, ends, _ = (column.tolist() for column in explained.phrases)
    for row, (text, limit, cues) in enumerate(zip(texts, limits, _cues(read), strict=True)):
        phrases = [
            (start, end, None) for start, end in zip(starts[row], ends[row], strict=True) if end
        ]
        shown = [(cue.start, cue.end, cue.name) for cue in cues]
        named = [*shown, *phrases] if limit else []
        yield pieces_of(text, explained.parts[row], named, limit) if named else []


def _cues(texts: list[str | None]) -> "Iterable[list[CueMatch]]":
    """Return the cues of posts; none where spaCy is not installed."""
    if not has("nlp"):
        return ([] for _ in texts)
    from givesell.nlp.cues import default_cues

    return default_cues().pipe(text or "" for text in texts)
