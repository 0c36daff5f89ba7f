"""What would change a verdict, of a model that takes long to score: phrases are taken out together,
those that do most by themselves first.
"""

from collections.abc import Sequence

from givesell.model.model import Model
from givesell.reasons.counterfactual import MOST_REMOVED, MOST_SPANS, Flip, Hint, removed, without
from givesell.reasons.removal import Removal
from givesell.verdict import GIVING, SELLING, Verdict, is_selling


def find_flip_among(
    model: Model, text: str, verdict: Verdict, removals: Sequence[Removal]
) -> Flip | None:
    """Look for a small set of removals that flips a verdict.

    The first removal that does it by itself is known already. Else the strongest two are taken out,
    the strongest three and so on; then each is put back that was not needed. Seldom more than ten
    changed posts are scored, and never more than 25.

    Parameters
    ----------
    model : Model
    text : str
    verdict : Verdict
        Of the text.
    removals : sequence of Removal
        Those that do most first.

    Returns
    -------
    Flip or None
        None where no such set turns it that leaves half of the post.
    """
    helping = [removal for removal in removals if removal.leans == verdict.label]
    helping = [removal for removal in helping if removed(text, removal.places) <= MOST_REMOVED]
    for removal in helping:
        if is_selling(removal.selling) != (verdict.label == SELLING):
            return _flip(text, [removal], verdict, removal.selling)
    growing: list[list[Removal]] = [[]]
    for removal in helping:
        further = [*growing[-1], removal]
        if len(further) <= MOST_SPANS and _share(text, further) <= MOST_REMOVED:
            growing.append(further)
    found, trials = None, growing[2:]
    while turned := _first_that_turns(model, text, verdict, trials):
        found = chosen, _ = turned
        if len(chosen) == 2:  # one alone does not turn it
            break
        trials = [[*chosen[:i], *chosen[i + 1 :]] for i in reversed(range(len(chosen)))]
    return None if found is None else _flip(text, found[0], verdict, found[1])


def _first_that_turns(
    model: Model, text: str, verdict: Verdict, trials: Sequence[list[Removal]]
) -> tuple[list[Removal], float] | None:
    """Return the first set of removals that flips a verdict, with the probability after it."""
    if not trials:
        return None
    changed = [without(text, _places(trial)) for trial in trials]
    for trial, after in zip(trials, model.verdicts(changed, n_jobs=1, facets=False), strict=True):
        if after.label not in (None, verdict.label):
            return trial, after.selling
    return None


def _places(removals: Sequence[Removal]) -> list[tuple[int, int]]:
    return [place for removal in removals for place in removal.places]


def _share(text: str, removals: Sequence[Removal]) -> float:
    return removed(text, _places(removals))


def _flip(text: str, chosen: Sequence[Removal], verdict: Verdict, selling: float) -> Flip:
    spans = [
        Hint(text[start:end], start, end, removal.cue, removal.selling)
        for removal in chosen
        for start, end in removal.places
    ]
    return Flip(
        GIVING if verdict.label == SELLING else SELLING,
        selling,
        tuple(sorted(spans, key=lambda span: span.start)),
        without(text, _places(chosen)),
    )
