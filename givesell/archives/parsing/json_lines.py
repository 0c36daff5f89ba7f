"""The values of JSON lines, each read by itself."""

from collections.abc import Iterator
from typing import IO, Any

from givesell.archives.parsing.json_items import ItemError
from givesell.archives.parsing.json_values import read_value
from givesell.archives.parsing.lines import bounded_lines


def values_of_lines(stream: IO[bytes]) -> Iterator[Any]:
    r"""Yield the values of JSON lines, an `ItemError` for each that cannot be read.

    Parameters
    ----------
    stream : file

    Yields
    ------
    object

    Examples
    --------
    >>> import io
    >>> list(values_of_lines(io.BytesIO(b'{"n": 1}\n\n[2]\n')))
    [{'n': 1}, [2]]
    """
    for line in bounded_lines(stream.readline, b"\n"):
        if line.strip():
            try:
                yield read_value(line)
            except ValueError as error:
                yield ItemError(str(error), line)
