"""What the commands share: their options, loading a model, and reporting errors."""

import os
import signal
import sys
import warnings
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Annotated, Any, TextIO

import typer
from typer.core import TyperGroup

from givesell.cli.printing import console, print_json, say, say_stage, status
from givesell.errors import GivesellError, GivesellWarning, HintWarning, RestartWarning
from givesell.show.words import cut, one_line

__all__ = [
    "Commands", "close_output", "columns", "console", "label_mapping", "labelled_files",
    "load_model", "print_json", "say", "say_stage",
    "status",
]  # fmt: skip

ERROR, REJECTED, INTERRUPTED, PIPE_CLOSED = 1, 3, 130, 141
EXIT_CODES = (
    "Exit codes: 0 done; 1 an error; 2 wrong usage; 3 done, but some rows could not be read; 130"
    " interrupted; 143 terminated."
)


def complete_model(incomplete: str) -> list[str]:
    """Return what may go on with the beginning of a model's name: names of shipped models, and
    folders.

    Examples
    --------
    >>> complete_model("givesell-en-")
    ['givesell-en-deep']
    """
    from givesell.core.shipped import shipped_models

    begun = Path(incomplete or ".")
    place = begun if incomplete.endswith("/") or not incomplete else begun.parent
    start = incomplete[: len(incomplete) - len(incomplete.rpartition("/")[2])]
    try:
        folders = sorted(
            f"{start}{path.name}/"
            for path in place.expanduser().iterdir()
            if path.is_dir() and path.name[0] != "."
        )
    except (OSError, RuntimeError):
        folders = []
    return [name for name in (*shipped_models(), *folders) if name.startswith(incomplete)]


ModelOption = Annotated[
    str | None,
    typer.Option(
        "--model",
        "-m",
        metavar="MODEL",
        help="Folder or name of a model. Default: the one shipped.",
        autocompletion=complete_model,
    ),
]
OverwriteOption = Annotated[bool, typer.Option("--overwrite", help="Replace OUT if it exists.")]
JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON, for scripts.")]

ExcelOption = Annotated[
    bool,
    typer.Option(
        "--excel",
        help=(
            "Make a .csv or .tsv for spreadsheets: with a byte order mark, the input's semicolons,"
            " and no cell that runs as a formula."
        ),
    ),
]


def _encoding(name: str | None) -> str | None:
    if name is None:
        return None
    from givesell.archives.streams.recoding import check_encoding

    return check_encoding(name)


EncodingOption = Annotated[
    str | None,
    typer.Option(
        "--encoding",
        metavar="NAME",
        help=(
            "What text is in, such as cp1252 for older files of Windows. Default: UTF-8, or UTF-16"
            " where it looks like that."
        ),
        callback=_encoding,
        show_default=False,
    ),
]

Files = Annotated[
    list[Path],
    typer.Argument(
        metavar="FILE...", help="Labelled tables, of any format that givesell score reads."
    ),
]
TextColumn = Annotated[
    str | None,
    typer.Option(
        "--text-column",
        "-t",
        metavar="COLUMN",
        help="The column of posts. Default: told by its name.",
    ),
]
FormatOption = Annotated[
    str | None,
    typer.Option(
        "--format",
        "-f",
        metavar="FORMAT",
        help="How to read: see givesell formats. Default: the content tells.",
    ),
]
QueryOption = Annotated[
    str | None,
    typer.Option("--query", metavar="SQL", help="For SQLite: the SELECT whose rows are the posts."),
]
LabelColumn = Annotated[
    str, typer.Option("--label-column", help="Column of the labels, giving or selling.")
]
Groups = Annotated[
    list[str] | None,
    typer.Option(
        "--groups",
        help=(
            "Column that keeps related posts together, such as source or author; the first counts."
        ),
    ),
]
Certainty = Annotated[
    str, typer.Option("--certainty", help="Column that says clear or not, where there is one.")
]
LabelMap = Annotated[
    list[str] | None,
    typer.Option(
        "--label-map",
        metavar="VALUE=LABEL",
        help="What another label means: promo=selling; unclear= leaves such posts out.",
    ),
]

TimeColumn = Annotated[
    str | None,
    typer.Option(
        "--time-column",
        metavar="COLUMN",
        help="The column of times. Default: told by its name.",
        show_default=False,
    ),
]
AuthorColumn = Annotated[
    str | None,
    typer.Option(
        "--author-column",
        metavar="COLUMN",
        help="The column of authors. Default: told by its name.",
        show_default=False,
    ),
]
PlatformColumn = Annotated[
    str | None,
    typer.Option(
        "--platform-column",
        metavar="COLUMN",
        help="The column of platforms. Default: told by its name.",
        show_default=False,
    ),
]

# What an error says of an argument, in the words of the command line.
_HINTS = dict.fromkeys(
    ("E302", "E309"),
    "On the command line: --label-map VALUE=LABEL, or VALUE= to leave such posts out.",
)


class Commands(TyperGroup):
    """The group of all commands; what they raise becomes one line and an exit code."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Take the options that stand before a command; see `typer.core.TyperGroup`."""
        with _usage_as_lines():
            return super().parse_args(ctx, args)

    def invoke(self, ctx: Any) -> Any:
        """Run a command.

        Parameters
        ----------
        ctx : typer.Context

        Returns
        -------
        object
            What the command returns.

        Raises
        ------
        typer.Exit
            With 1 for an error of this library, 3 where lines of a file could not be read, 130 when
            interrupted, 143 when terminated, 141 when the reader of a pipe has gone.
        """
        try:
            with _ended_by_signals(), _usage_as_lines(), _warnings_as_lines() as shown:
                result = super().invoke(ctx)
            if shown:
                raise typer.Exit(REJECTED)
            return result
        except GivesellError as error:
            say(" ".join(filter(None, [f"error: {error}", _HINTS.get(error.code), *_notes(error)])))
            raise typer.Exit(ERROR) from error
        except KeyboardInterrupt as error:
            say(
                ": ".join(
                    ["terminated" if isinstance(error, Ended) else "interrupted", *_notes(error)]
                )
            )
            raise typer.Exit(error.status if isinstance(error, Ended) else INTERRUPTED) from error
        except BrokenPipeError as error:
            raise typer.Exit(PIPE_CLOSED) from error


class Ended(KeyboardInterrupt):
    """The system has asked the process to end.

    Parameters
    ----------
    number : int
        Of the signal.

    Attributes
    ----------
    status : int
        The exit code that shells give to it.
    """

    def __init__(self, number: int) -> None:
        super().__init__()
        self.status = 128 + number


@contextmanager
def _ended_by_signals() -> Iterator[None]:
    """Let what a signal ends be tidied up and explained as after Ctrl-C."""

    def end(number: int, _: object) -> None:
        raise Ended(number)

    usual: dict[int, Any] = {}
    for name in ("SIGTERM", "SIGHUP"):
        number = getattr(signal, name, None)
        with suppress(ValueError):  # not the main thread, which alone may
            if number is not None and signal.getsignal(number) == signal.SIG_DFL:
                usual[number] = signal.signal(number, end)
    try:
        yield
    finally:
        for number, handler in usual.items():
            signal.signal(number, handler)


def _notes(error: BaseException) -> list[str]:
    return list(getattr(error, "__notes__", []))


@contextmanager
def _usage_as_lines() -> Iterator[None]:
    """Keep what an error of usage repeats of an argument to one line that is safe to print."""
    try:
        yield
    except Exception as error:
        said = getattr(error, "format_message", None)
        if said is not None:
            # What checks the choices of an option calls each error a value error.
            told = cut(one_line(said()).replace("Value error, ", "", 1))
            error.__dict__["format_message"] = lambda: told
        raise


@contextmanager
def _warnings_as_lines() -> Iterator[list[str]]:
    shown: list[str] = []
    with warnings.catch_warnings():
        warnings.simplefilter("always", GivesellWarning)
        usual = warnings.showwarning

        def show(
            message: Warning | str,
            category: type[Warning],
            filename: str,
            lineno: int,
            file: TextIO | None = None,
            line: str | None = None,
        ) -> None:
            if issubclass(category, GivesellWarning):
                if not issubclass(category, (RestartWarning, HintWarning)):
                    shown.append(str(message))
                say(f"warning: {message}")
            else:
                usual(message, category, filename, lineno, file, line)

        warnings.showwarning = show
        yield shown


def load_model(name: str | None) -> Any:
    """Return a model.

    Parameters
    ----------
    name : str or None
        A folder or the name of a shipped model; None for the default.

    Returns
    -------
    givesell.Model
    """
    import givesell

    return givesell.load() if name is None else givesell.load(name)


def columns(*, time: str | None, author: str | None, platform: str | None) -> dict[str, str] | None:
    """Return the columns that were named for parts of the posts; see
    `givesell.archives.shapes.roles.find_roles`.
    """
    named = {"created": time, "author": author, "platform": platform}
    return {part: column for part, column in named.items() if column is not None} or None


def label_mapping(entries: list[str] | None) -> dict[str, str | None] | None:
    """Read entries such as ``promo=selling``; one without a label leaves such posts out.

    Parameters
    ----------
    entries : list of str or None

    Returns
    -------
    dict or None

    Examples
    --------
    >>> label_mapping(["promo=selling", "unclear="])
    {'promo': 'selling', 'unclear': None}
    """
    if not entries:
        return None
    pairs = [entry.rpartition("=") for entry in entries]
    for entry, (value, equals, _) in zip(entries, pairs, strict=True):
        if not equals or not value:
            raise typer.BadParameter(
                f"{entry!r} is not of the form VALUE=LABEL, such as promo=selling",
                param_hint="--label-map",
            )
    return {value: label.strip() or None for value, _, label in pairs}


def labelled_files(files: Iterable[Path], text: str | None, **options: Any) -> list[Any]:
    """Return labelled files as training takes them.

    Parameters
    ----------
    files : iterable of Path
    text : str or None
        The column of posts.
    **options : object
        How to read them, as for `givesell.read_archive`; None where the content is to tell.

    Returns
    -------
    list of str, or of Archive
    """
    from givesell.archives.read import read_archive

    given = {name: value for name, value in options.items() if value is not None}
    return [read_archive(file, text_column=text, **given) if given else str(file) for file in files]


def close_output() -> None:
    """Flush what has been printed, and say nothing if its reader has gone."""
    try:
        sys.stdout.flush()
    except BrokenPipeError:
        # The interpreter flushes once more when it ends.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
