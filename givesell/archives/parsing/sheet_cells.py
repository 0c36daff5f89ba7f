"""The cells of a spreadsheet as python-calamine gives them, message by message.

Run as a script by `givesell.archives.parsing.sheet_process`, and so it imports nothing of this
library: a workbook of a few KB may claim a cell in the last row and column, or a long text in each
of a million cells, which ends the process that reads it.
"""

import pickle
import sys
from collections.abc import Generator
from typing import Any

# A number in the sheet and the cells of a row.
Row = tuple[int, list[Any]]
_ROWS = 500  # rows at a time
_CELLS = 20_000


def messages(path: str, wanted: str) -> Generator[tuple[str, Any]]:
    """Yield what a workbook holds.

    Parameters
    ----------
    path : str
    wanted : str
        The name of the sheet to read; empty for the only one.

    Yields
    ------
    what : str
        ``"heads"`` (of several sheets the first row that is not empty), ``"sheet"`` (the name of
        the one that is read), ``"rows"`` (some of its rows that are not empty), ``"end"``,
        ``"locked"`` (with a password), ``"damaged"`` or ``"memory"``.
    value : object
    """
    import python_calamine

    try:
        with python_calamine.CalamineWorkbook.from_path(path) as book:
            names = [sheet.name for sheet in book.sheets_metadata]
            name = (
                wanted if wanted in names else names[0] if len(names) == 1 and not wanted else None
            )
            if name is None:
                yield (
                    "heads",
                    {
                        each: next(_filled(book.get_sheet_by_name(each)), (0, []))[1]
                        for each in names
                    },
                )
                return
            yield "sheet", name
            rows: list[Row] = []
            cells = 0
            for row in _filled(book.get_sheet_by_name(name)):
                rows.append(row)
                cells += len(row[1])
                if len(rows) == _ROWS or cells >= _CELLS:
                    yield "rows", rows
                    rows, cells = [], 0
            yield "rows", rows
            yield "end", None
    except python_calamine.PasswordError:
        yield "locked", None
    except (python_calamine.CalamineError, OSError) as error:
        yield "damaged", str(error)
    except MemoryError:
        yield "memory", None
    except BaseException as error:
        # A panic of the library, which is no Exception.
        if type(error).__name__ != "PanicException":
            raise
        yield "damaged", ""


def _filled(sheet: Any) -> Generator[Row]:
    """Yield the rows that are not empty, with their numbers in the sheet."""
    first = sheet.start[0] if sheet.start else 0
    for number, row in enumerate(sheet.iter_rows(), 1):
        if any(cell != "" for cell in row):
            yield first + number, row


def _limit(memory: int) -> None:
    """Let this process take so many bytes more and no further, where the system can."""
    try:
        import resource
        from pathlib import Path

        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0])
        _, hard = resource.getrlimit(resource.RLIMIT_AS)
        resource.setrlimit(resource.RLIMIT_AS, (pages * resource.getpagesize() + memory, hard))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    except (ImportError, OSError, ValueError):
        return


def main() -> None:
    """Write the messages about a workbook to standard output."""
    # The folder of this script, whose modules are none to import by their bare names.
    sys.path.pop(0)
    path, wanted, memory = sys.argv[1:]
    import python_calamine  # noqa: F401

    _limit(int(memory))
    for message in messages(path, wanted):
        pickle.dump(message, sys.stdout.buffer)
    sys.stdout.buffer.flush()


if __name__ == "__main__":
    main()
