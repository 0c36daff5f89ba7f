"""The `givesell` command, the only place that prints."""

import inspect
import sys
from collections.abc import Callable
from typing import Annotated, Any

import typer

from givesell import __version__
from givesell.cli import (
    classify,
    compare,
    drift,
    evaluate,
    explain,
    export,
    formats,
    label,
    model,
    report,
    review,
    score,
    suggest,
    train,
    tune,
    warm_up,
)
from givesell.cli.posts import PostsCommand
from givesell.cli.running import EXIT_CODES, Commands, close_output

app = typer.Typer(
    name="givesell",
    cls=Commands,
    help="Tell giving from selling in social posts.",
    epilog=EXIT_CODES,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _print_version(asked: bool) -> None:
    if asked:
        typer.echo(__version__)
        raise typer.Exit


@app.callback()
def _options(
    version: Annotated[
        bool,
        typer.Option(
            "--version", callback=_print_version, is_eager=True, help="Print the version."
        ),
    ] = False,
) -> None:
    """Tell giving from selling in social posts."""


def _about(command: Callable[..., None]) -> dict[str, Any]:
    """Return the name of a command and its help: its docstring, in paragraphs that break where the
    terminal ends.
    """
    paragraphs = (inspect.getdoc(command) or "").split("\n\n")
    text = "\n\n".join(" ".join(paragraph.split()) for paragraph in paragraphs)
    return {"name": command.__name__.replace("_", "-"), "help": text, "epilog": EXIT_CODES}


_ON_POSTS: tuple[Callable[..., None], ...] = (classify.classify, explain.explain)
_ON_FILES: tuple[Callable[..., None], ...] = (
    score.score,
    formats.formats,
    report.report,
    train.train,
    tune.tune,
    evaluate.evaluate,
    compare.compare,
    drift.drift,
    review.review,
    suggest.suggest,
    label.label,
    export.export,
)
for _command in _ON_POSTS:
    app.command(cls=PostsCommand, **_about(_command))(_command)
for _command in _ON_FILES:
    app.command(**_about(_command))(_command)
app.command(hidden=True, **_about(warm_up.warm_up))(warm_up.warm_up)
app.add_typer(model.app, name="model")


def main() -> None:
    """Run the command line."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            # A terminal that cannot show a character shows a question mark.
            stream.reconfigure(errors="replace")
    try:
        app()
    finally:
        close_output()
