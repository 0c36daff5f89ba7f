"""`givesell suggest`: an archive in, the posts to label next out."""

from collections.abc import Callable
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer

from givesell.cli import loading, options, printing, running
from givesell.show.numbers import counted, rows_unread
from givesell.show.words import shown


class Strategy(StrEnum):
    """How posts are picked."""

    UNCERTAIN = "uncertain"
    RANDOM = "random"


def suggest(
    pool: Annotated[
        list[Path],
        typer.Argument(
            metavar="POOL",
            help="Posts to pick from: files, exports (zip or folder), patterns.",
            show_default=False,
        ),
    ],
    out: Annotated[
        Path,
        typer.Option(
            "--out",
            "-o",
            metavar="OUT",
            help=f"The posts picked: {options.TABLES}.",
            show_default=False,
        ),
    ],
    n: Annotated[
        int, typer.Option("--number", "-n", min=1, metavar="N", help="How many to pick.")
    ] = 200,
    time_column: options.TimeColumn = None,
    author_column: options.AuthorColumn = None,
    platform_column: options.PlatformColumn = None,
    model: options.Model = None,
    labelled: Annotated[
        list[Path] | None,
        typer.Option(
            "--labelled",
            metavar="FILE",
            help="Posts that are already labelled: CSV, TSV, JSONL or Parquet with a column text.",
        ),
    ] = None,
    strategy: Annotated[
        Strategy,
        typer.Option(
            "--strategy", help="How to pick; 'random' gives a fair sample to measure a model on."
        ),
    ] = Strategy.UNCERTAIN,
    text_column: options.TextColumn = None,
    label_column: Annotated[
        str,
        typer.Option(
            "--label-column",
            help="Column of labels, if there is one: posts with a label are not picked.",
        ),
    ] = "label",
    format: options.Format = None,  # noqa: A002
    query: options.Query = None,
    encoding: options.Encoding = None,
    seed: options.Seed = 0,
    excel: options.Excel = False,
    overwrite: options.Overwrite = False,
    quiet: options.Quiet = False,
) -> None:
    """Pick the posts to label next: those the model is unsure of, typical of the pool and unlike
    each other.

    givesell label OUT then asks you for their labels.
    """
    from givesell import suggest as pick
    from givesell.archives.read import read_archive
    from givesell.batch.inputs import expand, opened
    from givesell.cli.tables import check_table, write_table

    sources = expand(pool, out)
    read = [*pool, *sources, *(labelled or [])]
    check_table(out, inputs=read, overwrite=overwrite, excel=excel)
    named = options.roles(time=time_column, author=author_column, platform=platform_column)
    reading: dict[str, Any] = {
        "format": format,
        "text_column": text_column,
        "query": query,
        "encoding": encoding,
        "columns": named,
    }
    archives = opened(pool, sources, lambda path: read_archive(path, **reading))
    loaded = loading.load_model(model)
    with printing.status("reading posts") as update:
        picked = pick(
            loaded,
            archives,
            n,
            label=label_column,
            labelled=labelled,
            strategy=strategy.value,
            random_state=seed,
            progress=posts_read(update),
        )
    write_table(
        picked.assign(selling=picked["selling"].round(4)),
        out,
        inputs=read,
        overwrite=overwrite,
        excel=excel,
    )
    rejected = sum(archive.n_rejected for archive in archives)
    if not quiet:
        say_pool(picked, n)
        printing.console().print(f"To label: {shown(out)}", soft_wrap=True)
    if rejected:
        file, line, reason, _ = next(first for archive in archives for first in archive.rejected)
        printing.say(f"{rows_unread(rejected)}, the first in {shown(file)}, line {line}: {reason}")
        raise typer.Exit(running.REJECTED)


def posts_read(update: Callable[[str], None]) -> Callable[[int], None]:
    """Return a callable that shows how many posts have been read.

    Parameters
    ----------
    update : callable
        Of `givesell.cli.printing.status`: shows a line.

    Returns
    -------
    callable
    """
    return lambda read: update(f"{counted(read, 'post')} read")


def say_pool(picked: Any, wanted: int) -> None:
    """Print how many posts were picked, and how many were left out.

    Parameters
    ----------
    picked : DataFrame
        From `givesell.suggest`.
    wanted : int
    """
    counts = picked.attrs["pool"]
    left = [
        f"{counts[name]:,} {why}"
        for name, why in (
            ("labelled", "already labelled"),
            ("unjudged", "that the model cannot judge"),
        )
        if counts[name]
    ]
    output = printing.console()
    output.print(f"Picked {len(picked):,} of {counted(counts['read'], 'post')}.", soft_wrap=True)
    if left:
        output.print(f"Left out: {', '.join(left)}.", soft_wrap=True)
    if len(picked) < wanted:
        printing.say(
            f"only {counted(len(picked), 'different post')} to pick from; {wanted:,} were asked for"
        )
