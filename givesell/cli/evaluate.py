"""`givesell evaluate`: a model against labelled files."""

from pathlib import Path
from typing import Annotated

import typer

from givesell.cli import common
from givesell.cli.common import (
    Certainty,
    EncodingOption,
    Files,
    FormatOption,
    Groups,
    JsonOption,
    LabelColumn,
    LabelMap,
    ModelOption,
    OverwriteOption,
    QueryOption,
    TextColumn,
)

Slices = Annotated[
    list[str] | None,
    typer.Option(
        "--slice",
        metavar="COLUMN",
        help="Column to show results by, value by value; can be repeated.",
    ),
]
Rounds = Annotated[int, typer.Option("--rounds", min=100, help="Bootstrap rounds.")]
Seed = Annotated[int, typer.Option("--seed", help="Same seed, same intervals.")]


def evaluate(
    files: Files,
    model: ModelOption = None,
    text: TextColumn = None,
    label: LabelColumn = "label",
    groups: Groups = None,
    certainty: Certainty = "certainty",
    label_map: LabelMap = None,
    format: FormatOption = None,  # noqa: A002
    query: QueryOption = None,
    encoding: EncodingOption = None,
    slices: Slices = None,
    rounds: Rounds = 1000,
    seed: Seed = 0,
    plot: Annotated[
        Path | None,
        typer.Option(
            "--plot",
            metavar="OUT",
            help="Draw all plots into a PNG, SVG or PDF file.",
            show_default=False,
        ),
    ] = None,
    overwrite: OverwriteOption = False,
    as_json: JsonOption = False,
) -> None:
    """Measure a model on labelled posts that it was not trained on."""
    from givesell import evaluate as measure
    from givesell.cli.figures import check_figure, save_figure
    from givesell.files.writing import check_output

    if plot is not None:
        check_figure(plot)
        check_output(plot, inputs=files, overwrite=overwrite)
    found = measure(
        common.load_model(model),
        common.labelled_files(files, text, format=format, query=query, encoding=encoding),
        text=text,
        label=label,
        groups=groups,
        certainty=certainty,
        label_mapping=common.label_mapping(label_map),
        slices=slices,
        rounds=rounds,
        random_state=seed,
    )
    if as_json:
        common.print_json(found.to_dict())
    else:
        common.console().print(found)
    if plot is not None:
        save_figure(found.plot(), plot, overwrite=overwrite)
