"""How an explanation is shown: in a terminal with rich, in a notebook as HTML. Colour is never
the only signal.
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from givesell.reasons.counterfactual import LONGEST_SEARCHED
from givesell.show.colours import SIGNS, label_style, mark_css
from givesell.show.markup import Html, concatenated, element
from givesell.show.sections import box
from givesell.show.words import cut, cut_end, listed, one_line, safe
from givesell.verdict import GIVING, SELLING

if TYPE_CHECKING:
    from rich.console import Group
    from rich.table import Table
    from rich.text import Text

BAR = 12
_WIDTH = "46em"
# What is longer is shown without its middle: a piece of a post, and a stretch of it without a
# reason.
LONGEST_PIECE, LONGEST_STRETCH = 300, 4000
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


def in_balance(explanation: Any) -> str:
    """Return what decides the verdict, in words; see `givesell.Explanation.balance`."""
    if explanation.label is None:
        return ""
    start, words = explanation.intercept, explanation.words
    network = f", the network adds {explanation.network:+.2f}" if explanation.network else ""
    balance = (
        f"{BEFORE.capitalize()} is read, the log-odds are {start:+.2f} ({_side(start)}). Its words"
        f" add {words:+.2f}{network}"
    )
    balance += f", which makes {explanation.log_odds:+.2f}: {explanation.label}."
    if not start_decides(explanation.label, start, explanation.log_odds, explanation.reasons):
        return balance
    return f"{balance} Its words do not speak for {explanation.label}: where it started decides."


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
    return f"{balance} Removing up to half of its words does not turn it.{first}"


def _named(spans: Any) -> str:
    return listed([f"“{in_a_line(span.text)}”" for span in spans])


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


def as_renderable(explanation: Any) -> "Text | Group":
    """Return an explanation as rich shows it.

    Parameters
    ----------
    explanation : Explanation

    Returns
    -------
    rich.console.Group or rich.text.Text
    """
    from rich.console import Group
    from rich.padding import Padding
    from rich.text import Text

    verdict = explanation.verdict
    if verdict.label is None:
        head = Text.assemble(("no label", "bold"), f"  {verdict.status.replace('_', ' ')}")
        parts: list[Any] = [Text(safe(cut(explanation.text, LONGEST_STRETCH)))]
        if not explanation.text.strip():
            return head
    else:
        head = Text.assemble(
            (verdict.label, label_style(verdict.label)),
            f"  {verdict.selling:.2f}  ",
            ("sure" if verdict.sure else "unsure", "" if verdict.sure else "dim"),
        )
        cues = _cue_table(explanation)
        parts = [
            _marked_post(explanation),
            _reason_table(explanation),
            *([cues] if cues.row_count else []),
            Text(sentence(explanation), "italic"),
        ]
    return Group(head, *(Padding(part, (0, 0, 0, 2)) for part in parts))


def _marked_post(explanation: Any) -> "Text":
    from rich.text import Text

    post = Text()
    for text, reason in segments(explanation):
        if reason is None:
            post.append(safe(text))
        else:
            shown = SIGNS[reason.leans] + ("⏎" if not text.strip() else "") + safe(text)
            post.append(shown, label_style(reason.leans, underlined=True))
    return post


def _reason_table(explanation: Any) -> "Table":
    """Return each reason with a bar, and the intercept as the last row."""
    from rich.table import Table
    from rich.text import Text

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
        style = label_style(reason.leans)
        rows.add_row(
            Text(f"{SIGNS[reason.leans]} {reason.leans}", style),
            Text(f"{reason.weight:+.2f}"),
            Text("█" * max(1, round(BAR * abs(reason.weight) / strongest)), style),
            Text(in_a_line(reason.text)),
        )
    label = _side(start)
    rows.add_row(
        Text(f"{SIGNS[label]} {label}", "dim"),
        Text(f"{start:+.2f}", "dim"),
        Text("░" * max(1, round(BAR * abs(start) / strongest)), "dim"),
        Text(f"({BEFORE})", "dim italic"),
    )
    return rows


def _cue_table(explanation: Any) -> "Table":
    from rich.table import Table
    from rich.text import Text

    cues = Table(box=None, show_header=False, pad_edge=False, padding=(0, 2, 0, 0))
    cues.add_column(no_wrap=True)
    cues.add_column(overflow="fold")
    for leans, title, texts in cue_lines(explanation):
        cues.add_row(Text(f"{SIGNS[leans]} {title}", label_style(leans)), Text(texts))
    return cues


def as_html(explanation: Any) -> Html:
    """Return an explanation as HTML for a notebook.

    Parameters
    ----------
    explanation : Explanation

    Returns
    -------
    Html
        One ``div`` with its styles inside; it takes the page's colours.
    """
    verdict = explanation.verdict
    if verdict.label is None:
        status = element("small", verdict.status.replace("_", " "))
        post = element("div", cut(explanation.text, LONGEST_STRETCH))
        return box(
            element("b", "no label"), Html(" "), status, post, width=_WIDTH, line_height="1.5"
        )
    head = element(
        "div",
        element("b", verdict.label),
        f" {verdict.selling:.2f} ",
        element("small", "sure" if verdict.sure else "unsure"),
    )
    strongest = max((abs(reason.weight) for reason in explanation.reasons), default=1.0)
    post = element(
        "div",
        *(
            text if reason is None else _mark(text, reason, abs(reason.weight) / strongest)
            for text, reason in segments(explanation)
        ),
        dir="auto",
        style="white-space:pre-wrap;overflow-wrap:anywhere;line-height:2.1;margin:.3em 0",
    )
    cues = [
        element("li", f"{SIGNS[leans]} {title}: ", element("i", texts), style="margin:0")
        for leans, title, texts in cue_lines(explanation)
    ]
    listed = element("ul", *cues, style="margin:.4em 0;padding:0;list-style:none;font-size:.9em")
    end = element("div", sentence(explanation), style="font-size:.9em")
    return box(head, post, *([listed] if cues else []), end, width=_WIDTH, line_height="1.5")


def _mark(text: str, reason: Any, strength: float) -> Html:
    weight = element(
        "small",
        f"{SIGNS[reason.leans]}{reason.weight:+.1f}",
        style="margin-left:.4em;white-space:nowrap",
    )
    blank = not text.strip()
    mark = element(
        "mark",
        "⏎" if blank else text,
        weight,
        title=f"{reason.leans} {reason.weight:+.2f}",
        style=(
            f"color:inherit;{mark_css(reason.leans, strength)};"
            "border-radius:.25em;padding:.15em .25em"
        ),
    )
    return concatenated(mark, text if blank else "")
