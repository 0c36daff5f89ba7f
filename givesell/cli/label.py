"""`givesell label`: label posts by hand, a key a post."""

import shlex
import sys
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from givesell.cli import common
from givesell.cli.common import EncodingOption, ModelOption
from givesell.errors import ArgumentError, FileError
from givesell.files.endings import without_compression
from givesell.show.words import cut, one_line, shown

if TYPE_CHECKING:
    from rich.console import Console, RenderableType

    from givesell.archives.read import Archive
    from givesell.core.model import Model
    from givesell.labelling.queue import Queue
    from givesell.labelling.session import Session
    from givesell.labelling.store import LabelFile

Guess = Callable[[str], str]

_STYLES = {"selling": "bold magenta", "giving": "bold green"}
_MARGIN = 10  # lines of the screen that are not the post
_WIDEST = 100
_LONGEST = 40_000  # characters of a post on the screen: more than any platform takes


def label(
    files: Annotated[
        list[Path],
        typer.Argument(
            metavar="FILE",
            help="What to label: files, exports, patterns; also one made by givesell suggest.",
            show_default=False,
        ),
    ],
    out: Annotated[
        Path | None,
        typer.Option(
            "--out",
            "-o",
            metavar="OUT",
            help=(
                "Where labels go: .csv, .tsv or .jsonl. Default: beside FILE, such as"
                " posts.labelled.csv."
            ),
            show_default=False,
        ),
    ] = None,
    suggest: Annotated[
        int,
        typer.Option(
            "--suggest",
            min=0,
            metavar="N",
            help="Label the N posts of FILE that a model learns most from.",
            show_default=False,
        ),
    ] = 0,
    model: ModelOption = None,
    show_guess: Annotated[
        bool,
        typer.Option(
            "--show-guess", help="Show what the model thinks of each post; it may sway you."
        ),
    ] = False,
    facets: Annotated[
        bool,
        typer.Option("--facets", help="Ask for the facet (help, offer, ...) after each label."),
    ] = False,
    again: Annotated[
        bool, typer.Option("--again", help="Go through posts that have labels already, too.")
    ] = False,
    text_column: Annotated[
        str | None,
        typer.Option(
            "--text-column",
            "-t",
            metavar="COLUMN",
            help="The column of posts. Default: told by its name.",
        ),
    ] = None,
    encoding: EncodingOption = None,
) -> None:
    """Label posts with single keys: g giving, s selling, b borderline, space skip, u undo, ? help,
    q quit.

    Each key is saved at once. Run the same command again to go on where you were. What you write,
    givesell train reads.
    """
    from givesell.files.writing import is_same
    from givesell.labelling.queue import read_queue
    from givesell.labelling.session import Session
    from givesell.labelling.store import LabelFile, left_out

    out = out or _beside(files)
    paths = _inputs(files, out)
    for written in (out, left_out(out), _queue(out)):
        if any(is_same(written, path) for path in paths) and not (
            suggest and written == _queue(out)
        ):
            raise FileError("E408", path=written)
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise ArgumentError("E353")
    held: list[Model] = []

    def loaded() -> "Model":
        if not held:
            held.append(common.load_model(model))
        return held[0]

    with LabelFile(out) as store:
        if suggest:
            paths = files = [
                suggested(paths, out, store, suggest, loaded, text_column, encoding, named=files)
            ]
            text_column = encoding = None
        queue = read_queue(_archives(paths, text_column, encoding, named=files))
        if not queue.rows:
            raise FileError("E354", path=files[0])
        take_over(queue, store)
        decided = {
            at: found for at, row in enumerate(queue.rows) if (found := store.decision(row["text"]))
        }
        session = Session(len(queue.rows), decided, facets=facets, again=again)
        output = common.console()
        if session.at is not None:
            with output.screen(hide_cursor=True):
                converse(
                    session,
                    queue.rows,
                    store,
                    keys(),
                    output,
                    guess=lambda text: say_guess(loaded(), text),
                    always=show_guess,
                )
        _farewell(output, session, queue, store)
    if queue.rejected:
        raise typer.Exit(common.REJECTED)


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
    told = ""

    def show() -> None:
        nonlocal told
        if always and session.at is not None:
            told = guess(rows[session.at]["text"])
        _paint(output, screen(session, rows, output, told))

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
            pages = _pages(output, _post(rows[session.at]["text"]))
        if pages:
            _paint_page(output, pages)
            continue
        told = (
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
    session: "Session", rows: Sequence[dict[str, Any]], output: "Console", told: str = ""
) -> "RenderableType":
    """Return what to show: progress, the post with who wrote it and where, and the keys.

    Parameters
    ----------
    session : Session
    rows : sequence of dict
    output : rich.console.Console
        For its size.
    told : str
        The model's guess, if it was asked for.

    Returns
    -------
    rich renderable
    """
    from rich.console import Group
    from rich.progress_bar import ProgressBar
    from rich.rule import Rule
    from rich.text import Text

    width = min(output.width, _WIDEST)
    done = session.done
    counts = [f"{session.count(name)} {name}" for name in ("giving", "selling")]
    counts += [f"{session.count(None)} left out"] if session.count(None) else []
    counts += [f"{len(session.skipped)} skipped"] if session.skipped else []
    head = Text(
        f"{done} of {session.size} done   {' · '.join(counts)}",
        style="dim",
        no_wrap=True,
        overflow="ellipsis",
    )
    more_keys: list[tuple[str, str]] = []
    parts: list[Any] = [head, ProgressBar(session.size, done, width=width), Text()]
    if session.at is None:
        parts.append(
            Text(
                "No post is left." if not session.skipped else "Only skipped posts are left.",
                style="bold",
            )
        )
        keys_shown = [("space", "skipped ones again")] if session.skipped else []
        keys_shown += [("u", "undo"), ("q", "quit")]
    else:
        row = rows[session.at]
        about = " · ".join(
            one_line(cut(str(row[name]), _WIDEST))
            for name in ("author", "platform", "created", "kind")
            if row.get(name)
        )
        if about:
            parts += [Text(about, style="dim", no_wrap=True, overflow="ellipsis"), Text()]
        parts += _clipped(
            output, row["text"], width, output.height - _MARGIN - 2 * bool(about) - bool(told)
        )
        parts.append(Text())
        if told:
            parts.append(Text(one_line(told), style="italic", no_wrap=True, overflow="ellipsis"))
        if session.asking is not None:
            keys_shown, more_keys = (
                _facet_keys(session.asking),
                [
                    ("space", "none"),
                    ("u", "undo"),
                    ("?", "help"),
                    ("q", "quit"),
                ],
            )
        else:
            keys_shown = [
                ("g", "giving"),
                ("s", "selling"),
                ("b", "borderline"),
                ("space", "skip"),
                ("u", "undo"),
            ]
            more_keys = [
                ("x", "leave out"),
                ("m", "model's guess"),
                ("v", "whole post"),
                ("?", "help"),
                ("q", "quit"),
            ]
    parts.append(Rule(style="dim", characters="─"))
    line = Text(no_wrap=True, overflow="ellipsis")
    if session.asking is not None:
        line.append(f"{session.asking}:  ", style=_STYLES[session.asking])
    if session.borderline:
        line.append(" BORDERLINE ", style="reverse")
        line.append("  ")
    for key, does in keys_shown:
        line.append(key, style="bold")
        line.append(f" {does}   ", style=_STYLES.get(does, ""))
    parts.append(line)
    parts.append(
        Text(
            "   ".join(f"{key} {does}" for key, does in more_keys),
            style="dim",
            no_wrap=True,
            overflow="ellipsis",
        )
    )
    return Group(*parts)


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
    ("v", "view the whole of a long post"),
    ("q", "quit; the same command goes on where you were"),
)


def say_guess(model: "Model", text: str) -> str:
    """Return what a model thinks of a post, in a line."""
    from givesell.reasons.explain import explain_posts

    why = explain_posts(model, text, 3)
    if why.label is None:
        return f"The model cannot judge it: {why.verdict.status.replace('_', ' ')}."
    sure = "sure" if why.verdict.sure else "unsure"
    phrases = ", ".join(f"'{reason.text}'" for reason in why.reasons if reason.leans == why.label)
    return f"The model: {why.label}, {sure} ({why.selling:.2f}){': ' if phrases else ''}{phrases}"


def take_over(queue: "Queue", store: "LabelFile") -> None:
    """Keep the labels that the file to label has already, so that one file holds all.

    Parameters
    ----------
    queue : Queue
    store : LabelFile
    """
    from givesell.labelling.session import Decision
    from givesell.verdict import CLEAR

    found = {}
    for row in queue.rows:
        name, certainty, facet = (
            row.pop("label", ""),
            row.pop("certainty", ""),
            row.pop("facet", ""),
        )
        if name and store.decision(row["text"]) is None:
            found[row["text"]] = (row, Decision(name, certainty or CLEAR, facet or None))
    if found:
        store.put_all(found.values())


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


def _post(text: str) -> Any:
    from rich.text import Text

    rest = f"\n… {len(text) - _LONGEST:,} more characters" if len(text) > _LONGEST else ""
    return Text(
        "\n".join(one_line(line) for line in text[:_LONGEST].splitlines()) + rest, overflow="fold"
    )


def _clipped(output: "Console", text: str, width: int, most: int) -> list[Any]:
    """Return a post, cut to some lines of the screen."""
    from rich.segment import SegmentLines
    from rich.text import Text

    lines = output.render_lines(
        _post(text), output.options.update(width=width, height=None), pad=False
    )
    if len(lines) <= max(most, 3):
        return [SegmentLines(lines, new_lines=True)]
    kept = max(most, 3) - 1
    return [
        SegmentLines(lines[:kept], new_lines=True),
        Text(f"… {len(lines) - kept} more lines: press v", style="dim"),
    ]


def _facet_keys(name: str) -> list[tuple[str, str]]:
    from givesell.verdict import FACETS

    return [(str(number), facet) for number, facet in enumerate(FACETS[name], 1)]


def _farewell(output: "Console", session: "Session", queue: "Queue", store: "LabelFile") -> None:
    left = session.size - session.done
    output.print(
        f"{session.count('giving')} giving, {session.count('selling')} selling,"
        f" {session.count(None)} left out; " + (f"{left} to go." if left else "all done."),
        soft_wrap=True,
    )
    if queue.repeated:
        common.say(f"{queue.repeated} posts with the same text as another were left out.")
    if queue.rejected:
        common.say(f"{queue.rejected} rows could not be read and were left out.")
    if len(store):
        output.print(f"Labels: {shown(store.path)}", soft_wrap=True)
        again = shown(shlex.quote(str(store.path)))
        output.print(
            f"Next: givesell train {again} --base givesell-en -o models/mine",
            style="dim",
            soft_wrap=True,
        )


def _beside(files: Sequence[Path]) -> Path:
    """Return where labels go if nothing is said: beside the one file, else here."""
    if len(files) > 1 or not files[0].exists():
        return Path("posts.labelled.csv")
    place = files[0] if files[0].name else files[0].resolve()
    name = without_compression(place.name)
    return place.with_name(f"{name if place.is_dir() else Path(name).stem}.labelled.csv")


def _inputs(files: list[Path], out: Path) -> list[Path]:
    from givesell.batch.inputs import STDIN, expand

    if any(str(file) == STDIN for file in files):
        raise ArgumentError("E353")
    return expand(files, out)


def _archives(
    paths: Sequence[Path],
    text_column: str | None = None,
    encoding: str | None = None,
    named: Sequence[Path] | None = None,
) -> "list[Archive]":
    from givesell.archives.read import read_archive
    from givesell.batch.inputs import opened

    return opened(
        named or paths,
        paths,
        lambda path: read_archive(path, text_column=text_column, encoding=encoding),
    )


def _queue(out: Path) -> Path:
    """Return where the suggested posts of a file of labels lie."""
    return out.with_name(f"{out.stem}.queue.csv")


def suggested(
    paths: Sequence[Path],
    out: Path,
    store: "LabelFile",
    n: int,
    loaded: Callable[[], "Model"],
    text_column: str | None,
    encoding: str | None = None,
    named: Sequence[Path] | None = None,
) -> Path:
    """Return the file of suggested posts: the one there is as long as it has posts to label, else a
    new one.

    Parameters
    ----------
    paths : sequence of Path
        The pool.
    out : Path
        Where labels go; the suggested posts lie beside it.
    store : LabelFile
        What it holds is not suggested.
    n : int
    loaded : callable
        Returns the model; not called where the file is there.
    text_column, encoding : str, optional
        Of the pool.
    named : sequence of Path, optional
        What of the pool the user has named.

    Returns
    -------
    Path
    """
    from givesell import suggest
    from givesell.cli.suggest import counted
    from givesell.cli.tables import write_table
    from givesell.labelling.queue import is_queue, read_queue

    chosen = _queue(out)
    if chosen.exists():
        if not is_queue(_archives([chosen])[0]):
            raise FileError("E409", path=chosen)
        if any(store.decision(row["text"]) is None for row in read_queue(_archives([chosen])).rows):
            return chosen
    model = loaded()
    with common.status("reading posts") as update:
        found = suggest(
            model,
            _archives(paths, text_column, encoding, named),
            n,
            labelled=store.texts(),
            progress=counted(update),
        )
    write_table(found.assign(selling=found["selling"].round(4)), chosen, overwrite=True)
    return chosen
