"""Lines of bounded length."""

from collections.abc import Callable, Iterator
from typing import AnyStr

from givesell.archives.streams.limits import MAX_LINE


def bounded_lines(readline: Callable[[int], AnyStr], newline: AnyStr) -> Iterator[AnyStr]:
    r"""Yield the lines of a stream without ever holding a longer one than `MAX_LINE`.

    Parameters
    ----------
    readline : callable
        As `io.IOBase.readline`.
    newline : str or bytes
        What ends a line.

    Yields
    ------
    str or bytes
        A line with its end. A line of `MAX_LINE` or more is cut to that length, which is how
        the caller recognises it.

    Examples
    --------
    >>> import io
    >>> list(bounded_lines(io.BytesIO(b"one\ntwo").readline, b"\n"))
    [b'one\n', b'two']
    """
    while line := readline(MAX_LINE):
        if len(line) == MAX_LINE:
            rest = line
            while rest and not rest.endswith(newline):
                rest = readline(MAX_LINE)
        yield line
