"""`givesell report`: a page about a scored file."""

from collections.abc import Iterable
from pathlib import Path
from typing import Annotated

import typer

from givesell.cli import loading, options, printing
from givesell.show.words import one_line, shown

ENDING = ".report.html"


def report(
    scored: Annotated[
        Path,
        typer.Argument(
            metavar="SCORED", help="A file written by givesell score.", show_default=False
        ),
    ],
    out: Annotated[
        Path | None,
        typer.Option(
            "--out",
            "-o",
            metavar="OUT",
            help=f"The page. Default: SCORED{ENDING}.",
            show_default=False,
        ),
    ] = None,
    target: options.Target = 0.8,
    timezone: options.Timezone = "UTC",
    title: Annotated[
        str | None,
        typer.Option(
            metavar="TITLE", help="Title of the page. Default: the file's name.", show_default=False
        ),
    ] = None,
    text_column: options.TextColumn = None,
    time_column: options.TimeColumn = None,
    author_column: options.AuthorColumn = None,
    platform_column: options.PlatformColumn = None,
    model: options.Model = None,
    careful: options.Careful = False,
    overwrite: options.Overwrite = False,
    as_json: options.AsJson = False,
) -> None:
    """Report on a scored file: one HTML page that needs no network, or with --json the same
    figures.

    It shows the ratio of giving to selling against a target, over time, by weekday and hour,
    author, platform and kind of post; the clearest and least clear posts with the words that
    decided; and what the model's known errors leave open.
    """
    from givesell.files.writing import check_output
    from givesell.report_options import check_options

    check_options(target=target, timezone=timezone)
    page = None if as_json and out is None else out or scored.with_name(scored.name + ENDING)
    if page is not None:
        check_output(page, inputs=[scored], overwrite=overwrite)
    from givesell.report import make_report

    made = make_report(
        scored,
        model=loading.load_model(model, careful=careful),
        target=target,
        timezone=timezone,
        title=title,
        text_column=text_column,
        columns=options.roles(time=time_column, author=author_column, platform=platform_column),
    )
    if as_json:
        printing.print_json(made.figures)
    if page is not None:
        made.save(page, overwrite=overwrite)
        if not as_json:
            say_findings(made.figures["summary"], page)


def say_findings(findings: Iterable[str], page: Path) -> None:
    """Print the summary of a report, and where the report is.

    Parameters
    ----------
    findings : iterable of str
    page : Path
    """
    output = printing.console()
    for line in findings:
        output.print(f"- {one_line(line)}")
    output.print(f"Report: {shown(page)}", soft_wrap=True)
