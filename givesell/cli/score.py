"""`givesell score`: files in, one scored file out."""

import sys
from contextlib import ExitStack, nullcontext
from enum import StrEnum
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Annotated

import typer

from givesell.cli import options, printing, running
from givesell.cli.report import ENDING, say_findings
from givesell.cli.summary import print_summary, say_rejects
from givesell.files.endings import known_endings

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

    from givesell.batch.meter import Progress


class Kind(StrEnum):
    """Format written to the standard output."""

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
OUT_KNOWN = known_endings(with_aliases=False, last="or")


def score(
    files: Annotated[
        list[Path],
        typer.Argument(
            metavar="FILE",
            help=(
                "What to score: files, exports (zip or folder), patterns, or - for the standard"
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
    to: Annotated[
        Kind, typer.Option("--to", help="Format written to the standard output.")
    ] = Kind.CSV,
    text_column: options.TextColumn = None,
    time_column: options.TimeColumn = None,
    author_column: options.AuthorColumn = None,
    platform_column: options.PlatformColumn = None,
    format: options.Format = None,  # noqa: A002
    query: options.Query = None,
    visibility: Annotated[
        Visibility,
        typer.Option(
            "--visibility", help="'all' reads followers-only and direct posts of an export too."
        ),
    ] = Visibility.PUBLIC,
    encoding: options.Encoding = None,
    model: options.Model = None,
    careful: options.Careful = False,
    prefix: Annotated[
        str,
        typer.Option(
            metavar="PREFIX", help="Prefix for the names of the added columns.", show_default=False
        ),
    ] = "",
    excel: options.Excel = False,
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
        typer.Option("--resume/--restart", help="Resume an interrupted run, or start again."),
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
            help="Threads to score with. Default: one per core.",
            show_default=False,
        ),
    ] = None,
    only: Annotated[
        Label | None,
        typer.Option("--only", help="Write only the rows with this label.", show_default=False),
    ] = None,
    sure: Annotated[
        bool | None,
        typer.Option(
            "--sure/--unsure",
            help="Write only the sure rows, or only the others.",
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
            help="Write only rows whose probability of selling is at least P.",
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
            help="Write only rows whose probability of selling is at most P.",
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
            help=(
                "Add a column `why` with the N strongest reasons. A model without weights, such as"
                " an encoder, reads each post up to ten times for it."
            ),
            show_default=False,
        ),
    ] = 0,
    facet: Annotated[
        bool,
        typer.Option(
            "--facet",
            help="Add a column `facet`: which kind of giving or selling a post likely is.",
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
    target: options.Target = 0.8,
    timezone: options.Timezone = "UTC",
    quiet: options.Quiet = False,
    as_json: options.AsJson = False,
) -> None:
    """Score the posts in archives and files: all columns are kept, and label, selling, sure and
    status added.

    Exports of X, Mastodon, Bluesky, Reddit, LinkedIn, Facebook, Instagram, Threads, TikTok,
    YouTube, Telegram, Discord, Slack, WhatsApp and Substack are read as they come, zipped or not;
    so are CSV, TSV, JSON, JSONL, Parquet, Arrow, SQLite and plain text, compressed or not. In the
    output of scrapers and APIs (Apify, snscrape, twarc, yt-dlp, CrowdTangle, Zeeschuimer, 4CAT and
    more), text, author, time and kind are recognised by the names of columns.

    Rows that cannot be read go to OUT.rejects.jsonl with file, line and reason; all others are
    scored. To resume an interrupted run, run the same command again.

    A queue to look through: givesell score archive.zip -o queue.csv --only selling --sure --sort
    selling --limit 500
    """
    import givesell
    from givesell.batch import Selection

    if limit is not None and sort is None:
        raise typer.BadParameter("say with --sort which rows come first", param_hint="--limit")
    selection = Selection(only and only.value, sure, least, most, sort and sort.value, limit)
    is_piped = str(out) == STDOUT
    if report and (is_piped or not selection.is_all):
        reason = (
            "a report is written beside the scored file: name one with -o"
            if is_piped
            else "a report covers all posts: leave out the options that select rows"
        )
        raise typer.BadParameter(reason, param_hint="--report")
    with ExitStack() as stack:
        if is_piped:
            out = Path(stack.enter_context(TemporaryDirectory())) / f"scored.{to.value}"
        page = out.with_name(out.name + ENDING) if report else None
        summary = givesell.score_archive(
            files,
            out,
            model=model,
            careful=careful,
            report=page,
            target=target,
            timezone=timezone,
            facets=facet,
            why=why,
            n_jobs=jobs,
            text_column=text_column,
            columns=options.roles(time=time_column, author=author_column, platform=platform_column),
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
            progress=stack.enter_context(_progress(quiet=quiet)),
            selection=selection,
            sink=sys.stdout.buffer if is_piped else None,
        )
    if as_json:
        printing.print_json(summary.as_dict(), stderr=is_piped)
    elif not quiet:
        print_summary(summary, posts=posts, stderr=is_piped)
        if page is not None:
            say_findings(summary.findings, page)
    if summary.rejected:
        say_rejects(summary)
        raise typer.Exit(running.REJECTED)


def _progress(*, quiet: bool) -> "AbstractContextManager[Progress | None]":
    if quiet or not sys.stderr.isatty():
        return nullcontext()
    from givesell.cli.progress import progress_bar

    return progress_bar()
