"""The options that several commands share, each defined once, and what their values mean."""

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from givesell.files.endings import known_endings

if TYPE_CHECKING:
    from givesell.archives.read import Archive

TABLES = known_endings(is_table=True, with_aliases=False, last="or")


def complete_model(incomplete: str) -> list[str]:
    """Return what may complete the beginning of a model's name: names of shipped and installed
    models, and folders.

    Examples
    --------
    >>> complete_model("givesell-en-d")
    ['givesell-en-deep']
    """
    from givesell.core.shipped import named_models

    begun = Path(incomplete or ".")
    place = begun if incomplete.endswith("/") or not incomplete else begun.parent
    start = incomplete[: len(incomplete) - len(incomplete.rpartition("/")[2])]
    try:
        folders = sorted(
            f"{start}{path.name}/"
            for path in place.expanduser().iterdir()
            if path.is_dir() and path.name[0] != "."
        )
    except (OSError, RuntimeError):
        folders = []
    return [name for name in (*named_models(), *folders) if name.startswith(incomplete)]


def _checked_encoding(name: str | None) -> str | None:
    if name is None:
        return None
    from givesell.archives.streams.recoding import check_encoding

    return check_encoding(name)


# The model
Model = Annotated[
    str | None,
    typer.Option(
        "--model",
        "-m",
        metavar="MODEL",
        help="Folder or name of a model. Default: the shipped one.",
        autocompletion=complete_model,
    ),
]
Careful = Annotated[
    bool,
    typer.Option(
        "--careful",
        help=(
            "Have givesell-en-encoder read again the posts that deserve it, at most about a third:"
            " slower, and better."
        ),
    ),
]
Base = Annotated[
    str | None,
    typer.Option(
        "--base",
        metavar="MODEL",
        help="Model to start from, such as givesell-en: useful if you have few posts.",
        autocompletion=complete_model,
    ),
]

# How files are read
TextColumn = Annotated[
    str | None,
    typer.Option(
        "--text-column",
        "-t",
        metavar="COLUMN",
        help=(
            "The column of posts. Default: the one that the tool that made the table uses, or one"
            " with a name such as text, post or message."
        ),
        show_default=False,
    ),
]


def _column_of(what: str, option: str) -> Any:
    return typer.Option(
        option,
        metavar="COLUMN",
        help=f"The column of {what}. Default: recognised by its name.",
        show_default=False,
    )


TimeColumn = Annotated[str | None, _column_of("times", "--time-column")]
AuthorColumn = Annotated[str | None, _column_of("authors", "--author-column")]
PlatformColumn = Annotated[str | None, _column_of("platforms", "--platform-column")]
Format = Annotated[
    str | None,
    typer.Option(
        "--format",
        "-f",
        metavar="FORMAT",
        help="Format of the input: see givesell formats. Default: recognised by its content.",
    ),
]
Query = Annotated[
    str | None,
    typer.Option(
        "--query",
        metavar="SQL",
        help="For SQLite: the SELECT whose rows are the posts. For a spreadsheet: the sheet.",
    ),
]
Encoding = Annotated[
    str | None,
    typer.Option(
        "--encoding",
        metavar="NAME",
        help=(
            "Encoding of the text, such as cp1252 for older Windows files. Default: UTF-8, or"
            " UTF-16 if it looks like that."
        ),
        callback=_checked_encoding,
        show_default=False,
    ),
]

# Labelled files
LabelledFiles = Annotated[
    list[Path],
    typer.Argument(
        metavar="FILE...", help="Labelled tables, in any format that givesell score reads."
    ),
]
LabelColumn = Annotated[
    str, typer.Option("--label-column", help="Column of the labels, giving or selling.")
]
Groups = Annotated[
    list[str] | None,
    typer.Option(
        "--groups",
        help=(
            "Column that keeps related posts together, such as source or author; the first counts."
        ),
    ),
]
GroupUntil = Annotated[
    str | None,
    typer.Option(
        "--group-until",
        metavar="MARK",
        help=(
            "Take the names of groups up to this mark: with '#', shop#ana and shop#ben, accounts"
            " of one source, are one group."
        ),
        show_default=False,
    ),
]
Certainty = Annotated[
    str,
    typer.Option("--certainty", help="Column that says whether a label is clear, if there is one."),
]
LabelMap = Annotated[
    list[str] | None,
    typer.Option(
        "--label-map",
        metavar="VALUE=LABEL",
        help="What another label means: promo=selling; unclear= leaves such posts out.",
    ),
]

# The report
Target = Annotated[
    float,
    typer.Option(
        "--target",
        metavar="SHARE",
        help="The share of giving to compare the archive with: 0.8 is four to one.",
    ),
]
Timezone = Annotated[
    str,
    typer.Option(
        "--timezone", metavar="ZONE", help="Time zone for hours and days, such as Europe/Paris."
    ),
]

# What is written and printed
Overwrite = Annotated[bool, typer.Option("--overwrite", help="Replace OUT if it exists.")]
Excel = Annotated[
    bool,
    typer.Option(
        "--excel",
        help=(
            "Make a .csv or .tsv for spreadsheets: with a byte order mark, the input's semicolons,"
            " and no cell that runs as a formula."
        ),
    ),
]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="Print nothing but errors.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON, for scripts.")]
Seed = Annotated[
    int, typer.Option("--seed", help="Random seed: the same seed gives the same result.")
]


def roles(*, time: str | None, author: str | None, platform: str | None) -> dict[str, str] | None:
    """Return the columns that were named for parts of the posts; see
    `givesell.archives.shapes.roles.find_roles`.
    """
    named = {"created": time, "author": author, "platform": platform}
    return {part: column for part, column in named.items() if column is not None} or None


def label_mapping(entries: list[str] | None) -> dict[str, str | None] | None:
    """Read entries such as ``promo=selling``; one without a label leaves such posts out.

    Parameters
    ----------
    entries : list of str or None

    Returns
    -------
    dict or None

    Examples
    --------
    >>> label_mapping(["promo=selling", "unclear="])
    {'promo': 'selling', 'unclear': None}
    """
    if not entries:
        return None
    pairs = [entry.rpartition("=") for entry in entries]
    for entry, (value, equals, _) in zip(entries, pairs, strict=True):
        if not equals or not value:
            raise typer.BadParameter(
                f"{entry!r} is not of the form VALUE=LABEL, such as promo=selling",
                param_hint="--label-map",
            )
    return {value: label.strip() or None for value, _, label in pairs}


def labelled_files(
    files: Iterable[Path], text: str | None, **options: str | None
) -> "list[str | Archive]":
    """Return labelled files as training takes them.

    Parameters
    ----------
    files : iterable of Path
    text : str or None
        The column of posts.
    **options : str or None
        How to read them, as for `givesell.read_archive`; None where the content is to say.

    Returns
    -------
    list of str, or of Archive
    """
    from givesell.archives.read import read_archive

    given: dict[str, Any] = {name: value for name, value in options.items() if value is not None}
    return [read_archive(file, text_column=text, **given) if given else str(file) for file in files]
