"""`givesell report`: a scored file in, a page to look at out."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from givesell.cli import common
from givesell.cli.common import JsonOption, ModelOption
from givesell.words import one_line, shown

if TYPE_CHECKING:
    from givesell.report import Report

ENDING = ".report.html"
TargetOption = Annotated[
    float, typer.Option("--target", metavar="SHARE", help="The share of giving to hold the archive against: 0.8 is four to one.")
]
TimezoneOption = Annotated[str, typer.Option("--timezone", metavar="ZONE", help="Where hours and days are counted, such as Europe/Paris.")]


def report(
    scored: Annotated[Path, typer.Argument(metavar="SCORED", help="A file that givesell score has written.", show_default=False)],
    out: Annotated[
        Path | None, typer.Option("--out", "-o", metavar="OUT", help=f"The page. Default: SCORED{ENDING}.", show_default=False)
    ] = None,
    target: TargetOption = 0.8,
    timezone: TimezoneOption = "UTC",
    title: Annotated[str | None, typer.Option(metavar="TITLE", help="Default: the file's name.", show_default=False)] = None,
    text_column: Annotated[
        str | None,
        typer.Option("--text-column", "-t", metavar="COLUMN", help="The column of posts. Default: as givesell score finds it."),
    ] = None,
    model: ModelOption = None,
    as_json: JsonOption = False,
) -> None:
    """Report on a scored file: one HTML page that needs no network, or with --json the same figures.

    The ratio of giving to selling against a target, over time, by weekday and hour, author, platform and kind, the posts
    that stand out with the words that decided, and what the model's known errors leave open.
    """
    from givesell.report import make_report

    made = make_report(scored, model=common.load_model(model), target=target, timezone=timezone, title=title, text_column=text_column)
    if as_json:
        common.print_json(made.figures)
        if out is None:
            return
    save(made, out or scored.with_name(scored.name + ENDING), quiet=as_json)


def save(made: "Report", out: Path, *, quiet: bool) -> None:
    """Write the page, and say where it is and what it says.

    Parameters
    ----------
    made : givesell.report.Report
    out : Path
    quiet : bool
    """
    made.save(out)
    if not quiet:
        output = common.console()
        for line in made.figures["summary"]:
            output.print(f"- {one_line(line)}")
        output.print(f"Report: {shown(out)}", soft_wrap=True)
