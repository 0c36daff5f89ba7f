"""The screen of `givesell label`: a post, and the keys that label it."""

from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, Any

from givesell.show.colours import SIGNS, label_style
from givesell.show.words import cut, one_line
from givesell.verdict import FACETS

if TYPE_CHECKING:
    from rich.console import Console, RenderableType
    from rich.text import Text

    from givesell.labelling.session import Session
    from givesell.labelling.store import LabelFile
    from givesell.model.model import Model

Guess = Callable[[str], str]
Keys = Sequence[tuple[str, str]]

_MARGIN = 10  # lines of the screen that are not the post
_WIDEST = 100
_LONGEST = 40_000  # characters of a post on the screen: more than any platform takes
_MAIN_KEYS = (
    ("g", "giving"), ("s", "selling"), ("b", "borderline"), ("space", "skip"), ("u", "undo"),
)  # fmt: skip
_OTHER_KEYS = (
    ("x", "leave out"), ("m", "model's guess"), ("v", "whole post"), ("?", "help"), ("q", "quit"),
)  # fmt: skip
_KEYS_OF_FACETS = (("space", "none"), ("u", "undo"), ("?", "help"), ("q", "quit"))


def converse(
    session: "Session",
    rows: Sequence[dict[str, Any]],
    store: "LabelFile",
    pressed: Iterable[str],
    output: "Console",
    *,
    guess: Guess,
    always: bool = False,
) -> None:
    """Show posts and take keys until one quits or no key comes any more.

    Parameters
    ----------
    session : Session
    rows : sequence of dict
        The posts, as `givesell.labelling.queue.read_queue` gives them.
    store : LabelFile
        Every decision is saved in it before the next key is read.
    pressed : iterable of str
        Keys, as they come.
    output : rich.console.Console
    guess : callable
        Says what a model thinks of a post.
    always : bool, default False
        Whether to show that without being asked.
    """
    from givesell.labelling.session import Event

    pages: list[list[Any]] = []
    guessed = ""

    def show() -> None:
        nonlocal guessed
        if always and session.at is not None:
            guessed = guess(rows[session.at]["text"])
        _paint(output, screen(session, rows, output, guessed))

    show()
    for key in pressed:
        if pages:  # reading: any key turns the page, q closes
            pages = [] if key.lower() in ("q", "\x1b") else pages[1:]
            _paint_page(output, pages) if pages else show()
            continue
        event = session.press(key)
        if event is Event.QUIT:
            return
        if event is Event.IGNORED:
            continue
        if event is Event.CHANGED and session.changed is not None:
            store.put(rows[session.changed], session.decisions.get(session.changed))
        if event is Event.HELP:
            pages = _pages(output, help_text())
        elif event is Event.WHOLE and session.at is not None:
            pages = _pages(output, post_text(rows[session.at]["text"]))
        if pages:
            _paint_page(output, pages)
            continue
        guessed = (
            guess(rows[session.at]["text"])
            if event is Event.GUESS and session.at is not None
            else ""
        )
        show()


def keys() -> Iterable[str]:
    """Yield keys as they are pressed, each once however fast they come; Ctrl-C and the end of
    the input become ``q``.
    """
    import click

    while True:
        try:
            read = click.getchar()
        except (KeyboardInterrupt, EOFError):
            read = "q"
        # What a terminal sends at once is either the sequence of a special key or several keys
        # typed in haste.
        yield from [read] if read.startswith(("\x1b", "\x00", "\xe0")) else read


def screen(
    session: "Session", rows: Sequence[dict[str, Any]], output: "Console", guess: str = ""
) -> "RenderableType":
    """Return what to show: progress, the post with who wrote it and where, and the keys.

    Parameters
    ----------
    session : Session
    rows : sequence of dict
    output : rich.console.Console
        For its size.
    guess : str
        The model's, if it was asked for.

    Returns
    -------
    rich renderable
    """
    from rich.console import Group
    from rich.progress_bar import ProgressBar
    from rich.rule import Rule
    from rich.text import Text

    width = min(output.width, _WIDEST)
    parts: list[Any] = [
        _line(_progress(session), "dim"),
        ProgressBar(session.size, session.done, width=width),
        Text(),
    ]
    if session.at is None:
        left = "No post is left." if not session.skipped else "Only skipped posts are left."
        parts.append(Text(left, style="bold"))
    else:
        parts += _post_with_context(rows[session.at], output, width, guess)
    parts += [Rule(style="dim", characters="─"), *_key_lines(session)]
    return Group(*parts)


def _progress(session: "Session") -> str:
    counts = [f"{session.count(name)} {name}" for name in ("giving", "selling")]
    counts += [f"{session.count(None)} left out"] if session.count(None) else []
    counts += [f"{len(session.skipped)} skipped"] if session.skipped else []
    return f"{session.done} of {session.size} done   {' · '.join(counts)}"


def _post_with_context(
    row: dict[str, Any], output: "Console", width: int, guess: str
) -> list["RenderableType"]:
    from rich.text import Text

    about = " · ".join(
        one_line(cut(str(row[name]), _WIDEST))
        for name in ("author", "platform", "created", "kind")
        if row.get(name)
    )
    lines = output.height - _MARGIN - 2 * bool(about) - bool(guess)
    return [
        *([_line(about, "dim"), Text()] if about else []),
        *_clipped(output, row["text"], width, lines),
        Text(),
        *([_line(one_line(guess), "italic")] if guess else []),
    ]


def _key_lines(session: "Session") -> list["Text"]:
    """Return the keys that can be pressed now: the main ones, and the others."""
    from rich.text import Text

    first: Keys = _MAIN_KEYS
    others: Keys = _OTHER_KEYS
    if session.at is None:
        again = (("space", "skipped ones again"),) if session.skipped else ()
        first, others = (*again, ("u", "undo"), ("q", "quit")), ()
    elif session.asking is not None:
        first, others = _facet_keys(session.asking), _KEYS_OF_FACETS
    line = Text(no_wrap=True, overflow="ellipsis")
    if session.asking is not None:
        line.append(f"{session.asking}:  ", style=label_style(session.asking))
    if session.borderline:
        line.append(" BORDERLINE ", style="reverse")
        line.append("  ")
    for key, does in first:
        line.append(key, style="bold")
        line.append(f" {does}   ", style=label_style(does) if does in SIGNS else "")
    return [line, _line("   ".join(f"{key} {does}" for key, does in others), "dim")]


def _line(text: str, look: str) -> "Text":
    from rich.text import Text

    return Text(text, style=look, no_wrap=True, overflow="ellipsis")


def help_text() -> "RenderableType":
    """Return the keys and the codebook."""
    from rich.console import Group
    from rich.markdown import Markdown
    from rich.table import Table

    from givesell.labelling.codebook import codebook

    table = Table(box=None, show_header=False, pad_edge=False)
    table.add_column(style="bold")
    for key, does in _KEYS:
        table.add_row(key, does)
    return Group(table, "", Markdown(codebook(), hyperlinks=False))


_KEYS = (
    ("g / s", "giving / selling"),
    ("b", "borderline: a fair reader could say the other; press it before g or s"),
    ("space", "skip for now; skipped posts come again at the end, and in the next session"),
    ("x", "leave out for good: unreadable, or not English"),
    ("u", "undo the last key, as often as you like"),
    ("m", "ask for the model's guess; better after you have made up your mind"),
    ("v", "view all of a long post"),
    ("q", "quit; the same command goes on where you were"),
)


def describe_guess(model: "Model", text: str) -> str:
    """Return what a model thinks of a post, in a line."""
    from givesell.reasons.explain import explain_posts

    why = explain_posts(model, text, 3)
    if why.label is None:
        return f"The model cannot judge it: {why.verdict.status.replace('_', ' ')}."
    sure = "sure" if why.verdict.sure else "unsure"
    phrases = ", ".join(f"'{reason.text}'" for reason in why.reasons if reason.leans == why.label)
    return f"The model: {why.label}, {sure} ({why.selling:.2f}){': ' if phrases else ''}{phrases}"


def _paint(output: "Console", shown: "RenderableType") -> None:
    from rich.constrain import Constrain

    output.clear()
    output.print(Constrain(shown, _WIDEST))


def _paint_page(output: "Console", pages: list[list[Any]]) -> None:
    from rich.segment import SegmentLines

    output.clear()
    output.print(SegmentLines(pages[0], new_lines=True), end="")
    more = "any key: next page   q: back" if len(pages) > 1 else "any key: back"
    output.print(more, style="reverse", end="")


def _pages(output: "Console", shown: "RenderableType") -> list[list[Any]]:
    """Return something long in pieces that fit the screen."""
    lines = output.render_lines(
        shown, output.options.update(width=min(output.width, _WIDEST), height=None), pad=False
    )
    size = max(3, output.height - 2)
    return [lines[at : at + size] for at in range(0, len(lines), size)]


def post_text(text: str) -> "Text":
    """Return a post as the screen shows it."""
    from rich.text import Text

    rest = f"\n… {len(text) - _LONGEST:,} more characters" if len(text) > _LONGEST else ""
    return Text(
        "\n".join(one_line(line) for line in text[:_LONGEST].splitlines()) + rest, overflow="fold"
    )


def _clipped(output: "Console", text: str, width: int, most: int) -> list[Any]:
    """Return a post, cut to the lines of the screen that it may take."""
    from rich.segment import SegmentLines
    from rich.text import Text

    lines = output.render_lines(
        post_text(text), output.options.update(width=width, height=None), pad=False
    )
    if len(lines) <= max(most, 3):
        return [SegmentLines(lines, new_lines=True)]
    first = max(most, 3) - 1
    return [
        SegmentLines(lines[:first], new_lines=True),
        Text(f"… {len(lines) - first} more lines: press v", style="dim"),
    ]


def _facet_keys(name: str) -> list[tuple[str, str]]:
    return [(str(number), facet) for number, facet in enumerate(FACETS[name], 1)]
