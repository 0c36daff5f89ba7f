"""Why a post is worth a look, in words; shared by `review` and `suggest`."""

from collections.abc import Sequence

from givesell.model.model import Model
from givesell.reasons.explain import explain_posts
from givesell.reasons.explanation import Explanation
from givesell.reasons.wording import in_a_line
from givesell.show.words import cut_end
from givesell.verdict import GIVING, SELLING

MOST_PHRASES, MOST_CHARS = 3, 40
REASONS = 8  # phrases looked for in a post
WEAKEST = 0.25  # of the strongest phrase, for a phrase to be named beside it


def other(label: str) -> str:
    """Return the other label.

    Examples
    --------
    >>> other("giving")
    'selling'
    """
    return GIVING if label == SELLING else SELLING


def quoted(phrases: list[str]) -> str:
    r"""Return pieces of a post in quotes, each on one line and none too long.

    Examples
    --------
    >>> quoted(["DM me", "20% off"])
    "'DM me', '20% off'"
    """
    shown = [in_a_line(phrase) for phrase in phrases]
    return ", ".join(f"'{cut_end(phrase, MOST_CHARS)}'" for phrase in shown)


def explained(model: Model, texts: Sequence[str]) -> Sequence[Explanation | None]:
    """Return explanations of posts; None for each where the model cannot be explained."""
    if not model.kind.can_explain or not len(texts):
        return [None] * len(texts)
    return list(explain_posts(model, list(texts), REASONS))


def phrases_for(explanation: Explanation | None, label: str) -> list[str]:
    """Return the strongest phrases of an explained post that speak for a label, each once,
    without much weaker ones.
    """
    if explanation is None:
        return []
    reasons = [
        reason
        for reason in explanation.reasons
        if reason.leans == label and any(map(str.isalnum, reason.text))
    ]
    least = WEAKEST * max((abs(reason.weight) for reason in reasons), default=0.0)
    strong = dict.fromkeys(reason.text for reason in reasons if abs(reason.weight) >= least)
    return list(strong)[:MOST_PHRASES]


def for_either_label(explanation: Explanation | None) -> str:
    """Return what speaks for either label in an explained post, as the end of a sentence; empty
    where nothing does.
    """
    phrases = {label: quoted(phrases_for(explanation, label)[:2]) for label in (SELLING, GIVING)}
    parts = [f"{quotes} for {label}" for label, quotes in phrases.items() if quotes]
    return f": {' but '.join(parts)}" if parts else ""


def unknown_words(explanation: Explanation | None) -> list[str]:
    """Return words of an explained post that the model does not know as such."""
    if explanation is None:
        return []
    known = {(part.start, part.end) for part in explanation.contributions if part.source == "token"}
    unknown = [
        part.text
        for part in explanation.tokens
        if (part.start, part.end) not in known and part.text.isalpha()
    ]
    return list(dict.fromkeys(unknown))[:MOST_PHRASES]
