"""`givesell export`: a model as a scikit-learn pipeline in one file."""

from pathlib import Path
from typing import Annotated

import typer

from givesell.cli import common
from givesell.cli.common import OverwriteOption
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
    overwrite: OverwriteOption = False,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Print nothing but errors.")] = False,
) -> None:
    """Write a model as a scikit-learn pipeline, for those who work with scikit-learn alone.

    A .joblib file can run code when it is loaded: load only files that you trust. A .skops file
    lists its types before anything is loaded.
    """
    from givesell.estimators.export import check_export

    check_export(out, overwrite=overwrite)
    common.load_model(model).export(out, overwrite=overwrite)
    if not quiet:
        common.say(f"exported to {shown(out)}")
