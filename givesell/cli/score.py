"""`givesell score`: files in, one scored file out."""

import sys
from contextlib import ExitStack
from enum import StrEnum
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Annotated

import typer

from givesell.cli import common
from givesell.cli.common import (
    AuthorColumn,
    EncodingOption,
    ExcelOption,
    JsonOption,
    ModelOption,
    PlatformColumn,
    TimeColumn,
)
from givesell.cli.report import ENDING, TargetOption, TimezoneOption, say_findings
from givesell.errors import GivesellError
from givesell.show.words import one_line, shown

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

    from givesell.batch import Summary
    from givesell.batch.meter import Progress


class Kind(StrEnum):
    """What goes to the standard output."""

    CSV = "csv"
    TSV = "tsv"
    JSONL = "jsonl"
    PARQUET = "parquet"
    ARROW = "arrow"


class Label(StrEnum):
    """Which label is meant."""

    GIVING = "giving"
    SELLING = "selling"


class Sort(StrEnum):
    """Which rows come first."""

    SELLING = "selling"
    GIVING = "giving"
    UNSURE = "unsure"


class Visibility(StrEnum):
    """Which posts of an export are read."""

    PUBLIC = "public"
    ALL = "all"


STDOUT = "-"
OUT_KNOWN = ".csv, .tsv, .jsonl (each also .gz or .zst), .parquet, .arrow or .xlsx"


def score(
    files: Annotated[
        list[Path],
        typer.Argument(
            metavar="FILE",
            help=(
                "What to score: files, exports as zip or folder, patterns, - for the standard"
                " input."
            ),
            show_default=False,
        ),
    ],
    out: Annotated[
        Path,
        typer.Option(
            "--out",
            "-o",
            metavar="OUT",
            help=f"The scored file: {OUT_KNOWN}; - for the standard output.",
            show_default=False,
        ),
    ],
    to: Annotated[Kind, typer.Option("--to", help="What goes to the standard output.")] = Kind.CSV,
    text_column: Annotated[
        str | None,
        typer.Option(
            "--text-column",
            "-t",
            metavar="COLUMN",
            help=(
                "The column of posts. Default: as the tool that made the table calls it, or one"
                " named text, post, message or so."
            ),
        ),
    ] = None,
    time_column: TimeColumn = None,
    author_column: AuthorColumn = None,
    platform_column: PlatformColumn = None,
    format: Annotated[  # noqa: A002
        str | None,
        typer.Option(
            "--format",
            "-f",
            metavar="FORMAT",
            help="How to read: see givesell formats. Default: the content tells.",
        ),
    ] = None,
    query: Annotated[
        str | None,
        typer.Option(
            "--query",
            metavar="SQL",
            help="For SQLite: the SELECT whose rows are the posts. For a spreadsheet: the sheet.",
        ),
    ] = None,
    visibility: Annotated[
        Visibility,
        typer.Option(
            "--visibility", help="'all' reads followers-only and direct posts of an export too."
        ),
    ] = Visibility.PUBLIC,
    encoding: EncodingOption = None,
    model: ModelOption = None,
    prefix: Annotated[
        str,
        typer.Option(
            metavar="PREFIX", help="Goes before the names of the added columns.", show_default=False
        ),
    ] = "",
    excel: ExcelOption = False,
    like_input: Annotated[
        bool,
        typer.Option(
            "--like-input",
            help=(
                "Write a .csv with the delimiter and the byte order mark of the .csv that was read."
            ),
        ),
    ] = False,
    overwrite: Annotated[
        bool,
        typer.Option(
            "--overwrite", help="Replace OUT, and what is written beside it, if it exists."
        ),
    ] = False,
    resume: Annotated[
        bool,
        typer.Option(
            "--resume/--restart", help="Go on where an interrupted run ended, or start anew."
        ),
    ] = True,
    strict: Annotated[
        bool, typer.Option("--strict", help="Stop at the first row that cannot be read.")
    ] = False,
    jobs: Annotated[
        int | None,
        typer.Option(
            "--jobs",
            "-j",
            min=1,
            metavar="N",
            help="Threads to score with. Default: one a core.",
            show_default=False,
        ),
    ] = None,
    only: Annotated[
        Label | None,
        typer.Option("--only", help="Write the rows with that label alone.", show_default=False),
    ] = None,
    sure: Annotated[
        bool | None,
        typer.Option(
            "--sure/--unsure",
            help="Write the sure rows alone, or those that are not.",
            show_default=False,
        ),
    ] = None,
    least: Annotated[
        float | None,
        typer.Option(
            "--min-selling",
            min=0,
            max=1,
            metavar="P",
            help="Write the rows with that probability or more.",
            show_default=False,
        ),
    ] = None,
    most: Annotated[
        float | None,
        typer.Option(
            "--max-selling",
            min=0,
            max=1,
            metavar="P",
            help="Write the rows with that probability or less.",
            show_default=False,
        ),
    ] = None,
    sort: Annotated[
        Sort | None,
        typer.Option(
            "--sort",
            help="Which rows come first; unsure: those nearest to one half.",
            show_default=False,
        ),
    ] = None,
    limit: Annotated[
        int | None,
        typer.Option(
            "--limit",
            min=1,
            metavar="N",
            help="Write the first N rows of a sorted output.",
            show_default=False,
        ),
    ] = None,
    why: Annotated[
        int,
        typer.Option(
            "--why",
            min=0,
            max=50,
            metavar="N",
            help="Add a column `why` with the N strongest reasons.",
            show_default=False,
        ),
    ] = 0,
    facet: Annotated[
        bool,
        typer.Option(
            "--facet", help="Add a column `facet`: which kind of giving or selling it likely is."
        ),
    ] = False,
    posts: Annotated[
        bool,
        typer.Option(
            "--posts", help="Show the most selling, most giving and most unsure posts too."
        ),
    ] = False,
    report: Annotated[
        bool, typer.Option("--report", help=f"Write OUT{ENDING} too: see givesell report.")
    ] = False,
    target: TargetOption = 0.8,
    timezone: TimezoneOption = "UTC",
    quiet: Annotated[
        bool, typer.Option("--quiet", "-q", help="No progress and no summary.")
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """Score the posts in archives and files: all columns are kept, and label, selling, sure and
    status added.

    Exports of X, Mastodon, Bluesky, Reddit, LinkedIn, Facebook, Instagram, Threads, TikTok,
    YouTube, Telegram, Discord, Slack, WhatsApp and Substack are read as they come, zipped or not;
    so are CSV, TSV, JSON, JSONL, Parquet, Arrow, SQLite and plain text, packed or not. Of what
    scrapers and APIs give (Apify, snscrape, twarc, yt-dlp, CrowdTangle, Zeeschuimer, 4CAT and
    more), text, author, time and kind are told by its names.

    Rows that cannot be read go to OUT.rejects.jsonl with file, line and reason; all others are
    scored. A run that was interrupted goes on where it was: run the same command again.

    A queue to look through: givesell score archive.zip -o queue.csv --only selling --sure --sort
    selling --limit 500
    """
    import givesell
    from givesell.batch import Selection, check_paths, unfinished_rows
    from givesell.batch.rejects import hint_of

    if limit is not None and sort is None:
        raise typer.BadParameter("say with --sort which rows come first", param_hint="--limit")
    selection = Selection(only and only.value, sure, least, most, sort and sort.value, limit)
    piped = str(out) == STDOUT
    if report and (piped or not selection.is_all):
        reason = (
            "a report stands beside its file: name one with -o"
            if piped
            else "a report is on all posts: leave out what selects some"
        )
        raise typer.BadParameter(reason, param_hint="--report")
    with ExitStack() as stack:
        if piped:
            out = Path(stack.enter_context(TemporaryDirectory())) / f"scored.{to.value}"
        page = out.with_name(out.name + ENDING) if report else None
        # Before the model is loaded, so that a mistyped name shows at once.
        check_paths(files, out, overwrite=overwrite, report=page, excel=excel)
        loaded = common.load_model(model)
        progress = stack.enter_context(_progress()) if sys.stderr.isatty() and not quiet else None
        try:
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
                columns=common.columns(
                    time=time_column, author=author_column, platform=platform_column
                ),
                prefix=prefix,
                excel=excel,
                like_input=like_input,
                format=format,
                query=query,
                visibility=visibility.value,
                encoding=encoding,
                strict=strict,
                overwrite=overwrite,
                resume=resume,
                progress=progress,
                selection=selection,
                sink=sys.stdout.buffer if piped else None,
            )
        except (KeyboardInterrupt, GivesellError) as stop:
            rows = 0 if piped else unfinished_rows(out)
            if rows and getattr(stop, "code", None) != "E415":
                stop.add_note(
                    f"{rows:,} rows are scored and kept: run the same command again to go on."
                )
            raise
    if as_json:
        common.print_json(summary.as_dict(), stderr=piped)
    elif not quiet:
        print_summary(summary, posts=posts, stderr=piped)
        if page is not None:
            say_findings(summary.findings, page)
    if summary.rejected:
        were = "1 row was" if summary.rejected == 1 else f"{summary.rejected:,} rows were"
        if summary.rejects:
            common.say(
                f"{were} rejected: {shown(summary.rejects)} says which and"
                f" why.{hint_of(summary.rejects)}"
            )
        else:
            for line in summary.rejected_first:
                common.say(line)
            common.say(f"{were} rejected. With a file as -o all of them are kept beside it.")
        raise typer.Exit(common.REJECTED)


def print_summary(summary: "Summary", *, posts: bool = False, stderr: bool = False) -> None:
    """Print what a run found as a table.

    Parameters
    ----------
    summary : givesell.batch.Summary
    posts : bool, default False
        Whether to show the most selling, giving and unsure posts too.
    stderr : bool, default False
        Whether the standard output holds the rows themselves.
    """
    from rich.table import Table
    from rich.text import Text

    from givesell.archives.base.post_reader import NOT_PUBLIC
    from givesell.archives.streams.unread import in_words

    output = common.console(stderr=stderr)
    if (
        summary.drift
        and not summary.findings
        and (summary.drift["doubts"] or summary.drift["level"] in ("strong", "unknown"))
    ):
        output.print(Text(summary.drift["sentence"], style="bold"))
    table = Table(box=None, show_header=False, pad_edge=False)
    table.add_column(style="bold")
    table.add_column(justify="right")
    table.add_column(style="dim")
    labelled = summary.giving + summary.selling
    table.add_row("giving", f"{summary.giving:,}", _share(summary.giving, labelled))
    table.add_row("selling", f"{summary.selling:,}", _share(summary.selling, labelled))
    table.add_row("give : sell", _ratio(summary.giving, summary.selling), "")
    table.add_row(
        "sure",
        f"{summary.sure:,}",
        f"{_share(summary.sure, labelled)} of the labelled" if labelled else "",
    )
    for status, count in summary.unlabelled.items():
        table.add_row("no label", f"{count:,}", status.replace("_", " "))
    for reason, count in summary.skipped.items():
        told = f"{reason} (--visibility all reads them)" if reason == NOT_PUBLIC else reason
        table.add_row("skipped", f"{count:,}", told)
    if summary.n_unread:
        files = "1 file" if summary.n_unread == 1 else f"{summary.n_unread:,} files"
        table.add_row("not read", files, one_line(in_words(summary.unread, summary.n_unread)))
    if summary.rejected:
        table.add_row("rejected", f"{summary.rejected:,}", "could not be read", style="yellow")
    fresh = summary.rows - summary.resumed
    rate = f"{fresh / summary.seconds:,.0f} a second" if fresh >= 1_000 and summary.seconds else ""
    table.add_row(
        "scored", f"{summary.rows:,}", f"in {summary.seconds:,.1f} s{', ' + rate if rate else ''}"
    )
    if summary.written != summary.rows:
        table.add_row("written", f"{summary.written:,}", "as asked for")
    if summary.resumed:
        table.add_row("before", f"{summary.resumed:,}", "scored by the interrupted run")
    output.print(table)
    if not summary.findings:  # which tell it too
        for told in summary.times_told:
            output.print(one_line(told))
    if posts:
        named = {
            "Most selling": summary.most_selling,
            "Most giving": summary.most_giving,
            "Most unsure": summary.most_unsure,
        }
        for title, chosen in named.items():
            if chosen:
                output.print(Text(f"\n{title}", style="bold"))
            for number, text in chosen:
                line = Text(f"  {number:4.2f}  {one_line(text)}")
                line.truncate(output.width, overflow="ellipsis")
                output.print(line, no_wrap=True)
        output.print()
    if summary.out is not None:
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
