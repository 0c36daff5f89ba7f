"""`givesell score`: files in, one scored file out."""

import sys
from contextlib import nullcontext
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from givesell.cli import common
from givesell.cli.common import ExcelOption, JsonOption, ModelOption
from givesell.cli.report import ENDING, TargetOption, TimezoneOption, say_findings
from givesell.errors import GivesellError
from givesell.words import one_line, shown

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

    from givesell.batch import Summary
    from givesell.batch.meter import Progress


class Visibility(StrEnum):
    """Which posts of an export are read."""

    PUBLIC = "public"
    ALL = "all"


OUT_KNOWN = ".csv, .tsv, .jsonl (each also .gz or .zst), .parquet, .arrow or .xlsx"


def score(
    files: Annotated[
        list[Path],
        typer.Argument(
            metavar="FILE", help="What to score: files, exports as zip or folder, patterns, - for the standard input.", show_default=False
        ),
    ],
    out: Annotated[Path, typer.Option("--out", "-o", metavar="OUT", help=f"The scored file: {OUT_KNOWN}.", show_default=False)],
    text_column: Annotated[
        str | None,
        typer.Option(
            "--text-column",
            "-t",
            metavar="COLUMN",
            help="The column of posts. Default: the only one named text, post, body, content, message or tweet.",
        ),
    ] = None,
    format: Annotated[  # noqa: A002
        str | None, typer.Option("--format", "-f", metavar="FORMAT", help="How to read: see givesell formats. Default: the content tells.")
    ] = None,
    query: Annotated[
        str | None,
        typer.Option("--query", metavar="SQL", help="For SQLite: the SELECT whose rows are the posts. For a spreadsheet: the sheet."),
    ] = None,
    visibility: Annotated[
        Visibility, typer.Option("--visibility", help="'all' reads followers-only and direct posts of an export too.")
    ] = Visibility.PUBLIC,
    model: ModelOption = None,
    prefix: Annotated[str, typer.Option(metavar="PREFIX", help="Goes before the names of the added columns.", show_default=False)] = "",
    excel: ExcelOption = False,
    like_input: Annotated[
        bool, typer.Option("--like-input", help="Write a .csv with the delimiter and the byte order mark of the .csv that was read.")
    ] = False,
    overwrite: Annotated[bool, typer.Option("--overwrite", help="Replace OUT, and what is written beside it, if it exists.")] = False,
    resume: Annotated[bool, typer.Option("--resume/--restart", help="Go on where an interrupted run ended, or start anew.")] = True,
    strict: Annotated[bool, typer.Option("--strict", help="Stop at the first row that cannot be read.")] = False,
    jobs: Annotated[
        int | None, typer.Option("--jobs", "-j", min=1, metavar="N", help="Threads to score with. Default: one a core.", show_default=False)
    ] = None,
    why: Annotated[
        int, typer.Option("--why", min=0, max=50, metavar="N", help="Add a column `why` with the N strongest reasons.", show_default=False)
    ] = 0,
    facet: Annotated[bool, typer.Option("--facet", help="Add a column `facet`: which kind of giving or selling it likely is.")] = False,
    posts: Annotated[bool, typer.Option("--posts", help="Show the most selling, most giving and most unsure posts too.")] = False,
    report: Annotated[bool, typer.Option("--report", help=f"Write OUT{ENDING} too: see givesell report.")] = False,
    target: TargetOption = 0.8,
    timezone: TimezoneOption = "UTC",
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="No progress and no summary.")] = False,
    as_json: JsonOption = False,
) -> None:
    """Score the posts in archives and files: all columns are kept, and label, selling, sure and status added.

    Exports of X, Mastodon, Bluesky, Reddit, LinkedIn, Facebook, Instagram, Threads, TikTok, YouTube, Telegram and Discord
    are read as they come, zipped or not; so are CSV, TSV, JSON, JSONL, Parquet, Arrow, SQLite and plain text, packed or not.

    Rows that cannot be read go to OUT.rejects.jsonl with file, line and reason; all others are scored.
    A run that was interrupted goes on where it was: run the same command again.
    """
    import givesell
    from givesell.batch import check_paths, unfinished_rows

    page = out.with_name(out.name + ENDING) if report else None
    # Before the model is loaded, so that a mistyped name shows at once.
    check_paths(files, out, overwrite=overwrite, report=page, excel=excel)
    loaded = common.load_model(model)
    watched: AbstractContextManager[Progress | None] = _progress() if sys.stderr.isatty() and not quiet else nullcontext()
    try:
        with watched as progress:
            summary = givesell.score_archive(
                files,
                out,
                model=loaded,
                report=page,
                target=target,
                timezone=timezone,
                facets=facet,
                why=why,
                n_jobs=jobs,
                text_column=text_column,
                prefix=prefix,
                excel=excel,
                like_input=like_input,
                format=format,
                query=query,
                visibility=visibility.value,
                strict=strict,
                overwrite=overwrite,
                resume=resume,
                progress=progress,
            )
    except (KeyboardInterrupt, GivesellError) as stop:
        rows = unfinished_rows(out)
        if rows and getattr(stop, "code", None) != "E415":
            stop.add_note(f"{rows:,} rows are scored and kept: run the same command again to go on.")
        raise
    if as_json:
        common.print_json(summary.as_dict())
    elif not quiet:
        print_summary(summary, posts=posts)
        if page is not None:
            say_findings(summary.findings, page)
    if summary.rejected:
        were = "1 row was" if summary.rejected == 1 else f"{summary.rejected:,} rows were"
        common.say(f"{were} rejected: {shown(summary.rejects)} says which and why.")
        raise typer.Exit(common.REJECTED)


def print_summary(summary: "Summary", *, posts: bool = False) -> None:
    """Print what a run found as a table.

    Parameters
    ----------
    summary : givesell.batch.Summary
    posts : bool, default False
        Whether to show the most selling, giving and unsure posts too.
    """
    from rich.table import Table
    from rich.text import Text

    output = common.console()
    table = Table(box=None, show_header=False, pad_edge=False)
    table.add_column(style="bold")
    table.add_column(justify="right")
    table.add_column(style="dim")
    labelled = summary.giving + summary.selling
    table.add_row("giving", f"{summary.giving:,}", _share(summary.giving, labelled))
    table.add_row("selling", f"{summary.selling:,}", _share(summary.selling, labelled))
    table.add_row("give : sell", _ratio(summary.giving, summary.selling), "")
    table.add_row("sure", f"{summary.sure:,}", f"{_share(summary.sure, labelled)} of the labelled" if labelled else "")
    for status, count in summary.unlabelled.items():
        table.add_row("no label", f"{count:,}", status.replace("_", " "))
    for reason, count in summary.skipped.items():
        table.add_row("skipped", f"{count:,}", reason)
    if summary.rejected:
        table.add_row("rejected", f"{summary.rejected:,}", "could not be read", style="yellow")
    fresh = summary.rows - summary.resumed
    rate = f"{fresh / summary.seconds:,.0f} a second" if fresh >= 1_000 and summary.seconds else ""
    table.add_row("scored", f"{summary.rows:,}", f"in {summary.seconds:,.1f} s{', ' + rate if rate else ''}")
    if summary.resumed:
        table.add_row("before", f"{summary.resumed:,}", "scored by the interrupted run")
    output.print(table)
    if posts:
        named = {"Most selling": summary.most_selling, "Most giving": summary.most_giving, "Most unsure": summary.most_unsure}
        for title, chosen in named.items():
            if chosen:
                output.print(Text(f"\n{title}", style="bold"))
            for number, text in chosen:
                line = Text(f"  {number:4.2f}  {one_line(text)}")
                line.truncate(output.width, overflow="ellipsis")
                output.print(line, no_wrap=True)
        output.print()
    output.print(f"Scored file: {shown(summary.out)}", soft_wrap=True)


def _share(count: int, total: int) -> str:
    return f"{count / total:.1%}" if total else ""


def _ratio(giving: int, selling: int) -> str:
    if not giving or not selling:
        return f"{min(giving, 1)} : {min(selling, 1)}"
    return f"{giving / selling:.1f} : 1" if giving >= selling else f"1 : {selling / giving:.1f}"


def _progress() -> "AbstractContextManager[Progress | None]":
    from givesell.cli.progress import progress_bar

    return progress_bar()
