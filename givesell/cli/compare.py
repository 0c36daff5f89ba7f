"""`givesell compare`: two models against labelled files."""

from pathlib import Path
from typing import Annotated

import typer

from givesell.cli import common
from givesell.cli.common import (
    Certainty,
    EncodingOption,
    ExcelOption,
    Files,
    FormatOption,
    Groups,
    JsonOption,
    LabelColumn,
    LabelMap,
    OverwriteOption,
    QueryOption,
    TextColumn,
)
from givesell.cli.evaluate import Rounds, Seed
from givesell.show.numbers import counted
from givesell.show.words import shown


def compare(
    a: Annotated[
        str, typer.Argument(metavar="A", help="Folder or name of a model.", show_default=False)
    ],
    b: Annotated[
        str, typer.Argument(metavar="B", help="Folder or name of another one.", show_default=False)
    ],
    files: Files,
    text: TextColumn = None,
    label: LabelColumn = "label",
    groups: Groups = None,
    certainty: Certainty = "certainty",
    label_map: LabelMap = None,
    format: FormatOption = None,  # noqa: A002
    query: QueryOption = None,
    encoding: EncodingOption = None,
    rounds: Rounds = 1000,
    seed: Seed = 0,
    flipped: Annotated[
        Path | None,
        typer.Option(
            "--flipped",
            metavar="OUT",
            help="Write the posts whose verdicts differ: .csv, .tsv, .jsonl, .parquet or .arrow.",
            show_default=False,
        ),
    ] = None,
    excel: ExcelOption = False,
    overwrite: OverwriteOption = False,
    as_json: JsonOption = False,
) -> None:
    """Compare two models on labelled posts that neither was trained on."""
    from givesell import compare as measure
    from givesell.cli.tables import check_table, write_table

    if flipped is not None:
        check_table(flipped, inputs=files, overwrite=overwrite, excel=excel)
    found = measure(
        common.load_model(a),
        common.load_model(b),
        common.labelled_files(files, text, format=format, query=query, encoding=encoding),
        text=text,
        label=label,
        groups=groups,
        certainty=certainty,
        label_mapping=common.label_mapping(label_map),
        rounds=rounds,
        random_state=seed,
    )
    if as_json:
        common.print_json(found.to_dict())
    else:
        common.console().print(found)
    if flipped is not None:
        write_table(
            found.flipped.reset_index(names="row"),
            flipped,
            inputs=files,
            overwrite=overwrite,
            excel=excel,
        )
        common.say(f"{counted(len(found.flipped), 'post')} that flipped: {shown(flipped)}")
