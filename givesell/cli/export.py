"""`givesell export`: a model as a scikit-learn pipeline in one file."""

from pathlib import Path
from typing import Annotated

import typer

from givesell.cli import loading, options, printing
from givesell.show.words import shown


def export(
    model: Annotated[
        str, typer.Argument(metavar="MODEL", help="Folder or name of a model.", show_default=False)
    ],
    out: Annotated[
        Path,
        typer.Argument(
            metavar="OUT",
            help="The file to write, ending in .joblib or .skops.",
            show_default=False,
        ),
    ],
    overwrite: options.Overwrite = False,
    quiet: options.Quiet = False,
) -> None:
    """Write a model as a scikit-learn pipeline, for those who work with scikit-learn alone.

    A .joblib file can run code when it is loaded: load only files that you trust. A .skops file
    lists its types before anything is loaded.
    """
    from givesell.estimators.export import check_export

    check_export(out, overwrite=overwrite)
    loading.load_model(model).export(out, overwrite=overwrite)
    if not quiet:
        printing.say(f"exported to {shown(out)}")
