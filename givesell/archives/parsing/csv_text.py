"""Bytes of delimited text as lines, and its records a bounded number at a time."""

import io
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import IO, cast

from givesell.archives.parsing.csv_records import Record
from givesell.files.delimited import long_fields


@contextmanager
def opened_text(stream: IO[bytes], newline: str) -> Iterator[io.TextIOWrapper]:
    """Give a stream as text, whose bytes that are not UTF-8 become lone surrogates.

    Parameters
    ----------
    stream : file
    newline : str
        What ends a line.

    Yields
    ------
    io.TextIOWrapper
    """
    text = io.TextIOWrapper(
        cast(io.BufferedReader, stream), encoding="utf-8", errors="surrogateescape", newline=newline
    )
    try:
        yield text
    finally:
        # A generator that is let go of late finds its file closed.
        with suppress(ValueError):
            text.detach()


def without_mark(lines: Iterator[str]) -> Iterator[str]:
    """Yield lines, the first without a byte order mark, of which some files have two."""
    first = next(lines, "").removeprefix("\ufeff")
    if first:
        yield first
    yield from lines


def next_records(records: Iterator[Record], most: int, most_chars: int) -> list[Record]:
    """Return the next records, of a bounded number and size together; none at the end."""
    taken: list[Record] = []
    size = 0
    with long_fields:
        for record in records:
            taken.append(record)
            size += len(record[1])
            if len(taken) >= most or size >= most_chars:
                break
    return taken
