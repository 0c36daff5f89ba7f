"""`givesell model`: the cards of models, and which models there are."""

import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from givesell.cli import loading, options, printing, running
from givesell.show.numbers import counted, figure
from givesell.show.words import encodable, one_line, safe, shown

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
    """List the shipped models, and those saved in a folder."""
    from givesell.core.shipped import SHIPPED, models_in, shipped_models
    from givesell.errors import FileError, GivesellError

    names = shipped_models()
    if folder is not None:
        if not folder.is_dir():
            raise FileError("E401", path=folder)
        names += [str(folder / name) for name in models_in(folder)]
    rows: list[dict[str, Any]] = []
    for name in names:
        try:
            rows.append(
                {"model": name, "default": name == SHIPPED, **_facts(loading.load_model(name))}
            )
        except GivesellError as error:
            rows.append({"model": name, "default": False, "error": str(error)})
    if as_json:
        printing.print_json(rows, indent=2)
        return
    wide = max(len(shown(row["model"])) for row in rows)
    for row in rows:
        typer.echo(f"{shown(row['model']):<{wide}}  {_described(row)}")


def _facts(model: Any) -> dict[str, Any]:
    """Return the facts by which models differ."""
    info = model.info
    training, metrics = info.get("training", {}), info.get("metrics", {})
    way = next(iter(metrics), None)
    return {
        "kind": model.kind.name,
        "facets": model.has_facets,
        "posts": training.get("posts"),
        "macro_f1": None if way is None else metrics[way].get("macro_f1"),
        "measured": way,
    }


def _described(row: dict[str, Any]) -> str:
    if "error" in row:
        return one_line(row["error"])
    parts = [row["kind"] + (", with facets" if row["facets"] else "")]
    if row["posts"]:
        parts.append(f"trained on {counted(row['posts'], 'post')}")
    if row["macro_f1"] is not None:
        parts.append(f"macro-F1 {figure(row['macro_f1'])} {one_line(row['measured'])}")
    return "; ".join(parts) + (" (the default)" if row["default"] else "")
