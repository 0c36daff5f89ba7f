"""`givesell model`: the cards of models, and which models there are."""

import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from givesell.cli import loading, options, printing, running
from givesell.show.numbers import counted, figure
from givesell.show.words import encodable, one_line, safe, shown

# How many posts one core scores, in orders of magnitude; benchmarks/speed.md has figures.
_PACES = {
    "linear": "about a million posts a second",
    "deep": "about a hundred thousand posts a second",
    "encoder": "hundreds of posts a second",
}

app = typer.Typer(help="Show and list models.", no_args_is_help=True)


@app.command("show", epilog=running.EXIT_CODES)
def show(
    model: Annotated[
        str | None,
        typer.Argument(
            metavar="MODEL",
            help="Folder or name of a model. Default: the shipped one.",
            show_default=False,
            autocompletion=options.complete_model,
        ),
    ] = None,
    as_json: options.AsJson = False,
) -> None:
    """Show a model's card: what it is for, how well it does, what it was trained on.

    With --json, all that its manifest records.
    """
    loaded = loading.load_model(model)
    if as_json:
        printing.print_json(loaded.info, indent=2)
        return
    card = safe(encodable(loaded.card(model)))
    if not sys.stdout.isatty():
        typer.echo(card)
        return
    from rich.markdown import Markdown

    printing.console().print(Markdown(card, hyperlinks=False))


@app.command("list", epilog=running.EXIT_CODES)
def list_models(
    folder: Annotated[
        Path | None,
        typer.Argument(
            metavar="FOLDER",
            help="A folder with saved models.",
            show_default=False,
            file_okay=False,
        ),
    ] = None,
    as_json: options.AsJson = False,
) -> None:
    """List the models that load by name, and those saved in a folder.

    Models that come as packages of their own are listed whether they are installed or not.
    """
    from givesell.core.model_packages import OURS
    from givesell.core.shipped import SHIPPED, models_in, named_models
    from givesell.errors import FileError, GivesellError

    names = named_models()
    missing = [name for name in OURS if name not in names]
    names += missing
    if folder is not None:
        if not folder.is_dir():
            raise FileError("E401", path=folder)
        names += [str(folder / name) for name in models_in(folder)]
    rows: list[dict[str, Any]] = []
    for name in names:
        row = {"model": name, "default": name == SHIPPED, "installed": name not in missing}
        try:
            rows.append({**row, **_facts(name)})
        except GivesellError as error:
            rows.append({**row, "error": str(error)})
    if as_json:
        printing.print_json(rows, indent=2)
        return
    wide = max(len(shown(row["model"])) for row in rows)
    for row in rows:
        typer.echo(f"{shown(row['model']):<{wide}}  {_described(row)}")


def _facts(name: str) -> dict[str, Any]:
    """Return the facts by which models differ."""
    from givesell.core.artifact import WEIGHTS
    from givesell.model.load import model_folder

    model = loading.load_model(name)
    info = model.info
    training, metrics = info.get("training", {}), info.get("metrics", {})
    way = next(iter(metrics), None)
    return {
        "kind": model.kind.name,
        "bytes": (model_folder(name) / WEIGHTS).stat().st_size,
        "pace": _PACES.get(model.kind.name),
        "facets": model.has_facets,
        "posts": training.get("posts"),
        "macro_f1": None if way is None else metrics[way].get("macro_f1"),
        "measured": way,
    }


def _described(row: dict[str, Any]) -> str:
    if "error" in row:
        return one_line(row["error"])
    parts = [row["kind"] + (", with facets" if row["facets"] else "")]
    parts.append(f"{row['bytes'] / 1e6:.1f} MB")
    if row["pace"]:
        parts.append(row["pace"])
    if row["posts"]:
        parts.append(f"trained on {counted(row['posts'], 'post')}")
    if row["macro_f1"] is not None:
        parts.append(f"macro-F1 {figure(row['macro_f1'])} {one_line(row['measured'])}")
    return "; ".join(parts) + (" (the default)" if row["default"] else "")
