"""Tables in exports: known columns, whose names differ in capitals and spaces from year to year."""

import itertools
from collections.abc import Callable, Iterator, Sequence
from operator import itemgetter
from pathlib import Path
from typing import IO

from givesell.archives.base.head import Head
from givesell.archives.base.rejects import Rejected, Rejects
from givesell.archives.formats.csv_file import read_dicts
from givesell.errors import FileError


def folded(name: str) -> str:
    """Return the name of a column without regard to capitals and spaces, in which exports of
    different years differ.

    Parameters
    ----------
    name : str

    Returns
    -------
    str

    Examples
    --------
    >>> folded("Comment ID"), folded("ShareLink") == folded("Share Link")
    ('commentid', True)
    """
    return "".join(name.split()).casefold()


def has_columns(head: Head, *wanted: set[str]) -> bool:
    """Say whether a table has the columns that are wanted, all of one of some sets; see `folded`.

    Parameters
    ----------
    head : Head
    *wanted : set of str

    Returns
    -------
    bool
    """
    names = set(map(folded, head.columns))
    return any(names.issuperset(map(folded, columns)) for columns in wanted)


def rows_of(
    stream: IO[bytes],
    shown: Path,
    kind: str,
    wanted: Sequence[set[str]],
    rejects: Rejects,
    fix: Callable[[str], str] = str,
    *,
    delimiter: str = ",",
    loose: bool = False,
) -> Iterator[dict[str, str]]:
    """Read a comma-separated file with a header, its columns by their `folded` names; see
    `givesell.archives.formats.csv_file.read_dicts`.

    Parameters
    ----------
    stream : file
    shown : Path
        How errors name it.
    kind : str
        The format that it should be of.
    wanted : sequence of set of str
        The columns that it must have, all of one of these.
    rejects : Rejects
    fix : callable, optional
    delimiter : str, default ","
    loose : bool, default False

    Returns
    -------
    iterator of dict

    Raises
    ------
    FileError
        E502 if a column is missing.
    """

    def reject(line: int, reason: str, raw: str) -> None:
        rejects.add(Rejected(shown, line, reason, raw))

    records = read_dicts(stream, reject, fix, name=folded, delimiter=delimiter, loose=loose)
    rows = map(itemgetter(1), records)
    first = next(rows, None)
    if first is None:
        return iter(())
    missing = [
        sorted(column for column in columns if folded(column) not in first) for columns in wanted
    ]
    if all(missing):
        records.close()
        raise FileError(
            "E502", path=shown, format=kind, reason=f"it has no column {missing[0][0]!r}"
        )
    return itertools.chain([first], rows)
