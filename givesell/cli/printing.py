"""Printing for people and for scripts: whatever posts, names and files hold, no character of
them steers the terminal.
"""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import typer

from givesell.show.words import as_json, one_line, safe

if TYPE_CHECKING:
    from rich.console import Console

_COUNTED = re.compile(r"(\d+) of (\d+)$")


def say(line: str) -> None:
    """Print one line on stderr.

    Parameters
    ----------
    line : str
    """
    typer.echo(one_line(line), err=True)


def say_stage(line: str) -> None:
    """Print on stderr what is being done; of lines that count, such as ``fit 3 of 120``, ten or so
    and the last.

    Parameters
    ----------
    line : str
    """
    counted = _COUNTED.search(line)
    if counted:
        at, total = map(int, counted.groups())
        if at < total and at % max(1, total // 10):
            return
    say(line)


def print_json(value: Any, *, indent: int | None = None, stderr: bool = False) -> None:
    """Print a value as JSON on stdout; see `givesell.show.words.as_json`.

    Parameters
    ----------
    value : object
    indent : int, optional
    stderr : bool, default False
    """
    typer.echo(as_json(value, indent), err=stderr)


def console(*, stderr: bool = False) -> "Console":
    """Return a console that prints texts as they are: no markup, no highlighting, no emoji codes,
    and no control characters.

    Parameters
    ----------
    stderr : bool, default False

    Returns
    -------
    rich.console.Console
    """
    return safe_console()(stderr=stderr, markup=False, highlight=False, emoji=False)


def safe_console() -> type["Console"]:
    """Return the class of consoles that keep control characters of what they are given from the
    terminal.

    What is shown cleans its texts itself, so that columns fit; this is the door that all of it
    passes.

    Returns
    -------
    type
        A subclass of `rich.console.Console`, which is imported only here.
    """
    from rich.console import Console, ConsoleOptions, RenderableType
    from rich.segment import Segment

    class SafeConsole(Console):
        def render(
            self, renderable: RenderableType, options: ConsoleOptions | None = None
        ) -> Iterator[Segment]:
            for segment in super().render(renderable, options):
                # Those of rich itself, such as to move the cursor, come apart from texts.
                clean = segment.control or segment.text.isprintable()
                yield segment if clean else Segment(safe(segment.text), segment.style)

    return SafeConsole


@contextmanager
def status(what: str) -> Iterator[Callable[[str], None]]:
    """Show on stderr what is being done while the context lasts; nothing where that is no terminal.

    Parameters
    ----------
    what : str
        What to begin with.

    Yields
    ------
    callable
        Takes a line that says what is being done now.
    """
    from rich.text import Text

    output = console(stderr=True)
    if not output.is_terminal:
        yield lambda _: None
        return
    # A str would be read as markup.
    with output.status(Text(one_line(what))) as shown:
        yield lambda line: shown.update(Text(one_line(line)))
