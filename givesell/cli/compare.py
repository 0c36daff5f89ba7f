"""`givesell compare`: two models against labelled files."""

from pathlib import Path
from typing import Annotated

import typer

from givesell.cli import loading, options, printing
from givesell.cli.evaluate import Rounds
from givesell.show.numbers import counted
from givesell.show.words import shown


def compare(
    a: Annotated[
        str, typer.Argument(metavar="A", help="Folder or name of a model.", show_default=False)
    ],
    b: Annotated[
        str, typer.Argument(metavar="B", help="Folder or name of another one.", show_default=False)
    ],
    files: options.LabelledFiles,
    text: options.TextColumn = None,
    label: options.LabelColumn = "label",
    groups: options.Groups = None,
    group_until: options.GroupUntil = None,
    certainty: options.Certainty = "certainty",
    label_map: options.LabelMap = None,
    format: options.Format = None,  # noqa: A002
    query: options.Query = None,
    encoding: options.Encoding = None,
    rounds: Rounds = 1000,
    seed: options.Seed = 0,
    flipped: Annotated[
        Path | None,
        typer.Option(
            "--flipped",
            metavar="OUT",
            help=f"Write the posts whose verdicts differ: {options.TABLES}.",
            show_default=False,
        ),
    ] = None,
    excel: options.Excel = False,
    overwrite: options.Overwrite = False,
    as_json: options.AsJson = False,
) -> None:
    """Compare two models on labelled posts that neither was trained on."""
    from givesell import compare as measure
    from givesell.cli.tables import check_table, write_table

    if flipped is not None:
        check_table(flipped, inputs=files, overwrite=overwrite, excel=excel)
    comparison = measure(
        loading.load_model(a),
        loading.load_model(b),
        options.labelled_files(files, text, format=format, query=query, encoding=encoding),
        text=text,
        label=label,
        groups=groups,
        group_until=group_until,
        certainty=certainty,
        label_mapping=options.label_mapping(label_map),
        rounds=rounds,
        random_state=seed,
    )
    if as_json:
        printing.print_json(comparison.to_dict())
    else:
        printing.console().print(comparison)
    if flipped is not None:
        write_table(
            comparison.flipped.reset_index(names="row"),
            flipped,
            inputs=files,
            overwrite=overwrite,
            excel=excel,
        )
        printing.say(f"{counted(len(comparison.flipped), 'post')} that flipped: {shown(flipped)}")
