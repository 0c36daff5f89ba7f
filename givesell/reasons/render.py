"""How an explanation is shown: in a terminal with rich, in a notebook as HTML. Colour is never
the only signal.
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from givesell.reasons.wording import (
    BEFORE,
    LONGEST_PIECE,
    cue_lines,
    in_a_line,
    is_occluded,
    sentence,
    shift,
    side,
    without_it,
)
from givesell.show.colours import SIGNS, label_style, mark_css
from givesell.show.markup import Html, concatenated, element
from givesell.show.sections import box
from givesell.show.words import cut, safe

if TYPE_CHECKING:
    from rich.console import Group
    from rich.table import Table
    from rich.text import Text

BAR = 12
_WIDTH = "46em"
LONGEST_STRETCH = 4000  # of a post without a reason; a longer one is shown without its middle


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
    for reason in explanation.marked():
        yield cut(text[at : reason.start], LONGEST_STRETCH), None
        yield cut(text[reason.start : reason.end], LONGEST_PIECE), reason
        at = reason.end
    yield cut(text[at:], LONGEST_STRETCH), None


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
            ("  by occlusion" if is_occluded(explanation) else "", "dim"),
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
    """Return each reason with a bar; what its removal does, or the intercept as the last row."""
    from rich.table import Table
    from rich.text import Text

    rows = Table(box=None, show_header=False, pad_edge=False, padding=(0, 2, 0, 0))
    rows.add_column(no_wrap=True)
    rows.add_column(justify="right", no_wrap=True)
    rows.add_column(no_wrap=True, min_width=BAR)
    rows.add_column(overflow="fold")
    occluded = is_occluded(explanation)
    start = 0.0 if occluded else explanation.intercept
    strongest = max(
        abs(weight) for weight in (start, 1e-9, *(reason.weight for reason in explanation.reasons))
    )
    changes = [shift(explanation.selling, one.selling) for one in explanation.removals]
    for number, reason in enumerate(explanation.reasons):
        style = label_style(reason.leans)
        rows.add_row(
            Text(f"{SIGNS[reason.leans]} {reason.leans}", style),
            Text(f"{reason.weight:+.2f}"),
            Text("█" * max(1, round(BAR * abs(reason.weight) / strongest)), style),
            Text(in_a_line(reason.text)),
            *([Text(changes[number], "dim")] if occluded else []),
        )
    if occluded:
        return rows
    label = side(start)
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
        element("small", " by occlusion") if is_occluded(explanation) else "",
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
    lines = [
        element(
            "li", f"{SIGNS[reason.leans]} {without_it(removal, verdict.selling)}", style="margin:0"
        )
        for reason, removal in zip(explanation.reasons, explanation.removals, strict=False)
    ]
    lines += [
        element("li", f"{SIGNS[leans]} {title}: ", element("i", texts), style="margin:0")
        for leans, title, texts in cue_lines(explanation)
    ]
    listed = element("ul", *lines, style="margin:.4em 0;padding:0;list-style:none;font-size:.9em")
    end = element("div", sentence(explanation), style="font-size:.9em")
    return box(head, post, *([listed] if lines else []), end, width=_WIDTH, line_height="1.5")


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
