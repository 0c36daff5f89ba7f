"""How an explanation is shown: in a terminal with rich, in a notebook as HTML. Colour is never
the only signal.
"""

import html
from collections.abc import Iterator
from typing import Any

from givesell.reasons.counterfactual import LONGEST_SEARCHED
from givesell.show.words import cut, encodable, one_line, safe
from givesell.verdict import GIVING, SELLING

SELLS, GIVES = "▲", "▼"
BAR = 12
# What is longer is shown without its middle: a piece of a post, and a stretch of it without a
# reason.
LONGEST_PIECE, LONGEST_STRETCH = 300, 4000
MOST_TEXTS = 20  # that are shown of a cue
BEFORE = "before any word"  # the intercept, for readers

_STYLES = {SELLING: "bold magenta underline", "giving": "green"}
# Half transparent, so that the text keeps the page's own colour on light and dark.
_TINTS = {SELLING: "rgba(214, 51, 132, {})", "giving": "rgba(25, 135, 84, {})"}
_LINES = {SELLING: "solid rgb(214, 51, 132)", "giving": "dotted rgb(25, 135, 84)"}


def in_a_line(text: str) -> str:
    r"""Return a piece of a post on one line, line breaks as ``⏎``, a long one without its middle.

    Examples
    --------
    >>> in_a_line("two\nlines")
    'two⏎lines'
    """
    return one_line(cut(text, LONGEST_PIECE), "⏎")


def segments(explanation: Any) -> Iterator[tuple[str, Any]]:
    """Yield the post in pieces: each with the reason that it is, or None; long ones without their
    middle.

    Parameters
    ----------
    explanation : Explanation

    Yields
    ------
    text : str
    reason : Contribution or None
    """
    at, text = 0, explanation.text
    for reason in sorted(explanation.reasons, key=lambda reason: reason.start):
        yield cut(text[at : reason.start], LONGEST_STRETCH), None
        yield cut(text[reason.start : reason.end], LONGEST_PIECE), reason
        at = reason.end
    yield cut(text[at:], LONGEST_STRETCH), None


def sign(reason: Any) -> str:
    """Return the sign that shows which way a reason speaks."""
    return SELLS if reason.leans == SELLING else GIVES


def in_balance(explanation: Any) -> str:
    """Return what decides the verdict, in words; see `givesell.Explanation.balance`."""
    if explanation.label is None:
        return ""
    start, words = explanation.intercept, explanation.words
    network = f", the network adds {explanation.network:+.2f}" if explanation.network else ""
    told = (
        f"{BEFORE.capitalize()} is read, a post stands at {start:+.2f} ({_side(start)}). Its words"
        f" add {words:+.2f}{network}"
    )
    told += f", which makes {explanation.log_odds:+.2f}: {explanation.label}."
    if not start_decides(explanation.label, start, explanation.log_odds, explanation.reasons):
        return told
    return f"{told} Its words do not speak for {explanation.label}: where it started decides."


def start_decides(label: str, start: float, log_odds: float, reasons: Any) -> bool:
    """Whether a post has its label from where it started: its words speak for the other label,
    all in all or all that are shown.
    """
    if _side(start) != label:
        return False
    return _side(log_odds - start) != label or not any(reason.leans == label for reason in reasons)


def _side(log_odds: float) -> str:
    return SELLING if log_odds >= 0 else GIVING


def sentence(explanation: Any) -> str:
    """Return what decides the verdict and what would turn it, in words.

    Parameters
    ----------
    explanation : Explanation

    Returns
    -------
    str
    """
    flip = explanation.flip
    told = explanation.balance
    if flip is not None:
        return (
            f"{told} Without {_named(flip.spans)} it would read as {flip.label}"
            f" ({flip.selling:.2f})."
        )
    if len(explanation.text) > LONGEST_SEARCHED:
        return f"{told} It is too long to look for what would turn it."
    first = f" Change {_named(explanation.hints[:3])} first." if explanation.hints else ""
    return f"{told} Taking out up to half of its words does not turn it.{first}"


def _named(spans: Any) -> str:
    names = [f"“{in_a_line(span.text)}”" for span in spans]
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


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
        found.setdefault((cue.leans, cue.title), {})[
            shown if len(shown) <= 60 else shown[:59] + "…"
        ] = None
    return [(leans, title, _listed(list(texts))) for (leans, title), texts in found.items()]


def _listed(texts: list[str]) -> str:
    more = len(texts) - MOST_TEXTS
    return ", ".join(texts[:MOST_TEXTS]) + (f" and {more:,} more" if more > 0 else "")


def as_renderable(explanation: Any) -> Any:
    """Return an explanation as rich shows it.

    Parameters
    ----------
    explanation : Explanation

    Returns
    -------
    rich.console.Group
    """
    from rich.console import Group
    from rich.padding import Padding
    from rich.table import Table
    from rich.text import Text

    verdict = explanation.verdict
    if verdict.label is None:
        head = Text.assemble(("no label", "bold"), f"  {verdict.status.replace('_', ' ')}")
        return (
            Group(head, Padding(Text(safe(cut(explanation.text, LONGEST_STRETCH))), (0, 0, 0, 2)))
            if explanation.text.strip()
            else head
        )
    head = Text.assemble(
        (verdict.label, _STYLES[verdict.label].replace(" underline", "") + " bold"),
        f"  {verdict.selling:.2f}  ",
        ("sure" if verdict.sure else "unsure", "" if verdict.sure else "dim"),
    )
    post = Text()
    for text, reason in segments(explanation):
        if reason is None:
            post.append(safe(text))
        else:
            post.append(
                sign(reason) + ("⏎" if not text.strip() else "") + safe(text), _STYLES[reason.leans]
            )
    rows = Table(box=None, show_header=False, pad_edge=False, padding=(0, 2, 0, 0))
    rows.add_column(no_wrap=True)
    rows.add_column(justify="right", no_wrap=True)
    rows.add_column(no_wrap=True, min_width=BAR)
    rows.add_column(overflow="fold")
    start = explanation.intercept
    strongest = max(
        abs(weight) for weight in (start, 1e-9, *(reason.weight for reason in explanation.reasons))
    )
    for reason in explanation.reasons:
        bar = "█" * max(1, round(BAR * abs(reason.weight) / strongest))
        style = _STYLES[reason.leans].replace(" underline", "")
        rows.add_row(
            Text(f"{sign(reason)} {reason.leans}", style),
            Text(f"{reason.weight:+.2f}"),
            Text(bar, style),
            Text(in_a_line(reason.text)),
        )
    side = _side(start)
    bar = "░" * max(1, round(BAR * abs(start) / strongest))
    label = Text(f"{SELLS if side == SELLING else GIVES} {side}", "dim")
    rows.add_row(
        label, Text(f"{start:+.2f}", "dim"), Text(bar, "dim"), Text(f"({BEFORE})", "dim italic")
    )
    cues = Table(box=None, show_header=False, pad_edge=False, padding=(0, 2, 0, 0))
    cues.add_column(no_wrap=True)
    cues.add_column(overflow="fold")
    for leans, title, texts in cue_lines(explanation):
        mark = SELLS if leans == SELLING else GIVES
        cues.add_row(Text(f"{mark} {title}", _STYLES[leans].replace(" underline", "")), Text(texts))
    shown: list[Any] = [
        post,
        rows,
        *([cues] if cues.row_count else []),
        Text(sentence(explanation), "italic"),
    ]
    return Group(head, *(Padding(part, (0, 0, 0, 2)) for part in shown))


def as_html(explanation: Any) -> str:
    """Return an explanation as HTML for a notebook.

    Parameters
    ----------
    explanation : Explanation

    Returns
    -------
    str
        One ``div`` with its styles inside; it takes the page's colours.
    """
    verdict = explanation.verdict
    if verdict.label is None:
        status = html.escape(verdict.status.replace("_", " "))
        return _box(
            "<b>no label</b>"
            f" <small>{status}</small><div>{_escape(cut(explanation.text, LONGEST_STRETCH))}</div>"
        )
    sure = "sure" if verdict.sure else "unsure"
    head = f"<b>{verdict.label}</b> {verdict.selling:.2f} <small>{sure}</small>"
    strongest = max((abs(reason.weight) for reason in explanation.reasons), default=1.0)
    post = "".join(
        _escape(text) if reason is None else _mark(text, reason, abs(reason.weight) / strongest)
        for text, reason in segments(explanation)
    )
    cues = "".join(
        f'<li style="margin:0">{SELLS if leans == SELLING else GIVES} {html.escape(title)}:'
        f" <i>{_escape(texts)}</i></li>"
        for leans, title, texts in cue_lines(explanation)
    )
    listed = (
        f'<ul style="margin:.4em 0;padding:0;list-style:none;font-size:.9em">{cues}</ul>'
        if cues
        else ""
    )
    return _box(
        f'<div>{head}</div><div dir="auto"'
        ' style="white-space:pre-wrap;overflow-wrap:anywhere;line-height:2.1;margin:.3em'
        f' 0">{post}</div>{listed}<div'
        f' style="font-size:.9em">{_escape(sentence(explanation))}</div>'
    )


def _mark(text: str, reason: Any, strength: float) -> str:
    tint, line = _TINTS[reason.leans].format(f"{0.08 + 0.27 * strength:.2f}"), _LINES[reason.leans]
    shown = _escape(text) if text.strip() else "⏎"
    after = "" if text.strip() else _escape(text)
    return (
        f'<mark title="{reason.leans} {reason.weight:+.2f}"'
        f' style="color:inherit;background:{tint};border-bottom:2px {line};'
        f'border-radius:.25em;padding:.15em .25em">{shown}<small'
        ' style="margin-left:.4em;white-space:nowrap">'
        f"{sign(reason)}{reason.weight:+.1f}</small></mark>{after}"
    )


def _box(inside: str) -> str:
    return (
        f'<div class="givesell" style="max-width:46em;margin:.5em 0;line-height:1.5">{inside}</div>'
    )


def _escape(text: str) -> str:
    return html.escape(encodable(text))
