"""`givesell model`: what is known about a model."""

import shutil
import textwrap
from collections.abc import Iterator
from typing import Annotated, Any

import typer

from givesell.cli import common
from givesell.cli.common import EXIT_CODES, JsonOption
from givesell.words import cut, one_line

app = typer.Typer(help="Look at models.", no_args_is_help=True)
_KEY_WIDTH = 18
_MOST = 10_000  # characters of a value


@app.command("show", epilog=EXIT_CODES)
def show(
    model: Annotated[
        str | None, typer.Argument(metavar="MODEL", help="Folder or name of a model; without one, the one shipped.", show_default=False)
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Show a model's manifest: what it was trained on, how well it does, its thresholds."""
    info: dict[str, Any] = common.load_model(model).info
    if as_json:
        common.print_json(info, indent=2)
        return
    width = shutil.get_terminal_size().columns
    for line in readable(info, width=width):
        typer.echo(line)


def readable(info: dict[str, Any], *, width: int = 80, depth: int = 0) -> Iterator[str]:
    r"""Yield the lines of a nested dict for people to read.

    Parameters
    ----------
    info : dict
    width : int, default 80
        Where lines are cut.
    depth : int, default 0
        How deep the dict lies in another.

    Yields
    ------
    str

    Examples
    --------
    >>> print(*readable({"name": "demo", "metrics": {"macro_f1": 0.81234}}), sep="\n")
    name                demo
    metrics
      macro f1          0.8123
    """
    margin = "  " * depth
    for key, value in info.items():
        name = margin + one_line(str(key)).replace("_", " ")
        if isinstance(value, dict) and value:
            yield name
            yield from readable(value, width=width, depth=depth + 1)
        elif isinstance(value, list) and any(isinstance(item, (dict, list)) for item in value):
            yield name
            for item in value:
                yield _cut(f"{margin}  - {_inline(item)}", width)
        else:
            # A long value goes on below itself.
            start = f"{name:<{_KEY_WIDTH}}  "
            rest = " " * len(start)
            yield from textwrap.wrap(
                start + cut(_inline(value), _MOST), max(width, 40), subsequent_indent=rest, break_on_hyphens=False, drop_whitespace=True
            ) or [name]


def _inline(value: Any) -> str:
    if value is None:
        return "-"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return f"{value:.4g}"
    if isinstance(value, dict):
        return ", ".join(f"{one_line(str(key))} {_inline(item)}" for key, item in value.items()) or "-"
    if isinstance(value, list):
        return ", ".join(map(_inline, value)) or "-"
    return one_line(str(value))


def _cut(line: str, width: int) -> str:
    return line if len(line) <= width else line[: width - 1] + "…"
