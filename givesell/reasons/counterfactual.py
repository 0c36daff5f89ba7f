"""What would change a verdict: spans to remove from a post, each change scored, not estimated."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from givesell.model.model import Model
from givesell.verdict import SELLING, Verdict

MOST_SPANS = 6  # the most that is taken out
MOST_REMOVED = 0.5  # of the letters of a post
LEAST_EFFECT = 0.01  # by how much a hint must lower the probability
# Each candidate costs the scoring of a post. So many are tried, fewer of a post whose characters
# times them are more than `MOST_CHARS`, but `FEWEST_CANDIDATES` in any case, and none of a post
# that is longer than `LONGEST_SEARCHED`. Real posts show at most a dozen cues.
MOST_CANDIDATES, FEWEST_CANDIDATES, MOST_CHARS, LONGEST_SEARCHED = 48, 6, 1 << 21, 1 << 20

_BLANK = " \t"
_ENDS = re.compile(r"[\s.,;:!?)\]}…]|$")  # before which there is no blank

Candidate = tuple[int, int, str | None]


@dataclass(frozen=True, slots=True)
class Hint:
    """A span to change.

    Attributes
    ----------
    text : str
        The span as it is written in the post.
    start, end : int
        Code points of the post as it was written.
    cue : str or None
        The name of the cue that it shows, if one does.
    selling : float
        Probability of ``selling`` of the post without this span alone.
    """

    text: str
    start: int
    end: int
    cue: str | None
    selling: float


@dataclass(frozen=True, slots=True)
class Flip:
    """A change that flips a verdict.

    Attributes
    ----------
    label : str
        What the verdict becomes.
    selling : float
        Probability of ``selling`` after the change.
    spans : tuple of Hint
        What is taken out, in the order of the post.
    text : str
        The post without it.
    """

    label: str
    selling: float
    spans: tuple[Hint, ...]
    text: str


def most_candidates(text: str) -> int:
    """Return how many cues, and how many phrases, of a post are tried when looking for what would
    change its verdict.

    Examples
    --------
    >>> most_candidates("Nice mugs!"), most_candidates("Nice mugs! " * 10_000)
    (48, 19)
    """
    if len(text) > LONGEST_SEARCHED:
        return 0
    return min(MOST_CANDIDATES, max(FEWEST_CANDIDATES, MOST_CHARS // max(1, len(text))))


def without(text: str, spans: Iterable[tuple[int, int]]) -> str:
    """Return a text without some spans, and without the blanks that they leave.

    Parameters
    ----------
    text : str
    spans : iterable of (start, end)
        They may overlap.

    Returns
    -------
    str

    Examples
    --------
    >>> without("Nice mugs, DM me for prices!", [(9, 16), (12, 27)])
    'Nice mugs!'
    >>> without("Nice mugs, DM me", [(5, 9)])
    'Nice, DM me'
    """
    rest: list[str] = []
    at = 0
    for start, end in sorted(spans):
        if start > at:
            _add(rest, text[at:start])
        at = max(at, end)
    _add(rest, text[at:])
    return "".join(rest).strip()


def _add(rest: list[str], piece: str) -> None:
    """Add a piece of a text after what is left before it: no blank before a sign or the end of a
    line, none at the beginning of a line, and no empty line for one that is gone.
    """
    while rest:
        left = rest.pop()
        bare = left.rstrip(_BLANK)
        if _ENDS.match(piece):
            left = bare
        if bare.endswith("\n"):
            piece = piece[1:] if piece.startswith("\n") else piece.lstrip(_BLANK)
        if left:
            rest.append(left)
            break
    rest.append(piece)


def find_flip(
    model: Model, text: str, verdict: Verdict, candidates: Sequence[Candidate]
) -> Flip | None:
    """Look for a small set of spans whose removal flips a verdict.

    One span after the other is taken out, each time the one that moves the probability most; then
    each is put back that was not needed.

    Parameters
    ----------
    model : Model
    text : str
    verdict : Verdict
        Of the text.
    candidates : sequence of (start, end, cue)
        Earlier ones are preferred where several do the same.

    Returns
    -------
    Flip or None
        None where no set of candidates turns it that leaves half of the post.
    """
    if verdict.label is None:
        return None
    turned = _removed_until_flipped(model, text, verdict, candidates)
    if turned is None:
        return None
    chosen, after = _needed_alone(model, text, verdict, *turned)
    spans = [
        _hint(text, candidate, alone)
        for candidate, alone in zip(
            chosen, _after(model, text, [[candidate] for candidate in chosen]), strict=True
        )
    ]
    return Flip(
        str(after.label),
        after.selling,
        tuple(sorted(spans, key=lambda span: span.start)),
        _shorter(text, chosen),
    )


def _removed_until_flipped(
    model: Model, text: str, verdict: Verdict, candidates: Sequence[Candidate]
) -> tuple[list[Candidate], Verdict] | None:
    """Remove one candidate after the other, each time the one that moves the probability most,
    until the verdict flips.
    """
    size = _letters(text)
    toward = 1 if verdict.label == SELLING else -1
    chosen: list[Candidate] = []
    while len(chosen) < MOST_SPANS:
        trials = [[*chosen, candidate] for candidate in candidates if candidate not in chosen]
        trials = [trial for trial in trials if removed(text, _places(trial), size) <= MOST_REMOVED]
        judged = [
            (trial, after)
            for trial, after in zip(trials, _after(model, text, trials), strict=True)
            if after.label is not None
        ]
        if not judged:
            return None
        chosen, after = min(judged, key=lambda pair: toward * pair[1].selling)
        if after.label != verdict.label:
            return chosen, after
    return None


def _needed_alone(
    model: Model, text: str, verdict: Verdict, chosen: list[Candidate], after: Verdict
) -> tuple[list[Candidate], Verdict]:
    """Put back each candidate that is not needed for the verdict to flip."""
    for candidate in list(chosen):
        fewer = [other for other in chosen if other != candidate]
        if fewer:
            (without_it,) = _after(model, text, [fewer])
            if without_it.label not in (None, verdict.label):
                chosen, after = fewer, without_it
    return chosen, after


def find_hints(
    model: Model, text: str, verdict: Verdict, candidates: Sequence[Candidate]
) -> tuple[Hint, ...]:
    """Find the spans whose removal alone lowers the probability of ``selling`` most.

    Parameters
    ----------
    model : Model
    text : str
    verdict : Verdict
        Of the text.
    candidates : sequence of (start, end, cue)

    Returns
    -------
    tuple of Hint
        Those that do most come first; of those that overlap, the one that does most.
    """
    alone = _after(model, text, [[candidate] for candidate in candidates])
    hints = [
        _hint(text, candidate, after)
        for candidate, after in zip(candidates, alone, strict=True)
        if after.label is not None
    ]
    chosen: list[Hint] = []
    for hint in sorted(hints, key=lambda hint: hint.selling):
        if len(chosen) == MOST_SPANS:
            break
        apart = all(hint.end <= other.start or hint.start >= other.end for other in chosen)
        if apart and hint.selling <= verdict.selling - LEAST_EFFECT:
            chosen.append(hint)
    return tuple(chosen)


def removed(text: str, spans: Iterable[tuple[int, int]], letters: int | None = None) -> float:
    """Return which part of a text's characters spans take out, blanks not counted.

    Parameters
    ----------
    text : str
    spans : iterable of (start, end)
        They may overlap.
    letters : int, optional
        How many the text has, where that is known.

    Returns
    -------
    float

    Examples
    --------
    >>> removed("Nice mugs, DM me", [(5, 9), (11, 16)])
    0.6153846153846154
    """
    size = _letters(text) if letters is None else letters
    gone, at = 0, 0
    for start, end in sorted(spans):
        gone += _letters(text[max(start, at) : end])
        at = max(at, end)
    return 1 - (size - gone) / size if size else 1.0


def _places(spans: Iterable[Candidate]) -> list[tuple[int, int]]:
    return [(start, end) for start, end, _ in spans]


def _shorter(text: str, spans: Iterable[Candidate]) -> str:
    return without(text, _places(spans))


def _letters(text: str) -> int:
    return len("".join(text.split()))


def _after(model: Model, text: str, trials: Sequence[Sequence[Candidate]]) -> list[Verdict]:
    """Return the verdicts on a text without each of several sets of spans, a few million
    characters at a time.
    """
    at_once = max(1, MOST_CHARS // max(1, len(text)))
    verdicts: list[Verdict] = []
    for first in range(0, len(trials), at_once):
        changed = [_shorter(text, trial) for trial in trials[first : first + at_once]]
        verdicts += model.verdicts(changed, n_jobs=1)
    return verdicts


def _hint(text: str, candidate: Candidate, after: Verdict) -> Hint:
    start, end, cue = candidate
    return Hint(text[start:end], start, end, cue, after.selling)
