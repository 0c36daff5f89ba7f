"""`givesell drift`: how far an archive is from what a model was trained on."""

from pathlib import Path
from typing import Annotated

import typer

from givesell.cli import common
from givesell.cli.common import EncodingOption, JsonOption, ModelOption
from givesell.show.words import shown


def drift(
    files: Annotated[
        list[Path],
        typer.Argument(
            metavar="FILE...",
            help="Archives or files, as givesell score reads them.",
            show_default=False,
        ),
    ],
    model: ModelOption = None,
    text_column: Annotated[
        str | None,
        typer.Option(
            "--text-column",
            "-t",
            metavar="COLUMN",
            help="The column of posts. Default: the only one that could be.",
        ),
    ] = None,
    format: Annotated[  # noqa: A002
        str | None,
        typer.Option(
            "--format",
            "-f",
            metavar="FORMAT",
            help="How to read: see givesell formats. Default: the content tells.",
        ),
    ] = None,
    encoding: EncodingOption = None,
    as_json: JsonOption = False,
) -> None:
    """Tell how far archives are from what a model was trained on.

    What it finds is worth more than a number: it says whether the measured quality of the model can
    be relied on here.
    """
    from givesell import drift as measure
    from givesell import read_archive

    loaded = common.load_model(model)
    rejected = 0
    for number, file in enumerate(files):
        archive = read_archive(file, format=format, text_column=text_column, encoding=encoding)
        found = measure(loaded, archive)
        rejected += archive.n_rejected
        if as_json:
            common.print_json({"file": str(file), **found.to_dict()})
            continue
        if number:
            common.console().print()
        if len(files) > 1:
            common.console().print(shown(file))
        common.console().print(found)
    if rejected:
        common.say(f"{rejected:,} rows could not be read")
        raise typer.Exit(common.REJECTED)
