"""Plots that commands write as files."""

from pathlib import Path
from typing import Any

from givesell.cli.printing import say
from givesell.errors import FileError
from givesell.show.words import shown


def check_figure(path: Path) -> None:
    """Refuse a file into which no figure can be drawn, before there is work to lose.

    Raises
    ------
    FileError
        E404 for an unknown extension.
    """
    from matplotlib.backend_bases import FigureCanvasBase

    known = sorted(FigureCanvasBase.get_supported_filetypes())
    if path.suffix[1:].lower() not in known:
        raise FileError("E404", path=path, known=", ".join(f".{kind}" for kind in known))


def save_figure(figure: Any, path: Path, *, overwrite: bool = False) -> None:
    """Write a figure as a file of the kind that its name says.

    Parameters
    ----------
    figure : matplotlib.figure.Figure
    path : path
    overwrite : bool, default False

    Raises
    ------
    FileError
        If it cannot be written, or exists and may not be replaced.
    """
    from givesell.files.writing import writing

    check_figure(path)
    with writing(path, overwrite=overwrite) as fresh:
        figure.savefig(fresh, dpi=120, format=path.suffix[1:].lower())
    say(f"plots: {shown(path)}")
