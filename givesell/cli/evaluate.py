"""`givesell evaluate`: a model against labelled files."""

from pathlib import Path
from typing import Annotated

import typer

from givesell.cli import loading, options, printing

Slices = Annotated[
    list[str] | None,
    typer.Option(
        "--slice",
        metavar="COLUMN",
        help="Column to show results by, value by value; can be repeated.",
    ),
]
Rounds = Annotated[int, typer.Option("--rounds", min=100, help="Bootstrap rounds.")]


def evaluate(
    files: options.LabelledFiles,
    model: options.Model = None,
    careful: options.Careful = False,
    text: options.TextColumn = None,
    label: options.LabelColumn = "label",
    groups: options.Groups = None,
    group_until: options.GroupUntil = None,
    certainty: options.Certainty = "certainty",
    label_map: options.LabelMap = None,
    format: options.Format = None,  # noqa: A002
    query: options.Query = None,
    encoding: options.Encoding = None,
    slices: Slices = None,
    rounds: Rounds = 1000,
    seed: options.Seed = 0,
    plot: Annotated[
        Path | None,
        typer.Option(
            "--plot",
            metavar="OUT",
            help="Draw all plots into a PNG, SVG or PDF file.",
            show_default=False,
        ),
    ] = None,
    overwrite: options.Overwrite = False,
    as_json: options.AsJson = False,
) -> None:
    """Measure a model on labelled posts that it was not trained on."""
    from givesell import evaluate as measure
    from givesell.cli.figures import check_figure, save_figure
    from givesell.files.writing import check_output

    if plot is not None:
        check_figure(plot)
        check_output(plot, inputs=files, overwrite=overwrite)
    evaluation = measure(
        loading.load_model(model, careful=careful),
        options.labelled_files(files, text, format=format, query=query, encoding=encoding),
        text=text,
        label=label,
        groups=groups,
        group_until=group_until,
        certainty=certainty,
        label_mapping=options.label_mapping(label_map),
        slices=slices,
        rounds=rounds,
        random_state=seed,
    )
    if as_json:
        printing.print_json(evaluation.to_dict())
    else:
        printing.console().print(evaluation)
    if plot is not None:
        save_figure(evaluation.plot(), plot, overwrite=overwrite)
