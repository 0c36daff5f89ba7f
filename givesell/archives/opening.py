"""Opening an input: as one file, a folder or an archive, with the reader that it is for."""

import difflib
from pathlib import Path
from typing import Any

from givesell.archives.base.reader import Options, Reader, Tick
from givesell.archives.platforms.combined import CombinedReader
from givesell.archives.registry import FORMATS, format_readers, platforms_in, reader_for
from givesell.archives.shapes.table_posts import with_posts
from givesell.archives.streams.file_errors import UNREADABLE, named
from givesell.archives.streams.files import Files, Folder, SingleFile, printable
from givesell.archives.streams.recoding import check_encoding
from givesell.archives.streams.tar_file import Tar, is_tar
from givesell.archives.streams.tar_members import BLOCK
from givesell.archives.streams.zip_file import Zip
from givesell.errors import ArgumentError, FileError


def open_reader(
    path: Path,
    *,
    format: str | None = None,  # noqa: A002
    options: Options | None = None,
    plain: bool = False,
    tick: Tick = lambda _: None,
    known: Any = None,
) -> Reader:
    """Return the reader of an input.

    Parameters
    ----------
    path : Path
        A file, or the folder of an unpacked export.
    format : str, optional
        A name in `FORMATS`; by default the content decides.
    options : Options, optional
    plain : bool, default False
        Read a file that is a table as a table even where a platform has written it; a zip or folder
        is still an export.
    tick : callable, optional
    known : object, optional
        See `Reader`.

    Returns
    -------
    Reader

    Raises
    ------
    ArgumentError
        E507 for an unknown format, E511 for an unknown encoding.
    FileError
        E403 for a file without a header or an object, E406 for one that cannot be read, E501 and
        E502 for one whose format is unknown or not the one asked for, E505 and E506 for
        damaged and dangerous archives, E512 for what is known to hold no posts.
    """
    if format is not None and (not isinstance(format, str) or format not in FORMATS):
        near = difflib.get_close_matches(str(format), FORMATS, n=1)
        raise ArgumentError(
            "E507",
            format=format,
            known=", ".join(FORMATS),
            hint=f" Did you mean {near[0]!r}?" if near else "",
        )
    options = options or Options()
    with named(printable(path), "E510", Exception), named(printable(path), "E406", *UNREADABLE):
        files = open_files(path)
        files.encoding = check_encoding(options.encoding)
        try:
            return _reader(files, format, options, plain, tick, known)
        finally:
            # Many inputs are opened before the first is read.
            files.close()


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


def _reader(
    files: Files,
    format: str | None,  # noqa: A002
    options: Options,
    plain: bool,
    tick: Tick,
    known: Any,
) -> Reader:
    exports = {} if isinstance(files, SingleFile) or format else platforms_in(files)
    if len(exports) > 1 and options.query is None:
        return CombinedReader(
            files, [kind(files, members, options) for kind, members in exports.items()], options
        )
    kind, members = reader_for(files, format, plain, exports)
    if options.query is not None and not kind.takes_query:
        raise FileError(
            "E504",
            path=printable(files.path),
            reason=f"only a SQLite database can be queried, and this is {kind.name}",
        )
    return kind(files, members, options, tick, known)


def open_files(path: Path) -> Files:
    """Return the files of an input.

    Parameters
    ----------
    path : Path

    Returns
    -------
    Files
        A folder, the members of a zip or tar, or the file itself.
    """
    if path.is_dir():
        return Folder(path)
    file = SingleFile(path)
    with path.open("rb") as raw:
        start = raw.read(4)
    if start[:4] in (b"PK\x03\x04", b"PK\x05\x06"):
        files = Zip(path)
        is_one = any(kind.is_zip_of(files) for kind in format_readers())
        return SingleFile(path) if is_one else files
    return Tar(path) if is_tar(file.head(path.name, BLOCK)) else SingleFile(path)


def is_export(folder: Path) -> bool:
    """Whether a folder is the unpacked export of a platform, rather than a folder of files.

    Parameters
    ----------
    folder : Path

    Returns
    -------
    bool
    """
    with named(printable(folder), "E406", *UNREADABLE):
        return any(not kind.loose for kind in platforms_in(Folder(folder)))
