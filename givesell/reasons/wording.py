"""An explanation in words: what decides, what would flip it, and which cues a post shows."""

import math
from typing import Any

from givesell.reasons.counterfactual import LONGEST_SEARCHED
from givesell.reasons.removal import Removal
from givesell.show.numbers import counted
from givesell.show.words import cut, cut_end, listed, one_line
from givesell.verdict import GIVING, SELLING

LONGEST_PIECE = 300  # characters of a piece of a post; a longer one is shown without its middle
MOST_TEXTS, LONGEST_CUE = 20, 60  # that are shown of a cue, and the characters of each
BEFORE = "before any word"  # the intercept, for readers


def in_a_line(text: str) -> str:
    r"""Return a piece of a post on one line, line breaks as ``⏎``, a long one without its middle.

    Examples
    --------
    >>> in_a_line("two\nlines")
    'two⏎lines'
    """
    return one_line(cut(text, LONGEST_PIECE), "⏎")


def in_balance(explanation: Any) -> str:
    """Return what decides the verdict, in words; see `givesell.Explanation.balance`."""
    if explanation.label is None:
        return ""
    if is_occluded(explanation):
        return _removed_in_words(explanation)
    start, words = explanation.intercept, explanation.words
    network = f", the network adds {explanation.network:+.2f}" if explanation.network else ""
    balance = (
        f"{BEFORE.capitalize()} is read, the log-odds are {start:+.2f} ({side(start)}). Its words"
        f" add {words:+.2f}{network}"
    )
    balance += f", which makes {explanation.log_odds:+.2f}: {explanation.label}."
    if not start_decides(explanation.label, start, explanation.log_odds, explanation.reasons):
        return balance
    return f"{balance} Its words do not speak for {explanation.label}: where it started decides."


def is_occluded(explanation: Any) -> bool:
    """Whether an explanation is by occlusion: it knows of no start, and no sum."""
    return math.isnan(explanation.intercept)


def _removed_in_words(explanation: Any) -> str:
    """Return what taking phrases out does, in words."""
    removals, reasons = explanation.removals, explanation.reasons
    if not removals:
        return "By occlusion: nothing could be taken out."
    tried = counted(len(removals), "phrase was taken out", "phrases were taken out, one at a time")
    if not reasons:
        return f"By occlusion: {tried}, and none changes much."
    return (
        f"By occlusion: {tried};"
        f" {without_it(removals[0], explanation.selling)}. Such changes do not add up."
    )


def shift(before: float, after: float) -> str:
    """Return what becomes of a probability, with as many digits as show it.

    Examples
    --------
    >>> shift(0.91, 0.352), shift(0.9991, 0.9982), shift(0.5, 0.5)
    ('0.91 → 0.35', '0.999 → 0.998', '0.50 → 0.50')
    """
    for digits in (2, 3, 4):
        shown = f"{before:.{digits}f}", f"{after:.{digits}f}"
        if shown[0] != shown[1]:
            return " → ".join(shown)
    return f"{before:.2f} → {after:.2f}"


def without_it(removal: Removal, selling: float) -> str:
    """Return what becomes of a probability without a phrase.

    Examples
    --------
    >>> without_it(Removal("DM me", ((10, 15),), None, 2.93, 0.35), 0.91)
    'without “DM me”: 0.91 → 0.35'
    """
    return f"without “{in_a_line(removal.text)}”: {shift(selling, removal.selling)}"


def start_decides(label: str, start: float, log_odds: float, reasons: Any) -> bool:
    """Whether a post has its label from where it started: its words speak for the other label,
    all in all or all that are shown.
    """
    if side(start) != label:
        return False
    return side(log_odds - start) != label or not any(reason.leans == label for reason in reasons)


def side(log_odds: float) -> str:
    """Return the label that log-odds speak for.

    Examples
    --------
    >>> side(-0.5)
    'giving'
    """
    return SELLING if log_odds >= 0 else GIVING


def sentence(explanation: Any) -> str:
    """Return what decides the verdict and what would flip it, in words.

    Parameters
    ----------
    explanation : Explanation

    Returns
    -------
    str
    """
    flip = explanation.flip
    balance = explanation.balance
    if flip is not None:
        return (
            f"{balance} Without {_named(flip.spans)} it would read as {flip.label}"
            f" ({flip.selling:.2f})."
        )
    if len(explanation.text) > LONGEST_SEARCHED:
        return f"{balance} It is too long to look for what would turn it."
    first = f" Change {_named(explanation.hints[:3])} first." if explanation.hints else ""
    what = (
        "Taking more of them out together"
        if is_occluded(explanation)
        else "Removing up to half of its words"
    )
    return f"{balance} {what} does not turn it.{first}"


def _named(spans: Any) -> str:
    return listed(list(dict.fromkeys(f"“{in_a_line(span.text)}”" for span in spans)))


def cue_lines(explanation: Any) -> list[tuple[str, str, str]]:
    """Return the cues of a post: which way each speaks, what it is, and the words that show it.

    Parameters
    ----------
    explanation : Explanation

    Returns
    -------
    list of tuple of str
    """
    found: dict[tuple[str, str], dict[str, None]] = {}
    for cue in explanation.known_cues():
        shown = in_a_line(cue.text)
        found.setdefault((cue.leans, cue.title), {})[cut_end(shown, LONGEST_CUE)] = None
    return [(leans, title, _listed(list(texts))) for (leans, title), texts in found.items()]


def _listed(texts: list[str]) -> str:
    more = len(texts) - MOST_TEXTS
    return ", ".join(texts[:MOST_TEXTS]) + (f" and {more:,} more" if more > 0 else "")
