"""`givesell drift`: how far an archive is from what a model was trained on."""

from pathlib import Path
from typing import Annotated

import typer

from givesell.cli import loading, options, printing, running
from givesell.show.numbers import rows_unread
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
    model: options.Model = None,
    text_column: options.TextColumn = None,
    format: options.Format = None,  # noqa: A002
    encoding: options.Encoding = None,
    as_json: options.AsJson = False,
) -> None:
    """Measure how far archives are from what a model was trained on.

    The result says whether the measured quality of the model can be relied on for these posts.
    """
    from givesell import drift as measure
    from givesell import read_archive

    loaded = loading.load_model(model)
    rejected = 0
    for number, file in enumerate(files):
        archive = read_archive(file, format=format, text_column=text_column, encoding=encoding)
        result = measure(loaded, archive)
        rejected += archive.n_rejected
        if as_json:
            printing.print_json({"file": str(file), **result.to_dict()})
            continue
        if number:
            printing.console().print()
        if len(files) > 1:
            printing.console().print(shown(file))
        printing.console().print(result)
    if rejected:
        printing.say(rows_unread(rejected))
        raise typer.Exit(running.REJECTED)
