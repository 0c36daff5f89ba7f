"""The `givesell` command, the only place that prints."""

import sys
from typing import Annotated

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
from givesell.cli.common import EXIT_CODES, Commands, close_output
from givesell.cli.posts import PostsCommand

app = typer.Typer(
    name="givesell",
    cls=Commands,
    help="Tell whether social posts give or sell.",
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
    version: Annotated[bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Print the version.")] = False,
) -> None:
    """Tell whether social posts give or sell."""


app.command("classify", cls=PostsCommand, epilog=EXIT_CODES)(classify.classify)
app.command("explain", cls=PostsCommand, epilog=EXIT_CODES)(explain.explain)
app.command("score", epilog=EXIT_CODES)(score.score)
app.command("formats", epilog=EXIT_CODES)(formats.formats)
app.command("report", epilog=EXIT_CODES)(report.report)
app.command("train", epilog=EXIT_CODES)(train.train)
app.command("tune", epilog=EXIT_CODES)(tune.tune)
app.command("evaluate", epilog=EXIT_CODES)(evaluate.evaluate)
app.command("compare", epilog=EXIT_CODES)(compare.compare)
app.command("drift", epilog=EXIT_CODES)(drift.drift)
app.command("review", epilog=EXIT_CODES)(review.review)
app.command("suggest", epilog=EXIT_CODES)(suggest.suggest)
app.command("label", epilog=EXIT_CODES)(label.label)
app.command("export", epilog=EXIT_CODES)(export.export)
app.command("warm-up", epilog=EXIT_CODES)(warm_up.warm_up)
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
