"""Rows of the tables in exports as dictionaries, read with care."""

from collections.abc import Callable, Generator
from typing import IO

from givesell.archives.base.reader import BATCH_BYTES, BATCH_ROWS
from givesell.archives.parsing.csv_records import Records, Reject
from givesell.archives.parsing.csv_text import next_records, opened_text, without_mark
from givesell.archives.parsing.lines import bounded_lines


def read_dicts(
    stream: IO[bytes],
    reject: Reject,
    fix: Callable[[str], str] = str,
    *,
    name: Callable[[str], str] = str.strip,
    delimiter: str = ",",
    loose: bool = False,
) -> Generator[tuple[int, dict[str, str]]]:
    """Read a comma-separated file with a header, as platforms write them.

    Parameters
    ----------
    stream : file
    reject : callable
        See `Records`; a broken header too.
    fix : callable, optional
        Puts each line right before it is read.
    name : callable, optional
        What a column is called, of what the header says.
    delimiter : str, default ","
    loose : bool, default False
        See `Records`.

    Yields
    ------
    line : int
    row : dict of str to str
    """
    with opened_text(stream, "\n") as text:
        lines = without_mark(bounded_lines(text.readline, "\n"))
        records = Records(map(fix, lines), delimiter, reject)
        records.loose = loose
        header: list[str] = []
        iterator = iter(records)
        while records_read := next_records(iterator, BATCH_ROWS if header else 1, BATCH_BYTES):
            for number, _, fields in records_read:
                if not header:
                    header = [name(field) for field in fields]
                    records.width = len(header) or None
                elif fields:
                    yield number, dict(zip(header, fields, strict=True))
