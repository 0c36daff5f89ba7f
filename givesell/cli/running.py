"""Running a command: errors, warnings and signals become lines on stderr and exit codes."""

import os
import signal
import sys
import warnings
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any, TextIO

import typer
from typer.core import TyperGroup

from givesell.cli.printing import say
from givesell.errors import GivesellError, GivesellWarning, HintWarning, RestartWarning
from givesell.show.words import cut, one_line

ERROR, REJECTED, INTERRUPTED, PIPE_CLOSED = 1, 3, 130, 141
EXIT_CODES = (
    "Exit codes: 0 done; 1 an error; 2 wrong usage; 3 done, but some rows could not be read; 130"
    " interrupted; 143 terminated."
)


# What an error says of an argument, in the words of the command line.
_HINTS = dict.fromkeys(
    ("E302", "E309"),
    "On the command line: --label-map VALUE=LABEL, or VALUE= to leave such posts out.",
)


class Commands(TyperGroup):
    """The group of all commands; what they raise becomes one line and an exit code."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Take the options that come before a command; see `typer.core.TyperGroup`."""
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
            message = cut(one_line(said()).replace("Value error, ", "", 1))
            error.__dict__["format_message"] = lambda: message
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


def close_output() -> None:
    """Flush what has been printed, and say nothing if its reader has gone."""
    try:
        sys.stdout.flush()
    except BrokenPipeError:
        # The interpreter flushes once more when it ends.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
