"""`givesell review`: which posts of labelled files are worth a second look."""

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from givesell.cli import loading, options, printing
from givesell.show.numbers import counted
from givesell.show.words import one_line, shown

if TYPE_CHECKING:
    import pandas as pd

SHOWN = 10
# What is found of each kind: one, and more.
_TITLES = {
    "label": ("likely wrong label", "likely wrong labels"),
    "disagreement": (
        "post that the shipped model is sure has the other label",
        "posts that the shipped model is sure have the other label",
    ),
    "unsure": ("unsure post", "unsure posts"),
    "novel": ("post most unlike the training data", "posts most unlike the training data"),
}


class Kind(StrEnum):
    """What to look for."""

    LABEL = "label"
    DISAGREEMENT = "disagreement"
    UNSURE = "unsure"
    NOVEL = "novel"


def review(
    files: options.LabelledFiles,
    out: Annotated[
        Path | None,
        typer.Option(
            "--out",
            "-o",
            metavar="OUT",
            help=f"Write all of them: {options.TABLES}.",
            show_default=False,
        ),
    ] = None,
    model: options.Model = None,
    kinds: Annotated[
        list[Kind] | None,
        typer.Option(
            "--kind",
            "-k",
            help="What to look for; can be repeated. Default: all.",
            show_default=False,
        ),
    ] = None,
    top: Annotated[
        int,
        typer.Option(
            "--top", min=0, metavar="N", help="Maximum number of posts of each kind; 0 for all."
        ),
    ] = 50,
    text: options.TextColumn = None,
    label: options.LabelColumn = "label",
    groups: Annotated[
        str | None,
        typer.Option(
            "--groups",
            help="Column that keeps related posts together, such as source or author.",
            show_default=False,
        ),
    ] = None,
    group_until: options.GroupUntil = None,
    certainty: options.Certainty = "certainty",
    label_map: options.LabelMap = None,
    format: options.Format = None,  # noqa: A002
    query: options.Query = None,
    encoding: options.Encoding = None,
    seed: options.Seed = 0,
    excel: options.Excel = False,
    overwrite: options.Overwrite = False,
    quiet: options.Quiet = False,
) -> None:
    """Find labelled posts worth a second look: likely wrong labels first, each with its reason.

    Also finds posts that the shipped model is sure have the other label, posts that no model can be
    sure of, and unusual ones.
    """
    from givesell import review as look
    from givesell.cli.tables import check_table, write_table

    if out is not None:
        check_table(out, inputs=files, overwrite=overwrite, excel=excel)
    loaded = loading.load_model(model)
    extra = [name for name in ("id", "author", "platform") if name != groups] + (
        [groups] if groups else []
    )
    with printing.status("reading") as update:
        posts = look(
            loaded,
            options.labelled_files(files, text, format=format, query=query, encoding=encoding),
            text=text,
            label=label,
            groups=groups,
            group_until=group_until,
            certainty=certainty,
            label_mapping=options.label_mapping(label_map),
            kinds=[kind.value for kind in kinds] if kinds else [kind.value for kind in Kind],
            top=top or None,
            extra=extra,
            random_state=seed,
            progress=update,
        )
    if out is not None:
        first = ["id"] if "id" in posts else ["row"]
        written = posts.assign(
            row=posts.index, score=posts["score"].round(4), selling=posts["selling"].round(4)
        )
        columns = [*first, *(name for name in posts.columns if name not in first)]
        write_table(written[columns], out, inputs=files, overwrite=overwrite, excel=excel)
    if not quiet:
        show(posts, out)


def show(posts: "pd.DataFrame", out: Path | None) -> None:
    """Print how many posts of each kind there are and the first of them.

    Parameters
    ----------
    posts : DataFrame
        From `givesell.review`.
    out : Path or None
        Where all of them were written.
    """
    from rich.table import Table
    from rich.text import Text

    output = printing.console()
    counts = posts["kind"].value_counts()
    looked = posts.attrs.get("found", dict.fromkeys(counts.index, 1))
    none = [many for kind, (_, many) in _TITLES.items() if looked.get(kind) == 0]
    if not len(posts):
        output.print(
            f"Nothing stands out. Looked for and not found: {'; '.join(none)}."
            if none
            else "Nothing stands out."
        )
        return
    for kind, titles in _TITLES.items():
        if kind not in counts:
            continue
        output.print(Text(counted(int(counts[kind]), *titles), style="bold"))
        table = Table(
            box=None, show_header=False, pad_edge=False, width=output.width, padding=(0, 1, 0, 0)
        )
        table.add_column(style="dim", no_wrap=True)
        table.add_column(overflow="fold", ratio=1)
        rows = posts[posts["kind"] == kind].head(SHOWN if out is None else 3)
        for index, row in rows.iterrows():
            post = Text(one_line(row["text"]), style="dim", no_wrap=True, overflow="ellipsis")
            post.truncate(max(20, output.width - len(str(index)) - 2), overflow="ellipsis")
            table.add_row(shown(row.get("id") or index), Text(one_line(row["reason"])))
            table.add_row("", post)
        output.print(table)
        if len(rows) < counts[kind]:
            output.print(Text(f"… and {counts[kind] - len(rows):,} more", style="dim"))
    if none:
        output.print(f"Looked for and not found: {'; '.join(none)}.")
    if out is not None:
        output.print(f"Review: {shown(out)}", soft_wrap=True)
