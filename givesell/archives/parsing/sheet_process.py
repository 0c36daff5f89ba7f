"""Reading a spreadsheet in another process, which has a limit of memory and may die of a
workbook.
"""

import os
import pickle
import subprocess
import sys
from collections.abc import Generator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from givesell.archives.parsing import sheet_cells
from givesell.archives.streams.limits import SHEET_MEMORY

# By itself, without memory, or by the system.
_ENDED = (-6, -9)


@contextmanager
def messages_of(path: Path, wanted: str) -> Generator[Generator[tuple[str, Any]]]:
    """Open a workbook; see `givesell.archives.parsing.sheet_cells.messages` for what they say.

    Parameters
    ----------
    path : Path
    wanted : str

    Yields
    ------
    iterator of (str, object)
        It ends with ``"memory"`` or ``"damaged"`` if the process died.
    """
    # A program that was frozen would start itself.
    stream = (
        sheet_cells.messages(str(path), wanted)
        if getattr(sys, "frozen", False) or not sys.executable
        else _apart(path, wanted)
    )
    with closing(stream):
        yield stream


def _apart(path: Path, wanted: str) -> Generator[tuple[str, Any]]:
    command = [
        sys.executable,
        str(Path(sheet_cells.__file__)),
        str(path.absolute()),
        wanted,
        str(SHEET_MEMORY),
    ]
    env = {**os.environ, "PYTHONPATH": os.pathsep.join(map(os.path.abspath, sys.path))}
    with subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=env,
    ) as process:
        assert process.stdout is not None
        try:
            while True:
                try:
                    # Our own process wrote it.
                    yield pickle.load(process.stdout)
                except (EOFError, pickle.UnpicklingError):
                    break
            if process.wait():
                yield ("memory", None) if process.returncode in _ENDED else ("damaged", "")
        finally:
            process.kill()
