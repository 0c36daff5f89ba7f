"""Opening an input for its posts: the one recipe that reading, scoring and reports share."""

from pathlib import Path
from typing import Any

from givesell.archives.base.reader import Options, Reader, Tick
from givesell.archives.registry import open_reader
from givesell.archives.shapes.table_posts import with_posts


def open_posts(
    path: Path,
    *,
    text_column: str | None = None,
    format: str | None = None,  # noqa: A002
    options: Options | None = None,
    tick: Tick = lambda _: None,
    known: Any = None,
) -> Reader:
    """Return the reader of an input with its column of posts chosen.

    Parameters
    ----------
    path : Path
        A file, or the folder of an unpacked export.
    text_column : str, optional
        The column of posts. A file that a platform has written is then read as the table that it
        is, unless `format` says otherwise.
    format : str, optional
        A name in `givesell.archives.FORMATS`; by default the content decides.
    options : Options, optional
    tick : callable, optional
    known : object, optional
        See `Reader`.

    Returns
    -------
    Reader
        Its ``posts_of`` gives the posts of each of its batches.

    Raises
    ------
    ArgumentError, FileError
        See `open_reader`.
    DataError
        See `givesell.archives.shapes.table_posts.with_posts`.
    """
    plain = text_column is not None and format is None
    reader = open_reader(path, format=format, options=options, plain=plain, tick=tick, known=known)
    return with_posts(reader, text_column, path)
