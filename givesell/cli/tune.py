"""`givesell tune`: which settings do best on labelled files."""

from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any

import typer

from givesell.cli import options, printing
from givesell.show.numbers import counted, figure
from givesell.show.words import shown

# What givesell train calls a setting, the pipeline's name of it, and how a value is read and
# written.
_SETTINGS: dict[str, tuple[str, Callable[[str], Any], Callable[[Any], str]]] = {
    "C": ("classifier__C", float, lambda value: f"{value:g}"),
    "words": ("features__ngram_range", lambda value: (1, int(value)), lambda value: str(value[1])),
    "min-df": ("features__min_df", int, str),
    "strength": ("classifier__strength", float, lambda value: f"{value:g}"),
}


def tune(
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
    base: options.Base = None,
    tried: Annotated[
        list[str] | None,
        typer.Option(
            "--try",
            metavar="NAME=VALUE,VALUE",
            help=(
                f"Values of a setting, of {', '.join(_SETTINGS)}; can be repeated. Default: a"
                " small grid."
            ),
        ),
    ] = None,
    seed: options.Seed = 0,
    out: Annotated[
        Path | None,
        typer.Option(
            "--out",
            "-o",
            metavar="OUT",
            help=f"Write the table: {options.TABLES}.",
            show_default=False,
        ),
    ] = None,
    excel: options.Excel = False,
    overwrite: options.Overwrite = False,
    quiet: options.Quiet = False,
    as_json: options.AsJson = False,
) -> None:
    """Try settings on labelled posts by cross-validation and show which do best.

    Pass these to givesell train; givesell train --tune does both at once.
    """
    from givesell.extras import require

    require("train", "Tuning")
    from givesell.cli.tables import check_table, write_table
    from givesell.learn.tune import tune as look

    grid = _grid(tried or [])
    if out is not None:
        check_table(out, inputs=files, overwrite=overwrite, excel=excel)
    table = look(
        options.labelled_files(files, text, format=format, query=query, encoding=encoding),
        text=text,
        label=label,
        groups=groups,
        group_until=group_until,
        certainty=certainty,
        label_mapping=options.label_mapping(label_map),
        base=base,
        grid=grid or None,
        random_state=seed,
        progress=None if quiet else printing.say_stage,
    )
    for name, (parameter, _, written) in _SETTINGS.items():
        if parameter in table:
            table[parameter] = table[parameter].map(written)
            table = table.rename(columns={parameter: name})
    if as_json:
        printing.print_json(table.round(4).to_dict("records"))
    elif not quiet:
        _show(table)
    if out is not None:
        write_table(table, out, inputs=files, overwrite=overwrite, excel=excel)
        printing.say(f"{counted(len(table), 'setting')}: {shown(out)}")


def _grid(tried: list[str]) -> dict[str, list[Any]]:
    """Read entries such as ``C=3,10``."""
    grid = {}
    for entry in tried:
        name, equals, values = entry.partition("=")
        if name not in _SETTINGS or not equals:
            raise typer.BadParameter(
                f"{entry!r} is not of the form NAME=VALUE,VALUE, with a name of"
                f" {', '.join(_SETTINGS)}"
            )
        parameter, read, _ = _SETTINGS[name]
        try:
            grid[parameter] = [read(value) for value in values.split(",")]
        except ValueError:
            raise typer.BadParameter(f"{entry!r} holds a value that is not a number") from None
    return grid


def _show(table: Any) -> None:
    from rich.table import Table

    from givesell.metrics import CARD, SEARCHED

    settings = [name for name in _SETTINGS if name in table]
    shown_table = Table(
        title="Settings, best first (of log loss, lower is better)",
        title_justify="left",
        box=None,
        pad_edge=False,
    )
    for name in (*settings, *(CARD[figure_name] for figure_name in SEARCHED)):
        shown_table.add_column(name, justify="right")
    for row in table.to_dict("records"):
        shown_table.add_row(
            *(row[name] for name in settings),
            *(f"{figure(row[name])} ± {figure(row[f'{name}_spread'])}" for name in SEARCHED),
        )
    output = printing.console()
    output.print(shown_table)
    best = table.iloc[0]
    output.print(
        "\nTrain with the best: givesell train ..."
        f" {' '.join(f'--{name} {best[name]}' for name in settings)}",
        soft_wrap=True,
    )
