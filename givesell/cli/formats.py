"""`givesell formats`: which formats can be read."""

import sys

import typer

from givesell.cli import printing
from givesell.show.words import listed


def formats() -> None:
    """List the formats that givesell score reads, as --format names them."""
    from rich.table import Table

    from givesell.archives import FORMATS
    from givesell.files.endings import COMPRESSIONS

    table = Table(box=None, show_header=False, pad_edge=False)
    table.add_column(style="bold", no_wrap=True)
    table.add_column()
    for name, reader in FORMATS.items():
        first, _, _ = (sys.modules[reader.__module__].__doc__ or "").strip().partition("\n\n")
        table.add_row(name, " ".join(first.replace("``", "").split()))
    printing.console().print(table)
    packed = listed([ending.removeprefix(".") for ending in COMPRESSIONS], "or")
    seeking = listed([name for name, reader in FORMATS.items() if reader.seeks], "and")
    typer.echo(f"\nEach can be compressed as {packed}, except {seeking}.")
